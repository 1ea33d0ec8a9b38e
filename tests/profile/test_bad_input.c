/* What banks' data do that they should not, row by row of the table "Bad input" of the README: each
 * has its rule, and one event at a time and a batch keep to it alike. A case is a few events in the
 * words of a file; what each comes to and what is said in the end is told by both. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

/* A row says what it has. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static const char document[] =
    "format: 1\n"
    "strategy: bad_input\n"
    "version: \"1\"\n"
    "timezone: ZONE\n"
    "currency: EUR\n"
    "late: 3 days\n"
    "purposes: [service]\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "attributes:\n"
    "  born: {type: date}\n"
    "events:\n"
    "  pay: {on: account, OBSERVED fields: {amount: money, points: int, rate: double, note: string, "
    "channel: {type: string, values: [shop, online]}, part: {type: int, range: [1, 3]}, lat: double, "
    "km: {type: double, rule: \"distance_km(lat, 121.5, 31.2, 121.5)\"}}}\n"
    "features:\n"
    "  pays_of_account: {for: account, count: pay}\n"
    "  pays: {count: pay}\n"
    "  days: {distinct_days: pay}\n"
    "  pays_3d: {count: pay, over: 3 days}\n"
    "  pays_1m: {count: pay, over: 1 month}\n"
    "  pays_12m: {count: pay, over: 12 months}\n"
    "  pays_month_before: {count: pay, over: 1 month, before: 1 month}\n"
    "  idle: {recency: pay}\n"
    "  gap: {longest_gap: pay}\n"
    "  streak: {streak: pay, unit: days}\n"
    "  at_three: {count: pay, where: time.getHours() == 3}\n"
    "  at_night: {count: pay, where: time.getHours() < 6}\n"
    "  online: {count: pay, where: channel == 'online'}\n"
    "  first_part: {count: pay, by: part}\n"
    "  near: {count: pay, where: km < 50.0}\n"
    "  placed: {count: pay, where: has(km)}\n"
    "  north: {count: pay, where: \"distance_km(lat * 10.0, 0.0, 90.0, 0.0) < 3000.0\"}\n"
    "  notes: {distinct: pay.note}\n"
    "  paid: {sum: pay.amount}\n"
    "  paid_3d: {sum: pay.amount, over: 3 days}\n"
    "  paid_mean: {mean: pay.amount}\n"
    "  paid_most: {max: pay.amount}\n"
    "  paid_deviation: {deviation: pay.amount}\n"
    "  paid_trend: {trend: pay.amount, over: 2 days, parts: 2}\n"
    "  paid_ratio: {ratio: pay.amount, over: 30 days}\n"
    "  points: {sum: pay.points}\n"
    "  points_mean: {mean: pay.points}\n"
    "  points_least: {min: pay.points}\n"
    "  rates: {sum: pay.rate}\n"
    "  rate_mean: {mean: pay.rate}\n"
    "  rate_most: {max: pay.rate}\n"
    "  rate_variance: {variance: pay.rate}\n"
    "  age: {rule: \"age_on(born, today)\"}\n"
    "  accounts: {count: account}\n"
    "lifecycles:\n"
    "  use:\n"
    "    for: account\n"
    "    purpose: service\n"
    "    initial: new\n"
    "    transitions:\n"
    "      - {from: new, to: used, when: pays_of_account >= 2}\n";

/* What is asked of windows is asked of events that were always observed, what is asked of all history of events of which
 * nothing is said: see the README on coverage. */
static bool
is_of_window(const char *feature)
{
    static const char *const marks[] = {"_3d", "_1m", "_12m", "_before", "_trend", "_ratio"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strstr(feature, marks[i]) != NULL)
            return true;
    return false;
}

static void
put(char *text, const char *word, const char *with)
{
    char *at = strstr(text, word);
    ck_assert_ptr_nonnull(at);
    memmove(at + strlen(with), at + strlen(word), strlen(at + strlen(word)) + 1);
    memcpy(at, with, strlen(with));
}

static cstm_strategy *
bank_in(const char *zone, bool observed)
{
    char text[8192];
    memcpy(text, document, sizeof document);
    put(text, "ZONE", zone);
    put(text, "OBSERVED", observed ? "observed_from: 0001-01-02," : "");
    return bank_compile(text);
}

#define ROWS 8

struct row {
    const char *time, *id, *amount, *points, *rate, *note, *channel, *part, *lat;
    cstm_status status; /* CSTM_OK, or what refuses the row */
};

struct expected {
    const char *feature, *value;
    cstm_status status; /* of a value "-": what it comes to */
};

struct story {
    const char *zone;
    const char *opened; /* the account's opening, nullable */
    const char *born;   /* nullable */
    const char *as_of;
    struct row rows[ROWS];
    struct expected expected[11];
    struct counted {
        const char *column;
        int64_t n;
    } counted[4]; /* in the report of the run, of the events */
};

static int32_t
rows_of(const struct story *story)
{
    int32_t n = 0;
    while (n < ROWS && story->rows[n].time != NULL)
        n++;
    return n;
}

