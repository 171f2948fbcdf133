import GroundworkBase
import GroundworkEnvModel

/// The form that a vendor gives its keys and identifiers.
struct SecretShape: Sendable {
    let vendor: String
    /// What it is, in words that follow "a" or "an".
    let what: String
    /// The names of variables, or their ends after `_`, whose value must have the form. Empty: no name tells enough.
    let names: [String]
    /// Beginnings that no other kind of value has: a value that begins so and lacks the form is malformed.
    let prefixes: [String]
    /// The form, as a pattern for the whole value.
    let pattern: String
    /// The form in words.
    let form: String
    /// Whether whoever has it can do harm.
    let isSecret: Bool

    /// Names and prefixes are words with spaces between them.
    private init(
        vendor: String,
        what: String,
        names: String = "",
        prefixes: String = "",
        pattern: String,
        form: String,
        isSecret: Bool = true
    ) {
        self.vendor = vendor
        self.what = what
        self.names = ASCIIText.words(names)
        self.prefixes = ASCIIText.words(prefixes)
        self.pattern = pattern
        self.form = form
        self.isSecret = isSecret
    }

    func fits(_ text: String) -> Bool {
        guard text.utf8.count <= 4096, let pattern = try? EnvPattern.compiled(pattern) else { return false }
        return (try? pattern.matches(text)) ?? false
    }

    func isNamed(by name: String) -> Bool { names.contains { name == $0 || name.hasSuffix("_\($0)") } }

    func begins(_ text: String) -> Bool { prefixes.contains { text.hasPrefix($0) } }

