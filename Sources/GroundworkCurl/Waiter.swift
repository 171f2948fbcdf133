/// A suspended task that waits for a value from elsewhere.
///
/// Safe by this rule, which every user of it follows: a waiter is taken out of the locked state that holds it before it
/// is resumed, so that it is resumed once.
@safe struct Waiter<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    /// Suspends the task, unless `register`, which is to keep the waiter, has the value at once.
    static func wait(_ register: (Waiter) -> Value?) async -> Value {
        await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Value, Never>) in
            if let value = unsafe register(Waiter(continuation: continuation)) {
                unsafe continuation.resume(returning: value)
            }
        }
    }

    /// Lets the task go on.
    func resume(_ value: Value) { unsafe continuation.resume(returning: value) }
}
