import PGBackup

extension Settings {
    /// Whether backups are restored for proof where this machine can do it: neither BACKUP_VERIFY nor DRILL_DATABASE_URL
    /// says what is to be done.
    var drillsWherePossible: Bool { environment.verify == nil && environment.drillDatabase == nil }

    /// How far the next backup of a database is verified; with it why it is not restored for proof, in full sentences.
    func proof(of backups: PostgresBackup) async -> (level: VerificationLevel, notices: [String]) {
        guard drillsWherePossible else { return (verification, []) }
        do {
            _ = try await backups.briefly.drillServerPrograms()
            return (.restored, [])
        } catch let error as PGBackupError where error.code == .toolMissing {
            let why = "No backup is restored for proof here, each is only decoded: \(error.message)"
            return (.decoded, ["\(why) Where that is enough, set BACKUP_VERIFY=decoded."])
        } catch {
            // What keeps the server from answering keeps the backup from being made, and is told then.
            return (.restored, [])
        }
    }

    /// Decides how far a night verifies its backup.
    /// - Returns: why it is not restored for proof, in full sentences.
    func decideProof(of backups: PostgresBackup, _ options: inout UnattendedOptions) async -> [String] {
        let proof = await proof(of: backups)
        options.verification = proof.level
        options.settlesForDecoded = drillsWherePossible
        return proof.notices
    }
}
