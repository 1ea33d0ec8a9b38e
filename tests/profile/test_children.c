/* Instalment plans (分期) under an account: what the last event of each says, read from the account. Two years of them are played event by
 * event, sealed and restored as the days go by, beside a batch over everything. */
#include "bank.h"
#include "tables.h"

#include <string.h>

#define HEAD                                                                                       \
    "format: 1\n"                                                                                  \
    "strategy: plans\n"                                                                            \
    "version: \"1\"\n"                                                                             \
    "timezone: Asia/Taipei\n"                                                                      \
    "currency: TWD\n"                                                                              \
    "late: 3 days\n"                                                                               \
    "purposes: [service]\n"
#define EVENTS                                                                                     \
    "events:\n"                                                                                    \
    "  start: {on: plan, opens: true, fields: {total: money}, observed_from: 2020-01-01}\n"        \
    "  due: {on: plan, fields: {status: {type: string, values: [open, late, done]}, left: money, weight: double}, observed_from: 2020-01-01}\n" \
    "  paid: {on: plan, fields: {amount: money, left: money}, observed_from: 2020-01-01}\n"        \
    "  end: {on: plan, closes: true, observed_from: 2020-01-01}\n"
#define FEATURES                                                                                   \
    "features:\n"                                                                                  \
    "  plans: {for: account, count: plan}\n"                                                       \
    "  open_plans: {for: account, count: plan, where: \"last.status == 'open'\"}\n"                \
    "  still_left: {for: account, sum: plan.last.due.left, where: \"last.due.left > money('0')\"}\n" \
    "  total: {for: account, max: plan.last.total}\n"                                              \
    "  paid_60: {for: account, sum: paid.amount, over: 60 days}\n"                                 \
    "  paid_all: {count: paid}\n"                                                                  \
    "  last_paid: {for: account, last: paid.amount}\n"                                             \
    "  first_total: {for: account, first: start.total}\n"                                          \
    "  last_three: {for: account, sum: paid.amount, over: last 3}\n"                               \
    "  weights: {for: account, sum: due.weight, over: 90 days}\n"                                  \
    "  amounts: {for: account, distinct: paid.amount, over: 120 days}\n"                           \
    "  days: {for: account, distinct_days: due, over: all}\n"                                      \
    "  statuses: {for: account, entropy: due.status, over: 6 months}\n"                            \
    "  middle: {for: account, quantile: paid.amount, at: 0.5, over: 90 days}\n"                    \
    "  middles: {for: account, quantile: due.weight, at: 0.9, over: all}\n"                        \
    "  longest: {longest_gap: due, over: all}\n"

static const char document[] = HEAD "entities: {account: {of: customer}, plan: {of: account}}\n" EVENTS
    "features:\n"
    "  plans: {for: account, count: plan}\n"
    "  open_plans: {for: account, count: plan, where: \"last.status == 'open'\"}\n"
    "  still_left: {for: account, sum: plan.last.due.left, where: \"last.due.left > money('0')\"}\n"
    "  total: {for: account, max: plan.last.total}\n"
    "  due_now: {for: plan, rule: \"has(last.status) && last.status == 'late'\"}\n"
    "segments: {behind: {for: plan, purpose: service, when: \"last.status == 'late' || last.paid.left > last.due.left\"}}\n";

