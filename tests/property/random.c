/* Random worlds: see random.h. Documents are written so that they always compile: every stage is reached by a ring of
 * transitions, every rule reads features that exist. */
#include "random.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const CHANNELS[3] = {"shop", "online", "cash"};

struct text {
    char *at;
    size_t size, room;
};

static void __attribute__((format(printf, 2, 3)))
say(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text->at + text->size, text->room - text->size, format, arguments);
    va_end(arguments);
    ck_assert(n >= 0 && (size_t) n < text->room - text->size);
    text->size += (size_t) n;
}

static void
say_before(struct text *out, struct random *random)
{
    if (random_chance(random, 20))
        say(out, ", before: %d %s", 1 + random_below(random, 3), random_chance(random, 50) ? "weeks" : "days");
    else if (random_chance(random, 10))
        say(out, ", before: 1 month");
}

static void
say_window(struct text *out, struct random *random)
{
    switch (random_below(random, 4)) {
    case 0: say(out, ", over: %d days", 1 + random_below(random, 40)); say_before(out, random); break;
    case 1: say(out, ", over: %d months", 1 + random_below(random, 2)); say_before(out, random); break;
    case 2: say(out, ", over: last %d", 1 + random_below(random, 4)); break;
    default: say(out, "%s", random_chance(random, 50) ? ", over: all" : ""); break;
    }
}

static void
say_days(struct text *out, struct random *random, int all)
{
    switch (random_below(random, all ? 3 : 2)) {
    case 0: say(out, ", over: %d days", 1 + random_below(random, 40)); say_before(out, random); break;
    case 1: say(out, ", over: %d months", 1 + random_below(random, 2)); say_before(out, random); break;
    default: break;
    }
}

static const char *
where(struct random *random, int purchase)
{
    static const char *const of_purchase[] = {
        "", "", "", "amount > money('50.00')", "channel == 'online'", "channel in ['shop', 'cash'] && points >= 2",
        "points % (points - 3) == 0", "rate < 0.5 || has(points)", "money('10') * points > amount",
        "time.getHours() >= 20 || weekday_of(day) >= 6", "day_of(day) >= 25 && points >= 1"};
    static const char *const of_statement[] = {"", "", "status >= 1", "balance < money('0')", "!has(status)", "status * 9223372036854775807 > 0"};
    return purchase ? of_purchase[random_below(random, 11)] : of_statement[random_below(random, 6)];
}

/* One of the aggregates that are read whole. */
static const char *
say_wide(struct text *out, struct random *random, const char *entity, int of_purchase)
{
    static const char *const purchase[][2] = {
        {"variance: purchase.amount", "double"}, {"deviation: purchase.amount", "money"}, {"variance: purchase.points", "double"},
        {"deviation: purchase.points", "double"}, {"variance: purchase.rate", "double"}, {"deviation: purchase.rate", "double"},
        {"longest_gap: purchase", "int"}, {"mean_gap: purchase", "double"}, {"gap_variation: purchase", "double"},
        {"streak: purchase", "int"}, {"streak: purchase", "int"}, {"since_first: purchase", "int"},
        {"share: purchase", "double"}, {"share: purchase.amount", "double"}, {"decayed: purchase", "double"},
        {"decayed: purchase.amount", "money"}, {"trend: purchase.points", "double"}, {"trend: purchase.amount", "money"},
        {"ratio: purchase", "double"}, {"ratio: purchase.amount", "double"}, {"distinct: purchase.channel", "int"},
        {"distinct: purchase.amount", "int"}, {"distinct: purchase.points", "int"}, {"distinct: purchase.rate", "int"},
        {"most_frequent: purchase.channel", "string"}, {"top_share: purchase.channel", "double"}, {"entropy: purchase.channel", "double"},
        {"quantile: purchase.amount", "money"}, {"quantile: purchase.rate", "double"}, {"quantile: purchase.points", "int"}};
    static const char *const statement[][2] = {
        {"variance: statement.balance", "double"}, {"longest_gap: statement", "int"}, {"streak: statement", "int"},
        {"share: statement.balance", "double"}, {"decayed: statement", "double"}, {"trend: statement", "double"}};
    static const char *const units[] = {"days", "weeks", "months"};
    const char *const *row = of_purchase ? purchase[random_below(random, 30)] : statement[random_below(random, 6)];
    int share = strncmp(row[0], "share", 5) == 0;
    say(out, "{for: %s, %s", entity, row[0]);
    for (int i = 0; i < 1 + share; i++) {
        const char *rule = where(random, of_purchase);
        if (i == 0 && share && *rule == '\0')
            rule = of_purchase ? "points > 3" : "status >= 1";
        if (*rule != '\0')
            say(out, ", %s: \"%s\"", i == 0 ? "where" : "of", rule);
    }
    if (strncmp(row[0], "streak", 6) == 0)
        say(out, ", unit: %s", units[random_below(random, 3)]);
    if (strncmp(row[0], "quantile", 8) == 0)
        say(out, ", at: 0.%d", 1 + random_below(random, 9));
    if (strncmp(row[0], "decayed", 7) == 0)
        say(out, ", half_life: %d days", 1 + random_below(random, 30));
    if (strncmp(row[0], "trend", 5) == 0) {
        int parts = 2 + random_below(random, 4), months = random_chance(random, 40);
        say(out, ", over: %d %s, parts: %d", parts * (1 + random_below(random, months ? 1 : 9)), months ? "months" : "days", parts);
        say_before(out, random);
    } else {
        say_days(out, random, strncmp(row[0], "ratio", 5) != 0);
    }
    say(out, "}\n");
    return row[1];
}

