import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Mailer
import Testing

@Suite struct MIMEStructureTests {
    @Test func theSameMessageGivesTheSameBytes() async throws {
        var message = try Samples.message(html: "<p>x</p>")
        message.attachments = [try MailAttachment(fileName: "a.pdf", content: .bytes([1]))]
        let once = try await Samples.compose(message)
        let twice = try await Samples.compose(message)
        let other = try await Samples.compose(message, seed: 2)
        #expect(once == twice)
        #expect(once != other)
    }

    @Test func longTextComesInChunksLikeEverythingElse() async throws {
        let message = try Samples.message(text: String(repeating: "All work and no play.\n", count: 20_000))
        let composed = try Samples.composer().compose(message)
        var joined: [UInt8] = []
        for try await chunk in composed.chunks() {
            #expect(chunk.count <= 80_000)
            joined += chunk
        }
        let isWhole = joined == (try await composed.bytes())
        #expect(isWhole && joined.count > 400_000)
    }

    @Test func alternativeRelatedMixedNestAsReadersExpect() async throws {
        var message = try Samples.message(html: "<img src=\"cid:logo@inline\">")
        message.attachments = [
            try MailAttachment(fileName: "a.pdf", content: .bytes([1])),
            try .inline(ContentID("logo"), fileName: "logo.png", content: .bytes([2])),
        ]
        message.calendar = MailCalendar(method: .request, text: "BEGIN:VCALENDAR\nEND:VCALENDAR\n")
        let bytes = try await Samples.compose(message)
        let script = """
            import base64, email, email.policy, json, sys
            def tree(p): return p.get_content_type() + ("(" + ",".join(map(tree, p.iter_parts())) + ")" if p.is_multipart() else "")
            m = email.message_from_bytes(base64.b64decode(json.load(sys.stdin)), policy=email.policy.default)
            calendar = [p for p in m.walk() if p.get_content_type() == "text/calendar"][0]
            json.dump([tree(m), calendar["content-type"].params["method"], m.get_body(("html",)).get_content_type()], sys.stdout)
            """
        let read = try await MailReaders.python(script, Base64.encode(bytes), as: [String].self)
        #expect(
            read == [
                "multipart/mixed(multipart/alternative(text/plain,multipart/related(text/html,image/png),text/calendar),application/pdf)",
                "REQUEST", "text/html",
            ]
        )
    }

    @Test func blindCopiesAreNeverWritten() async throws {
        var message = try Samples.message()
        message.bcc = [try Mailbox("Secret <secret@example.net>")]
        let text = String(decoding: try await Samples.compose(message), as: UTF8.self)
        #expect(!text.lowercased().contains("bcc"))
        #expect(!text.contains("secret@example.net"))
    }

    @Test func headersOfEveryKindAreWritten() async throws {
        var message = try Samples.message()
        message.sender = try Mailbox("daemon@example.org")
        message.replyTo = try MailAddressList("Team: a@example.org, b@example.org;, c@example.org")
        message.cc = [try Mailbox("c@example.org")]
        message.priority = .high
        message.locale = .german
        message.inReplyTo = [try MessageID("<a@b>")]
        message.references = [try MessageID("<a@b>"), try MessageID("c@d")]
        message.listUnsubscribe = try .oneClick(
            url: "https://example.org/u?t=" + String(repeating: "x", count: 300),
            address: EnvelopeAddress("off@example.org")
        )
        message.headers = [try MailHeader("X-Campaign", "Frühling")]
        let bytes = try await Samples.compose(message)
        let mail = try #require(try await MailReaders.pythonEmail([bytes]).first)
        #expect(mail.defects == [])
        #expect(mail.header("Sender") == "daemon@example.org")
        #expect(mail.header("Reply-To") == "Team: a@example.org, b@example.org;, c@example.org")
        #expect(mail.header("X-Priority") == "1")
        #expect(mail.header("Content-Language") == "de")
        #expect(mail.header("References") == "<a@b> <c@d>")
        #expect(mail.header("Date") == "Wed, 26 Nov 2025 20:30:00 +0000")
        #expect(mail.header("Message-ID") == "<test@example.org>")
        #expect(mail.header("X-Campaign") == "Frühling")
        #expect(mail.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
        let url = "<https://example.org/u?t=" + String(repeating: "x", count: 300) + ">"
        #expect(String(decoding: bytes, as: UTF8.self).contains(url))
        #expect(mail.header("List-Unsubscribe") == "\(url), <mailto:off@example.org?subject=unsubscribe>")
    }

    /// No line has more than 998 characters (RFC 5322, section 2.1.1), and every space comes back.
    @Test(arguments: [64, 65, 66, 99, 100, 899, 900, 2000]) func noRunOfSpacesMakesALongLine(count: Int) async throws {
        let spaces = String(repeating: " ", count: count)
        let word = String(repeating: "w", count: 900)
        let texts = [
            "ü word\(spaces)b", "a\(spaces)b", "a\(spaces)\(word)", "\(word)\(spaces)b\(spaces)c",
            "a \(spaces)ü\(spaces) b",
        ]
        for text in texts {
            var message = try Samples.message(subject: text)
            message.headers = [try MailHeader("X-Spaces", text)]
            let bytes = try await Samples.compose(message)
            #expect(MIMEMessage.violations(of: bytes) == [])
            for reading in [try await MailReaders.pythonEmail([bytes]), try await MailReaders.rust([bytes])] {
                let mail = try #require(reading.first)
                let isSame = mail.subject == text && mail.header("X-Spaces") == text
                #expect(isSame, "\(count) spaces")
            }
        }
    }

    @Test func aFieldThatAPropertyWritesStandsOnce() async throws {
        for priority in [MailPriority.high, .normal, .low, nil] {
            var message = try Samples.message()
            message.priority = priority
            message.locale = priority == nil ? nil : .german
            let own = [("X-priority", "9"), ("IMPORTANCE", "own"), ("Priority", "own"), ("content-language", "fr")]
            message.headers = try own.map { try MailHeader($0.0, $0.1) } + [MailHeader("X-Own", "1")]
            let header = String(decoding: try Samples.composer().compose(message).header, as: UTF8.self)
            let names = header.split(separator: "\r\n").map { $0.prefix { $0 != ":" }.lowercased() }
            for (name, value) in own {
                let count = names.count { $0 == name.lowercased() }
                #expect(count == (name == "Priority" && priority == .normal ? 0 : 1), "\(name)")
                #expect(header.contains(": \(value)\r\n") == (priority == nil), "\(name)")
            }
            #expect(names.contains("x-own"))
        }
    }

    /// Some readers keep the space of a fold behind the colon.
    @Test func noFieldBeginsWithAFold() async throws {
        let long = String(repeating: "x", count: 300)
        let message = try Samples.message(subject: long)
        var other = try Samples.message(subject: "Grüße " + long)
        other.listUnsubscribe = try .oneClick(url: "https://example.org/\(long)")
        other.references = [try MessageID("\(long.prefix(200))@example.org")]
        other.headers = [try MailHeader("X-" + String(repeating: "N", count: 70), "\(long) and more")]
        for message in [message, other] {
            let bytes = try await Samples.compose(message)
            #expect(MIMEMessage.violations(of: bytes) == [])
            #expect(!String(decoding: bytes, as: UTF8.self).contains(":\r\n"))
        }
    }

    /// RFC 2047, section 2.
    @Test func noLineWithAnEncodedWordIsLongerThan76() async throws {
        for length in 1...74 {
            var message = try Samples.message()
            let member = try Mailbox(
                name: String(repeating: "ü", count: length),
                address: EnvelopeAddress("a@b.example")
            )
            let ascii = try Mailbox(
                name: String(repeating: "?=?", count: length),
                address: EnvelopeAddress("a@b.example")
            )
            let bare = try Mailbox(String(repeating: "b", count: min(length, 60)) + "@example.org")
            let name = String(repeating: "ä", count: length)
            message.to = [member, ascii, bare, member, bare]
            message.cc = MailAddressList(entries: [
                .group(try MailGroup(name, [member, bare])), .group(try MailGroup(name)),
                .group(try MailGroup(name, [member])),
                .mailbox(bare),
            ])
            let value = "Grüße " + String(repeating: "日本 ", count: 20)
            message.headers = [try MailHeader("X-" + String(repeating: "N", count: length), value)]
            // Several spaces are no place for a fold.
            let spaces = String(repeating: " ", count: length)
            let long = String(repeating: "w", count: length)
            message.subject = try HeaderValue("a\(spaces)b ü \(long)\(spaces)\(long) \(long)\(spaces)d")
            let bytes = try await Samples.compose(message)
            for line in bytes.split(separator: 0x0A) where String(decoding: line, as: UTF8.self).contains("=?utf-8?") {
                #expect(line.count - 1 <= 76)
            }
        }
    }

    /// RFC 2047, section 5, rule 3: white space stands on both sides of an encoded word, before a group's colon too.
    @Test func groupsWithNamesBeyondASCIIAreReadWithoutDefects() async throws {
        let script = """
            import base64, email, email.policy, json, sys
            result = []
            for text in json.load(sys.stdin):
                cc = email.message_from_bytes(base64.b64decode(text), policy=email.policy.default)["cc"]
                groups = [[g.display_name] + [a.display_name + "|" + a.addr_spec for a in g.addresses] for g in cc.groups]
                result.append({"defects": [repr(d) for d in cc.defects], "groups": groups})
            json.dump(result, sys.stdout)
            """
        struct Reading: Decodable {
            var defects: [String]
            var groups: [[String]]
        }
        let names = (1...74).flatMap {
            [String(repeating: "ä", count: $0), "Grüße " + String(repeating: "b", count: $0)]
        }
        var messages: [[UInt8]] = []
        for name in names + ["Plain", "Two, words", "=?x?="] {
            var message = try Samples.message()
            let member = try Mailbox(name: "Ü \(name)", address: EnvelopeAddress("a@b.example"))
            message.cc = MailAddressList(entries: [
                .group(try MailGroup(name, [member])), .group(try MailGroup(name)),
                .group(try MailGroup(name, [Mailbox(member.address), member])),
            ])
            messages.append(try await Samples.compose(message))
        }
        let readings = try await MailReaders.python(script, messages.map { Base64.encode($0) }, as: [Reading].self)
        #expect(readings.count == messages.count)
        for (name, reading) in zip(names + ["Plain", "Two, words", "=?x?="], readings) {
            let member = "Ü \(name)|a@b.example"
            #expect(reading.defects == [], "\(name)")
            // In names it keeps the space between two encoded words, which section 6.2 drops.
            let read = reading.groups.map { $0.map { $0.replacing(ascii: " ", with: "") } }
            let expected = [[name, member], [name], [name, "|a@b.example", member]]
            #expect(read == expected.map { $0.map { $0.replacing(ascii: " ", with: "") } }, "\(name)")
        }
    }

    @Test func filesAndStreamsComeBack() async throws {
        let bytes = ManualRandom(seed: 3).bytes(300_000)
        let chunks = stride(from: 0, to: bytes.count, by: 1013).map { Array(bytes[$0..<min(bytes.count, $0 + 1013)]) }
        let stream = AsyncStream<[UInt8]> { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish()
        }
        let mail = try await withTemporaryDirectory { folder in
            try Data(bytes).write(to: URL(filePath: "\(folder)/data.bin"))
            var message = try Samples.message()
            message.attachments = [
                try MailAttachment(fileName: "a.bin", content: .file("\(folder)/data.bin")),
                try MailAttachment(fileName: "b.bin", content: .stream(length: nil, stream)),
                try MailAttachment(fileName: "c.bin", content: .bytes(chunks)),
            ]
            let composed = try Samples.composer().compose(message)
            #expect(composed.size == nil)
            #expect(!composed.isReplayable)
            var mail: [UInt8] = []
            for try await chunk in composed.chunks() {
                #expect(chunk.count <= 128 << 10)
                mail += chunk
            }
            return mail
        }
        #expect(MIMEMessage.violations(of: mail) == [])
        let read = try #require(try await MailReaders.pythonEmail([mail]).first)
        let matches = read.parts.suffix(3).allSatisfy { $0.bytes == bytes }
        #expect(matches)
    }

    @Test func aStreamOfAnotherLengthIsAnError() async throws {
        let stream = AsyncStream<[UInt8]> { continuation in
            continuation.yield([1, 2, 3])
            continuation.finish()
        }
        var message = try Samples.message()
        message.attachments = [try MailAttachment(fileName: "a.bin", content: .stream(length: 4, stream))]
        let composed = try Samples.composer().compose(message)
        let error = await #expect(throws: MailError.self) { try await composed.bytes() }
        #expect(error?.code == .contentUnreadable)
    }

    @Test func aWholeMessageTravelsAsItIs() async throws {
        let inner = try await Samples.compose(Samples.message(subject: "inner"))
        var message = try Samples.message()
        message.attachments = [
            try MailAttachment(fileName: "a.eml", content: .bytes(inner)),
            try MailAttachment(fileName: "b.eml", content: .bytes(Array("Subject: ä\n\nx".utf8))),
        ]
        let mail = try #require(try await MailReaders.pythonEmail([try await Samples.compose(message)]).first)
        #expect(mail.defects == [])
        #expect(mail.parts.map(\.type) == ["text/plain", "message/rfc822", "text/plain", "application/octet-stream"])
    }

    @Test func addressesBeyondASCIIAreAnnounced() async throws {
        var message = try Samples.message()
        #expect(try !Samples.composer().compose(message).needsSMTPUTF8)
        message.cc = [try Mailbox("dåvid@bücher.example")]
        let composed = try Samples.composer().compose(message)
        #expect(composed.needsSMTPUTF8)
        #expect(composed.needs8BitMIME)
        let text = String(decoding: composed.header, as: UTF8.self)
        #expect(text.contains("dåvid@xn--bcher-kva.example"))
    }

    /// A URL that a fold or an encoded word took apart could not be followed.
    @Test func noFoldBreaksAURL() async throws {
        let url = "https://example.org/" + String(repeating: "a/b-c_d?e=f&g;", count: 20) + "#end"
        var message = try Samples.message(subject: "Grüße aus Köln \(url) und weiter äöü \(url) Ende")
        let words = String(repeating: "word ", count: 30)
        message.headers = [
            try MailHeader("List-Help", "<\(url)>"), try MailHeader("X-Plain", "\(words)\(url) \(words)end"),
            try MailHeader("X-Many", Array(repeating: url, count: 4).joined(separator: " ")),
            try MailHeader("X-Before", "\(url) grün"), try MailHeader("X-Behind", "grün \(url)"),
        ]
        message.listUnsubscribe = try .oneClick(url: url)
        let bytes = try await Samples.compose(message)
        #expect(MIMEMessage.violations(of: bytes) == [])
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
        #expect(url.utf8.count > 290)
        // Each stands whole in a line: but for the one between words that are encoded, which is encoded with them.
        #expect(lines.count { $0.firstRange(of: url) != nil } >= 9)
        #expect(lines.contains("List-Help: <\(url)>"))
        for reading in [try await MailReaders.pythonEmail([bytes]), try await MailReaders.rust([bytes])] {
            let mail = try #require(reading.first)
            #expect(mail.subject == "Grüße aus Köln \(url) und weiter äöü \(url) Ende")
            for header in message.headers {
                let read = mail.header(header.name.rawValue)
                let expected = header.value.text.trimmingASCIIWhitespace()
                #expect(read == expected, "\(header.name.rawValue)")
            }
        }
    }
}
