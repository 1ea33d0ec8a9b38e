/* A partition in the order of its instances, column by column; see spread.h. It is small enough to
 * stay in a core's own cache, so rows may be taken from anywhere in it. Where features ask for
 * single events or for days one after the other, the rows of an instance are put in the order in
 * which records are: by day, instant, id and fields. Equal instants are rare, and their rows are
 * compared where they came from. */
#include "profile/batch_gather.h"
#include "profile/spread.h"

#include "behaviour/rows.h"

#include <string.h>

struct partition {
    int32_t number; /* -1: none is open */
    int32_t first_place, n_places, n;
    int32_t *bounds;
    size_t bound_capacity;
    uint32_t *order; /* which row of the partition comes there */
    size_t order_capacity;
    uint8_t *memory; /* of all that follows */
    size_t capacity;
    int32_t *rows, *days;
    int64_t *times;
    uint64_t *ids;
    uint8_t *matched;
    struct rule_column *fields;
    uint8_t **codes;
};

void
partitions_free(struct block *block)
{
    for (int32_t k = 0; block->partitions != NULL && k < block->batch->strategy->schema.n_events;
         k++) {
        struct partition *partition = block->partitions[k];
        if (partition == NULL)
            continue;
        memory_free(partition->bounds);
        memory_free(partition->order);
        memory_free(partition->memory);
        memory_free(partition->fields);
        memory_free(partition->codes);
        memory_free(partition);
    }
    memory_free(block->partitions);
}

static struct partition *
partition_of(struct block *block, const struct spread *spread)
{
    struct partition *partition = block->partitions[spread->event];
    if (partition != NULL)
        return partition;
    partition = memory_new(sizeof *partition);
    if (partition == NULL)
        return NULL;
    size_t fields = (size_t) spread->n_fields + 1;
    partition->number = -1;
    block->partitions[spread->event] = partition;
    partition->fields = memory_new_array(fields, sizeof *partition->fields);
    partition->codes = memory_new_array(fields, sizeof *partition->codes);
    return partition;
}

/* --- order --- */

static void
find_order(struct partition *partition, const struct spread *spread, const uint64_t *rows,
           int32_t n)
{
    int32_t *bounds = partition->bounds;
    size_t step = (size_t) spread->n_words;
    uint32_t first = (uint32_t) partition->first_place;
    memset(bounds, 0, ((size_t) partition->n_places + 2) * sizeof *bounds);
    for (int32_t i = 0; i < n; i++) {
        const uint64_t *row = rows + (size_t) i * step;
        bounds[(uint32_t) (row[0] >> 32) - first + 2] += (int32_t) (uint32_t) row[1] != DAY_DEAD;
    }
    for (int32_t p = 0; p < partition->n_places; p++)
        bounds[p + 2] += bounds[p + 1];
    /* bounds[p + 1] is where place p goes on, and ends as where it ends. */
    for (int32_t i = 0; i < n; i++) {
        const uint64_t *row = rows + (size_t) i * step;
        if ((int32_t) (uint32_t) row[1] != DAY_DEAD)
            partition->order[bounds[(uint32_t) (row[0] >> 32) - first + 1]++] = (uint32_t) i;
    }
    partition->n = bounds[partition->n_places];
}

/* A cell of a row as it is compared: false where it is missing. */
static bool
read_compared(struct block *block, const struct source *source, int32_t field, int32_t target,
              cstm_type type, int64_t row, int64_t *number, struct rule_text *text)
{
    int32_t of;
    const struct binding *binding = binding_of(source, field, target, &of);
    union {
        uint8_t flag;
        int64_t number;
        double real;
        struct rule_text text;
    } value = {.text = {"", 0}};
    if (binding == NULL || !column_is_valid(&binding->column, row))
        return false;
    if (binding->plain)
        value.text.bytes = column_text(&binding->column, row, &value.text.size);
    else if (binding->read == NULL)
        value.number = binding->column.as.int64s[row];
    else if (binding->read(&block->context, &binding->column, row, &value) != CSTM_OK)
        return false;
    if (type == CSTM_TYPE_STRING)
        *text = value.text;
    else if (type == CSTM_TYPE_BOOL)
        *number = value.flag;
    else if (type == CSTM_TYPE_DOUBLE)
        *number = exact_from_double(value.real == 0 ? 0 : value.real);
    else
        *number = value.number;
    return true;
}

