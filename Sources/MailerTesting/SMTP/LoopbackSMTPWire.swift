import GroundworkSockets

/// The bytes of one connection, line by line.
struct LoopbackSMTPWire {
    /// The client ended the connection, or sent what no client may.
    struct Ended: Error {}

    var stream: any ByteStream
    let idleTimeout: Duration
    private var buffer: [UInt8] = []
    private var position = 0
    /// How many packets came.
    private(set) var packets = 0

    init(_ stream: any ByteStream, idleTimeout: Duration) {
        self.stream = stream
        self.idleTimeout = idleTimeout
    }

    /// Whether the client has sent more than was read so far.
    var hasMore: Bool { position < buffer.count }

    /// What came in clear does not count after TLS began.
    mutating func replace(with secured: any ByteStream) {
        stream = secured
        (buffer, position) = ([], 0)
    }

    /// The next line without its CR LF. A line feed alone ends no line.
    mutating func line(limit: Int) async throws -> [UInt8] {
        var searched = position
        while true {
            while let end = buffer[searched...].firstIndex(of: 0x0A) {
                searched = end + 1
                guard end > position, buffer[end - 1] == 0x0D else { continue }
                defer { position = end + 1 }
                return Array(buffer[position..<end - 1])
            }
            guard buffer.count - position <= limit else { throw Ended() }
            let scanned = buffer.count - position
            try await fill()
            searched = position + scanned
        }
    }

    /// Waits until there is a byte to read.
    mutating func waitForByte() async throws {
        if !hasMore { try await fill() }
    }

    private mutating func fill() async throws {
        buffer.removeFirst(position)
        position = 0
        let bytes = try await stream.read(upTo: 64 * 1024, deadline: .now + idleTimeout)
        guard !bytes.isEmpty else { throw Ended() }
        packets += 1
        buffer += bytes
    }

    func send(_ bytes: [UInt8]) async throws {
        try await stream.write(bytes, deadline: .now + idleTimeout)
    }
}
