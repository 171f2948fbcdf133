extension ChildProcess {
    /// Asks again and again until the process is ready.
    /// - Throws: ``TestProcessError`` with the last lines of its output when it ends first or takes too long.
    package func waitUntilReady(
        within bound: Duration = .seconds(60),
        _ isReady: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now.advanced(by: bound)
        while true {
            if let exit {
                throw TestProcessError("\(configuration.executable) ended with \(exit) before it was ready:\n\(log)")
            }
            if (try? await isReady()) == true { return }
            guard ContinuousClock.now < deadline else {
                throw TestProcessError("\(configuration.executable) was not ready within \(bound):\n\(log)")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }
}
