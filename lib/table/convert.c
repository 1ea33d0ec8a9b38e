/* Exact conversions between columns; see convert.h. Each is a loop over the valid rows with one
 * converter of a cell, which gives the value or says what is wrong; the place is added here. */
#include "table/convert.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/check.h"
#include "table/owner.h"

#include <string.h>

static cstm_status
column_like(const struct table_column *source, cstm_type type, size_t size,
            struct table_column *made, void **values, cstm_error **error)
{
    memset(made, 0, sizeof *made);
    made->name = memory_copy(source->name, strlen(source->name));
    made->owner = owner_new();
    *values = made->owner != NULL ? owner_block(made->owner, (size_t) source->rows, size) : NULL;
    if (made->name == NULL || *values == NULL) {
        column_clear(made);
        return error_no_memory(error);
    }
    made->type = type;
    made->rows = source->rows;
    made->as.bools = *values;
    if (source->valid != NULL) {
        /* The validity stays where it is: its memory is lent to the new column. */
        made->valid = source->valid;
        if (source->owner != NULL)
            owner_borrow(made->owner, source->owner);
    }
    return CSTM_OK;
}

/* What became of one cell: CSTM_OK, or a status and why. */
struct cell_fault {
    cstm_status status;
    const char *what;
};
static const struct cell_fault cell_good = {CSTM_OK, NULL};

struct money_reader {
    const struct table_column *column;
    int32_t exponent;
    int64_t factor; /* minor units in a major one */
};

static const char *const not_exact = "not an exact amount of the currency";
static const char *const too_large = "an amount beyond 64 bits of minor units";

static struct cell_fault
money_from_major(const struct money_reader *reader, int64_t row, int64_t *minor)
{
    if (exact_mul(reader->column->as.int64s[row], reader->factor, minor))
        return cell_good;
    return (struct cell_fault){CSTM_ERROR_RANGE, too_large};
}

static struct cell_fault
money_from_wide(const struct money_reader *reader, int64_t row, int64_t *minor)
{
    if (money_from_decimal(reader->column->as.decimals[row], reader->column->exponent,
                           reader->exponent, minor))
        return cell_good;
    return (struct cell_fault){CSTM_ERROR_RANGE, not_exact};
}

static struct cell_fault
money_from_text(const struct money_reader *reader, int64_t row, int64_t *minor)
{
    size_t size;
    const char *text = column_text(reader->column, row, &size);
    cstm_status status = money_parse(text, size, reader->exponent, minor, NULL);
    if (status == CSTM_OK)
        return cell_good;
    return (struct cell_fault){status, status == CSTM_ERROR_SYNTAX ? "text that is not an amount"
                                                                   : not_exact};
}

static struct cell_fault
money_from_floating(const struct money_reader *reader, int64_t row, int64_t *minor)
{
    if (money_from_double(reader->column->as.doubles[row], reader->exponent, minor))
        return cell_good;
    return (struct cell_fault){CSTM_ERROR_RANGE, not_exact};
}

static const struct money_way {
    int32_t how;
    cstm_type type;
    struct cell_fault (*read)(const struct money_reader *, int64_t, int64_t *);
} money_ways[] = {
    {CSTM_MONEY_MINOR, CSTM_TYPE_INT, NULL}, /* as they are */
    {CSTM_MONEY_MAJOR, CSTM_TYPE_INT, money_from_major},
    {CSTM_MONEY_MAJOR, CSTM_TYPE_DECIMAL, money_from_wide},
    {CSTM_MONEY_MAJOR, CSTM_TYPE_STRING, money_from_text},
    {CSTM_MONEY_DOUBLE, CSTM_TYPE_DOUBLE, money_from_floating},
};

static const struct money_way *
money_way_find(int32_t how, cstm_type type)
{
    for (size_t i = 0; i < sizeof money_ways / sizeof money_ways[0]; i++)
        if (money_ways[i].how == how && money_ways[i].type == type)
            return &money_ways[i];
    return NULL;
}

