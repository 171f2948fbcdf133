import GroundworkCore
import GroundworkCrypto

/// Decodes the `aws-chunked` content coding: `SIZE[;chunk-signature=…]` CRLF, data, CRLF, up to a chunk of size zero
/// and a trailer. Signatures are checked as the chunks go by.
struct AWSChunkedDecoder {
    private enum State { case header, data(left: Int), afterData, trailer, end }

    private var state = State.header
    private var line: [UInt8] = []
    private var signatures: ChunkSignatures?
    private let hasTrailer: Bool
    private let hash: Digest?
    private var signature = ""
    private var previousSize: Int?
    /// The fields of the trailer, names in lower case, the signature left out.
    private(set) var trailer: [(name: String, value: String)] = []
    private var trailerSignature: String?

    private static let longestLine = 16 * 1024
    /// Chunks but the last may not be smaller (S3 API reference).
    private static let smallestChunk = 8192

    init(signatures: ChunkSignatures?, hasTrailer: Bool) throws {
        self.signatures = signatures
        self.hasTrailer = hasTrailer
        hash = signatures == nil ? nil : try Digest(.sha256)
    }

    var isAtEnd: Bool { if case .end = state { true } else { false } }

    /// Decodes the next bytes and hands out the data within.
    mutating func decode(_ bytes: [UInt8], _ emit: (ArraySlice<UInt8>) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            if case .data(let left) = state {
                let piece = rest.prefix(left)
                hash?.update(Array(piece))
                try emit(piece)
                rest = rest.dropFirst(piece.count)
                if piece.count == left {
                    try endChunk()
                    state = .afterData
                } else {
                    state = .data(left: left - piece.count)
                }
                continue
            }
            if case .end = state { throw S3Failure.incompleteBody() }
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            line.append(contentsOf: rest[..<end])
            guard line.count <= Self.longestLine else { throw S3Failure.incompleteBody() }
            guard end != rest.endIndex else { return }
            rest = rest[(end + 1)...]
            if line.last == 0x0D { line.removeLast() }
            let text = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            try accept(text)
        }
    }

    private mutating func accept(_ text: String) throws {
        switch state {
        case .header: try beginChunk(text)
        case .afterData:
            guard text.isEmpty else { throw S3Failure.incompleteBody() }
            state = .header
        case .trailer:
            if text.isEmpty {
                try finish()
            } else {
                try addField(text)
            }
        case .data, .end: break
        }
    }

    private mutating func beginChunk(_ text: String) throws {
        let parts = text.split(separator: ";", maxSplits: 1)
        guard let size = parts.first.flatMap({ Int($0.trimmingASCIIWhitespace(), radix: 16) }), size >= 0 else {
            throw S3Failure.incompleteBody()
        }
        if signatures != nil {
            let mark = "chunk-signature="
            guard parts.count == 2, parts[1].hasPrefix(mark) else { throw S3Failure.incompleteBody() }
            signature = String(parts[1].dropFirst(mark.count))
        }
        if size > 0 {
            if let previousSize, previousSize < Self.smallestChunk {
                throw S3Failure(
                    403,
                    "InvalidChunkSizeError",
                    "Only the last chunk is allowed to have a size less than 8192 bytes"
                )
            }
            previousSize = size
            state = .data(left: size)
        } else {
            try endChunk()
            state = .trailer
        }
    }

    private mutating func endChunk() throws {
        guard let hash else { return }
        let isRight = try signatures?.acceptChunk(hash: try hash.finalize(), signature: signature) ?? true
        guard isRight else { throw Self.wrongSignature("chunk") }
    }

    private mutating func addField(_ text: String) throws {
        let pair = text.split(separator: ":", maxSplits: 1)
        guard hasTrailer, pair.count == 2 else {
            throw S3Failure(
                400,
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed."
            )
        }
        let name = pair[0].trimmingASCIIWhitespace().lowercasedASCII()
        let value = pair[1].trimmingASCIIWhitespace()
        if name == "x-amz-trailer-signature" { trailerSignature = value } else { trailer.append((name, value)) }
    }

    private mutating func finish() throws {
        if hasTrailer, signatures != nil {
            let text = trailer.map { "\($0.name):\($0.value)\n" }.joined()
            let isRight = try signatures?.acceptTrailer(text, signature: trailerSignature ?? "") ?? true
            guard isRight else { throw Self.wrongSignature("trailer") }
        }
        state = .end
    }

    private static func wrongSignature(_ what: String) -> S3Failure {
        S3Failure(
            403,
            "SignatureDoesNotMatch",
            "The \(what) signature we calculated does not match the signature you provided."
        )
    }
}
