#include "signing_key.h"
#include "keys.h"
#include <openssl/x509.h>

int gw_signing_key(const uint8_t *der, size_t count, EVP_PKEY **key) {
    *key = NULL;
    if (count == 0 || count > 65536) return GW_SIGNING_KEY_INVALID;
    const uint8_t *cursor = der;
    EVP_PKEY *read = d2i_AutoPrivateKey(NULL, &cursor, (long)count);
    int kind = GW_SIGNING_KEY_INVALID;
    if (read != NULL && cursor == der + count) {
        if (EVP_PKEY_is_a(read, "ED25519") == 1) {
            kind = GW_SIGNING_KEY_ED25519;
        } else if (EVP_PKEY_is_a(read, "RSA") == 1) {
            EVP_PKEY_CTX *check = EVP_PKEY_CTX_new_from_pkey(NULL, read, NULL);
            kind = check != NULL && EVP_PKEY_check(check) == 1 ? GW_SIGNING_KEY_RSA : GW_SIGNING_KEY_INVALID;
            EVP_PKEY_CTX_free(check);
        } else {
            kind = GW_SIGNING_KEY_OTHER;
        }
    }
    if (kind == GW_SIGNING_KEY_RSA || kind == GW_SIGNING_KEY_ED25519) *key = read; else EVP_PKEY_free(read);
    ERR_clear_error();
    return kind;
}

EVP_PKEY *gw_ed25519_key(const uint8_t *seed) {
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, 32);
    if (key == NULL) ERR_clear_error();
    return key;
}

EVP_PKEY *gw_ed25519_generate(void) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

int gw_signing_key_bits(EVP_PKEY *key) {
    return EVP_PKEY_get_bits(key);
}

int gw_signing_key_size(EVP_PKEY *key) {
    return EVP_PKEY_get_size(key);
}

size_t gw_signing_key_public(EVP_PKEY *key, uint8_t *result, size_t capacity) {
    if (EVP_PKEY_is_a(key, "ED25519") == 1) {
        size_t length = capacity;
        return EVP_PKEY_get_raw_public_key(key, result, &length) == 1 ? length : 0;
    }
    int length = i2d_PUBKEY(key, NULL);
    if (length <= 0 || (size_t)length > capacity) return 0;
    uint8_t *cursor = result;
    return (size_t)i2d_PUBKEY(key, &cursor);
}

int gw_ed25519_sign(EVP_PKEY *key, const uint8_t *message, size_t count, uint8_t *result) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = 64;
    int done = context != NULL && EVP_DigestSignInit_ex(context, NULL, NULL, NULL, NULL, key, NULL) == 1
        && EVP_DigestSign(context, result, &length, message, count) == 1 && length == 64;
    EVP_MD_CTX_free(context);
    return done;
}
