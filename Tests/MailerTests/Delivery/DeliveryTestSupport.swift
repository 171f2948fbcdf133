import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

/// Transports in memory behind a delivery, on a clock that every sleep moves.
struct DeliveryBench {
    let time: any TimeSource
    let transports: [InMemoryMailTransport]
    let delivery: MailDelivery
    let events: Locked<[MailDeliveryEvent]>

    init(
        _ scripts: [[MailStep]],
        capabilities: [MailCapabilities] = [],
        time: any TimeSource = InstantTime(),
        circuit: MailCircuitPolicy = MailCircuitPolicy(),
        change: (inout MailDelivery.Configuration) -> Void = { _ in },
        turn: MailRoute.Turn? = nil
    ) throws {
        let events = Locked<[MailDeliveryEvent]>([])
        let transports = scripts.enumerated().map { index, script in
            InMemoryMailTransport(
                name: "t\(index)",
                capabilities: index < capabilities.count ? capabilities[index] : InMemoryMailTransport.everything,
                script: script,
                time: time
            )
        }
        var configuration = MailDelivery.Configuration()
        configuration.onEvent = { event in events.withLock { $0.append(event) } }
        change(&configuration)
        let routes = transports.map { transport in
            var route = MailRoute(transport, turn: turn)
            route.circuit = circuit
            return route
        }
        self.time = time
        self.transports = transports
        self.events = events
        delivery = try MailDelivery(
            routes: routes,
            configuration,
            time: time,
            random: ManualRandom(words: [1 << 63])
        )
    }

    /// How often each transport was offered a mail.
    var attempts: [Int] { transports.map(\.attempts.count) }
    /// How many mails arrived through each transport.
    var arrivals: [Int] { transports.map(\.sent.count) }
    var kinds: [MailDeliveryEvent.Kind] { events.withLock { $0.map(\.kind) } }

    func send(_ recipients: [String] = ["ada@example.org"], within limit: Duration? = nil) async throws -> MailReceipt {
        try await delivery.send(
            try outgoingMail(to: recipients),
            deadline: limit.map { time.monotonic.advanced(by: $0) }
        )
    }
}

extension MailCapabilities {
    /// Everything, and mails are recognised by their key.
    static var recognising: MailCapabilities {
        var capabilities = InMemoryMailTransport.everything
        capabilities.features.insert(.idempotency)
        capabilities.idempotencyWindow = .seconds(24 * 60 * 60)
        return capabilities
    }

    static func everything(but features: MailFeature...) -> MailCapabilities {
        var capabilities = InMemoryMailTransport.everything
        capabilities.features.subtract(features)
        return capabilities
    }
}

/// Suppressed addresses in memory.
final class TestSuppressions: SuppressionStore {
    private let entries: Locked<[EnvelopeAddress: Suppression]>
    private let failure: (any Error)?

    init(_ entries: [String: Suppression.Reason] = [:], failure: (any Error)? = nil) throws {
        var known: [EnvelopeAddress: Suppression] = [:]
        for (text, reason) in entries {
            let address = try EnvelopeAddress(text)
            known[address] = Suppression(address: address, reason: reason, date: SystemTime().now)
        }
        self.entries = Locked(known)
        self.failure = failure
    }

    func suppressions(of addresses: [EnvelopeAddress]) async throws -> [EnvelopeAddress: Suppression] {
        if let failure { throw failure }
        return entries.withLock { known in known.filter { addresses.contains($0.key) } }
    }

    func suppress(_ suppression: Suppression) async throws {
        entries.withLock { $0[suppression.address] = suppression }
    }

    func strengthen(_ suppression: Suppression) async throws -> Bool {
        entries.withLock { entries in
            if let known = entries[suppression.address], known.reason.stopsMore(than: suppression.reason) {
                return false
            }
            entries[suppression.address] = suppression
            return true
        }
    }

    func release(_ address: EnvelopeAddress) async throws -> Bool {
        entries.withLock { $0.removeValue(forKey: address) != nil }
    }

    func release(_ address: EnvelopeAddress, reason: Suppression.Reason, until date: Date) async throws -> Bool {
        entries.withLock { entries in
            guard let entry = entries[address], entry.reason == reason, entry.date <= date else { return false }
            return entries.removeValue(forKey: address) != nil
        }
    }
}

/// Code of an app that returns when it is let go, whatever becomes of its task.
final class StubbornApp: SuppressionStore {
    private struct State {
        var calls = 0
        var isLetGo = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isLetGo = state.withLock { state in
                state.calls += 1
                if !state.isLetGo { state.waiting.append(continuation) }
                return state.isLetGo
            }
            if isLetGo { continuation.resume() }
        }
    }

    func waitUntilCalled() async {
        while state.withLock({ $0.calls == 0 }) { await Task.yield() }
    }

    func letGo() {
        let waiting = state.withLock { state in
            state.isLetGo = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func suppressions(of addresses: [EnvelopeAddress]) async -> [EnvelopeAddress: Suppression] {
        await wait()
        return [:]
    }

    func suppress(_ suppression: Suppression) async {}
    func strengthen(_ suppression: Suppression) async -> Bool { false }
    func release(_ address: EnvelopeAddress) async -> Bool { false }
    func release(_ address: EnvelopeAddress, reason: Suppression.Reason, until date: Date) async -> Bool { false }
}
