/* The inside of a stream: inputs that are each in the order of customers' keys, worked off in blocks
 * of whole customers. A block is a small batch that is run as any batch is, so that what a stream
 * says is what one batch over all of its rows would say; nothing of a block is kept but its rows on
 * their way out, counts, and the first rows that were rejected.
 *
 *   stream_input.c   arrays in, checked to be in order; rows out
 *   stream_block.c   which rows are of whole customers, and running them
 *   stream.c         the stream as its caller sees it, and as an ArrowArrayStream */
#ifndef PROFILE_STREAM_H
#define PROFILE_STREAM_H

#include "profile/run.h"

#include "table/arrow.h"

#include <stdatomic.h>

#define STREAM_ROWS (INT64_C(1) << 17)
#define STREAM_ROWS_MOST INT64_C(100000000)
#define STREAM_REJECTED 10000

/* A customer's key in the rows of an input. */
struct stream_key {
    int64_t number;
    struct rule_text text;
};

/* How a column of ints is money. */
struct stream_money {
    char *column;
    char currency[4];
    int32_t how;
};

struct stream_chunk {
    cstm_table *table;
    int64_t from; /* rows before are done */
};

struct stream_input {
    struct ArrowArrayStream stream; /* released and zero once it has ended */
    struct ArrowSchema schema;
    struct arrow_fields fields;
    enum source_kind kind;
    int32_t what;
    bool drops_key; /* the column of customers' keys is there for the order alone */
    int32_t key;    /* its place */
    struct stream_money *money;
    size_t n_money, money_capacity;
    cstm_table *empty; /* no rows, columns as they will be */
    bool ended;
    struct stream_chunk *chunks;
    size_t n_chunks, chunk_capacity;
    int64_t pending;      /* rows of the chunks */
    int64_t first;        /* the number of the first of them */
    bool any;             /* some key was seen: */
    struct stream_key last; /* the last one, with its text in last_text */
    char *last_text;
    size_t last_capacity;
};

struct cstm_stream {
    struct handle handle;
    _Atomic int32_t references; /* the caller's, and an ArrowArrayStream's */
    bool exported;
    struct cstm_batch batch; /* the settings, and the rows of a block */
    struct cstm_batch names; /* the inputs without rows: what rejected rows are named by */
    int32_t kind;            /* whose rows come out */
    int64_t rows;            /* that a block aims at: one customer may have more */
    int64_t as_of;
    cstm_table *dates; /* nullable: asked of every customer instead of as_of */
    struct stream_input *inputs;
    size_t n_inputs, input_capacity;
    bool customers; /* are an input */
    bool begun, ended;
    cstm_type key_type;
    int64_t *base; /* per source of a block */
    struct tally tally;
    cstm_table *shape; /* a result without rows */
    cstm_status failed; /* why nothing more will come */
    int32_t code;       /* likewise, as an errno */
    char message[512];
};

/* stream_input.c */
void input_clear(struct stream_input *input);
/* Its schema; the key; an empty table. */
cstm_status input_begin(struct stream_input *input, const struct schema *schema, int32_t *code,
                        cstm_error **error);
/* Takes the next array in, or finds that there is none. */
cstm_status input_pull(struct stream_input *input, const struct schema *schema, int32_t *code,
                       cstm_error **error);
/* The key of pending row i, or of the next one behind that has a key; false: none has. */
bool input_key(const struct stream_input *input, int64_t i, struct stream_key *key);
/* How many pending rows come before the first whose key is above, or (without and_of) equal. */
int64_t input_rows_below(const struct stream_input *input, const struct stream_key *key,
                         bool and_of);
/* Pending rows [0, n) as a table to be freed. */
cstm_status input_take(const struct stream_input *input, int64_t n, cstm_table **table,
                       cstm_error **error);
/* Takes out the column that was there for the order alone, which no batch knows. */
void input_drop_key(const struct stream_input *input, cstm_table *table);
/* Rows [0, n) are done. */
void input_drop(struct stream_input *input, int64_t n);
int stream_key_order(const struct stream_key *a, const struct stream_key *b, cstm_type type);
/* The key of a row that has one. */
struct stream_key stream_key_at(const struct table_column *column, int64_t row);

/* stream_block.c */
cstm_status stream_begin(struct cstm_stream *stream, cstm_error **error);
/* The rows of the next block that has any; NULL: there is none. */
cstm_status stream_block(struct cstm_stream *stream, cstm_table **table, cstm_error **error);

#endif
