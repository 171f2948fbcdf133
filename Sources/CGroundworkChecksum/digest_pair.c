#include "digest_pair.h"
#if defined(__x86_64__)
#include "sha256_rounds.h"
#include <string.h>

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

#define ROUNDS(w, i) SHA256_ROUNDS(abef, cdgh, w, i)
#define NEXT(w0, w1, w2, w3, i) SHA256_SCHEDULE(w0, w1, w2, w3) ROUNDS(w0, i)
#define LOAD(i) _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * (i))), big_endian)

__attribute__((target("sha,sse4.1")))
static void take_blocks(uint32_t md5[4], uint32_t sha256[8], const uint8_t *bytes, size_t blocks) {
    uint32_t a = md5[0], b = md5[1], c = md5[2], d = md5[3];
    const __m128i big_endian = SHA256_BIG_ENDIAN;
    __m128i abef, cdgh;
    SHA256_LOAD_STATE(sha256, abef, cdgh)
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
    SHA256_STORE_STATE(sha256, abef, cdgh)
}

int gw_digest_pair_is_supported(void) { return sha256_is_supported(); }

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
