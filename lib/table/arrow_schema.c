/* An Arrow schema understood: format strings and metadata to the few kinds of column that a table
 * has. The format strings are those of the specification ("Data type description -- format
 * strings"); those of fixed meaning stand in a table, those with parameters (timestamps, decimals)
 * are read here. */
#include "table/arrow.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"

#include <string.h>

static const struct plain_format {
    const char *format;
    struct arrow_field field;
} plain_formats[] = {
    {"n", {.kind = ARROW_NULL}},
    {"b", {.kind = ARROW_BOOL}},
    {"c", {.kind = ARROW_INT, .width = 1, .is_signed = true}},
    {"C", {.kind = ARROW_INT, .width = 1}},
    {"s", {.kind = ARROW_INT, .width = 2, .is_signed = true}},
    {"S", {.kind = ARROW_INT, .width = 2}},
    {"i", {.kind = ARROW_INT, .width = 4, .is_signed = true}},
    {"I", {.kind = ARROW_INT, .width = 4}},
    {"l", {.kind = ARROW_INT, .width = 8, .is_signed = true}},
    {"L", {.kind = ARROW_INT, .width = 8}},
    {"f", {.kind = ARROW_FLOAT, .width = 4}},
    {"g", {.kind = ARROW_FLOAT, .width = 8}},
    {"u", {.kind = ARROW_TEXT, .text = {.offset_width = 4}}},
    {"U", {.kind = ARROW_TEXT, .text = {.offset_width = 8}}},
    {"vu", {.kind = ARROW_TEXT, .text = {.offset_width = 0}}},
    {"tdD", {.kind = ARROW_DATE_DAYS}},
    {"tdm", {.kind = ARROW_DATE_MILLIS}},
    {"+l", {.kind = ARROW_LIST, .width = 4}},
    {"+L", {.kind = ARROW_LIST, .width = 8}},
};

static cstm_status
not_read(const char *name, const char *what, cstm_error **error)
{
    error_set(error, CSTM_ERROR_UNSUPPORTED, "column '%s': %s", name, what);
    error_at_field(error, name);
    return CSTM_ERROR_UNSUPPORTED;
}

static cstm_status
corrupt_schema(const char *name, const char *what, cstm_error **error)
{
    error_set(error, CSTM_ERROR_CORRUPT, "column '%s': %s", name, what);
    error_at_field(error, name);
    return CSTM_ERROR_CORRUPT;
}

/* "tss:", "tsm:Asia/Taipei" and so on. With a zone the numbers are UTC whatever it is; without one
 * they are civil. */
static bool
read_timestamp(const char *format, struct arrow_field *field)
{
    if (strncmp(format, "ts", 2) != 0 || format[2] == '\0' || format[3] != ':')
        return false;
    field->kind = ARROW_TIMESTAMP;
    field->civil = format[4] == '\0';
    field->multiply = field->divide = 1;
    switch (format[2]) {
    case 's':
        field->multiply = 1000000;
        return true;
    case 'm':
        field->multiply = 1000;
        return true;
    case 'u':
        return true;
    case 'n':
        field->divide = 1000;
        return true;
    default:
        return false;
    }
}

/* "d:19,10" or "d:19,10,256". */
static bool
read_decimal(const char *format, struct arrow_field *field)
{
    if (strncmp(format, "d:", 2) != 0)
        return false;
    int64_t number[3] = {0, 0, 128};
    const char *at = format + 2;
    for (int32_t i = 0; i < 3; i++) {
        size_t size = strcspn(at, ",");
        if (!text_int64(at, size, &number[i]))
            return false;
        at += size;
        if (*at == '\0') {
            if (i == 0)
                return false;
            break;
        }
        if (i == 2)
            return false;
        at++;
    }
    bool width_is_known =
        number[2] == 32 || number[2] == 64 || number[2] == 128 || number[2] == 256;
    if (!width_is_known || number[0] < 1 || number[0] > 76 || number[1] < -76 || number[1] > 76)
        return false;
    field->kind = ARROW_DECIMAL;
    field->width = (int32_t) (number[2] / 8);
    field->scale = (int32_t) number[1];
    return true;
}

static bool
read_format(const char *format, struct arrow_field *field)
{
    for (size_t i = 0; i < sizeof plain_formats / sizeof plain_formats[0]; i++)
        if (strcmp(plain_formats[i].format, format) == 0) {
            *field = plain_formats[i].field;
            return true;
        }
    return read_timestamp(format, field) || read_decimal(format, field);
}

/* The metadata of Arrow: a count, then key and value, each with its length before it, all int32 in
 * native order. There is no length of the whole, so only the numbers themselves can be doubted.
 * Gives the value of a key, NULL if it is not there. */
static bool
find_metadata(const char *metadata, const char *key, const char **value, size_t *size)
{
    *value = NULL;
    if (metadata == NULL)
        return true;
    int32_t count;
    memcpy(&count, metadata, sizeof count);
    metadata += sizeof count;
    if (count < 0)
        return false;
    for (int32_t i = 0; i < count; i++) {
        int32_t key_size, value_size;
        memcpy(&key_size, metadata, sizeof key_size);
        if (key_size < 0)
            return false;
        const char *this_key = metadata + sizeof key_size;
        memcpy(&value_size, this_key + key_size, sizeof value_size);
        if (value_size < 0)
            return false;
        const char *this_value = this_key + key_size + sizeof value_size;
        if ((size_t) key_size == strlen(key) && memcmp(this_key, key, (size_t) key_size) == 0) {
            *value = this_value;
            *size = (size_t) value_size;
            return true;
        }
        metadata = this_value + value_size;
    }
    return true;
}

