#include "keys.h"
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/x509.h>

static int is_p256(EVP_PKEY *key) {
    char name[64];
    size_t length = 0;
    int spelled_out = 0;
    // Parameters that are spelled out are no named curve (RFC 5480, section 2.1.1), even when they are those of P-256.
    return EVP_PKEY_get_group_name(key, name, sizeof name, &length) == 1 && strcmp(name, "prime256v1") == 0
        && EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out) == 1
        && spelled_out == 0;
}

int gw_p256_private_key(const uint8_t *der, size_t count, EVP_PKEY **key) {
    *key = NULL;
    const uint8_t *cursor = der;
    PKCS8_PRIV_KEY_INFO *info = count > 65536 ? NULL : d2i_PKCS8_PRIV_KEY_INFO(NULL, &cursor, (long)count);
    int result = GW_KEY_NOT_PKCS8;
    if (info != NULL && cursor == der + count) {
        EVP_PKEY *read = EVP_PKCS82PKEY(info);
        if (read == NULL) {
            result = GW_KEY_INVALID;
        } else if (EVP_PKEY_is_a(read, "EC") != 1) {
            result = GW_KEY_NOT_EC;
        } else if (!is_p256(read)) {
            result = GW_KEY_NOT_P256;
        } else {
            EVP_PKEY_CTX *check = EVP_PKEY_CTX_new_from_pkey(NULL, read, NULL);
            result = check != NULL && EVP_PKEY_check(check) == 1 ? GW_KEY_MADE : GW_KEY_INVALID;
            EVP_PKEY_CTX_free(check);
        }
        if (result == GW_KEY_MADE) *key = read; else EVP_PKEY_free(read);
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    ERR_clear_error();
    return result;
}

int gw_der_kind(const uint8_t *der, size_t count) {
    if (count > 65536) return GW_DER_UNKNOWN;
    long length = (long)count;
    int kind = GW_DER_UNKNOWN;
    const uint8_t *cursor = der;
    X509 *certificate = d2i_X509(NULL, &cursor, length);
    cursor = der;
    EVP_PKEY *public_key = d2i_PUBKEY(NULL, &cursor, length);
    cursor = der;
    X509_SIG *encrypted = d2i_X509_SIG(NULL, &cursor, length);
    cursor = der;
    EVP_PKEY *curve_key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &cursor, length);
    cursor = der;
    EVP_PKEY *rsa_key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &cursor, length);
    if (certificate != NULL) kind = GW_DER_CERTIFICATE;
    else if (public_key != NULL) kind = GW_DER_PUBLIC_KEY;
    else if (encrypted != NULL) kind = GW_DER_ENCRYPTED_KEY;
    else if (curve_key != NULL) kind = GW_DER_EC_KEY;
    else if (rsa_key != NULL) kind = GW_DER_RSA_KEY;
    X509_free(certificate);
    EVP_PKEY_free(public_key);
    X509_SIG_free(encrypted);
    EVP_PKEY_free(curve_key);
    EVP_PKEY_free(rsa_key);
    ERR_clear_error();
    return kind;
}

EVP_PKEY *gw_p256_generate(void) {
    return EVP_EC_gen("P-256");
}

EVP_PKEY *gw_p256_public_key(const uint8_t *point) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"P-256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point, 65),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

int gw_p256_point(EVP_PKEY *key, uint8_t *point) {
    size_t length = 0;
    int done = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, 65, &length) == 1
        && length == 65 && point[0] == 4;
    ERR_clear_error();
    return done;
}

EVP_PKEY *gw_p256_public_key_from_spki(const uint8_t *der, size_t count) {
    const uint8_t *cursor = der;
    EVP_PKEY *key = count > 65536 ? NULL : d2i_PUBKEY(NULL, &cursor, (long)count);
    if (key != NULL && (cursor != der + count || EVP_PKEY_is_a(key, "EC") != 1 || !is_p256(key))) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    ERR_clear_error();
    return key;
}

size_t gw_private_key_der(EVP_PKEY *key, uint8_t **der) {
    *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int length = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, der);
    PKCS8_PRIV_KEY_INFO_free(info);
    ERR_clear_error();
    return length > 0 ? (size_t)length : 0;
}

void gw_free(void *bytes) {
    OPENSSL_free(bytes);
}

int gw_es256_sign(EVP_PKEY *key, const uint8_t *message, size_t count, uint8_t *result) {
    uint8_t der[80];
    size_t length = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context != NULL && EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1
        && EVP_DigestSign(context, der, &length, message, count) == 1;
    EVP_MD_CTX_free(context);
    if (!done) return 0;
    const uint8_t *cursor = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &cursor, (long)length);
    done = signature != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(signature), result, 32) == 32
        && BN_bn2binpad(ECDSA_SIG_get0_s(signature), result + 32, 32) == 32;
    ECDSA_SIG_free(signature);
    return done;
}

int gw_es256_verify_der(
    EVP_PKEY *key, const uint8_t *message, size_t count, const uint8_t *signature, size_t signature_count
) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int valid = context != NULL && EVP_DigestVerifyInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1
        && EVP_DigestVerify(context, signature, signature_count, message, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return valid;
}

int gw_es256_verify(EVP_PKEY *key, const uint8_t *message, size_t count, const uint8_t *signature) {
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL);
    BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
    int valid = 0;
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = NULL;
        s = NULL;
        uint8_t *der = NULL;
        int length = i2d_ECDSA_SIG(pair, &der);
        valid = length > 0 && gw_es256_verify_der(key, message, count, der, (size_t)length);
        OPENSSL_free(der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    ERR_clear_error();
    return valid;
}
