/* How large a profile is, what of it, and for which feature; and what a strategy makes it keep. */
#include "bank.h"

#include <string.h>

static const char document[] =
    "format: 1\nstrategy: t\nversion: \"1\"\ntimezone: UTC\ncurrency: CNY\nlate: 2 days\n"
    "purposes: [service]\n"
    "events:\n"
    "  use: {on: customer, fields: {amount: money, shop: string, scene: {type: string, values: "
    "[food, travel]}}}\n"
    "features:\n"
    "  uses: {count: use, over: 30 days}\n"
    "  food: {sum: use.amount, where: \"scene == 'food'\", over: 10 days}\n"
    "  spread: {entropy: use.scene, over: 10 days}\n"
    "  latest: {last: use.amount}\n"
    "  shops: {distinct: use.shop, over: 30 days}\n"
    "  middle: {quantile: use.amount, at: 0.5, over: 30 days}\n"
    "  more: {rule: uses + 1}\n";

static void
live(cstm_profile *customer, cstm_strategy *bank)
{
    char id[8] = "u00", time[20] = "2005-01-00T12:00:00";
    for (int32_t day = 1; day <= 20; day++) {
        id[1] = time[8] = (char) ('0' + day / 10);
        id[2] = time[9] = (char) ('0' + day % 10);
        cstm_event *event = event_of(bank, "use", 0, id, time);
        event_money(bank, event, "amount", 1000 * day);
        event_text(bank, event, "shop", day % 2 == 0 ? "a" : "b");
        event_text(bank, event, "scene", day % 3 == 0 ? "food" : "travel");
        ck_assert_int_eq(record(customer, event), CSTM_OK);
    }
    observe(customer, bank, "use", "2004-01-01");
}

static int64_t
cell(const cstm_table *table, int64_t row, const char *column)
{
    int32_t at = cstm_table_find(table, column);
    if (cstm_table_column_type(table, at) == CSTM_TYPE_BOOL)
        return cstm_table_bool(table, row, at);
    return cstm_table_int64(table, row, at);
}

static const char *
text(const cstm_table *table, int64_t row, const char *column)
{
    static char copy[8][40];
    static int32_t next;
    int32_t at = cstm_table_find(table, column);
    size_t size;
    if (cstm_table_state(table, row, at) == CSTM_STATE_MISSING)
        return "-";
    char *to = copy[next++ % 8];
    const char *bytes = cstm_table_string(table, row, at, &size);
    memcpy(to, bytes, size);
    to[size] = '\0';
    return to;
}

enum { TOTAL, TILES, EVENTS, SKETCHES, OPEN, ATTRIBUTES, OTHER, FIRST };
enum { USES = FIRST, FOOD, SPREAD, LATEST, SHOPS, MIDDLE, MORE, ROWS };

static cstm_table *
footprint_of(const cstm_profile *customer)
{
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_profile_footprint(customer, &table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), ROWS);
    int64_t sum = 0;
    for (int64_t row = TILES; row <= OTHER; row++)
        sum += cell(table, row, "bytes");
    ck_assert_int_eq(sum, cell(table, TOTAL, "bytes"));
    for (int64_t row = FIRST; row < ROWS; row++)
        ck_assert_int_le(cell(table, row, "own"), cell(table, row, "bytes"));
    return table;
}

