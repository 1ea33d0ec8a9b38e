/* The end of a run: the tables in their order of columns, with keys before and texts and reasons
 * among the rest; what was rejected, in the order of tables and rows; how much could not be
 * computed. */
#include "profile/result.h"

#include <stdlib.h>
#include <string.h>

/* --- tables of entities --- */

/* A column of the rows given (NULL: as they are). */
static bool
put_rows(struct builder *builder, const struct table_column *column, const int32_t *rows)
{
    int64_t n = builder->rows;
    if (column->type == CSTM_TYPE_INT) {
        int64_t *keys = builder_int64s(builder, column->name, NULL);
        for (int64_t i = 0; keys != NULL && i < n; i++)
            keys[i] = column->as.int64s[rows == NULL ? i : rows[i]];
        return keys != NULL;
    }
    size_t size = 0, length;
    for (int64_t i = 0; i < n; i++) {
        (void) column_text(column, rows == NULL ? i : rows[i], &length);
        size += length;
    }
    int64_t *offsets = memory_new_array((size_t) n + 1, sizeof *offsets);
    char *bytes = memory_new(size + 1);
    for (int64_t i = 0; offsets != NULL && bytes != NULL && i < n; i++) {
        const char *text = column_text(column, rows == NULL ? i : rows[i], &length);
        memcpy(bytes + offsets[i], text, length);
        offsets[i + 1] = offsets[i] + (int64_t) length;
    }
    if (offsets != NULL && bytes != NULL &&
        builder_texts(builder, column->name, offsets, bytes, NULL))
        return true;
    memory_free(offsets);
    memory_free(bytes);
    return false;
}

/* A column of the rows that became instances. */
static bool
put_keys(struct builder *builder, const struct members *members, const struct table_column *column,
         bool plain)
{
    return members->rows == NULL && !plain ? builder_share(builder, column->name, column)
                                           : put_rows(builder, column, members->rows);
}

static bool
put_texts(struct builder *builder, const struct output *output)
{
    const struct rule_text *texts = output->values;
    size_t rows = (size_t) builder->rows, size = 0;
    for (size_t r = 0; r < rows; r++)
        size += texts[r].size;
    int64_t *offsets = memory_new_array(rows + 1, sizeof *offsets);
    char *bytes = memory_new(size + 1);
    for (size_t r = 0; offsets != NULL && bytes != NULL && r < rows; r++) {
        if (texts[r].size > 0)
            memcpy(bytes + offsets[r], texts[r].bytes, texts[r].size);
        offsets[r + 1] = offsets[r] + (int64_t) texts[r].size;
    }
    if (offsets != NULL && bytes != NULL &&
        builder_texts(builder, output->name, offsets, bytes, output->valid))
        return true;
    memory_free(offsets);
    memory_free(bytes);
    return false;
}

static bool
put_reasons(struct builder *builder, const struct output *output, const cstm_scorer *scorer)
{
    size_t rows = (size_t) builder->rows, width = (size_t) scorer->max_reasons;
    int64_t n = 0, *offsets;
    uint8_t *valid;
    for (size_t i = 0; i < rows * width; i++)
        n += output->reasons[i] >= 0;
    int32_t *codes =
        builder_code_lists(builder, output->more_names[0], (const char *const *) scorer->reasons,
                           scorer->n_reasons, n, &offsets, &valid);
    if (codes == NULL)
        return false;
    int64_t at = 0;
    for (size_t r = 0; r < rows; r++) {
        for (size_t i = 0; i < width && output->reasons[r * width + i] >= 0; i++)
            codes[at++] = output->reasons[r * width + i];
        offsets[r + 1] = at;
        valid[r] = output->valid[r];
    }
    return true;
}

static bool
put_shared(struct builder *builder, const cstm_table *table, const char *name)
{
    const struct table_column *column = table_find(table, name);
    return column != NULL && builder_share(builder, name, column);
}

static bool
put_output(struct builder *builder, const struct cstm_batch *batch, const cstm_table *table,
           const struct output *output)
{
    const cstm_strategy *strategy = batch->strategy;
    if (output->what == OUTPUT_FEATURE && strategy->features[output->index].kind == RULE_STRING)
        return put_texts(builder, output);
    if (output->what == OUTPUT_SCORE)
        return put_shared(builder, table, output->name) &&
               put_reasons(builder, output, strategy->scores[output->index].scorer);
    if (output->what == OUTPUT_MACHINE)
        return put_shared(builder, table, output->more_names[3]) &&
               put_shared(builder, table, output->more_names[0]) &&
               put_shared(builder, table, output->more_names[1]) &&
               put_shared(builder, table, output->more_names[2]);
    return put_shared(builder, table, output->name);
}

