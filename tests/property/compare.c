/* What a profile says beside what a batch says, or another profile: see compare.h. */
#include "compare.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int64_t compared;

/* Check's messages are short, documents are not: they go to the standard error. */
static void __attribute__((format(printf, 3, 4)))
expect(const struct world *world, int equal, const char *format, ...)
{
    char message[1000];
    va_list arguments;
    if (equal)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s", world->document);
    ck_abort_msg("seed %llu: %s", (unsigned long long) world->seed, message);
}

static void
must(cstm_status status, cstm_error **error)
{
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(*error));
}

/* One cell of a result as text, so that a difference can be read. */
static void
cell_text(const cstm_table *table, int64_t row, int32_t column, char text[160])
{
    if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE) {
        snprintf(text, 160, "-");
        return;
    }
    size_t size, used = 0;
    switch (cstm_table_column_type(table, column)) {
    case CSTM_TYPE_BOOL: snprintf(text, 160, "%d", cstm_table_bool(table, row, column)); break;
    case CSTM_TYPE_DATE: snprintf(text, 160, "%d", cstm_table_date(table, row, column)); break;
    case CSTM_TYPE_DOUBLE: snprintf(text, 160, "%a", cstm_table_double(table, row, column)); break;
    case CSTM_TYPE_MONEY: snprintf(text, 160, "%lld", (long long) cstm_table_money(table, row, column)); break;
    case CSTM_TYPE_STRING: {
        const char *bytes = cstm_table_string(table, row, column, &size);
        snprintf(text, 160, "%.*s", (int) size, bytes);
        break;
    }
    case CSTM_TYPE_STRINGS:
        text[0] = '\0';
        for (int64_t i = 0; i < cstm_table_string_count(table, row, column); i++) {
            const char *bytes = cstm_table_string_item(table, row, column, i, &size);
            used += (size_t) snprintf(text + used, 160 - used, "%.*s;", (int) size, bytes);
        }
        break;
    default: snprintf(text, 160, "%lld", (long long) cstm_table_int64(table, row, column)); break;
    }
}

static void
value_text(const cstm_strategy *strategy, const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity, char text[160])
{
    size_t size;
    if (cstm_outcome_state(outcome, part, index, entity) != CSTM_STATE_VALUE) {
        snprintf(text, 160, "-");
        return;
    }
    cstm_type type = part == CSTM_PART_SCORE ? CSTM_TYPE_DOUBLE : cstm_strategy_part_type(strategy, part, index);
    if (type == CSTM_TYPE_DOUBLE)
        snprintf(text, 160, "%a", cstm_outcome_double(outcome, part, index, entity));
    else if (type == CSTM_TYPE_STRING) {
        const char *bytes = cstm_outcome_string(outcome, part, index, entity, &size);
        snprintf(text, 160, "%.*s", (int) size, bytes);
    } else
        snprintf(text, 160, "%lld", (long long) cstm_outcome_int64(outcome, part, index, entity));
}

static int64_t
row_of(const cstm_table *table, const char *column, const char *key, size_t key_size)
{
    int32_t of = cstm_table_find(table, column);
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        size_t size;
        const char *text = cstm_table_string(table, row, of, &size);
        if (size == key_size && memcmp(text, key, size) == 0)
            return row;
    }
    ck_abort_msg("no row %s", key);
    return -1;
}

/* The segments of one entity: verdict and status of the outcome against the membership's row. */
static void
compare_segments(struct world *world, const cstm_result *result, int32_t kind, int64_t row, const cstm_outcome *outcome, cstm_entity entity)
{
    const cstm_strategy *s = world->strategy;
    for (int32_t i = 0; i < cstm_strategy_count(s, CSTM_PART_SEGMENT); i++) {
        cstm_membership *membership;
        cstm_error *error;
        if (cstm_strategy_part_entity(s, CSTM_PART_SEGMENT, i) != kind)
            continue;
        must(cstm_result_membership(result, i, &membership, &error), &error);
        cstm_verdict batch = cstm_membership_verdict(membership, row), stream = cstm_outcome_verdict(outcome, i, entity);
        expect(world, batch == stream && cstm_membership_status(membership, row) == cstm_outcome_status(outcome, CSTM_PART_SEGMENT, i, entity),
                      "%s: batch %d (status %d), stream %d (status %d)",                       cstm_strategy_part_name(s, CSTM_PART_SEGMENT, i), batch, cstm_membership_status(membership, row), stream,
                      cstm_outcome_status(outcome, CSTM_PART_SEGMENT, i, entity));
        cstm_membership_free(membership);
        compared++;
    }
}

