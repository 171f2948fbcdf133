import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing
@testable import PGBackup

extension RealPostgresTests {
    /// What the doctor finds on a real server.
    @Suite struct Doctors {
        private struct Deaf: BackupNotifier {
            let name = "deaf"
            func notify(_ event: BackupEvent) async throws { throw NotificationError(message: "Nobody is there.") }
        }

        private func options() throws -> DoctorOptions {
            var options = DoctorOptions()
            options.schedule = CronSchedule(try CronExpression("*/2 * * * *"))
            options.drillDirectory = "/tmp"
            return options
        }

        private func find(_ report: DoctorReport, _ area: String, _ name: String) throws -> DoctorFinding {
            try #require(report.findings.first { $0.area == area && $0.name == name }, "\(area) \(name)")
        }

        @Test func aDatabaseInOrderPassesAndNothingStaysInTheStore() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                let report = try await backup(of: cluster.url(name), to: store).doctor(options())
                let failed = report.findings.filter { $0.level == .failed }
                #expect(failed.isEmpty, "\(report.table)")
                #expect(try await allKeys(store).isEmpty)
                for (area, name) in [
                    ("settings", "options"), ("programs", "found"), ("programs", "chosen"), ("database", "server"),
                    ("database", "standby"), ("database", "TLS"), ("rights", "tables"), ("rights", "sequences"),
                    ("rights", "row-level security"), ("rights", "large objects"), ("overlap", "advisory lock"),
                    ("overlap", "lease"), ("drill", "space"), ("store", "write"), ("store", "read"), ("store", "list"),
                    ("store", "clock"), ("store", "conditional put"), ("store", "large object"), ("store", "delete"),
                    ("store", "neighbours"), ("schedule", "next runs"),
                ] {
                    #expect(try find(report, area, name).level == .ok, "\(report.table)")
                }
                #expect(try find(report, "database", "IPv4 127.0.0.1").level == .ok)
                #expect(try find(report, "schedule", "density").level == .warning)
                #expect(try find(report, "notifiers", "all").level == .warning)
            }
        }

        @Test func aRoleWithoutRightsIsToldWhatItLacks() async throws {
            try await withDatabase { cluster, name in
                let role = "role_\(name)"
                try await cluster.run(
                    """
                    CREATE ROLE \(role) LOGIN PASSWORD 'secret of the role';
                    CREATE SEQUENCE counted;
                    CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
                    GRANT SELECT ON guarded TO \(role);
                    SELECT lo_create(0) > 0;

                    """,
                    in: name
                )
                var url = cluster.url(name)
                url.user = role
                url.password = Secret("secret of the role")
                let report = try await backup(of: url, to: InMemoryObjectStore()).doctor(options())
                #expect(!report.isReady)
                for check in ["tables", "sequences", "row-level security", "large objects"] {
                    let finding = try find(report, "rights", check)
                    #expect(finding.level == .failed && finding.remedy != nil, "\(report.table)")
                }
                #expect(try find(report, "rights", "row-level security").text.contains("public.guarded"))
                #expect(!report.table.contains("secret of the role"))
                try await cluster.run("DROP OWNED BY \(role); DROP ROLE \(role);\n", in: name)
            }
        }

        @Test func aServerThatIsNotThereIsOneFailedFindingOfMany() async throws {
            let report = try await backups(in: InMemoryObjectStore()).doctor(options())
            #expect(try find(report, "database", "connection").level == .failed)
            #expect(try find(report, "store", "write").level == .ok, "the rest was not looked at")
        }

        @Test func aNameWithoutAnAddressIsSaidSo() async throws {
            let url = try DatabaseURL(parsing: "postgres://u@nowhere.invalid/shop")
            let report = try await backup(of: url, to: InMemoryObjectStore()).doctor(options())
            #expect(try find(report, "database", "name").text.contains("nowhere.invalid"))
        }

        @Test func aPoolersAddressIsAFaultUnlessItIsAllowed() async throws {
            let url = try DatabaseURL(parsing: "postgres://u@127.0.0.1:6543/shop")
            let finding = try find(
                try await backup(of: url, to: InMemoryObjectStore()).doctor(options()),
                "database",
                "pooler"
            )
            #expect(finding.level == .failed && finding.remedy?.contains("should be 127.0.0.1:5432.") == true)
            let allowing = backup(of: url, to: InMemoryObjectStore()) { $0.allowsPooler = true }
            #expect(try find(try await allowing.doctor(options()), "database", "pooler").level == .warning)
            // Anything may listen on this port.
            let maybe = backup(
                of: try DatabaseURL(parsing: "postgres://u@127.0.0.1:6432/shop"),
                to: InMemoryObjectStore()
            )
            #expect(try find(try await maybe.doctor(options()), "database", "pooler").level == .warning)
        }

        @Test func withoutALeaseTheDoctorSaysWhatKeepsASecondRunAway() async throws {
            try await withDatabase(nil) { cluster, name in
                let locking = backup(of: cluster.url(name), to: InMemoryObjectStore()) { $0.usesLease = false }
                let lease = try find(try await locking.doctor(options()), "overlap", "lease")
                #expect(lease.level == .skipped && lease.text.contains("SUPPORT_OBJECT_LOCK"))
                #expect(lease.text.contains("Only the advisory lock keeps a second run away"))
                let alone = try backups(in: InMemoryObjectStore()) { $0.usesLease = false }
                let none = try find(try await alone.doctor(options()), "overlap", "lease")
                #expect(none.level == .warning && none.text.contains("Nothing keeps a second run away"))
            }
        }

        @Test func aFolderWhoseNewestBackupIsOfAnotherDatabaseIsAFault() async throws {
            let store = InMemoryObjectStore()
            let date = Date(timeIntervalSince1970: 1_790_000_000)
            try await storeSample(sampleManifest(date), in: store)
            let own = try await backups(in: store).doctor(options())
            #expect(try find(own, "store", "folder").level == .ok)
            try await storeSample(sampleManifest(date.addingTimeInterval(60), seed: 2, database: "wiki"), in: store)
            let shared = try find(try await backups(in: store).doctor(options()), "store", "folder")
            #expect(shared.level == .failed && shared.text.contains("of the database wiki"))
            #expect(shared.remedy?.contains("BACKUP_FILE_PREFIX") == true)
        }

        @Test func aStoreWithoutConditionsLeavesTheAdvisoryLockAloneAndTheDoctorSaysSo() async throws {
            try await withDatabase(nil) { cluster, name in
                // It says that it keeps conditions of puts, and takes a put whose ETag is wrong.
                let store = HookedStore { hooks in
                    hooks.insteadOfPut = { key, _ in key == "backup/lease-probe.txt" }
                }
                let report = try await backup(of: cluster.url(name), to: store).doctor(options())
                #expect(try find(report, "overlap", "advisory lock").level == .ok)
                let lease = try find(report, "overlap", "lease")
                #expect(lease.level == .warning)
                #expect(lease.text.contains("only the advisory lock keeps a second run away"))
                #expect(lease.remedy != nil && report.isReady)
                let alone = try await backups(in: store).doctor(options())
                #expect(try find(alone, "overlap", "lease").text.contains("nothing keeps a second run away"))
            }
        }

        @Test func theServersOfDrillsAndRestoresAreTried() async throws {
            try await withDatabase(nil) { cluster, name in
                let role = "role_\(name)"
                try await cluster.run("CREATE ROLE \(role) LOGIN PASSWORD 'x';\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                var options = try options()
                options.drillDirectory = nil
                options.verification = .restored
                options.drillServer = cluster.url("not_there")
                options.restoreServer = cluster.url("postgres")
                let good = try await backups.doctor(options)
                for (area, name) in [("drill", "server"), ("drill", "every night"), ("restore", "server")] {
                    #expect(try find(good, area, name).level == .ok, "\(good.table)")
                }
                options.drillServer?.user = role
                options.drillServer?.password = Secret("x")
                options.restoreServer = try DatabaseURL(parsing: "postgres://u@127.0.0.1:1/postgres")
                let bad = try await backups.doctor(options)
                #expect(try find(bad, "drill", "server").remedy?.contains("CREATEDB") == true, "\(bad.table)")
                #expect(try find(bad, "drill", "every night").level == .failed)
                let restore = try find(bad, "restore", "server")
                #expect(restore.level == .failed && restore.text.hasPrefix("RESTORE_DATABASE_URL: "))
                try await cluster.run("DROP ROLE \(role);\n", in: name)
            }
        }

        @Test func aServerForDrillsThatIsOlderThanTheBackupsIsNone() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(nil) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    try fakePrograms("99.1", in: directory, real: cluster.binaries)
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.clientDirectories = [directory]
                    }
                    var options = DoctorOptions()
                    options.drillServer = cluster.url(name)
                    let found = try await backups.doctorOfRestores(options, PostgresVersion(number: 990_001))
                    let server = try #require(found.first)
                    #expect(server.level == .warning && server.text.contains("is older than the 99 of the backups"))
                    #expect(server.remedy?.contains("PostgreSQL 99 or newer") == true)
                }
            }
        }

        @Test func withoutAServerAndItsProgramsNoNightIsRestoredAndThatIsSaid() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(nil) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    // Client programs alone, as in a slim image.
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, [:])
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    var options = try options()
                    let report = try await backups.doctorOfRestores(options, nil)
                    #expect(report.map(\.level) == [.warning, .warning])
                    #expect(report[1].text == "No backup is restored for proof: each is verified as decoded.")
                    #expect(report[1].remedy?.contains("DRILL_DATABASE_URL") == true)
                    options.verification = .restored
                    #expect(try await backups.doctorOfRestores(options, nil).map(\.level) == [.failed, .failed])
                }
            }
        }

        @Test func aNotifierThatCannotBeReachedIsAFailure() async throws {
            try await withDatabase(nil) { cluster, name in
                var options = try options()
                options.notifications = BackupNotifications([Deaf()])
                let report = try await backup(of: cluster.url(name), to: InMemoryObjectStore()).doctor(options)
                #expect(try find(report, "notifiers", "deaf").text.contains("Nobody is there."))
            }
        }
    }
}

