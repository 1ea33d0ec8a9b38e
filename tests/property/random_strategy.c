/* Random strategies: see random.h. Documents are written so that they always compile: every stage is reached by a ring of
 * transitions, every rule reads features that exist. */
#include "random.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *at;
    size_t size, room;
    const char *by; /* the value that rules ask for of a feature that was said by values; NULL: it was not */
    int plainest;   /* only aggregates that are counted straight from columns, with rules that cannot fail */
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
say_cycles(struct text *out, struct random *random, int open)
{
    if (open && random_chance(random, 40))
        say(out, ", over: current cycle, cycle: cutoff");
    else
        say(out, ", over: %s, cycle: cutoff%s", random_chance(random, 60) ? "1 cycle" : "2 cycles", random_chance(random, 30) ? ", before: 1 cycle" : "");
}

static void
say_window(struct text *out, struct random *random)
{
    switch (random_below(random, 5)) {
    case 4: say_cycles(out, random, 1); break;
    case 0: say(out, ", over: %d days", 1 + random_below(random, 40)); say_before(out, random); break;
    case 1: say(out, ", over: %d months", 1 + random_below(random, 2)); say_before(out, random); break;
    case 2: say(out, ", over: last %d", 1 + random_below(random, 4)); break;
    default: say(out, "%s", random_chance(random, 50) ? ", over: all" : ""); break;
    }
}

static void
say_days(struct text *out, struct random *random, int all)
{
    if (random_chance(random, 15)) {
        say_cycles(out, random, all);
        return;
    }
    switch (random_below(random, all ? 3 : 2)) {
    case 0: say(out, ", over: %d days", 1 + random_below(random, 40)); say_before(out, random); break;
    case 1: say(out, ", over: %d months", 1 + random_below(random, 2)); say_before(out, random); break;
    default: break;
    }
}

static const char *
where(const struct text *out, struct random *random, int purchase)
{
    static const char *const of_purchase[] = {
        "", "", "", "amount > money('50.00')", "channel == 'online'", "channel in ['shop', 'cash'] && points >= 2",
        "points % (points - 3) == 0", "rate < 0.5 || has(points)", "money('10') * points > amount",
        "time.getHours() >= 20 || weekday_of(day) >= 6", "day_of(day) >= 25 && points >= 1", "quarter in [0, 3] && scene != 'other'",
        "twice > amount || score == 'high'", "category_of(mcc, 'scene') == 'dining'"};
    static const char *const of_statement[] = {"", "", "status >= 1", "balance < money('0')", "!has(status)", "status * 9223372036854775807 > 0"};
    static const char *const plainest[] = {"", "amount > money('50.00')", "channel == 'online'", "rate < 0.5 || has(points)",
        "time.getHours() >= 20 || weekday_of(day) >= 6", "day_of(day) >= 25 && points >= 1", "scene == 'travel' || quarter == 1"};
    if (out->plainest)
        return purchase ? plainest[random_below(random, 7)] : of_statement[random_below(random, 5)];
    return purchase ? of_purchase[random_below(random, 14)] : of_statement[random_below(random, 6)];
}

