/* What a strategy means, as bytes, and the digest of them. Comments, spacing and the order of keys
 * do not show; the order of transitions, of initial rules and of a card's characteristics does,
 * because it decides results. Everything is named, never numbered, so that adding an attribute
 * changes no other digest.
 *
 * A feature's digest is that of its definition with all that it reads, down to attributes: what is
 * stored under it may be used exactly as long as it would be computed the same way. Its own name is
 * no part of it; a lifecycle's is, because its state is looked up by it. */
#include "strategy/keys.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

/* Texts behind their length and numbers in decimal: no two meanings have the same bytes. */
static void
put(GString *bytes, const char *text)
{
    g_string_append_printf(bytes, "%zu:", strlen(text));
    g_string_append(bytes, text);
}

static void
put_number(GString *bytes, int64_t number)
{
    g_string_append_printf(bytes, "%" G_GINT64_FORMAT ";", number);
}

static void
put_digest(GString *bytes, struct digest digest)
{
    g_string_append_len(bytes, (const char *) digest.bytes, sizeof digest.bytes);
}

static struct digest
take(GString *bytes)
{
    struct digest digest = digest_of(bytes->str, bytes->len);
    g_string_free(bytes, TRUE);
    return digest;
}

static void
put_type(GString *bytes, const struct schema *schema, cstm_type type)
{
    put(bytes, type_name(type));
    if (type == CSTM_TYPE_MONEY)
        put(bytes, schema->currency);
}

/* The meaning of a column that something reads. */
static void
put_column(GString *bytes, const struct compiler *compiler, int32_t index)
{
    const struct column *column = graph_column(compiler, index);
    const cstm_strategy *strategy = compiler->strategy;
    put(bytes, compiler->schema->entities[column->entity].name);
    put(bytes, column->name);
    if (column->producer == STEP_MACHINE)
        put_digest(bytes, strategy->machines[column->index].digest);
    else if (column->producer == STEP_SEGMENT)
        put_digest(bytes, strategy->segments[column->index].digest);
    else if (column->producer == STEP_ATTRIBUTE)
        put_type(bytes, compiler->schema, compiler->schema->attributes[column->index].type);
    else if (column->producer != STEP_TODAY)
        put_digest(bytes, strategy->features[column->index].digest);
}

/* A rule over the columns of an entity, with all that it reads: by name, because slots are numbers.
 */
static void
put_rule(GString *bytes, const struct compiler *compiler, int32_t entity,
         const struct rule_program *program)
{
    const int32_t *slots;
    int32_t n = rule_program_reads(program, &slots), n_columns = (int32_t) compiler->columns->len;
    put_digest(bytes, rule_program_digest(program));
    GPtrArray *parts = g_ptr_array_new();
    for (int32_t c = 0; c < n_columns; c++) {
        int32_t slot = compiler->slots[entity * n_columns + c];
        bool read = false;
        for (int32_t i = 0; i < n; i++)
            read |= slot >= 0 && slots[i] == slot;
        if (read)
            g_ptr_array_add(parts, GINT_TO_POINTER(c));
    }
    for (guint done = 0; done < parts->len; done++) { /* by name; a rule reads few */
        guint least = done;
        for (guint i = done + 1; i < parts->len; i++)
            if (strcmp(graph_column(compiler, GPOINTER_TO_INT(parts->pdata[i]))->name,
                       graph_column(compiler, GPOINTER_TO_INT(parts->pdata[least]))->name) < 0)
                least = i;
        gpointer swap = parts->pdata[done];
        parts->pdata[done] = parts->pdata[least];
        parts->pdata[least] = swap;
        put_column(bytes, compiler, GPOINTER_TO_INT(parts->pdata[done]));
    }
    put_number(bytes, parts->len);
    g_ptr_array_free(parts, TRUE);
}

/* By what a field is computed; nothing of one that is given. */
static void
put_definition(GString *bytes, const struct event_field *field)
{
    if (field_is_defined(field))
        put_digest(bytes, field->definition);
}

