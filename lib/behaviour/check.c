/* What may come in: the checks that every value, time and id passes before it becomes history.
 * Messages name the field, never the value. */
#include "behaviour/rows.h"

#include "base/text.h"

#include <math.h>


bool
instant_is_legal(int64_t instant)
{
    return instant >= INSTANT_MIN && instant <= INSTANT_MAX;
}

/* Within a day of either end the zone decides. */
bool
instant_is_legal_in(const struct zone *zone, int64_t instant)
{
    if (!instant_is_legal(instant))
        return false;
    if (instant >= INSTANT_MIN + CIVIL_MICROS_PER_DAY * 2 &&
        instant <= INSTANT_MAX - CIVIL_MICROS_PER_DAY * 2)
        return true;
    int32_t day = zone_day(zone, instant, NULL);
    return day >= CIVIL_DAY_MIN && day <= CIVIL_DAY_MAX;
}

/* Most ids and codes are ASCII without a NUL: eight bytes at a time, high bits and zero bytes told
 * apart from the rest. */
static bool
text_is_plain(const char *bytes, size_t size)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    for (; size >= 8; bytes += 8, size -= 8) {
        uint64_t eight;
        memcpy(&eight, bytes, 8);
        if (((eight | (eight - ones)) & highs) != 0)
            return false;
    }
    for (; size > 0; bytes++, size--)
        if ((uint8_t) (*bytes - 1) >= 0x7f)
            return false;
    return true;
}

static cstm_status
text_check(const char *name, const struct rule_text *text, cstm_error **error)
{
    if (text->size <= INT32_MAX && text_is_plain(text->bytes, text->size))
        return CSTM_OK;
    cstm_status status = CSTM_OK;
    if (text->size > INT32_MAX)
        status = error_set(error, CSTM_ERROR_LIMIT, "%s is longer than 2 GiB", name);
    else if (text->size > 0 && memchr(text->bytes, 0, text->size) != NULL)
        status = error_set(error, CSTM_ERROR_SYNTAX, "%s holds a NUL byte", name);
    else if (text_utf8_error(text->bytes, text->size) != text->size)
        status = error_set(error, CSTM_ERROR_SYNTAX, "%s is not well-formed UTF-8", name);
    if (status != CSTM_OK)
        error_at_field(error, name);
    return status;
}

static cstm_status
declared_check(const char *name, char *const *values, int32_t n_values,
               const struct rule_text *text, cstm_error **error)
{
    for (int32_t i = 0; i < n_values; i++)
        if (strlen(values[i]) == text->size &&
            (text->size == 0 || memcmp(values[i], text->bytes, text->size) == 0))
            return CSTM_OK;
    error_set(error, CSTM_ERROR_UNKNOWN, "%s is none of the values that the strategy declares",
              name);
    error_at_field(error, name);
    return CSTM_ERROR_UNKNOWN;
}

static cstm_status
refuse(cstm_status status, const char *name, const char *what, cstm_error **error)
{
    error_set(error, status, "%s %s", name, what);
    error_at_field(error, name);
    return status;
}

cstm_status
value_check(cstm_type type, const char *name, char *const *values, int32_t n_values, void *value,
            cstm_error **error)
{
    int64_t *number = value;
    double *real = value;
    cstm_status status;
    switch (type) {
    case CSTM_TYPE_BOOL:
        if (*number != 0 && *number != 1)
            return refuse(CSTM_ERROR_RANGE, name, "is neither 0 nor 1", error);
        return CSTM_OK;
    case CSTM_TYPE_DATE:
        if (*number < CIVIL_DAY_MIN || *number > CIVIL_DAY_MAX)
            return refuse(CSTM_ERROR_RANGE, name, "lies outside the years 1 to 9999", error);
        return CSTM_OK;
    case CSTM_TYPE_TIMESTAMP:
        if (!instant_is_legal(*number))
            return refuse(CSTM_ERROR_RANGE, name, "lies outside the years 1 to 9999", error);
        return CSTM_OK;
    case CSTM_TYPE_DOUBLE:
        if (!isfinite(*real))
            return refuse(CSTM_ERROR_NOT_FINITE, name, "is infinite or not a number", error);
        if (*real == 0)
            *real = 0;
        return CSTM_OK;
    case CSTM_TYPE_STRING:
        status = text_check(name, value, error);
        return status != CSTM_OK || values == NULL
                   ? status
                   : declared_check(name, values, n_values, value, error);
    default:
        return CSTM_OK;
    }
}

cstm_status
field_check(const struct event_field *field, void *value, cstm_error **error)
{
    if (field->ranged) {
        uint64_t above = (uint64_t) *(const int64_t *) value - (uint64_t) field->low;
        if (above >= (uint64_t) field->n_values)
            return refuse(CSTM_ERROR_UNKNOWN, field->name,
                          "is outside the range that the strategy declares", error);
        return CSTM_OK;
    }
    return value_check(field->type, field->name, field->values, field->n_values, value, error);
}

cstm_status
event_record_check(const struct plan *plan, int32_t event, void *record, cstm_error **error)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    struct event_record *head = record;
    if (!instant_is_legal_in(plan->schema->zone, head->time))
        return refuse(CSTM_ERROR_RANGE, "time", "lies outside the years 1 to 9999", error);
    cstm_status status = head->id.size == 0 ? CSTM_OK : text_check("id", &head->id, error);
    const uint64_t *mask = record_mask(kind, record);
    for (int32_t word = 0; 64 * word < declared->n_fields; word++) {
        uint64_t bits = mask[word] & kind->fields_checked[word];
        while (status == CSTM_OK && bits != 0) {
            int32_t f = 64 * word + take_bit(&bits);
            /* Of a list that is looked up anyway, what is in it needs no more checks. */
            if (kind->lane_of[f] >= 0 && declared->fields[f].values != NULL &&
                lane_of_value(&declared->fields[f], &kind->lanes[kind->lane_of[f]],
                              record_value(kind, record, f)) != 0)
                continue;
            status = field_check(&declared->fields[f], record_value(kind, record, f), error);
        }
    }
    return status;
}
