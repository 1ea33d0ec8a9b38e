/* Bytes out and in. A buffer keeps one NUL behind its last byte, so that text in it can be handed out as it is. The
 * reader is for bytes that may be hostile: once it has run past its end it stays failed and gives zeros. */
#include "base/bytes.h"

#include "base/memory.h"

#include <string.h>

cstm_buffer *
buffer_new(void)
{
    cstm_buffer *buffer = memory_new(sizeof *buffer);
    if (buffer != NULL)
        buffer->handle.tag = HANDLE_BUFFER;
    return buffer;
}

/* Room for `more` bytes and the NUL behind them. */
static inline bool
buffer_room(struct cstm_buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->size > more)
        return true;
    if (more > SIZE_MAX - 1 - buffer->size)
        return false;
    return memory_reserve(&buffer->data, &buffer->capacity, buffer->size + more + 1, 1);
}

bool
buffer_put(struct cstm_buffer *buffer, const void *bytes, size_t size)
{
    if (!buffer_room(buffer, size))
        return false;
    if (size > 0)
        memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = 0;
    return true;
}

bool
buffer_put_u8(struct cstm_buffer *buffer, uint8_t value)
{
    return buffer_put(buffer, &value, 1);
}

bool
buffer_put_u32(struct cstm_buffer *buffer, uint32_t value)
{
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t) (value >> (8 * i));
    return buffer_put(buffer, bytes, sizeof bytes);
}

bool
buffer_put_u64(struct cstm_buffer *buffer, uint64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t) (value >> (8 * i));
    return buffer_put(buffer, bytes, sizeof bytes);
}

bool
buffer_put_uvar(struct cstm_buffer *buffer, uint64_t value)
{
    uint8_t bytes[10];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (uint8_t) (value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (uint8_t) value;
    return buffer_put(buffer, bytes, size);
}

bool
buffer_put_svar(struct cstm_buffer *buffer, int64_t value)
{
    uint64_t sign = value < 0 ? UINT64_MAX : 0;
    return buffer_put_uvar(buffer, ((uint64_t) value << 1) ^ sign);
}

bool
buffer_put_text(struct cstm_buffer *buffer, const char *text, size_t size)
{
    return buffer_put_uvar(buffer, size) && buffer_put(buffer, text, size);
}

void
buffer_clear(struct cstm_buffer *buffer)
{
    memory_free(buffer->data);
    buffer->data = NULL;
    buffer->size = 0;
    buffer->capacity = 0;
}

void
reader_init(struct byte_reader *reader, const uint8_t *bytes, size_t size)
{
    static const uint8_t nothing[1];
    reader->at = bytes == NULL ? nothing : bytes;
    reader->end = reader->at + (bytes == NULL ? 0 : size);
    reader->failed = false;
}

const uint8_t *
reader_take(struct byte_reader *reader, size_t size)
{
    if (reader->failed || size > (size_t) (reader->end - reader->at)) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *taken = reader->at;
    reader->at += size;
    return taken;
}

uint8_t
reader_u8(struct byte_reader *reader)
{
    const uint8_t *bytes = reader_take(reader, 1);
    return bytes == NULL ? 0 : *bytes;
}

uint32_t
reader_u32(struct byte_reader *reader)
{
    const uint8_t *bytes = reader_take(reader, 4);
    uint32_t value = 0;
    for (int i = 0; bytes != NULL && i < 4; i++)
        value |= (uint32_t) bytes[i] << (8 * i);
    return value;
}

uint64_t
reader_u64(struct byte_reader *reader)
{
    const uint8_t *bytes = reader_take(reader, 8);
    uint64_t value = 0;
    for (int i = 0; bytes != NULL && i < 8; i++)
        value |= (uint64_t) bytes[i] << (8 * i);
    return value;
}

uint64_t
reader_uvar(struct byte_reader *reader)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        uint8_t byte = reader_u8(reader);
        if (reader->failed)
            return 0;
        /* The tenth byte has room for one bit, and a last byte of zero says nothing. */
        if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0))
            break;
        value |= (uint64_t) (byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    reader->failed = true;
    return 0;
}

int64_t
reader_svar(struct byte_reader *reader)
{
    uint64_t value = reader_uvar(reader);
    return (int64_t) ((value >> 1) ^ (0 - (value & 1)));
}

const char *
reader_text(struct byte_reader *reader, size_t *size)
{
    uint64_t length = reader_uvar(reader);
    const char *text = NULL;
    if (!reader->failed && length > (uint64_t) (reader->end - reader->at))
        reader->failed = true;
    else
        text = (const char *) reader_take(reader, (size_t) length);
    *size = text == NULL ? 0 : (size_t) length;
    return text;
}

const uint8_t *
cstm_buffer_data(const cstm_buffer *buffer)
{
    static const uint8_t nothing[1];
    if (!handle_is(buffer, HANDLE_BUFFER))
        return NULL;
    return buffer->data == NULL ? nothing : buffer->data;
}

size_t
cstm_buffer_size(const cstm_buffer *buffer)
{
    return handle_is(buffer, HANDLE_BUFFER) ? buffer->size : 0;
}

void
cstm_buffer_free(cstm_buffer *buffer)
{
    if (!handle_is(buffer, HANDLE_BUFFER))
        return;
    buffer_clear(buffer);
    buffer->handle.tag = HANDLE_FREED;
    memory_free(buffer);
}
