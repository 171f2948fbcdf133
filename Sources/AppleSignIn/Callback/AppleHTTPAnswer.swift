public import HTTPTypes

/// An answer that is ready to be sent by any web framework. Its description shows neither fields nor body, for they hold
/// what only the browser should see.
public struct AppleHTTPAnswer: Sendable, CustomStringConvertible, CustomReflectable {
    /// The status, such as 200 or 303.
    public let status: HTTPResponse.Status
    /// All header fields to set.
    public let headerFields: HTTPFields
    /// The body; empty for redirects.
    public let body: String

    /// The status.
    public var description: String { "AppleHTTPAnswer(\(status.code))" }
    /// The status.
    public var customMirror: Mirror { Mirror(self, children: ["status": status.code]) }
}
