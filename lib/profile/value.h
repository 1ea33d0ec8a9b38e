/* A value on its way into an event's field or an entity's attribute: what it must look like to be
 * let in. Both are declared with a name, a type and perhaps the only texts allowed, so one check
 * serves both, and one reader of row buffers.
 *
 * A value that came in is legal for ever after: nothing behind this door looks at ranges or UTF-8
 * again. */
#ifndef PROFILE_VALUE_H
#define PROFILE_VALUE_H

#include "behaviour/history.h"

#define KEY_LIMIT 65535u /* bytes of a key or id */

/* What a value is for: a field or an attribute as the schema declares it. */
struct value_place {
    const char *noun; /* "field" or "attribute", for messages */
    const char *name;
    cstm_type type;
    char *const *values; /* nullable: the only texts allowed */
    int32_t n_values;
    bool ranged; /* of an int: only `low` to `low` + n_values - 1 */
    int64_t low;
    bool computed; /* not given, but by a rule */
};

struct value {
    bool present; /* false: missing */
    int32_t kept; /* of a row of attributes: how many entries there were before */
    union {
        int64_t number; /* BOOL, INT, DATE, TIMESTAMP, MONEY */
        double real;
        struct rule_text text; /* borrowed */
    } as;
};

struct value_place value_place_of_field(const struct event_field *field);
struct value_place value_place_of_attribute(const struct attribute *attribute);

/* CSTM_ERROR_TYPE unless the place is of that type. */
cstm_status place_check_type(const struct value_place *place, cstm_type type, cstm_error **error);
/* Whether a value of the place's type may stand there (behaviour's value_check()); missing always
 * may. */
cstm_status place_check(const struct value_place *place, struct value *value, cstm_error **error);
/* A key or id: UTF-8 without NUL, at most KEY_LIMIT bytes; what names it in messages. */
cstm_status key_check(const char *key, size_t size, const char *what, cstm_error **error);

/* One entry of a row buffer as it stands there. */
struct row_entry {
    int32_t index;
    int32_t form; /* CSTM_ROW_* */
    int64_t number;
    double real;
    struct rule_text text; /* borrowed from the row */
};
/* The next entry; CSTM_ERROR_CORRUPT for a row that ends inside one or has an unknown form. */
cstm_status row_next(struct byte_reader *row, struct row_entry *entry, cstm_error **error);
/* The entry as a checked value of the place. Texts of other types are read as a document writes
 * them. */
cstm_status row_value(const struct row_entry *entry, const struct value_place *place,
                      const struct schema *schema, struct value *value, cstm_error **error);

#endif
