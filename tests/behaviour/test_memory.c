/* Every allocation of every call fails in turn: the call says so and nothing has changed. The
 * linker wraps the allocator. */
#include "bank.h"

static int64_t fail_at = -1; /* how many allocations still succeed; -1: all */

static bool
fails(void)
{
    if (fail_at < 0)
        return false;
    return fail_at-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    return fails() ? NULL : __real_realloc(pointer, size);
}

struct stage {
    struct bank bank, small;
    struct history history, half;
    struct cstm_buffer bytes;
    int32_t account, card;
    struct draft use,
        opened; /* Check allocates too: whatever asserts is done before the allocator fails */
};

static cstm_status
make_instance(struct stage *stage)
{
    int32_t made;
    return history_instance(&stage->history, CARD, stage->account, "a key of its own", 16, &made,
                            NULL);
}

static cstm_status
record(struct stage *stage)
{
    return bank_record(&stage->bank, &stage->history, stage->card, &stage->use);
}

static cstm_status
open_card(struct stage *stage)
{
    return bank_record(&stage->bank, &stage->history, stage->card, &stage->opened);
}

static cstm_status
set_city(struct stage *stage)
{
    struct attribute_entry entry = {
        .time = noon(20), .present = true, .id = {"id", 2}, .value.text = {"Taipei", 6}};
    bool changed;
    return history_set(&stage->history, 0, CITY, &entry, &changed, NULL);
}

static cstm_status
seal(struct stage *stage)
{
    return history_seal(&stage->history, on(15), on(16), NULL);
}

static cstm_status
merge(struct stage *stage)
{
    return history_merge(&stage->history, &stage->half, NULL);
}

static cstm_status
copy(struct stage *stage)
{
    struct history made;
    cstm_status status = history_copy(&made, &stage->history, NULL);
    if (status == CSTM_OK)
        history_clear(&made);
    return status;
}

static cstm_status
restore(struct stage *stage)
{
    struct history made;
    cstm_status status =
        bank_restore(stage->bank.plan, stage->bytes.data, stage->bytes.size, &made);
    if (status == CSTM_OK)
        history_clear(&made);
    return status;
}

static cstm_status
restore_elsewhere(struct stage *stage)
{
    struct history made;
    cstm_status status =
        bank_restore(stage->small.plan, stage->bytes.data, stage->bytes.size, &made);
    if (status == CSTM_OK)
        history_clear(&made);
    return status;
}

static cstm_status
migrate(struct stage *stage)
{
    struct history made;
    struct migration_report report;
    cstm_status status = history_migrate(&stage->history, stage->small.plan, &made, &report, NULL);
    if (status == CSTM_OK) {
        history_clear(&made);
        migration_report_clear(&report);
    }
    return status;
}

static cstm_status
write(struct stage *stage)
{
    struct cstm_buffer buffer = {.data = NULL};
    bool ok = history_write(&stage->history, &buffer);
    buffer_clear(&buffer);
    return ok ? CSTM_OK : CSTM_ERROR_NO_MEMORY;
}

static void
fill(struct stage *stage, struct history *history, int32_t card, int32_t first)
{
    for (int32_t i = 0; i < 30; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", first + i);
        struct draft draft = draft_of(&stage->bank, USE, noon(i), id);
        draft_number(&stage->bank, &draft, USE_AMOUNT, i);
        draft_text(&stage->bank, &draft, USE_SHOP, "food");
        ck_assert_int_eq(bank_record(&stage->bank, history, card, &draft), CSTM_OK);
    }
    struct draft payment = draft_of(&stage->bank, PAYMENT, noon(3), "p");
    ck_assert_int_eq(bank_record(&stage->bank, history, 1, &payment), CSTM_OK);
    bank_set(history, 0, AGE, noon(1), "", 40);
    ck_assert_int_eq(history_seal(history, on(8), on(9), NULL), CSTM_OK);
}

