import GroundworkBase
package import GroundworkEnvModel

/// Finds names that nobody declared but somebody probably meant.
package struct UnknownNames: Sendable {
    private let variables: [String]
    private let prefixes: [String]
    private let known: Set<String>
    package let secrets: Set<String>

    package init(_ variables: [EnvVariable], modeVariable: String, prefixes: [String]) {
        self.variables = variables.map(\.name)
        self.prefixes = prefixes.filter { !$0.isEmpty }
        var known: Set<String> = [modeVariable]
        var secrets: Set<String> = []
        for variable in variables {
            for name in variable.allNames {
                known.insert(name)
                if variable.isSecret { secrets.insert(name) }
                if variable.acceptsFile { known.insert(name + "_FILE") }
            }
        }
        self.known = known
        self.secrets = secrets
    }

    private func concerns(_ remark: Remark) -> Bool {
        guard let name = remark.name else { return true }
        return remark.isForSecrets ? secrets.contains(name) : known.contains(name)
    }

    /// A warning for each name under a declared prefix, each that is near to a variable that is not set, and each on the
    /// command line. Foreign names are nobody's business.
    package func warnings(for sources: [OpenSource], facts: EnvFacts) -> [EnvProblem] {
        let unset = variables.filter { !(facts.variables[$0] ?? .absent).isSet }
        var warnings: [EnvProblem] = []
        for source in sources {
            warnings += source.remarks.filter(concerns).map(\.problem)
            var strangers: [EnvProblem] = []
            for name in source.names where !known.contains(name) && EnvName.fault(in: name) == nil {
                if let warning = warning(for: name, in: source, unset: unset) { strangers.append(warning) }
            }
            warnings += ASCIIText.order(strangers.map { $0.variable ?? "" }).map { strangers[$0] }
        }
        return warnings
    }

    private func warning(for name: String, in source: OpenSource, unset: [String]) -> EnvProblem? {
        let meant = Self.standard.contains(name) ? nil : NearMiss.best(for: name, among: unset)
        var message = "is set, but not declared"
        var remedy = meant.map { "did you mean \($0)?" }
        if meant == nil, name.hasSuffix("_FILE"), unset.contains(String(name.dropLast(5))) {
            message = "is set, but \(name.dropLast(5)) is not read from a file"
            remedy = "declare it with orFile: true, or set \(name.dropLast(5))"
        }
        if remedy == nil {
            guard source.origin.kind == .commandLine || prefixes.contains(where: name.hasPrefix) else { return nil }
            remedy = "declare it, or remove it"
        }
        return EnvProblem(.unknownName, [name], origin: source.origin, message: message, remedy: remedy)
    }

    /// Names that shells and systems set and that are near to names that people declare.
    private static let standard = Set(
        ASCIIText.words(
            """
            HOME HOST HOSTNAME HOSTTYPE LANG LANGUAGE LOGNAME MAIL OLDPWD PATH PWD SHELL SHLVL TERM TMP TMPDIR TEMP TZ
            USER USERNAME EDITOR PAGER DISPLAY VISUAL
            """
        )
    )
}