/* --- one by one --- */

static size_t
put_text(uint8_t *to, size_t at, int32_t field, const char *text)
{
    if (text == NULL)
        return at;
    uint32_t size = (uint32_t) strlen(text);
    uint8_t head[7] = {(uint8_t) field, 0, CSTM_ROW_TEXT, (uint8_t) size, (uint8_t) (size >> 8), 0,
                       0};
    memcpy(to + at, head, 7);
    memcpy(to + at + 7, text, size);
    return at + 7 + size;
}

static const char *const INTS[] = {"points", "part"}, *const DOUBLES[] = {"rate", "lat"};

static cstm_status
record_row(cstm_strategy *bank, cstm_profile *customer, cstm_entity account, const struct row *row)
{
    cstm_event *event;
    uint8_t cells[4096];
    int64_t time;
    must(cstm_event_new(bank, 0, &event, NULL), NULL);
    must(cstm_event_set_entity(event, account, NULL), NULL);
    const char *const texts[] = {row->amount, row->note, row->channel};
    static const char *const names[] = {"amount", "note", "channel"};
    size_t size = 0;
    for (int f = 0; f < 3; f++)
        size = put_text(cells, size, cstm_strategy_find_field(bank, 0, names[f]), texts[f]);
    cstm_status status = cstm_strategy_parse_time(bank, row->time, strlen(row->time), 0, &time, NULL);
    if (status == CSTM_OK)
        status = cstm_event_set_time(event, time, NULL);
    if (status == CSTM_OK && row->id != NULL)
        status = cstm_event_set_id(event, row->id, strlen(row->id), NULL);
    if (status == CSTM_OK)
        status = cstm_event_set_row(event, cells, size, NULL);
    const char *const ints[] = {row->points, row->part}, *const doubles[] = {row->rate, row->lat};
    for (int n = 0; n < 2 && status == CSTM_OK; n++) {
        if (ints[n] != NULL)
            status = cstm_event_set_int64(event, cstm_strategy_find_field(bank, 0, INTS[n]),
                                          strtoll(ints[n], NULL, 10), NULL);
        if (status == CSTM_OK && doubles[n] != NULL)
            status = cstm_event_set_double(event, cstm_strategy_find_field(bank, 0, DOUBLES[n]),
                                           strtod(doubles[n], NULL), NULL);
    }
    if (status == CSTM_OK)
        status = cstm_profile_record(customer, event, NULL);
    cstm_event_free(event);
    return status;
}

static cstm_profile *
customer_of(cstm_strategy *bank, const struct story *story, cstm_entity *account)
{
    cstm_profile *customer = customer_new(bank, "a");
    *account = customer_entity(customer, bank, "account", 0, "x");
    if (story->opened != NULL)
        must(cstm_profile_set_date(customer, *account,
                                   bank_find(bank, CSTM_PART_ATTRIBUTE, "account.opened_on"),
                                   bank_day(story->opened), CSTM_ALWAYS, NULL, 0, NULL),
             NULL);
    if (story->born != NULL)
        must(cstm_profile_set_date(customer, 0, bank_find(bank, CSTM_PART_ATTRIBUTE, "born"),
                                   bank_day(story->born), CSTM_ALWAYS, NULL, 0, NULL),
             NULL);
    return customer;
}

static const char *
feature_text(const cstm_strategy *bank, const cstm_outcome *outcome, const char *name)
{
    static char text[64];
    int32_t feature = bank_find(bank, CSTM_PART_FEATURE, name);
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, feature, 0) != CSTM_STATE_VALUE)
        return "-";
    if (cstm_strategy_part_type(bank, CSTM_PART_FEATURE, feature) == CSTM_TYPE_DOUBLE)
        snprintf(text, sizeof text, "%.17g",
                 cstm_outcome_double(outcome, CSTM_PART_FEATURE, feature, 0));
    else
        snprintf(text, sizeof text, "%lld",
                 (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, feature, 0));
    return text;
}

static int64_t
end_of(cstm_strategy *bank, const char *as_of)
{
    int64_t time;
    must(cstm_strategy_parse_time(bank, as_of, strlen(as_of), 1, &time, NULL), NULL);
    return time;
}

static void
tell_one_by_one(cstm_strategy *bank, const struct story *story, int which, bool sealed)
{
    cstm_entity account;
    cstm_profile *customer = customer_of(bank, story, &account);
    cstm_outcome *outcome;
    cstm_error *error = NULL;
    for (int32_t i = 0; i < rows_of(story); i++)
        ck_assert_msg(record_row(bank, customer, account, &story->rows[i]) == story->rows[i].status,
                      "story %d, row %d", which, i);
    int64_t as_of = end_of(bank, story->as_of);
    if (sealed)
        must(cstm_profile_advance(customer, as_of, &error), error);
    must(cstm_outcome_new(bank, &outcome, NULL), NULL);
    must(cstm_profile_evaluate(customer, as_of, outcome, &error), error);
    for (const struct expected *e = story->expected; e->feature != NULL; e++) {
        ck_assert_msg(strcmp(feature_text(bank, outcome, e->feature), e->value) == 0,
                      "story %d: %s is %s, not %s", which, e->feature,
                      feature_text(bank, outcome, e->feature), e->value);
        if (*e->value == '-' && e->value[1] == '\0')
            ck_assert_msg(feature_status(outcome, bank, e->feature, 0) == e->status,
                          "story %d: %s comes to %s", which, e->feature,
                          cstm_status_name(feature_status(outcome, bank, e->feature, 0)));
    }
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
}

