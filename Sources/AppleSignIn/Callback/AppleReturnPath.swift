extension AppleSignInSession {
    /// ``context`` as a page of this site to go back to; nil for whatever might lead elsewhere.
    ///
    /// The context came back unaltered, but perhaps somebody else chose it: `?next=https://evil.example`. Only a path from
    /// the root passes, as browsers read it: no `//host`, no `/\host`, no scheme, no control characters (WHATWG URL,
    /// section 4.4).
    public var returnPath: String? { context.flatMap { Self.returnPath($0) } }

    /// The same for any text: the text itself when it is a path of this site, else nil.
    public static func returnPath(_ text: String) -> String? {
        let bytes = text.utf8
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2048 else { return nil }
        // Browsers drop tabs and line ends and read back slashes as slashes, so none of them may stand anywhere.
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        return bytes.dropFirst().first == UInt8(ascii: "/") ? nil : text
    }
}
