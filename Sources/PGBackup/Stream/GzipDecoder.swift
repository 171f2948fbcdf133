import CGroundworkZlib

/// Reads gzip members that follow each other, from chunks of any size. Every member's CRC-32 and length are checked.
///
///     let decoder = try GzipDecoder()
///     for try await chunk in content {
///         decoder.feed(chunk)
///         while let bytes = try decoder.next() { consume(bytes) }
///     }
///     try decoder.finish()
///
/// It holds one chunk of input and makes one of output at a time, whatever the input claims. After an error it gives
/// the same error again.
@safe package final class GzipDecoder {
    private enum State {
        /// Before the first byte of a member.
        case between
        case within
        case failed(GzipError)
    }

    /// The bytes taken in, of all members.
    package private(set) var inputBytes: Int64 = 0
    /// The bytes given out.
    package private(set) var outputBytes: Int64 = 0
    /// The members that were read whole.
    package private(set) var members = 0

    private let stream: UnsafeMutablePointer<z_stream>
    private let chunkSize: Int
    private let limit: Int64
    private var input: [UInt8] = []
    private var position = 0
    private var memberOffset: Int64 = 0
    private var state = State.between
    /// Whether the last call filled its chunk: zlib may hold more without new input.
    private var mayHoldMore = false

    /// - Parameters:
    ///   - limit: contents longer than this are an error.
    ///   - chunkSize: the most bytes that ``next()`` gives.
    package init(limit: Int64 = .max, chunkSize: Int = 256 << 10) throws(GzipError) {
        self.limit = limit
        self.chunkSize = min(max(chunkSize, 1), 1 << 30)
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe gw_inflate_init_gzip(stream)
        guard status == Z_OK else {
            let reason = "zlib cannot be set up (status \(status))"
            throw GzipError(code: .systemFailure, reason: reason, offset: 0, memberOffset: 0)
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Hands in the next chunk. What ``next()`` has not read yet of the one before stays.
    package func feed(_ bytes: [UInt8]) {
        if position == input.count {
            input = bytes
        } else {
            input = Array(input[position...]) + bytes
        }
        position = 0
    }

    /// The next bytes of the contents, never empty; nil when more input is needed.
    package func next() throws(GzipError) -> [UInt8]? {
        if case .failed(let error) = state { throw error }
        while position < input.count || mayHoldMore {
            if case .between = state {
                guard position < input.count else { return nil }
                try beginMember()
            }
            let (produced, status) = inflateChunk()
            outputBytes += Int64(produced.count)
            guard outputBytes <= limit else { throw fail(.tooLong, "its contents have more than \(limit) bytes") }
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END:
                members += 1
                state = .between
                mayHoldMore = false
            case Z_MEM_ERROR: throw fail(.systemFailure, "zlib got no memory")
            default:
                let message = zlibMessage ?? "zlib gives status \(status)"
                if members > 0, message == "incorrect header check" { throw fail(.trailingGarbage, Self.garbage) }
                throw fail(.corrupt, message)
            }
            if !produced.isEmpty { return produced }
            if status == Z_BUF_ERROR, position < input.count { throw fail(.corrupt, "zlib makes no progress") }
        }
        return nil
    }

    /// Tells that there is no more input. To be called when ``next()`` gave nil.
    /// - Throws: ``GzipError/Code/truncated`` when that is too early, or the error that came before.
    package func finish() throws(GzipError) {
        switch state {
        case .failed(let error): throw error
        case .within: throw fail(.truncated, "it ends within a member")
        case .between:
            guard position == input.count else { throw fail(.corrupt, "it was not read to its end") }
            guard members > 0 else { throw fail(.truncated, "it is empty") }
        }
    }

    private static var garbage: String { "bytes that are no gzip follow its last member" }

    private func beginMember() throws(GzipError) {
        // One byte decides: whoever cuts a file at a member's end and adds to it is told so.
        guard input[position] == 0x1F else {
            throw fail(
                members == 0 ? .corrupt : .trailingGarbage,
                members == 0 ? "it does not begin as gzip does" : Self.garbage
            )
        }
        memberOffset = inputBytes
        unsafe inflateReset(stream)
        state = .within
    }

    private func inflateChunk() -> (produced: [UInt8], status: Int32) {
        var status = Z_OK
        let available = min(input.count - position, 1 << 30)
        let produced = unsafe [UInt8](unsafeUninitializedCapacity: chunkSize) { output, count in
            unsafe input.withUnsafeBufferPointer { bytes in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: bytes.baseAddress?.advanced(by: position)
                )
                unsafe stream.pointee.avail_in = UInt32(available)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(output.count)
                status = unsafe inflate(stream, Z_NO_FLUSH)
                count = unsafe output.count - Int(stream.pointee.avail_out)
            }
        }
        let consumed = unsafe available - Int(stream.pointee.avail_in)
        position += consumed
        inputBytes += Int64(consumed)
        mayHoldMore = produced.count == chunkSize
        return (produced, status)
    }

    private var zlibMessage: String? {
        guard let message = unsafe stream.pointee.msg else { return nil }
        return unsafe String(cString: message)
    }

    private func fail(_ code: GzipError.Code, _ reason: String) -> GzipError {
        let error = GzipError(code: code, reason: reason, offset: inputBytes, memberOffset: memberOffset)
        state = .failed(error)
        return error
    }
}
