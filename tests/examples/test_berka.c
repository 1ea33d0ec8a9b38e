/* A bank's export as it is: clients, accounts, dispositions, cards and entries of the PKDD'99 set,
 * four floors of entities, loaded as one batch and held against figures that make_expected.py
 * computed from the original files. The set is not bundled (it has no explicit licence): without it
 * the test says so and is skipped.
 *
 *     test_berka PYTHON CARDS.PY DIRECTORY_OF_THE_SET OUTPUT_DIRECTORY STRATEGY.yaml */
#include "desk.h"

#include "berka_expected.h"

#include <unistd.h>

#define TABLES 4

static const char *const *arguments;
static cstm_strategy *strategy;
static const char *const entity_names[TABLES] = {"customer", "account", "disposition", "card"};
static cstm_table *entities[TABLES], *entries;
static cstm_batch *batch;

static int32_t
kind_of(const char *entity)
{
    return desk_find(strategy, CSTM_PART_ENTITY, entity);
}

static cstm_batch *
new_batch(int32_t threads)
{
    cstm_batch *made;
    cstm_error *error;
    must(cstm_batch_new(strategy, &made, &error), error);
    for (int i = 0; i < TABLES; i++)
        must(cstm_batch_add_entities(made, kind_of(entity_names[i]), entities[i], &error), error);
    must(
        cstm_batch_add_events(made, desk_find(strategy, CSTM_PART_EVENT, "entry"), entries, &error),
        error);
    must(cstm_batch_set_threads(made, threads, &error), error);
    return made;
}

static void
open_desk(void)
{
    const char *directory = arguments[4];
    ck_assert_int_eq(desk_convert(arguments[1], arguments[2], "berka", arguments[3], directory), 0);
    strategy = desk_strategy(arguments[5]);
    entities[0] =
        desk_read(strategy, directory, "customers.csv", "customer:s opened_on:d birth:d sex:s");
    entities[1] = desk_read(strategy, directory, "accounts.csv",
                            "account:s customer:s opened_on:d frequency:s");
    entities[2] = desk_read(strategy, directory, "dispositions.csv",
                            "disposition:s account:s opened_on:d role:s");
    entities[3] =
        desk_read(strategy, directory, "cards.csv", "card:s disposition:s opened_on:d type:s");
    entries =
        desk_read(strategy, directory, "entries.csv",
                  "account:s id:s time:t direction:s operation:s symbol:s amount:m balance:m");
    batch = new_batch(2);
}

static void
close_desk(void)
{
    cstm_batch_free(batch);
    cstm_table_free(entries);
    for (int i = 0; i < TABLES; i++)
        cstm_table_free(entities[i]);
    cstm_strategy_unref(strategy);
}

static cstm_result *
run(cstm_batch *of, const char *date)
{
    cstm_result *result;
    cstm_error *error;
    must(cstm_batch_run(of, desk_end_of(strategy, date), &result, &error), error);
    return result;
}

/* The sum of a column of ints, truth values or money over the rows that have a value, and how many
 * have. */
static int64_t
sum_of(const cstm_table *table, const char *name, int64_t *values)
{
    int32_t column = column_of(table, name);
    int64_t sum = 0, n = 0;
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE)
            continue;
        n++;
        switch (cstm_table_column_type(table, column)) {
        case CSTM_TYPE_BOOL:
            sum += cstm_table_bool(table, row, column);
            break;
        case CSTM_TYPE_MONEY:
            sum += cstm_table_money(table, row, column);
            break;
        default:
            sum += cstm_table_int64(table, row, column);
            break;
        }
    }
    if (values != NULL)
        *values = n;
    return sum;
}

static int64_t
total(const cstm_result *result, const char *entity, const char *name)
{
    return sum_of(cstm_result_table(result, kind_of(entity)), name, NULL);
}

