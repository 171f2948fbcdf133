package import GroundworkCore

/// Why a connection could not be made or used.
package struct SocketError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        private init(_ name: String) { description = name }

        /// A name that is no host name, an empty host, a certificate that cannot be read.
        package static let invalidConfiguration = Code("invalidConfiguration")
        /// The host's name does not resolve.
        package static let nameResolutionFailed = Code("nameResolutionFailed")
        /// Nothing answers at the address.
        package static let connectionFailed = Code("connectionFailed")
        /// The address cannot be listened on.
        package static let addressUnavailable = Code("addressUnavailable")
        /// The other side went away in the middle.
        package static let connectionLost = Code("connectionLost")
        /// The deadline passed.
        package static let timedOut = Code("timedOut")
        /// This side closed the connection before or meanwhile.
        package static let closed = Code("closed")
        /// The TLS handshake or a record failed.
        package static let tlsFailed = Code("tlsFailed")
        /// The server's certificate is not trusted, or is for another host.
        package static let certificateRejected = Code("certificateRejected")
        /// The system refused a resource, such as one more descriptor.
        package static let systemFailure = Code("systemFailure")
    }

    /// The kind of failure.
    package let code: Code
    /// A full sentence that names the thing.
    package let message: String
    /// The system's error, if there is one.
    package let systemError: SystemCallError?

    package init(_ code: Code, _ message: String, systemError: SystemCallError? = nil) {
        self.code = code
        self.message = message
        self.systemError = systemError
    }

    /// Makes an error from the negative `errno` that a C function returned.
    init(_ code: Code, _ message: String, call: String, result: Int) {
        let error = SystemCallError(number: Int32(clamping: -result), call: call)
        self.init(code, "\(message): \(error.reason).", systemError: error)
    }

    static var closedHere: SocketError { SocketError(.closed, "The connection was closed by this side.") }

    package var description: String { "\(code): \(message)" }
}
