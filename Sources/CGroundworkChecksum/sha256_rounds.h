#pragma once
#include <immintrin.h>
#include <stdint.h>

// What the files here that compute SHA-256 have in common: four rounds at a time, by the SHA extensions of x86-64.

// FIPS 180-4, section 4.2.2.
static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Four rounds with the message words `w`, of `abef` and `cdgh`; and those words four rounds of the schedule on.
#define SHA256_ROUNDS(abef, cdgh, w, i) { \
    __m128i sum = _mm_add_epi32(w, _mm_loadu_si128((const __m128i *)(sha256_constants + 4 * (i)))); \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum); \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e)); }
#define SHA256_SCHEDULE(w0, w1, w2, w3) \
    w0 = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);

// The instructions keep the eight words as a, b, e, f and c, d, g, h, the first in the highest place.
#define SHA256_LOAD_STATE(words, abef, cdgh) { \
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(words)), 0xb1); \
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)((words) + 4)), 0x1b); \
    abef = _mm_alignr_epi8(low, high, 8); \
    cdgh = _mm_blend_epi16(high, low, 0xf0); }
#define SHA256_STORE_STATE(words, abef, cdgh) { \
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1); \
    _mm_storeu_si128((__m128i *)(words), _mm_blend_epi16(feba, dchg, 0xf0)); \
    _mm_storeu_si128((__m128i *)((words) + 4), _mm_alignr_epi8(dchg, feba, 8)); }
#define SHA256_BIG_ENDIAN _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)

// Whether this processor has what the macros above need.
static inline int sha256_is_supported(void) {
    // "sha" itself is no name that all compilers' __builtin_cpu_supports know: leaf 7, bit 29 of EBX.
    uint32_t a = 7, b, c = 0, d;
    if (!__builtin_cpu_supports("sse4.1") || !__builtin_cpu_supports("ssse3")) return 0;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (b >> 29) & 1;
}
