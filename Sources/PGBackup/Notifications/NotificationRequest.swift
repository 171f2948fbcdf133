public import GroundworkCore

/// An HTTP request of a notifier. PGBackup has no HTTP client of its own: the app gives a ``Sender`` that sends it with
/// whatever it uses, in about ten lines.
public struct NotificationRequest: Sendable {
    /// Sends a request and answers with the status. It follows no redirect, and does not retry.
    public typealias Sender = @Sendable (NotificationRequest) async throws -> Int

    /// `GET` or `POST`.
    public var method: String
    /// The URL. It is a secret: whoever knows it may post to it.
    public var url: Secret<String>
    /// The media type of the body.
    public var contentType: String?
    /// The body.
    public var body: [UInt8] = []

    /// `https` or `http`.
    public var scheme: String { Self.parts(of: url.withValue { $0 }).scheme }
    /// The URL's host, with the port if there is one.
    public var authority: String { Self.parts(of: url.withValue { $0 }).authority }
    /// The URL's path and query; it begins with a slash. It is the secret part.
    public var path: Secret<String> { Secret(Self.parts(of: url.withValue { $0 }).path) }

    /// Cuts a URL that ``NotificationSending`` has found to be one.
    static func parts(of url: String) -> (scheme: String, authority: String, path: String) {
        let scheme = url.lowercasedASCII().hasPrefix("https://") ? "https" : "http"
        let rest = url.dropFirst(scheme.utf8.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest.dropFirst(authority.count).prefix { $0 != "#" }
        return (scheme, String(authority), path.hasPrefix("/") ? String(path) : "/\(path)")
    }
}

/// Why a notification was not delivered.
public struct NotificationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A full sentence. Of the URL it has the host only.
    public let message: String

    /// The sentence.
    public var description: String { message }
}

/// Sends requests, a few times if need be.
struct NotificationSending: Sendable {
    /// The URL's host, for messages.
    let host: String
    let url: Secret<String>
    let send: NotificationRequest.Sender
    var retry: RetryPolicy
    let time: any TimeSource
    let random: any RandomSource

    init(
        url: Secret<String>,
        time: any TimeSource,
        random: any RandomSource,
        send: @escaping NotificationRequest.Sender
    ) throws(NotificationError) {
        let text = url.withValue { $0 }
        guard let host = Self.host(of: text) else {
            throw NotificationError(
                message: "The URL of a notifier is not of the form https://host/path, or has characters that are not "
                    + "allowed in URLs."
            )
        }
        self.host = host
        self.url = url
        self.time = time
        self.random = random
        self.send = send
        retry = RetryPolicy()
        retry.maximumAttempts = 3
        retry.baseDelay = .milliseconds(500)
        retry.maximumDelay = .seconds(5)
    }

    /// The host of an http or https URL without user and password; nil for anything else.
    private static func host(of url: String) -> String? {
        let lower = url.lowercasedASCII()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"), url.utf8.count <= 4096,
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let authority = NotificationRequest.parts(of: url).authority
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        return authority
    }

    func deliver(_ method: String, contentType: String? = nil, body: [UInt8] = []) async throws {
        let request = NotificationRequest(method: method, url: url, contentType: contentType, body: body)
        var state = RetryState(policy: retry, startedAt: time.monotonic)
        while true {
            var verdict = RetryVerdict.transient()
            let problem: String
            do {
                let status = try await send(request)
                if (200...299).contains(status) { return }
                problem = "answered with status \(status)"
                if !(500...599).contains(status), status != 429, status != 408 { verdict = .permanent }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Clients put whole URLs into their errors: only the kind is told.
                problem = "cannot be reached (\(type(of: error)))"
            }
            switch state.failed(verdict, now: time.monotonic, budget: nil, random: random) {
            case .stop: throw NotificationError(message: "\(host) \(problem).")
            case .retry(let delay): try await time.sleep(for: delay)
            }
        }
    }
}
