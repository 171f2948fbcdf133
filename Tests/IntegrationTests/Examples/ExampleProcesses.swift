import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import PGBackupTesting

/// What runs on this machine.
enum ExampleProcesses {
    static func all() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
    }

    /// The command lines of all processes, with a NUL byte behind each argument.
    static func commandLines() throws -> [String] { try all().map { text("/proc/\($0)/cmdline") } }

    /// The processes of pg_dump for a database of the suites' cluster.
    static func dumps(of database: String) throws -> [Int32] {
        let port = try ExampleScope.cluster.port
        return try all().filter { identifier in
            guard text("/proc/\(identifier)/stat").contains("(pg_dump)") else { return false }
            let environment = text("/proc/\(identifier)/environ")
            return environment.contains("PGDATABASE=\(database)\0") && environment.contains("PGPORT=\(port)\0")
        }
    }

    /// The command lines of what a process started, and of what that started.
    static func descendants(of ancestor: Int32) throws -> [String] {
        var parents: [Int32: Int32] = [:]
        for identifier in try all() {
            let stat = text("/proc/\(identifier)/stat")
            guard let end = stat.lastIndex(of: ")") else { continue }
            let fields = stat[end...].dropFirst(2).split(separator: " ")
            parents[identifier] = fields.count > 1 ? Int32(fields[1]) : nil
        }
        return parents.keys.filter { identifier in
            var current = parents[identifier]
            while let parent = current, parent > 1 {
                if parent == ancestor { return true }
                current = parents[parent]
            }
            return false
        }.map { text("/proc/\($0)/cmdline") }
    }

    /// The command lines that name a path.
    static func naming(_ path: String) throws -> [String] { try commandLines().filter { $0.contains(path) } }

    private static func text(_ path: String) -> String {
        String(decoding: (try? OpenFile(path).read(64 << 10, at: 0)) ?? [], as: UTF8.self)
    }
}

/// A program that finds an empty folder in the place of one of the system: in a mount namespace of its own, for nobody
/// else. Root may make one; others may in a user namespace.
func hiding(_ folder: String, size: String = "64k", from program: ChildProcess.Configuration)
    -> ChildProcess.Configuration
{
    var configuration = program
    configuration.executable = "unshare"
    let namespaces = geteuid() == 0 ? ["--mount"] : ["--user", "--map-current-user", "--keep-caps", "--mount"]
    // The program may lie in that very folder, so it is opened first.
    let script = """
        exec 3<"$3" && mount -t tmpfs -o "mode=1777,size=$1" tmpfs "$2" && shift 3 && exec /proc/self/fd/3 "$@"
        """
    configuration.arguments =
        namespaces + ["--", "sh", "-c", script, "sh", size, folder, program.executable] + program.arguments
    return configuration
}
