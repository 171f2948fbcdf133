import Testing

@testable import GroundworkCurl

@Suite struct ChunkBuffersTests {
    private static let large = 100 << 10

    private func address(_ chunk: [UInt8]) -> UInt { chunk.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }

    /// Begins a chunk, fills it and hands it out.
    private func chunk(_ buffers: inout ChunkBuffers, _ byte: UInt8, count: Int = large) -> [UInt8] {
        var chunk = buffers.next(capacity: count)
        #expect(chunk.isEmpty && chunk.capacity >= count)
        chunk.append(contentsOf: repeatElement(byte, count: count))
        buffers.handOut(chunk)
        return chunk
    }

    #if !TSAN
    @Test func memoryThatNobodyHoldsIsUsedAgain() {
        var buffers = ChunkBuffers()
        var addresses: [UInt] = []
        for byte in 0..<12 { addresses.append(address(chunk(&buffers, UInt8(byte)))) }
        #expect(Set(addresses).count == 3)
    }
    #endif

    @Test func chunksThatAReaderKeepsStayAsTheyAre() {
        var buffers = ChunkBuffers()
        let kept = (0..<12).map { chunk(&buffers, UInt8($0)) }
        #expect(Set(kept.map(address)).count == 12)
        for (byte, chunk) in kept.enumerated() {
            let isUnchanged = chunk.count == Self.large && chunk.allSatisfy { $0 == UInt8(byte) }
            #expect(isUnchanged)
        }
    }

    @Test func smallChunksAreNotKept() {
        var buffers = ChunkBuffers()
        for byte in 0..<3 { _ = chunk(&buffers, UInt8(byte)) }
        let small = (0..<6).map { chunk(&buffers, UInt8($0), count: 1000) }
        #expect(small.allSatisfy { $0.capacity < Self.large })
    }
}
