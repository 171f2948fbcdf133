import GroundworkBase
package import GroundworkEnvModel

/// Finds the environment that a service runs in.
package struct ModeFinder {
    private let variable: String
    private let modes: [EnvMode]

    package init(variable: String, modes: [EnvMode]) {
        self.variable = variable
        self.modes = modes
    }

    /// The environment that the first source names; production, the strictest, when none does. Files are not asked: the
    /// answer decides which files are read.
    package func find(in sources: [EnvSource]) -> (EnvMode, EnvProblem?) {
        for source in sources where source.namesMode {
            for open in source.open(.production) {
                guard let finding = open.lookup(variable) else { continue }
                guard case .text(let text, let origin) = finding else {
                    return (.production, wrong(finding.origin, "cannot be read"))
                }
                let name = text.trimmingASCIIWhitespace()
                if name.isEmpty { continue }
                let mode = Self.longForms[name.lowercasedASCII()] ?? EnvMode(rawValue: name)
                guard modes.contains(mode) else {
                    return (.production, wrong(origin, "names an environment that the schema does not know"))
                }
                return (mode, nil)
            }
        }
        return (.production, nil)
    }

    /// Why a mode that the program gave is not one of the schema's.
    package func problem(of mode: EnvMode?) -> EnvProblem? {
        guard let mode, !modes.contains(mode) else { return nil }
        return EnvProblem(
            .mode,
            [],
            message: "load(mode:) names an environment that the schema does not know",
            expected: words,
            remedy: "use one of these, or add the environment to `static let modes`"
        )
    }

    private func wrong(_ origin: EnvOrigin, _ message: String) -> EnvProblem {
        EnvProblem(
            .mode,
            [variable],
            origin: origin,
            message: message,
            expected: words,
            remedy: "export \(variable)=\(modes.first ?? .production), or add the environment to `static let modes`"
        )
    }

    private var words: String { "one of \(modes.map(\.rawValue).joined(separator: ", "))" }

    private static let longForms: [String: EnvMode] = [
        "prod": .production, "dev": .development, "testing": .test,
    ]
}
