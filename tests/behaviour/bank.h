/* A small bank for tests: customers with accounts with cards, a handful of event kinds, and
 * features given as rows of a table. Days are counted from 2005-01-01; amounts are in minor units
 * of TWD, which has two decimals. */
#ifndef TESTS_BEHAVIOUR_BANK_H
#define TESTS_BEHAVIOUR_BANK_H

#include "behaviour/history.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMER, ACCOUNT, CARD };
enum { USE, PAYMENT, VISIT, CARD_OPENED, CARD_CLOSED, N_KINDS };
enum { USE_AMOUNT, USE_STATUS, USE_RATE, USE_SHOP, USE_DUE, USE_ONLINE, N_USE_FIELDS };
enum {
    AGE = 2,
    CITY = 3,
    LIMIT = 6,
    SCORE = 9,
    ACTIVE = 10
}; /* attributes; 0 and 1 are the customer's opened_on and closed_on */
#define OPENED_OF_CUSTOMER 0
#define OPENED_OF_ACCOUNT 4
#define OPENED_OF_CARD 7
#define BANK_FEATURES 48

struct bank {
    struct schema schema;
    struct rule_scope *scopes[N_KINDS];
    int32_t n_features;
    struct feature features[BANK_FEATURES];
    struct plan *plan;
    void *scratch;
};

static inline char *
bank_name(const char *name)
{
    return memory_copy(name, strlen(name));
}

static inline void
bank_attribute(struct bank *bank, int32_t entity, const char *name, cstm_type type)
{
    struct attribute *attribute = &bank->schema.attributes[bank->schema.n_attributes++];
    *attribute = (struct attribute){.name = bank_name(name),
                                    .entity = entity,
                                    .type = type,
                                    .local = bank->schema.entities[entity].n_attributes++};
}

static inline void
bank_event(struct bank *bank, int32_t entity, const char *name, int32_t n_fields,
           const char *const *names, const cstm_type *types)
{
    struct event_kind *kind = &bank->schema.events[bank->schema.n_events];
    *kind = (struct event_kind){.name = bank_name(name),
                                .entity = entity,
                                .local = bank->schema.entities[entity].n_events++,
                                .observed_from = INT64_MAX,
                                .n_fields = n_fields};
    kind->fields = memory_new_array((size_t) n_fields + 1, sizeof *kind->fields);
    struct rule_scope *scope = rule_scope_new(NULL, "TWD");
    for (int32_t f = 0; f < n_fields; f++) {
        kind->fields[f] = (struct event_field){.name = bank_name(names[f]), .type = types[f]};
        ck_assert(rule_scope_add(scope, names[f], rule_kind_of(types[f]), f, NULL, 0));
    }
    bank->scopes[bank->schema.n_events++] = scope;
}

static inline void
bank_found(struct bank *bank, const char *zone, int32_t n_entities)
{
    static const char *const names[3] = {"customer", "account", "card"};
    memset(bank, 0, sizeof *bank);
    struct schema *schema = &bank->schema;
    ck_assert_int_eq(zone_load(zone, &schema->zone, NULL), CSTM_OK);
    memcpy(schema->currency, "TWD", 4);
    schema->exponent = 2;
    schema->late_days = 7;
    schema->n_entities = n_entities;
    schema->entities = memory_new_array(3, sizeof *schema->entities);
    for (int32_t e = 0; e < n_entities; e++)
        schema->entities[e] = (struct entity){.name = bank_name(names[e]), .parent = e - 1};
    schema->attributes = memory_new_array(16, sizeof *schema->attributes);
    schema->events = memory_new_array(N_KINDS, sizeof *schema->events);
}

/* A bank without cards: what a strategy knows that has none. Its kinds are SMALL_VISIT and
 * SMALL_PAYMENT. */
