/// The head of an HTTP/1 request, as it stood on the wire.
package struct HTTP1RequestHead: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        /// The name as sent: letters keep their case.
        package let name: String
        /// The value without white space at its ends.
        package let value: [UInt8]
    }

    /// How the end of the body is found (RFC 9112, section 6.3).
    package enum Framing: Sendable, Hashable {
        case length(Int64)
        case chunked
    }

    package var method = ""
    /// The request target, byte for byte.
    package var target = ""
    package var isHTTP10 = false
    package var fields: [Field] = []
    package var framing = Framing.length(0)
    /// Whether the connection may serve another request.
    package var keepsAlive = true
    /// Whether the client waits for `100 Continue` before it sends the body.
    package var expectsContinue = false

    /// The values of all fields of a name, given in small letters.
    package func values(of name: String) -> [[UInt8]] {
        fields.lazy.filter { $0.name.utf8.elementsEqual(name.utf8) || $0.name.lowercased() == name }.map(\.value)
    }
}

/// A request that breaks the rules of HTTP/1.1 or a limit.
package struct HTTP1ParsingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The status to answer with.
    package let status: Int
    /// What is wrong.
    package let description: String

    package init(_ status: Int, _ description: String) {
        self.status = status
        self.description = description
    }
}
