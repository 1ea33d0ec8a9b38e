/* Reading the table of a run over many dates: keys to customers, cells to instants, and the rows
 * that every pair will have. A date without a time is the end of its day, as everywhere where
 * something is asked as of a date. */
#include "profile/dates.h"

#include "profile/key_index.h"

#include <stdlib.h>
#include <string.h>

void
dates_clear(struct dates *dates, const struct schema *schema)
{
    for (int32_t e = 0; dates->first != NULL && e < schema->n_entities; e++)
        memory_free(dates->first[e]);
    memory_free(dates->first);
    memory_free(dates->as_of);
    memory_free(dates->day);
    memory_free(dates->customer);
    memory_free(dates->start);
    memory_free(dates->list);
    memory_free(dates->rejections.items);
    memset(dates, 0, sizeof *dates);
}

/* --- what a row asks for --- */

/* The rows of the table as they are. */
struct asked {
    const struct schema *schema;
    int64_t n;
    const struct table_column *key; /* NULL: all customers */
    int32_t *customer;              /* per row, -1: nobody's; NULL likewise */
    int64_t *as_of;
    uint8_t *status; /* of as_of */
};

static cstm_status
refuse(cstm_status status, const char *column, const char *what, cstm_error **error)
{
    error_set(error, status, "table of %s: column '%s' %s", DATES_NAME, column, what);
    error_at_field(error, column);
    return status;
}

static cstm_status
instant_of(const struct asked *asked, cell_reader read, struct cell_context *context,
           const struct table_column *column, int64_t row, int64_t *instant)
{
    const struct zone *zone = asked->schema->zone;
    if (!column_is_valid(column, row))
        return CSTM_ERROR_MISSING;
    if (column->type == CSTM_TYPE_DATE) {
        int32_t day = column->as.days[row];
        if (day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX)
            return CSTM_ERROR_RANGE;
        *instant = zone_day_end(zone, day);
    } else if (column->type == CSTM_TYPE_STRING) {
        size_t size;
        const char *text = column_text(column, row, &size);
        if (!civil_parse_instant(text, size, zone, true, instant))
            return CSTM_ERROR_SYNTAX;
    } else if (read != NULL) {
        cstm_status status = read(context, column, row, instant);
        if (status != CSTM_OK)
            return status;
    } else {
        *instant = column->as.int64s[row];
    }
    return instant_is_legal_in(zone, *instant) ? CSTM_OK : CSTM_ERROR_RANGE;
}

static cstm_status
read_instants(struct asked *asked, const cstm_table *table, cstm_error **error)
{
    const struct table_column *column = table_find(table, DATES_AS_OF);
    cell_reader read;
    const char *why;
    if (column == NULL)
        return refuse(CSTM_ERROR_MISSING, DATES_AS_OF, "is needed and is not there", error);
    cstm_status status = cell_way(asked->schema, CSTM_TYPE_TIMESTAMP, column, &read, &why);
    if (status != CSTM_OK)
        return refuse(status, DATES_AS_OF, why, error);
    asked->as_of = memory_new_array((size_t) asked->n, sizeof *asked->as_of);
    asked->status = memory_new_array((size_t) asked->n, 1);
    if (asked->as_of == NULL || asked->status == NULL)
        return error_no_memory(error);
    struct cell_context context = {.schema = asked->schema};
    for (int64_t row = 0; row < asked->n; row++)
        asked->status[row] =
            (uint8_t) instant_of(asked, read, &context, column, row, &asked->as_of[row]);
    return CSTM_OK;
}

static cstm_status
map_keys(struct asked *asked, const struct members *members, cstm_error **error)
{
    asked->customer = memory_new_array((size_t) asked->n, sizeof *asked->customer);
    if (asked->customer == NULL)
        return error_no_memory(error);
    struct key_index index;
    cstm_status status = key_index_make(&index, &members->source->key, members, false, error);
    if (status == CSTM_OK)
        key_index_map(&index, asked->key, 0, asked->n, asked->customer);
    key_index_clear(&index);
    return status;
}

