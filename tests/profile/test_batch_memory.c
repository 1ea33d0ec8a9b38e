/* Every allocation of a batch fails once: each call says CSTM_ERROR_NO_MEMORY, writes nothing to
 * its outputs and leaves a batch that can be freed or run again. Links the rooms with malloc
 * wrapped; Check allocates too, so nothing is asserted while requests are counted. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static long requests;
static long fails_at = -1; /* the request that fails, counted from 0; -1: none */

static bool
is_refused(void)
{
    return requests++ == fails_at;
}

void *
__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    return is_refused() ? NULL : __real_realloc(pointer, size);
}

static const char document[] =
    "format: 1\n"
    "strategy: memory\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "purposes: [service]\n"
    "entities: {account: {of: customer}, card: {of: account}}\n"
    "attributes:\n"
    "  age: {type: int}\n"
    "  town: {type: string}\n"
    "events:\n"
    "  opened: {on: account, opens: true}\n"
    "  use:\n"
    "    on: card\n"
    "    fields:\n"
    "      amount: money\n"
    "      place: string\n"
    "      size: {type: string, values: [small, large], rule: \"amount > money('1') ? 'large' : 'small'\"}\n"
    "      odd: {type: int, rule: \"1 / (size(place) - 1)\"}\n"
    "features:\n"
    "  used: {sum: use.amount, where: \"place != 'x'\", over: 30 days}\n"
    "  place: {last: use.place}\n"
    "  sizes: {count: use, by: size}\n"
    "  cycle: {sum: use.odd, over: 1 cycle, cycle: age}\n"
    "  label: {rule: \"used > money('1') ? 'much' : 'little'\"}\n"
    "  cards: {count: card, where: \"plastic.stage == 'awake'\"}\n"
    "lifecycles:\n"
    "  plastic:\n"
    "    for: card\n"
    "    purpose: service\n"
    "    initial: asleep\n"
    "    transitions:\n"
    "      - {from: asleep, to: awake, when: used > money('2'), stay: 3 days}\n"
    "      - {from: awake, to: asleep, when: used < money('2')}\n"
    "  mood:\n"
    "    purpose: service\n"
    "    initial: calm\n"
    "    transitions:\n"
    "      - {from: calm, to: glad, when: cards >= 1}\n"
    "      - {from: glad, to: calm, when: cards == 0}\n"
    "scores:\n"
    "  worth:\n"
    "    purpose: service\n"
    "    scorecard:\n"
    "      base: 10\n"
    "      characteristics:\n"
    "        - {name: cards, feature: cards, reason: FEW, bins: [{up_to: 0, points: 0}, {above: 0, "
    "points: 5}, {missing: true, points: 0}]}\n";

struct story {
    cstm_strategy *bank;
    cstm_table *customers, *accounts, *cards, *ages, *opened, *uses, *more;
    int64_t as_of;
};

static struct story
story_new(void)
{
    struct story s = {.bank = bank_compile(document),
                      .customers = table_new(),
                      .accounts = table_new(),
                      .cards = table_new(),
                      .ages = table_new(),
                      .opened = table_new(),
                      .uses = table_new(),
                      .more = table_new()};
    s.as_of = bank_end_of(s.bank, "2005-09-30");
    add_ints(s.customers, "customer", 3, (int64_t[]){1, 2, 2});
    add_texts(s.customers, "town", 3, (const char *[]){"Tainan", NULL, "Taipei"});
    add_texts(s.accounts, "account", 3, (const char *[]){"b", "a", "z"});
    add_ints(s.accounts, "customer", 3, (int64_t[]){2, 1, 9});
    add_texts(s.cards, "card", 3, (const char *[]){"y", "x", "w"});
    add_texts(s.cards, "account", 3, (const char *[]){"b", "a", "b"});
    add_ints(s.ages, "customer", 3, (int64_t[]){2, 1, 2});
    add_texts(s.ages, "time", 3, (const char *[]){"2005-09-01", "2005-09-02", "2005-09-03"});
    add_ints(s.ages, "age", 3, (int64_t[]){30, 31, 32});
    add_texts(s.ages, "opened_on", 3, (const char *[]){"2005-08-01", NULL, "2005-08-02"});
    add_texts(s.opened, "account", 3, (const char *[]){"a", "b", "a"});
    add_texts(s.opened, "time", 3, (const char *[]){"2005-08-05", "2005-08-06", "2005-08-07"});
    add_texts(s.uses, "card", 5, (const char *[]){"w", "x", "nobody", "x", "y"});
    add_texts(s.uses, "time", 5,
              (const char *[]){"2005-09-10", "2005-09-12", "2005-09-12", "never", "2005-09-20"});
    add_ints(s.uses, "id", 5, (int64_t[]){1, 2, 3, 4, 5});
    add_texts(s.uses, "amount", 5, (const char *[]){"3", "4.5", "1", "1", "7"});
    add_texts(s.uses, "place", 5, (const char *[]){"shop", "x", "x", "x", "bar"});
    add_texts(s.more, "card", 1, (const char *[]){"x"});
    add_texts(s.more, "time", 1, (const char *[]){"2005-09-13"});
    add_texts(s.more, "amount", 1, (const char *[]){"8"});
    return s;
}

