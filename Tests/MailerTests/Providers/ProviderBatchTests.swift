import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Batches over deliveries with both providers: who gets which mail, and how often.
@Suite(.timeLimit(.minutes(5))) struct ProviderBatchTests {
    private func delivery(_ transports: [any MailTransport]) throws -> MailDelivery {
        let routes = transports.map { transport in
            var route = MailRoute(transport)
            route.circuit = .never
            return route
        }
        return try MailDelivery(routes: routes, time: InstantTime(), random: ManualRandom())
    }

    private func mails(_ count: Int, text: (Int) -> String = { _ in "The same" }) throws -> [OutgoingMail] {
        try (0..<count).map { try outgoingMail(to: ["user\($0)@example.org"], text: text($0)) }
    }

    private func withBoth(
        _ body: (LoopbackResendServer, ResendTransport, LoopbackSendGridServer, SendGridTransport) async throws -> Void
    ) async throws {
        try await withResend { resend, first in
            try await withSendGrid { sendGrid, second in try await body(resend, first, sendGrid, second) }
        }
    }

    @Test func aKeyThatIsRefusedFailsOverWithTheWholeBatch() async throws {
        try await withBoth { resend, first, sendGrid, second in
            for error in [401, 403, 404, 405] {
                sendGrid.plan(.error(error, message: "revoked"))
                let results = try await delivery([second, first]).send(batch: try mails(3), deadline: nil)
                for result in results { #expect(try result.get().transport == "resend") }
            }
            #expect(resend.mails.count == 12)
            #expect(sendGrid.mails.isEmpty)
        }
    }

    /// An endpoint that does not know the request is a fault of the route.
    @Test func anEndpointThatKnowsNoMailsFailsOver() async throws {
        try await withBoth { resend, first, sendGrid, second in
            for error in [404, 405] {
                resend.plan(.error(error, name: "not_found"))
                let receipt = try await delivery([first, second]).send(try outgoingMail(), deadline: nil)
                #expect(receipt.isAccepted && receipt.transport == "sendgrid")
            }
            #expect(sendGrid.mails.count == 2)
        }
    }

    /// A key that stands for another mail: whether that was this one in other words, nobody knows.
    @Test func aKeyThatWasUsedBeforeIsUnknownAndSentByNobodyElse() async throws {
        try await withBoth { resend, first, sendGrid, second in
            var message = try outgoingMail().message
            message.idempotencyKey = try IdempotencyKey("order-1")
            _ = try await delivery([first, second]).send(try OutgoingMail(message), deadline: nil)
            message.text = "In other words"
            let receipt = try await delivery([first, second]).send(try OutgoingMail(message), deadline: nil)
            #expect(receipt.outcome?.isUnknown == true)
            #expect(resend.mails.count == 1)
            #expect(sendGrid.calls.isEmpty)
        }
    }

    @Test func aKeyThatIsRefusedInTheMiddleFailsOverWithTheRest() async throws {
        try await withBoth { resend, first, sendGrid, second in
            sendGrid.plan(.emptySuccess(202), .error(401, message: "revoked"))
            let mails = try mails(6) { "Text \($0 / 2)" }
            let results = try await delivery([second, first]).send(batch: mails, deadline: nil)
            for result in results { #expect(try result.get().isAccepted) }
            #expect(try results.map { try $0.get().transport }.filter { $0 == "sendgrid" }.count == 2)
            #expect(Set(resend.mails.flatMap(\.to)) == Set((2..<6).map { "user\($0)@example.org" }))
        }
    }

    @Test func aMailThatIsUnderWayIsAskedForAgainAndSentByNobodyElse() async throws {
        try await withBoth { resend, first, sendGrid, second in
            let mail = try outgoingMail()
            guard case .send(let request, _) = try await first.request(for: mail, deadline: nil),
                case .bytes(let chunks)? = request.body?.source
            else { return #expect(Bool(false), "no request") }
            resend.holdIdempotencyKey(mail.idempotencyKey.rawValue, body: chunks.flatMap { $0 })
            let receipt = try await delivery([first, second]).send(mail, deadline: nil)
            #expect(receipt.outcome?.isUnknown == true)
            #expect(resend.calls.map(\.path) == Array(repeating: "/emails", count: 4))
            #expect(sendGrid.calls.isEmpty)
        }
    }

    @Test func aFaultOfTheProvidersOwnIsAskedForAgainUnderTheSameKey() async throws {
        try await withBoth { resend, first, sendGrid, second in
            resend.plan(.errorAfterWork(500))
            let receipt = try await delivery([first, second]).send(try outgoingMail(), deadline: nil)
            #expect(receipt.isAccepted && receipt.transport == "resend")
            #expect(resend.mails.count == 1)
            #expect(sendGrid.calls.isEmpty)
            // A batch has a key of its own, under which nobody asks again.
            resend.plan(.errorAfterWork(500))
            for result in try await delivery([first, second]).send(batch: try mails(3), deadline: nil) {
                #expect(try result.get().outcome?.isUnknown == true)
            }
            #expect(resend.mails.count == 4)
            #expect(sendGrid.calls.isEmpty)
        }
    }

    @Test func whatNoMailCanBeTheCauseOfIsNotLookedForInHalves() async throws {
        for fault in [
            LoopbackProviderFault.error(400, name: "invalid_idempotency_key"),
            .error(422, name: "invalid_from_address"),
        ] {
            try await withResend { resend, transport in
                resend.plan(fault)
                let receipts = try await transport.receipts(of: try mails(8))
                #expect(receipts.allSatisfy { $0.outcome?.isRejected == true })
                #expect(resend.calls.count == 1)
            }
        }
    }

    /// Sender, contents and unsubscribe group are the same for all mails of one request of SendGrid's.
    @Test(arguments: ["asm.group_id", "ip_pool_name", "content.0.value", "from.email", "categories"])
    func whatAllMailsOfARequestShareIsNotLookedForInHalves(field: String) async throws {
        try await withSendGrid { server, transport in
            server.plan(.error(400, name: field))
            let receipts = try await transport.receipts(of: try mails(1000))
            #expect(receipts.count == 1000)
            #expect(
                receipts.allSatisfy { $0.outcome?.reply?.name?.rawValue == field && $0.outcome?.isRejected == true }
            )
            #expect(server.calls.count == 1)
            #expect(server.mails.isEmpty)
        }
    }

    @Test(arguments: ["personalizations.3.to.0.email", "personalizations[3].to", "personalizations", "subject", "null"])
    func whatMayBeOfOneMailIsLookedForInHalves(field: String) async throws {
        try await withSendGrid { server, transport in
            server.plan(.error(400, name: field))
            let receipts = try await transport.receipts(of: try mails(4))
            #expect(receipts.allSatisfy { $0.isAccepted })
            #expect(server.calls.count == 3)
        }
    }

    @Test func amongSeveralErrorsThatOfTheRequestCounts() throws {
        func name(_ fields: String...) throws -> String? {
            let errors = fields.map { #"{"message":"m","field":\#($0),"help":null}"# }.joined(separator: ",")
            let answer = ProviderAnswer(
                status: 400,
                fields: [:],
                body: Array(#"{"errors":[\#(errors)]}"#.utf8),
                isComplete: true,
                hint: MailRateHint()
            )
            return try #require(SendGridAnswers.refusal(in: answer)).name?.rawValue
        }
        #expect(try name(#""personalizations.0.to""#, "null", #""asm.group_id""#) == "asm.group_id")
        #expect(try name(#""personalizations.0.to""#, "null") == "personalizations.0.to")
        #expect(try name("null", #""subject""#, "null") == "subject")
        #expect(try name("null", #""null""#) == nil)
    }

    @Test func oneKeyForTwoMailsOfABatchSendsOne() async throws {
        try await withBoth { resend, first, sendGrid, second in
            var mails = try mails(3)
            mails[2] = mails[0]
            let results = try await delivery([first]).send(batch: mails, deadline: nil)
            #expect(try results.prefix(2).allSatisfy { try $0.get().isAccepted })
            #expect(await mailErrorCode { _ = try results[2].get() } == .invalidMessage)
            #expect(resend.mails.count == 2)
            let direct = try await second.send(batch: mails, deadline: nil)
            #expect(try direct.prefix(2).allSatisfy { try $0.get().isAccepted })
            #expect(mailErrorCode(direct[2]) == .invalidMessage)
            #expect(sendGrid.mails.count == 2)
        }
    }

    private static let faults: [LoopbackProviderFault] = [
        .error(400, name: "validation_error"), .error(401, name: "invalid_api_key"),
        .error(403, name: "validation_error"), .error(404, name: "not_found"),
        .error(409, name: "invalid_idempotent_request"), .error(409, name: "concurrent_idempotent_requests"),
        .error(413), .error(422, name: "invalid_from_address"), .error(422, name: "invalid_parameter"),
        .error(429, name: "rate_limit_exceeded"), .error(429, name: "daily_quota_exceeded"), .error(500), .error(503),
        .errorAfterWork(500), .errorAfterWork(502), .html(200), .html(302), .html(403), .html(502), .html(503),
        .emptySuccess(200), .errorInsideSuccess(name: "validation_error"), .truncatedAnswer, .closeBeforeWork,
        .closeAfterWork,
    ]

    /// For each plan of faults a batch, of which one mail may be refused for its sender, through one provider or both.
    @Test func noPlanOfFaultsDeliversAMailTwice() async throws {
        var counts = [0, 0, 0, 0]
        try await withBoth { resend, first, sendGrid, second in
            resend.update { $0.domains = ["example.org": "verified"] }
            var delivered: [String: Int] = [:]
            for seed in UInt64(0)..<250 {
                let random = ManualRandom(seed: seed)
                func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
                for _ in 0..<pick(4) { resend.plan(Self.faults[pick(Self.faults.count)]) }
                for _ in 0..<pick(2) { sendGrid.plan(Self.faults[pick(Self.faults.count)]) }
                let mails = try (0..<2 + pick(6)).map { index in
                    try outgoingMail(
                        from: index == 1 && pick(4) == 0 ? "shop@elsewhere.org" : "shop@example.org",
                        to: ["seed\(seed)-\(index)@example.org"],
                        text: "Text \(pick(2))"
                    )
                }
                let routes: [any MailTransport] = [[first], [first, second], [second, first]][pick(3)]
                let results = try await delivery(routes).send(batch: mails, deadline: nil)
                let before = delivered
                delivered = [:]
                for address in resend.mails.flatMap(\.recipients) + sendGrid.mails.flatMap(\.recipients) {
                    delivered[address, default: 0] += 1
                }
                #expect(before.allSatisfy { delivered[$0.key] == $0.value }, "seed \(seed)")
                for (mail, result) in zip(mails, results) {
                    let count = delivered[mail.envelope.recipients[0].wireText] ?? 0
                    let outcome = try? result.get().outcome
                    switch outcome {
                    case .accepted?: counts[0] += 1
                    case .unknown?: counts[1] += 1
                    case .rejected?, .retryable?: counts[2] += 1
                    case nil: counts[3] += 1
                    }
                    let isHonest =
                        switch outcome {
                        case .accepted?: count == 1
                        case .unknown?: count <= 1
                        default: count == 0
                        }
                    #expect(isHonest, "seed \(seed): delivered \(count) times, and \(String(describing: outcome))")
                    if !isHonest { return }
                }
            }
        }
        // The property is not vacuous.
        let enough = counts[0] > 100 && counts[1] > 50 && counts[2] > 20
        #expect(enough, "\(counts)")
    }
}
