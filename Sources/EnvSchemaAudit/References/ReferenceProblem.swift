/// What is wrong with a variable that refers to others.
struct ReferenceProblem: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case danglingService
        case danglingVariable
        case wrongCase
        case cyclic
        case selfReference
        case crossEnvironment
        case malformed
        case tooLarge
        /// The audit does not see what is referred to; nothing is known to be wrong.
        case unverified
    }

    var kind: Kind
    /// What is wrong, in a sentence.
    var message: String
    /// The reference to write instead, where the audit knows it.
    var suggestion: String?
    /// The members of a circle.
    var circle: [String] = []

    /// The presence that the problem gives.
    var presence: AuditPresence {
        switch kind {
        case .danglingService, .danglingVariable, .crossEnvironment, .malformed, .tooLarge: .referenceDangling
        case .wrongCase: .referenceWrongCase
        case .cyclic, .selfReference: .referenceCyclic
        case .unverified: .referenceUnverified
        }
    }

    var code: AuditFinding.Code {
        switch kind {
        case .danglingService: .danglingService
        case .danglingVariable: .danglingVariable
        case .wrongCase: .wrongCase
        case .cyclic: .cyclicReference
        case .selfReference: .selfReference
        case .crossEnvironment: .crossEnvironment
        case .malformed: .malformedReference
        case .tooLarge: .referenceTooLarge
        case .unverified: .unverifiedReference
        }
    }
}
