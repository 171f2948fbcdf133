import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// Database URLs as people write them, against a server.
    @Suite struct AddressTests {
        private func runs(_ url: DatabaseURL) async throws -> BackupReport {
            let backup = backup(of: url, to: InMemoryObjectStore())
            let report = try await backup.run()
            try await backup.verify(report.manifest.id)
            return report
        }

        @Test(arguments: ["p%40s%3As%2Fw%C3%B6rd%25%20x", "p@s:s%2Fwörd%25%20x"])
        func passwordsWithOddSignsWork(encoded: String) async throws {
            try await withDatabase { cluster, name in
                let role = databaseName("odd")
                try await cluster.run(
                    "CREATE ROLE \(role) LOGIN PASSWORD 'p@s:s/wörd% x'; GRANT pg_read_all_data TO \(role);\n",
                    in: name
                )
                let url = try DatabaseURL(parsing: "postgres://\(role):\(encoded)@127.0.0.1:\(cluster.port)/\(name)")
                let report = try await runs(url)
                #expect(report.manifest.source.database == name)
                #expect(report.warnings.isEmpty)
                try await cluster.run("REVOKE pg_read_all_data FROM \(role); DROP ROLE \(role);\n", in: name)
            }
        }

        @Test func unixSocketsWork() async throws {
            try await withDatabase { cluster, name in
                let report = try await runs(cluster.socketURL(name))
                #expect(report.manifest.source.database == name)
            }
        }

        @Test func databaseNamesWithOddSignsWork() async throws {
            let cluster = try PostgresScope.cluster
            let name = databaseName("ödd \"db\" 'x' \\ %41 =")
            let url = try await cluster.createDatabase(name)
            try await cluster.load(.shop(orders: 10), into: name)
            let backup = backup(of: url, to: InMemoryObjectStore())
            let report = try await backup.run()
            #expect(report.manifest.source.database == name)
            let restored = databaseName("réstored \"db\" 'x' \\")
            try await backup.restore(report.manifest.id, into: .newDatabase(restored))
            #expect(try await cluster.rowCounts(of: restored) == cluster.rowCounts(of: name))
            try await cluster.dropDatabase(name)
            try await cluster.dropDatabase(restored)
        }

        @Test func schemaAndRequiredTLSInTheURLWork() async throws {
            var configuration = PostgresCluster.Configuration()
            configuration.offersTLS = true
            try await withPostgresCluster(configuration) { cluster in
                try await cluster.createDatabase("shop")
                try await cluster.load(.shop(orders: 10), into: "shop")
                let password = cluster.password.withValue { $0 }
                let url = try DatabaseURL(
                    parsing:
                        "postgres://\(cluster.user):\(password)@localhost:\(cluster.port)/shop?schema=public&sslmode=require"
                )
                let report = try await runs(url)
                #expect(report.warnings.count == 1)
                #expect(report.warnings.first?.contains("schema") == true)

                var strict = url
                strict.parameters["sslmode"] = "verify-full"
                strict.parameters["sslrootcert"] = "/etc/ssl/certs/ca-certificates.crt"
                let error = try await failure { try await runs(strict) }
                #expect(error.code == .tlsFailed)
                #expect(!"\(error)".contains(password))
            }
        }

        @Test func aPasswordFileThatAKilledProcessLeftIsRemovedAtTheNextStart() async throws {
            try await withTemporaryDirectory { base in
                try await withDatabase(nil) { cluster, name in
                    let left = "\(base)/groundwork-pgbackup-0123456789abcdef"
                    mkdir(left, 0o700)
                    for file in ["pgpass", ".lock"] {
                        try OpenFile("\(left)/\(file)", flags: O_RDWR | O_CREAT).write([1], at: 0)
                    }
                    let hourAgo = Date(timeIntervalSinceNow: -3600)
                    try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: left)
                    let backup = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.temporaryDirectory = base
                    }
                    _ = try await backup.check()
                    #expect(try FileManager.default.contentsOfDirectory(atPath: base).isEmpty)
                }
            }
        }

        @Test func aPoolerInTheAddressIsAWarningWhereItIsAllowed() async throws {
            try await withDatabase { cluster, name in
                var url = cluster.url(name)
                // Tried first and not there: the server itself answers.
                url.hosts.insert(.init("pgbouncer.invalid", port: cluster.port), at: 0)
                let refused = try await failure { try await backup(of: url, to: InMemoryObjectStore()).check() }
                #expect(refused.code == .invalidConfiguration && refused.message.contains("pgbouncer.invalid"))
                let allowed = backup(of: url, to: InMemoryObjectStore()) { $0.allowsPooler = true }
                let readiness = try await allowed.check()
                #expect(readiness.source.database == name)
                #expect(readiness.warnings.count == 1)
                #expect(readiness.warnings.first?.contains("pgbouncer.invalid looks like a connection pooler") == true)
            }
        }

        @Test("Rule 18: where an address of one family leads nowhere, the other is taken, and the doctor says so")
        func addressesOfBothFamiliesAreTried() async throws {
            try await withDatabase { cluster, name in
                var url = cluster.url(name)
                // The server listens on IPv4 only; IPv6 is tried first.
                url.hosts.insert(.init("::1", port: cluster.port), at: 0)
                let report = try await runs(url)
                #expect(report.manifest.source.database == name)
                let found = try await backup(of: url, to: InMemoryObjectStore()).doctor()
                let six = found.findings.first { $0.name == "IPv6 ::1" }
                let four = found.findings.first { $0.name == "IPv4 127.0.0.1" }
                #expect(six?.level == .warning && four?.level == .ok, "\(found.table)")
                #expect(six?.remedy?.contains("wait for this address first") == true && found.isReady)
            }
        }

        @Test func checkTellsWhatWillBeUsed() async throws {
            try await withDatabase { cluster, name in
                let readiness = try await backup(of: cluster.url(name), to: InMemoryObjectStore()).check()
                #expect(readiness.source.database == name)
                #expect(readiness.source.encoding == "UTF8")
                #expect(readiness.source.systemIdentifier != nil)
                #expect(readiness.toolchain.reason == .sameMajor)
                #expect(readiness.warnings.isEmpty)
            }
        }
    }
}
