import GroundworkHTTP
import HTTPTypes

/// A request to a provider's API, without what every request has.
struct ProviderRequest: Sendable {
    var method: HTTPRequest.Method
    /// The path behind the endpoint's, with a query if there is one; percent-encoded where it must be.
    var path: String
    /// Further header fields.
    var fields = HTTPFields()
    /// The body.
    var body: HTTPBody?
    /// What the body is.
    var contentType = "application/json"
    /// Whether the rate in its answer is the one that sending has. SendGrid counts each path by itself.
    var tellsRate = true

    /// A request without a body, which sends nothing.
    static func get(_ path: String) -> ProviderRequest {
        ProviderRequest(method: .get, path: path, tellsRate: false)
    }

    /// A request with a body in JSON.
    /// - Parameters:
    ///   - path: the path behind the endpoint's.
    ///   - json: the body.
    ///   - limit: beyond so many bytes a body of unknown length is broken off.
    static func post(_ path: String, _ json: JSONWriter, limit: Int? = nil) -> ProviderRequest {
        ProviderRequest(method: .post, path: path, body: json.text.body(limit: limit))
    }

    /// A text as one segment of a path (RFC 3986, section 3.3).
    static func segment(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if byte.isAlphanumeric || byte == 0x2D || byte == 0x5F || byte == 0x7E {
                result.append(byte)
            } else {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