/* --- in a batch --- */

#define COLUMN(table, story, n, name, member)                                                      \
    do {                                                                                           \
        const char *texts[ROWS] = {NULL};                                                                  \
        for (int32_t i = 0; i < (n); i++)                                                          \
            texts[i] = (story)->rows[i].member;                                                    \
        add_texts((table), (name), (n), texts);                                                    \
    } while (0)

static void
add_numbers(cstm_table *table, const struct story *story, int32_t n)
{
    for (int c = 0; c < 2; c++) {
        int64_t ints[ROWS] = {0};
        double doubles[ROWS] = {0};
        uint8_t has_int[ROWS] = {0}, has_double[ROWS] = {0};
        for (int32_t i = 0; i < n; i++) {
            const char *number = c == 0 ? story->rows[i].points : story->rows[i].part;
            const char *real = c == 0 ? story->rows[i].rate : story->rows[i].lat;
            has_int[i] = number != NULL;
            has_double[i] = real != NULL;
            ints[i] = number != NULL ? strtoll(number, NULL, 10) : 0;
            doubles[i] = real != NULL ? strtod(real, NULL) : 0;
        }
        must(cstm_table_add_int64(table, INTS[c], ints, has_int, n, NULL), NULL);
        must(cstm_table_add_double(table, DOUBLES[c], doubles, has_double, n, NULL), NULL);
    }
}

static cstm_batch *
batch_of(cstm_strategy *bank, const struct story *story)
{
    cstm_batch *batch;
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *accounts = table_new(), *pays = table_new();
    int32_t n = rows_of(story);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    add_texts(customers, "born", 1, &story->born);
    add_texts(accounts, "account", 1, (const char *[]){"x"});
    add_texts(accounts, "customer", 1, (const char *[]){"a"});
    add_texts(accounts, "opened_on", 1, &story->opened);
    const char *keys[ROWS] = {NULL};
    for (int32_t i = 0; i < n; i++)
        keys[i] = "x";
    add_texts(pays, "account", n, keys);
    COLUMN(pays, story, n, "time", time);
    COLUMN(pays, story, n, "id", id);
    COLUMN(pays, story, n, "amount", amount);
    add_numbers(pays, story, n);
    COLUMN(pays, story, n, "note", note);
    COLUMN(pays, story, n, "channel", channel);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, 1, accounts, &error), error);
    must(cstm_batch_add_events(batch, 0, pays, &error), error);
    cstm_table_free(customers);
    cstm_table_free(accounts);
    cstm_table_free(pays);
    return batch;
}

/* Exactly the rows that are refused one by one are listed, each with the same status. */
static void
check_rejected(const cstm_table *rejected, const struct story *story, int which)
{
    int64_t at = 0;
    for (int32_t i = 0; i < rows_of(story); i++) {
        if (story->rows[i].status == CSTM_OK)
            continue;
        ck_assert_msg(at < cstm_table_rows(rejected), "story %d: row %d is not rejected", which, i);
        ck_assert_int_eq(cstm_table_int64(rejected, at, column_of(rejected, "row")), i);
        ck_assert_msg(cstm_table_int64(rejected, at, column_of(rejected, "status")) ==
                          story->rows[i].status,
                      "story %d: row %d is rejected with %s", which, i, cell(rejected, at, "status"));
        at++;
    }
    ck_assert_msg(at == cstm_table_rows(rejected), "story %d: %lld rows are rejected", which,
                  (long long) cstm_table_rows(rejected));
}

static void
check_errors(const cstm_table *errors, const struct expected *expected, int which)
{
    for (const struct expected *e = expected; e->feature != NULL; e++) {
        if (strcmp(e->value, "-") != 0 || e->status == CSTM_ERROR_MISSING)
            continue;
        bool found = false;
        for (int64_t r = 0; r < cstm_table_rows(errors); r++)
            found |= strcmp(cell(errors, r, "name"), e->feature) == 0 &&
                     cstm_table_int64(errors, r, column_of(errors, "status")) == e->status;
        ck_assert_msg(found, "story %d: the error of %s is not counted", which, e->feature);
    }
}

static int64_t
reported(const cstm_table *report, int64_t row, const char *column)
{
    return cstm_table_int64(report, row, column_of(report, column));
}

