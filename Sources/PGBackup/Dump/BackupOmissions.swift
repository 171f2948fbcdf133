/// What a backup does not hold, said in full sentences: nobody should find out on the day of the restore.
enum BackupOmissions {
    static func sentences(
        _ configuration: PostgresBackup.Configuration,
        _ facts: DatabaseFacts,
        _ inventory: ServerInventory,
        _ globals: BackupManifest.Globals
    ) -> [String] {
        var sentences: [String] = []
        if let reason = globals.reason {
            sentences.append("The roles and tablespaces of the server: \(reason)")
        } else {
            sentences.append("The passwords of the roles: set them anew after a restore.")
        }
        sentences.append(
            "The server's own configuration (postgresql.conf, pg_hba.conf), its replication slots, and whatever was written "
                + "after the dump began."
        )
        let others = inventory.otherDatabases
        if others > 0 { sentences.append("\(others) other database\(others == 1 ? "" : "s") of the server.") }
        sentences += selected(configuration, inventory)
        let extensions = inventory.server.extensions.map(\.name).filter { $0 != "plpgsql" }
        if !extensions.isEmpty {
            sentences.append(
                "The programs of the extensions \(extensions.joined(separator: ", ")), which the new server must have, and "
                    + "rows in their own tables that they do not mark as configuration."
            )
        }
        if inventory.foreignTables > 0 {
            sentences.append("The rows of \(inventory.foreignTables) foreign tables, which are on other servers.")
        }
        if facts.isStandby, inventory.unloggedTables > 0 {
            sentences.append("The rows of \(inventory.unloggedTables) unlogged tables, which a standby does not have.")
        }
        return sentences
    }

    private static func selected(
        _ configuration: PostgresBackup.Configuration,
        _ inventory: ServerInventory
    ) -> [String] {
        let selection = configuration.selection
        func list(_ names: [String]) -> String { names.joined(separator: ", ") }
        var sentences: [String] = []
        if !selection.schemas.isEmpty { sentences.append("Everything outside the schemas \(list(selection.schemas)).") }
        if !selection.tables.isEmpty { sentences.append("Everything but the tables \(list(selection.tables)).") }
        if !selection.excludedSchemas.isEmpty {
            sentences.append("The schemas \(list(selection.excludedSchemas)), as was asked.")
        }
        if !selection.excludedTables.isEmpty {
            sentences.append("The tables \(list(selection.excludedTables)), as was asked.")
        }
        if !selection.tablesWithoutData.isEmpty {
            sentences.append("The rows of the tables \(list(selection.tablesWithoutData)), as was asked.")
        }
        let options = configuration.dumpOptions.arguments
        let chooses = !selection.schemas.isEmpty || !selection.tables.isEmpty
        if inventory.largeObjects > 0, chooses, !options.contains("--blobs") {
            sentences.append(
                "\(inventory.largeObjects) large objects: pg_dump leaves them out when schemas or tables are chosen."
            )
        }
        if !options.isEmpty { sentences.append("What these options leave out: \(options.joined(separator: " ")).") }
        return sentences
    }
}
