#include "tls.h"
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>

// A BIO on a socket: the library's own raises SIGPIPE when the other side has gone.

static BIO_METHOD *method;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int socket_of(BIO *bio) { return (int)(intptr_t)BIO_get_data(bio); }

static int would_block(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

static int bio_write(BIO *bio, const char *bytes, size_t count, size_t *written) {
    BIO_clear_retry_flags(bio);
    ssize_t result;
    do result = send(socket_of(bio), bytes, count, MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    if (result < 0 && would_block()) BIO_set_retry_write(bio);
    *written = result > 0 ? (size_t)result : 0;
    return result > 0;
}

static int bio_read(BIO *bio, char *buffer, size_t capacity, size_t *count) {
    BIO_clear_retry_flags(bio);
    ssize_t result;
    do result = recv(socket_of(bio), buffer, capacity, 0);
    while (result < 0 && errno == EINTR);
    if (result < 0 && would_block()) BIO_set_retry_read(bio);
    if (result == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    *count = result > 0 ? (size_t)result : 0;
    return result > 0;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    default: return 0;
    }
}

static int bio_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
    if (made == NULL) return;
    if (BIO_meth_set_write_ex(made, bio_write) && BIO_meth_set_read_ex(made, bio_read)
        && BIO_meth_set_ctrl(made, bio_control) && BIO_meth_set_create(made, bio_create))
        method = made;
    else
        BIO_meth_free(made);
}

static SSL_CTX *context_for(const SSL_METHOD *side) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(side);
    if (context == NULL) return NULL;
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, 128 * 1024);
    return context;
}

SSL_CTX *gw_tls_client_context(void) {
    SSL_CTX *context = context_for(TLS_client_method());
    if (context != NULL) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

int gw_tls_trust_system(SSL_CTX *context) { return SSL_CTX_set_default_verify_paths(context); }

int gw_tls_trust_pem(SSL_CTX *context, const char *pem, size_t count) {
    if (count > INT32_MAX) return -1;
    BIO *source = BIO_new_mem_buf(pem, (int)count);
    if (source == NULL) return -1;
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    int added = 0;
    X509 *certificate;
    while ((certificate = PEM_read_bio_X509(source, NULL, NULL, NULL)) != NULL) {
        int done = X509_STORE_add_cert(store, certificate);
        X509_free(certificate);
        if (done != 1) {
            BIO_free(source);
            return -1;
        }
        added++;
    }
    // The end of the text shows as an error.
    int is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (is_end) ERR_clear_error();
    BIO_free(source);
    return is_end ? added : -1;
}

SSL_CTX *gw_tls_server_context(const char *chain_pem, size_t chain_count, const char *key_pem, size_t key_count) {
    if (chain_count > INT32_MAX || key_count > INT32_MAX) return NULL;
    SSL_CTX *context = context_for(TLS_server_method());
    BIO *chain = BIO_new_mem_buf(chain_pem, (int)chain_count), *keys = BIO_new_mem_buf(key_pem, (int)key_count);
    X509 *certificate = chain != NULL ? PEM_read_bio_X509(chain, NULL, NULL, NULL) : NULL;
    EVP_PKEY *key = keys != NULL ? PEM_read_bio_PrivateKey(keys, NULL, NULL, NULL) : NULL;
    int done = context != NULL && certificate != NULL && key != NULL
        && SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1
        && SSL_CTX_check_private_key(context) == 1;
    X509 *next;
    while (done && (next = PEM_read_bio_X509(chain, NULL, NULL, NULL)) != NULL) {
        if (SSL_CTX_add0_chain_cert(context, next) != 1) {
            X509_free(next);
            done = 0;
        }
    }
    if (done) {
        ERR_clear_error();
        // Each connection stands for itself: no tickets, no cache.
        SSL_CTX_set_num_tickets(context, 0);
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    } else {
        SSL_CTX_free(context);
        context = NULL;
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(chain);
    BIO_free(keys);
    return context;
}

SSL *gw_tls_open(SSL_CTX *context, int socket, int is_server) {
    pthread_once(&once, make_method);
    ERR_clear_error();
    BIO *bio = method != NULL ? BIO_new(method) : NULL;
    SSL *tls = bio != NULL ? SSL_new(context) : NULL;
    if (tls == NULL) {
        BIO_free(bio);
        return NULL;
    }
    BIO_set_data(bio, (void *)(intptr_t)socket);
    SSL_set_bio(tls, bio, bio);
    if (is_server) SSL_set_accept_state(tls);
    else SSL_set_connect_state(tls);
    return tls;
}

int gw_tls_expect_host(SSL *tls, const char *host, int is_numeric) {
    if (is_numeric) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host);
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(tls, host) == 1 && SSL_set_tlsext_host_name(tls, host) == 1;
}

static gw_tls_step step(SSL *tls, int result, size_t count) {
    int number = errno;
    if (result > 0) return (gw_tls_step){ .outcome = GW_TLS_DONE, .count = count };
    switch (SSL_get_error(tls, result)) {
    case SSL_ERROR_WANT_READ: return (gw_tls_step){ .outcome = GW_TLS_WANTS_READ };
    case SSL_ERROR_WANT_WRITE: return (gw_tls_step){ .outcome = GW_TLS_WANTS_WRITE };
    case SSL_ERROR_ZERO_RETURN: return (gw_tls_step){ .outcome = GW_TLS_ENDED };
    case SSL_ERROR_SYSCALL: return (gw_tls_step){ .outcome = GW_TLS_LOST, .number = number };
    default:
        if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            ERR_clear_error();
            return (gw_tls_step){ .outcome = GW_TLS_LOST };
        }
        return (gw_tls_step){ .outcome = GW_TLS_FAILED };
    }
}

static void prepare(void) {
    ERR_clear_error();
    errno = 0;
}

gw_tls_step gw_tls_handshake(SSL *tls) {
    prepare();
    return step(tls, SSL_do_handshake(tls), 0);
}

gw_tls_step gw_tls_read(SSL *tls, void *buffer, size_t capacity) {
    // A call gives one record, of at most 16 KiB: go on while more is there.
    size_t filled = 0, count = 0;
    int result;
    prepare();
    while (filled < capacity && (result = SSL_read_ex(tls, (char *)buffer + filled, capacity - filled, &count)) > 0)
        filled += count;
    // What stopped it comes again with the next call.
    if (filled > 0) return (gw_tls_step){ .outcome = GW_TLS_DONE, .count = filled };
    return step(tls, result, 0);
}

gw_tls_step gw_tls_write(SSL *tls, const void *bytes, size_t count) {
    size_t done = 0, written = 0;
    int result = 1;
    prepare();
    while (done < count && (result = SSL_write_ex(tls, (const char *)bytes + done, count - done, &written)) > 0)
        done += written;
    if (done > 0) return (gw_tls_step){ .outcome = GW_TLS_DONE, .count = done };
    return step(tls, result, 0);
}

gw_tls_step gw_tls_shutdown(SSL *tls) {
    prepare();
    int result = SSL_shutdown(tls);
    // 0: our notice is sent, the other side's has not come. That is all that is asked for.
    return result == 0 ? (gw_tls_step){ .outcome = GW_TLS_DONE } : step(tls, result, 0);
}

const char *gw_tls_rejection(SSL *tls) {
    long result = SSL_get_verify_result(tls);
    return result == X509_V_OK ? NULL : X509_verify_cert_error_string(result);
}

const char *gw_tls_version(SSL *tls) { return SSL_get_version(tls); }
