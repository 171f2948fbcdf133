#include "keys.h"
#include <limits.h>

int gw_aes_gcm_seal(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *extra, size_t extra_count,
    const uint8_t *bytes, size_t count, uint8_t *result
) {
    if (count > INT_MAX - 16 || extra_count > INT_MAX) return 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0;
    int done = context != NULL && EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), key, nonce, NULL) == 1
        && (extra_count == 0 || EVP_EncryptUpdate(context, NULL, &length, extra, (int)extra_count) == 1)
        && (count == 0 || EVP_EncryptUpdate(context, result, &length, bytes, (int)count) == 1)
        && EVP_EncryptFinal_ex(context, result + count, &length) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, result + count) == 1;
    EVP_CIPHER_CTX_free(context);
    return done;
}

int gw_aes_gcm_open(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *extra, size_t extra_count,
    const uint8_t *bytes, size_t count, uint8_t *result
) {
    if (count < 16 || count > INT_MAX || extra_count > INT_MAX) return 0;
    size_t length_of_text = count - 16;
    uint8_t tag[16];
    memcpy(tag, bytes + length_of_text, 16);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0;
    int done = context != NULL && EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), key, nonce, NULL) == 1
        && (extra_count == 0 || EVP_DecryptUpdate(context, NULL, &length, extra, (int)extra_count) == 1)
        && (length_of_text == 0 || EVP_DecryptUpdate(context, result, &length, bytes, (int)length_of_text) == 1)
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1
        && EVP_DecryptFinal_ex(context, result + length_of_text, &length) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!done) {
        OPENSSL_cleanse(result, length_of_text);
        ERR_clear_error();
    }
    return done;
}
