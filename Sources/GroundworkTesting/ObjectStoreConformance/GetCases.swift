import GroundworkStorage

enum GetCases {
    static func ranges(_ it: ConformanceContext) async throws {
        let bytes = ConformanceContext.pattern(2_000_003, seed: 7)
        let key = it.key("object")
        try await it.store.put(key, .bytes(bytes))
        let size = Int64(bytes.count)
        let wanted: [Range<Int64>] = [
            0..<1, 0..<size, 1..<2, 65_535..<65_537, 1_000_000..<2_000_000, size - 1..<size, size - 10..<size + 10,
            0..<Int64.max,
        ]
        for range in wanted {
            var options = ObjectGetOptions()
            options.range = range
            let result = try await it.store.get(key, options: options)
            let cut = range.clamped(to: 0..<size)
            it.expectEqual(result.range, cut, "the range delivered for \(range)")
            it.expectEqual(result.info.size, size, "the object's size told with \(range)")
            let expected = Array(bytes[Int(cut.lowerBound)..<Int(cut.upperBound)])
            it.expectBytes(try await it.collect(result.content), expected, "\(range)")
        }
        for range in [size..<size + 1, size + 100..<size + 200] {
            var options = ObjectGetOptions()
            options.range = range
            await it.expectError([.invalidRange], "the range \(range)") {
                _ = try await it.collect(it.store.get(key, options: options).content)
            }
        }
    }

    static func ifMatch(_ it: ConformanceContext) async throws {
        let key = it.key("object")
        let first = try await it.store.put(key, .text("first"))
        var options = ObjectGetOptions()
        options.ifMatch = first.etag
        let bytes = try await it.collect(it.store.get(key, options: options).content)
        it.expectBytes(bytes, Array("first".utf8), "the object")
        try await it.store.put(key, .text("second"))
        await it.expectError([.preconditionFailed], "a get of content that was replaced") {
            _ = try await it.collect(it.store.get(key, options: options).content)
        }
    }

    static func notFound(_ it: ConformanceContext) async throws {
        for name in ["absent", "absent/below", "a/b/c/d/e"] {
            await it.expectError([.notFound], "get of \(name)") {
                _ = try await it.collect(it.store.get(it.key(name)).content)
            }
            await it.expectError([.notFound], "head of \(name)") { _ = try await it.store.head(it.key(name)) }
        }
        try await it.store.put(it.key("folder/object"), .text("x"))
        await it.expectError([.notFound], "head of a folder") { _ = try await it.store.head(it.key("folder")) }
        await it.expectError([.notFound], "get below an object") {
            _ = try await it.collect(it.store.get(it.key("folder/object/below")).content)
        }
    }

    static func readTwice(_ it: ConformanceContext) async throws {
        let key = it.key("object")
        try await it.store.put(key, .text("once"))
        let content = try await it.store.get(key).content
        it.expectBytes(try await it.collect(content), Array("once".utf8), "the first reading")
        await it.expectError([.alreadyConsumed], "the second reading") { _ = try await it.collect(content) }
    }

    static func drop(_ it: ConformanceContext) async throws {
        let key = it.key("object")
        try await it.store.put(key, .bytes(ConformanceContext.pattern(4 << 20, seed: 8)))
        for _ in 0..<5 {
            var iterator = try await it.store.get(key).content.makeAsyncIterator()
            it.expect(try await iterator.next() != nil, "there is no first chunk")
        }
        it.expectEqual(try await it.read(key).count, 4 << 20, "the size after readers left early")
    }

    static func delete(_ it: ConformanceContext) async throws {
        let key = it.key("folder/object")
        try await it.store.put(key, .text("x"))
        try await it.store.put(it.key("folder/other"), .text("y"))
        try await it.store.delete(key)
        try await it.expectNothing(key, "a deletion")
        try await it.store.delete(key)
        try await it.store.delete(it.key("never/there"))
        try await it.store.delete(it.key("folder"))
        it.expectBytes(try await it.read(it.key("folder/other")), [0x79], "the neighbour")
        try await it.store.delete(it.key("folder/other"))
        try await it.store.put(it.key("folder"), .text("now an object"))
        it.expectBytes(try await it.read(it.key("folder")), Array("now an object".utf8), "the former folder")
    }

    static func deleteMany(_ it: ConformanceContext) async throws {
        let names = (0..<30).map { "object-\($0)" }
        try await it.fill(names + ["kept"])
        let failures = try await it.store.deleteMany((names + ["absent", "absent/below"]).map(it.key))
        it.expect(failures.isEmpty, "failures: \(failures)")
        it.expectEqual(try await it.names(it.store.list(prefix: it.prefix)), ["kept"], "what is left")
        it.expect(try await it.store.deleteMany([]).isEmpty, "deleting nothing failed")
    }
}