/* An aggregate for an entity; the name of its kind of value is returned so that rules can be written over it. */
static const char *
say_aggregate(struct text *out, struct random *random, const char *entity)
{
    static const char *const purchase[][2] = {
        {"count: purchase", "int"}, {"sum: purchase.amount", "money"}, {"mean: purchase.amount", "money"},
        {"min: purchase.amount", "money"}, {"max: purchase.amount", "money"}, {"last: purchase.amount", "money"},
        {"first: purchase.amount", "money"}, {"sum: purchase.points", "int"}, {"mean: purchase.points", "double"},
        {"sum: purchase.rate", "double"}, {"mean: purchase.rate", "double"}, {"min: purchase.rate", "double"},
        {"last: purchase.channel", "string"}, {"first: purchase.rate", "double"}, {"distinct_days: purchase", "int"},
        {"recency: purchase", "int"}, {"max: purchase.points", "int"}};
    static const char *const statement[][2] = {
        {"count: statement", "int"}, {"last: statement.balance", "money"}, {"max: statement.status", "int"},
        {"sum: statement.balance", "money"}, {"recency: statement", "int"}, {"first: statement.status", "int"}};
    int of_purchase = strcmp(entity, "account") != 0 || random_chance(random, 60);
    if (strcmp(entity, "card") == 0)
        of_purchase = 1;
    if (random_chance(random, 40))
        return say_wide(out, random, entity, of_purchase);
    const char *const *row = of_purchase ? purchase[random_below(random, 17)] : statement[random_below(random, 6)];
    const char *rule = where(random, of_purchase);
    say(out, "{for: %s, %s", entity, row[0]);
    if (*rule != '\0')
        say(out, ", where: \"%s\"", rule);
    if (strncmp(row[0], "recency", 7) == 0 && random_chance(random, 50))
        say(out, "}\n");
    else {
        say_window(out, random);
        say(out, "}\n");
    }
    return row[1];
}

struct named {
    char name[16];
    const char *kind;
    const char *entity;
};

/* A condition over one feature of the kind. */
static void
say_condition(struct text *out, struct random *random, const struct named *feature)
{
    if (random_chance(random, 12))
        say(out, "!has(%s)", feature->name);
    else if (strcmp(feature->kind, "int") == 0)
        say(out, "%s %s %d", feature->name, random_chance(random, 60) ? ">=" : "<", random_below(random, 5));
    else if (strcmp(feature->kind, "money") == 0)
        say(out, "%s %s money('%d')", feature->name, random_chance(random, 60) ? ">" : "<=", random_below(random, 200));
    else if (strcmp(feature->kind, "double") == 0)
        say(out, "%s %s %d.25", feature->name, random_chance(random, 60) ? ">" : "<=", random_below(random, 3));
    else
        say(out, "%s != 'online'", feature->name);
}

