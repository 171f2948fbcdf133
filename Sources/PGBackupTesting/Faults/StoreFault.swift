public import GroundworkStorage

/// What goes wrong with one call of a ``FaultyStore``.
public struct StoreFault: Sendable {
    /// A kind of call.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        /// `put`.
        case put
        /// `get`.
        case get
        /// `head`.
        case head
        /// `delete` and `deleteMany`.
        case delete
        /// `list`.
        case list
    }

    enum Kind: Sendable {
        case fails(ObjectStoreError)
        case failsAfter(bytes: Int64, ObjectStoreError)
        case losesAnswer
        case hangs(bytes: Int64)
        case keeps(bytes: Int64)
        case changesByte(Int64)
    }

    var operation: Operation
    var part: String
    var kind: Kind
    var skips = 0
    var repeats = false

    /// The call fails before anything is done.
    /// - Parameters:
    ///   - operation: the kind of call.
    ///   - part: what the key, or the prefix of a listing, must contain; empty for any.
    ///   - error: what the call throws.
    public static func fails(_ operation: Operation, of part: String = "", with error: ObjectStoreError) -> StoreFault {
        StoreFault(operation: operation, part: part, kind: .fails(error))
    }

    /// A put fails after it has taken so many bytes, and leaves nothing; a get fails after it has given so many.
    public static func fails(
        _ operation: Operation,
        of part: String = "",
        after bytes: Int64,
        with error: ObjectStoreError
    ) -> StoreFault {
        StoreFault(operation: operation, part: part, kind: .failsAfter(bytes: bytes, error))
    }

    /// A put is done, and its answer is lost: `outcomeUnknown`.
    public static func losesTheAnswer(toPutOf part: String = "") -> StoreFault {
        StoreFault(operation: .put, part: part, kind: .losesAnswer)
    }

    /// A put or get stops after so many bytes, until its task is cancelled.
    public static func hangs(_ operation: Operation, of part: String = "", after bytes: Int64 = 0) -> StoreFault {
        StoreFault(operation: operation, part: part, kind: .hangs(bytes: bytes))
    }

    /// A put reports success, and the store keeps the first bytes only.
    public static func keepsOnly(bytes: Int64, ofPut part: String = "") -> StoreFault {
        StoreFault(operation: .put, part: part, kind: .keeps(bytes: bytes))
    }

    /// A put reports success, and one byte of the object is another.
    public static func changesByte(_ offset: Int64, ofPut part: String = "") -> StoreFault {
        StoreFault(operation: .put, part: part, kind: .changesByte(offset))
    }

    /// The same fault, after so many calls that fit went well.
    public func after(calls: Int) -> StoreFault {
        var fault = self
        fault.skips = max(0, calls)
        return fault
    }

    /// The same fault, at every call that fits.
    public var always: StoreFault {
        var fault = self
        fault.repeats = true
        return fault
    }
}
