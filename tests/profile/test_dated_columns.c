/* Many dates read from columns say what each date alone says: of tables in the order of time and not,
 * of days and of instants, with ids that come again, of entities that own events and of those above. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

static const char document[] =
    "format: 1\nstrategy: columns\nversion: \"1\"\ntimezone: Europe/Berlin\ncurrency: TWD\n"
    "purposes: [service]\n"
    "entities:\n  account: {of: customer}\n  card: {of: account}\n"
    "events:\n"
    "  use: {on: card, observed_from: \"2005-01-10\", fields: {amount: money, weight: double, "
    "items: int, online: bool}}\n"
    "  visit: {observed_from: \"2004-01-01\", fields: {pages: int}}\n"
    "features:\n"
    "  uses: {count: use, over: 30 days}\n"
    "  uses_all: {count: visit, over: 1 month}\n"
    "  used: {for: card, sum: use.amount, over: 20 days}\n"
    "  used_online: {sum: use.amount, where: online, over: 60 days}\n"
    "  mean_used: {mean: use.amount, over: 2 months}\n"
    "  least: {min: use.weight, over: 90 days}\n"
    "  most: {max: use.weight, where: items > 2, over: 45 days}\n"
    "  most_items: {for: card, max: use.items, over: 90 days}\n"
    "  least_pages: {min: visit.pages, over: 7 days}\n"
    "  first_pages: {first: visit.pages, over: 15 days}\n"
    "  last_used: {for: card, last: use.amount}\n"
    "  last_online: {last: use.amount, where: online}\n"
    "  idle: {recency: use}\n"
    "  idle_card: {for: card, recency: use, where: \"amount > money('1.00')\"}\n"
    "%s";
/* Of accounts, which stand between: these go the longer way. */
static const char between[] = "  of_account: {for: account, sum: use.amount, over: 30 days}\n";

#define CUSTOMERS 40
#define CARDS (2 * CUSTOMERS)
#define ROWS 6000
#define FIRST_DAY 12784 /* 2005-01-01 */
#define DATES 9

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((*seed >> 33) % below);
}

struct row {
    int32_t card;
    int64_t time;
};

static int
by_card_and_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->card != y->card)
        return x->card < y->card ? -1 : 1;
    return (x->time > y->time) - (x->time < y->time);
}

static const struct shape {
    bool in_order, as_days, ids, between;
    bool one_card; /* of a customer is used: the customer's events are in its order */
} shapes[] = {{true, true, false, false, true},    {true, false, false, false, true},
              {true, false, true, false, true},    {true, false, false, false, false},
              {false, false, false, false, false}, {false, true, true, false, true},
              {true, false, false, true, true}};

