/* The desk of desk.h: nothing here is under test, so whatever fails, fails loudly. */
#include "desk.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int
run_script(const char *const *arguments)
{
    pid_t child = fork();
    if (child == 0) {
        execv(arguments[0], (char *const *) arguments);
        _exit(127);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

int
desk_convert(const char *python, const char *script, const char *set, const char *source,
             const char *directory)
{
    mkdir(directory, 0777);
    return run_script((const char *const[]){python, script, set, source, directory, NULL});
}

int
desk_make(const char *python, const char *script, const char *source, const char *directory)
{
    return run_script((const char *const[]){python, script, source, directory, NULL});
}

cstm_strategy *
desk_strategy(const char *path)
{
    cstm_strategy *strategy = NULL;
    cstm_error *error;
    cstm_status status = cstm_strategy_load(path, &strategy, &error);
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
        fprintf(stderr, "%s\n", cstm_error_message(e));
    cstm_error_free(error);
    ck_assert_int_eq(status, CSTM_OK);
    for (const cstm_error *w = cstm_strategy_warnings(strategy); w != NULL; w = cstm_error_next(w))
        ck_abort_msg("%s", cstm_error_message(w));
    return strategy;
}

cstm_table *
desk_read(const cstm_strategy *strategy, const char *directory, const char *file,
          const char *columns)
{
    static const char letters[] = "stdmb";
    static const cstm_type types[] = {CSTM_TYPE_STRING, CSTM_TYPE_TIMESTAMP, CSTM_TYPE_DATE,
                                      CSTM_TYPE_MONEY, CSTM_TYPE_BOOL};
    cstm_error *error;
    cstm_csv *csv;
    cstm_table *table;
    char name[4096], letter;
    int used;
    must(cstm_csv_new(&csv, &error), error);
    must(cstm_csv_set_currency(csv, cstm_strategy_currency(strategy), &error), error);
    must(cstm_csv_set_zone(csv, cstm_strategy_timezone(strategy), &error), error);
    for (; sscanf(columns, " %63[^:]:%c%n", name, &letter, &used) == 2; columns += used)
        must(cstm_csv_add_column(csv, name, types[strchr(letters, letter) - letters], &error),
             error);
    snprintf(name, sizeof name, "%s/%s", directory, file);
    must(cstm_csv_read_file(csv, name, NULL, NULL, NULL, &table, NULL, &error), error);
    cstm_csv_free(csv);
    return table;
}

int32_t
desk_find(const cstm_strategy *strategy, cstm_part part, const char *name)
{
    int32_t found = cstm_strategy_find(strategy, part, name);
    ck_assert_msg(found >= 0, "the strategy has no %s", name);
    return found;
}

int64_t
desk_end_of(const cstm_strategy *strategy, const char *day)
{
    cstm_error *error;
    int64_t instant;
    must(cstm_strategy_parse_time(strategy, day, strlen(day), 1, &instant, &error), error);
    return instant;
}

int64_t
desk_row(const cstm_table *table, const char *key)
{
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        size_t size;
        const char *text = cstm_table_string(table, row, 0, &size);
        if (size == strlen(key) && memcmp(text, key, size) == 0)
            return row;
    }
    ck_abort_msg("no row %s", key);
    return -1;
}

const char *
desk_cells(const cstm_table *table, int64_t row, const char *columns)
{
    static char text[2048];
    char name[64];
    size_t size = 0;
    int used;
    for (text[0] = '\0'; sscanf(columns, " %63s%n", name, &used) == 1; columns += used)
        size += (size_t) snprintf(text + size, sizeof text - size, "%s%s", size > 0 ? " " : "",
                                  cell(table, row, name));
    return text;
}

void
desk_record(cstm_profile *profile, const cstm_strategy *strategy, cstm_event *event, int32_t kind,
            cstm_entity entity, const cstm_table *table, int64_t row)
{
    desk_record_again(profile, strategy, event, kind, entity, table, row, 0);
}

void
desk_record_again(cstm_profile *profile, const cstm_strategy *strategy, cstm_event *event,
                  int32_t kind, cstm_entity entity, const cstm_table *table, int64_t row,
                  int64_t delivery)
{
    cstm_error *error;
    size_t size;
    must(cstm_event_clear(event, &error), error);
    if (delivery > 0)
        must(cstm_event_set_delivery(event, delivery, &error), error);
    must(cstm_event_set_entity(event, entity, &error), error);
    for (int32_t column = 1; column < cstm_table_columns(table); column++) {
        const char *name = cstm_table_column_name(table, column), *text;
        int32_t field = cstm_strategy_find_field(strategy, kind, name);
        if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE)
            continue;
        if (strcmp(name, "time") == 0) {
            int64_t time = cstm_table_timestamp(table, row, column);
            must(cstm_event_set_time(event, time, &error), error);
            continue;
        }
        switch (cstm_table_column_type(table, column)) {
        case CSTM_TYPE_MONEY:
            must(cstm_event_set_money(event, field, cstm_table_money(table, row, column), &error),
                 error);
            break;
        case CSTM_TYPE_BOOL:
            must(cstm_event_set_bool(event, field, cstm_table_bool(table, row, column), &error),
                 error);
            break;
        case CSTM_TYPE_INT:
            must(cstm_event_set_int64(event, field, cstm_table_int64(table, row, column), &error),
                 error);
            break;
        case CSTM_TYPE_DATE:
            must(cstm_event_set_date(event, field, cstm_table_date(table, row, column), &error),
                 error);
            break;
        case CSTM_TYPE_DOUBLE:
            must(cstm_event_set_double(event, field, cstm_table_double(table, row, column), &error),
                 error);
            break;
        default:
            text = cstm_table_string(table, row, column, &size);
            if (strcmp(name, "id") == 0)
                must(cstm_event_set_id(event, text, size, &error), error);
            else
                must(cstm_event_set_string(event, field, text, size, &error), error);
            break;
        }
    }
    must(cstm_profile_record(profile, event, &error), error);
}

