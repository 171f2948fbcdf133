#pragma once
#include <stddef.h>
#include <stdint.h>
#include "digest_pair.h"

// Cyclic redundancy checks. A running value starts from 0 and is passed back in; it is the check value at any time.

/// CRC-32 of ISO 3309, as in gzip, zip and PNG (reversed polynomial 0xEDB88320).
uint32_t gw_crc32(uint32_t crc, const void *_Nullable bytes, size_t count);

/// CRC-32C of Castagnoli, as in iSCSI and SCTP (RFC 3720, reversed polynomial 0x82F63B78).
uint32_t gw_crc32c(uint32_t crc, const void *_Nullable bytes, size_t count);

/// The CRC-32 of two pieces of data put together, from their check values and the second one's length.
uint32_t gw_crc32_combine(uint32_t first, uint32_t second, uint64_t second_length);

/// The CRC-32C of two pieces of data put together, from their check values and the second one's length.
uint32_t gw_crc32c_combine(uint32_t first, uint32_t second, uint64_t second_length);

/// The same functions by tables alone, as they run where the processor has no instructions for them.
uint32_t gw_crc32_portable(uint32_t crc, const void *_Nullable bytes, size_t count);
uint32_t gw_crc32c_portable(uint32_t crc, const void *_Nullable bytes, size_t count);

/// How many of the bytes have a value. Beside the checks, for it too goes over every byte of a stream.
size_t gw_count_byte(const void *_Nullable bytes, size_t count, uint8_t value);
