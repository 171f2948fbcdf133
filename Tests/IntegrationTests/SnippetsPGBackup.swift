import FoundationEssentials
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkStorage
import GroundworkTesting
import HTTPTypes
import PGBackup
import PGBackupTesting
import S3Compat
import Testing

enum BackupSnippets {
    static func landingPage() async throws {
        let database = try DatabaseURL(parsing: "postgres://app:secret@db.example.com/app")
        let backups = PostgresBackup(.init(database: database), store: try DirectoryObjectStore(path: "/backups"))
        let report = try await backups.run()
        try await backups.verify(report.manifest.id)
        try await backups.restore(report.manifest.id, into: .newDatabase("app_restored"))
    }

    static func restoreInPlaceOf(_ id: BackupID, _ backups: PostgresBackup) async throws {
        for problem in try await backups.preflight(id, into: .newDatabase("app_restored")).problems {
            print(problem.severity, problem.message)
        }
        let restored = try await backups.restore(id, into: .newDatabase("app_restored"))
        if restored.rowsAgree == true {
            let swap = try await backups.swap("app_restored", into: "app")
            print("The old database is \(swap.oldName ?? "none").")
        }
    }

    static func drill(_ backups: PostgresBackup) async throws {
        var options = DrillOptions()
        options.restoreTarget = .seconds(1800)
        let report = try await backups.drill(options: options)
        print(report.projection.sentence, report.record.notes ?? [])
    }

    static func pruning(_ backups: PostgresBackup) async throws -> PruneReport {
        var options = PruneOptions()
        options.policy.monthly = 12
        for decision in try await backups.prune(options).plan.deleted {
            print(decision.backup.id, decision.reasons)
        }
        options.isDryRun = false
        let pruned = try await backups.prune(options)
        return pruned
    }

    static func lifecycle(_ bucket: S3Bucket) async throws {
        try await bucket.setLifecycle(prefix: "backup/", expireAfterDays: 400, abortIncompleteAfterDays: 3)
    }

    static func health(_ backups: PostgresBackup, _ notifications: BackupNotifications) async throws -> String {
        let schedule = CronSchedule(try CronExpression("0 5 * * *"))
        let run = RunRecord(try await backups.run())
        let history = try await backups.history()
        let events = history.events(after: run, database: "app", hadBackups: true, now: Date())
        try await backups.remember(run)
        var health = BackupHealth.Options()
        health.notices = await notifications.deliver(events).map(\.description)
        let page = try await backups.health(schedule: schedule, options: health).statusPage
        return page
    }

    static func night(_ backups: PostgresBackup, _ notifications: BackupNotifications) async throws -> Int32 {
        var night = UnattendedOptions()
        night.schedule = CronSchedule(try CronExpression("0 5 * * *"))
        night.retention = RetentionPolicy()
        night.notifications = notifications
        let outcome = try await backups.runUnattended(night)
        return outcome.status.exitCode
    }

    static func daemon(_ backups: PostgresBackup, _ night: UnattendedOptions) async throws {
        let daemon = BackupDaemon(CronSchedule(try CronExpression("0 5 * * *")))
        let last = try await backups.history().runs.last?.startedAt
        try await daemon.follow(lastRun: last) { event in
            print(event)
        } run: { _ in
            _ = try await backups.runUnattended(night)
        }
    }

    static func doctor(_ backups: PostgresBackup) async throws {
        let report = try await backups.doctor()
        print(report.table)
    }

    @Sendable static func send(_ request: NotificationRequest) async throws -> Int {
        var head = HTTPRequest(
            method: request.body.isEmpty ? .get : .post,
            scheme: request.scheme,
            authority: request.authority,
            path: request.path.withValue { $0 }
        )
        head.headerFields[.contentType] = request.contentType
        let body = request.body.isEmpty ? nil : HTTPBody.bytes(request.body)
        let answer = try await CurlHTTPTransport.shared.send(head, body: body, options: HTTPRequestOptions())
        return answer.head.status.code
    }

    static func notifiers(webhookURL: String, pingURL: String) throws -> BackupNotifications {
        let notifications = BackupNotifications([
            try WebhookNotifier(url: Secret(webhookURL), send: send),
            try PingNotifier(url: Secret(pingURL), send: send),
        ])
        return notifications
    }

    static func testKit() async throws -> [String: Int] {
        let cluster = try await PostgresCluster.start()
        let url = try await cluster.createDatabase("shop")
        try await cluster.load(.shop(orders: 1000), into: "shop")
        let backups = PostgresBackup(.init(database: url), store: InMemoryObjectStore())
        let report = try await backups.run()
        try await backups.restore(report.manifest.id, into: .newDatabase("shop_restored"))
        let counts = try await cluster.rowCounts(of: "shop_restored")
        await cluster.stop()
        return counts
    }

    static func faultyStore(_ url: DatabaseURL) async throws {
        let store = FaultyStore(InMemoryObjectStore())
        store.inject(.fails(.put, of: "/manifests/", with: ObjectStoreError(.unavailable, "Down for a moment.")))
        let backups = PostgresBackup(.init(database: url), store: store)
        await #expect(throws: PGBackupError.self) { try await backups.run() }
        #expect(store.pendingFaults == 0)
        try await backups.verify(try await backups.run().manifest.id)
    }

    static func scriptedPrograms(_ url: DatabaseURL, _ cluster: PostgresCluster, in directory: String) async throws {
        let programs = try ScriptedPrograms(version: "15.99", in: directory, real: cluster.binaries)
        try programs.script("pg_dump", .copies(bytes: 1000), .dies(signal: 9))
        var configuration = PostgresBackup.Configuration(database: url)
        configuration.clientDirectories = [programs.directory]
        configuration.searchesSystemDirectories = false
        let doubled = PostgresBackup(configuration, store: InMemoryObjectStore())
        await #expect(throws: PGBackupError.self) { try await doubled.run() }
    }

    static func manualClock(_ url: DatabaseURL) async throws {
        let time = ManualTime()
        var configuration = PostgresBackup.Configuration(database: url)
        configuration.time = time
        let backups = PostgresBackup(configuration, store: InMemoryObjectStore())
        let old = try await backups.run().manifest.id
        await time.advance(by: .seconds(40 * 86_400))
        let new = try await backups.run().manifest.id
        let plan = try await backups.prune().plan
        #expect(plan.deleted.map(\.backup.id) == [old] && plan.kept.map(\.backup.id) == [new])
    }
}

@Suite struct BackupSnippetRuns {
    @Test func theTestKitsExampleWorks() async throws {
        let counts = try await BackupSnippets.testKit()
        #expect(counts["public.orders"] == 1000)
    }

    @Test func theFaultsOfTheTestKitHappenAsItsExamplesSay() async throws {
        try await withPostgresCluster { (cluster: PostgresCluster) async throws -> Void in
            let url = try await cluster.createDatabase("shop")
            try await cluster.load(.shop(orders: 100), into: "shop")
            try await BackupSnippets.faultyStore(url)
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await BackupSnippets.scriptedPrograms(url, cluster, in: directory)
            }
            try await BackupSnippets.manualClock(url)
        }
    }
}
