import Glibc
import GroundworkCore

/// A server on loopback whose every byte a test decides: each connection is handled by a closure on a thread of its own.
final class RawServer: Sendable {
    let port: UInt16
    var authority: String { "127.0.0.1:\(port)" }
    private let listener: Int32
    private let open = Locked<(descriptors: [Int32], accepted: Int, isStopped: Bool)>(([], 0, false))
    private let log = Locked<[String]>([])

    /// How many connections were accepted.
    var connections: Int { open.withLock { $0.accepted } }
    /// How many connections are being handled.
    var openConnections: Int { open.withLock { $0.descriptors.count } }
    /// Whether no client's socket is still in the state ESTABLISHED.
    var clientsSawTheEnd: Bool {
        let bytes = try? OpenFile("/proc/self/net/tcp").read(1 << 20, at: 0)
        guard let text = bytes.map({ String(decoding: $0, as: UTF8.self) }) else { return false }
        let digits = String(port, radix: 16, uppercase: true)
        let remote = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
        return !text.split(separator: "\n").contains { line in
            let columns = line.split(separator: " ")
            return columns.count > 3 && columns[2] == remote && columns[3] == "01"
        }
    }
    /// The heads of all requests, in order, as they came.
    var heads: [String] { log.withLock { $0 } }

    convenience init(_ handle: @escaping @Sendable (RawConnection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var address = sockaddr_in()
        address.sin_family = UInt16(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, 16) }
        }
        guard bound == 0, listen(listener, 128) == 0 else { throw SystemCallError.last("bind") }
        var size: socklen_t = 16
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
        }
        self.init(listener: listener, port: UInt16(bigEndian: address.sin_port))
        thread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0, errno == EINTR { continue }
                guard descriptor >= 0 else {
                    // Only here: closed while this thread still used its number, the number could become that of
                    // the next server's listener, and this thread would take and close a connection meant for it.
                    close(listener)
                    return
                }
                let isStopped = open.withLock { open in
                    if !open.isStopped { open.descriptors.append(descriptor) }
                    open.accepted += 1
                    return open.isStopped
                }
                if isStopped {
                    close(descriptor)
                    continue
                }
                thread { [self] in
                    let connection = RawConnection(descriptor) { [self] head in log.withLock { $0.append(head) } }
                    handle(connection)
                    open.withLock { open in
                        connection.close()
                        open.descriptors.removeAll { $0 == descriptor }
                    }
                }
            }
        }
    }

    private init(listener: Int32, port: UInt16) {
        self.listener = listener
        self.port = port
    }

    func stop() {
        open.withLock { open in
            open.isStopped = true
            // Under the lock no connection closes, so that no number can have gone to somebody else.
            for descriptor in open.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        // Ends the thread that accepts, which closes the listener.
        shutdown(listener, Int32(SHUT_RDWR))
    }
}

/// Runs `body` on a new thread.
func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void; init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var id = pthread_t()
    pthread_create(
        &id,
        nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        },
        Unmanaged.passRetained(Box(body)).toOpaque()
    )
    pthread_detach(id)
}

/// One connection of a ``RawServer``, used by its thread only.
final class RawConnection {
    private let descriptor: Int32
    private let note: (String) -> Void
    private var rest: [UInt8] = []
    private var isClosed = false

    init(_ descriptor: Int32, _ note: @escaping (String) -> Void) {
        self.descriptor = descriptor
        self.note = note
    }

    /// Reads up to the empty line; nil when the client closed.
    func readHead() -> String? {
        while true {
            if let end = Self.headEnd(rest) {
                let head = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end)
                note(head)
                return head
            }
            guard fill() else { return nil }
        }
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
            return index + 1
        }
        return nil
    }

    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var count = -1
        repeat { count = recv(descriptor, &buffer, buffer.count, 0) } while count < 0 && errno == EINTR
        guard count > 0 else { return false }
        rest.append(contentsOf: buffer[..<count])
        return true
    }

    /// Reads exactly `count` bytes, or fewer if the client closed.
    func readBody(_ count: Int) -> [UInt8] {
        while rest.count < count, fill() {}
        defer { rest.removeFirst(min(count, rest.count)) }
        return Array(rest.prefix(count))
    }

    /// Reads and counts until the client closes.
    func drain() -> Int {
        var total = rest.count
        rest = []
        while fill() {
            total += rest.count
            rest = []
        }
        return total
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Answers 200 with a body and keeps the connection.
    @discardableResult
    func answer(_ body: String = "", status: String = "200 OK", fields: String = "") -> Bool {
        write("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Waits until the client closes.
    func waitForClose() { _ = drain() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        _ = Glibc.close(descriptor)
    }

    /// Closes with a RST.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }
}

extension RawConnection {
    /// Carries bytes to a port of loopback and back until either side ends.
    func splice(to port: UInt16) {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = Glibc.close(other) }
        var address = sockaddr_in()
        address.sin_family = UInt16(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(other, $0, 16) }
        }
        guard result == 0 else { return }
        let mine = descriptor
        var polls = [
            pollfd(fd: mine, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        var buffer = [UInt8](repeating: 0, count: 65536)
        while poll(&polls, 2, 10000) > 0 {
            for (source, target, flags) in [(mine, other, polls[0].revents), (other, mine, polls[1].revents)]
            where flags != 0 {
                let count = recv(source, &buffer, buffer.count, 0)
                guard count > 0, send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
        }
    }
}