static void
pay(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time, int64_t amount, int64_t left)
{
    cstm_event *event = event_of(bank, "paid", plan, NULL, time);
    event_money(bank, event, "amount", amount);
    event_money(bank, event, "left", left);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

static void
fall_due(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time, const char *status, int64_t left)
{
    cstm_event *event = event_of(bank, "due", plan, NULL, time);
    event_text(bank, event, "status", status);
    event_money(bank, event, "left", left);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

static void
start(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time, int64_t total)
{
    cstm_event *event = event_of(bank, "start", plan, NULL, time);
    event_money(bank, event, "total", total);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

START_TEST(the_last_value_of_a_field_is_read_without_a_feature_for_it)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "x");
    cstm_entity one = customer_entity(customer, bank, "plan", account, "1"), two = customer_entity(customer, bank, "plan", account, "2");
    start(customer, bank, one, "2024-01-05", 12000);
    start(customer, bank, two, "2024-01-07", 6000);
    fall_due(customer, bank, one, "2024-02-05", "open", 11000);
    fall_due(customer, bank, two, "2024-02-07", "late", 6000);
    pay(customer, bank, two, "2024-02-08", 500, 5500);
    fall_due(customer, bank, two, "2024-03-07", "open", 0);
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-02-28");
    ck_assert_int_eq(feature_int(outcome, bank, "plans", account), 2);
    ck_assert_int_eq(feature_int(outcome, bank, "open_plans", account), 1);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "still_left"), account), 17000);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "total"), account), 12000);
    ck_assert_int_eq(cstm_outcome_verdict(outcome, bank_find(bank, CSTM_PART_SEGMENT, "behind"), two), CSTM_VERDICT_MET);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, bank, "2024-03-10");
    ck_assert_int_eq(feature_int(outcome, bank, "open_plans", account), 2);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "still_left"), account), 11000);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(what_nobody_declared_is_not_among_the_features)
{
    cstm_strategy *bank = bank_compile(document);
    ck_assert_int_eq(cstm_strategy_count(bank, CSTM_PART_FEATURE), 5);
    ck_assert_int_eq(cstm_strategy_find(bank, CSTM_PART_FEATURE, "plan.last.status"), -1);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-02-28");
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE, 5, 0), CSTM_STATE_MISSING);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

/* Keeps the two last closed. */
static const char bounded[] = HEAD "entities: {account: {of: customer}, plan: {of: account, keep_closed: 2}, bill: {of: plan}}\n" EVENTS
    "  sent: {on: bill, fields: {pages: int}, observed_from: 2020-01-01}\n" FEATURES
    "  bills: {for: account, count: bill}\n"
    "  pages: {sum: sent.pages, over: 100 days}\n"
    "  last_pages: {last: sent.pages}\n"
    "lifecycles:\n"
    "  use: {for: account, purpose: service, initial: none, transitions: [{from: none, to: few, when: plans >= 1},\n"
    "    {from: few, to: many, when: plans >= 4}, {from: many, to: few, when: plans < 4}]}\n"
    "  life: {for: plan, purpose: service, initial: new, transitions: [{from: new, to: old, when: \"has(last.status)\", stay: 40 days}]}\n";

#define PLANS 9
#define MOST 400
#define DAYS 420

struct happening {
    int32_t kind;      /* 0 start, 1 due, 2 paid, 3 end */
    int32_t plan, day;
    int64_t amount, left;
    double weight;
    const char *status;
    char id[16], time[48];
};
struct world {
    struct happening list[MOST];
    int n;
};

static const char *const kinds[] = {"start", "due", "paid", "end"};

static uint32_t
draw(uint64_t *random, uint32_t below)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((*random >> 33) % below);
}

static void
add(struct world *world, uint64_t *random, int32_t kind, int32_t plan, int32_t day, int number)
{
    static const char *const statuses[] = {"open", "late", "done"};
    struct happening *to = &world->list[world->n++];
    const int32_t first = bank_day("2023-01-01");
    struct happening made = {.kind = kind, .plan = plan, .day = day, .amount = 100 * (1 + draw(random, 9)), .left = 100 * draw(random, 5),
                             .weight = 0.1 * (1 + draw(random, 7)), .status = statuses[draw(random, 3)]};
    int32_t month = 0, of = day - first;
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31, 30};
    ck_assert_int_lt(world->n, MOST);
    while (of >= lengths[month])
        of -= lengths[month++];
    snprintf(made.time, sizeof made.time, "%d-%02d-%02dT%02d:00:00", 2023 + month / 12, month % 12 + 1, of + 1, draw(random, 2) == 0 ? 0 : (int) draw(random, 24));
    /* Ids are of one plan only: those of two on one day may be the same. */
    snprintf(made.id, sizeof made.id, "%s%d", kinds[kind], number % 2);
    *to = made;
}

/* Plans that start, fall due every few days and end, some on one day; nothing happens on one after its end. */
static void
make_world(struct world *world, uint64_t seed)
{
    uint64_t random = seed;
    const int32_t first = bank_day("2023-01-01");
    world->n = 0;
    for (int32_t p = 0; p < PLANS; p++) {
        const int32_t starts = 5 * (int32_t) draw(&random, 40), length = 20 + (int32_t) draw(&random, 160), step = 5 + 5 * (int32_t) draw(&random, 4);
        add(world, &random, 0, p, first + starts, 0);
        for (int32_t d = step, n = 1; d < length; d += step, n++) {
            add(world, &random, 1, p, first + starts + d, n);
            if (draw(&random, 3) > 0)
                add(world, &random, 2, p, first + starts + d + (d + 1 < length), n);
        }
        if (draw(&random, 5) > 0)
            add(world, &random, 3, p, first + starts + length - length % 5 + 4, 0);
    }
}

