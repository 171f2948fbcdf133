import FoundationEssentials
import Glibc
import GroundworkCore

/// Where the programs of a server are.
enum ServerPrograms {
    /// What a cluster needs.
    private static let names = ["initdb", "pg_ctl", "postgres", "psql"]

    /// Whether a directory has all that a cluster needs.
    static func areComplete(in directory: String) -> Bool {
        names.allSatisfy { unsafe access("\(directory)/\($0)", X_OK) == 0 }
    }

    /// The configured directory, or the newest that is installed.
    static func find(_ configured: String?) throws(PGBackupError) -> String {
        var candidates: [String] = []
        if let configured {
            candidates = [configured]
        } else {
            let parent = "/usr/lib/postgresql"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            candidates = names.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(parent)/\($0)/bin" }
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            candidates += path.split(separator: ":").map(String.init)
        }
        for directory in candidates {
            if areComplete(in: directory) { return directory }
        }
        throw PGBackupError(
            .toolMissing,
            "No PostgreSQL server was found (initdb, pg_ctl, postgres). Install the package postgresql (Debian and "
                + "Ubuntu), or name the directory of its programs in the configuration."
        )
    }

    /// A port of the loopback that nobody uses at the moment.
    static func freePort() throws(SystemCallError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemCallError(number: errno, call: "socket") }
        let handle = OpenFile(adopting: descriptor, path: "socket")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard unsafe bind(handle.descriptor, generic, length) == 0 else { return Int32(-1) }
                return unsafe getsockname(handle.descriptor, generic, &length)
            }
        }
        guard status == 0 else { throw SystemCallError(number: errno, call: "bind") }
        return UInt16(bigEndian: address.sin_port)
    }
}
