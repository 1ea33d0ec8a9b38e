#include "columnar.h"

#define CHANNEL_FREE "string"
#define CHANNEL_DECLARED "{type: string, values: [desk, web, app]}"
#define BEFORE_WITH(channel) \
    "format: 1\n" \
    "strategy: columnar\n" \
    "version: \"1\"\n" \
    "timezone: Europe/Berlin\n" \
    "currency: TWD\n" \
    "purposes: [service]\n" \
    "entities:\n" \
    "  account: {of: customer}\n" \
    "  card: {of: account}\n" \
    "events:\n" \
    "  visit: {observed_from: 2005-01-10, fields: {channel: " channel ", " \
    "weight: double, first: bool, due: date}}\n" \
    "  use: {on: card, observed_from: 2005-01-10, fields: {amount: " \
    "money, number: int, at: timestamp}}\n" \
    "  letter: {on: account, fields: {pages: int}}\n" \
    "features:\n" \
    "  visits: {count: visit, over: 20 days}\n" \
    "  web: {count: visit, where: channel == 'web', over: 2 months}\n" \
    "  heavy: {max: visit.weight, where: weight > 1.5, over: 30 days}\n" \
    "  light: {min: visit.weight, over: 30 days}\n" \
    "  weight: {last: visit.weight}\n" \
    "  is_first: {last: visit.first, where: channel == 'web'}\n" \
    "  due: {last: visit.due, over: 40 days}\n" \
    "  weight_then: {first: visit.weight, over: 40 days}\n" \
    "  since: {recency: visit}\n" \
    "  before_all: {count: visit, over: 12 months}\n" \
    "  late_visits: {count: visit, where: time.getHours() >= 18 || day_of(day) >= 25, over: 20 days}\n" \
    "  used: {sum: use.amount, over: 25 days}\n" \
    "  used_many: {sum: use.number, over: 25 days}\n" \
    "  mean_used: {mean: use.amount, over: 25 days}\n" \
    "  mean_number: {mean: use.number, over: 25 days}\n" \
    "  most: {for: account, max: use.amount, over: 1 months}\n" \
    "  least: {for: account, min: use.number, where: amount > " \
    "money('0'), over: 1 months}\n"
#define WIDE \
    "  visit_days: {distinct_days: visit, over: 30 days}\n" \
    "  visit_gap: {longest_gap: visit, over: 40 days}\n" \
    "  visit_mean_gap: {mean_gap: visit, over: 40 days}\n" \
    "  visit_regularity: {gap_variation: visit, over: 40 days}\n" \
    "  visit_streak: {streak: visit, unit: weeks, over: 40 days}\n" \
    "  visit_decayed: {decayed: visit, half_life: 9 days, over: 40 days}\n" \
    "  visit_trend: {trend: visit, over: 40 days, parts: 5}\n" \
    "  visit_ratio: {ratio: visit, over: 15 days}\n" \
    "  web_share: {share: visit, where: weight > 1.5, over: 40 days}\n" \
    "  of_heavy: {share: visit, where: channel == 'web', of: weight > 1.5, over: 40 days}\n" \
    "  visit_weights: {distinct: visit.weight, over: 40 days}\n" \
    "  visit_channels: {distinct: visit.channel, over: 40 days}\n" \
    "  channel_entropy: {entropy: visit.channel, over: 40 days}\n" \
    "  channel_top: {top_share: visit.channel, over: 40 days}\n" \
    "  by_channel: {count: visit, by: channel, over: 30 days}\n" \
    "  heavy_by_channel: {max: visit.weight, by: channel, where: weight > 1.5, over: 30 days}\n" \
    "  used_decayed: {decayed: use.amount, half_life: 5 days, over: 25 days}\n" \
    "  used_trend: {for: account, trend: use.amount, over: 30 days, parts: 3}\n" \
    "  used_spread: {deviation: use.amount, over: 25 days}\n" \
    "  number_spread: {for: account, variance: use.number, over: 25 days}\n" \
    "  used_share: {for: card, share: use.amount, where: number >= 3, over: 25 days}\n" \
    "  used_days: {distinct_days: use, over: 25 days}\n" \
    "  used_gap: {for: account, longest_gap: use, over: 25 days}\n" \
    "  used_streak: {for: account, streak: use, unit: days, over: 25 days}\n" \
    "  used_numbers: {distinct: use.number, over: 25 days}\n" \
    "  used_ratio: {for: card, ratio: use.amount, over: 12 days}\n"
