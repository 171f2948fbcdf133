import GroundworkCore
import Testing

@testable import Mailer

@Suite struct SMTPHandshakeTests {
    static let login = SASLLogin(userName: "u", secret: Secret("pass-word"), isToken: false, host: "h", port: 587)

    static func handshake(_ security: SMTPSecurity, login: SASLLogin? = nil, isSecure: Bool = false) -> SMTPHandshake {
        let settings = SMTPHandshake.Settings(
            clientName: .unnamed,
            security: security,
            login: login,
            mechanisms: [.plain, .login, .oauthBearer, .xoauth2]
        )
        return SMTPHandshake(settings, host: "mail.test", isSecure: isSecure)
    }

    static func text(_ action: SMTPHandshake.Action) -> String? {
        if case .send(let bytes) = action { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    static func failure(_ body: () throws -> Void) -> SMTPFailure? {
        do {
            try body()
            return nil
        } catch {
            return error as? SMTPFailure
        }
    }

    @Test func goesThroughSTARTTLSAndGreetsAgain() throws {
        var handshake = Self.handshake(.startTLS, login: Self.login)
        #expect(
            try Self.text(handshake.received(SMTPReply(code: 220, text: "hi"), isLast: true)) == "EHLO [127.0.0.1]\r\n"
        )
        let offer = SMTPReply(code: 250, text: "mail.test\nSTARTTLS\nAUTH PLAIN\nSIZE 5")
        #expect(try Self.text(handshake.received(offer, isLast: true)) == "STARTTLS\r\n")
        #expect(try handshake.received(SMTPReply(code: 220, text: "go"), isLast: true) == .startTLS)
        #expect(Self.text(handshake.secured()) == "EHLO [127.0.0.1]\r\n")
        let secured = SMTPReply(code: 250, text: "mail.test\nAUTH PLAIN\nPIPELINING")
        #expect(try Self.text(handshake.received(secured, isLast: true)) == "AUTH PLAIN AHUAcGFzcy13b3Jk\r\n")
        // What was said in clear is forgotten: no SIZE.
        let ready = try handshake.received(SMTPReply(code: 235, text: "ok"), isLast: true)
        #expect(ready == .ready(SMTPCapabilities(ehlo: secured)))
    }

    @Test func whatCameBehindTheConsentToTLSIsAnAttack() throws {
        var handshake = Self.handshake(.startTLS)
        _ = try handshake.received(SMTPReply(code: 220, text: "hi"), isLast: true)
        _ = try handshake.received(SMTPReply(code: 250, text: "a\nSTARTTLS"), isLast: true)
        #expect(
            Self.failure { _ = try handshake.received(SMTPReply(code: 220, text: "go"), isLast: false) }?.code
                == .protocolViolation
        )
    }

    @Test func requiredTLSIsRequired() throws {
        for offer in ["a", "a\nAUTH PLAIN"] {
            var handshake = Self.handshake(.startTLS)
            _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: true)
            #expect(
                Self.failure { _ = try handshake.received(SMTPReply(code: 250, text: offer), isLast: true) }?.code
                    == .tlsUnavailable
            )
        }
        var handshake = Self.handshake(.startTLS)
        _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: true)
        _ = try handshake.received(SMTPReply(code: 250, text: "a\nSTARTTLS"), isLast: true)
        let failure = Self.failure { _ = try handshake.received(SMTPReply(code: 454, text: "no"), isLast: true) }
        #expect(failure?.code == .tlsUnavailable && failure?.isTransient == true)
    }

    @Test func requiredTLSIsRequiredAfterHELOToo() throws {
        var handshake = Self.handshake(.startTLS)
        _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: true)
        #expect(
            try Self.text(handshake.received(SMTPReply(code: 502, text: ""), isLast: true)) == "HELO [127.0.0.1]\r\n"
        )
        #expect(
            Self.failure { _ = try handshake.received(SMTPReply(code: 250, text: "STARTTLS"), isLast: true) }?.code
                == .tlsUnavailable
        )
    }

    @Test func fallsBackToHELO() throws {
        var handshake = Self.handshake(.none)
        _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: true)
        #expect(
            try Self.text(handshake.received(SMTPReply(code: 500, text: "?"), isLast: true)) == "HELO [127.0.0.1]\r\n"
        )
        #expect(try handshake.received(SMTPReply(code: 250, text: "hi"), isLast: true) == .ready(SMTPCapabilities()))
    }

    @Test func credentialsAreNotSentInClear() throws {
        for security in [SMTPSecurity.none, .opportunisticStartTLS] {
            var handshake = Self.handshake(security, login: Self.login)
            _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: true)
            let failure = Self.failure {
                _ = try handshake.received(SMTPReply(code: 250, text: "a\nAUTH PLAIN"), isLast: true)
            }
            #expect(failure?.code == .credentialsNeedTLS && failure?.isTransient == false)
        }
    }

    @Test func opportunisticTLSDoesWithout() throws {
        var handshake = Self.handshake(.opportunisticStartTLS)
        _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: true)
        let offer = SMTPReply(code: 250, text: "a\nSTARTTLS\nPIPELINING")
        #expect(try Self.text(handshake.received(offer, isLast: true)) == "STARTTLS\r\n")
        #expect(
            try handshake.received(SMTPReply(code: 454, text: "no"), isLast: true)
                == .ready(SMTPCapabilities(ehlo: offer))
        )
    }

    @Test func noStepTakesTwoReplies() throws {
        var handshake = Self.handshake(.none)
        #expect(
            Self.failure { _ = try handshake.received(SMTPReply(code: 220, text: ""), isLast: false) }?.code
                == .protocolViolation
        )
    }

    @Test(arguments: [421, 450, 554]) func aRefusalAtTheGreetingIsOne(_ code: Int) {
        var handshake = Self.handshake(.none)
        let failure = Self.failure { _ = try handshake.received(SMTPReply(code: code, text: "no"), isLast: true) }
        #expect(failure?.code == .refused && failure?.isTransient == (code < 500))
    }
}
