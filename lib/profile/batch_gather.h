/* Cells of a block's rows, column by column: from the rows of one or several tables into one array.
 */
#ifndef PROFILE_BATCH_GATHER_H
#define PROFILE_BATCH_GATHER_H

#include "profile/batch.h"

enum { REFUSED_NOT, REFUSED }; /* of a row, in block.refused */

/* The rows of one table among those of the block. */
struct part {
    int32_t source;
    const struct binding *binding;
    int32_t field; /* for the list of rejections */
    const int32_t *rows;
    const int32_t *places; /* NULL: 0, 1, 2, ... */
    int32_t n;
};

static inline size_t
type_size(cstm_type type)
{
    return type == CSTM_TYPE_BOOL ? 1 : type == CSTM_TYPE_STRING ? sizeof(struct rule_text) : 8;
}

static inline bool
is_there(const struct cells *cells, int32_t i)
{
    return cells->whole || cells->states[i] == CSTM_OK;
}

bool cells_reserve(struct cells *cells, size_t rows, size_t size);
/* Takes cell i of the part out, with its row, and lists it; CSTM_ERROR_NO_MEMORY where that fails.
 */
cstm_status cell_reject(struct block *block, const struct part *part, int32_t i, int32_t place,
                        cstm_status status, struct cells *cells);
cstm_status gather_part(struct block *block, const struct part *part, struct cells *cells);
/* Lists row `row` of the group as refused for that field. */
cstm_status reject_row(struct block *block, const struct group *group, int32_t row, int32_t field,
                       cstm_status status, cstm_error **error);
/* The computed fields of n rows whose other fields are gathered, into block->fields and
 * block->columns: batch_compute.c. times or days may be NULL, as struct event_rows_given has them. Rows
 * are numbered by block->rows. */
cstm_status compute_fields(struct block *block, int32_t event, int32_t n, const int64_t *times,
                           const int32_t *days, cstm_error **error);
/* The binding of a field of a table (FIELD_TIME, FIELD_ID, or 0 for a target), NULL if it has no
 * such column; its number for rejections. */
const struct binding *binding_of(const struct source *source, int32_t field, int32_t target,
                                 int32_t *number);
/* The cells of one field (FIELD_TIME, FIELD_ID, or 0 for a target) over the first n rows of the
 * group. Where a table does not have the column they are missing. */
cstm_status gather(struct block *block, const struct group *group, int32_t n, int32_t field,
                   int32_t target, cstm_type type, struct cells *cells, cstm_error **error);
/* The numbers of the values that a field declares (at most 256), and whether they are there: states
 * of cells without their values. */
cstm_status gather_codes(struct block *block, const struct group *group, int32_t n, int32_t target,
                         uint8_t *codes, struct cells *cells, cstm_error **error);
/* A field of events as block->wanted and block->coded say: codes, values, or only whether its cells
 * can be used. */
cstm_status gather_field(struct block *block, const struct group *group, int32_t n, int32_t field,
                         cstm_type type, cstm_error **error);

#endif
