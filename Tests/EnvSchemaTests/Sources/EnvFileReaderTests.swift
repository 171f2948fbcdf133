import FoundationEssentials
import Glibc
import GroundworkBase
import GroundworkTestProcesses
import Testing

@testable import GroundworkEnvSources

@Suite struct EnvFileReaderTests {
    /// A folder of its own that goes away with the test.
    private final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/groundwork-files-XXXXXX".utf8CString)
            path = try #require(mkdtemp(&template).map { String(cString: $0) })
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func file(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
            let file = "\(path)/\(name)"
            try Data(text.utf8).write(to: URL(filePath: file))
            #expect(chmod(file, mode) == 0)
            return file
        }
    }

    private func error(_ path: String, limit: Int = 1024) -> EnvFileError? {
        do throws(EnvFileError) {
            _ = try EnvFileReader.read(path: path, limit: limit, timeout: .seconds(20))
            return nil
        } catch {
            return error
        }
    }

    @Test func fileIsReadWhole() throws {
        let folder = try Folder()
        let text = String(repeating: "A=1\n", count: 100_000)
        let path = try folder.file("env", text)
        #expect(try EnvFileReader.read(path: path).count == text.utf8.count)
        #expect(try EnvFileReader.read(path: folder.file("empty", "")).isEmpty)
    }

    @Test func symbolicLinkIsFollowedAsKubernetesMountsSecrets() throws {
        let folder = try Folder()
        let path = try folder.file("data", "secret")
        #expect(symlink(path, "\(folder.path)/link") == 0)
        #expect(try EnvFileReader.read(path: "\(folder.path)/link") == Array("secret".utf8))
    }

    @Test func fileWithoutALengthIsReadToItsEnd() throws {
        #expect(try EnvFileReader.read(path: "/proc/self/environ").count > 0)
        #expect(error("/proc/self/maps", limit: 10)?.code == .tooLarge)
    }

    @Test func limitIsTheGreatestLength() throws {
        let folder = try Folder()
        let path = try folder.file("env", "12345")
        #expect(try EnvFileReader.read(path: path, limit: 5).count == 5)
        #expect(error(path, limit: 4)?.code == .tooLarge)
    }

    @Test func directoryInPlaceOfAFileIsNamed() throws {
        let folder = try Folder()
        let found = try #require(error(folder.path))
        #expect(found.code == .notRegularFile)
        #expect(found.description == "\(folder.path): it is a directory; name a file in it")
    }

    @Test func pipeInPlaceOfAFileIsRefusedWithoutWaiting() throws {
        let folder = try Folder()
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        let start = ContinuousClock.now
        let found = try #require(error("\(folder.path)/pipe"))
        #expect(found.code == .notRegularFile)
        #expect(found.reason == "it is a named pipe")
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test(arguments: ["/dev/zero", "/dev/null", "/dev/tty"]) func deviceIsRefused(_ path: String) throws {
        let found = try #require(error(path))
        #expect(found.code == .notRegularFile)
        #expect(found.reason == "it is a device")
    }

    @Test func socketIsRefused() throws {
        let folder = try Folder()
        let path = "\(folder.path)/socket"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        #expect(error(path)?.reason == "it is a socket")
    }

    @Test func absentFileIsNamed() throws {
        #expect(error("/nowhere/env")?.code == .notFound)
        #expect(error("/dev/null/env")?.code == .notFound)
        #expect(error("a\0b")?.code == .unreadable)
        #expect(error("")?.code == .notFound)
    }

    /// `setfsuid` to nobody, which the C library's module does not show.
    private static func giveUpRightsToFiles() {
        typealias SetFileUser = @convention(c) (uid_t) -> CInt
        guard let symbol = dlsym(nil, "setfsuid") else { return }
        _ = unsafeBitCast(symbol, to: SetFileUser.self)(65534)
    }

    @Test func fileWithoutPermissionIsNamedWithTheUser() async throws {
        let folder = try Folder()
        let path = try folder.file("env", "SECRET=1", mode: 0o000)
        // Root may read everything: the thread gives up its rights to files, which the kernel keeps per thread.
        let found = await onOwnThread { () -> EnvFileError? in
            if geteuid() == 0 { Self.giveUpRightsToFiles() }
            do throws(EnvFileError) {
                _ = try EnvFileReader.readNow(path, limit: 100)
                return nil
            } catch {
                return error
            }
        }
        #expect(found?.code == .permissionDenied)
        #expect(found?.description.contains(path) == true)
        #expect(found?.underlyingError?.number == EACCES)
    }

    @Test func fileThatEveryoneMayReadIsWarnedOf() throws {
        let folder = try Folder()
        let open = try EnvFileReader.contents(path: folder.file("open", "x", mode: 0o644))
        #expect(open.isReadableByEveryone)
        #expect(open.permissionWarning?.contains("chmod o-rwx \(folder.path)/open") == true)
        let closed = try EnvFileReader.contents(path: folder.file("closed", "x", mode: 0o640))
        #expect(closed.permissionWarning == nil)
        #expect(closed.permissions == 0o640)
    }

    @Test func contentsShowNoBytes() throws {
        let folder = try Folder()
        let contents = try EnvFileReader.contents(path: folder.file("env", "ABCDEFGH"))
        var shown = "\(contents)" + String(reflecting: contents)
        dump(contents, to: &shown)
        #expect(!shown.contains("65") && !shown.contains("ABCD"))
    }

    @Test func fileSystemThatHangsEndsInATimeOutThatNamesTheFile() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        do throws(EnvFileError) {
            // A read that nobody answers stands for a mount that hangs.
            _ = try EnvFileReader.contents(path: "/mnt/env", timeout: .milliseconds(50)) { () throws(EnvFileError) in
                var byte: UInt8 = 0
                _ = read(reading, &byte, 1)
                return try EnvFileReader.readNow("/proc/self/environ", limit: 1 << 20)
            }
            Issue.record("it did not wait")
        } catch {
            #expect(error.code == .timedOut)
            #expect(error.path == "/mnt/env")
        }
        close(writing)
        #expect(try EnvFileReader.read(path: "/proc/self/environ").count > 0)
    }
}
