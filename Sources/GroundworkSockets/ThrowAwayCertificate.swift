import CGroundworkOpenSSL
package import GroundworkCore

/// A certificate for tests, signed by an authority that exists for nothing else. Keys are P-256.
package struct ThrowAwayCertificate: Sendable {
    /// The authority's certificate; trust it to trust the certificate.
    package let authorityPEM: String
    package let certificatePEM: String
    package let privateKeyPEM: Secret<String>

    /// Makes a certificate.
    /// - Parameters:
    ///   - hosts: the host names and numeric addresses that it is for.
    ///   - isExpired: whether its time is already over.
    package init(hosts: [String], isExpired: Bool = false) throws(SocketError) {
        let names = try hosts.map { host throws(SocketError) -> String in
            guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2C }) else {
                throw SocketError(.invalidConfiguration, "\(host) is no host that a certificate can be for.")
            }
            return SocketAddress(numeric: host, port: 0) == nil ? "DNS:\(host)" : "IP:\(host)"
        }.joined(separator: ",")
        let day = 24 * 60 * 60
        var made = unsafe gw_certificate()
        let done = unsafe gw_certificate_make(names, -2 * day, isExpired ? -day : 7 * day, &made)
        defer { unsafe gw_certificate_free(&made) }
        guard done == 1, let authority = unsafe made.authority, let certificate = unsafe made.certificate,
            let key = unsafe made.key
        else { throw SocketError(.tlsFailed, "No certificate could be made: \(TLSContext.takeReason()).") }
        authorityPEM = unsafe String(cString: authority)
        certificatePEM = unsafe String(cString: certificate)
        privateKeyPEM = Secret(unsafe String(cString: key))
    }
}