#define BEHIND \
    "  uses: {for: card, count: use, where: number >= 3, over: 9 days}\n" \
    "  number: {for: card, last: use.number}\n" \
    "  at: {for: card, first: use.at, over: 30 days}\n" \
    "  letters: {count: letter}\n" \
    "  all_pages: {sum: letter.pages}\n" \
    "  pages: {for: account, last: letter.pages}\n" \
    "lifecycles:\n" \
    "  relation:\n" \
    "    purpose: service\n" \
    "    initial: quiet\n" \
    "    transitions:\n" \
    "      - {from: quiet, to: active, when: visits >= 1}\n"

#define BEFORE BEFORE_WITH(CHANNEL_FREE)
#define VALUES BEFORE_WITH(CHANNEL_DECLARED)

/* The last event of several cards: of it all fields are compared, so that rows are listed by card. */
const char columnar_document[] = BEFORE "  last_used: {for: account, last: use.amount}\n" BEHIND;
/* Every operator that is read from columns. */
const char wide_document[] = VALUES "  last_used: {for: card, last: use.amount}\n" WIDE BEHIND;
/* Rows in no order go to partitions. */
const char spread_document[] = BEFORE "  last_used: {for: card, last: use.amount}\n" BEHIND;

static uint64_t seed;

static uint32_t
chance(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((seed >> 33) % below);
}

const char *
shape_text(const struct shape *shape)
{
    static const char *const keys[] = {"padded", "plain", "falling", "numbers", "bad"};
    static const char *const orders[] = {"in order", "broken", "anyhow"};
    static const char *const ids[] = {"no ids", "unique ids", "ids twice"};
    static char text[200];
    snprintf(text, sizeof text, "%d customers, %d rows, %s keys, rows %s, %s%s%s%s%s",
             shape->customers, shape->rows, keys[shape->keys], orders[shape->order],
             ids[shape->ids], shape->bad ? ", bad cells" : "",
             shape->days_rise ? ", days rise" : "", shape->two_tables ? ", two tables" : "",
             shape->crossed ? ", crossed" : "");
    return text;
}

struct shape
shape_number(int32_t i)
{
    static const int32_t customers[] = {1, 256, 257, 300, 520};
    struct shape shape = {.keys = i % N_KEYS,
                          .order = i / N_KEYS % N_ROWS,
                          .ids = i / (N_KEYS * N_ROWS) % N_IDS,
                          .bad = i % 3 == 1,
                          .days_rise = i % 4 != 3,
                          .two_tables = i % 7 == 6,
                          .crossed = i % 2 == 1,
                          .customers = customers[i % 4 + (i % 8 > 3)]};
    shape.accounts = shape.customers * 3 / 2;
    shape.cards = shape.customers * 2;
    shape.rows = i % 11 == 10 ? 1 : shape.customers * 5;
    return shape;
}

/* What one table is made of. */
static struct rows {
    char texts[COLUMNAR_ROWS][16], above[COLUMNAR_ROWS][16], ids[COLUMNAR_ROWS][16];
    const char *keys[COLUMNAR_ROWS], *parents[COLUMNAR_ROWS], *words[COLUMNAR_ROWS],
        *named[COLUMNAR_ROWS];
    int64_t key_numbers[COLUMNAR_ROWS], parent_numbers[COLUMNAR_ROWS];
    int64_t times[COLUMNAR_ROWS], numbers[COLUMNAR_ROWS], amounts[COLUMNAR_ROWS];
    int32_t days[COLUMNAR_ROWS];
    double weights[COLUMNAR_ROWS];
    uint8_t flags[COLUMNAR_ROWS], there[COLUMNAR_ROWS];
    struct fact {
        int32_t instance, day;
    } facts[COLUMNAR_ROWS];
} rows;

static const char *
key_of(const struct shape *shape, char text[16], char what, int32_t number)
{
    snprintf(text, 16, shape->keys == KEYS_PADDED ? "%c%06d" : "%c%d", what, number);
    return text;
}

