/* The evaluation itself: when machines begin, what they see of each other on days on which nothing
 * else happens, customers with more days than fit one piece of work, and blocks of customers that
 * must not see each other. Day numbers: 2005-01-01 is 12784. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

#define JANUARY 12784

#define HEAD                                                                                       \
    "format: 1\n"                                                                                  \
    "strategy: evaluation\n"                                                                       \
    "version: \"1\"\n"                                                                             \
    "timezone: Asia/Taipei\n"                                                                      \
    "currency: TWD\n"                                                                              \
    "late: 2 days\n"                                                                               \
    "purposes: [service]\n"

static void
set_opened(cstm_profile *customer, const cstm_strategy *bank, const char *attribute,
           cstm_entity entity, const char *day)
{
    cstm_error *error = NULL;
    must(cstm_profile_set_date(customer, entity, bank_find(bank, CSTM_PART_ATTRIBUTE, attribute),
                               bank_day(day), CSTM_ALWAYS, NULL, 0, &error),
         error);
}

static void
visit(cstm_profile *customer, cstm_strategy *bank, const char *time)
{
    ck_assert_int_eq(record(customer, event_of(bank, "visit", 0, NULL, time)), CSTM_OK);
}

static void
assert_standing(const cstm_profile *customer, cstm_strategy *bank, const char *day,
                const char *lifecycle, const char *stage, const char *since, bool censored)
{
    cstm_outcome *outcome = outcome_on(customer, bank, day);
    int32_t index = bank_find(bank, CSTM_PART_LIFECYCLE, lifecycle);
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, index, 0), stage);
    ck_assert_int_eq(cstm_outcome_stage_since(outcome, index, 0), bank_day(since));
    ck_assert_int_eq(cstm_outcome_stage_censored(outcome, index, 0), censored);
    cstm_outcome_free(outcome);
}

/* --- beginnings --- */

static const char beginnings[] = HEAD "events: {visit: {}}\n"
                                      "features:\n"
                                      "  visits: {count: visit, over: 30 days}\n"
                                      "lifecycles:\n"
                                      "  relation:\n"
                                      "    purpose: service\n"
                                      "    initial:\n"
                                      "      - {stage: active, when: visits >= 2}\n"
                                      "      - {stage: quiet}\n"
                                      "    transitions:\n"
                                      "      - {from: quiet, to: active, when: visits >= 2}\n"
                                      "      - {from: active, to: quiet, when: visits == 0}\n";

