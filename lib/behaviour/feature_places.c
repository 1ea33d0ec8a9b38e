/* Operators on where events happen: how many, how much and which share of it within some kilometres of home, and how far from home on
 * the mean. Home is two attributes of the feature's entity, or of one above it, as known on the day of reading: the single events of
 * the window are kept, since a home that moves is near other places. Distances are those of the sphere (base/sphere.h).
 *
 * An event without a place is near nowhere and has no distance; without a home the feature is missing. A place or home that is
 * none (a latitude beyond 90 degrees, a longitude beyond 180) makes it CSTM_ERROR_RANGE, as it would make a rule. */
#include "behaviour/reading.h"

#include "base/sphere.h"

#include <math.h>

/* Less than the kilometres between two places a degree of latitude apart. */
#define KM_OF_DEGREE 111.0

struct home {
    double latitude, longitude;
};

/* What the events of a row's window come to. */
struct near_total {
    int64_t count, all;
    wide sum, whole;
    struct exact_sum reals;  /* of doubles: amounts, or distances */
    bool impossible;
};

static cstm_status
read_degrees(const struct plan *plan, int32_t attribute, const struct behaviour_row *row,
             double *degrees)
{
    const struct attribute *declared = &plan->schema->attributes[attribute];
    int32_t at = row->instance;
    while (at >= 0 && row->history->instances[at].entity != declared->entity)
        at = row->history->instances[at].parent;
    const struct attribute_entry *entry =
        at < 0 ? NULL
               : attribute_rows_on(&row->history->instances[at].attributes[declared->local],
                                   row_known(row));
    if (entry == NULL || !entry->present)
        return CSTM_ERROR_MISSING;
    *degrees = entry->value.real;
    return CSTM_OK;
}

static cstm_status
read_home(const struct reading *reading, const struct behaviour_row *row, struct home *home)
{
    const struct near *near = &reading->feature->near;
    cstm_status status = read_degrees(reading->plan, near->home_latitude, row, &home->latitude);
    if (status == CSTM_OK)
        status = read_degrees(reading->plan, near->home_longitude, row, &home->longitude);
    if (status == CSTM_OK && !sphere_has(home->latitude, home->longitude))
        status = CSTM_ERROR_RANGE;
    return status;
}

static bool
has_place(const struct reading *reading, const struct event_record *record, struct home *place)
{
    const struct near *near = &reading->feature->near;
    const uint64_t *mask = record_mask(reading->kind, record);
    if (!mask_bit(mask, near->latitude) || !mask_bit(mask, near->longitude))
        return false;
    place->latitude = *(const double *) record_value(reading->kind, record, near->latitude);
    place->longitude = *(const double *) record_value(reading->kind, record, near->longitude);
    return true;
}

static void
add_amount(const struct reading *reading, const struct event_record *record,
           struct near_total *total)
{
    const void *value = (const uint8_t *) record + reading->value_offset;
    total->count++;
    if (reading->feature->field < 0)
        return;
    if (reading->real)
        exact_sum_add(&total->reals, *(const double *) value);
    else
        total->sum += *(const int64_t *) value;
}

static void
add_event(const struct reading *reading, const struct event_record *record, const struct home *home,
          struct near_total *total)
{
    const struct feature *feature = reading->feature;
    const uint64_t *mask = record_mask(reading->kind, record);
    struct home place;
    if (feature->operator== FEATURE_NEAR_SHARE && sieve_counts(&reading->whole, mask)) {
        total->all++;
        if (feature->field >= 0)
            total->whole +=
                *(const int64_t *) (const void *) ((const uint8_t *) record + reading->value_offset);
    }
    if (!mask_counts(reading, mask) || !has_place(reading, record, &place))
        return;
    if (!sphere_has(place.latitude, place.longitude)) {
        total->impossible = true;
        return;
    }
    const bool near = feature->operator!= FEATURE_MEAN_DISTANCE;
    if (near && fabs(place.latitude - home->latitude) * KM_OF_DEGREE > feature->near.km)
        return;
    const double km =
        sphere_distance(home->latitude, home->longitude, place.latitude, place.longitude);
    if (near && km <= feature->near.km) {
        add_amount(reading, record, total);
    } else if (!near) {
        total->count++;
        exact_sum_add(&total->reals, km);
    }
}

static void
add_window(const struct reading *reading, const struct behaviour_row *row, int32_t start,
           const struct home *home, struct near_total *total)
{
    const struct history *history = row->history;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t e = events_until(reading, rows, row->day) - 1; e >= 0; e--) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            if (record->day < start)
                break;
            if (event_is_known(reading, record, row_known(row)))
                add_event(reading, record, home, total);
        }
    }
}

static void
put_near(const struct reading *reading, const struct near_total *total, int32_t r,
         struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    out->states[r] = CSTM_OK;
    switch (feature->operator) {
    case FEATURE_NEAR_COUNT:
        out->as.int64s[r] = total->count;
        return;
    case FEATURE_NEAR_SUM:
        if (reading->real)
            put_double(exact_sum_round(&total->reals), r, out);
        else if (wide_fits(total->sum))
            out->as.int64s[r] = (int64_t) total->sum;
        else
            put_state(reading, r, out, CSTM_ERROR_RANGE);
        return;
    case FEATURE_NEAR_SHARE:
        if (feature->field >= 0)
            put_ratio(reading, total->sum, total->whole, r, out);
        else
            put_ratio(reading, total->count, total->all, r, out);
        return;
    default:
        if (total->count == 0)
            put_state(reading, r, out, CSTM_ERROR_MISSING);
        else
            put_double(exact_sum_ratio(&total->reals, total->count), r, out);
        return;
    }
}

void
read_places(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        int32_t start = row_window(reading, &memo, row);
        struct home home;
        cstm_status status = reading_covered(reading, row, start) ? read_home(reading, row, &home)
                                                                  : CSTM_ERROR_MISSING;
        if (status == CSTM_OK && reading->where_error != 0)
            status = window_error(reading, row, start);
        if (status != CSTM_OK) {
            put_state(reading, r, out, (uint8_t) status);
            continue;
        }
        struct near_total total = {.count = 0};
        exact_sum_start(&total.reals);
        add_window(reading, row, start, &home, &total);
        if (total.impossible)
            put_state(reading, r, out, CSTM_ERROR_RANGE);
        else
            put_near(reading, &total, r, out);
    }
}

void
near_change_days(const struct plan *plan, const struct feature *feature,
                 const struct history *history, int32_t instance, int32_t after, int32_t until,
                 void (*add)(void *argument, int32_t day), void *argument)
{
    const int32_t attributes[] = {feature->near.home_latitude, feature->near.home_longitude};
    for (int32_t i = 0; i < 2; i++) {
        int32_t at = instance;
        while (at >= 0 && history->instances[at].entity != plan->schema->attributes[attributes[i]].entity)
            at = history->instances[at].parent;
        if (at >= 0)
            attribute_change_days(plan, attributes[i], history, at, after, until, add, argument);
    }
}
