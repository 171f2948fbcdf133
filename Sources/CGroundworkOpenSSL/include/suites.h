#pragma once
#include "shim.h"

/// Moves a client's cheapest suites to the front of its offer: AES-128-GCM, with ECDHE before TLS 1.3. Servers that
/// leave the choice to the client take those. Nothing is added and nothing taken away, so what the system's policy or
/// the context's user has ruled out stays out. 0 when the library refuses; the order is then what it was.
int gw_tls_prefer_aes128(SSL_CTX *_Nonnull context);

/// The version of the library at run time, such as `3.0.19`.
static inline const char *_Nonnull gw_openssl_version(void) { return OpenSSL_version(OPENSSL_VERSION_STRING); }