/* Every row is counted once, and what the story says of them is. */
static void
check_report(const cstm_table *report, const struct story *story, int which)
{
    int64_t row = 0, refused = 0;
    while (strcmp(cell(report, row, "name"), "pay") != 0)
        row++;
    for (int32_t i = 0; i < rows_of(story); i++)
        refused += story->rows[i].status != CSTM_OK;
    ck_assert_int_eq(reported(report, row, "rows"), rows_of(story));
    ck_assert_int_eq(reported(report, row, "rejected"), refused);
    ck_assert_msg(reported(report, row, "taken") + reported(report, row, "later") +
                          reported(report, row, "redelivered") + refused == rows_of(story),
                  "story %d: not every row is counted", which);
    for (const struct counted *c = story->counted; c->column != NULL; c++)
        ck_assert_msg(reported(report, row, c->column) == c->n, "story %d: %lld are %s, not %lld",
                      which, (long long) reported(report, row, c->column), c->column,
                      (long long) c->n);
}

static void
tell_in_a_batch(cstm_strategy *bank, const struct story *story, int which, int32_t parts)
{
    cstm_batch *batch = batch_of(bank, story);
    cstm_result *result;
    cstm_error *error = NULL;
    must(cstm_batch_set_parts(batch, parts, &error), error);
    must(cstm_batch_run(batch, end_of(bank, story->as_of), &result, &error), error);
    const cstm_table *table = cstm_result_table(result, 0);
    for (const struct expected *e = story->expected; e->feature != NULL; e++)
        ck_assert_msg(strcmp(cell(table, 0, e->feature), e->value) == 0,
                      "story %d in a batch: %s is %s, not %s", which, e->feature,
                      cell(table, 0, e->feature), e->value);
    check_rejected(cstm_result_rejected(result), story, which);
    check_errors(cstm_result_errors(result), story->expected, which);
    check_report(cstm_result_report(result), story, which);
    cstm_result_free(result);
    cstm_batch_free(batch);
}

static void
tell(const struct story *whole, int which)
{
    for (int observed = 0; observed < 2; observed++) {
        struct story story = *whole;
        int n = 0;
        for (const struct expected *e = whole->expected; e->feature != NULL; e++)
            if (is_of_window(e->feature) == (observed != 0))
                story.expected[n++] = *e;
        story.expected[n].feature = NULL;
        cstm_strategy *bank = bank_in(story.zone, observed != 0);
        tell_one_by_one(bank, &story, which, false);
        tell_one_by_one(bank, &story, which, true);
        tell_in_a_batch(bank, &story, which, CSTM_RUN_ALL);
        tell_in_a_batch(bank, &story, which, CSTM_RUN_FEATURES);
        cstm_strategy_unref(bank);
    }
}

#define TELL_ALL(stories)                                                                          \
    for (size_t i = 0; i < sizeof(stories) / sizeof *(stories); i++)                               \
    tell(&(stories)[i], (int) i)

#define OVERFLOWN CSTM_ERROR_RANGE

/* --- when --- */

START_TEST(an_event_before_the_opening_counts_and_the_account_begins_with_it)
{
    static const struct story stories[] = {
        {"Asia/Taipei", "2024-03-10", NULL, "2024-03-12",
         {{"2024-03-01T10:00", .amount = "1.00"}, {"2024-03-11T10:00", .amount = "2.00"}},
         {{"pays", "2"}, {"paid", "300"}, {"accounts", "1"}},
         {{"before_opening", 1}, {"taken", 2}}},
        /* and is there before its opening, from its first event on */
        {"Asia/Taipei", "2024-03-10", NULL, "2024-03-05",
         {{"2024-03-01T10:00"}, {"2024-03-11T10:00"}},
         {{"pays", "1"}, {"accounts", "1"}}},
        {"Asia/Taipei", "2024-03-10", NULL, "2024-02-28",
         {{"2024-03-01T10:00"}, {"2024-03-11T10:00"}},
         {{"pays", "0"}, {"accounts", "0"}}},
    };
    TELL_ALL(stories);
}
END_TEST

START_TEST(an_event_after_as_of_waits_for_its_day)
{
    static const struct story stories[] = {
        {"Asia/Taipei", NULL, NULL, "2024-03-12",
         {{"2024-03-12T23:59:59.999999"}, {"2024-03-13T00:00"}, {"9999-12-31T12:00"}},
         {{"pays", "1"}, {"days", "1"}, {"idle", "0"}},
         {{"later", 2}, {"taken", 1}}},
        {"Asia/Taipei", NULL, NULL, "2024-03-13",
         {{"2024-03-12T23:59:59.999999"}, {"2024-03-13T00:00"}, {"9999-12-31T12:00"}},
         {{"pays", "2"}, {"days", "2"}, {"streak", "2"}}},
        {"Asia/Taipei", NULL, NULL, "9999-12-31",
         {{"2024-03-12T23:59:59.999999"}, {"9999-12-31T12:00"}},
         {{"pays", "2"}, {"idle", "0"}, {"pays_1m", "1"}, {"gap", "2913102"}}},
    };
    TELL_ALL(stories);
}
END_TEST

