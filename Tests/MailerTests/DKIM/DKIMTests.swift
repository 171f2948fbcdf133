import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import GroundworkTestProcesses
import GroundworkTesting
import Mailer
import Testing

@Suite struct DKIMTests {
    @Test func dkimpyVerifiesEveryCombination() async throws {
        let (original, records) = try DKIMVerifiers.signer()
        var questions: [([UInt8], [String: String])] = []
        for header in DKIMCanonicalization.allCases {
            for body in DKIMCanonicalization.allCases {
                for text in Samples.texts {
                    var signer = original
                    signer.headerCanonicalization = header
                    signer.bodyCanonicalization = body
                    signer.lifetime = .seconds(86_400)
                    signer.identity = try EnvelopeAddress("\"a=b;c\"@mail.example.org")
                    var message = try Samples.message(subject: "Grüße  und Äpfel ", text: text)
                    message.listUnsubscribe = try .oneClick(
                        url: "https://example.org/" + String(repeating: "u", count: 200)
                    )
                    message.attachments = [try MailAttachment(fileName: "ä.bin", content: .bytes(Array(text.utf8)))]
                    let bytes = try await DKIMVerifiers.signed(message, signer)
                    #expect(MIMEMessage.violations(of: bytes) == [])
                    questions.append((bytes, records))
                }
            }
        }
        for answer in try await DKIMVerifiers.dkimpy(questions) { #expect(answer == [true, true]) }
    }

    @Test(arguments: [DKIMKey.Algorithm.rsa, .ed25519])
    func openDKIMVerifiesEveryCombination(algorithm: DKIMKey.Algorithm) async throws {
        let (original, records) = try DKIMVerifiers.signer([algorithm])
        var mails: [[UInt8]] = []
        for (index, text) in Samples.texts.enumerated() where !text.utf8.contains(0) {
            var signer = original
            signer.headerCanonicalization = index % 2 == 0 ? .relaxed : .simple
            signer.bodyCanonicalization = index % 3 == 0 ? .simple : .relaxed
            var message = try Samples.message(subject: "Grüße \(index)", text: text, html: "<p>\(text)</p>")
            message.listUnsubscribe = try .oneClick(url: "https://example.org/" + String(repeating: "u", count: 200))
            mails.append(try await DKIMVerifiers.signed(message, signer))
        }
        let selector = algorithm == .rsa ? "r1" : "e1"
        let verdicts = try await DKIMVerifiers.openDKIM(mails, records)
        #expect(verdicts.count == mails.count)
        for verdict in verdicts {
            #expect(verdict.contains("verification (s=\(selector), d=example.org,") && verdict.contains("succeeded"))
        }
        // And it does refuse.
        let changed = Array(String(decoding: mails[1], as: UTF8.self).replacing("Subject:", with: "Subject: Re:").utf8)
        #expect(try await DKIMVerifiers.openDKIM([changed], records).allSatisfy { !$0.contains("succeeded") })
    }

    @Test func aChangedMessageIsNotVerified() async throws {
        let (signer, records) = try DKIMVerifiers.signer()
        let bytes = try await DKIMVerifiers.signed(Samples.message(subject: "Pay 10"), signer)
        let text = String(decoding: bytes, as: UTF8.self)
        let changes = [
            text, text.replacing("Pay 10", with: "Pay 99"), text.replacing("\r\n\r\nHi", with: "\r\n\r\nHo"),
            text.replacing("Subject:", with: "Subject: Added\r\nSubject:"),
            text.replacing("MIME-Version:", with: "Reply-To: evil@example.net\r\nMIME-Version:"),
        ]
        let answers = try await DKIMVerifiers.dkimpy(changes.map { (Array($0.utf8), records) })
        #expect(answers[0] == [true, true])
        for answer in answers.dropFirst() { #expect(answer == [false, false]) }
    }

    /// RFC 8463, appendix A: the key, the message and the signature of Ed25519, which is the same every time.
    @Test func signsTheVectorOfRFC8463() throws {
        let key = try DKIMKey(pathOrContents: Secret("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))
        #expect(key.dnsRecord == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
        let header = [
            "From: Joe SixPack <joe@football.example.com>", "To: Suzie Q <suzie@shopping.example.net>",
            "Subject: Is dinner ready?", "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
            "Message-ID: <20030712040037.46341.5F8J@football.example.com>", "",
        ].joined(separator: "\r\n")
        let body = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
        var hasher = try DKIMBodyHasher(.relaxed)
        for byte in body.utf8 { hasher.update([byte]) }
        #expect(Base64.encode(try hasher.finalize()) == "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=")
        let names = "from to subject date message-id from subject date".split(separator: " ").map(String.init)
        let signedHeader = DKIMHeaderFields(Array(header.utf8)).signedBytes(names, .relaxed)
        let field = [
            "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed;",
            "d=football.example.com; i=@football.example.com;",
            "q=dns/txt; s=brisbane; t=1528637909; h=from : to :",
            "subject : date : message-id : from : subject : date;",
            "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;", "b=",
        ].joined(separator: " ")
        #expect(
            Base64.encode(try DKIMSigner.sign(signedHeader + Array(field.utf8), key))
                == "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
        )
    }

    @Test(arguments: ["-traditional", ""])
    func readsKeysThatOpenSSLMakes(format: String) async throws {
        let pem = try await ChildProcess.output(of: "openssl", ["genrsa"] + (format.isEmpty ? [] : [format]) + ["2048"])
        let key = try DKIMKey(pathOrContents: Secret(String(decoding: pem, as: UTF8.self)))
        #expect(key.algorithm == .rsa)
    }

    @Test func refusesOtherKeysWithoutShowingThem() async throws {
        let curve = try await ChildProcess.output(
            of: "openssl",
            ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        )
        let small = try await ChildProcess.output(of: "openssl", ["genrsa", "512"])
        for text in [String(decoding: curve, as: UTF8.self), String(decoding: small, as: UTF8.self), "", "hunter2"] {
            let error = #expect(throws: MailError.self) { try DKIMKey(pathOrContents: Secret(text)) }
            #expect(error?.code == .invalidPrivateKey)
            #expect(error?.description.contains("hunter2") == false)
        }
        #expect(try "\(DKIMKey.generate(.ed25519))" == "DKIMKey(ed25519-sha256)")
    }

    @Test(arguments: ["a;d=evil.example", "a b", "", ".", "a..b", "-a", "a\r\nX: y", "ä", "a;", "a=b"])
    func noSelectorAddsATag(text: String) {
        #expect(throws: MailError.self) { try DKIMSelector(text) }
    }

    @Test func aStreamThatCanBeReadOnceIsNotSigned() async throws {
        let (signer, _) = try DKIMVerifiers.signer([.ed25519])
        var message = try Samples.message()
        let stream = AsyncStream<[UInt8]> { $0.finish() }
        message.attachments = [try MailAttachment(fileName: "a", content: .stream(length: nil, stream))]
        let composed = try Samples.composer().compose(message)
        let error = await #expect(throws: MailError.self) { try await signer.signature(of: composed) }
        #expect(error?.code == .unsupported)
    }

    @Test func anIdentityOutsideTheDomainIsRefused() async throws {
        var (signer, _) = try DKIMVerifiers.signer([.ed25519])
        signer.identity = try EnvelopeAddress("a@notexample.org")
        let composed = try Samples.composer().compose(Samples.message())
        await #expect(throws: MailError.self) { try await signer.signature(of: composed) }
    }
}
