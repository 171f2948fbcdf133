import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// What goes wrong before a dump begins.
    @Suite struct ConnectionFaultTests {
        private func runFailure(
            _ url: DatabaseURL,
            _ change: (inout PostgresBackup.Configuration) -> Void = { _ in }
        ) async throws -> PGBackupError {
            let store = InMemoryObjectStore()
            let error = try await failure { try await backup(of: url, to: store, change).run() }
            #expect(try await allKeys(store).isEmpty)
            let text = "\(error)"
            let isShown = url.password?.withValue { text.contains($0) } ?? false
            #expect(!isShown)
            return error
        }

        @Test func aMissingDatabaseIsNamed() async throws {
            let error = try await runFailure(try PostgresScope.cluster.url("not_there"))
            #expect(error.code == .databaseNotFound)
            #expect(error.message.contains("not_there"))
            #expect(!error.isRetryable)
        }

        @Test func aWrongPasswordIsNamedAndNotShown() async throws {
            var url = try PostgresScope.cluster.url("postgres")
            url.password = Secret("wrong-hunter2")
            let error = try await runFailure(url)
            #expect(error.code == .authenticationFailed)
            #expect(error.message.contains("password"))
        }

        @Test func aMissingPasswordIsNamed() async throws {
            var url = try PostgresScope.cluster.url("postgres")
            url.password = nil
            let error = try await runFailure(url) { $0.environment["HOME"] = "/nonexistent" }
            #expect(error.code == .authenticationFailed)
        }

        @Test func anUnknownUserIsNamed() async throws {
            var url = try PostgresScope.cluster.url("postgres")
            url.user = "nobody_knows"
            #expect(try await runFailure(url).code == .authenticationFailed)
        }

        @Test func aServerThatIsDownIsNamed() async throws {
            let url = try DatabaseURL(parsing: "postgres://app:hunter2@127.0.0.1:1/shop")
            let error = try await runFailure(url)
            #expect(error.code == .connectionFailed)
            #expect(error.isRetryable)
            #expect(error.message.contains("127.0.0.1:1"))
        }

        @Test func aHostThatDoesNotResolveIsNamed() async throws {
            let error = try await runFailure(
                try DatabaseURL(parsing: "postgres://app:hunter2@no-such-host.invalid/shop")
            )
            #expect(error.code == .connectionFailed)
            #expect(error.message.contains("no-such-host.invalid"))
        }

        @Test func requiredTLSThatTheServerDoesNotOfferIsNamed() async throws {
            var url = try PostgresScope.cluster.url("postgres")
            url.parameters["sslmode"] = "require"
            let error = try await runFailure(url)
            #expect(error.code == .tlsFailed)
            #expect(error.message.contains("sslmode"))
        }

        @Test func missingProgramsAreNamedWithTheirPackage() async throws {
            let url = try PostgresScope.cluster.url("postgres")
            let error = try await withTemporaryDirectory { directory in
                try await runFailure(url) {
                    $0.clientDirectories = [directory]
                    $0.searchesSystemDirectories = false
                }
            }
            #expect(error.code == .toolMissing)
            #expect(error.message.contains("postgresql-client"))
        }

        @Test("Rule 5: programs that are too old are refused with the package to install")
        func programsThatAreTooOldAreNamedWithThePackageToInstall() async throws {
            let cluster = try PostgresScope.cluster
            let error = try await withTemporaryDirectory { directory in
                try fakePrograms("14.20", in: directory, real: cluster.binaries)
                return try await runFailure(cluster.url("postgres")) {
                    $0.clientDirectories = [directory]
                    $0.searchesSystemDirectories = false
                }
            }
            #expect(error.code == .toolUnsuitable)
            #expect(error.message.contains("postgresql-client-15"))
            #expect(error.message.contains("14.20"))
        }

        @Test func newerProgramsAreUsedWithAWarning() async throws {
            try await withTemporaryDirectory { directory in
                try await withDatabase { cluster, name in
                    for version in ["14.20", "16.3", "17.1"] {
                        let path = "\(directory)/\(version)"
                        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                        try fakePrograms(version, in: path, real: cluster.binaries)
                    }
                    let report = try await backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.clientDirectories = ["14.20", "16.3", "17.1"].map { "\(directory)/\($0)" }
                        $0.searchesSystemDirectories = false
                    }.run()
                    #expect(report.toolchain.chosen.directory == "\(directory)/16.3")
                    #expect(report.toolchain.reason == .lowestNewerMajor)
                    #expect(report.warnings.contains { $0.contains("postgresql-client-15") })
                    #expect(report.manifest.warnings == report.warnings)
                }
            }
        }

        @Test func aProgramThatWritesNothingAndSucceedsIsNotBelieved() async throws {
            try await withTemporaryDirectory { directory in
                try await withDatabase { cluster, name in
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["pg_dump": "exit 0"])
                    let error = try await runFailure(cluster.url(name)) { $0.clientDirectories = [directory] }
                    #expect(error.code == .incompleteDump)
                    #expect(error.message.contains("\(directory)/pg_dump"))
                }
            }
        }

        @Test func aServerThatIsNoPostgreSQLIsNamed() async throws {
            try await withTemporaryDirectory { directory in
                let cluster = try PostgresScope.cluster
                let double = "cat > /dev/null; echo hello"
                try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": double])
                let error = try await runFailure(cluster.url("postgres")) { $0.clientDirectories = [directory] }
                #expect(error.code == .connectionFailed)
                #expect(error.message.contains("PostgreSQL server"))
            }
        }

        @Test func aServerThatNeverAnswersIsGivenUp() async throws {
            try await withTemporaryDirectory { directory in
                let cluster = try PostgresScope.cluster
                let double = "touch \(directory)/asked; exec sleep 600"
                try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": double])
                let time = ManualTime()
                async let outcome = runFailure(cluster.url("postgres")) {
                    $0.clientDirectories = [directory]
                    $0.searchesSystemDirectories = false
                    $0.connectTimeout = .seconds(2)
                    $0.time = time
                }
                try await waitForFile("\(directory)/asked")
                await time.advance(by: .seconds(33), sleepers: 1)
                let error = try await outcome
                #expect(error.code == .timedOut)
                #expect(error.isRetryable)
                #expect(error.message.contains("127.0.0.1"))
            }
        }

        @Test func aProgramThatDoesNotTellItsVersionIsGivenUp() async throws {
            try await withTemporaryDirectory { directory in
                let cluster = try PostgresScope.cluster
                try fakePrograms("15.99", in: directory, real: cluster.binaries)
                try script("#!/bin/sh\ntouch \(directory)/asked\nexec sleep 600\n", "\(directory)/pg_dump")
                let time = ManualTime()
                async let outcome = runFailure(cluster.url("postgres")) {
                    $0.clientDirectories = [directory]
                    $0.searchesSystemDirectories = false
                    $0.time = time
                }
                try await waitForFile("\(directory)/asked")
                await time.advance(by: .seconds(11), sleepers: 1)
                let error = try await outcome
                #expect(error.code == .timedOut)
                #expect(error.message.contains("\(directory)/pg_dump"))
            }
        }

        @Test func aServiceFileCannotRedirectTheConnection() async throws {
            try await withTemporaryDirectory { directory in
                try await withDatabase { cluster, name in
                    let service = "[other]\ndbname=postgres\n"
                    try OpenFile("\(directory)/.pg_service.conf", flags: OpenFile.writeCreate)
                        .write(Array(service.utf8), at: 0)
                    var url = cluster.url(name)
                    url.parameters["service"] = "other"
                    let readiness = try await backup(of: url, to: InMemoryObjectStore()) {
                        $0.environment["HOME"] = directory
                        $0.environment["PGSERVICE"] = "other"
                    }.check()
                    #expect(readiness.source.database == name)
                }
            }
        }
    }
}
