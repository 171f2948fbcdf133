#pragma once
#include "shim.h"

// TLS over a non-blocking socket. Nothing here blocks or raises SIGPIPE.

enum {
    GW_TLS_DONE,
    GW_TLS_WANTS_READ,
    GW_TLS_WANTS_WRITE,
    /// The other side has said that it sends no more.
    GW_TLS_ENDED,
    /// The connection failed; `number` is the errno, 0 when it ended without notice.
    GW_TLS_LOST,
    /// The protocol failed; the reason is in the error queue of the thread.
    GW_TLS_FAILED,
};

typedef struct {
    int outcome;
    int number;
    size_t count;
} gw_tls_step;

/// A context for clients: TLS 1.2 or later, the server's certificate is always verified. NULL when that fails.
SSL_CTX *_Nullable gw_tls_client_context(void);
/// Trusts the certificates that the system trusts.
int gw_tls_trust_system(SSL_CTX *_Nonnull context);
/// Trusts the certificates of a PEM text. Their number, or -1.
int gw_tls_trust_pem(SSL_CTX *_Nonnull context, const char *_Nonnull pem, size_t count);
/// A context for servers: TLS 1.2 or later, with a certificate chain and its key. NULL when that fails.
SSL_CTX *_Nullable gw_tls_server_context(
    const char *_Nonnull chain_pem, size_t chain_count, const char *_Nonnull key_pem, size_t key_count);

/// A connection on a socket, which stays the caller's.
SSL *_Nullable gw_tls_open(SSL_CTX *_Nonnull context, int socket, int is_server);
/// Demands a certificate for this host name or numeric address; also tells the name to the server.
int gw_tls_expect_host(SSL *_Nonnull tls, const char *_Nonnull host, int is_numeric);

gw_tls_step gw_tls_handshake(SSL *_Nonnull tls);
gw_tls_step gw_tls_read(SSL *_Nonnull tls, void *_Nonnull buffer, size_t capacity);
gw_tls_step gw_tls_write(SSL *_Nonnull tls, const void *_Nonnull bytes, size_t count);
gw_tls_step gw_tls_shutdown(SSL *_Nonnull tls);

/// Why the other side's certificate was rejected; NULL when it was not.
const char *_Nullable gw_tls_rejection(SSL *_Nonnull tls);
const char *_Nonnull gw_tls_version(SSL *_Nonnull tls);

/// A certificate with its key and the authority that signed it, as PEM texts to be freed by `gw_certificate_free`.
typedef struct {
    char *_Nullable authority;
    char *_Nullable certificate;
    char *_Nullable key;
} gw_certificate;

/// Makes an authority and a certificate signed by it, both with fresh P-256 keys. The times are seconds from now.
int gw_certificate_make(
    const char *_Nonnull alternative_names, long not_before, long not_after, gw_certificate *_Nonnull result);
void gw_certificate_free(gw_certificate *_Nonnull certificate);
