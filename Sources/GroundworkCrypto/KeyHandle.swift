import CGroundworkOpenSSL

/// A key of the library, freed with its last owner.
@safe final class KeyHandle: @unchecked Sendable {
    // Unchecked: the library's keys are immutable once made, and their reference count is atomic.
    let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

extension [UInt8] {
    /// An array that a C function fills; nil when it says that it failed by returning less than 1.
    static func filled(
        capacity: Int,
        _ body: (UnsafeMutablePointer<UInt8>) -> Int
    ) -> [UInt8]? {
        let result = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = unsafe Swift.max(0, Swift.min(capacity, body(base)))
        }
        return result.isEmpty ? nil : result
    }
}
