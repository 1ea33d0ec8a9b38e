/* The checks of values that come in, see value.h. Messages name the field or attribute and never
 * repeat the value. */
#include "profile/value.h"

#include "base/text.h"

#include <string.h>

struct value_place
value_place_of_field(const struct event_field *field)
{
    return (struct value_place){.noun = "field",
                                .name = field->name,
                                .type = field->type,
                                .values = field->values,
                                .n_values = field->n_values,
                                .ranged = field->ranged,
                                .low = field->low,
                                .computed = field->computed != NULL};
}

struct value_place
value_place_of_attribute(const struct attribute *attribute)
{
    return (struct value_place){.noun = "attribute",
                                .name = attribute->name,
                                .type = attribute->type,
                                .values = attribute->values,
                                .n_values = attribute->n_values};
}

static const char *
type_word(cstm_type type)
{
    static const char *const words[] = {
        [CSTM_TYPE_BOOL] = "bool",     [CSTM_TYPE_INT] = "int",
        [CSTM_TYPE_DOUBLE] = "double", [CSTM_TYPE_STRING] = "string",
        [CSTM_TYPE_DATE] = "date",     [CSTM_TYPE_TIMESTAMP] = "timestamp",
        [CSTM_TYPE_MONEY] = "money",
    };
    if (type < CSTM_TYPE_BOOL || type > CSTM_TYPE_MONEY)
        return "another type";
    return words[type];
}

cstm_status
place_check_type(const struct value_place *place, cstm_type type, cstm_error **error)
{
    if (place->type == type)
        return CSTM_OK;
    error_set(error, CSTM_ERROR_TYPE, "%s '%s' is of type %s and was given a value of type %s",
              place->noun, place->name, type_word(place->type), type_word(type));
    error_at_field(error, place->name);
    return CSTM_ERROR_TYPE;
}

cstm_status
place_check(const struct value_place *place, struct value *value, cstm_error **error)
{
    if (place->computed) {
        error_set(error, CSTM_ERROR_MISUSE,
                  "field '%s' is computed by the strategy: it cannot be set", place->name);
        error_at_field(error, place->name);
        return CSTM_ERROR_MISUSE;
    }
    if (!value->present)
        return CSTM_OK;
    if (place->ranged &&
        (uint64_t) value->as.number - (uint64_t) place->low >= (uint64_t) place->n_values) {
        error_set(error, CSTM_ERROR_UNKNOWN, "%s is outside the range that the strategy declares",
                  place->name);
        error_at_field(error, place->name);
        return CSTM_ERROR_UNKNOWN;
    }
    return value_check(place->type, place->name, place->values, place->n_values, &value->as, error);
}

cstm_status
key_check(const char *key, size_t size, const char *what, cstm_error **error)
{
    if (size > KEY_LIMIT)
        return error_set(error, CSTM_ERROR_LIMIT, "%s is longer than 65,535 bytes", what);
    if (size > 0 && memchr(key, '\0', size) != NULL)
        return error_set(error, CSTM_ERROR_SYNTAX, "%s has a NUL in it", what);
    if (text_utf8_error(key, size) != size)
        return error_set(error, CSTM_ERROR_SYNTAX, "%s is not UTF-8", what);
    return CSTM_OK;
}