START_TEST(what_a_feature_reads_is_told_apart_from_what_only_it_reads)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "A-1");
    live(customer, bank);
    cstm_table *before = footprint_of(customer);
    cstm_buffer *bytes = bytes_of(customer);
    ck_assert_int_eq(cell(before, TOTAL, "bytes"), (int64_t) cstm_buffer_size(bytes));
    cstm_buffer_free(bytes);
    ck_assert_str_eq(text(before, OPEN, "part"), "open");
    ck_assert_str_eq(text(before, OPEN, "feature"), "-");
    ck_assert_str_eq(text(before, MIDDLE, "part"), "feature");
    ck_assert_str_eq(text(before, MIDDLE, "feature"), "middle");
    ck_assert_int_gt(cell(before, OPEN, "bytes"), 200);
    ck_assert_int_eq(cell(before, TILES, "bytes"), 1); /* that there are none */
    ck_assert_int_eq(cell(before, USES, "bytes"), 0);

    advance_to(customer, bank, "2005-01-22"); /* days 1 to 19 are sealed */
    cstm_table *after = footprint_of(customer);
    ck_assert_int_gt(cell(after, TILES, "bytes"), 60);
    ck_assert_int_lt(cell(after, OPEN, "bytes"), 40); /* the last one */
    /* Days 1 to 10 lie in the window of 30 days only; of the others the sum by food reads each
     * third. */
    ck_assert_int_gt(cell(after, USES, "own"), 0);
    ck_assert_int_lt(cell(after, USES, "own"), cell(after, USES, "bytes"));
    ck_assert_int_gt(cell(after, FOOD, "bytes"), 0);
    ck_assert_int_eq(cell(after, FOOD, "own"), 0);
    ck_assert_int_gt(cell(after, SPREAD, "bytes"), cell(after, FOOD, "bytes"));
    /* The last event is one of those of different shops, too. */
    ck_assert_int_gt(cell(after, LATEST, "bytes"), 0);
    ck_assert_int_eq(cell(after, LATEST, "own"), 0);
    ck_assert_int_eq(cell(after, EVENTS, "bytes"), cell(after, LATEST, "bytes"));
    ck_assert_int_eq(cell(after, SHOPS, "own"),
                     cell(after, SHOPS, "bytes") - cell(after, LATEST, "bytes"));
    ck_assert_int_eq(cell(after, SKETCHES, "bytes"),
                     cell(after, SHOPS, "own") + cell(after, MIDDLE, "own"));
    ck_assert_int_gt(cell(after, MIDDLE, "own"), 0);
    ck_assert_int_eq(cell(after, MORE, "bytes"), 0);
    cstm_table_free(before);
    cstm_table_free(after);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(a_strategy_says_what_its_features_keep)
{
    static const struct {
        const char *event;
        int32_t tiles;
        const char *single;
        int64_t over;
        const char *unit, *by;
    } rows[] = {
        {"use", 1, "-", 30, "days", "-"},
        {"use", 1, "-", 10, "days", "-"},
        {"use", 1, "-", 10, "days", "scene"},
        {"use", 0, "the last events", 0, "all", "-"},
        {"use", 0, "an event of each value", 30, "days", "-"},
        {"use", 0, "buckets", 30, "days", "-"},
        {"-", 0, "-", 0, "-", "-"},
    };
    cstm_strategy *bank = bank_compile(document);
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_strategy_footprint(bank, &table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), 7);
    ck_assert_str_eq(text(table, 2, "feature"), "spread");
    for (int64_t i = 0; i < 7; i++) {
        ck_assert_str_eq(text(table, i, "event"), rows[i].event);
        ck_assert_int_eq(cell(table, i, "tiles"), rows[i].tiles);
        ck_assert_str_eq(text(table, i, "single"), rows[i].single);
        ck_assert_int_eq(cell(table, i, "over"), rows[i].over);
        ck_assert_str_eq(text(table, i, "unit"), rows[i].unit);
        ck_assert_str_eq(text(table, i, "by"), rows[i].by);
    }
    cstm_table_free(table);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(a_strategy_of_nothing_keeps_nothing)
{
    cstm_strategy *bank = bank_compile("format: 1\nstrategy: t\nversion: \"1\"\ntimezone: UTC\n"
                                       "purposes: [service]\n");
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_strategy_footprint(bank, &table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), 0);
    cstm_table_free(table);
    ck_assert_int_eq(cstm_profile_footprint(customer, &table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), FIRST);
    cstm_table_free(table);
    ck_assert_int_eq(cstm_strategy_footprint(NULL, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_footprint(bank, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_footprint(NULL, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_footprint(customer, NULL, NULL), CSTM_ERROR_MISUSE);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("footprint");
    TCase *tcase = tcase_create("footprint");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_a_feature_reads_is_told_apart_from_what_only_it_reads);
    tcase_add_test(tcase, a_strategy_says_what_its_features_keep);
    tcase_add_test(tcase, a_strategy_of_nothing_keeps_nothing);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
