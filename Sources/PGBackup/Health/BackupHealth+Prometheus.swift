import FoundationEssentials
import GroundworkCore

extension BackupHealth {
    /// One sentence for `/health`, to be served with status 200 when healthy and 503 when not.
    public var healthText: String { "\(isHealthy ? "ok" : "not ok"): \(sentence)\n" }

    /// The numbers in the text format of Prometheus, version 0.0.4, for `/metrics`.
    public var prometheusText: String {
        var text = PrometheusText(database: database ?? "")
        text.gauge(
            "pgbackup_healthy",
            "Whether the age of the last verified backup fits the schedule.",
            isHealthy ? 1 : 0
        )
        text.gauge("pgbackup_running", "Whether a run is at work.", options.running == nil ? 0 : 1)
        text.gauge("pgbackup_backups", "How many backups are there.", Double(backupCount))
        text.gauge("pgbackup_stored_bytes", "The stored bytes of all backups.", Double(storedBytes))
        if let lastBackup {
            text.gauge(
                "pgbackup_last_backup_timestamp_seconds",
                "When the newest backup was begun.",
                lastBackup.startedAt.timeIntervalSince1970
            )
            text.gauge(
                "pgbackup_last_backup_bytes",
                "The stored bytes of the newest backup.",
                Double(lastBackup.storedLength)
            )
            text.gauge(
                "pgbackup_last_backup_duration_seconds",
                "How long the newest backup took.",
                lastBackup.finishedAt.timeIntervalSince(lastBackup.startedAt)
            )
        }
        if let lastVerified {
            text.gauge(
                "pgbackup_last_verified_backup_timestamp_seconds",
                "When the newest verified backup was begun.",
                lastVerified.startedAt.timeIntervalSince1970
            )
        }
        if let lastRun {
            text.gauge("pgbackup_last_run_succeeded", "Whether the last run succeeded.", lastRun.isGood ? 1 : 0)
        }
        if let nextRun {
            text.gauge(
                "pgbackup_next_run_timestamp_seconds",
                "When the next run is due.",
                nextRun.timeIntervalSince1970
            )
        }
        text.gauge(
            "pgbackup_failed_runs_90d",
            "Runs of the last 90 days that failed.",
            Double(days.reduce(0) { $0 + $1.failures })
        )
        text.gauge(
            "pgbackup_missed_runs_90d",
            "Due times of the last 90 days that brought no backup.",
            Double(days.reduce(0) { $0 + $1.gaps })
        )
        if let drill {
            text.gauge(
                "pgbackup_last_drill_timestamp_seconds",
                "When a backup was last restored to prove it.",
                drill.date.timeIntervalSince1970
            )
            text.gauge("pgbackup_last_drill_passed", "Whether that succeeded.", drill.passed ? 1 : 0)
            text.gauge(
                "pgbackup_projected_restore_seconds",
                "How long a restore would take at the rate of the last drill.",
                drill.projectedSeconds
            )
        }
        return text.text
    }
}

/// Writes metrics.
private struct PrometheusText {
    private(set) var text = ""
    private let labels: String

    init(database: String) {
        var escaped = ""
        for scalar in database.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        labels = "{database=\"\(escaped)\"}"
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name)\(labels) \(number(value))\n"
    }

    /// Whole numbers without an exponent.
    private func number(_ value: Double) -> String {
        guard value.isFinite else { return "NaN" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
