import GroundworkTesting
import Testing

@testable import Mailer

@Suite struct SMTPReplyParserTests {
    /// All replies in some bytes, fed `pieces` at a time.
    static func replies(_ bytes: [UInt8], pieces: Int = .max, limits: SMTPReplyParser.Limits = .init()) throws
        -> [SMTPReply]
    {
        var parser = SMTPReplyParser(limits: limits)
        var replies: [SMTPReply] = []
        for start in stride(from: 0, to: bytes.count, by: min(pieces, bytes.count)) {
            parser.feed(Array(bytes[start...].prefix(pieces)))
            while let reply = try parser.next() { replies.append(reply) }
        }
        return replies
    }

    static func replies(_ text: String, pieces: Int = .max) throws -> [SMTPReply] {
        try replies(Array(text.utf8), pieces: pieces)
    }

    @Test func readsRepliesHoweverTheyAreCut() throws {
        let text = "220 a ready\r\n250-b\r\n250-SIZE 100\r\n250 HELP\r\n354 go\r\n250\r\n"
        let expected = [
            SMTPReply(code: 220, text: "a ready"), SMTPReply(code: 250, text: "b\nSIZE 100\nHELP"),
            SMTPReply(code: 354, text: "go"), SMTPReply(code: 250, text: ""),
        ]
        for pieces in [1, 2, 3, 5, 7, 1000] { #expect(try Self.replies(text, pieces: pieces) == expected) }
    }

    @Test func putsUpWithBareLineFeeds() throws {
        #expect(try Self.replies("250-a\n250 b\n") == [SMTPReply(code: 250, text: "a\nb")])
    }

    @Test func replacesWhatIsNoUTF8AndControls() throws {
        #expect(try Self.replies(Array("250 caf\u{e9}".utf8) + [0x0D, 0x0A]) == [SMTPReply(code: 250, text: "café")])
        #expect(try Self.replies([0x32, 0x35, 0x30, 0x20, 0xE9, 0x00, 0x1B, 0x0D, 0x0A]).first?.text == "\u{FFFD}  ")
    }

    @Test(arguments: [
        "hello\r\n", "25\r\n", "2x0 a\r\n", "250_a\r\n", "150 a\r\n", "600 a\r\n", "000 a\r\n", "\r\n",
        "250-a\r\n251 b\r\n",
    ])
    func refusesWhatIsNoReply(_ text: String) {
        #expect(throws: SMTPReplyError.self) { try Self.replies(text) }
    }

    @Test func boundsALine() {
        #expect(throws: SMTPReplyError.self) { try Self.replies(Array(repeating: 0x61, count: 5000), pieces: 1000) }
        let long = Array("250 ".utf8) + Array(repeating: 0x61, count: 5000) + [0x0D, 0x0A]
        #expect(throws: SMTPReplyError.self) { try Self.replies(long) }
    }

    @Test func boundsTheLinesOfAReplyAndTheirSum() {
        let many = Array(repeating: "250-a\r\n", count: 300).joined()
        #expect(throws: SMTPReplyError.self) { try Self.replies(many) }
        let large = Array(repeating: "250-" + String(repeating: "a", count: 1000) + "\r\n", count: 100).joined()
        #expect(throws: SMTPReplyError.self) { try Self.replies(large) }
    }

    @Test func knowsWhetherMoreHasCome() throws {
        var parser = SMTPReplyParser()
        parser.feed(Array("250-a\r\n".utf8))
        #expect(try parser.next() == nil)
        #expect(parser.hasBufferedBytes)
        parser.feed(Array("250 b\r\n2".utf8))
        #expect(try parser.next() != nil)
        #expect(parser.hasBufferedBytes)
        parser.feed(Array("20 c\r\n".utf8))
        #expect(try parser.next() == SMTPReply(code: 220, text: "c"))
        #expect(!parser.hasBufferedBytes)
    }

    @Test func readsEnhancedCodesOfTheSameClassOnly() {
        #expect(SMTPReply(code: 550, text: "5.1.1 No such user").enhancedCode?.description == "5.1.1")
        #expect(SMTPReply(code: 250, text: "2.0.0").enhancedCode?.description == "2.0.0")
        for text in ["5.1.1 a", "4.1 a", "4.1.1a", "4.1000.1 a", "", "4..1 a"] {
            #expect(SMTPReply(code: 450, text: text).enhancedCode == nil)
        }
    }

    @Test func takesTheEnhancedCodeOutOfEachLine() {
        let reply = MailReply(SMTPReply(code: 550, text: "5.7.1 You are\n5.7.1 not welcome"))
        #expect(reply.text == "You are\nnot welcome" && reply.code == 550 && reply.enhancedCode?.subject == 7)
    }

    @Test func isOneLineAsText() {
        let reply = SMTPReply(code: 554, text: "no\n[ok] smtp: TLS\u{85}a\u{9b}b\u{2028}c")
        #expect("\(reply)" == "554 no [ok] smtp: TLS a b c")
        #expect("\(SMTPReply(code: 250, text: ""))" == "250")
    }

    @Test func findsTheNameInTheQueue() {
        #expect(SMTPReply(code: 250, text: "2.0.0 Ok: queued as 4bXyZ12").queueID == "4bXyZ12")
        #expect(SMTPReply(code: 250, text: "OK id=1rAbCd-0001-2x").queueID == "1rAbCd-0001-2x")
        #expect(SMTPReply(code: 250, text: "Ok").queueID == nil)
    }
}