static cstm_status
read_currency(const struct ArrowSchema *schema, struct arrow_field *field, cstm_error **error)
{
    const char *code;
    size_t size = 0;
    if (!find_metadata(schema->metadata, CSTM_ARROW_CURRENCY_KEY, &code, &size))
        return corrupt_schema(field->name, "metadata with a negative length", error);
    if (code == NULL)
        return CSTM_OK;
    const struct currency *currency = currency_find(code, size);
    if (currency == NULL) {
        error_set(error, CSTM_ERROR_UNKNOWN,
                  "column '%s': the metadata %s names a currency that is not known", field->name,
                  CSTM_ARROW_CURRENCY_KEY);
        error_at_field(error, field->name);
        return CSTM_ERROR_UNKNOWN;
    }
    memcpy(field->currency, currency->code, sizeof currency->code);
    field->exponent = currency->exponent;
    return CSTM_OK;
}

/* Text, maybe behind a dictionary: the schema's own format is then that of the codes. */
static cstm_status
read_text_schema(const struct ArrowSchema *schema, const char *name, struct arrow_field *field,
                 cstm_error **error)
{
    const struct ArrowSchema *values = schema->dictionary;
    struct arrow_field entry = {0};
    if (values == NULL)
        return CSTM_OK;
    if (field->kind != ARROW_INT)
        return corrupt_schema(name, "a dictionary whose indices are not integers", error);
    if (values->format == NULL || !read_format(values->format, &entry) ||
        entry.kind != ARROW_TEXT || values->dictionary != NULL)
        return not_read(name, "a dictionary of something other than text", error);
    field->text = entry.text;
    field->text.code_width = field->width;
    field->text.code_signed = field->is_signed;
    field->kind = ARROW_TEXT;
    return CSTM_OK;
}

static cstm_status
read_list_schema(const struct ArrowSchema *schema, const char *name, struct arrow_field *field,
                 cstm_error **error)
{
    struct arrow_field element = {0};
    if (schema->n_children != 1 || schema->children == NULL || schema->children[0] == NULL ||
        schema->children[0]->format == NULL)
        return corrupt_schema(name, "a list without the type of its elements", error);
    const struct ArrowSchema *child = schema->children[0];
    if (!read_format(child->format, &element))
        return not_read(name, "a list of something other than text", error);
    cstm_status status = read_text_schema(child, name, &element, error);
    if (status != CSTM_OK)
        return status;
    if (element.kind != ARROW_TEXT)
        return not_read(name, "a list of something other than text", error);
    field->text = element.text;
    return CSTM_OK;
}

static cstm_status
read_field(const struct ArrowSchema *schema, int64_t place, struct arrow_field *field,
           cstm_error **error)
{
    if (schema == NULL || schema->format == NULL || schema->release == NULL)
        return error_set(error, CSTM_ERROR_CORRUPT, "column %lld of the Arrow schema is not there",
                         (long long) place);
    const char *name = schema->name != NULL ? schema->name : "";
    if (*name == '\0' || text_utf8_error(name, strlen(name)) != strlen(name))
        return error_set(error, CSTM_ERROR_SYNTAX, "the name of column %lld is %s",
                         (long long) place, *name == '\0' ? "empty" : "not UTF-8");
    if (!read_format(schema->format, field)) {
        error_set(error, CSTM_ERROR_UNSUPPORTED,
                  "column '%s': the Arrow format '%.40s' is not one that a table holds", name,
                  schema->format);
        error_at_field(error, name);
        return CSTM_ERROR_UNSUPPORTED;
    }
    field->name = name;
    cstm_status status = CSTM_OK;
    if (schema->dictionary != NULL)
        status = read_text_schema(schema, name, field, error);
    else if (field->kind == ARROW_LIST)
        status = read_list_schema(schema, name, field, error);
    else if (field->kind == ARROW_DECIMAL)
        status = read_currency(schema, field, error);
    return status;
}

cstm_status
arrow_read_schema(const struct ArrowSchema *schema, struct arrow_fields *fields, cstm_error **error)
{
    memset(fields, 0, sizeof *fields);
    if (schema->format == NULL || strcmp(schema->format, "+s") != 0)
        return error_set(
            error, CSTM_ERROR_TYPE,
            "a table comes from an Arrow struct (a record batch), not from a single array");
    if (schema->n_children < 0 || (schema->n_children > 0 && schema->children == NULL))
        return error_set(error, CSTM_ERROR_CORRUPT, "an Arrow struct schema without its children");
    if (schema->n_children > ARROW_COLUMN_LIMIT)
        return error_set(error, CSTM_ERROR_LIMIT, "an Arrow struct of more than %d columns",
                         ARROW_COLUMN_LIMIT);
    fields->fields = memory_new_array((size_t) schema->n_children, sizeof *fields->fields);
    if (fields->fields == NULL)
        return error_no_memory(error);
    fields->count = schema->n_children;
    for (int64_t i = 0; i < fields->count; i++) {
        cstm_status status = read_field(schema->children[i], i, &fields->fields[i], error);
        if (status != CSTM_OK) {
            memory_free(fields->fields);
            memset(fields, 0, sizeof *fields);
            return status;
        }
    }
    return CSTM_OK;
}
