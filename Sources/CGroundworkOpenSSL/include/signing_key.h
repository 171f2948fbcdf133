#pragma once
#include "shim.h"

// Private keys that sign mail: RSA (PKCS #1 v1.5 with SHA-256) and Ed25519 (RFC 8032).

enum {
    GW_SIGNING_KEY_INVALID,
    GW_SIGNING_KEY_RSA,
    GW_SIGNING_KEY_ED25519,
    GW_SIGNING_KEY_OTHER,
};

/// A private key from the DER of PKCS #8 or, for RSA, of PKCS #1; says which it is, or why there is none.
int gw_signing_key(const uint8_t *_Nonnull der, size_t count, EVP_PKEY *_Nullable *_Nonnull key);
/// An Ed25519 key from its seed of 32 bytes.
EVP_PKEY *_Nullable gw_ed25519_key(const uint8_t *_Nonnull seed);
/// A fresh Ed25519 key.
EVP_PKEY *_Nullable gw_ed25519_generate(void);
/// The size of the key in bits.
int gw_signing_key_bits(EVP_PKEY *_Nonnull key);
/// The longest signature of the key in bytes.
int gw_signing_key_size(EVP_PKEY *_Nonnull key);
/// The public key: DER of SubjectPublicKeyInfo for RSA, 32 bytes for Ed25519. The length, or 0.
size_t gw_signing_key_public(EVP_PKEY *_Nonnull key, uint8_t *_Nonnull result, size_t capacity);
/// The Ed25519 signature of a message, 64 bytes.
int gw_ed25519_sign(
    EVP_PKEY *_Nonnull key, const uint8_t *_Nullable message, size_t count, uint8_t *_Nonnull result);
