#include "sha256_lanes.h"
#if defined(__x86_64__)
#include "sha256_rounds.h"
#include <string.h>

#define LOAD(bytes, i) _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)((bytes) + 16 * (i))), big_endian)

// Four rounds of one stream: with the words as they were read, or with those that follow from them.
#define FIRST(x, k, i) x##w##k = LOAD(x, k); SHA256_ROUNDS(x##abef, x##cdgh, x##w##k, i)
#define NEXT(x, k0, k1, k2, k3, i) \
    SHA256_SCHEDULE(x##w##k0, x##w##k1, x##w##k2, x##w##k3) SHA256_ROUNDS(x##abef, x##cdgh, x##w##k0, i)
#define DECLARE(x, lane) __m128i x##abef, x##cdgh, x##w0, x##w1, x##w2, x##w3; SHA256_LOAD_STATE(lane, x##abef, x##cdgh)
#define KEEP(x) __m128i x##abef0 = x##abef, x##cdgh0 = x##cdgh;
#define ADD(x) x##abef = _mm_add_epi32(x##abef, x##abef0); x##cdgh = _mm_add_epi32(x##cdgh, x##cdgh0); x += 64;

// The 64 rounds; EACH(do, ...) does something for each stream.
#define BLOCK(EACH) \
    EACH(FIRST, 0, 0) EACH(FIRST, 1, 1) EACH(FIRST, 2, 2) EACH(FIRST, 3, 3) \
    EACH(NEXT, 0, 1, 2, 3, 4) EACH(NEXT, 1, 2, 3, 0, 5) EACH(NEXT, 2, 3, 0, 1, 6) EACH(NEXT, 3, 0, 1, 2, 7) \
    EACH(NEXT, 0, 1, 2, 3, 8) EACH(NEXT, 1, 2, 3, 0, 9) EACH(NEXT, 2, 3, 0, 1, 10) EACH(NEXT, 3, 0, 1, 2, 11) \
    EACH(NEXT, 0, 1, 2, 3, 12) EACH(NEXT, 1, 2, 3, 0, 13) EACH(NEXT, 2, 3, 0, 1, 14) EACH(NEXT, 3, 0, 1, 2, 15)
#define ONE(do, ...) do(p, __VA_ARGS__)
#define BOTH(do, ...) do(p, __VA_ARGS__) do(q, __VA_ARGS__)

__attribute__((target("sha,sse4.1")))
static void take_blocks(uint32_t words[8], const uint8_t *p, size_t blocks) {
    const __m128i big_endian = SHA256_BIG_ENDIAN;
    DECLARE(p, words)
    for (; blocks != 0; blocks--) {
        KEEP(p)
        BLOCK(ONE)
        ADD(p)
    }
    SHA256_STORE_STATE(words, pabef, pcdgh)
}

__attribute__((target("sha,sse4.1")))
static void take_blocks_of_both(
    uint32_t first[8], const uint8_t *p, uint32_t second[8], const uint8_t *q, size_t blocks
) {
    const __m128i big_endian = SHA256_BIG_ENDIAN;
    DECLARE(p, first)
    DECLARE(q, second)
    for (; blocks != 0; blocks--) {
        KEEP(p)
        KEEP(q)
        BLOCK(BOTH)
        ADD(p)
        ADD(q)
    }
    SHA256_STORE_STATE(first, pabef, pcdgh)
    SHA256_STORE_STATE(second, qabef, qcdgh)
}

int gw_sha256_lanes_are_supported(void) { return sha256_is_supported(); }

gw_sha256_lane gw_sha256_lane_start(void) {
    // FIPS 180-4, section 5.3.3.
    return (gw_sha256_lane){
        .words = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
    };
}

// Completes the block that earlier bytes began. Afterwards either nothing is pending, or no byte is left.
static void fill(gw_sha256_lane *lane, const uint8_t **bytes, size_t *count) {
    size_t held = lane->count % 64;
    lane->count += *count;
    if (held == 0) return;
    size_t taken = *count < 64 - held ? *count : 64 - held;
    if (taken != 0) memcpy(lane->pending + held, *bytes, taken);
    if (held + taken == 64) take_blocks(lane->words, lane->pending, 1);
    if (taken != 0) *bytes += taken;
    *count -= taken;
}

// Takes the whole blocks, and keeps what is less than one.
static void take_rest(gw_sha256_lane *lane, const uint8_t *bytes, size_t count) {
    if (count == 0) return;
    take_blocks(lane->words, bytes, count / 64);
    if (count % 64 != 0) memcpy(lane->pending, bytes + count / 64 * 64, count % 64);
}

void gw_sha256_lane_update(gw_sha256_lane *lane, const void *bytes, size_t count) {
    const uint8_t *rest = bytes;
    fill(lane, &rest, &count);
    take_rest(lane, rest, count);
}

void gw_sha256_lanes_update(
    gw_sha256_lane *first, const void *first_bytes, size_t first_count,
    gw_sha256_lane *second, const void *second_bytes, size_t second_count
) {
    const uint8_t *p = first_bytes, *q = second_bytes;
    fill(first, &p, &first_count);
    fill(second, &q, &second_count);
    size_t blocks = (first_count < second_count ? first_count : second_count) / 64;
    if (blocks != 0) {
        take_blocks_of_both(first->words, p, second->words, q, blocks);
        p += blocks * 64;
        q += blocks * 64;
    }
    take_rest(first, p, first_count - blocks * 64);
    take_rest(second, q, second_count - blocks * 64);
}

void gw_sha256_lane_finish(gw_sha256_lane *lane, uint8_t *hash) {
    uint8_t last[128] = {0};
    size_t held = lane->count % 64, end = held < 56 ? 64 : 128;
    uint64_t bits = lane->count * 8;
    memcpy(last, lane->pending, held);
    last[held] = 0x80;
    for (int i = 0; i < 8; i++) last[end - 1 - i] = (uint8_t)(bits >> (8 * i));
    take_blocks(lane->words, last, end / 64);
    for (int i = 0; i < 32; i++) hash[i] = (uint8_t)(lane->words[i / 4] >> (24 - 8 * (i % 4)));
}

#endif
