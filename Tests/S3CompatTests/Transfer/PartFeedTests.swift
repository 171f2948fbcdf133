import GroundworkCore
import GroundworkHTTP
import GroundworkStorage
import GroundworkTesting
import Testing

@testable import S3Compat

@Suite struct PartFeedTests {
    private func parts(of body: ObjectBody, partSize: Int) async throws -> [[UInt8]] {
        var feed = try PartFeed(body, partSize: Int64(partSize))
        var parts: [[UInt8]] = []
        while let (source, isLast) = try await feed.next() {
            guard case .bytes(let bytes) = source.httpBody.source else { continue }
            parts += bytes
            #expect(!isLast || source.length <= partSize)
            feed.buffers.giveBack(source)
        }
        return parts
    }

    @Test(arguments: [1, 7, 1000, 65_536])
    func cutsAnyChunksIntoEqualParts(partSize: Int) async throws {
        let random = ManualRandom(seed: 3)
        let bytes = random.bytes(partSize * 5 + 3)
        var ends = [0]
        while let last = ends.last, last < bytes.count {
            ends.append(min(bytes.count, last + Int(random.next() % UInt64(partSize * 3))))
        }
        let cuts = ends
        let chunks = Chunks { $0 + 1 < cuts.count ? Array(bytes[cuts[$0]..<cuts[$0 + 1]]) : nil }
        for body in [.stream(chunks, length: .unknown(estimate: nil)), ObjectBody.bytes(bytes)] {
            let parts = try await parts(of: body, partSize: partSize)
            #expect(parts.dropLast().allSatisfy { $0.count == partSize })
            let isWhole = parts.flatMap { $0 } == bytes
            #expect(isWhole)
        }
    }

    @Test func aStreamThatIsNothingIsOneEmptyPart() async throws {
        let nothing = ObjectBody.stream(Chunks { $0 < 3 ? [] : nil }, length: .unknown(estimate: nil))
        #expect(try await parts(of: nothing, partSize: 10) == [[]])
        let full = ObjectBody.stream(Chunks.of(pattern(20), size: 20), length: .unknown(estimate: nil))
        #expect(try await parts(of: full, partSize: 10).map(\.count) == [10, 10])
    }

    @Test func aStreamIsHeldToItsDeclaredLength() async throws {
        for declared: Int64 in [19, 21] {
            let body = ObjectBody.stream(Chunks.of(pattern(20), size: 6), length: .known(declared))
            let error = try await s3Error { _ = try await parts(of: body, partSize: 8) }
            #expect(error?.code == .lengthMismatch)
        }
    }

    @Test func aBufferThatSomebodyStillHoldsIsNotOverwritten() {
        let buffers = PartBuffers(capacity: 4)
        var held = buffers.take()
        held += [1, 2, 3, 4]
        buffers.giveBack(.buffer(PartBuffer(held)))
        var next = buffers.take()
        next += [5, 6, 7, 8]
        #expect(held == [1, 2, 3, 4])
    }
}

/// Takes parts without storing them, and notes how many were alive at once, and where they lay in memory.
private final class NotingStore: HTTPTransport {
    struct Notes: Sendable {
        var arrived = 0
        var answered = 0
        var mostAlive = 0
        var addresses: Set<UInt> = []
    }

    static let partSize = 5 << 20
    private let window: Int
    private let notes = Locked(Notes())

    init(window: Int) { self.window = window }

    var result: Notes { notes.withLock { $0 } }

    /// Chunks of a quarter of a part.
    func chunks(parts: Int) -> Chunks {
        let chunk = pattern(Self.partSize / 4)
        return Chunks { [notes] index in
            guard index < parts * 4 else { return nil }
            notes.withLock { notes in
                // This one, and those before it that have no answer yet.
                notes.mostAlive = max(notes.mostAlive, index / 4 - notes.answered + 1)
            }
            return chunk
        }
    }

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        var response = HTTPResponse(status: .ok)
        var text = ""
        switch request.method {
        case .post where request.path?.contains("uploads=") == true:
            text = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
        case .post:
            text = "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>"
        case .put:
            response.headerFields[.eTag] = "\"part\""
            try await take(body)
        default:
            response.headerFields[.contentLength] = String(Self.partSize * 12)
        }
        return HTTPStreamedResponse(head: response, body: HTTPResponseBody(bytes: Array(text.utf8)))
    }

    /// Answers no part before the window is full, and then leaves whoever wants to go beyond it the time to do so.
    private func take(_ body: HTTPBody?) async throws {
        guard case .bytes(let chunks)? = body?.source else { return }
        #expect(chunks.count == 1)
        let address = chunks.first?.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } ?? 0
        notes.withLock { notes in
            notes.arrived += 1
            notes.addresses.insert(address)
        }
        while notes.withLock({ $0.arrived < min(window, 12) }) { await Task.yield() }
        for _ in 0..<200 { await Task.yield() }
        notes.withLock { $0.answered += 1 }
    }
}

@Suite struct PartMemoryTests {
    /// The memory of an upload is `window` parts, the one that is being filled included, whatever the stream's length.
    @Test(arguments: [1, 2, 4])
    func aStreamPassesThroughAsManyBuffersAsTheWindowHas(window: Int) async throws {
        let store = NotingStore(window: window)
        var configuration = S3Client.Configuration(
            provider: try .custom(endpoint: "http://127.0.0.1:1"),
            credentials: .fixed(accessKeyID: "key", secretAccessKey: Secret("secret")),
            transport: store
        )
        configuration.transfer.partSize = Int64(NotingStore.partSize)
        configuration.transfer.window = window
        let bucket = try S3Client(configuration).bucket("bucket")
        try await bucket.upload("k", .stream(store.chunks(parts: 12), length: .unknown(estimate: nil)))
        let notes = store.result
        #expect(notes.answered == 12)
        #expect(notes.mostAlive == window)
        #expect(notes.addresses.count <= window)
    }
}
