import FoundationEssentials
import GroundworkCore
import PGBackup
import S3Compat

/// Times what is done with the manifests of many backups in a bucket. Prints one line for each step.
///
///     many-backups 10000      needs AWS_S3_ENDPOINT, AWS_S3_BUCKET and credentials in the environment
@main
struct ManyBackups {
    static func main() async throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        let bucket = try S3Bucket()
        let now = Date()
        try await fill(bucket, count, now)
        let database = try DatabaseURL(parsing: "postgres://localhost/bench")
        let backups = PostgresBackup(.init(database: database), store: bucket)
        let schedule = CronSchedule(try CronExpression("30 2 * * *"), in: try IANATimeZone("Europe/Berlin"))

        try await time("list all manifests") { try await backups.list().backups.count }
        var options = PruneOptions()
        options.policy.maximumAge = nil
        options.policy.newest = count
        options.isDryRun = false
        try await time("prune, first time") { try await backups.prune(options).plan.kept.count }
        options.isDryRun = true
        options.policy.newest = 0
        options.policy.daily = count
        try await time("list and plan") { try await backups.prune(options).plan.kept.count }
        try await time("preview of the schedule") { schedule.preview(count, after: now).count }
    }

    @MainActor private static func time(_ name: String, _ body: () async throws -> Int) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let count = try await body()
        let (seconds, attoseconds) = start.duration(to: clock.now).components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        print("\(name)\t\(count)\t\(milliseconds) ms")
    }

    /// Manifests of hourly backups, each with ten tables; their data is not needed.
    private static func fill(_ bucket: S3Bucket, _ count: Int, _ now: Date) async throws {
        let hash = String(repeating: "ab", count: 32)
        let tables = (1...10).map {
            "{\"entryID\":\($0),\"kind\":\"TABLE DATA\",\"schema\":\"public\",\"name\":\"table_\($0)\",\"rows\":1000,"
                + "\"sha256\":\"\(hash)\",\"archiveRange\":[1,2],\"objectRange\":[1,2]}"
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= 16 { try await group.next() }
                group.addTask {
                    let date = now.addingTimeInterval(Double(-number) * 3600)
                    let time = date.formatted(.iso8601)
                    let basic = time.filter { $0 != "-" && $0 != ":" }
                    let digits = String(number, radix: 16)
                    let id = basic + "-" + String(repeating: "0", count: 32 - digits.utf8.count) + digits
                    let manifest = """
                        {"formatVersion":1,"minimumReader":1,"id":"\(id)","startedAt":"\(time)","finishedAt":"\(time)",
                        "source":{"systemIdentifier":"7","database":"bench","encoding":"UTF8","collation":"C",
                        "characterType":"C","localeProvider":"libc","locale":null,"version":"18.6","versionNumber":180006,
                        "databaseSize":1000,"isStandby":false},
                        "tool":{"name":"pg_dump","versionNumber":180006,"reason":"sameMajor","arguments":[]},
                        "objects":[{"key":"backup/data/\(id).dump.gz","role":"archive","length":5,"sha256":"\(hash)",
                        "partLength":null}],"compression":{"name":"gzip","framing":"members","level":1},
                        "archive":{"format":"pg_dump-custom","length":9,"sha256":"\(hash)"},"encryption":null,
                        "tables":[\(tables.joined(separator: ","))],"warnings":[]}
                        """
                    try await bucket.put("backup/manifests/\(id).manifest.json", .text(manifest))
                }
            }
            try await group.waitForAll()
        }
    }
}
