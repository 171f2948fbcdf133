#pragma once
#if !__has_include(<openssl/evp.h>)
#error "openssl/evp.h is missing: install the package libssl-dev"
#endif
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

// Digests and HMAC.

static inline int gw_digest_start(EVP_MD_CTX *_Nonnull context, const EVP_MD *_Nonnull algorithm) {
    return EVP_DigestInit_ex2(context, algorithm, NULL);
}

/// HMAC (RFC 2104) of a message, from contexts that have taken the padded key already. They are only read.
static inline int gw_hmac(
    const EVP_MD_CTX *_Nonnull inner, const EVP_MD_CTX *_Nonnull outer,
    const void *_Nullable message, size_t count, unsigned char *_Nonnull result
) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_MD_CTX *scratch = EVP_MD_CTX_new();
    int done = scratch != NULL && EVP_MD_CTX_copy_ex(scratch, inner) == 1
        && EVP_DigestUpdate(scratch, message, count) == 1 && EVP_DigestFinal_ex(scratch, hash, &length) == 1
        && EVP_MD_CTX_copy_ex(scratch, outer) == 1 && EVP_DigestUpdate(scratch, hash, length) == 1
        && EVP_DigestFinal_ex(scratch, result, &length) == 1;
    EVP_MD_CTX_free(scratch);
    OPENSSL_cleanse(hash, sizeof hash);
    return done;
}

/// The text of the oldest error of this thread, and none after it: the queue is emptied.
static inline int gw_error_text(char *_Nonnull buffer, size_t capacity) {
    unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0 || capacity == 0) return 0;
    const char *reason = ERR_reason_error_string(code);
    if (reason != NULL) {
        strncpy(buffer, reason, capacity - 1);
        buffer[capacity - 1] = 0;
    } else {
        ERR_error_string_n(code, buffer, capacity);
    }
    return 1;
}

#include "keys.h"
#include "suites.h"
#include "signing_key.h"
#include "tls.h"