/* A rule over an event: its fields, and its own instant and day, which are always of one kind. */
static void
put_where(GString *bytes, const struct event_kind *kind, const struct rule_program *program)
{
    const int32_t *fields;
    int32_t n = rule_program_reads(program, &fields);
    put_digest(bytes, rule_program_digest(program));
    for (int32_t f = 0; f < kind->n_fields; f++)
        for (int32_t i = 0; i < n; i++)
            if (fields[i] == f) {
                put_number(bytes, 1 + (int64_t) kind->fields[f].type);
                put_definition(bytes, &kind->fields[f]);
            }
}

/* Which events it is of, by the value itself. */
static void
put_by(GString *bytes, const struct event_field *field, int32_t value)
{
    put(bytes, "by");
    put(bytes, field->name);
    put_number(bytes, field->type);
    put_definition(bytes, field);
    if (field->ranged)
        put_number(bytes, field->low + value);
    else
        put(bytes, field->values[value]);
}

static void
put_near(GString *bytes, const struct schema *schema, const struct event_kind *kind,
         const struct near *near)
{
    const int32_t homes[] = {near->home_latitude, near->home_longitude};
    int64_t km;
    memcpy(&km, &near->km, sizeof km);
    put(bytes, kind->fields[near->latitude].name);
    put(bytes, kind->fields[near->longitude].name);
    for (int32_t i = 0; i < 2; i++) {
        put(bytes, schema->entities[schema->attributes[homes[i]].entity].name);
        put(bytes, schema->attributes[homes[i]].name);
    }
    put_number(bytes, km);
}

