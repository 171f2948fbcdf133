import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct HealthOutputTests {
    private static let hostile = "<script>alert('x')</script>\"&\u{202E}\u{0}\n\\"

    /// Ninety days with gaps and failures, or a day with hostile text everywhere.
    static func sample(hostile: Bool = false) throws -> BackupHealth {
        let now = BackupHealthTests.now
        let random = ManualRandom(seed: 90)
        var history = RunHistory()
        var backups: [BackupManifest] = []
        for day in (0..<120).reversed() {
            let error = PGBackupError(
                .connectionFailed,
                hostile ? Self.hostile : "The server db.example.com is not there."
            )
            let date = now.addingTimeInterval(Double(-day * 86_400 - 7 * 3600) + 2)
            if [70, 69, 12].contains(day) { continue }
            if [33, 1].contains(day) {
                history.add(RunRecord(startedAt: date, duration: .seconds(16), error: error), now: now)
                continue
            }
            var manifest = sampleManifest(date, seed: UInt64(day + 1), database: hostile ? Self.hostile : "shop")
            manifest.objects[0].length = 1_400_000_000 - Int64(day) * 7_000_000 + Int64(random.next() % 60_000_000)
            manifest.finishedAt = date.addingTimeInterval(200 + Double(random.next() % 60) - Double(day))
            history.add(RunRecord(manifest), now: now)
            if day < 30 { backups.append(manifest) }
        }
        let last = try #require(backups.last)
        var drill = VerificationRecord(
            backup: last.id,
            level: .restored,
            passed: true,
            startedAt: last.startedAt.addingTimeInterval(900),
            seconds: 840,
            storedBytes: 5,
            archiveBytes: 9
        )
        drill.restoreSeconds = 700
        drill.restoredBytes = 3800
        var options = BackupHealth.Options()
        options.notices = [
            hostile ? Self.hostile : "The notifier webhook hooks.example.com did not deliver the event failed."
        ]
        let schedule = CronSchedule(try CronExpression("0 5 * * *"))
        return BackupHealth(
            backups: backups,
            verifications: [drill.summary],
            lastDrill: drill,
            history: history,
            schedule: schedule,
            options: options,
            now: now
        )
    }

    @Test func thePageIsWellFormedAndSelfContained() async throws {
        let page = try Self.sample().statusPage
        #expect(page.utf8.count < 200_000)
        // html.parser of Python: every tag closed, nothing fetched, no script.
        let program = """
            import sys
            from html.parser import HTMLParser
            void = {'meta', 'link', 'br', 'hr', 'img', 'input'}
            class P(HTMLParser):
                def __init__(self):
                    super().__init__(convert_charrefs=True)
                    self.open, self.count, self.text = [], {}, []
                def handle_starttag(self, tag, attributes):
                    self.count[tag] = self.count.get(tag, 0) + 1
                    for name, value in attributes:
                        assert not name.startswith('on'), name
                        if name in ('src', 'href', 'action', 'data', 'poster', 'xlink:href'):
                            assert value == 'data:,', value
                    if tag not in void: self.open.append(tag)
                def handle_endtag(self, tag):
                    assert self.open.pop() == tag, tag
                def handle_data(self, data): self.text.append(data)
            source = sys.stdin.read()
            p = P(); p.feed(source); p.close()
            assert not p.open, p.open
            assert 'script' not in p.count
            for word in ('url(', '@import', 'http://', 'https://'): assert word not in source, word
            print(p.count['rect'], p.count['g'], p.count['tr'])
            """
        let output = try await ChildProcess.output(of: "python3", ["-c", program], input: Array(page.utf8))
        let counts = String(decoding: output, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        #expect(counts.count == 3)
        #expect(counts[1] == 90)
        #expect(counts[0] > 170)
        #expect(counts[2] == 21)
    }

    @Test func everythingFromOutsideIsEscaped() throws {
        let page = try Self.sample(hostile: true).statusPage
        #expect(!page.contains("<script"))
        #expect(!page.contains("alert('x')"))
        #expect(!page.contains("\u{202E}") && !page.contains("\u{0}"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}\u{FFFD} \\"))
    }

    @Test func saysTheStateInWordsAndNotByColourAlone() throws {
        let good = try Self.sample().statusPage
        #expect(good.contains("✓ Healthy"))
        #expect(good.contains("<title>OK: backups of shop</title>"))
        let bad = BackupHealth(backups: [], schedule: try BackupHealthTests.schedule(), now: BackupHealthTests.now)
        #expect(bad.statusPage.contains("✗ Not healthy"))
        #expect(bad.statusPage.contains("There was none yet."))
        #expect(good.contains("2026-11-14: 1 missing"))
        #expect(good.contains("2026-11-25: 1 failed, 1 missing"))
    }

    @Test func aPageOfAnySizeIsBounded() throws {
        let now = BackupHealthTests.now
        var history = RunHistory()
        let message = String(repeating: "é\"<", count: 10_000)
        let code = String(repeating: "<", count: 10_000)
        for hour in 0..<RunHistory.runLimit {
            let error = PGBackupError(.init(String(repeating: "x", count: 40)), message)
            let date = now.addingTimeInterval(Double(-hour) * 1500)
            history.add(RunRecord(startedAt: date, duration: .seconds(1), error: error), now: now)
        }
        // What is read may be longer than what is written.
        let text =
            "{\"formatVersion\":1,\"runs\":["
            + (0..<30).map { hour in
                "{\"startedAt\":\"2026-11-26T00:00:\(hour + 10)Z\",\"seconds\":1e300,\"errorCode\":\"\(code)\",\"message\":\"\(code)\"}"
            }.joined(separator: ",") + "]}"
        for run in try JSONDecoder().decode(RunHistory.self, from: Data(text.utf8)).runs { history.add(run, now: now) }
        var options = BackupHealth.Options()
        options.notices = Array(repeating: message, count: 500)
        let health = BackupHealth(
            backups: [sampleManifest(now, database: code)],
            history: history,
            schedule: try BackupHealthTests.schedule("*/25 * * * *"),
            options: options,
            now: now
        )
        #expect(health.statusPage.utf8.count < 200_000)
    }

    /// Tests/Support/screenshots.sh asks for the pages and takes pictures of them.
    @Test(.enabled(if: ChildProcess.environmentValue("GROUNDWORK_STATUS_PAGES") != nil, "no folder is given"))
    func writesItsSamplesForPictures() throws {
        let folder = try #require(ChildProcess.environmentValue("GROUNDWORK_STATUS_PAGES"))
        let now = BackupHealthTests.now
        var history = RunHistory()
        for run in try Self.sample().recentRuns where run.record.startedAt < now.addingTimeInterval(-3 * 86_400) {
            history.add(run.record, now: now)
        }
        let error = PGBackupError(
            .connectionFailed,
            "The server db.example.com does not answer on port 5432. Check that it runs and that the firewall lets this "
                + "machine in."
        )
        for day in 0..<3 {
            let date = now.addingTimeInterval(Double(-day * 86_400 - 7 * 3600))
            history.add(RunRecord(startedAt: date, duration: .seconds(16), error: error), now: now)
        }
        let bad = BackupHealth(
            backups: [BackupHealthTests.nightly(daysAgo: 3)],
            history: history,
            schedule: try BackupHealthTests.schedule(),
            now: now
        )
        for (name, page) in [("good", try Self.sample().statusPage), ("bad", bad.statusPage)] {
            try Data(page.utf8).write(to: URL(filePath: "\(folder)/\(name).html"))
        }
    }

    @Test func metricsAreInTheTextFormatOfPrometheus() throws {
        let text = try Self.sample(hostile: true).prometheusText
        #expect(
            text.contains("# TYPE pgbackup_healthy gauge\npgbackup_healthy{database=\"<script>alert('x')</script>\\\"&")
        )
        var families: Set<Substring> = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" }
            #expect(families.insert(name).inserted)
            #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
        }
        #expect(families.contains("pgbackup_last_verified_backup_timestamp_seconds"))
        #expect(families.contains("pgbackup_projected_restore_seconds"))
        #expect(text.hasSuffix("\n"))
        let plain = try Self.sample().prometheusText
        #expect(plain.contains("pgbackup_missed_runs_90d{database=\"shop\"} 5\n"))
        #expect(plain.contains("pgbackup_failed_runs_90d{database=\"shop\"} 2\n"))
        #expect(plain.contains("pgbackup_next_run_timestamp_seconds{database=\"shop\"} 1795755600\n"))
    }

    @Test func theJSONIsReadByOthers() async throws {
        let health = try Self.sample(hostile: true)
        let program = """
            import json, sys
            s = json.load(sys.stdin)
            print(s['healthy'], len(s['days']), s['drill']['fitsTarget'], s['nextRun'], len(s['missed']), s['database'][:8])
            """
        let output = try await ChildProcess.output(of: "python3", ["-c", program], input: health.json)
        #expect(String(decoding: output, as: UTF8.self) == "True 90 True 2026-11-27T05:00:00Z 5 <script>\n")
    }
}