enum { SMALL_VISIT, SMALL_PAYMENT };
static inline void
bank_open_small(struct bank *bank)
{
    bank_found(bank, "UTC", 2);
    bank_attribute(bank, CUSTOMER, "opened_on", CSTM_TYPE_DATE);
    bank_attribute(bank, CUSTOMER, "closed_on", CSTM_TYPE_DATE);
    bank_attribute(bank, CUSTOMER, "age", CSTM_TYPE_INT);
    bank_attribute(bank, ACCOUNT, "opened_on", CSTM_TYPE_DATE);
    bank_attribute(bank, ACCOUNT, "closed_on", CSTM_TYPE_DATE);
    bank_event(bank, CUSTOMER, "visit", 0, NULL, NULL);
    bank_event(bank, ACCOUNT, "payment", 1, (const char *const[]){"amount"},
               (const cstm_type[]){CSTM_TYPE_MONEY});
}

/* The schema; features are added after it, then bank_plan(). */
static inline void
bank_open(struct bank *bank, const char *zone)
{
    bank_found(bank, zone, 3);
    struct schema *schema = &bank->schema;
    bank_attribute(bank, CUSTOMER, "opened_on", CSTM_TYPE_DATE);
    bank_attribute(bank, CUSTOMER, "closed_on", CSTM_TYPE_DATE);
    bank_attribute(bank, CUSTOMER, "age", CSTM_TYPE_INT);
    bank_attribute(bank, CUSTOMER, "city", CSTM_TYPE_STRING);
    bank_attribute(bank, ACCOUNT, "opened_on", CSTM_TYPE_DATE);
    bank_attribute(bank, ACCOUNT, "closed_on", CSTM_TYPE_DATE);
    bank_attribute(bank, ACCOUNT, "limit", CSTM_TYPE_MONEY);
    bank_attribute(bank, CARD, "opened_on", CSTM_TYPE_DATE);
    bank_attribute(bank, CARD, "closed_on", CSTM_TYPE_DATE);
    bank_attribute(bank, CARD, "score", CSTM_TYPE_DOUBLE);
    bank_attribute(bank, CARD, "active", CSTM_TYPE_BOOL);
    bank_event(bank, CARD, "use", N_USE_FIELDS,
               (const char *const[]){"amount", "status", "rate", "shop", "due", "online"},
               (const cstm_type[]){CSTM_TYPE_MONEY, CSTM_TYPE_INT, CSTM_TYPE_DOUBLE,
                                   CSTM_TYPE_STRING, CSTM_TYPE_DATE, CSTM_TYPE_BOOL});
    bank_event(bank, ACCOUNT, "payment", 1, (const char *const[]){"amount"},
               (const cstm_type[]){CSTM_TYPE_MONEY});
    bank_event(bank, CUSTOMER, "visit", 0, NULL, NULL);
    bank_event(bank, CARD, "card_opened", 0, NULL, NULL);
    bank_event(bank, CARD, "card_closed", 0, NULL, NULL);
    schema->events[CARD_OPENED].opens = true;
    schema->events[CARD_CLOSED].closes = true;
}

static inline enum rule_kind
bank_feature_kind(const struct bank *bank, enum feature_operator operator, int32_t event,
                  int32_t field)
{
    if (field < 0)
        return RULE_INT;
    cstm_type type = bank->schema.events[event].fields[field].type;
    if (operator== FEATURE_MEAN && type != CSTM_TYPE_MONEY)
        return RULE_DOUBLE;
    return rule_kind_of(type);
}

/* where is nullable. Returns the feature's index. */
static inline int32_t
bank_feature(struct bank *bank, int32_t entity, enum feature_operator operator, int32_t event,
             int32_t field, const char *where, struct window window)
{
    int32_t at = bank->n_features++;
    ck_assert_int_lt(at, BANK_FEATURES);
    struct feature *feature = &bank->features[at];
    char name[24];
    snprintf(name, sizeof name, "feature_%d", at);
    *feature = (struct feature){.name = bank_name(name),
                                .entity = entity,
                                .source = FEATURE_AGGREGATE,
                                .operator= operator,
                                .kind = bank_feature_kind(bank, operator, event, field),
                                .window = window,
                                .event = event,
                                .field = field,
                                .where = -1,
                                .slot = at};
    if (where != NULL) {
        struct error_list errors = {.count = 0};
        feature->where_rule =
            rule_compile(where, strlen(where), bank->scopes[event], RULE_BOOL, NULL, &errors, NULL);
        ck_assert_msg(feature->where_rule != NULL, "%s: %s", where,
                      errors.first == NULL ? "" : cstm_error_message(errors.first));
    }
    return at;
}

