extension MailCapabilities {
    /// What any SMTP server can do.
    public static let smtp = MailCapabilities.smtp(host: "")

    /// The transports of this library with what they can do, by which an error names one that can.
    public static let known: [(transport: String, capabilities: MailCapabilities)] = MailProviderEntry.all
        .filter(\.isAdvised).map { ($0.name, $0.capabilities) }

    /// The names of the library's transports that can do this, in the order of ``known``.
    public static func transports(supporting feature: MailFeature) -> [String] {
        known.filter { $0.capabilities.supports(feature) }.map(\.transport)
    }
}

extension MailError {
    /// The transport cannot do what the message asks for; names those that can.
    /// - Parameters:
    ///   - feature: what it cannot do.
    ///   - wish: the property of the message, as `scheduledAt`.
    static func unsupported(_ feature: MailFeature, _ wish: String, transport: String) -> MailError {
        let others = MailCapabilities.transports(supporting: feature)
        let remedy = others.isEmpty ? "" : "; send it through \(others.joined(separator: " or ")), or"
        return MailError(
            .unsupported,
            "\(transport) cannot do what `\(wish)` asks for (\(feature))\(remedy.isEmpty ? ";" : remedy) leave it out.",
            transport: transport
        )
    }
}
