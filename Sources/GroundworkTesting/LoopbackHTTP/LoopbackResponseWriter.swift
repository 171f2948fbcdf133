import GroundworkCore
import GroundworkSockets
import HTTPTypes

/// Sends one response, or the fault in its place.
struct LoopbackResponseWriter {
    private let connection: LoopbackConnection
    private let request: HTTP1RequestHead
    private let keepsAlive: Bool
    private var stream: any ByteStream { connection.stream }

    init(_ connection: LoopbackConnection, request: HTTP1RequestHead, keepsAlive: Bool) {
        self.connection = connection
        self.request = request
        self.keepsAlive = keepsAlive
    }

    /// Whether another request may follow on the connection.
    func send(_ response: LoopbackResponse) async throws -> Bool {
        switch response.fault?.base {
        case .closeWithoutAnswer:
            stream.close()
            return false
        case .hang:
            try await stream.waitUntilHungUp(deadline: nil)
            return false
        case .raw(let bytes):
            try await write(bytes)
            return false
        case .truncateBody(let count):
            try await send(response, cutAfter: Int64(count))
            return false
        case .resetAfterBodyBytes(let count):
            try await send(response, cutAfter: Int64(count))
            // A reset drops what is not delivered yet.
            try? await stream.waitUntilDelivered(deadline: .now + .seconds(2))
            stream.reset()
            return false
        case nil:
            return try await send(response, cutAfter: nil)
        }
    }

    @discardableResult
    private func send(_ response: LoopbackResponse, cutAfter cut: Int64?) async throws -> Bool {
        let status = response.status
        let hasBody = request.method != "HEAD" && status.kind != .informational && ![204, 304].contains(status.code)
        let isChunked = response.body.length == nil && !request.isHTTP10
        let asksToClose = response.headerFields[values: .connection].contains { $0.lowercased() == "close" }
        let staysOpen = keepsAlive && !asksToClose && (response.body.length != nil || isChunked)
        var head = head(of: response, staysOpen: staysOpen)
        guard hasBody else {
            try await write(head)
            return staysOpen
        }
        var frame = BodyFrame(length: response.body.length, isChunked: isChunked, cut: cut)
        switch response.body.base {
        case .bytes(let bytes):
            if bytes.count <= 64 * 1024 {
                frame.append(bytes[...], to: &head)
                frame.finish(&head)
                try await write(head)
            } else {
                try await write(head)
                let rest = frame.cut.map { bytes.prefix(Int(clamping: $0)) } ?? bytes[...]
                for start in stride(from: 0, to: rest.count, by: 1 << 20) {
                    let end = min(start + 1 << 20, rest.count)
                    try await stream.write(rest[start..<end], deadline: connection.stallDeadline)
                }
                frame.sent = Int64(rest.count)
            }
        case .stream(_, let chunks):
            try await write(head)
            for try await chunk in chunks {
                if frame.passesWhole(chunk.count) {
                    frame.sent += Int64(chunk.count)
                    try await write(chunk)
                } else {
                    var framed: [UInt8] = []
                    frame.append(chunk[...], to: &framed)
                    try await write(framed)
                }
                if frame.isCut { break }
            }
            var tail: [UInt8] = []
            frame.finish(&tail)
            try await write(tail)
        }
        return staysOpen && frame.isComplete
    }

    private func write(_ bytes: [UInt8]) async throws {
        try await stream.write(bytes, deadline: connection.stallDeadline)
    }

    private func head(of response: LoopbackResponse, staysOpen: Bool) -> [UInt8] {
        let status = response.status
        var head = Array("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n".utf8)
        func append(_ name: String, _ value: some Sequence<UInt8>) {
            head += name.utf8
            head += [0x3A, 0x20]
            head += value
            head += [0x0D, 0x0A]
        }
        let ours: [HTTPField.Name] = [.transferEncoding, .connection]
        for field in response.headerFields where !ours.contains(field.name) {
            unsafe field.withUnsafeBytesOfValue { unsafe append(field.name.rawName, $0) }
        }
        if response.headerFields[.date] == nil {
            append("Date", UTCDateTime(SystemTime().now).httpDate.utf8)
        }
        if status.kind != .informational, status.code != 204 {
            if let length = response.body.length {
                if response.headerFields[.contentLength] == nil, status.code != 304 {
                    append("Content-Length", "\(length)".utf8)
                }
            } else if !request.isHTTP10, status.code != 304 {
                append("Transfer-Encoding", "chunked".utf8)
            }
        }
        if !staysOpen {
            append("Connection", "close".utf8)
        } else if request.isHTTP10 {
            append("Connection", "keep-alive".utf8)
        }
        head += [0x0D, 0x0A]
        return head
    }
}

/// How the bytes of a body are put on the wire: in chunks or as they are, and up to where.
struct BodyFrame {
    let length: Int64?
    let isChunked: Bool
    /// Where a fault ends the body.
    let cut: Int64?
    var sent: Int64 = 0

    init(length: Int64?, isChunked: Bool, cut: Int64?) {
        self.length = length
        self.isChunked = isChunked
        self.cut = cut
    }

    var isCut: Bool { cut.map { sent >= $0 } ?? false }
    var isComplete: Bool { cut == nil && (length.map { sent == $0 } ?? true) }

    private var allowance: Int64 { min(cut ?? .max, length ?? .max) - sent }

    /// Whether a piece of so many bytes can be sent as it is.
    func passesWhole(_ count: Int) -> Bool { !isChunked && Int64(count) <= allowance }

    /// Appends a piece with its framing, up to where the body ends.
    mutating func append(_ piece: ArraySlice<UInt8>, to output: inout [UInt8]) {
        guard !piece.isEmpty else { return }
        let part = piece.prefix(Int(clamping: allowance))
        sent += Int64(part.count)
        if isChunked { output += "\(String(piece.count, radix: 16))\r\n".utf8 }
        output += part
        if isChunked, part.count == piece.count { output += [0x0D, 0x0A] }
    }

    /// Appends what ends a complete body.
    func finish(_ output: inout [UInt8]) {
        if isChunked, isComplete { output += "0\r\n\r\n".utf8 }
    }
}
