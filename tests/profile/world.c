/* The world of world.h: its document, its facts, both ways of taking them in, and what both say. */
#include "world.h"

const char world_document[] =
    "format: 1\n"
    "strategy: equality\n"
    "version: \"1\"\n"
    "timezone: Europe/Berlin\n"
    "currency: TWD\n"
    "late: 3 days\n"
    "purposes: [service, credit]\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "  card: {of: account}\n"
    "attributes:\n"
    "  age: {type: int}\n"
    "  town: {type: string}\n"
    "  limit: {for: account, type: money}\n"
    "events:\n"
    "  visit: {fields: {channel: string, weight: double}}\n"
    "  statement: {on: account, fields: {balance: money, status: int}}\n"
    "  use: {on: card, fields: {amount: money}}\n"
    "  closed: {on: card, closes: true}\n"
    "features:\n"
    "  visits_7d: {count: visit, over: 7 days}\n"
    "  visits: {count: visit}\n"
    "  weight_10d: {sum: visit.weight, over: 10 days}\n"
    "  mean_weight: {mean: visit.weight}\n"
    "  channel: {last: visit.channel, over: 20 days}\n"
    "  first_channel: {first: visit.channel}\n"
    "  visit_days: {distinct_days: visit, over: 1 months}\n"
    "  since_visit: {recency: visit}\n"
    "  balance: {for: account, last: statement.balance}\n"
    "  late_1m: {for: account, count: statement, where: status >= 1, over: 1 months}\n"
    "  worst: {max: statement.status, over: last 2}\n"
    "  utilisation: {for: account, rule: double(balance) / double(limit)}\n"
    "  used_5d: {for: card, sum: use.amount, over: 5 days}\n"
    "  least_use: {min: use.amount, where: \"amount > money('1')\"}\n"
    "  cards: {for: account, count: card, where: \"!has(closed_on)\"}\n"
    "  asleep: {count: card, where: \"plastic.stage == 'asleep'\"}\n"
    "  most_used: {max: card.used_5d}\n"
    "  label: {rule: \"visits_7d > 1 ? 'often' : 'seldom'\"}\n"
    "lifecycles:\n"
    "  plastic:\n"
    "    for: card\n"
    "    purpose: service\n"
    "    initial:\n"
    "      - {stage: used, when: \"used_5d > money('0')\"}\n"
    "      - {stage: fresh}\n"
    "    transitions:\n"
    "      - {from: [fresh, asleep], to: used, when: \"used_5d > money('0')\"}\n"
    "      - {from: used, to: asleep, when: \"used_5d == money('0')\", for: 2 days}\n"
    "      - {from: fresh, to: asleep, when: \"used_5d == money('0')\", stay: 9 days}\n"
    "  relation:\n"
    "    purpose: service\n"
    "    initial: quiet\n"
    "    transitions:\n"
    "      - {from: quiet, to: active, when: visits_7d >= 1}\n"
    "      - {from: active, to: loyal, when: asleep == 0, stay: 4 days}\n"
    "      - {from: [active, loyal], to: quiet, when: visits_7d == 0, for: 3 days}\n"
    "      - {from: loyal, to: previous, when: worst >= 2}\n"
    "  dunning:\n"
    "    for: account\n"
    "    purpose: credit\n"
    "    initial: current\n"
    "    transitions:\n"
    "      - {from: current, to: watched, when: \"late_1m >= 1 && relation.stage != 'loyal'\"}\n"
    "      - {from: watched, to: current, when: \"relation.stage == 'active' || late_1m == 0\", "
    "for: 2 days}\n"
    "%s"
    "scores:\n"
    "  risk:\n"
    "    purpose: credit\n"
    "    scorecard:\n"
    "      base: 500\n"
    "      characteristics:\n"
    "        - {name: worst, feature: worst, reason: WORST, bins: [{up_to: 0, points: 20}, {up_to: "
    "1, points: -10}, {above: 1, points: -40}, "
    "{missing: true, points: 0}]}\n"
    "        - {name: label, feature: label, reason: SELDOM, bins: [{values: [often], points: 15}, "
    "{values: [seldom], points: -5}, "
    "{missing: true, points: 1}, {other: true, points: 2}]}\n";

