#pragma once
#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4) and MD5 (RFC 1321) of the same bytes in one pass. Either alone waits for its own results most of
// the time, on different units of the processor: together they take as long as MD5 alone. For x86-64 with the SHA
// extensions; elsewhere OpenSSL's two passes are the way.
#if defined(__x86_64__)

/// The state between two pieces of data.
typedef struct {
    uint32_t md5[4];
    uint32_t sha256[8];
    uint64_t count;
    uint8_t pending[64];
} gw_digest_pair;

/// Whether this processor has the instructions; without them the functions below must not be called.
int gw_digest_pair_is_supported(void);

/// The state before the first byte.
gw_digest_pair gw_digest_pair_start(void);

/// Takes the next bytes.
void gw_digest_pair_update(gw_digest_pair *_Nonnull pair, const void *_Nullable bytes, size_t count);

/// Ends the data: 16 bytes of MD5 and 32 of SHA-256. The state is spent.
void gw_digest_pair_finish(gw_digest_pair *_Nonnull pair, uint8_t *_Nonnull md5, uint8_t *_Nonnull sha256);

#endif