static inline void
bank_plan(struct bank *bank)
{
    bank->plan = plan_build(&bank->schema, bank->features, bank->n_features);
    ck_assert_ptr_nonnull(bank->plan);
    bank->scratch = aligned_alloc(16, (bank->plan->scratch_size_rows + 31) / 16 * 16);
}

static inline void
bank_close(struct bank *bank)
{
    for (int32_t i = 0; i < bank->n_features; i++) {
        memory_free(bank->features[i].name);
        if (bank->features[i].where_rule != NULL)
            rule_program_unref(bank->features[i].where_rule);
    }
    plan_free(bank->plan);
    free(bank->scratch);
    for (int32_t k = 0; k < bank->schema.n_events; k++)
        rule_scope_free(bank->scopes[k]);
    schema_clear(&bank->schema);
}

static inline struct window
days(int32_t n)
{
    return (struct window){.unit = WINDOW_DAYS, .n = n};
}

static inline struct window
months(int32_t n)
{
    return (struct window){.unit = WINDOW_MONTHS, .n = n};
}

static inline struct window
last(int32_t n)
{
    return (struct window){.unit = WINDOW_LAST, .n = n};
}

static inline struct window
all(void)
{
    return (struct window){.unit = WINDOW_ALL};
}

/* Noon of a day counted from 2005-01-01, as UTC has it. */
static inline int64_t
noon(int32_t day)
{
    return ((int64_t) civil_day(2005, 1, 1) + day) * CIVIL_MICROS_PER_DAY +
           CIVIL_MICROS_PER_DAY / 2;
}

static inline int32_t
on(int32_t day)
{
    return civil_day(2005, 1, 1) + day;
}

/* A record in the plan's layout, on its way to a history. */
struct draft {
    int32_t event;
    _Alignas(16) uint8_t bytes[512];
};

static inline struct draft
draft_of(const struct bank *bank, int32_t event, int64_t time, const char *id)
{
    struct draft draft = {.event = event};
    struct event_record *head = (struct event_record *) (void *) draft.bytes;
    ck_assert_uint_le((size_t) bank->plan->kinds[event].record_size, sizeof draft.bytes);
    head->time = time;
    head->id = (struct rule_text){id, strlen(id)};
    return draft;
}

static inline void
draft_present(const struct bank *bank, struct draft *draft, int32_t field)
{
    uint64_t *mask =
        (uint64_t *) (void *) (draft->bytes + bank->plan->kinds[draft->event].mask_offset);
    mask[field / 64] |= UINT64_C(1) << (field % 64);
}

static inline void
draft_number(const struct bank *bank, struct draft *draft, int32_t field, int64_t value)
{
    memcpy(draft->bytes + bank->plan->kinds[draft->event].value_offset[field], &value,
           sizeof value);
    draft_present(bank, draft, field);
}

static inline void
draft_real(const struct bank *bank, struct draft *draft, int32_t field, double value)
{
    memcpy(draft->bytes + bank->plan->kinds[draft->event].value_offset[field], &value,
           sizeof value);
    draft_present(bank, draft, field);
}

static inline void
draft_text(const struct bank *bank, struct draft *draft, int32_t field, const char *value)
{
    struct rule_text text = {value, strlen(value)};
    memcpy(draft->bytes + bank->plan->kinds[draft->event].value_offset[field], &text, sizeof text);
    draft_present(bank, draft, field);
}

static inline cstm_status
bank_record(const struct bank *bank, struct history *history, int32_t instance,
            const struct draft *draft)
{
    bool changed;
    return history_record(history, instance, draft->event, draft->bytes, bank->scratch, &changed,
                          NULL);
}

/* One use of a card: amount in minor units, status. */
static inline void
bank_use(const struct bank *bank, struct history *history, int32_t card, int64_t time,
         const char *id, int64_t amount, int64_t status)
{
    struct draft draft = draft_of(bank, USE, time, id);
    draft_number(bank, &draft, USE_AMOUNT, amount);
    draft_number(bank, &draft, USE_STATUS, status);
    ck_assert_int_eq(bank_record(bank, history, card, &draft), CSTM_OK);
}