static const struct named *
pick(struct random *random, const struct named *features, int n, const char *entity)
{
    for (;;) {
        const struct named *feature = &features[random_below(random, n)];
        if (strcmp(feature->entity, entity) == 0)
            return feature;
    }
}

static void
say_rule(struct text *out, struct random *random, const struct named *features, int n, const char *entity)
{
    say_condition(out, random, pick(random, features, n, entity));
    say(out, " %s ", random_chance(random, 50) ? "&&" : "||");
    say_condition(out, random, pick(random, features, n, entity));
    if (random_chance(random, 20))
        say(out, " %s in_segment('s0')", random_chance(random, 50) ? "&&" : "||");
    if (random_chance(random, 20))
        say(out, " || today == date('2005-02-%02d')", 1 + random_below(random, 28));
}

/* Whether the last of the texts was said before: a transition with the rule of an earlier one could never fire. */
static int
is_said(const struct text *out, const size_t *begins, const size_t *ends, int last)
{
    size_t size = ends[last] - begins[last];
    for (int i = 0; i < last; i++)
        if (ends[i] - begins[i] == size && memcmp(out->at + begins[i], out->at + begins[last], size) == 0)
            return 1;
    return 0;
}

static void
say_machine(struct text *out, struct random *random, const char *name, const char *entity, const struct named *features, int n)
{
    static const char *const stages[] = {"new", "active", "idle", "lost"};
    size_t begins[7], ends[7];
    say(out, "  %s:\n    for: %s\n    purpose: service\n", name, entity);
    if (random_chance(random, 50)) {
        say(out, "    initial: new\n");
    } else {
        say(out, "    initial:\n      - stage: active\n        when: \"");
        say_condition(out, random, pick(random, features, n, entity));
        say(out, "\"\n      - stage: new\n");
    }
    say(out, "    transitions:\n");
    for (int i = 0; i < 7; i++) {
        int from = i < 4 ? i : random_below(random, 4);
        int to = i < 4 ? (i + 1) % 4 : random_below(random, 4);
        if (to == from)
            to = (to + 2) % 4;
        say(out, "      - from: %s\n        to: %s\n        when: \"", stages[from], i == 6 ? "previous" : stages[to]);
        begins[i] = out->size;
        do {
            out->size = begins[i];
            say_rule(out, random, features, n, entity);
            ends[i] = out->size;
        } while (is_said(out, begins, ends, i));
        say(out, "\"\n");
        if (random_chance(random, 35))
            say(out, "        for: %d days\n", 1 + random_below(random, 6));
        if (random_chance(random, 35))
            say(out, "        stay: %d days\n", 1 + random_below(random, 9));
    }
}

/* Two segments of each kind of entity; the second may ask for the first, and for the customer's. */
static void
say_segments(struct text *out, struct random *random, const struct named *features, int n)
{
    static const char *const entities[] = {"customer", "account", "card"};
    say(out, "segments:\n");
    for (int i = 0; i < 6; i++) {
        const char *entity = entities[i % 3];
        say(out, "  s%d: {for: %s, purpose: service, when: \"", i, entity);
        say_condition(out, random, pick(random, features, n, entity));
        say(out, " %s ", random_chance(random, 50) ? "&&" : "||");
        if (i >= 3 && random_chance(random, 70))
            say(out, "%sin_segment('s%d')", random_chance(random, 30) ? "!" : "", random_chance(random, 50) ? i - 3 : 0);
        else
            say_condition(out, random, pick(random, features, n, entity));
        if (i == 3 && random_chance(random, 50))
            say(out, " || relation.stage == 'active'");
        say(out, "\"}\n");
    }
}

