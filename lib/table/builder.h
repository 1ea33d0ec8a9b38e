/* Result tables: columns of a known number of rows, allocated at once and written in place, by
 * several threads where each keeps to its own rows. What a batch returns is made with this.
 *
 *     struct builder builder;
 *     uint8_t *valid;
 *     status = builder_start(&builder, rows, error);
 *     double *score = builder_doubles(&builder, "default_risk", &valid);
 *     if (score == NULL) return builder_fail(&builder, error);       // says why, frees what was
 * made
 *     ... score[row] = 612.0; valid[row] = 1; ...
 *     status = builder_end(&builder, &table, error);                 // hands the table over
 *
 * A writer gives NULL when memory fails or the name is wrong; the reason is kept until
 * builder_fail(). Values start as 0 and every cell as missing: a writer sets valid[row] = 1 beside
 * each value. Where valid is NULL nothing is missing. */
#ifndef TABLE_BUILDER_H
#define TABLE_BUILDER_H

#include "table/table.h"

struct builder {
    cstm_table *table;
    int64_t rows;
    cstm_status status; /* of the first failure */
    cstm_error *error;
};

cstm_status builder_start(struct builder *builder, int64_t rows, cstm_error **error);

uint8_t *builder_bools(struct builder *builder, const char *name, uint8_t **valid);
int64_t *builder_int64s(struct builder *builder, const char *name, uint8_t **valid);
double *builder_doubles(struct builder *builder, const char *name, uint8_t **valid);
int32_t *builder_days(struct builder *builder, const char *name, uint8_t **valid);
int64_t *builder_instants(struct builder *builder, const char *name, uint8_t **valid);
int64_t *builder_money(struct builder *builder, const char *name, const char *currency,
                       uint8_t **valid);

/* STRING by codes: cell i is words[codes[i]] (copied; UTF-8). The way for stages, segments and
 * reasons. */
int32_t *builder_codes(struct builder *builder, const char *name, const char *const *words,
                       int32_t n_words, uint8_t **valid);
/* STRINGS by codes: the elements of row i are words[codes[list_offsets[i]]] and so on, n_codes in
 * all. *list_offsets receives rows + 1 zeros to write; they rise to n_codes at most. */
int32_t *builder_code_lists(struct builder *builder, const char *name, const char *const *words,
                            int32_t n_words, int64_t n_codes, int64_t **list_offsets,
                            uint8_t **valid);

/* STRING of any text: takes offsets (rows + 1) and bytes, both from base/memory, on success; valid
 * (nullable) is copied. */
bool builder_texts(struct builder *builder, const char *name, int64_t *offsets, char *bytes,
                   const uint8_t *valid);
/* STRINGS of any text: takes list_offsets (rows + 1), offsets and bytes, all from base/memory, on
 * success. */
bool builder_text_lists(struct builder *builder, const char *name, int64_t *list_offsets,
                        int64_t *offsets, char *bytes, const uint8_t *valid);

/* A column of another table over the same memory: the keys of the customers, say. Its rows are the
 * builder's. */
bool builder_share(struct builder *builder, const char *name, const struct table_column *column);

cstm_status builder_end(struct builder *builder, cstm_table **table, cstm_error **error);
/* Frees the table and hands the first failure over (CSTM_ERROR_NO_MEMORY if there was none). */
cstm_status builder_fail(struct builder *builder, cstm_error **error);
/* Frees the table without an error of its own: for a caller that has another. */
void builder_drop(struct builder *builder);

#endif
