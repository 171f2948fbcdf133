import FoundationEssentials
import HTTPTypes

extension S3Bucket {
    /// The uploads in parts that were begun and neither completed nor aborted, in the order of their keys.
    public func listMultipartUploads(prefix: String = "") async throws -> [S3MultipartUpload] {
        var uploads: [S3MultipartUpload] = []
        var marker: (key: String, id: String)?
        while true {
            var request = try request("ListMultipartUploads", .get, key: nil)
            request.query = [("uploads", "")]
            if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
            if provider.encodesListedKeys { request.query.append(("encoding-type", "url")) }
            if let marker {
                request.query.append(("key-marker", marker.key))
                request.query.append(("upload-id-marker", marker.id))
            }
            let (_, body) = try await client.collect(request)
            let page = try decodeUploads(body)
            uploads += page.uploads
            guard let next = page.next, next.key != marker?.key || next.id != marker?.id else { break }
            marker = next
        }
        // Some stores ignore the prefix.
        return uploads.filter { $0.key.utf8.starts(with: prefix.utf8) }
    }

    private func decodeUploads(
        _ body: [UInt8]
    ) throws(S3Error) -> (uploads: [S3MultipartUpload], next: (key: String, id: String)?) {
        var uploads: [S3MultipartUpload] = []
        var nextKey = ""
        var nextID = ""
        var isTruncated = false
        var isEncoded = false
        try decode(body, root: "ListMultipartUploadsResult", of: "ListMultipartUploads") { (reader) throws(XMLError) in
            try reader.children { (reader, name) throws(XMLError) in
                switch name {
                case "Upload": uploads.append(try Self.readUpload(&reader))
                case "NextKeyMarker": nextKey = try reader.text()
                case "NextUploadIdMarker": nextID = try reader.text()
                case "IsTruncated": isTruncated = try reader.boolean()
                case "EncodingType": isEncoded = try reader.text() == "url"
                default: break
                }
            }
        }
        if isEncoded {
            for index in uploads.indices { uploads[index].key = try decodeKey(uploads[index].key) }
            nextKey = try decodeKey(nextKey)
        }
        return (uploads, isTruncated && !(nextKey.isEmpty && nextID.isEmpty) ? (nextKey, nextID) : nil)
    }

    private static func readUpload(_ reader: inout XMLReader) throws(XMLError) -> S3MultipartUpload {
        var upload = S3MultipartUpload(key: "", uploadID: "")
        try reader.children { (reader, name) throws(XMLError) in
            switch name {
            case "Key": upload.key = try reader.text()
            case "UploadId": upload.uploadID = try reader.text()
            case "Initiated": upload.initiated = UTCDateTime(iso8601: try reader.text())?.date
            default: break
            }
        }
        return upload
    }

    /// The parts of an upload that the store has, in order.
    public func listParts(
        _ upload: S3MultipartUpload,
        options: S3RequestOptions = S3RequestOptions()
    ) async throws -> [S3Part] {
        let fields = try options.fields()
        var parts: [S3Part] = []
        var marker = ""
        while true {
            var request = try request("ListParts", .get, key: upload.key)
            request.headers = fields
            request.query = [("uploadId", upload.uploadID)]
            if !marker.isEmpty { request.query.append(("part-number-marker", marker)) }
            let (_, body) = try await client.collect(request)
            var next = ""
            var isTruncated = false
            try decode(body, root: "ListPartsResult", of: "ListParts", key: upload.key) { (reader) throws(XMLError) in
                try reader.children { (reader, name) throws(XMLError) in
                    switch name {
                    case "Part": parts.append(try Self.readPart(&reader))
                    case "NextPartNumberMarker": next = try reader.text()
                    case "IsTruncated": isTruncated = try reader.boolean()
                    default: break
                    }
                }
            }
            guard isTruncated, !next.isEmpty, next != marker else { return parts }
            marker = next
        }
    }

    private static func readPart(_ reader: inout XMLReader) throws(XMLError) -> S3Part {
        var part = S3Part(number: 0, etag: "", size: 0)
        try reader.children { (reader, name) throws(XMLError) in
            switch name {
            case "PartNumber": part.number = Int(try reader.integer())
            case "ETag": part.etag = S3ETag.plain(try reader.text())
            case "Size": part.size = try reader.integer()
            default:
                if let algorithm = S3ChecksumAlgorithm.known.first(where: { $0.elementName == name }) {
                    part.checksums[algorithm] = try reader.text()
                }
            }
        }
        return part
    }
}
