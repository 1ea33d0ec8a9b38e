#include "bank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char bank_document[] =
    "format: 1\n"
    "strategy: test-bank\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "late: 7 days\n"
    "purposes: [service, credit]\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "  card: {of: account}\n"
    "attributes:\n"
    "  age: {type: int}\n"
    "  vip: {type: bool}\n"
    "  rating: {type: double}\n"
    "  education: {type: string, values: [graduate, university, high_school, other]}\n"
    "  city: {type: string}\n"
    "  born: {type: date}\n"
    "  seen: {type: timestamp}\n"
    "  limit: {for: account, type: money}\n"
    "events:\n"
    "  account_opened: {on: account, opens: true}\n"
    "  card_opened: {on: card, opens: true}\n"
    "  card_closed: {on: card, closes: true}\n"
    "  statement:\n"
    "    on: account\n"
    "    fields: {balance: money, status: int}\n"
    "  repayment:\n"
    "    on: account\n"
    "    fields: {amount: money}\n"
    "  purchase:\n"
    "    on: card\n"
    "    fields: {amount: money, place: string, rate: double, online: bool, settles: date, posted: "
    "timestamp}\n"
    "features:\n"
    "  balance: {for: account, last: statement.balance}\n"
    "  utilisation: {for: account, rule: balance / limit}\n"
    "  last_status: {last: statement.status, over: 6 months}\n"
    "  worst_status_6m: {max: statement.status, over: 6 months}\n"
    "  overdue_6m: {count: statement, where: status >= 1, over: 6 months}\n"
    "  repaid_90d: {sum: repayment.amount, over: 90 days}\n"
    "  repayments: {count: repayment, over: 30 days}\n"
    "  spent_30d: {sum: purchase.amount, over: 30 days}\n"
    "  last_place: {last: purchase.place, over: 90 days}\n"
    "  purchase_days: {distinct_days: purchase, over: 30 days}\n"
    "  idle: {recency: purchase, over: 180 days}\n"
    "  open_cards: {count: card, where: \"!has(closed_on)\"}\n"
    "  highest_use: {max: account.utilisation}\n"
    "lifecycles:\n"
    "  relationship:\n"
    "    purpose: service\n"
    "    initial: acquired\n"
    "    transitions:\n"
    "      - {from: acquired, to: active, when: purchase_days >= 1}\n"
    "      - {from: active, to: at_risk, when: purchase_days == 0, for: 14 days}\n"
    "      - {from: at_risk, to: previous, when: purchase_days >= 1}\n"
    "  delinquency:\n"
    "    for: account\n"
    "    purpose: credit\n"
    "    initial: current\n"
    "    transitions:\n"
    "      - {from: current, to: overdue, when: last_status >= 1}\n"
    "      - {from: overdue, to: current, when: last_status <= 0}\n"
    "scores:\n"
    "  default_risk:\n"
    "    purpose: credit\n"
    "    scorecard:\n"
    "      base: 600\n"
    "      characteristics:\n"
    "        - name: past due\n"
    "          feature: worst_status_6m\n"
    "          reason: PAST_DUE\n"
    "          bins:\n"
    "            - {up_to: 0, points: 38}\n"
    "            - {up_to: 1, points: -12}\n"
    "            - {above: 1, points: -55}\n"
    "            - {missing: true, points: 0}\n"
    "        - name: repaid\n"
    "          feature: repaid_90d\n"
    "          reason: LITTLE_REPAID\n"
    "          bins:\n"
    "            - {up_to: 1000, points: -20}\n"
    "            - {above: 1000, points: 15}\n"
    "            - {missing: true, points: 0}\n";

cstm_strategy *
bank_compile(const char *document)
{
    cstm_strategy *bank = NULL;
    cstm_error *error = NULL;
    if (cstm_strategy_parse(document, strlen(document), "bank.yaml", &bank, &error) != CSTM_OK) {
        for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
            fprintf(stderr, "%s\n", cstm_error_message(e));
        ck_abort_msg("the test's strategy does not compile");
    }
    return bank;
}

