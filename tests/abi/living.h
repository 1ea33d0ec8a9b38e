/* One living handle of every kind, over one small strategy that uses every type: what the tests of the interface need in
 * order to call anything. LIVING_DOCUMENT has a customer with accounts and cards, attributes and event fields of all types,
 * features of several shapes, two lifecycles, a scorecard and three segments. living_make() builds the handles, living_free() frees them. */
#ifndef TESTS_ABI_LIVING_H
#define TESTS_ABI_LIVING_H

#include <libcustomer.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char LIVING_DOCUMENT[] =
    "format: 1\n"
    "strategy: small\n"
    "version: \"1\"\n"
    "timezone: Asia/Shanghai\n"
    "currency: CNY\n"
    "late: 7 days\n"
    "purposes: [service, credit]\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "  card: {of: account}\n"
    "attributes:\n"
    "  vip: {type: bool}\n"
    "  age: {type: int}\n"
    "  income: {type: double}\n"
    "  education: {type: string, values: [graduate, university, other]}\n"
    "  city: {type: string}\n"
    "  birthday: {type: date}\n"
    "  seen: {type: timestamp}\n"
    "  limit: {for: account, type: money}\n"
    "  bill_day: {type: int}\n"
    "events:\n"
    "  spend:\n"
    "    on: card\n"
    "    fields: {amount: money, online: bool, items: int, rating: double, merchant: string, due: date, settled: timestamp,\n"
    "             size: {type: string, values: [small, large], rule: \"amount > money('100.04') ? 'large' : 'small'\"},\n"
    "             part: {type: int, range: [0, 1], rule: time.getHours() / 12}}\n"
    "  visit:\n"
    "    on: customer\n"
    "    fields: {pages: int}\n"
    "  cash: {on: card, fields: {amount: money}}\n"
    "  use: {any_of: [spend, cash]}\n"
    "  refund: {on: card, reduces: spend.amount, with: amount, by: reference, within: 20 days, fields: {reference: string, amount: money}}\n"
    "features:\n"
    "  spent: {for: account, sum: spend.amount, over: 90 days}\n"
    "  spends: {count: spend, over: 30 days}\n"
    "  online: {count: spend, where: online, over: 3 months}\n"
    "  merchants: {distinct_days: spend, over: 60 days}\n"
    "  largest: {max: spend.amount, over: 6 months}\n"
    "  rated: {mean: spend.rating, over: last 3}\n"
    "  last_merchant: {last: spend.merchant}\n"
    "  idle: {recency: spend}\n"
    "  cards: {count: card}\n"
    "  used_up: {for: account, rule: spent / limit}\n"
    "  worst_used_up: {max: account.used_up}\n"
    "  spread: {deviation: spend.amount, over: 60 days}\n"
    "  typical: {quantile: spend.amount, at: 0.5, over: 90 days}\n"
    "  met: {distinct: spend.merchant}\n"
    "  sizes: {entropy: spend.size, over: 60 days}\n"
    "  by_size: {sum: spend.amount, by: size, over: 60 days}\n"
    "  faded: {decayed: spend.amount, half_life: 9 days}\n"
    "  year_before: {count: spend, over: 1 month, before: 12 months}\n"
    "  billed: {sum: spend.amount, over: 2 cycles, cycle: bill_day}\n"
    "  online_cards: {count: card, where: last.online}\n"
    "  used: {sum: use.amount, over: 30 days}\n"
    "  adult: {rule: \"age >= 18 && !(city in ['nowhere', 'elsewhere'])\"}\n"
    "lifecycles:\n"
    "  customer:\n"
    "    purpose: service\n"
    "    initial: acquired\n"
    "    transitions:\n"
    "      - {from: acquired, to: activated, when: spends >= 1}\n"
    "      - {from: activated, to: converted, when: online >= 2}\n"
    "      - {from: [activated, converted], to: dormant, when: idle > 20, for: 3 days}\n"
    "      - {from: dormant, to: activated, when: spends >= 1 && idle <= 5}\n"
    "  use:\n"
    "    for: account\n"
    "    purpose: credit\n"
    "    initial: low\n"
    "    transitions:\n"
    "      - {from: low, to: high, when: used_up > 0.5}\n"
    "      - {from: high, to: low, when: used_up <= 0.5, stay: 2 days}\n"
    "segments:\n"
    "  grown: {when: adult, purpose: service}\n"
    "  heavy: {for: account, when: used_up > 0.1, purpose: credit}\n"
    "  grown_spenders: {when: \"in_segment('grown') && spends >= 1\", purpose: service}\n"
    "scores:\n"
    "  risk:\n"
    "    purpose: credit\n"
    "    scorecard:\n"
    "      base: 500\n"
    "      characteristics:\n"
    "        - name: used up\n"
    "          feature: worst_used_up\n"
    "          reason: USED_UP\n"
    "          bins:\n"
    "            - {up_to: 0.2, points: 40}\n"
    "            - {up_to: 0.6, points: 10}\n"
    "            - {above: 0.6, points: -30}\n"
    "            - {missing: true, points: 0}\n"
    "        - name: education\n"
    "          feature: education\n"
    "          reason: EDUCATION\n"
    "          bins:\n"
    "            - {values: [graduate], points: 20}\n"
    "            - {other: true, points: 5}\n"
    "            - {missing: true, points: 0}\n";

