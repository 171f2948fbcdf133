import CGroundworkOpenSSL

/// A call of the cryptographic library that failed.
package struct CryptoError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried, such as "SHA256 digest".
    package let operation: String
    /// The library's reason.
    package let reason: String

    /// Makes an error from the library's error queue of this thread, and empties the queue.
    package init(_ operation: String) {
        self.operation = operation
        reason = CryptoError.takeReason()
    }

    package var description: String { "\(operation) failed: \(reason)" }

    private static func takeReason() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        return unsafe buffer.withUnsafeMutableBufferPointer { text in
            guard let base = text.baseAddress, unsafe gw_error_text(base, text.count) == 1 else {
                return "the cryptographic library gives no reason"
            }
            return unsafe String(cString: base)
        }
    }
}