static cstm_event *
event_made(cstm_strategy *bank, const struct happening *of, cstm_entity plan)
{
    cstm_event *event = event_of(bank, kinds[of->kind], plan, of->id, of->time);
    if (of->kind == 0)
        event_money(bank, event, "total", of->amount);
    if (of->kind == 1)
        event_text(bank, event, "status", of->status);
    if (of->kind == 1 || of->kind == 2)
        event_money(bank, event, "left", of->left);
    if (of->kind == 2)
        event_money(bank, event, "amount", of->amount);
    if (of->kind == 1)
        must(cstm_event_set_double(event, cstm_strategy_find_field(bank, bank_find(bank, CSTM_PART_EVENT, "due"), "weight"), of->weight, NULL), NULL);
    return event;
}

static const char *
plan_key(int32_t plan)
{
    static const char *const keys[] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"};
    return keys[plan];
}

static cstm_batch *
batch_of(cstm_strategy *bank, const struct world *world)
{
    cstm_batch *batch;
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *accounts = table_new(), *plans = table_new();
    const char *keys[PLANS], *above[PLANS];
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    for (int32_t p = 0; p < PLANS; p++) {
        keys[p] = plan_key(p);
        above[p] = "x";
    }
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    add_texts(accounts, "account", 1, (const char *[]){"x"});
    add_texts(accounts, "customer", 1, (const char *[]){"a"});
    const int32_t opened[] = {bank_day("2022-06-01")};
    must(cstm_table_add_date(customers, "opened_on", opened, NULL, 1, NULL), NULL);
    must(cstm_table_add_date(accounts, "opened_on", opened, NULL, 1, NULL), NULL);
    add_texts(plans, "plan", PLANS, keys);
    add_texts(plans, "account", PLANS, above);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "account"), accounts, &error), error);
    must(cstm_batch_add_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "plan"), plans, &error), error);
    cstm_table_free(customers);
    cstm_table_free(accounts);
    cstm_table_free(plans);
    for (int32_t kind = 0; kind < 4; kind++) {
        const char *of[MOST], *ids[MOST], *times[MOST], *statuses[MOST];
        int64_t amounts[MOST], lefts[MOST];
        double weights[MOST];
        int n = 0;
        for (int i = 0; i < world->n; i++) {
            const struct happening *at = &world->list[i];
            if (at->kind != kind)
                continue;
            of[n] = plan_key(at->plan);
            ids[n] = at->id;
            times[n] = at->time;
            statuses[n] = at->status;
            amounts[n] = at->amount;
            weights[n] = at->weight;
            lefts[n++] = at->left;
        }
        cstm_table *rows = table_new();
        add_texts(rows, "plan", n, of);
        add_texts(rows, "id", n, ids);
        add_texts(rows, "time", n, times);
        if (kind == 0)
            add_money(rows, "total", n, amounts);
        if (kind == 1)
            add_texts(rows, "status", n, statuses);
        if (kind == 1)
            must(cstm_table_add_double(rows, "weight", weights, NULL, n, NULL), NULL);
        if (kind == 1 || kind == 2)
            add_money(rows, "left", n, lefts);
        if (kind == 2)
            add_money(rows, "amount", n, amounts);
        must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, kinds[kind]), rows, &error), error);
        cstm_table_free(rows);
    }
    /* A bill of each plan with every due. */
    const char *bills[MOST], *of[MOST], *times[MOST];
    int64_t pages[MOST];
    int n = 0;
    static char names[MOST][24];
    for (int i = 0; i < world->n; i++)
        if (world->list[i].kind == 1) {
            snprintf(names[n], sizeof names[n], "b%d", i);
            bills[n] = names[n];
            of[n] = plan_key(world->list[i].plan);
            times[n] = world->list[i].time;
            pages[n++] = 1 + i % 7;
        }
    cstm_table *entities = table_new(), *rows = table_new();
    add_texts(entities, "bill", n, bills);
    add_texts(entities, "plan", n, of);
    add_texts(rows, "bill", n, bills);
    add_texts(rows, "time", n, times);
    add_ints(rows, "pages", n, pages);
    must(cstm_batch_add_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "bill"), entities, &error), error);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "sent"), rows, &error), error);
    cstm_table_free(entities);
    cstm_table_free(rows);
    return batch;
}