static void
write_document(struct world *world)
{
    static const char *const zones[] = {"Asia/Taipei", "America/New_York", "Europe/Prague", "Australia/Lord_Howe"};
    struct random *random = &world->random;
    struct text out = {.room = 65536};
    out.at = world->document = malloc(out.room);
    ck_assert_ptr_nonnull(out.at);
    say(&out, "format: 1\nstrategy: random\nversion: \"%llu\"\ntimezone: %s\ncurrency: CNY\nlate: %d days\n", (unsigned long long) world->seed,
        zones[random_below(random, 4)], world->late);
    say(&out, "purposes: [service]\nentities:\n  account: {of: customer}\n  card: {of: account}\n");
    say(&out, "attributes:\n  grade: {type: string, values: [shop, online, cash]}\n  limit: {for: account, type: money}\n");
    say(&out, "events:\n  purchase:\n    on: card\n    fields: {amount: money, points: int, rate: double, channel: {type: string, values: [shop, online, cash]}}\n");
    say(&out, "  statement:\n    on: account\n    fields: {balance: money, status: int}\n");
    say(&out, "  visit:\n    on: customer\n  close_card:\n    on: card\n    closes: true\n");
    struct named features[24];
    int n = 0;
    say(&out, "features:\n");
    static const char *const entities[] = {"customer", "account", "card"};
    for (int i = 0; i < 12; i++, n++) {
        snprintf(features[n].name, sizeof features[n].name, "f%d", n);
        features[n].entity = entities[i % 3];
        say(&out, "  f%d: ", n);
        features[n].kind = say_aggregate(&out, random, features[n].entity);
    }
    const struct {
        const char *text, *kind, *entity;
    } fixed[] = {
        {"{count: card, where: \"!has(closed_on)\"}", "int", "customer"},
        {"{for: account, count: card}", "int", "account"},
        {"{sum: account.limit}", "money", "customer"},
        {"{count: visit, over: 20 days}", "int", "customer"},
        {"{for: account, rule: \"limit / money('100')\"}", "double", "account"},
        {"{for: card, rule: \"limit > money('120')\"}", "bool", "card"},
        {"{rule: \"grade == 'shop' ? 1 : 2\"}", "int", "customer"},
    };
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        say(&out, "  f%d: %s\n", n, fixed[i].text);
        if (strcmp(fixed[i].kind, "bool") == 0) {
            say(&out, "  above_limit: {count: card, where: f%d}\n", n);
            snprintf(features[n].name, sizeof features[n].name, "above_limit");
            features[n].kind = "int";
            features[n].entity = "customer";
        } else {
            snprintf(features[n].name, sizeof features[n].name, "f%d", n);
            features[n].kind = fixed[i].kind;
            features[n].entity = fixed[i].entity;
        }
        n++;
    }
    say(&out, "  chosen_accounts: {count: account, where: \"in_segment('s1')\"}\n");
    say(&out, "  lost_accounts: {count: account, where: \"standing.stage == 'lost'\"}\n");
    say(&out, "lifecycles:\n");
    say_machine(&out, random, "relation", "customer", features, n);
    say_machine(&out, random, "standing", "account", features, n);
    say_segments(&out, random, features, n);
    say(&out, "scores:\n  risk:\n    purpose: service\n    scorecard:\n      base: 500\n      characteristics:\n");
    say(&out, "        - {name: cards, feature: f12, reason: CARDS, bins: [{up_to: 1, points: 10}, {above: 1, points: -5.5}, {missing: true, points: 0}]}\n");
    say(&out, "        - {name: limit, feature: f14, reason: LIMIT, bins: [{up_to: 100.5, points: -20}, {up_to: 300, points: 7}, {above: 300, points: 30}]}\n");
    say(&out, "        - {name: lost, feature: lost_accounts, reason: LOST, bins: [{up_to: 0, points: 12}, {above: 0, points: -40}, {missing: true, points: 1}]}\n");
}

int64_t
world_evening(const struct world *world, int32_t day)
{
    /* Days are written as the strategy reads them: its zone decides when they end. */
    int64_t z = (int64_t) day + 719468, era = z / 146097, doe = z % 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
    char text[32];
    int n = snprintf(text, sizeof text, "%04d-%02d-%02d", (int) year, (int) month, (int) (doy - (153 * mp + 2) / 5 + 1));
    int64_t instant;
    ck_assert_int_eq(cstm_strategy_parse_time(world->strategy, text, (size_t) n, 1, &instant, NULL), CSTM_OK);
    return instant;
}