START_TEST(every_row_of_the_files_has_its_row_and_none_dangles)
{
    static const int64_t rows[TABLES] = {ACCOUNTS, ACCOUNTS, DISPOSITIONS,
                                         CARDS}; /* a customer is the owner of an account */
    cstm_result *result = run(batch, "1998-12-31");
    for (int i = 0; i < TABLES; i++) {
        ck_assert_int_eq(cstm_table_rows(entities[i]), rows[i]);
        ck_assert_int_eq(cstm_table_rows(cstm_result_table(result, kind_of(entity_names[i]))),
                         rows[i]);
    }
    ck_assert_int_eq(cstm_table_rows(entries), ENTRIES_IN);
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 0);
    ck_assert_int_eq(cstm_table_rows(cstm_result_errors(result)), 0);
    cstm_result_free(result);
}
END_TEST

START_TEST(an_entry_of_an_unknown_account_is_refused_and_named)
{
    static const char *const accounts[] = {"no such account", "1"}, *const times[] = {"1993-06-01",
                                                                                      "1995-03-25"};
    cstm_table *strays = table_new();
    add_texts(strays, "account", 2, accounts);
    add_texts(strays, "time", 2, times);
    cstm_batch *other = new_batch(1);
    must(cstm_batch_add_events(other, desk_find(strategy, CSTM_PART_EVENT, "entry"), strays, NULL),
         NULL);
    cstm_result *result = run(other, "1998-12-31");
    const cstm_table *rejected = cstm_result_rejected(result);
    ck_assert_int_eq(cstm_table_rows(rejected), 1);
    ck_assert_str_eq(desk_cells(rejected, 0, "source table row field"), "entry 1 0 account");
    cstm_result_free(result);
    cstm_batch_free(other);
    cstm_table_free(strays);
}
END_TEST

START_TEST(cards_under_dispositions_count_for_their_customers)
{
    cstm_result *result = run(batch, "1998-12-31");
    ck_assert_int_eq(CLASSIC + JUNIOR + GOLD, CARDS);
    ck_assert_int_eq(CLASSIC, 659); /* as published: classic 659, junior 145, gold 88 */
    ck_assert_int_eq(JUNIOR, 145);
    ck_assert_int_eq(GOLD, 88);
    ck_assert_int_eq(total(result, "customer", "cards"), CARDS);
    ck_assert_int_eq(total(result, "customer", "classic_cards"), CLASSIC);
    ck_assert_int_eq(total(result, "customer", "junior_cards"), JUNIOR);
    ck_assert_int_eq(total(result, "customer", "gold_cards"), GOLD);
    ck_assert_int_eq(total(result, "account", "account_cards"), CARDS);
    ck_assert_int_eq(total(result, "disposition", "disposition_cards"), CARDS);
    ck_assert_int_eq(total(result, "card", "owned"), CARDS); /* no disponent has a card */
    ck_assert_int_eq(total(result, "account", "disponents"), DISPONENTS);
    ck_assert_int_eq(total(result, "customer", "woman"), WOMEN);
    ck_assert_int_eq(total(result, "customer", "born_before_40"), BORN_BEFORE_40);
    cstm_result_free(result);
}
END_TEST

START_TEST(what_has_not_begun_yet_is_not_there)
{
    cstm_result *result = run(batch, "1994-03-30");
    const cstm_table *accounts = cstm_result_table(result, kind_of("account"));
    int64_t begun = 0, opened = 0;
    for (int64_t row = 0; row < cstm_table_rows(accounts); row++) {
        begun += cstm_table_state(accounts, row, column_of(accounts, "account.stage")) ==
                 CSTM_STATE_VALUE;
        opened += cstm_table_date(entities[1], row, column_of(entities[1], "opened_on")) <=
                  8854; /* 1994-03-30 */
    }
    ck_assert_int_eq(begun, opened);
    ck_assert_int_lt(opened, ACCOUNTS);
    ck_assert_int_eq(total(result, "customer", "cards"),
                     6); /* the first six lines of card.asc; the seventh is of 1994-04-05 */
    cstm_result_free(result);
}
END_TEST

