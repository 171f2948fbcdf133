#pragma once
#include "shim.h"

/// Moves a client's cheapest suites to the front of its offer: AES-128-GCM, with ECDHE before TLS 1.3. Servers that
/// leave the choice to the client take those. Nothing is added and nothing taken away, so what the system's policy or
/// the context's user has ruled out stays out. 0 when the library refuses; the order is then what it was.
int gw_tls_prefer_aes128(SSL_CTX *_Nonnull context);

/// Gives the context's connections room to take up to that many bytes from their socket at once, once they read ahead.
static inline void gw_tls_make_room(SSL_CTX *_Nonnull context, size_t bytes) {
    SSL_CTX_set_default_read_buffer_len(context, bytes);
}

/// Lets a connection, an `SSL *`, take several records from its socket at once, or stops that.
static inline void gw_tls_read_ahead(void *_Nonnull connection, int is_on) {
    SSL_set_read_ahead((SSL *)connection, is_on);
}

/// Whether a connection, an `SSL *`, holds bytes that its socket no longer has; they may be less than a record.
static inline int gw_tls_has_pending(void *_Nonnull connection) { return SSL_has_pending((SSL *)connection); }

/// The version of the library at run time, such as `3.0.19`.
static inline const char *_Nonnull gw_openssl_version(void) { return OpenSSL_version(OPENSSL_VERSION_STRING); }
