import GroundworkCore
import GroundworkStorage

enum PutCases {
    struct BodyFailure: Error, Equatable {}

    static func knownLength(_ it: ConformanceContext) async throws {
        let bytes = ConformanceContext.pattern(100_001)
        for (name, body) in [
            ("bytes", ObjectBody.bytes(bytes)),
            ("stream", .stream(ChunkSource.of(bytes, chunk: 7919), length: .known(100_001))),
        ] {
            let result = try await it.store.put(it.key(name), body)
            it.expectEqual(result.size, 100_001, "the size in the result of \(name)")
            let info = try await it.store.head(it.key(name))
            it.expectEqual(info.size, 100_001, "the size of \(name)")
            it.expect(info.key.utf8.elementsEqual(it.key(name).utf8), "head tells the key \(info.key)")
            it.expect(info.etag != nil, "head tells no ETag")
            it.expectEqual(result.etag, info.etag, "the ETag of put")
            it.expect(info.lastModified != nil, "head tells no date")
            it.expectBytes(try await it.read(it.key(name)), bytes, name)
        }
    }

    static func unknownLength(_ it: ConformanceContext) async throws {
        let bytes = ConformanceContext.pattern(300_000, seed: 2)
        for estimate in [nil, 10, 1 << 30] as [Int64?] {
            let key = it.key("estimate-\(estimate ?? 0)")
            let body = ObjectBody.stream(ChunkSource.of(bytes, chunk: 65_536), length: .unknown(estimate: estimate))
            let result = try await it.store.put(key, body)
            it.expectEqual(result.size, 300_000, "the size with an estimate of \(estimate ?? -1)")
            it.expectBytes(try await it.read(key), bytes, "the object with an estimate of \(estimate ?? -1)")
        }
    }

