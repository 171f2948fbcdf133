import Glibc

extension ChildProcess.Configuration {
    /// The program with its path, behind `setpriv`, which asks the kernel for a signal when the test process dies and
    /// changes the user.
    func commandLine() throws(TestProcessError) -> [String] {
        let program = try ChildProcess.path(of: executable)
        var line = [try ChildProcess.path(of: "setpriv"), "--pdeathsig", "TERM"]
        if let user { line += ["--reuid", user, "--regid", user, "--init-groups"] }
        line.append("--")
        if let workingDirectory { line += [try ChildProcess.path(of: "env"), "-C", workingDirectory] }
        return line + [program] + arguments
    }
}

extension ChildProcess {
    /// The path of a program that is named or given by its path.
    package static func path(of executable: String) throws(TestProcessError) -> String {
        let candidates =
            executable.utf8.contains(0x2F)
            ? [executable]
            : (environmentValue("PATH") ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(executable)" }
        guard let path = candidates.first(where: { unsafe access($0, X_OK) == 0 }) else {
            throw TestProcessError(
                "The program \(executable) is not there; run Tests/Support/install.sh, venv.sh and examples.sh."
            )
        }
        return path
    }

    /// The value of a variable of this process's environment.
    package static func environmentValue(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
