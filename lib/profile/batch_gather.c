/* Cells as values, in loops that do no more than the column asks for: what needs no conversion is
 * copied, texts point into the table, and only the rest goes through a reader cell by cell. Where a
 * whole column is there, no states are written at all. */
#include "profile/batch_gather.h"

#include <math.h>
#include <string.h>

bool
cells_reserve(struct cells *cells, size_t rows, size_t size)
{
    return memory_reserve(&cells->values, &cells->capacity, rows * size, 1) &&
           memory_reserve(&cells->states, &cells->state_capacity, rows, 1);
}

cstm_status
cell_reject(struct block *block, const struct part *part, int32_t i, int32_t place,
            cstm_status status, struct cells *cells)
{
    if (cells->whole)
        memset(cells->states, CSTM_OK, (size_t) part->n);
    cells->whole = false;
    cells->states[place] = (uint8_t) status;
    block->refused[place] = REFUSED;
    return rejections_add(&block->rejections, part->source, part->rows[i], part->field, status)
               ? CSTM_OK
               : CSTM_ERROR_NO_MEMORY;
}

static bool
is_in_range(const struct binding *binding, int64_t number)
{
    return (uint64_t) number - (uint64_t) binding->low < (uint64_t) binding->n_values;
}

/* 8 bytes as they are. */
static void
copy_cells(const struct part *part, struct cells *cells)
{
    const struct table_column *column = &part->binding->column;
    const int64_t *from = column->as.int64s;
    int64_t *to = cells->values;
    const uint8_t *valid = column->valid;
    if (valid == NULL && part->places == NULL) {
        for (int32_t i = 0; i < part->n; i++)
            to[i] = from[part->rows[i]];
        cells->whole = true;
        return;
    }
    for (int32_t i = 0; i < part->n; i++) {
        int32_t place = part->places == NULL ? i : part->places[i];
        to[place] = from[part->rows[i]];
        cells->states[place] =
            valid == NULL || valid[part->rows[i]] != 0 ? CSTM_OK : CSTM_ERROR_MISSING;
    }
}

/* What copied instants and doubles must be. */
static cstm_status
check_copies(struct block *block, const struct part *part, struct cells *cells)
{
    cstm_type type = part->binding->type;
    cstm_status status = CSTM_OK;
    if (type != CSTM_TYPE_TIMESTAMP && type != CSTM_TYPE_DOUBLE && !part->binding->ranged)
        return status;
    double *doubles = cells->values;
    const int64_t *instants = cells->values;
    for (int32_t i = 0; i < part->n && status == CSTM_OK; i++) {
        int32_t place = part->places == NULL ? i : part->places[i];
        if ((!cells->whole && cells->states[place] != CSTM_OK) ||
            block->refused[place] != REFUSED_NOT)
            continue;
        if (part->binding->ranged && !is_in_range(part->binding, instants[place]))
            status = cell_reject(block, part, i, place, CSTM_ERROR_UNKNOWN, cells);
        else if (type == CSTM_TYPE_TIMESTAMP && !instant_is_legal(instants[place]))
            status = cell_reject(block, part, i, place, CSTM_ERROR_RANGE, cells);
        else if (type == CSTM_TYPE_DOUBLE && !isfinite(doubles[place]))
            status = cell_reject(block, part, i, place, CSTM_ERROR_NOT_FINITE, cells);
        else if (type == CSTM_TYPE_DOUBLE && doubles[place] == 0)
            doubles[place] = 0;
    }
    return status;
}