/* An outcome's value as cell() writes a table's. */
static const char *
outcome_text(const cstm_strategy *strategy, const cstm_outcome *outcome, int32_t feature,
             cstm_entity entity)
{
    static char text[256];
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, feature, entity) != CSTM_STATE_VALUE)
        return "-";
    switch (cstm_strategy_part_type(strategy, CSTM_PART_FEATURE, feature)) {
    case CSTM_TYPE_STRING:
        return cstm_outcome_string(outcome, CSTM_PART_FEATURE, feature, entity, NULL);
    case CSTM_TYPE_DOUBLE:
        snprintf(text, sizeof text, "%.17g",
                 cstm_outcome_double(outcome, CSTM_PART_FEATURE, feature, entity));
        return text;
    default:
        snprintf(text, sizeof text, "%lld",
                 (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, feature, entity));
        return text;
    }
}

static void
assert_same_stage(const cstm_strategy *strategy, const cstm_outcome *outcome, int32_t lifecycle,
                  cstm_entity entity, const cstm_table *table, int64_t row)
{
    char columns[512], text[512];
    const char *name = cstm_strategy_part_name(strategy, CSTM_PART_LIFECYCLE, lifecycle);
    snprintf(columns, sizeof columns, "%s.stage %s.since %s.days %s.censored", name, name, name,
             name);
    if (cstm_outcome_stage(outcome, lifecycle, entity) < 0)
        snprintf(text, sizeof text, "- - - -");
    else
        snprintf(text, sizeof text, "%s %d %d %d",
                 cstm_outcome_stage_name(outcome, lifecycle, entity),
                 cstm_outcome_stage_since(outcome, lifecycle, entity),
                 cstm_outcome_stage_days(outcome, lifecycle, entity),
                 cstm_outcome_stage_censored(outcome, lifecycle, entity));
    ck_assert_str_eq(desk_cells(table, row, columns), text);
}

void
desk_assert_same(const cstm_strategy *strategy, const cstm_outcome *outcome, cstm_entity entity,
                 int32_t kind, const cstm_result *result, int64_t row)
{
    const cstm_table *table = cstm_result_table(result, kind);
    for (int32_t i = 0; i < cstm_strategy_count(strategy, CSTM_PART_FEATURE); i++) {
        const char *name = cstm_strategy_part_name(strategy, CSTM_PART_FEATURE, i);
        if (cstm_strategy_part_entity(strategy, CSTM_PART_FEATURE, i) != kind)
            continue;
        const char *batch = cell(table, row, name);
        const char *profile = outcome_text(strategy, outcome, i, entity);
        ck_assert_msg(strcmp(batch, profile) == 0, "%s of row %lld: batch %s, event by event %s",
                      name, (long long) row, batch, profile);
    }
    for (int32_t i = 0; i < cstm_strategy_count(strategy, CSTM_PART_LIFECYCLE); i++)
        if (cstm_strategy_part_entity(strategy, CSTM_PART_LIFECYCLE, i) == kind)
            assert_same_stage(strategy, outcome, i, entity, table, row);
}

char *
desk_text(const cstm_strategy *strategy, const cstm_result *result)
{
    char *all = calloc(1, 1);
    for (int32_t kind = 0; kind < cstm_strategy_count(strategy, CSTM_PART_ENTITY); kind++) {
        char *text = csv_of(cstm_result_table(result, kind));
        all = realloc(all, strlen(all) + strlen(text) + 1);
        strcat(all, text);
        free(text);
    }
    return all;
}

int
desk_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
