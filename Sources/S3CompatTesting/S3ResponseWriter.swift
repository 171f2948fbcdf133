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
        return LoopbackResponse(status: .init(code: answer.status), headerFields: fields, body: body)
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
        return LoopbackResponse(status: .init(code: failure.status), headerFields: fields, body: body)
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