/// The part of the doctor that looks at stores.
@Suite struct StoreCheckTests {
    private func findings(_ store: any ObjectStore, now: Date = Date()) async throws -> [DoctorFinding] {
        try await StoreCheck(store: store, keys: BackupKeys(prefix: "p"), random: ManualRandom(seed: 1)).run { now }
    }

    private func level(_ findings: [DoctorFinding], _ name: String) -> DoctorFinding.Level? {
        findings.first { $0.name == name }?.level
    }

    @Test func aStoreThatRefusesWritesIsNotTriedFurther() async throws {
        let store = HookedStore { hooks in
            hooks.duringPut = { _, _ in throw ObjectStoreError(.accessDenied, "Not for you.", store: "memory:") }
        }
        let found = try await findings(store)
        #expect(found.count == 1 && found[0].level == .failed)
        #expect(found[0].text.contains("Not for you."))
    }

    @Test func aStoreThatChangesWhatItIsGivenIsCaught() async throws {
        let store = HookedStore { hooks in hooks.insteadOfPut = { key, _ in key.hasSuffix(".bin") } }
        #expect(level(try await findings(store), "large object") == .failed)
    }

    @Test func aClockThatIsWrongIsAWarning() async throws {
        let found = try await findings(InMemoryObjectStore(), now: Date().addingTimeInterval(-900))
        #expect(level(found, "clock") == .warning)
    }

