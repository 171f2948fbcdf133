import EnvSchema

/// Manifests that use everything a manifest can hold.
enum SampleManifests {
    static let auth: SchemaManifest = {
        var port = EnvVariable(
            "PORT",
            help: "Listen port",
            type: Int.envType,
            requirement: .init(.defaulted),
            isSecret: false
        )
        port.limits.minimum = 1
        port.limits.maximum = 65_535
        port.defaultText = "3001"
        port.note = "3001"
        var jwt = secret("JWT_SECRET", .hs256, "Signs access tokens", sharing: .must)
        jwt.sharing = EnvSharing(.must, owner: "auth-service")
        jwt.limits.minimumLength = 32
        jwt.secret?.origin = "1Password, vault Backend"
        var provider = EnvVariable(
            "EMAIL_PROVIDER",
            help: "Mail backend",
            type: ProviderChoice.envType,
            requirement: .init(.defaulted),
            isSecret: false
        )
        provider.defaultText = "log"
        provider.group = "Mail"
        var resend = secret("RESEND_API_KEY", .apiToken, "Resend token", requirement: .init(.optional))
        resend.group = "Mail"
        resend.secret?.allowsOverlap = true
        resend.secret?.rotation = ["Make a key in Resend.", "Set it and restart auth-service.", "Delete the old key."]
        var url = secret(
            "DATABASE_URL",
            .connectionURL,
            "Postgres",
            requirement: .init(.required, optionalIn: [.preview])
        )
        url.acceptsFile = true
        var sentry = EnvVariable(
            "SENTRY_DSN",
            help: "Sentry",
            type: String.envType,
            requirement: .init(.optional),
            isSecret: false
        )
        sentry.sharing = .should
        sentry.aliases = ["SENTRY_URL"]
        sentry.deprecatedNames = ["RAVEN_DSN"]
        var site = EnvVariable(
            "SITE",
            help: "Public name",
            type: String.envType,
            requirement: .init(.required),
            isSecret: false
        )
        site.aliases = ["SITE_NAME"]
        site.limits.pattern = "[a-z]+"
        site.example = "groundwork"
        var debug = EnvVariable(
            "DEBUG",
            help: "More log lines",
            type: Bool.envType,
            requirement: .init(.optional),
            isSecret: false
        )
        debug.allowsEmpty = true
        return SchemaManifest(
            service: "auth-service",
            summary: "Signs people in.",
            variables: [port, jwt, provider, resend, url, sentry, site, debug],
            rules: [
                .require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend").because(
                    "Resend sends nothing without a key"
                ),
                .mutuallyExclusive("SENTRY_DSN", "DEBUG"),
                EnvRule(.require(["SENTRY_DSN"], when: .mode([.production]))),
                EnvRule(
                    .implies(
                        .all([.isSet("DEBUG"), .not(.isSet("SENTRY_DSN"))]),
                        .any([.isOneOf("SITE", ["a", "b"]), .isSet("RESEND_API_KEY")])
                    )
                ),
            ]
        )
    }()

    static let chat: SchemaManifest = {
        var jwt = secret("JWT_SECRET", .hs256, "Checks access tokens", sharing: .mustMatch("auth-service"))
        jwt.limits.minimumLength = 32
        let url = secret("DATABASE_URL", .connectionURL, "Postgres")
        return SchemaManifest(service: "chat-service", variables: [jwt, url])
    }()

    /// Every text tries to break out of where it stands.
    static let hostile: SchemaManifest = {
        let text =
            "a | b\n| c |\n<script>alert(1)</script> `x` **b** [l](http://e) \\| # \"q\" 'q' $x ${Y} $(z) \u{202E}\u{7}"
            + "\n<!-- groundwork:end variables -->\n#-- groundwork:end evil --\nX=1"
        var variable = EnvVariable(
            "EVIL",
            help: text,
            type: String.envType,
            requirement: .init(.required),
            isSecret: false
        )
        variable.note = text
        variable.group = text
        variable.defaultText = text
        variable.example = text
        variable.type.name = text
        variable.type.expected = text
        var secret = Self.secret("EVIL_SECRET", .generic, text)
        secret.secret?.origin = text
        secret.secret?.rotation = [text, text]
        return SchemaManifest(
            service: "evil",
            summary: text,
            variables: [variable, secret],
            rules: [EnvRule(.atLeastOne(["EVIL"]), reason: text)]
        )
    }()

    enum ProviderChoice: String, EnvChoice { case resend, smtp, log }

    static func secret(
        _ name: String,
        _ kind: EnvSecretTraits.Kind,
        _ help: String,
        requirement: EnvRequirement = EnvRequirement(.required),
        sharing: EnvSharing = .own
    ) -> EnvVariable {
        var variable = EnvVariable(name, help: help, type: String.envType, requirement: requirement, isSecret: true)
        variable.secret = EnvSecretTraits(kind: kind)
        variable.sharing = sharing
        return variable
    }
}