static void
find_source(const struct block *block, const struct group *group, int32_t number,
            const struct source **source, int64_t *row)
{
    int32_t s = 0;
    while (number >= group->base[s + 1])
        s++;
    *source = &block->batch->sources[group->sources[s]];
    *row = number - group->base[s];
}

/* Of two rows of one instant; as event_record_compare(). */
static int
compare_sources(struct block *block, const struct spread *spread, int32_t a, int32_t b)
{
    const struct event_kind *declared = &block->batch->strategy->schema.events[spread->event];
    const struct source *x, *y;
    int64_t p, q, m = 0, n = 0;
    find_source(block, spread->group, a, &x, &p);
    find_source(block, spread->group, b, &y, &q);
    struct rule_text v = {"", 0}, w = {"", 0};
    (void) read_compared(block, x, FIELD_ID, 0, CSTM_TYPE_STRING, p, &m, &v);
    (void) read_compared(block, y, FIELD_ID, 0, CSTM_TYPE_STRING, q, &n, &w);
    int order = text_compare(v, w);
    for (int32_t f = 0; order == 0 && f < declared->n_fields; f++) {
        cstm_type type = declared->fields[f].type;
        bool there = read_compared(block, x, 0, f, type, p, &m, &v);
        if (there != read_compared(block, y, 0, f, type, q, &n, &w))
            return there ? 1 : -1;
        if (there)
            order = type == CSTM_TYPE_STRING ? text_compare(v, w) : (m > n) - (m < n);
    }
    return order;
}

static int
compare_rows(struct block *block, const struct spread *spread, const uint64_t *a, const uint64_t *b)
{
    int32_t x = (int32_t) (uint32_t) a[1], y = (int32_t) (uint32_t) b[1];
    if (x != y || spread->time_word < 0)
        return (x > y) - (x < y);
    int64_t s = (int64_t) a[spread->time_word], t = (int64_t) b[spread->time_word];
    if (s != t)
        return s < t ? -1 : 1;
    return compare_sources(block, spread, (int32_t) (uint32_t) a[0], (int32_t) (uint32_t) b[0]);
}

/* Nearly always they are in order already; else by heap, which many rows do not make slow. */
static void
sort_rows(struct block *block, const struct spread *spread, const uint64_t *rows, uint32_t *order,
          int32_t n)
{
    size_t step = (size_t) spread->n_words;
    for (int32_t root = n / 2 - 1, end = n; end > 1;) {
        uint32_t moved;
        if (root >= 0) {
            moved = order[root];
        } else {
            moved = order[--end];
            order[end] = order[0];
        }
        int32_t at = root >= 0 ? root-- : 0;
        for (int32_t below = 2 * at + 1; below < end; below = 2 * at + 1) {
            if (below + 1 < end && compare_rows(block, spread, rows + order[below] * step,
                                                rows + order[below + 1] * step) < 0)
                below++;
            if (compare_rows(block, spread, rows + moved * step, rows + order[below] * step) >= 0)
                break;
            order[at] = order[below];
            at = below;
        }
        order[at] = moved;
    }
}

static void
put_in_order(struct block *block, struct partition *partition, const struct spread *spread,
             const uint64_t *rows)
{
    size_t step = (size_t) spread->n_words;
    for (int32_t p = 0; p < partition->n_places; p++) {
        uint32_t *order = partition->order + partition->bounds[p];
        int32_t n = partition->bounds[p + 1] - partition->bounds[p];
        bool sorted = true;
        for (int32_t i = 1; sorted && i < n; i++)
            sorted = compare_rows(block, spread, rows + order[i - 1] * step,
                                  rows + order[i] * step) <= 0;
        if (!sorted)
            sort_rows(block, spread, rows, order, n);
    }
}

/* --- columns --- */

static void *
take(uint8_t **at, size_t bytes)
{
    uint8_t *taken = *at;
    *at += (bytes + COLUMN_PADDING + 15) / 16 * 16;
    return taken;
}

static bool
reserve_columns(struct partition *partition, const struct spread *spread)
{
    size_t n = (size_t) partition->n,
           each = 24 + (size_t) spread->n_rules + 10 * (size_t) spread->n_fields,
           arrays = 5 + 3 * (size_t) spread->n_fields;
    if (!memory_reserve(&partition->memory, &partition->capacity,
                        n * each + arrays * (COLUMN_PADDING + 16), 1))
        return false;
    uint8_t *at = partition->memory;
    partition->rows = take(&at, 4 * n);
    partition->days = take(&at, 4 * n);
    partition->times = take(&at, 8 * n);
    partition->ids = take(&at, 8 * n);
    partition->matched = take(&at, n * (size_t) spread->n_rules);
    for (int32_t f = 0; f < spread->n_fields; f++) {
        partition->fields[f].as.any = take(&at, 8 * n);
        partition->fields[f].states = take(&at, n);
        partition->codes[f] = take(&at, n);
    }
    return true;
}

