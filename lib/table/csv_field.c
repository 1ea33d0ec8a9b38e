/* Fields of CSV as values of growing columns. A row is filled field by field and then committed, or
 * undone if one of its fields is refused: what the row before left behind (its count of texts and
 * bytes) says where to go back to. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "table/check.h"
#include "table/owner.h"

#include <string.h>

#define FIRST_ROWS 256

static const struct csv_fault good = {CSTM_OK, NULL};
static const struct csv_fault no_memory = {CSTM_ERROR_NO_MEMORY, NULL};

static bool
is_text(const struct csv_column *column)
{
    return column->type == CSTM_TYPE_STRING || column->type == CSTM_TYPE_STRINGS;
}

static size_t
value_size(cstm_type type)
{
    if (type == CSTM_TYPE_BOOL)
        return 1;
    return type == CSTM_TYPE_DATE ? sizeof(int32_t) : sizeof(int64_t);
}

static bool
grow(void *array, size_t old_capacity, size_t capacity, size_t size)
{
    size_t reached = old_capacity;
    return memory_reserve(array, &reached, capacity, size);
}

/* Every array of every column has room for `capacity` rows (offsets one more), or the old capacity
 * still holds. */
static bool
reserve_rows(struct csv_columns *columns, size_t capacity)
{
    for (size_t i = 0; i < columns->n_columns; i++) {
        struct csv_column *column = &columns->columns[i];
        if (!grow(&column->valid, columns->capacity, capacity, 1))
            return false;
        if (!is_text(column) &&
            !grow(&column->values, columns->capacity, capacity, value_size(column->type)))
            return false;
        if (column->type == CSTM_TYPE_STRINGS &&
            !grow(&column->list_offsets, columns->capacity > 0 ? columns->capacity + 1 : 0,
                  capacity + 1, sizeof(int64_t)))
            return false;
    }
    columns->capacity = capacity;
    return true;
}

static bool
reserve_text(struct csv_column *column)
{
    return memory_reserve(&column->offsets, &column->text_capacity, column->texts + 2,
                          sizeof *column->offsets);
}

cstm_status
csv_columns_start(struct csv_columns *columns, const struct cstm_csv *csv, cstm_error **error)
{
    memset(columns, 0, sizeof *columns);
    columns->csv = csv;
    cstm_status status = zone_load("UTC", &columns->utc, error);
    if (status != CSTM_OK)
        return status;
    columns->columns = memory_new_array(csv->n_columns, sizeof *columns->columns);
    if (columns->columns == NULL)
        return error_no_memory(error);
    columns->n_columns = csv->n_columns;
    for (size_t i = 0; i < csv->n_columns; i++) {
        columns->columns[i].name = csv->columns[i].name;
        columns->columns[i].type = csv->columns[i].type;
    }
    if (!reserve_rows(columns, FIRST_ROWS))
        return error_no_memory(error);
    for (size_t i = 0; i < csv->n_columns; i++) {
        struct csv_column *column = &columns->columns[i];
        if (!is_text(column))
            continue;
        if (!reserve_text(column))
            return error_no_memory(error);
        column->offsets[0] = 0;
        if (column->list_offsets != NULL)
            column->list_offsets[0] = 0;
    }
    return CSTM_OK;
}

void
csv_columns_clear(struct csv_columns *columns)
{
    for (size_t i = 0; i < columns->n_columns; i++) {
        struct csv_column *column = &columns->columns[i];
        memory_free(column->values);
        memory_free(column->valid);
        memory_free(column->offsets);
        memory_free(column->list_offsets);
        buffer_clear(&column->bytes);
    }
    memory_free(columns->columns);
    zone_unref(columns->utc);
    memset(columns, 0, sizeof *columns);
}

bool
csv_columns_reserve_row(struct csv_columns *columns)
{
    if (columns->rows < columns->capacity)
        return true;
    return reserve_rows(columns, columns->capacity + columns->capacity / 2);
}

/* ---- one field ---- */

static bool
add_text(struct csv_column *column, const char *text, size_t size)
{
    if (!reserve_text(column) || !buffer_put(&column->bytes, text, size))
        return false;
    column->offsets[++column->texts] = (int64_t) column->bytes.size;
    return true;
}

static struct csv_fault
put_bool(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    static const struct {
        const char *text;
        uint8_t value;
    } words[] = {{"true", 1}, {"false", 0}, {"1", 1},    {"0", 0},
                 {"TRUE", 1}, {"FALSE", 0}, {"True", 1}, {"False", 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].text) == field->size &&
            memcmp(words[i].text, field->text, field->size) == 0) {
            ((uint8_t *) column->values)[columns->rows] = words[i].value;
            return good;
        }
    return (struct csv_fault){CSTM_ERROR_SYNTAX, "not true, false, 1 or 0"};
}