/* The keys of every pair's rows, and its date. */
static bool
put_dated_keys(struct builder *builder, const struct writer *writer, int32_t entity)
{
    const struct members *members = &writer->portfolio->members[entity];
    const struct source *source = members->source;
    const struct dates *dates = writer->dates;
    int32_t *rows = memory_new_array((size_t) builder->rows, sizeof *rows), at = 0;
    for (int32_t p = 0; rows != NULL && p < dates->n; p++) {
        int32_t until = members_before(members, dates->customer[p] + 1);
        for (int32_t place = members_before(members, dates->customer[p]); place < until; place++)
            rows[at++] = (int32_t) member_row(members, member_at(members, place));
    }
    bool done = rows != NULL && put_rows(builder, &source->key, rows) &&
                (source->parent.name == NULL || put_rows(builder, &source->parent, rows));
    memory_free(rows);
    int64_t *instants = done ? builder_instants(builder, DATES_AS_OF, NULL) : NULL;
    for (int32_t p = 0; instants != NULL && p < dates->n; p++) {
        int32_t until = p + 1 < dates->n ? dates_first(dates, entity, p + 1) : at;
        for (int32_t row = dates_first(dates, entity, p); row < until; row++)
            instants[row] = dates->as_of[p];
    }
    return instants != NULL;
}

static cstm_status
finish_entity(struct writer *writer, int32_t entity, cstm_error **error)
{
    struct entity_writer *from = &writer->entities[entity];
    const struct members *members = &writer->portfolio->members[entity];
    const struct source *source = members->source;
    struct builder builder;
    cstm_table *fixed = NULL;
    cstm_status status = builder_start(
        &builder, writer->dates == NULL ? members->n : dates_rows(writer->dates, entity), error);
    if (status != CSTM_OK)
        return status;
    bool plain = writer->batch->plain_keys;
    /* The validity of reasons is read from the score's, which builder_end() may let go. */
    bool done = writer->dates != NULL
                    ? put_dated_keys(&builder, writer, entity)
                    : put_keys(&builder, members, &source->key, plain) &&
                          (source->parent.name == NULL ||
                           put_keys(&builder, members, &source->parent, plain));
    for (int32_t i = 0; done && i < from->n_outputs; i++)
        done = put_output(&builder, writer->batch, from->builder.table, &from->outputs[i]);
    if (!done)
        return builder_fail(&builder, error);
    status = builder_end(&builder, &writer->result->tables[entity], error);
    from->started = false;
    if (status == CSTM_OK)
        status = builder_end(&from->builder, &fixed, error);
    else
        builder_drop(&from->builder);
    cstm_table_free(fixed);
    return status;
}

cstm_status
writer_finish(struct writer *writer, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (int32_t e = 0; status == CSTM_OK && e < writer->batch->strategy->schema.n_entities; e++)
        if (writer->portfolio->members[e].source != NULL)
            status = finish_entity(writer, e, error);
    return status;
}

/* --- errors --- */

static const char *
item_name(const cstm_strategy *strategy, int32_t item)
{
    if (item < strategy->n_features)
        return strategy->features[item].name;
    item -= strategy->n_features;
    if (item < strategy->n_machines)
        return strategy->machines[item].name;
    item -= strategy->n_machines;
    return item < strategy->n_scores ? strategy->scores[item].name
                                     : strategy->segments[item - strategy->n_scores].name;
}

/* Its place in the words of the column `part`. */
static int32_t
item_part(const cstm_strategy *strategy, int32_t item)
{
    const int32_t counts[3] = {strategy->n_features, strategy->n_machines, strategy->n_scores};
    int32_t part = 0;
    for (; part < 3 && item >= counts[part]; part++)
        item -= counts[part];
    return part;
}

