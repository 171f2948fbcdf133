#include "keys.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#define GW_RSA_MAXIMUM_BYTES 1024

EVP_PKEY *gw_rsa_generate(unsigned bits) {
    return EVP_RSA_gen(bits);
}

size_t gw_rsa_number(EVP_PKEY *key, int what, uint8_t *result, size_t capacity) {
    BIGNUM *number = NULL;
    size_t count = 0;
    if (EVP_PKEY_get_bn_param(key, what == 0 ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_RSA_E, &number) == 1
        && (size_t)BN_num_bytes(number) <= capacity) {
        count = (size_t)BN_bn2bin(number, result);
    }
    BN_free(number);
    return count;
}

struct gw_rs256_key {
    BIGNUM *modulus, *exponent;
    BN_MONT_CTX *montgomery;
    size_t count;
};

struct gw_rs256_context {
    BN_CTX *scratch;
    BIGNUM *signature, *message;
    EVP_MD_CTX *hash;
};

gw_rs256_key *gw_rs256_key_new(
    const uint8_t *modulus, size_t modulus_count, const uint8_t *exponent, size_t exponent_count
) {
    if (modulus_count < 64 || modulus_count > GW_RSA_MAXIMUM_BYTES || exponent_count > 8) return NULL;
    gw_rs256_key *key = calloc(1, sizeof *key);
    if (key == NULL) return NULL;
    key->modulus = BN_bin2bn(modulus, (int)modulus_count, NULL);
    key->exponent = BN_bin2bn(exponent, (int)exponent_count, NULL);
    key->montgomery = BN_MONT_CTX_new();
    key->count = modulus_count;
    BN_CTX *scratch = BN_CTX_new();
    int done = key->modulus != NULL && key->exponent != NULL && key->montgomery != NULL && scratch != NULL
        && BN_is_odd(key->modulus) && (size_t)BN_num_bytes(key->modulus) == modulus_count
        && BN_MONT_CTX_set(key->montgomery, key->modulus, scratch) == 1;
    BN_CTX_free(scratch);
    if (!done) {
        gw_rs256_key_free(key);
        ERR_clear_error();
        return NULL;
    }
    return key;
}

void gw_rs256_key_free(gw_rs256_key *key) {
    if (key == NULL) return;
    BN_free(key->modulus);
    BN_free(key->exponent);
    BN_MONT_CTX_free(key->montgomery);
    free(key);
}

gw_rs256_context *gw_rs256_context_new(void) {
    gw_rs256_context *context = calloc(1, sizeof *context);
    if (context == NULL) return NULL;
    context->scratch = BN_CTX_new();
    context->signature = BN_new();
    context->message = BN_new();
    context->hash = EVP_MD_CTX_new();
    if (context->scratch == NULL || context->signature == NULL || context->message == NULL || context->hash == NULL) {
        gw_rs256_context_free(context);
        return NULL;
    }
    return context;
}

void gw_rs256_context_free(gw_rs256_context *context) {
    if (context == NULL) return;
    BN_CTX_free(context->scratch);
    BN_free(context->signature);
    BN_free(context->message);
    EVP_MD_CTX_free(context->hash);
    free(context);
}

// EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 9.2): 0, 1, at least eight of 0xFF, 0, this prefix, the digest.
static const uint8_t digest_prefix[19] = {
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
};

// The library's RSA functions make and free a dozen objects for each signature. This is section 8.2.2 step by step on
// the same arithmetic: the whole encoded message is made and compared, so there is nothing to be lenient about.
int gw_rs256_verify(
    const gw_rs256_key *key, gw_rs256_context *context, const EVP_MD *sha256,
    const uint8_t *message, size_t count, const uint8_t *signature, size_t signature_count
) {
    uint8_t expected[GW_RSA_MAXIMUM_BYTES], found[GW_RSA_MAXIMUM_BYTES];
    size_t length = key->count;
    if (signature_count != length) return 0;
    size_t padding = length - 32 - sizeof digest_prefix;
    expected[0] = 0;
    expected[1] = 1;
    memset(expected + 2, 0xff, padding - 3);
    expected[padding - 1] = 0;
    memcpy(expected + padding, digest_prefix, sizeof digest_prefix);
    int valid = EVP_DigestInit_ex2(context->hash, sha256, NULL) == 1
        && EVP_DigestUpdate(context->hash, message, count) == 1
        && EVP_DigestFinal_ex(context->hash, expected + length - 32, NULL) == 1
        && BN_bin2bn(signature, (int)length, context->signature) != NULL
        && BN_ucmp(context->signature, key->modulus) < 0
        && BN_mod_exp_mont(
               context->message, context->signature, key->exponent, key->modulus, context->scratch, key->montgomery
           ) == 1
        && BN_bn2binpad(context->message, found, (int)length) == (int)length && memcmp(found, expected, length) == 0;
    if (!valid) ERR_clear_error();
    return valid;
}

size_t gw_rs256_sign(EVP_PKEY *key, const uint8_t *message, size_t count, uint8_t *result, size_t capacity) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = capacity;
    int done = context != NULL && EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1
        && EVP_DigestSign(context, result, &length, message, count) == 1;
    EVP_MD_CTX_free(context);
    return done ? length : 0;
}
