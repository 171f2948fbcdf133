import GroundworkCore

extension SMTPConfiguration {
    /// Reads the configuration from environment variables.
    ///
    /// | variable | meaning |
    /// | --- | --- |
    /// | `SMTP_URL` | `smtp://user:password@host:587` (STARTTLS required) or `smtps://…:465` (TLS from the start); name and password percent-encoded. `?tls=opportunistic` or `?tls=off` loosens `smtp://`. A secret. |
    /// | `SMTP_HOST` | in place of `SMTP_URL`: the server |
    /// | `SMTP_PORT` | the port, by default 587; 465 means TLS from the start |
    /// | `SMTP_USERNAME`, `SMTP_PASSWORD` | what to log in with; both or neither |
    /// | `SMTP_TLS` | `required` (default), `opportunistic` or `off` |
    ///
    /// An empty variable counts as not set.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``, which names the variable and never shows its value.
    public init(environment: [String: String]) throws(MailError) {
        let reader = SMTPEnvironment(environment)
        if let text = reader["SMTP_URL"] {
            for name in ["SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD", "SMTP_TLS"] {
                guard reader[name] == nil else {
                    throw SMTPEnvironment.fault(name, "is set beside SMTP_URL, which says the same; remove one of them")
                }
            }
            let url = try SMTPEnvironment.parsed("SMTP_URL") { () throws(TextParsingError) in try SMTPURL(parsing: text)
            }
            self.init(host: url.host, port: url.port, security: url.security)
            credentials = try Self.credentials(url.userName, url.password, "SMTP_URL", "SMTP_URL")
            return
        }
        guard let name = reader["SMTP_HOST"] else {
            throw SMTPEnvironment.fault("SMTP_URL", "is not set, and SMTP_HOST is not either; set one of them")
        }
        let host = try SMTPEnvironment.parsed("SMTP_HOST") { () throws(TextParsingError) in
            try SMTPURL.checkedHost(name)
        }
        let port = try reader["SMTP_PORT"].map { text throws(MailError) in
            try SMTPEnvironment.parsed("SMTP_PORT") { () throws(TextParsingError) in try SMTPURL.checkedPort(text) }
        }
        let usual = port == SMTPSecurity.implicitTLS.usualPort ? SMTPSecurity.implicitTLS : .startTLS
        guard let security = usual.applying(reader["SMTP_TLS"] ?? "required") else {
            throw SMTPEnvironment.fault(
                "SMTP_TLS",
                "is not required, opportunistic or off, or is not required with port 465, which is for TLS alone"
            )
        }
        self.init(host: host, port: port, security: security)
        let password = reader["SMTP_PASSWORD"].map { Secret($0) }
        credentials = try Self.credentials(reader["SMTP_USERNAME"], password, "SMTP_USERNAME", "SMTP_PASSWORD")
    }

    private static func credentials(
        _ userName: String?,
        _ password: Secret<String>?,
        _ nameVariable: String,
        _ passwordVariable: String
    ) throws(MailError) -> SMTPCredentials? {
        switch (userName, password) {
        case (nil, nil): return nil
        case (let userName?, let password?) where !userName.isEmpty: return .password(userName: userName, password)
        case (_?, nil): throw SMTPEnvironment.fault(passwordVariable, "has no password for the user name")
        default: throw SMTPEnvironment.fault(nameVariable, "has no user name for the password")
        }
    }
}

/// Reads variables and names them in errors.
private struct SMTPEnvironment {
    let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    static func parsed<Value>(
        _ name: String,
        _ body: () throws(TextParsingError) -> Value
    ) throws(MailError) -> Value {
        do throws(TextParsingError) { return try body() } catch { throw fault(name, "cannot be used: \(error.reason)") }
    }

    static func fault(_ name: String, _ problem: String) -> MailError {
        MailError(.invalidConfiguration, "The environment variable \(name) \(problem).", transport: "smtp")
    }
}