/* Perhaps one feature a value. Rules cannot name what is of a number. */
static void
say_by(struct text *out, struct random *random, int of_purchase)
{
    static const char *const fields[][2] = {{"channel", "online"}, {"scene", "dining"}, {"scene", "other"}, {"score", "low"}};
    if (!of_purchase || out->plainest || !random_chance(random, 20))
        return;
    const char *const *row = fields[random_below(random, 4)];
    say(out, ", by: %s", row[0]);
    out->by = row[1];
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
        {"quantile: purchase.amount", "money"}, {"quantile: purchase.rate", "double"}, {"quantile: purchase.points", "int"},
        {"distinct: purchase.mcc", "int"}, {"distinct: purchase.quarter", "int"}, {"entropy: purchase.scene", "double"},
        {"most_frequent: purchase.scene", "string"}, {"variance: purchase.twice", "double"}, {"trend: purchase.quarter", "double"}};
    static const char *const statement[][2] = {
        {"variance: statement.balance", "double"}, {"longest_gap: statement", "int"}, {"streak: statement", "int"},
        {"share: statement.balance", "double"}, {"decayed: statement", "double"}, {"trend: statement", "double"}};
    static const char *const units[] = {"days", "weeks", "months"};
    const char *const *row = of_purchase ? purchase[random_below(random, 36)] : statement[random_below(random, 6)];
    int share = strncmp(row[0], "share", 5) == 0;
    say(out, "{for: %s, %s", entity, row[0]);
    for (int i = 0; i < 1 + share; i++) {
        const char *rule = where(out, random, of_purchase);
        if (i == 0 && share && *rule == '\0')
            rule = of_purchase ? "points > 3" : "status >= 1";
        if (*rule != '\0')
            say(out, ", %s: \"%s\"", i == 0 ? "where" : "of", rule);
    }
    say_by(out, random, of_purchase);
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
        {"recency: purchase", "int"}, {"max: purchase.points", "int"}, {"sum: purchase.twice", "money"},
        {"max: purchase.quarter", "int"}, {"last: purchase.scene", "string"}, {"sum: purchase.quarter", "int"}};
    static const char *const statement[][2] = {
        {"count: statement", "int"}, {"last: statement.balance", "money"}, {"max: statement.status", "int"},
        {"sum: statement.balance", "money"}, {"recency: statement", "int"}, {"first: statement.status", "int"}};
    int of_purchase = strcmp(entity, "account") != 0 || random_chance(random, 60);
    if (strcmp(entity, "card") == 0)
        of_purchase = 1;
    if (!out->plainest && random_chance(random, 40))
        return say_wide(out, random, entity, of_purchase);
    int32_t rows = of_purchase ? 21 : 6;
    const char *const *row = of_purchase ? purchase[random_below(random, rows)] : statement[random_below(random, rows)];
    while (out->plainest && (strstr(row[0], "sum: purchase.rate") != NULL || strstr(row[0], "channel") != NULL || strstr(row[0], "scene") != NULL || strstr(row[0], "distinct_days") != NULL))
        row = purchase[random_below(random, rows)];
    const char *rule = where(out, random, of_purchase);
    say(out, "{for: %s, %s", entity, row[0]);
    if (*rule != '\0')
        say(out, ", where: \"%s\"", rule);
    say_by(out, random, of_purchase);
    if (strncmp(row[0], "recency", 7) == 0 && random_chance(random, 50))
        say(out, "}\n");
    else {
        if (out->plainest)
            say(out, ", over: %d %s", 1 + random_below(random, 20), random_chance(random, 30) ? "weeks" : "days");
        else
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
        say(out, "!%s.startsWith('o')", feature->name);
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

/* One machine of one step, for what only a run with lifecycles goes through. */
static void
say_plain_machine(struct text *out, struct random *random, const struct named *features, int n)
{
    say(out, "  relation:\n    purpose: service\n    initial: new\n    transitions:\n      - {from: new, to: active, when: \"");
    say_condition(out, random, pick(random, features, n, "customer"));
    say(out, "\"}\n");
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

void
world_write_document(struct world *world)
{
    static const char *const zones[] = {"Asia/Taipei", "America/New_York", "Europe/Prague", "Australia/Lord_Howe"};
    struct random *random = &world->random;
    struct text out = {.room = 65536};
    out.at = world->document = malloc(out.room);
    ck_assert_ptr_nonnull(out.at);
    say(&out, "format: 1\nstrategy: random\nversion: \"%llu\"\ntimezone: %s\ncurrency: CNY\nlate: %d days\n", (unsigned long long) world->seed,
        zones[random_below(random, 4)], world->late);
    say(&out, "mappings:\n  scene: {type: string, dining: [5811-5814, 5462], travel: [3000-3999], %s}\n", random_chance(random, 70) ? "else: other" : "other: [6011]");
    say(&out, "purposes: [service]\nentities:\n  account: {of: customer}\n  card: {of: account%s}\n", !world->bounded ? "" : random_chance(random, 50) ? ", keep_closed: 1" : ", keep_closed: 2");
    say(&out, "attributes:\n  cutoff: {type: int}\n  home_lat: {type: double}\n  home_lon: {type: double}\n  grade: {type: string, values: [shop, online, cash]}\n  limit: {for: account, type: money}\n");
    say(&out, "events:\n  purchase:\n    on: card\n    fields:\n      amount: money\n      points: {type: int, range: [0, 7]}\n      rate: double\n");
    say(&out, "      channel: {type: string, values: [shop, online, cash]}\n      mcc: string\n      lat: double\n      lon: double\n      scene: {category: scene, of: mcc}\n");
    say(&out, "      quarter: {type: int, range: [0, 3], rule: time.getHours() / 6}\n      twice: {type: money, rule: amount * 2}\n");
    say(&out, "      score: {type: string, values: [low, high], rule: \"double(points) * rate > 1.5 ? 'high' : 'low'\"}\n");
    if (world->amended) {
        int32_t within = 1 + random_below(random, 30);
        say(&out, "  cash: {on: card, fields: {amount: money}}\n  use: {any_of: [purchase, cash]}\n");
        say(&out, "  refund: {on: card, reduces: purchase.amount, with: amount, by: reference, within: %d days, fields: {reference: string, amount: money}}\n", within);
        say(&out, "  reversal: {on: card, cancels: purchase, by: reference, within: %d days, fields: {reference: string}}\n", 1 + random_below(random, 10));
    }
    say(&out, "  statement:\n    on: account\n    fields: {balance: money, status: int}\n");
    say(&out, "  visit:\n    on: customer\n  close_card:\n    on: card\n    closes: true\n");
    struct named features[32];
    int n = 0;
    say(&out, "features:\n");
    static const char *const entities[] = {"customer", "account", "card"};
    out.plainest = world->plain && random_chance(random, 50);
    for (int i = 0; i < (world->plain ? 3 + random_below(random, 4) : 12); i++, n++) {
        features[n].entity = entities[i % 3];
        out.by = NULL;
        say(&out, "  f%d: ", n);
        features[n].kind = say_aggregate(&out, random, features[n].entity);
        snprintf(features[n].name, sizeof features[n].name, "f%d%s%s", n, out.by == NULL ? "" : ".", out.by == NULL ? "" : out.by);
    }
    if (world->plain) {
        say(&out, "lifecycles:\n");
        out.plainest = 0;
        say_plain_machine(&out, random, features, n);
        return;
    }
    say(&out, "  a0: {for: %s, sum: purchase.amount, ahead: %d days}\n", entities[random_below(random, 3)], 1 + random_below(random, 30));
    say(&out, "  a1: {for: %s, count: purchase, where: points >= 2, ahead: 9 days}\n", entities[random_below(random, 3)]);
    for (int i = 0; i < 2; i++, n++) {
        static const char *const placed[][2] = {{"count: purchase", "int"}, {"sum: purchase.amount", "money"}, {"share: purchase.amount", "double"}};
        const char *const *row = placed[random_below(random, 3)];
        features[n].entity = entities[random_below(random, 3)];
        snprintf(features[n].name, sizeof features[n].name, "p%d", i);
        features[n].kind = i == 0 ? row[1] : "double";
        if (i == 0)
            say(&out, "  p0: {for: %s, %s, near: {place: [lat, lon], home: [home_lat, home_lon], km: %d}", features[n].entity, row[0], 5 + random_below(random, 30));
        else
            say(&out, "  p1: {for: %s, mean_distance: purchase, place: [lat, lon], home: [home_lat, home_lon]", features[n].entity);
        if (random_chance(random, 40))
            say(&out, ", where: \"%s\"", random_chance(random, 50) ? "points >= 2" : "channel == 'online'");
        say_days(&out, random, 1);
        say(&out, "}\n");
    }
    for (int i = 0; world->amended && i < 4; i++, n++) {
        static const char *const of_use[][2] = {{"count: use", "int"}, {"sum: use.amount", "money"}, {"sum: [cash.amount, purchase.amount]", "money"}, {"most_frequent: use.kind", "string"},
            {"distinct_days: use", "int"}, {"last: use.amount", "money"}, {"decayed: use.amount, half_life: 5 days", "money"}, {"count: refund", "int"}, {"last: use.kind", "string"}};
        const char *const *row = of_use[random_below(random, 9)];
        features[n].entity = entities[random_below(random, 3)];
        features[n].kind = row[1];
        snprintf(features[n].name, sizeof features[n].name, "u%d", i);
        say(&out, "  u%d: {for: %s, %s", i, features[n].entity, row[0]);
        if (strncmp(row[0], "decayed", 7) == 0 || strncmp(row[0], "most", 4) == 0)
            say_days(&out, random, 1);
        else
            say_window(&out, random);
        say(&out, "}\n");
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
        {"{count: card, where: \"last.points >= 3 || last.channel == 'online'\"}", "int", "customer"},
        {"{for: account, rule: \"last.status\"}", "int", "account"},
        {"{rule: \"grade == 'shop' ? 1 : 2\"}", "int", "customer"},
    };
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        say(&out, "  f%d: %s\n", 12 + (int) i, fixed[i].text);
        if (strcmp(fixed[i].kind, "bool") == 0) {
            say(&out, "  above_limit: {count: card, where: f%d}\n", 12 + (int) i);
            snprintf(features[n].name, sizeof features[n].name, "above_limit");
            features[n].kind = "int";
            features[n].entity = "customer";
        } else {
            snprintf(features[n].name, sizeof features[n].name, "f%d", 12 + (int) i);
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


/* Where the section of the line ends: before the next line that is not indented. */
static const char *
section_end(const char *line)
{
    const char *at = strchr(line, '\n') + 1;
    while (*at == ' ')
        at = strchr(at, '\n') + 1;
    return at;
}

/* The entries of a section stand two spaces deep, and what belongs to one stands deeper. */
static int32_t
find_entries(const char *from, const char *until, const char *entries[], int32_t room)
{
    int32_t n = 0;
    for (const char *at = from; at < until; at = strchr(at, '\n') + 1)
        if (at[2] != ' ') {
            ck_assert_int_lt(n, room);
            entries[n++] = at;
        }
    entries[n] = until;
    return n;
}

char *
world_shuffle_document(struct world *world)
{
    static const char *const sections[] = {"attributes:", "events:", "features:", "segments:", "lifecycles:"};
    const char *entries[200];
    int32_t order[200];
    size_t size = strlen(world->document);
    char *shuffled = malloc(size + 1), *to = shuffled;
    ck_assert_ptr_nonnull(shuffled);
    for (const char *line = world->document; *line != '\0';) {
        const char *end = section_end(line), *first = strchr(line, '\n') + 1;
        int named = 0;
        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
            named |= strncmp(line, sections[i], strlen(sections[i])) == 0;
        int32_t n = named ? find_entries(first, end, entries, 199) : 0;
        if (n == 0)
            first = end;
        memcpy(to, line, (size_t) (first - line));
        to += first - line;
        for (int32_t i = 0; i < n; i++)
            order[i] = i;
        shuffle(&world->random, order, n);
        for (int32_t i = 0; i < n; i++) {
            size_t entry = (size_t) (entries[order[i] + 1] - entries[order[i]]);
            memcpy(to, entries[order[i]], entry);
            to += entry;
        }
        line = end;
    }
    ck_assert_uint_eq((size_t) (to - shuffled), size);
    *to = '\0';
    return shuffled;
}