START_TEST(sums_of_entries_are_those_of_the_file)
{
    int64_t with_entries = 0;
    cstm_result *result = run(batch, "1994-03-30");
    ck_assert_int_eq(total(result, "customer", "all_entries"), ENTRIES);
    ck_assert_int_eq(total(result, "account", "entries"), ENTRIES);
    ck_assert_int_eq(total(result, "customer", "total_in"), CREDIT);
    ck_assert_int_eq(total(result, "customer", "total_out"), DEBIT);
    ck_assert_int_eq(total(result, "account", "balance_now"), CREDIT - DEBIT);
    sum_of(cstm_result_table(result, kind_of("account")), "last_entry", &with_entries);
    ck_assert_int_eq(with_entries, ACCOUNTS_WITH_ENTRIES);
    cstm_result_free(result);
}
END_TEST

START_TEST(figures_of_an_account_are_those_of_its_entries)
{
    cstm_result *result = run(batch, "1994-03-30");
    const cstm_table *table = cstm_result_table(result, kind_of("account"));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const char *cells =
            desk_cells(table, desk_row(table, expected[i].account), account_columns);
        ck_assert_msg(strcmp(cells, expected[i].values) == 0,
                      "account %s\n of       %s\n expected %s\n is       %s", expected[i].account,
                      account_columns, expected[i].values, cells);
    }
    cstm_result_free(result);
}
END_TEST

/* Who took a card in which year: the cross-selling machine against the dates of issue. */
START_TEST(customers_become_card_holders_when_a_card_is_issued)
{
    cstm_result *result = run(batch, "1998-12-31");
    cstm_error *error;
    int32_t lifecycle = desk_find(strategy, CSTM_PART_LIFECYCLE, "holder");
    cstm_table *table;
    int64_t holders = 0;
    for (size_t i = 0; i < sizeof new_holders / sizeof *new_holders; i++) {
        char first[24], last[24];
        int32_t after, until;
        snprintf(first, sizeof first, "%d-12-31", new_holders[i].year - 1);
        snprintf(last, sizeof last, "%d-12-31", new_holders[i].year);
        must(cstm_strategy_day(strategy, desk_end_of(strategy, first), &after, &error), error);
        must(cstm_strategy_day(strategy, desk_end_of(strategy, last), &until, &error), error);
        must(cstm_result_transitions(result, lifecycle, after, until, &table, &error), error);
        ck_assert_int_eq(cstm_table_rows(table), 1);
        ck_assert_str_eq(cell(table, 0, "from"), "account_only");
        ck_assert_int_eq(cstm_table_int64(table, 0, column_of(table, "count")),
                         new_holders[i].cards);
        holders += new_holders[i].cards;
        cstm_table_free(table);
    }
    ck_assert_int_eq(holders, CARDS);
    must(cstm_result_funnel(result, lifecycle, 10591, &table, &error), error); /* 1998-12-31 */
    int64_t row = desk_row(table, "card_holder");
    ck_assert_int_eq(cstm_table_int64(table, row, column_of(table, "count")), CARDS);
    ck_assert_int_eq(sum_of(table, "count", NULL), ACCOUNTS);
    cstm_table_free(table);
    cstm_result_free(result);
}
END_TEST

/* The running balance of the bank is a witness from outside: credits less debits must meet it on
 * the account's last day, but for interest, which stands rounded to tenths of a crown in its line.
 */