START_TEST(a_machine_begins_with_the_opening)
{
    cstm_strategy *bank = bank_compile(beginnings);
    cstm_profile *customer = customer_new(bank, "c");
    set_opened(customer, bank, "customer.opened_on", 0, "2005-03-01");
    visit(customer, bank, "2005-03-10");
    assert_standing(customer, bank, "2005-03-20", "relation", "quiet", "2005-03-01", false);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-02-28");
    ck_assert_str_eq(stage_of(outcome, bank, "relation", 0), ""); /* it has not begun */
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(without_an_opening_it_begins_with_the_first_event_and_may_be_older)
{
    cstm_strategy *bank = bank_compile(beginnings);
    cstm_profile *customer = customer_new(bank, "c");
    visit(customer, bank, "2005-03-12");
    visit(customer, bank, "2005-03-10");
    assert_standing(customer, bank, "2005-03-11", "relation", "quiet", "2005-03-10", true);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(an_opening_before_all_observation_lets_it_begin_where_observation_does)
{
    cstm_strategy *bank = bank_compile(beginnings);
    cstm_profile *customer = customer_new(bank, "c");
    set_opened(customer, bank, "customer.opened_on", 0, "1999-01-01");
    observe(customer, bank, "visit", "2005-03-01");
    visit(customer, bank, "2005-04-01");
    visit(customer, bank, "2005-04-02");
    assert_standing(customer, bank, "2005-03-20", "relation", "quiet", "2005-03-01", true);
    assert_standing(customer, bank, "2005-04-05", "relation", "active", "2005-04-02", false);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(the_stage_at_the_beginning_follows_the_initial_rules)
{
    cstm_strategy *bank = bank_compile(beginnings);
    cstm_profile *customer = customer_new(bank, "c");
    set_opened(customer, bank, "customer.opened_on", 0, "2005-03-10");
    visit(customer, bank, "2005-03-10 09:00:00");
    visit(customer, bank, "2005-03-10 10:00:00");
    assert_standing(customer, bank, "2005-03-10", "relation", "active", "2005-03-10", false);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(halves_sealed_apart_leave_stages_undetermined_and_features_right)
{
    cstm_strategy *bank = bank_compile(beginnings);
    cstm_profile *a = customer_new(bank, "c"), *b = customer_new(bank, "c");
    cstm_error *error = NULL;
    set_opened(a, bank, "customer.opened_on", 0, "2005-01-01");
    visit(a, bank, "2005-03-10");
    visit(b, bank, "2005-03-11");
    advance_to(a, bank, "2005-03-20");
    advance_to(b, bank, "2005-03-20");
    must(cstm_profile_merge(a, b, &error), error);
    cstm_outcome *outcome = outcome_on(a, bank, "2005-03-25");
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_LIFECYCLE, 0, 0),
                     CSTM_ERROR_SEALED_APART);
    ck_assert_int_eq(feature_int(outcome, bank, "visits", 0), 2);
    cstm_outcome_free(outcome);
    cstm_profile_free(a);
    cstm_profile_free(b);
    cstm_strategy_unref(bank);
}
END_TEST

/* --- machines that see each other --- */

static const char watching[] =
    HEAD "events: {visit: {}}\n"
         "features:\n"
         "  visits: {count: visit, over: 5 days}\n"
         "lifecycles:\n"
         "  relation:\n"
         "    purpose: service\n"
         "    initial: new\n"
         "    transitions:\n"
         "      - {from: new, to: settled, when: \"true || visits > 0\", stay: 40 days}\n"
         "      - {from: settled, to: old, when: \"true || visits > 0\", stay: 100 days}\n"
         "  attention:\n"
         "    purpose: service\n"
         "    initial: none\n"
         "    transitions:\n"
         "      - {from: none, to: some, when: relation.stage == 'settled', for: 3 days}\n"
         "      - {from: some, to: much, when: relation.stage == 'old', stay: 5 days}\n"
         "  review:\n"
         "    purpose: service\n"
         "    initial: asleep\n"
         "    transitions:\n"
         "      - {from: asleep, to: due, when: attention.stage == 'some', stay: 7 days}\n"
         "      - {from: due, to: asleep, when: attention.stage == 'much'}\n";

START_TEST(a_machine_sees_another_move_on_a_day_without_events)
{
    static const struct {
        const char *day, *lifecycle, *stage, *since;
    } cases[] = {
        {"2005-02-09", "relation", "new", "2005-01-01"},
        {"2005-02-10", "relation", "settled", "2005-02-10"}, /* 40 days after the 1st of January */
        {"2005-02-11", "attention", "none", "2005-01-01"},
        {"2005-02-12", "attention", "some", "2005-02-12"}, /* the third day of it */
        {"2005-02-12", "review", "due", "2005-02-12"},     /* which is seen the same day */
        {"2005-05-20", "relation", "settled", "2005-02-10"},
        {"2005-05-21", "relation", "old", "2005-05-21"}, /* 100 days later */
        {"2005-05-21", "attention", "much", "2005-05-21"},
        {"2005-05-21", "review", "asleep", "2005-05-21"},
        {"2005-12-31", "review", "asleep", "2005-05-21"},
    };
    cstm_strategy *bank = bank_compile(watching);
    cstm_profile *whole = customer_new(bank, "c"), *advanced = customer_new(bank, "c");
    set_opened(whole, bank, "customer.opened_on", 0, "2005-01-01");
    set_opened(advanced, bank, "customer.opened_on", 0, "2005-01-01");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_standing(whole, bank, cases[i].day, cases[i].lifecycle, cases[i].stage,
                        cases[i].since, false);
        assert_standing(advanced, bank, cases[i].day, cases[i].lifecycle, cases[i].stage,
                        cases[i].since, false);
        if (i % 2 == 0)
            advance_to(advanced, bank, cases[i].day);
    }
    cstm_profile_free(whole);
    cstm_profile_free(advanced);
    cstm_strategy_unref(bank);
}
END_TEST

static const char counting[] = HEAD "entities: {card: {of: customer}}\n"
                                    "events: {visit: {}}\n"
                                    "features:\n"
                                    "  cards: {count: card}\n"
                                    "lifecycles:\n"
                                    "  wallet:\n"
                                    "    purpose: service\n"
                                    "    initial: empty\n"
                                    "    transitions:\n"
                                    "      - {from: empty, to: full, when: cards >= 1}\n";

START_TEST(a_machine_sees_a_child_begin_of_which_nothing_else_is_known)
{
    cstm_strategy *bank = bank_compile(counting);
    cstm_profile *customer = customer_new(bank, "c");
    set_opened(customer, bank, "customer.opened_on", 0, "2005-01-01");
    cstm_entity card = customer_entity(customer, bank, "card", 0, "k");
    set_opened(customer, bank, "card.opened_on", card, "2005-02-10");
    assert_standing(customer, bank, "2005-02-09", "wallet", "empty", "2005-01-01", false);
    assert_standing(customer, bank, "2005-03-20", "wallet", "full", "2005-02-10", false);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

/* --- very long lives --- */

static const char lives[] = HEAD
    "entities: {card: {of: customer}}\n"
    "events: {use: {on: card, fields: {amount: money}}}\n"
    "features:\n"
    "  used: {for: card, count: use, over: 20 days}\n"
    "  cards_used: {count: card, where: used > 0}\n"
    "lifecycles:\n"
    "  plastic:\n"
    "    for: card\n"
    "    purpose: service\n"
    "    initial: asleep\n"
    "    transitions:\n"
    "      - {from: asleep, to: awake, when: used >= 1}\n"
    "      - {from: awake, to: asleep, when: used == 0}\n"
    "  mood:\n"
    "    for: card\n"
    "    purpose: service\n"
    "    initial: calm\n"
    "    transitions:\n"
    "      - {from: calm, to: bored, when: plastic.days_in_stage >= 25}\n" /* so every day is
                                                                              stepped */
    "      - {from: bored, to: calm, when: \"plastic.days_in_stage < 25 && cards_used >= 1\"}\n";

#define LIFE_DAYS 6000
#define LIFE_CARDS 3

/* Card n is used every 50 + 13 n days. */
static int64_t
use_time(int32_t card, int32_t k)
{
    return ((int64_t) JANUARY + (int64_t) k * (50 + 13 * card)) * INT64_C(86400000000);
}

START_TEST(a_life_of_very_many_days_is_that_of_its_months)
{
    cstm_strategy *bank = bank_compile(lives);
    cstm_profile *whole = customer_new(bank, "c"), *monthly = customer_new(bank, "c");
    cstm_profile *both[2] = {whole, monthly};
    cstm_error *error = NULL;
    int32_t next[LIFE_CARDS] = {0};
    for (int32_t p = 0; p < 2; p++)
        for (int32_t c = 0; c < LIFE_CARDS; c++) {
            char key[8];
            snprintf(key, sizeof key, "k%d", c);
            cstm_entity card = customer_entity(both[p], bank, "card", 0, key);
            set_opened(both[p], bank, "card.opened_on", card, "2005-01-01");
        }
    cstm_outcome *a = NULL, *b = NULL;
    must(cstm_outcome_new(bank, &a, &error), error);
    must(cstm_outcome_new(bank, &b, &error), error);
    for (int32_t day = 0; day <= LIFE_DAYS; day++) {
        int64_t noon = ((int64_t) JANUARY + day) * INT64_C(86400000000) + INT64_C(14400000000);
        for (int32_t c = 0; c < LIFE_CARDS; c++)
            for (; use_time(c, next[c]) <= noon; next[c]++)
                for (int32_t p = 0; p < 2; p++) {
                    cstm_event *event = NULL;
                    must(cstm_event_new(bank, 0, &event, &error), error);
                    must(cstm_event_set_entity(event, c + 1, &error), error);
                    must(cstm_event_set_time(event, use_time(c, next[c]), &error), error);
                    ck_assert_int_eq(record(both[p], event), CSTM_OK);
                }
        if (day % 30 == 0)
            must(cstm_profile_advance(monthly, noon, &error), error);
        if (day != LIFE_DAYS && day != 3000)
            continue;
        must(cstm_profile_evaluate(whole, noon, a, &error), error);
        must(cstm_profile_evaluate(monthly, noon, b, &error), error);
        for (int32_t c = 1; c <= LIFE_CARDS; c++)
            for (int32_t m = 0; m < 2; m++) {
                ck_assert_str_eq(cstm_outcome_stage_name(a, m, c),
                                 cstm_outcome_stage_name(b, m, c));
                ck_assert_int_eq(cstm_outcome_stage_since(a, m, c),
                                 cstm_outcome_stage_since(b, m, c));
            }
    }
    cstm_outcome_free(a);
    cstm_outcome_free(b);
    cstm_profile_free(whole);
    cstm_profile_free(monthly);
    cstm_strategy_unref(bank);
}
END_TEST

/* Every use wakes its card and 20 days later it sleeps again: two moves for each use but perhaps
 * the last. */
START_TEST(the_log_of_a_very_long_life_is_whole_and_in_order)
{
    cstm_strategy *bank = bank_compile(lives);
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *cards = table_new(), *uses = table_new();
    const char *keys[LIFE_CARDS] = {"k0", "k1", "k2"}, *of[LIFE_CARDS] = {"c", "c", "c"},
               *used[400];
    int64_t times[400];
    int32_t opened[LIFE_CARDS] = {JANUARY, JANUARY, JANUARY}, n = 0, moves = 0;
    for (int32_t c = 0; c < LIFE_CARDS; c++)
        for (int32_t k = 0; use_time(c, k) < ((int64_t) JANUARY + LIFE_DAYS) * INT64_C(86400000000);
             k++) {
            used[n] = keys[c];
            times[n++] = use_time(c, k);
            moves += k == 0 ? 0 : 1; /* on the first day it begins, the use is not seen as a move */
        }
    add_texts(customers, "customer", 1, (const char *[]){"c"});
    add_texts(cards, "card", LIFE_CARDS, keys);
    add_texts(cards, "customer", LIFE_CARDS, of);
    must(cstm_table_add_date(cards, "opened_on", opened, NULL, LIFE_CARDS, &error), error);
    add_texts(uses, "card", n, used);
    must(cstm_table_add_timestamp(uses, "time", times, NULL, n, &error), error);
    cstm_batch *batch = NULL;
    must(cstm_batch_new(bank, &batch, &error), error);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, 1, cards, &error), error);
    must(cstm_batch_add_events(batch, 0, uses, &error), error);
    cstm_result *result = NULL;
    must(cstm_batch_run(batch, ((int64_t) JANUARY + LIFE_DAYS) * INT64_C(86400000000), &result,
                        &error),
         error);
    cstm_table *moved = NULL;
    int32_t plastic = bank_find(bank, CSTM_PART_LIFECYCLE, "plastic");
    must(cstm_result_transitions(result, plastic, JANUARY - 1, JANUARY + LIFE_DAYS, &moved, &error),
         error);
    ck_assert_int_eq(cstm_table_rows(moved), 2);
    assert_cell(moved, 0, "from", "asleep");
    /* The first use counts on the day after the beginning: the machine takes its initial stage that
     * day and moves the next. */
    ck_assert_int_eq(cstm_table_int64(moved, 0, column_of(moved, "count")), moves + LIFE_CARDS);
    cstm_table_free(moved);
    cstm_table *funnel = NULL;
    must(cstm_result_funnel(result, plastic, JANUARY + 10, &funnel, &error), error);
    assert_cell(funnel, 1, "stage", "awake");
    assert_cell(funnel, 1, "count", "3");
    assert_cell(funnel, 1, "mean_days", "9");
    cstm_table_free(funnel);
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(cards);
    cstm_table_free(uses);
    cstm_strategy_unref(bank);
}
END_TEST

