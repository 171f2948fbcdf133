import GroundworkCore
import Logging

extension PostgresBackup {
    /// Puts a restored database in the place of another by renaming both, in one transaction. Nothing is dropped: the old
    /// database stays under another name, and the way back is the same call the other way round.
    ///
    ///     try await backups.restore(id, into: .newDatabase("app_restored"))
    ///     let swap = try await backups.swap("app_restored", into: "app")
    ///
    /// Sessions in one of the two databases are in the way: they are named in the error, or ended where the options say so.
    /// - Parameters:
    ///   - restored: the name of the restored database.
    ///   - name: the name that it gets. A database of that name is renamed; there may be none.
    ///   - server: any database of the server, with a user who owns both databases and may create databases, or a superuser;
    ///     nil for the configured one. A third database is needed to connect to: where the URL names one of the two,
    ///     `postgres` or `template1` is taken.
    ///   - options: what happens to sessions, and the old one's new name.
    /// - Throws: ``PGBackupError``, among others ``PGBackupError/Code/databaseInUse``,
    ///   ``PGBackupError/Code/databaseNotFound`` and ``PGBackupError/Code/databaseExists``; `CancellationError`.
    @discardableResult
    public func swap(
        _ restored: String,
        into name: String,
        on server: DatabaseURL? = nil,
        options: SwapOptions = SwapOptions()
    ) async throws -> SwapReport {
        let server = server ?? configuration.database
        return try await operation("swap of \(restored) into \(name)") {
            let oldName = options.oldName ?? DatabaseSwap.oldName(of: name, at: configuration.time.now)
            try checkNames(restored, name, oldName)
            let session = try await openThirdDatabase(of: server, besides: [restored, name])
            defer { session.connection.end() }
            var swap = DatabaseSwap(restored: restored, name: name, oldName: oldName)
            let found = try await ask(session, swap.question).split(separator: "\n")
            guard found.contains("restored") else {
                throw PGBackupError(
                    .databaseNotFound,
                    "There is no database \(restored) at \(server) to be swapped in. Restore a backup into it first."
                )
            }
            if !found.contains("old") {
                swap = DatabaseSwap(restored: restored, name: name, oldName: nil)
            } else if found.contains("taken") {
                throw PGBackupError(
                    .databaseExists,
                    "There is a database \(oldName) at \(server) already, so that the old one cannot get that name. Choose "
                        + "another for it."
                )
            }
            try await rename(swap, session, options)
            logger.notice(
                "Database swapped in",
                metadata: ["database": "\(name)", "was": "\(restored)", "old": "\(swap.oldName ?? "none")"]
            )
            return SwapReport(
                database: server.with(database: name),
                oldName: swap.oldName,
                warnings: await differences(swap, session)
            )
        }
    }

    private func checkNames(_ restored: String, _ name: String, _ oldName: String) throws {
        for (what, text) in [("restored", restored), ("replaced", name), ("old", oldName)] {
            guard let problem = SQL.problem(withDatabaseName: text) else { continue }
            throw PGBackupError(.invalidConfiguration, "The name of the \(what) database \(problem). Choose another.")
        }
        guard Set([restored, name, oldName]).count == 3 else {
            throw PGBackupError(
                .invalidConfiguration,
                "A swap needs three different names: \(restored), \(name), and \(oldName) for the old database."
            )
        }
    }

    private func rename(_ swap: DatabaseSwap, _ session: ServerSession, _ options: SwapOptions) async throws {
        if !options.endsSessions {
            let sessions = try await sessions(swap, session)
            guard sessions.isEmpty else { throw inUse(swap, sessions) }
        }
        let script = swap.script(keepsProperties: options.keepsProperties)
        do {
            // Once begun it is carried through: half-way there is nothing but a transaction that ends by itself.
            try await shielded {
                guard options.endsSessions else {
                    _ = try await ask(session, script)
                    return
                }
                // While the name changes nobody new gets in, and PostgreSQL waits for those who are in it to go.
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        _ = try await ask(session, script)
                        return true
                    }
                    group.addTask {
                        while true {
                            _ = try await ask(session, swap.termination)
                            try await configuration.time.sleep(for: .milliseconds(200))
                        }
                    }
                    while let isDone = try await group.next() {
                        if isDone { break }
                    }
                    group.cancelAll()
                }
            }
        } catch let error as PGBackupError where error.toolOutput?.contains("55006") == true {
            throw inUse(swap, (try? await sessions(swap, session)) ?? [], error)
        }
    }

    private func ask(_ session: ServerSession, _ script: String) async throws -> String {
        try await limited("statements of the swap", toServer: session.connection.url) {
            try await session.psql.run(script, limit: 4 << 20)
        }
    }

    /// Who is connected, in words.
    private func sessions(_ swap: DatabaseSwap, _ session: ServerSession) async throws -> [String] {
        try await ask(session, swap.sessions).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            func text(_ index: Int) -> String {
                guard parts.indices.contains(index), let bytes = Hex.decode(parts[index]) else { return "" }
                return String(decoding: bytes, as: UTF8.self)
            }
            switch parts.first {
            case "session" where parts.count == 7:
                let program = text(4).isEmpty ? "" : " by \(text(4))"
                let place = text(5).isEmpty ? "" : " from \(text(5))"
                let state = text(6).isEmpty ? "" : ", \(text(6))"
                return "process \(parts[1]) of \(text(3)) in \(text(2))\(program)\(place)\(state)"
            case "prepared" where parts.count == 3:
                return "the prepared transaction \(text(1)) in \(text(2))"
            default: return nil
            }
        }
    }

    private func inUse(
        _ swap: DatabaseSwap,
        _ sessions: [String],
        _ error: PGBackupError? = nil
    ) -> PGBackupError {
        let shown = sessions.prefix(10).joined(separator: "; ")
        let more = sessions.count > 10 ? " and \(sessions.count - 10) more" : ""
        let who = sessions.isEmpty ? "somebody who is gone by now" : shown + more
        return PGBackupError(
            .databaseInUse,
            "The databases \(swap.name) and \(swap.restored) were not renamed, because these are connected: \(who). Stop the "
                + "services that use them, or let the swap end their sessions (endsSessions); a prepared transaction must be "
                + "committed or rolled back.",
            toolOutput: error?.toolOutput,
            isRetryable: true,
            underlyingError: error
        )
    }

    private func differences(_ swap: DatabaseSwap, _ session: ServerSession) async -> [String] {
        guard let oldName = swap.oldName else { return [] }
        do {
            return try await ask(session, swap.differences).split(separator: "\n").map {
                "The database \(swap.name) has not the same \($0) as \(oldName): compare them, and mend that by hand."
            }
        } catch {
            return [
                "The databases are swapped, but their owners, rights and settings could not be compared. (\(error))"
            ]
        }
    }

    /// Connects to a database that is none of those named.
    private func openThirdDatabase(of url: DatabaseURL, besides names: [String]) async throws -> ServerSession {
        let own = [url.database ?? url.user].compactMap(\.self)
        for name in own + ["postgres", "template1"] where !names.contains(name) {
            do {
                return try await open(url.with(database: name))
            } catch let error as PGBackupError where error.code == .databaseNotFound {
                continue
            }
        }
        throw PGBackupError(
            .invalidConfiguration,
            "A swap is made from a third database, and neither postgres nor template1 is there at \(url). Give a URL that "
                + "names another database of that server."
        )
    }
}