START_TEST(entries_add_up_to_the_balance_that_the_bank_wrote)
{
    cstm_result *result = run(batch, "1994-03-30");
    const cstm_table *table = cstm_result_table(result, kind_of("account"));
    int64_t end = desk_end_of(strategy, "1994-03-30"), rows = cstm_table_rows(table), met = 0;
    int64_t n_entries = cstm_table_rows(entries);
    int64_t *last =
        calloc((size_t) n_entries, sizeof *last); /* indices of entries, by account number */
    int64_t *days = calloc(20000, sizeof *days);
    uint8_t *meets = calloc(20000, 1);
    for (int64_t i = 0; i < n_entries; i++) {
        int number = atoi(cell(entries, i, "account"));
        int64_t time = cstm_table_timestamp(entries, i, column_of(entries, "time"));
        ck_assert_int_lt(number, 20000);
        last[i] = time <= end ? number : 0;
        if (last[i] > 0 && time > days[number])
            days[number] = time;
    }
    int64_t *balances = calloc(20000, sizeof *balances);
    for (int64_t row = 0; row < rows; row++)
        if (cstm_table_state(table, row, column_of(table, "balance_now")) == CSTM_STATE_VALUE)
            balances[atoi(cell(table, row, "account"))] =
                cstm_table_money(table, row, column_of(table, "balance_now"));
    for (int64_t i = 0; i < n_entries; i++) {
        int64_t balance = cstm_table_money(entries, i, column_of(entries, "balance"));
        if (last[i] > 0 &&
            cstm_table_timestamp(entries, i, column_of(entries, "time")) == days[last[i]] &&
            llabs(balance - balances[last[i]]) < 100)
            meets[last[i]] = 1;
    }
    for (int i = 0; i < 20000; i++)
        met += meets[i];
    ck_assert_int_eq(met, ACCOUNTS_WITH_ENTRIES);
    free(balances);
    free(meets);
    free(days);
    free(last);
    cstm_result_free(result);
}
END_TEST

/* One customer of the tables, as somebody would enter them: account, disposition and card with
 * their days of opening. */
struct life {
    cstm_profile *profile;
    cstm_entity account;
    cstm_entity of[16]; /* entity in the profile */
    int32_t kinds[16];
    int64_t rows[16]; /* its row in its table */
    int n;
};

static void
enter(struct life *life, const char *name, int table, int64_t row, cstm_entity parent)
{
    char attribute[64];
    size_t size;
    cstm_error *error;
    const char *key = cstm_table_string(entities[table], row, 0, &size);
    cstm_entity entity = CSTM_ENTITY_CUSTOMER;
    int32_t kind = kind_of(name);
    ck_assert_int_lt(life->n, 16);
    if (table == 0)
        must(cstm_profile_new(strategy, key, size, &life->profile, &error), error);
    else
        must(cstm_profile_entity(life->profile, kind, parent, key, size, &entity, &error), error);
    for (int32_t column = table == 0 ? 1 : 2; column < cstm_table_columns(entities[table]);
         column++) {
        const char *column_name = cstm_table_column_name(entities[table], column);
        if (strcmp(column_name, "opened_on") == 0)
            snprintf(attribute, sizeof attribute, "%s.opened_on", name);
        else
            snprintf(attribute, sizeof attribute, "%s", column_name);
        int32_t index = desk_find(strategy, CSTM_PART_ATTRIBUTE, attribute);
        if (cstm_table_column_type(entities[table], column) == CSTM_TYPE_DATE) {
            int32_t day = cstm_table_date(entities[table], row, column);
            must(cstm_profile_set_date(life->profile, entity, index, day, CSTM_ALWAYS, NULL, 0,
                                       &error),
                 error);
        } else {
            const char *text = cstm_table_string(entities[table], row, column, &size);
            must(cstm_profile_set_string(life->profile, entity, index, text, size, CSTM_ALWAYS,
                                         NULL, 0, &error),
                 error);
        }
    }
    life->of[life->n] = entity;
    life->kinds[life->n] = kind;
    life->rows[life->n++] = row;
    /* what belongs to it, table after table; the second column is the parent's key */
    for (int64_t child = 0; table + 1 < TABLES && child < cstm_table_rows(entities[table + 1]);
         child++) {
        size_t parent_size, own_size;
        const char *parent_key = cstm_table_string(entities[table + 1], child, 1, &parent_size);
        key = cstm_table_string(entities[table], row, 0, &own_size);
        if (parent_size == own_size && memcmp(parent_key, key, own_size) == 0)
            enter(life, entity_names[table + 1], table + 1, child, entity);
    }
}

/* Forty customers whose accounts are among the first of the bank, month by month, advanced after
 * each. */
