import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite struct FileTransportTests {
    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    private func names(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    @Test func writesOneFileForItsOwnerPerMailHoweverOftenItIsSent() async throws {
        try await withTemporaryDirectory { directory in
            let transport = EMLFileTransport(directory: "\(directory)/mail")
            let mail = try outgoingMail(text: "Good day.\r\n")
            let first = try await transport.send(mail, deadline: nil)
            let second = try await transport.send(mail, deadline: nil)
            #expect(first == second)
            let name = try #require(try names("\(directory)/mail").first)
            #expect(try names("\(directory)/mail").count == 1)
            #expect(first.recipients[0].outcome == .accepted(id: name))
            #expect(mode("\(directory)/mail/\(name)") == 0o600)
            #expect(mode("\(directory)/mail") == 0o700)
            let bytes = try #require(FileManager.default.contents(atPath: "\(directory)/mail/\(name)"))
            let read = try #require(try await MailReaders.pythonEmail([Array(bytes)]).first)
            #expect(read.defects == [])
            #expect(read.header("Return-Path") == "<shop@example.org>")
            #expect(read.parts("text/plain").first?.text == "Good day.\n")
        }
    }

    @Test func blindCopiesAreNotWritten() async throws {
        try await withTemporaryDirectory { directory in
            var message = try outgoingMail().message
            message.bcc = [try Mailbox("secret@example.org")]
            _ = try await EMLFileTransport(directory: directory).send(OutgoingMail(message), deadline: nil)
            let name = try #require(try names(directory).first)
            let text = String(
                decoding: FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data(),
                as: UTF8.self
            )
            #expect(!text.contains("secret@example.org"))
        }
    }

    @Test func pythonsMaildirReadsWhatIsDelivered() async throws {
        try await withTemporaryDirectory { directory in
            let transport = MaildirTransport(directory: "\(directory)/box")
            for subject in ["One", "Zwei äöü"] {
                _ = try await transport.send(outgoingMail(subject: subject), deadline: nil)
            }
            let script = """
                import email.header, json, mailbox, sys
                box = mailbox.Maildir(json.load(sys.stdin), create=False)
                h = lambda m: str(email.header.make_header(email.header.decode_header(m["subject"])))
                json.dump(sorted(h(m) for m in box), sys.stdout)
                """
            let subjects = try await MailReaders.python(script, "\(directory)/box", as: [String].self)
            #expect(subjects == ["One", "Zwei äöü"])
            #expect(try names("\(directory)/box/tmp") == [])
            for name in try names("\(directory)/box/new") { #expect(mode("\(directory)/box/new/\(name)") == 0o600) }
        }
    }

    @Test func anAttachmentThatCannotBeReadLeavesNothingBehind() async throws {
        struct Unreadable: Error {}
        try await withTemporaryDirectory { directory in
            var message = try outgoingMail().message
            let body = HTTPBody.stream(
                length: nil,
                AsyncThrowingStream<[UInt8], any Error> { continuation in
                    continuation.yield([1, 2, 3])
                    continuation.finish(throwing: Unreadable())
                }
            )
            message.attachments = [try MailAttachment(fileName: "a.bin", content: body)]
            let mail = try OutgoingMail(message)
            let code = await mailErrorCode {
                _ = try await MaildirTransport(directory: "\(directory)/box").send(mail, deadline: nil)
            }
            #expect(code == .contentUnreadable)
            #expect(try names("\(directory)/box/tmp") == [])
            #expect(try names("\(directory)/box/new") == [])
        }
    }

    @Test func aDirectoryThatCannotBeMadeIsAnErrorThatNamesIt() async throws {
        let path = "/proc/groundwork-mail"
        let error = await #expect(throws: MailError.self) {
            try await EMLFileTransport(directory: path).send(outgoingMail(), deadline: nil)
        }
        #expect(error?.message.contains(path) == true)
        let findings = try await EMLFileTransport(directory: path).check(
            sender: Mailbox("a@example.org"),
            deadline: nil
        )
        #expect(findings.map(\.severity) == [.failure])
    }

    @Test func aNameThatMayNotStayIsUnknownAndTheMailIsThere() async throws {
        try await withTemporaryDirectory { directory in
            var writer = MailFileWriter(transport: "maildir", composer: MIMEComposer(), signer: nil, time: SystemTime())
            let path = "\(directory)/new"
            let settled = try await writer.deliver(outgoingMail(), to: path, by: "\(directory)/part")
            #expect(settled.recipients[0].outcome == .accepted(id: "new"))
            writer.settle = { (_) throws(SystemCallError) in throw SystemCallError(number: EIO, call: "fsync") }
            let receipt = try await writer.deliver(outgoingMail(), to: path, by: "\(directory)/part")
            #expect(receipt.recipients[0].outcome.isUnknown, "\(receipt)")
            #expect(try names(directory) == ["new"])
        }
    }
}
