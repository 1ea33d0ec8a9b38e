/* What happens near home, where home moves: event by event, sealed and restored as the days go by, beside a batch over everything and beside
 * distances by the law of haversines. */
#include "bank.h"
#include "tables.h"

#include <math.h>
#include <string.h>

static const char document[] =
    "format: 1\n"
    "strategy: near\n"
    "version: \"1\"\n"
    "timezone: Asia/Shanghai\n"
    "currency: TWD\n"
    "late: 2 days\n"
    "purposes: [service]\n"
    "entities: {card: {of: customer}}\n"
    "attributes: {home_lat: {type: double}, home_lon: {type: double}}\n"
    "events:\n"
    "  buy: {on: card, fields: {amount: money, lat: double, lon: double, weight: double, kind: {type: string, values: [food, fuel]}}, observed_from: 2022-01-01}\n"
    "features:\n"
    "  n: {count: buy, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 30 days}\n"
    "  of_card: {for: card, count: buy, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 30 days}\n"
    "  spent: {sum: buy.amount, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 30 days, where: kind == 'food'}\n"
    "  weighed: {sum: buy.weight, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 2 months}\n"
    "  part: {share: buy, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 30 days}\n"
    "  money_part: {share: buy.amount, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 30 days, where: kind == 'food', of: kind == 'food'}\n"
    "  by_kind: {count: buy, by: kind, near: {place: [lat, lon], home: [home_lat, home_lon], km: 50}, over: 30 days}\n"
    "  far: {mean_distance: buy, place: [lat, lon], home: [home_lat, home_lon], over: 30 days}\n"
    "  before: {mean_distance: buy, place: [lat, lon], home: [home_lat, home_lon], over: 10 days, before: 10 days}\n"
    "lifecycles:\n"
    "  settled: {purpose: service, initial: away, transitions: [{from: away, to: at_home, when: n >= 3}, {from: at_home, to: away, when: n < 3}]}\n";

#define BUYS 120
#define DAYS 150
#define MOVES 3

struct buy {
    int32_t day;
    double lat, lon, weight;
    int64_t amount;
    int food, placed;
    char time[48];
};
static struct buy buys[BUYS];
static const struct {
    int32_t day;
    double lat, lon;
} homes[MOVES] = {{0, 31.23, 121.47}, {60, 30.27, 120.15}, {100, 31.30, 120.60}};

static void
civil(int32_t of, char text[16])
{
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t month = 0;
    while (of >= lengths[month])
        of -= lengths[month++];
    snprintf(text, 16, "2023-%02d-%02d", month % 12 + 1, of % 31 + 1);
}

static uint32_t
draw(uint64_t *random, uint32_t below)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((*random >> 33) % below);
}

static void
fill(void)
{
    uint64_t random = 17;
    for (int i = 0; i < BUYS; i++) {
        char day[16];
        struct buy *buy = &buys[i];
        const int home = (int) draw(&random, MOVES);
        buy->day = i * DAYS / BUYS;
        buy->lat = homes[home].lat + 0.001 * ((double) draw(&random, 1000) - 500);
        buy->lon = homes[home].lon + 0.001 * ((double) draw(&random, 1000) - 500);
        buy->weight = 0.1 * draw(&random, 50);
        buy->amount = 1 + (int64_t) draw(&random, 100000);
        buy->food = draw(&random, 2) == 0;
        buy->placed = draw(&random, 8) > 0;
        civil(buy->day, day);
        snprintf(buy->time, sizeof buy->time, "%sT%02u:00:00", day, draw(&random, 24));
    }
}

static cstm_event *
event_made(cstm_strategy *bank, const struct buy *buy, cstm_entity card)
{
    cstm_event *event = event_of(bank, "buy", card, NULL, buy->time);
    const int32_t kind = bank_find(bank, CSTM_PART_EVENT, "buy");
    event_money(bank, event, "amount", buy->amount);
    event_text(bank, event, "kind", buy->food ? "food" : "fuel");
    must(cstm_event_set_double(event, cstm_strategy_find_field(bank, kind, "weight"), buy->weight, NULL), NULL);
    if (buy->placed) {
        must(cstm_event_set_double(event, cstm_strategy_find_field(bank, kind, "lat"), buy->lat, NULL), NULL);
        must(cstm_event_set_double(event, cstm_strategy_find_field(bank, kind, "lon"), buy->lon, NULL), NULL);
    }
    return event;
}

static void
move(cstm_profile *customer, cstm_strategy *bank, double lat, double lon, int64_t time)
{
    must(cstm_profile_set_double(customer, 0, bank_find(bank, CSTM_PART_ATTRIBUTE, "home_lat"), lat, time, NULL, 0, NULL), NULL);
    must(cstm_profile_set_double(customer, 0, bank_find(bank, CSTM_PART_ATTRIBUTE, "home_lon"), lon, time, NULL, 0, NULL), NULL);
}

