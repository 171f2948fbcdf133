extension MailPhrases {
    static let german: [MailPhrase: String] = [
        .subject("verify"): "Bestätige deine E-Mail-Adresse für {app}",
        .heading("verify"): "Bestätige deine E-Mail-Adresse",
        .body("verify"): "Bitte bestätige, dass diese Adresse dir gehört. Dann ist dein Konto bei {app} bereit.",
        .button("verify"): "Adresse bestätigen",
        .ignore("verify"): "Wenn du dich nicht bei {app} angemeldet hast, kannst du diese Nachricht ignorieren.",

        .subject("reset"): "Neues Passwort für {app}",
        .heading("reset"): "Wähle ein neues Passwort",
        .body("reset"): "Jemand, hoffentlich du, möchte ein neues Passwort für dein Konto bei {app}.",
        .button("reset"): "Neues Passwort wählen",
        .ignore("reset"): "Wenn du das nicht warst, ignoriere diese Nachricht: Dein Passwort bleibt, wie es ist.",

        .subject("magic"): "Dein Link zur Anmeldung bei {app}",
        .heading("magic"): "Bei {app} anmelden",
        .body("magic"): "Dieser Link meldet dich an. Er gilt einmal; gib ihn nicht weiter.",
        .button("magic"): "Anmelden",
        .ignore("magic"): "Wenn du ihn nicht angefordert hast, kannst du diese Nachricht ignorieren.",

        .subject("change"): "Bestätige deine neue E-Mail-Adresse für {app}",
        .heading("change"): "Bestätige deine neue Adresse",
        .body("change"):
            "Die Adresse deines Kontos bei {app} soll {address} werden. Sie ändert sich, wenn du bestätigst.",
        .button("change"): "Neue Adresse bestätigen",
        .ignore("change"): "Wenn du das nicht warst, bestätige nicht und ändere dein Passwort.",

        .subject("notice"): "Sicherheitshinweis zu deinem Konto bei {app}",
        .heading("notice"): "Warst du das?",
        .body("notice"): "An der Sicherheit deines Kontos bei {app} hat sich etwas geändert: {event}.",
        .button("notice"): "Konto prüfen",
        .ignore("notice"): "Wenn du das warst, ist nichts zu tun. Wenn nicht, sichere dein Konto sofort.",

        .subject("welcome"): "Willkommen bei {app}",
        .heading("welcome"): "Willkommen, {name}!",
        .body("welcome"): "Dein Konto bei {app} ist bereit. Schön, dass du dabei bist.",
        .button("welcome"): "{app} öffnen",

        .expires: "Der Link gilt noch {time}.",
        .minute: "1 Minute", .minutes: "{count} Minuten",
        .hour: "1 Stunde", .hours: "{count} Stunden",
        .day: "1 Tag", .days: "{count} Tage",
        .copyLink: "Wenn die Schaltfläche nicht geht, kopiere diese Adresse in deinen Browser:",
        .support: "Fragen? Schreib an {address}.",
    ]
}
