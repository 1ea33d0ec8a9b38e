/* Operators on the values of a field one by one: how many there are of different ones, the commonest
 * of a declared list and its share, the entropy over the list, quantiles. Of declared values tiles
 * and events carry the number (lane.c); the others read the single events that sealing keeps for
 * them. What they count has no order: a set, counts by value, ranks.
 *
 * Different values are counted exactly up to DISTINCT_EXACT. Beyond it HyperLogLog with 2^10
 * registers (Flajolet, Fusy, Gandouet, Meunier 2007: the maximum of each register, standard error
 * 1.04 / sqrt(1024) = 3.25 %) is read by the estimator of O. Ertl, "New cardinality estimation
 * algorithms for HyperLogLog sketches" (2017), algorithm 6, which needs no logarithm and no
 * correction of its ends. Which of the two it is depends on the set alone. */
#include "behaviour/reading.h"

#include <math.h>

#define SLOTS (2 * DISTINCT_EXACT)
#define RANKS (64 - DISTINCT_LOG_REGISTERS + 1)

/* Two rounds of multiply and shift (the finaliser of SplitMix64): every bit in depends on every bit
 * out. Which events stay follows from it, so it never changes. */
static uint64_t
mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t
distinct_hash(cstm_type type, const void *value)
{
    if (type != CSTM_TYPE_STRING)
        return mix((uint64_t) value_ordered(type, value) + UINT64_C(0x9e3779b97f4a7c15));
    const struct rule_text *text = value;
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < text->size; i++)
        hash = (hash ^ (uint8_t) text->bytes[i]) * UINT64_C(0x100000001b3);
    return mix(hash + text->size);
}

int32_t
distinct_register(uint64_t hash, uint8_t *rank)
{
    uint64_t rest = hash << DISTINCT_LOG_REGISTERS;
    *rank = (uint8_t) (rest == 0 ? RANKS : __builtin_clzll(rest) + 1);
    return (int32_t) (hash >> (64 - DISTINCT_LOG_REGISTERS));
}

struct distinct {
    int32_t n; /* exact up to DISTINCT_EXACT; one more: many */
    uint64_t hashes[SLOTS];
    uint8_t registers[1 << DISTINCT_LOG_REGISTERS];
};

static void
distinct_add(struct distinct *set, uint64_t hash)
{
    uint8_t rank;
    int32_t of = distinct_register(hash, &rank);
    if (rank > set->registers[of])
        set->registers[of] = rank;
    if (set->n > DISTINCT_EXACT)
        return;
    hash += hash == 0; /* 0 is an empty slot */
    size_t at = hash % SLOTS;
    while (set->hashes[at] != 0 && set->hashes[at] != hash)
        at = (at + 1) % SLOTS;
    if (set->hashes[at] == hash)
        return;
    set->hashes[at] = hash;
    set->n++;
}

