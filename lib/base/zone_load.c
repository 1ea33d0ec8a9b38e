/* A zone by its name, from the directory of the system's database. Nothing else is opened: a name cannot lead out of it. */
#include "base/civil.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORY "/usr/share/zoneinfo/"
#define FILE_LIMIT (1 << 20)
#define NAME_LIMIT 200

static bool
name_is_legal(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size > NAME_LIMIT || name[0] == '/' || strstr(name, "..") != NULL)
        return false;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && strchr("_+-/", c) == NULL)
            return false;
    }
    return true;
}

/* A whole file of at most FILE_LIMIT bytes, without stdio: its buffers would be allocated behind our back. */
static cstm_status
read_file(const char *path, struct cstm_buffer *buffer, int *failure)
{
    *failure = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        *failure = errno;
        return CSTM_ERROR_IO;
    }
    cstm_status status = CSTM_OK;
    for (;;) {
        uint8_t part[4096];
        ssize_t got = read(file, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || buffer->size > FILE_LIMIT) {
            *failure = got < 0 ? errno : EFBIG;
            status = CSTM_ERROR_IO;
            break;
        }
        if (got == 0)
            break;
        if (!buffer_put(buffer, part, (size_t) got)) {
            status = CSTM_ERROR_NO_MEMORY;
            break;
        }
    }
    close(file);
    return status;
}

/* The name nearest to a wrong one, from the database's own list (tab-separated: countries, place, name, comment). */
static bool
suggest(const char *name, char suggestion[NAME_LIMIT + 1])
{
    struct cstm_buffer list = {0};
    int failure;
    if (read_file(DIRECTORY "zone1970.tab", &list, &failure) != CSTM_OK || list.data == NULL) {
        buffer_clear(&list);
        return false;
    }
    suggestion[0] = '\0';
    char *line = (char *) list.data;
    while (line != NULL && *line != '\0') {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        char *tab = *line == '#' ? NULL : strchr(line, '\t');
        char *word = tab == NULL ? NULL : strchr(tab + 1, '\t');
        if (word != NULL) {
            word++;
            word[strcspn(word, "\t")] = '\0';
            /* The better of this word and the best so far. */
            const char *pair[2] = {suggestion, word};
            const char *better = text_nearest(name, pair, 2);
            if (better == word && strlen(word) <= NAME_LIMIT)
                memcpy(suggestion, word, strlen(word) + 1);
        }
        line = end;
    }
    buffer_clear(&list);
    return suggestion[0] != '\0';
}

static cstm_status
unknown_zone(const char *name, cstm_error **error)
{
    char suggestion[NAME_LIMIT + 1];
    if (access(DIRECTORY, F_OK) != 0)
        return error_set(error, CSTM_ERROR_IO, "time zone '%s': no database at %s", name, DIRECTORY);
    if (suggest(name, suggestion))
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown time zone '%s', did you mean '%s'?", name, suggestion);
    return error_set(error, CSTM_ERROR_UNKNOWN, "unknown time zone '%s'", name);
}

/* UTC needs no file: a type of offset 0 behind two headers, and no rule. */
static const uint8_t utc_bytes[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4"
                                   "\0\0\0\0\0\0UTC\0\n\n";

cstm_status
zone_load(const char *name, struct zone **zone, cstm_error **error)
{
    error_clear(error);
    if (!name_is_legal(name))
        return unknown_zone(name, error);
    if (strcmp(name, "UTC") == 0)
        return zone_read(name, utc_bytes, sizeof utc_bytes - 1, zone, error);
    char path[sizeof DIRECTORY + NAME_LIMIT];
    memcpy(path, DIRECTORY, sizeof DIRECTORY);
    strcat(path, name);
    struct cstm_buffer buffer = {0};
    int failure;
    cstm_status status = read_file(path, &buffer, &failure);
    if (status == CSTM_OK)
        status = zone_read(name, buffer.data, buffer.size, zone, error);
    else if (status == CSTM_ERROR_NO_MEMORY)
        status = error_no_memory(error);
    else if (failure == ENOENT || failure == ENOTDIR || failure == EISDIR)
        status = unknown_zone(name, error);
    else
        status = error_set(error, CSTM_ERROR_IO, "time zone '%s': the file cannot be read", name);
    buffer_clear(&buffer);
    return status;
}