cstm_strategy *
bank_new(void)
{
    return bank_compile(bank_document);
}

cstm_strategy *
bank_with(const char *const *changes)
{
    char *document = malloc(sizeof bank_document);
    memcpy(document, bank_document, sizeof bank_document);
    for (; *changes != NULL; changes += 2) {
        char *at = strstr(document, changes[0]);
        ck_assert_msg(at != NULL, "the bank's document has no '%s'", changes[0]);
        size_t before = (size_t) (at - document), cut = strlen(changes[0]),
               put = strlen(changes[1]), size = strlen(document);
        char *changed = malloc(size - cut + put + 1);
        memcpy(changed, document, before);
        memcpy(changed + before, changes[1], put);
        memcpy(changed + before + put, at + cut, size - before - cut + 1);
        free(document);
        document = changed;
    }
    cstm_strategy *bank = bank_compile(document);
    free(document);
    return bank;
}

static int64_t
instant(const cstm_strategy *bank, const char *text, int32_t end_of_day)
{
    int64_t at = 0;
    ck_assert_int_eq(cstm_strategy_parse_time(bank, text, strlen(text), end_of_day, &at, NULL),
                     CSTM_OK);
    return at;
}

int64_t
bank_at(const cstm_strategy *bank, const char *time)
{
    return instant(bank, time, 0);
}

int64_t
bank_end_of(const cstm_strategy *bank, const char *day)
{
    return instant(bank, day, 1);
}

