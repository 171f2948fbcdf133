import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvSources

/// What became of one variable.
struct EnvResolution: Sendable {
    var reading: EnvDefinition.Reading?
    /// The text that was read, or that of the default.
    var text: String?
    var fact = EnvFact.absent
    var provenance: EnvProvenance
    var problems: [EnvProblem] = []
    var warnings: [EnvProblem] = []
}

/// Finds the value of a variable in opened sources.
struct EnvResolver: Sendable {
    let sources: [OpenSource]
    let mode: EnvMode
    /// Whether a source could not be read, so that what is missing may stand there.
    let isPartial: Bool

    init(sources: [OpenSource], mode: EnvMode) {
        self.sources = sources
        self.mode = mode
        isPartial = sources.contains { !$0.problems.isEmpty }
    }

    func resolve(_ definition: EnvDefinition) -> EnvResolution {
        let variable = definition.variable
        let search = EnvSearch(for: variable, in: sources)
        var resolution = EnvResolution(
            provenance: search.provenance,
            problems: search.problems,
            warnings: search.warnings
        )
        if let winner = search.winner {
            use(winner, for: definition, into: &resolution)
        } else {
            useFallback(of: definition, empty: search.empty, into: &resolution)
        }
        return resolution
    }

    private func use(_ winner: EnvSearch.Candidate, for definition: EnvDefinition, into resolution: inout EnvResolution)
    {
        let variable = definition.variable
        var origin = winner.finding.origin
        resolution.provenance.origin = origin
        resolution.fact = .set(nil)
        if variable.deprecatedNames.contains(winner.name) {
            resolution.warnings.append(
                EnvProblem(
                    .deprecatedName,
                    [variable.name],
                    origin: origin,
                    message: "is set by its old name \(winner.name)",
                    remedy: "rename \(winner.name) to \(variable.name)"
                )
            )
        }
        var finding = winner.finding
        if winner.isFile { finding = finding.followed }
        origin = finding.origin
        switch finding {
        case .unreadable(let reason, _):
            fail(.invalid, definition, origin, reason, into: &resolution)
        case .text(let text, _) where text.isEmpty && !variable.allowsEmpty:
            fail(.invalid, definition, origin, "names a file that is empty", into: &resolution)
        case .text(let text, _) where text.utf8.contains(0):
            fail(.invalid, definition, origin, "holds a NUL byte", into: &resolution)
        case .text(let text, _) where variable.isSecret && Self.holdsReference(text):
            fail(.unresolvedReference, definition, origin, Self.referenceMessage, into: &resolution)
        case .text(let text, _):
            // A file warns of them by itself.
            if origin.kind != .file, Self.holdsReference(text) { warnOfReference(variable, origin, into: &resolution) }
            switch definition.parse(text) {
            case .success(let reading):
                resolution.reading = reading
                resolution.text = text
                resolution.fact = .set(reading.text)
                SecretCheck(variable: variable, mode: mode, origin: origin).run(text, into: &resolution)
            case .failure(let error):
                fail(.invalid, definition, origin, "is not valid: \(error.reason)", into: &resolution)
            }
        }
    }

    /// A platform replaces `${{…}}` before the program starts; a text that still holds one is not the value.
    private static func holdsReference(_ text: String) -> Bool {
        text.utf8.contains(0x24) && text.firstRange(of: "${{") != nil
    }

    private static let referenceMessage = "holds a reference `${{…}}` that nobody replaced"

    private func warnOfReference(
        _ variable: EnvVariable,
        _ origin: EnvOrigin,
        into resolution: inout EnvResolution
    ) {
        resolution.warnings.append(
            EnvProblem(
                .unresolvedReference,
                [variable.name],
                origin: origin,
                message: Self.referenceMessage,
                remedy: "set the value itself, or let the platform replace it"
            )
        )
    }

    private func useFallback(of definition: EnvDefinition, empty: EnvOrigin?, into resolution: inout EnvResolution) {
        let variable = definition.variable
        if let fallback = definition.fallback, !variable.requirement.isRequired(in: mode) {
            resolution.reading = fallback
            if definition.hasDefault {
                resolution.provenance.origin = .defaultValue
                resolution.text = definition.defaultText?.withValue { $0 }
                resolution.fact = .defaulted(fallback.text)
            }
            return
        }
        var message = empty == nil ? "is not set" : "is set, but empty"
        if variable.requirement.base != .required { message += ", and must be in \(mode)" }
        if isPartial { message += " (in what could be read)" }
        fail(.missing, definition, empty, message, into: &resolution)
    }

    private func fail(
        _ code: EnvProblem.Code,
        _ definition: EnvDefinition,
        _ origin: EnvOrigin?,
        _ message: String,
        into resolution: inout EnvResolution
    ) {
        let remedy = EnvRemedy(definition: definition)
        resolution.problems.append(
            EnvProblem(
                code,
                [definition.variable.name],
                origin: origin,
                message: message,
                expected: remedy.expected,
                remedy: remedy.line(at: origin)
            )
        )
    }
}