/* What happens on a plan, and the bill that comes with it. */
static void
happen(cstm_profile *customer, cstm_strategy *bank, cstm_entity account, const struct world *world, int i)
{
    cstm_entity plan = customer_entity(customer, bank, "plan", account, plan_key(world->list[i].plan));
    ck_assert_int_eq(record(customer, event_made(bank, &world->list[i], plan)), CSTM_OK);
    if (world->list[i].kind != 1)
        return;
    char name[24];
    snprintf(name, sizeof name, "b%d", i);
    cstm_event *sent = event_of(bank, "sent", customer_entity(customer, bank, "bill", plan, name), NULL, world->list[i].time);
    event_int(bank, sent, "pages", 1 + i % 7);
    ck_assert_int_eq(record(customer, sent), CSTM_OK);
}

static const char *
value_of(const cstm_outcome *outcome, const cstm_strategy *bank, int32_t feature, cstm_entity entity)
{
    static char text[64];
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, feature, entity) != CSTM_STATE_VALUE)
        return "-";
    if (cstm_strategy_part_type(bank, CSTM_PART_FEATURE, feature) == CSTM_TYPE_DOUBLE)
        snprintf(text, sizeof text, "%.17g", cstm_outcome_double(outcome, CSTM_PART_FEATURE, feature, entity));
    else
        snprintf(text, sizeof text, "%lld", (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, feature, entity));
    return text;
}

static void
assert_equal(const cstm_outcome *outcome, const cstm_strategy *bank, cstm_entity account, const cstm_result *result, int32_t day)
{
    const int32_t entity = bank_find(bank, CSTM_PART_ENTITY, "account");
    for (int32_t f = 0; f < cstm_strategy_count(bank, CSTM_PART_FEATURE); f++) {
        const int32_t of = cstm_strategy_part_entity(bank, CSTM_PART_FEATURE, f);
        const char *name = cstm_strategy_part_name(bank, CSTM_PART_FEATURE, f);
        const char *one = value_of(outcome, bank, f, of == 0 ? 0 : account), *all = cell(cstm_result_table(result, of), 0, name);
        ck_assert_msg(strcmp(one, all) == 0, "%s on day %d: %s event by event, %s in a batch", name, day, one, all);
    }
    const char *stage = stage_of(outcome, bank, "use", account), *same = cell(cstm_result_table(result, entity), 0, "use.stage");
    ck_assert_msg(strcmp(stage == NULL || stage[0] == 0 ? "-" : stage, same) == 0, "on day %d the stage is %s, and %s in a batch", day, stage, same);
}

/* A customer whose account has always been known to be opened on 2022-06-01, as the batch says. */
static cstm_profile *
account_new(cstm_strategy *bank, cstm_entity *account)
{
    cstm_profile *customer = customer_new(bank, "a");
    *account = customer_entity(customer, bank, "account", 0, "x");
    must(cstm_profile_set_date(customer, 0, bank_find(bank, CSTM_PART_ATTRIBUTE, "customer.opened_on"), bank_day("2022-06-01"), CSTM_ALWAYS, NULL, 0, NULL), NULL);
    must(cstm_profile_set_date(customer, *account, bank_find(bank, CSTM_PART_ATTRIBUTE, "account.opened_on"), bank_day("2022-06-01"), CSTM_ALWAYS, NULL, 0, NULL), NULL);
    return customer;
}

static int
named_plans(const cstm_profile *customer, const cstm_strategy *bank)
{
    int n = 0;
    for (int32_t i = 0; i < cstm_profile_entity_count(customer); i++) {
        size_t size;
        cstm_profile_entity_key(customer, i, &size);
        n += cstm_profile_entity_kind(customer, i) == bank_find(bank, CSTM_PART_ENTITY, "plan") && size > 0;
    }
    return n;
}