const char world_patience[] =
    "  patience:\n"
    "    for: account\n"
    "    purpose: credit\n"
    "    initial: calm\n"
    "    transitions:\n"
    "      - {from: calm, to: nervous, when: dunning.days_in_stage >= 4 && since_visit > 5}\n"
    "      - {from: nervous, to: calm, when: dunning.days_in_stage <= 1}\n";

uint32_t
chance(struct world *world, uint32_t below)
{
    world->seed = world->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((world->seed >> 33) % below);
}

const char *
named(char text[32], const char *what, int32_t number)
{
    snprintf(text, 32, "%s%d", what, number);
    return text;
}

struct world *
world_new(uint64_t seed, const char *more)
{
    struct world *world = calloc(1, sizeof *world);
    char text[8192];
    snprintf(text, sizeof text, world_document, more);
    world->bank = bank_compile(text);
    world->seed = seed;
    for (int32_t c = 0; c < CUSTOMERS; c++) {
        world->opened[c] =
            chance(world, 3) == 0 ? MISSING : FIRST_DAY - 20 + (int64_t) chance(world, 40);
        for (uint32_t n = chance(world, 3); n > 0; n--)
            world->account_of[world->n_accounts++] = c;
    }
    for (int32_t a = 0; a < world->n_accounts; a++)
        for (uint32_t n = chance(world, 3); n > 0; n--)
            world->card_of[world->n_cards++] = a;
    for (int32_t i = 0; i < EVENTS; i++) {
        struct fact *fact = &world->facts[i];
        fact->time = ((int64_t) FIRST_DAY + chance(world, DAYS)) * INT64_C(86400000000) +
                     (int64_t) chance(world, 86400) * 1000000;
        fact->kind = (int32_t) chance(world, 6);
        if (fact->kind == 3 && chance(world, 4) != 0)
            fact->kind = 0;
        if (fact->kind == 4 && chance(world, 3) != 0)
            fact->kind = 2;
        int32_t n = fact->kind == 0 || fact->kind == 4   ? CUSTOMERS
                    : fact->kind == 1 || fact->kind == 5 ? world->n_accounts
                                                         : world->n_cards;
        fact->of = (int32_t) chance(world, (uint32_t) n);
        fact->number = (int64_t) chance(world, 900) * 7 % 400;
        fact->weight = (double) chance(world, 1000) / 7;
        fact->id = chance(world, 3) == 0 ? (int32_t) chance(world, 40) : -1;
    }
    return world;
}

void
world_free(struct world *world)
{
    cstm_strategy_unref(world->bank);
    free(world);
}

/* --- as tables --- */

struct columns {
    char texts[EVENTS][32], ids[EVENTS][32];
    const char *keys[EVENTS], *id[EVENTS], *word[EVENTS];
    int64_t times[EVENTS], numbers[EVENTS], others[EVENTS];
    double weights[EVENTS];
    int64_t n;
};

static void
collect(const struct world *world, int32_t kind, const char *what, bool backwards,
        struct columns *columns)
{
    columns->n = 0;
    for (int32_t j = 0; j < EVENTS; j++) {
        const struct fact *fact = &world->facts[backwards ? EVENTS - 1 - j : j];
        int64_t n = columns->n;
        if (fact->kind != kind)
            continue;
        columns->keys[n] = named(columns->texts[n], what, fact->of);
        columns->id[n] = fact->id < 0 ? NULL : named(columns->ids[n], "id", fact->id);
        columns->times[n] = fact->time;
        columns->numbers[n] = fact->number % 11 == 0 ? MISSING : fact->number;
        columns->others[n] = fact->number % 3;
        columns->word[n] = fact->number % 2 == 0 ? "web" : "app";
        columns->weights[n] = fact->weight;
        columns->n++;
    }
}

