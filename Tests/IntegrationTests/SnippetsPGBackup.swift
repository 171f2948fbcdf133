import FoundationEssentials
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkStorage
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
}

@Suite struct BackupSnippetRuns {
    @Test func theTestKitsExampleWorks() async throws {
        let counts = try await BackupSnippets.testKit()
        #expect(counts["public.orders"] == 1000)
    }
}