static struct digest
feature_digest(const struct compiler *compiler, int32_t index)
{
    const struct feature *feature = &compiler->strategy->features[index];
    const struct schema *schema = compiler->schema;
    GString *bytes = g_string_new(NULL);
    put(bytes, "feature");
    put(bytes, schema->entities[feature->entity].name);
    put_number(bytes, feature->source);
    if (feature->source == FEATURE_RULE) {
        put_rule(bytes, compiler, feature->entity, feature->rule);
        return take(bytes);
    }
    put_number(bytes, feature->operator);
    if (feature->source == FEATURE_CHILDREN) {
        put(bytes, schema->entities[feature->child].name);
        if (schema->entities[feature->child].keep_closed > 0)
            put_number(bytes, schema->entities[feature->child].keep_closed);
        put_number(bytes, compiler->features[index].child_column >= 0);
        if (compiler->features[index].child_column >= 0)
            put_column(bytes, compiler, compiler->features[index].child_column);
        put_number(bytes, feature->where_rule != NULL);
        if (feature->where_rule != NULL)
            put_rule(bytes, compiler, feature->child, feature->where_rule);
        return take(bytes);
    }
    const struct event_kind *kind = &schema->events[feature->event];
    put(bytes, zone_name(schema->zone));
    put(bytes, kind->name);
    put(bytes, schema->entities[kind->entity].name);
    put(bytes, feature->field >= 0 ? kind->fields[feature->field].name : "");
    put_type(bytes, schema,
             feature->field >= 0 ? kind->fields[feature->field].type : CSTM_TYPE_NONE);
    if (feature->field >= 0)
        put_definition(bytes, &kind->fields[feature->field]);
    put_number(bytes, feature->window.unit);
    put_number(bytes, feature->window.n);
    if (feature->ahead > 0)
        put(bytes, "ahead");
    if (feature->window.before > 0) { /* no unit has this number */
        put_number(bytes, -(int64_t) feature->window.before_in);
        put_number(bytes, feature->window.before);
    }
    if (feature->window.unit == WINDOW_CYCLES) {
        const struct attribute *cycle = &schema->attributes[feature->cycle];
        put(bytes, "cycle");
        put(bytes, schema->entities[cycle->entity].name);
        put(bytes, cycle->name);
    }
    if (feature->operator>= FEATURE_NEAR_COUNT)
        put_near(bytes, schema, kind, &feature->near);
    if (feature->by)
        put_by(bytes, &kind->fields[feature->by_field], feature->by_value);
    put_number(bytes, feature->where_rule != NULL);
    if (feature->where_rule != NULL)
        put_where(bytes, kind, feature->where_rule);
    if (feature->operator> FEATURE_RECENCY) {
        put_number(bytes, feature->parameter);
        put_number(bytes, feature->of_rule != NULL);
        if (feature->of_rule != NULL)
            put_where(bytes, kind, feature->of_rule);
    }
    return take(bytes);
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static void
sort_texts(void *texts, size_t n)
{
    if (n > 1)
        qsort(texts, n, sizeof(char *), compare_texts);
}

static void
put_stages(GString *bytes, const struct machine *machine, const uint64_t from[4])
{
    GPtrArray *names = g_ptr_array_new();
    for (int32_t s = 0; s < machine->n_stages; s++)
        if ((from[s >> 6] >> (s & 63) & 1) != 0)
            g_ptr_array_add(names, machine->stages[s]);
    sort_texts(names->pdata, names->len);
    put_number(bytes, names->len);
    for (guint i = 0; i < names->len; i++)
        put(bytes, names->pdata[i]);
    g_ptr_array_free(names, TRUE);
}

static struct digest
machine_digest(const struct compiler *compiler, const struct machine *machine)
{
    GString *bytes = g_string_new(NULL);
    put(bytes, "lifecycle");
    put(bytes, machine->name);
    put(bytes, compiler->schema->entities[machine->entity].name);
    put(bytes, zone_name(compiler->schema->zone));
    put_number(bytes, machine->n_initial);
    for (int32_t i = 0; i < machine->n_initial; i++) {
        put(bytes, machine->stages[machine->initial[i].stage]);
        if (machine->initial[i].condition >= 0)
            put_rule(bytes, compiler, machine->entity,
                     machine->conditions[machine->initial[i].condition]);
    }
    put_number(bytes, machine->n_transitions);
    for (int32_t i = 0; i < machine->n_transitions; i++) {
        const struct transition *transition = &machine->transitions[i];
        put_stages(bytes, machine, transition->from);
        put(bytes, transition->to == STAGE_PREVIOUS ? "" : machine->stages[transition->to]);
        put_number(bytes, transition->for_days);
        put_number(bytes, transition->stay_days);
        put_rule(bytes, compiler, machine->entity, machine->conditions[transition->condition]);
    }
    return take(bytes);
}

static struct digest
segment_digest(const struct compiler *compiler, const struct segment *segment)
{
    GString *bytes = g_string_new(NULL);
    put(bytes, "segment");
    put(bytes, compiler->schema->entities[segment->entity].name);
    put_rule(bytes, compiler, segment->entity, segment->rule);
    return take(bytes);
}

void
digest_features(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    for (guint i = 0; i < compiler->order->len; i++) {
        const struct thing *thing =
            graph_thing(compiler, g_array_index(compiler->order, int32_t, i));
        if (thing->kind == THING_FEATURE)
            strategy->features[thing->index].digest = feature_digest(compiler, thing->index);
        else if (thing->kind == THING_MACHINE)
            strategy->machines[thing->index].digest =
                machine_digest(compiler, &strategy->machines[thing->index]);
        else if (thing->kind == THING_SEGMENT)
            strategy->segments[thing->index].digest =
                segment_digest(compiler, &strategy->segments[thing->index]);
    }
}

/* The whole. Each declaration is a text of its own; they are sorted, so that their order in the
 * document does not show. */

static void
put_allowance(GString *bytes, const struct allowance *allowance)
{
    put_number(bytes, allowance->sensitivity);
    put_number(bytes, allowance->limited);
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; allowance->purposes != NULL && i < allowance->purposes->len; i++)
        g_ptr_array_add(names, allowance->purposes->pdata[i]);
    sort_texts(names->pdata, names->len);
    for (guint i = 0; i < names->len; i++)
        put(bytes, names->pdata[i]);
    g_ptr_array_free(names, TRUE);
}

static void
put_values(GString *bytes, char *const *values, int32_t n)
{
    char **sorted = g_new(char *, (gsize) n + 1);
    for (int32_t i = 0; i < n; i++)
        sorted[i] = values[i];
    sort_texts(sorted, (size_t) n);
    put_number(bytes, n);
    for (int32_t i = 0; i < n; i++)
        put(bytes, sorted[i]);
    g_free(sorted);
}

