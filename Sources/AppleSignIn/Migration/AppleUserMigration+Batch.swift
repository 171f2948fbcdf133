/// What became of one user of a batch.
public struct AppleMigrationResult<Success: Sendable>: Sendable {
    /// What was asked about: a subject of the old team, or a transfer identifier.
    public let identifier: String
    /// The answer, or why there is none.
    public let result: Result<Success, AppleSignInError>
}

/// How a batch ended. Its sum is the number of users that were asked for.
public struct AppleMigrationReport: Sendable, Hashable {
    /// So many were answered.
    public internal(set) var done = 0
    /// Apple refuses these for good, such as users who do not exist.
    public internal(set) var refused: [String] = []
    /// Worth another run: Apple was down or throttling when they were asked about, or they were not reached.
    public internal(set) var remaining: [String] = []

    /// Whether nothing is left for another run.
    public var isComplete: Bool { remaining.isEmpty }
}

// Identifiers of persons are not shown where values are printed. Read the properties.
extension AppleMigrationReport: CustomStringConvertible, CustomReflectable {
    /// The numbers.
    public var description: String {
        "\(done) done, \(refused.count) refused, \(remaining.count) remaining"
    }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension AppleMigrationResult: CustomStringConvertible, CustomReflectable {
    /// Whether there is an answer, or the error.
    public var description: String {
        switch result {
        case .success: "AppleMigrationResult(success)"
        case .failure(let error): "AppleMigrationResult(\(error))"
        }
    }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension AppleUserMigration {
    /// For the old team: the transfer identifiers of many users.
    ///
    /// Each result goes to `store` as soon as it is there, one after the other, so that an interrupted run loses
    /// nothing; run it again with ``AppleMigrationReport/remaining``. Ten failures of Apple's in a row end the run early.
    /// - Parameters:
    ///   - subjects: identifiers in the old team; duplicates are asked about once.
    ///   - maximumConcurrency: so many questions at once, 1 to 16.
    ///   - store: makes a result last. When it throws, the run ends with that error.
    /// - Throws: ``AppleSignInError`` when nobody can be asked about (`invalid_client`, `unauthorized_client`,
    ///   `migrationClosed`); what `store` throws; `CancellationError`.
    public func exportUsers(
        _ subjects: [String],
        maximumConcurrency: Int = 4,
        store: (AppleMigrationResult<String>) async throws -> Void
    ) async throws -> AppleMigrationReport {
        try await batch(subjects, maximumConcurrency, store) { try await transferSubject(of: $0) }
    }

    /// For the new team: the users behind many transfer identifiers. The rules of
    /// ``exportUsers(_:maximumConcurrency:store:)`` hold.
    public func importUsers(
        _ transferSubjects: [String],
        maximumConcurrency: Int = 4,
        store: (AppleMigrationResult<AppleMigratedUser>) async throws -> Void
    ) async throws -> AppleMigrationReport {
        try await batch(transferSubjects, maximumConcurrency, store) { try await user(ofTransferSubject: $0) }
    }

    private static var failuresInARow: Int { 10 }

    private func batch<Success: Sendable>(
        _ identifiers: [String],
        _ maximumConcurrency: Int,
        _ store: (AppleMigrationResult<Success>) async throws -> Void,
        _ ask: @escaping @Sendable (String) async throws -> Success
    ) async throws -> AppleMigrationReport {
        var seen: Set<String> = []
        let wanted = identifiers.filter { seen.insert($0).inserted }
        var report = AppleMigrationReport()
        var failures = 0
        try await withThrowingTaskGroup(of: AppleMigrationResult<Success>.self) { group in
            var next = 0
            func addNext() {
                guard next < wanted.count, failures < Self.failuresInARow else { return }
                let identifier = wanted[next]
                next += 1
                group.addTask { try await Self.result(identifier, ask) }
            }
            for _ in 0..<min(max(maximumConcurrency, 1), 16) { addNext() }
            while let result = try await group.next() {
                switch result.result {
                case .success:
                    report.done += 1
                    failures = 0
                case .failure(let error) where Self.endsAll(error): throw error
                case .failure(let error) where error.isRetryable:
                    report.remaining.append(result.identifier)
                    failures += 1
                case .failure:
                    report.refused.append(result.identifier)
                    failures = 0
                }
                try await store(result)
                addNext()
            }
            report.remaining += wanted[next...]
        }
        return report
    }

    private static func result<Success: Sendable>(
        _ identifier: String,
        _ ask: @Sendable (String) async throws -> Success
    ) async throws -> AppleMigrationResult<Success> {
        do {
            return AppleMigrationResult(identifier: identifier, result: .success(try await ask(identifier)))
        } catch let error as AppleSignInError {
            return AppleMigrationResult(identifier: identifier, result: .failure(error))
        }
    }

    /// What one question learns for all others.
    private static func endsAll(_ error: AppleSignInError) -> Bool {
        [.invalidClient, .unauthorizedClient, .migrationClosed, .invalidScope, .invalidConfiguration]
            .contains(error.code)
    }
}
