import FoundationEssentials

/// Serves the status for as long as the daemon lives. A server that fails ends no backup: it is begun again.
struct StatusService: Sendable {
    private static let shortestWait = Duration.seconds(1)
    private static let longestWait = Duration.seconds(60)

    private let port: Int
    private let board: HealthBoard

    init(_ settings: Settings, _ board: HealthBoard) {
        port = settings.environment.port
        self.board = board
    }

    /// Serves until the task is cancelled.
    /// - Throws: `CancellationError` only.
    func run() async throws {
        let outage = Outage()
        while true {
            var reason = "it ended."
            do {
                try await StatusServer(port: UInt16(port), board).run {
                    guard let sentence = await outage.end(port) else { return }
                    log(sentence)
                    await board.serves(sentence, isOver: true)
                }
            } catch {
                try Task.checkCancellation()
                reason = "\(error)"
            }
            let (sentence, wait) = await outage.begin(port, reason, Self.shortestWait, Self.longestWait)
            if let sentence {
                log("\(sentence) Backups go on, and it is tried again.")
                await board.serves(sentence, isOver: false)
            }
            try await Task.sleep(for: wait)
        }
    }
}

/// A time in which the status is not served.
private actor Outage {
    private var began: Date?
    private var reason = ""
    private var wait = Duration.zero

    /// - Returns: what there is to say, unless it was said, and how long to wait.
    func begin(_ port: Int, _ reason: String, _ shortest: Duration, _ longest: Duration) -> (String?, Duration) {
        wait = began == nil ? shortest : min(wait * 2, longest)
        guard began == nil || reason != self.reason else { return (nil, wait) }
        let date = began ?? Date()
        (began, self.reason) = (date, reason)
        return ("The status cannot be served on port \(port) since \(date.formatted(.iso8601)): \(reason)", wait)
    }

    /// - Returns: what there is to say when there was one.
    func end(_ port: Int) -> String? {
        guard let date = began else { return nil }
        began = nil
        return "The status was not served on port \(port) from \(date.formatted(.iso8601)) to "
            + "\(Date().formatted(.iso8601)): \(reason)"
    }
}