START_TEST(years_from_1_to_9999_are_days_like_any_other_and_no_year_is_beside_them)
{
    static const struct story stories[] = {
        {"UTC", NULL, "1900-02-28", "1900-03-01",
         {{"1900-02-28T12:00"}, {"1900-03-01T12:00"}, {"1900-02-29T12:00", .status = CSTM_ERROR_SYNTAX}},
         {{"pays", "2"}, {"streak", "2"}, {"pays_3d", "2"}, {"age", "0"}}}, /* 1900 is no leap year */
        /* Shanghai's clocks stood 8:05:43 before Greenwich until 1901, as tzdata has it */
        {"Asia/Shanghai", NULL, NULL, "1900-01-01",
         {{"1899-12-31T15:54:16Z"}, {"1899-12-31T15:54:17Z"}, {"1900-01-01"}},
         {{"pays", "3"}, {"days", "2"}, {"pays_3d", "3"}}},
        {"UTC", NULL, NULL, "9999-12-31",
         {{"9999-12-31T23:59:59.999999"}, {"9999-12-01"}, {"9999-11-30"}},
         {{"pays", "3"}, {"pays_3d", "1"}, {"pays_1m", "2"}, {"pays_month_before", "1"}}},
        {"UTC", NULL, NULL, "0001-01-04",
         {{"0001-01-02"}, {"0001-01-03"}, {"0001-01-04"}},
         {{"pays", "3"}, {"pays_3d", "3"}, {"streak", "3"}}},
        {"UTC", NULL, NULL, "2024-01-01",
         {{"10000-01-01", .status = CSTM_ERROR_SYNTAX},
          {"0000-12-31", .status = CSTM_ERROR_SYNTAX},
          {"9999-12-31T23:59:59-01:00", .status = CSTM_ERROR_RANGE},
          {"0001-01-01T00:00+01:00", .status = CSTM_ERROR_RANGE},
          {"2023-02-29", .status = CSTM_ERROR_SYNTAX},
          {"2023-12-31T24:00", .status = CSTM_ERROR_SYNTAX}},
         {{"pays", "0"}}},
    };
    TELL_ALL(stories);
}
END_TEST

START_TEST(months_end_with_the_month_and_leap_days_are_days)
{
    static const struct story stories[] = {
        /* the day after 29 February through 31 March */
        {"UTC", NULL, NULL, "2024-03-31",
         {{"2024-02-29"}, {"2024-03-01"}, {"2024-03-31"}},
         {{"pays_1m", "2"}, {"pays_month_before", "1"}, {"pays_12m", "3"}}},
        {"UTC", NULL, NULL, "2023-03-31",
         {{"2023-02-28"}, {"2023-03-01"}, {"2022-03-31"}, {"2022-04-01"}},
         {{"pays_1m", "1"}, {"pays_month_before", "1"}, {"pays_12m", "3"}}},
        /* twelve months back from a leap day is 28 February */
        {"UTC", NULL, NULL, "2024-02-29",
         {{"2023-02-28"}, {"2023-03-01"}, {"2024-01-29"}, {"2024-01-30"}},
         {{"pays_12m", "3"}, {"pays_1m", "1"}, {"pays_month_before", "1"}}},
        {"UTC", NULL, "2004-02-29", "2023-02-27", {{NULL}}, {{"age", "18"}}},
        {"UTC", NULL, "2004-02-29", "2023-02-28", {{NULL}}, {{"age", "19"}}},
        {"UTC", NULL, "2004-02-29", "2024-02-28", {{NULL}}, {{"age", "19"}}},
        {"UTC", NULL, "2004-02-29", "2024-02-29", {{NULL}}, {{"age", "20"}}},
        {"UTC", NULL, "2024-03-01", "2024-02-29", {{NULL}}, {{"age", "-", CSTM_ERROR_RANGE}}},
    };
    TELL_ALL(stories);
}
END_TEST

