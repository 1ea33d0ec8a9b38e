/* Day files that are sent again whole: of a source's accounting day only the greatest delivery counts, in any
 * order of arrival, in any split, with what amends its events and what they are members of, and in a batch;
 * what would change a sealed day is refused. */
#include "tables.h"

#include "bank.h"

#include <stdbool.h>

enum { PURCHASE, CASH, TOP_UP, REFUND, N_KINDS };
enum { FACTS = 80, FIRST_DAY = 12784 /* 2005-01-01 */, DAYS = 12 };
static const char *const kind_names[N_KINDS] = {"purchase", "cash", "top_up", "refund"};
static const int32_t source_of[N_KINDS] = {0, 0, 1, 0};

static const char document[] =
    "format: 1\n"
    "strategy: files\n"
    "version: '1'\n"
    "timezone: UTC\n"
    "currency: TWD\n"
    "late: 3 days\n"
    "sources: [core, wallet]\n"
    "entities:\n"
    "  card: {of: customer}\n"
    "events:\n"
    "  purchase: {on: card, source: core, accounting_day: posted, fields: {amount: money, posted: date}}\n"
    "  cash: {on: card, source: core, fields: {amount: money}}\n"
    "  top_up: {on: card, source: wallet, fields: {amount: money}}\n"
    "  refund: {on: card, source: core, reduces: purchase.amount, with: amount, by: reference, within: 20 days,\n"
    "           fields: {amount: money, reference: string}}\n"
    "  use: {any_of: [purchase, cash, top_up]}\n"
    "features:\n"
    "  spent: {sum: purchase.amount, over: 40 days}\n"
    "  drawn: {sum: cash.amount, over: 40 days}\n"
    "  used: {sum: use.amount, over: 40 days}\n"
    "  uses: {count: use, over: 40 days}\n";

struct fact {
    int32_t kind, card, day, posted;
    int64_t time, amount, number;
    char id[8], reference[8];
};

static uint64_t
draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static int32_t
below(uint64_t *seed, int32_t n)
{
    return (int32_t) (draw(seed) % (uint64_t) n);
}

static void
facts_make(struct fact *facts, uint64_t seed)
{
    for (int32_t i = 0; i < FACTS; i++) {
        struct fact *fact = &facts[i];
        *fact = (struct fact){.kind = i < FACTS / 2 ? below(&seed, 3) : below(&seed, N_KINDS),
                              .card = below(&seed, 2),
                              .day = below(&seed, DAYS),
                              .number = below(&seed, 4),
                              .amount = 1000 + below(&seed, 9) * 1000};
        snprintf(fact->id, sizeof fact->id, "%c%d", kind_names[fact->kind][0], i);
        if (fact->kind == REFUND) {
            const struct fact *of = &facts[below(&seed, i)];
            fact->card = of->card;
            fact->day = of->day;
            fact->amount = below(&seed, 3) * 500;
            snprintf(fact->reference, sizeof fact->reference, "%s", of->id);
        }
        fact->posted = fact->kind == PURCHASE ? fact->day + below(&seed, 3) : fact->day;
        fact->time = ((int64_t) FIRST_DAY + fact->day) * INT64_C(86400000000) + below(&seed, 80000);
    }
}

/* Whether no greater delivery of its day is known. */
static bool
is_current(const struct fact *facts, int32_t n, const struct fact *fact)
{
    for (int32_t i = 0; i < n; i++)
        if (source_of[facts[i].kind] == source_of[fact->kind] && facts[i].posted == fact->posted &&
            facts[i].number > fact->number)
            return false;
    return true;
}

static void
model_says(const struct fact *facts, int32_t n, int32_t day, int64_t said[4])
{
    memset(said, 0, 4 * sizeof *said);
    for (int32_t i = 0; i < n; i++) {
        const struct fact *fact = &facts[i];
        if (fact->kind == REFUND || fact->day > day || !is_current(facts, n, fact))
            continue;
        /* Refunds are of the day itself and never more than is there: in any order. */
        int64_t left = fact->amount;
        bool partly = false;
        for (int32_t j = 0; fact->kind == PURCHASE && j < n; j++)
            if (facts[j].kind == REFUND && facts[j].card == fact->card &&
                facts[j].day <= day && strcmp(facts[j].reference, fact->id) == 0 &&
                is_current(facts, n, &facts[j])) {
                partly = partly || facts[j].amount > 0;
                left -= facts[j].amount;
            }
        if (partly && left <= 0)
            left = 0;
        said[0] += fact->kind == PURCHASE ? left : 0;
        said[1] += fact->kind == CASH ? left : 0;
        said[2] += left;
        said[3] += left > 0;
    }
}

