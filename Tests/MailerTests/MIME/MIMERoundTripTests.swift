import GroundworkCore
import GroundworkTesting
import Mailer
import Testing

@Suite struct MIMERoundTripTests {
    /// What a reader shows of a text that stands alone: it ends with a line end.
    private static func normal(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\r" {
                result.append("\n")
            } else if !(scalar == "\n" && last == "\r") {
                result.append(scalar)
            }
            last = scalar
        }
        return String(result)
    }

    @Test func everyTextComesBackFromBothReaders() async throws {
        var mails: [[UInt8]] = []
        for text in Samples.texts {
            mails.append(try await Samples.compose(Samples.message(text: text, html: "<p>\(text)</p>")))
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        for reading in [try await MailReaders.pythonEmail(mails), try await MailReaders.rust(mails)] {
            for (text, mail) in zip(Samples.texts, reading) {
                let read = mail.parts("text/plain").first?.text
                let matches = read == Self.normal(text)
                #expect(
                    matches,
                    "\(text.debugDescription.prefix(60)) came back as \(read?.debugDescription.prefix(80) ?? "nil")"
                )
                let html = mail.parts("text/html").first?.text
                #expect(html == "<p>\(Self.normal(text))</p>")
                #expect(mail.defects == [])
            }
        }
    }

    @Test func aTextAloneEndsItsLine() async throws {
        var mails: [[UInt8]] = []
        for text in Samples.texts { mails.append(try await Samples.compose(Samples.message(text: text))) }
        let reading = try await MailReaders.pythonEmail(mails)
        for (text, mail) in zip(Samples.texts, reading) {
            var expected = Self.normal(text)
            let read = mail.parts.first?.text ?? ""
            if read != expected { expected += "\n" }
            #expect(read == expected)
            #expect(mail.parts.count == 1)
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
    }

    @Test func everySubjectComesBackFromBothReaders() async throws {
        var mails: [[UInt8]] = []
        for subject in Samples.subjects { mails.append(try await Samples.compose(Samples.message(subject: subject))) }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        let python = try await MailReaders.pythonEmail(mails)
        for (subject, mail) in zip(Samples.subjects, python) {
            #expect(mail.subject == subject)
            #expect(mail.defects == [])
        }
        for (subject, mail) in zip(Samples.subjects, try await MailReaders.rust(mails)) {
            // That reader cuts white space at both ends, also where it is encoded.
            let matches = mail.subject == subject || mail.subject == subject.trimmingASCIIWhitespace()
            #expect(matches, "\(subject.debugDescription) came back as \(mail.subject.debugDescription)")
        }
    }

    @Test func severalSpacesComeBackFromBothReadersWhereverALineWouldFold() async throws {
        let subjects =
            (50..<80).map { String(repeating: "x", count: $0) + "   y  z" }
            + [String(repeating: "ab  ", count: 120) + "end"]
        var mails: [[UInt8]] = []
        for subject in subjects { mails.append(try await Samples.compose(Samples.message(subject: subject))) }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        for reading in [try await MailReaders.pythonEmail(mails), try await MailReaders.rust(mails)] {
            for (subject, mail) in zip(subjects, reading) { #expect(mail.subject == subject) }
        }
    }

    @Test func everyFileNameComesBackFromBothReaders() async throws {
        var mails: [[UInt8]] = []
        for name in Samples.fileNames {
            var message = try Samples.message()
            message.attachments = [try MailAttachment(fileName: name, content: .bytes([1, 2, 3]))]
            mails.append(try await Samples.compose(message))
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        let python = try await MailReaders.pythonEmail(mails)
        for (name, mail) in zip(Samples.fileNames, python) {
            // Python's get_filename() cuts white space at both ends, also where it is encoded.
            #expect(mail.parts.last?.fileName == name.trimmingASCIIWhitespace())
        }
        let rust = try await MailReaders.rust(mails)
        for (name, mail) in zip(Samples.fileNames, rust) { #expect(mail.parts.last?.fileName == name) }
        for reading in [python, rust] {
            for mail in reading {
                #expect(mail.parts.last?.bytes == [1, 2, 3])
                #expect(mail.defects == [])
            }
        }
    }

    @Test func everyNameComesBackFromBothReaders() async throws {
        let names = [
            "Ada", "Ada Lovelace", "O'Neil, Pat", "\"Quoted\" \\ back", "Jürgen Müller", "日本 太郎", "a@b", "(comment)",
            "=?utf-8?q?x?=", String(repeating: "long ", count: 30) + "x", "ö", "John Q. Public", "<script>", "x;y:z",
        ]
        var mails: [[UInt8]] = []
        for name in names {
            var message = try Samples.message()
            message.to = [try Mailbox(name: name, address: EnvelopeAddress("\"a b\"@example.com"))]
            message.to.append(try Mailbox("second@example.com"))
            mails.append(try await Samples.compose(message))
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        for (name, mail) in zip(names, try await MailReaders.pythonEmail(mails)) {
            #expect(mail.to.map(\.name) == [name.trimmingASCIIWhitespace(), ""])
            #expect(mail.to.map(\.address) == ["\"a b\"@example.com", "second@example.com"])
            #expect(mail.defects == [])
        }
    }

    /// Names that take several encoded words. Some versions of Python show the folds between those as spaces in names, which
    /// RFC 2047, section 6.2, forbids, so that here only the other reader is asked.
    @Test func longNamesComeBack() async throws {
        let names = [
            String(repeating: "日本 太郎", count: 20), String(repeating: "ü", count: 200),
            String(repeating: "Pat, ", count: 30) + "Smith", String(repeating: "x", count: 200),
        ]
        var mails: [[UInt8]] = []
        for name in names {
            var message = try Samples.message()
            message.to = [try Mailbox(name: name, address: EnvelopeAddress("a@example.com"))]
            mails.append(try await Samples.compose(message))
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        for (name, mail) in zip(names, try await MailReaders.rust(mails)) {
            #expect(mail.to == [ReadMail.Address(name: name, address: "a@example.com")])
        }
    }

    @Test func generatedMessagesComeBack() async throws {
        let random = ManualRandom(seed: 42)
        let alphabet = Array("ab c\n=.ä日🙂\t-_?F".unicodeScalars)
        func text(_ length: Int) -> String {
            var result = String.UnicodeScalarView()
            for _ in 0..<length { result.append(alphabet[Int(random.next() % UInt64(alphabet.count))]) }
            return String(result)
        }
        var expected: [(subject: String, text: String, bytes: [UInt8])] = []
        var mails: [[UInt8]] = []
        for index in 0..<200 {
            let subject = HeaderValue(cleaning: text(Int(random.next() % 120))).text
            let body = text(Int(random.next() % 600))
            let bytes = random.bytes(Int(random.next() % 500))
            var message = try Samples.message(subject: subject, text: body, html: "<b>\(index)</b>")
            message.attachments = [
                try MailAttachment(fileName: "\(index).bin", content: .bytes(bytes)),
                try .inline(ContentID("i\(index)"), fileName: "i.png", content: .bytes(bytes)),
            ]
            expected.append((subject, body, bytes))
            mails.append(try await Samples.compose(message, seed: UInt64(index)))
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        for (want, mail) in zip(expected, try await MailReaders.pythonEmail(mails)) {
            #expect(mail.subject == want.subject)
            #expect(mail.parts.first?.text == want.text)
            #expect(mail.parts.map(\.type) == ["text/plain", "text/html", "image/png", "application/octet-stream"])
            let files = mail.parts.suffix(2).allSatisfy { $0.bytes == want.bytes }
            #expect(files)
            #expect(mail.defects == [])
        }
        for (want, mail) in zip(expected, try await MailReaders.rust(mails)) {
            // That reader cuts white space at both ends, also where it is encoded.
            let read = mail.subject ?? ""
            let isRead = read == want.subject || read == want.subject.trimmingASCIIWhitespace()
            #expect(isRead, "\(want.subject.debugDescription) came back as \(read.debugDescription)")
            #expect(mail.parts("text/plain").first?.text == want.text)
            let files = mail.parts.suffix(2).allSatisfy { $0.bytes == want.bytes }
            #expect(files)
        }
    }

    /// Names in several numbered pieces (RFC 2231, section 3), of which none may begin inside a character.
    @Test func fileNamesOfEveryLengthComeBackFromBothReaders() async throws {
        var names: [String] = []
        for piece in ["a", "ä", "日", "🙂", "x y'%*\"", "aä日🙂"] {
            for count in stride(from: 1, through: 250 / piece.utf8.count, by: 7) {
                names.append(String(repeating: piece, count: count) + ".txt")
            }
        }
        var mails: [[UInt8]] = []
        for name in names {
            var message = try Samples.message()
            message.attachments = [try MailAttachment(fileName: name, content: .bytes([1]))]
            mails.append(try await Samples.compose(message))
        }
        for bytes in mails { #expect(MIMEMessage.violations(of: bytes) == []) }
        for (reader, reading) in [
            ("Python", try await MailReaders.pythonEmail(mails)), ("Rust", try await MailReaders.rust(mails)),
        ] {
            for (name, mail) in zip(names, reading) {
                let read = mail.parts.last?.fileName
                let matches = read == name
                #expect(matches, "\(reader): \(name) came back as \(read ?? "nil")")
                #expect(mail.defects == [], "\(reader): \(name)")
            }
        }
    }
}
