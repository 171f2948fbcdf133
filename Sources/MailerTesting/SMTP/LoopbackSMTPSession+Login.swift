import GroundworkCore
import GroundworkSockets

extension LoopbackSMTPSession {
    /// `AUTH` with PLAIN, LOGIN, XOAUTH2 or OAUTHBEARER.
    mutating func authenticate(_ words: [String], _ wire: inout LoopbackSMTPWire) async throws {
        let mechanism = words.count > 1 ? words[1].uppercased() : ""
        guard configuration.mechanisms.contains(mechanism), !configuration.users.isEmpty else {
            return try await wire.send(Self.bytes("504 5.5.4 Unknown mechanism"))
        }
        var name: String?
        var secret: String?
        switch mechanism {
        case "LOGIN":
            name = try await ask("VXNlcm5hbWU6", &wire)
            secret = try await ask("UGFzc3dvcmQ6", &wire)
        default:
            let first: String?
            if words.count > 2 {
                first = Base64.decode(words[2]).map { String(decoding: $0, as: UTF8.self) }
            } else {
                first = try await ask("", &wire)
            }
            (name, secret) = Self.parts(first ?? "", of: mechanism)
        }
        guard let name, let secret, let expected = configuration.users[name],
            ConstantTime.equal(expected.utf8, secret.utf8)
        else {
            if mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER" {
                _ = try await ask(Base64.encode(Array(#"{"status":"401"}"#.utf8)), &wire)
            }
            _ = try await answer(.auth, "535 5.7.8 Authentication credentials invalid", &wire)
            return
        }
        if try await answer(.auth, "235 2.7.0 Authentication successful", &wire) { userName = name }
    }

    /// Sends a challenge; the decoded answer, nil when it was none.
    private func ask(_ challenge: String, _ wire: inout LoopbackSMTPWire) async throws -> String? {
        guard try await answer(.auth, "334 \(challenge)", &wire) else { throw Over() }
        let line = String(decoding: try await wire.line(limit: 16_384), as: UTF8.self)
        if line == "*" {
            try await wire.send(Self.bytes("501 5.7.0 Cancelled"))
            throw Over()
        }
        return Base64.decode(line).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func parts(_ message: String, of mechanism: String) -> (String?, String?) {
        switch mechanism {
        case "PLAIN":
            let fields = message.utf8.split(separator: 0, omittingEmptySubsequences: false).map {
                String(Substring($0))
            }
            return fields.count == 3 ? (fields[1], fields[2]) : (nil, nil)
        default:
            let fields = message.utf8.split(separator: 1, omittingEmptySubsequences: false).map {
                String(Substring($0))
            }
            let token = fields.first { $0.hasPrefix("auth=Bearer ") }.map { String($0.dropFirst(12)) }
            let name = fields.first.map { field in
                mechanism == "XOAUTH2" ? field.dropFirst(5) : field.dropFirst(4).dropLast()
            }
            return (name.map(String.init), token)
        }
    }
}