/* The rules of each zone as tzdata has them. */
START_TEST(days_and_hours_are_those_of_the_rules_that_held_then)
{
    static const struct story stories[] = {
        /* China had daylight saving from 1986 to 1991: in July 1988 midnight was 15:00 UTC, in 1992 16:00 */
        {"Asia/Shanghai", NULL, NULL, "1988-07-02",
         {{"1988-07-01T14:59:59Z"}, {"1988-07-01T15:00:00Z"}, {"1988-07-02T14:59:59Z"}},
         {{"pays", "3"}, {"days", "2"}, {"pays_3d", "3"}, {"at_night", "1"}}},
        {"Asia/Shanghai", NULL, NULL, "1992-07-01",
         {{"1992-07-01T15:00:00Z"}, {"1992-06-30T16:00:00Z"}},
         {{"pays", "2"}, {"days", "1"}, {"at_night", "1"}}},
        /* Ireland's standard time is summer's, and winter is an hour behind: negative daylight saving */
        {"Europe/Dublin", NULL, NULL, "2024-07-01",
         {{"2024-06-30T22:59:59Z"}, {"2024-06-30T23:00:00Z"}},
         {{"days", "2"}, {"at_night", "1"}}},
        {"Europe/Dublin", NULL, NULL, "2024-01-02",
         {{"2024-01-01T23:59:59Z"}, {"2024-01-02T00:00:00Z"}},
         {{"days", "2"}, {"at_night", "1"}}},
        /* Samoa left out 30 December 2011: what is dated to it is of the next instant there was, and
         * the day counts as a day all the same */
        {"Pacific/Apia", NULL, NULL, "2011-12-31",
         {{"2011-12-29T12:00"}, {"2011-12-30T12:00"}, {"2011-12-31T12:00"}},
         {{"pays", "3"}, {"pays_3d", "3"}, {"days", "2"}, {"gap", "2"}, {"streak", "1"}}},
        {"Pacific/Apia", NULL, NULL, "2012-01-01",
         {{"2011-12-29T12:00"}, {"2011-12-30T12:00"}, {"2011-12-31T12:00"}},
         {{"pays", "3"}, {"pays_3d", "2"}}},
        {"Pacific/Apia", NULL, NULL, "2011-12-31",
         {{"2011-12-30T09:59:59Z"}, {"2011-12-30T10:00:00Z"}},
         {{"days", "2"}, {"at_night", "1"}}},
        /* Brazil's clocks went from 00:00 to 01:00 until 2018, and no more since 2019 */
        {"America/Sao_Paulo", NULL, NULL, "2018-11-04",
         {{"2018-11-04T00:30"}, {"2018-11-04T01:30"}, {"2018-11-04"}},
         {{"pays", "3"}, {"days", "1"}, {"at_night", "3"}}},
        {"America/Sao_Paulo", NULL, NULL, "2019-11-03",
         {{"2019-11-03T02:59:59Z"}, {"2019-11-03T03:00:00Z"}},
         {{"pays", "2"}, {"days", "2"}}},
        {"America/Sao_Paulo", NULL, NULL, "2018-11-04",
         {{"2018-11-04T02:59:59Z"}, {"2018-11-04T03:00:00Z"}},
         {{"pays", "2"}, {"days", "2"}}},
        /* an hour that comes twice is read as the first of the two, one that is left out as the later instant */
        {"Europe/Berlin", NULL, NULL, "2024-10-27",
         {{"2024-10-27T02:30", .id = "a"}, {"2024-10-27T00:30Z", .id = "a"}},
         {{"pays", "1"}}},
        {"Europe/Berlin", NULL, NULL, "2024-03-31",
         {{"2024-03-31T02:30", .id = "a"}, {"2024-03-31T03:30", .id = "b"}},
         {{"pays", "2"}, {"at_three", "2"}}},
    };
    TELL_ALL(stories);
}
END_TEST

/* --- which --- */

START_TEST(copies_of_an_event_count_once_a_day_and_ids_of_another_day_are_others)
{
    static const struct story stories[] = {
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-11T10:00", "a", "1.00"}, {"2024-03-11T10:00", "a", "1.00"}},
         {{"pays", "1"}, {"paid", "100"}},
         {{"redelivered", 1}}},
        /* of copies that differ the later stays, and of two at once the one with the greater values */
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-11T11:00", "a", "2.00"}, {"2024-03-11T10:00", "a", "9.00"}},
         {{"pays", "1"}, {"paid", "200"}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-11T10:00", "a", "3.00"}, {"2024-03-11T10:00", "a", "2.00"}},
         {{"pays", "1"}, {"paid", "300"}}},
        /* the id of another day is another event's; an empty one is none */
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-11T23:59", "a", "1.00"}, {"2024-03-12T00:01", "a", "1.00"}},
         {{"pays", "2"}, {"paid", "200"}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-11T10:00", "", "1.00"}, {"2024-03-11T10:00", "", "1.00"}, {"2024-03-11T10:00", NULL, "1.00"}},
         {{"pays", "3"}, {"paid", "300"}}},
    };
    TELL_ALL(stories);
}
END_TEST

