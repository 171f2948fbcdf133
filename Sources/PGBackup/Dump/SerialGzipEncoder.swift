import CGroundworkZlib
import GroundworkCore

/// Compresses a stream into gzip members that follow each other, each of at most so many bytes of input.
@safe final class SerialGzipEncoder {
    private let limit: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private var pending = 0
    private var output: [UInt8] = []

    /// - Parameters:
    ///   - level: 1 to 9.
    ///   - memberLimit: the most bytes of input of one member.
    init(level: Int, memberLimit: Int = 4 << 20) throws(PGBackupError) {
        limit = memberLimit
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe deflateInit2_(
            stream,
            Int32(level),
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else { throw PGBackupError(.systemFailure, "zlib cannot be set up (status \(status)).") }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Compresses `bytes` and returns what is ready.
    func append(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(limit - pending)
            deflate(piece, Z_NO_FLUSH)
            pending += piece.count
            rest = rest.dropFirst(piece.count)
            if pending == limit { endMember() }
        }
        return take()
    }

    /// Ends the last member and returns what is left.
    func finish() -> [UInt8] {
        if pending > 0 { endMember() }
        return take()
    }

    private func endMember() {
        deflate([], Z_FINISH)
        unsafe deflateReset(stream)
        pending = 0
    }

    private func take() -> [UInt8] {
        defer { output = [] }
        return output
    }

    private func deflate(_ bytes: ArraySlice<UInt8>, _ flush: Int32) {
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(input.count)
            var full = true
            while full {
                let produced = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                    unsafe stream.pointee.next_out = buffer.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(buffer.count)
                    _ = unsafe CGroundworkZlib.deflate(stream, flush)
                    count = unsafe buffer.count - Int(stream.pointee.avail_out)
                    full = unsafe stream.pointee.avail_out == 0
                }
                output += produced
            }
        }
    }
}