static cstm_table *
table_of(const struct columns *columns, const char *key)
{
    cstm_table *table = table_new();
    add_texts(table, key, columns->n, columns->keys);
    add_texts(table, "id", columns->n, columns->id);
    must(cstm_table_add_timestamp(table, "time", columns->times, NULL, columns->n, NULL), NULL);
    return table;
}

/* Copies of every customer under other names, to fill several blocks. */
cstm_batch *
batch_of(const struct world *world, bool backwards)
{
    cstm_batch *batch = NULL;
    cstm_error *error = NULL;
    struct columns *columns = calloc(1, sizeof *columns);
    char texts[3][4 * CUSTOMERS][32];
    const char *keys[4 * CUSTOMERS], *above[4 * CUSTOMERS];
    must(cstm_batch_new(world->bank, &batch, &error), error);
    cstm_table *customers = table_new(), *accounts = table_new(), *cards = table_new();
    int32_t days[CUSTOMERS];
    uint8_t valid[CUSTOMERS];
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        int32_t c = backwards ? CUSTOMERS - 1 - i : i;
        keys[i] = named(texts[0][i], "c", c);
        valid[i] = world->opened[c] != MISSING;
        days[i] = valid[i] ? (int32_t) world->opened[c] : 0;
    }
    add_texts(customers, "customer", CUSTOMERS, keys);
    must(cstm_table_add_date(customers, "opened_on", days, valid, CUSTOMERS, &error), error);
    for (int32_t i = 0; i < world->n_accounts; i++) {
        int32_t a = backwards ? world->n_accounts - 1 - i : i;
        keys[i] = named(texts[1][i], "a", a);
        above[i] = named(texts[0][i], "c", world->account_of[a]);
    }
    add_texts(accounts, "account", world->n_accounts, keys);
    add_texts(accounts, "customer", world->n_accounts, above);
    for (int32_t i = 0; i < world->n_cards; i++) {
        int32_t k = (i * 7 + (backwards ? 3 : 0)) % world->n_cards; /* in no order at all */
        if (world->n_cards % 7 == 0)
            k = i;
        keys[i] = named(texts[2][i], "k", k);
        above[i] = named(texts[1][i], "a", world->card_of[k]);
    }
    add_texts(cards, "card", world->n_cards, keys);
    add_texts(cards, "account", world->n_cards, above);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, bank_find(world->bank, CSTM_PART_ENTITY, "account"),
                                 accounts, &error),
         error);
    must(cstm_batch_add_entities(batch, bank_find(world->bank, CSTM_PART_ENTITY, "card"), cards,
                                 &error),
         error);
    static const char *const kinds[] = {"visit", "statement", "use", "closed"}, *const on[] = {
                                                                                    "customer",
                                                                                    "account",
                                                                                    "card", "card"};
    for (int32_t kind = 0; kind < 4; kind++) {
        char what[2] = {"cakk"[kind], 0};
        collect(world, kind, what, backwards, columns);
        cstm_table *table = table_of(columns, on[kind]);
        if (kind == 0) {
            add_texts(table, "channel", columns->n, columns->word);
            must(cstm_table_add_double(table, "weight", columns->weights, NULL, columns->n, &error),
                 error);
        } else if (kind == 1) {
            add_money(table, "balance", columns->n, columns->numbers);
            add_ints(table, "status", columns->n, columns->others);
        } else if (kind == 2) {
            add_money(table, "amount", columns->n, columns->numbers);
        }
        must(cstm_batch_add_events(batch, bank_find(world->bank, CSTM_PART_EVENT, kinds[kind]),
                                   table, &error),
             error);
        cstm_table_free(table);
    }
    collect(world, 4, "c", backwards, columns);
    cstm_table *ages = table_of(columns, "customer");
    add_ints(ages, "age", columns->n, columns->others);
    must(cstm_batch_add_attributes(batch, 0, ages, &error), error);
    collect(world, 5, "a", backwards, columns);
    cstm_table *limits = table_of(columns, "account");
    add_money(limits, "limit", columns->n, columns->numbers);
    must(cstm_batch_add_attributes(batch, bank_find(world->bank, CSTM_PART_ENTITY, "account"),
                                   limits, &error),
         error);
    cstm_table_free(customers);
    cstm_table_free(accounts);
    cstm_table_free(cards);
    cstm_table_free(ages);
    cstm_table_free(limits);
    free(columns);
    return batch;
}

