/// A path of your own site, safe to send a browser to: it begins with one slash and can name no other host.
///
/// `//evil.example`, `/\evil.example` and `https://evil.example` lead away in browsers, and control characters are
/// dropped by them before they read the rest (WHATWG URL, section 4.4), so none of these is one. Use it for the page
/// that a user wants to go back to after the sign-in: that comes out of a query, from anybody.
public struct AppleLocalPath: Sendable, Hashable, CustomStringConvertible {
    /// The path, with its query if it has one.
    public let rawValue: String

    /// The front page.
    public static let root = AppleLocalPath(unchecked: "/")

    private init(unchecked: String) { rawValue = unchecked }

    /// Takes a path of up to 512 bytes; nil for anything that could lead elsewhere.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...512).contains(bytes.count), bytes[0] == UInt8(ascii: "/"),
            bytes.count == 1 || bytes[1] != UInt8(ascii: "/"),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        rawValue = text
    }

    /// The path.
    public var description: String { rawValue }

    var hasQueryOrFragment: Bool { rawValue.contains("?") || rawValue.contains("#") }
}
