import FoundationEssentials
import GroundworkCore
import PGBackup

/// PostgreSQL's client programs as doubles that do what a test says: real processes, so that signals, pipes and exit
/// statuses are real too. A program without a script of its own does what the real one does.
///
///     let programs = try ScriptedPrograms(version: "15.18", in: directory, real: cluster.binaries)
///     try programs.script("pg_dump", .copies(bytes: 100_000), .dies(signal: 9))
///     configuration.clientDirectories = [programs.directory]
///     configuration.searchesSystemDirectories = false
public struct ScriptedPrograms: Sendable {
    /// A step of a program.
    public struct Step: Sendable, Hashable {
        let lines: String

        /// Writes a text to its standard output.
        public static func writes(_ text: String) -> Step { Step(lines: "printf %s \(quoted(text))") }
        /// Writes a line to its standard error.
        public static func complains(_ text: String) -> Step { Step(lines: "printf '%s\\n' \(quoted(text)) >&2") }
        /// Runs the real program to its end.
        public static let runsTheRealOne = Step(lines: "\"$real\" \"$@\"")
        /// Runs the real program and hands on the first bytes of its output.
        public static func copies(bytes: Int) -> Step { Step(lines: "\"$real\" \"$@\" | head -c \(max(0, bytes))") }
        /// Reads so many bytes of its input.
        public static func reads(bytes: Int) -> Step { Step(lines: "head -c \(max(0, bytes)) > /dev/null") }
        /// Waits. The process can be ended meanwhile.
        public static func waits(seconds: Int) -> Step { Step(lines: "sleep \(max(0, seconds)) & wait $!") }
        /// Makes an empty file, for the test to see that it came so far.
        public static func touches(_ path: String) -> Step { Step(lines: ": > \(quoted(path))") }
        /// Ends by a signal.
        public static func dies(signal: Int32) -> Step { Step(lines: "kill -\(signal) $$") }
        /// Ends with a status.
        public static func exits(_ status: Int32) -> Step { Step(lines: "exit \(status)") }

        private static func quoted(_ text: String) -> String {
            "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }
    }

    private static let names = ["pg_dump", "pg_restore", "psql", "pg_dumpall"]

    /// The directory of the programs.
    public let directory: String
    private let version: String
    private let real: String

    /// Makes the four client programs.
    /// - Parameters:
    ///   - version: what they say of themselves, such as `15.18`.
    ///   - directory: an existing directory that is theirs.
    ///   - real: the directory of the real ones, such as ``PostgresCluster/binaries``.
    /// - Throws: `PGBackupError` when a file cannot be written.
    public init(version: String, in directory: String, real: String) throws {
        self.version = version
        self.directory = directory
        self.real = real
        for name in Self.names { try script(name, .runsTheRealOne) }
    }

    /// Gives a program its steps, one after the other; after the last it ends with the status of that.
    public func script(_ name: String, _ steps: Step...) throws {
        guard Self.names.contains(name) else {
            throw PGBackupError(.invalidConfiguration, "\(name) is none of \(Self.names.joined(separator: ", ")).")
        }
        let text = """
            #!/bin/sh
            if [ "$1" = --version ]; then echo "\(name) (PostgreSQL) \(version) (test double)"; exit 0; fi
            real=\(real)/\(name)
            \(steps.map(\.lines).joined(separator: "\n"))

            """
        let path = "\(directory)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o755]
            )
        else { throw PGBackupError(.systemFailure, "The test double \(path) could not be written.") }
    }
}
