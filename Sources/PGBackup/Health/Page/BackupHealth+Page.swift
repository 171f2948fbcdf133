import FoundationEssentials
import GroundworkCore

extension BackupHealth {
    /// Everything as one HTML page without any outside resource, for `/`: it reads on a phone, in light and dark, and without
    /// a server. It stays below 200 KB, and its own policy allows no script.
    public var statusPage: String { page(isFile: false) }

    /// The same page for a file beside the backups, which nobody computes anew when no run does: it says until when what it
    /// says is good.
    public var statusFile: String { page(isFile: true) }

    private func page(isFile: Bool) -> String {
        var html = HTMLText()
        html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        html.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        html.raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">"
        )
        html.raw("<meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"data:,\">")
        html.element("title", "\(isHealthy ? "OK" : "NOT OK"): backups of \(database ?? "the database")")
        html.element("style") { $0.raw(StatusPageStyle.css) }
        html.raw("</head><body><main>")
        StatusPage(health: self, isFile: isFile).write(&html)
        html.raw("</main></body></html>\n")
        return html.text
    }
}

private struct StatusPage {
    private static let messageLimit = 300
    /// So many warnings of the last backup are shown.
    private static let warningLimit = 10
    let health: BackupHealth
    let isFile: Bool

    func write(_ html: inout HTMLText) {
        html.element("h1", "Backups of \(health.database ?? "the database")")
        html.element("p", [("class", "soft")], "As of \(time(health.date))")
        html.element("div", [("class", "banner \(health.isHealthy ? "good" : "bad")"), ("role", "status")]) { html in
            html.element("strong", health.isHealthy ? "✓ Healthy" : "✗ Not healthy")
            html.write(health.sentence)
            if isFile, let end = health.goodUntil {
                html.element(
                    "p",
                    "Good until \(time(end)). This page is a file: each run writes it anew, and nothing else does. When that "
                        + "time has passed, runs are missing."
                )
            }
        }
        html.element("dl", [("class", "cards")]) { html in writeCards(&html) }
        html.element("section", [("class", "card")]) { html in writeHistory(&html) }
        if !health.options.notices.isEmpty { writeNotices(&html) }
        if let backup = health.lastBackup { writeLastBackup(backup, &html) }
        if !health.gaps.isEmpty { writeGaps(&html) }
        html.element("section", [("class", "card")]) { html in writeRuns(&html) }
        html.element(
            "footer",
            "Schedule \(health.schedule.expression.text) in \(health.schedule.timeZone.identifier). A backup counts when it is "
                + "verified as \(health.options.requiredLevel.rawValue) and no older than the schedule asks for."
        )
    }

    private func time(_ date: Date) -> String { health.schedule.timeZone.minuteText(of: date) }

    private func age(_ date: Date) -> String {
        let seconds = health.date.timeIntervalSince(date)
        return seconds >= 0 ? "\(DurationText.of(seconds)) ago" : "in \(DurationText.of(-seconds))"
    }

    private func card(_ html: inout HTMLText, _ name: String, _ value: String, _ details: [String] = []) {
        html.element("div", [("class", "card")]) { html in
            html.element("dt", name)
            html.element("dd") { html in
                html.write(value)
                for detail in details { html.element("small", detail) }
            }
        }
    }

    private func writeCards(_ html: inout HTMLText) {
        let never = "never"
        let verified = health.lastVerified
        card(
            &html,
            "Last verified backup",
            verified.map { age($0.startedAt) } ?? never,
            verified.map { [time($0.startedAt), ByteText.of($0.storedLength)] } ?? []
        )
        let run = health.lastRun
        card(
            &html,
            "Last run",
            run.map { $0.isGood ? "succeeded" : $0.succeeded ? "not verified" : "failed" } ?? never,
            run.map { [time($0.startedAt), "took \(DurationText.of($0.seconds))"] } ?? []
        )
        if let running = health.options.running {
            let seconds = max(0, health.date.timeIntervalSince(running.startedAt))
            let end = running.deadline.map { ["stopped at \(time($0)) at the latest"] } ?? []
            card(&html, "Running now", "for \(DurationText.of(seconds))", ["since \(time(running.startedAt))"] + end)
        }
        card(&html, "Next run", health.nextRun.map(age) ?? never, health.nextRun.map { [time($0)] } ?? [])
        card(
            &html,
            "Kept",
            "\(health.backupCount) \(health.backupCount == 1 ? "backup" : "backups")",
            ["\(ByteText.of(health.storedBytes)) stored"]
        )
        let drill = health.drill
        card(
            &html,
            "Last restore drill",
            drill.map { $0.passed ? "passed" : "failed" } ?? never,
            drill.map { [time($0.date), "restored in \(DurationText.of($0.restoreSeconds))"] } ?? []
        )
        let target = health.options.restoreTarget.seconds
        card(
            &html,
            "Projected restore time",
            drill.map { DurationText.of($0.projectedSeconds) } ?? "unknown",
            [
                drill.map {
                    "\($0.projectedSeconds <= target ? "within" : "beyond") the target of \(DurationText.of(target))"
                }
                    ?? "no drill has measured it"
            ]
        )
    }