/* A purchase and a withdrawal of one id are two uses, also among bytes that were sealed and read again. */
START_TEST(one_id_in_two_kinds_names_two_events_of_what_they_make_up)
{
    cstm_strategy *bank = bank_compile("format: 1\nstrategy: ids\nversion: \"1\"\ntimezone: UTC\ncurrency: EUR\nlate: 0 days\n"
                                       "purposes: [service]\nevents:\n  purchase: {fields: {amount: money}}\n  cash: {fields: {amount: money}}\n"
                                       "  use: {any_of: [purchase, cash]}\nfeatures:\n  uses: {count: use}\n  of_three: {sum: use.amount, over: last 3}\n");
    cstm_profile *customer = customer_new(bank, "a");
    static const char *const kinds[] = {"purchase", "cash"};
    for (int k = 0; k < 2; k++) {
        cstm_event *event = event_of(bank, kinds[k], 0, "7", "2024-03-11T10:00");
        event_money(bank, event, "amount", 100 + k);
        ck_assert_int_eq(record(customer, event), CSTM_OK);
    }
    advance_to(customer, bank, "2024-03-13");
    cstm_profile *again = restored(bank, customer);
    assert_same_bytes(customer, again);
    cstm_outcome *outcome = outcome_on(again, bank, "2024-03-13");
    ck_assert_int_eq(feature_int(outcome, bank, "uses", 0), 2);
    ck_assert_int_eq(feature_int(outcome, bank, "of_three", 0), 201);
    cstm_outcome_free(outcome);
    cstm_profile_free(again);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

/* --- what --- */

/* 92,233,720,368,547,758.07 is the greatest amount there is in cents. */
#define GREATEST "92233720368547758.07"

START_TEST(what_overflows_is_an_error_of_its_feature_and_of_nothing_else)
{
    static const struct story stories[] = {
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .amount = GREATEST}, {"2024-03-12T11:00", .amount = GREATEST}},
         {{"pays", "2"},
          {"paid", "-", OVERFLOWN},
          {"paid_3d", "-", OVERFLOWN},
          {"paid_most", "9223372036854775807"},
          {"paid_mean", "9223372036854775807"}, /* of sums that are 128 bits wide */
          {"paid_deviation", "-", OVERFLOWN}, /* squares have 124 bits */
          {"paid_trend", "-", OVERFLOWN}}, /* from 0 up to twice the greatest in one part */
         {{"taken", 2}, {"rejected", 0}}},
        /* and is no error any more once a sum fits again, whatever came on the way */
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .amount = GREATEST}, {"2024-03-12T11:00", .amount = GREATEST}, {"2024-03-12T12:00", .amount = "-" GREATEST}},
         {{"paid", "9223372036854775807"}, {"paid_3d", "9223372036854775807"}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .points = "9223372036854775807"}, {"2024-03-12T11:00", .points = "1"}},
         {{"points", "-", OVERFLOWN}, {"points_mean", "4.6116860184273879e+18"}, {"points_least", "1"}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .points = "-9223372036854775808"}, {"2024-03-12T11:00", .points = "9223372036854775807"}},
         {{"points", "-1"}, {"points_mean", "-0.5"}}},
        /* beyond what a number of the kind can be at all, a row is refused */
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .amount = "92233720368547758.08", .status = CSTM_ERROR_RANGE},
          {"2024-03-12T10:00", .amount = "0.001", .status = CSTM_ERROR_RANGE},
          {"2024-03-12T10:00", .rate = "nan", .status = CSTM_ERROR_NOT_FINITE},
          {"2024-03-12T10:00", .rate = "-inf", .status = CSTM_ERROR_NOT_FINITE}},
         {{"pays", "0"}, {"paid", "0"}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .rate = "1.5e308"}, {"2024-03-12T11:00", .rate = "1.5e308"}},
         {{"rates", "-", CSTM_ERROR_NOT_FINITE}, {"rate_most", "1.5e+308"}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .rate = "1.5e308"}, {"2024-03-12T11:00", .rate = "1.5e308"}, {"2024-03-12T12:00", .rate = "-1.5e308"}},
         {{"rates", "1.5e+308"}}}, /* the sum of all is exact, not of one after the other */
    };
    TELL_ALL(stories);
}
END_TEST

START_TEST(a_category_that_is_not_declared_refuses_its_row)
{
    static const struct story stories[] = {
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .channel = "online"},
          {"2024-03-12T10:00", .channel = "Online", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00", .channel = "online ", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00", .channel = "", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00", .channel = NULL}},
         {{"pays", "2"}, {"online", "1"}},
         {{"unknown_value", 3}}},
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .part = "1"},
          {"2024-03-12T10:00", .part = "3"},
          {"2024-03-12T10:00", .part = "0", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00", .part = "4", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00", .part = "-9223372036854775808", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00", .part = "9223372036854775807", .status = CSTM_ERROR_UNKNOWN},
          {"2024-03-12T10:00"}},
         {{"pays", "3"}, {"first_part.1", "1"}, {"first_part.2", "0"}, {"first_part.3", "1"}},
         {{"unknown_value", 4}, {"taken", 3}}},
    };
    TELL_ALL(stories);
}
END_TEST

START_TEST(an_impossible_place_refuses_the_row_that_computes_with_it_and_fails_the_feature_that_asks)
{
    static const struct story stories[] = {
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .lat = "31.0"},
          {"2024-03-12T10:00", .lat = "-89.9"},
          {"2024-03-12T10:00", .lat = "90.01", .status = CSTM_ERROR_RANGE},
          {"2024-03-12T10:00", .lat = "-1e300", .status = CSTM_ERROR_RANGE},
          {"2024-03-12T10:00", .lat = "nan", .status = CSTM_ERROR_NOT_FINITE},
          {"2024-03-12T10:00"}}, /* no place is none, and no distance */
         {{"pays", "3"}, {"near", "1"}, {"placed", "2"}, {"north", "-", CSTM_ERROR_RANGE}},
         {{"out_of_range", 3}}},
        {"UTC", NULL, NULL, "2024-03-12", {{"2024-03-12T10:00", .lat = "9.0"}}, {{"north", "1"}}},
    };
    TELL_ALL(stories);
}
END_TEST