static void
make_facts(struct world *world)
{
    struct random *random = &world->random;
    int32_t n = 120 + random_below(random, WORLD_FACTS - 160);
    while (world->n_facts < n) {
        struct fact *fact = &world->facts[world->n_facts++];
        int32_t c = random_below(random, WORLD_CUSTOMERS - 1);   /* the last customer has nothing */
        int32_t share = random_below(random, 100);
        fact->kind = share < 55 ? FACT_PURCHASE : share < 75 ? FACT_STATEMENT : share < 85 ? FACT_VISIT : share < 88 ? FACT_CLOSE : share < 95 ? FACT_LIMIT : share < 98 ? FACT_GRADE : FACT_OPENED;
        fact->customer = c;
        fact->account = fact->kind == FACT_VISIT || fact->kind == FACT_GRADE ? -1 : random_below(random, world->accounts[c]);
        fact->card = fact->kind == FACT_PURCHASE || fact->kind == FACT_CLOSE ? random_below(random, world->cards[c][fact->account]) : -1;
        int32_t day = WORLD_DAY0 + random_below(random, WORLD_DAYS);
        if (random_chance(random, 2))
            day = 2932800;                                       /* an event of 9999 */
        /* Hours are few, so that ties in time occur. */
        fact->time = world_evening(world, day) - (int64_t) random_below(random, 24) * 3600000000 - (random_chance(random, 30) ? 0 : 999999);
        fact->arrives = day > WORLD_DAY0 + WORLD_DAYS ? WORLD_DAY0 + random_below(random, WORLD_DAYS) : day + random_below(random, world->late + 1);
        if (random_chance(random, 70))
            snprintf(fact->id, sizeof fact->id, "i%d", random_below(random, 60));
        for (int f = 0; f < 4; f++)
            fact->present[f] = random_chance(random, 85);
        fact->amount = (int64_t) random_below(random, 40000) - 5000;
        fact->points = random_below(random, 8);
        fact->rate = (double) random_below(random, 1000) / 700.0 - 0.1;
        fact->channel = random_below(random, 3);
        fact->opened = (day < 2900000 ? day : WORLD_DAY0 + 20) - 20 + random_below(random, 25);
        if (fact->id[0] != '\0' && random_chance(random, 15) && world->n_facts < WORLD_FACTS) {
            struct fact *again = &world->facts[world->n_facts++];    /* delivered twice, once perhaps corrected */
            *again = *fact;
            int32_t latest = day > WORLD_DAY0 + WORLD_DAYS ? WORLD_DAY0 + WORLD_DAYS - 1 : day + world->late;
            again->arrives = fact->arrives < latest ? fact->arrives + random_below(random, latest - fact->arrives + 1) : fact->arrives;
            if (random_chance(random, 30))
                again->amount += 100;
        }
    }
}

void
world_make(struct world *world, uint64_t seed)
{
    memset(world, 0, sizeof *world);
    world->seed = seed;
    world->random.state = seed;
    struct random *random = &world->random;
    world->late = random_below(random, 8);
    write_document(world);
    cstm_error *error;
    if (cstm_strategy_parse(world->document, strlen(world->document), "random.yaml", &world->strategy, &error) != CSTM_OK) {
        for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
            fprintf(stderr, "%s\n", cstm_error_message(e));
        ck_abort_msg("seed %llu does not compile:\n%s", (unsigned long long) seed, world->document);
    }
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        world->accounts[c] = 1 + random_below(random, WORLD_ACCOUNTS);
        for (int32_t a = 0; a < WORLD_ACCOUNTS; a++)
            world->cards[c][a] = 1 + random_below(random, WORLD_CARDS);
        world->opened[c] = random_chance(random, 50) ? WORLD_DAY0 - 30 + random_below(random, 60) : INT32_MIN;
    }
    for (int k = 0; k < 2; k++)
        world->observed[k] = random_chance(random, 50) ? WORLD_DAY0 - random_below(random, 30) : INT32_MIN;
    make_facts(world);
}

void
world_clear(struct world *world)
{
    cstm_strategy_unref(world->strategy);
    free(world->document);
}

