/* Windows in statement cycles (账单周期): which days they hold, by hand, where months are short and where
 * the closing day changes; then for every day by a batch and event by event, with sealing and storing in
 * between, of strategies that keep no more days than their cycles can need. */
#include "bank.h"
#include "tables.h"

static const char document[] =
    "format: 1\n"
    "strategy: cycles\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "late: 1 days\n"
    "purposes: [service]\n"
    "entities: {account: {of: customer}}\n"
    "attributes: {statement_day: {for: account, type: int}}\n"
    "events: {use: {on: account, fields: {amount: money, place: string, rate: double}, observed_from: 2004-11-01}}\n"
    "features:\n"
    "  closed: {for: account, sum: use.amount, over: 1 cycle, cycle: statement_day}\n"
    "  open: {for: account, sum: use.amount, over: current cycle, cycle: statement_day}\n"
    "  before: {for: account, sum: use.amount, over: 1 cycle, before: 1 cycle, cycle: statement_day}\n"
    "  two: {for: account, count: use, over: 2 cycles, cycle: statement_day}\n"
    "  growth: {for: account, ratio: use.amount, over: 1 cycle, cycle: statement_day}\n"
    "  slope: {for: account, trend: use, over: 2 cycles, cycle: statement_day}\n"
    "  last_closed: {for: account, last: use.place, over: 1 cycle, cycle: statement_day}\n"
    "  last_open: {for: account, last: use.place, over: current cycle, cycle: statement_day}\n"
    "  first_open: {for: account, first: use.place, over: current cycle, cycle: statement_day}\n"
    "  rates: {for: account, sum: use.rate, over: 1 cycle, cycle: statement_day}\n"
    "  places: {for: account, distinct: use.place, over: 2 cycles, cycle: statement_day}\n"
    "  week_ago: {for: account, sum: use.amount, over: current cycle, before: 1 week, cycle: statement_day}\n"
    "lifecycles:\n"
    "  spending:\n"
    "    for: account\n"
    "    purpose: service\n"
    "    initial: low\n"
    "    transitions:\n"
    "      - {from: low, to: high, when: \"closed > money('6.00')\"}\n"
    "      - {from: high, to: low, when: \"closed <= money('6.00')\"}\n";

#define USES 7
static const struct {
    const char *day;
    int64_t amount;
    const char *place;
} uses[USES] = {
    {"2005-01-31", 100, "a"},  {"2005-02-01", 200, "b"},  {"2005-02-28", 400, "c"}, {"2005-03-01", 800, "d"},
    {"2005-03-30", 1600, "e"}, {"2005-03-31", 3200, "f"}, {"2005-06-20", 6400, "g"},
};
#define SETTINGS 4
static const struct {
    const char *day;
    int64_t value;
} settings[SETTINGS] = {{"2004-12-01", 31}, {"2005-04-02", 15}, {"2005-05-20", 0}, {"2005-06-05", 5}};

static void
record_use(cstm_profile *customer, cstm_strategy *bank, cstm_entity account, int i)
{
    char id[8];
    snprintf(id, sizeof id, "u%d", i);
    cstm_event *event = event_of(bank, "use", account, id, uses[i].day);
    event_money(bank, event, "amount", uses[i].amount);
    event_text(bank, event, "place", uses[i].place);
    must(cstm_event_set_double(event,
                               cstm_strategy_find_field(bank, bank_find(bank, CSTM_PART_EVENT, "use"), "rate"),
                               0.1 * (i + 1), NULL),
         NULL);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

static void
set_day(cstm_profile *customer, const cstm_strategy *bank, cstm_entity account, int i)
{
    must(cstm_profile_set_int64(customer, account, bank_find(bank, CSTM_PART_ATTRIBUTE, "statement_day"),
                                settings[i].value, bank_at(bank, settings[i].day), NULL, 0, NULL),
         NULL);
}

static int64_t
number(const cstm_outcome *outcome, const cstm_strategy *bank, const char *feature, cstm_entity account)
{
    int32_t index = bank_find(bank, CSTM_PART_FEATURE, feature);
    ck_assert_msg(cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, account) == CSTM_STATE_VALUE, "%s",
                  feature);
    return cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, account);
}

