import FoundationEssentials
import GroundworkStorage

enum KeyCases {
    /// Keys that stores, proxies and clients are known to alter.
    static let odd = [
        "a b", "a+b", "a%2Fb", "a%20b", "100%", "%", "a?b=c", "a#b", "a&b", "a=b", "a;b", "a:b", "a@b", "a\\b",
        "a\"b'c", "<a>&amp;", "{a}", "[a]", "a|b", "a^b`c", "~a", "a*", "$a", "(a)", "!a", "a,b", "é", "e\u{301}",
        "日本語", "😀", "\u{1F468}\u{200D}\u{1F469}", "a//b", "a/./b", "a/../b", "../x", "./x", "..", ".", "/a", "dir/",
        "a/", "tab\there", "line\nfeed", "cr\rhere", "\u{1}", "\u{7F}", "\u{FEFF}bom", "trailing space ",
        " leading", ".hidden", "...", "a.", "CON", ".groundwork", "\u{FFFD}", "a\u{200B}b", "K", "\u{212A}",
    ]

    static func oddKeys(_ it: ConformanceContext) async throws {
        var kept: [String] = []
        for (number, name) in odd.enumerated() {
            let key = it.key(name)
            let bytes = Array("object \(number)".utf8)
            do {
                try await it.store.put(key, .bytes(bytes))
            } catch let error as ObjectStoreError where error.code == .invalidKey {
                let arbitrary = try await it.store.capabilities().arbitraryKeys
                it.expect(!arbitrary, "the store declares to keep every key, and refused \(name.debugDescription)")
                await it.expectError([.invalidKey, .notFound], "head of a key that was refused") {
                    _ = try await it.store.head(key)
                }
                continue
            }
            kept.append(name)
        }
        for (number, name) in odd.enumerated() where kept.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            let bytes = Array("object \(number)".utf8)
            it.expectBytes(try await it.read(it.key(name)), bytes, "the object \(name.debugDescription)")
        }
        let listed = try await it.names(it.store.list(prefix: it.prefix)).map { Array($0.utf8) }
        let expected = kept.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        for key in expected where !listed.contains(key) {
            it.fail("the listing lacks \(String(decoding: key, as: UTF8.self).debugDescription)")
        }
        for key in listed where !expected.contains(key) {
            it.fail("the listing shows \(String(decoding: key, as: UTF8.self).debugDescription)")
        }
        for name in kept {
            try await it.store.delete(it.key(name))
            await it.expectError([.notFound], "head of \(name.debugDescription) after its deletion") {
                _ = try await it.store.head(it.key(name))
            }
        }
    }

    static func badKeys(_ it: ConformanceContext) async throws {
        let segment = String(repeating: "k", count: 100)
        let long = it.prefix + Array(repeating: segment, count: 11).joined(separator: "/")
        for key in ["", long] {
            await it.expectError([.invalidKey], "a put with a key of \(key.utf8.count) bytes") {
                try await it.store.put(key, .text("x"))
            }
        }
        let path = Array(repeating: segment, count: 10).joined(separator: "/")
        let longest = String(decoding: (it.prefix + path + path).utf8.prefix(1024), as: UTF8.self)
        do {
            try await it.store.put(longest, .text("x"))
            it.expectBytes(try await it.read(longest), [0x78], "the object with a key of 1,024 bytes")
            try await it.store.delete(longest)
        } catch let error as ObjectStoreError where error.code == .invalidKey {
            let arbitrary = try await it.store.capabilities().arbitraryKeys
            it.expect(!arbitrary, "the store declares to keep every key, and refused one of 1,024 bytes")
        }
    }

    static func abandonedUploads(_ it: ConformanceContext) async throws {
        try await it.store.put(it.key("done"), .text("x"))
        let found = try await it.store.abandonedUploads(prefix: it.prefix, olderThan: .distantFuture)
        it.expect(found.isEmpty, "uploads nobody began: \(found)")
        guard try await it.store.capabilities().listsAbandonedUploads else { return }
        let unknown = AbandonedUpload(
            key: it.key("absent"),
            uploadID: "00000000000000000000000000000000",
            initiated: Date(timeIntervalSince1970: 0)
        )
        try await it.store.abort(unknown)
        it.expectBytes(try await it.read(it.key("done")), [0x78], "the object")
    }
}
