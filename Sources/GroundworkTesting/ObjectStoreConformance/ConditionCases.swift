import GroundworkCore
import GroundworkStorage

enum ConditionCases {
    /// The conditional options, and whether the store keeps them.
    private static func isEnforced(_ it: ConformanceContext) async throws -> Bool {
        let support = try await it.store.capabilities().conditionalPut
        it.expect(support != .unknown, "the store does not know whether it keeps conditions")
        return support == .enforced
    }

    private static func options(_ condition: ObjectPutOptions.Condition) -> ObjectPutOptions {
        var options = ObjectPutOptions()
        options.condition = condition
        return options
    }

    static func ifAbsent(_ it: ConformanceContext) async throws {
        let key = it.key("object")
        guard try await isEnforced(it) else {
            await it.expectError([.unsupported], "a conditional put on a store that keeps none") {
                try await it.store.put(key, .text("x"), options: options(.ifAbsent))
            }
            return try await it.expectNothing(key, "a refused condition")
        }
        try await it.store.put(key, .text("first"), options: options(.ifAbsent))
        await it.expectError([.preconditionFailed], "a second put with ifAbsent") {
            try await it.store.put(key, .text("second"), options: options(.ifAbsent))
        }
        let stream = ObjectBody.stream(
            ChunkSource.of([1, 2, 3], chunk: 1),
            length: .unknown(estimate: nil)
        )
        await it.expectError([.preconditionFailed], "a streamed put with ifAbsent") {
            try await it.store.put(key, stream, options: options(.ifAbsent))
        }
        it.expectBytes(try await it.read(key), Array("first".utf8), "the object")
        try await it.store.delete(key)
        try await it.store.put(key, .text("again"), options: options(.ifAbsent))
        it.expectBytes(try await it.read(key), Array("again".utf8), "the object after a deletion")
    }

    static func ifMatches(_ it: ConformanceContext) async throws {
        guard try await isEnforced(it) else { return }
        let key = it.key("object")
        let first = try await it.store.put(key, .text("first"))
        guard let etag = first.etag else { return it.fail("a put tells no ETag") }
        let second = try await it.store.put(key, .text("second"), options: options(.ifMatches(etag: etag)))
        await it.expectError([.preconditionFailed], "a put over another ETag") {
            try await it.store.put(key, .text("third"), options: options(.ifMatches(etag: etag)))
        }
        it.expectBytes(try await it.read(key), Array("second".utf8), "the object")
        it.expect(second.etag != etag, "the ETag stays the same when the content changes")
        await it.expectError([.preconditionFailed, .notFound], "a put over nothing") {
            try await it.store.put(it.key("absent"), .text("x"), options: options(.ifMatches(etag: etag)))
        }
        try await it.expectNothing(it.key("absent"), "a put over nothing")
    }

    static func race(_ it: ConformanceContext) async throws {
        guard try await isEnforced(it) else { return }
        let key = it.key("object")
        let winners = await withTaskGroup(of: UInt8?.self) { group in
            for number in 0..<UInt8(16) {
                group.addTask {
                    let body = ObjectBody.bytes([UInt8](repeating: number, count: 50_000))
                    do {
                        try await it.store.put(key, body, options: options(.ifAbsent))
                        return number
                    } catch let error as ObjectStoreError where error.code == .preconditionFailed {
                        return nil
                    } catch {
                        it.fail("a racing put failed with \(error)")
                        return nil
                    }
                }
            }
            return await group.reduce(into: [UInt8]()) { if let number = $1 { $0.append(number) } }
        }
        it.expectEqual(winners.count, 1, "the number of puts that won")
        let bytes = try await it.read(key)
        it.expect(
            winners.contains { bytes == [UInt8](repeating: $0, count: 50_000) },
            "the object is not the winner's"
        )
    }

    static func wholeObjects(_ it: ConformanceContext) async throws {
        let key = it.key("object")
        func body(_ number: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(number), count: 30_000 + number * 10_000)
        }
        try await it.store.put(key, .bytes(body(0)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1...8 { try await it.store.put(key, .bytes(body(number))) }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<10 {
                        let bytes = try await it.read(key)
                        let number = Int(bytes.first ?? 255)
                        guard number <= 8, bytes == body(number) else {
                            return it.fail("a reader saw a mixture or a part: \(bytes.count) bytes")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        it.expectBytes(try await it.read(key), body(8), "the object in the end")
    }
}