    @Test func everythingIsTakenAwayAgain() async throws {
        let store = InMemoryObjectStore()
        #expect(try await findings(store).allSatisfy { $0.level == .ok })
        #expect(try await allKeys(store).isEmpty)
    }

    @Test func foreignObjectsUnderThePrefixAreCountedAndLeftAlone() async throws {
        let store = InMemoryObjectStore()
        try await store.put("backup/holiday.jpg", .text("x"))
        try await store.put("backup-2026-01-25T05-00-00-123Z.tar.gz", .text("x"))
        try await storeSample(sampleManifest(Date(timeIntervalSince1970: 1_790_000_000)), in: store)
        let report = try await backups(in: store).doctor()
        let neighbours = try #require(report.findings.first { $0.name == "neighbours" })
        #expect(neighbours.level == .warning && neighbours.text.hasPrefix("1 objects"))
        #expect(report.findings.contains { $0.name == "template" && $0.text.hasPrefix("1 backups") })
        #expect(try await allKeys(store).count == 4)
    }

    @Test func aKeyWithRightsInTheFolderAloneIsNoFault() async throws {
        let store = FaultyStore(InMemoryObjectStore())
        let denied = ObjectStoreError(.accessDenied, "Not outside of the folder.", store: "memory:")
        store.inject(.fails(.list, of: "backup-", with: denied))
        let report = try await backups(in: store).doctor()
        #expect(report.findings.first { $0.name == "neighbours" }?.level == .ok)
        #expect(report.findings.first { $0.name == "template" }?.level == .skipped)
        #expect(store.pendingFaults == 0)
    }
}
