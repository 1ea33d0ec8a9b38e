/* In which order everything is computed: each thing after what it reads. Things that read each
 * other in a circle have no order; the path is reported, and none of them is compiled. Then slots
 * are numbered for what is read, and steps written down: what an entity reads of the entities above
 * it is repeated on its rows by a step of its own. */
#include "strategy/compile.h"

#include <string.h>

enum mark { UNSEEN, OPEN, DONE };

struct visit {
    int32_t thing;
    guint edge; /* the next to follow */
};

/* a -> b -> a, from the place at which `closing` is written. */
static void
fault_cycle(struct compiler *compiler, const GArray *path, guint from, const struct edge *closing)
{
    GString *text = g_string_new(NULL);
    for (guint i = from; i < path->len; i++) {
        struct thing *thing = graph_thing(compiler, g_array_index(path, struct visit, i).thing);
        g_string_append_printf(text, "%s -> ", thing->name);
        thing->broken = true;
    }
    g_string_append(text, graph_thing(compiler, closing->to)->name);
    compiler_fault_at(compiler, CSTM_ERROR_CYCLE, closing->line, closing->column,
                      "definitions read each other in a circle: %s", text->str);
    g_string_free(text, TRUE);
}

static void
visit_from(struct compiler *compiler, int32_t start, uint8_t *marks)
{
    GArray *path = g_array_new(FALSE, FALSE, sizeof(struct visit));
    struct visit first = {.thing = start};
    g_array_append_val(path, first);
    marks[start] = OPEN;
    while (path->len > 0) {
        struct visit *at = &g_array_index(path, struct visit, path->len - 1);
        const GArray *edges = graph_thing(compiler, at->thing)->edges;
        if (at->edge == edges->len) {
            marks[at->thing] = DONE;
            g_array_append_val(compiler->order, at->thing);
            g_array_set_size(path, path->len - 1);
            continue;
        }
        const struct edge *edge = &g_array_index(edges, struct edge, at->edge++);
        if (marks[edge->to] == UNSEEN) {
            struct visit next = {.thing = edge->to};
            marks[edge->to] = OPEN;
            g_array_append_val(path, next);
        } else if (marks[edge->to] == OPEN) {
            guint from = 0;
            while (g_array_index(path, struct visit, from).thing != edge->to)
                from++;
            fault_cycle(compiler, path, from, edge);
        }
    }
    g_array_free(path, TRUE);
}

void
order_find(struct compiler *compiler)
{
    uint8_t *marks = g_new0(uint8_t, compiler->things->len + 1);
    for (guint i = 0; i < compiler->things->len; i++)
        if (marks[i] == UNSEEN)
            visit_from(compiler, (int32_t) i, marks);
    g_free(marks);
}

/* Slots. */

static char *
slot_name(const struct compiler *compiler, int32_t entity, const struct column *column)
{
    bool builtin =
        column->producer == STEP_ATTRIBUTE && compiler->attribute_nodes[column->index] == NULL;
    if (column->entity == entity || !builtin)
        return keep_text(column->name);
    return g_strdup_printf("%s.%s", compiler->schema->entities[column->entity].name, column->name);
}

void
order_slots(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    int32_t n_columns = (int32_t) compiler->columns->len, n_entities = compiler->schema->n_entities;
    int32_t n = strategy->n_scores;
    for (int32_t i = 0; i < n_entities * n_columns; i++)
        n += compiler->slots[i] >= 0;
    strategy->slots = keep_array((size_t) n, sizeof *strategy->slots);
    for (int32_t e = 0; e < n_entities; e++) {
        for (int32_t c = 0; c < n_columns; c++) {
            if (compiler->slots[e * n_columns + c] < 0)
                continue;
            const struct column *column = graph_column(compiler, c);
            compiler->slots[e * n_columns + c] = strategy->n_slots;
            strategy->slots[strategy->n_slots++] = (struct slot){
                .name = slot_name(compiler, e, column), .entity = e, .kind = column->kind};
        }
    }
    for (int32_t i = 0; i < strategy->n_scores; i++) {
        strategy->scores[i].slot = strategy->n_slots;
        strategy->slots[strategy->n_slots++] =
            (struct slot){.name = keep_text(strategy->scores[i].name),
                          .entity = strategy->scores[i].entity,
                          .kind = RULE_DOUBLE};
    }
    for (int32_t c = 0; c < n_columns; c++) {
        const struct column *column = graph_column(compiler, c);
        int32_t slot = compiler->slots[column->entity * n_columns + c];
        bool days =
            column->producer == STEP_MACHINE && g_str_has_suffix(column->name, ".days_in_stage");
        if (column->producer == STEP_MACHINE)
            *(days ? &strategy->machines[column->index].days_slot
                   : &strategy->machines[column->index].stage_slot) = slot;
        else if (column->producer == STEP_SEGMENT)
            strategy->segments[column->index].slot = slot;
        else if (column->producer != STEP_TODAY && column->producer != STEP_ATTRIBUTE)
            strategy->features[column->index].slot = slot;
    }
}