static cstm_status
money_shared(const struct table_column *column, const struct currency *currency,
             struct table_column *money, cstm_error **error)
{
    if (strcmp(column->currency, currency->code) != 0) {
        error_set(error, CSTM_ERROR_MISMATCH, "column '%s' is money in %s, not %s", column->name,
                  column->currency, currency->code);
        error_at_field(error, column->name);
        return CSTM_ERROR_MISMATCH;
    }
    return column_share(column, column->name, money) ? CSTM_OK : error_no_memory(error);
}

static void
money_of(const struct currency *currency, struct table_column *money)
{
    money->type = CSTM_TYPE_MONEY;
    memcpy(money->currency, currency->code, sizeof currency->code);
    money->exponent = currency->exponent;
}

cstm_status
convert_to_money(const struct table_column *column, const struct currency *currency, int32_t how,
                 struct table_column *money, cstm_error **error)
{
    if (column->type == CSTM_TYPE_MONEY)
        return money_shared(column, currency, money, error);
    const struct money_way *way = money_way_find(how, column->type);
    if (way == NULL) {
        error_set(error, CSTM_ERROR_TYPE,
                  "column '%s' cannot be read as money in this way: minor units are integers, "
                  "major units integers, decimals or text, and doubles are taken only where that "
                  "is asked for",
                  column->name);
        error_at_field(error, column->name);
        return CSTM_ERROR_TYPE;
    }
    if (way->read == NULL) {
        if (!column_share(column, column->name, money))
            return error_no_memory(error);
        money_of(currency, money);
        return CSTM_OK;
    }
    struct money_reader reader = {column, currency->exponent, 1};
    for (int32_t i = 0; i < currency->exponent; i++)
        reader.factor *= 10;
    void *block;
    cstm_status status =
        column_like(column, CSTM_TYPE_MONEY, sizeof(int64_t), money, &block, error);
    int64_t *minor = block;
    for (int64_t i = 0; status == CSTM_OK && i < column->rows; i++) {
        if (!column_is_valid(column, i))
            continue;
        struct cell_fault fault = way->read(&reader, i, &minor[i]);
        if (fault.status != CSTM_OK)
            status = check_fault(column, i, fault.status, fault.what, error);
    }
    if (status != CSTM_OK) {
        column_clear(money);
        return status;
    }
    money_of(currency, money);
    return CSTM_OK;
}

static cstm_status
not_convertible(const struct table_column *column, const char *what, cstm_error **error)
{
    error_set(error, CSTM_ERROR_TYPE, "column '%s' cannot be read as %s", column->name, what);
    error_at_field(error, column->name);
    return CSTM_ERROR_TYPE;
}

/* One cell as an instant. The column is a civil TIMESTAMP, a DATE or a STRING. */
static struct cell_fault
instant_of(const struct table_column *column, int64_t row, const struct zone *zone, bool end_of_day,
           int64_t *instant)
{
    if (column->type == CSTM_TYPE_TIMESTAMP) {
        *instant = zone_instant(zone, column->as.int64s[row]);
    } else if (column->type == CSTM_TYPE_DATE) {
        int32_t day = column->as.days[row];
        *instant = end_of_day ? zone_day_end(zone, day) : zone_day_start(zone, day);
    } else {
        size_t size;
        const char *text = column_text(column, row, &size);
        if (!civil_parse_instant(text, size, zone, end_of_day, instant))
            return (struct cell_fault){CSTM_ERROR_SYNTAX,
                                       "text that is not a date and time (RFC 3339)"};
    }
    if (*instant < CHECK_INSTANT_MIN || *instant > CHECK_INSTANT_MAX)
        return (struct cell_fault){CSTM_ERROR_RANGE, "an instant outside the years 1 to 9999"};
    return cell_good;
}

