import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

@testable import Mailer

@Suite struct SuppressionStoreTests {
    private let date = Date(timeIntervalSince1970: 1_700_000_000.125)

    private func suppression(_ address: String, _ detail: String = "550 ü \"no\"\nsuch user") throws -> Suppression {
        Suppression(address: try EnvelopeAddress(address), reason: .hardBounce, date: date, detail: detail)
    }

    private func withStore(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { try await body("\($0)/suppressions.jsonl") }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    }

    @Test func bothStoresKeepReleaseAndIgnoreTheCase() async throws {
        try await withStore { path in
            for store in [InMemorySuppressionStore(), try await FileSuppressionStore(path: path)]
                as [any SuppressionStore]
            {
                let ada = try suppression("Ada@example.org")
                try await store.suppress(ada)
                let asked = [try EnvelopeAddress("ada@EXAMPLE.org"), try EnvelopeAddress("bob@example.org")]
                #expect(try await store.suppressions(of: asked) == [asked[0]: ada])
                #expect(try await store.release(asked[1]) == false)
                #expect(try await store.release(asked[0]))
                #expect(try await store.suppressions(of: asked).isEmpty)
            }
        }
    }

    @Test func anUnsubscriptionDoesNotReplaceAComplaint() async throws {
        try await withStore { path in
            for store in [InMemorySuppressionStore(), try await FileSuppressionStore(path: path)]
                as [any SuppressionStore]
            {
                let ada = try EnvelopeAddress("ada@example.org")
                func event(_ kind: MailEvent.Kind) -> MailEvent {
                    MailEvent(kind, provider: "p", name: "n", deduplicationKey: "k", date: date, recipients: [ada])
                }
                #expect(try await store.record(event(.unsubscribed)))
                #expect(try await store.record(event(.complained)))
                #expect(try await store.record(event(.unsubscribed)) == false)
                #expect(try await store.suppressions(of: [ada])[ada]?.reason == .complaint)
            }
        }
    }

    @Test func whoSubscribesAgainIsReleasedFromNothingButTheUnsubscription() async throws {
        try await withStore { path in
            let ada = try EnvelopeAddress("ada@example.org")
            let asked = try EnvelopeAddress("ADA@example.org")
            for store in [InMemorySuppressionStore(), try await FileSuppressionStore(path: path)]
                as [any SuppressionStore]
            {
                func event(_ kind: MailEvent.Kind, after seconds: Double = 0) -> MailEvent {
                    var event = MailEvent(
                        kind,
                        provider: "p",
                        name: "n",
                        deduplicationKey: "k",
                        date: date,
                        recipients: [seconds == 0 ? ada : asked]
                    )
                    event.date = date.addingTimeInterval(seconds)
                    return event
                }
                #expect(try await store.record(event(.resubscribed)) == false)
                #expect(try await store.record(event(.unsubscribed)))
                // Reports come in any order: one of before takes nothing back.
                #expect(try await store.record(event(.resubscribed, after: -60)) == false)
                #expect(try await store.suppressions(of: [ada])[ada]?.reason == .unsubscribe)
                #expect(try await store.record(event(.resubscribed, after: 60)))
                #expect(try await store.suppressions(of: [ada]).isEmpty)
                for reason in [Suppression.Reason.hardBounce, .complaint, .manual, .init("own")] {
                    try await store.suppress(Suppression(address: ada, reason: reason, date: date))
                    #expect(try await store.record(event(.resubscribed, after: 60)) == false)
                    #expect(try await store.suppressions(of: [ada])[ada]?.reason == reason)
                }
                try await store.release(ada)
                #expect(try await store.record(event(.unsubscribed)))
                #expect(try await store.record(event(.resubscribed)))
            }
            // And so it is in the file.
            #expect(try await FileSuppressionStore(path: path).count == 0)
        }
    }

    @Test func whatWasWrittenIsThereAfterTheNextStart() async throws {
        try await withStore { path in
            let entries = try (0..<50).map { try suppression("user\($0)@example.org") }
            do {
                let store = try await FileSuppressionStore(path: path)
                for entry in entries { try await store.suppress(entry) }
                try await store.release(entries[7].address)
            }
            let again = try await FileSuppressionStore(path: path)
            #expect(again.count == 49)
            let found = try await again.suppressions(of: entries.map(\.address))
            #expect(found[entries[3].address] == entries[3])
            #expect(found[entries[7].address] == nil)
        }
    }

