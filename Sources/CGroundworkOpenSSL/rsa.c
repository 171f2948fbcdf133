#include "keys.h"
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

EVP_PKEY *gw_rsa_public_key(
    const uint8_t *modulus, size_t modulus_count, const uint8_t *exponent, size_t exponent_count
) {
    if (modulus_count > 4096 || exponent_count > 64) return NULL;
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_count, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_count, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (n != NULL && e != NULL && build != NULL && context != NULL
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1
        && (parameters = OSSL_PARAM_BLD_to_param(build)) != NULL && EVP_PKEY_fromdata_init(context) == 1) {
        if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) key = NULL;
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    BN_free(n);
    BN_free(e);
    if (key == NULL) ERR_clear_error();
    return key;
}

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

EVP_PKEY_CTX *gw_rs256_context(EVP_PKEY *key) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (context != NULL && EVP_PKEY_verify_init(context) == 1
        && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1) {
        return context;
    }
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return NULL;
}

int gw_rs256_verify(EVP_PKEY_CTX *context, const uint8_t *digest, const uint8_t *signature, size_t signature_count) {
    int valid = EVP_PKEY_verify(context, signature, signature_count, digest, 32) == 1;
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

int gw_sha256(
    EVP_MD_CTX *context, const EVP_MD *algorithm, const uint8_t *bytes, size_t count, uint8_t *result
) {
    return EVP_DigestInit_ex2(context, algorithm, NULL) == 1 && EVP_DigestUpdate(context, bytes, count) == 1
        && EVP_DigestFinal_ex(context, result, NULL) == 1;
}
