import FoundationEssentials
import GroundworkCore
import GroundworkStorage

extension PostgresBackup {
    /// Whether the store does what a run asks of it.
    /// - Parameter hasLock: whether the advisory lock of the database is to be had.
    func doctorOfStore(_ options: DoctorOptions, hasLock: Bool) async throws -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let check = StoreCheck(store: store, keys: keys, random: configuration.random)
        if options.writesToStore {
            findings += try await check.run(now: { configuration.time.now })
        } else {
            findings.append(.init("store", "write", .skipped, "Nothing was to be written."))
        }
        findings.append(try await leaseFinding(options, hasLock))
        findings += try await folderFindings()
        findings += try await neighbours()
        return findings
    }

    /// As a run proves it, where something may be written.
    private func leaseFinding(_ options: DoctorOptions, _ hasLock: Bool) async throws -> DoctorFinding {
        guard configuration.usesLease else {
            return .init(
                "overlap",
                "lease",
                hasLock ? .skipped : .warning,
                "There is none: \(Configuration.whyNoLease) \(hasLock ? "Only the advisory lock" : "Nothing") keeps a second "
                    + "run away.",
                remedy: "Let all services that write under this prefix ask the same server."
            )
        }
        let lease = StoreLease(
            store: store,
            key: keys.lease,
            probeKey: keys.leaseProbe,
            holder: "doctor",
            time: configuration.time
        )
        do {
            let isProved =
                options.writesToStore
                ? try await lease.isProved() : try await store.capabilities().conditionalPut == .enforced
            guard !isProved else {
                return .init("overlap", "lease", .ok, "The store keeps conditions of puts: a lease works.")
            }
        } catch let error as ObjectStoreError {
            return .init("overlap", "lease", .warning, "The store does not say what it can do: \(error.message)")
        }
        return .init(
            "overlap",
            "lease",
            .warning,
            "The store keeps no conditions of puts: "
                + (hasLock ? "only the advisory lock" : "nothing") + " keeps a second run away.",
            remedy: "Let only one service write under this prefix, and let all of them ask the same server."
        )
    }

    /// Whose backups lie in the folder: a run refuses one whose newest backup is of another database.
    private func folderFindings() async throws -> [DoctorFinding] {
        do {
            guard let name = databaseName, let newest = try await newestManifest() else { return [] }
            guard !isOwn(newest) else {
                return [.init("store", "folder", .ok, "The newest backup in it, \(newest.id), is of this database.")]
            }
            return [
                .init(
                    "store",
                    "folder",
                    .failed,
                    folderOfAnother(newest, ours: name),
                    remedy: "Set BACKUP_FILE_PREFIX to a folder of its own for each database."
                )
            ]
        } catch let error as ObjectStoreError {
            return [.init("store", "folder", .failed, error.message)]
        }
    }

    /// What lies beside our objects: nothing of it is ever touched, but somebody else may touch ours.
    private func neighbours() async throws -> [DoctorFinding] {
        var (foreign, example, seen) = (0, nil as String?, 0)
        do {
            for try await object in store.list(prefix: keys.prefix.isEmpty ? "" : "\(keys.prefix)/") {
                seen += 1
                guard seen <= 20_000 else { break }
                guard !keys.isOwn(object.key) else { continue }
                foreign += 1
                example = example ?? object.key
            }
            let legacy = try await legacyCount()
            var findings = [
                foreign == 0
                    ? DoctorFinding("store", "neighbours", .ok, "Nothing foreign lies under \(keys.prefix)/.")
                    : DoctorFinding(
                        "store",
                        "neighbours",
                        .warning,
                        "\(foreign) objects under \(keys.prefix)/ are not ours, such as \(example ?? ""). They are left alone.",
                        remedy:
                            "Give the backups a prefix of their own; rules that delete by prefix or age would hit both."
                    )
            ]
            if legacy == nil {
                findings.append(
                    .init("store", "template", .skipped, "The key may not list what lies beside \(keys.prefix)/.")
                )
            }
            if let legacy, legacy > 0 {
                findings.append(
                    .init("store", "template", .ok, "\(legacy) backups of the Railway template are there and stay.")
                )
            }
            return findings
        } catch let error as ObjectStoreError {
            return [.init("store", "neighbours", .failed, error.message)]
        } catch let error as PGBackupError {
            return [.init("store", "neighbours", .failed, error.message)]
        }
    }
}

extension PostgresBackup {
    /// How many objects of the template there are; nil for a key that has rights in our folder alone.
    private func legacyCount() async throws -> Int? {
        do {
            return try await legacyBackups().count
        } catch let error as PGBackupError
            where (error.underlyingError as? ObjectStoreError)?.code == .accessDenied
        {
            return nil
        }
    }
}

extension BackupKeys {
    /// Whether a key is of a form that this library writes.
    func isOwn(_ key: String) -> Bool {
        id(ofManifest: key) != nil || id(ofData: key) != nil || id(ofPin: key) != nil
            || summary(ofVerification: key) != nil || isCheck(key)
            || [history, catalog, lease, leaseProbe, clockProbe, statusPage].contains(key)
    }
}