/* One bit of each row as a byte; whether it is 1 in all. */
static bool
take_bits(const struct partition *partition, const uint64_t *rows, size_t step, int32_t bit,
          uint8_t *to)
{
    const uint64_t *from = rows + bit / 64;
    int32_t shift = bit % 64;
    uint8_t all = 1;
    for (int32_t i = 0; i < partition->n; i++) {
        to[i] = (uint8_t) (from[partition->order[i] * step] >> shift & 1);
        all &= to[i];
    }
    return all != 0;
}

static void
take_codes(const struct partition *partition, const uint64_t *rows, size_t step, int32_t bit,
           uint8_t *to)
{
    const uint64_t *from = rows + bit / 64;
    int32_t shift = bit % 64;
    for (int32_t i = 0; i < partition->n; i++)
        to[i] = (uint8_t) (from[partition->order[i] * step] >> shift);
}

static void
take_words(const struct partition *partition, const uint64_t *rows, size_t step, int32_t word,
           uint64_t *to)
{
    for (int32_t i = 0; i < partition->n; i++)
        to[i] = rows[partition->order[i] * step + (size_t) word];
}

static void
take_field(struct partition *partition, const struct spread *spread, const uint64_t *rows,
           int32_t field, cstm_type type)
{
    struct rule_column *column = &partition->fields[field];
    size_t step = (size_t) spread->n_words;
    if (spread->code_bit[field] >= 0)
        take_codes(partition, rows, step, spread->code_bit[field], partition->codes[field]);
    column->kind = rule_kind_of(type);
    if (spread->value_word[field] >= 0)
        take_words(partition, rows, step, spread->value_word[field], column->as.any);
    /* In place: byte i is not behind word i. */
    for (int32_t i = 0;
         spread->value_word[field] >= 0 && type == CSTM_TYPE_BOOL && i < partition->n; i++)
        column->as.bools[i] = (uint8_t) column->as.int64s[i];
    if (spread->present_bit[field] < 0)
        return;
    if (take_bits(partition, rows, step, spread->present_bit[field], column->states)) {
        column->states = NULL;
        return;
    }
    for (int32_t i = 0; i < partition->n; i++)
        column->states[i] = column->states[i] != 0 ? CSTM_OK : CSTM_ERROR_MISSING;
}

static void
take_columns(struct partition *partition, const struct spread *spread, const uint64_t *rows,
             const struct event_kind *declared)
{
    size_t step = (size_t) spread->n_words;
    for (int32_t i = 0; i < partition->n; i++) {
        const uint64_t *row = rows + partition->order[i] * step;
        partition->rows[i] = (int32_t) (uint32_t) row[0];
        partition->days[i] = (int32_t) (uint32_t) row[1];
    }
    for (int32_t w = 0; w < spread->n_rules; w++)
        (void) take_bits(partition, rows, step, spread->first_bit + w,
                         partition->matched + (size_t) w * (size_t) partition->n);
    for (int32_t f = 0; f < spread->n_fields; f++)
        take_field(partition, spread, rows, f, declared->fields[f].type);
    if (spread->id_word >= 0)
        take_words(partition, rows, step, spread->id_word, partition->ids);
}

static cstm_status
open_partition(struct block *block, const struct spread *spread, int32_t number,
               struct partition *partition, cstm_error **error)
{
    const struct spreads *spreads = block->spreads;
    const struct members *members = &block->portfolio->members[spread->group->entity];
    int64_t customers = block->portfolio->members[0].n, from = (int64_t) number << spreads->shift,
            until = from + (1 << spreads->shift);
    partition->number = -1;
    partition->first_place = members_before(members, (int32_t) from);
    partition->n_places =
        members_before(members, (int32_t) (until < customers ? until : customers)) -
        partition->first_place;
    const uint64_t *rows =
        spread->rows + (size_t) spread->starts[number] * (size_t) spread->n_words;
    int32_t n = spread->starts[number + 1] - spread->starts[number];
    if (!memory_reserve(&partition->bounds, &partition->bound_capacity,
                        (size_t) partition->n_places + 2, sizeof *partition->bounds) ||
        !memory_reserve(&partition->order, &partition->order_capacity, (size_t) n + 1,
                        sizeof *partition->order))
        return error_no_memory(error);
    find_order(partition, spread, rows, n);
    if (spread->ordered)
        put_in_order(block, partition, spread, rows);
    if (!reserve_columns(partition, spread))
        return error_no_memory(error);
    take_columns(partition, spread, rows, &block->batch->strategy->schema.events[spread->event]);
    partition->number = number;
    return CSTM_OK;
}

