import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

/// The deadline and the end of the task, in each place where a mail waits.
@Suite struct MailDeliveryEndTests {
    private func code(_ body: () async throws -> MailReceipt) async -> MailError.Code? {
        await mailErrorCode { _ = try await body() }
    }

    // The deadline.

    @Test func aDeadlineThatHasPassedSendsNothing() async throws {
        let bench = try DeliveryBench([[]])
        #expect(await code { try await bench.send(within: .zero) } == .deadlineExceeded)
        #expect(bench.attempts == [0])
    }

    @Test func theDeadlineHoldsWhileTheTurnIsWaitedFor() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench(
            [[]],
            time: time,
            turn: { deadline in
                // As a limiter does whose turn comes too late.
                if let deadline, time.monotonic.advanced(by: .seconds(60)) > deadline {
                    throw MailError(.deadlineExceeded, "The turn comes too late.", isRetryable: true)
                }
            }
        )
        #expect(await code { try await bench.send(within: .seconds(10)) } == .deadlineExceeded)
        #expect(bench.attempts == [0])
    }

    @Test func aLimiterWhoseTurnComesAfterTheDeadlineIsNotWaitedFor() async throws {
        let time = ManualTime()
        let limiter = MailRateLimiter(ratePerSecond: 0.01, burst: 1, time: time)
        let transport = InMemoryMailTransport(time: time)
        let delivery = try MailDelivery(routes: [MailRoute(transport, limiter: limiter)], time: time)
        #expect(try await delivery.send(outgoingMail(), deadline: nil).isAccepted)
        let deadline = time.monotonic.advanced(by: .seconds(10))
        #expect(await code { try await delivery.send(outgoingMail(), deadline: deadline) } == .deadlineExceeded)
        let mail = try outgoingMail()
        async let later = delivery.send(mail, deadline: nil)
        await time.advance(by: .seconds(100), sleepers: 1)
        #expect(try await later.isAccepted)
        #expect(transport.sent.count == 2)
    }

    @Test func theDeadlineEndsATryBeforeTheMailIsSent() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.beforeSending)], []], time: time)
        async let result = code { try await bench.send(within: .seconds(5)) }
        await time.advance(by: .seconds(5), sleepers: 2)
        #expect(await result == .deadlineExceeded)
        #expect(bench.arrivals == [0, 0])
    }

    @Test func theDeadlineEndsATryAfterTheMailWasSentWithAnUnknownOutcome() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.afterSending)], []], time: time)
        async let receipt = bench.send(within: .seconds(5))
        await time.advance(by: .seconds(5), sleepers: 2)
        #expect(try await receipt.recipients[0].outcome.isUnknown)
        #expect(bench.attempts == [1, 0])
    }

    @Test func aWaitBetweenRoundsThatWouldPassTheDeadlineIsNotBegun() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.throttle(after: .seconds(30))]], time: time)
        let receipt = try await bench.send(within: .seconds(10))
        #expect(receipt.recipients[0].outcome.isRetryable)
        #expect(time.sleeperCount == 0)
    }

    @Test func oneDeadlineHoldsOverAllTries() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.unreachable], [.hang(.beforeSending)]], time: time)
        async let result = code { try await bench.send(within: .seconds(5)) }
        await time.advance(by: .seconds(5), sleepers: 2)
        #expect(await result != nil)
        #expect(bench.attempts == [1, 1])
        #expect(bench.kinds == [.failed, .failed, .finished])
    }

    @Test func theRetryPolicysTimeIsADeadlineToo() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.afterSending)]], time: time) {
            $0.retries.totalTimeout = .seconds(3)
        }
        async let receipt = bench.send()
        await time.advance(by: .seconds(3), sleepers: 2)
        #expect(try await receipt.recipients[0].outcome.isUnknown)
    }

    // The end of the task.

    private func cancelled(_ bench: DeliveryBench, _ time: ManualTime, sleepers: Int) async -> Result<
        MailReceipt, any Error
    > {
        let task = Task { try await bench.send() }
        await time.waitForSleepers(sleepers)
        task.cancel()
        return await task.result
    }

    private func isCancellation(_ result: Result<MailReceipt, any Error>) -> Bool {
        if case .failure(is CancellationError) = result { true } else { false }
    }

    @Test func cancelledBeforeItBeginsSendsNothing() async throws {
        let bench = try DeliveryBench([[]])
        let result = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await bench.send()
        }.result
        #expect(isCancellation(result))
        #expect(bench.attempts == [0])
    }

    @Test func cancelledWhileTheTurnIsWaitedForSendsNothing() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[], []], time: time, turn: { _ in try await time.sleep(for: .seconds(60)) })
        #expect(isCancellation(await cancelled(bench, time, sleepers: 1)))
        #expect(bench.attempts == [0, 0])
    }

    @Test func cancelledBeforeTheMailIsSentThrows() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.beforeSending)], []], time: time)
        #expect(isCancellation(await cancelled(bench, time, sleepers: 1)))
        #expect(bench.attempts == [1, 0])
        #expect(bench.arrivals == [0, 0])
    }

    @Test func cancelledAfterTheMailWasSentReturnsAnUnknownOutcome() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.afterSending)], []], time: time)
        let receipt = try await cancelled(bench, time, sleepers: 1).get()
        #expect(receipt.recipients[0].outcome.isUnknown)
        #expect(bench.attempts == [1, 0])
    }

    @Test func cancelledBetweenRoundsReturnsWhatIsKnown() async throws {
        let time = ManualTime()
        let step = MailStep.outcomes { address in
            address.localPart == "ada" ? .accepted(id: nil) : .retryable(MailReply(code: 451), after: .seconds(30))
        }
        let bench = try DeliveryBench([[step]], time: time)
        let task = Task { try await bench.send(["ada@example.org", "bob@example.org"]) }
        await time.waitForSleepers(1)
        task.cancel()
        let receipt = try await task.value
        #expect(receipt.recipients[0].outcome.isAccepted)
        #expect(receipt.recipients[1].outcome.isRetryable)
    }

    @Test func anAbandonedProbeDoesNotCloseTheCircuitForGood() async throws {
        let time = ManualTime()
        var circuit = MailCircuitPolicy()
        circuit.failureThreshold = 1
        let bench = try DeliveryBench([[.unreachable, .hang(.beforeSending)]], time: time, circuit: circuit) {
            $0.retries = .never
        }
        _ = await code { try await bench.send() }
        await time.advance(by: .seconds(31))
        #expect(isCancellation(await cancelled(bench, time, sleepers: 1)))
        #expect(try await bench.send().isAccepted)
    }
}
