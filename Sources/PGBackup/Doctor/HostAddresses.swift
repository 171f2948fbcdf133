import Glibc
import GroundworkCore

/// The addresses of a host's name, of both families.
struct HostAddresses: Sendable, Hashable {
    var ipv4: [String] = []
    var ipv6: [String] = []

    /// Asks the system's resolver on a thread of its own; it may take long.
    /// - Returns: nil when the name has no address.
    static func of(_ name: String, limit: Duration, time: some TimeSource) async -> HostAddresses? {
        let answer = Promise<HostAddresses?>()
        do {
            try BlockingThread.start { answer.fulfil(lookUp(name)) }
        } catch {
            return nil
        }
        // A resolver cannot be cancelled: one that hangs is left behind.
        let watch = Task {
            try await time.sleep(for: limit)
            answer.fulfil(nil)
        }
        defer { watch.cancel() }
        return await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            answer.fulfil(nil)
        }
    }

    private static func lookUp(_ name: String) -> HostAddresses? {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return nil }
        defer { unsafe freeaddrinfo(list) }
        var addresses = HostAddresses()
        var next = unsafe list
        while let pointer = unsafe next {
            let entry = unsafe pointer.pointee
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                entry.ai_addr,
                entry.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if status == 0 {
                let end = text.firstIndex(of: 0) ?? text.endIndex
                let address = String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if unsafe entry.ai_family == AF_INET6 {
                    if !addresses.ipv6.contains(address) { addresses.ipv6.append(address) }
                } else if !addresses.ipv4.contains(address) {
                    addresses.ipv4.append(address)
                }
            }
            unsafe next = entry.ai_next
        }
        return addresses
    }
}
