/// What a server announced in its answer to `EHLO` (RFC 5321, section 4.1.1.1). After `HELO` it is empty.
package struct SMTPCapabilities: Sendable, Hashable {
    /// Keyword in capitals to its parameters.
    private var extensions: [String: [String]] = [:]
    /// How the server names itself, for messages only.
    package let serverName: String

    /// Reads the reply to `EHLO`. Keywords are read whatever their case; the first line is the server's greeting.
    package init(ehlo reply: SMTPReply) {
        let lines = reply.lines
        serverName = MailText.replacingControls(in: String(lines.first?.split(separator: " ").first ?? ""))
        for line in lines.dropFirst() {
            // Old servers write `AUTH=PLAIN` beside or in place of `AUTH PLAIN`.
            var words = line.split(separator: " ").map { $0.uppercasedASCII() }
            guard let first = words.first else { continue }
            if first.hasPrefix("AUTH=") { words = ["AUTH", String(first.dropFirst(5))] + words.dropFirst() }
            extensions[words[0], default: []] += words.dropFirst().filter { !$0.isEmpty }
        }
        lookUp()
    }

    /// What is known after `HELO`: nothing.
    package init() { serverName = "" }

    /// Whether an extension was announced; `keyword` is in capitals.
    package func has(_ keyword: String) -> Bool { extensions[keyword] != nil }

    /// The parameters of an extension; none when it was not announced.
    package func parameters(of keyword: String) -> [String] { extensions[keyword] ?? [] }

    /// RFC 2920: commands may be sent before the replies to earlier ones have come.
    package private(set) var pipelining = false
    /// RFC 6152.
    package private(set) var eightBitMIME = false
    /// RFC 6531.
    package private(set) var smtpUTF8 = false
    /// RFC 3207.
    package var startTLS: Bool { has("STARTTLS") }
    /// RFC 3461.
    package private(set) var deliveryNotifications = false
    /// RFC 1870: the size may be declared.
    package private(set) var size = false
    /// The largest message that the server takes, in bytes; nil when it names no limit (RFC 1870, section 4).
    package private(set) var maximumSize: Int?

    /// What each message asks for is looked up once.
    private mutating func lookUp() {
        pipelining = has("PIPELINING")
        eightBitMIME = has("8BITMIME")
        smtpUTF8 = has("SMTPUTF8")
        deliveryNotifications = has("DSN")
        size = has("SIZE")
        if let limit = parameters(of: "SIZE").first.flatMap({ Int($0) }), limit > 0 { maximumSize = limit }
    }

    /// The names of SASL mechanisms (RFC 4954).
    package var authentication: [String] { parameters(of: "AUTH") }
}

extension StringProtocol {
    /// ASCII letters made capitals; everything else stays.
    fileprivate func uppercasedASCII() -> String {
        String(decoding: utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
    }
}