static void
put_hex(GString *bytes, struct digest digest)
{
    char text[65];
    digest_text(&digest, text);
    put(bytes, text);
}

static char *
entity_text(const struct compiler *compiler, int32_t index)
{
    const struct entity *entity = &compiler->schema->entities[index];
    GString *bytes = g_string_new("entity ");
    put(bytes, entity->name);
    put(bytes, entity->parent >= 0 ? compiler->schema->entities[entity->parent].name : "");
    if (entity->keep_closed > 0)
        put_number(bytes, entity->keep_closed);
    return g_string_free(bytes, FALSE);
}

static char *
attribute_text(const struct compiler *compiler, int32_t index)
{
    const struct attribute *attribute = &compiler->schema->attributes[index];
    GString *bytes = g_string_new("attribute ");
    put(bytes, attribute->name);
    put(bytes, compiler->schema->entities[attribute->entity].name);
    put_type(bytes, compiler->schema, attribute->type);
    put_values(bytes, attribute->values, attribute->n_values);
    put_allowance(bytes, &compiler->attribute_allowances[index]);
    return g_string_free(bytes, FALSE);
}

static char *
event_text(const struct compiler *compiler, int32_t index)
{
    const struct event_kind *kind = &compiler->schema->events[index];
    GString *bytes = g_string_new("event ");
    put(bytes, kind->name);
    put(bytes, compiler->schema->entities[kind->entity].name);
    put_number(bytes, kind->opens);
    put_number(bytes, kind->closes);
    put_number(bytes, kind->observed_from);
    for (int32_t m = 0; m < kind->n_members; m++)
        put(bytes, compiler->schema->events[kind->members[m]].name);
    if (kind->amends.amends) {
        const struct event_kind *amended = &compiler->schema->events[kind->amends.event];
        put(bytes, kind->amends.reduced < 0 ? "cancels" : "reduces");
        put(bytes, amended->name);
        put(bytes, kind->amends.reduced < 0 ? "" : amended->fields[kind->amends.reduced].name);
        put(bytes, kind->amends.by < 0 ? "" : kind->fields[kind->amends.by].name);
        put(bytes, kind->fields[kind->amends.reference].name);
        put_number(bytes, kind->amends.within);
    }
    if (kind->sourced) {
        put(bytes, "source");
        put(bytes, compiler->schema->sources[kind->source]);
        put(bytes, kind->accounting < 0 ? "" : kind->fields[kind->accounting].name);
    }
    GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
    for (int32_t f = 0; f < kind->n_fields; f++) {
        GString *field = g_string_new(NULL);
        put(field, kind->fields[f].name);
        put_type(field, compiler->schema, kind->fields[f].type);
        put_values(field, kind->fields[f].values,
                   kind->fields[f].values != NULL ? kind->fields[f].n_values : 0);
        if (kind->fields[f].ranged) {
            put(field, "range");
            put_number(field, kind->fields[f].low);
            put_number(field, kind->fields[f].n_values);
        }
        if (field_is_defined(&kind->fields[f]))
            put_hex(field, kind->fields[f].definition);
        put_allowance(field, &compiler->field_allowances[index][f]);
        g_ptr_array_add(fields, g_string_free(field, FALSE));
    }
    sort_texts(fields->pdata, fields->len);
    for (guint f = 0; f < fields->len; f++)
        put(bytes, fields->pdata[f]);
    g_ptr_array_free(fields, TRUE);
    return g_string_free(bytes, FALSE);
}

static char *
score_text(const struct compiler *compiler, int32_t index)
{
    const struct score *score = &compiler->strategy->scores[index];
    GString *bytes = g_string_new("score "), *inputs = g_string_new(NULL);
    put(bytes, score->name);
    put(bytes, compiler->schema->entities[score->entity].name);
    put(bytes, score->purpose);
    put_hex(bytes, score->scorer->digest);
    for (int32_t i = 0; i < score->n_inputs; i++) {
        const char *name = cstm_scorer_input_name(score->scorer, i);
        put_column(inputs, compiler, graph_find(compiler, score->entity, name, strlen(name)));
    }
    put_hex(bytes, take(inputs));
    return g_string_free(bytes, FALSE);
}

