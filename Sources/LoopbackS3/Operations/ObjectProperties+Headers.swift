import GroundworkCore
import HTTPTypes

extension ObjectProperties {
    private static let kept = [
        "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires",
    ]
    /// All metadata together, names and values (S3 User Guide, "Working with object metadata").
    private static let maximumMetadata = 2048

    /// Takes from a request what is kept with an object.
    init(_ headers: HTTPFields) throws(S3Failure) {
        contentType = headers["content-type"]
        storageClass = headers["x-amz-storage-class"]
        for name in Self.kept {
            guard var value = headers[name] else { continue }
            if name == "Content-Encoding" {
                // `aws-chunked` describes the transfer and is not kept.
                value = value.split(separator: ",").map { $0.trimmingASCIIWhitespace() }
                    .filter { $0 != "aws-chunked" }.joined(separator: ",")
            }
            if !value.isEmpty { self.headers.append((name, value)) }
        }
        var size = 0
        for field in headers.fields(withPrefix: "x-amz-meta-") {
            let name = String(field.name.canonicalName.dropFirst("x-amz-meta-".count))
            metadata.append((name, field.value))
            size += name.utf8.count + field.value.utf8.count
        }
        guard size <= Self.maximumMetadata else {
            throw S3Failure(
                400,
                "MetadataTooLarge",
                "Your metadata headers exceed the maximum allowed metadata size",
                [("Size", "\(size)"), ("MaxSizeAllowed", "\(Self.maximumMetadata)")]
            )
        }
    }

    /// The headers of an answer, those that the query overrides included.
    func answerHeaders(_ query: S3Query) -> [(name: String, value: String)] {
        var result = [("Content-Type", query["response-content-type"] ?? contentType ?? "binary/octet-stream")]
        for name in Self.kept {
            let override = query["response-\(name.lowercasedASCII())"]
            if let value = override ?? headers.first(where: { $0.name == name })?.value { result.append((name, value)) }
        }
        for (name, value) in metadata { result.append(("x-amz-meta-\(name)", value)) }
        if let storageClass, storageClass != "STANDARD" { result.append(("x-amz-storage-class", storageClass)) }
        return result
    }
}
