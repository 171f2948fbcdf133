/// The `<Error>` document. All of it is optional: stores leave out what they like.
struct S3ErrorDocument: Sendable, Hashable {
    var code: String?
    var message: String?
    var requestID: String?
    var hostID: String?
    var region: String?

    /// Nil when the bytes are no error document; a cut-off one gives what was read.
    init?(_ bytes: [UInt8]) {
        guard bytes.contains(UInt8(ascii: "<")) else { return nil }
        var limits = XMLLimits()
        limits.maximumBytes = 1 << 20
        do throws(XMLError) {
            var reader = try XMLReader(bytes, limits: limits)
            var name = try reader.root()
            if name == "ErrorResponse" {
                // The form of other AWS services, which some gateways send: <ErrorResponse><Error>…
                while name != "Error" {
                    guard let event = try reader.next() else { return nil }
                    if case .start(let inner, _) = event { name = XMLReader.localName(inner) }
                }
            }
            guard name == "Error" else { return nil }
            do throws(XMLError) { try read(&reader) } catch { if code == nil { return nil } }
        } catch {
            return nil
        }
        if code == nil, message == nil { return nil }
    }

    private mutating func read(_ reader: inout XMLReader) throws(XMLError) {
        var document = self
        defer { self = document }
        try reader.children { (reader, name) throws(XMLError) in
            switch name {
            case "Code": document.code = Self.clean(try reader.text(), limit: 128)
            case "Message": document.message = Self.clean(try reader.text(), limit: 1024)
            case "RequestId": document.requestID = Self.clean(try reader.text(), limit: 256)
            case "HostId": document.hostID = Self.clean(try reader.text(), limit: 256)
            case "Region": document.region = Self.clean(try reader.text(), limit: 64)
            default: break
            }
        }
    }

    /// One line of bounded length: it goes into messages and logs.
    private static func clean(_ text: String, limit: Int) -> String? {
        let words = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        let line = String(words.prefix(limit)).trimmingASCIIWhitespace()
        return line.isEmpty ? nil : line
    }
}
