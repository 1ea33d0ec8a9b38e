/* One customer, one account, five cards, eighteen years: what the strategy of the second example
 * says at the ends of 25 days, held against figures that make_expected.py computed from the
 * transactions themselves; and the batch against the same customer event by event.
 *
 *     test_cards PYTHON CARDS.PY TRANSACTIONS.csv.gz OUTPUT_DIRECTORY STRATEGY.yaml */
#include "desk.h"

#include "cards_expected.h"

#define EXPECTED ((int) (sizeof expected / sizeof *expected))
#define CARDS 5
#define KINDS 3

static const char *const *arguments;
static cstm_strategy *strategy;
static cstm_table *customers, *accounts, *cards;
static const char *const kind_names[KINDS] = {"purchase", "refund", "declined"};
static cstm_table *events[KINDS];
static cstm_batch *batch;

static cstm_batch *
new_batch(int32_t threads)
{
    cstm_batch *made;
    must(cstm_batch_new(strategy, &made, NULL), NULL);
    must(cstm_batch_add_entities(made, desk_find(strategy, CSTM_PART_ENTITY, "customer"), customers,
                                 NULL),
         NULL);
    must(cstm_batch_add_entities(made, desk_find(strategy, CSTM_PART_ENTITY, "account"), accounts,
                                 NULL),
         NULL);
    must(cstm_batch_add_entities(made, desk_find(strategy, CSTM_PART_ENTITY, "card"), cards, NULL),
         NULL);
    for (int i = 0; i < KINDS; i++)
        must(cstm_batch_add_events(made, desk_find(strategy, CSTM_PART_EVENT, kind_names[i]),
                                   events[i], NULL),
             NULL);
    must(cstm_batch_set_threads(made, threads, NULL), NULL);
    return made;
}

static void
open_desk(void)
{
    static const char columns[] = "card:s id:s time:t amount:m channel:s mcc:s state:s";
    const char *directory = arguments[4];
    ck_assert_int_eq(desk_convert(arguments[1], arguments[2], "tabformer", arguments[3], directory),
                     0);
    strategy = desk_strategy(arguments[5]);
    customers = desk_read(strategy, directory, "customers.csv", "customer:s");
    accounts = desk_read(strategy, directory, "accounts.csv", "account:s customer:s");
    cards = desk_read(strategy, directory, "cards.csv", "card:s account:s");
    events[0] = desk_read(strategy, directory, "purchases.csv", columns);
    events[1] = desk_read(strategy, directory, "refunds.csv", columns);
    events[2] = desk_read(strategy, directory, "declined.csv",
                          "card:s id:s time:t amount:m channel:s mcc:s state:s refund:b reason:s");
    batch = new_batch(1);
}

