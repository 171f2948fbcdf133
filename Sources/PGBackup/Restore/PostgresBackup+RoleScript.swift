import GroundworkCore
import GroundworkCrypto
import GroundworkStorage

/// The script of roles that is stored beside a dump, read back.
extension PostgresBackup {
    /// No script of roles is longer; one of 100,000 roles has about 20 MB.
    private static let maximumRoleScript = 64 << 20

    /// Reads the script of roles of a backup; its length and SHA-256 are the manifest's.
    /// - Returns: nil for a backup without one.
    /// - Throws: ``PGBackupError`` that names the object, and others.
    func readRoleScript(_ manifest: BackupManifest) async throws -> [UInt8]? {
        guard let object = manifest.globals?.object else { return nil }
        func wrong(_ code: PGBackupError.Code, _ what: String) -> PGBackupError {
            roleScriptError(code, manifest, object.key, what)
        }
        guard object.length <= Self.maximumRoleScript else {
            throw wrong(.dataCorrupted, "is said to have \(object.length) bytes, more than any has")
        }
        let bytes: [UInt8]
        do {
            bytes = try await store.read(object.key, upTo: Self.maximumRoleScript)
        } catch let error as ObjectStoreError where error.code == .notFound {
            throw wrong(.dataMissing, "is gone")
        } catch let error as ObjectStoreError where error.code == .tooLarge {
            throw wrong(.dataTruncated, "has more than the \(object.length) bytes that were stored")
        }
        guard bytes.count == object.length else {
            throw wrong(.dataTruncated, "has \(bytes.count) bytes instead of \(object.length)")
        }
        guard Hex.encode(try Digest.hash(.sha256, bytes)) == object.sha256.lowercasedASCII() else {
            throw wrong(.dataCorrupted, "is not what was stored: its SHA-256 differs from the manifest's")
        }
        return bytes
    }

    /// Reads the script of roles and looks whether it does what it is there for.
    func verifyRoleScript(_ manifest: BackupManifest) async throws {
        guard let script = try await readRoleScript(manifest), let key = manifest.globals?.object?.key,
            let fault = RoleScript.fault(in: script, needed: manifest.server?.roles ?? [])
        else { return }
        throw roleScriptError(.dataCorrupted, manifest, key, fault)
    }

    /// What is wrong with the script of roles; nil when nothing is.
    /// - Throws: what is not the backup's fault.
    func faultOfRoleScript(_ manifest: BackupManifest) async throws -> PGBackupError? {
        do {
            try await verifyRoleScript(manifest)
            return nil
        } catch let error as PGBackupError where error.blamesTheBackup {
            return error
        }
    }

    private func roleScriptError(
        _ code: PGBackupError.Code,
        _ manifest: BackupManifest,
        _ key: String,
        _ what: String
    ) -> PGBackupError {
        PGBackupError(
            code,
            "The script of roles \(key) of the backup \(manifest.id) in \(store.location) \(what). The dump is an object of its "
                + "own: create the roles by hand and restore it without createsRoles, or bring the script back from a copy. "
                + "The next backup has a new one."
        )
    }
}
