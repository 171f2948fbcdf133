import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import HTTPTypes

/// Turns answers and failures into HTTP.
struct S3ResponseWriter: Sendable {
    let now: Date
    let requestID: String
    let isHead: Bool

    private var commonFields: HTTPFields {
        var fields = HTTPFields()
        fields["x-amz-request-id"] = requestID
        fields["x-amz-id-2"] = "loopback"
        fields["Date"] = UTCDateTime(now).httpDate
        fields["Server"] = "LoopbackS3Server"
        return fields
    }

    func response(_ answer: S3Answer, fault: LoopbackS3Fault.Base?) -> LoopbackResponse {
        var fields = commonFields
        for (name, value) in answer.headers { fields[name] = value }
        switch fault {
        case .wrongETag: if let tag = fields["ETag"] { fields["ETag"] = "\"\(String(unquoted(tag).reversed()))\"" }
        case .wrongChecksum:
            for algorithm in ChecksumAlgorithm.allCases where fields[algorithm.headerName] != nil {
                fields[algorithm.headerName] = Base64.encode([UInt8](repeating: 0, count: algorithm.byteCount))
            }
        default: break
        }
        var body = LoopbackResponse.Body.empty
        switch answer.body {
        case .none: break
        case .document(var bytes):
            if case .wrongETag = fault { bytes = Self.replacingETag(bytes) }
            body = .bytes(bytes)
        case .object(let object, let range):
            let length = range.upperBound - range.lowerBound
            if isHead {
                fields["Content-Length"] = "\(length)"
            } else if case .corruptResponse(let offset) = fault {
                body = .stream(length: length, CorruptedChunks(base: ObjectChunks(object, range), offset: offset))
            } else {
                body = .stream(length: length, ObjectChunks(object, range))
            }
        }
        return LoopbackResponse(status: Self.status(answer.status), headerFields: fields, body: body)
    }

    func response(_ failure: S3Failure, resource: String) -> LoopbackResponse {
        var fields = commonFields
        for (name, value) in failure.headers { fields[name] = value }
        var body = LoopbackResponse.Body.empty
        if failure.hasBody, !isHead {
            fields["Content-Type"] = "application/xml"
            body = .bytes(
                XMLText.document("Error", namespaced: false) { xml in
                    xml.element("Code", failure.code)
                    xml.element("Message", failure.message)
                    for (name, value) in failure.details { xml.element(name, value) }
                    xml.element("Resource", resource)
                    xml.element("RequestId", requestID)
                    xml.element("HostId", "loopback")
                }
            )
        }
        return LoopbackResponse(status: Self.status(failure.status), headerFields: fields, body: body)
    }

    /// With its phrase: botocore takes a status line without one for no status line.
    private static func status(_ code: Int) -> HTTPResponse.Status {
        let phrase =
            switch code {
            case 200: "OK"
            case 204: "No Content"
            case 206: "Partial Content"
            case 304: "Not Modified"
            case 400: "Bad Request"
            case 403: "Forbidden"
            case 404: "Not Found"
            case 409: "Conflict"
            case 411: "Length Required"
            case 412: "Precondition Failed"
            case 416: "Requested Range Not Satisfiable"
            case 429: "Too Many Requests"
            case 500: "Internal Server Error"
            case 501: "Not Implemented"
            case 503: "Slow Down"
            default: "Status \(code)"
            }
        return HTTPResponse.Status(code: code, reasonPhrase: phrase)
    }

    /// Turns the tag in a document into another.
    private static func replacingETag(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let start = text.firstRange(of: "<ETag>"), let end = text.firstRange(of: "</ETag>"),
            start.upperBound <= end.lowerBound
        else { return bytes }
        let wrong = "&quot;00000000000000000000000000000000&quot;"
        return Array((text[..<start.upperBound] + wrong + text[end.lowerBound...]).utf8)
    }
}