static cstm_batch *
batch_of(cstm_strategy *bank, int64_t first)
{
    cstm_batch *batch;
    cstm_table *customers = table_new(), *cards = table_new(), *rows = table_new(), *moved = table_new();
    const char *keys[BUYS], *times[BUYS], *kinds[BUYS], *whose[MOVES];
    double lats[BUYS], lons[BUYS], weights[BUYS], home_lats[MOVES], home_lons[MOVES];
    int64_t amounts[BUYS], instants[MOVES];
    uint8_t placed[BUYS];
    cstm_error *error = NULL;
    for (int i = 0; i < BUYS; i++) {
        keys[i] = i % 3 == 0 ? "c2" : "c1";
        times[i] = buys[i].time;
        kinds[i] = buys[i].food ? "food" : "fuel";
        lats[i] = buys[i].lat;
        lons[i] = buys[i].lon;
        weights[i] = buys[i].weight;
        amounts[i] = buys[i].amount;
        placed[i] = buys[i].placed != 0;
    }
    for (int i = 0; i < MOVES; i++) {
        whose[i] = "a";
        home_lats[i] = homes[i].lat;
        home_lons[i] = homes[i].lon;
        instants[i] = first + homes[i].day * INT64_C(86400000000);
    }
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    add_texts(cards, "card", 2, (const char *[]){"c1", "c2"});
    add_texts(cards, "customer", 2, (const char *[]){"a", "a"});
    add_texts(rows, "card", BUYS, keys);
    add_texts(rows, "time", BUYS, times);
    add_texts(rows, "kind", BUYS, kinds);
    add_money(rows, "amount", BUYS, amounts);
    must(cstm_table_add_double(rows, "lat", lats, placed, BUYS, NULL), NULL);
    must(cstm_table_add_double(rows, "lon", lons, placed, BUYS, NULL), NULL);
    must(cstm_table_add_double(rows, "weight", weights, NULL, BUYS, NULL), NULL);
    add_texts(moved, "customer", MOVES, whose);
    must(cstm_table_add_timestamp(moved, "time", instants, NULL, MOVES, NULL), NULL);
    must(cstm_table_add_double(moved, "home_lat", home_lats, NULL, MOVES, NULL), NULL);
    must(cstm_table_add_double(moved, "home_lon", home_lons, NULL, MOVES, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, 1, cards, &error), error);
    must(cstm_batch_add_events(batch, 0, rows, &error), error);
    must(cstm_batch_add_attributes(batch, 0, moved, &error), error);
    cstm_table_free(customers);
    cstm_table_free(cards);
    cstm_table_free(rows);
    cstm_table_free(moved);
    return batch;
}

/* With the C library's functions, by the formula of R. W. Sinnott (1984). */
static double
haversine(double lat1, double lon1, double lat2, double lon2)
{
    const double degree = 3.14159265358979323846 / 180;
    const double d = sin((lat2 - lat1) * degree / 2), l = sin((lon2 - lon1) * degree / 2);
    return 2 * 6371.0088 * asin(sqrt(d * d + cos(lat1 * degree) * cos(lat2 * degree) * l * l));
}

/* What the features n, spent and far say by hand on a day. */
static void
assert_by_hand(const cstm_outcome *outcome, const cstm_strategy *bank, int32_t day)
{
    int home = 0;
    int64_t n = 0, spent = 0, all = 0, placed = 0;
    double km = 0;
    while (home + 1 < MOVES && homes[home + 1].day <= day)
        home++;
    for (int i = 0; i < BUYS; i++) {
        if (buys[i].day > day || buys[i].day <= day - 30)
            continue;
        all++;
        if (!buys[i].placed)
            continue;
        const double far = haversine(homes[home].lat, homes[home].lon, buys[i].lat, buys[i].lon);
        placed++;
        km += far;
        n += far <= 50;
        spent += far <= 50 && buys[i].food ? buys[i].amount : 0;
    }
    ck_assert_int_eq(feature_int(outcome, bank, "n", 0), n);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "spent"), 0), spent);
    const double part = cstm_outcome_double(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "part"), 0);
    ck_assert(all == 0 || part == (double) n / (double) all);
    const double mean = cstm_outcome_double(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "far"), 0);
    ck_assert_msg(placed == 0 || fabs(mean - km / (double) placed) < 1e-9, "on day %d %.17g km, and %.17g", day, mean, km / (double) placed);
}

