import CGroundworkSockets
import GroundworkCore

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: @unchecked Sendable, CustomStringConvertible {
    // Unchecked: a C struct of plain bytes.
    var raw: gw_address

    /// Reads a numeric address such as `127.0.0.1` or `::1`; nil when it is none.
    package init?(numeric text: String, port: UInt16) {
        raw = gw_address()
        guard !text.utf8.contains(0), unsafe gw_address_numeric(text, port, &raw) == 0 else { return nil }
    }

    init(raw: gw_address) { self.raw = raw }

    package static func loopback(port: UInt16 = 0) throws(SocketError) -> SocketAddress {
        guard let address = SocketAddress(numeric: "127.0.0.1", port: port) else {
            throw SocketError(.invalidConfiguration, "The loopback address cannot be read.")
        }
        return address
    }

    package var isIPv6: Bool { unsafe withUnsafePointer(to: raw) { unsafe gw_address_is_ipv6($0) } != 0 }

    package var port: UInt16 { UInt16(clamping: unsafe withUnsafePointer(to: raw) { unsafe gw_address_port($0) }) }

    /// The numeric address, without the port.
    package var description: String {
        var buffer = [CChar](repeating: 0, count: 64)
        return unsafe withUnsafePointer(to: raw) { address in
            unsafe buffer.withUnsafeMutableBufferPointer { text in
                guard let base = text.baseAddress, unsafe gw_address_text(address, base, text.count) == 0 else {
                    return "unknown address"
                }
                return unsafe String(cString: base)
            }
        }
    }

    /// Puts IPv6 and IPv4 addresses in turns, beginning with the family that the system prefers (RFC 8305, section 4).
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        let preferred = addresses.first?.isIPv6 ?? false
        var first = addresses.filter { $0.isIPv6 == preferred }[...]
        var second = addresses.filter { $0.isIPv6 != preferred }[...]
        var result: [SocketAddress] = []
        while !first.isEmpty || !second.isEmpty {
            if let address = first.popFirst() { result.append(address) }
            if let address = second.popFirst() { result.append(address) }
        }
        return result
    }
}
