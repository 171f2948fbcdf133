import GroundworkCore
import GroundworkCrypto
import Testing

@testable import Mailer

/// The seam of SASL has room for mechanisms with several steps that also check the server, such as SCRAM-SHA-256
/// (RFC 7677): this one is written here, and only here.
@Suite struct SCRAMRoomTests {
    struct Exchange: SASLExchange {
        let login: SASLLogin
        let nonce: String
        var first: [UInt8] = []
        var wanted: String?

        private var bare: String { "n=\(login.userName),r=\(nonce)" }

        mutating func initialResponse() -> Secret<[UInt8]>? { Secret(Array("n,,\(bare)".utf8)) }

        mutating func response(to challenge: [UInt8]) throws(SASLError) -> Secret<[UInt8]> {
            let text = String(decoding: challenge, as: UTF8.self)
            if let wanted {
                guard text == "v=\(wanted)" else { throw SASLError("The server does not know the password.") }
                return Secret([])
            }
            do {
                let (answer, signature) = try answer(to: text)
                wanted = signature
                return Secret(Array(answer.utf8))
            } catch {
                throw SASLError("The server's message cannot be used.")
            }
        }

        private func answer(to text: String) throws -> (answer: String, signature: String) {
            let fields = text.split(separator: ",").map { String($0.dropFirst(2)) }
            guard fields.count == 3, fields[0].hasPrefix(nonce), let salt = Base64.decode(fields[1]),
                let rounds = Int(fields[2]), (1...100_000).contains(rounds)
            else { throw SASLError("It has another form.") }
            let password = try HMACKey(.sha256, key: login.secret.withValue { Array($0.utf8) })
            var block = try password.authenticate(salt + [0, 0, 0, 1])
            var salted = block
            for _ in 1..<rounds {
                block = try password.authenticate(block)
                for index in salted.indices { salted[index] ^= block[index] }
            }
            let keys = try HMACKey(.sha256, key: salted)
            let client = try keys.authenticate(Array("Client Key".utf8))
            let final = "c=biws,r=\(fields[0])"
            let message = Array("\(bare),\(text),\(final)".utf8)
            let signature = try HMACKey(.sha256, key: Digest.hash(.sha256, client)).authenticate(message)
            let server = try HMACKey(.sha256, key: keys.authenticate(Array("Server Key".utf8))).authenticate(message)
            return ("\(final),p=\(Base64.encode(zip(client, signature).map { $0 ^ $1 }))", Base64.encode(server))
        }
    }

    static let mechanism = SASLMechanism("SCRAM-SHA-256", takesToken: false) { login throws(SASLError) in
        Exchange(login: login, nonce: "rOprNGfwEbeRWgbNEkqO")
    }

    /// The messages of RFC 7677, section 3.
    @Test func scramFitsBehindTheSeam() throws {
        let exchange = try SMTPAuthenticationTests.Exchange(
            Self.mechanism,
            SMTPAuthenticationTests.login("user", "pencil")
        )
        let encode = { (text: String) in Base64.encode(Array(text.utf8)) }
        #expect(exchange.command == "AUTH SCRAM-SHA-256 \(encode("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))\r\n")
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        let final = try exchange.reply(334, encode("r=\(nonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
        #expect(
            final == encode("c=biws,r=\(nonce),p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=") + "\r\n"
        )
        #expect(try exchange.reply(334, encode("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")) == "\r\n")
        #expect(try exchange.reply(235, "ok") == nil)
    }

    @Test func aServerThatProvesNothingIsLeft() throws {
        let exchange = try SMTPAuthenticationTests.Exchange(
            Self.mechanism,
            SMTPAuthenticationTests.login("user", "pencil")
        )
        let encode = { (text: String) in Base64.encode(Array(text.utf8)) }
        _ = try exchange.reply(334, encode("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
        #expect(try exchange.reply(334, encode("v=AAAA")) == "*\r\n")
    }
}
