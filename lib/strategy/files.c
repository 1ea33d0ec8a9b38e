/* Reading them, and the handle in which a caller hands them along. */
#include "strategy/files.h"
#include "strategy/keys.h"

#include "base/handle.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct held_file {
    char *name;
    char *text;
    size_t size;
};

struct cstm_files {
    struct handle handle;
    struct held_file *files;
    size_t n, capacity;
};

cstm_status
cstm_files_new(cstm_files **files, cstm_error **error)
{
    error_clear(error);
    if (files == NULL)
        return error_misuse(error, "files is NULL");
    struct cstm_files *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_FILES;
    *files = made;
    return CSTM_OK;
}

static const struct held_file *
find_held(const struct cstm_files *files, const char *name)
{
    for (size_t i = 0; i < files->n; i++)
        if (strcmp(files->files[i].name, name) == 0)
            return &files->files[i];
    return NULL;
}

cstm_status
cstm_files_add(cstm_files *files, const char *name, const char *text, size_t size,
               cstm_error **error)
{
    error_clear(error);
    if (!handle_is(files, HANDLE_FILES))
        return error_misuse(error, "files is NULL or no files");
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    if (text == NULL && size > 0)
        return error_misuse(error, "text is NULL");
    if (size > CSTM_DOCUMENT_LIMIT)
        return error_set(error, CSTM_ERROR_LIMIT, "a document has at most %d bytes",
                         CSTM_DOCUMENT_LIMIT);
    if (find_held(files, name) != NULL)
        return error_set(error, CSTM_ERROR_DUPLICATE, "a file '%s' is there already", name);
    struct held_file file = {.name = memory_copy(name, strlen(name)),
                             .text = memory_copy(size > 0 ? text : "", size),
                             .size = size};
    if (file.name == NULL || file.text == NULL ||
        !memory_reserve(&files->files, &files->capacity, files->n + 1, sizeof *files->files)) {
        memory_free(file.name);
        memory_free(file.text);
        return error_no_memory(error);
    }
    files->files[files->n++] = file;
    return CSTM_OK;
}

void
cstm_files_free(cstm_files *files)
{
    if (!handle_is(files, HANDLE_FILES))
        return;
    files->handle.tag = HANDLE_FREED;
    for (size_t i = 0; i < files->n; i++) {
        memory_free(files->files[i].name);
        memory_free(files->files[i].text);
    }
    memory_free(files->files);
    memory_free(files);
}

cstm_status
file_read(const char *path, GByteArray *bytes, cstm_error **error)
{
    static const size_t block = 65536;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        error_set(error, CSTM_ERROR_IO, "cannot be opened: %s", g_strerror(errno));
        error_at(error, path, 0, 0);
        return CSTM_ERROR_IO;
    }
    size_t got = block;
    while (got == block && bytes->len <= CSTM_DOCUMENT_LIMIT) {
        guint at = bytes->len;
        g_byte_array_set_size(bytes, at + (guint) block);
        got = fread(bytes->data + at, 1, block, file);
        g_byte_array_set_size(bytes, at + (guint) got);
    }
    int failed = ferror(file) != 0 ? errno : 0;
    fclose(file);
    if (failed == 0)
        return CSTM_OK;
    error_set(error, CSTM_ERROR_IO, "cannot be read: %s", g_strerror(failed));
    error_at(error, path, 0, 0);
    return CSTM_ERROR_IO;
}

/* From the folder of the document that names it. */
static bool
read_beside(struct compiler *compiler, const struct node *node, const char *name,
            struct named_file *file)
{
    char *folder = g_path_get_dirname(compiler->path);
    cstm_error *error = NULL;
    file->name = g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(folder, name, NULL);
    file->bytes = g_byte_array_new();
    g_free(folder);
    if (file_read(file->name, file->bytes, &error) == CSTM_OK)
        return true;
    compiler_fault(compiler, CSTM_ERROR_IO, node, "'%s' %s", file->name, error_text(error));
    cstm_error_free(error);
    return false;
}

bool
named_file_open(struct compiler *compiler, const struct node *node, const char *what,
                struct named_file *file)
{
    const char *name, *text = NULL;
    size_t size = 0;
    *file = (struct named_file){.outer = compiler->file};
    if (!read_text(compiler, node, what, &name))
        return false;
    const struct held_file *held =
        compiler->files != NULL ? find_held(compiler->files, name) : NULL;
    if (held != NULL) {
        file->name = g_strdup(name);
        text = held->text;
        size = held->size;
    } else if (compiler->path != NULL) {
        if (!read_beside(compiler, node, name, file))
            return false;
        text = file->bytes->len > 0 ? (const char *) file->bytes->data : "";
        size = file->bytes->len;
    } else {
        compiler_fault(compiler, CSTM_ERROR_MISSING, node,
                       "%s names the file '%s', which was not handed along with this text", what,
                       name);
        return false;
    }
    compiler->file = file->name;
    document_read(&file->document, text, size, file->name, &compiler->errors);
    return file->document.well_formed && file->document.root != NULL;
}

void
named_file_close(struct compiler *compiler, struct named_file *file)
{
    compiler->file = file->outer;
    document_clear(&file->document);
    if (file->bytes != NULL)
        g_byte_array_free(file->bytes, TRUE);
    g_free(file->name);
}

bool
named_file_check(struct compiler *compiler, const struct named_file *file, const char *what,
                 const char *const *keys, size_t n)
{
    const struct node *root = file->document.root;
    int64_t number = 1;
    if (!is_mapping(compiler, root, what))
        return false;
    const struct node *format = key_need(compiler, root, "format", root, what);
    if (format == NULL || !read_integer(compiler, format, "'format:'", 1, INT32_MAX, &number))
        return false;
    if (number != 1) {
        compiler_fault(compiler, CSTM_ERROR_VERSION, format,
                       "format %" G_GINT64_FORMAT
                       " is not known to this release, which reads format 1",
                       number);
        return false;
    }
    keys_check(compiler, root, what, keys, n);
    return true;
}
