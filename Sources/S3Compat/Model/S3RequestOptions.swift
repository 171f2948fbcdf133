/// What a request carries beyond what its operation sets by itself.
public struct S3RequestOptions: Sendable, Hashable {
    /// Further header fields, signed with the rest: the key of an encrypted object, a checksum, who pays.
    public var headers: [String: String] = [:]

    /// Adds nothing.
    public init() {}

    /// Adds header fields.
    public init(headers: [String: String]) { self.headers = headers }

    /// The header fields, their names in lower case.
    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidArgument`` that names the field.
    func fields() throws(S3Error) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for (name, value) in headers {
            try S3PutOptions.check(name: name, value: value)
            fields.append((name.lowercasedASCII(), value))
        }
        fields.sort { $0.name < $1.name }
        return fields
    }
}

/// An algorithm for checksums that stores keep with objects and parts. The set is open.
///
/// Source: S3 API, "Checking object integrity".
public struct S3ChecksumAlgorithm: Sendable, Hashable, CustomStringConvertible {
    /// The name as `x-amz-checksum-algorithm` has it, such as `CRC32C`.
    public let rawValue: String

    /// Any algorithm.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// CRC-32 of ISO 3309.
    public static let crc32 = S3ChecksumAlgorithm("CRC32")
    /// CRC-32C of Castagnoli.
    public static let crc32c = S3ChecksumAlgorithm("CRC32C")
    /// CRC-64 of NVM Express.
    public static let crc64nvme = S3ChecksumAlgorithm("CRC64NVME")
    /// SHA-1.
    public static let sha1 = S3ChecksumAlgorithm("SHA1")
    /// SHA-256.
    public static let sha256 = S3ChecksumAlgorithm("SHA256")

    static let known: [S3ChecksumAlgorithm] = [.crc32, .crc32c, .crc64nvme, .sha1, .sha256]

    /// The header field that carries a checksum.
    var headerName: String { "x-amz-checksum-\(rawValue.lowercasedASCII())" }
    /// The element that carries one in documents.
    var elementName: String { "Checksum\(rawValue)" }

    /// The algorithm's name.
    public var description: String { rawValue }
}
