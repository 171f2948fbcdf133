import FoundationEssentials
import GroundworkCore
import GroundworkStorage

/// Does once to a store all that runs do to it, and takes it away again.
struct StoreCheck {
    /// A second part of the usual part length: one byte more would not be an upload in parts everywhere.
    private static let largeLength = 9 << 20
    /// A clock that differs by more makes requests expire early; at 15 minutes S3 refuses them all.
    private static let skewTolerance = 60.0

    let store: any ObjectStore
    let keys: BackupKeys
    let random: any RandomSource

    func run(now: @Sendable () -> Date) async throws -> [DoctorFinding] {
        let name = keys.check(random.bytes(8))
        let (small, large) = ("\(name).txt", "\(name).bin")
        var findings: [DoctorFinding] = []
        let sent = Array("A check of the store; it may be deleted.\n".utf8)
        guard
            try await step(
                "write",
                "A small object was stored.",
                &findings,
                { _ = try await store.put(small, .bytes(sent)) }
            )
        else {
            // Nothing else can be tried; what an unknown outcome may have left is taken away.
            try? await store.delete(small)
            return findings
        }
        let written = now()
        _ = try await step("read", "It was read back whole.", &findings) {
            guard try await store.read(small, upTo: 4096) == sent else { throw differs(small) }
        }
        _ = try await step("list", "It was listed.", &findings) {
            var found = false
            for try await object in store.list(prefix: name) where object.key == small { found = true }
            guard found else {
                throw ObjectStoreError(
                    .failed,
                    "The listing does not show what was just stored.",
                    store: store.location
                )
            }
        }
        findings += try await skew(small, written)
        findings += try await conditions(small)
        _ = try await step("large object", "9 MiB were stored in a stream of unknown length.", &findings) {
            let result = try await store.put(
                large,
                .stream(Zeros(Self.largeLength), length: .unknown(estimate: 1 << 30))
            )
            guard result.size == Int64(Self.largeLength), try await store.head(large).size == result.size else {
                throw differs(large)
            }
        }
        let emptied = try await step("delete", "All of it was deleted.", &findings) {
            for key in [small, large] { try await store.delete(key) }
        }
        if !emptied {
            findings[findings.count - 1].remedy =
                "Without this right retention cannot work; delete \(small) and \(large) by hand."
        }
        return findings
    }

    private func differs(_ key: String) -> ObjectStoreError {
        ObjectStoreError(.corrupted, "The object \(key) is not what was stored.", key: key, store: store.location)
    }

    private func step(
        _ name: String,
        _ text: String,
        _ findings: inout [DoctorFinding],
        _ body: () async throws -> Void
    ) async throws -> Bool {
        do {
            try await body()
            findings.append(.init("store", name, .ok, text))
            return true
        } catch let error as ObjectStoreError {
            findings.append(.init("store", name, .failed, "\(error.code): \(error.message)"))
            return false
        }
    }

    private func skew(_ key: String, _ written: Date) async throws -> [DoctorFinding] {
        guard let modified = try? await store.head(key).lastModified else {
            return [.init("store", "clock", .skipped, "The store does not tell when an object was stored.")]
        }
        let skew = modified.timeIntervalSince(written)
        let text = "Its clock differs from ours by \(Int(abs(skew).rounded())) s."
        guard abs(skew) > Self.skewTolerance else { return [.init("store", "clock", .ok, text)] }
        return [
            .init(
                "store",
                "clock",
                .warning,
                text,
                remedy: "Set the clock of this machine by NTP: at 15 minutes S3 refuses every request."
            )
        ]
    }

    private func conditions(_ key: String) async throws -> [DoctorFinding] {
        var options = ObjectPutOptions()
        options.condition = .ifAbsent
        do {
            guard try await store.capabilities().conditionalPut == .enforced else {
                return [.init("store", "conditional put", .warning, "The store does not keep conditions of puts.")]
            }
            try await store.put(key, .text("It must not replace what is there.\n"), options: options)
            return [
                .init("store", "conditional put", .warning, "The store says that it keeps conditions, and does not.")
            ]
        } catch let error as ObjectStoreError where error.code == .preconditionFailed {
            return [
                .init("store", "conditional put", .ok, "A put over an object that is there was refused, as it should.")
            ]
        } catch let error as ObjectStoreError {
            return [.init("store", "conditional put", .warning, "It cannot be tried: \(error.message)")]
        }
    }
}

/// Zeros in chunks of 1 MiB.
private struct Zeros: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let length: Int
    init(_ length: Int) { self.length = length }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: length) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var left: Int

        mutating func next() async throws -> [UInt8]? {
            guard left > 0 else { return nil }
            let count = Swift.min(left, 1 << 20)
            left -= count
            return [UInt8](repeating: 0, count: count)
        }
    }
}
