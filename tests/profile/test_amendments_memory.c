/* Every allocation fails once while amendments, members of other kinds and deliveries come in, are sealed,
 * merged, restored and run in a batch: the profile's bytes stay as they were, and trying again succeeds. */
#include "amended.h"

#include <stdlib.h>

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
    "strategy: small\n"
    "version: '1'\n"
    "timezone: UTC\n"
    "currency: TWD\n"
    "late: 5 days\n"
    "sources: [core]\n"
    "events:\n"
    "  purchase: {source: core, fields: {amount: money, shop: string}}\n"
    "  cash: {source: core, fields: {amount: money}}\n"
    "  refund: {reduces: purchase.amount, with: amount, by: reference, within: 20 days,\n"
    "           fields: {reference: string, amount: money}}\n"
    "  use: {any_of: [purchase, cash]}\n"
    "features:\n"
    "  spent: {sum: purchase.amount, over: 30 days}\n"
    "  used: {sum: use.amount, over: 30 days}\n"
    "  last: {last: purchase.shop}\n";

enum { STEPS = 8 };

static cstm_event *
event_on(cstm_strategy *bank, const char *kind, const char *id, int32_t day, int64_t amount,
         int64_t delivery, const char *text)
{
    cstm_event *event = NULL;
    int32_t index = bank_find(bank, CSTM_PART_EVENT, kind);
    must(cstm_event_new(bank, index, &event, NULL), NULL);
    must(cstm_event_set_id(event, id, strlen(id), NULL), NULL);
    must(cstm_event_set_time(event, ((int64_t) FIRST_DAY + day) * INT64_C(86400000000), NULL),
         NULL);
    must(cstm_event_set_money(event, cstm_strategy_find_field(bank, index, "amount"), amount, NULL),
         NULL);
    if (delivery > 0)
        must(cstm_event_set_delivery(event, delivery, NULL), NULL);
    if (text != NULL) {
        const char *field = strcmp(kind, "refund") == 0 ? "reference" : "shop";
        must(cstm_event_set_string(event, cstm_strategy_find_field(bank, index, field), text,
                                   strlen(text), NULL),
             NULL);
    }
    return event;
}

/* A profile on which refunds have come before their purchases, and another half. */
struct scene {
    cstm_strategy *bank;
    cstm_profile *profile, *half;
    cstm_event *purchase, *refund, *again, *newer;
    cstm_buffer *bytes;
};

static void
scene_set(struct scene *scene)
{
    cstm_strategy *bank = scene->bank;
    scene->profile = customer_new(bank, "A");
    scene->half = customer_new(bank, "A");
    for (int32_t i = 0; i < 30; i++) {
        char id[8];
        snprintf(id, sizeof id, "p%d", i);
        ck_assert_int_eq(record(scene->profile, event_on(bank, "purchase", id, i / 3, 5000, 1, "a")),
                         CSTM_OK);
        snprintf(id, sizeof id, "r%d", i);
        ck_assert_int_eq(record(i % 2 == 0 ? scene->profile : scene->half,
                                event_on(bank, "refund", id, 12, 100 * i, 0, i < 9 ? "p7" : "p30")),
                         CSTM_OK);
    }
    scene->purchase = event_on(bank, "purchase", "p30", 11, 90000, 1, "shop");
    scene->refund = event_on(bank, "refund", "r99", 12, 7, 0, "p9");
    scene->again = event_on(bank, "purchase", "p7", 2, 9000, 1, "b");
    scene->newer = event_on(bank, "cash", "c1", 9, 100, 2, NULL);
    scene->bytes = bytes_of(scene->profile);
}

static void
scene_clear(struct scene *scene)
{
    cstm_profile_free(scene->profile);
    cstm_profile_free(scene->half);
    cstm_event_free(scene->purchase);
    cstm_event_free(scene->refund);
    cstm_event_free(scene->again);
    cstm_event_free(scene->newer);
    cstm_buffer_free(scene->bytes);
}

static cstm_status
step(struct scene *scene, int32_t number)
{
    cstm_profile *made = NULL;
    cstm_status status;
    int64_t count;
    int64_t evening = ((int64_t) FIRST_DAY + 14) * INT64_C(86400000000) - 1;
    switch (number) {
    case 0:
        return cstm_profile_record(scene->profile, scene->purchase, NULL);
    case 1:
        return cstm_profile_record(scene->profile, scene->refund, NULL);
    case 2:
        return cstm_profile_record(scene->profile, scene->again, NULL);
    case 3:
        return cstm_profile_record(scene->profile, scene->newer, NULL);
    case 4:
        return cstm_profile_replace_day(scene->profile, 0, FIRST_DAY + 9, 7, NULL);
    case 5:
        return cstm_profile_merge(scene->profile, scene->half, NULL);
    case 6:
        return cstm_profile_advance(scene->profile, evening + 30 * INT64_C(86400000000), NULL);
    default:
        status = cstm_strategy_count(scene->bank, CSTM_PART_SOURCE) == 1 ? CSTM_OK : CSTM_ERROR_MISUSE;
        status = status == CSTM_OK
                     ? cstm_profile_read(scene->bank, cstm_buffer_data(scene->bytes),
                                         cstm_buffer_size(scene->bytes), &made, NULL, NULL)
                     : status;
        cstm_profile_free(made);
        return status == CSTM_OK ? cstm_profile_unmatched(scene->profile,
                                                          cstm_strategy_find(scene->bank, CSTM_PART_EVENT, "refund"),
                                                          evening, &count, NULL)
                                 : status;
    }
}

START_TEST(a_failed_allocation_changes_nothing)
{
    struct scene scene = {.bank = bank_compile(document)};
    bool reached = true;
    for (long n = 0; reached; n++) {
        scene_set(&scene);
        requests = 0;
        fails_at = n;
        cstm_status status = step(&scene, _i);
        reached = requests > n;
        fails_at = -1;
        /* A summary that finds no memory is not made, and nothing is wrong. */
        ck_assert_int_eq(status == CSTM_OK || (reached && status == CSTM_ERROR_NO_MEMORY), 1);
        if (status != CSTM_OK) {
            cstm_buffer *after = bytes_of(scene.profile);
            ck_assert_uint_eq(cstm_buffer_size(scene.bytes), cstm_buffer_size(after));
            ck_assert_mem_eq(cstm_buffer_data(scene.bytes), cstm_buffer_data(after),
                             cstm_buffer_size(after));
            cstm_buffer_free(after);
            ck_assert_int_eq(step(&scene, _i), CSTM_OK);
        }
        scene_clear(&scene);
    }
    cstm_strategy_unref(scene.bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("amendments memory");
    TCase *tcase = tcase_create("amendments memory");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_failed_allocation_changes_nothing, 0, STEPS);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