/* --- one by one --- */

struct customer
customer_of(const struct world *world, int32_t c)
{
    struct customer customer = {0};
    char text[32];
    cstm_error *error = NULL;
    customer.profile = customer_new(world->bank, named(text, "c", c));
    if (world->opened[c] != MISSING)
        must(
            cstm_profile_set_date(customer.profile, 0,
                                  bank_find(world->bank, CSTM_PART_ATTRIBUTE, "customer.opened_on"),
                                  (int32_t) world->opened[c], CSTM_ALWAYS, NULL, 0, &error),
            error);
    for (int32_t a = 0; a < world->n_accounts; a++)
        if (world->account_of[a] == c)
            customer.accounts[a] =
                customer_entity(customer.profile, world->bank, "account", 0, named(text, "a", a));
    for (int32_t k = 0; k < world->n_cards; k++)
        if (world->account_of[world->card_of[k]] == c)
            customer.cards[k] =
                customer_entity(customer.profile, world->bank, "card",
                                customer.accounts[world->card_of[k]], named(text, "k", k));
    return customer;
}

void
take(const struct world *world, struct customer *customer, const struct fact *fact)
{
    static const char *const kinds[] = {"visit", "statement", "use", "closed"};
    char id[32];
    cstm_error *error = NULL;
    bool given = fact->number % 11 != 0;
    named(id, "id", fact->id);
    const char *of = fact->id < 0 ? NULL : id;
    size_t size = of == NULL ? 0 : strlen(id);
    if (fact->kind == 4) {
        must(cstm_profile_set_int64(customer->profile, 0,
                                    bank_find(world->bank, CSTM_PART_ATTRIBUTE, "age"),
                                    fact->number % 3, fact->time, of, size, &error),
             error);
        return;
    }
    if (fact->kind == 5) {
        if (given)
            must(cstm_profile_set_money(customer->profile, customer->accounts[fact->of],
                                        bank_find(world->bank, CSTM_PART_ATTRIBUTE, "limit"),
                                        fact->number, fact->time, of, size, &error),
                 error);
        return;
    }
    cstm_event *event = NULL;
    must(cstm_event_new(world->bank, bank_find(world->bank, CSTM_PART_EVENT, kinds[fact->kind]),
                        &event, &error),
         error);
    cstm_entity entity = fact->kind == 0   ? 0
                         : fact->kind == 1 ? customer->accounts[fact->of]
                                           : customer->cards[fact->of];
    must(cstm_event_set_entity(event, entity, &error), error);
    must(cstm_event_set_time(event, fact->time, &error), error);
    if (of != NULL)
        must(cstm_event_set_id(event, of, size, &error), error);
    if (fact->kind == 0) {
        event_text(world->bank, event, "channel", fact->number % 2 == 0 ? "web" : "app");
        must(cstm_event_set_double(event, 1, fact->weight, &error), error);
    } else if (fact->kind == 1) {
        if (given)
            event_money(world->bank, event, "balance", fact->number);
        event_int(world->bank, event, "status", fact->number % 3);
    } else if (fact->kind == 2 && given) {
        event_money(world->bank, event, "amount", fact->number);
    }
    must(record(customer->profile, event), NULL);
}

