#pragma once
#if !__has_include(<zlib.h>)
#error "zlib.h is missing: install the package zlib1g-dev"
#endif
#include <zlib.h>

// Macros that Swift cannot call, and calls with their constants filled in. A z_stream must stay at one address from
// its initialisation to its end: zlib keeps a pointer back to it.

/// Starts raw deflate (RFC 1951): no header, no check value.
static inline int gw_deflate_init_raw(z_streamp stream, int level, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, -15, memory_level, Z_DEFAULT_STRATEGY);
}

/// Starts inflate that reads one gzip member (RFC 1952) and checks its header, CRC-32 and length.
static inline int gw_inflate_init_gzip(z_streamp stream) { return inflateInit2(stream, 15 + 16); }
