/* What sealing leaves for quantiles: of each day how many values fell into which bucket. Buckets are
 * logarithmic, with the top seven bits after the leading one of a value's magnitude kept: its upper
 * end is at most 1/128 above the lower one, and the middle, which speaks for all in it, is within
 * 1/256 (0.4 %) of each. Whole numbers below 256 have a bucket each. Bits are cut off, so the same
 * bucket follows on every machine; counts are added, so that no order, split or merge shows. A
 * quantile is read from buckets also where its events are still there: sealing changes no value.
 *
 * (The mapping is that of HDR histograms, and within the relative error that DDSketch is defined by:
 * Masson, Rim, Lee 2019.) */
#include "behaviour/rows.h"

#define KEPT_BITS 7
#define EXACT_BELOW (UINT64_C(1) << (KEPT_BITS + 1))
#define PARTS (1 << KEPT_BITS)
#define CUT_OF_DOUBLE (52 - KEPT_BITS)

static int32_t
bucket_of_whole(uint64_t magnitude)
{
    if (magnitude < EXACT_BELOW)
        return (int32_t) magnitude;
    int32_t exponent = 63 - __builtin_clzll(magnitude), cut = exponent - KEPT_BITS;
    return (int32_t) EXACT_BELOW + (cut - 1) * PARTS + (int32_t) ((magnitude >> cut) - PARTS);
}

static uint64_t
whole_of_bucket(int32_t bucket)
{
    if (bucket < (int32_t) EXACT_BELOW)
        return (uint64_t) bucket;
    int32_t above = bucket - (int32_t) EXACT_BELOW, cut = above / PARTS + 1;
    uint64_t lower = (uint64_t) (PARTS + above % PARTS) << cut;
    return lower + (UINT64_C(1) << (cut - 1));
}

int32_t
bucket_of(cstm_type type, const void *value)
{
    int64_t bits;
    memcpy(&bits, value, sizeof bits);
    if (type == CSTM_TYPE_DOUBLE) {
        int32_t bucket = (int32_t) ((uint64_t) (bits & INT64_MAX) >> CUT_OF_DOUBLE) + 1;
        return (bits & INT64_MAX) == 0 ? 0 : bits < 0 ? -bucket : bucket;
    }
    int32_t bucket = bucket_of_whole(bits < 0 ? -(uint64_t) bits : (uint64_t) bits);
    return bits < 0 ? -bucket : bucket;
}

double
bucket_double(int32_t bucket)
{
    if (bucket == 0)
        return 0;
    uint64_t bits = (uint64_t) ((bucket < 0 ? -bucket : bucket) - 1) << CUT_OF_DOUBLE |
                    UINT64_C(1) << (CUT_OF_DOUBLE - 1);
    double value;
    memcpy(&value, &bits, sizeof value);
    return bucket < 0 ? -value : value;
}

int64_t
bucket_whole(int32_t bucket)
{
    uint64_t magnitude = whole_of_bucket(bucket < 0 ? -bucket : bucket);
    if (bucket >= 0)
        return (int64_t) magnitude;
    return magnitude >= UINT64_C(1) << 63 ? INT64_MIN : -(int64_t) magnitude;
}

int32_t
bucket_most(cstm_type type)
{
    return type == CSTM_TYPE_DOUBLE ? (2047 << KEPT_BITS) + 1
                                    : bucket_of_whole(UINT64_C(1) << 63);
}

bool
bucket_rows_reserve(struct event_rows *rows, int32_t need)
{
    size_t capacity = (size_t) rows->bucket_capacity;
    if (need <= rows->bucket_capacity)
        return true;
    if (need > INT32_MAX / 2 ||
        !memory_reserve(&rows->buckets, &capacity, (size_t) need, sizeof *rows->buckets))
        return false;
    rows->bucket_capacity = capacity > INT32_MAX ? INT32_MAX : (int32_t) capacity;
    return true;
}

static int
row_compare(const struct bucket_row *a, const struct bucket_row *b)
{
    if (a->keep != b->keep)
        return a->keep < b->keep ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    return (a->bucket > b->bucket) - (a->bucket < b->bucket);
}

void
bucket_rows_add(struct event_rows *rows, struct bucket_row row)
{
    int32_t low = 0, high = rows->n_buckets;
    if (high > 0 && row_compare(&rows->buckets[high - 1], &row) < 0)
        low = high;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (row_compare(&rows->buckets[middle], &row) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < rows->n_buckets && row_compare(&rows->buckets[low], &row) == 0) {
        rows->buckets[low].count += row.count;
        return;
    }
    memmove(&rows->buckets[low + 1], &rows->buckets[low],
            (size_t) (rows->n_buckets - low) * sizeof row);
    rows->buckets[low] = row;
    rows->n_buckets++;
}

bool
bucket_rows_merge(struct event_rows *into, const struct event_rows *from)
{
    if (from->n_buckets == 0)
        return true;
    if (from->n_buckets > INT32_MAX / 2 - into->n_buckets ||
        !bucket_rows_reserve(into, into->n_buckets + from->n_buckets))
        return false;
    for (int32_t b = 0; b < from->n_buckets; b++)
        bucket_rows_add(into, from->buckets[b]);
    return true;
}

void
bucket_rows_add_event(const struct event_kind *declared, const struct kind_plan *kind,
                      struct event_rows *rows, const struct event_record *record)
{
    const uint64_t *mask = record_mask(kind, record);
    for (int32_t k = 0; k < kind->n_keeps; k++) {
        const struct event_keep *keep = &kind->keeps[k];
        if (keep->how != KEEP_BUCKETS || !mask_bit(mask, keep->field) ||
            (keep->where >= 0 && (mask_where(kind, mask, keep->where) & WHERE_MATCHED) == 0))
            continue;
        uint32_t by = keep->by < 0 ? 0 : mask_lane(kind_lane(kind, keep->by), mask);
        if (keep->by >= 0 && by == 0)
            continue;
        bucket_rows_add(rows, (struct bucket_row){.keep = k,
                                                  .day = record->day,
                                                  .by = (int32_t) by,
                                                  .bucket = bucket_of(
                                                      declared->fields[keep->field].type,
                                                      record_value(kind, record, keep->field)),
                                                  .count = 1});
    }
}

/* Of windows what lies before them goes; of all history what nobody asks for by day any more becomes
 * one. */
void
bucket_rows_prune(const struct kind_plan *kind, struct event_rows *rows, int32_t reads_from)
{
    int32_t n = rows->n_buckets;
    rows->n_buckets = 0;
    for (int32_t b = 0; b < n; b++) {
        struct bucket_row row = rows->buckets[b];
        const struct event_keep *keep = &kind->keeps[row.keep];
        if (keep->window.unit == WINDOW_ALL)
            row.day = row.day < reads_from ? DAY_NONE : row.day;
        else if (row.day < window_start(keep->window, reads_from))
            continue;
        /* What was pruned stands before it: no row is overtaken. */
        bucket_rows_add(rows, row);
    }
}