/* Digits with an optional sign: what text_int64() refuses only for its size. */
static bool
is_digits(const struct csv_field *field)
{
    size_t i = field->size > 0 && (field->text[0] == '-' || field->text[0] == '+') ? 1 : 0;
    if (i == field->size)
        return false;
    for (; i < field->size; i++)
        if (field->text[i] < '0' || field->text[i] > '9')
            return false;
    return true;
}

static struct csv_fault
put_int(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    if (text_int64(field->text, field->size, &((int64_t *) column->values)[columns->rows]))
        return good;
    if (is_digits(field))
        return (struct csv_fault){CSTM_ERROR_RANGE, "an integer beyond 64 bits"};
    return (struct csv_fault){CSTM_ERROR_SYNTAX, "not an integer"};
}

static struct csv_fault
put_double(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    double value;
    if (!text_double(field->text, field->size, &value))
        return (struct csv_fault){CSTM_ERROR_SYNTAX, "not a number"};
    if (value > __DBL_MAX__ || value < -__DBL_MAX__)
        return (struct csv_fault){CSTM_ERROR_RANGE, "a number too large for a double"};
    ((double *) column->values)[columns->rows] = value;
    return good;
}

static struct csv_fault
put_date(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    if (civil_parse_date(field->text, field->size, &((int32_t *) column->values)[columns->rows]))
        return good;
    return (struct csv_fault){CSTM_ERROR_SYNTAX, "not a date like 2005-10-01"};
}

/* An offset is Z at the end, or +hh:mm, -hh:mm there after the time of day. */
static bool
has_offset(const struct csv_field *field)
{
    if (field->size == 0)
        return false;
    const char *end = field->text + field->size;
    if (end[-1] == 'Z' || end[-1] == 'z')
        return true;
    return field->size > 16 && (end[-6] == '+' || end[-6] == '-') && end[-3] == ':';
}

static struct csv_fault
put_timestamp(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    const struct zone *zone = columns->csv->zone != NULL ? columns->csv->zone : columns->utc;
    int64_t *instant = &((int64_t *) column->values)[columns->rows];
    if (!civil_parse_instant(field->text, field->size, zone, false, instant))
        return (struct csv_fault){CSTM_ERROR_SYNTAX,
                                  "not a date and time like 2005-10-01T09:30:00+08:00"};
    if (*instant < CHECK_INSTANT_MIN || *instant > CHECK_INSTANT_MAX)
        return (struct csv_fault){CSTM_ERROR_RANGE, "an instant outside the years 1 to 9999"};
    if (columns->csv->zone != NULL)
        return good;
    column->row_has_offset = has_offset(field);
    column->row_is_civil = !column->row_has_offset;
    if ((column->row_is_civil && column->saw_offset) ||
        (column->row_has_offset && column->saw_civil))
        return (struct csv_fault){
            CSTM_ERROR_MISMATCH,
            "times with and without an offset are mixed, and no zone is set for the latter"};
    return good;
}

static struct csv_fault
put_money(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    int64_t *minor = &((int64_t *) column->values)[columns->rows];
    cstm_status status =
        money_parse(field->text, field->size, columns->csv->currency->exponent, minor, NULL);
    if (status == CSTM_OK)
        return good;
    if (status == CSTM_ERROR_RANGE)
        return (struct csv_fault){
            status, "an amount with more decimals than its currency has, or beyond 64 bits"};
    return (struct csv_fault){status, "not an amount"};
}

static struct csv_fault
put_string(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    (void) columns;
    return add_text(column, field->text, field->size) ? good : no_memory;
}

static struct csv_fault
put_strings(struct csv_columns *columns, struct csv_column *column, const struct csv_field *field)
{
    const char *at = field->text, *end = field->text + field->size;
    while (field->size > 0) {
        const char *stop = memchr(at, ';', (size_t) (end - at));
        if (!add_text(column, at, (size_t) ((stop != NULL ? stop : end) - at)))
            return no_memory;
        if (stop == NULL)
            break;
        at = stop + 1;
        if (at == end) {
            if (!add_text(column, at, 0))
                return no_memory;
            break;
        }
    }
    column->list_offsets[columns->rows + 1] = (int64_t) column->texts;
    return good;
}

typedef struct csv_fault (*put_function)(struct csv_columns *, struct csv_column *,
                                         const struct csv_field *);