    static func file(_ it: ConformanceContext) async throws {
        let bytes = ConformanceContext.pattern(1_500_000, seed: 3)
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/body"
            try OpenFile(path, flags: OpenFile.writeCreate).write(bytes, at: 0)
            let result = try await it.store.put(it.key("file"), .file(path))
            it.expectEqual(result.size, 1_500_000, "the size")
        }
        it.expectBytes(try await it.read(it.key("file")), bytes, "the object")
    }

    static func empty(_ it: ConformanceContext) async throws {
        let bodies: [(String, ObjectBody)] = [
            ("bytes", .bytes([])),
            ("known", .stream(ChunkSource.of([], chunk: 1), length: .known(0))),
            ("unknown", .stream(ChunkSource.of([], chunk: 1), length: .unknown(estimate: nil))),
            ("chunks", .stream(ChunkSource { $0 < 3 ? [] : nil }, length: .unknown(estimate: nil))),
        ]
        for (name, body) in bodies {
            let result = try await it.store.put(it.key(name), body)
            it.expectEqual(result.size, 0, "the size in the result of \(name)")
            it.expectEqual(try await it.store.head(it.key(name)).size, 0, "the size of \(name)")
            it.expectBytes(try await it.read(it.key(name)), [], name)
        }
    }

    static func replace(_ it: ConformanceContext) async throws {
        let key = it.key("object")
        let first = try await it.store.put(key, .text("first"))
        let second = try await it.store.put(key, .text("other"))
        it.expect(first.etag != second.etag, "the ETag stays the same when the content changes")
        it.expectBytes(try await it.read(key), Array("other".utf8), "the object")
        try await it.store.put(key, .text("and a longer third"))
        it.expectBytes(try await it.read(key), Array("and a longer third".utf8), "the object")
    }

    static func wrongLength(_ it: ConformanceContext) async throws {
        let bytes = ConformanceContext.pattern(200_000, seed: 4)
        for declared in [0, 1, 199_999, 200_001, 400_000] as [Int64] {
            let key = it.key("declared-\(declared)")
            await it.expectError([.lengthMismatch], "a put of 200,000 bytes declared as \(declared)") {
                try await it.store.put(key, .stream(ChunkSource.of(bytes, chunk: 50_000), length: .known(declared)))
            }
            try await it.expectNothing(key, "a wrong length")
        }
        let key = it.key("present")
        try await it.store.put(key, .text("before"))
        await it.expectError([.lengthMismatch], "a put over an object") {
            try await it.store.put(key, .stream(ChunkSource.of(bytes, chunk: 50_000), length: .known(7)))
        }
        it.expectBytes(try await it.read(key), Array("before".utf8), "the object that was there")
    }

    static func throwingBody(_ it: ConformanceContext) async throws {
        for (name, length) in [("known", .known(400_000)), ("unknown", .unknown(estimate: nil))]
            as [(String, ObjectBody.Length)]
        {
            let source = ChunkSource { index in
                guard index < 3 else { throw BodyFailure() }
                return [UInt8](repeating: 7, count: 100_000)
            }
            do {
                try await it.store.put(it.key(name), .stream(source, length: length))
                it.fail("a put of \(name) length whose body throws did not fail")
            } catch {
                it.expect(error is BodyFailure, "the body's error came as \(type(of: error)): \(error)")
            }
            try await it.expectNothing(it.key(name), "a body of \(name) length that threw")
        }
    }

    static func cancelled(_ it: ConformanceContext) async throws {
        let (reached, signal) = AsyncStream.makeStream(of: Void.self)
        let source = ChunkSource { index in
            if index < 6 { return [UInt8](repeating: UInt8(index), count: 1 << 20) }
            signal.finish()
            try await Task.sleep(for: .seconds(3600))
            return nil
        }
        let key = it.key("object")
        let store = it.store
        let put = Task { try await store.put(key, .stream(source, length: .unknown(estimate: nil))) }
        for await _ in reached {}
        put.cancel()
        do {
            _ = try await put.value
            it.fail("a cancelled put did not fail")
        } catch {
            it.expect(error is CancellationError, "a cancelled put threw \(type(of: error)): \(error)")
        }
        try await it.expectNothing(key, "a cancelled put")
    }

    static func largeStream(_ it: ConformanceContext) async throws {
        let size = it.suite.largeObjectSize
        let block = ConformanceContext.pattern(1 << 20, seed: 5)
        let count = (size + block.count - 1) / block.count
        @Sendable func chunk(_ index: Int) -> [UInt8]? {
            guard index < count else { return nil }
            var bytes = index == count - 1 ? Array(block.prefix(size - index * block.count)) : block
            bytes[0] = UInt8(truncatingIfNeeded: index)
            return bytes
        }
        let body = ObjectBody.stream(ChunkSource { chunk($0) }, length: .unknown(estimate: Int64(size)))
        let result = try await it.store.put(it.key("object"), body)
        it.expectEqual(result.size, Int64(size), "the size")
        let object = try await it.store.get(it.key("object"))
        it.expectEqual(object.info.size, Int64(size), "the size told by get")
        var position = 0
        var isSame = true
        for try await piece in object.content {
            var rest = piece[...]
            while !rest.isEmpty, let expected = chunk(position / block.count) {
                let part = rest.prefix(block.count - position % block.count)
                isSame = isSame && expected.dropFirst(position % block.count).starts(with: part)
                rest = rest.dropFirst(part.count)
                position += part.count
            }
            it.expect(rest.isEmpty, "there are more bytes than were stored")
        }
        it.expectEqual(position, size, "the number of bytes read")
        it.expect(isSame, "the bytes differ")
    }

    static func metadata(_ it: ConformanceContext) async throws {
        var options = ObjectPutOptions()
        options.contentType = "application/vnd.groundwork+json; charset=utf-8"
        options.metadata = ["run-id": "0123", "Mixed-Case": "Value with spaces; and = signs", "empty-not": "x"]
        let key = it.key("object")
        try await it.store.put(key, .text("{}"), options: options)
        let expected = ["run-id": "0123", "mixed-case": "Value with spaces; and = signs", "empty-not": "x"]
        for (what, info) in [("head", try await it.store.head(key)), ("get", try await it.store.get(key).info)] {
            it.expectEqual(info.contentType, options.contentType, "the content type told by \(what)")
            it.expectEqual(info.metadata, expected, "the metadata told by \(what)")
        }
        try await it.store.put(key, .text("[]"))
        it.expectEqual(try await it.store.head(key).metadata, [:], "the metadata after a put without")
    }

    static func progress(_ it: ConformanceContext) async throws {
        let reports = Locked<[Int64]>([])
        var options = ObjectPutOptions()
        options.progress = ObjectProgress { sum in reports.withLock { $0.append(sum) } }
        let bytes = ConformanceContext.pattern(3_000_000, seed: 6)
        let body = ObjectBody.stream(ChunkSource.of(bytes, chunk: 300_000), length: .known(3_000_000))
        try await it.store.put(it.key("object"), body, options: options)
        let sums = reports.withLock { $0 }
        it.expectEqual(sums.last, 3_000_000, "the last sum")
        it.expect(zip(sums, sums.dropFirst()).allSatisfy { $0 <= $1 }, "the sums do not grow: \(sums)")
    }
}
