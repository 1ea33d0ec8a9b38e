/* Every allocation of a customer's day fails once, and nothing is half done; and the calls that are
 * made all day allocate nothing. Links the rooms with malloc wrapped. Check allocates too, so
 * nothing is asserted while requests are counted. */
#include "bank.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

static cstm_profile *
customer_of_the_story(cstm_strategy *bank, int32_t first, int32_t until)
{
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = first; i < until; i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    return customer;
}

/* What each step works on; made anew for every failure. */
struct work {
    cstm_strategy *bank;
    cstm_profile *customer, *other, *made;
    cstm_outcome *outcome;
    cstm_event *event, *opening;
    cstm_buffer *bytes, *written;
    cstm_migration *migration;
    cstm_explanation *explanation;
    cstm_entity entity;
    int64_t at, as_of; /* 2004-06-18, the evening of 2004-06-20 */
};

typedef cstm_status (*step_function)(struct work *work);

static cstm_status
step_new(struct work *work)
{
    return cstm_profile_new(work->bank, "B", 1, &work->made, NULL);
}

static cstm_status
step_event_new(struct work *work)
{
    cstm_event_free(work->event);
    work->event = NULL;
    return cstm_event_new(work->bank, 3, &work->event, NULL);
}

static cstm_status
step_outcome_new(struct work *work)
{
    cstm_outcome_free(work->outcome);
    work->outcome = NULL;
    return cstm_outcome_new(work->bank, &work->outcome, NULL);
}

static cstm_status
step_entity(struct work *work)
{
    return cstm_profile_entity(work->customer, 1, 0, "88-9", 4, &work->entity, NULL);
}

static cstm_status
step_text(struct work *work)
{
    static char text[1000];
    memset(text, 'x', sizeof text);
    return cstm_event_set_string(work->event, 1, text, sizeof text, NULL);
}

static cstm_status
step_record(struct work *work)
{
    return cstm_profile_record(work->customer, work->event, NULL);
}

/* Opens its card, too: the event and the attribute count together. */
static cstm_status
step_open(struct work *work)
{
    return cstm_profile_record(work->customer, work->opening, NULL);
}

static cstm_status
step_set_row(struct work *work)
{
    /* age 42 and city Tainan, see <libcustomer/event.h> */
    uint8_t row[64];
    size_t size = 0;
    int32_t age = cstm_strategy_find(work->bank, CSTM_PART_ATTRIBUTE, "age");
    int32_t city = cstm_strategy_find(work->bank, CSTM_PART_ATTRIBUTE, "city");
    memset(row, 0, sizeof row);
    row[0] = (uint8_t) age;
    row[2] = CSTM_ROW_INT64;
    row[3] = 42;
    size = 11;
    row[size] = (uint8_t) city;
    row[size + 2] = CSTM_ROW_TEXT;
    row[size + 3] = 6;
    memcpy(row + size + 7, "Tainan", 6);
    size += 13;
    return cstm_profile_set_row(work->customer, 0, row, size, work->at, "id", 2, NULL);
}

static cstm_status
step_advance(struct work *work)
{
    return cstm_profile_advance(work->customer, work->as_of, NULL);
}

static cstm_status
step_evaluate(struct work *work)
{
    return cstm_profile_evaluate(work->customer, work->as_of, work->outcome, NULL);
}

static cstm_status
step_explain_stage(struct work *work)
{
    return cstm_profile_explain(work->customer, work->as_of, CSTM_PART_LIFECYCLE, 0, 0,
                                &work->explanation, NULL);
}

static cstm_status
step_explain_score(struct work *work)
{
    return cstm_profile_explain(work->customer, work->as_of, CSTM_PART_SCORE, 0, 0,
                                &work->explanation, NULL);
}

static cstm_status
step_write(struct work *work)
{
    return cstm_profile_write(work->customer, &work->written, NULL);
}

static cstm_status
step_read(struct work *work)
{
    return cstm_profile_read(work->bank, cstm_buffer_data(work->bytes),
                             cstm_buffer_size(work->bytes), &work->made, &work->migration, NULL);
}

static cstm_status
step_merge(struct work *work)
{
    return cstm_profile_merge(work->customer, work->other, NULL);
}

static void
work_begin(struct work *work, cstm_strategy *bank, bool sealed)
{
    *work = (struct work){.bank = bank, .entity = -1};
    work->customer = customer_of_the_story(bank, 0, 15);
    work->other = customer_of_the_story(bank, 10, 20);
    if (sealed)
        advance_to(work->customer, bank, "2004-04-15");
    work->event = event_of(bank, "purchase", 2, "a purchase", "2004-06-19T12:00:00");
    event_money(bank, work->event, "amount", 5);
    event_text(bank, work->event, "place", "somewhere");
    ck_assert_int_eq(cstm_outcome_new(bank, &work->outcome, NULL), CSTM_OK);
    work->opening = event_of(bank, "card_opened", 2, "again", "2004-06-18T12:00:00");
    work->at = bank_at(bank, "2004-06-18");
    work->as_of = bank_end_of(bank, "2004-06-20");
    work->bytes = bytes_of(work->customer);
}

