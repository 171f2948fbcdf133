/// A program to be run: never a shell, never a secret among its arguments.
package struct ToolCommand: Sendable {
    /// What happens to a standard stream.
    package enum Stream: Sendable {
        /// `/dev/null`.
        case null
        /// A pipe to or from us.
        case pipe
    }

    /// The absolute path.
    package var executable: String
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    package var input: Stream = .null
    package var output: Stream = .null
    /// How long the program may take to end after SIGTERM, before SIGKILL.
    package var grace: Duration = .seconds(2)

    package init(_ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }

    /// The same program run by another user, which only root can do.
    ///
    /// `setpriv` of util-linux changes the user and then becomes the program. The spawner's own options would do it in a
    /// forked copy of this process, where glibc's `setgroups` can wait forever for threads that were not copied.
    package func run(asUser user: UInt32, group: UInt32) -> ToolCommand {
        var command = self
        command.executable = "/usr/bin/setpriv"
        command.arguments =
            ["--reuid=\(user)", "--regid=\(group)", "--init-groups", "--", executable] + arguments
        return command
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