/* --- blocks --- */

#define PATTERNS 7

/* Customer i does what pattern i % PATTERNS does. */
static char *
csv_of_copies(cstm_strategy *bank, int32_t n, int64_t stride)
{
    cstm_error *error = NULL;
    char(*texts)[16] = calloc((size_t) n, sizeof *texts);
    const char **keys = calloc((size_t) n * 20, sizeof *keys);
    int64_t *times = calloc((size_t) n * 20, sizeof *times);
    int64_t rows = 0;
    cstm_table *customers = table_new(), *visits = table_new();
    for (int32_t i = 0; i < n; i++) {
        snprintf(texts[i], sizeof *texts, "c%d", i);
        keys[i] = texts[i];
    }
    add_texts(customers, "customer", n, keys);
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < i % PATTERNS * 3; k++) {
            keys[rows] = texts[i];
            times[rows++] =
                ((int64_t) JANUARY + 400 - (int64_t) (PATTERNS - i % PATTERNS) * 5 * k) *
                INT64_C(86400000000);
        }
    add_texts(visits, "customer", rows, keys);
    must(cstm_table_add_timestamp(visits, "time", times, NULL, rows, &error), error);
    cstm_batch *batch = NULL;
    cstm_result *result = NULL;
    must(cstm_batch_new(bank, &batch, &error), error);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_events(batch, 0, visits, &error), error);
    must(cstm_batch_run(batch, ((int64_t) JANUARY + 400) * INT64_C(86400000000), &result, &error),
         error);
    const cstm_table *table = cstm_result_table(result, 0);
    char *all = calloc(PATTERNS, 4096), *end = all;
    for (int32_t p = 0; p < PATTERNS; p++) {
        char first[4096] = "";
        for (int64_t row = p; row < n; row += stride) {
            char line[4096] = "";
            for (int32_t c = 1; c < cstm_table_columns(table); c++) {
                strcat(line, cell(table, row, cstm_table_column_name(table, c)));
                strcat(line, " ");
            }
            if (row == p)
                strcpy(first, line);
            ck_assert_str_eq(first, line);
        }
        end += sprintf(end, "%s\n", first);
    }
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(visits);
    free(texts);
    free(keys);
    free(times);
    return all;
}

