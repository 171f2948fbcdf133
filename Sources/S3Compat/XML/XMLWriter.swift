/// Writes the small documents that S3 takes.
package struct XMLWriter: Sendable {
    /// The namespace of S3's documents.
    package static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// The document so far.
    package private(set) var bytes: [UInt8] = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8)

    package init() {}

    /// Writes an element and, inside it, what `body` writes.
    package mutating func element(_ name: String, namespace: String? = nil, _ body: (inout XMLWriter) -> Void) {
        bytes.append(contentsOf: "<\(name)".utf8)
        if let namespace {
            bytes.append(contentsOf: " xmlns=\"".utf8)
            escape(namespace)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
        body(&self)
        bytes.append(contentsOf: "</\(name)>".utf8)
    }

    /// Writes an element that holds text.
    package mutating func element(_ name: String, _ text: String) {
        element(name) { $0.escape(text) }
    }

    /// Whether a text can be written so that any XML 1.0 reader gets it back.
    package static func canRepresent(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: true
            case 0..<0x20, 0xFFFE, 0xFFFF: false
            default: true
            }
        }
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case 0x00..<0x20, 0x7F: bytes.append(contentsOf: "&#\(byte);".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
