import FoundationEssentials
import Glibc
import GroundworkCore

/// What `/proc` tells of servers.
package enum ServerProcess {
    /// Processes whose command line names a path.
    static func all(naming path: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { processID in
            guard processID > 1, processID != getpid(), isAlive(processID),
                let command = try? OpenFile("/proc/\(processID)/cmdline").read(4096, at: 0)
            else { return false }
            return String(decoding: command, as: UTF8.self).contains(path)
        }
    }

    /// Ends every process whose command line names a cluster's data directory, also one that has not written its id yet.
    static func end(naming data: String) async {
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        var asked: Set<Int32> = []
        while true {
            let servers = all(naming: data)
            let isLate = ContinuousClock.now >= deadline
            // Immediate shutdown: nothing of it is needed any more.
            for server in servers where isLate || asked.insert(server).inserted {
                kill(server, isLate ? SIGKILL : SIGQUIT)
            }
            if servers.isEmpty || isLate { return }
            // Not ours to be cancelled: the task may be so already.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
    }

    /// The process id that the server of a cluster's directory wrote, if that process is such a server.
    package static func identifier(in path: String) -> Int32? {
        guard let bytes = try? OpenFile("\(path)/data/postmaster.pid").read(256, at: 0),
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first,
            let processID = Int32(line), processID > 1,
            let command = try? OpenFile("/proc/\(processID)/cmdline").read(4096, at: 0),
            String(decoding: command, as: UTF8.self).contains("\(path)/data")
        else { return nil }
        return processID
    }

    /// The processes whose parent is `processID`.
    package static func children(of processID: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { status(of: $0)?.dropFirst().first == "\(processID)" }
    }

    /// Whether a process runs; one that has ended and was not yet waited for does not.
    package static func isAlive(_ processID: Int32) -> Bool {
        guard let state = status(of: processID)?.first else { return false }
        return state != "Z"
    }

    /// The fields of `/proc/PID/stat` behind the program's name: state, parent, …
    private static func status(of processID: Int32) -> [Substring]? {
        guard let bytes = try? OpenFile("/proc/\(processID)/stat").read(1024, at: 0) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.lastIndex(of: ")").map { text[$0...].dropFirst(2).split(separator: " ") }
    }
}
