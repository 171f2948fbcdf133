import Glibc
import GroundworkCore

/// The user that a server runs as when we are root, which a server refuses to run as.
struct ServerAccount: Sendable {
    let userID: UInt32
    let groupID: UInt32

    /// `postgres` where there is such a user, else `nobody`.
    static func unprivileged() throws(PGBackupError) -> ServerAccount {
        for name in ["postgres", "nobody"] {
            if let account = named(name) { return account }
        }
        throw PGBackupError(
            .systemFailure,
            "A PostgreSQL server does not run as root, and there is neither a user postgres nor nobody to run it as. Install "
                + "the package postgresql, which makes that user, or run as another user."
        )
    }

    private static func named(_ name: String) -> ServerAccount? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        let status = unsafe buffer.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return ENOMEM }
            return unsafe getpwnam_r(name, &entry, base, $0.count, &found)
        }
        guard status == 0, unsafe found != nil, unsafe entry.pw_uid != 0 else { return nil }
        return unsafe ServerAccount(userID: entry.pw_uid, groupID: entry.pw_gid)
    }
}
