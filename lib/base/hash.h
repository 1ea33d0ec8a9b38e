/* Hashes: a fast 64-bit one for tables in memory (never stored), and SHA-256 (FIPS 180-4; allocates
 * nothing) for digests. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed);

struct digest {
    uint8_t bytes[32];
};
struct digest digest_of(const void *bytes, size_t size);
void digest_text(const struct digest *digest, char text[65]);   /* lower-case hexadecimal and a NUL */

#endif