static void
work_end(struct work *work)
{
    cstm_profile_free(work->customer);
    cstm_profile_free(work->other);
    cstm_profile_free(work->made);
    cstm_outcome_free(work->outcome);
    cstm_event_free(work->event);
    cstm_event_free(work->opening);
    cstm_buffer_free(work->bytes);
    cstm_buffer_free(work->written);
    cstm_migration_free(work->migration);
    cstm_explanation_free(work->explanation);
}

static const struct {
    const char *name;
    step_function run;
    int fewest;  /* requests that the step is known to make at least */
    bool spares; /* the last requests are for what it can do without */
} steps[] = {
    {"new", step_new, 4, false},
    {"event_new", step_event_new, 4, false},
    {"outcome_new", step_outcome_new, 4, false},
    {"entity", step_entity, 0, false},
    {"text", step_text, 1, false},
    {"record", step_record, 0, false},
    {"open", step_open, 0, false},
    {"set_row", step_set_row, 1, false},
    {"advance", step_advance, 10, true},
    {"evaluate", step_evaluate, 5, false},
    {"explain a stage", step_explain_stage, 10, false},
    {"explain a score", step_explain_score, 10, false},
    {"write", step_write, 5, false},
    {"read", step_read, 10, false},
    {"merge", step_merge, 5, false},
};

/* Each request of each step fails in turn, on a profile with and without sealed days: the call says
 * so, its outputs are unwritten, the profile's bytes are what they were, and the same call then
 * succeeds. */
START_TEST(step_without_memory_changes_nothing)
{
    cstm_strategy *bank = bank_new();
    for (int sealed = 0; sealed < 2; sealed++) {
        long n = 0;
        for (;; n++) {
            struct work work;
            work_begin(&work, bank, sealed != 0);
            requests = 0;
            fails_at = n;
            cstm_status status = steps[_i].run(&work);
            bool reached = requests > n;
            fails_at = -1;
            bool spared = reached && steps[_i].spares && status == CSTM_OK;
            ck_assert_msg(spared || status == (reached ? CSTM_ERROR_NO_MEMORY : CSTM_OK),
                          "%s, request %ld: %s", steps[_i].name, n, cstm_status_name(status));
            if (spared) {
                struct work whole;
                work_begin(&whole, bank, sealed != 0);
                ck_assert_int_eq(steps[_i].run(&whole), CSTM_OK);
                assert_same_bytes(work.customer, whole.customer);
                work_end(&whole);
                work_end(&work);
                continue;
            }
            if (!reached) {
                work_end(&work);
                break;
            }
            ck_assert(work.made == NULL && work.written == NULL && work.migration == NULL &&
                      work.explanation == NULL);
            ck_assert_int_eq(work.entity, -1);
            cstm_buffer *after = bytes_of(work.customer);
            ck_assert_uint_eq(cstm_buffer_size(after), cstm_buffer_size(work.bytes));
            ck_assert_msg(memcmp(cstm_buffer_data(after), cstm_buffer_data(work.bytes),
                                 cstm_buffer_size(after)) == 0,
                          "%s, request %ld: the profile changed", steps[_i].name, n);
            cstm_buffer_free(after);
            ck_assert_int_eq(steps[_i].run(&work), CSTM_OK);
            work_end(&work);
        }
        ck_assert_msg(n >= steps[_i].fewest, "%s makes %ld requests", steps[_i].name, n);
    }
    cstm_strategy_unref(bank);
}
END_TEST

/* An outcome that has seen a customer keeps its results through a failed evaluation of another,
 * larger one. */
/* Three plans of which two are kept: that the first leaves needs memory, too. */
static cstm_profile *
customer_with_plans(cstm_strategy *bank)
{
    static const char *const keys[] = {"1", "2", "3"}, *const ends[] = {"2023-03-01", "2023-03-05", "2023-03-06"};
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "x");
    for (int i = 0; i < 3; i++) {
        cstm_entity plan = customer_entity(customer, bank, "plan", account, keys[i]);
        ck_assert_int_eq(record(customer, event_of(bank, "start", plan, "s", "2023-01-05")), CSTM_OK);
        cstm_event *paid = event_of(bank, "paid", plan, "p", "2023-02-01");
        event_money(bank, paid, "amount", 100);
        ck_assert_int_eq(record(customer, paid), CSTM_OK);
        ck_assert_int_eq(record(customer, event_of(bank, "end", plan, "e", ends[i])), CSTM_OK);
    }
    return customer;
}

