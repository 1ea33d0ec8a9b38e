/* What the writer and the reader of a profile's bytes agree on; the layout is at the top of
 * profile_bytes.c. */
#ifndef PROFILE_PROFILE_BYTES_H
#define PROFILE_PROFILE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#define PROFILE_MAGIC "CSTMPROF"
#define PROFILE_MAGIC_SIZE 8
#define PROFILE_FORMAT 1
#define TAG_HISTORY 1u
#define TAG_MACHINES 2u
#define CRC_SIZE 4
#define DIGEST_SIZE 32
#define DIGEST_KEPT 16 /* bytes of a lifecycle's digest: enough to tell definitions apart */

uint32_t profile_crc(const uint8_t *bytes, size_t size);

#endif
