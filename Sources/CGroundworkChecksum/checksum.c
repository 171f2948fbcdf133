#include "checksum.h"
#include <pthread.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define CRC32_POLYNOMIAL 0xEDB88320u
#define CRC32C_POLYNOMIAL 0x82F63B78u
// The bytes of each of the three streams that the crc32 instruction works on at once.
#define STREAM 4096

typedef uint32_t tables[8][256];
static tables crc32_tables, crc32c_tables;
// For each byte of a CRC-32C, what it becomes after STREAM and after 2 * STREAM zero bytes.
static uint32_t after_one[4][256], after_two[4][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Polynomials are stored with bit 31 as the coefficient of x^0.
static uint32_t multiply(uint32_t a, uint32_t b, uint32_t polynomial) {
    uint32_t product = 0;
    for (int bit = 31; bit >= 0; bit--) {
        if ((a >> bit) & 1) product ^= b;
        b = (b >> 1) ^ ((b & 1) ? polynomial : 0);
    }
    return product;
}

// x^(8 * count): what appending `count` zero bytes multiplies a remainder by.
static uint32_t power_of_bytes(uint64_t count, uint32_t polynomial) {
    uint32_t result = 0x80000000u, base = 0x00800000u;
    for (; count != 0; count >>= 1) {
        if (count & 1) result = multiply(result, base, polynomial);
        base = multiply(base, base, polynomial);
    }
    return result;
}

static void fill(tables table, uint32_t polynomial) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++) c = (c >> 1) ^ ((c & 1) ? polynomial : 0);
        table[0][i] = c;
    }
    for (int k = 1; k < 8; k++)
        for (int i = 0; i < 256; i++)
            table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255];
}

static void prepare(void) {
    fill(crc32_tables, CRC32_POLYNOMIAL);
    fill(crc32c_tables, CRC32C_POLYNOMIAL);
    uint32_t one = power_of_bytes(STREAM, CRC32C_POLYNOMIAL), two = power_of_bytes(2 * STREAM, CRC32C_POLYNOMIAL);
    for (int k = 0; k < 4; k++)
        for (uint32_t i = 0; i < 256; i++) {
            after_one[k][i] = multiply(i << (8 * k), one, CRC32C_POLYNOMIAL);
            after_two[k][i] = multiply(i << (8 * k), two, CRC32C_POLYNOMIAL);
        }
}

static uint64_t load(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

// `c` is the raw remainder, without the inversions at the start and the end.
static uint32_t by_tables(tables t, uint32_t c, const uint8_t *p, size_t count) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; count >= 8; p += 8, count -= 8) {
        uint64_t v = load(p) ^ c;
        c = t[7][v & 255] ^ t[6][(v >> 8) & 255] ^ t[5][(v >> 16) & 255] ^ t[4][(v >> 24) & 255]
            ^ t[3][(v >> 32) & 255] ^ t[2][(v >> 40) & 255] ^ t[1][(v >> 48) & 255] ^ t[0][v >> 56];
    }
#endif
    for (; count > 0; p++, count--) c = (c >> 8) ^ t[0][(c ^ *p) & 255];
    return c;
}

#if defined(__x86_64__)
#define SHIFT(t, c) (t[0][(c) & 255] ^ t[1][((c) >> 8) & 255] ^ t[2][((c) >> 16) & 255] ^ t[3][((c) >> 24) & 255])

__attribute__((target("sse4.2")))
static uint32_t crc32c_by_instruction(uint32_t crc, const uint8_t *p, size_t count) {
    uint64_t a = crc;
    while (count >= 3 * STREAM) {
        uint64_t b = 0, c = 0;
        for (size_t i = 0; i < STREAM; i += 8) {
            a = _mm_crc32_u64(a, load(p + i));
            b = _mm_crc32_u64(b, load(p + STREAM + i));
            c = _mm_crc32_u64(c, load(p + 2 * STREAM + i));
        }
        a = SHIFT(after_two, a) ^ SHIFT(after_one, b) ^ c;
        p += 3 * STREAM;
        count -= 3 * STREAM;
    }
    for (; count >= 8; p += 8, count -= 8) a = _mm_crc32_u64(a, load(p));
    uint32_t c = (uint32_t)a;
    for (; count > 0; p++, count--) c = _mm_crc32_u8(c, *p);
    return c;
}

