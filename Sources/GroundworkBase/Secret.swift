/// A value that must not be shown: a password, a key, a token.
///
/// Every way of turning a `Secret` into text gives `<redacted>`: `description`, `debugDescription`, string
/// interpolation, `dump` and `Mirror`. It can be decoded but never encoded, so it cannot slip into a JSON log line.
/// Read it where it is used, and nowhere else:
///
///     let password = Secret("hunter2")
///     print(password)                              // <redacted>
///     password.withValue { connection.login($0) }
public struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    /// Wraps a value. The original stays with the caller, who should let it go.
    public init(_ value: Value) {
        self.value = value
    }

    /// Calls `body` with the wrapped value and returns what it returns.
    public func withValue<Result, Failure: Error>(
        _ body: (borrowing Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(value)
    }

    /// Returns a secret made from this one; the new value is as hidden as the old.
    public func map<Other: Sendable, Failure: Error>(
        _ transform: (borrowing Value) throws(Failure) -> Other
    ) throws(Failure) -> Secret<Other> {
        Secret<Other>(try transform(value))
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Secret: Decodable where Value: Decodable {
    /// Decodes the wrapped value in place. There is no counterpart: a secret is never encoded.
    public init(from decoder: any Decoder) throws {
        self.init(try Value(from: decoder))
    }
}

/// Values whose equality can be decided in time that depends on their length only.
public protocol ConstantTimeComparable: Sendable {
    /// Whether both values are equal, without leaving early at the first difference.
    static func constantTimeEquals(_ lhs: Self, _ rhs: Self) -> Bool
}

extension String: ConstantTimeComparable {
    /// Compares the UTF-8 bytes of both strings. The time depends on the lengths only.
    public static func constantTimeEquals(_ lhs: String, _ rhs: String) -> Bool {
        ConstantTime.equal(lhs.utf8, rhs.utf8)
    }
}

extension [UInt8]: ConstantTimeComparable {
    /// Compares all bytes. The time depends on the lengths only.
    public static func constantTimeEquals(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
        ConstantTime.equal(lhs, rhs)
    }
}

extension Secret: Equatable where Value: ConstantTimeComparable {
    /// Compares in constant time.
    public static func == (lhs: Secret, rhs: Secret) -> Bool {
        Value.constantTimeEquals(lhs.value, rhs.value)
    }
}
