/// A program to be run: never a shell, never a secret among its arguments.
package struct ToolCommand: Sendable {
    /// What happens to a standard stream.
    package enum Stream: Sendable {
        /// `/dev/null`.
        case null
        /// A pipe to or from us.
        case pipe
    }

    /// Another user to run as; only root can.
    package struct User: Sendable, Hashable {
        package var userID: UInt32
        package var groupID: UInt32

        package init(userID: UInt32, groupID: UInt32) {
            self.userID = userID
            self.groupID = groupID
        }
    }

    /// The absolute path.
    package var executable: String
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    package var input: Stream = .null
    package var output: Stream = .null
    package var user: User?
    /// How long the program may take to end after SIGTERM, before SIGKILL.
    package var grace: Duration = .seconds(2)

    package init(_ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }

    /// The program's name, without its directory.
    package var name: String { executable.split(separator: "/").last.map(String.init) ?? executable }
}

/// How a child ended.
package enum ToolExit: Sendable, CustomStringConvertible {
    /// By itself, with a status.
    case exited(Int32)
    /// By a signal.
    case signaled(Int32)
    /// It was never started.
    case notStarted(any Error)

    /// Whether it ended by itself with status 0.
    package var isSuccess: Bool {
        if case .exited(0) = self { true } else { false }
    }

    /// The end in words: `exit status 1`, `killed by signal 9`.
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signaled(let signal): "killed by signal \(signal)"
        case .notStarted(let error): "not started: \(error)"
        }
    }
}
