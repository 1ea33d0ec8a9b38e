/* The buckets of one instance in bytes, after its events: per keep of buckets of the definition
 *
 *     uvar  number of rows; nothing follows where there are none
 *     ...   where it is by a field: the values that occur (as before tiles)
 *     ...   rows by (day, value, bucket): uvar 2 * days since the one before (the first: since DAY_NONE)
 *           + 1 where it is of several; where it is by a field uvar value; svar bucket; where it is of
 *           several uvar count
 *
 * Another strategy's keep takes the rows of an old one that kept as much (layout_buckets()). */
#include "behaviour/layout.h"

#include <stdlib.h>

#define COUNT_MOST (INT64_C(1) << 40)

static int
row_compare(const void *a, const void *b)
{
    const struct bucket_row *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->by != y->by)
        return x->by < y->by ? -1 : 1;
    return (x->bucket > y->bucket) - (x->bucket < y->bucket);
}

static bool
put_rows(const struct bucket_row *rows, int32_t n, bool by, struct cstm_buffer *buffer)
{
    bool ok = true;
    int32_t before = DAY_NONE;
    for (int32_t i = 0; ok && i < n; i++) {
        uint64_t days = (uint64_t) ((int64_t) rows[i].day - before);
        bool several = rows[i].count != 1;
        ok = buffer_put_uvar(buffer, 2 * days + several) &&
             (!by || buffer_put_uvar(buffer, (uint64_t) rows[i].by)) &&
             buffer_put_svar(buffer, rows[i].bucket) &&
             (!several || buffer_put_uvar(buffer, (uint64_t) rows[i].count));
        before = rows[i].day;
    }
    return ok;
}

/* The rows of one keep: those by a field in the order of its values' places in the list. */
static bool
keep_write(const struct event_kind *declared, const struct kind_plan *kind,
           const struct event_keep *keep, const struct bucket_row *rows, int32_t n,
           struct cstm_buffer *buffer)
{
    if (!buffer_put_uvar(buffer, (uint64_t) n))
        return false;
    if (keep->by < 0 || n == 0)
        return put_rows(rows, n, false, buffer);
    const struct value_lane *lane = kind_lane(kind, keep->by);
    const struct event_field *field = &declared->fields[keep->by];
    uint16_t *places = memory_new_array((size_t) field->n_values + 1, sizeof *places);
    struct bucket_row *sorted = memory_copy(rows, (size_t) n * sizeof *sorted);
    bool ok = places != NULL && sorted != NULL;
    for (int32_t i = 0; ok && i < n; i++)
        places[rows[i].by] = 1;
    ok = ok && lane_values_write(field, lane, places, buffer);
    for (int32_t i = 0; ok && i < n; i++)
        sorted[i].by = places[rows[i].by];
    if (ok)
        qsort(sorted, (size_t) n, sizeof *sorted, row_compare);
    ok = ok && put_rows(sorted, n, true, buffer);
    memory_free(places);
    memory_free(sorted);
    return ok;
}

/* sizes: nullable, of what each keep takes. */
static bool
keeps_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
            struct cstm_buffer *buffer, int32_t *sizes)
{
    const struct kind_plan *kind = &plan->kinds[event];
    bool ok = true;
    int32_t from = 0;
    for (int32_t k = 0; ok && k < kind->n_keeps; k++) {
        if (kind->keeps[k].how != KEEP_BUCKETS)
            continue;
        int32_t until = from;
        while (until < rows->n_buckets && rows->buckets[until].keep == k)
            until++;
        size_t before = buffer->size;
        const struct bucket_row *first = until > from ? &rows->buckets[from] : NULL;
        ok = keep_write(&plan->schema->events[event], kind, &kind->keeps[k], first, until - from,
                        buffer);
        if (sizes != NULL)
            sizes[k] = (int32_t) (buffer->size - before);
        from = until;
    }
    return ok;
}

bool
buckets_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
              struct cstm_buffer *buffer)
{
    return keeps_write(plan, event, rows, buffer, NULL);
}

bool
buckets_measure(const struct plan *plan, int32_t event, const struct event_rows *rows,
                int32_t *sizes)
{
    struct cstm_buffer buffer = {.data = NULL};
    bool ok = keeps_write(plan, event, rows, &buffer, sizes);
    buffer_clear(&buffer);
    return ok;
}

