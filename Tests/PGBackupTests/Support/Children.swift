import FoundationEssentials
import Glibc
import GroundworkCore

/// The process ids of our children that run a program for a database.
func children(named name: String, for database: String) throws -> [Int32] {
    let own = getpid()
    var found: [Int32] = []
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
        guard let identifier = Int32(entry), let stat = file("/proc/\(entry)/stat"), let end = stat.lastIndex(of: ")"),
            let begin = stat.firstIndex(of: "("), stat[stat.index(after: begin)..<end] == name
        else { continue }
        let fields = stat[end...].dropFirst(2).split(separator: " ")
        guard fields.count > 1, Int32(fields[1]) == own, let environment = file("/proc/\(entry)/environ"),
            environment.contains("PGDATABASE=\(database)\0")
        else { continue }
        found.append(identifier)
    }
    return found
}

/// A file of /proc as text.
func file(_ path: String) -> String? {
    (try? OpenFile(path).read(64 << 10, at: 0)).map { String(decoding: $0, as: UTF8.self) }
}
