import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

@testable import Mailer

/// Webhooks come at the same time and in any order: what stops more is left, and nothing is lost.
@Suite(.timeLimit(.minutes(2))) struct SuppressionRaceTests {
    private func event(_ kind: MailEvent.Kind, _ address: EnvelopeAddress) -> MailEvent {
        MailEvent(
            kind,
            provider: "p",
            name: "n",
            deduplicationKey: "k",
            date: Date(timeIntervalSince1970: 1_700_000_000),
            recipients: [address]
        )
    }

    private func record(_ kinds: [MailEvent.Kind], _ count: Int, in store: any SuppressionStore) async throws {
        let addresses = try (0..<count).map { try EnvelopeAddress("user\($0)@example.org") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for address in addresses {
                for kind in kinds { group.addTask { _ = try await store.record(event(kind, address)) } }
            }
            try await group.waitForAll()
        }
    }

    @Test func whatStopsMoreIsLeftHoweverManyRecordAtOnce() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/suppressions.jsonl"
            let memory = InMemorySuppressionStore()
            let kinds: [MailEvent.Kind] = [.unsubscribed, .complained, .unsubscribed, .unsubscribed]
            try await record(kinds, 2000, in: memory)
            #expect(memory.count == 2000)
            #expect(memory.all.allSatisfy { $0.reason == .complaint })
            do {
                let file = try await FileSuppressionStore(path: path)
                try await record(kinds, 100, in: file)
                #expect(file.count == 100)
                #expect(file.all.allSatisfy { $0.reason == .complaint })
            }
            // And so it is in the file.
            let again = try await FileSuppressionStore(path: path)
            #expect(again.count == 100)
            #expect(again.all.allSatisfy { $0.reason == .complaint })
        }
    }

    /// A store that reads and writes slowly: whoever does both one after the other loses to whoever comes in between.
    private final class SlowStore: SuppressionStore {
        let inner = InMemorySuppressionStore()

        func suppressions(of addresses: [EnvelopeAddress]) async throws -> [EnvelopeAddress: Suppression] {
            let found = try await inner.suppressions(of: addresses)
            try await inner.suppress(
                Suppression(address: addresses[0], reason: .complaint, date: Date(timeIntervalSince1970: 0))
            )
            return found
        }

        func suppress(_ suppression: Suppression) async throws { try await inner.suppress(suppression) }

        func strengthen(_ suppression: Suppression) async throws -> Bool {
            _ = try await suppressions(of: [suppression.address])
            return try await inner.strengthen(suppression)
        }

        func release(_ address: EnvelopeAddress) async throws -> Bool { try await inner.release(address) }

        func release(_ address: EnvelopeAddress, reason: Suppression.Reason, until date: Date) async throws -> Bool {
            _ = try await suppressions(of: [address])
            return try await inner.release(address, reason: reason, until: date)
        }
    }

    @Test func aComplaintThatComesInBetweenIsKept() async throws {
        let store = SlowStore()
        let ada = try EnvelopeAddress("ada@example.org")
        #expect(try await store.record(event(.unsubscribed, ada)) == false)
        #expect(store.inner.all.map(\.reason) == [.complaint])
        let again = SlowStore()
        try await again.inner.suppress(Suppression(address: ada, reason: .unsubscribe, date: .distantPast))
        #expect(try await again.record(event(.resubscribed, ada)) == false)
        #expect(again.inner.all.map(\.reason) == [.complaint])
    }

    @Test func releasesAndEntriesAtOnceLeaveMemoryAndFileAlike() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/suppressions.jsonl"
            let addresses = try (0..<20).map { try EnvelopeAddress("user\($0)@example.org") }
            var left: Set<Suppression> = []
            do {
                let store = try await FileSuppressionStore(path: path)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for round in 0..<10 {
                        for address in addresses {
                            group.addTask {
                                if round % 3 == 2 {
                                    try await store.release(address)
                                } else {
                                    try await store.record(event(round % 3 == 0 ? .unsubscribed : .complained, address))
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                left = Set(store.all)
            }
            #expect(Set(try await FileSuppressionStore(path: path).all) == left)
        }
    }

    @Test func anotherProcessAndAStoreExcludeEachOther() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/suppressions.jsonl"
            // Whether another process can have the lock.
            let script = """
                import fcntl, json, sys
                file = open(json.load(sys.stdin) + ".lock", "a")
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    free = True
                except BlockingIOError:
                    free = False
                json.dump(free, sys.stdout)
                """
            do {
                let store = try await FileSuppressionStore(path: path)
                #expect(try await MailReaders.python(script, path, as: Bool.self) == false)
                #expect(store.count == 0)
            }
            #expect(try await MailReaders.python(script, path, as: Bool.self))
        }
    }
}
