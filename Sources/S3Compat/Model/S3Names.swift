/// The rules for names.
enum S3Names {
    /// Checks the name of a bucket.
    ///
    /// Source: "Bucket naming rules" of the S3 User Guide; stores outside AWS are let have capitals and underscores.
    static func checkBucket(_ name: String, strict: Bool) throws(S3Error) {
        func refuse(_ reason: String) -> S3Error {
            S3Error(.invalidBucketName, "\"\(S3Provider.printable(name))\" cannot be the name of a bucket: \(reason).")
        }
        guard !name.isEmpty else { throw refuse("it is empty; set the bucket") }
        if name.hasPrefix("arn:") { throw refuse("names of access points (ARNs) are not supported") }
        if name.firstRange(of: "://") != nil { throw refuse("it is a URL; give the bucket's name alone") }
        if name.contains("/") {
            throw refuse("it holds a slash; give the bucket alone, and the rest as part of the keys")
        }
        let limit = strict ? 63 : 255
        guard (3...limit).contains(name.utf8.count) else { throw refuse("it must have 3 to \(limit) characters") }
        guard name.utf8.allSatisfy({ isAllowed($0, strict: strict) }) else {
            throw refuse(
                strict
                    ? "it may hold small letters, digits, dots and hyphens only"
                    : "it may hold letters, digits, dots, hyphens and underscores only"
            )
        }
        guard let first = name.utf8.first, let last = name.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
            throw refuse("it must begin and end with a letter or digit")
        }
        if name.firstRange(of: "..") != nil { throw refuse("it holds two dots in a row") }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) { throw refuse("it looks like an IP address") }
    }

    /// Checks a key: 1 to 1,024 bytes.
    static func checkKey(_ key: String) throws(S3Error) {
        guard !key.isEmpty else { throw S3Error(.invalidKey, "The key is empty; a key has 1 to 1024 bytes.") }
        guard key.utf8.count <= 1024 else {
            throw S3Error(
                .invalidKey,
                "The key \"\(S3Provider.printable(key))…\" has \(key.utf8.count) bytes; the most are 1024."
            )
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
    }

    private static func isAllowed(_ byte: UInt8, strict: Bool) -> Bool {
        if (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_") { return !strict }
        return isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
