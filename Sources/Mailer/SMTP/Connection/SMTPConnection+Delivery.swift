import GroundworkSockets

extension SMTPConnection {
    /// How the sending of one or more messages ended.
    struct Ending: Sendable {
        /// A message that the connection can no longer send, to be sent through another: nothing of it counts.
        var rest: SMTPJob?
        /// The last message, which is settled. Who waits for it is told once the connection can be used again, so that
        /// who sends the next one finds it.
        var last: SMTPJob?

        func tell() { last?.tell() }
    }

    /// The one who waited for a message is gone while its commands are under way.
    struct Abandoned: Error {}

    /// Sends a message, and those that `successor` gives to follow it closely.
    /// - Parameter successor: the next message to announce together with the end of the one before; asked only when
    ///   the server allows it.
    mutating func deliver(_ first: SMTPJob, successor: () -> SMTPJob?) async -> Ending {
        let isReused = messageCount > 0
        // What came unasked would pass for the replies to this message.
        if isReused, await !isFresh() {
            isUsable = false
            stream.close()
            return Ending(rest: first)
        }
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
                    end(current)
                    // A farewell before the first reply concerns the connection rather than the message.
                    if current.transaction.isClosing, isReused || current.job !== first,
                        current.transaction.isUnanswered
                    {
                        current.job.rewind()
                        return Ending(rest: current.job)
                    }
                    // Who gave it up closes the connection, perhaps not before another mail would be on it.
                    if !current.job.settle(result(of: current)) {
                        isUsable = false
                        stream.close()
                    }
                    // After a farewell, what was announced goes elsewhere.
                    guard isUsable, let following = next.take() else {
                        return Ending(rest: next?.job, last: current.job)
                    }
                    current.job.tell()
                    guard following.job.begin(on: stream) else { throw Abandoned() }
                    current = following
                }
            }
        } catch {
            isUsable = false
            stream.close()
            let isLost = (error as? SMTPFailure)?.code == .connectionLost
            if isLost, isReused || current.job !== first, current.transaction.isUnanswered {
                current.job.rewind()
                return Ending(rest: current.job)
            }
            fail(current, with: error)
            return Ending(rest: next?.job)
        }
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

    /// The server is done with the message.
    private mutating func end(_ done: InFlight) {
        needsReset = done.transaction.needsReset
        guard done.transaction.isClosing else { return }
        isUsable = false
        stream.close()
    }

    /// What became of the message for each recipient. A sender that is refused is no recipient's fault.
    private func result(of done: InFlight) -> SMTPJob.Outcome {
        if let refusal = done.transaction.senderRefusal {
            let codes = [String(refusal.code), refusal.enhancedCode?.description].compactMap { $0 }
                .joined(separator: " ")
            // RFC 1870, section 6.1.
            let isTooLarge = refusal.code == 552
            let message =
                isTooLarge
                ? "\(host) takes no message of this size (\(codes)); send less, or through another server."
                : "\(host) refuses the sender or the account (\(codes)); see the reply, and mend it there."
            return .failure(SMTPFailure(isTooLarge ? .tooLarge : .senderRefused, message, reply: refusal))
        }
        return .success(done.answers { .unknown(reason: "The server named no outcome.") })
    }

    /// The connection failed: what that means depends on how far the message had come.
    private func fail(_ broken: InFlight, with error: any Error) {
        if let early = error as? EarlyReply {
            return broken.job.finish(.success(broken.answers { MailOutcome(early.reply) }))
        }
        guard let failure = error as? SMTPFailure, ![.unsendableMessage, .tooLarge].contains(failure.code) else {
            return broken.job.finish(.failure(error))
        }
        let isSent = broken.transaction.isContentSent
        let answers = broken.answers {
            if isSent { return .unknown(reason: failure.message) }
            return .retryable(failure.reply.map { MailReply($0) } ?? MailReply(text: failure.message), after: nil)
        }
        broken.job.finish(.success(answers))
    }
}
