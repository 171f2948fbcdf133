import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Everything that can be told beforehand is told before the wire.
@Suite struct ProviderLimitTests {
    private func refusals(
        of transport: any MailTransport,
        _ change: (inout MailMessage) throws -> Void
    ) async throws -> MailError? {
        var message = try outgoingMail().message
        try change(&message)
        do {
            _ = try await transport.send(try OutgoingMail(message), deadline: nil)
            return nil
        } catch {
            return error as? MailError
        }
    }

    private static func addresses(_ count: Int) throws -> MailAddressList {
        MailAddressList(try (0..<count).map { try Mailbox("u\($0)@example.org") })
    }

    @Test func resendsLimitsAreKnown() async throws {
        let time = ManualTime()
        try await withResend(time: time) { server, transport in
            let cases: [(MailError.Code, String, (inout MailMessage) throws -> Void)] = [
                (.limitExceeded, "50", { $0.to = try Self.addresses(51) }),
                (.limitExceeded, "720 hours", { $0.scheduledAt = time.now.addingTimeInterval(31 * 24 * 3600) }),
                (
                    .limitExceeded, "41943040",
                    {
                        let body = oddBody([UInt8](repeating: 0, count: 1), length: 32 << 20, piece: 1)
                        $0.attachments = [try MailAttachment(fileName: "big.bin", content: body)]
                    }
                ),
                (.unsupported, "sendgrid", { $0.metadata = ["a": "b"] }),
                (.unsupported, "sendgrid", { $0.tracking.clicks = true }),
                (.unsupported, "sendgrid or smtp", { $0.calendar = MailCalendar(method: .publish, text: "BEGIN") }),
                (.unsupported, "smtp", { $0.returnPath = try EnvelopeAddress("bounce@example.org") }),
                (.unsupported, "smtp", { $0.sender = try Mailbox("other@example.org") }),
                (.unsupported, "smtp", { $0.to = [try Mailbox("jürgen@example.org")] }),
                (.invalidMessage, "text", { $0.text = nil }),
                (.invalidMessage, "subject", { $0.subject = try HeaderValue(" ") }),
                (
                    .invalidMessage, "twice",
                    {
                        $0.headers = [try MailHeader("X-A", "1"), try MailHeader("x-a", "2")]
                    }
                ),
            ]
            for (code, words, change) in cases {
                let error = try await refusals(of: transport, change)
                #expect(error?.code == code, "\(words): \(String(describing: error))")
                #expect(error?.message.contains(words) == true, "\(words): \(String(describing: error))")
            }
            #expect(server.calls.isEmpty)
            // Turning tracking off is no wish that needs a switch for each mail.
            #expect(try await refusals(of: transport) { $0.tracking = .off } == nil)
        }
    }

    @Test func sendGridsLimitsAreKnown() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            let cases: [(MailError.Code, String, (inout MailMessage) throws -> Void)] = [
                (.limitExceeded, "1000", { $0.to = try Self.addresses(1001) }),
                (.limitExceeded, "72 hours", { $0.scheduledAt = time.now.addingTimeInterval(73 * 3600) }),
                (
                    .limitExceeded, "31457280",
                    {
                        let body = oddBody([UInt8](repeating: 0, count: 1), length: 24 << 20, piece: 1)
                        $0.attachments = [try MailAttachment(fileName: "big.bin", content: body)]
                    }
                ),
                (.limitExceeded, "10", { $0.tags = try (0..<11).map { try MailTag("t\($0)") } }),
                (
                    .limitExceeded, "255",
                    { $0.tags = [try MailTag(String(repeating: "a", count: 200), String(repeating: "b", count: 60))] }
                ),
                (.limitExceeded, "10000 bytes", { $0.metadata = ["a": String(repeating: "b", count: 10_000)] }),
                (.invalidMessage, "event", { $0.metadata = ["event": "x"] }),
                (.invalidMessage, "equal", { $0.tags = [try MailTag("a"), try MailTag("a")] }),
                (
                    .invalidAttachment, "empty.txt",
                    {
                        $0.attachments = [
                            try MailAttachment(fileName: "full.txt", content: .text("x")),
                            try MailAttachment(fileName: "empty.txt", content: .bytes([UInt8]())),
                        ]
                    }
                ),
                (
                    .invalidMessage, "METHOD:CANCEL",
                    { $0.calendar = MailCalendar(method: .cancel, text: invitation.text) }
                ),
                (.invalidMessage, "upper and lower", { $0.to = try MailAddressList("a@example.org, A@example.org") }),
                (.reservedHeader, "x-sg-id", { $0.headers = [try MailHeader("x-sg-id", "1")] }),
                (.unsupported, "smtp", { $0.returnPath = try EnvelopeAddress("bounce@example.org") }),
                (.unsupported, "smtp", { $0.to = [try Mailbox("jürgen@example.org")] }),
                (.invalidMessage, "text", { $0.text = "" }),
            ]
            for (code, words, change) in cases {
                let error = try await refusals(of: transport, change)
                #expect(error?.code == code, "\(words): \(String(describing: error))")
                #expect(error?.message.contains(words) == true, "\(words): \(String(describing: error))")
            }
            #expect(server.calls.isEmpty)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -1e300, 1e300, -62_135_596_801, -1])
    func aScheduleThatIsNoTimeIsRefused(seconds: Double) async throws {
        let date = Date(timeIntervalSince1970: seconds)
        try await withResend { server, transport in
            let error = try await refusals(of: transport) { $0.scheduledAt = date }
            #expect(error != nil)
            #expect(server.calls.isEmpty)
        }
        try await withSendGrid { server, transport in
            let error = try await refusals(of: transport) { $0.scheduledAt = date }
            #expect(error != nil)
            var message = try outgoingMail().message
            message.scheduledAt = date
            _ = try await transport.send(batch: [OutgoingMail(message), outgoingMail()], deadline: nil)
            #expect(server.calls.count == 1)
        }
    }