/* The open partition of the block's customers, and where the block's rows begin in it. */
static cstm_status
need_partition(struct block *block, int32_t event, struct partition **open, int32_t *first,
               cstm_error **error)
{
    const struct spread *spread = spread_of(block, event);
    const struct members *members = &block->portfolio->members[spread->group->entity];
    int32_t number = block->first >> block->spreads->shift;
    struct partition *partition = partition_of(block, spread);
    if (partition == NULL || partition->fields == NULL || partition->codes == NULL)
        return error_no_memory(error);
    cstm_status status = partition->number == number
                             ? CSTM_OK
                             : open_partition(block, spread, number, partition, error);
    *open = partition;
    *first = members_before(members, block->first) - partition->first_place;
    return status;
}

static size_t
value_size(cstm_type type)
{
    return type == CSTM_TYPE_BOOL ? 1 : 8;
}

cstm_status
spread_read(struct block *block, int32_t event, struct event_columns *columns, cstm_error **error)
{
    const struct spread *spread = spread_of(block, event);
    const struct event_kind *declared = &block->batch->strategy->schema.events[event];
    struct partition *partition;
    int32_t place, units = block->n_units[spread->group->entity];
    cstm_status status = need_partition(block, event, &partition, &place, error);
    if (status != CSTM_OK)
        return status;
    if (!memory_reserve(&block->bounds, &block->bound_capacity, (size_t) units + 1,
                        sizeof *block->bounds) ||
        !block_reserve_scratch(block, (size_t) partition->n))
        return error_no_memory(error);
    int32_t first = partition->bounds[place];
    for (int32_t u = 0; u <= units; u++)
        block->bounds[u] = partition->bounds[place + u] - first;
    *columns = (struct event_columns){.n = block->bounds[units],
                                      .days = partition->days + first,
                                      .hashes = spread->id_word < 0 ? NULL : partition->ids + first,
                                      .fields = block->columns,
                                      .matched = partition->matched + first,
                                      .stride = (size_t) partition->n,
                                      .codes = block->coded_at,
                                      .bounds = block->bounds,
                                      .texts_are_hashes = true,
                                      .sorted = spread->ordered};
    for (int32_t f = 0; f < declared->n_fields; f++) {
        const struct rule_column *from = &partition->fields[f];
        block->columns[f] = *from;
        block->columns[f].as.any =
            (uint8_t *) from->as.any + value_size(declared->fields[f].type) * (size_t) first;
        if (spread->present_bit[f] < 0)
            block->columns[f].states = NULL;
        else if (from->states != NULL)
            block->columns[f].states = from->states + first;
        block->coded_at[f] = partition->codes[f] + first;
    }
    columns_find_days(columns);
    return CSTM_OK;
}

cstm_status
spread_rows(struct block *block, int32_t event, int32_t *n, cstm_error **error)
{
    const struct spread *spread = spread_of(block, event);
    struct partition *partition;
    int32_t place, units = block->n_units[spread->group->entity];
    *n = 0;
    cstm_status status = need_partition(block, event, &partition, &place, error);
    if (status != CSTM_OK)
        return status;
    size_t rows = (size_t) (partition->bounds[place + units] - partition->bounds[place]);
    if (!memory_reserve(&block->rows, &block->row_capacity, rows, sizeof *block->rows) ||
        !memory_reserve(&block->row_units, &block->row_unit_capacity, rows,
                        sizeof *block->row_units) ||
        !memory_reserve(&block->refused, &block->refused_capacity, rows, 1))
        return error_no_memory(error);
    memset(block->refused, REFUSED_NOT, rows);
    for (int32_t u = 0; u < units; u++)
        for (int32_t i = partition->bounds[place + u]; i < partition->bounds[place + u + 1]; i++) {
            block->rows[*n] = partition->rows[i];
            block->row_units[(*n)++] = u;
        }
    return CSTM_OK;
}
