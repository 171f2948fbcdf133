import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// Whether this machine can restore for proof, and what becomes of a night when it cannot.
    @Suite struct DrillProgramsTests {
        /// Calls `body` with backups whose programs are a client's alone, as in a slim image.
        private func withClientAlone(
            _ store: any ObjectStore,
            _ body: (PostgresBackup) async throws -> Void
        ) async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    try fakePrograms("15.99", in: directory, real: cluster.binaries)
                    let backups = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    try await body(backups)
                }
            }
        }

        private func night(settling: Bool) -> UnattendedOptions {
            var options = UnattendedOptions()
            options.verification = .restored
            options.settlesForDecoded = settling
            return options
        }

        @Test func theProgramsThatFitTheDatabaseAreFoundHere() async throws {
            try await withDatabase(nil) { cluster, name in
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let programs = try await backups.drillServerPrograms()
                #expect(FileManager.default.isExecutableFile(atPath: "\(programs.directory)/initdb"))
                let source = try await backups.check().source
                #expect(programs.version.branch >= PostgresVersion(number: source.versionNumber).branch)
            }
        }

        @Test func withTheClientAloneTheAnswerNamesThePackage() async throws {
            try await withClientAlone(InMemoryObjectStore()) { backups in
                let error = try await failure { try await backups.drillServerPrograms() }
                #expect(error.code == .toolMissing)
                #expect(error.message.contains("postgresql-15") && error.message.contains("DRILL_DATABASE_URL"))
            }
        }

        @Test func aNightWithoutProgramsForItsDrillIsDecodedWithAWarning() async throws {
            try await withClientAlone(InMemoryObjectStore()) { backups in
                let outcome = try await backups.runUnattended(night(settling: true))
                #expect(outcome.status == .incomplete)
                #expect(outcome.verification?.level == .decoded && outcome.verification?.passed == true)
                #expect(outcome.verificationError == nil)
                let warning = try #require(outcome.warnings.first { $0.contains("not restored for proof") })
                #expect(warning.contains("postgresql-15") && warning.contains("BACKUP_VERIFY=decoded"))
                #expect(try await backups.history().runs.map(\.isGood) == [true])
            }
        }

        @Test func aNightThatMustBeRestoredIsUnverifiedWithoutPrograms() async throws {
            try await withClientAlone(InMemoryObjectStore()) { backups in
                let outcome = try await backups.runUnattended(night(settling: false))
                #expect(outcome.status == .unverified && outcome.verificationError?.code == .toolMissing)
                let id = try #require(outcome.report?.manifest.id)
                // What could be proved is on record all the same.
                let records = try await backups.verifications(of: id)
                #expect(records.map(\.level) == [.decoded] && records.allSatisfy(\.passed))
            }
        }

        @Test func aNightWithoutRoomForItsDrillIsDecodedWithAWarning() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try letServersIn(directory)
                try await SmallDisk.run("size=80m", on: directory, sharedWith: "postgres") {
                    (path: String) async throws -> Void in
                    try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                        var options = night(settling: true)
                        options.drill.clusterDirectory = path
                        let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                        let outcome = try await backups.runUnattended(options)
                        #expect(outcome.status == .incomplete)
                        #expect(outcome.verification?.level == .decoded)
                        #expect(outcome.warnings.contains { $0.contains(path) && $0.contains("are free") })
                        #expect(try names(in: path) == [])
                    }
                }
            }
        }

        @Test func aDrillThatDoesNotEndLeavesTimeToDecode() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try letServersIn(directory)
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    for name in try FileManager.default.contentsOfDirectory(atPath: cluster.binaries)
                    where name != "initdb" {
                        try FileManager.default.createSymbolicLink(
                            atPath: "\(directory)/\(name)",
                            withDestinationPath: "\(cluster.binaries)/\(name)"
                        )
                    }
                    try "#!/bin/sh\nexec sleep 600\n"
                        .write(toFile: "\(directory)/initdb", atomically: true, encoding: .utf8)
                    try FileManager.default.setAttributes(
                        [.posixPermissions: 0o755],
                        ofItemAtPath: "\(directory)/initdb"
                    )
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    var options = night(settling: true)
                    options.deadline = .seconds(10)
                    let outcome = try await backups.runUnattended(options)
                    #expect(outcome.status == .incomplete && outcome.error == nil)
                    #expect(outcome.verification?.level == .decoded)
                    #expect(outcome.warnings.contains { $0.contains("The drill was stopped after ") })
                }
            }
        }

        @Test func aDamagedBackupIsNoWorseProvedByWhatIsEnough() async throws {
            try await withClientAlone(DamagingStore()) { backups in
                let outcome = try await backups.runUnattended(night(settling: true))
                #expect(outcome.status == .unverified && outcome.verificationError?.code == .dataCorrupted)
            }
        }
    }
}
