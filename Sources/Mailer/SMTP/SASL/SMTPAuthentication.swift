import GroundworkCore

/// `AUTH` (RFC 4954): carries a mechanism's messages.
package struct SMTPAuthentication: Sendable {
    /// A command line with its end (RFC 4954, section 4; RFC 5321, section 4.5.3.1.4). A longer first message waits to
    /// be asked for.
    private static let longestCommand = 512

    private let mechanism: String
    private var exchange: any SASLExchange
    /// The first message, when it did not fit into the command.
    private var pending: Secret<[UInt8]>?
    /// Why the login was cancelled.
    private var cancellation: SASLError?
    /// What no message may repeat, even if the server does.
    private var hidden: [Secret<String>]

    /// The command that begins a login.
    static func begin(
        _ mechanism: SASLMechanism,
        _ login: SASLLogin
    ) throws(SMTPFailure) -> (SMTPAuthentication, command: [UInt8]) {
        do throws(SASLError) {
            var authentication = SMTPAuthentication(mechanism.name, try mechanism.begin(login), login.secret)
            let command = authentication.command()
            return (authentication, command)
        } catch {
            throw SMTPFailure(.authenticationFailed, "The credentials for \(login.host) cannot be used: \(error)")
        }
    }

    private init(_ mechanism: String, _ exchange: any SASLExchange, _ secret: Secret<String>) {
        self.mechanism = mechanism
        self.exchange = exchange
        hidden = [secret]
    }

    private mutating func command() -> [UInt8] {
        let plain = Array("AUTH \(mechanism)".utf8)
        guard let first = exchange.initialResponse() else { return plain + [0x0D, 0x0A] }
        // An empty message is written as an equals sign, so that it differs from none.
        let isEmpty = first.withValue { $0.isEmpty }
        let line = plain + [0x20] + (isEmpty ? [0x3D, 0x0D, 0x0A] : self.line(first))
        guard line.count > Self.longestCommand else { return line }
        pending = first
        return plain + [0x0D, 0x0A]
    }

    /// Takes a reply; the next line to send, or nil when the login is done.
    mutating func received(_ received: SMTPReply, host: String) throws(SMTPFailure) -> [UInt8]? {
        let reply = withoutSecrets(received)
        if let cancellation {
            throw SMTPFailure(
                .authenticationFailed,
                "The login at \(host) was cancelled: \(cancellation)",
                reply: reply
            )
        }
        if reply.code == 235 { return nil }
        guard reply.code == 334 else {
            guard reply.isTransient || reply.isPermanent else {
                throw SMTPFailure(.protocolViolation, "\(host) answers a login with \(reply).", reply: reply)
            }
            throw SMTPFailure(
                .authenticationFailed,
                "\(host) refuses the login with \(mechanism): \(reply). Check the user name and the password or token.",
                reply: reply
            )
        }
        do throws(SASLError) {
            if let first = pending.take() { return line(first) }
            guard let challenge = Base64.decode(reply.text.trimmingASCIIWhitespace()) else {
                throw SASLError("The server's challenge is no base64.")
            }
            return line(try exchange.response(to: challenge))
        } catch {
            cancellation = error
            return Array("*\r\n".utf8)
        }
    }

    private mutating func line(_ message: Secret<[UInt8]>) -> [UInt8] {
        let encoded = message.map { Base64.encode($0) }
        hidden.append(encoded)
        return encoded.withValue { Array($0.utf8) } + [0x0D, 0x0A]
    }

    /// Some servers repeat in their refusal what they were sent.
    private func withoutSecrets(_ reply: SMTPReply) -> SMTPReply {
        let repeats = hidden.contains { secret in
            secret.withValue { $0.utf8.count >= 4 && reply.text.firstRange(of: $0) != nil }
        }
        return repeats ? SMTPReply(code: reply.code, text: "(withheld: it repeats the credentials)") : reply
    }
}
