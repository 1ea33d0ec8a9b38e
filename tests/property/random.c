/* Random histories, told to profiles one by one and to a batch in tables: see random.h. */
#include "random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const CHANNELS[3] = {"shop", "online", "cash"};
const char *const MCCS[5] = {"5812", "5462", "3500", "6011", "x"};

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

/* Mostly to a purchase on the same card that was made before or will be soon, at times to nothing. */
static void
refer(struct world *world, struct fact *fact, int32_t day)
{
    snprintf(fact->reference, sizeof fact->reference, "i%d", random_below(&world->random, 60));
    for (int tries = 0; tries < 12; tries++) {
        const struct fact *other = &world->facts[random_below(&world->random, world->n_facts)];
        int64_t after = fact->time - other->time;
        if (other->kind == FACT_PURCHASE && other->customer == fact->customer && other->account == fact->account && other->card == fact->card && other->id[0] != '\0'
            && after > -2 * 86400000000 && day < WORLD_DAY0 + WORLD_DAYS)
            memcpy(fact->reference, other->id, sizeof fact->reference);
    }
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
        if (world->plain)
            share = share * 85 / 100;   /* no card is closed, no attribute set */
        if (world->bounded && random_chance(random, 8))
            share = 86;
        if (world->amended && random_chance(random, 25))
            share = 100 + random_below(random, 3);
        fact->kind = share >= 100 ? (enum fact_kind) (FACT_CASH + share - 100) : share < 55 ? FACT_PURCHASE : share < 75 ? FACT_STATEMENT : share < 85 ? FACT_VISIT : share < 88 ? FACT_CLOSE : share < 95 ? FACT_LIMIT : share < 96 ? FACT_GRADE : share < 97 ? FACT_OPENED : FACT_CUTOFF;
        fact->customer = c;
        fact->account = fact->kind == FACT_VISIT || fact->kind == FACT_GRADE || fact->kind == FACT_CUTOFF ? -1 : random_below(random, world->accounts[c]);
        fact->card = fact->kind == FACT_PURCHASE || (fact->kind >= FACT_CLOSE && fact->kind <= FACT_REVERSAL) ? random_below(random, world->cards[c][fact->account]) : -1;
        int32_t day = WORLD_DAY0 + random_below(random, WORLD_DAYS);
        if (random_chance(random, 2))
            day = 2932800;                                       /* an event of 9999 */
        /* Hours are few, so that ties in time occur. */
        fact->time = world_evening(world, day) - (int64_t) random_below(random, 24) * 3600000000 - (random_chance(random, 30) ? 0 : 999999);
        fact->arrives = day > WORLD_DAY0 + WORLD_DAYS ? WORLD_DAY0 + random_below(random, WORLD_DAYS) : day + random_below(random, world->late + 1);
        if (random_chance(random, 70))
            snprintf(fact->id, sizeof fact->id, "i%d", random_below(random, 60));
        refer(world, fact, day);
        for (int f = 0; f < 7; f++)
            fact->present[f] = random_chance(random, 85);
        fact->amount = (int64_t) random_below(random, 40000) - 5000;
        fact->points = random_below(random, 8);
        fact->rate = (double) random_below(random, 1000) / 700.0 - 0.1;
        fact->channel = random_below(random, 3);
        fact->lat = random_chance(random, 1) ? 91.0 : 31.0 + random_below(random, 40) / 100.0;
        fact->lon = 121.0 + random_below(random, 40) / 100.0;
        fact->mcc = random_below(random, 5);
        fact->cutoff = random_chance(random, 80) ? 1 + random_below(random, 31) : random_below(random, 40) - 4;
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

static void
make(struct world *world, uint64_t seed, int plain)
{
    memset(world, 0, sizeof *world);
    world->plain = plain;
    world->seed = seed;
    world->random.state = seed;
    struct random *random = &world->random;
    world->late = random_below(random, 8);
    world->amended = !plain && random_chance(random, 40);
    world->bounded = !plain && random_chance(random, 30);
    world_write_document(world);
    cstm_error *error;
    if (cstm_strategy_parse(world->document, strlen(world->document), "random.yaml", &world->strategy, &error) != CSTM_OK) {
        for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
            fprintf(stderr, "%s\n", cstm_error_message(e));
        fprintf(stderr, "%s", world->document);
        ck_abort_msg("seed %llu does not compile", (unsigned long long) seed);
    }
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        world->accounts[c] = 1 + random_below(random, WORLD_ACCOUNTS);
        for (int32_t a = 0; a < WORLD_ACCOUNTS; a++) {
            world->cards[c][a] = 1 + random_below(random, WORLD_CARDS);
            for (int32_t k = 0; k < WORLD_CARDS; k++)
                world->card_opened[c][a][k] = world->bounded && random_chance(random, 85) ? WORLD_DAY0 - 10 + random_below(random, 40) : INT32_MIN;
        }
        world->opened[c] = !plain && random_chance(random, 50) ? WORLD_DAY0 - 30 + random_below(random, 60) : INT32_MIN;
    }
    for (int k = 0; k < 2; k++)
        world->observed[k] = random_chance(random, plain ? 90 : 50) ? WORLD_DAY0 - random_below(random, 30) : INT32_MIN;
    make_facts(world);
}