static int32_t
part(const struct world *world, cstm_part of, const char *name)
{
    int32_t found = cstm_strategy_find(world->strategy, of, name);
    ck_assert_int_ge(found, 0);
    return found;
}

static void
must(cstm_status status, cstm_error **error)
{
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(*error));
}

static cstm_entity
account_of(struct world *world, cstm_profile *profile, int32_t customer, int32_t account)
{
    cstm_error *error;
    cstm_entity entity;
    char key[32];
    int n = snprintf(key, sizeof key, "C%d/A%d", customer, account);
    must(cstm_profile_entity(profile, part(world, CSTM_PART_ENTITY, "account"), 0, key, (size_t) n, &entity, &error), &error);
    return entity;
}

static cstm_entity
card_of(struct world *world, cstm_profile *profile, int32_t customer, int32_t account, int32_t card)
{
    cstm_error *error;
    cstm_entity entity, parent = account_of(world, profile, customer, account);
    char key[32];
    int n = snprintf(key, sizeof key, "C%d/A%d/K%d", customer, account, card);
    must(cstm_profile_entity(profile, part(world, CSTM_PART_ENTITY, "card"), parent, key, (size_t) n, &entity, &error), &error);
    return entity;
}

cstm_profile *
world_profile(struct world *world, int32_t customer)
{
    cstm_error *error;
    cstm_profile *profile;
    char key[16];
    int n = snprintf(key, sizeof key, "C%d", customer);
    must(cstm_profile_new(world->strategy, key, (size_t) n, &profile, &error), &error);
    for (int32_t a = 0; a < world->accounts[customer]; a++)
        for (int32_t k = 0; k < world->cards[customer][a]; k++)
            card_of(world, profile, customer, a, k);
    if (world->opened[customer] != INT32_MIN)
        must(cstm_profile_set_date(profile, 0, part(world, CSTM_PART_ATTRIBUTE, "customer.opened_on"), world->opened[customer], CSTM_ALWAYS, NULL, 0, &error), &error);
    static const char *const kinds[] = {"purchase", "statement"};
    for (int k = 0; k < 2; k++)
        if (world->observed[k] != INT32_MIN)
            must(cstm_profile_observe(profile, part(world, CSTM_PART_EVENT, kinds[k]), world_evening(world, world->observed[k] - 1) + 1, &error), &error);
    return profile;
}

void
world_record(struct world *world, cstm_profile *profile, const struct fact *fact)
{
    static const char *const kinds[] = {"purchase", "statement", "visit", "close_card"};
    cstm_error *error;
    cstm_entity entity = fact->account < 0 ? 0
        : fact->card < 0 ? account_of(world, profile, fact->customer, fact->account)
                         : card_of(world, profile, fact->customer, fact->account, fact->card);
    size_t id_size = strlen(fact->id);
    if (fact->kind == FACT_LIMIT) {
        must(cstm_profile_set_money(profile, entity, part(world, CSTM_PART_ATTRIBUTE, "limit"), fact->amount, fact->time, fact->id, id_size, &error), &error);
        return;
    }
    if (fact->kind == FACT_OPENED) {
        must(cstm_profile_set_date(profile, entity, part(world, CSTM_PART_ATTRIBUTE, "account.opened_on"), fact->opened, fact->time, fact->id, id_size, &error), &error);
        return;
    }
    if (fact->kind == FACT_GRADE) {
        must(cstm_profile_set_string(profile, entity, part(world, CSTM_PART_ATTRIBUTE, "grade"), CHANNELS[fact->channel], strlen(CHANNELS[fact->channel]), fact->time,
                                     fact->id, id_size, &error), &error);
        return;
    }
    int32_t kind = part(world, CSTM_PART_EVENT, kinds[fact->kind]);
    cstm_event *event;
    must(cstm_event_new(world->strategy, kind, &event, &error), &error);
    must(cstm_event_set_entity(event, entity, &error), &error);
    must(cstm_event_set_time(event, fact->time, &error), &error);
    if (id_size > 0)
        must(cstm_event_set_id(event, fact->id, id_size, &error), &error);
    if (fact->kind == FACT_PURCHASE) {
        if (fact->present[0])
            must(cstm_event_set_money(event, 0, fact->amount, &error), &error);
        if (fact->present[1])
            must(cstm_event_set_int64(event, 1, fact->points, &error), &error);
        if (fact->present[2])
            must(cstm_event_set_double(event, 2, fact->rate, &error), &error);
        if (fact->present[3])
            must(cstm_event_set_string(event, 3, CHANNELS[fact->channel], strlen(CHANNELS[fact->channel]), &error), &error);
    } else if (fact->kind == FACT_STATEMENT) {
        if (fact->present[0])
            must(cstm_event_set_money(event, 0, fact->amount, &error), &error);
        if (fact->present[1])
            must(cstm_event_set_int64(event, 1, fact->points - 2, &error), &error);
    }
    must(cstm_profile_record(profile, event, &error), &error);
    cstm_event_free(event);
}