    @Test func onlyTheOwnerCanReadTheFile() async throws {
        try await withStore { path in
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644])
            let store = try await FileSuppressionStore(path: path)
            try await store.suppress(suppression("a@example.org"))
            for file in [path, "\(path).lock"] {
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
            }
        }
    }

    @Test func aCrashAnywhereInAWriteLosesThatWriteAlone() async throws {
        try await withStore { path in
            do {
                let store = try await FileSuppressionStore(path: path)
                try await store.suppress(suppression("first@example.org"))
                try await store.suppress(suppression("second@example.org"))
            }
            let whole = Array(try text(path).utf8)
            let firstEnd = try #require(whole.firstIndex(of: 0x0A)) + 1
            for cut in firstEnd..<whole.count {
                try Data(whole[..<cut]).write(to: URL(fileURLWithPath: path))
                do {
                    let store = try await FileSuppressionStore(path: path)
                    try await store.suppress(suppression("third@example.org"))
                }
                let store = try await FileSuppressionStore(path: path)
                // Without its line end alone the line is whole.
                let kept = cut == whole.count - 1 ? ["second@example.org"] : []
                #expect(
                    Set(store.all.map(\.address.wireText)) == Set(["first@example.org", "third@example.org"] + kept)
                )
            }
            // Zeros, as some file systems leave them behind.
            try Data(whole + [0, 0, 0, 0]).write(to: URL(fileURLWithPath: path))
            let store = try await FileSuppressionStore(path: path)
            #expect(store.count == 2)
            #expect(try text(path).utf8.elementsEqual(whole))
        }
    }

    @Test func aLastLineWithoutItsEndIsKept() async throws {
        try await withStore { path in
            let line = #"{"address":"a@example.org","reason":"manual","date":"2026-01-02T03:04:05Z"}"#
            try Data(line.utf8).write(to: URL(fileURLWithPath: path))
            do {
                let store = try await FileSuppressionStore(path: path)
                #expect(store.all.map(\.reason) == [.manual])
                #expect(try text(path) == line + "\n")
                try await store.suppress(suppression("b@example.org"))
            }
            #expect(try await FileSuppressionStore(path: path).count == 2)
        }
    }

    @Test(arguments: [
        "nonsense\n", "{}\n", "{\"address\":\"x\"}\n", "\n", "trailing",
        "{\"address\":\"a@example.org\",\"reason\":\"r\",\"date\":\"never\"}\n",
    ])
    func aFileOfSomethingElseIsLeftAlone(_ contents: String) async throws {
        try await withStore { path in
            try Data(contents.utf8).write(to: URL(fileURLWithPath: path))
            #expect(await mailErrorCode { _ = try await FileSuppressionStore(path: path) } == .invalidConfiguration)
            #expect(try text(path) == contents)
        }
    }

    @Test func aSecondStoreOfTheSameFileIsRefused() async throws {
        try await withStore { path in
            let store = try await FileSuppressionStore(path: path)
            #expect(await mailErrorCode { _ = try await FileSuppressionStore(path: path) } == .invalidConfiguration)
            #expect(store.count == 0)
        }
    }

    @Test func theFileDoesNotGrowWithChanges() async throws {
        try await withStore { path in
            let store = try await FileSuppressionStore(path: path)
            for number in 0..<1500 { try await store.suppress(suppression("a@example.org", "\(number)")) }
            #expect(try text(path).utf8.count(where: { $0 == 0x0A }) < 1100)
            #expect(store.all.first?.detail == "1499")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        try await withStore { path in
            do {
                let store = try await FileSuppressionStore(path: path)
                for number in 0..<1200 { try await store.suppress(suppression("a@example.org", "\(number)")) }
                try await store.suppress(suppression("b@example.org"))
            }
            #expect(try await FileSuppressionStore(path: path).count == 2)
        }
    }

    @Test func bothStoresAreBounded() async throws {
        try await withStore { path in
            for store in [
                InMemorySuppressionStore(maximumCount: 2), try await FileSuppressionStore(path: path, maximumCount: 2),
            ] as [any SuppressionStore] {
                for name in ["a", "b", "a"] { try await store.suppress(suppression("\(name)@example.org")) }
                #expect(
                    await mailErrorCode { try await store.suppress(suppression("c@example.org")) } == .limitExceeded
                )
            }
            #expect(try text(path).utf8.count(where: { $0 == 0x0A }) == 3)
        }
    }

    @Test func manyWritersAtOnceLoseNothing() async throws {
        try await withStore { path in
            do {
                let store = try await FileSuppressionStore(path: path)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<100 {
                        group.addTask { try await store.suppress(suppression("user\(number)@example.org")) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await FileSuppressionStore(path: path).count == 100)
        }
    }

    @Test func pythonReadsTheFile() async throws {
        try await withStore { path in
            let store = try await FileSuppressionStore(path: path)
            try await store.suppress(suppression("\"a b\"@example.org"))
            let script = "import json, sys\njson.dump([json.loads(l) for l in open(json.load(sys.stdin))], sys.stdout)"
            let lines = try await MailReaders.python(script, path, as: [[String: String]].self)
            #expect(
                lines == [
                    [
                        "address": "\"a b\"@example.org", "reason": "hardBounce", "date": "2023-11-14T22:13:20.125Z",
                        "detail": "550 ü \"no\"\nsuch user",
                    ]
                ]
            )
        }
    }
}
