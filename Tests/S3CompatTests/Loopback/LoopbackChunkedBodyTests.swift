import GroundworkCore
import GroundworkCrypto
import Testing

@testable import LoopbackS3

/// The `aws-chunked` coding, against the example that AWS publishes (S3 API reference, "Transferring Payload in
/// Multiple Chunks"): 65 KiB of `a` in chunks of 64 KiB.
@Suite struct LoopbackChunkedBodyTests {
    private static let chunks = [
        (65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ]

    private func signatures() throws -> ChunkSignatures {
        var key = Array("AWS4\(LoopbackSignatureTests.secret)".utf8)
        for step in ["20130524", "us-east-1", "s3", "aws4_request"] {
            key = try HMACKey(.sha256, key: key).authenticate(Array(step.utf8))
        }
        return ChunkSignatures(
            key: try HMACKey(.sha256, key: key),
            timestamp: "20130524T000000Z",
            scope: "20130524/us-east-1/s3/aws4_request",
            previous: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
        )
    }

    private func body(byte: UInt8 = 0x61) -> [UInt8] {
        Self.chunks.flatMap { size, signature in
            Array("\(String(size, radix: 16));chunk-signature=\(signature)\r\n".utf8)
                + [UInt8](repeating: byte, count: size) + [0x0D, 0x0A]
        }
    }

    private func decode(
        _ body: [UInt8],
        by step: Int,
        signed: Bool = true,
        trailer: Bool = false
    ) throws -> (bytes: [UInt8], decoder: AWSChunkedDecoder) {
        var decoder = try AWSChunkedDecoder(signatures: signed ? signatures() : nil, hasTrailer: trailer)
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: step) {
            try decoder.decode(Array(body[start..<min(start + step, body.count)])) { bytes += $0 }
        }
        return (bytes, decoder)
    }

    @Test(arguments: [7, 1000, 65_536, 1 << 20])
    func publishedChunksAreAcceptedHoweverTheyAreCut(_ step: Int) throws {
        let body = body()
        #expect(body.count == 66_824)
        let (bytes, decoder) = try decode(body, by: step)
        let isWhole = bytes == [UInt8](repeating: 0x61, count: 66_560)
        #expect(isWhole)
        #expect(decoder.isAtEnd)
    }

    @Test func aChangedByteIsRefused() throws {
        let failure = #expect(throws: S3Failure.self) { try decode(body(byte: 0x62), by: 4096) }
        #expect(failure?.code == "SignatureDoesNotMatch")
    }

    @Test func aBodyThatEndsEarlyIsNotAtItsEnd() throws {
        #expect(try decode(Array(body().dropLast(2)), by: 4096).decoder.isAtEnd == false)
    }

    @Test func aTrailerIsReadBehindUnsignedChunks() throws {
        let body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
        let (bytes, decoder) = try decode(Array(body.utf8), by: 3, signed: false, trailer: true)
        #expect(String(decoding: bytes, as: UTF8.self) == "hello")
        #expect(decoder.isAtEnd)
        #expect(decoder.trailer.map(\.name) == ["x-amz-checksum-crc32"])
        #expect(decoder.trailer.map(\.value) == ["NhCmhg=="])
    }

    @Test func onlyTheLastChunkMayBeSmall() throws {
        let body = "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"
        let failure = #expect(throws: S3Failure.self) {
            try decode(Array(body.utf8), by: 100, signed: false)
        }
        #expect(failure?.code == "InvalidChunkSizeError")
    }

    @Test(arguments: ["zz\r\n", "5\r\nhelloX\r\n", "-1\r\n", "0\r\n\r\nmore"])
    func malformedChunksAreRefused(_ body: String) {
        #expect(throws: S3Failure.self) { try decode(Array(body.utf8), by: 100, signed: false) }
    }
}
