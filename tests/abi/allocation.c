/* The loop over all cases of failing allocations; allocation.h says what is asked of each. */
#include "allocation.h"

#include <check.h>
#include <stdlib.h>

static char mark;               /* what an output points at before the call */
static cstm_strategy *strategy, *later;

/* ------------------------------------------------------------------------------------------------------------- notes */

#define NOTES (1 << 22)
static unsigned char notes[NOTES], reference[NOTES], before[NOTES];
static size_t noted;

void
note(const void *bytes, size_t size)
{
    ck_assert_uint_le(noted + size, NOTES);
    if (size > 0)
        memcpy(notes + noted, bytes, size);
    noted += size;
}

void
note_text(const char *text)
{
    note(text != NULL ? text : "(none)", text != NULL ? strlen(text) + 1 : 6);
}

void
note_number(int64_t number)
{
    note(&number, sizeof number);
}

void
note_table(const cstm_table *table)
{
    cstm_buffer *buffer;
    cstm_error *error;
    note_number(cstm_table_rows(table));
    for (int32_t i = 0; i < cstm_table_columns(table); i++)
        note_number(cstm_table_column_type(table, i));
    if (cstm_table_columns(table) == 0)
        return;
    cstm_status status = cstm_table_write_csv_buffer(table, &buffer, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    note(cstm_buffer_data(buffer), cstm_buffer_size(buffer));
    cstm_buffer_free(buffer);
}

void
note_profile(const cstm_profile *profile)
{
    cstm_buffer *buffer;
    cstm_error *error;
    cstm_status status = cstm_profile_write(profile, &buffer, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    note(cstm_buffer_data(buffer), cstm_buffer_size(buffer));
    cstm_buffer_free(buffer);
    note_number(cstm_profile_revision(profile));
    note_number(cstm_profile_entity_count(profile));
}

void
note_outcome(const cstm_strategy *of, const cstm_outcome *outcome)
{
    note_number(cstm_outcome_as_of(outcome));
    for (cstm_entity entity = 0; entity < cstm_outcome_entity_count(outcome); entity++) {
        for (cstm_part part = CSTM_PART_ATTRIBUTE; part <= CSTM_PART_SEGMENT; part++)
            for (int32_t i = 0; i < cstm_strategy_count(of, part); i++) {
                size_t size = 0;
                double number = cstm_outcome_double(outcome, part, i, entity);
                const char *text = cstm_outcome_string(outcome, part, i, entity, &size);
                note_number(cstm_outcome_state(outcome, part, i, entity));
                note_number(cstm_outcome_status(outcome, part, i, entity));
                note_number(cstm_outcome_int64(outcome, part, i, entity));
                note(&number, sizeof number);
                note(text, text != NULL ? size : 0);
            }
        for (int32_t i = 0; i < cstm_strategy_count(of, CSTM_PART_LIFECYCLE); i++) {
            note_text(cstm_outcome_stage_name(outcome, i, entity));
            note_number(cstm_outcome_stage_since(outcome, i, entity));
        }
        for (int32_t i = 0; i < cstm_outcome_reason_count(outcome, 0, entity); i++)
            note_text(cstm_outcome_reason_code(outcome, 0, entity, i));
    }
}

static void
note_nearest(const cstm_nearest *nearest)
{
    note_number(cstm_nearest_possible(nearest));
    for (int32_t i = 0; i < cstm_nearest_count(nearest); i++) {
        note_text(cstm_nearest_name(nearest, i));
        note_text(cstm_nearest_present(nearest, i));
        note_text(cstm_nearest_condition(nearest, i));
        note_text(cstm_nearest_value(nearest, i));
    }
}

static void
note_explanation(const cstm_explanation *explanation)
{
    for (int32_t i = 0; i < cstm_explanation_count(explanation); i++) {
        note_text(cstm_explanation_text(explanation, i));
        note_text(cstm_explanation_value(explanation, i));
        note_number(cstm_explanation_state(explanation, i));
        note_number(cstm_explanation_depth(explanation, i));
    }
}

static void
note_result(const cstm_result *result)
{
    for (int32_t kind = 0; kind < 3; kind++)
        if (cstm_result_table(result, kind) != NULL)    /* no table was given of the others */
            note_table(cstm_result_table(result, kind));
    note_table(cstm_result_rejected(result));
    note_table(cstm_result_errors(result));
    note_text(cstm_result_digest(result));
}

static void
note_membership(const cstm_membership *membership)
{
    for (int64_t row = 0; row < cstm_membership_rows(membership); row++) {
        note_number(cstm_membership_verdict(membership, row));
        note_number(cstm_membership_status(membership, row));
    }
}

static void
note_validation(const cstm_validation *validation)
{
    double numbers[] = {cstm_validation_auc(validation), cstm_validation_ks(validation), cstm_validation_brier(validation)};
    note(numbers, sizeof numbers);
}

static void
note_migration(const cstm_migration *migration)
{
    for (int32_t i = 0; i < cstm_migration_count(migration); i++) {
        note_text(cstm_migration_name(migration, i));
        note_number(cstm_migration_fate(migration, i));
    }
}

static void
note_buffer(const cstm_buffer *buffer)
{
    note(cstm_buffer_data(buffer), cstm_buffer_size(buffer));
}

/* ---------------------------------------------------------------------------------------------------------- outputs */

#define OUTPUT(what, note_it, drop_it) \
    static void what##_note(void *handle) { note_it; (void) handle; } \
    static void what##_drop(void *handle) { drop_it(handle); } \
    const struct output gives_##what = {what##_note, what##_drop};
OUTPUT(table, note_table(handle), cstm_table_free)
OUTPUT(profile, note_profile(handle), cstm_profile_free)
OUTPUT(buffer, note_buffer(handle), cstm_buffer_free)
OUTPUT(event, note_number(1), cstm_event_free)
OUTPUT(outcome, note_number(1), cstm_outcome_free)
OUTPUT(explanation, note_explanation(handle), cstm_explanation_free)
OUTPUT(nearest, note_nearest(handle), cstm_nearest_free)
OUTPUT(migration, note_migration(handle), cstm_migration_free)
OUTPUT(batch, note_number(1), cstm_batch_free)
OUTPUT(result, note_result(handle), cstm_result_free)
OUTPUT(csv, note_number(1), cstm_csv_free)
OUTPUT(layout, note_number(1), cstm_layout_free)
OUTPUT(scope, note_number(1), cstm_scope_free)
OUTPUT(scorer, note_text(cstm_scorer_digest(handle)), cstm_scorer_unref)
OUTPUT(scorecard, note_number(1), cstm_scorecard_free)
OUTPUT(validation, note_validation(handle), cstm_validation_free)
OUTPUT(cancel, note_number(1), cstm_cancel_free)
OUTPUT(membership, note_membership(handle), cstm_membership_free)

/* ------------------------------------------------------------------------------------------------------------- loop */

static void
begin(const struct allocation_case *c, struct world *world)
{
    memset(world, 0, sizeof *world);
    world->strategy = strategy;
    world->later = later;
    world->out[0] = world->out[1] = &mark;
    world->number = INT64_C(0x5A5A5A5A5A5A5A5A);
    memset(world->area, 0xA5, sizeof world->area);
    ck_assert_msg(c->prepare == NULL || c->prepare(world), "%s: could not be prepared", c->name);
}

static void
end(const struct allocation_case *c, struct world *world)
{
    for (int i = 0; i < 2; i++)
        if (c->out[i] != NULL && world->out[i] != &mark && world->out[i] != NULL)
            c->out[i]->drop(world->out[i]);
    cstm_membership_free(world->membership);
    cstm_membership_free(world->earlier);
    cstm_result_free(world->result);
    cstm_batch_free(world->batch);
    living_free(&world->living);
    cstm_profile_free(world->profile);
    cstm_profile_free(world->other);
    cstm_event_free(world->event);
    cstm_outcome_free(world->outcome);
    cstm_buffer_free(world->bytes);
    cstm_table_free(world->table);
    cstm_csv_free(world->csv);
    cstm_layout_free(world->layout);
    cstm_rule_unref(world->rule);
    cstm_scope_free(world->scope);
    cstm_scorer_unref(world->scorer);
    cstm_scorecard_free(world->card);
    cstm_validation_free(world->validation);
    if (world->schema.release != NULL)
        world->schema.release(&world->schema);
    if (world->array.release != NULL)
        world->array.release(&world->array);
    if (world->stream.release != NULL)
        world->stream.release(&world->stream);
}

/* Notes what a successful call left: the inputs, then what it gave. Returns the notes' size. */
static size_t
look(const struct allocation_case *c, struct world *world, bool with_outputs)
{
    noted = 0;
    if (c->state != NULL)
        c->state(world);
    for (int i = 0; with_outputs && i < 2; i++)
        if (c->out[i] != NULL && world->out[i] != NULL)
            c->out[i]->note(world->out[i]);
    if (with_outputs)
        note_number(world->number);
    return noted;
}

static bool
untouched(const struct world *world)
{
    for (size_t i = 0; i < sizeof world->area; i++)
        if (world->area[i] != 0xA5)
            return false;
    return world->out[0] == &mark && world->out[1] == &mark && world->number == INT64_C(0x5A5A5A5A5A5A5A5A);
}

static void
check_refusal(const struct allocation_case *c, struct world *world, cstm_status status, cstm_error *error, size_t size_before,
              int64_t n)
{
    ck_assert_msg(status == CSTM_ERROR_NO_MEMORY, "%s: allocation %lld failed and the call says %s: %s", c->name, (long long) n,
                  cstm_status_name(status), cstm_error_message(error));
    ck_assert_msg(c->without_error || (error != NULL && cstm_error_code(error) == CSTM_ERROR_NO_MEMORY),
                  "%s: allocation %lld failed without an error object", c->name, (long long) n);
    ck_assert_msg(untouched(world), "%s: allocation %lld failed and an output was written", c->name, (long long) n);
    cstm_error_free(error);
    size_t size = look(c, world, false);
    ck_assert_msg(size == size_before && memcmp(notes, before, size) == 0, "%s: allocation %lld failed and an input was changed",
                  c->name, (long long) n);
}

static void
fail_each(const struct allocation_case *c, bool for_good)
{
    struct world world;
    size_t reference_size = 0;
    int64_t living_before = 0;
    cstm_error *error = NULL;
    for (int i = 0; i < 3; i++) {       /* more than once: threads keep their first stacks */
        living_before = allocation_living();
        begin(c, &world);
        cstm_status status = c->act(&world, &error);
        ck_assert_msg(status == CSTM_OK, "%s: in peace: %s", c->name, cstm_error_message(error));
        reference_size = look(c, &world, true);
        memcpy(reference, notes, reference_size);
        end(c, &world);
    }
    for (int64_t n = 1;; n++) {
        ck_assert_msg(n < 200000, "%s: no end of allocations", c->name);
        begin(c, &world);
        size_t size_before = look(c, &world, false);
        memcpy(before, notes, size_before);
        error = NULL;
        allocation_arm(n, for_good);
        cstm_status status = c->act(&world, &error);
        bool failed = allocation_disarm();
        if (status != CSTM_OK) {
            ck_assert_msg(failed, "%s: fails by itself: %s", c->name, cstm_error_message(error));
            check_refusal(c, &world, status, error, size_before, n);
            error = NULL;
            if (c->once) {
                end(c, &world);
                ck_assert_msg(allocation_living() == living_before, "%s: %lld pieces lost after allocation %lld failed", c->name,
                              (long long) (allocation_living() - living_before), (long long) n);
                continue;
            }
            status = c->act(&world, &error);
            ck_assert_msg(status == CSTM_OK, "%s: made again after allocation %lld failed: %s", c->name, (long long) n,
                          cstm_error_message(error));
        }
        size_t size = look(c, &world, true);
        ck_assert_msg(size == reference_size && memcmp(notes, reference, size) == 0, "%s: allocation %lld failed and the result is another",
                      c->name, (long long) n);
        end(c, &world);
        ck_assert_msg(allocation_living() == living_before, "%s: %lld pieces lost after allocation %lld failed", c->name,
                      (long long) (allocation_living() - living_before), (long long) n);
        if (!failed) {
            printf("%s: %lld allocations failed in turn%s\n", c->name, (long long) n - 1, for_good ? ", each with all after it" : "");
            break;
        }
    }
}

#define EACH(group) \
    START_TEST(group##_calls_survive_each_failing_allocation) { fail_each(&group##_cases[_i], false); } END_TEST \
    START_TEST(group##_calls_survive_memory_running_out) { fail_each(&group##_cases[_i], true); } END_TEST
EACH(table)
EACH(profile)
EACH(score)
EACH(batch)
EACH(segment)

int
main(int argc, char **argv)
{
    if (argc < 2 || !living_strategy(&strategy)) {
        fprintf(stderr, "usage: %s table|profile|score|batch|segment\n", argv[0]);
        return 2;
    }
    if (!allocation_seen()) {
        fprintf(stderr, "the library does not allocate here\n");
        return 2;
    }
    /* The next version: one feature more, one less, another rule. */
    char *document = malloc(sizeof LIVING_DOCUMENT + 256);
    const char *cut = strstr(LIVING_DOCUMENT, "  idle:"), *rest = strstr(LIVING_DOCUMENT, "  cards:");
    if (document == NULL || cut == NULL || rest == NULL)
        return 2;
    int size = snprintf(document, sizeof LIVING_DOCUMENT + 256, "%.*s  idle: {recency: spend}\n  pages: {sum: visit.pages, over: 7 days}\n%s",
                        (int) (cut - LIVING_DOCUMENT), LIVING_DOCUMENT, rest);
    cstm_error *error;
    cstm_status status = cstm_strategy_parse(document, (size_t) size, "later.yaml", &later, &error);
    free(document);
    if (!living_ok(status, error, "the next version"))
        return 2;

    const struct {
        const char *name;
        const TTest *each, *out;
        int n;
    } groups[] = {
        {"table", table_calls_survive_each_failing_allocation, table_calls_survive_memory_running_out, n_table_cases},
        {"profile", profile_calls_survive_each_failing_allocation, profile_calls_survive_memory_running_out, n_profile_cases},
        {"score", score_calls_survive_each_failing_allocation, score_calls_survive_memory_running_out, n_score_cases},
        {"batch", batch_calls_survive_each_failing_allocation, batch_calls_survive_memory_running_out, n_batch_cases},
        {"segment", segment_calls_survive_each_failing_allocation, segment_calls_survive_memory_running_out, n_segment_cases},
    };
    Suite *suite = suite_create("failing allocations");
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (strcmp(argv[1], groups[i].name) != 0)
            continue;
        TCase *tcase = tcase_create(groups[i].name);
        tcase_set_timeout(tcase, 180);
        tcase_add_loop_test(tcase, groups[i].each, 0, groups[i].n);
        tcase_add_loop_test(tcase, groups[i].out, 0, groups[i].n);
        suite_add_tcase(suite, tcase);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cstm_strategy_unref(strategy);
    cstm_strategy_unref(later);
    return failed != 0;
}
