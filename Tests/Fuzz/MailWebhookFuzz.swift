import FoundationEssentials

/// Gives the verifiers of webhooks whatever the fuzzer thinks of: as headers, which must never verify, and as a body that
/// is signed, so that the readers of events get it.
///
/// Events stay within their limits, hold no control characters, and the same body gives the same keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMailWebhook(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let fixture else { fatalError("no keys") }
    let lines = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    if lines.count == 4 {
        let headers = [
            "svix-id": lines[0], "svix-timestamp": lines[1], "svix-signature": lines[2],
            "x-twilio-email-event-webhook-timestamp": lines[1], "x-twilio-email-event-webhook-signature": lines[2],
        ]
        let request = MailWebhookRequest(headers: headers, body: Array(lines[3].utf8))
        let isTaken =
            (try? fixture.resend.events(in: request)) != nil || (try? fixture.sendGrid.events(in: request)) != nil
        if isTaken { fatalError("a forged webhook") }
    }
    let date = FrozenTime().now
    if let request = try? fixture.resendSigner.sign(bytes, id: "msg_1", at: date) {
        check(fixture.resend, request)
    }
    // Signing on the curve is slow: the reader of events alone most of the time.
    if bytes.count % 16 == 0, let request = try? fixture.sendGridSigner.sign(bytes, at: date) {
        check(fixture.sendGrid, request)
    } else if let list = (try? JSONValue(parsing: bytes))?.array {
        for case let event? in list.map({ try? SendGridEvents.event($0) }) { check(event) }
    }
    return 0
}

private struct FrozenTime: TimeSource {
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    let monotonic = ContinuousClock.now

    func sleep(until deadline: ContinuousClock.Instant) async throws {}
}

private struct Fixture: Sendable {
    let resendSigner = ResendWebhookSigner()
    let sendGridSigner: SendGridWebhookSigner
    let resend: ResendWebhook
    let sendGrid: SendGridWebhook

    init() throws {
        sendGridSigner = try SendGridWebhookSigner()
        resend = try ResendWebhook(secrets: [resendSigner.secret], time: FrozenTime())
        sendGrid = try SendGridWebhook(publicKeys: [sendGridSigner.publicKey], time: FrozenTime())
    }
}

private let fixture = try? Fixture()

private func check(_ webhook: some MailWebhook, _ request: MailWebhookRequest) {
    do throws(MailError) {
        let events = try webhook.events(in: request)
        for event in events { check(event) }
        guard try webhook.events(in: request) == events else { fatalError("it reads otherwise") }
    } catch {
        guard [.webhookMalformed, .limitExceeded].contains(error.code) else { fatalError("\(error)") }
    }
}

private func check(_ event: MailEvent) {
    let texts =
        [event.name, event.reason, event.link ?? "", event.mailID ?? ""] + event.tags.flatMap { [$0, $1] }
        + event.metadata.flatMap { [$0, $1] }
    // What is replaced takes three bytes for one.
    guard texts.allSatisfy({ MailText.isClean($0) && $0.utf8.count <= 3 * 4096 }) else { fatalError("\(event)") }
    guard event.recipients.count <= 100, event.tags.count <= 100, event.metadata.count <= 100,
        (1...300).contains(event.deduplicationKey.utf8.count)
    else { fatalError("\(event)") }
}
