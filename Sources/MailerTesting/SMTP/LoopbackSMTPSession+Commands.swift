import GroundworkCore
import GroundworkSockets

extension LoopbackSMTPSession {
    /// Reads a command and does it; whether another may follow.
    mutating func serveCommand(_ socket: SocketStream, _ wire: inout LoopbackSMTPWire) async throws -> Bool {
        let bytes = try await wire.line(limit: 8192)
        let line = String(decoding: bytes, as: UTF8.self)
        let words = line.split(separator: " ").map(String.init)
        let verb = (words.first ?? "").lowercasedASCII()
        record(verb == "auth" ? words.prefix(2).joined(separator: " ") : line, wire)
        if wire.hasMore, !configuration.extensions.contains("PIPELINING") {
            violate("more than one command at a time without PIPELINING")
        }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { violate("a control character in a command") }
        switch verb {
        case "ehlo":
            (isGreeted, message) = (true, nil)
            _ = try await answer(.ehlo, ehlo, &wire)
        case "helo":
            (isGreeted, message) = (true, nil)
            _ = try await answer(.helo, "250 loopback.test", &wire)
        case "starttls":
            guard configuration.security == .startTLS, !isSecure else {
                return try await answer(.startTLS, "503 5.5.1 Not now", &wire)
            }
            if wire.hasMore { violate("bytes behind STARTTLS") }
            if try await answer(.startTLS, "220 2.0.0 Ready", &wire) { try await secure(socket, &wire) }
        case "auth": try await authenticate(words, &wire)
        case "mail": try await mail(line, &wire)
        case "rcpt": try await recipient(line, &wire)
        case "data": try await data(&wire)
        case "rset":
            message = nil
            _ = try await answer(.reset, "250 2.0.0 Ok", &wire)
        case "noop": _ = try await answer(.noop, "250 2.0.0 Ok", &wire)
        case "quit":
            _ = try await answer(.quit, "221 2.0.0 Bye", &wire)
            return false
        default: try await wire.send(Self.bytes("500 5.5.2 What?"))
        }
        return true
    }

    private func record(_ line: String, _ wire: LoopbackSMTPWire) {
        let command = LoopbackSMTPCommand(line: line, connection: number, packet: wire.packets)
        log.withLock { $0.commands.append(command) }
    }

    private var ehlo: String {
        var lines = ["loopback.test"] + configuration.extensions
        if configuration.security == .startTLS, !isSecure { lines.append("STARTTLS") }
        if !configuration.users.isEmpty, isSecure || configuration.offersLoginInClear {
            lines.append("AUTH " + configuration.mechanisms.joined(separator: " "))
        }
        return lines.enumerated().map { $0 == lines.count - 1 ? "250 \($1)" : "250-\($1)" }.joined(separator: "\n")
    }

    private mutating func mail(_ line: String, _ wire: inout LoopbackSMTPWire) async throws {
        guard let (address, parameters) = Self.path(line, after: "MAIL FROM:") else {
            return try await wire.send(Self.bytes("501 5.5.4 Syntax: MAIL FROM:<address>"))
        }
        guard isGreeted, message == nil else { return try await wire.send(Self.bytes("503 5.5.1 Not now")) }
        guard configuration.users.isEmpty || userName != nil else {
            return try await wire.send(Self.bytes("530 5.7.0 Authentication required"))
        }
        guard try await answer(.mail, "250 2.1.0 Ok", &wire) else { return }
        var begun = LoopbackSMTPMessage()
        begun.sender = address
        begun.senderParameters = parameters
        begun.isSecure = isSecure
        begun.userName = userName
        begun.connection = number
        message = begun
    }

    private mutating func recipient(_ line: String, _ wire: inout LoopbackSMTPWire) async throws {
        guard let (address, parameters) = Self.path(line, after: "RCPT TO:"), !address.isEmpty else {
            return try await wire.send(Self.bytes("501 5.5.4 Syntax: RCPT TO:<address>"))
        }
        guard message != nil else { return try await wire.send(Self.bytes("503 5.5.1 MAIL first")) }
        let localPart = address.prefix { $0 != "@" }
        guard !configuration.unknownLocalParts.contains(String(localPart)) else {
            return try await wire.send(Self.bytes("550 5.1.1 No such user"))
        }
        guard try await answer(.recipient, "250 2.1.5 Ok", &wire) else { return }
        message?.recipients.append(address)
        message?.recipientParameters.append(parameters)
    }

    private mutating func data(_ wire: inout LoopbackSMTPWire) async throws {
        guard let begun = message, !begun.recipients.isEmpty else {
            return try await wire.send(Self.bytes("503 5.5.1 RCPT first"))
        }
        if wire.hasMore { violate("bytes behind DATA") }
        guard try await answer(.data, "354 Go on", &wire) else { return }
        try await wire.waitForByte()
        guard try await answer(.content, "", &wire) else { return }
        try await takeContent(begun, &wire)
    }

    /// The address in angle brackets and the parameters behind it.
    private static func path(_ line: String, after prefix: String) -> (String, [String])? {
        guard line.lowercasedASCII().hasPrefix(prefix.lowercasedASCII()) else { return nil }
        let rest = line.utf8.dropFirst(prefix.utf8.count)
        guard rest.first == 0x3C, let end = rest.lastIndex(of: 0x3E) else { return nil }
        let address = String(Substring(rest[rest.index(after: rest.startIndex)..<end]))
        let parameters = Substring(rest[rest.index(after: end)...]).split(separator: " ").map(String.init)
        return (address, parameters)
    }
}