/* A column of texts, made of printf'ed cells; an empty text is missing. */
struct texts {
    int64_t offsets[WORLD_FACTS + 1];
    uint8_t valid[WORLD_FACTS];
    char bytes[WORLD_FACTS * 24];
    int64_t n;
};

static void
texts_add(struct texts *texts, const char *text)
{
    size_t size = strlen(text);
    memcpy(texts->bytes + texts->offsets[texts->n], text, size);
    texts->valid[texts->n] = size > 0;
    texts->offsets[texts->n + 1] = texts->offsets[texts->n] + (int64_t) size;
    texts->n++;
}

static void
texts_put(cstm_table *table, const char *name, const struct texts *texts)
{
    cstm_error *error;
    must(cstm_table_add_string(table, name, texts->offsets, texts->bytes, texts->valid, texts->n, &error), &error);
}

static cstm_table *
entity_table(const struct world *world, int level)
{
    cstm_error *error;
    cstm_table *table;
    struct texts *keys = calloc(1, sizeof *keys), *parents = calloc(1, sizeof *parents);
    int32_t opened[WORLD_CUSTOMERS];
    uint8_t valid[WORLD_CUSTOMERS];
    char key[32];
    ck_assert(keys != NULL && parents != NULL);
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        opened[c] = world->opened[c] == INT32_MIN ? 0 : world->opened[c];
        valid[c] = world->opened[c] != INT32_MIN;
        if (level == 0) {
            snprintf(key, sizeof key, "C%d", c);
            texts_add(keys, key);
        }
        for (int32_t a = 0; level > 0 && a < world->accounts[c]; a++) {
            if (level == 1) {
                snprintf(key, sizeof key, "C%d", c);
                texts_add(parents, key);
                snprintf(key, sizeof key, "C%d/A%d", c, a);
                texts_add(keys, key);
            }
            for (int32_t k = 0; level == 2 && k < world->cards[c][a]; k++) {
                snprintf(key, sizeof key, "C%d/A%d", c, a);
                texts_add(parents, key);
                snprintf(key, sizeof key, "C%d/A%d/K%d", c, a, k);
                texts_add(keys, key);
            }
        }
    }
    must(cstm_table_new(&table, &error), &error);
    static const char *const names[] = {"customer", "account", "card"};
    texts_put(table, names[level], keys);
    if (level > 0)
        texts_put(table, names[level - 1], parents);
    else
        must(cstm_table_add_date(table, "opened_on", opened, valid, WORLD_CUSTOMERS, &error), &error);
    free(keys);
    free(parents);
    return table;
}

