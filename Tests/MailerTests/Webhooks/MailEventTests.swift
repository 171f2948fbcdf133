import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite struct MailEventTests {
    @Test func resendsEventsHaveTheirKinds() async throws {
        let time = ManualTime()
        try await withResend(time: time) { server, transport in
            var message = try outgoingMail().message
            message.tags = [try MailTag("kind", "welcome")]
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            let mail = try #require(server.mails.first)
            let webhook = try ResendWebhook(secrets: [server.webhookSecret], time: time)
            let cases: [(String, String, MailEvent.Kind)] = [
                ("email.sent", "", .other("email.sent")), ("email.delivered", "", .delivered),
                ("email.delivery_delayed", "", .deferred), ("email.complained", "", .complained),
                ("email.opened", "", .opened), ("email.failed", #""failed":{"reason":"quota"}"#, .failed),
                ("email.suppressed", #""suppressed":{"message":"quota"}"#, .failed),
                (
                    "email.bounced", #""bounce":{"type":"Permanent","subType":"General","message":"no such user"}"#,
                    .bounced(.hard)
                ),
                ("email.bounced", #""bounce":{"type":"Transient","message":"full"}"#, .bounced(.soft)),
                ("email.bounced", #""bounce":{"type":"Undetermined"}"#, .bounced(.soft)),
                ("email.bounced", "", .bounced(.soft)),
                ("email.clicked", #""click":{"link":"https://example.org/x"}"#, .clicked),
                ("email.invented", "", .other("email.invented")),
            ]
            for (type, details, kind) in cases {
                let request = try server.webhook(type, about: mail, details: details)
                let event = try #require(try webhook.events(in: request).first)
                #expect(event.kind == kind)
                #expect(event.name == type)
                #expect(event.mailID == receipt.outcome?.id)
                #expect(event.recipient?.wireText == "ada@example.org")
                #expect(event.tags == ["kind": "welcome"])
                #expect(event.date == time.now)
                if kind == .clicked { #expect(event.link == "https://example.org/x") }
                if kind == .failed { #expect(event.reason == "quota") }
            }
        }
    }

    @Test func anEventOfAMailWithCopiesSuppressesNobody() async throws {
        let time = ManualTime()
        let signer = ResendWebhookSigner()
        let webhook = try ResendWebhook(secrets: [signer.secret], time: time)
        let bounce = #""bounce":{"type":"Permanent"}"#
        let cases: [(String, [String])] = [
            (#""to":["a@example.org"]"#, ["a@example.org"]),
            (#""to":["a@example.org"],"cc":[],"bcc":null"#, ["a@example.org"]),
            (#""to":["a@example.org"],"cc":["A <a@example.org>"]"#, ["a@example.org"]),
            (#""to":["a@example.org"],"cc":["b@example.org"]"#, ["a@example.org", "b@example.org"]),
            (#""to":["a@example.org"],"bcc":"b@example.org""#, ["a@example.org", "b@example.org"]),
            // The other one is there, though it cannot be read.
            (#""to":["a@example.org"],"bcc":["somebody"]"#, []),
        ]
        for (receivers, expected) in cases {
            let body = Array(#"{"type":"email.bounced","data":{\#(receivers),\#(bounce)}}"#.utf8)
            let request = try signer.sign(body, id: nil, at: time.now)
            let event = try #require(try webhook.events(in: request).first)
            #expect(event.recipients.map(\.wireText) == expected)
            let store = InMemorySuppressionStore()
            #expect(try await store.record(event, time: time) == (expected.count == 1))
        }
    }

    @Test func sendGridsEventsHaveTheirKinds() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            var message = try outgoingMail().message
            message.tags = [try MailTag("kind", "welcome")]
            message.metadata = ["user": "4711"]
            let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
            let mail = try #require(server.mails.first)
            let cases: [(String, String, MailEvent.Kind)] = [
                ("processed", "", .other("processed")), ("delivered", #""response":"250 OK""#, .delivered),
                ("deferred", #""attempt":"5""#, .deferred),
                ("bounce", #""type":"bounce","reason":"550 no"# + "\"", .bounced(.hard)),
                ("bounce", #""type":"blocked""#, .bounced(.soft)), ("bounce", "", .bounced(.hard)),
                ("bounce", #""type":"bounce","status":"4.2.2""#, .bounced(.soft)),
                ("dropped", #""reason":"Bounced Address""#, .failed), ("spamreport", "", .complained),
                ("open", "", .opened),
                ("click", #""url":"https://example.org/x""#, .clicked), ("unsubscribe", "", .unsubscribed),
                ("group_unsubscribe", "", .unsubscribed), ("group_resubscribe", "", .resubscribed),
            ]
            let request = try server.webhook(cases.map { ($0.0, mail, "ada@example.org", $0.1) })
            let events = try SendGridWebhook(publicKeys: [server.webhookKey], time: time).events(in: request)
            #expect(events.map(\.kind) == cases.map(\.2))
            for event in events {
                #expect(event.mailID == receipt.outcome?.id)
                #expect(event.recipient?.wireText == "ada@example.org")
                #expect(event.metadata == ["user": "4711"])
                #expect(event.tags == ["kind": "welcome"])
            }
            #expect(events[3].reason == "550 no")
            #expect(events[10].link == "https://example.org/x")
        }
    }

    /// The id of a scheduled mail has the batch id by which it is called off.
    @Test func eventsOfAScheduledMailHaveTheIDThatItWasAcceptedUnder() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            var message = try outgoingMail().message
            message.scheduledAt = time.now.addingTimeInterval(3600)
            for metadata in [[:], ["user": "4711"]] {
                message.metadata = metadata
                let receipt = try await transport.send(try OutgoingMail(message), deadline: nil)
                let id = try #require(receipt.outcome?.id)
                let mail = try #require(server.mails.last)
                #expect(id == "\(mail.id)/\(try #require(mail.batchID))")
                let request = try server.webhook([
                    ("delivered", mail, "ada@example.org", ""), ("bounce", mail, "ada@example.org", ""),
                ])
                let events = try SendGridWebhook(publicKeys: [server.webhookKey], time: time).events(in: request)
                #expect(events.map(\.mailID) == [id, id])
                #expect(events.allSatisfy { $0.metadata == metadata })
            }
            // Nothing but a batch id becomes part of an id.
            let json = #"{"event":"open","sg_message_id":"a.filter1","groundwork_batch_id":"x/y","email":"a@b.org"}"#
            #expect(try SendGridEvents.event(JSONValue(parsing: Array(json.utf8)))?.mailID == "a")
        }
    }

    @Test func noMetadataMayPassForTheBatchID() async throws {
        try await withSendGrid { _, transport in
            var message = try outgoingMail().message
            message.metadata = ["groundwork_batch_id": "1234567890"]
            let mail = try OutgoingMail(message)
            #expect(await mailErrorCode { _ = try await transport.send(mail, deadline: nil) } == .invalidMessage)
        }
    }

    /// What is not the address's fault must not suppress it.
    @Test(arguments: [
        ("5.1.1", "Invalid Address", true), ("5.1.1", "", true), ("5.1.10", "Mailbox Unavailable", true),
        ("5.0.0", "invalid address", true), ("", "Invalid Address", true), ("5.5.0", "", true), ("5.4.1", "", true),
        ("5.2.1", "", true), ("nonsense", "", true), ("5.0.0", "Unclassified", true), ("", "Unclassified", true),
        ("5.2.2", "", false), ("5.2.2", "Mailbox Unavailable", false), ("5.2.3", "", false), ("5.3.4", "", false),
        ("5.6.0", "", false), ("5.7.1", "", false), ("5.7.26", "Unclassified", false), ("5.7.1", "Reputation", false),
        ("5.0.0", "Content", false), ("5.5.0", "Reputation", false), ("", "Technical", false),
        ("5.1.8", "", false), ("5.0.0", "Frequency or Volume Too High", false), ("4.1.1", "Invalid Address", false),
    ])
    func aBounceOfSendGridIsHardWhenTheAddressIsAtFault(status: String, judgement: String, isHard: Bool) async throws {
        let json = try JSONValue(
            parsing: Array(
                #"{"event":"bounce","email":"ada@example.org","timestamp":1,"type":"bounce","status":"\#(status)","bounce_classification":"\#(judgement)"}"#
                    .utf8
            )
        )
        let event = try #require(try SendGridEvents.event(json))
        #expect(event.kind == .bounced(isHard ? .hard : .soft))
        let store = InMemorySuppressionStore()
        #expect(try await store.record(event, time: ManualTime()) == isHard)
    }

    @Test func theSameEventSentAgainHasTheSameKey() async throws {
        let time = ManualTime()
        try await withSendGrid(time: time) { server, transport in
            _ = try await transport.send(try outgoingMail(), deadline: nil)
            let mail = try #require(server.mails.first)
            let webhook = try SendGridWebhook(publicKeys: [server.webhookKey], time: time)
            func events() throws -> [MailEvent] {
                try webhook.events(
                    in: server.webhook([
                        ("open", mail, "a@example.org", ""), ("open", mail, "b@example.org", ""),
                        ("click", mail, "a@example.org", #""url":"https://x/1""#),
                        ("click", mail, "a@example.org", #""url":"https://x/2""#),
                    ])
                )
            }
            let first = try events()
            #expect(Set(first.map(\.deduplicationKey)).count == 4)
            // SendGrid gives each another `sg_event_id` then.
            #expect(try events().map(\.deduplicationKey) == first.map(\.deduplicationKey))
        }
    }

    @Test func theDeduplicatorKnowsWhatItSawAndForgetsTheOldest() throws {
        func event(_ key: Int) -> MailEvent {
            MailEvent(.opened, provider: "p", name: "n", deduplicationKey: "\(key)", date: nil, recipients: [])
        }
        let seen = MailEventDeduplicator(capacity: 3)
        #expect([1, 2, 1, 3].map { seen.insert(event($0)) } == [true, true, false, true])
        #expect([4, 1, 3].map { seen.insert(event($0)) } == [true, true, false])
        #expect(seen.count == 3)
        seen.remove(event(4))
        #expect(seen.insert(event(4)))
        for key in 0..<1000 { _ = seen.insert(event(key)) }
        #expect(seen.count <= 3)
        #expect(MailEventDeduplicator(capacity: -5).insert(event(1)))
    }

    @Test func onlyWhatIsForGoodSuppresses() async throws {
        let address = try EnvelopeAddress("ada@example.org")
        let kinds: [(MailEvent.Kind, Suppression.Reason?)] = [
            (.bounced(.hard), .hardBounce), (.complained, .complaint), (.unsubscribed, .unsubscribe),
            (.bounced(.soft), nil),
            (.delivered, nil), (.deferred, nil), (.failed, nil), (.opened, nil), (.clicked, nil), (.other("x"), nil),
            (.resubscribed, nil),
        ]
        for (kind, reason) in kinds {
            let store = InMemorySuppressionStore()
            var event = MailEvent(
                kind,
                provider: "p",
                name: "n",
                deduplicationKey: "1",
                date: nil,
                recipients: [address]
            )
            #expect(try await store.record(event, time: ManualTime()) == (reason != nil))
            #expect(try await store.suppressions(of: [address])[address]?.reason == reason)
            event.recipients = [address, try EnvelopeAddress("b@example.org")]
            #expect(try await store.record(event) == false)
        }
    }

    /// The endpoint of the guide: what the store throws must not look like a fault of the request, or the event is lost.
    @Test func theGuidesEndpointLetsTheProviderRepeatWhatTheStoreDidNotTake() async throws {
        let time = ManualTime()
        let signer = ResendWebhookSigner()
        let store = InMemorySuppressionStore(maximumCount: 1)
        let other = try EnvelopeAddress("other@example.org")
        try await store.suppress(Suppression(address: other, reason: .manual, date: time.now))
        let endpoint = WebhookEndpoint(
            webhook: try ResendWebhook(secrets: [signer.secret], time: time),
            suppressions: store
        )
        let body = Array(#"{"type":"email.complained","data":{"email_id":"m1","to":["ada@example.org"]}}"#.utf8)
        let headers = try signer.headers(body, id: "msg_1", at: time.now)
        // The store is full, and says so with a code that refused requests have as well.
        #expect(await endpoint.receive(headers: headers, body: body) == 503)
        try await store.release(other)
        #expect(await endpoint.receive(headers: headers, body: body) == 204)
        #expect(store.all.map(\.reason) == [.complaint])
        #expect(await endpoint.receive(headers: headers, body: body + [0x20]) == 401)
    }
}