START_TEST(batch_is_what_was_recorded_month_by_month)
{
    static const char *const months[] = {"1993-01-31", "1993-03-31", "1993-06-30", "1993-09-30",
                                         "1993-12-31", "1994-01-31", "1994-02-28", "1994-03-30",
                                         "1996-02-29", "1998-12-31"};
    enum { MONTHS = sizeof months / sizeof *months };
    cstm_result *results[MONTHS];
    cstm_outcome *outcome;
    cstm_event *event;
    cstm_error *error;
    int32_t kind = desk_find(strategy, CSTM_PART_EVENT, "entry");
    for (int m = 0; m < MONTHS; m++)
        results[m] = run(batch, months[m]);
    must(cstm_outcome_new(strategy, &outcome, NULL), NULL);
    must(cstm_event_new(strategy, kind, &event, NULL), NULL);
    int cards = 0;
    for (int64_t customer = 0; customer < ACCOUNTS; customer += customer < 800 ? 25 : 400) {
        struct life life = {0};
        int64_t next = 0;
        enter(&life, "customer", 0, customer, 0);
        char account[64];
        snprintf(account, sizeof account, "%s", cstm_profile_entity_key(life.profile, 1, NULL));
        for (int m = 0; m < MONTHS; m++) {
            int64_t end = desk_end_of(strategy, months[m]);
            for (; next < cstm_table_rows(entries) && cstm_table_timestamp(entries, next, 2) <= end;
                 next++) {
                size_t size;
                const char *key = cstm_table_string(entries, next, 0, &size);
                if (size == strlen(account) && memcmp(key, account, size) == 0)
                    desk_record(life.profile, strategy, event, kind, 1, entries, next);
            }
            must(cstm_profile_evaluate(life.profile, end, outcome, &error), error);
            for (int i = 0; i < life.n; i++)
                desk_assert_same(strategy, outcome, life.of[i], life.kinds[i], results[m],
                                 life.rows[i]);
            must(cstm_profile_advance(life.profile, end, &error), error);
        }
        for (int i = 0; i < life.n; i++)
            cards += life.kinds[i] == kind_of("card");
        cstm_profile_free(life.profile);
    }
    ck_assert_int_gt(cards, 3); /* or the sample says nothing about cards */
    cstm_event_free(event);
    cstm_outcome_free(outcome);
    for (int m = 0; m < MONTHS; m++)
        cstm_result_free(results[m]);
}
END_TEST

START_TEST(threads_cannot_be_seen)
{
    static const int32_t threads[] = {1, 2, 7};
    char *texts[3];
    for (int i = 0; i < 3; i++) {
        cstm_batch *other = new_batch(threads[i]);
        cstm_result *result = run(other, "1994-03-30");
        texts[i] = desk_text(strategy, result);
        cstm_result_free(result);
        cstm_batch_free(other);
    }
    ck_assert(strcmp(texts[0], texts[1]) == 0);
    ck_assert(strcmp(texts[0], texts[2]) == 0);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
}
END_TEST

int
main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr,
                "usage: %s PYTHON CARDS.PY DIRECTORY_OF_THE_SET OUTPUT_DIRECTORY STRATEGY.yaml\n",
                argv[0]);
        return 2;
    }
    if (access(argv[3], R_OK) != 0) {
        printf("skipped: the Berka set is not in %s\n", argv[3]);
        return SKIPPED;
    }
    arguments = (const char *const *) argv;
    Suite *suite = suite_create("berka");
    TCase *cases = tcase_create("a bank's export");
    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, open_desk, close_desk);
    tcase_add_test(cases, every_row_of_the_files_has_its_row_and_none_dangles);
    tcase_add_test(cases, an_entry_of_an_unknown_account_is_refused_and_named);
    tcase_add_test(cases, cards_under_dispositions_count_for_their_customers);
    tcase_add_test(cases, what_has_not_begun_yet_is_not_there);
    tcase_add_test(cases, sums_of_entries_are_those_of_the_file);
    tcase_add_test(cases, figures_of_an_account_are_those_of_its_entries);
    tcase_add_test(cases, customers_become_card_holders_when_a_card_is_issued);
    tcase_add_test(cases, entries_add_up_to_the_balance_that_the_bank_wrote);
    tcase_add_test(cases, batch_is_what_was_recorded_month_by_month);
    tcase_add_test(cases, threads_cannot_be_seen);
    suite_add_tcase(suite, cases);
    return desk_run(suite);
}
