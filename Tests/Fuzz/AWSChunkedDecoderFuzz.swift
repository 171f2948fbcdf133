/// Decodes whatever the fuzzer thinks of, whole and in pieces: data, trailer and outcome must be the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAWSChunkedDecoder(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let whole = Decoding(bytes, piece: max(1, bytes.count), choice)
    let parts = Decoding(bytes, piece: Int(choice >> 2 % 32) + 1, choice)
    guard whole == parts else { fatalError("the pieces matter: \(whole) and \(parts)") }
    guard whole.data.count <= bytes.count else { fatalError("more came out than went in") }
    return 0
}

private struct Decoding: Equatable {
    var data: [UInt8] = []
    var trailer: [String] = []
    var isAtEnd = false
    var failure: String?

    init(_ bytes: [UInt8], piece: Int, _ choice: UInt8) {
        do {
            let signatures = choice & 1 == 1 ? ChunkSignatures() : nil
            var decoder = try AWSChunkedDecoder(signatures: signatures, hasTrailer: choice & 2 == 2)
            do {
                for start in stride(from: 0, to: bytes.count, by: piece) {
                    var data: [UInt8] = []
                    try decoder.decode(Array(bytes[start...].prefix(piece))) { slice in
                        guard !slice.isEmpty else { fatalError("an empty piece") }
                        data += slice
                    }
                    self.data += data
                }
                isAtEnd = decoder.isAtEnd
            } catch let error as S3Failure {
                // What a decoder that failed had handed out before depends on the pieces, and nobody reads it.
                failure = error.code
                data = []
            }
            trailer = decoder.trailer.map { "\($0.name): \($0.value)" }
        } catch {
            fatalError("\(error)")
        }
    }
}

// What the decoder calls; the real signatures are a matter of OpenSSL.

struct ChunkSignatures {
    mutating func acceptChunk(hash: [UInt8], signature: String) throws -> Bool { signature != "bad" }
    mutating func acceptTrailer(_ text: String, signature: String) throws -> Bool { signature != "bad" }
}

struct S3Failure: Error {
    let code: String

    init(_ status: Int, _ code: String, _ message: String) { self.code = code }

    static func incompleteBody() -> S3Failure { S3Failure(400, "IncompleteBody", "") }
}

final class Digest {
    struct Algorithm { static let sha256 = Algorithm() }
    private var sum: UInt8 = 0

    init(_ algorithm: Algorithm) throws {}

    func update(_ bytes: [UInt8]) { for byte in bytes { sum ^= byte } }

    func finalize() throws -> [UInt8] {
        defer { sum = 0 }
        return [sum]
    }
}
