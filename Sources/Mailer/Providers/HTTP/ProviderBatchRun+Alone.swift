extension ProviderBatchRun {
    /// How many mails that go alone are under way at the same time.
    private static var width: Int { 16 }

    /// What came of a mail that went alone.
    private enum Single: Sendable {
        case sent(MailOutcome)
        /// It cannot be sent, and others can.
        case unsent(MailError)
        /// No mail can be sent.
        case failed(any Error)
    }

    /// Sends each by itself, several at the same time.
    /// - Throws: what concerns no mail; none is begun any more then.
    mutating func sendAlone(_ indices: [Int]) async throws {
        var left = indices[...]
        // What concerns no mail is told by one request, as long as nothing was sent.
        while !hasSent, let index = left.popFirst() {
            try take(await Self.single(mails[index], provider, deadline), for: index)
        }
        guard !left.isEmpty else { return }
        var failure: (any Error)?
        for (index, single) in await Self.singles(left, of: mails, provider, deadline) {
            do { try take(single, for: index) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private static func singles(
        _ indices: ArraySlice<Int>,
        of mails: [OutgoingMail],
        _ provider: Provider,
        _ deadline: ContinuousClock.Instant?
    ) async -> [(Int, Single)] {
        await withTaskGroup(of: (Int, Single).self) { group in
            var left = indices
            var done: [(Int, Single)] = []
            var running = 0
            while true {
                while running < width, let index = left.popFirst() {
                    running += 1
                    let mail = mails[index]
                    group.addTask { (index, await single(mail, provider, deadline)) }
                }
                guard running > 0, let one = await group.next() else { return done }
                running -= 1
                done.append(one)
                // The others would be told the same.
                if case .failed = one.1 { left = [] }
            }
        }
    }

    private static func single(
        _ mail: OutgoingMail,
        _ provider: Provider,
        _ deadline: ContinuousClock.Instant?
    ) async -> Single {
        do {
            return .sent(try await provider.outcome(of: mail, deadline: deadline))
        } catch let error as MailError where error.concernsMail {
            return .unsent(error)
        } catch {
            return .failed(error)
        }
    }

    private mutating func take(_ single: Single, for index: Int) throws {
        switch single {
        case .sent(let outcome):
            results[index] = .success(outcome)
            hasSent = true
        case .unsent(let error): results[index] = .failure(error)
        case .failed(let error): throw error
        }
    }
}

extension MailError {
    /// Whether it is about the mail itself, so that others may be sent all the same.
    fileprivate var concernsMail: Bool {
        [
            .limitExceeded, .unsupported, .invalidMessage, .reservedHeader, .invalidAttachment, .contentUnreadable,
            .noRecipients, .invalidHeader,
        ].contains(code)
    }
}