static cstm_status
read_keys(struct asked *asked, const struct members *members, const cstm_table *table,
          cstm_error **error)
{
    const char *name = asked->schema->entities[0].name;
    for (int32_t i = 0; i < table->n_columns; i++) {
        const char *column = table->columns[i].name;
        if (strcmp(column, DATES_AS_OF) != 0 && strcmp(column, name) != 0)
            return refuse(CSTM_ERROR_UNKNOWN, column, "is neither a key of customers nor as_of",
                          error);
    }
    asked->key = table_find(table, name);
    if (asked->key == NULL)
        return CSTM_OK;
    if (asked->key->type != CSTM_TYPE_STRING && asked->key->type != CSTM_TYPE_INT)
        return refuse(CSTM_ERROR_TYPE, name, "holds keys and is neither string nor int", error);
    return map_keys(asked, members, error);
}

/* Lists a row that cannot be used; false without memory for it. */
static bool
is_usable(const struct asked *asked, struct dates *dates, int64_t row, bool *usable)
{
    bool kept = true;
    *usable = asked->status[row] == CSTM_OK;
    if (!*usable)
        kept = rejections_add(&dates->rejections, SOURCE_DATES, row, FIELD_TIME,
                              (cstm_status) asked->status[row]);
    if (asked->customer != NULL && asked->customer[row] < 0) {
        cstm_status status =
            column_is_valid(asked->key, row) ? CSTM_ERROR_UNKNOWN : CSTM_ERROR_MISSING;
        kept = kept && rejections_add(&dates->rejections, SOURCE_DATES, row, FIELD_KEY, status);
        *usable = false;
    }
    return kept;
}

/* --- pairs --- */

static cstm_status
reserve_pairs(struct dates *dates, int64_t n, cstm_error **error)
{
    if (n > INT32_MAX - 1)
        return error_set(error, CSTM_ERROR_LIMIT,
                         "more than 2,147,483,646 customers and dates together");
    size_t size = (size_t) n;
    dates->as_of = memory_new_array(size, sizeof *dates->as_of);
    dates->day = memory_new_array(size, sizeof *dates->day);
    dates->customer = memory_new_array(size, sizeof *dates->customer);
    dates->list = memory_new_array(size, sizeof *dates->list);
    return dates->as_of == NULL || dates->day == NULL || dates->customer == NULL ||
                   dates->list == NULL
               ? error_no_memory(error)
               : CSTM_OK;
}

static void
add_pair(struct dates *dates, int32_t customer, int64_t as_of, int32_t day)
{
    dates->customer[dates->n] = customer;
    dates->as_of[dates->n] = as_of;
    dates->day[dates->n++] = day;
    if (as_of > dates->latest)
        dates->latest = as_of;
}

static cstm_status
make_pairs(const struct asked *asked, int32_t customers, struct dates *dates, cstm_error **error)
{
    int64_t rows = asked->n;
    cstm_status status =
        reserve_pairs(dates, asked->customer != NULL ? rows : rows * customers, error);
    if (status != CSTM_OK)
        return status;
    int64_t usable_rows = 0;
    for (int64_t row = 0; row < rows; row++) {
        bool usable;
        if (!is_usable(asked, dates, row, &usable))
            return error_no_memory(error);
        if (!usable || customers == 0)
            continue;
        int32_t day = zone_day(asked->schema->zone, asked->as_of[row], NULL);
        if (asked->customer != NULL) {
            add_pair(dates, asked->customer[row], asked->as_of[row], day);
            continue;
        }
        /* Those of the first customer, for now. */
        add_pair(dates, 0, asked->as_of[row], day);
        usable_rows++;
    }
    if (asked->customer != NULL)
        return CSTM_OK;
    for (int32_t c = 1; c < customers; c++)
        for (int64_t i = 0; i < usable_rows; i++)
            add_pair(dates, c, dates->as_of[i], dates->day[i]);
    return CSTM_OK;
}

static void
sort_pairs(const struct dates *dates, int32_t *list, int32_t n)
{
    /* Few, and mostly in order. */
    for (int32_t i = 1; i < n; i++) {
        int32_t pair = list[i], at = i;
        for (; at > 0 && dates->as_of[list[at - 1]] > dates->as_of[pair]; at--)
            list[at] = list[at - 1];
        list[at] = pair;
    }
}

