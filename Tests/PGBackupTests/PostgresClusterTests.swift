import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    @Suite struct PostgresClusterTests {
        @Test func aPortThatIsTakenIsNamedAndLeavesNothing() async throws {
            let taken = try PostgresScope.cluster.port
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                chmod(base, 0o755)
                var configuration = PostgresCluster.Configuration()
                configuration.base = base
                configuration.settings = ["port": "\(taken)"]
                var caught: PGBackupError?
                do {
                    let cluster = try await PostgresCluster.start(configuration)
                    await cluster.stop()
                } catch let error as PGBackupError { caught = error }
                #expect(caught?.code == .connectionFailed)
                let text = caught.map { "\($0)" } ?? ""
                #expect(text.contains("Address already in use") && text.contains("\(taken)"), "\(text)")
                #expect(try names(in: base) == [])
            }
        }

        @Test func aStartThatIsCancelledLeavesNoServer() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                // The server's user must get in.
                chmod(base, 0o755)
                let binaries = "\(base)/bin"
                let real = try PostgresScope.cluster.binaries
                try FileManager.default.createDirectory(
                    atPath: binaries,
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o755]
                )
                for name in ["initdb", "postgres", "psql"] { symlink("\(real)/\(name)", "\(binaries)/\(name)") }
                // A server that runs, and a pg_ctl that still waits for it.
                try script("#!/bin/sh\n\(real)/pg_ctl \"$@\" && exec sleep 600\n", "\(binaries)/pg_ctl")
                var configuration = PostgresCluster.Configuration()
                configuration.base = base
                configuration.binaries = binaries
                let start = Task { [configuration] in try await PostgresCluster.start(configuration) }
                var server: Int32?
                let runs = try await eventually {
                    for name in try names(in: base) where name.hasPrefix("groundwork-postgres-") {
                        let lines = file("\(base)/\(name)/data/postmaster.pid")?.split(separator: "\n") ?? []
                        if lines.last?.hasPrefix("ready") == true { server = lines.first.flatMap { Int32($0) } }
                    }
                    return server != nil
                }
                start.cancel()
                await #expect(throws: CancellationError.self) { _ = try await start.value }
                #expect(runs)
                let identifier = try #require(server)
                #expect([nil, "Z"].contains(try processState(identifier)))
                #expect(try names(in: base) == ["bin"])
            }
        }
    }
}
