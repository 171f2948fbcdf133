package import GroundworkEnvModel

/// The search for one variable's value in opened sources: the first one wins, and what was passed over is noted.
package struct EnvSearch {
    /// A value that stands somewhere.
    package struct Candidate {
        package var finding: OpenSource.Finding
        /// The name it stands under.
        package var name: String
        /// Whether the text names a file that holds the value.
        package var isFile = false
    }

    package private(set) var winner: Candidate?
    /// Where the variable is set, but empty.
    package private(set) var empty: EnvOrigin?
    package private(set) var provenance: EnvProvenance
    package private(set) var problems: [EnvProblem] = []
    package private(set) var warnings: [EnvProblem] = []

    package init(for variable: EnvVariable, in sources: [OpenSource]) {
        provenance = EnvProvenance(variable: variable.name, origin: nil)
        for source in sources {
            var own: Candidate?
            for name in variable.allNames {
                for candidate in Self.candidates(of: variable, named: name, in: source) {
                    let origin = candidate.finding.origin
                    if case .text(let text, _) = candidate.finding, text.isEmpty,
                        !variable.allowsEmpty || candidate.isFile
                    {
                        if empty == nil { empty = origin }
                        provenance.unused.append(.init(origin: origin, reason: "it is empty"))
                    } else if winner == nil {
                        winner = candidate
                        own = candidate
                    } else {
                        let reason = own == nil ? "an earlier source has a value" : "another name has a value"
                        provenance.unused.append(.init(origin: origin, reason: reason))
                        if let own { report(candidate, beside: own, of: variable) }
                    }
                }
            }
        }
    }

    private static func candidates(of variable: EnvVariable, named name: String, in source: OpenSource) -> [Candidate] {
        var found: [Candidate] = []
        if let finding = source.lookup(name) {
            found.append(Candidate(finding: finding.named(name == variable.name ? nil : name), name: name))
        }
        if variable.acceptsFile, let finding = source.lookup(name + "_FILE") {
            found.append(Candidate(finding: finding.named(name + "_FILE"), name: name, isFile: true))
        }
        return found
    }

    /// Two values in one source: `NAME` and `NAME_FILE` is an error, two names a warning.
    private mutating func report(
        _ second: Candidate,
        beside first: Candidate,
        of variable: EnvVariable
    ) {
        if first.name == second.name {
            problems.append(
                EnvProblem(
                    .ambiguous,
                    [variable.name],
                    origin: second.finding.origin,
                    message: "is given twice, as \(first.name) and as \(first.name)_FILE",
                    remedy: "unset \(second.finding.origin.name ?? first.name)"
                )
            )
        } else {
            warnings.append(
                EnvProblem(
                    .duplicate,
                    [variable.name],
                    origin: second.finding.origin,
                    message: "is set under two names; \(second.finding.origin.name ?? second.name) is not used",
                    remedy: "unset \(second.finding.origin.name ?? second.name)"
                )
            )
        }
    }
}

extension OpenSource.Finding {
    /// The same, found under another name than the variable's own.
    func named(_ name: String?) -> OpenSource.Finding {
        guard let name else { return self }
        switch self {
        case .text(let text, var origin):
            origin.name = name
            return .text(text, origin)
        case .unreadable(let reason, var origin):
            origin.name = name
            return .unreadable(reason, origin)
        }
    }

    /// The contents of the file that the text names.
    package var followed: OpenSource.Finding {
        guard case .text(let path, let origin) = self else { return self }
        return SecretFile.read(path, origin: origin)
    }
}
