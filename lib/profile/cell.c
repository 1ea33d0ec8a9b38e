/* One cell of a table as a value of the strategy's type, exactly or not at all: money from decimals
 * and text, instants from civil times, days and text, days from times that are midnight. What a
 * column's cells can become is decided once, when the table is added; here is a reader for each
 * pair of types. Ranges are those that events and attributes have everywhere (value_check()). */
#include "profile/batch.h"

#include "base/money.h"
#include "base/text.h"

#include <string.h>

#define DOUBLE_EXACT (INT64_C(1) << 53)

static cstm_status
read_bool(struct cell_context *context, const struct table_column *column, int64_t row, void *value)
{
    (void) context;
    *(uint8_t *) value = column->as.bools[row] != 0;
    return CSTM_OK;
}

static cstm_status
read_double_from_int(struct cell_context *context, const struct table_column *column, int64_t row,
                     void *value)
{
    (void) context;
    int64_t number = column->as.int64s[row];
    if (number > DOUBLE_EXACT || number < -DOUBLE_EXACT)
        return CSTM_ERROR_RANGE;
    *(double *) value = (double) number;
    return CSTM_OK;
}

static cstm_status
read_text(struct cell_context *context, const struct table_column *column, int64_t row, void *value)
{
    (void) context;
    struct rule_text *text = value;
    text->bytes = column_text(column, row, &text->size);
    if (text->size == 0) {
        text->bytes = "";
        return CSTM_OK;
    }
    return memchr(text->bytes, 0, text->size) == NULL ? CSTM_OK : CSTM_ERROR_SYNTAX;
}

static cstm_status
read_text_from_int(struct cell_context *context, const struct table_column *column, int64_t row,
                   void *value)
{
    struct rule_text *text = value;
    char digits[24];
    text->size = text_from_int64(column->as.int64s[row], digits);
    text->bytes = arena_text(context->texts, digits, text->size);
    return text->bytes != NULL ? CSTM_OK : CSTM_ERROR_NO_MEMORY;
}

static cstm_status
put_day(int64_t day, void *value)
{
    if (day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX)
        return CSTM_ERROR_RANGE;
    *(int64_t *) value = day;
    return CSTM_OK;
}

static cstm_status
read_day(struct cell_context *context, const struct table_column *column, int64_t row, void *value)
{
    (void) context;
    return put_day(column->as.days[row], value);
}

static cstm_status
read_day_from_text(struct cell_context *context, const struct table_column *column, int64_t row,
                   void *value)
{
    (void) context;
    size_t size;
    int32_t day;
    const char *text = column_text(column, row, &size);
    if (!civil_parse_date(text, size, &day))
        return CSTM_ERROR_SYNTAX;
    return put_day(day, value);
}

/* A time of the clock on the wall is a day where it is midnight. */
static cstm_status
read_day_from_civil(struct cell_context *context, const struct table_column *column, int64_t row,
                    void *value)
{
    (void) context;
    int64_t micros = column->as.int64s[row];
    if (micros % CIVIL_MICROS_PER_DAY != 0)
        return CSTM_ERROR_RANGE;
    return put_day(micros / CIVIL_MICROS_PER_DAY, value);
}

static cstm_status
read_day_from_instant(struct cell_context *context, const struct table_column *column, int64_t row,
                      void *value)
{
    int64_t instant = column->as.int64s[row];
    int32_t day = zone_day(context->schema->zone, instant, NULL);
    if (zone_day_start(context->schema->zone, day) != instant)
        return CSTM_ERROR_RANGE;
    return put_day(day, value);
}

static cstm_status
put_instant(struct cell_context *context, int64_t instant, void *value)
{
    (void) context;
    if (!instant_is_legal(instant))
        return CSTM_ERROR_RANGE;
    *(int64_t *) value = instant;
    return CSTM_OK;
}

static cstm_status
read_instant_from_civil(struct cell_context *context, const struct table_column *column,
                        int64_t row, void *value)
{
    return put_instant(
        context, zone_instant_near(context->schema->zone, column->as.int64s[row], &context->civil),
        value);
}

static cstm_status
read_instant_from_day(struct cell_context *context, const struct table_column *column, int64_t row,
                      void *value)
{
    const struct zone *zone = context->schema->zone;
    int64_t midnight = (int64_t) column->as.days[row] * CIVIL_MICROS_PER_DAY;
    int64_t instant = zone_instant_near(zone, midnight, &context->civil);
    /* Before a change midnight may lie in a gap, where the day begins with the change itself. */
    if (midnight >= context->civil.until - CIVIL_MICROS_PER_DAY)
        instant = zone_day_start(zone, column->as.days[row]);
    return put_instant(context, instant, value);
}