/* Steps. */

struct step_writer {
    struct compiler *compiler;
    cstm_strategy *strategy;
    int32_t (*sources)[2]; /* per slot: entity and column; -1 of a score */
    bool *written;         /* per slot */
};

static void
write_step(struct step_writer *writer, enum step_kind kind, int32_t entity, int32_t index,
           int32_t slot)
{
    cstm_strategy *strategy = writer->strategy;
    writer->written[slot] = true;
    strategy->steps[strategy->n_steps++] =
        (struct step){.kind = kind, .entity = entity, .index = index, .slot = slot};
}

/* The slot is about to be read: what no thing of the order writes (today, attributes, repeats of
 * ancestors) is written now. */
static void
write_source(struct step_writer *writer, int32_t slot)
{
    if (writer->written[slot])
        return;
    int32_t entity = writer->sources[slot][0], c = writer->sources[slot][1];
    const struct column *column = graph_column(writer->compiler, c);
    int32_t own =
        writer->compiler->slots[column->entity * (int32_t) writer->compiler->columns->len + c];
    if (!writer->written[own] &&
        (column->producer == STEP_TODAY || column->producer == STEP_ATTRIBUTE))
        write_step(writer, column->producer, column->entity, column->index, own);
    if (column->entity != entity)
        write_step(writer, STEP_BROADCAST, entity, own, slot);
}

static void
write_sources(struct step_writer *writer, const struct rule_program *program)
{
    const int32_t *slots;
    int32_t n = program != NULL ? rule_program_reads(program, &slots) : 0;
    for (int32_t i = 0; i < n; i++)
        write_source(writer, slots[i]);
}

static void
write_thing(struct step_writer *writer, const struct thing *thing)
{
    cstm_strategy *strategy = writer->strategy;
    if (thing->kind == THING_FEATURE) {
        const struct feature *feature = &strategy->features[thing->index];
        if (feature->source == FEATURE_CHILDREN && feature->child_slot >= 0)
            write_source(writer, feature->child_slot);
        if (feature->source == FEATURE_CHILDREN)
            write_sources(writer, feature->where_rule);
        write_sources(writer, feature->rule);
        write_step(writer,
                   feature->source == FEATURE_AGGREGATE  ? STEP_AGGREGATE
                   : feature->source == FEATURE_CHILDREN ? STEP_CHILDREN
                                                         : STEP_RULE,
                   feature->entity, thing->index, feature->slot);
    } else if (thing->kind == THING_MACHINE) {
        const struct machine *machine = &strategy->machines[thing->index];
        for (int32_t i = 0; i < machine->n_conditions; i++)
            write_sources(writer, machine->conditions[i]);
        write_step(writer, STEP_MACHINE, machine->entity, thing->index, machine->stage_slot);
        writer->written[machine->days_slot] = true;
    } else if (thing->kind == THING_SEGMENT) {
        const struct segment *segment = &strategy->segments[thing->index];
        write_sources(writer, segment->rule);
        write_step(writer, STEP_SEGMENT, segment->entity, thing->index, segment->slot);
    } else if (thing->kind == THING_SCORE) {
        const struct score *score = &strategy->scores[thing->index];
        for (int32_t i = 0; i < score->n_inputs; i++)
            write_source(writer, score->input_slots[i]);
        write_step(writer, STEP_SCORE, score->entity, thing->index, score->slot);
    }
}

static void
mark_reads(const struct rule_program *program, bool *slots)
{
    const int32_t *reads;
    int32_t n = program != NULL ? rule_program_reads(program, &reads) : 0;
    for (int32_t i = 0; i < n; i++)
        slots[reads[i]] = true;
}

static bool
reads_any(const struct rule_program *program, const bool *slots)
{
    const int32_t *reads;
    int32_t n = program != NULL ? rule_program_reads(program, &reads) : 0;
    for (int32_t i = 0; i < n; i++)
        if (slots[reads[i]])
            return true;
    return false;
}