static void
close_desk(void)
{
    cstm_batch_free(batch);
    for (int i = 0; i < KINDS; i++)
        cstm_table_free(events[i]);
    cstm_table_free(cards);
    cstm_table_free(accounts);
    cstm_table_free(customers);
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

/* The customer with an account and the cards in the order of the tables; entity 0, 1, 2... */
static cstm_profile *
new_customer(void)
{
    cstm_profile *profile;
    cstm_entity account, card;
    must(cstm_profile_new(strategy, "U0", 2, &profile, NULL), NULL);
    must(cstm_profile_entity(profile, desk_find(strategy, CSTM_PART_ENTITY, "account"),
                             CSTM_ENTITY_CUSTOMER, "A0", 2, &account, NULL),
         NULL);
    for (int64_t row = 0; row < cstm_table_rows(cards); row++) {
        size_t size;
        const char *key = cstm_table_string(cards, row, 0, &size);
        must(cstm_profile_entity(profile, desk_find(strategy, CSTM_PART_ENTITY, "card"), account,
                                 key, size, &card, NULL),
             NULL);
        ck_assert_int_eq(card, row + 2);
    }
    return profile;
}

static void
record_row(cstm_profile *profile, cstm_event *const *reused, int i, int64_t row)
{
    size_t size;
    const char *key = cstm_table_string(events[i], row, 0, &size);
    cstm_entity card = 2 + (cstm_entity) (key[size - 1] - '0'); /* "A0-3" is the fourth card */
    desk_record(profile, strategy, reused[i], desk_find(strategy, CSTM_PART_EVENT, kind_names[i]),
                card, events[i], row);
}

static void
new_events(cstm_event **reused)
{
    for (int i = 0; i < KINDS; i++)
        must(cstm_event_new(strategy, desk_find(strategy, CSTM_PART_EVENT, kind_names[i]),
                            &reused[i], NULL),
             NULL);
}

/* Everything up to an instant that is not recorded yet, in order of time. */
static void
record_until(cstm_profile *profile, cstm_event *const *reused, int64_t *next, int64_t end)
{
    for (;;) {
        int first = -1;
        int64_t earliest = end;
        for (int i = 0; i < KINDS; i++) {
            int64_t time = next[i] < cstm_table_rows(events[i])
                               ? cstm_table_timestamp(events[i], next[i], 2)
                               : INT64_MAX;
            if (time <= earliest) {
                earliest = time;
                first = i;
            }
        }
        if (first < 0)
            return;
        record_row(profile, reused, first, next[first]++);
    }
}

static void
assert_profile_is_batch(const cstm_profile *profile, const cstm_outcome *outcome,
                        const cstm_result *result)
{
    int64_t rows[3] = {0};
    for (cstm_entity entity = 0; entity < cstm_profile_entity_count(profile); entity++) {
        int32_t kind = cstm_profile_entity_kind(profile, entity);
        desk_assert_same(strategy, outcome, entity, kind, result, rows[kind]++);
    }
}

START_TEST(every_row_of_the_set_becomes_one_event)
{
    ck_assert_int_eq(cstm_table_rows(events[0]), PURCHASES);
    ck_assert_int_eq(cstm_table_rows(events[1]), REFUNDS);
    ck_assert_int_eq(cstm_table_rows(events[2]), DECLINED);
    ck_assert_int_eq(PURCHASES + REFUNDS + DECLINED,
                     19963); /* lines of the file without its header */
    ck_assert_int_eq(cstm_table_rows(cards), CARDS);
    cstm_result *result = run(batch, "2020-02-29");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 0);
    ck_assert_int_eq(cstm_table_rows(cstm_result_errors(result)), 0);
    cstm_result_free(result);
}
END_TEST

/* Of every day the file has the cards, the account and the customer. */
START_TEST(figures_of_each_day_are_those_of_the_transactions)
{
    int first = _i * (CARDS + 2);
    cstm_result *result = run(batch, expected[first].date);
    for (int i = first; i < first + CARDS + 2; i++) {
        const char *key = expected[i].key;
        const char *entity = strcmp(key, "U0") == 0   ? "customer"
                             : strcmp(key, "A0") == 0 ? "account"
                                                      : "card";
        const char *columns = entity[0] == 'a'   ? account_columns
                              : entity[1] == 'u' ? customer_columns
                                                 : card_columns;
        const cstm_table *table =
            cstm_result_table(result, desk_find(strategy, CSTM_PART_ENTITY, entity));
        const char *cells = desk_cells(table, desk_row(table, key), columns);
        ck_assert_str_eq(expected[i].date, expected[first].date);
        ck_assert_msg(strcmp(cells, expected[i].values) == 0,
                      "%s on %s\n of       %s\n expected %s\n is       %s", key, expected[i].date,
                      columns, expected[i].values, cells);
    }
    cstm_result_free(result);
}
END_TEST

START_TEST(batch_is_what_was_recorded_event_by_event)
{
    cstm_profile *profile = new_customer();
    cstm_outcome *outcome;
    cstm_event *reused[KINDS];
    int64_t next[KINDS] = {0};
    int dates = 0;
    must(cstm_outcome_new(strategy, &outcome, NULL), NULL);
    new_events(reused);
    for (int i = 0; i < EXPECTED; i++) {
        if (i > 0 && strcmp(expected[i].date, expected[i - 1].date) == 0)
            continue;
        int64_t end = desk_end_of(strategy, expected[i].date);
        cstm_error *error;
        record_until(profile, reused, next, end);
        cstm_result *result = run(batch, expected[i].date);
        must(cstm_profile_evaluate(profile, end, outcome, &error), error);
        assert_profile_is_batch(profile, outcome, result);
        must(cstm_profile_advance(profile, end, &error), error);
        must(cstm_profile_evaluate(profile, end, outcome, &error),
             error); /* sealing changes nothing that is seen */
        assert_profile_is_batch(profile, outcome, result);
        cstm_result_free(result);
        dates++;
    }
    ck_assert_int_ge(dates, 20);
    for (int i = 0; i < KINDS; i++) {
        ck_assert_int_eq(next[i], cstm_table_rows(events[i]));
        cstm_event_free(reused[i]);
    }
    cstm_outcome_free(outcome);
    cstm_profile_free(profile);
}
END_TEST