static const char *
value_of(const cstm_outcome *outcome, const cstm_strategy *bank, int32_t feature)
{
    static char text[64];
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, feature, 0) != CSTM_STATE_VALUE)
        return "-";
    if (cstm_strategy_part_type(bank, CSTM_PART_FEATURE, feature) == CSTM_TYPE_DOUBLE)
        snprintf(text, sizeof text, "%.17g", cstm_outcome_double(outcome, CSTM_PART_FEATURE, feature, 0));
    else
        snprintf(text, sizeof text, "%lld", (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, feature, 0));
    return text;
}

START_TEST(a_home_that_moves_is_that_of_the_day_in_every_path)
{
    cstm_strategy *bank = bank_compile(document);
    fill();
    int64_t first;
    must(cstm_strategy_parse_time(bank, "2023-01-01", 10, 0, &first, NULL), NULL);
    cstm_batch *batch = batch_of(bank, first);
    cstm_profile *customer = customer_new(bank, "a");
    int done = 0, moved = 0;
    for (int32_t d = 0; d < DAYS; d++) {
        cstm_entity cards[] = {customer_entity(customer, bank, "card", 0, "c1"), customer_entity(customer, bank, "card", 0, "c2")};
        for (; done < BUYS && buys[done].day == d; done++)
            ck_assert_int_eq(record(customer, event_made(bank, &buys[done], cards[done % 3 == 0])), CSTM_OK);
        for (; moved < MOVES && homes[moved].day == d; moved++)
            move(customer, bank, homes[moved].lat, homes[moved].lon, first + d * INT64_C(86400000000));
        const int64_t evening = first + (d + 1) * INT64_C(86400000000) - 1;
        cstm_outcome *outcome;
        cstm_result *result;
        must(cstm_outcome_new(bank, &outcome, NULL), NULL);
        must(cstm_profile_evaluate(customer, evening, outcome, NULL), NULL);
        must(cstm_batch_run(batch, evening, &result, NULL), NULL);
        assert_by_hand(outcome, bank, d);
        for (int32_t f = 0; f < cstm_strategy_count(bank, CSTM_PART_FEATURE); f++) {
            const char *name = cstm_strategy_part_name(bank, CSTM_PART_FEATURE, f);
            if (cstm_strategy_part_entity(bank, CSTM_PART_FEATURE, f) != 0)
                continue;
            const char *one = value_of(outcome, bank, f), *all = cell(cstm_result_table(result, 0), 0, name);
            ck_assert_msg(strcmp(one, all) == 0, "%s on day %d: %s event by event, %s in a batch", name, d, one, all);
        }
        ck_assert_str_eq(stage_of(outcome, bank, "settled", 0), cell(cstm_result_table(result, 0), 0, "settled.stage"));
        cstm_outcome_free(outcome);
        cstm_result_free(result);
        must(cstm_profile_advance(customer, evening, NULL), NULL);
        cstm_profile *copy = restored(bank, customer);
        cstm_profile_free(customer);
        customer = copy;
    }
    cstm_profile_free(customer);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(without_a_home_it_is_missing_and_of_an_impossible_place_an_error)
{
    cstm_strategy *bank = bank_compile(document);
    fill();
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity card = customer_entity(customer, bank, "card", 0, "c1");
    struct buy buy = buys[0];
    buy.placed = 1;
    ck_assert_int_eq(record(customer, event_made(bank, &buy, card)), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2023-01-02");
    ck_assert_int_eq(feature_status(outcome, bank, "n", 0), CSTM_ERROR_MISSING);
    ck_assert_int_eq(feature_status(outcome, bank, "far", 0), CSTM_ERROR_MISSING);
    cstm_outcome_free(outcome);
    move(customer, bank, 95, 10, bank_at(bank, "2023-01-03"));
    outcome = outcome_on(customer, bank, "2023-01-03");
    ck_assert_int_eq(feature_status(outcome, bank, "part", 0), CSTM_ERROR_RANGE);
    cstm_outcome_free(outcome);
    move(customer, bank, 31, 121, bank_at(bank, "2023-01-04"));
    buy.lon = 181;
    snprintf(buy.time, sizeof buy.time, "2023-01-04T10:00:00");
    ck_assert_int_eq(record(customer, event_made(bank, &buy, card)), CSTM_OK);
    outcome = outcome_on(customer, bank, "2023-01-04");
    ck_assert_int_eq(feature_status(outcome, bank, "n", 0), CSTM_ERROR_RANGE);
    ck_assert_int_eq(feature_status(outcome, bank, "far", 0), CSTM_ERROR_RANGE);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, bank, "2023-02-03");      /* it has left the window */
    ck_assert_int_eq(feature_int(outcome, bank, "n", 0), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("near");
    TCase *tcase = tcase_create("near");
    tcase_add_test(tcase, a_home_that_moves_is_that_of_the_day_in_every_path);
    tcase_add_test(tcase, without_a_home_it_is_missing_and_of_an_impossible_place_an_error);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
