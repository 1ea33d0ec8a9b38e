/* Columns of one type read as another, exactly or not at all: money from what people keep amounts
 * in, instants from civil times, dates and text. A batch uses this where a strategy declares
 * another type than its table has. */
#ifndef TABLE_CONVERT_H
#define TABLE_CONVERT_H

#include "base/civil.h"
#include "base/money.h"
#include "table/table.h"

/* A new MONEY column of the same name. how is CSTM_MONEY_MINOR, _MAJOR or _DOUBLE. A MONEY column
 * of the same currency is shared, one of another is CSTM_ERROR_MISMATCH. Errors carry column and
 * row. */
cstm_status convert_to_money(const struct table_column *column, const struct currency *currency,
                             int32_t how, struct table_column *money, cstm_error **error);

/* A new TIMESTAMP column that is not civil: instants are shared, civil times and dates read in the
 * zone (a date is its first instant, or its last if end_of_day), STRING parsed as RFC 3339 with the
 * zone for what has no offset. */
cstm_status convert_to_instants(const struct table_column *column, const struct zone *zone,
                                bool end_of_day, struct table_column *instants, cstm_error **error);

/* A new DATE column: DATE is shared, STRING parsed, civil times and instants give their day in the
 * zone. */
cstm_status convert_to_days(const struct table_column *column, const struct zone *zone,
                            struct table_column *days, cstm_error **error);

#endif
