import FoundationEssentials
public import GroundworkCore

/// Posts events as JSON.
///
/// The object has `event`, `time`, `database`, `message`, `failures`, and where there is a run `startedAt`, `seconds`,
/// `backup`, `storedBytes`, `errorCode`. `text` and `content` repeat the message under the names that chat services look
/// for.
public struct WebhookNotifier: BackupNotifier {
    /// `webhook` and the host.
    public let name: String
    /// The kinds of events that are posted.
    public var kinds: Set<BackupEvent.Kind> = [
        .failed, .recovered, .firstSuccess, .missed, .targetMissed, .busy, .test,
    ]
    private let sending: NotificationSending

    /// Posts to a URL.
    /// - Parameters:
    ///   - url: an http or https URL without user and password.
    ///   - time: the clock of the waits between tries.
    ///   - random: spreads those waits.
    ///   - send: sends a request and gives the status.
    /// - Throws: ``NotificationError`` when the URL cannot be one.
    public init(
        url: Secret<String>,
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom(),
        send: @escaping NotificationRequest.Sender
    ) throws(NotificationError) {
        sending = try NotificationSending(url: url, time: time, random: random, send: send)
        name = "webhook \(sending.host)"
    }

    /// Whether events of a kind are posted.
    public func wants(_ kind: BackupEvent.Kind) -> Bool { kinds.contains(kind) }

    /// Posts an event; up to three times when the server is busy or cannot be reached.
    /// - Throws: ``NotificationError``, `CancellationError`.
    public func notify(_ event: BackupEvent) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Array(try encoder.encode(Payload(event)))
        try await sending.deliver("POST", contentType: "application/json", body: body)
    }

    private struct Payload: Encodable {
        let event, time, database, message, text, content: String
        let failures: Int
        let startedAt: String?
        let seconds: Double?
        let backup: BackupID?
        let storedBytes: Int64?
        let errorCode: String?

        init(_ event: BackupEvent) {
            self.event = event.kind.rawValue
            time = UTCDateTime(event.date).rfc3339
            database = event.database
            message = event.message
            text = event.message
            content = event.message
            failures = event.failures
            startedAt = event.run.map { UTCDateTime($0.startedAt).rfc3339 }
            seconds = event.run?.seconds
            backup = event.run?.backup
            storedBytes = event.run?.storedBytes
            errorCode = event.run?.errorCode
        }
    }
}

/// Calls a URL after every success, and never otherwise: a service that expects to hear regularly raises the alarm when
/// it does not.
public struct PingNotifier: BackupNotifier {
    /// `ping` and the host.
    public let name: String
    private let sending: NotificationSending

    /// Calls a URL with GET.
    /// - Parameters:
    ///   - url: an http or https URL without user and password.
    ///   - time: the clock of the waits between tries.
    ///   - random: spreads those waits.
    ///   - send: sends a request and gives the status.
    /// - Throws: ``NotificationError`` when the URL cannot be one.
    public init(
        url: Secret<String>,
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom(),
        send: @escaping NotificationRequest.Sender
    ) throws(NotificationError) {
        sending = try NotificationSending(url: url, time: time, random: random, send: send)
        name = "ping \(sending.host)"
    }

    /// Only successes.
    public func wants(_ kind: BackupEvent.Kind) -> Bool { kind == .succeeded }

    /// Calls the URL; up to three times when the server is busy or cannot be reached.
    /// - Throws: ``NotificationError``, `CancellationError`.
    public func notify(_ event: BackupEvent) async throws { try await sending.deliver("GET") }
}