static const put_function put_functions[] = {
    [CSTM_TYPE_BOOL] = put_bool,     [CSTM_TYPE_INT] = put_int,
    [CSTM_TYPE_DOUBLE] = put_double, [CSTM_TYPE_STRING] = put_string,
    [CSTM_TYPE_DATE] = put_date,     [CSTM_TYPE_TIMESTAMP] = put_timestamp,
    [CSTM_TYPE_MONEY] = put_money,   [CSTM_TYPE_STRINGS] = put_strings,
};

static struct csv_fault
put_missing(struct csv_columns *columns, struct csv_column *column)
{
    column->valid[columns->rows] = 0;
    column->any_missing = true;
    if (column->type == CSTM_TYPE_STRING)
        return add_text(column, "", 0) ? good : no_memory;
    if (column->type == CSTM_TYPE_STRINGS)
        column->list_offsets[columns->rows + 1] = (int64_t) column->texts;
    else
        memset((char *) column->values + columns->rows * value_size(column->type), 0,
               value_size(column->type));
    return good;
}

static bool
is_missing(const struct cstm_csv *csv, const struct csv_column *column,
           const struct csv_field *field)
{
    if (field->size == 0)
        return !field->quoted || !is_text(column);
    return csv->missing != NULL && !field->quoted && strlen(csv->missing) == field->size &&
           memcmp(csv->missing, field->text, field->size) == 0;
}

struct csv_fault
csv_columns_put(struct csv_columns *columns, size_t place, const struct csv_field *field)
{
    struct csv_column *column = &columns->columns[place];
    if (is_missing(columns->csv, column, field))
        return put_missing(columns, column);
    column->valid[columns->rows] = 1;
    return put_functions[column->type](columns, column, field);
}

void
csv_columns_commit_row(struct csv_columns *columns)
{
    for (size_t i = 0; i < columns->n_columns; i++) {
        struct csv_column *column = &columns->columns[i];
        column->saw_offset = column->saw_offset || column->row_has_offset;
        column->saw_civil = column->saw_civil || column->row_is_civil;
        column->row_has_offset = column->row_is_civil = false;
    }
    columns->rows++;
}

void
csv_columns_undo_row(struct csv_columns *columns)
{
    for (size_t i = 0; i < columns->n_columns; i++) {
        struct csv_column *column = &columns->columns[i];
        column->row_has_offset = column->row_is_civil = false;
        if (!is_text(column))
            continue;
        column->texts = column->type == CSTM_TYPE_STRINGS
                            ? (size_t) column->list_offsets[columns->rows]
                            : columns->rows;
        column->bytes.size = (size_t) column->offsets[column->texts];
    }
}

/* ---- the table ---- */

/* Moves a block from the growing column to the owner of the finished one. */
static void *
hand_over(struct table_owner *owner, void *block)
{
    if (block != NULL)
        (void) owner_take(owner, block); /* 5 of OWNER_BLOCKS at most */
    return block;
}

static void
fill_column(const struct csv_columns *columns, struct csv_column *from, struct table_column *to)
{
    bool missing = from->any_missing && memchr(from->valid, 0, columns->rows) != NULL;
    to->valid = missing ? hand_over(to->owner, from->valid) : NULL;
    if (missing)
        from->valid = NULL;
    to->as.bools = hand_over(to->owner, from->values);
    from->values = NULL;
    to->offsets = hand_over(to->owner, from->offsets);
    from->offsets = NULL;
    to->list_offsets = hand_over(to->owner, from->list_offsets);
    from->list_offsets = NULL;
    if (is_text(from)) {
        to->bytes = hand_over(to->owner, from->bytes.data);
        from->bytes.data = NULL;
        if (to->bytes == NULL)
            to->bytes = "";
    }
    to->civil = from->saw_civil;
    if (to->type == CSTM_TYPE_MONEY) {
        memcpy(to->currency, columns->csv->currency->code, sizeof to->currency);
        to->exponent = columns->csv->currency->exponent;
    }
}

cstm_status
csv_columns_end(struct csv_columns *columns, cstm_table **table, cstm_error **error)
{
    cstm_table *made = table_create();
    cstm_status status = made != NULL ? CSTM_OK : error_no_memory(error);
    for (size_t i = 0; status == CSTM_OK && i < columns->n_columns; i++) {
        struct csv_column *from = &columns->columns[i];
        struct table_column column = {.type = from->type, .rows = (int64_t) columns->rows};
        column.name = memory_copy(from->name, strlen(from->name));
        column.owner = owner_new();
        if (column.name == NULL || column.owner == NULL) {
            column_clear(&column);
            status = error_no_memory(error);
            break;
        }
        fill_column(columns, from, &column);
        status = table_append(made, &column, error);
        if (status != CSTM_OK)
            column_clear(&column);
    }
    if (status == CSTM_OK)
        *table = made;
    else
        cstm_table_free(made);
    return status;
}