static char *
named_digest(const char *what, const char *name, const char *purpose, struct digest digest)
{
    GString *bytes = g_string_new(what);
    put(bytes, name);
    put(bytes, purpose);
    put_hex(bytes, digest);
    return g_string_free(bytes, FALSE);
}

/* Calendars, rates and quantile tables with all that they say. Rules hold them by name alone, as they do the zone: a further year of a
 * calendar, or a further day's table, leaves what is stored of features and lifecycles as good as it was. */
static void
add_frozen(struct compiler *compiler, GPtrArray *parts)
{
    const cstm_strategy *strategy = compiler->strategy;
    struct digest digest = {0};
    bool good = true;
    if (strategy->calendar != NULL) {
        good &= calendar_digest(strategy->calendar, &digest);
        g_ptr_array_add(parts, named_digest("calendar ", calendar_name(strategy->calendar), "", digest));
    }
    if (strategy->rates != NULL) {
        good &= rates_digest(strategy->rates, &digest);
        g_ptr_array_add(parts, named_digest("rates ", rates_name(strategy->rates), "", digest));
    }
    for (int32_t i = 0; i < strategy->n_quantiles; i++) {
        good &= quantiles_digest(strategy->quantiles[i], &digest);
        g_ptr_array_add(parts, named_digest("quantiles ", quantiles_name(strategy->quantiles[i]), "", digest));
    }
    for (int32_t i = 0; i < strategy->n_mappings; i++) {
        good &= mapping_digest(strategy->mappings[i], &digest);
        g_ptr_array_add(parts, named_digest("mapping ", mapping_name(strategy->mappings[i]), "", digest));
    }
    if (!good)
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
}

void
digest_strategy(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    const struct schema *schema = compiler->schema;
    struct cstm_buffer zone = {0};
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    for (int32_t i = 0; i < schema->n_entities; i++)
        g_ptr_array_add(parts, entity_text(compiler, i));
    for (int32_t i = 0; i < schema->n_attributes; i++)
        g_ptr_array_add(parts, attribute_text(compiler, i));
    for (int32_t i = 0; i < schema->n_events; i++)
        g_ptr_array_add(parts, event_text(compiler, i));
    for (int32_t i = 0; i < strategy->n_features; i++)
        g_ptr_array_add(parts, named_digest("feature ", strategy->features[i].name, "",
                                            strategy->features[i].digest));
    for (int32_t i = 0; i < strategy->n_machines; i++)
        g_ptr_array_add(parts,
                        named_digest("lifecycle ", strategy->machines[i].name,
                                     strategy->machine_purposes[i], strategy->machines[i].digest));
    for (int32_t i = 0; i < strategy->n_scores; i++)
        g_ptr_array_add(parts, score_text(compiler, i));
    for (int32_t i = 0; i < strategy->n_segments; i++)
        g_ptr_array_add(parts,
                        named_digest("segment ", strategy->segments[i].name,
                                     strategy->segments[i].purpose, strategy->segments[i].digest));
    add_frozen(compiler, parts);
    for (guint i = 0; i < compiler->purposes->len; i++)
        g_ptr_array_add(parts, g_strconcat("purpose ", compiler->purposes->pdata[i], NULL));
    sort_texts(parts->pdata, parts->len);

    GString *bytes = g_string_new("libcustomer strategy, format 1\n");
    put(bytes, strategy->name);
    put(bytes, strategy->version);
    put(bytes, schema->currency);
    put_number(bytes, schema->late_days);
    put(bytes, zone_name(schema->zone));
    if (!zone_write(schema->zone, &zone))
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
    put_number(bytes, (int64_t) zone.size);
    if (zone.size > 0)
        g_string_append_len(bytes, (const char *) zone.data, (gssize) zone.size);
    for (guint i = 0; i < parts->len; i++)
        put(bytes, parts->pdata[i]);
    strategy->digest = take(bytes);
    digest_text(&strategy->digest, strategy->digest_text);
    buffer_clear(&zone);
    g_ptr_array_free(parts, TRUE);
}
