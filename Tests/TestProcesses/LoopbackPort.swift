import Glibc
import GroundworkCore

/// TCP ports of 127.0.0.1 for servers of a test.
package enum LoopbackPort {
    private static let given = Locked<Set<UInt16>>([])

    /// A port on which nobody listens, never given twice in one run.
    ///
    /// It lies below the range from which the kernel takes ports for outgoing connections, so that none of those can
    /// take it before the server does.
    package static func free() throws(TestProcessError) -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 20_000..<32_000)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            if canBind(port) { return port }
        }
        throw TestProcessError("No free port was found on 127.0.0.1.")
    }

    private static func canBind(_ port: UInt16) -> Bool {
        unsafe withSocket(port) { descriptor, address in
            var enabled: Int32 = 1
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &enabled, socklen_t(MemoryLayout<Int32>.size))
            return unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        } ?? false
    }

    /// Whether somebody accepts connections on the port.
    package static func accepts(_ port: UInt16) async -> Bool {
        await onOwnThread {
            unsafe withSocket(port) { descriptor, address in
                unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            } ?? false
        }
    }

    /// The status that a plain `GET` of `path` gets; nil when there is no answer within two seconds.
    package static func httpStatus(_ port: UInt16, path: String = "/") async -> Int? {
        await onOwnThread {
            unsafe withSocket(port) { descriptor, address -> Int? in
                var limit = timeval(tv_sec: 2, tv_usec: 0)
                let size = socklen_t(MemoryLayout<timeval>.size)
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
                guard unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 else {
                    return nil
                }
                let request = Array(
                    "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8
                )
                guard unsafe send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
                else { return nil }
                var answer: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 64)
                while answer.count < 12 {
                    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { return nil }
                    answer.append(contentsOf: buffer[..<count])
                }
                return Int(String(decoding: answer[9..<12], as: UTF8.self))
            } ?? nil
        }
    }

    private static func withSocket<Result>(
        _ port: UInt16,
        _ body: (Int32, UnsafePointer<sockaddr>) -> Result
    ) -> Result? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body(descriptor, $0) }
        }
    }
}