/* One row, its value as a place in the list; greater than the one before it. */
static bool
row_read(const struct history *history, const struct layout *layout,
         const struct layout_element *element, uint64_t n_values, struct byte_reader *reader,
         bool first, struct bucket_row *row)
{
    struct bucket_row before = *row;
    uint64_t head = reader_uvar(reader);
    uint64_t by = element->by < 0 ? 0 : reader_uvar(reader);
    int64_t bucket = reader_svar(reader);
    uint64_t count = (head & 1) != 0 ? reader_uvar(reader) : 1;
    int64_t day = row->day + (int64_t) (head / 2);
    int64_t most = bucket_most(layout->fields[element->field].type);
    if (reader->failed || head / 2 > UINT32_MAX || by > n_values || (element->by >= 0 && by == 0) ||
        bucket > most || bucket < -most || count == 0 || count > (uint64_t) COUNT_MOST ||
        ((head & 1) != 0 && count == 1) ||
        (day != DAY_NONE && (day < CIVIL_DAY_MIN || day > history->sealed_day)) ||
        (day == DAY_NONE && element->window.unit != WINDOW_ALL) ||
        history->sealed_day == DAY_NONE)
        return false;
    row->day = (int32_t) day;
    row->by = (int32_t) by;
    row->bucket = (int32_t) bucket;
    row->count = (int64_t) count;
    return first || row_compare(&before, row) < 0;
}

/* Marks the plan's keeps that take the rows of an element; false without memory. */
static bool
find_takers(const struct history *history, const struct layout *layout, int32_t e, uint8_t **takers)
{
    const struct kind_plan *kind = &history->plan->kinds[layout->event];
    *takers = memory_new((size_t) kind->n_keeps + 1);
    if (*takers == NULL)
        return false;
    for (int32_t k = 0; layout->same_zone && k < kind->n_keeps; k++)
        (*takers)[k] = kind->keeps[k].how == KEEP_BUCKETS &&
                       layout_buckets(layout, kind, &kind->keeps[k], history->sealed_day) == e;
    return true;
}

static bool
take_row(const uint8_t *takers, int32_t n_keeps, struct bucket_row row, struct event_rows *rows)
{
    for (row.keep = 0; row.keep < n_keeps; row.keep++) {
        if (takers[row.keep] == 0)
            continue;
        if (!bucket_rows_reserve(rows, rows->n_buckets + 1))
            return false;
        bucket_rows_add(rows, row);
    }
    return true;
}

static cstm_status
keep_read(const struct history *history, const struct layout *layout, int32_t e,
          struct byte_reader *reader, struct listed_value *values, uint64_t n_values, uint64_t n,
          const uint8_t *takers, struct event_rows *rows, cstm_error **error)
{
    const struct layout_element *element = &layout->elements[e];
    int32_t n_keeps = history->plan->kinds[layout->event].n_keeps;
    struct bucket_row row = {.day = DAY_NONE};
    for (uint64_t i = 0; i < n; i++) {
        if (!row_read(history, layout, element, n_values, reader, i == 0, &row))
            return corrupt(error, "a bucket");
        struct bucket_row known = row;
        if (element->by >= 0) {
            values[row.by].used = true;
            known.by = values[row.by].lane;
            if (known.by == 0)
                continue; /* a value that the strategy does not declare is as good as absent */
        }
        if (!take_row(takers, n_keeps, known, rows))
            return error_no_memory(error);
    }
    for (uint64_t v = 1; v <= n_values; v++)
        if (!values[v].used)
            return corrupt(error, "a value that no bucket has");
    return CSTM_OK;
}

cstm_status
buckets_read(const struct history *history, const struct layout *layout,
             struct byte_reader *reader, struct event_rows *rows, cstm_error **error)
{
    for (int32_t e = 0; e < layout->n_elements; e++) {
        const struct layout_element *element = &layout->elements[e];
        if (element->part != ELEMENT_KEEP || element->how != KEEP_BUCKETS)
            continue;
        uint64_t n = reader_uvar(reader), n_values = 0;
        if (reader->failed || n > (size_t) (reader->end - reader->at) / 2)
            return corrupt(error, "the number of buckets");
        struct listed_value *values = NULL;
        uint8_t *takers = NULL;
        cstm_status status = CSTM_OK;
        if (n > 0 && element->by >= 0)
            status = lane_values_read(history->plan, layout, element->by, reader, &values, &n_values,
                                 error);
        if (status == CSTM_OK && n > 0 && !find_takers(history, layout, e, &takers))
            status = error_no_memory(error);
        if (status == CSTM_OK)
            status = keep_read(history, layout, e, reader, values, n_values, n, takers, rows,
                               error);
        memory_free(values);
        memory_free(takers);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}