START_TEST(an_empty_text_is_a_text_and_what_is_no_text_refuses_its_row)
{
    static const struct story stories[] = {
        {"UTC", NULL, NULL, "2024-03-12",
         {{"2024-03-12T10:00", .note = ""},
          {"2024-03-12T10:00", .note = " "},
          {"2024-03-12T10:00", .note = NULL}},
         {{"pays", "3"}, {"notes", "2"}}},
    };
    TELL_ALL(stories);
}
END_TEST

/* A table refuses such a text with all its column, before there is a batch. */
START_TEST(bytes_that_are_no_text_are_refused_where_they_come_in)
{
    static const char *const notes[] = {"\xff", "\xed\xa0\x80" /* a lone surrogate */, "\xc0\x80" /* overlong */};
    cstm_strategy *bank = bank_in("UTC", false);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "x");
    for (size_t i = 0; i < 3; i++) {
        cstm_table *table = table_new();
        int64_t ends[] = {0, (int64_t) strlen(notes[i])};
        ck_assert_int_eq(cstm_table_add_string(table, "note", ends, notes[i], NULL, 1, NULL), CSTM_ERROR_SYNTAX);
        cstm_table_free(table);
        struct row row = {"2024-03-12T10:00", .note = notes[i]}, named = {"2024-03-12T10:00", .id = notes[i]};
        ck_assert_int_eq(record_row(bank, customer, account, &row), CSTM_ERROR_SYNTAX);
        ck_assert_int_eq(record_row(bank, customer, account, &named), CSTM_ERROR_SYNTAX);
    }
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

/* A mebibyte of text is a text; an id is at most 65,535 bytes long, and a row of a longer one is refused. */
START_TEST(huge_texts_are_texts_and_huge_ids_are_none)
{
    const size_t size = 1 << 20;
    char *note = malloc(size + 1);
    ck_assert_ptr_nonnull(note);
    memset(note, 'n', size);
    note[size] = '\0';
    cstm_strategy *bank = bank_in("UTC", false);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "x");
    cstm_event *event;
    must(cstm_event_new(bank, 0, &event, NULL), NULL);
    must(cstm_event_set_entity(event, account, NULL), NULL);
    must(cstm_event_set_time(event, bank_at(bank, "2024-03-12"), NULL), NULL);
    must(cstm_event_set_string(event, cstm_strategy_find_field(bank, 0, "note"), note, size, NULL), NULL);
    must(cstm_event_set_id(event, note, 65535, NULL), NULL);
    ck_assert_int_eq(cstm_event_set_id(event, note, 65536, NULL), CSTM_ERROR_LIMIT);
    must(cstm_profile_record(customer, event, NULL), NULL);
    cstm_event_free(event);
    cstm_profile *again = restored(bank, customer);
    assert_same_bytes(customer, again);
    cstm_outcome *outcome = outcome_on(again, bank, "2024-03-12");
    ck_assert_int_eq(feature_int(outcome, bank, "notes", 0), 1);
    ck_assert_int_eq(feature_int(outcome, bank, "pays", 0), 1);
    cstm_outcome_free(outcome);
    cstm_profile_free(again);
    cstm_profile_free(customer);
    struct story story = {"UTC", NULL, NULL, "2024-03-12",
                          {{"2024-03-12T10:00", .note = note}, {"2024-03-12T10:00", .id = note, .status = CSTM_ERROR_LIMIT}},
                          {{"pays", "1"}, {"notes", "1"}}};
    tell_in_a_batch(bank, &story, 0, CSTM_RUN_ALL);
    tell_in_a_batch(bank, &story, 0, CSTM_RUN_FEATURES);
    cstm_strategy_unref(bank);
    free(note);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("bad input");
    TCase *when = tcase_create("when");
    tcase_add_test(when, an_event_before_the_opening_counts_and_the_account_begins_with_it);
    tcase_add_test(when, an_event_after_as_of_waits_for_its_day);
    tcase_add_test(when, years_from_1_to_9999_are_days_like_any_other_and_no_year_is_beside_them);
    tcase_add_test(when, months_end_with_the_month_and_leap_days_are_days);
    tcase_add_test(when, days_and_hours_are_those_of_the_rules_that_held_then);
    suite_add_tcase(s, when);
    TCase *which = tcase_create("which");
    tcase_add_test(which, copies_of_an_event_count_once_a_day_and_ids_of_another_day_are_others);
    tcase_add_test(which, one_id_in_two_kinds_names_two_events_of_what_they_make_up);
    suite_add_tcase(s, which);
    TCase *what = tcase_create("what");
    tcase_add_test(what, what_overflows_is_an_error_of_its_feature_and_of_nothing_else);
    tcase_add_test(what, a_category_that_is_not_declared_refuses_its_row);
    tcase_add_test(what, an_impossible_place_refuses_the_row_that_computes_with_it_and_fails_the_feature_that_asks);
    tcase_add_test(what, an_empty_text_is_a_text_and_what_is_no_text_refuses_its_row);
    tcase_add_test(what, bytes_that_are_no_text_are_refused_where_they_come_in);
    tcase_add_test(what, huge_texts_are_texts_and_huge_ids_are_none);
    suite_add_tcase(s, what);
    return s;
}

int
main(void)
{
    return run_suite(suite());
}