cstm_status
convert_to_instants(const struct table_column *column, const struct zone *zone, bool end_of_day,
                    struct table_column *instants, cstm_error **error)
{
    if (column->type == CSTM_TYPE_TIMESTAMP && !column->civil)
        return column_share(column, column->name, instants) ? CSTM_OK : error_no_memory(error);
    if (column->type != CSTM_TYPE_TIMESTAMP && column->type != CSTM_TYPE_DATE &&
        column->type != CSTM_TYPE_STRING)
        return not_convertible(column, "dates and times", error);
    void *block;
    cstm_status status =
        column_like(column, CSTM_TYPE_TIMESTAMP, sizeof(int64_t), instants, &block, error);
    int64_t *values = block;
    for (int64_t i = 0; status == CSTM_OK && i < column->rows; i++) {
        if (!column_is_valid(column, i))
            continue;
        struct cell_fault fault = instant_of(column, i, zone, end_of_day, &values[i]);
        if (fault.status != CSTM_OK)
            status = check_fault(column, i, fault.status, fault.what, error);
    }
    if (status != CSTM_OK)
        column_clear(instants);
    return status;
}

/* One cell as a day. The column is a TIMESTAMP or a STRING. */
static struct cell_fault
day_of(const struct table_column *column, int64_t row, const struct zone *zone,
       struct zone_cursor *cursor, int32_t *day)
{
    if (column->type == CSTM_TYPE_TIMESTAMP) {
        int64_t micros = column->as.int64s[row];
        int64_t civil_day_of = micros / CIVIL_MICROS_PER_DAY - (micros % CIVIL_MICROS_PER_DAY < 0);
        *day = column->civil ? (int32_t) civil_day_of : zone_day(zone, micros, cursor);
        return cell_good;
    }
    size_t size;
    const char *text = column_text(column, row, &size);
    if (civil_parse_date(text, size, day))
        return cell_good;
    return (struct cell_fault){CSTM_ERROR_SYNTAX, "text that is not a date (2005-10-01)"};
}

cstm_status
convert_to_days(const struct table_column *column, const struct zone *zone,
                struct table_column *days, cstm_error **error)
{
    if (column->type == CSTM_TYPE_DATE)
        return column_share(column, column->name, days) ? CSTM_OK : error_no_memory(error);
    if (column->type != CSTM_TYPE_TIMESTAMP && column->type != CSTM_TYPE_STRING)
        return not_convertible(column, "dates", error);
    void *block;
    struct zone_cursor cursor = {0};
    cstm_status status = column_like(column, CSTM_TYPE_DATE, sizeof(int32_t), days, &block, error);
    int32_t *values = block;
    for (int64_t i = 0; status == CSTM_OK && i < column->rows; i++) {
        if (!column_is_valid(column, i))
            continue;
        struct cell_fault fault = day_of(column, i, zone, &cursor, &values[i]);
        if (fault.status != CSTM_OK)
            status = check_fault(column, i, fault.status, fault.what, error);
    }
    if (status != CSTM_OK)
        column_clear(days);
    return status;
}

cstm_status
cstm_table_declare_money(cstm_table *table, const char *name, const char *currency, int32_t how,
                         cstm_error **error)
{
    error_clear(error);
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (name == NULL || currency == NULL)
        return error_misuse(error, name == NULL ? "name is NULL" : "currency is NULL");
    if (how != CSTM_MONEY_MINOR && how != CSTM_MONEY_MAJOR && how != CSTM_MONEY_DOUBLE)
        return error_misuse(
            error, "how is not one of CSTM_MONEY_MINOR, CSTM_MONEY_MAJOR, CSTM_MONEY_DOUBLE");
    int32_t place = cstm_table_find(table, name);
    if (place < 0) {
        error_set(error, CSTM_ERROR_UNKNOWN, "the table has no column '%s'", name);
        error_at_field(error, name);
        return CSTM_ERROR_UNKNOWN;
    }
    const struct currency *found = currency_find(currency, strlen(currency));
    if (found == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%.16s'", currency);
    struct table_column money;
    cstm_status status = convert_to_money(&table->columns[place], found, how, &money, error);
    if (status != CSTM_OK)
        return status;
    column_clear(&table->columns[place]);
    table->columns[place] = money;
    return CSTM_OK;
}
