import FoundationEssentials
import Glibc
import GroundworkCore

/// A directory with PostgreSQL's client programs of one version.
public struct ClientPrograms: Sendable, Hashable, CustomStringConvertible {
    /// The directory.
    public var directory: String
    /// What `pg_dump --version` says.
    public var version: PostgresVersion

    /// Describes a directory.
    public init(directory: String, version: PostgresVersion) {
        self.directory = directory
        self.version = version
    }

    /// The version and the directory.
    public var description: String { "\(version) in \(directory)" }

    var dump: String { "\(directory)/pg_dump" }
    var restore: String { "\(directory)/pg_restore" }
    var dumpAll: String { "\(directory)/pg_dumpall" }
    var psql: String { "\(directory)/psql" }
}

extension ClientPrograms {
    /// The most directories that are looked at.
    private static let limit = 32
    /// How long a program may take to say its version.
    private static let answerTime = Duration.seconds(10)

    /// The directories that may hold client programs, best first: those configured, those where distributions put them,
    /// and those of `PATH`.
    static func candidateDirectories(configured: [String], path: String?, system: Bool) -> [String] {
        var directories = configured
        let places = [("/usr/lib/postgresql", "/bin"), ("/usr", "/bin"), ("/usr/libexec", "")]
        for (parent, suffix) in system ? places : [] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            for name in names.sorted() {
                if parent == "/usr/lib/postgresql" || name.hasPrefix("pgsql-") || name.hasPrefix("postgresql") {
                    directories.append("\(parent)/\(name)\(suffix)")
                }
            }
        }
        directories += (path ?? "").split(separator: ":").map(String.init)
        var seen: Set<String> = []
        return directories.filter { $0.hasPrefix("/") && seen.insert($0).inserted }
    }

    /// Looks for client programs and asks each for its version.
    /// - Throws: ``PGBackupError`` when none answered and one of them did not in time.
    static func find(
        in directories: [String],
        environment: [String: String],
        time: some TimeSource
    ) async throws -> [ClientPrograms] {
        var found: [ClientPrograms] = []
        var silent: String?
        for directory in directories {
            guard found.count < limit else { break }
            let dump = "\(directory)/pg_dump"
            let names = [dump, "\(directory)/pg_restore", "\(directory)/psql"]
            guard names.allSatisfy({ unsafe access($0, X_OK) == 0 }) else { continue }
            // Debian's /usr/bin/pg_dump is a script that picks a version by itself; we look behind it.
            guard !leadsToWrapper(dump) else { continue }
            do {
                let deadline = time.monotonic.advanced(by: answerTime)
                let text = try await withDeadline(deadline, time: time) {
                    try await version(of: dump, environment: environment)
                }
                guard let text, let version = PostgresVersion(text: text) else { continue }
                found.append(ClientPrograms(directory: directory, version: version))
            } catch is DeadlineExceeded {
                // Perhaps on a network file system that hangs; others may do.
                silent = dump
            }
        }
        if let silent, found.isEmpty {
            throw PGBackupError(
                .timedOut,
                "\(silent) --version did not answer within \(answerTime.seconds) seconds. Check that program and the file "
                    + "system that it is on."
            )
        }
        return found
    }

    private static func leadsToWrapper(_ path: String) -> Bool {
        guard let real = unsafe realpath(path, nil) else { return false }
        defer { unsafe free(real) }
        return unsafe String(cString: real).hasSuffix("/pg_wrapper")
    }

    private static func version(of program: String, environment: [String: String]) async throws -> String? {
        let result = try await ToolCommand(program, ["--version"], environment: environment).run(limit: 4096)
        return result.exit.isSuccess ? result.outputText : nil
    }
}