    /// Every form that is known. Sources: the vendors' documentation of their keys.
    static let all: [SecretShape] = [
        SecretShape(
            vendor: "Resend",
            what: "API key",
            names: "RESEND_API_KEY RESEND_KEY",
            pattern: "re_[A-Za-z0-9_]{8,}",
            form: "re_ and letters, digits or _"
        ),
        SecretShape(
            vendor: "SendGrid",
            what: "API key",
            names: "SENDGRID_API_KEY SENDGRID_KEY",
            prefixes: "SG.",
            pattern: #"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"#,
            form: "SG., 22 signs, a dot, 43 signs"
        ),
        SecretShape(
            vendor: "AWS",
            what: "access key id",
            prefixes: "AKIA ASIA",
            pattern: "(AKIA|ASIA)[A-Z2-7]{16}",
            form: "AKIA or ASIA and 16 signs of A to Z, 2 to 7",
            isSecret: false
        ),
        SecretShape(
            vendor: "Apple",
            what: "Team ID",
            names: "APPLE_TEAM_ID APNS_TEAM_ID",
            pattern: "[A-Z0-9]{10}",
            form: "10 capitals or digits",
            isSecret: false
        ),
        SecretShape(
            vendor: "Apple",
            what: "Key ID",
            names: "APPLE_KEY_ID APNS_KEY_ID",
            pattern: "[A-Z0-9]{10}",
            form: "10 capitals or digits",
            isSecret: false
        ),
        SecretShape(
            vendor: "Apple",
            what: "Services ID or bundle id",
            names: "APPLE_SERVICES_ID APPLE_SERVICE_ID APPLE_CLIENT_ID APPLE_BUNDLE_ID",
            pattern: #"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"#,
            form: "a reversed domain such as com.example.app",
            isSecret: false
        ),
        SecretShape(
            vendor: "Stripe",
            what: "secret key",
            names: "STRIPE_SECRET_KEY STRIPE_API_KEY",
            prefixes: "sk_live_ sk_test_ rk_live_ rk_test_",
            pattern: "(sk|rk)_(live|test)_[A-Za-z0-9]{10,}",
            form: "sk_live_ or rk_live_ and letters or digits"
        ),
        SecretShape(
            vendor: "Stripe",
            what: "publishable key",
            names: "STRIPE_PUBLISHABLE_KEY",
            prefixes: "pk_live_ pk_test_",
            pattern: "pk_(live|test)_[A-Za-z0-9]{10,}",
            form: "pk_live_ and letters or digits",
            isSecret: false
        ),
        SecretShape(
            vendor: "Stripe, Resend and others",
            what: "webhook secret",
            names: "STRIPE_WEBHOOK_SECRET RESEND_WEBHOOK_SECRET",
            prefixes: "whsec_",
            pattern: "whsec_[A-Za-z0-9+/=_-]{16,}",
            form: "whsec_ and at least 16 signs"
        ),
        SecretShape(
            vendor: "GitHub",
            what: "token",
            names: "GITHUB_TOKEN GH_TOKEN",
            prefixes: "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
            pattern: "(gh[pousr]_[A-Za-z0-9_.-]{36,}|github_pat_[A-Za-z0-9_]{22,})",
            form: "ghp_ or github_pat_ and more signs"
        ),
        SecretShape(
            vendor: "GitLab",
            what: "token",
            names: "GITLAB_TOKEN",
            prefixes: "glpat-",
            pattern: "glpat-[A-Za-z0-9_.-]{20,}",
            form: "glpat- and at least 20 signs"
        ),
        SecretShape(
            vendor: "Google",
            what: "API key",
            names: "GOOGLE_API_KEY GOOGLE_MAPS_API_KEY",
            prefixes: "AIza",
            pattern: "AIza[A-Za-z0-9_-]{35}",
            form: "AIza and 35 signs"
        ),
        SecretShape(
            vendor: "Google",
            what: "OAuth client secret",
            prefixes: "GOCSPX-",
            pattern: "GOCSPX-[A-Za-z0-9_-]{28}",
            form: "GOCSPX- and 28 signs"
        ),
        SecretShape(
            vendor: "Google",
            what: "OAuth client id",
            names: "GOOGLE_CLIENT_ID",
            pattern: #"[0-9]+(-[a-z0-9]+)?\.apps\.googleusercontent\.com"#,
            form: "…apps.googleusercontent.com",
            isSecret: false
        ),
        SecretShape(
            vendor: "Slack",
            what: "token",
            names: "SLACK_TOKEN SLACK_BOT_TOKEN SLACK_APP_TOKEN",
            prefixes: "xoxb- xoxp- xoxa- xoxe- xoxr- xoxs- xapp-",
            pattern: "(xox[abeprs]|xapp)-[A-Za-z0-9.-]{10,}",
            form: "xoxb- and at least 10 signs"
        ),
        SecretShape(
            vendor: "Slack",
            what: "webhook",
            names: "SLACK_WEBHOOK_URL",
            prefixes: "https://hooks.slack.com/services/",
            pattern: "https://hooks\\.slack\\.com/(services|workflows|triggers)/[A-Za-z0-9/_-]{20,}",
            form: "https://hooks.slack.com/services/ and three parts"
        ),
        SecretShape(
            vendor: "Anthropic",
            what: "API key",
            names: "ANTHROPIC_API_KEY",
            prefixes: "sk-ant-",
            pattern: "sk-ant-[A-Za-z0-9_-]{20,}",
            form: "sk-ant- and at least 20 signs"
        ),
        SecretShape(
            vendor: "OpenAI",
            what: "API key",
            names: "OPENAI_API_KEY",
            prefixes: "sk-proj-",
            pattern: "sk-[A-Za-z0-9_-]{20,}",
            form: "sk- and at least 20 signs"
        ),
        SecretShape(
            vendor: "npm",
            what: "token",
            names: "NPM_TOKEN",
            prefixes: "npm_",
            pattern: "npm_[A-Za-z0-9]{36}",
            form: "npm_ and 36 letters or digits"
        ),
        SecretShape(
            vendor: "Twilio",
            what: "account SID",
            names: "TWILIO_ACCOUNT_SID",
            pattern: "AC[0-9a-f]{32}",
            form: "AC and 32 hexadecimal digits",
            isSecret: false
        ),
        SecretShape(
            vendor: "Sentry",
            what: "DSN",
            names: "SENTRY_DSN",
            pattern: #"https?://[0-9a-f]+(:[0-9a-f]+)?@[^/]+/([^?#]+/)?[0-9]+"#,
            form: "https://key@host/project",
            isSecret: false
        ),
    ]
}

/// Keys of vendors that move no money and send no mail.
enum TestKey {
    static func isOne(_ text: String) -> Bool {
        ["sk_test_", "rk_test_", "pk_test_"].contains { text.hasPrefix($0) }
    }
}