static void
set_up(struct stage *stage)
{
    int32_t account, card;
    memset(stage, 0, sizeof *stage);
    bank_open(&stage->bank, "UTC");
    bank_feature(&stage->bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, "shop == 'food'", days(30));
    bank_feature(&stage->bank, CUSTOMER, FEATURE_LAST, USE, USE_SHOP, NULL, all());
    bank_feature(&stage->bank, CARD, FEATURE_DEVIATION, USE, USE_AMOUNT, NULL, days(30));
    bank_feature(&stage->bank, CARD, FEATURE_DISTINCT, USE, USE_STATUS, NULL, days(30));
    bank_plan(&stage->bank);
    bank_open_small(&stage->small);
    bank_plan(&stage->small);
    bank_customer(&stage->bank, &stage->history, &stage->account, &stage->card);
    bank_customer(&stage->bank, &stage->half, &account, &card);
    fill(stage, &stage->history, stage->card, 0);
    fill(stage, &stage->half, card, 1000);
    stage->bytes = bank_bytes(&stage->history);
    stage->use = draft_of(&stage->bank, USE, noon(41), "an id that takes room in the arena");
    draft_text(&stage->bank, &stage->use, USE_SHOP, "travel");
    stage->opened = draft_of(&stage->bank, CARD_OPENED, noon(20), "o");
}

static void
tear_down(struct stage *stage)
{
    buffer_clear(&stage->bytes);
    history_clear(&stage->history);
    history_clear(&stage->half);
    bank_close(&stage->bank);
    bank_close(&stage->small);
}

START_TEST(a_call_without_memory_says_so_and_changes_nothing)
{
    static cstm_status (*const calls[])(struct stage *) = {
        make_instance, record,  open_card,         set_city, seal, merge,
        copy,          restore, restore_elsewhere, migrate,  write};
    for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
        struct stage stage;
        set_up(&stage);
        cstm_status status = CSTM_ERROR_NO_MEMORY;
        int64_t n = 0;
        for (; status != CSTM_OK; n++) {
            fail_at = n;
            status = calls[c](&stage);
            fail_at = -1;
            ck_assert_msg(status == CSTM_OK || status == CSTM_ERROR_NO_MEMORY,
                          "call %zu, allocation %d: %s", c, (int) n, cstm_status_name(status));
            if (status == CSTM_OK)
                break;
            struct cstm_buffer after = bank_bytes(&stage.history);
            ck_assert_uint_eq(after.size, stage.bytes.size);
            ck_assert_mem_eq(after.data, stage.bytes.data, after.size);
            buffer_clear(&after);
        }
        tear_down(&stage);
    }
}
END_TEST

START_TEST(reading_features_and_recording_into_room_that_is_there_allocate_nothing)
{
    struct stage stage;
    set_up(&stage);
    for (int32_t i = 0; i < 40; i++) /* room grows by half: after these there is some */
        bank_use(&stage.bank, &stage.history, stage.card, noon(40), "", 1, 1);
    int32_t room = stage.history.instances[stage.card].kinds[0].event_capacity -
                   stage.history.instances[stage.card].kinds[0].n_events;
    ck_assert_int_gt(room, 3);
    struct draft draft = draft_of(&stage.bank, USE, noon(41), "");
    draft_number(&stage.bank, &draft, USE_AMOUNT, 1);
    fail_at = 0;
    cstm_status status = bank_record(&stage.bank, &stage.history, stage.card, &draft);
    (void) bank_read(&stage.bank, 0, &stage.history, stage.card, on(50));
    (void) bank_read(&stage.bank, 1, &stage.history, 0, on(50));
    (void) bank_attribute_on(&stage.bank, AGE, &stage.history, 0, on(50));
    int64_t left = fail_at;
    fail_at = -1;
    ck_assert_int_eq(left, 0);
    ck_assert_int_eq(status, CSTM_OK);
    tear_down(&stage);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_call_without_memory_says_so_and_changes_nothing);
    tcase_add_test(tcase, reading_features_and_recording_into_room_that_is_there_allocate_nothing);
}

int
main(void)
{
    return run_tests("behaviour memory", add_tests);
}