static void
story_free(struct story *s)
{
    cstm_table_free(s->customers);
    cstm_table_free(s->accounts);
    cstm_table_free(s->cards);
    cstm_table_free(s->ages);
    cstm_table_free(s->opened);
    cstm_table_free(s->uses);
    cstm_table_free(s->more);
    cstm_strategy_unref(s->bank);
}

struct made {
    cstm_batch *batch;
    cstm_result *result;
    cstm_table *funnel, *moves;
    cstm_profile *profile;
};

static cstm_status
play(const struct story *s, struct made *made)
{
    cstm_status status = cstm_batch_new(s->bank, &made->batch, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_entities(made->batch, 0, s->customers, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_entities(made->batch, 1, s->accounts, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_entities(made->batch, 2, s->cards, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_attributes(made->batch, 0, s->ages, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_events(made->batch, 0, s->opened, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_events(made->batch, 1, s->uses, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_add_events(made->batch, 1, s->more, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_run(made->batch, s->as_of, &made->result, NULL);
    if (status == CSTM_OK)
        status = cstm_result_funnel(made->result, 0, 13040, &made->funnel, NULL);
    if (status == CSTM_OK)
        status = cstm_result_transitions(made->result, 0, 13000, 13040, &made->moves, NULL);
    if (status == CSTM_OK)
        status = cstm_batch_profile(made->batch, "2", 1, s->as_of, &made->profile, NULL);
    return status;
}

static void
made_free(struct made *made)
{
    cstm_batch_free(made->batch);
    cstm_result_free(made->result);
    cstm_table_free(made->funnel);
    cstm_table_free(made->moves);
    cstm_profile_free(made->profile);
}

START_TEST(every_allocation_may_fail)
{
    struct story s = story_new();
    struct made expected = {0};
    ck_assert_int_eq(play(&s, &expected), CSTM_OK);
    char *whole = csv_of(cstm_result_table(expected.result, 0));
    made_free(&expected);
    long failures = 0;
    for (fails_at = 0;; fails_at++) {
        struct made made = {0};
        requests = 0;
        cstm_status status = play(&s, &made);
        bool hit = requests > fails_at;
        long at = fails_at;
        fails_at = -1;
        if (!hit) {
            ck_assert_int_eq(status, CSTM_OK);
            made_free(&made);
            break;
        }
        failures++;
        ck_assert_msg(status == CSTM_ERROR_NO_MEMORY, "allocation %ld failed and the status is %s",
                      at, cstm_status_name(status));
        ck_assert_ptr_null(made.profile);
        if (made.batch != NULL && made.result == NULL) {
            /* What was added before still runs. */
            cstm_status again = cstm_batch_run(made.batch, s.as_of, &made.result, NULL);
            ck_assert(again == CSTM_OK || again == CSTM_ERROR_MISSING);
        } else if (made.result != NULL) {
            char *csv = csv_of(cstm_result_table(made.result, 0));
            ck_assert_str_eq(csv, whole);
            free(csv);
        }
        made_free(&made);
        fails_at = at;
    }
    ck_assert_int_gt(failures, 200);
    free(whole);
    story_free(&s);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory of a batch");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
