import EnvSchema
import GroundworkBase

/// The variables of all services and what they refer to.
///
/// Every variable is resolved once. References nest at most ``depthLimit`` deep and grow to at most the 128 KiB that
/// Linux passes to a process in one variable (execve(2)), so that no input makes the audit slow.
struct ReferenceGraph {
    /// One service's variables, or the shared ones.
    struct Scope {
        /// The name that references use.
        var name: String
        var variables: [String: ObservedValue]
        /// Whether a variable that is not here does not exist.
        var isComplete: Bool
    }

    /// One variable of one scope.
    struct Node: Hashable {
        var scope: Int
        var name: String
    }

    /// What is known of one variable.
    struct State {
        var isReference = false
        var problem: ReferenceProblem?
        /// The text that the process gets, where it can be known.
        var rendered: String?
        /// The variable that the value comes from, through references that are nothing but a reference.
        var root: Node
        /// Whether the value comes from somewhere that does not tell it: sealed, or given by the platform.
        var isHidden = false
    }

    static let depthLimit = 64
    static let sizeLimit = 128 << 10

    let scopes: [Scope]
    /// The index of the shared variables in ``scopes``; nil when the project is not known.
    let shared: Int?
    let environment: String?
    let otherEnvironments: [String: Set<String>]
    private let byName: [String: Int]
    private let byLowerName: [String: Int]
    /// For each scope its variables by their names in lower case.
    let lowerNames: [[String: String]]
    private let sortedNames: [[String]]
    private let serviceNames: [String]
    private var states: [Node: State] = [:]
    private var path: [Node] = []

    init(services: [Scope], project: RailwaySnapshot?) {
        var scopes = services
        var byName: [String: Int] = [:]
        var byLowerName: [String: Int] = [:]
        for (index, scope) in services.enumerated() {
            byName[scope.name] = index
            byLowerName[scope.name.lowercasedASCII()] = index
        }
        if let project {
            scopes.append(Scope(name: "shared", variables: project.shared, isComplete: true))
            shared = scopes.count - 1
        } else {
            shared = nil
        }
        self.scopes = scopes
        lowerNames = scopes.map { scope in
            Dictionary(scope.variables.keys.map { ($0.lowercasedASCII(), $0) }, uniquingKeysWith: min)
        }
        sortedNames = scopes.map { $0.variables.keys.sorted() }
        serviceNames = byName.keys.sorted()
        self.byName = byName
        self.byLowerName = byLowerName
        environment = project?.environment
        otherEnvironments = project?.otherEnvironments ?? [:]
    }

    /// What is known of a variable that exists.
    mutating func state(of node: Node) -> State {
        if let known = states[node] { return known }
        var state = State(root: node)
        guard let value = scopes[node.scope].variables[node.name] else { return state }
        state.rendered = value.rendered.map { $0.withValue { $0 } }
        guard let text = value.text.map({ $0.withValue { $0 } }) else {
            state.isHidden = state.rendered == nil
            states[node] = state
            return state
        }
        let parts = ReferenceText.parts(of: text)
        if parts.contains(where: \.isReference) {
            path.append(node)
            resolve(parts, of: node, into: &state)
            path.removeLast()
        } else {
            state.rendered = state.rendered ?? text
        }
        states[node] = state
        return state
    }

    private mutating func resolve(_ parts: [ReferenceText.Part], of node: Node, into state: inout State) {
        state.isReference = true
        var text: String? = ""
        for part in parts {
            var addition: String?
            switch part {
            case .literal(let literal):
                addition = literal
            case .malformed(let reason):
                note(ReferenceProblem(kind: .malformed, message: reason), in: &state)
            case .reference(let namespace, let name):
                switch target(namespace: namespace, name: name, from: node) {
                case .failure(let failure): note(failure.problem, in: &state)
                case .success(nil): state.isHidden = true
                case .success(.some(let target)):
                    addition = follow(target, from: node, into: &state, isWhole: parts.count == 1)
                }
            }
            if let so = text, let addition, so.utf8.count + addition.utf8.count <= Self.sizeLimit {
                text = so + addition
            } else {
                if text != nil, addition != nil {
                    let message = "It grows beyond the 128 KiB that Linux passes to a process in one variable."
                    note(ReferenceProblem(kind: .tooLarge, message: message), in: &state)
                }
                text = nil
            }
        }
        state.rendered = state.rendered ?? text
    }

    /// Keeps the gravest problem: the first one that is more than unverified.
    private func note(_ problem: ReferenceProblem, in state: inout State) {
        if let known = state.problem, known.kind != .unverified || problem.kind == .unverified { return }
        state.problem = problem
    }

    private mutating func follow(_ target: Node, from node: Node, into state: inout State, isWhole: Bool) -> String? {
        if target == node {
            let message = "It refers to itself."
            note(ReferenceProblem(kind: .selfReference, message: message), in: &state)
            return nil
        }
        if let start = path.firstIndex(of: target) {
            let circle = path[start...].map(title)
            let shown = circle.count <= 8 ? circle : circle.prefix(7) + ["…"]
            let message = "The references go in a circle: \((shown + [title(target)]).joined(separator: " → "))."
            note(ReferenceProblem(kind: .cyclic, message: message, circle: Array(circle)), in: &state)
            return nil
        }
        guard path.count < Self.depthLimit else {
            let message = "The references are nested more than \(Self.depthLimit) deep."
            note(ReferenceProblem(kind: .tooLarge, message: message), in: &state)
            return nil
        }
        let next = self.state(of: target)
        if let problem = next.problem {
            let isOwn = problem.circle.contains(title(node))
            let message = isOwn ? problem.message : "\(title(target)) is broken: \(problem.message)"
            // The end of a long chain is what matters, not each step.
            let brief = message.utf8.count < 600 ? message : "\(title(target)) is broken further on."
            let kind: ReferenceProblem.Kind = problem.kind == .selfReference ? .cyclic : problem.kind
            note(ReferenceProblem(kind: kind, message: brief, circle: isOwn ? problem.circle : []), in: &state)
        }
        state.isHidden = state.isHidden || next.isHidden
        if isWhole { state.root = next.root }
        return next.rendered
    }

    /// `auth-service.JWT_SECRET`.
    func title(_ node: Node) -> String {
        "\(VisibleText.line(scopes[node.scope].name)).\(VisibleText.line(node.name))"
    }

    /// The service of a name, in this case.
    func scope(named name: String) -> Int? { byName[name] }

    /// The service of a name, in any case.
    func scope(namedLike name: String) -> Int? { byLowerName[name.lowercasedASCII()] }

    /// The most names that are looked through for a likely one; with more a suggestion is not worth its time.
    private static let nearLimit = 2000

    /// The service that was probably meant.
    func service(near name: String) -> String? {
        serviceNames.count <= Self.nearLimit ? NearMiss.best(for: name, among: serviceNames) : nil
    }

    /// The variable of a scope that was probably meant.
    func variable(near name: String, in scope: Int) -> String? {
        let names = sortedNames[scope]
        return names.count <= Self.nearLimit ? NearMiss.best(for: name, among: names) : nil
    }
}