cstm_status
result_errors(cstm_result *result, const int64_t *errors, cstm_error **error)
{
    static const char *const parts[] = {"feature", "lifecycle", "score", "segment"};
    const cstm_strategy *strategy = result->strategy;
    int32_t items = writer_items(strategy), rows = 0, row = 0;
    for (int32_t i = 0; i < items * STATUS_LIMIT; i++)
        rows += errors[i] > 0;
    const char **names = memory_new_array((size_t) items + 1, sizeof *names);
    if (names == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < items; i++)
        names[i] = item_name(strategy, i);
    struct builder builder;
    cstm_status status = builder_start(&builder, rows, error);
    if (status != CSTM_OK) {
        memory_free(names);
        return status;
    }
    int32_t *part = builder_codes(&builder, "part", parts, 4, NULL);
    int32_t *name = part == NULL ? NULL : builder_codes(&builder, "name", names, items, NULL);
    int64_t *code = name == NULL ? NULL : builder_int64s(&builder, "status", NULL);
    int64_t *count = code == NULL ? NULL : builder_int64s(&builder, "count", NULL);
    memory_free(names);
    if (count == NULL)
        return builder_fail(&builder, error);
    for (int32_t i = 0; i < items * STATUS_LIMIT; i++) {
        if (errors[i] == 0)
            continue;
        int32_t item = i / STATUS_LIMIT;
        part[row] = item_part(strategy, item);
        name[row] = item;
        code[row] = i % STATUS_LIMIT;
        count[row++] = errors[i];
    }
    return builder_end(&builder, &result->errors, error);
}

/* --- rejected rows --- */

static int
compare_rejections(const void *a, const void *b)
{
    const struct rejection *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->field > y->field) - (x->field < y->field);
}

void
rejections_sort(struct rejections *list)
{
    if (list->n > 1)
        qsort(list->items, list->n, sizeof *list->items, compare_rejections);
}

/* What is wrong with a cell; never what stands in it. */
static const struct fault {
    int32_t field;      /* 0: any other */
    cstm_status status; /* 0: any other */
    const char *what;
} faults[] = {
    {FIELD_KEY, CSTM_ERROR_MISSING, "the key is missing"},
    {FIELD_KEY, CSTM_ERROR_UNKNOWN, "nothing has this key"},
    {FIELD_KEY, CSTM_ERROR_DUPLICATE, "an earlier row has this key"},
    {FIELD_KEY, CSTM_ERROR_LIMIT, "the key is empty or longer than 65,535 bytes"},
    {FIELD_KEY, CSTM_ERROR_SYNTAX, "the key holds a NUL byte"},
    {FIELD_PARENT, CSTM_ERROR_MISSING, "the key of what it belongs to is missing"},
    {FIELD_PARENT, CSTM_ERROR_UNKNOWN, "nothing has the key of what it belongs to"},
    {FIELD_TIME, CSTM_ERROR_MISSING, "the time is missing"},
    {FIELD_TIME, CSTM_ERROR_SYNTAX, "the text is no time"},
    {FIELD_ID, CSTM_ERROR_LIMIT, "the id is longer than 65,535 bytes"},
    {FIELD_ID, CSTM_ERROR_SYNTAX, "the id holds a NUL byte"},
    {FIELD_DELIVERY, CSTM_ERROR_RANGE, "the number of the delivery is negative"},
    {FIELD_COMPUTED, CSTM_ERROR_UNKNOWN, "its rule gives none of the values that the strategy declares"},
    {FIELD_COMPUTED, 0, "its rule ends in an error"},
    {0, CSTM_ERROR_SYNTAX, "the text does not read as a value of the type"},
    {0, CSTM_ERROR_RANGE, "outside the type's range, or not exact in it"},
    {0, CSTM_ERROR_UNKNOWN, "none of the values that the strategy declares"},
    {0, CSTM_ERROR_NOT_FINITE, "infinite or not a number"},
    {0, 0, "not a value of the type"},
};
#define N_FAULTS ((int32_t) (sizeof faults / sizeof *faults))

static int32_t
fault_of(const struct rejection *rejection)
{
    int32_t field = rejection->field < FIELD_COMPUTED ? FIELD_COMPUTED : rejection->field;
    for (int32_t i = 0; i < N_FAULTS - 1; i++)
        if ((faults[i].field == field || faults[i].field == 0) &&
            (faults[i].status == rejection->status ||
             (faults[i].status == 0 && faults[i].field == field)))
            return i;
    return N_FAULTS - 1;
}