START_TEST(a_cycle_closes_with_its_day_or_with_the_month)
{
    static const struct {
        const char *day;
        int64_t closed, open, before;
    } cases[] = {
        {"2005-01-30", 0, 0, 0},
        {"2005-01-31", 100, 0, 0},
        {"2005-02-27", 100, 200, 0},
        {"2005-02-28", 600, 0, 100}, /* of a month without a 31st */
        {"2005-03-01", 600, 800, 100},
        {"2005-03-30", 600, 2400, 100},
        {"2005-03-31", 5600, 0, 600},
        {"2005-04-01", 5600, 0, 600},
        {"2005-04-02", 1200, 4800, 300}, /* the 15th from now on: 16 February to 15 March, and so on */
        {"2005-04-14", 1200, 4800, 300},
        {"2005-04-15", 4800, 0, 1200},
    };
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "1");
    for (int i = USES - 1; i >= 0; i--)
        record_use(customer, bank, account, i);
    for (int i = 0; i < 2; i++)
        set_day(customer, bank, account, i);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_outcome *outcome = outcome_on(customer, bank, cases[i].day);
        ck_assert_msg(number(outcome, bank, "closed", account) == cases[i].closed &&
                          number(outcome, bank, "open", account) == cases[i].open &&
                          number(outcome, bank, "before", account) == cases[i].before,
                      "%s: %lld %lld %lld", cases[i].day, (long long) number(outcome, bank, "closed", account),
                      (long long) number(outcome, bank, "open", account),
                      (long long) number(outcome, bank, "before", account));
        cstm_outcome_free(outcome);
    }
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-03-31");
    ck_assert_double_eq(cstm_outcome_double(outcome, CSTM_PART_FEATURE,
                                            bank_find(bank, CSTM_PART_FEATURE, "growth"), account),
                        5600.0 / 600.0);
    ck_assert_double_eq(cstm_outcome_double(outcome, CSTM_PART_FEATURE,
                                            bank_find(bank, CSTM_PART_FEATURE, "slope"), account),
                        1); /* 2 uses, 3 uses */
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(without_a_closing_day_there_is_no_cycle)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "1");
    record_use(customer, bank, account, 0);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-02-10");
    ck_assert_int_eq(feature_status(outcome, bank, "closed", account), CSTM_ERROR_MISSING);
    cstm_outcome_free(outcome);
    for (int i = 1; i < SETTINGS; i++)
        set_day(customer, bank, account, i);
    outcome = outcome_on(customer, bank, "2005-05-19");
    ck_assert_int_eq(feature_status(outcome, bank, "open", account), CSTM_OK);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, bank, "2005-05-20"); /* 0 */
    ck_assert_int_eq(feature_status(outcome, bank, "closed", account), CSTM_ERROR_MISSING);
    ck_assert_int_eq(feature_status(outcome, bank, "open", account), CSTM_ERROR_MISSING);
    cstm_outcome_free(outcome);
    /* What lies before anything was observed is missing: 16 October to 15 November. */
    cstm_profile_free(customer);
    customer = customer_new(bank, "b");
    account = customer_entity(customer, bank, "account", 0, "1");
    must(cstm_profile_set_int64(customer, account, bank_find(bank, CSTM_PART_ATTRIBUTE, "statement_day"), 15,
                                CSTM_ALWAYS, NULL, 0, NULL),
         NULL);
    record_use(customer, bank, account, 0);
    outcome = outcome_on(customer, bank, "2004-12-14");
    ck_assert_int_eq(feature_status(outcome, bank, "closed", account), CSTM_ERROR_MISSING);
    ck_assert_int_eq(number(outcome, bank, "open", account), 0);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, bank, "2004-12-15");
    ck_assert_int_eq(number(outcome, bank, "closed", account), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

static cstm_batch *
batch_of(cstm_strategy *bank)
{
    cstm_table *customers = table_new(), *accounts = table_new(), *rows = table_new(), *days = table_new();
    cstm_batch *batch;
    int64_t amounts[USES], values[SETTINGS];
    double rates[USES];
    const char *keys[USES], *times[USES], *places[USES], *set[SETTINGS];
    for (int i = 0; i < USES; i++) {
        keys[i] = "1";
        times[i] = uses[i].day;
        amounts[i] = uses[i].amount;
        places[i] = uses[i].place;
        rates[i] = 0.1 * (i + 1);
    }
    for (int i = 0; i < SETTINGS; i++) {
        set[i] = settings[i].day;
        values[i] = settings[i].value;
    }
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    add_texts(accounts, "account", 1, keys);
    add_texts(accounts, "customer", 1, (const char *[]){"a"});
    add_texts(rows, "account", USES, keys);
    add_texts(rows, "time", USES, times);
    add_money(rows, "amount", USES, amounts);
    add_texts(rows, "place", USES, places);
    must(cstm_table_add_double(rows, "rate", rates, NULL, USES, NULL), NULL);
    add_texts(days, "account", SETTINGS, keys);
    add_texts(days, "time", SETTINGS, set);
    add_ints(days, "statement_day", SETTINGS, values);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_entities(batch, 1, accounts, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, rows, NULL), NULL);
    must(cstm_batch_add_attributes(batch, 1, days, NULL), NULL);
    cstm_table_free(customers);
    cstm_table_free(accounts);
    cstm_table_free(rows);
    cstm_table_free(days);
    return batch;
}