static cstm_status
read_cells(struct block *block, const struct part *part, struct cells *cells)
{
    const struct binding *binding = part->binding;
    const struct table_column *column = &binding->column;
    size_t size = type_size(binding->type);
    cells->whole = false;
    for (int32_t i = 0; i < part->n; i++) {
        int32_t place = part->places == NULL ? i : part->places[i], row = part->rows[i];
        if (block->refused[place] != REFUSED_NOT) { /* rules run over it all the same */
            cells->states[place] = CSTM_ERROR_MISSING;
            continue;
        }
        if (!column_is_valid(column, row)) {
            cells->states[place] = CSTM_ERROR_MISSING;
            continue;
        }
        void *value = (uint8_t *) cells->values + size * (size_t) place;
        cstm_status status = binding->read(&block->context, column, row, value);
        cells->states[place] = (uint8_t) status;
        if (status == CSTM_ERROR_NO_MEMORY)
            return status;
        if (status == CSTM_OK && binding->declared != NULL) {
            const struct rule_text *text = value;
            if (declared_find_text(binding->declared, text->bytes, text->size) < 0)
                status = CSTM_ERROR_UNKNOWN;
        }
        if (status == CSTM_OK && part->field == FIELD_ID &&
            ((const struct rule_text *) value)->size > KEY_LIMIT)
            status = CSTM_ERROR_LIMIT;
        if (status == CSTM_OK && binding->ranged && !is_in_range(binding, *(const int64_t *) value))
            status = CSTM_ERROR_UNKNOWN;
        if (status != CSTM_OK)
            status = cell_reject(block, part, i, place, status, cells);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

/* Texts that point into the table. */
static void
point_at_texts(const struct part *part, struct cells *cells)
{
    const struct table_column *column = &part->binding->column;
    struct rule_text *to = cells->values;
    cells->whole = column->valid == NULL && part->places == NULL;
    for (int32_t i = 0; i < part->n; i++) {
        int32_t place = part->places == NULL ? i : part->places[i];
        if (!cells->whole) {
            bool there = column_is_valid(column, part->rows[i]);
            cells->states[place] = there ? CSTM_OK : CSTM_ERROR_MISSING;
            if (!there)
                continue;
        }
        to[place].bytes = column_text(column, part->rows[i], &to[place].size);
    }
}

cstm_status
gather_part(struct block *block, const struct part *part, struct cells *cells)
{
    if (part->binding->plain) {
        point_at_texts(part, cells);
        return CSTM_OK;
    }
    if (part->binding->read != NULL)
        return read_cells(block, part, cells);
    copy_cells(part, cells);
    return check_copies(block, part, cells);
}

/* The numbers of declared values, of cells that nobody reads as texts. */
static cstm_status
read_codes(struct block *block, const struct part *part, uint8_t *codes, struct cells *cells)
{
    const struct binding *binding = part->binding;
    const struct table_column *column = &binding->column;
    struct rule_text text;
    cells->whole = column->valid == NULL && part->places == NULL;
    for (int32_t i = 0; i < part->n; i++) {
        int32_t place = part->places == NULL ? i : part->places[i], row = part->rows[i];
        codes[place] = 0;
        if (block->refused[place] != REFUSED_NOT)
            continue;
        if (!cells->whole) {
            bool there = column_is_valid(column, row);
            cells->states[place] = there ? CSTM_OK : CSTM_ERROR_MISSING;
            if (!there)
                continue;
        }
        int32_t code = column->type == CSTM_TYPE_STRING
                           ? declared_find(binding->declared, column, row)
                           : -1;
        if (code >= 0) {
            codes[place] = (uint8_t) code;
            continue;
        }
        cstm_status status = binding->read(&block->context, column, row, &text);
        if (status == CSTM_ERROR_NO_MEMORY)
            return status;
        code = status == CSTM_OK ? declared_find_text(binding->declared, text.bytes, text.size) : -1;
        if (code >= 0) {
            codes[place] = (uint8_t) code;
            continue;
        }
        status = status == CSTM_OK ? CSTM_ERROR_UNKNOWN : status;
        if (cell_reject(block, part, i, place, status, cells) != CSTM_OK)
            return CSTM_ERROR_NO_MEMORY;
    }
    return CSTM_OK;
}

const struct binding *
binding_of(const struct source *source, int32_t field, int32_t target, int32_t *number)
{
    *number = field;
    if (field == FIELD_TIME)
        return &source->time;
    if (field == FIELD_ID)
        return source->id.column.name == NULL ? NULL : &source->id;
    if (field == FIELD_DELIVERY)
        return source->delivery.column.name == NULL ? NULL : &source->delivery;
    for (int32_t i = 0; i < source->n_bindings; i++) {
        *number = i;
        if (source->bindings[i].target == target)
            return &source->bindings[i];
    }
    return NULL;
}

/* Takes the rows of table s out of those of the group. */
static cstm_status
split_rows(struct block *block, const struct group *group, int32_t s, int32_t n, struct part *part)
{
    if (!memory_reserve(&block->part_rows, &block->part_row_capacity, (size_t) n,
                        sizeof *block->part_rows) ||
        !memory_reserve(&block->part_places, &block->part_place_capacity, (size_t) n,
                        sizeof *block->part_places))
        return CSTM_ERROR_NO_MEMORY;
    part->n = 0;
    for (int32_t i = 0; i < n; i++) {
        if (block->rows[i] < group->base[s] || block->rows[i] >= group->base[s + 1])
            continue;
        block->part_rows[part->n] = block->rows[i] - group->base[s];
        block->part_places[part->n++] = i;
    }
    part->rows = block->part_rows;
    part->places = block->part_places;
    return CSTM_OK;
}

/* codes: nullable; then these are wanted, and no values. */
static cstm_status
gather_from(struct block *block, const struct group *group, int32_t n, int32_t field,
            int32_t target, uint8_t *codes, struct cells *cells, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    bool bound = false;
    cells->whole = false;
    if (group->n_sources > 1)
        memset(cells->states, CSTM_ERROR_MISSING, (size_t) n);
    for (int32_t s = 0; status == CSTM_OK && s < group->n_sources; s++) {
        struct part part = {.source = group->sources[s], .rows = block->rows, .n = n};
        part.binding = binding_of(&block->batch->sources[part.source], field, target, &part.field);
        if (part.binding == NULL)
            continue;
        bound = true;
        if (group->n_sources > 1)
            status = split_rows(block, group, s, n, &part);
        if (status == CSTM_OK)
            status = codes != NULL ? read_codes(block, &part, codes, cells)
                                   : gather_part(block, &part, cells);
    }
    if (!bound)
        memset(cells->states, CSTM_ERROR_MISSING, (size_t) n);
    return status == CSTM_OK ? status : error_no_memory(error);
}

cstm_status
gather(struct block *block, const struct group *group, int32_t n, int32_t field, int32_t target,
       cstm_type type, struct cells *cells, cstm_error **error)
{
    if (!cells_reserve(cells, (size_t) n, type_size(type)))
        return error_no_memory(error);
    return gather_from(block, group, n, field, target, NULL, cells, error);
}

cstm_status
gather_codes(struct block *block, const struct group *group, int32_t n, int32_t target,
             uint8_t *codes, struct cells *cells, cstm_error **error)
{
    if (!memory_reserve(&cells->states, &cells->state_capacity, (size_t) n, 1))
        return error_no_memory(error);
    memset(codes, 0, (size_t) n);
    return gather_from(block, group, n, 0, target, codes, cells, error);
}

cstm_status
gather_field(struct block *block, const struct group *group, int32_t n, int32_t field,
             cstm_type type, cstm_error **error)
{
    struct cells *cells = &block->fields[field];
    cstm_status status = CSTM_OK;
    bool coded = block->coded != NULL && block->coded[field];
    if (coded) {
        if (!memory_reserve(&block->codes[field], &block->code_capacity[field], (size_t) n, 1))
            return error_no_memory(error);
        status = gather_codes(block, group, n, field, block->codes[field], cells, error);
    }
    if (status == CSTM_OK && (!coded || block->wanted == NULL || block->wanted[field]))
        status = gather(block, group, n, 0, field, type, cells, error);
    return status;
}