static inline void
bank_set(struct history *history, int32_t instance, int32_t attribute, int64_t time, const char *id,
         int64_t number)
{
    struct attribute_entry entry = {
        .time = time, .present = true, .id = {id, strlen(id)}, .value.number = number};
    bool changed;
    ck_assert_int_eq(history_set(history, instance, attribute, &entry, &changed, NULL), CSTM_OK);
}

/* A customer with one account and one card under it. */
static inline void
bank_customer(const struct bank *bank, struct history *history, int32_t *account, int32_t *card)
{
    ck_assert_int_eq(history_init(history, bank->plan, "A-1001", 6, NULL), CSTM_OK);
    ck_assert_int_eq(history_instance(history, ACCOUNT, 0, "88-1", 4, account, NULL), CSTM_OK);
    ck_assert_int_eq(history_instance(history, CARD, *account, "4000", 4, card, NULL), CSTM_OK);
}

/* What a feature or attribute is on one row. */
struct answer {
    uint8_t state;
    enum rule_kind kind;
    int64_t number;
    double real;
    struct rule_text text;
};

static inline struct answer
answer_from(const struct rule_column *column)
{
    struct answer answer = {.state = column->states[0], .kind = column->kind, .text = {"", 0}};
    if (column->kind == RULE_BOOL)
        answer.number = column->as.bools[0];
    else if (column->kind == RULE_DOUBLE)
        answer.real = column->as.doubles[0];
    else if (column->kind == RULE_STRING)
        answer.text = column->as.texts[0];
    else
        answer.number = column->as.int64s[0];
    return answer;
}

static inline struct answer
bank_read(const struct bank *bank, int32_t feature, const struct history *history, int32_t instance,
          int32_t day)
{
    _Alignas(16) uint8_t value[16] = {0};
    uint8_t state = 99;
    struct rule_column out = {
        .kind = bank->features[feature].kind, .as.any = value, .states = &state};
    struct behaviour_row row = {history, instance, day, 0};
    feature_read(bank->plan, &bank->features[feature], &row, 1, &out);
    return answer_from(&out);
}

static inline struct answer
bank_attribute_on(const struct bank *bank, int32_t attribute, const struct history *history,
                  int32_t instance, int32_t day)
{
    _Alignas(16) uint8_t value[16] = {0};
    uint8_t state = 99;
    struct rule_column out = {.kind = rule_kind_of(bank->schema.attributes[attribute].type),
                              .as.any = value,
                              .states = &state};
    struct behaviour_row row = {history, instance, day, 0};
    attribute_read(bank->plan, attribute, &row, 1, &out);
    return answer_from(&out);
}

static inline void
expect_number(struct answer answer, int64_t number)
{
    ck_assert_int_eq(answer.state, CSTM_OK);
    ck_assert_int_eq(answer.number, number);
}

static inline void
expect_state(struct answer answer, cstm_status state)
{
    ck_assert_int_eq(answer.state, state);
}

static inline struct cstm_buffer
bank_bytes(const struct history *history)
{
    struct cstm_buffer buffer = {.data = NULL};
    ck_assert(history_write(history, &buffer));
    return buffer;
}

static inline cstm_status
bank_restore(const struct plan *plan, const uint8_t *bytes, size_t size, struct history *history)
{
    struct byte_reader reader;
    reader_init(&reader, bytes, size);
    cstm_status status = history_read(history, plan, &reader, NULL);
    if (status == CSTM_OK && reader.at != reader.end) {
        history_clear(history);
        return CSTM_ERROR_CORRUPT;
    }
    return status;
}

static inline void
expect_same_bytes(const struct history *a, const struct history *b)
{
    struct cstm_buffer x = bank_bytes(a), y = bank_bytes(b);
    ck_assert_mem_eq(x.data, y.data, x.size < y.size ? x.size : y.size);
    ck_assert_uint_eq(x.size, y.size);
    buffer_clear(&x);
    buffer_clear(&y);
}

/* splitmix64: the same draws on every machine. */
static inline uint64_t
draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int32_t
draw_below(uint64_t *seed, int32_t n)
{
    return (int32_t) (draw(seed) % (uint64_t) n);
}

static inline int
run_tests(const char *name, void (*add)(TCase *tcase))
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 120);
    add(tcase);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
