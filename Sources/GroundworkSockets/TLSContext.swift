import CGroundworkOpenSSL

/// Settings of TLS that many connections share. TLS 1.2 or later; a client always verifies the server.
@safe package final class TLSContext: @unchecked Sendable {
    // Unchecked: the context is not changed after init, and its reference count is atomic.

    /// Whose certificates a client trusts.
    package enum Trust: Sendable {
        /// Those that the system trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` are heeded).
        case system
        /// Those of a PEM text, and no others.
        case certificates(pem: String)
    }

    let pointer: OpaquePointer
    let isServer: Bool

    /// Settings for clients.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidConfiguration`` when there is nothing to trust.
    package init(clientTrusting trust: Trust) throws(SocketError) {
        guard let pointer = unsafe gw_tls_client_context() else {
            throw SocketError(.tlsFailed, "TLS cannot be set up: \(TLSContext.takeReason()).")
        }
        unsafe self.pointer = unsafe pointer
        isServer = false
        switch trust {
        case .system:
            guard unsafe gw_tls_trust_system(pointer) == 1 else {
                throw SocketError(
                    .invalidConfiguration,
                    "The system's certificates cannot be read (\(TLSContext.takeReason())); install ca-certificates."
                )
            }
        case .certificates(let pem):
            guard unsafe gw_tls_trust_pem(pointer, pem, pem.utf8.count) > 0 else {
                throw SocketError(
                    .invalidConfiguration,
                    "The trusted certificates are no PEM text with certificates: \(TLSContext.takeReason())."
                )
            }
        }
    }

    /// Settings for servers.
    /// - Parameters:
    ///   - certificateChain: PEM; the server's own certificate first.
    ///   - privateKey: its key, PEM without a passphrase.
    package init(serverWith certificateChain: String, privateKey: String) throws(SocketError) {
        guard
            let pointer = unsafe gw_tls_server_context(
                certificateChain,
                certificateChain.utf8.count,
                privateKey,
                privateKey.utf8.count
            )
        else {
            throw SocketError(
                .invalidConfiguration,
                "The certificate or its private key cannot be used: \(TLSContext.takeReason())."
            )
        }
        unsafe self.pointer = unsafe pointer
        isServer = true
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    /// The library's reason for the last failure of this thread.
    static func takeReason() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        return unsafe buffer.withUnsafeMutableBufferPointer { text in
            guard let base = text.baseAddress, unsafe gw_error_text(base, text.count) == 1 else {
                return "the TLS library gives no reason"
            }
            return unsafe String(cString: base)
        }
    }
}
