import GroundworkEnvModel

extension EnvSource {
    /// Overrides on the command line: `--set NAME=value` or `--set=NAME=value`, as often as wanted; the last one of a
    /// name wins. All other arguments are left to whoever reads them, and everything after `--` is.
    ///
    /// Not for secrets: every user of the machine sees a command line. One that is given this way gives a warning.
    /// - Parameter arguments: such as `CommandLine.arguments`.
    public static func arguments(_ arguments: [String]) -> EnvSource {
        let open = OpenSource.arguments(arguments)
        return EnvSource(namesMode: true) { _ in [open] }
    }
}

extension OpenSource {
    static func arguments(_ arguments: [String]) -> OpenSource {
        let origin = EnvOrigin(.commandLine)
        var values: [String: String] = [:]
        var problems: [EnvProblem] = []
        var remarks: [Remark] = []
        var rest = arguments[...]
        while let argument = rest.popFirst(), argument != "--" {
            let assignment: Substring?
            if argument == "--set" {
                assignment = rest.popFirst().map { $0[...] }
            } else if argument.hasPrefix("--set=") {
                assignment = argument.dropFirst(6)
            } else {
                continue
            }
            guard let assignment, let equals = assignment.utf8.firstIndex(of: 0x3D),
                EnvName.fault(in: String(assignment[..<equals])) == nil
            else {
                problems.append(
                    EnvProblem(
                        .source,
                        [],
                        origin: origin,
                        message: "an option --set is not followed by NAME=value",
                        remedy: "--set PORT=8080"
                    )
                )
                continue
            }
            let name = String(assignment[..<equals])
            if values[name] != nil { remarks.append(.duplicate(name, origin)) }
            values[name] = String(assignment[assignment.utf8.index(after: equals)...])
        }
        let found = values
        var source = OpenSource(origin: origin, names: Array(found.keys)) { name in
            found[name].map { .text($0, origin) }
        }
        source.problems = problems
        source.remarks = remarks
        return source
    }
}