#define LIVING_DAY INT64_C(86400000000)
/* 2024-05-01T04:00:00Z, noon in Shanghai. */
#define LIVING_AS_OF INT64_C(1714536000000000)

struct living {
    cstm_error *error;
    cstm_buffer *buffer;
    cstm_cancel *cancel;
    cstm_table *table;
    cstm_csv *csv;
    cstm_layout *layout;
    cstm_scope *scope;
    cstm_rule *rule;
    cstm_activation *activation;
    cstm_explanation *explanation;
    cstm_nearest *nearest;
    cstm_scorecard *scorecard;
    cstm_scorer *scorer;
    cstm_validation *validation;
    cstm_files *files;
    cstm_strategy *strategy;
    cstm_event *event;
    cstm_outcome *outcome;
    cstm_profile *profile;
    cstm_migration *migration;
    cstm_batch *batch;
    cstm_result *result;
    cstm_membership *membership;
    cstm_stream *stream;
    cstm_table *customers, *accounts, *cards, *spends;   /* the batch borrows them */
};

/* False with a message if the call failed. */
static inline int
living_ok(cstm_status status, cstm_error *error, const char *what)
{
    if (status == CSTM_OK)
        return 1;
    fprintf(stderr, "%s: %s: %s\n", what, cstm_status_name(status), cstm_error_message(error));
    for (const cstm_error *e = cstm_error_next(error); e != NULL; e = cstm_error_next(e))
        fprintf(stderr, "    %s\n", cstm_error_message(e));
    cstm_error_free(error);
    return 0;
}

