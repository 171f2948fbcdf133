import EnvSchema

extension AuditPresence {
    /// The axis in words for people.
    var words: String {
        switch self {
        case .referenceResolved: "reference, resolved"
        case .unknown: "not known yet"
        default: rawValue
        }
    }
}

extension AuditSharing {
    /// The axis in words for people.
    var words: String {
        let demand: String
        switch (strength, owner) {
        case (.own, _): return "its own"
        case (.should, nil): demand = "should be shared"
        case (.should, let owner?): demand = "should match \(owner)"
        case (.must, nil): demand = "must be shared"
        case (.must, let owner?): demand = "must match \(owner)"
        }
        switch agreement {
        case .same: return "\(demand): the same"
        case .different: return "\(demand): DIFFERENT"
        case .unverified: return "\(demand): not comparable"
        case .alone, .absent: return demand
        }
    }
}

extension AuditRequirement {
    /// The axis in words for people.
    var words: String {
        switch (kind, isRequired) {
        case (.conditional, .yes): "required \(condition ?? "")"
        case (.conditional, .no): "optional: required \(condition ?? "")"
        case (.conditional, .unknown): "undecided: required \(condition ?? "")"
        case (.defaulted, _): "has a default"
        default: kind.rawValue
        }
    }
}
