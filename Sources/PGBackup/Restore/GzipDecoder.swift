import CGroundworkZlib
import GroundworkCore

/// Decompresses gzip members that follow each other, in pieces of bounded size whatever the input expands to.
@safe final class GzipDecoder {
    /// Why a stream cannot be decoded.
    struct Failure: Error {
        let reason: String
    }

    private static let pieceSize = 256 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var position = 0
    private var insideMember = false

    init() throws(Failure) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw Failure(reason: "zlib cannot be set up (status \(status))") }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Gives the decoder more input. ``next()`` must have returned nil before.
    func feed(_ bytes: [UInt8]) {
        input = bytes
        position = 0
    }

    /// The next piece of output, or nil when more input is needed.
    func next() throws(Failure) -> [UInt8]? {
        var failure: Failure?
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
            unsafe stream.pointee.next_out = buffer.baseAddress
            unsafe stream.pointee.avail_out = UInt32(buffer.count)
            failure = inflateInput()
            count = unsafe buffer.count - Int(stream.pointee.avail_out)
        }
        if let failure { throw failure }
        return piece.isEmpty ? nil : piece
    }

    /// Whether the input may end here.
    var isAtMemberEnd: Bool { !insideMember && position == input.count }

    private func inflateInput() -> Failure? {
        unsafe input.withUnsafeBufferPointer { bytes in
            while unsafe stream.pointee.avail_out > 0, position < bytes.count || insideMember {
                let rest = unsafe UnsafeBufferPointer(rebasing: bytes[position...])
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(rest.count)
                insideMember = true
                let status = unsafe inflate(stream, Z_NO_FLUSH)
                position += unsafe rest.count - Int(stream.pointee.avail_in)
                switch status {
                case Z_OK: continue
                case Z_STREAM_END:
                    insideMember = false
                    unsafe inflateReset(stream)
                case Z_BUF_ERROR: return nil
                default:
                    let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                    return Failure(reason: words ?? "zlib status \(status)")
                }
            }
            return nil
        }
    }
}