    @Test func aStreamOfUnknownLengthIsBrokenOffAtTheLimit() async throws {
        try await withSendGrid { server, transport in
            let error = try await refusals(of: transport) {
                let body = oddBody([UInt8](repeating: 7, count: 24 << 20), length: nil, piece: 1 << 20)
                $0.attachments = [try MailAttachment(fileName: "big.bin", content: body)]
            }
            #expect(error?.code == .limitExceeded)
            #expect(server.mails.isEmpty)
        }
    }

    @Test func anAttachmentThatIsShorterThanItSaidIsNotSent() async throws {
        try await withResend { server, transport in
            let error = try await refusals(of: transport) {
                $0.attachments = [
                    try MailAttachment(fileName: "short.bin", content: oddBody([1, 2, 3], length: 900, piece: 2))
                ]
            }
            #expect(error?.code == .contentUnreadable)
            #expect(server.mails.isEmpty)
        }
    }

    @Test func aLargeFileIsStreamedFromItsFile() async throws {
        try await withTemporaryDirectory { directory in
            let content = [UInt8]((0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
            try Data(content).write(to: URL(fileURLWithPath: "\(directory)/large.bin"))
            try await withResend { server, transport in
                var message = try outgoingMail().message
                message.attachments = [
                    try MailAttachment(fileName: "large.bin", content: .file("\(directory)/large.bin")),
                    try MailAttachment(fileName: "odd.bin", content: oddBody(content, length: nil, piece: 1001)),
                ]
                let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
                #expect(receipt.isAccepted)
                let isSame = server.mails.first?.attachments.map { $0.content == content } == [true, true]
                #expect(isSame)
            }
        }
    }

    @Test(arguments: [
        "ftp://api.resend.com", "http://api.resend.com", "https://", "https://user@api.resend.com", "api.resend.com",
        "https://api.resend.com?x=1", "https://api.resend.com#x", "https://api.resend .com",
        "http://127.0.0.1.evil.org",
        "http://localhost:80@evil.org",
    ])
    func aKeyDoesNotGoToStrangeEndpoints(_ endpoint: String) throws {
        var configuration = ResendTransport.Configuration(apiKey: Secret("re_x"))
        configuration.endpoint = endpoint
        #expect(throws: MailError.self) { try ResendTransport(configuration) }
    }

    @Test(arguments: ["", " ", "re_x\r\nX-Evil: 1", "re x", "schlüssel"])
    func aKeyWithStrangeCharactersIsRefused(_ key: String) throws {
        #expect(throws: MailError.self) { try ResendTransport(.init(apiKey: Secret(key))) }
        #expect(throws: MailError.self) { try SendGridTransport(.init(apiKey: Secret(key))) }
        #expect(throws: MailError.self) { try ResendTransport.Configuration(environment: [:]) }
        #expect(throws: MailError.self) { try SendGridTransport.Configuration(environment: ["SENDGRID_API_KEY": ""]) }
    }
}
