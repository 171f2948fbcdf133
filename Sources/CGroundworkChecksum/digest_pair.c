#include "digest_pair.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

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

// A step of MD5 depends on the one before through `b` only. Without the barrier the compiler adds in an order that puts
// more than that on the chain.
#define BARRIER(x) __asm__("" : "+r"(x))
#define ROTATE(x, n) (((x) << (n)) | ((x) >> (32 - (n))))
#define WORD(k) ({ uint32_t word; memcpy(&word, bytes + 4 * ((k) & 15), 4); word; })
#define STEP(a, b, k, t, early, late, n) \
    a += WORD(k) + t##u + (early); BARRIER(a); a += (late); a = ROTATE(a, n) + b;
// RFC 1321, section 3.4; G's two halves have no bit in common, so that the sum is the same as the "or".
#define F(a, b, c, d, k, t, n) STEP(a, b, k, t, 0, d ^ (b & (c ^ d)), n)
#define G(a, b, c, d, k, t, n) STEP(a, b, k, t, ~d & c, d & b, n)
#define H(a, b, c, d, k, t, n) { uint32_t cd = c ^ d; BARRIER(cd); STEP(a, b, k, t, 0, b ^ cd, n) }
#define I(a, b, c, d, k, t, n) STEP(a, b, k, t, 0, c ^ (b | ~d), n)
#define FOUR(f, k, by, t0, t1, t2, t3, n0, n1, n2, n3) \
    f(a, b, c, d, k, t0, n0) f(d, a, b, c, k + by, t1, n1) \
    f(c, d, a, b, k + 2 * by, t2, n2) f(b, c, d, a, k + 3 * by, t3, n3)
#define F4(k, t0, t1, t2, t3) FOUR(F, k, 1, t0, t1, t2, t3, 7, 12, 17, 22)
#define G4(k, t0, t1, t2, t3) FOUR(G, k, 5, t0, t1, t2, t3, 5, 9, 14, 20)
#define H4(k, t0, t1, t2, t3) FOUR(H, k, 3, t0, t1, t2, t3, 4, 11, 16, 23)
#define I4(k, t0, t1, t2, t3) FOUR(I, k, 7, t0, t1, t2, t3, 6, 10, 15, 21)

// Four rounds of SHA-256 with the message words `w`; then those words four rounds of the schedule on.
#define ROUNDS(w, i) { \
    __m128i sum = _mm_add_epi32(w, _mm_loadu_si128((const __m128i *)(sha256_constants + 4 * (i)))); \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum); \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e)); }
#define SCHEDULE(w0, w1, w2, w3) \
    w0 = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);
#define NEXT(w0, w1, w2, w3, i) SCHEDULE(w0, w1, w2, w3) ROUNDS(w0, i)
#define LOAD(i) _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * (i))), big_endian)

__attribute__((target("sha,sse4.1")))
static void take_blocks(uint32_t md5[4], uint32_t sha256[8], const uint8_t *bytes, size_t blocks) {
    uint32_t a = md5[0], b = md5[1], c = md5[2], d = md5[3];
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    // The instructions keep the eight words as a, b, e, f and c, d, g, h, the first in the highest place.
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)sha256), 0xb1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(sha256 + 4)), 0x1b);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);
    for (; blocks != 0; blocks--, bytes += 64) {
        uint32_t a0 = a, b0 = b, c0 = c, d0 = d;
        __m128i abef0 = abef, cdgh0 = cdgh;
        __m128i w0 = LOAD(0), w1 = LOAD(1), w2 = LOAD(2), w3 = LOAD(3);
        ROUNDS(w0, 0) F4(0, 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee)
        ROUNDS(w1, 1) F4(4, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501)
        ROUNDS(w2, 2) F4(8, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be)
        ROUNDS(w3, 3) F4(12, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821)
        NEXT(w0, w1, w2, w3, 4) G4(1, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa)
        NEXT(w1, w2, w3, w0, 5) G4(5, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8)
        NEXT(w2, w3, w0, w1, 6) G4(9, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed)
        NEXT(w3, w0, w1, w2, 7) G4(13, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a)
        NEXT(w0, w1, w2, w3, 8) H4(5, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c)
        NEXT(w1, w2, w3, w0, 9) H4(1, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70)
        NEXT(w2, w3, w0, w1, 10) H4(13, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05)
        NEXT(w3, w0, w1, w2, 11) H4(9, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665)
        NEXT(w0, w1, w2, w3, 12) I4(0, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039)
        NEXT(w1, w2, w3, w0, 13) I4(12, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1)
        NEXT(w2, w3, w0, w1, 14) I4(8, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1)
        NEXT(w3, w0, w1, w2, 15) I4(4, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391)
        a += a0, b += b0, c += c0, d += d0;
        abef = _mm_add_epi32(abef, abef0);
        cdgh = _mm_add_epi32(cdgh, cdgh0);
    }
    md5[0] = a, md5[1] = b, md5[2] = c, md5[3] = d;
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)sha256, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(sha256 + 4), _mm_alignr_epi8(dchg, feba, 8));
}

int gw_digest_pair_is_supported(void) {
    // "sha" itself is no name that all compilers' __builtin_cpu_supports know: leaf 7, bit 29 of EBX.
    uint32_t a = 7, b, c = 0, d;
    if (!__builtin_cpu_supports("sse4.1") || !__builtin_cpu_supports("ssse3")) return 0;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (b >> 29) & 1;
}

gw_digest_pair gw_digest_pair_start(void) {
    return (gw_digest_pair){
        .md5 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476},
        .sha256 = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
    };
}

void gw_digest_pair_update(gw_digest_pair *pair, const void *data, size_t count) {
    const uint8_t *bytes = data;
    size_t held = pair->count % 64;
    pair->count += count;
    if (held != 0) {
        size_t taken = count < 64 - held ? count : 64 - held;
        if (taken != 0) memcpy(pair->pending + held, bytes, taken);
        if (held + taken < 64) return;
        take_blocks(pair->md5, pair->sha256, pair->pending, 1);
        bytes += taken;
        count -= taken;
    }
    take_blocks(pair->md5, pair->sha256, bytes, count / 64);
    if (count % 64 != 0) memcpy(pair->pending, bytes + count / 64 * 64, count % 64);
}

void gw_digest_pair_finish(gw_digest_pair *pair, uint8_t *md5, uint8_t *sha256) {
    // Both end with a one bit, zeros, and the length in bits: MD5's lowest byte first, SHA-256's last.
    uint8_t last[2][128] = {{0}};
    size_t held = pair->count % 64, end = held < 56 ? 64 : 128;
    uint64_t bits = pair->count * 8;
    for (int i = 0; i < 2; i++) {
        memcpy(last[i], pair->pending, held);
        last[i][held] = 0x80;
        for (int k = 0; k < 8; k++) last[i][i == 0 ? end - 8 + k : end - 1 - k] = (uint8_t)(bits >> (8 * k));
    }
    gw_digest_pair other = *pair;
    take_blocks(pair->md5, other.sha256, last[0], end / 64);
    take_blocks(other.md5, pair->sha256, last[1], end / 64);
    for (int i = 0; i < 16; i++) md5[i] = (uint8_t)(pair->md5[i / 4] >> (8 * (i % 4)));
    for (int i = 0; i < 32; i++) sha256[i] = (uint8_t)(pair->sha256[i / 4] >> (24 - 8 * (i % 4)));
}

#endif
