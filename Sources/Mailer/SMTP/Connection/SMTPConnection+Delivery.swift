import GroundworkSockets

extension SMTPConnection {
    /// A message whose turn it is, or comes next.
    struct InFlight {
        let job: SMTPJob
        var transaction: SMTPTransaction
    }

    /// How the sending of one or more messages ended.
    struct Ending: Sendable {
        /// A message that the connection can no longer send, to be sent through another: nothing of it counts.
        var rest: SMTPJob?
        /// The last message and its outcomes. They are told once the connection can be used again, so that who sends
        /// the next one finds it.
        var last: SMTPJob?
        var outcomes: [MailOutcome] = []

        func tell() { last?.finish(.success(outcomes)) }
    }

    /// The one who waited for a message is gone while its commands are under way.
    struct Abandoned: Error {}

    /// Sends a message, and those that `successor` gives to follow it closely.
    /// - Parameter successor: the next message to announce together with the end of the one before; asked only when
    ///   the server allows it.
    mutating func deliver(_ first: SMTPJob, successor: () -> SMTPJob?) async -> Ending {
        let isReused = messageCount > 0
        guard admits(first), first.begin(on: stream) else { return Ending() }
        var current = begin(first)
        var next: InFlight?
        do {
            try await write(current.transaction.begin())
            while true {
                let reply = try await reply(within: limit(of: current.transaction))
                switch try current.transaction.received(reply) {
                case .wait: break
                case .send(let bytes): try await write(bytes)
                case .sendContent: try await sendContent(of: &current, before: &next, successor)
                case .finished:
                    let outcomes = end(current)
                    // After a farewell, what was announced goes elsewhere.
                    guard isUsable, let following = next.take() else {
                        return Ending(rest: next?.job, last: current.job, outcomes: outcomes)
                    }
                    current.job.finish(.success(outcomes))
                    guard following.job.begin(on: stream) else { throw Abandoned() }
                    current = following
                }
            }
        } catch {
            isUsable = false
            stream.close()
            let isStale = isReused && current.job === first && (error as? SMTPFailure)?.code == .connectionLost
            if isStale, current.transaction.isUnanswered {
                first.rewind()
                return Ending(rest: first)
            }
            fail(current, with: error)
            return Ending(rest: next?.job)
        }
    }

    mutating func begin(_ job: SMTPJob) -> InFlight {
        messageCount += 1
        defer { needsReset = false }
        return InFlight(
            job: job,
            transaction: SMTPTransaction(
                SMTPEnvelopeCommands(job.message, for: capabilities),
                pipelining: capabilities.pipelining,
                afterReset: needsReset
            )
        )
    }

    /// Whether the server can take the message at all, as far as it has said; else the message ends here.
    func admits(_ job: SMTPJob) -> Bool {
        guard let obstacle = job.message.obstacle(for: capabilities, host: host) else { return true }
        job.finish(.failure(obstacle))
        return false
    }

    private func limit(of transaction: SMTPTransaction) -> Duration {
        switch transaction.awaited {
        case .command: timeouts.command
        case .data: timeouts.data
        case .endOfData: timeouts.endOfData
        }
    }

    /// The message is done with: its outcomes.
    private mutating func end(_ done: InFlight) -> [MailOutcome] {
        needsReset = done.transaction.needsReset
        if done.transaction.isClosing {
            isUsable = false
            stream.close()
        }
        return done.transaction.outcomes { .unknown(reason: "The server named no outcome.") }
    }

    /// The connection failed: what that means depends on how far the message had come.
    private func fail(_ broken: InFlight, with error: any Error) {
        if let early = error as? EarlyReply {
            return broken.job.finish(.success(broken.transaction.outcomes { MailOutcome(early.reply) }))
        }
        if let large = error as? TooLarge {
            // What the server said to some of the recipients must not get lost.
            if broken.transaction.results.allSatisfy({ $0 == .pending }) {
                return broken.job.finish(.failure(large.error))
            }
            let reply = large.error.reply ?? MailReply(text: large.error.message)
            return broken.job.finish(.success(broken.transaction.outcomes { .rejected(reply) }))
        }
        guard let failure = error as? SMTPFailure, failure.code != .unsendableMessage else {
            return broken.job.finish(.failure(error))
        }
        let isSent = broken.transaction.isContentSent
        let outcomes = broken.transaction.outcomes {
            if isSent { return .unknown(reason: failure.message) }
            return .retryable(failure.reply.map { MailReply($0) } ?? MailReply(text: failure.message), after: nil)
        }
        broken.job.finish(.success(outcomes))
    }
}