static cstm_batch *
batch_of(cstm_strategy *bank, const struct shape *shape)
{
    static struct row rows[ROWS];
    static char texts[4][ROWS][16];
    static const char *keys[4][ROWS];
    static int64_t amounts[ROWS], times[ROWS], items[ROWS];
    static int32_t days[ROWS];
    static double weights[ROWS];
    static uint8_t online[ROWS], valid[ROWS];
    const char *of[2][CARDS];
    uint64_t seed = 7;
    cstm_batch *batch = NULL;
    for (int32_t i = 0; i < ROWS; i++) {
        int64_t day = FIRST_DAY + (int64_t) draw(&seed, 150);
        int32_t card = (int32_t) draw(&seed, CARDS);
        rows[i] = (struct row){shape->one_card ? card / 2 * 2 : card,
                               day * INT64_C(86400000000) +
                                   (int64_t) draw(&seed, 86400) * 1000000};
    }
    if (shape->in_order)
        qsort(rows, ROWS, sizeof *rows, by_card_and_time);
    for (int32_t i = 0; i < ROWS; i++) {
        snprintf(texts[0][i], 16, "k%03d", rows[i].card);
        snprintf(texts[1][i], 16, "id%u", draw(&seed, 300));
        snprintf(texts[3][i], 16, "c%03d", rows[i].card / 2);
        keys[0][i] = texts[0][i];
        keys[1][i] = draw(&seed, 3) == 0 ? texts[1][i] : NULL;
        keys[3][i] = texts[3][i];
        times[i] = rows[i].time;
        days[i] = (int32_t) (rows[i].time / INT64_C(86400000000));
        amounts[i] = draw(&seed, 20) == 0 ? MISSING : (int64_t) draw(&seed, 1000);
        items[i] = draw(&seed, 6);
        weights[i] = draw(&seed, 1000) / 7.0;
        valid[i] = draw(&seed, 9) != 0;
        online[i] = (uint8_t) draw(&seed, 2);
    }
    cstm_table *tables[5];
    for (int32_t t = 0; t < 5; t++)
        tables[t] = table_new();
    for (int32_t k = 0; k < CARDS; k++) {
        snprintf(texts[2][k], 16, "k%03d", k);
        snprintf(texts[3][k], 16, "c%03d", k / 2);
        of[0][k] = texts[2][k];
        of[1][k] = texts[3][k];
    }
    const char *each[CUSTOMERS];
    for (int32_t c = 0; c < CUSTOMERS; c++)
        each[c] = of[1][2 * c];
    add_texts(tables[0], "customer", CUSTOMERS, each);
    add_texts(tables[1], "account", CUSTOMERS, each);
    add_texts(tables[1], "customer", CUSTOMERS, each);
    add_texts(tables[2], "card", CARDS, of[0]);
    add_texts(tables[2], "account", CARDS, of[1]);
    for (int32_t t = 3; t < 5; t++) {
        int64_t n = t == 3 ? ROWS : ROWS / 2;
        if (t == 4)
            for (int32_t i = 0; i < ROWS; i++)
                snprintf(texts[3][i], 16, "c%03d", rows[i].card / 2);
        add_texts(tables[t], t == 3 ? "card" : "customer", n, t == 3 ? keys[0] : keys[3]);
        if (shape->as_days)
            must(cstm_table_add_date(tables[t], "time", days, NULL, n, NULL), NULL);
        else
            must(cstm_table_add_timestamp(tables[t], "time", times, NULL, n, NULL), NULL);
        if (shape->ids && t == 3)
            add_texts(tables[t], "id", n, keys[1]);
    }
    add_money(tables[3], "amount", ROWS, amounts);
    must(cstm_table_add_double(tables[3], "weight", weights, valid, ROWS, NULL), NULL);
    add_ints(tables[3], "items", ROWS, items);
    must(cstm_table_add_bool(tables[3], "online", online, NULL, ROWS, NULL), NULL);
    add_ints(tables[4], "pages", ROWS / 2, items);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    for (int32_t e = 0; e < 3; e++)
        must(cstm_batch_add_entities(batch, e, tables[e], NULL), NULL);
    for (int32_t k = 0; k < 2; k++)
        must(cstm_batch_add_events(batch, k, tables[3 + k], NULL), NULL);
    for (int32_t t = 0; t < 5; t++)
        cstm_table_free(tables[t]);
    return batch;
}

START_TEST(each_date_is_as_if_alone)
{
    const struct shape *shape = &shapes[_i];
    char text[4096];
    snprintf(text, sizeof text, document, shape->between ? between : "");
    cstm_strategy *bank = bank_compile(text);
    cstm_batch *batch = batch_of(bank, shape);
    int64_t as_of[DATES];
    uint64_t seed = 3;
    for (int32_t d = 0; d < DATES; d++) /* some within days, some at their ends */
        as_of[d] = (FIRST_DAY - 3 + (int64_t) draw(&seed, 170)) * INT64_C(86400000000) +
                   (d % 2 == 0 ? INT64_C(82799999999) : (int64_t) draw(&seed, 86400) * 1000000);
    cstm_table *dates = table_new();
    cstm_result *dated = NULL;
    must(cstm_table_add_timestamp(dates, "as_of", as_of, NULL, DATES, NULL), NULL);
    must(cstm_batch_run_dates(batch, dates, &dated, NULL), NULL);
    for (int32_t d = 0; d < DATES; d++) {
        cstm_result *alone = NULL;
        must(cstm_batch_run(batch, as_of[d], &alone, NULL), NULL);
        for (int32_t kind = 0; kind < 3; kind++) {
            const cstm_table *one = cstm_result_table(alone, kind),
                             *many = cstm_result_table(dated, kind);
            int64_t each = kind == 2 ? 2 : 1;
            ck_assert_int_eq(cstm_table_rows(many), cstm_table_rows(one) * DATES);
            for (int64_t row = 0; row < cstm_table_rows(one); row++)
                for (int32_t c = 0; c < cstm_table_columns(one); c++) {
                    const char *name = cstm_table_column_name(one, c);
                    int64_t at = (row / each * DATES + d) * each + row % each;
                    ck_assert_msg(strcmp(cell(many, at, name), cell(one, row, name)) == 0,
                                  "date %d, %s of %s: %s, and alone %s", d, name,
                                  cell(one, row, cstm_table_column_name(one, 0)),
                                  cell(many, at, name), cell(one, row, name));
                }
        }
        cstm_result_free(alone);
    }
    cstm_result_free(dated);
    cstm_table_free(dates);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

static Suite *
dated_columns_suite(void)
{
    Suite *suite = suite_create("dated columns");
    TCase *tests = tcase_create("dates");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_date_is_as_if_alone, 0, sizeof shapes / sizeof *shapes);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(dated_columns_suite());
}