START_TEST(customers_of_a_block_do_not_see_each_other)
{
    cstm_strategy *bank = bank_compile(beginnings);
    char *few = csv_of_copies(bank, PATTERNS, PATTERNS),
         *many = csv_of_copies(bank, 300 * PATTERNS + 1, PATTERNS);
    ck_assert_str_eq(few, many);
    ck_assert_ptr_nonnull(strstr(few, "active"));
    free(few);
    free(many);
    cstm_strategy_unref(bank);
}
END_TEST

static Suite *
evaluate_suite(void)
{
    Suite *suite = suite_create("evaluation");
    TCase *tests = tcase_create("evaluation");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_machine_begins_with_the_opening);
    tcase_add_test(tests, without_an_opening_it_begins_with_the_first_event_and_may_be_older);
    tcase_add_test(tests, an_opening_before_all_observation_lets_it_begin_where_observation_does);
    tcase_add_test(tests, the_stage_at_the_beginning_follows_the_initial_rules);
    tcase_add_test(tests, halves_sealed_apart_leave_stages_undetermined_and_features_right);
    tcase_add_test(tests, a_machine_sees_another_move_on_a_day_without_events);
    tcase_add_test(tests, a_machine_sees_a_child_begin_of_which_nothing_else_is_known);
    tcase_add_test(tests, a_life_of_very_many_days_is_that_of_its_months);
    tcase_add_test(tests, the_log_of_a_very_long_life_is_whole_and_in_order);
    tcase_add_test(tests, customers_of_a_block_do_not_see_each_other);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(evaluate_suite());
}