static const char *
field_name(const struct cstm_batch *batch, const struct rejection *rejection)
{
    int32_t field = rejection->field;
    if (rejection->source == SOURCE_DATES)
        return field == FIELD_KEY ? batch->strategy->schema.entities[0].name : DATES_AS_OF;
    const struct source *source = &batch->sources[rejection->source];
    if (field == FIELD_KEY)
        return source->key.name;
    if (field == FIELD_PARENT)
        return source->parent.name;
    if (field == FIELD_TIME)
        return source->time.column.name;
    if (field <= FIELD_COMPUTED)
        return batch->strategy->schema.events[source->what].fields[FIELD_COMPUTED - field].name;
    if (field == FIELD_DELIVERY)
        return source->delivery.column.name;
    return field == FIELD_ID ? source->id.column.name : source->bindings[field].column.name;
}

/* Names of entities, then of event kinds, then of the table of dates. */
static const char **
source_names(const struct schema *schema)
{
    const char **names =
        memory_new_array((size_t) (schema->n_entities + schema->n_events) + 1, sizeof *names);
    for (int32_t e = 0; names != NULL && e < schema->n_entities; e++)
        names[e] = schema->entities[e].name;
    for (int32_t k = 0; names != NULL && k < schema->n_events; k++)
        names[schema->n_entities + k] = schema->events[k].name;
    if (names != NULL)
        names[schema->n_entities + schema->n_events] = DATES_NAME;
    return names;
}

static bool
put_fields(struct builder *builder, const struct cstm_batch *batch, const struct rejections *list)
{
    size_t size = 0;
    for (size_t i = 0; i < list->n; i++)
        size += strlen(field_name(batch, &list->items[i]));
    int64_t *offsets = memory_new_array(list->n + 1, sizeof *offsets);
    char *bytes = memory_new(size + 1);
    for (size_t i = 0; offsets != NULL && bytes != NULL && i < list->n; i++) {
        const char *name = field_name(batch, &list->items[i]);
        size_t length = strlen(name);
        memcpy(bytes + offsets[i], name, length);
        offsets[i + 1] = offsets[i] + (int64_t) length;
    }
    if (offsets != NULL && bytes != NULL && builder_texts(builder, "field", offsets, bytes, NULL))
        return true;
    memory_free(offsets);
    memory_free(bytes);
    return false;
}

cstm_status
result_rejected(cstm_result *result, const struct cstm_batch *batch, struct rejections *list,
                cstm_error **error)
{
    const struct schema *schema = &batch->strategy->schema;
    const char *reasons[N_FAULTS];
    for (int32_t i = 0; i < N_FAULTS; i++)
        reasons[i] = faults[i].what;
    rejections_sort(list);
    const char **names = source_names(schema);
    if (names == NULL)
        return error_no_memory(error);
    struct builder builder;
    cstm_status status = builder_start(&builder, (int64_t) list->n, error);
    if (status != CSTM_OK) {
        memory_free(names);
        return status;
    }
    int32_t *source =
        builder_codes(&builder, "source", names, schema->n_entities + schema->n_events + 1, NULL);
    int64_t *table = source == NULL ? NULL : builder_int64s(&builder, "table", NULL);
    int64_t *row = table == NULL ? NULL : builder_int64s(&builder, "row", NULL);
    bool fields = row != NULL && put_fields(&builder, batch, list);
    int64_t *code = fields ? builder_int64s(&builder, "status", NULL) : NULL;
    int32_t *reason =
        code == NULL ? NULL : builder_codes(&builder, "reason", reasons, N_FAULTS, NULL);
    memory_free(names);
    if (reason == NULL)
        return builder_fail(&builder, error);
    for (size_t i = 0; i < list->n; i++) {
        const struct rejection *item = &list->items[i];
        const struct source *of =
            item->source == SOURCE_DATES ? NULL : &batch->sources[item->source];
        source[i] = of == NULL                ? schema->n_entities + schema->n_events
                    : of->kind == SOURCE_EVENTS ? schema->n_entities + of->what
                                                : of->what;
        table[i] = of == NULL ? 0 : of->number;
        row[i] = item->row;
        code[i] = item->status;
        reason[i] = fault_of(item);
    }
    return builder_end(&builder, &result->rejected, error);
}
