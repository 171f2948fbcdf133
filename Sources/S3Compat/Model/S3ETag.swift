import GroundworkCrypto

/// ETags: quoted on the wire, plain in this module.
enum S3ETag {
    /// Without quotes and without the mark of a weak one.
    static func plain(_ text: String) -> String {
        var text = Substring(text.trimmingASCIIWhitespace())
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        return String(text)
    }

    static func quoted(_ etag: String) -> String {
        etag == "*" || (etag.hasPrefix("\"") && etag.hasSuffix("\"")) ? etag : "\"\(etag)\""
    }

    /// The MD5 that an ETag of a whole object or a part may be.
    static func md5(_ etag: String) -> [UInt8]? {
        etag.utf8.count == 32 ? Hex.decode(etag) : nil
    }

    /// The ETag of an object from those of its parts: the MD5 of their MD5s, and their number.
    static func multipart(_ parts: [String]) throws(CryptoError) -> String? {
        let digest = try Digest(.md5)
        for part in parts {
            guard let md5 = md5(part) else { return nil }
            digest.update(md5)
        }
        return "\(Hex.encode(try digest.finalize()))-\(parts.count)"
    }
}
