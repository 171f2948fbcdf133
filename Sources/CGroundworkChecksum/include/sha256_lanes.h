#pragma once
#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4) of two streams side by side. One alone waits for its own results most of the time; two whose
// blocks alternate take little longer than one. For x86-64 with the SHA extensions; elsewhere OpenSSL is the way.
#if defined(__x86_64__)

/// The state between two pieces of one stream.
typedef struct {
    uint32_t words[8];
    uint64_t count;
    uint8_t pending[64];
} gw_sha256_lane;

/// Whether this processor has the instructions; without them the functions below must not be called.
int gw_sha256_lanes_are_supported(void);

/// The state before the first byte.
gw_sha256_lane gw_sha256_lane_start(void);

/// Takes the next bytes of two streams, of either as many as there are. The two must not be the same.
void gw_sha256_lanes_update(
    gw_sha256_lane *_Nonnull first, const void *_Nullable first_bytes, size_t first_count,
    gw_sha256_lane *_Nonnull second, const void *_Nullable second_bytes, size_t second_count);

/// Takes the next bytes of one stream.
void gw_sha256_lane_update(gw_sha256_lane *_Nonnull lane, const void *_Nullable bytes, size_t count);

/// Ends the stream: 32 bytes. The state is spent.
void gw_sha256_lane_finish(gw_sha256_lane *_Nonnull lane, uint8_t *_Nonnull hash);

#endif
