import GroundworkCore

extension Mailer {
    /// Reads everything from environment variables.
    ///
    /// | variable | meaning |
    /// | --- | --- |
    /// | `EMAIL_PROVIDER` | `resend`, `sendgrid`, `smtp`, `file` or `maildir`; several with commas between them are asked in this order when one does not work |
    /// | `EMAIL_FROM` | who writes: `noreply@example.org`, or `Shop <noreply@example.org>`; without a name, `APP_NAME` is it |
    /// | `APP_NAME` | the app's name, in subjects and texts |
    /// | `APP_URL` | where links lead: `https://app.example.org`; `http://` for this machine only |
    /// | `RESEND_API_KEY` | for `resend`: the key, `re_…`. A secret. |
    /// | `SENDGRID_API_KEY` | for `sendgrid`: the key, `SG.…`. A secret. |
    /// | `SENDGRID_REGION` | `eu` for subusers of the European Union; by default `global` |
    /// | `SMTP_URL`, or `SMTP_HOST` and its companions | for `smtp`: see ``SMTPConfiguration/init(environment:)``. A secret. |
    /// | `EMAIL_DIRECTORY` | for `file` and `maildir`: the directory |
    /// | `EMAIL_REPLY_TO` | where answers go; by default to `EMAIL_FROM` |
    /// | `EMAIL_LOCALE` | the language of those whose language is not known, such as `de`; by default `en` |
    /// | `APP_LOGO_URL` | an https address of a logo; by default the name is shown |
    /// | `APP_COLOR` | the colour of buttons and links, such as `#2563eb` |
    /// | `APP_FOOTER` | what stands at the end of the built-in mails, such as the postal address |
    /// | `APP_SUPPORT_EMAIL` | where people get help |
    /// | `DKIM_DOMAIN`, `DKIM_SELECTOR`, `DKIM_PRIVATE_KEY` | signs what goes by `smtp`: all three or none; the key as PEM or its path. A secret. |
    ///
    /// An empty variable counts as not set.
    /// - Parameters:
    ///   - environment: the variables, such as `ProcessInfo.processInfo.environment`.
    ///   - settings: how mails are delivered: retries, suppressions, log, events.
    ///   - http: what requests to `resend` and `sendgrid` go through; nil is libcurl.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``, which names **every** variable that is missing
    ///   or wrong, with the remedy, and shows no value; its `underlyingError` is a ``MailConfigurationError``.
    public init(
        environment: [String: String],
        delivery settings: MailDelivery.Configuration = MailDelivery.Configuration(),
        http: (any HTTPTransport)? = nil
    ) throws(MailError) {
        try self.init(environment: environment, delivery: settings, http: http, providers: MailProviderEntry.all)
    }

    /// Reads everything from environment variables, where `EMAIL_PROVIDER` names some of these providers.
    init(
        environment: [String: String],
        delivery settings: MailDelivery.Configuration = MailDelivery.Configuration(),
        http: (any HTTPTransport)? = nil,
        providers: [MailProviderEntry]
    ) throws(MailError) {
        var reader = MailEnvironment(environment)
        let configuration = reader.configuration()
        let transports = reader.transports(http, of: providers)
        guard reader.problems.isEmpty, let configuration else {
            let error = MailConfigurationError(problems: reader.problems)
            throw MailError(.invalidConfiguration, error.description, underlyingError: error)
        }
        self.init(
            configuration,
            delivery: try MailDelivery(routes: transports.map { MailRoute($0) }, settings)
        )
    }
}

/// Every variable that is missing or wrong.
public struct MailConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One variable.
    public struct Problem: Sendable, Hashable {
        /// The variable's name.
        public var variable: String
        /// What is wrong and how to mend it, without the value.
        public var text: String
    }

    /// All of them.
    public var problems: [Problem]

    /// One line for each.
    public var description: String {
        let count = problems.count == 1 ? "One variable is" : "\(problems.count) variables are"
        let lines = problems.map { "\n- \($0.variable): \($0.text)" }.joined()
        return "\(count) missing or wrong:\(lines)"
    }
}

/// Reads variables and remembers what is wrong with them.
struct MailEnvironment {
    let values: [String: String]
    private(set) var problems: [MailConfigurationError.Problem] = []

    init(_ values: [String: String]) { self.values = values }

    /// A variable's value without white space around it; nil when it is empty or not set.
    subscript(name: String) -> String? {
        guard let value = values[name]?.trimmingASCIIWhitespace(), !value.isEmpty else { return nil }
        return value
    }

    mutating func fault(_ variable: String, _ text: String) {
        problems.append(MailConfigurationError.Problem(variable: variable, text: text))
    }

    /// A value that must be there.
    mutating func required(_ name: String, _ remedy: String) -> String? {
        if let value = self[name] { return value }
        fault(name, "It is not set. \(remedy)")
        return nil
    }

    /// A value that is read; what cannot be read is a problem.
    mutating func read<Value>(_ name: String, _ text: String?, _ body: (String) throws(MailError) -> Value) -> Value? {
        guard let text else { return nil }
        do throws(MailError) { return try body(text) } catch {
            fault(name, error.message)
            return nil
        }
    }

    mutating func read<Value: TextParsable>(_ name: String, _ text: String?, as type: Value.Type) -> Value? {
        guard let text else { return nil }
        do throws(TextParsingError) { return try Value(parsing: text) } catch {
            fault(name, "It is not \(Value.expectedText): \(error).")
            return nil
        }
    }
}
