/* Keys to instances. Whole numbers that lie close together count from the least of them: a table of 4
 * bytes for each number there is, or none where none is missing. All else goes by one open-addressing
 * table per kind of entity, of 8 bytes a slot (half a hash and an instance), at most half full. Keys
 * themselves stay in the entities' table; those of up to 15 bytes are packed beside it in two words,
 * so that one is compared with a single look into memory. Used while a portfolio is made, then
 * freed. */
#ifndef PROFILE_KEY_INDEX_H
#define PROFILE_KEY_INDEX_H

#include "profile/batch.h"

struct key_index {
    const struct table_column *column; /* of the entities' table */
    const struct members *members;
    bool ready;
    uint64_t *slots; /* hash's upper half, instance + 1; 0: free */
    uint32_t mask;
    /* of whole numbers that lie close together: */
    int64_t least;
    uint64_t range;  /* numbers from `least` on; 0: they do not */
    int32_t *direct; /* per number: instance + 1, 0 none; NULL: the instance is what it is above least */
    struct packed_key *packed; /* per instance; NULL: not all are short */
};

/* A text of up to 15 bytes, zeros behind it, and in the last byte its size. */
struct packed_key {
    uint64_t words[2];
};

cstm_status key_index_init(struct key_index *index, const struct table_column *column,
                           const struct members *members, cstm_error **error);
void key_index_clear(struct key_index *index);
/* Numbers the rows of the entities' table into members->rows (room for all) and members->n. parents
 * (nullable): the instance that each row stands under, -1 none. Rows without a usable key, and
 * second ones of a key, go to `rejections` as of source `source`. */
cstm_status key_index_fill(struct key_index *index, struct members *members,
                           const struct source *table, int32_t source, const int32_t *parents,
                           struct rejections *rejections, cstm_error **error);
/* Of members that are numbered already, whose keys are known to be different; rising: each greater than
 * the one before. */
cstm_status key_index_make(struct key_index *index, const struct table_column *column,
                           const struct members *members, bool rising, cstm_error **error);
/* The instance of each of the rows [from, until), -1 where there is none. */
void key_index_map(const struct key_index *index, const struct table_column *column, int64_t from,
                   int64_t until, int32_t *instances);

#endif
