/// Follows whatever the fuzzer thinks of, whole and in pieces: index, borders and outcome must be the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchive(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let size = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    guard read(bytes, piece: max(1, bytes.count)) == read(bytes, piece: Int(size % 64) + 1) else {
        fatalError("the pieces matter")
    }
    return 0
}

private struct Reading: Equatable {
    var cuts: [Int] = []
    var index: ArchiveIndex?
    var outcome: ArchiveOutcome?
}

private func read(_ bytes: [UInt8], piece: Int) -> Reading {
    guard let reader = try? ArchiveReader(hashes: true) else { fatalError("no reader") }
    var reading = Reading()
    for start in stride(from: 0, to: bytes.count, by: piece) {
        reading.cuts += reader.feed(Array(bytes[start...].prefix(piece))).map { $0 + start }
    }
    guard zip(reading.cuts, reading.cuts.dropFirst()).allSatisfy({ $0 < $1 }) else {
        fatalError("borders out of order")
    }
    reading.index = reader.index
    reading.outcome = reader.finish()
    if reading.outcome == .complete, reading.cuts.last != bytes.count { fatalError("complete, but not at the end") }
    return reading
}

/// Stands for the digest of OpenSSL: a sum tells wrong bytes as well here.
final class Digest {
    struct Algorithm { static let sha256 = Algorithm() }
    private var sum: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ algorithm: Algorithm) throws(CryptoError) {}

    func update(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    func finalize() throws(CryptoError) -> [UInt8] {
        defer { sum = 0xCBF2_9CE4_8422_2325 }
        return withUnsafeBytes(of: sum) { Array($0) }
    }
}

struct CryptoError: Error {}