START_TEST(children_that_cannot_leave_for_want_of_memory_are_all_there)
{
    cstm_strategy *bank = bank_compile(
        "format: 1\nstrategy: plans\nversion: 1\ntimezone: UTC\ncurrency: TWD\nlate: 3 days\n"
        "entities: {account: {of: customer}, plan: {of: account, keep_closed: 2}}\n"
        "events: {start: {on: plan, opens: true}, paid: {on: plan, fields: {amount: money}}, end: {on: plan, closes: true}}\n"
        "features: {plans: {count: plan}, paid_90: {sum: paid.amount, over: 90 days}, last: {last: paid.amount}}\n");
    const int64_t as_of = bank_end_of(bank, "2023-04-01");
    long failed = 0;
    for (long at = 0;; at++) {
        cstm_profile *customer = customer_with_plans(bank);
        cstm_buffer *before = bytes_of(customer);
        requests = 0;
        fails_at = at;
        cstm_status status = cstm_profile_advance(customer, as_of, NULL);
        const bool refused = requests > at;
        fails_at = -1;
        cstm_buffer *after = bytes_of(customer);
        if (status != CSTM_OK) {
            ck_assert_int_eq(status, CSTM_ERROR_NO_MEMORY);
            ck_assert_mem_eq(cstm_buffer_data(before), cstm_buffer_data(after), cstm_buffer_size(before));
            failed++;
        }
        cstm_buffer_free(before);
        cstm_buffer_free(after);
        if (status != CSTM_OK)
            ck_assert_int_eq(cstm_profile_advance(customer, as_of, NULL), CSTM_OK);
        cstm_outcome *outcome = outcome_on(customer, bank, "2023-04-02");
        ck_assert_int_eq(feature_int(outcome, bank, "plans", 0), 2);
        cstm_outcome_free(outcome);
        cstm_profile_free(customer);
        if (!refused)
            break;
    }
    ck_assert_int_gt(failed, 10);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(evaluation_without_memory_leaves_the_results_before_it)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *small = customer_of_the_story(bank, 0, 5),
                 *large = customer_of_the_story(bank, 0, 20);
    bool reached = true;
    for (long n = 0; reached; n++) {
        cstm_outcome *outcome = outcome_on(small, bank, "2004-02-05");
        int64_t as_of = bank_end_of(bank, "2004-06-20");
        requests = 0;
        fails_at = n;
        cstm_status status = cstm_profile_evaluate(large, as_of, outcome, NULL);
        reached = requests > n;
        fails_at = -1;
        ck_assert_int_eq(status, reached ? CSTM_ERROR_NO_MEMORY : CSTM_OK);
        if (reached) {
            ck_assert_int_eq(cstm_outcome_as_of(outcome), bank_end_of(bank, "2004-02-05"));
            ck_assert_int_eq(cstm_outcome_entity_count(outcome), 3);
            ck_assert_str_eq(stage_of(outcome, bank, "relationship", 0), "active");
            ck_assert_int_eq(
                cstm_profile_evaluate(large, bank_end_of(bank, "2004-06-20"), outcome, NULL),
                CSTM_OK);
            ck_assert_int_eq(cstm_outcome_entity_count(outcome), 5);
        }
        cstm_outcome_free(outcome);
    }
    cstm_profile_free(small);
    cstm_profile_free(large);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(second_evaluation_allocates_nothing)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, 0, 20);
    advance_to(customer, bank, "2004-06-20");
    cstm_outcome *outcome = outcome_on(customer, bank, "2004-06-20");
    int64_t as_of = bank_end_of(bank, "2004-06-20");
    cstm_status worst = CSTM_OK;
    requests = 0;
    for (int i = 0; i < 10; i++)
        worst |= cstm_profile_evaluate(customer, as_of, outcome, NULL);
    long made = requests;
    ck_assert_int_eq(worst, CSTM_OK);
    ck_assert_int_eq(made, 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(recording_allocates_only_what_the_profile_grows_by)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, 0, 20);
    cstm_event *event = event_of(bank, "repayment", 1, "0000", "2004-06-18T10:00:00");
    event_money(bank, event, "amount", 100);
    int64_t time = bank_at(bank, "2004-06-18T10:00:00");
    cstm_status worst = CSTM_OK;
    requests = 0;
    for (int i = 0; i < 1000; i++) {
        char id[5] = {(char) ('0' + i / 100), (char) ('0' + i / 10 % 10), (char) ('0' + i % 10),
                      'x', 0};
        worst |= cstm_event_set_id(event, id, 4, NULL);
        worst |= cstm_event_set_time(event, time + i, NULL);
        worst |= cstm_profile_record(customer, event, NULL);
    }
    long growing = requests;
    for (int i = 0; i < 10; i++)
        worst |= cstm_profile_record(customer, event, NULL);
    long again = requests - growing;
    ck_assert_int_eq(worst, CSTM_OK);
    ck_assert_int_lt(growing, 40); /* rows grow by half, texts by doubling blocks */
    ck_assert_int_eq(again, 0);
    cstm_event_free(event);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, step_without_memory_changes_nothing, 0,
                        (int) (sizeof steps / sizeof *steps));
    tcase_add_test(tcase, evaluation_without_memory_leaves_the_results_before_it);
    tcase_add_test(tcase, children_that_cannot_leave_for_want_of_memory_are_all_there);
    tcase_add_test(tcase, second_evaluation_allocates_nothing);
    tcase_add_test(tcase, recording_allocates_only_what_the_profile_grows_by);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