static cstm_status
read_instant_from_text(struct cell_context *context, const struct table_column *column, int64_t row,
                       void *value)
{
    size_t size;
    int64_t instant;
    const char *text = column_text(column, row, &size);
    if (!civil_parse_instant(text, size, context->schema->zone, false, &instant))
        return CSTM_ERROR_SYNTAX;
    return put_instant(context, instant, value);
}

static cstm_status
read_money_from_decimal(struct cell_context *context, const struct table_column *column,
                        int64_t row, void *value)
{
    return money_from_decimal(column->as.decimals[row], column->exponent, context->schema->exponent,
                              value)
               ? CSTM_OK
               : CSTM_ERROR_RANGE;
}

static cstm_status
read_money_from_text(struct cell_context *context, const struct table_column *column, int64_t row,
                     void *value)
{
    size_t size;
    const char *text = column_text(column, row, &size);
    return money_parse(text, size, context->schema->exponent, value, NULL);
}

enum { ANY_TIME, CIVIL, INSTANT };

static const struct way {
    cstm_type type, from;
    int32_t time;
    cell_reader read;
} ways[] = {
    {CSTM_TYPE_BOOL, CSTM_TYPE_BOOL, ANY_TIME, read_bool},
    {CSTM_TYPE_INT, CSTM_TYPE_INT, ANY_TIME, NULL},
    {CSTM_TYPE_DOUBLE, CSTM_TYPE_DOUBLE, ANY_TIME, NULL},
    {CSTM_TYPE_DOUBLE, CSTM_TYPE_INT, ANY_TIME, read_double_from_int},
    {CSTM_TYPE_STRING, CSTM_TYPE_STRING, ANY_TIME, read_text},
    {CSTM_TYPE_STRING, CSTM_TYPE_INT, ANY_TIME, read_text_from_int},
    {CSTM_TYPE_DATE, CSTM_TYPE_DATE, ANY_TIME, read_day},
    {CSTM_TYPE_DATE, CSTM_TYPE_STRING, ANY_TIME, read_day_from_text},
    {CSTM_TYPE_DATE, CSTM_TYPE_TIMESTAMP, CIVIL, read_day_from_civil},
    {CSTM_TYPE_DATE, CSTM_TYPE_TIMESTAMP, INSTANT, read_day_from_instant},
    {CSTM_TYPE_TIMESTAMP, CSTM_TYPE_TIMESTAMP, INSTANT, NULL},
    {CSTM_TYPE_TIMESTAMP, CSTM_TYPE_TIMESTAMP, CIVIL, read_instant_from_civil},
    {CSTM_TYPE_TIMESTAMP, CSTM_TYPE_DATE, ANY_TIME, read_instant_from_day},
    {CSTM_TYPE_TIMESTAMP, CSTM_TYPE_STRING, ANY_TIME, read_instant_from_text},
    {CSTM_TYPE_MONEY, CSTM_TYPE_MONEY, ANY_TIME, NULL},
    {CSTM_TYPE_MONEY, CSTM_TYPE_DECIMAL, ANY_TIME, read_money_from_decimal},
    {CSTM_TYPE_MONEY, CSTM_TYPE_STRING, ANY_TIME, read_money_from_text},
};

cstm_status
cell_way(const struct schema *schema, cstm_type type, const struct table_column *column,
         cell_reader *read, const char **why)
{
    *why = "is of a type that does not convert exactly";
    if (type == CSTM_TYPE_MONEY &&
        (column->type == CSTM_TYPE_INT || column->type == CSTM_TYPE_DOUBLE))
        *why = "holds numbers where money is wanted: say what they are with "
               "cstm_table_declare_money()";
    if (type == CSTM_TYPE_MONEY && column->type == CSTM_TYPE_MONEY &&
        strcmp(column->currency, schema->currency) != 0) {
        *why = "is money of another currency than the strategy's";
        return CSTM_ERROR_TYPE;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ways[i].type != type || ways[i].from != column->type ||
            (ways[i].time == CIVIL && !column->civil) || (ways[i].time == INSTANT && column->civil))
            continue;
        *read = ways[i].read;
        return CSTM_OK;
    }
    return CSTM_ERROR_TYPE;
}