/* Many dates of one customer. */
static int
compare_entries(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

static bool
sort_many(const struct dates *dates, int32_t *list, int32_t n)
{
    int64_t *entries = memory_new_array((size_t) n, 2 * sizeof *entries);
    if (entries == NULL)
        return false;
    for (int32_t i = 0; i < n; i++) {
        entries[2 * i] = dates->as_of[list[i]];
        entries[2 * i + 1] = list[i];
    }
    qsort(entries, (size_t) n, 2 * sizeof *entries, compare_entries);
    for (int32_t i = 0; i < n; i++)
        list[i] = (int32_t) entries[2 * i + 1];
    memory_free(entries);
    return true;
}

/* By customer, and then by time. */
static cstm_status
list_pairs(struct dates *dates, int32_t customers, cstm_error **error)
{
    int32_t *start = memory_new_array((size_t) customers + 2, sizeof *start);
    dates->start = start;
    if (start == NULL)
        return error_no_memory(error);
    for (int32_t p = 0; p < dates->n; p++)
        start[dates->customer[p] + 2]++;
    for (int32_t c = 0; c < customers; c++)
        start[c + 2] += start[c + 1];
    for (int32_t p = 0; p < dates->n; p++)
        dates->list[start[dates->customer[p] + 1]++] = p;
    for (int32_t c = 0; c < customers; c++) {
        int32_t n = start[c + 1] - start[c];
        if (n > 64 && !sort_many(dates, dates->list + start[c], n))
            return error_no_memory(error);
        if (n <= 64)
            sort_pairs(dates, dates->list + start[c], n);
    }
    return CSTM_OK;
}

/* Which rows a pair has of the entities below. */
static cstm_status
place_pairs(struct dates *dates, const struct schema *schema, const struct portfolio *portfolio,
            cstm_error **error)
{
    dates->first = memory_new_array((size_t) schema->n_entities, sizeof *dates->first);
    if (dates->first == NULL)
        return error_no_memory(error);
    for (int32_t e = 1; e < schema->n_entities; e++) {
        const struct members *members = &portfolio->members[e];
        int32_t *first = memory_new_array((size_t) dates->n + 1, sizeof *first);
        dates->first[e] = first;
        if (first == NULL)
            return error_no_memory(error);
        int64_t rows = 0;
        for (int32_t p = 0; p < dates->n; p++) {
            first[p] = (int32_t) rows;
            rows += members_before(members, dates->customer[p] + 1) -
                    members_before(members, dates->customer[p]);
            if (rows > INT32_MAX - 1)
                return error_set(error, CSTM_ERROR_LIMIT,
                                 "more than 2,147,483,646 of entity %s and dates together",
                                 schema->entities[e].name);
        }
        first[dates->n] = (int32_t) rows;
    }
    return CSTM_OK;
}

cstm_status
dates_read(const struct cstm_batch *batch, const struct portfolio *portfolio,
           const cstm_table *table, struct dates *dates, cstm_error **error)
{
    const struct schema *schema = &batch->strategy->schema;
    struct asked asked = {.schema = schema, .n = table->rows};
    int32_t customers = portfolio->members[0].n;
    *dates = (struct dates){.latest = INT64_MIN};
    if (table->rows > INT32_MAX - 1)
        return error_set(error, CSTM_ERROR_LIMIT, "table of %s: more than 2,147,483,646 rows",
                         DATES_NAME);
    cstm_status status = read_keys(&asked, &portfolio->members[0], table, error);
    if (status == CSTM_OK)
        status = read_instants(&asked, table, error);
    if (status == CSTM_OK)
        status = make_pairs(&asked, customers, dates, error);
    if (status == CSTM_OK)
        status = list_pairs(dates, customers, error);
    if (status == CSTM_OK)
        status = place_pairs(dates, schema, portfolio, error);
    memory_free(asked.customer);
    memory_free(asked.as_of);
    memory_free(asked.status);
    return status;
}
