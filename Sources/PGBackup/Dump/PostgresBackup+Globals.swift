import GroundworkCore
import GroundworkCrypto
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// The longest script of roles that is kept; ten thousand roles make about 2 MB.
    private static let globalsLimit = 64 << 20
    private static let globalsTime = Duration.seconds(300)

    /// Stores `pg_dumpall --globals-only --no-role-passwords` beside the dump. A service that refuses it is no failure of
    /// the backup: the reason is kept instead.
    func storeGlobals(_ session: ServerSession, _ id: BackupID) async throws -> BackupManifest.Globals {
        let script: [UInt8]
        do {
            script = try await dumpGlobals(session)
        } catch {
            try Task.checkCancellation()
            let message = (error as? PGBackupError)?.message ?? "\(error)"
            logger.warning("The roles of the server were not dumped", metadata: ["error": "\(error)"])
            return .init(reason: "pg_dumpall --globals-only failed. \(message)")
        }
        let key = keys.globals(id)
        var options = ObjectPutOptions()
        options.contentType = "application/sql"
        let stored = try await store.put(key, .bytes(script), options: options)
        if stored.proof == .none, try await store.read(key, upTo: script.count) != script {
            throw PGBackupError(
                .storedDataDiffers,
                "The store \(store.location) does not hold what was sent as \(key). Run the backup again.",
                isRetryable: true
            )
        }
        return .init(
            object: .init(
                key: key,
                role: "globals",
                length: Int64(script.count),
                sha256: Hex.encode(try Digest.hash(.sha256, script)),
                partLength: nil
            )
        )
    }

    private func dumpGlobals(_ session: ServerSession) async throws -> [UInt8] {
        // pg_dumpall ignores the database of a connection string and looks for one named postgres.
        let command = session.command(
            session.toolchain.chosen.dumpAll,
            ["--globals-only", "--no-role-passwords", "--database=\(session.facts.database)"]
        )
        let time = configuration.time
        let result = try await withDeadline(time.monotonic.advanced(by: Self.globalsTime), time: time) {
            try await command.run(limit: Self.globalsLimit)
        }
        guard result.exit.isSuccess else {
            throw ToolFailure.error(for: command, result, connection: session.connection)
        }
        guard result.outputText.contains(RoleScript.end) else {
            throw PGBackupError(.incompleteDump, "pg_dumpall reported success, but its script is cut off.")
        }
        return result.output
    }
}
