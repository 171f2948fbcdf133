/// What a store can do, as far as it is known.
public struct ObjectStoreCapabilities: Sendable, Hashable {
    /// Whether a feature works.
    public enum Support: Sendable, Hashable {
        /// The store keeps to it; proved by a probe or documented.
        case enforced
        /// The store refuses it or, worse, accepts it and ignores it.
        case unsupported
        /// Nobody has looked.
        case unknown
    }

    /// `ObjectPutOptions.Condition.ifAbsent`.
    public var conditionalPut: Support
    /// Whether ``ObjectStore/abandonedUploads(prefix:olderThan:)`` can find anything.
    public var listsAbandonedUploads: Bool
    /// Whether two keys such as `a` and `a/b` can both hold objects, and keys like `a//b` are kept as they are.
    public var arbitraryKeys: Bool
    /// The longest object, in bytes; nil if there is no limit but space.
    public var maximumObjectSize: Int64?

    /// Describes a store.
    public init(
        conditionalPut: Support,
        listsAbandonedUploads: Bool,
        arbitraryKeys: Bool,
        maximumObjectSize: Int64? = nil
    ) {
        self.conditionalPut = conditionalPut
        self.listsAbandonedUploads = listsAbandonedUploads
        self.arbitraryKeys = arbitraryKeys
        self.maximumObjectSize = maximumObjectSize
    }
}
