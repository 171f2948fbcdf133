import GroundworkEnvModel
import GroundworkEnvSources

/// What is said about a secret when it is read.
final class SecretCheck {
    private let variable: EnvVariable
    private let mode: EnvMode
    private let origin: EnvOrigin

    init(variable: EnvVariable, mode: EnvMode, origin: EnvOrigin) {
        (self.variable, self.mode, self.origin) = (variable, mode, origin)
    }

    func run(_ text: String, into resolution: inout EnvResolution) {
        judge(text, into: &resolution)
        guard variable.isSecret else { return }
        if origin.kind == .commandLine {
            warn(
                .exposedSecret,
                "is a secret on the command line, where every user of the machine sees it",
                "set it in the environment or in a file",
                into: &resolution
            )
        }
        if let first = text.utf8.first, let last = text.utf8.last,
            first.isASCIIWhitespace || last.isASCIIWhitespace, !text.hasPrefix("-----BEGIN")
        {
            warn(
                .fragileValue,
                "begins or ends with white space",
                "remove it, unless it belongs to the secret",
                into: &resolution
            )
        }
    }

    /// Weak secrets stop a service that users can reach and warn a developer; tests and builds have made-up ones.
    private func judge(_ text: String, into resolution: inout EnvResolution) {
        guard mode != .test, mode != .build else { return }
        for finding in SecretHygiene.findings(for: text, variable: variable, mode: mode) {
            let problem = EnvProblem(
                .weakSecret,
                [variable.name],
                origin: origin,
                message: finding.message,
                remedy: finding.remedy
            )
            if finding.severity == .error, mode != .development {
                resolution.problems.append(problem)
            } else {
                resolution.warnings.append(problem)
            }
        }
    }

    private func warn(
        _ code: EnvProblem.Code,
        _ message: String,
        _ remedy: String,
        into resolution: inout EnvResolution
    ) {
        resolution.warnings.append(
            EnvProblem(code, [variable.name], origin: origin, message: message, remedy: remedy)
        )
    }
}
