extension PostgresBackup.Configuration {
    /// Which address to use instead of a pooler's.
    var poolerRemedy: String {
        let address =
            database.directAddress.map { "Set BACKUP_DATABASE_URL to the direct address, which should be \($0)." }
            ?? "Set BACKUP_DATABASE_URL to the direct address of the database, usually port 5432 and no pooler in the "
            + "host's name; your provider shows it."
        return address
            + " Where only the pooler can be reached, and it keeps one session for each client (session mode), set "
            + "BACKUP_ALLOW_POOLER=true (allowsPooler)."
    }

    /// A dump through a pooler in transaction mode fails in the night, or leaves its settings to the sessions of others: an
    /// address that has a sure sign of one is refused before anything is connected to. Other signs are hints: whether
    /// sessions stay is asked of the server under ``PostgresBackup/exclusively(_:)``.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/invalidConfiguration``.
    func refusePoolersAddress() throws(PGBackupError) {
        guard !allowsPooler, let hint = database.refusedPoolerHint else { return }
        throw PGBackupError(.invalidConfiguration, "\(hint) \(poolerRemedy)")
    }
}