static double
sigma(double x)
{
    double y = 1, z = x, before;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

static double
tau(double x)
{
    if (x == 0 || x == 1)
        return 0;
    double y = 1, z = 1 - x, before;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

static int64_t
distinct_count(const struct distinct *set)
{
    if (set->n <= DISTINCT_EXACT)
        return set->n;
    const double m = 1 << DISTINCT_LOG_REGISTERS;
    int32_t counts[RANKS + 1] = {0};
    for (int32_t i = 0; i < 1 << DISTINCT_LOG_REGISTERS; i++)
        counts[set->registers[i]]++;
    double z = m * tau(1 - counts[RANKS] / m);
    for (int32_t k = RANKS - 1; k >= 1; k--)
        z = 0.5 * (z + counts[k]);
    z += m * sigma(counts[0] / m); /* of more than 256 values some register is not empty */
    double estimate = nearbyint(0x1.71547652b82fep-1 * m * m / z); /* 1 / (2 ln 2) */
    return estimate > DISTINCT_EXACT ? (int64_t) estimate : DISTINCT_EXACT + 1;
}

/* The events of a row's window that count, one by one, the last one first. */
struct visit {
    const struct behaviour_row *row;
    int32_t start, instance, place;
};

static const void *
next_value(const struct reading *reading, struct visit *visit)
{
    const struct history *history = visit->row->history;
    for (; visit->instance >= 0;
         visit->instance =
             next_instance(reading, history, visit->row->instance, visit->instance)) {
        const struct event_rows *rows = rows_of(reading, history, visit->instance);
        if (visit->place < 0)
            visit->place = events_until(reading, rows, visit->row->day);
        while (visit->place > 0) {
            const struct event_record *record =
                record_at(reading->kind, rows->events, --visit->place);
            if (record->day < visit->start)
                break;
            if (event_is_known(reading, record, row_known(visit->row)) &&
                mask_counts(reading, record_mask(reading->kind, record)))
                return (const uint8_t *) record + reading->value_offset;
        }
        visit->place = -1;
    }
    return NULL;
}

static struct visit
visit_from(const struct reading *reading, const struct behaviour_row *row, int32_t start)
{
    return (struct visit){row, start, first_instance(reading, row->history, row->instance), -1};
}

static const struct event_field *
field_of(const struct reading *reading)
{
    return &reading->plan->schema->events[reading->event].fields[reading->feature->field];
}

int64_t
count_hashes(const uint64_t *hashes, int32_t n)
{
    struct distinct set;
    memset(&set, 0, sizeof set);
    for (int32_t i = 0; i < n; i++)
        distinct_add(&set, hashes[i]);
    return distinct_count(&set);
}

static void
put_distinct(const struct reading *reading, const struct behaviour_row *row, int32_t start,
             int32_t r, struct rule_column *out)
{
    struct distinct set;
    memset(&set, 0, sizeof set);
    struct visit visit = visit_from(reading, row, start);
    cstm_type type = field_of(reading)->type;
    for (const void *value; (value = next_value(reading, &visit)) != NULL;)
        distinct_add(&set, distinct_hash(type, value));
    out->as.int64s[r] = distinct_count(&set);
    out->states[r] = CSTM_OK;
}

/* log2 of a whole number from 1 to 2^53: the exponent, and of the mantissa m in [1/sqrt 2, sqrt 2)
 * 2 atanh((m - 1) / (m + 1)) by its series, 13 terms (the next is below 2^-68). */
static double
log2_of(int64_t n)
{
    int exponent;
    double m = frexp((double) n, &exponent);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        exponent--;
    }
    double t = (m - 1) / (m + 1), square = t * t, sum = 0;
    for (int32_t k = 25; k >= 1; k -= 2)
        sum = sum * square + 1.0 / k;
    return exponent + 2 * t * sum * 0x1.71547652b82fep+0; /* 1 / ln 2 */
}

/* Small numbers' are worked out once. */
static double
logarithm_of(const struct plan *plan, int64_t n)
{
    return n < LOGARITHMS ? plan->logarithms[n] : log2_of(n);
}

void
find_logarithms(struct plan *plan)
{
    for (int32_t n = 1; n < LOGARITHMS; n++)
        plan->logarithms[n] = log2_of(n);
}

/* From 1; 0: how many events have a value that is none of them. */
void
count_values(const struct reading *reading, const struct behaviour_row *row, int32_t start,
             int32_t until, int64_t *counts)
{
    const struct history *history = row->history;
    const struct value_lane *lane = kind_lane(reading->kind, reading->feature->field);
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t e = events_until(reading, rows, until) - 1; e >= 0; e--) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            if (record->day < start)
                break;
            const uint64_t *mask = record_mask(reading->kind, record);
            if ((record->flags & EVENT_SEALED) == 0 && mask_counts(reading, mask) &&
                event_is_known(reading, record, row_known(row)))
                counts[mask_lane(lane, mask)]++;
        }
        for (int32_t t = tiles_until(reading, rows, until) - 1; t >= 0; t--) {
            const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
            if (tile->day < start)
                break;
            if (mask_counts(reading, tile_mask(tile)))
                counts[mask_lane(lane, tile_mask(tile))] += tile->count;
        }
    }
}

static void
put_value(const struct reading *reading, const struct event_field *field, int32_t value, int32_t r,
          struct rule_column *out)
{
    if (reading->feature->kind == RULE_STRING)
        out->as.texts[r] = (struct rule_text){field->values[value], strlen(field->values[value])};
    else
        out->as.int64s[r] = field->low + value;
    out->states[r] = CSTM_OK;
}