static void
add_keys(const struct shape *shape, cstm_table *table, const char *name, int64_t n,
         const char *const *keys, const int64_t *numbers)
{
    if (shape->keys == KEYS_NUMBERS)
        add_ints(table, name, n, numbers);
    else
        add_texts(table, name, n, keys);
}

/* Children stand in the order of their parents; crossed, those of two neighbours by turns. */
static cstm_table *
entities(const struct shape *shape, const char *kind, const char *above, int32_t n, int32_t parents)
{
    cstm_table *table = table_new();
    for (int32_t i = 0; i < n; i++) {
        int32_t number = shape->keys == KEYS_FALLING ? n - 1 - i : i;
        int32_t parent = (int32_t) ((int64_t) i * parents / n);
        if (shape->crossed && above != NULL && above[0] == 'a')
            parent = parent - parent % 3 + i % 2 < parents ? parent - parent % 3 + i % 2 : parent;
        if (shape->keys == KEYS_BAD && chance(40) == 0)
            number = (int32_t) chance((uint32_t) n);
        rows.keys[i] = key_of(shape, rows.texts[i], kind[1], number);
        rows.key_numbers[i] = number;
        if (shape->keys == KEYS_BAD && chance(40) == 0)
            rows.keys[i] = chance(2) == 0 ? NULL : "";
        rows.parent_numbers[i] = parent;
        if (above != NULL)
            rows.parents[i] = key_of(shape, rows.above[i], above[1], parent);
        if (shape->keys == KEYS_BAD && chance(40) == 0)
            rows.parents[i] = chance(2) == 0 ? NULL : "nobody";
    }
    add_keys(shape, table, kind, n, rows.keys, rows.key_numbers);
    if (above != NULL)
        add_keys(shape, table, above, n, rows.parents, rows.parent_numbers);
    return table;
}

static int
compare_facts(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    if (x->instance != y->instance)
        return x->instance < y->instance ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

/* Whose each row is and on what day. A broken order is one row that comes too late. */
static void
draw_facts(const struct shape *shape, int32_t instances, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        rows.facts[i].instance = (int32_t) chance((uint32_t) instances * 3 / 4 + 1);
        rows.facts[i].day = COLUMNAR_FIRST_DAY + (int32_t) chance(COLUMNAR_DAYS);
    }
    if (shape->order == ROWS_ANYHOW)
        return;
    qsort(rows.facts, (size_t) n, sizeof *rows.facts, compare_facts);
    for (int64_t i = 0; !shape->days_rise && i < n; i++)
        rows.facts[i].day = COLUMNAR_FIRST_DAY + (int32_t) chance(COLUMNAR_DAYS);
    if (shape->order == ROWS_BROKEN && n > 8) {
        struct fact late = rows.facts[n / 3];
        memmove(&rows.facts[n / 3], &rows.facts[n / 3 + 1],
                (size_t) (n - 2 - n / 3) * sizeof *rows.facts);
        rows.facts[n - 2] = late;
    }
}

static void
draw_id(const struct shape *shape, int64_t i)
{
    snprintf(rows.ids[i], sizeof rows.ids[i], "%lld", (long long) i);
    rows.named[i] = chance(20) == 0 ? NULL : rows.ids[i];
    if (shape->ids != IDS_TWICE || i == 0 || chance(12) != 0)
        return;
    /* Nearly always of the same instance, sometimes of the same day: then one of them is a copy. */
    rows.named[i] = rows.named[i - 1];
    if (chance(2) == 0 && rows.facts[i].instance == rows.facts[i - 1].instance)
        rows.days[i] = rows.days[i - 1];
}