static void
say(const cstm_outcome *outcome, const cstm_strategy *bank, int32_t index, cstm_entity account, char *text,
    size_t room)
{
    size_t size = 0;
    const char *bytes;
    snprintf(text, room, "-");
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, account) != CSTM_STATE_VALUE)
        return;
    switch (cstm_strategy_part_type(bank, CSTM_PART_FEATURE, index)) {
    case CSTM_TYPE_STRING:
        bytes = cstm_outcome_string(outcome, CSTM_PART_FEATURE, index, account, &size);
        snprintf(text, room, "%.*s", (int) size, bytes);
        break;
    case CSTM_TYPE_DOUBLE:
        snprintf(text, room, "%.17g", cstm_outcome_double(outcome, CSTM_PART_FEATURE, index, account));
        break;
    default:
        snprintf(text, room, "%lld",
                 (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, account));
        break;
    }
}

START_TEST(a_batch_says_of_every_day_what_a_sealed_profile_says)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    customer_entity(customer, bank, "account", 0, "1");
    cstm_batch *batch = batch_of(bank);
    int done = 0, set = 0, high = 0;
    for (int32_t d = bank_day("2004-12-01"); d <= bank_day("2005-09-30"); d++) {
        int64_t as_of = bank_end_of(bank, "2004-12-01") +
                        (int64_t) (d - bank_day("2004-12-01")) * INT64_C(86400000000);
        cstm_entity account = customer_entity(customer, bank, "account", 0, "1");
        cstm_outcome *outcome;
        cstm_result *result;
        for (; set < SETTINGS && bank_day(settings[set].day) <= d; set++)
            set_day(customer, bank, account, set);
        for (; done < USES && bank_day(uses[done].day) <= d; done++)
            record_use(customer, bank, account, done);
        must(cstm_outcome_new(bank, &outcome, NULL), NULL);
        must(cstm_profile_evaluate(customer, as_of, outcome, NULL), NULL);
        must(cstm_batch_run(batch, as_of, &result, NULL), NULL);
        const cstm_table *table = cstm_result_table(result, 1);
        for (int32_t f = 0; f < cstm_strategy_count(bank, CSTM_PART_FEATURE); f++) {
            const char *name = cstm_strategy_part_name(bank, CSTM_PART_FEATURE, f);
            char text[64];
            say(outcome, bank, f, account, text, sizeof text);
            ck_assert_msg(strcmp(text, cell(table, 0, name)) == 0, "%s on day %d: %s, batch %s", name, d, text,
                          cell(table, 0, name));
        }
        const char *stage = stage_of(outcome, bank, "spending", account);
        ck_assert_str_eq(*stage == '\0' ? "-" : stage, cell(table, 0, "spending.stage"));
        high += strcmp(stage, "high") == 0;
        cstm_result_free(result);
        cstm_outcome_free(outcome);
        must(cstm_profile_advance(customer, as_of, NULL), NULL);
        if (d % 3 == 0) {
            cstm_profile *copy = restored(bank, customer);
            assert_same_bytes(customer, copy);
            cstm_profile_free(customer);
            customer = copy;
        }
    }
    /* From 31 March, when 56.00 closes, to 19 May; on 5 July 64.00 closes, for a cycle. */
    ck_assert_int_gt(high, 40);
    cstm_batch_free(batch);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cycles");
    TCase *tcase = tcase_create("cycles");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_cycle_closes_with_its_day_or_with_the_month);
    tcase_add_test(tcase, without_a_closing_day_there_is_no_cycle);
    tcase_add_test(tcase, a_batch_says_of_every_day_what_a_sealed_profile_says);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