static cstm_table *
fact_table(const struct world *world, enum fact_kind kind, int32_t arrived)
{
    static int64_t times[WORLD_FACTS], amounts[WORLD_FACTS], points[WORLD_FACTS];
    static int32_t opened[WORLD_FACTS];
    static double rates[WORLD_FACTS];
    static uint8_t present[4][WORLD_FACTS];
    cstm_error *error;
    cstm_table *table;
    struct texts *keys = calloc(1, sizeof *keys), *ids = calloc(1, sizeof *ids), *channels = calloc(1, sizeof *channels);
    ck_assert(keys != NULL && ids != NULL && channels != NULL);
    int64_t n = 0;
    for (int32_t i = 0; i < world->n_facts; i++) {
        const struct fact *fact = &world->facts[i];
        if (fact->kind != kind || fact->arrives > arrived)
            continue;
        char key[32];
        if (fact->account < 0)
            snprintf(key, sizeof key, "C%d", fact->customer);
        else if (fact->card < 0)
            snprintf(key, sizeof key, "C%d/A%d", fact->customer, fact->account);
        else
            snprintf(key, sizeof key, "C%d/A%d/K%d", fact->customer, fact->account, fact->card);
        texts_add(keys, key);
        texts_add(ids, fact->id);
        texts_add(channels, fact->present[3] || kind == FACT_GRADE ? CHANNELS[fact->channel] : "");
        times[n] = fact->time;
        amounts[n] = fact->amount;
        points[n] = kind == FACT_STATEMENT ? fact->points - 2 : fact->points;
        rates[n] = fact->rate;
        opened[n] = fact->opened;
        for (int f = 0; f < 4; f++)
            present[f][n] = (uint8_t) fact->present[f];
        n++;
    }
    must(cstm_table_new(&table, &error), &error);
    static const char *const on[] = {"card", "account", "customer", "card", "account", "customer", "account"};
    texts_put(table, on[kind], keys);
    texts_put(table, "id", ids);
    must(cstm_table_add_timestamp(table, "time", times, NULL, n, &error), &error);
    if (kind == FACT_PURCHASE) {
        must(cstm_table_add_money(table, "amount", amounts, present[0], n, "CNY", &error), &error);
        must(cstm_table_add_int64(table, "points", points, present[1], n, &error), &error);
        must(cstm_table_add_double(table, "rate", rates, present[2], n, &error), &error);
        texts_put(table, "channel", channels);
    } else if (kind == FACT_STATEMENT) {
        must(cstm_table_add_money(table, "balance", amounts, present[0], n, "CNY", &error), &error);
        must(cstm_table_add_int64(table, "status", points, present[1], n, &error), &error);
    } else if (kind == FACT_LIMIT) {
        must(cstm_table_add_money(table, "limit", amounts, NULL, n, "CNY", &error), &error);
    } else if (kind == FACT_OPENED) {
        must(cstm_table_add_date(table, "opened_on", opened, NULL, n, &error), &error);
    } else if (kind == FACT_GRADE) {
        texts_put(table, "grade", channels);
    }
    free(keys);
    free(ids);
    free(channels);
    return table;
}

cstm_batch *
world_batch(struct world *world, int32_t arrived, cstm_table *tables[WORLD_TABLES])
{
    static const char *const entities[] = {"customer", "account", "card"};
    static const char *const kinds[] = {"purchase", "statement", "visit", "close_card"};
    cstm_error *error;
    cstm_batch *batch;
    must(cstm_batch_new(world->strategy, &batch, &error), &error);
    for (int level = 0; level < 3; level++) {
        tables[level] = entity_table(world, level);
        must(cstm_batch_add_entities(batch, part(world, CSTM_PART_ENTITY, entities[level]), tables[level], &error), &error);
    }
    for (int kind = 0; kind < N_FACT_KINDS; kind++) {
        tables[3 + kind] = fact_table(world, (enum fact_kind) kind, arrived);
        if (kind < FACT_LIMIT)
            must(cstm_batch_add_events(batch, part(world, CSTM_PART_EVENT, kinds[kind]), tables[3 + kind], &error), &error);
        else
            must(cstm_batch_add_attributes(batch, part(world, CSTM_PART_ENTITY, kind == FACT_GRADE ? "customer" : "account"), tables[3 + kind], &error), &error);
    }
    for (int k = 0; k < 2; k++)
        if (world->observed[k] != INT32_MIN)
            must(cstm_batch_observe(batch, part(world, CSTM_PART_EVENT, kinds[k]), world_evening(world, world->observed[k] - 1) + 1, &error), &error);
    return batch;
}

void
shuffle(struct random *random, int32_t *order, int32_t n)
{
    for (int32_t i = n - 1; i > 0; i--) {
        int32_t j = random_below(random, i + 1), swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
}