/* Few instants, so that many rows share theirs; few values, so that some share all. */
static cstm_table *
events(const struct shape *shape, const char *on, int32_t instances, int64_t n, bool dates)
{
    static const char *const words[] = {"web", "app", "shop"};
    cstm_table *table = table_new();
    bool bad = shape->bad;
    draw_facts(shape, instances, n);
    for (int64_t i = 0; i < n; i++) {
        rows.days[i] = rows.facts[i].day;
        rows.keys[i] = key_of(shape, rows.texts[i], on[1], rows.facts[i].instance);
        rows.key_numbers[i] = rows.facts[i].instance;
        if (bad && chance(90) == 0) {
            rows.keys[i] = chance(2) == 0 ? NULL : "nobody";
            rows.key_numbers[i] = chance(2) == 0 ? MISSING : -7;
        }
        draw_id(shape, i);
        rows.times[i] =
            rows.days[i] * INT64_C(86400000000) + (int64_t) chance(3) * INT64_C(28000000000);
        rows.words[i] = chance(7) == 0 ? NULL : words[chance(3)];
        rows.numbers[i] = chance(8) == 0           ? MISSING
                          : bad && chance(50) == 0 ? INT64_MAX - 5
                          : bad && chance(50) == 0 ? INT64_MIN + 5
                                                   : (int64_t) chance(6);
        rows.amounts[i] = chance(8) == 0 ? MISSING : (int64_t) chance(5000) - 2000;
        rows.weights[i] = (double) chance(40) / 8 - 1;
        if (bad && chance(60) == 0)
            rows.weights[i] = chance(2) == 0 ? 1e300 * 1e300 : -0.0;
        rows.flags[i] = (uint8_t) chance(2);
        rows.there[i] = !bad || chance(9) != 0;
    }
    add_keys(shape, table, on, n, rows.keys, rows.key_numbers);
    if (shape->ids != IDS_NONE)
        add_texts(table, "id", n, rows.named);
    if (dates)
        must(cstm_table_add_date(table, "time", rows.days, rows.there, n, NULL), NULL);
    else
        must(cstm_table_add_timestamp(table, "time", rows.times, rows.there, n, NULL), NULL);
    return table;
}

static void
give_events(cstm_batch *batch, const cstm_strategy *bank, const char *event, cstm_table *table)
{
    cstm_error *error = NULL;
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, event), table, &error),
         error);
    cstm_table_free(table);
}

static void
give_entities(cstm_batch *batch, int32_t entity, cstm_table *table)
{
    cstm_error *error = NULL;
    must(cstm_batch_add_entities(batch, entity, table, &error), error);
    cstm_table_free(table);
}

static void
give_visits(cstm_batch *batch, const cstm_strategy *bank, const struct shape *shape, bool dates)
{
    int64_t n = shape->rows;
    cstm_table *visits = events(shape, "customer", shape->customers, n, dates);
    add_texts(visits, "channel", n, rows.words);
    must(cstm_table_add_double(visits, "weight", rows.weights, NULL, n, NULL), NULL);
    if (!dates || shape->bad) {
        must(cstm_table_add_bool(visits, "first", rows.flags, rows.there, n, NULL), NULL);
        must(cstm_table_add_date(visits, "due", rows.days, NULL, n, NULL), NULL);
    }
    give_events(batch, bank, "visit", visits);
}

cstm_batch *
columnar_batch(cstm_strategy *bank, const struct shape *shape, uint64_t number)
{
    cstm_batch *batch;
    cstm_error *error = NULL;
    seed = number;
    must(cstm_batch_new(bank, &batch, &error), error);
    give_entities(batch, 0, entities(shape, "customer", NULL, shape->customers, 0));
    give_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "account"),
                  entities(shape, "account", "customer", shape->accounts, shape->customers));
    give_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "card"),
                  entities(shape, "card", "account", shape->cards, shape->accounts));
    give_visits(batch, bank, shape, chance(2) == 0);
    if (shape->two_tables)
        give_visits(batch, bank, shape, chance(2) == 0);
    cstm_table *uses = events(shape, "card", shape->cards, shape->rows, chance(2) == 0);
    add_money(uses, "amount", shape->rows, rows.amounts);
    add_ints(uses, "number", shape->rows, rows.numbers);
    must(cstm_table_add_timestamp(uses, "at", rows.times, NULL, shape->rows, NULL), NULL);
    give_events(batch, bank, "use", uses);
    int64_t n = shape->rows / 4;
    cstm_table *letters = events(shape, "account", shape->accounts, n, true);
    add_ints(letters, "pages", n, rows.amounts);
    give_events(batch, bank, "letter", letters);
    return batch;
}
