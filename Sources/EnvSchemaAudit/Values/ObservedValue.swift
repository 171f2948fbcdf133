public import GroundworkBase

/// What a source tells of one variable.
public struct ObservedValue: Sendable {
    /// The text as it is stored, where it is known. On Railway it may hold references such as
    /// `${{Postgres.DATABASE_URL}}`.
    public var text: Secret<String>?
    /// The text as the process gets it, where a source told it: references are resolved.
    public var rendered: Secret<String>?
    /// Whether the platform keeps the value to itself: it is set, and nobody but the service can read it.
    public var isSealed: Bool
    /// Whether a boot report told that the value is empty.
    public var isEmpty: Bool
    /// The keyed fingerprint that a boot report told.
    public var fingerprint: AuditFingerprint?

    /// A value whose text is known.
    public init(_ text: String) {
        self.text = Secret(text)
        isSealed = false
        isEmpty = text.isEmpty
    }

    /// A value that is set and whose text is not known.
    public init(sealed fingerprint: AuditFingerprint?, isEmpty: Bool = false) {
        isSealed = true
        self.isEmpty = isEmpty
        self.fingerprint = fingerprint
    }

    /// What both sources together tell; where they differ, this one is right.
    public func merging(_ other: ObservedValue) -> ObservedValue {
        var merged = self
        if merged.text == nil, !isSealed || other.rendered == nil { merged.text = other.text }
        // A rendered text beside the stored one with its references: each says what the other cannot.
        if rendered != nil, other.rendered == nil, other.hasReference { merged.text = other.text }
        merged.rendered = rendered ?? other.rendered
        merged.fingerprint = fingerprint ?? other.fingerprint
        if merged.text != nil || merged.rendered != nil { merged.isSealed = false }
        return merged
    }

    /// Whether the stored text begins a reference somewhere.
    var hasReference: Bool { text?.withValue { $0.firstRange(of: "${{") != nil } ?? false }
}
