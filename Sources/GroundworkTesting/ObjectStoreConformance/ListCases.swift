import GroundworkStorage

enum ListCases {
    static func order(_ it: ConformanceContext) async throws {
        // `-` and `.` come before `/`, capitals before small letters, and é in one scalar behind its two-scalar form.
        let names = [
            "A", "a", "a-b", "a.b/c", "a0", "b/c/d", "b/c-d", "b.c", "e\u{301}", "z", "\u{E9}", "\u{10FFF}",
            "\u{FF21}", "\u{1F600}", "folder/x", "folder.txt", "folder-x",
        ]
        try await it.fill(names, bytes: [1, 2, 3])
        let sorted = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        let listed = try await it.names(it.store.list(prefix: it.prefix))
        it.expectEqual(listed.map { Array($0.utf8) }, sorted.map { Array($0.utf8) }, "the order of \(listed)")
        for try await object in it.store.list(prefix: it.prefix) {
            it.expectEqual(object.size, 3, "the size of \(object.key)")
            let head = try await it.store.head(object.key)
            it.expectEqual(object.etag, head.etag, "the ETag of \(object.key)")
            it.expect(object.lastModified != nil, "no date for \(object.key)")
        }
    }

    static func prefix(_ it: ConformanceContext) async throws {
        try await it.fill(["one", "one-two", "one/two", "oneself/x", "on", "two"].filter { $0 != "one" } + ["onerous"])
        let expected: [String: [String]] = [
            "on": ["on", "one-two", "one/two", "onerous", "oneself/x"],
            "one": ["one-two", "one/two", "onerous", "oneself/x"],
            "one/": ["one/two"], "one/t": ["one/two"], "one/two": ["one/two"], "one/two/": [], "x": [],
            "ones": ["oneself/x"],
        ]
        for (prefix, names) in expected.sorted(by: { $0.key < $1.key }) {
            let listed = try await it.names(it.store.list(prefix: it.key(prefix)))
            it.expectEqual(listed, names, "the listing of \(prefix)")
        }
    }

    private static func pages(
        _ it: ConformanceContext,
        _ options: ObjectListOptions
    ) async throws -> (objects: [String], prefixes: [String]) {
        var objects: [String] = []
        var prefixes: [String] = []
        for try await page in it.store.list(options).pages {
            let count = page.objects.count + page.commonPrefixes.count
            it.expect(count <= options.pageSize, "a page of \(count) where \(options.pageSize) were asked for")
            objects += page.objects.map { $0.key.removingPrefix(it.prefix) }
            prefixes += page.commonPrefixes.map { $0.removingPrefix(it.prefix) }
        }
        return (objects, prefixes)
    }

    static func delimiter(_ it: ConformanceContext) async throws {
        try await it.fill(["a", "b/1", "b/2", "b/c/3", "b.txt", "d/e/f/g", "h", "h-i"])
        for pageSize in [1, 2, 3, 1000] {
            var options = ObjectListOptions()
            options.prefix = it.prefix
            options.delimiter = "/"
            options.pageSize = pageSize
            let top = try await pages(it, options)
            it.expectEqual(top.objects, ["a", "b.txt", "h", "h-i"], "the objects, \(pageSize) a page")
            it.expectEqual(top.prefixes, ["b/", "d/"], "the prefixes, \(pageSize) a page")
            options.prefix = it.key("b/")
            let below = try await pages(it, options)
            it.expectEqual(below.objects, ["b/1", "b/2"], "the objects below b/")
            it.expectEqual(below.prefixes, ["b/c/"], "the prefixes below b/")
        }
    }

    static func startAfter(_ it: ConformanceContext) async throws {
        let names = ["a", "b/1", "b/2", "b/c/3", "b0", "c"]
        try await it.fill(names)
        let starts: [(String, Int)] = [
            ("", 0), ("a", 1), ("aa", 1), ("b/", 1), ("b/1", 2), ("b/1x", 2), ("b/2", 3), ("b/c/3", 4), ("b/z", 4),
            ("b0", 5), ("c", 6), ("z", 6),
        ]
        for (start, skipped) in starts {
            var options = ObjectListOptions()
            options.prefix = it.prefix
            options.startAfter = it.key(start)
            options.pageSize = 2
            let listed = try await pages(it, options).objects
            it.expectEqual(listed, Array(names.dropFirst(skipped)), "the listing after \(start.debugDescription)")
        }
    }

    static func pages(_ it: ConformanceContext) async throws {
        let count = it.suite.manyKeys
        let names = (0..<count).map { number -> String in
            let digits = String(number)
            return "folder-\(number % 7)/" + String(repeating: "0", count: 5 - digits.count) + digits
        }
        try await it.fill(names)
        for pageSize in [97, 1000] {
            var options = ObjectListOptions()
            options.prefix = it.prefix
            options.pageSize = pageSize
            let listed = try await pages(it, options).objects
            it.expectEqual(listed.count, count, "the number of keys, \(pageSize) a page")
            it.expect(listed == names.sorted(), "the keys differ, \(pageSize) a page")
        }
        // A listing may be left early and begun anew.
        let listing = it.store.list(prefix: it.prefix)
        for _ in 0..<2 {
            var iterator = listing.makeAsyncIterator()
            let first = try await iterator.next()?.key.removingPrefix(it.prefix)
            it.expectEqual(first, names.min(), "the first key")
        }
    }

    static func nothing(_ it: ConformanceContext) async throws {
        it.expectEqual(try await it.names(it.store.list(prefix: it.key("absent"))), [], "the listing")
        var options = ObjectListOptions()
        options.prefix = it.key("absent/")
        options.delimiter = "/"
        let found = try await pages(it, options)
        it.expectEqual(found.objects + found.prefixes, [], "the listing with a delimiter")
    }
}
