import CGroundworkChecksum
import CGroundworkZlib
import GroundworkCore

/// Compresses one member after the other; holds the memory of zlib and a buffer, and uses them again.
@safe final class MemberDeflater {
    /// The ten bytes that begin a member: magic, deflate, no flags, no time, no hint, Unix.
    static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer: UnsafeMutableRawBufferPointer

    /// - Parameter level: 1 (fast) to 9 (small).
    init(level: Int) throws(GzipError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe buffer = .init(start: nil, count: 0)
        let status = unsafe gw_deflate_init_raw(stream, Int32(min(max(level, 1), 9)), 8)
        guard status == Z_OK else {
            let reason = "zlib cannot be set up (status \(status))"
            throw GzipError(code: .systemFailure, reason: reason, offset: 0, memberOffset: 0)
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
        unsafe buffer.deallocate()
    }

    /// Compresses the pieces, together less than 4 GiB, into one member.
    func member(of pieces: [ArraySlice<UInt8>]) -> (bytes: [UInt8], crc32: UInt32) {
        let length = pieces.reduce(0) { $0 + $1.count }
        unsafe deflateReset(stream)
        let bound = unsafe Int(deflateBound(stream, UInt(length)))
        if unsafe buffer.count < bound {
            unsafe buffer.deallocate()
            unsafe buffer = .allocate(byteCount: bound, alignment: 64)
        }
        // deflateBound promises that one call with Z_FINISH is enough; so the output never runs out.
        unsafe stream.pointee.next_out = buffer.assumingMemoryBound(to: UInt8.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(buffer.count)
        var crc: UInt32 = 0
        for (index, piece) in pieces.enumerated() {
            unsafe piece.withUnsafeBufferPointer { bytes in
                crc = unsafe gw_crc32(crc, bytes.baseAddress, bytes.count)
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(bytes.count)
                unsafe deflate(stream, index == pieces.count - 1 ? Z_FINISH : Z_NO_FLUSH)
            }
        }
        if pieces.isEmpty {
            unsafe stream.pointee.avail_in = 0
            unsafe deflate(stream, Z_FINISH)
        }
        let count = unsafe buffer.count - Int(stream.pointee.avail_out)
        var result: [UInt8] = []
        result.reserveCapacity(Self.header.count + count + 8)
        result += Self.header
        unsafe result.append(contentsOf: UnsafeRawBufferPointer(buffer).prefix(count))
        for value in [crc, UInt32(truncatingIfNeeded: length)] {
            for shift in [UInt32(0), 8, 16, 24] { result.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        return (result, crc)
    }
}

/// Deflaters that wait for work. At most as many exist as were in use at once.
final class DeflaterPool: @unchecked Sendable {
    // Unchecked: a deflater is in the list or with one user, never both; the list is behind a lock.
    private let idle = Locked<[MemberDeflater]>([])
    private let level: Int

    init(level: Int) { self.level = level }

    func member(of pieces: [ArraySlice<UInt8>]) throws(GzipError) -> (bytes: [UInt8], crc32: UInt32) {
        var waiting = idle.withLock { $0.popLast() }
        let deflater: MemberDeflater
        if let present = waiting.take() { deflater = present } else { deflater = try MemberDeflater(level: level) }
        defer { idle.withLock { $0.append(deflater) } }
        return deflater.member(of: pieces)
    }
}
