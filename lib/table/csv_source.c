/* Where the bytes of a CSV file come from: a file or memory, through zlib if they are gzip. Both
 * are read in pieces of 64 KiB, so a large file needs no more memory than its table. A gzip file
 * may have several members, one after the other (as `cat a.gz b.gz` makes them) and zeros after the
 * last; anything else there, or a member that ends early, is damage. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define PIECE 65536

struct csv_source {
    int file;             /* -1: memory */
    const uint8_t *bytes; /* what is left of memory */
    size_t size;
    bool gzip;
    bool inflating; /* inside a member */
    bool started;   /* zlib holds something to free */
    bool input_ended;
    z_stream stream;
    uint8_t piece[PIECE]; /* raw bytes read and not yet handed on */
    size_t piece_at;
    size_t piece_size;
};

static voidpf
zlib_new(voidpf unused, uInt count, uInt size)
{
    (void) unused;
    return memory_new_array(count, size);
}

static void
zlib_free(voidpf unused, voidpf pointer)
{
    (void) unused;
    memory_free(pointer);
}

static cstm_status
read_failed(int code, cstm_error **error)
{
    return error_set(error, CSTM_ERROR_IO, "cannot be read (errno %d)", code);
}

/* Refills the piece when it is used up. */
static cstm_status
source_refill(struct csv_source *source, cstm_error **error)
{
    if (source->piece_at < source->piece_size || source->input_ended)
        return CSTM_OK;
    source->piece_at = 0;
    source->piece_size = 0;
    if (source->file < 0) {
        size_t size = source->size < PIECE ? source->size : PIECE;
        if (size > 0)
            memcpy(source->piece, source->bytes, size);
        source->bytes = size > 0 ? source->bytes + size : source->bytes;
        source->size -= size;
        source->piece_size = size;
    } else {
        ssize_t got;
        do
            got = read(source->file, source->piece, PIECE);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return read_failed(errno, error);
        source->piece_size = (size_t) got;
    }
    source->input_ended = source->piece_size == 0;
    return CSTM_OK;
}

/* The first two bytes tell gzip. A pipe may give one byte at a time, so the piece is filled until
 * there are two. */
static cstm_status
source_detect(struct csv_source *source, cstm_error **error)
{
    cstm_status status = source_refill(source, error);
    while (status == CSTM_OK && source->file >= 0 && source->piece_size == 1) {
        ssize_t got = read(source->file, source->piece + 1, PIECE - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = read_failed(errno, error);
        if (got <= 0)
            break;
        source->piece_size += (size_t) got;
    }
    source->gzip = status == CSTM_OK && source->piece_size >= 2 && source->piece[0] == 0x1F &&
                   source->piece[1] == 0x8B;
    return status;
}

cstm_status
csv_source_open(const char *path, const uint8_t *bytes, size_t size, struct csv_source **source,
                cstm_error **error)
{
    struct csv_source *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->file = -1;
    made->bytes = bytes;
    made->size = size;
    cstm_status status = CSTM_OK;
    if (path != NULL) {
        made->file = open(path, O_RDONLY | O_CLOEXEC);
        if (made->file < 0)
            status = errno == ENOENT
                         ? error_set(error, CSTM_ERROR_IO, "there is no such file")
                         : error_set(error, CSTM_ERROR_IO, "cannot be opened (errno %d)", errno);
    }
    if (status == CSTM_OK)
        status = source_detect(made, error);
    if (status != CSTM_OK) {
        csv_source_close(made);
        return status;
    }
    *source = made;
    return CSTM_OK;
}

void
csv_source_close(struct csv_source *source)
{
    if (source == NULL)
        return;
    if (source->started)
        inflateEnd(&source->stream);
    if (source->file >= 0)
        close(source->file);
    memory_free(source);
}

static cstm_status
damaged(const char *what, cstm_error **error)
{
    return error_set(error, CSTM_ERROR_CORRUPT, "the gzip data is damaged: %s", what);
}

/* Begins the next member, or finds that there is none. */
static cstm_status
member_start(struct csv_source *source, bool *ended, cstm_error **error)
{
    *ended = false;
    if (!source->started) {
        source->stream.zalloc = zlib_new;
        source->stream.zfree = zlib_free;
        if (inflateInit2(&source->stream, 15 + 16) != Z_OK)
            return error_no_memory(error);
        source->started = true;
        source->inflating = true;
        return CSTM_OK;
    }
    /* Zeros pad the end of tapes and blocks. */
    for (;;) {
        cstm_status status = source_refill(source, error);
        if (status != CSTM_OK)
            return status;
        if (source->input_ended) {
            *ended = true;
            return CSTM_OK;
        }
        if (source->piece[source->piece_at] != 0)
            break;
        source->piece_at++;
    }
    if (source->piece[source->piece_at] != 0x1F)
        return damaged("there are bytes after its end", error);
    if (inflateReset(&source->stream) != Z_OK)
        return damaged("a member cannot be begun", error);
    source->inflating = true;
    return CSTM_OK;
}

static cstm_status
inflate_some(struct csv_source *source, char *to, size_t room, size_t *got, cstm_error **error)
{
    *got = 0;
    while (*got == 0) {
        if (!source->inflating) {
            bool ended;
            cstm_status status = member_start(source, &ended, error);
            if (status != CSTM_OK || ended)
                return status;
        }
        cstm_status status = source_refill(source, error);
        if (status != CSTM_OK)
            return status;
        if (source->input_ended)
            return damaged("it ends too early", error);
        uInt capacity = room > PIECE * 16 ? PIECE * 16 : (uInt) room;
        source->stream.next_in = source->piece + source->piece_at;
        source->stream.avail_in = (uInt) (source->piece_size - source->piece_at);
        source->stream.next_out = (Bytef *) to;
        source->stream.avail_out = capacity;
        int code = inflate(&source->stream, Z_NO_FLUSH);
        source->piece_at = source->piece_size - source->stream.avail_in;
        *got = capacity - source->stream.avail_out;
        if (code == Z_MEM_ERROR)
            return error_no_memory(error);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return damaged(code == Z_DATA_ERROR ? "its data or checksum is wrong"
                                                : "it cannot be read",
                           error);
        source->inflating = code != Z_STREAM_END;
    }
    return CSTM_OK;
}

cstm_status
csv_source_read(struct csv_source *source, char *to, size_t room, size_t *got, cstm_error **error)
{
    if (source->gzip)
        return inflate_some(source, to, room, got, error);
    cstm_status status = source_refill(source, error);
    if (status != CSTM_OK)
        return status;
    size_t size = source->piece_size - source->piece_at;
    if (size > room)
        size = room;
    memcpy(to, source->piece + source->piece_at, size);
    source->piece_at += size;
    *got = size;
    return CSTM_OK;
}
