import FoundationEssentials
import HTTPTypes

/// One page of a listing, with the token of the next.
public struct S3ListPage: Sendable, Hashable {
    /// The objects, in the order of their keys.
    public var objects: [ObjectInfo] = []
    /// The rolled-up prefixes, in order.
    public var commonPrefixes: [String] = []
    /// What to ask for the next page with; nil at the end.
    public var continuationToken: String?
}

extension S3Bucket {
    /// Lists one page (ListObjectsV2).
    /// - Parameters:
    ///   - options: prefix, delimiter, where to begin, and how many keys.
    ///   - continuationToken: from the page before.
    public func listObjects(
        _ options: ObjectListOptions = ObjectListOptions(),
        continuationToken: String? = nil
    ) async throws -> S3ListPage {
        guard (1...1000).contains(options.pageSize) else {
            throw S3Error.argument("The size of a page must be 1 to 1000, not \(options.pageSize).")
        }
        var request = try request("ListObjectsV2", .get, key: nil)
        request.query = [("list-type", "2"), ("max-keys", String(options.pageSize))]
        if !options.prefix.isEmpty { request.query.append(("prefix", options.prefix)) }
        // Some stores refuse an empty delimiter.
        if let delimiter = options.delimiter, !delimiter.isEmpty { request.query.append(("delimiter", delimiter)) }
        if let continuationToken {
            request.query.append(("continuation-token", continuationToken))
        } else if let startAfter = options.startAfter {
            request.query.append(("start-after", startAfter))
        }
        if provider.encodesListedKeys { request.query.append(("encoding-type", "url")) }
        let (_, body) = try await client.collect(request)
        return try await decodePage(body, options: options)
    }

    @concurrent
    private func decodePage(_ body: [UInt8], options: ObjectListOptions) async throws -> S3ListPage {
        var page = S3ListPage()
        var isTruncated = false
        var isEncoded = false
        try decode(body, root: "ListBucketResult", of: "ListObjectsV2") { (reader) throws(XMLError) in
            try reader.children { (reader, name) throws(XMLError) in
                switch name {
                case "Contents": page.objects.append(try Self.readObject(&reader))
                case "CommonPrefixes":
                    try reader.children { (reader, name) throws(XMLError) in
                        if name == "Prefix" { page.commonPrefixes.append(try reader.text()) }
                    }
                case "IsTruncated": isTruncated = try reader.boolean()
                case "NextContinuationToken": page.continuationToken = try reader.text()
                case "EncodingType": isEncoded = try reader.text() == "url"
                default: break
                }
            }
        }
        if isEncoded {
            for index in page.objects.indices { page.objects[index].key = try decodeKey(page.objects[index].key) }
            page.commonPrefixes = try page.commonPrefixes.map { try decodeKey($0) }
        }
        if !isTruncated {
            page.continuationToken = nil
        } else if page.continuationToken?.isEmpty ?? true {
            throw unexpected(
                "ListObjectsV2",
                key: nil,
                "The list goes on, but the store gives no token for the next page."
            )
        }
        return page
    }

    func decodeKey(_ text: String) throws(S3Error) -> String {
        guard let key = PercentEncoding.decode(text, plusIsSpace: provider.listedPlusIsSpace) else {
            throw unexpected("List", key: nil, "The store listed a key whose encoding is malformed or not UTF-8.")
        }
        return key
    }

    private static func readObject(_ reader: inout XMLReader) throws(XMLError) -> ObjectInfo {
        var object = ObjectInfo(key: "", size: 0)
        try reader.children { (reader, name) throws(XMLError) in
            switch name {
            case "Key": object.key = try reader.text()
            case "Size": object.size = try reader.integer()
            case "ETag":
                let etag = S3ETag.plain(try reader.text())
                object.etag = etag.isEmpty ? nil : etag
            case "LastModified": object.lastModified = UTCDateTime(iso8601: try reader.text())?.date
            default: break
            }
        }
        return object
    }
}
