/* Files that a document names: calendars, quantile tables. Where the strategy was loaded from a
 * path they are read from disk, named from the document's own folder; where it came as text, they
 * are what the caller handed along, under the names that the document uses. Nothing else is ever
 * opened. */
#ifndef STRATEGY_FILES_H
#define STRATEGY_FILES_H

#include "strategy/compile.h"

/* The whole file at a path, or one byte more than a document may have. */
cstm_status file_read(const char *path, GByteArray *bytes, cstm_error **error);

/* A document that the strategy's document names at `node`. While it is open, faults of the compiler
 * stand in it. */
struct named_file {
    struct document document;
    char *name;        /* as messages call it */
    GByteArray *bytes; /* nullable */
    const char *outer; /* the compiler's file before */
};
/* False: reported. Opened or not, close it. */
bool named_file_open(struct compiler *compiler, const struct node *node, const char *what,
                     struct named_file *file);
void named_file_close(struct compiler *compiler, struct named_file *file);
/* The root is a mapping with `format: 1` and no key but these (format among them). */
bool named_file_check(struct compiler *compiler, const struct named_file *file, const char *what,
                      const char *const *keys, size_t n);

#endif
