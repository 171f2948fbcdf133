import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

/// Code of the app that heeds neither the deadline nor the end of the task holds no mail.
@Suite(.timeLimit(.minutes(1))) struct MailDeliveryStubbornTests {
    private let time = ManualTime()
    private let app = StubbornApp()

    /// A delivery whose list of suppressed addresses, or whose turn, never comes.
    private func bench(_ isList: Bool) throws -> DeliveryBench {
        let app = app
        let turn: MailRoute.Turn = { _ in await app.wait() }
        return try DeliveryBench(
            [[], []],
            time: time,
            change: { if isList { $0.suppressions = app } },
            turn: isList ? nil : turn
        )
    }

    private func code(_ result: Result<MailReceipt, any Error>) -> MailError.Code? {
        if case .failure(let error as MailError) = result { error.code } else { nil }
    }

    private func isCancellation(_ result: Result<MailReceipt, any Error>) -> Bool {
        if case .failure(is CancellationError) = result { true } else { false }
    }

    @Test(arguments: [true, false]) func theDeadlineHoldsAgainstIt(_ isList: Bool) async throws {
        let bench = try bench(isList)
        let task = Task { try await bench.send(within: .seconds(5)) }
        await app.waitUntilCalled()
        await time.advance(by: .seconds(5), sleepers: 1)
        #expect(code(await task.result) == .deadlineExceeded)
        #expect(bench.attempts == [0, 0])
        app.letGo()
    }

    @Test(arguments: [true, false]) func theDeadlineOfABatchHoldsAgainstIt(_ isList: Bool) async throws {
        let bench = try bench(isList)
        let mails = try (0..<3).map { try outgoingMail(to: ["r\($0)@example.org"]) }
        let deadline = time.monotonic.advanced(by: .seconds(5))
        let task = Task { await bench.delivery.send(batch: mails, deadline: deadline) }
        await app.waitUntilCalled()
        await time.advance(by: .seconds(5), sleepers: 1)
        let results = await task.value
        #expect(results.map(code) == [.deadlineExceeded, .deadlineExceeded, .deadlineExceeded])
        #expect(bench.attempts == [0, 0])
        app.letGo()
    }

    @Test(arguments: [true, false]) func theEndOfTheTaskHoldsAgainstIt(_ isList: Bool) async throws {
        let bench = try bench(isList)
        let task = Task { try await bench.send() }
        await app.waitUntilCalled()
        task.cancel()
        #expect(isCancellation(await task.result))
        #expect(bench.attempts == [0, 0])
        app.letGo()
    }

    @Test(arguments: [true, false]) func whatAnswersInTimeIsWaitedFor(_ isList: Bool) async throws {
        let bench = try bench(isList)
        let task = Task { try await bench.send(within: .seconds(5)) }
        await app.waitUntilCalled()
        app.letGo()
        #expect(try await task.value.isAccepted)
        #expect(bench.arrivals == [1, 0])
    }
}