void
put_values(const struct reading *reading, const int64_t *room, int32_t r, struct rule_column *out)
{
    const struct event_field *field = field_of(reading);
    const int64_t *counts = room + 1;
    int64_t n = 0;
    int32_t most = 0;
    for (int32_t i = 0; i < field->n_values; i++) {
        n += counts[i];
        most = counts[i] > counts[most] ? i : most;
    }
    if (n == 0) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    if (reading->feature->operator== FEATURE_TOP_SHARE) {
        put_double(wide_ratio(counts[most], n), r, out);
        return;
    }
    if (reading->feature->operator== FEATURE_MOST_FREQUENT) {
        put_value(reading, field, most, r, out);
        return;
    }
    double entropy = 0, of_all = logarithm_of(reading->plan, n);
    for (int32_t i = 0; i < field->n_values; i++)
        if (counts[i] > 0)
            entropy += wide_ratio(counts[i], n) * (of_all - logarithm_of(reading->plan, counts[i]));
    put_double(entropy, r, out);
}

static void
put_category(const struct reading *reading, const struct behaviour_row *row, int32_t start,
             int32_t r, struct rule_column *out)
{
    int64_t counts[CATEGORY_LIMIT + 1];
    memset(counts, 0, ((size_t) field_of(reading)->n_values + 1) * sizeof *counts);
    count_values(reading, row, start, row->day, counts);
    put_values(reading, counts, r, out);
}

int32_t
hashes_of(const struct reading *reading, const struct behaviour_row *row, int32_t start,
          int32_t until, uint64_t *hashes)
{
    struct behaviour_row then = *row;
    then.later += then.day - until;
    then.day = until;
    struct visit visit = visit_from(reading, &then, start);
    cstm_type type = field_of(reading)->type;
    int32_t n = 0;
    for (const void *value; (value = next_value(reading, &visit)) != NULL;) {
        uint64_t hash = distinct_hash(type, value);
        hash += hash == 0;
        int32_t low = 0, high = n;
        while (low < high) {
            int32_t middle = low + (high - low) / 2;
            if (hashes[middle] < hash)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < n && hashes[low] == hash)
            continue;
        if (n == DISTINCT_EXACT)
            return -1;
        memmove(&hashes[low + 1], &hashes[low], (size_t) (n - low) * sizeof *hashes);
        hashes[low] = hash;
        n++;
    }
    return n;
}

/* How many values are in buckets up to `most`. */
static int64_t
count_up_to(const struct reading *reading, const struct behaviour_row *row, int32_t start,
            int32_t most)
{
    const struct history *history = row->history;
    const struct feature *feature = reading->feature;
    cstm_type type = field_of(reading)->type;
    int32_t by = feature->by ? feature->by_value + 1 : 0;
    int64_t n = 0;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t b = 0; b < rows->n_buckets; b++) {
            const struct bucket_row *bucket = &rows->buckets[b];
            if (bucket->keep == reading->buckets && bucket->day >= start &&
                bucket->day <= row->day && bucket->by == by && bucket->bucket <= most)
                n += bucket->count;
        }
        for (int32_t e = events_until(reading, rows, row->day) - 1; e >= 0; e--) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            if (record->day < start)
                break;
            if ((record->flags & EVENT_SEALED) == 0 &&
                mask_counts(reading, record_mask(reading->kind, record)) &&
                event_is_known(reading, record, row_known(row)))
                n += bucket_of(type, (const uint8_t *) record + reading->value_offset) <= most;
        }
    }
    return n;
}

/* The bucket of the least value that `at` of all do not exceed (nearest rank), by halving the range
 * of buckets: no memory, and no order to depend on. */
static void
put_quantile(const struct reading *reading, const struct behaviour_row *row, int32_t start,
             int32_t r, struct rule_column *out)
{
    int32_t high = bucket_most(field_of(reading)->type), low = -high;
    int64_t n = count_up_to(reading, row, start, high);
    if (n == 0) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    int64_t rank =
        (int64_t) (((wide) n * reading->feature->parameter + QUANTILE_UNIT - 1) / QUANTILE_UNIT);
    while (low < high) {
        int32_t middle = (low + high) >> 1;
        if (count_up_to(reading, row, start, middle) >= rank)
            high = middle;
        else
            low = middle + 1;
    }
    out->states[r] = CSTM_OK;
    if (reading->real)
        out->as.doubles[r] = bucket_double(low);
    else
        out->as.int64s[r] = bucket_whole(low);
}

void
read_values(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        int32_t start = row_window(reading, &memo, row);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        if (error != CSTM_OK)
            put_state(reading, r, out, error);
        else if (reading->feature->operator== FEATURE_DISTINCT)
            put_distinct(reading, row, start, r, out);
        else if (reading->feature->operator== FEATURE_QUANTILE)
            put_quantile(reading, row, start, r, out);
        else
            put_category(reading, row, start, r, out);
    }
}
