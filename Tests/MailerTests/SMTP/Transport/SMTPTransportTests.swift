import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// What a transport says that it can do, it can.
@Suite struct KnownTransportTests {
    @Test func whoeverTakesSeveralInOneRequestHasTheCallForIt() throws {
        #expect(MailCapabilities.transports(supporting: .batch) == ["resend", "sendgrid"])
        let transports: [any MailTransport] = [
            try ResendTransport(.init(apiKey: Secret("re_x"))), try SendGridTransport(.init(apiKey: Secret("SG.x"))),
            try SMTPTransport(SMTPConfiguration(host: "localhost")),
        ]
        for transport in transports {
            #expect(transport.capabilities.supports(.batch) == (transport is any MailBatchTransport))
            #expect(transport.capabilities.supports(.cancellation) == (transport is any MailCancellingTransport))
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct SMTPTransportTests {
    @Test func sendsInOneGroupWithPipelining() async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            let receipt = try await transport.send(
                outgoingMail(to: ["b@c.org", "d@e.org"]),
                deadline: nil
            )
            #expect(receipt.isAccepted && receipt.transport == "smtp" && receipt.messageID != nil)
            let message = try #require(server.messages.first)
            #expect(message.sender == "shop@example.org" && message.recipients == ["b@c.org", "d@e.org"])
            #expect(message.senderParameters == ["SIZE=\(message.content.count)"])
            #expect(message.text.hasSuffix("\r\n\r\nGood day.\r\n"))
            let envelope = server.commands.filter {
                $0.line.hasPrefix("MAIL") || $0.line.hasPrefix("RCPT") || $0.line == "DATA"
            }
            #expect(envelope.count == 4 && Set(envelope.map(\.packet)).count == 1)
            #expect(server.violations == [])
        }
    }

    @Test(arguments: [1, 7, 1000]) func contentWithDotsArrivesAsItWas(_ pieces: Int) async throws {
        let content = Array("Subject: a\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n.\r\n".utf8)
        try await withLoopbackServer { server in
            let whole = try await sendRaw(.whole(content), .loopback(server))
            let inPieces = try await sendRaw(chunks(content, of: pieces), .loopback(server))
            #expect(whole[0].isAccepted && inPieces[0].isAccepted)
            #expect(server.messages.map(\.content) == [content, content] && server.violations == [])
        }
    }

    @Test func sendsOneByOneWithoutPipelining() async throws {
        try await withLoopbackServer {
            $0.extensions = []
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
            #expect(server.messages.count == 1 && server.violations == [])
        }
    }

    @Test func fallsBackToHELO() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.ehlo, .reply("502 5.5.1 What?"))]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
            #expect(server.commands.prefix(2).map(\.line) == ["EHLO [127.0.0.1]", "HELO [127.0.0.1]"])
            #expect(server.violations == [])
        }
    }

    @Test func partialSuccessIsAResult() async throws {
        try await withLoopbackServer {
            $0.unknownLocalParts = ["ghost"]
            $0.faults = [.at(.recipient, .reply("452 4.5.3 Too many recipients"), occurrence: 2)]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            let mail = try outgoingMail(to: ["ada@c.org", "ghost@c.org", "late@c.org"])
            let receipt = try await transport.send(mail, deadline: nil)
            #expect(receipt.recipients.map(\.address.wireText) == ["ada@c.org", "ghost@c.org", "late@c.org"])
            #expect(receipt.recipients[0].outcome.isAccepted)
            guard case .rejected(let ghost) = receipt.recipients[1].outcome,
                case .retryable(let late, _) = receipt.recipients[2].outcome
            else {
                Issue.record("\(receipt)")
                return
            }
            #expect(ghost.code == 550 && ghost.enhancedCode?.description == "5.1.1" && ghost.text == "No such user")
            #expect(late.code == 452 && late.enhancedCode?.description == "4.5.3")
            #expect(server.messages.map(\.recipients) == [["ada@c.org"]])
        }
    }

    @Test func reusesAConnectionAndResetsAfterARefusal() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.data, .reply("451 4.3.0 Later"), occurrence: 1)]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await outcomes(transport, outgoingMail())[0].isRetryable)
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(server.connectionCount == 1)
            #expect(server.commands.filter { $0.line == "RSET" }.count == 1)
            await transport.shutdown()
            #expect(server.violations == [])
        }
    }

    @Test(arguments: [SMTPSecurity.startTLS, .opportunisticStartTLS, .implicitTLS])
    func logsInThroughTLS(_ security: SMTPSecurity) async throws {
        for mechanism in [SASLMechanism.plain, .login, .xoauth2, .oauthBearer] {
            try await withLoopbackServer {
                $0.security = security == .implicitTLS ? .implicitTLS : .startTLS
                $0.users = ["ada": "hunter2"]
                $0.mechanisms = [mechanism.name]
            } _: { server in
                var configuration = SMTPConfiguration.loopback(server, security)
                configuration.credentials =
                    mechanism.takesToken
                    ? .bearerToken(userName: "ada") { Secret("hunter2") }
                    : .password(userName: "ada", Secret("hunter2"))
                let transport = try SMTPTransport(configuration)
                #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
                let message = try #require(server.messages.first)
                #expect(message.isSecure && message.userName == "ada")
                let report = try await transport.check()
                #expect(report.isSecure && report.serverName == "loopback.test" && report.maximumSize == 10_485_760)
            }
        }
    }

    @Test func wrongCredentialsAreAnErrorThatShowsNone() async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["ada": "right"]
        } _: { server in
            for (mechanisms, isToken) in [
                ([SASLMechanism.plain], false), ([.login], false), ([.xoauth2], true), ([.oauthBearer], true),
            ] {
                var configuration = SMTPConfiguration.loopback(server, .startTLS)
                configuration.mechanisms = mechanisms
                configuration.credentials =
                    isToken
                    ? .bearerToken(userName: "ada") { Secret("hunter2") }
                    : .password(userName: "ada", Secret("hunter2"))
                let transport = try SMTPTransport(configuration)
                let error = await #expect(throws: MailError.self) {
                    try await transport.send(outgoingMail(), deadline: nil)
                }
                #expect(
                    error?.code == .authenticationFailed && error?.reply?.code == 535 && error?.isRetryable == false
                )
                #expect("\(String(describing: error))".contains("hunter2") == false)
            }
        }
    }

    @Test func credentialsNeedTLSUnlessItIsCalledDangerous() async throws {
        try await withLoopbackServer {
            $0.users = ["ada": "hunter2"]
            $0.offersLoginInClear = true
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.credentials = .password(userName: "ada", Secret("hunter2"))
            let held = try SMTPTransport(configuration)
            #expect(
                await mailErrorCode { _ = try await held.send(outgoingMail(), deadline: nil) } == .invalidConfiguration
            )
            #expect(!server.commands.contains { $0.line.hasPrefix("AUTH") })
            configuration.dangerouslySendsCredentialsInClear = true
            let dangerous = try SMTPTransport(configuration)
            #expect(try await dangerous.send(outgoingMail(), deadline: nil).isAccepted)
        }
    }

    @Test func requiredTLSIsNeverDoneWithout() async throws {
        try await withLoopbackServer { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.security = .startTLS
            let transport = try SMTPTransport(configuration)
            #expect(await mailErrorCode { _ = try await transport.send(outgoingMail(), deadline: nil) } == .tlsFailed)
            #expect(server.messages.isEmpty && !server.commands.contains { $0.line.hasPrefix("MAIL") })
        }
    }

    @Test func anotherHostsCertificateAndAnExpiredOneAreRefused() async throws {
        for security in [SMTPSecurity.startTLS, .opportunisticStartTLS, .implicitTLS] {
            for (hosts, isExpired) in [(["other.example"], false), (["localhost"], true)] {
                try await withLoopbackServer {
                    $0.security = security == .implicitTLS ? .implicitTLS : .startTLS
                    $0.certificateHosts = hosts
                    $0.isCertificateExpired = isExpired
                } _: { server in
                    let transport = try SMTPTransport(.loopback(server, security))
                    let error = await #expect(throws: MailError.self) {
                        try await transport.send(outgoingMail(), deadline: nil)
                    }
                    #expect(error?.code == .tlsFailed && error?.isRetryable == false)
                    #expect(error?.message.contains(isExpired ? "expired" : "mismatch") == true)
                    #expect(server.messages.isEmpty)
                }
            }
        }
    }

    @Test func whatTheServerCannotTakeIsAnErrorBeforehand() async throws {
        try await withLoopbackServer {
            $0.extensions = ["PIPELINING", "SIZE 1000"]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            let large = try outgoingMail(text: String(repeating: "a b\n", count: 1000))
            #expect(await mailErrorCode { _ = try await transport.send(large, deadline: nil) } == .limitExceeded)
            let beyond = try outgoingMail(to: ["grün@example.org"])
            #expect(await mailErrorCode { _ = try await transport.send(beyond, deadline: nil) } == .unsupported)
            #expect(!server.commands.contains { $0.line.hasPrefix("MAIL") })
        }
    }

    @Test func addressesBeyondASCIIGoWithSMTPUTF8() async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await transport.send(outgoingMail(to: ["grün@example.org"]), deadline: nil).isAccepted)
            let message = try #require(server.messages.first)
            #expect(message.senderParameters.contains("SMTPUTF8") && message.recipients == ["grün@example.org"])
            #expect(server.violations == [])
        }
    }

    @Test func asksForNotifications() async throws {
        try await withLoopbackServer { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.deliveryNotifications = SMTPDeliveryNotifications([.failure, .delay], returned: .header)
            let transport = try SMTPTransport(configuration)
            let mail = try outgoingMail()
            _ = try await transport.send(mail, deadline: nil)
            let message = try #require(server.messages.first)
            #expect(message.senderParameters.contains("RET=HDRS"))
            #expect(message.senderParameters.contains("ENVID=\(mail.idempotencyKey)"))
            #expect(message.recipientParameters == [["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;ada@example.org"]])
        }
    }

    @Test func streamsALargeAttachment() async throws {
        try await withLoopbackServer {
            $0.extensions = ["PIPELINING", "SIZE"]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            var mail = try outgoingMail()
            let bytes = ManualRandom(seed: 3).bytes(700_000)
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: .bytes(bytes))]
            #expect(try await transport.send(mail, deadline: nil).isAccepted)
            let message = try #require(server.messages.first)
            #expect(message.content.count > 900_000 && server.violations == [])
            #expect(message.senderParameters == ["SIZE=\(message.content.count)"])
        }
    }

    @Test func contentThatCannotBeReadIsAnErrorAndNothingIsSent() async throws {
        struct Broken: Error {}
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            var mail = try outgoingMail()
            let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Array(repeating: 0x61, count: 200_000))
                continuation.finish(throwing: Broken())
            }
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: .stream(length: nil, stream))]
            #expect(await mailErrorCode { _ = try await transport.send(mail, deadline: nil) } == .contentUnreadable)
            #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
            #expect(server.messages.count == 1)
        }
    }

    @Test func nobodyAnsweringIsAnErrorThatMayPass() async throws {
        let server = try await LoopbackSMTPServer.start()
        await server.stop()
        let transport = try SMTPTransport(.loopback(port: server.port))
        let error = await #expect(throws: MailError.self) { try await transport.send(outgoingMail(), deadline: nil) }
        #expect(error?.code == .connectionFailed && error?.isRetryable == true)
    }
}