/* Every feature, stage, score and segment of every entity of one customer: the outcome against the batch's row. */
void
compare_with_batch(struct world *world, const cstm_result *result, const cstm_profile *profile, const cstm_outcome *outcome, int32_t day, const char *how)
{
    const cstm_strategy *s = world->strategy;
    for (cstm_entity entity = 0; entity < cstm_profile_entity_count(profile); entity++) {
        int32_t kind = cstm_profile_entity_kind(profile, entity);
        const cstm_table *table = cstm_result_table(result, kind);
        size_t size;
        const char *key = cstm_profile_entity_key(profile, entity, &size);
        if (world_may_leave(world, kind, key))
            continue;
        int64_t row = row_of(table, cstm_strategy_part_name(s, CSTM_PART_ENTITY, kind), key, size);
        char batch[160], stream[160], name[64];
        for (int p = 0; p < 2; p++) {
            cstm_part part = p == 0 ? CSTM_PART_FEATURE : CSTM_PART_SCORE;
            for (int32_t i = 0; i < cstm_strategy_count(s, part); i++) {
                if (cstm_strategy_part_entity(s, part, i) != kind)
                    continue;
                const char *column = cstm_strategy_part_name(s, part, i);
                cell_text(table, row, cstm_table_find(table, column), batch);
                value_text(s, outcome, part, i, entity, stream);
                expect(world, strcmp(batch, stream) == 0, "day %d %s %s of %s: batch %s, stream %s (status %d)", day, how,
                              column, key, batch, stream, cstm_outcome_status(outcome, part, i, entity));
                compared++;
            }
        }
        for (int32_t i = 0; i < cstm_strategy_count(s, CSTM_PART_LIFECYCLE); i++) {
            if (cstm_strategy_part_entity(s, CSTM_PART_LIFECYCLE, i) != kind)
                continue;
            const char *lifecycle = cstm_strategy_part_name(s, CSTM_PART_LIFECYCLE, i);
            const char *stage = cstm_outcome_stage_name(outcome, i, entity);
            snprintf(stream, sizeof stream, "%s", *stage ? stage : "-");
            snprintf(name, sizeof name, "%s.stage", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            expect(world, strcmp(batch, stream) == 0, "day %d %s stage %s of %s: batch %s, stream %s", day, how, lifecycle, key,
                          batch, stream);
            if (*stage == '\0')
                continue;
            snprintf(stream, sizeof stream, "%d", cstm_outcome_stage_since(outcome, i, entity));
            snprintf(name, sizeof name, "%s.since", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            expect(world, strcmp(batch, stream) == 0, "day %d %s since %s of %s: batch %s, stream %s", day, how, lifecycle, key,
                          batch, stream);
            snprintf(stream, sizeof stream, "%d", cstm_outcome_stage_days(outcome, i, entity));
            snprintf(name, sizeof name, "%s.days", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            ck_assert_str_eq(batch, stream);
            snprintf(stream, sizeof stream, "%d", cstm_outcome_stage_censored(outcome, i, entity));
            snprintf(name, sizeof name, "%s.censored", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            ck_assert_str_eq(batch, stream);
            compared += 4;
        }
        compare_segments(world, result, kind, row, outcome, entity);
        if (kind == 0 && cstm_strategy_count(s, CSTM_PART_SCORE) > 0) {
            stream[0] = '\0';
            size_t used = 0;
            for (int32_t i = 0; i < cstm_outcome_reason_count(outcome, 0, entity); i++)
                used += (size_t) snprintf(stream + used, sizeof stream - used, "%s;", cstm_outcome_reason_code(outcome, 0, entity, i));
            cell_text(table, row, cstm_table_find(table, "risk.reasons"), batch);
            if (cstm_outcome_state(outcome, CSTM_PART_SCORE, 0, entity) == CSTM_STATE_VALUE)
                ck_assert_str_eq(batch, stream);
        }
    }
}

/* The instance of the other profile that has the same kind, by name, and key. */
static cstm_entity
counterpart(const struct world *world, const struct said *one, cstm_entity entity, const struct said *other)
{
    const char *kind = cstm_strategy_part_name(one->strategy, CSTM_PART_ENTITY, cstm_profile_entity_kind(one->profile, entity));
    size_t size, found_size;
    const char *key = cstm_profile_entity_key(one->profile, entity, &size);
    for (cstm_entity found = 0; found < cstm_profile_entity_count(other->profile); found++) {
        const char *found_key = cstm_profile_entity_key(other->profile, found, &found_size);
        if (size == found_size && memcmp(key, found_key, size) == 0 &&
            strcmp(kind, cstm_strategy_part_name(other->strategy, CSTM_PART_ENTITY, cstm_profile_entity_kind(other->profile, found))) == 0)
            return found;
    }
    ck_assert_msg(world->bounded, "seed %llu: no %s %s", (unsigned long long) world->seed, kind, key);
    return -1;  /* a card of which nothing is known yet, where cards may leave */
}

/* A part of an entity as text: its value or stage, and its status. */
static void
part_text(const struct said *said, cstm_part part, int32_t index, cstm_entity entity, char text[200])
{
    char value[160];
    cstm_status status = cstm_outcome_status(said->outcome, part, index, entity);
    if (part == CSTM_PART_LIFECYCLE)
        snprintf(value, sizeof value, "%s since %d for %d censored %d", cstm_outcome_stage_name(said->outcome, index, entity), cstm_outcome_stage_since(said->outcome, index, entity),
                 cstm_outcome_stage_days(said->outcome, index, entity), cstm_outcome_stage_censored(said->outcome, index, entity));
    else if (part == CSTM_PART_SEGMENT)
        snprintf(value, sizeof value, "%d", cstm_outcome_verdict(said->outcome, index, entity));
    else
        value_text(said->strategy, said->outcome, part, index, entity, value);
    snprintf(text, 200, "%s (%d)", value, status);
}

/* Whether the part is not known of halves that were sealed apart: a stage, what counts stages, or a segment that asks for one
 * and cannot be decided without it. */
static int
is_unknown(const struct said *said, cstm_part part, int32_t index, cstm_entity entity)
{
    if (part != CSTM_PART_SEGMENT || cstm_outcome_verdict(said->outcome, index, entity) != CSTM_VERDICT_UNDECIDED)
        return cstm_outcome_status(said->outcome, part, index, entity) == CSTM_ERROR_SEALED_APART;
    for (int32_t m = 0; m < cstm_strategy_count(said->strategy, CSTM_PART_LIFECYCLE); m++)
        for (cstm_entity of = 0; of < cstm_profile_entity_count(said->profile); of++)
            if (cstm_outcome_status(said->outcome, CSTM_PART_LIFECYCLE, m, of) == CSTM_ERROR_SEALED_APART)
                return 1;
    return 0;
}

int32_t
compare_profiles(const struct world *world, const struct said *one, const struct said *other, int apart, const char *how)
{
    int32_t n_apart = 0;
    if (!world->bounded)
        ck_assert_int_eq(cstm_profile_entity_count(one->profile), cstm_profile_entity_count(other->profile));
    for (cstm_entity entity = 0; entity < cstm_profile_entity_count(one->profile); entity++) {
        if (world_may_leave(world, cstm_profile_entity_kind(one->profile, entity), cstm_profile_entity_key(one->profile, entity, NULL)))
            continue;
        cstm_entity with = counterpart(world, one, entity, other);
        if (with < 0)
            continue;
        for (cstm_part part = CSTM_PART_FEATURE; part <= CSTM_PART_SEGMENT; part++)
            for (int32_t i = 0; i < cstm_strategy_count(one->strategy, part); i++) {
                if (cstm_strategy_part_entity(one->strategy, part, i) != cstm_profile_entity_kind(one->profile, entity))
                    continue;
                const char *name = cstm_strategy_part_name(one->strategy, part, i);
                int32_t j = cstm_strategy_find(other->strategy, part, name);
                char a[200], b[200];
                ck_assert_int_ge(j, 0);
                if (apart && is_unknown(other, part, j, with)) {
                    n_apart++;
                    continue;
                }
                part_text(one, part, i, entity, a);
                part_text(other, part, j, with, b);
                expect(world, strcmp(a, b) == 0, "%s: %s of %s is %s and %s", how, name,
                              cstm_profile_entity_key(one->profile, entity, NULL), a, b);
                compared++;
            }
    }
    return n_apart;
}

void
compare_tables(const struct world *world, const cstm_table *one, const cstm_table *other, const char *how)
{
    ck_assert_int_eq(cstm_table_rows(one), cstm_table_rows(other));
    for (int32_t c = 0; c < cstm_table_columns(other); c++) {
        const char *name = cstm_table_column_name(other, c);
        int32_t in_one = cstm_table_find(one, name);
        ck_assert_int_ge(in_one, 0);
        for (int64_t row = 0; row < cstm_table_rows(one); row++) {
            char a[160], b[160];
            cell_text(one, row, in_one, a);
            cell_text(other, row, c, b);
            expect(world, strcmp(a, b) == 0, "%s: %s of row %lld is %s and %s", how, name, (long long) row, a, b);
            compared++;
        }
    }
}

void
compare_dates(const struct world *world, const cstm_result *dates, int32_t kind, const int64_t *instants, cstm_result *const *runs, int32_t n)
{
    const cstm_table *table = cstm_result_table(dates, kind);
    const char *key_name = cstm_strategy_part_name(world->strategy, CSTM_PART_ENTITY, kind);
    int32_t as_of = cstm_table_find(table, "as_of"), key_column = cstm_table_find(table, key_name);
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        int32_t at = 0;
        while (at < n && instants[at] != cstm_table_timestamp(table, row, as_of))
            at++;
        ck_assert_int_lt(at, n);
        const cstm_table *then = cstm_result_table(runs[at], kind);
        size_t size;
        const char *key = cstm_table_string(table, row, key_column, &size);
        int64_t row_then = row_of(then, key_name, key, size);
        ck_assert_int_eq(cstm_table_columns(table), cstm_table_columns(then) + 1);
        for (int32_t c = 0; c < cstm_table_columns(table); c++) {
            if (c == as_of)
                continue;
            char a[160], b[160];
            const char *name = cstm_table_column_name(table, c);
            cell_text(table, row, c, a);
            cell_text(then, row_then, cstm_table_find(then, name), b);
            expect(world, strcmp(a, b) == 0, "%s of %.*s is %s among dates and %s on its date", name, (int) size, key, a, b);
            compared++;
        }
    }
}

void
compare_bytes(const struct world *world, const cstm_profile *a, const cstm_profile *b, const char *how)
{
    cstm_error *error;
    cstm_buffer *of_a, *of_b;
    must(cstm_profile_write(a, &of_a, &error), &error);
    must(cstm_profile_write(b, &of_b, &error), &error);
    expect(world, cstm_buffer_size(of_a) == cstm_buffer_size(of_b) && memcmp(cstm_buffer_data(of_a), cstm_buffer_data(of_b), cstm_buffer_size(of_a)) == 0,
                  "%s: %zu and %zu bytes", how, cstm_buffer_size(of_a), cstm_buffer_size(of_b));
    cstm_buffer_free(of_a);
    cstm_buffer_free(of_b);
}

cstm_profile *
copy_of(const struct world *world, const cstm_profile *profile)
{
    cstm_error *error;
    cstm_buffer *buffer;
    cstm_profile *copy;
    must(cstm_profile_write(profile, &buffer, &error), &error);
    must(cstm_profile_read(world->strategy, cstm_buffer_data(buffer), cstm_buffer_size(buffer), &copy, NULL, &error), &error);
    cstm_buffer_free(buffer);
    return copy;
}