static const struct feature *
step_feature(const cstm_strategy *strategy, const struct step *step)
{
    bool is_feature =
        step->kind == STEP_AGGREGATE || step->kind == STEP_CHILDREN || step->kind == STEP_RULE;
    return is_feature ? &strategy->features[step->index] : NULL;
}

/* Whether the step's result may change from one day to the next though nothing happened. Of a
 * machine, whether its conditions may: its stage and days always may (a transition a day, `for` and
 * `stay` that run out). */
static bool
step_is_daily(const cstm_strategy *strategy, const struct step *step, const bool *daily)
{
    const struct feature *feature = step_feature(strategy, step);
    bool any = false;
    switch (step->kind) {
    case STEP_TODAY:
        return true;
    case STEP_AGGREGATE:
        return feature_is_daily(feature);
    case STEP_CHILDREN:
        return reads_any(feature->where_rule, daily) ||
               (feature->child_slot >= 0 && daily[feature->child_slot]);
    case STEP_RULE:
        return reads_any(feature->rule, daily);
    case STEP_SEGMENT:
        return reads_any(strategy->segments[step->index].rule, daily);
    case STEP_BROADCAST:
        return daily[step->index];
    case STEP_MACHINE:
        for (int32_t i = 0; i < strategy->machines[step->index].n_conditions; i++)
            any |= reads_any(strategy->machines[step->index].conditions[i], daily);
        return any;
    default:
        return false;
    }
}

static void
find_daily(cstm_strategy *strategy, bool *daily)
{
    for (int32_t i = 0; i < strategy->n_steps; i++) {
        struct step *step = &strategy->steps[i];
        step->daily = step_is_daily(strategy, step, daily);
        daily[step->slot] = step->daily || step->kind == STEP_MACHINE;
        if (step->kind == STEP_MACHINE) {
            strategy->machines[step->index].daily = step->daily;
            daily[strategy->machines[step->index].days_slot] = true;
        } else if (step->kind == STEP_AGGREGATE || step->kind == STEP_CHILDREN ||
                   step->kind == STEP_RULE) {
            strategy->features[step->index].daily = step->daily;
        }
    }
}

/* From the last step to the first: what a machine needs, and what that needs. */
static void
find_history(cstm_strategy *strategy, bool *needed)
{
    for (int32_t i = strategy->n_steps - 1; i >= 0; i--) {
        struct step *step = &strategy->steps[i];
        step->for_history = needed[step->slot] || step->kind == STEP_MACHINE;
        if (!step->for_history)
            continue;
        const struct feature *feature = step_feature(strategy, step);
        if (step->kind == STEP_BROADCAST)
            needed[step->index] = true;
        if (step->kind == STEP_RULE)
            mark_reads(feature->rule, needed);
        if (step->kind == STEP_SEGMENT)
            mark_reads(strategy->segments[step->index].rule, needed);
        if (step->kind == STEP_CHILDREN)
            mark_reads(feature->where_rule, needed);
        if (step->kind == STEP_CHILDREN && feature->child_slot >= 0)
            needed[feature->child_slot] = true;
        for (int32_t c = 0;
             step->kind == STEP_MACHINE && c < strategy->machines[step->index].n_conditions; c++)
            mark_reads(strategy->machines[step->index].conditions[c], needed);
    }
}

void
order_steps(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    size_t n = (size_t) strategy->n_slots + 1;
    int32_t n_columns = (int32_t) compiler->columns->len;
    struct step_writer writer = {.compiler = compiler,
                                 .strategy = strategy,
                                 .written = g_new0(bool, n),
                                 .sources = g_malloc0_n(n, 2 * sizeof(int32_t))};
    bool *flags = g_new0(bool, n);
    for (int32_t e = 0; e < compiler->schema->n_entities; e++) {
        for (int32_t c = 0; c < n_columns; c++) {
            int32_t slot = compiler->slots[e * n_columns + c];
            if (slot < 0)
                continue;
            writer.sources[slot][0] = e;
            writer.sources[slot][1] = c;
        }
    }
    strategy->steps = keep_array(n, sizeof *strategy->steps);
    for (guint i = 0; i < compiler->order->len; i++)
        write_thing(&writer, graph_thing(compiler, g_array_index(compiler->order, int32_t, i)));
    find_daily(strategy, flags);
    memset(flags, 0, n * sizeof *flags);
    find_history(strategy, flags);
    g_free(writer.written);
    g_free(writer.sources);
    g_free(flags);
}
