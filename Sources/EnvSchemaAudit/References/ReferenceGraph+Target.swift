import GroundworkBase

extension ReferenceGraph {
    /// What a reference leads to: a variable, nothing that can be known (the platform gives it), or a problem.
    func target(namespace: String?, name: String, from node: Node) -> Result<Node?, ReferenceFailure> {
        guard let namespace else { return variable(name, in: node.scope, namespace: nil, renamed: nil, from: node) }
        if namespace == "shared" {
            guard let shared else {
                return unverified("The shared variables of the project are not known to the audit.")
            }
            return variable(name, in: shared, namespace: "shared", renamed: nil, from: node)
        }
        if let scope = scope(named: namespace) {
            return variable(name, in: scope, namespace: namespace, renamed: nil, from: node)
        }
        let shown = VisibleText.line(namespace)
        if namespace.lowercasedASCII() == "shared", let shared {
            return variable(name, in: shared, namespace: "shared", renamed: shown, from: node)
        }
        if let scope = scope(namedLike: namespace) {
            return variable(name, in: scope, namespace: scopes[scope].name, renamed: shown, from: node)
        }
        if otherEnvironments[namespace] != nil || namespace == environment {
            return problem(
                .crossEnvironment,
                "\(shown) is an environment, not a service; a reference cannot leave its environment."
            )
        }
        let homes = otherEnvironments.filter { $0.value.contains(namespace) }.keys.sorted()
        if let home = homes.first {
            return problem(
                .crossEnvironment,
                "The service \(shown) stands only in the environment \(VisibleText.line(home)); a reference cannot "
                    + "leave its environment."
            )
        }
        guard shared != nil else { return unverified("The service \(shown) is not known to the audit.") }
        let near = service(near: namespace)
        return problem(
            .danglingService,
            "There is no service \(shown)." + (near.map { " Did you mean \(VisibleText.line($0))?" } ?? ""),
            suggestion: near.map { "${{\($0).\(name)}}" }
        )
    }

    private func variable(
        _ name: String,
        in scope: Int,
        namespace: String?,
        renamed: String?,
        from node: Node
    ) -> Result<Node?, ReferenceFailure> {
        func written(_ name: String) -> String { "${{\(namespace.map { "\($0)." } ?? "")\(name)}}" }
        let variables = scopes[scope].variables
        let owner = VisibleText.line(scopes[scope].name)
        let found =
            variables[name] != nil || isGivenByPlatform(name)
            ? name : lowerNames[scope][name.lowercasedASCII()]
        if let renamed {
            return problem(
                .wrongCase,
                "Names are case-sensitive: \(renamed) is written \(owner).",
                suggestion: written(found ?? name)
            )
        }
        if let found, found == name {
            return .success(variables[name] == nil ? nil : Node(scope: scope, name: name))
        }
        if let found {
            return problem(
                .wrongCase,
                "Names are case-sensitive: \(VisibleText.line(name)) is written \(VisibleText.line(found)).",
                suggestion: written(found)
            )
        }
        guard scopes[scope].isComplete else {
            return unverified("The variables of \(owner) are not known to the audit.")
        }
        if namespace == nil, let shared, scopes[shared].variables[name] != nil {
            return problem(
                .danglingVariable,
                "\(owner) has no variable \(VisibleText.line(name)), but there is a shared one.",
                suggestion: "${{shared.\(name)}}"
            )
        }
        let near = variable(near: name, in: scope)
        return problem(
            .danglingVariable,
            "\(owner) has no variable \(VisibleText.line(name))."
                + (near.map { " Did you mean \(VisibleText.line($0))?" } ?? ""),
            suggestion: near.map(written)
        )
    }

    private func problem(
        _ kind: ReferenceProblem.Kind,
        _ message: String,
        suggestion: String? = nil
    ) -> Result<Node?, ReferenceFailure> {
        .failure(ReferenceFailure(problem: ReferenceProblem(kind: kind, message: message, suggestion: suggestion)))
    }

    private func unverified(_ message: String) -> Result<Node?, ReferenceFailure> { problem(.unverified, message) }
}

/// A problem as the failure of a result.
struct ReferenceFailure: Error {
    var problem: ReferenceProblem
}

/// Whether Railway itself gives the variable, so that it is never unknown and always resolves.
func isGivenByPlatform(_ name: String) -> Bool { name.utf8.starts(with: "RAILWAY_".utf8) }