static const char *const words[4] = {"spent", "drawn", "used", "uses"};

static cstm_profile *
card_holder(cstm_strategy *bank)
{
    cstm_profile *profile = customer_new(bank, "c");
    customer_entity(profile, bank, "card", 0, "0");
    customer_entity(profile, bank, "card", 0, "1");
    must(cstm_profile_set_date(profile, 0, 0, FIRST_DAY - 200, CSTM_ALWAYS, NULL, 0, NULL), NULL);
    return profile;
}

static cstm_event *
event_from(cstm_strategy *bank, const struct fact *fact)
{
    cstm_event *event = NULL;
    int32_t kind = bank_find(bank, CSTM_PART_EVENT, kind_names[fact->kind]);
    must(cstm_event_new(bank, kind, &event, NULL), NULL);
    must(cstm_event_set_entity(event, fact->card + 1, NULL), NULL);
    must(cstm_event_set_id(event, fact->id, strlen(fact->id), NULL), NULL);
    must(cstm_event_set_time(event, fact->time, NULL), NULL);
    must(cstm_event_set_delivery(event, fact->number, NULL), NULL);
    must(cstm_event_set_money(event, cstm_strategy_find_field(bank, kind, "amount"), fact->amount,
                              NULL),
         NULL);
    if (fact->kind == PURCHASE)
        must(cstm_event_set_date(event, cstm_strategy_find_field(bank, kind, "posted"),
                                 FIRST_DAY + fact->posted, NULL),
             NULL);
    if (fact->kind == REFUND)
        must(cstm_event_set_string(event, cstm_strategy_find_field(bank, kind, "reference"),
                                   fact->reference, strlen(fact->reference), NULL),
             NULL);
    return event;
}

static int64_t
end_of(int32_t day)
{
    return ((int64_t) FIRST_DAY + day + 1) * INT64_C(86400000000) - 1;
}

static void
expect_day(const cstm_strategy *bank, const cstm_profile *profile, cstm_outcome *outcome,
           const struct fact *facts, int32_t n, int32_t day)
{
    int64_t said[4];
    model_says(facts, n, day, said);
    must(cstm_profile_evaluate(profile, end_of(day), outcome, NULL), NULL);
    for (int32_t w = 0; w < 4; w++)
        ck_assert_msg(feature_int(outcome, bank, words[w], 0) == said[w],
                      "%s on day %d is %lld, and %lld by the model", words[w], day,
                      (long long) feature_int(outcome, bank, words[w], 0), (long long) said[w]);
}

static void
shuffle(struct fact *facts, uint64_t *seed)
{
    for (int32_t i = FACTS - 1; i > 0; i--) {
        int32_t j = below(seed, i + 1);
        struct fact kept = facts[i];
        facts[i] = facts[j];
        facts[j] = kept;
    }
}

START_TEST(the_greatest_delivery_counts_whatever_came_first)
{
    uint64_t seed = (uint64_t) _i + 1;
    struct fact facts[FACTS];
    cstm_strategy *bank = bank_compile(document);
    cstm_outcome *outcome = NULL;
    must(cstm_outcome_new(bank, &outcome, NULL), NULL);
    facts_make(facts, seed);
    cstm_profile *first = card_holder(bank), *halves[3];
    for (int32_t i = 0; i < FACTS; i++) {
        must(record(first, event_from(bank, &facts[i])), NULL);
        if (below(&seed, 20) == 0)
            expect_day(bank, first, outcome, facts, i + 1, below(&seed, DAYS + 2));
    }
    for (int32_t h = 0; h < 3; h++)
        halves[h] = card_holder(bank);
    shuffle(facts, &seed);
    for (int32_t i = 0; i < FACTS; i++)
        must(record(halves[below(&seed, 3)], event_from(bank, &facts[i])), NULL);
    must(cstm_profile_merge(halves[0], halves[1], NULL), NULL);
    must(cstm_profile_merge(halves[2], halves[0], NULL), NULL);
    cstm_profile *again = restored(bank, first);
    for (int32_t day = 0; day < DAYS + 2; day++) {
        expect_day(bank, first, outcome, facts, FACTS, day);
        expect_day(bank, halves[2], outcome, facts, FACTS, day);
        expect_day(bank, again, outcome, facts, FACTS, day);
    }
    assert_same_bytes(first, halves[2]);
    cstm_profile_free(first);
    cstm_profile_free(again);
    for (int32_t h = 0; h < 3; h++)
        cstm_profile_free(halves[h]);
    cstm_outcome_free(outcome);
    cstm_strategy_unref(bank);
}
END_TEST

