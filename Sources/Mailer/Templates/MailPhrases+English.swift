extension MailPhrases {
    static let english: [MailPhrase: String] = [
        .subject("verify"): "Confirm your email address for {app}",
        .heading("verify"): "Confirm your email address",
        .body("verify"): "Please confirm that this address is yours, and your account at {app} is ready to use.",
        .button("verify"): "Confirm address",
        .ignore("verify"): "If you did not sign up for {app}, you can ignore this message.",

        .subject("reset"): "Reset your {app} password",
        .heading("reset"): "Choose a new password",
        .body("reset"): "Somebody, hopefully you, asked for a new password for your account at {app}.",
        .button("reset"): "Choose a new password",
        .ignore("reset"): "If that was not you, ignore this message: your password stays as it is.",

        .subject("magic"): "Your link to sign in to {app}",
        .heading("magic"): "Sign in to {app}",
        .body("magic"): "This link signs you in. It works once, so keep it to yourself.",
        .button("magic"): "Sign in",
        .ignore("magic"): "If you did not ask for it, you can ignore this message.",

        .subject("change"): "Confirm your new email address for {app}",
        .heading("change"): "Confirm your new address",
        .body("change"): "The address of your account at {app} is to become {address}. It changes once you confirm.",
        .button("change"): "Confirm new address",
        .ignore("change"): "If you did not ask for this, do not confirm, and change your password.",

        .subject("notice"): "Security notice for your {app} account",
        .heading("notice"): "Was this you?",
        .body("notice"): "Something about the security of your account at {app} changed: {event}.",
        .button("notice"): "Check my account",
        .ignore("notice"): "If it was you, there is nothing to do. If not, secure your account at once.",

        .subject("welcome"): "Welcome to {app}",
        .heading("welcome"): "Welcome, {name}!",
        .body("welcome"): "Your account at {app} is ready. It is good to have you with us.",
        .button("welcome"): "Open {app}",

        .expires: "The link expires in {time}.",
        .minute: "1 minute", .minutes: "{count} minutes",
        .hour: "1 hour", .hours: "{count} hours",
        .day: "1 day", .days: "{count} days",
        .copyLink: "If the button does not work, copy this address into your browser:",
        .support: "Questions? Write to {address}.",
    ]
}
