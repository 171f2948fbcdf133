/// What is said about a secret when it is read.
struct SecretCheck {
    let variable: EnvVariable
    let mode: EnvMode
    let origin: EnvOrigin

    func run(_ text: String, into resolution: inout EnvResolution) {
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
