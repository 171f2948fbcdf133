#pragma once
#include "shim.h"

// Keys and signatures. RSA is PKCS #1 v1.5 with SHA-256 (RS256), elliptic curves are P-256 with SHA-256 (ES256).

/// A public key from big-endian modulus and exponent. NULL when the library refuses it.
EVP_PKEY *_Nullable gw_rsa_public_key(
    const uint8_t *_Nonnull modulus, size_t modulus_count, const uint8_t *_Nonnull exponent, size_t exponent_count);
/// A fresh private key of so many bits, exponent 65,537.
EVP_PKEY *_Nullable gw_rsa_generate(unsigned bits);
/// The big-endian modulus (`what` 0) or exponent (`what` 1). Its length, or 0; nothing is written beyond `capacity`.
size_t gw_rsa_number(EVP_PKEY *_Nonnull key, int what, uint8_t *_Nonnull result, size_t capacity);

/// A context that verifies RS256 again and again, for one thread at a time.
EVP_PKEY_CTX *_Nullable gw_rs256_context(EVP_PKEY *_Nonnull key);
/// 1 when the signature is that of this SHA-256 digest; 0 otherwise, with an empty error queue.
int gw_rs256_verify(
    EVP_PKEY_CTX *_Nonnull context, const uint8_t *_Nonnull digest,
    const uint8_t *_Nonnull signature, size_t signature_count);
/// Signs a message. The length of the signature, or 0.
size_t gw_rs256_sign(
    EVP_PKEY *_Nonnull key, const uint8_t *_Nullable message, size_t count, uint8_t *_Nonnull result, size_t capacity);

/// SHA-256 into 32 bytes, with a context that is used again and again.
int gw_sha256(
    EVP_MD_CTX *_Nonnull context, const EVP_MD *_Nonnull algorithm, const uint8_t *_Nullable bytes, size_t count,
    uint8_t *_Nonnull result);

enum {
    GW_KEY_MADE,
    GW_KEY_NOT_PKCS8,
    GW_KEY_NOT_EC,
    GW_KEY_NOT_P256,
    GW_KEY_INVALID,
};

/// A P-256 private key from the DER of PKCS #8 (RFC 5208, RFC 5915); says what it was otherwise.
int gw_p256_private_key(const uint8_t *_Nonnull der, size_t count, EVP_PKEY *_Nullable *_Nonnull key);
/// A fresh P-256 key.
EVP_PKEY *_Nullable gw_p256_generate(void);
/// A public key from its uncompressed point: 4, x, y (65 bytes). NULL when the point is not on the curve.
EVP_PKEY *_Nullable gw_p256_public_key(const uint8_t *_Nonnull point);
/// Writes the uncompressed point, 65 bytes.
int gw_p256_point(EVP_PKEY *_Nonnull key, uint8_t *_Nonnull point);
/// DER of SubjectPublicKeyInfo for P-256 into a public key; NULL otherwise.
EVP_PKEY *_Nullable gw_p256_public_key_from_spki(const uint8_t *_Nonnull der, size_t count);
/// DER of PKCS #8. The length, or 0; free the bytes with `gw_free`.
size_t gw_private_key_der(EVP_PKEY *_Nonnull key, uint8_t *_Nullable *_Nonnull der);
void gw_free(void *_Nullable bytes);

/// Signs a message with ES256: r and s, 32 bytes each (RFC 7518, section 3.4).
int gw_es256_sign(
    EVP_PKEY *_Nonnull key, const uint8_t *_Nullable message, size_t count, uint8_t *_Nonnull result);
/// 1 when r and s (64 bytes) sign the message; 0 otherwise, with an empty error queue.
int gw_es256_verify(
    EVP_PKEY *_Nonnull key, const uint8_t *_Nullable message, size_t count, const uint8_t *_Nonnull signature);
/// 1 when the DER form of r and s signs the message; 0 otherwise, with an empty error queue.
int gw_es256_verify_der(
    EVP_PKEY *_Nonnull key, const uint8_t *_Nullable message, size_t count,
    const uint8_t *_Nonnull signature, size_t signature_count);

// AES-256-GCM (NIST SP 800-38D) with a nonce of 12 bytes and a tag of 16.

/// Encrypts; `result` takes `count + 16` bytes, the tag last.
int gw_aes_gcm_seal(
    const uint8_t *_Nonnull key, const uint8_t *_Nonnull nonce, const uint8_t *_Nullable extra, size_t extra_count,
    const uint8_t *_Nullable bytes, size_t count, uint8_t *_Nonnull result);
/// Decrypts `count` bytes, the tag included, into `count - 16`. 0 when anything was altered.
int gw_aes_gcm_open(
    const uint8_t *_Nonnull key, const uint8_t *_Nonnull nonce, const uint8_t *_Nullable extra, size_t extra_count,
    const uint8_t *_Nonnull bytes, size_t count, uint8_t *_Nonnull result);
