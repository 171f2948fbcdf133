import HTTPTypes

/// An answer that says yes.
struct S3Answer: Sendable {
    enum Body: Sendable {
        case none
        case document([UInt8])
        case object(StoredObject, Range<Int64>)
    }

    var status = 200
    var headers: [(name: String, value: String)] = []
    var body = Body.none

    static func document(_ bytes: [UInt8]) -> S3Answer {
        S3Answer(headers: [("Content-Type", "application/xml")], body: .document(bytes))
    }

    static let noContent = S3Answer(status: 204)
}