int32_t
bank_day(const char *date)
{
    int y = atoi(date), m = atoi(date + 5), d = atoi(date + 8);
    /* days_from_civil, Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" */
    y -= m <= 2;
    int era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int32_t
bank_find(const cstm_strategy *bank, cstm_part part, const char *name)
{
    int32_t index = cstm_strategy_find(bank, part, name);
    ck_assert_msg(index >= 0, "the bank has no %s", name);
    return index;
}

cstm_profile *
customer_new(cstm_strategy *bank, const char *key)
{
    cstm_profile *customer = NULL;
    ck_assert_int_eq(cstm_profile_new(bank, key, strlen(key), &customer, NULL), CSTM_OK);
    return customer;
}

cstm_entity
customer_entity(cstm_profile *customer, const cstm_strategy *bank, const char *kind,
                cstm_entity parent, const char *key)
{
    cstm_entity entity = -1;
    ck_assert_int_eq(cstm_profile_entity(customer, bank_find(bank, CSTM_PART_ENTITY, kind), parent,
                                         key, strlen(key), &entity, NULL),
                     CSTM_OK);
    return entity;
}

cstm_event *
event_of(cstm_strategy *bank, const char *kind, cstm_entity entity, const char *id,
         const char *time)
{
    cstm_event *event = NULL;
    ck_assert_int_eq(cstm_event_new(bank, bank_find(bank, CSTM_PART_EVENT, kind), &event, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_event_set_entity(event, entity, NULL), CSTM_OK);
    if (id != NULL)
        ck_assert_int_eq(cstm_event_set_id(event, id, strlen(id), NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_time(event, bank_at(bank, time), NULL), CSTM_OK);
    return event;
}

/* Fields are found in every kind that has one of the name: the first that takes it. */
static int32_t
field_of(const cstm_strategy *bank, cstm_event *event, const char *field)
{
    int32_t kinds = cstm_strategy_count(bank, CSTM_PART_EVENT), found = -1;
    for (int32_t kind = 0; kind < kinds && found < 0; kind++) {
        int32_t index = cstm_strategy_find_field(bank, kind, field);
        if (index >= 0 && cstm_event_set_missing(event, index, NULL) == CSTM_OK)
            found = index;
    }
    ck_assert_msg(found >= 0, "no event has a field %s", field);
    return found;
}

void
event_money(const cstm_strategy *bank, cstm_event *event, const char *field, int64_t minor)
{
    ck_assert_int_eq(cstm_event_set_money(event, field_of(bank, event, field), minor, NULL),
                     CSTM_OK);
}

void
event_int(const cstm_strategy *bank, cstm_event *event, const char *field, int64_t value)
{
    ck_assert_int_eq(cstm_event_set_int64(event, field_of(bank, event, field), value, NULL),
                     CSTM_OK);
}

void
event_text(const cstm_strategy *bank, cstm_event *event, const char *field, const char *text)
{
    ck_assert_int_eq(
        cstm_event_set_string(event, field_of(bank, event, field), text, strlen(text), NULL),
        CSTM_OK);
}

cstm_status
record(cstm_profile *customer, cstm_event *event)
{
    cstm_status status = cstm_profile_record(customer, event, NULL);
    cstm_event_free(event);
    return status;
}

cstm_status
statement(cstm_profile *customer, cstm_strategy *bank, cstm_entity account, const char *id,
          const char *time, int64_t balance, int64_t status)
{
    cstm_event *event = event_of(bank, "statement", account, id, time);
    event_money(bank, event, "balance", balance);
    event_int(bank, event, "status", status);
    return record(customer, event);
}

cstm_status
repayment(cstm_profile *customer, cstm_strategy *bank, cstm_entity account, const char *id,
          const char *time, int64_t amount)
{
    cstm_event *event = event_of(bank, "repayment", account, id, time);
    event_money(bank, event, "amount", amount);
    return record(customer, event);
}

cstm_status
purchase(cstm_profile *customer, cstm_strategy *bank, cstm_entity card, const char *id,
         const char *time, int64_t amount, const char *place)
{
    cstm_event *event = event_of(bank, "purchase", card, id, time);
    event_money(bank, event, "amount", amount);
    event_text(bank, event, "place", place);
    return record(customer, event);
}

void
observe(cstm_profile *customer, const cstm_strategy *bank, const char *kind, const char *day)
{
    ck_assert_int_eq(cstm_profile_observe(customer, bank_find(bank, CSTM_PART_EVENT, kind),
                                          bank_at(bank, day), NULL),
                     CSTM_OK);
}

void
advance_to(cstm_profile *customer, const cstm_strategy *bank, const char *day)
{
    ck_assert_int_eq(cstm_profile_advance(customer, bank_end_of(bank, day), NULL), CSTM_OK);
}

cstm_outcome *
outcome_on(const cstm_profile *customer, cstm_strategy *bank, const char *day)
{
    cstm_outcome *outcome = NULL;
    ck_assert_int_eq(cstm_outcome_new(bank, &outcome, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_evaluate(customer, bank_end_of(bank, day), outcome, NULL),
                     CSTM_OK);
    return outcome;
}

int64_t
feature_int(const cstm_outcome *outcome, const cstm_strategy *bank, const char *feature,
            cstm_entity entity)
{
    int32_t index = bank_find(bank, CSTM_PART_FEATURE, feature);
    ck_assert_msg(cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, entity) == CSTM_STATE_VALUE,
                  "%s has no value: %s", feature,
                  cstm_status_name(cstm_outcome_status(outcome, CSTM_PART_FEATURE, index, entity)));
    return cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, entity);
}

cstm_status
feature_status(const cstm_outcome *outcome, const cstm_strategy *bank, const char *feature,
               cstm_entity entity)
{
    return cstm_outcome_status(outcome, CSTM_PART_FEATURE,
                               bank_find(bank, CSTM_PART_FEATURE, feature), entity);
}

const char *
stage_of(const cstm_outcome *outcome, const cstm_strategy *bank, const char *lifecycle,
         cstm_entity entity)
{
    return cstm_outcome_stage_name(outcome, bank_find(bank, CSTM_PART_LIFECYCLE, lifecycle),
                                   entity);
}

cstm_buffer *
bytes_of(const cstm_profile *customer)
{
    cstm_buffer *buffer = NULL;
    ck_assert_int_eq(cstm_profile_write(customer, &buffer, NULL), CSTM_OK);
    return buffer;
}

void
assert_same_bytes(const cstm_profile *a, const cstm_profile *b)
{
    cstm_buffer *x = bytes_of(a), *y = bytes_of(b);
    ck_assert_uint_eq(cstm_buffer_size(x), cstm_buffer_size(y));
    ck_assert_mem_eq(cstm_buffer_data(x), cstm_buffer_data(y), cstm_buffer_size(x));
    cstm_buffer_free(x);
    cstm_buffer_free(y);
}

cstm_profile *
restored(cstm_strategy *bank, const cstm_profile *customer)
{
    cstm_buffer *bytes = bytes_of(customer);
    cstm_profile *copy = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_profile_read(bank, cstm_buffer_data(bytes), cstm_buffer_size(bytes),
                                           &copy, NULL, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    cstm_buffer_free(bytes);
    return copy;
}

/* ---- the story ---- */

struct happening {
    const char *kind;
    const char *account, *card; /* card NULL: of the account */
    const char *id, *time;
    int64_t amount;
    int64_t status;
    const char *place;
};

static const struct happening story[] = {
    {"account_opened", "88-1", NULL, "o1", "2004-01-05T09:00:00", 0, 0, NULL},
    {"card_opened", "88-1", "c1", "o2", "2004-01-06T09:00:00", 0, 0, NULL},
    {"purchase", "88-1", "c1", "p1", "2004-01-20T12:30:00", 15000, 0, "tea"},
    {"purchase", "88-1", "c1", "p2", "2004-01-20T18:30:00", 25000, 0, "rice"},
    {"statement", "88-1", NULL, "s1", "2004-01-31T23:00:00", 40000, 0, NULL},
    {"repayment", "88-1", NULL, "r1", "2004-02-14T08:00:00", 40000, 0, NULL},
    {"account_opened", "88-2", NULL, "o3", "2004-02-20T10:00:00", 0, 0, NULL},
    {"card_opened", "88-2", "c2", "o4", "2004-02-21T10:00:00", 0, 0, NULL},
    {"purchase", "88-2", "c2", "p3", "2004-02-25T11:00:00", 500000, 0, "tea"},
    {"statement", "88-1", NULL, "s2", "2004-02-29T23:00:00", 0, -1, NULL},
    {"statement", "88-2", NULL, "s3", "2004-02-29T23:30:00", 500000, 0, NULL},
    {"statement", "88-2", NULL, "s4", "2004-03-31T23:30:00", 505000, 1, NULL},
    {"repayment", "88-2", NULL, "r2", "2004-04-10T08:00:00", 100000, 0, NULL},
    {"statement", "88-2", NULL, "s5", "2004-04-30T23:30:00", 410000, 2, NULL},
    {"repayment", "88-2", NULL, "r3", "2004-05-02T08:00:00", 410000, 0, NULL},
    {"statement", "88-2", NULL, "s6", "2004-05-31T23:30:00", 0, -1, NULL},
    {"card_closed", "88-1", "c1", "x1", "2004-06-03T15:00:00", 0, 0, NULL},
    {"purchase", "88-2", "c2", NULL, "2004-06-09T16:00:00", 7700, 0, "books"},
    {"purchase", "88-2", "c2", NULL, "2004-06-09T16:00:00", 7700, 0, "books"},
    {"purchase", "88-2", "c2", "p4", "2004-06-15T16:00:00", 900, 0, "tea"},
};

int32_t
story_length(void)
{
    return (int32_t) (sizeof story / sizeof *story);
}

cstm_status
story_record(cstm_profile *customer, cstm_strategy *bank, int32_t i)
{
    const struct happening *it = &story[i];
    cstm_entity entity =
        customer_entity(customer, bank, "account", CSTM_ENTITY_CUSTOMER, it->account);
    if (it->card != NULL)
        entity = customer_entity(customer, bank, "card", entity, it->card);
    if (strcmp(it->kind, "statement") == 0)
        return statement(customer, bank, entity, it->id, it->time, it->amount, it->status);
    if (strcmp(it->kind, "repayment") == 0)
        return repayment(customer, bank, entity, it->id, it->time, it->amount);
    if (strcmp(it->kind, "purchase") == 0)
        return purchase(customer, bank, entity, it->id, it->time, it->amount, it->place);
    return record(customer, event_of(bank, it->kind, entity, it->id, it->time));
}

int
run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
