/* Bytes out and in: the growing buffer behind cstm_buffer, and a reader that never runs past its end. Numbers are
 * little-endian; lengths are LEB128 (unsigned), signed numbers zig-zag. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <libcustomer/base.h>

#include "base/handle.h"

#include <stdbool.h>

struct cstm_buffer {
    struct handle handle;
    uint8_t *data;
    size_t size;
    size_t capacity;
};

cstm_buffer *buffer_new(void);                      /* NULL on failure */
/* Writers return false on failure; a failed buffer may hold part of what was written. They work on a stack struct, too. */
bool buffer_put(struct cstm_buffer *buffer, const void *bytes, size_t size);
bool buffer_put_u8(struct cstm_buffer *buffer, uint8_t value);
bool buffer_put_u32(struct cstm_buffer *buffer, uint32_t value);
bool buffer_put_u64(struct cstm_buffer *buffer, uint64_t value);
bool buffer_put_uvar(struct cstm_buffer *buffer, uint64_t value);
bool buffer_put_svar(struct cstm_buffer *buffer, int64_t value);
bool buffer_put_text(struct cstm_buffer *buffer, const char *text, size_t size);   /* uvar length, bytes */
void buffer_clear(struct cstm_buffer *buffer);      /* frees the data of a stack struct */

struct byte_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;                                     /* sticky: every later read gives 0 */
};
void reader_init(struct byte_reader *reader, const uint8_t *bytes, size_t size);
const uint8_t *reader_take(struct byte_reader *reader, size_t size);   /* NULL and failed past the end */
uint8_t reader_u8(struct byte_reader *reader);
uint32_t reader_u32(struct byte_reader *reader);
uint64_t reader_u64(struct byte_reader *reader);
uint64_t reader_uvar(struct byte_reader *reader);    /* refuses over-long forms: the bytes are canonical */
int64_t reader_svar(struct byte_reader *reader);
const char *reader_text(struct byte_reader *reader, size_t *size);

#endif
