#pragma once
#include "shim.h"

// Keys and signatures. RSA is PKCS #1 v1.5 with SHA-256 (RS256), elliptic curves are P-256 with SHA-256 (ES256).

/// A fresh private key of so many bits, exponent 65,537.
EVP_PKEY *_Nullable gw_rsa_generate(unsigned bits);
/// The big-endian modulus (`what` 0) or exponent (`what` 1). Its length, or 0; nothing is written beyond `capacity`.
size_t gw_rsa_number(EVP_PKEY *_Nonnull key, int what, uint8_t *_Nonnull result, size_t capacity);

/// An RSA public key, ready to verify; immutable, for any number of threads.
typedef struct gw_rs256_key gw_rs256_key;
/// What one verification at a time needs.
typedef struct gw_rs256_context gw_rs256_context;

/// From big-endian modulus and exponent; the modulus must be odd.
gw_rs256_key *_Nullable gw_rs256_key_new(
    const uint8_t *_Nonnull modulus, size_t modulus_count, const uint8_t *_Nonnull exponent, size_t exponent_count);
void gw_rs256_key_free(gw_rs256_key *_Nullable key);
gw_rs256_context *_Nullable gw_rs256_context_new(void);
void gw_rs256_context_free(gw_rs256_context *_Nullable context);
/// 1 when the signature is the key's of this message (RFC 8017, section 8.2.2); 0 otherwise, with an empty error queue.
int gw_rs256_verify(
    const gw_rs256_key *_Nonnull key, gw_rs256_context *_Nonnull context, const EVP_MD *_Nonnull sha256,
    const uint8_t *_Nullable message, size_t count, const uint8_t *_Nonnull signature, size_t signature_count);
/// Signs a message. The length of the signature, or 0.
size_t gw_rs256_sign(
    EVP_PKEY *_Nonnull key, const uint8_t *_Nullable message, size_t count, uint8_t *_Nonnull result, size_t capacity);

enum {
    GW_KEY_MADE,
    GW_KEY_NOT_PKCS8,
    GW_KEY_NOT_EC,
    GW_KEY_NOT_P256,
    GW_KEY_INVALID,
};

/// A P-256 private key from the DER of PKCS #8 (RFC 5208, RFC 5915); says what it was otherwise.
int gw_p256_private_key(const uint8_t *_Nonnull der, size_t count, EVP_PKEY *_Nullable *_Nonnull key);
enum {
    GW_DER_UNKNOWN,
    GW_DER_ENCRYPTED_KEY,
    GW_DER_PUBLIC_KEY,
    GW_DER_CERTIFICATE,
    GW_DER_EC_KEY,
    GW_DER_RSA_KEY,
};

/// What DER is that is no unencrypted PKCS #8 key, for error messages.
int gw_der_kind(const uint8_t *_Nonnull der, size_t count);
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