START_TEST(events_recorded_backwards_and_twice_give_the_same_bytes)
{
    cstm_event *reused[KINDS];
    cstm_buffer *bytes[2];
    new_events(reused);
    for (int backwards = 0; backwards < 2; backwards++) {
        cstm_profile *profile = new_customer();
        for (int i = 0; i < KINDS; i++) {
            int64_t rows = cstm_table_rows(events[i]) / 8; /* to the end of 2004 or so */
            for (int64_t row = 0; row < rows; row++)
                record_row(profile, reused, i, backwards ? rows - 1 - row : row);
            for (int64_t row = 0; backwards && row < rows; row += 7)
                record_row(profile, reused, i, row);
        }
        must(cstm_profile_write(profile, &bytes[backwards], NULL), NULL);
        cstm_profile_free(profile);
    }
    /* The revision counts changes, and redeliveries are none. */
    ck_assert_uint_eq(cstm_buffer_size(bytes[0]), cstm_buffer_size(bytes[1]));
    ck_assert_mem_eq(cstm_buffer_data(bytes[0]), cstm_buffer_data(bytes[1]),
                     cstm_buffer_size(bytes[0]));
    for (int i = 0; i < 2; i++)
        cstm_buffer_free(bytes[i]);
    for (int i = 0; i < KINDS; i++)
        cstm_event_free(reused[i]);
}
END_TEST

START_TEST(threads_cannot_be_seen)
{
    static const int32_t threads[] = {1, 2, 7};
    char *texts[3];
    for (int i = 0; i < 3; i++) {
        cstm_batch *other = new_batch(threads[i]);
        cstm_result *result = run(other, "2010-10-01");
        texts[i] = desk_text(strategy, result);
        cstm_result_free(result);
        cstm_batch_free(other);
    }
    ck_assert_str_eq(texts[0], texts[1]);
    ck_assert_str_eq(texts[0], texts[2]);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
}
END_TEST

/* The fifth card was used for the last time on 2009-03-31; its bank closes it a month later, so
 * that it never falls asleep. */
START_TEST(a_closed_card_is_counted_as_open_until_it_is_closed)
{
    static const char *const key[] = {"A0-4"}, *const time[] = {"2009-04-15T10:00:00"};
    static const struct {
        const char *date, *card, *account;
    } days[] = {{"2009-04-14", "active 14332", "4 4"}, /* in use again since 2009-03-29 */
                {"2009-04-15", "closed 14349", "3 3"},
                {"2010-10-01", "closed 14349", "3 3"}};
    cstm_table *closed = table_new();
    add_texts(closed, "card", 1, key);
    add_texts(closed, "time", 1, time);
    cstm_batch *other = new_batch(2);
    must(cstm_batch_add_events(other, desk_find(strategy, CSTM_PART_EVENT, "card_closed"), closed,
                               NULL),
         NULL);
    for (int i = 0; i < 3; i++) {
        cstm_result *result = run(other, days[i].date);
        const cstm_table *table =
            cstm_result_table(result, desk_find(strategy, CSTM_PART_ENTITY, "card"));
        ck_assert_str_eq(desk_cells(table, desk_row(table, "A0-4"), "card.stage card.since"),
                         days[i].card);
        table = cstm_result_table(result, desk_find(strategy, CSTM_PART_ENTITY, "account"));
        ck_assert_str_eq(desk_cells(table, 0, "open_cards active_cards"), days[i].account);
        cstm_result_free(result);
    }
    cstm_batch_free(other);
    cstm_table_free(closed);
}
END_TEST

int
main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr,
                "usage: %s PYTHON CARDS.PY TRANSACTIONS.csv.gz OUTPUT_DIRECTORY STRATEGY.yaml\n",
                argv[0]);
        return 2;
    }
    arguments = (const char *const *) argv;
    Suite *suite = suite_create("cards");
    TCase *cases = tcase_create("five cards");
    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, open_desk, close_desk);
    tcase_add_test(cases, every_row_of_the_set_becomes_one_event);
    tcase_add_loop_test(cases, figures_of_each_day_are_those_of_the_transactions, 0,
                        EXPECTED / (CARDS + 2));
    tcase_add_test(cases, batch_is_what_was_recorded_event_by_event);
    tcase_add_test(cases, events_recorded_backwards_and_twice_give_the_same_bytes);
    tcase_add_test(cases, threads_cannot_be_seen);
    tcase_add_test(cases, a_closed_card_is_counted_as_open_until_it_is_closed);
    suite_add_tcase(suite, cases);
    return desk_run(suite);
}