static void
add_kind(cstm_batch *batch, const cstm_strategy *bank, const struct fact *facts, int32_t kind)
{
    const char *cards[FACTS], *ids[FACTS], *references[FACTS];
    int64_t times[FACTS], amounts[FACTS], numbers[FACTS], n = 0;
    int32_t posted[FACTS];
    for (int32_t i = 0; i < FACTS; i++) {
        if (facts[i].kind != kind)
            continue;
        cards[n] = facts[i].card == 0 ? "0" : "1";
        ids[n] = facts[i].id;
        references[n] = facts[i].reference;
        times[n] = facts[i].time;
        amounts[n] = facts[i].amount;
        posted[n] = FIRST_DAY + facts[i].posted;
        numbers[n++] = facts[i].number == 0 ? MISSING : facts[i].number;
    }
    cstm_table *table = table_new();
    add_texts(table, "card", n, cards);
    add_texts(table, "id", n, ids);
    must(cstm_table_add_timestamp(table, "time", times, NULL, n, NULL), NULL);
    add_money(table, "amount", n, amounts);
    add_ints(table, "delivery", n, numbers);
    if (kind == PURCHASE)
        must(cstm_table_add_date(table, "posted", posted, NULL, n, NULL), NULL);
    if (kind == REFUND)
        add_texts(table, "reference", n, references);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, kind_names[kind]), table,
                               NULL),
         NULL);
    cstm_table_free(table);
}

START_TEST(a_batch_says_what_a_profile_says)
{
    uint64_t seed = (uint64_t) _i + 101;
    struct fact facts[FACTS];
    cstm_strategy *bank = bank_compile(document);
    cstm_batch *batch = NULL;
    cstm_outcome *outcome = NULL;
    const char *const owner[2] = {"c", "c"}, *const keys[2] = {"0", "1"};
    const int32_t opened = FIRST_DAY - 200;
    cstm_table *customers = table_new(), *cards = table_new();
    must(cstm_outcome_new(bank, &outcome, NULL), NULL);
    facts_make(facts, seed);
    shuffle(facts, &seed);
    add_texts(customers, "customer", 1, owner);
    must(cstm_table_add_date(customers, "opened_on", &opened, NULL, 1, NULL), NULL);
    add_texts(cards, "card", 2, keys);
    add_texts(cards, "customer", 2, owner);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "card"), cards, NULL),
         NULL);
    cstm_table_free(customers);
    cstm_table_free(cards);
    for (int32_t kind = 0; kind < N_KINDS; kind++)
        add_kind(batch, bank, facts, kind);
    for (int32_t day = 0; day < DAYS + 2; day++) {
        cstm_result *result = NULL;
        cstm_profile *built = NULL;
        int64_t said[4];
        char text[32];
        model_says(facts, FACTS, day, said);
        must(cstm_batch_run(batch, end_of(day), &result, NULL), NULL);
        for (int32_t w = 0; w < 4; w++) {
            snprintf(text, sizeof text, "%lld", (long long) said[w]);
            assert_cell(cstm_result_table(result, 0), 0, words[w], text);
        }
        must(cstm_batch_profile(batch, "c", 1, end_of(day), &built, NULL), NULL);
        expect_day(bank, built, outcome, facts, FACTS, day);
        int64_t unmatched = -1;
        int32_t refund = bank_find(bank, CSTM_PART_EVENT, "refund");
        must(cstm_profile_unmatched(built, refund, end_of(day), &unmatched, NULL), NULL);
        const cstm_table *report = cstm_result_report(result);
        for (int64_t row = 0; row < cstm_table_rows(report); row++)
            if (strcmp(cell(report, row, "name"), "refund") == 0) {
                snprintf(text, sizeof text, "%lld", (long long) unmatched);
                assert_cell(report, row, "unmatched", text);
            }
        cstm_profile_free(built);
        cstm_result_free(result);
    }
    cstm_batch_free(batch);
    cstm_outcome_free(outcome);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(a_day_is_emptied_by_its_number_alone)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *profile = card_holder(bank);
    cstm_outcome *outcome = NULL;
    struct fact facts[3] = {{.kind = CASH, .day = 5, .posted = 5, .number = 1, .amount = 1000, .id = "c0"},
                            {.kind = CASH, .day = 6, .posted = 6, .number = 1, .amount = 2000, .id = "c1"},
                            {.kind = TOP_UP, .day = 5, .posted = 5, .number = 1, .amount = 4000, .id = "t2"}};
    must(cstm_outcome_new(bank, &outcome, NULL), NULL);
    for (int32_t i = 0; i < 3; i++) {
        facts[i].time = ((int64_t) FIRST_DAY + facts[i].day) * INT64_C(86400000000);
        must(record(profile, event_from(bank, &facts[i])), NULL);
    }
    int32_t core = bank_find(bank, CSTM_PART_SOURCE, "core");
    ck_assert_int_eq(cstm_strategy_count(bank, CSTM_PART_SOURCE), 2);
    ck_assert_str_eq(cstm_strategy_part_name(bank, CSTM_PART_SOURCE, 1), "wallet");
    must(cstm_profile_replace_day(profile, core, FIRST_DAY + 5, 1, NULL), NULL);
    must(cstm_profile_evaluate(profile, end_of(8), outcome, NULL), NULL);
    ck_assert_int_eq(feature_int(outcome, bank, "used", 0), 7000);
    must(cstm_profile_replace_day(profile, core, FIRST_DAY + 5, 2, NULL), NULL);
    must(cstm_profile_evaluate(profile, end_of(8), outcome, NULL), NULL);
    ck_assert_int_eq(feature_int(outcome, bank, "used", 0), 6000);
    must(record(profile, event_from(bank, &facts[0])), NULL); /* an old delivery: not taken in */
    must(cstm_profile_evaluate(profile, end_of(8), outcome, NULL), NULL);
    ck_assert_int_eq(feature_int(outcome, bank, "drawn", 0), 2000);
    ck_assert_int_eq(cstm_profile_replace_day(profile, core, FIRST_DAY + 5, 0, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_profile_replace_day(profile, 2, FIRST_DAY + 5, 3, NULL), CSTM_ERROR_MISUSE);
    cstm_profile_free(profile);
    cstm_outcome_free(outcome);
    cstm_strategy_unref(bank);
}
END_TEST