void
world_make(struct world *world, uint64_t seed)
{
    make(world, seed, 0);
}

void
world_make_plain(struct world *world, uint64_t seed)
{
    make(world, seed, 1);
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
    for (int32_t a = 0; a < world->accounts[customer]; a++)
        for (int32_t k = 0; k < world->cards[customer][a]; k++)
            if (world->card_opened[customer][a][k] != INT32_MIN)
                must(cstm_profile_set_date(profile, card_of(world, profile, customer, a, k), part(world, CSTM_PART_ATTRIBUTE, "card.opened_on"), world->card_opened[customer][a][k],
                                           CSTM_ALWAYS, NULL, 0, &error), &error);
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
    static const char *const kinds[] = {"purchase", "statement", "visit", "close_card", "cash", "refund", "reversal"};
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
    if (fact->kind == FACT_CUTOFF) {
        must(cstm_profile_set_int64(profile, entity, part(world, CSTM_PART_ATTRIBUTE, "cutoff"), fact->cutoff, fact->time, fact->id, id_size, &error), &error);
        if (fact->present[5])
            must(cstm_profile_set_double(profile, entity, part(world, CSTM_PART_ATTRIBUTE, "home_lat"), fact->lat, fact->time, fact->id, id_size, &error), &error);
        if (fact->present[6])
            must(cstm_profile_set_double(profile, entity, part(world, CSTM_PART_ATTRIBUTE, "home_lon"), fact->lon, fact->time, fact->id, id_size, &error), &error);
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
        if (fact->present[4])
            must(cstm_event_set_string(event, 4, MCCS[fact->mcc], strlen(MCCS[fact->mcc]), &error), &error);
        if (fact->present[5])
            must(cstm_event_set_double(event, cstm_strategy_find_field(world->strategy, kind, "lat"), fact->lat, &error), &error);
        if (fact->present[6])
            must(cstm_event_set_double(event, cstm_strategy_find_field(world->strategy, kind, "lon"), fact->lon, &error), &error);
    } else if (fact->kind == FACT_STATEMENT) {
        if (fact->present[0])
            must(cstm_event_set_money(event, 0, fact->amount, &error), &error);
        if (fact->present[1])
            must(cstm_event_set_int64(event, 1, fact->points - 2, &error), &error);
    }
    if (fact->kind == FACT_CASH || fact->kind == FACT_REFUND) {
        if (fact->present[0])
            must(cstm_event_set_money(event, cstm_strategy_find_field(world->strategy, kind, "amount"), fact->amount, &error), &error);
    }
    if (fact->kind == FACT_REFUND || fact->kind == FACT_REVERSAL) {
        if (fact->present[1])
            must(cstm_event_set_string(event, cstm_strategy_find_field(world->strategy, kind, "reference"), fact->reference, strlen(fact->reference), &error), &error);
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
    enum { MOST = WORLD_CUSTOMERS * WORLD_ACCOUNTS * WORLD_CARDS };
    int32_t opened[MOST], n = 0;
    uint8_t valid[MOST];
    char key[32];
    ck_assert(keys != NULL && parents != NULL);
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        if (level == 0) {
            opened[n] = world->opened[c] == INT32_MIN ? 0 : world->opened[c];
            valid[n++] = world->opened[c] != INT32_MIN;
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
                int32_t day = world->card_opened[c][a][k];
                opened[n] = day == INT32_MIN ? 0 : day;
                valid[n++] = day != INT32_MIN;
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
    if ((level == 0 && !world->plain) || (level == 2 && world->bounded))
        must(cstm_table_add_date(table, "opened_on", opened, valid, n, &error), &error);
    free(keys);
    free(parents);
    return table;
}

static cstm_table *
fact_table(const struct world *world, enum fact_kind kind, int32_t arrived)
{
    static int64_t times[WORLD_FACTS], amounts[WORLD_FACTS], points[WORLD_FACTS];
    static int32_t opened[WORLD_FACTS];
    static double rates[WORLD_FACTS], lats[WORLD_FACTS], lons[WORLD_FACTS];
    static uint8_t present[7][WORLD_FACTS];
    cstm_error *error;
    cstm_table *table;
    struct texts *keys = calloc(1, sizeof *keys), *ids = calloc(1, sizeof *ids), *channels = calloc(1, sizeof *channels), *mccs = calloc(1, sizeof *mccs), *references = calloc(1, sizeof *references);
    ck_assert(keys != NULL && ids != NULL && channels != NULL && mccs != NULL && references != NULL);
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
        texts_add(mccs, fact->present[4] ? MCCS[fact->mcc] : "");
        texts_add(references, fact->present[1] ? fact->reference : "");
        times[n] = fact->time;
        amounts[n] = fact->amount;
        points[n] = kind == FACT_CUTOFF ? fact->cutoff : kind == FACT_STATEMENT ? fact->points - 2 : fact->points;
        rates[n] = fact->rate;
        lats[n] = fact->lat;
        lons[n] = fact->lon;
        opened[n] = fact->opened;
        for (int f = 0; f < 7; f++)
            present[f][n] = (uint8_t) fact->present[f];
        n++;
    }
    must(cstm_table_new(&table, &error), &error);
    static const char *const on[] = {"card", "account", "customer", "card", "card", "card", "card", "account", "customer", "account", "customer"};
    texts_put(table, on[kind], keys);
    texts_put(table, "id", ids);
    must(cstm_table_add_timestamp(table, "time", times, NULL, n, &error), &error);
    if (kind == FACT_PURCHASE) {
        must(cstm_table_add_money(table, "amount", amounts, present[0], n, "CNY", &error), &error);
        must(cstm_table_add_int64(table, "points", points, present[1], n, &error), &error);
        must(cstm_table_add_double(table, "rate", rates, present[2], n, &error), &error);
        texts_put(table, "channel", channels);
        texts_put(table, "mcc", mccs);
        must(cstm_table_add_double(table, "lat", lats, present[5], n, &error), &error);
        must(cstm_table_add_double(table, "lon", lons, present[6], n, &error), &error);
    } else if (kind == FACT_STATEMENT) {
        must(cstm_table_add_money(table, "balance", amounts, present[0], n, "CNY", &error), &error);
        must(cstm_table_add_int64(table, "status", points, present[1], n, &error), &error);
    } else if (kind == FACT_CASH || kind == FACT_REFUND) {
        must(cstm_table_add_money(table, "amount", amounts, present[0], n, "CNY", &error), &error);
        if (kind == FACT_REFUND)
            texts_put(table, "reference", references);
    } else if (kind == FACT_REVERSAL) {
        texts_put(table, "reference", references);
    } else if (kind == FACT_LIMIT) {
        must(cstm_table_add_money(table, "limit", amounts, NULL, n, "CNY", &error), &error);
    } else if (kind == FACT_CUTOFF) {
        must(cstm_table_add_int64(table, "cutoff", points, NULL, n, &error), &error);
        must(cstm_table_add_double(table, "home_lat", lats, present[5], n, &error), &error);
        must(cstm_table_add_double(table, "home_lon", lons, present[6], n, &error), &error);
    } else if (kind == FACT_OPENED) {
        must(cstm_table_add_date(table, "opened_on", opened, NULL, n, &error), &error);
    } else if (kind == FACT_GRADE) {
        texts_put(table, "grade", channels);
    }
    free(keys);
    free(ids);
    free(channels);
    free(mccs);
    free(references);
    return table;
}

cstm_batch *
world_batch(struct world *world, int32_t arrived, cstm_table *tables[WORLD_TABLES])
{
    static const char *const entities[] = {"customer", "account", "card"};
    static const char *const kinds[] = {"purchase", "statement", "visit", "close_card", "cash", "refund", "reversal"};
    cstm_error *error;
    cstm_batch *batch;
    must(cstm_batch_new(world->strategy, &batch, &error), &error);
    for (int level = 0; level < 3; level++) {
        tables[level] = entity_table(world, level);
        must(cstm_batch_add_entities(batch, part(world, CSTM_PART_ENTITY, entities[level]), tables[level], &error), &error);
    }
    for (int kind = 0; kind < (world->plain ? FACT_CLOSE : N_FACT_KINDS); kind++) {
        if (kind >= FACT_CASH && kind <= FACT_REVERSAL && !world->amended)
            continue;
        tables[3 + kind] = fact_table(world, (enum fact_kind) kind, arrived);
        if (kind < FACT_LIMIT)
            must(cstm_batch_add_events(batch, part(world, CSTM_PART_EVENT, kinds[kind]), tables[3 + kind], &error), &error);
        else
            must(cstm_batch_add_attributes(batch, part(world, CSTM_PART_ENTITY, kind == FACT_GRADE || kind == FACT_CUTOFF ? "customer" : "account"), tables[3 + kind], &error), &error);
    }
    for (int k = 0; k < 2; k++)
        if (world->observed[k] != INT32_MIN)
            must(cstm_batch_observe(batch, part(world, CSTM_PART_EVENT, kinds[k]), world_evening(world, world->observed[k] - 1) + 1, &error), &error);
    return batch;
}

int
world_may_leave(const struct world *world, int32_t kind, const char *key)
{
    if (!world->bounded || strcmp(cstm_strategy_part_name(world->strategy, CSTM_PART_ENTITY, kind), "card") != 0)
        return 0;
    for (int32_t i = 0; i < world->n_facts; i++) {
        const struct fact *fact = &world->facts[i];
        char closed[32];
        snprintf(closed, sizeof closed, "C%d/A%d/K%d", fact->customer, fact->account, fact->card);
        if (fact->kind == FACT_CLOSE && strcmp(closed, key) == 0)
            return 1;
    }
    return *key == '\0';
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