#define LOAD(p) _mm_loadu_si128((const __m128i *)(p))
#define FOLD(x, k, y) \
    _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(x, k, 0x00), _mm_clmulepi64_si128(x, k, 0x11)), y)

// Folds 64 bytes at a time by carry-less products. The constants are x^(512±32) and x^(128±32) modulo the polynomial,
// bit-reversed: "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009.
__attribute__((target("pclmul,sse4.1")))
static uint32_t crc32_by_products(uint32_t crc, const uint8_t *p, size_t count) {
    __m128i x0 = LOAD(p), x1 = LOAD(p + 16), x2 = LOAD(p + 32), x3 = LOAD(p + 48);
    x0 = _mm_xor_si128(x0, _mm_cvtsi32_si128((int)crc));
    p += 64;
    count -= 64;
    __m128i k = _mm_set_epi64x(0x01C6E41596, 0x0154442BD4);
    for (; count >= 64; p += 64, count -= 64) {
        x0 = FOLD(x0, k, LOAD(p));
        x1 = FOLD(x1, k, LOAD(p + 16));
        x2 = FOLD(x2, k, LOAD(p + 32));
        x3 = FOLD(x3, k, LOAD(p + 48));
    }
    k = _mm_set_epi64x(0x00CCAA009E, 0x01751997D0);
    x1 = FOLD(x0, k, x1);
    x2 = FOLD(x1, k, x2);
    x3 = FOLD(x2, k, x3);
    uint8_t folded[16];
    _mm_storeu_si128((__m128i *)folded, x3);
    return by_tables(crc32_tables, by_tables(crc32_tables, 0, folded, 16), p, count);
}
#endif

uint32_t gw_crc32_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&once, prepare);
    return ~by_tables(crc32_tables, ~crc, bytes, count);
}

uint32_t gw_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&once, prepare);
    return ~by_tables(crc32c_tables, ~crc, bytes, count);
}

uint32_t gw_crc32(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (count >= 128 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
        pthread_once(&once, prepare);
        return ~crc32_by_products(~crc, bytes, count);
    }
#endif
    return gw_crc32_portable(crc, bytes, count);
}

uint32_t gw_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) {
        pthread_once(&once, prepare);
        return ~crc32c_by_instruction(~crc, bytes, count);
    }
#endif
    return gw_crc32c_portable(crc, bytes, count);
}

uint32_t gw_crc32_combine(uint32_t first, uint32_t second, uint64_t second_length) {
    return multiply(first, power_of_bytes(second_length, CRC32_POLYNOMIAL), CRC32_POLYNOMIAL) ^ second;
}

uint32_t gw_crc32c_combine(uint32_t first, uint32_t second, uint64_t second_length) {
    return multiply(first, power_of_bytes(second_length, CRC32C_POLYNOMIAL), CRC32C_POLYNOMIAL) ^ second;
}

// 32 bytes at a time, on any processor that clang knows vectors of.
typedef uint8_t byte_lanes __attribute__((vector_size(32)));

size_t gw_count_byte(const void *bytes, size_t count, uint8_t value) {
    const uint8_t *next = bytes;
    size_t found = 0;
    while (count >= sizeof(byte_lanes)) {
        // A lane counts to 255.
        size_t rounds = count / sizeof(byte_lanes);
        if (rounds > 255) rounds = 255;
        byte_lanes sums = {0};
        for (size_t round = 0; round < rounds; round++) {
            byte_lanes piece;
            memcpy(&piece, next, sizeof(piece));
            sums -= (byte_lanes)(piece == value);
            next += sizeof(piece);
        }
        for (size_t lane = 0; lane < sizeof(sums); lane++) found += sums[lane];
        count -= rounds * sizeof(sums);
    }
    for (; count > 0; count--) found += *next++ == value;
    return found;
}