    private func writeHistory(_ html: inout HTMLText) {
        let sizes = health.days.compactMap(\.storedBytes)
        html.element("h2", "The last \(health.days.count) days")
        if let largest = sizes.max() {
            let longest = health.days.compactMap(\.seconds).max() ?? 0
            html.element(
                "p",
                [("class", "soft")],
                "Above the stored size, up to \(ByteText.of(largest)); below the duration, up to \(DurationText.of(longest))."
            )
        }
        StatusChart(days: health.days).write(&html)
        html.element("div", [("class", "ends")]) { html in
            html.element("span", health.days.first?.text ?? "")
            html.element("span", health.days.last?.text ?? "")
        }
        html.element("div", [("class", "legend")]) { html in
            html.raw("<span><i style=\"background:var(--bar)\"></i>stored size</span>")
            html.raw("<span><i style=\"background:var(--bar2)\"></i>duration</span>")
            html.raw("<span><i style=\"background:var(--bad)\"></i>no backup, or damaged</span>")
            html.raw("<span><i style=\"background:var(--warn)\"></i>some failed or missing</span>")
        }
    }

    private func writeNotices(_ html: inout HTMLText) {
        html.element("section", [("class", "card")]) { html in
            html.element("h2", "To be looked at")
            html.element("ul") { html in
                for notice in health.options.notices.prefix(20) { html.element("li", cut(notice)) }
            }
        }
    }

    /// Why this program was chosen, behind its name.
    private static func why(_ tool: BackupManifest.Tool) -> String {
        switch tool.reason {
        case ToolchainReport.Reason.sameMajor.description: ", of the same major version"
        case ToolchainReport.Reason.lowestNewerMajor.description: ", the lowest newer version found"
        default: " (\(tool.reason))"
        }
    }

    private func writeLastBackup(_ backup: BackupManifest, _ html: inout HTMLText) {
        html.element("section", [("class", "card")]) { html in
            html.element("h2", "The last backup")
            let tool = "\(backup.tool.name) \(PostgresVersion(number: backup.tool.versionNumber))"
            html.element(
                "p",
                [("class", "soft")],
                cut("PostgreSQL \(backup.source.version), dumped by \(tool)\(Self.why(backup.tool)).")
            )
            guard !backup.warnings.isEmpty else { return }
            html.element("ul") { html in
                for warning in backup.warnings.prefix(Self.warningLimit) { html.element("li", cut(warning)) }
            }
        }
    }

    private func writeGaps(_ html: inout HTMLText) {
        html.element("section", [("class", "card")]) { html in
            html.element("h2", [("class", "no")], "Due, and no backup came")
            html.element("ul") { html in for gap in health.gaps { html.element("li", time(gap)) } }
        }
    }

    private func writeRuns(_ html: inout HTMLText) {
        html.element("h2", "The last runs")
        guard !health.recentRuns.isEmpty else {
            html.element("p", [("class", "soft")], "There was none yet.")
            return
        }
        html.element("div", [("class", "scroll")]) { html in
            html.element("table") { html in
                html.raw("<thead><tr><th>Begun</th><th>Took</th><th>Size</th><th>Outcome</th></tr></thead>")
                html.element("tbody") { html in for run in health.recentRuns { writeRow(run, &html) } }
            }
        }
    }

    private func writeRow(_ run: BackupHealth.Run, _ html: inout HTMLText) {
        html.element("tr") { html in
            html.element("td", [("class", "n")], time(run.record.startedAt))
            html.element("td", [("class", "n")], DurationText.of(run.record.seconds))
            html.element("td", [("class", "n")], run.record.storedBytes.map(ByteText.of) ?? "–")
            guard run.record.succeeded else {
                html.element("td") { html in
                    html.element("span", [("class", "no")], "failed: \(run.record.shortCode)")
                    html.write(" \(cut(run.record.message ?? ""))")
                }
                return
            }
            let level = run.level.map { ", \($0.rawValue)" } ?? ""
            if run.isDamaged {
                html.element("td", [("class", "no")], "damaged: its last verification failed")
            } else if !run.record.isGood, run.level == nil {
                html.element("td", [("class", "no")], "stored, not verified: \(run.record.shortCode)")
            } else if run.isPruned {
                html.element("td", [("class", "soft")], "stored, pruned since")
            } else {
                html.element("td", [("class", "yes")], "good\(level)")
            }
        }
    }

    private func cut(_ text: String) -> String {
        guard text.utf8.count > Self.messageLimit else { return text }
        return "\(String(decoding: text.utf8.prefix(Self.messageLimit), as: UTF8.self)) …"
    }
}