int32_t
customer_of_fact(const struct world *world, const struct fact *fact)
{
    if (fact->kind == 0 || fact->kind == 4)
        return fact->of;
    return world
        ->account_of[fact->kind == 1 || fact->kind == 5 ? fact->of : world->card_of[fact->of]];
}

static const char *
value_of(const cstm_strategy *bank, const cstm_outcome *outcome, cstm_part part, int32_t index,
         cstm_entity entity)
{
    static char text[256];
    size_t size;
    if (cstm_outcome_state(outcome, part, index, entity) != CSTM_STATE_VALUE)
        return "-";
    cstm_type type =
        part == CSTM_PART_SCORE ? CSTM_TYPE_DOUBLE : cstm_strategy_part_type(bank, part, index);
    if (type == CSTM_TYPE_DOUBLE) {
        snprintf(text, sizeof text, "%.17g", cstm_outcome_double(outcome, part, index, entity));
    } else if (type == CSTM_TYPE_STRING) {
        const char *bytes = cstm_outcome_string(outcome, part, index, entity, &size);
        snprintf(text, sizeof text, "%.*s", (int) size, bytes);
    } else {
        snprintf(text, sizeof text, "%lld",
                 (long long) cstm_outcome_int64(outcome, part, index, entity));
    }
    return text;
}

static void
assert_same(const char *batch, const char *profile, const char *what, const char *key, int32_t day)
{
    ck_assert_msg(strcmp(batch, profile) == 0,
                  "day %d, %s of %s: the batch says %s, the profile %s", day - FIRST_DAY, what, key,
                  batch, profile);
}

void
compare_row(const cstm_strategy *bank, const cstm_table *table, int64_t row,
            const cstm_profile *profile, const cstm_outcome *outcome, cstm_entity entity,
            int32_t day)
{
    int32_t kind = cstm_profile_entity_kind(profile, entity);
    const char *key = cstm_profile_entity_key(profile, entity, NULL);
    for (cstm_part part = CSTM_PART_FEATURE; part <= CSTM_PART_SCORE; part++)
        for (int32_t i = 0; i < cstm_strategy_count(bank, part); i++) {
            const char *name = cstm_strategy_part_name(bank, part, i);
            char more[64];
            if (cstm_strategy_part_entity(bank, part, i) != kind)
                continue;
            if (part != CSTM_PART_LIFECYCLE) {
                assert_same(cell(table, row, name), value_of(bank, outcome, part, i, entity), name,
                            key, day);
                continue;
            }
            const char *stage = cstm_outcome_stage_name(outcome, i, entity);
            snprintf(more, sizeof more, "%s.stage", name);
            assert_same(cell(table, row, more), *stage == 0 ? "-" : stage, name, key, day);
            if (*stage == 0)
                continue;
            snprintf(more, sizeof more, "%s.since", name);
            ck_assert_int_eq(cstm_table_date(table, row, column_of(table, more)),
                             cstm_outcome_stage_since(outcome, i, entity));
            snprintf(more, sizeof more, "%s.censored", name);
            ck_assert_int_eq(cstm_table_bool(table, row, column_of(table, more)),
                             cstm_outcome_stage_censored(outcome, i, entity));
        }
}

void
compare_entity(const cstm_strategy *bank, const cstm_result *result, const cstm_profile *profile,
               const cstm_outcome *outcome, cstm_entity entity, int32_t day)
{
    int32_t kind = cstm_profile_entity_kind(profile, entity);
    const cstm_table *table = cstm_result_table(result, kind);
    const char *key = cstm_profile_entity_key(profile, entity, NULL);
    int64_t row = 0;
    while (strcmp(cell(table, row, cstm_strategy_part_name(bank, CSTM_PART_ENTITY, kind)), key) !=
           0)
        row++;
    compare_row(bank, table, row, profile, outcome, entity, day);
}
