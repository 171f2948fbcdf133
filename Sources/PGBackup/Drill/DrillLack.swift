import GroundworkCore

/// What the server of a drill lacks that the backup's server had. A statement that fails for want of it is not the backup's
/// fault.
struct DrillLack: Sendable {
    /// A locale that the server does not know, and the one that was taken instead.
    struct Locale: Sendable, Hashable {
        var missing: String
        var taken: String

        /// For the record.
        var note: String {
            "The server of the drill does not know the locale \(missing); the locale \(taken) was taken."
        }
    }

    /// Extensions that the server does not offer: they were left out.
    var extensions: [String] = []
    /// Set while the database has another locale than the source.
    var locale: Locale?

    /// The error that a failed restore is reported with: one that blames the backup for what is not there is replaced by
    /// one that names it. What was left behind stays told.
    func explain(_ error: PGBackupError) -> PGBackupError {
        guard error.blamesTheBackup, error.isOfAnEntry else { return error }
        var explained = error
        if let locale, error.isOfAConditionOnText {
            explained.code = .localeMissing
            explained.message =
                "The restore of the drill failed in a check constraint or the bounds of a partition, with the locale "
                + "\(locale.taken): the server of the drill does not know the locale \(locale.missing) of the database, and what "
                + "is a letter, its case and the order of text depend on it. That proves nothing against the backup. Install the "
                + "locale there (locale-gen), or give the drill a server that knows it with DRILL_DATABASE_URL."
        } else if !extensions.isEmpty {
            let names = extensions.joined(separator: ", ")
            explained.code = .extensionMissing
            explained.message =
                "The restore of the drill failed in a statement of the backup, and the server of the drill lacks the extensions "
                + "\(names), which were left out: it may depend on them. That proves nothing against the backup. Install their "
                + "packages there, or give the drill a server that has them with DRILL_DATABASE_URL."
        }
        if explained.code != error.code, let left = error.leftBehind { explained.message += " \(left)" }
        return explained
    }
}

extension BackupManifest.Source {
    /// The locales to be tried where the database's own is not known. `C.UTF-8` knows all letters, `C` those of ASCII only,
    /// and `C` alone is known everywhere and goes with any encoding.
    var replacementLocales: [String] { encoding == "UTF8" ? ["C.UTF-8", "C"] : ["C"] }
}

extension PGBackupError {
    /// Whether PostgreSQL refused a row for a condition that may depend on the locale.
    fileprivate var isOfAConditionOnText: Bool {
        guard let toolOutput else { return false }
        return ["check constraint \"", "violates partition constraint"].contains {
            toolOutput.firstRange(of: $0) != nil
        }
    }
}
