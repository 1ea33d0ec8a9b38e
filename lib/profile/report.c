/* The report of a run: of every kind of entity, attributes and events that a batch was given, how many
 * rows there were and what became of them. What is rejected is listed row by row elsewhere; here it
 * is counted by reason. */
#include "profile/result.h"

/* Which reason a rejection is counted under. */
static enum report_count
reason_of(const struct rejection *rejection)
{
    bool key = rejection->field == FIELD_KEY || rejection->field == FIELD_PARENT;
    switch (rejection->status) {
    case CSTM_ERROR_UNKNOWN:
        return key ? COUNT_UNKNOWN_KEY : COUNT_UNKNOWN_VALUE;
    case CSTM_ERROR_MISSING:
        return COUNT_MISSING;
    case CSTM_ERROR_DUPLICATE:
        return COUNT_DUPLICATE;
    case CSTM_ERROR_RANGE:
    case CSTM_ERROR_LIMIT:
    case CSTM_ERROR_NOT_FINITE:
        return COUNT_OUT_OF_RANGE;
    default:
        return COUNT_MALFORMED;
    }
}

void
counts_complete(const struct cstm_batch *batch, const struct rejections *rejected,
                const int64_t *errors, int64_t *counts)
{
    const cstm_strategy *strategy = batch->strategy;
    const struct schema *schema = &strategy->schema;
    const struct tally *tally = batch->tally;
    for (size_t i = 0; i < batch->n_sources; i++) {
        const struct source *source = &batch->sources[i];
        int64_t *of = counts + counts_of(schema, source->kind, source->what);
        if (tally != NULL && tally->base[i] < 0)
            continue;
        of[COUNT_ROWS] += source->rows;
        if (source->kind == SOURCE_ENTITIES)
            of[COUNT_TAKEN] += source->rows;
    }
    for (size_t i = 0; i < rejected->n; i++) {
        const struct rejection *item = &rejected->items[i];
        if (item->source == SOURCE_DATES || (tally != NULL && tally->base[item->source] < 0))
            continue;
        const struct source *source = &batch->sources[item->source];
        int64_t *of = counts + counts_of(schema, source->kind, source->what);
        of[COUNT_REJECTED]++;
        of[reason_of(item)]++;
        if (source->kind == SOURCE_ENTITIES && item->field < 0)
            of[COUNT_TAKEN]--;
    }
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->features[i];
        if (feature->source == FEATURE_AGGREGATE)
            counts[counts_of(schema, SOURCE_EVENTS, feature->event) + COUNT_SUMS_OUT_OF_RANGE] +=
                errors[(size_t) i * STATUS_LIMIT + CSTM_ERROR_RANGE];
    }
}

static bool
was_given(const struct cstm_batch *batch, enum source_kind kind, int32_t what)
{
    for (size_t i = 0; i < batch->n_sources; i++)
        if (batch->sources[i].kind == kind && batch->sources[i].what == what &&
            (batch->tally == NULL || batch->tally->base[i] >= 0))
            return true;
    return false;
}

cstm_status
result_report(cstm_result *result, const struct cstm_batch *batch, const int64_t *counts,
              cstm_error **error)
{
    static const char *const sources[] = {"entities", "attributes", "events"};
    static const char *const names[N_COUNTS] = {
        "rows",           "taken",   "later",     "redelivered",   "rejected",
        "unknown_key",    "missing", "malformed", "unknown_value", "out_of_range",
        "duplicate",      "before_opening",       "sums_out_of_range",
        "replaced",       "unmatched"};
    const struct schema *schema = &batch->strategy->schema;
    const int32_t n[] = {schema->n_entities, schema->n_entities, schema->n_events};
    int64_t rows = 0;
    for (int32_t kind = 0; kind < 3; kind++)
        for (int32_t what = 0; what < n[kind]; what++)
            rows += was_given(batch, (enum source_kind) kind, what);
    const char **words =
        memory_new_array((size_t) (schema->n_entities + schema->n_events) + 1, sizeof *words);
    if (words == NULL)
        return error_no_memory(error);
    for (int32_t e = 0; e < schema->n_entities; e++)
        words[e] = schema->entities[e].name;
    for (int32_t k = 0; k < schema->n_events; k++)
        words[schema->n_entities + k] = schema->events[k].name;
    struct builder builder;
    cstm_status status = builder_start(&builder, rows, error);
    if (status != CSTM_OK) {
        memory_free(words);
        return status;
    }
    int64_t *columns[N_COUNTS];
    int32_t *source = builder_codes(&builder, "source", sources, 3, NULL);
    int32_t *name = source == NULL ? NULL
                                   : builder_codes(&builder, "name", words,
                                                   schema->n_entities + schema->n_events, NULL);
    memory_free(words);
    bool done = name != NULL;
    for (int32_t c = 0; done && c < N_COUNTS; c++) {
        columns[c] = builder_int64s(&builder, names[c], NULL);
        done = columns[c] != NULL;
    }
    if (!done)
        return builder_fail(&builder, error);
    int64_t row = 0;
    for (int32_t kind = 0; kind < 3; kind++)
        for (int32_t what = 0; what < n[kind]; what++) {
            if (!was_given(batch, (enum source_kind) kind, what))
                continue;
            source[row] = kind;
            name[row] = kind == SOURCE_EVENTS ? schema->n_entities + what : what;
            const int64_t *of = counts + counts_of(schema, (enum source_kind) kind, what);
            for (int32_t c = 0; c < N_COUNTS; c++)
                columns[c][row] = of[c];
            row++;
        }
    return builder_end(&builder, &result->report, error);
}
