import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import GroundworkStorage

@Suite struct DirectoryObjectStoreTests {
    private struct BodyFailure: Error {}

    /// All paths below a directory, the store's own folder included.
    private func files(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter {
            var status = stat()
            return unsafe lstat("\(path)/\($0)", &status) == 0 && !status.isDirectory
        }.sorted()
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func code(_ work: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }

    @Test func objectsArePlainFilesThatOnlyTheirOwnerReads() async throws {
        try await withTemporaryDirectory { path in
            let old = umask(0)
            defer { umask(old) }
            let store = try DirectoryObjectStore(path: "\(path)/new/root")
            try await store.put("a/b/c.txt", .text("hello"))
            let bytes = try OpenFile("\(path)/new/root/a/b/c.txt").read(100, at: 0)
            #expect(bytes == Array("hello".utf8))
            #expect(mode("\(path)/new/root/a/b/c.txt") == 0o600)
            for folder in ["new", "new/root", "new/root/a", "new/root/a/b", "new/root/.groundwork"] {
                #expect(mode("\(path)/\(folder)") == 0o700, "\(folder)")
            }
        }
    }

    @Test(arguments: [
        "", "/a", "a/", "a//b", ".", "..", "./a", "../a", "a/.", "a/..", "a/../b", "a\0b", "\0", "/", "//",
        ".groundwork", ".groundwork/uploads/x", String(repeating: "k", count: 256),
        "a/" + String(repeating: "é", count: 128), String(repeating: "abcd/", count: 205) + "x",
    ])
    func keysThatLeadElsewhereAreRefusedByName(_ key: String) async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: "\(path)/root")
            try OpenFile("\(path)/a", flags: OpenFile.writeCreate).write([1], at: 0)
            let calls: [() async throws -> Void] = [
                { _ = try await store.put(key, .text("x")) }, { _ = try await store.get(key) },
                { _ = try await store.head(key) }, { try await store.delete(key) },
            ]
            for call in calls { #expect(await code(call) == .invalidKey) }
            #expect(try await store.deleteMany([key]).map(\.error.code) == [.invalidKey])
            #expect(try files(path) == ["a", "root/.groundwork/lock"])
        }
    }

    @Test func theRefusalNamesTheRule() async throws {
        #expect(DirectoryKey.brokenRule("a/../b") == "`.` and `..` are no file names")
        #expect(DirectoryKey.brokenRule("a\0")?.contains("NUL") == true)
        #expect(DirectoryKey.brokenRule(String(repeating: "k", count: 256))?.contains("256 bytes") == true)
        #expect(DirectoryKey.brokenRule(String(repeating: "k", count: 255)) == nil)
        #expect(DirectoryKey.brokenRule(".groundwork2/...") == nil)
    }

    @Test func symbolicLinksAreNeitherFollowedNorListed() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: "\(path)/root")
            try FileManager.default.createDirectory(atPath: "\(path)/outside", withIntermediateDirectories: true)
            try OpenFile("\(path)/outside/secret", flags: OpenFile.writeCreate).write([1, 2], at: 0)
            symlink("\(path)/outside", "\(path)/root/folder")
            symlink("\(path)/outside/secret", "\(path)/root/link")
            for key in ["folder/secret", "link"] {
                #expect(await code { _ = try await store.get(key) } != nil)
                #expect(await code { _ = try await store.head(key) } != nil)
            }
            #expect(await code { try await store.put("folder/new", .text("x")) } != nil)
            _ = await code { try await store.delete("folder/secret") }
            // A put over a link replaces the link, not what it points to.
            try await store.put("link", .text("mine"))
            #expect(try OpenFile("\(path)/outside/secret").read(10, at: 0) == [1, 2])
            #expect(try await store.read("link") == Array("mine".utf8))
            var keys: [String] = []
            for try await object in store.list() { keys.append(object.key) }
            #expect(keys == ["link"])
            #expect(try files("\(path)/outside") == ["secret"])
        }
    }

    @Test func theRootMayBeALink() async throws {
        try await withTemporaryDirectory { path in
            _ = try DirectoryObjectStore(path: "\(path)/real")
            symlink("\(path)/real", "\(path)/alias")
            let store = try DirectoryObjectStore(path: "\(path)/alias/")
            #expect(store.location == "file://\(path)/alias")
            try await store.put("a", .text("x"))
            #expect(try files("\(path)/real").contains("a"))
        }
    }

    @Test func aKeyCannotBeFileAndFolder() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: path)
            try await store.put("a/b", .text("x"))
            do {
                try await store.put("a", .text("y"))
                Issue.record("a folder was replaced")
            } catch let error as ObjectStoreError {
                #expect(error.code == .invalidKey)
                #expect(error.message.contains("there are objects below it"))
            }
            do {
                try await store.put("a/b/c/d", .text("y"))
                Issue.record("a file became a folder")
            } catch let error as ObjectStoreError {
                #expect(error.code == .invalidKey)
                #expect(error.message.contains("\"a/b\" is an object"))
            }
            #expect(try files(path).filter { !$0.hasPrefix(".groundwork") } == ["a/b"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/.groundwork/uploads") == [])
        }
    }

    @Test func filesOfOthersAreObjects() async throws {
        try await withTemporaryDirectory { path in
            try FileManager.default.createDirectory(atPath: "\(path)/x/empty", withIntermediateDirectories: true)
            try OpenFile("\(path)/x/y", flags: OpenFile.writeCreate).write([7], at: 0)
            mkfifo("\(path)/fifo", 0o600)
            let store = try DirectoryObjectStore(path: path)
            #expect(try await store.read("x/y") == [7])
            #expect(await code { _ = try await store.get("fifo") } == .notFound)
            #expect(await code { _ = try await store.get("x") } == .notFound)
            var keys: [String] = []
            for try await object in store.list() { keys.append(object.key) }
            #expect(keys == ["x/y"])
            // Reading leaves no trace.
            #expect(!FileManager.default.fileExists(atPath: "\(path)/.groundwork"))
        }
    }

    @Test func metadataAndETagSurviveACopy() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: "\(path)/one")
            var options = ObjectPutOptions()
            options.contentType = "text/plain"
            options.metadata = ["run": "42"]
            let put = try await store.put("a/b", .text("x"), options: options)
            for (flags, name) in [("-r", "two"), ("-a", "three")] {
                try await ChildProcess.output(of: "cp", [flags, "\(path)/one", "\(path)/\(name)"])
                let info = try await DirectoryObjectStore(path: "\(path)/\(name)").head("a/b")
                #expect(info.contentType == "text/plain")
                #expect(info.metadata == ["run": "42"])
                if flags == "-a" { #expect(info.etag == put.etag) }
            }
        }
    }

    @Test func aCrashBetweenSidecarAndFileLeavesBothReadable() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: path)
            var options = ObjectPutOptions()
            options.metadata = ["version": "old"]
            try await store.put("a", .text("old"), options: options)
            let root = try DirectoryHandle(path)
            var sidecar = try #require(try DirectorySidecar.read("a", root: root))
            // The state after the sidecar was written and before the file was renamed.
            sidecar.records.append(
                DirectorySidecar.Record(size: 3, modified: 1, contentType: nil, metadata: ["version": "new"])
            )
            try sidecar.write(root: root, synchronizes: true)
            #expect(try await store.head("a").metadata == ["version": "old"])
            // And after the rename.
            let times = [timespec(tv_sec: 0, tv_nsec: 1), timespec(tv_sec: 0, tv_nsec: 1)]
            utimensat(AT_FDCWD, "\(path)/a", times, 0)
            #expect(try await store.head("a").metadata == ["version": "new"])
        }
    }

    @Test func aSidecarOfAnotherKeyOrGarbageIsNotBelieved() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: path)
            var options = ObjectPutOptions()
            options.contentType = "text/plain"
            try await store.put("a", .text("x"), options: options)
            let name = DirectorySidecar.name(of: "a")
            let file = "\(path)/.groundwork/metadata/\(name.folder)/\(name.file)"
            for garbage in ["", "{", "[]", #"{"key":"b","records":[]}"#] {
                truncate(file, 0)
                try OpenFile(file, flags: O_RDWR).write(Array(garbage.utf8), at: 0)
                #expect(try await store.head("a").contentType == nil)
            }
            try await store.put("a", .text("x"), options: options)
            #expect(try await store.head("a").contentType == "text/plain")
            try await store.delete("a")
            #expect(try files(path) == [".groundwork/lock"])
        }
    }

    @Test func putsOfDeadProcessesAreFoundAndAborted() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: path)
            let root = try DirectoryHandle(path)
            let alive = try DirectoryUpload(try DirectoryKey("run/alive", store: ""), root: root, synchronizes: false)
            do {
                // Its descriptor closes here, as it does when a process dies.
                let dead = try DirectoryUpload(
                    try DirectoryKey("run/dead", store: ""),
                    root: root,
                    synchronizes: false
                )
                try dead.write([[1, 2, 3]], at: 0)
            }
            #expect(try await store.abandonedUploads(prefix: "", olderThan: .distantPast).isEmpty)
            #expect(try await store.abandonedUploads(prefix: "other", olderThan: .distantFuture).isEmpty)
            let found = try await store.abandonedUploads(prefix: "run/", olderThan: .distantFuture)
            #expect(found.map(\.key) == ["run/dead"])
            var keys: [String] = []
            for try await object in store.list() { keys.append(object.key) }
            #expect(keys == [])
            for upload in found { try await store.abort(upload) }
            #expect(try await store.abandonedUploads(prefix: "", olderThan: .distantFuture).isEmpty)
            alive.discard()
            #expect(try files("\(path)/.groundwork/uploads") == [])
            try await store.abort(AbandonedUpload(key: "x", uploadID: "../../a", initiated: .distantPast))
        }
    }

    @Test func aMissingOrWrongDirectoryIsNamed() async throws {
        try await withTemporaryDirectory { path in
            var configuration = DirectoryObjectStore.Configuration()
            configuration.createsDirectory = false
            do {
                _ = try DirectoryObjectStore(path: "\(path)/absent", configuration: configuration)
                Issue.record("opened what is not there")
            } catch let error as ObjectStoreError {
                #expect(error.code == .storeNotFound)
                #expect(error.message.contains("\(path)/absent"))
            }
            try OpenFile("\(path)/file", flags: OpenFile.writeCreate).write([1], at: 0)
            for wrong in ["file", "file/below"] {
                do {
                    _ = try DirectoryObjectStore(path: "\(path)/\(wrong)")
                    Issue.record("opened a file")
                } catch let error as ObjectStoreError {
                    #expect(error.code == .misconfigured)
                }
            }
            let store = try DirectoryObjectStore(path: "\(path)/gone")
            try await store.put("a", .text("x"))
            try FileManager.default.removeItem(atPath: "\(path)/gone")
            #expect(await code { try await store.put("a", .text("x")) } == .storeNotFound)
            #expect(await code { _ = try await store.get("a") } == .storeNotFound)
            #expect(await code { for try await _ in store.list() {} } == .storeNotFound)
        }
    }

    @Test func oneOfManyProcessesWinsAConditionalPut() async throws {
        try await withTemporaryDirectory { path in
            // Two stores on one directory stand for two processes: they share nothing but the files.
            let stores = try (0..<2).map { _ in try DirectoryObjectStore(path: path) }
            for round in 0..<20 {
                let wins = await withTaskGroup(of: Bool.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            var options = ObjectPutOptions()
                            options.condition = .ifAbsent
                            let store = stores[number % 2]
                            return (try? await store.put("key-\(round)", .text("\(number)"), options: options)) != nil
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(wins == 1)
            }
        }
    }

    @Test func everyDirectoryThatGetsAnEntryIsBroughtToTheDisk() async throws {
        try await withTemporaryDirectory { path in
            for expected in [[path, "\(path)/a", "\(path)/a/b"], []] {
                var synchronized: [String] = []
                try DirectoryObjectStore.makeDirectories("\(path)/a/b/c") { synchronized.append($0) }
                #expect(synchronized == expected)
                #expect(mode("\(path)/a/b/c") == 0o700)
            }
            let failure = SystemCallError(number: EIO, call: "fsync", path: path)
            #expect(throws: SystemCallError.self) {
                try DirectoryObjectStore.makeDirectories("\(path)/d") { _ throws(SystemCallError) in throw failure }
            }
        }
    }

    @Test func anOpenObjectIsReadToItsEndWhenItIsReplacedOrDeleted() async throws {
        try await withTemporaryDirectory { path in
            let store = try DirectoryObjectStore(path: path)
            let bytes = (0..<3 << 20).map { UInt8(truncatingIfNeeded: $0 >> 12) }
            try await store.put("a", .bytes(bytes))
            let replaced = try await store.get("a")
            try await store.put("a", .text("new"))
            let deleted = try await store.get("a")
            try await store.delete("a")
            var collected: [UInt8] = []
            for try await chunk in replaced.content { collected += chunk }
            let isReadToItsEnd = collected == bytes
            #expect(isReadToItsEnd)
            collected = []
            for try await chunk in deleted.content { collected += chunk }
            #expect(collected == Array("new".utf8))
        }
    }
}