START_TEST(a_bound_on_closed_plans_shows_in_no_feature_of_the_account_and_keeps_the_state_small)
{
    static struct world world;
    make_world(&world, (uint64_t) _i * 77 + 5);
    cstm_strategy *bank = bank_compile(bounded);
    cstm_batch *batch = batch_of(bank, &world);
    cstm_entity x, other;
    cstm_profile *customer = account_new(bank, &x), *whole = account_new(bank, &other);
    const int32_t first = bank_day("2023-01-01"), every = _i % 3 == 0 ? 1 : _i % 3 == 1 ? 5 : 40;
    for (int32_t d = 0; d < DAYS; d++) {
        char text[32];
        int64_t instant;
        cstm_entity account = customer_entity(customer, bank, "account", 0, "x");
        for (int i = 0; i < world.n; i++)
            if (world.list[i].day == first + d) {
                happen(customer, bank, account, &world, i);
                happen(whole, bank, other, &world, i);
            }
        if (d % 3 != 0 && d % every != 0)
            continue;
        snprintf(text, sizeof text, "%d", d);
        must(cstm_strategy_parse_time(bank, "2023-01-01", 10, 1, &instant, NULL), NULL);
        instant += d * INT64_C(86400000000);
        cstm_result *result;
        cstm_outcome *outcome, *open;
        must(cstm_batch_run(batch, instant, &result, NULL), NULL);
        must(cstm_outcome_new(bank, &outcome, NULL), NULL);
        must(cstm_outcome_new(bank, &open, NULL), NULL);
        must(cstm_profile_evaluate(customer, instant, outcome, NULL), NULL);
        must(cstm_profile_evaluate(whole, instant, open, NULL), NULL);
        assert_equal(open, bank, other, result, d);
        assert_equal(outcome, bank, account, result, d);
        cstm_outcome_free(outcome);
        cstm_outcome_free(open);
        cstm_result_free(result);
        if (d % every == 0) {
            must(cstm_profile_advance(customer, instant, NULL), NULL);
            cstm_profile *copy = restored(bank, customer);
            assert_same_bytes(copy, customer);
            if (_i % 2 == 0) {      /* what is in memory only goes on as well */
                cstm_profile_free(customer);
                customer = copy;
            } else {
                cstm_profile_free(copy);
            }
        }
    }
    cstm_profile *copy = restored(bank, customer);
    int closed = 0;
    for (int i = 0; i < world.n; i++)
        closed += world.list[i].kind == 3;
    ck_assert_int_eq(named_plans(copy, bank), closed > 2 ? PLANS - closed + 2 : PLANS);
    ck_assert_int_eq(named_plans(whole, bank), PLANS);
    cstm_profile_free(copy);
    cstm_profile_free(customer);
    cstm_profile_free(whole);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

static void
end(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time)
{
    ck_assert_int_eq(record(customer, event_of(bank, "end", plan, NULL, time)), CSTM_OK);
}

/* Three plans that end one after the other; the first has left when the third ends. */
static cstm_profile *
three_ended(cstm_strategy *bank, cstm_entity *account, cstm_entity plans[3])
{
    static const char *const keys[] = {"1", "2", "3"}, *const starts[] = {"2023-01-05", "2023-01-06", "2023-01-07"},
                             *const ends[] = {"2023-03-01", "2023-03-05", "2023-03-05"};
    cstm_profile *customer = account_new(bank, account);
    for (int i = 0; i < 3; i++) {
        plans[i] = customer_entity(customer, bank, "plan", *account, keys[i]);
        start(customer, bank, plans[i], starts[i], 1000 * (i + 1));
        pay(customer, bank, plans[i], "2023-02-01", 100 * (i + 1), 0);
        end(customer, bank, plans[i], ends[i]);
    }
    return customer;
}

START_TEST(the_first_closed_leaves_on_the_day_on_which_the_bound_is_passed)
{
    cstm_strategy *bank = bank_compile(bounded);
    cstm_entity account, plans[3];
    cstm_profile *customer = three_ended(bank, &account, plans);
    static const struct {
        const char *day;
        int64_t plans, total;
    } cases[] = {{"2023-01-06", 2, 2000}, {"2023-03-04", 3, 3000}, {"2023-03-05", 2, 3000}, {"2023-04-30", 2, 3000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_outcome *outcome = outcome_on(customer, bank, cases[i].day);
        ck_assert_int_eq(feature_int(outcome, bank, "plans", account), cases[i].plans);
        ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "total"), account), cases[i].total);
        ck_assert_int_eq(feature_int(outcome, bank, "paid_all", 0), strcmp(cases[i].day, "2023-02-01") < 0 ? 0 : 3);
        cstm_outcome_free(outcome);
    }
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(what_comes_for_a_plan_that_has_left_counts_for_the_account_and_is_no_plan_again)
{
    cstm_strategy *bank = bank_compile(bounded);
    cstm_entity account, plans[3];
    cstm_profile *customer = three_ended(bank, &account, plans), *open = three_ended(bank, &account, plans);
    advance_to(customer, bank, "2023-04-01");
    cstm_profile *copy = restored(bank, customer);
    ck_assert_int_eq(named_plans(copy, bank), 2);
    cstm_entity again = customer_entity(copy, bank, "plan", customer_entity(copy, bank, "account", 0, "x"), "1");
    cstm_profile *const halves[] = {customer, copy, open};
    const cstm_entity firsts[] = {plans[0], again, plans[0]};
    for (int i = 0; i < 3; i++) {
        pay(halves[i], bank, firsts[i], "2023-04-03", 7, 0);
        end(halves[i], bank, firsts[i], "2023-04-04");
        for (int sealed = 0; sealed < 2; sealed++) {
            cstm_outcome *outcome = outcome_on(halves[i], bank, sealed == 0 ? "2023-04-05" : "2023-04-30");
            const cstm_entity of = i == 1 ? customer_entity(copy, bank, "account", 0, "x") : account;
            ck_assert_int_eq(feature_int(outcome, bank, "plans", of), 2);
            ck_assert_int_eq(feature_int(outcome, bank, "paid_all", 0), 4);
            ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "last_paid"), of), 7);
            cstm_outcome_free(outcome);
            if (i < 2)
                advance_to(halves[i], bank, "2023-04-20");
        }
    }
    for (int i = 0; i < 2; i++) {      /* two plans, and what came for the first */
        cstm_profile *stored = restored(bank, halves[i]);
        ck_assert_int_eq(named_plans(stored, bank), 3);
        cstm_profile_free(stored);
    }
    cstm_profile_free(customer);
    cstm_profile_free(copy);
    cstm_profile_free(open);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(halves_in_which_plans_have_left_merge_in_either_order)
{
    cstm_strategy *bank = bank_compile(bounded);
    cstm_entity account, plans[3];
    cstm_profile *halves[2][2];
    for (int i = 0; i < 4; i++) {
        cstm_profile *half = three_ended(bank, &account, plans);
        if (i % 2 == 1)
            pay(half, bank, plans[1], "2023-02-09", 50, 0);
        advance_to(half, bank, "2023-04-01");
        pay(half, bank, plans[2], "2023-04-02", 5 + i % 2, 0);
        halves[i / 2][i % 2] = half;
    }
    must(cstm_profile_merge(halves[0][0], halves[0][1], NULL), NULL);
    must(cstm_profile_merge(halves[1][1], halves[1][0], NULL), NULL);
    assert_same_bytes(halves[0][0], halves[1][1]);
    advance_to(halves[0][0], bank, "2023-05-01");
    advance_to(halves[1][1], bank, "2023-05-01");
    assert_same_bytes(halves[0][0], halves[1][1]);
    cstm_profile *copy = restored(bank, halves[0][0]);
    assert_same_bytes(copy, halves[0][0]);
    cstm_profile_free(copy);
    for (int i = 0; i < 4; i++)
        cstm_profile_free(halves[i / 2][i % 2]);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("children");
    TCase *tcase = tcase_create("children");
    tcase_add_test(tcase, the_last_value_of_a_field_is_read_without_a_feature_for_it);
    tcase_add_test(tcase, what_nobody_declared_is_not_among_the_features);
    tcase_add_test(tcase, the_first_closed_leaves_on_the_day_on_which_the_bound_is_passed);
    tcase_add_test(tcase, what_comes_for_a_plan_that_has_left_counts_for_the_account_and_is_no_plan_again);
    tcase_add_test(tcase, halves_in_which_plans_have_left_merge_in_either_order);
    tcase_add_loop_test(tcase, a_bound_on_closed_plans_shows_in_no_feature_of_the_account_and_keeps_the_state_small, 0, 24);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
