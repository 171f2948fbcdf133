import Glibc

/// A call to the operating system that failed.
public struct SystemCallError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The value of `errno`.
    public let number: Int32
    /// What was tried, such as `open`.
    public let call: String
    /// The file that it was about, if any.
    public let path: String?

    /// Makes an error from a value of `errno`.
    public init(number: Int32, call: String, path: String? = nil) {
        self.number = number
        self.call = call
        self.path = path
    }

    /// Makes an error from the present value of `errno`.
    package static func last(_ call: String, path: String? = nil) -> SystemCallError {
        SystemCallError(number: errno, call: call, path: path)
    }

    /// The system's words for the error, such as "No space left on device".
    public var reason: String { SystemCallError.text(of: number) }

    /// The call, the file and the reason.
    public var description: String {
        "\(call)\(path.map { " of \($0)" } ?? "") failed: \(reason) (errno \(number))"
    }

    /// The system's words for a value of `errno`.
    package static func text(of number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        return unsafe buffer.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress, unsafe strerror_r(number, base, $0.count) == 0 else {
                return "error \(number)"
            }
            return unsafe String(cString: base)
        }
    }
}