/* Sealed through day 7: a purchase of day 7 that was posted on day 9 is in a tile. */
START_TEST(what_would_change_a_sealed_day_is_refused)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *profile = card_holder(bank);
    struct fact facts[3] = {
        {.kind = PURCHASE, .day = 7, .posted = 9, .number = 1, .amount = 1000, .id = "p0"},
        {.kind = CASH, .day = 9, .posted = 9, .number = 2, .amount = 2000, .id = "c1"},
        {.kind = CASH, .day = 8, .posted = 8, .number = 5, .amount = 2000, .id = "c2"}};
    for (int32_t i = 0; i < 3; i++)
        facts[i].time = ((int64_t) FIRST_DAY + facts[i].day) * INT64_C(86400000000);
    must(record(profile, event_from(bank, &facts[0])), NULL);
    must(cstm_profile_advance(profile, end_of(11), NULL), NULL);
    ck_assert_int_eq(cstm_profile_sealed_day(profile), FIRST_DAY + 7);
    cstm_buffer *before = bytes_of(profile);
    ck_assert_int_eq(cstm_profile_replace_day(profile, 0, FIRST_DAY + 7, 2, NULL), CSTM_ERROR_LATE);
    ck_assert_int_eq(cstm_profile_replace_day(profile, 0, FIRST_DAY + 9, 2, NULL), CSTM_ERROR_LATE);
    ck_assert_int_eq(record(profile, event_from(bank, &facts[1])), CSTM_ERROR_LATE);
    cstm_profile *again = restored(bank, profile);
    ck_assert_int_eq(cstm_profile_replace_day(again, 0, FIRST_DAY + 9, 2, NULL), CSTM_ERROR_LATE);
    cstm_buffer *after = bytes_of(profile);
    ck_assert_uint_eq(cstm_buffer_size(before), cstm_buffer_size(after));
    ck_assert_mem_eq(cstm_buffer_data(before), cstm_buffer_data(after), cstm_buffer_size(after));
    must(record(profile, event_from(bank, &facts[2])), NULL);
    must(cstm_profile_replace_day(profile, 0, FIRST_DAY + 8, 6, NULL), NULL);
    cstm_buffer_free(before);
    cstm_buffer_free(after);
    cstm_profile_free(again);
    cstm_profile_free(profile);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("day files");
    TCase *tcase = tcase_create("day files");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, the_greatest_delivery_counts_whatever_came_first, 0, 12);
    tcase_add_loop_test(tcase, a_batch_says_what_a_profile_says, 0, 8);
    tcase_add_test(tcase, a_day_is_emptied_by_its_number_alone);
    tcase_add_test(tcase, what_would_change_a_sealed_day_is_refused);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