#define LIVING(call) \
    do { \
        cstm_error *error = NULL; \
        cstm_status status = (call); \
        if (!living_ok(status, error, #call)) \
            return 0; \
    } while (0)

static inline int32_t
living_find(const cstm_strategy *strategy, cstm_part part, const char *name)
{
    return cstm_strategy_find(strategy, part, name);
}

static inline int
living_strategy(cstm_strategy **strategy)
{
    LIVING(cstm_strategy_parse(LIVING_DOCUMENT, sizeof LIVING_DOCUMENT - 1, "small.yaml", strategy, &error));
    return 1;
}

/* A table of one text column from texts, then any others are added by the caller. */
static inline int
living_add_texts(cstm_table *table, const char *name, const char *const *texts, int64_t rows)
{
    int64_t offsets[65] = {0};
    char bytes[4096];
    for (int64_t i = 0; i < rows && i < 64; i++) {
        size_t size = strlen(texts[i]);
        memcpy(bytes + offsets[i], texts[i], size);
        offsets[i + 1] = offsets[i] + (int64_t) size;
    }
    LIVING(cstm_table_add_string(table, name, offsets, bytes, NULL, rows, &error));
    return 1;
}

/* Two customers with an account and a card each, and six spends. */
static inline int
living_tables(struct living *living)
{
    static const char *const customers[] = {"c1", "c2"}, *const accounts[] = {"a1", "a2"}, *const cards[] = {"k1", "k2"};
    static const char *const schools[] = {"graduate", "other"}, *const cities[] = {"Shanghai", "Chengdu"};
    static const int64_t ages[] = {31, 17}, limits[] = {1000000, 200000};
    static const char *const spend_cards[] = {"k1", "k2", "k1", "k1", "k2", "k1"};
    static const char *const ids[] = {"s1", "s2", "s3", "s4", "s5", "s6"};
    static const char *const merchants[] = {"tea", "rail", "tea", "cinema", "rail", "tea"};
    static const int64_t amounts[] = {12500, 99900, 400000, 8800, 100, 250050};
    static const uint8_t online[] = {0, 1, 1, 1, 0, 1};
    int64_t times[6];
    for (int i = 0; i < 6; i++)
        times[i] = LIVING_AS_OF - (40 - 6 * i) * LIVING_DAY;
    LIVING(cstm_table_new(&living->customers, &error));
    LIVING(cstm_table_new(&living->accounts, &error));
    LIVING(cstm_table_new(&living->cards, &error));
    LIVING(cstm_table_new(&living->spends, &error));
    if (!living_add_texts(living->customers, "customer", customers, 2) || !living_add_texts(living->customers, "education", schools, 2)
        || !living_add_texts(living->customers, "city", cities, 2) || !living_add_texts(living->accounts, "account", accounts, 2)
        || !living_add_texts(living->accounts, "customer", customers, 2) || !living_add_texts(living->cards, "card", cards, 2)
        || !living_add_texts(living->cards, "account", accounts, 2) || !living_add_texts(living->spends, "card", spend_cards, 6)
        || !living_add_texts(living->spends, "id", ids, 6) || !living_add_texts(living->spends, "merchant", merchants, 6))
        return 0;
    LIVING(cstm_table_add_int64(living->customers, "age", ages, NULL, 2, &error));
    LIVING(cstm_table_add_money(living->accounts, "limit", limits, NULL, 2, "CNY", &error));
    LIVING(cstm_table_add_timestamp(living->spends, "time", times, NULL, 6, &error));
    LIVING(cstm_table_add_money(living->spends, "amount", amounts, NULL, 6, "CNY", &error));
    LIVING(cstm_table_add_bool(living->spends, "online", online, NULL, 6, &error));
    return 1;
}

static inline int
living_batch(struct living *living)
{
    const cstm_strategy *s = living->strategy;
    LIVING(cstm_batch_new(living->strategy, &living->batch, &error));
    LIVING(cstm_batch_add_entities(living->batch, living_find(s, CSTM_PART_ENTITY, "customer"), living->customers, &error));
    LIVING(cstm_batch_add_entities(living->batch, living_find(s, CSTM_PART_ENTITY, "account"), living->accounts, &error));
    LIVING(cstm_batch_add_entities(living->batch, living_find(s, CSTM_PART_ENTITY, "card"), living->cards, &error));
    LIVING(cstm_batch_add_events(living->batch, living_find(s, CSTM_PART_EVENT, "spend"), living->spends, &error));
    return 1;
}

/* A customer with an account, a card and n spends, one every two days up to the day before as_of. */
static inline int
living_profile(cstm_strategy *strategy, int n, cstm_profile **profile)
{
    cstm_entity account, card;
    cstm_event *event;
    LIVING(cstm_profile_new(strategy, "c1", 2, profile, &error));
    LIVING(cstm_profile_entity(*profile, living_find(strategy, CSTM_PART_ENTITY, "account"), CSTM_ENTITY_CUSTOMER, "a1", 2,
                               &account, &error));
    LIVING(cstm_profile_entity(*profile, living_find(strategy, CSTM_PART_ENTITY, "card"), account, "k1", 2, &card, &error));
    LIVING(cstm_profile_set_money(*profile, account, living_find(strategy, CSTM_PART_ATTRIBUTE, "limit"), 1000000, CSTM_ALWAYS,
                                  NULL, 0, &error));
    LIVING(cstm_profile_set_int64(*profile, 0, living_find(strategy, CSTM_PART_ATTRIBUTE, "age"), 31, CSTM_ALWAYS, NULL, 0, &error));
    LIVING(cstm_profile_set_string(*profile, 0, living_find(strategy, CSTM_PART_ATTRIBUTE, "education"), "graduate", 8, CSTM_ALWAYS,
                                   NULL, 0, &error));
    LIVING(cstm_profile_set_int64(*profile, 0, living_find(strategy, CSTM_PART_ATTRIBUTE, "bill_day"), 25, CSTM_ALWAYS, NULL, 0, &error));
    int32_t spend = living_find(strategy, CSTM_PART_EVENT, "spend");
    LIVING(cstm_event_new(strategy, spend, &event, &error));
    for (int i = 0; i < n; i++) {
        char id[16];
        int size = snprintf(id, sizeof id, "s%d", i);
        LIVING(cstm_event_set_entity(event, card, &error));
        LIVING(cstm_event_set_id(event, id, (size_t) size, &error));
        LIVING(cstm_event_set_time(event, LIVING_AS_OF - (2 * (n - i) - 1) * LIVING_DAY, &error));
        LIVING(cstm_event_set_money(event, cstm_strategy_find_field(strategy, spend, "amount"), 10000 + i, &error));
        LIVING(cstm_event_set_bool(event, cstm_strategy_find_field(strategy, spend, "online"), i % 2, &error));
        LIVING(cstm_event_set_double(event, cstm_strategy_find_field(strategy, spend, "rating"), i * 0.5, &error));
        LIVING(cstm_event_set_string(event, cstm_strategy_find_field(strategy, spend, "merchant"), "tea", 3, &error));
        LIVING(cstm_profile_record(*profile, event, &error));
    }
    cstm_event_free(event);
    /* Half of the first one is given back, and all of one that never was. */
    static const char *const references[] = {"s0", "nothing"};
    int32_t refund = living_find(strategy, CSTM_PART_EVENT, "refund");
    LIVING(cstm_event_new(strategy, refund, &event, &error));
    for (int i = 0; i < 2; i++) {
        LIVING(cstm_event_set_entity(event, card, &error));
        LIVING(cstm_event_set_id(event, references[i], strlen(references[i]), &error));
        LIVING(cstm_event_set_time(event, LIVING_AS_OF - LIVING_DAY, &error));
        LIVING(cstm_event_set_money(event, cstm_strategy_find_field(strategy, refund, "amount"), 5000, &error));
        LIVING(cstm_event_set_string(event, cstm_strategy_find_field(strategy, refund, "reference"), references[i], strlen(references[i]), &error));
        LIVING(cstm_profile_record(*profile, event, &error));
    }
    cstm_event_free(event);
    return 1;
}

static inline int
living_make(struct living *living)
{
    static const double scores[] = {1, 2, 3, 4};
    static const uint8_t outcomes[] = {1, 0, 1, 0};
    static const int64_t numbers[] = {1, 2, 3};
    int32_t characteristic;
    memset(living, 0, sizeof *living);
    if (cstm_cancel_new(NULL, &living->error) != CSTM_ERROR_MISUSE)
        return 0;
    LIVING(cstm_cancel_new(&living->cancel, &error));
    LIVING(cstm_table_new(&living->table, &error));
    LIVING(cstm_table_add_int64(living->table, "number", numbers, NULL, 3, &error));
    LIVING(cstm_csv_new(&living->csv, &error));
    LIVING(cstm_csv_add_column(living->csv, "number", CSTM_TYPE_INT, &error));
    LIVING(cstm_layout_new(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030, &living->layout, &error));
    LIVING(cstm_layout_add_column(living->layout, "number", CSTM_TYPE_INT, 1, 0, &error));
    LIVING(cstm_scope_new("CNY", "Asia/Shanghai", &living->scope, &error));
    LIVING(cstm_scope_declare(living->scope, "number", CSTM_TYPE_INT, &error));
    LIVING(cstm_rule_compile(living->scope, "number > 1", 10, CSTM_TYPE_BOOL, &living->rule, &error));
    LIVING(cstm_activation_new(living->rule, &living->activation, &error));
    LIVING(cstm_rule_explain(living->rule, living->table, 0, &living->explanation, &error));
    LIVING(cstm_activation_nearest(living->activation, &living->nearest, &error));
    LIVING(cstm_scorecard_new("card", 500, &living->scorecard, &error));
    LIVING(cstm_scorecard_add_characteristic(living->scorecard, "number", "number", CSTM_TYPE_DOUBLE, "NUMBER", &characteristic, &error));
    LIVING(cstm_scorecard_add_bin_up_to(living->scorecard, characteristic, 1, 10, NULL, &error));
    LIVING(cstm_scorecard_add_bin_above(living->scorecard, characteristic, 1, 20, NULL, &error));
    LIVING(cstm_scorecard_build(living->scorecard, "CNY", &living->scorer, &error));
    LIVING(cstm_files_new(&living->files, &error));
    LIVING(cstm_validation_new(scores, outcomes, NULL, 4, CSTM_HIGHER_IS_SAFER, &living->validation, &error));
    if (!living_strategy(&living->strategy) || !living_profile(living->strategy, 6, &living->profile))
        return 0;
    LIVING(cstm_event_new(living->strategy, 0, &living->event, &error));
    LIVING(cstm_event_set_time(living->event, LIVING_AS_OF, &error));
    LIVING(cstm_outcome_new(living->strategy, &living->outcome, &error));
    LIVING(cstm_profile_evaluate(living->profile, LIVING_AS_OF, living->outcome, &error));
    LIVING(cstm_profile_write(living->profile, &living->buffer, &error));
    cstm_profile *again;
    LIVING(cstm_profile_read(living->strategy, cstm_buffer_data(living->buffer), cstm_buffer_size(living->buffer), &again,
                             &living->migration, &error));
    cstm_profile_free(again);
    if (!living_tables(living) || !living_batch(living))
        return 0;
    LIVING(cstm_batch_run(living->batch, LIVING_AS_OF, &living->result, &error));
    LIVING(cstm_result_membership(living->result, 0, &living->membership, &error));
    cstm_batch *settings;
    LIVING(cstm_batch_new(living->strategy, &settings, &error));
    LIVING(cstm_stream_new(settings, 0, LIVING_AS_OF, NULL, &living->stream, &error));
    cstm_batch_free(settings);
    return 1;
}

static inline void
living_free(struct living *living)
{
    cstm_error_free(living->error);
    cstm_buffer_free(living->buffer);
    cstm_cancel_free(living->cancel);
    cstm_csv_free(living->csv);
    cstm_layout_free(living->layout);
    cstm_scope_free(living->scope);
    cstm_activation_free(living->activation);
    cstm_rule_unref(living->rule);
    cstm_explanation_free(living->explanation);
    cstm_nearest_free(living->nearest);
    cstm_scorecard_free(living->scorecard);
    cstm_scorer_unref(living->scorer);
    cstm_validation_free(living->validation);
    cstm_files_free(living->files);
    cstm_strategy_unref(living->strategy);
    cstm_event_free(living->event);
    cstm_outcome_free(living->outcome);
    cstm_profile_free(living->profile);
    cstm_migration_free(living->migration);
    cstm_stream_free(living->stream);
    cstm_batch_free(living->batch);
    cstm_result_free(living->result);
    cstm_membership_free(living->membership);
    cstm_table_free(living->table);
    cstm_table_free(living->customers);
    cstm_table_free(living->accounts);
    cstm_table_free(living->cards);
    cstm_table_free(living->spends);
    memset(living, 0, sizeof *living);
}

#endif
