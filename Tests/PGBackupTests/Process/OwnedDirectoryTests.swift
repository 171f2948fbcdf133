import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct OwnedDirectoryTests {
    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func isReadableByItsOwnerOnly() async throws {
        try await withTemporaryDirectory { base in
            let directory = try OwnedDirectory(in: base, prefix: "x-")
            let file = try directory.write("secret", [1, 2, 3])
            #expect(mode(directory.path) == 0o700)
            #expect(mode(file) == 0o600)
        }
    }

    @Test func goesWithItsOwner() async throws {
        try await withTemporaryDirectory { base in
            var directory: OwnedDirectory? = try OwnedDirectory(in: base, prefix: "x-")
            #expect(directory != nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: base).count == 1)
            directory = nil
            #expect(try FileManager.default.contentsOfDirectory(atPath: base).isEmpty)
        }
    }

    @Test func removesWhatAKilledProcessLeftAndNothingElse() async throws {
        try await withTemporaryDirectory { base in
            let later = Date(timeIntervalSinceNow: 120)
            let living = try OwnedDirectory(in: base, prefix: "x-")
            for name in ["x-dead", "y-other"] {
                mkdir("\(base)/\(name)", 0o700)
                try OpenFile("\(base)/\(name)/.lock", flags: O_RDWR | O_CREAT).write([], at: 0)
                try OpenFile("\(base)/\(name)/pgpass", flags: O_RDWR | O_CREAT).write([1], at: 0)
            }
            symlink("\(base)/y-other", "\(base)/x-link")
            #expect(OwnedDirectory.removeAbandoned(in: base, prefix: "x-").isEmpty, "all are young")
            let removed = OwnedDirectory.removeAbandoned(in: base, prefix: "x-", now: later)
            #expect(removed == ["\(base)/x-dead"])
            let left = try FileManager.default.contentsOfDirectory(atPath: base)
            #expect(left.count == 3)
            #expect(left.contains { living.path.hasSuffix($0) })
            #expect(FileManager.default.fileExists(atPath: "\(base)/y-other/pgpass"))
        }
    }
}
