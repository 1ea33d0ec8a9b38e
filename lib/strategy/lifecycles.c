/* Lifecycles: stages in the order in which they are first named (the initial ones first),
 * transitions in the order of the document, which decides. Their rules are compiled when all types
 * are known; equal rules are one condition. A transition whose rule is never true can never fire,
 * and is refused like one from a stage that nothing leads to (lifecycle/machine_check.c). */
#include "strategy/keys.h"

#include <string.h>

#define FOR_LIMIT 3660
#define TRANSITION_LIMIT 1000

static const char *const lifecycle_keys[] = {"for", "purpose", "initial", "transitions"};
static const char *const initial_keys[] = {"stage", "when"};
static const char *const transition_keys[] = {"from", "to", "when", "for", "stay"};

/* The number of a stage, made if it is new; -1: reported. */
static int32_t
read_stage(struct compiler *compiler, struct machine *machine, const struct node *node)
{
    const char *name;
    if (!read_identifier(compiler, node, "a stage", true, &name))
        return -1;
    if (strcmp(name, "previous") == 0) {
        compiler_fault(compiler, CSTM_ERROR_SYNTAX, node,
                       "'previous' is the stage before the current one: only 'to:' can name it");
        return -1;
    }
    for (int32_t i = 0; i < machine->n_stages; i++)
        if (strcmp(machine->stages[i], name) == 0)
            return i;
    if (machine->n_stages == STAGE_LIMIT) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node, "a lifecycle has at most %d stages",
                       STAGE_LIMIT);
        return -1;
    }
    machine->stages[machine->n_stages] = keep_text(name);
    return machine->n_stages++;
}

static const struct node *
read_rule_text(struct compiler *compiler, const struct node *node)
{
    const char *text;
    return node != NULL && read_text(compiler, node, "'when:'", &text) ? node : NULL;
}

static void
add_condition(struct machine_declaration *declaration, const struct node *node, int32_t transition,
              int32_t initial)
{
    struct condition_declaration condition = {
        .node = node, .transition = transition, .initial = initial};
    g_array_append_val(declaration->conditions, condition);
}

static int32_t
item_count(const struct node *node)
{
    int32_t n = 0;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        n++;
    return n;
}

/* A list of stages with rules; the last has none and takes whom no rule took. */
static void
read_initial_list(struct compiler *compiler, struct machine *machine,
                  struct machine_declaration *declaration, const struct node *node)
{
    machine->initial = keep_array((size_t) item_count(node), sizeof *machine->initial);
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        if (!is_mapping(compiler, item, "an initial stage"))
            continue;
        keys_check(compiler, item, "an initial stage", initial_keys, G_N_ELEMENTS(initial_keys));
        const struct node *stage = key_need(compiler, item, "stage", item, "an initial stage");
        const struct node *when = key_find(item, "when");
        struct initial_rule *initial = &machine->initial[machine->n_initial];
        initial->condition = -1;
        initial->stage = stage != NULL ? read_stage(compiler, machine, stage) : -1;
        if (item->next == NULL && when != NULL)
            compiler_fault(
                compiler, CSTM_ERROR_TYPE, when->key,
                "the last initial stage has no 'when:': it is for all that no rule before it took");
        else if (item->next != NULL && when == NULL)
            compiler_fault(compiler, CSTM_ERROR_MISSING, item,
                           "an initial stage that is not the last needs 'when:'; those behind it "
                           "would never be");
        const struct node *rule = read_rule_text(compiler, when);
        if (rule != NULL)
            add_condition(declaration, rule, -1, machine->n_initial);
        machine->n_initial++;
    }
    if (node->first == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, node, "'initial:' is an empty list");
}

static void
read_initial(struct compiler *compiler, struct machine *machine,
             struct machine_declaration *declaration, const struct node *node)
{
    if (node->kind == NODE_SEQUENCE) {
        read_initial_list(compiler, machine, declaration, node);
        return;
    }
    int32_t stage = read_stage(compiler, machine, node);
    machine->initial = keep_array(1, sizeof *machine->initial);
    machine->initial[0] = (struct initial_rule){.condition = -1, .stage = stage};
    machine->n_initial = 1;
}

static void
read_from(struct compiler *compiler, struct machine *machine, struct transition *transition,
          const struct node *node)
{
    bool list = node->kind == NODE_SEQUENCE;
    if (list && node->first == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, node, "'from:' is an empty list");
    for (const struct node *item = list ? node->first : node; item != NULL;
         item = list ? item->next : NULL) {
        int32_t stage = read_stage(compiler, machine, item);
        if (stage < 0)
            continue;
        if ((transition->from[stage >> 6] >> (stage & 63) & 1) != 0)
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, item, "the stage '%s' stands here twice",
                           item->text);
        transition->from[stage >> 6] |= UINT64_C(1) << (stage & 63);
    }
}

static void
read_transition(struct compiler *compiler, struct machine *machine,
                struct machine_declaration *declaration, const struct node *node)
{
    int32_t index = machine->n_transitions;
    struct transition *transition = &machine->transitions[index];
    if (!is_mapping(compiler, node, "a transition"))
        return;
    keys_check(compiler, node, "a transition", transition_keys, G_N_ELEMENTS(transition_keys));
    *transition = (struct transition){.to = STAGE_NONE,
                                      .condition = -1,
                                      .for_days = 1,
                                      .line = node->line,
                                      .column = node->column};
    const struct node *from = key_need(compiler, node, "from", node, "a transition");
    const struct node *to = key_need(compiler, node, "to", node, "a transition");
    const struct node *when = key_need(compiler, node, "when", node, "a transition");
    const struct node *days = key_find(node, "for"), *stay = key_find(node, "stay");
    if (from != NULL)
        read_from(compiler, machine, transition, from);
    if (to != NULL && to->kind == NODE_SCALAR && strcmp(to->text, "previous") == 0)
        transition->to = STAGE_PREVIOUS;
    else if (to != NULL && (transition->to = read_stage(compiler, machine, to)) < 0)
        transition->to = STAGE_NONE;
    if (days != NULL)
        read_days(compiler, days, "'for:'", 1, FOR_LIMIT, &transition->for_days);
    if (stay != NULL)
        read_days(compiler, stay, "'stay:'", 1, FOR_LIMIT, &transition->stay_days);
    const struct node *rule = read_rule_text(compiler, when);
    if (rule != NULL)
        add_condition(declaration, rule, index, -1);
    machine->n_transitions++;
}

static void
read_lifecycle(struct compiler *compiler, const struct node *node)
{
    cstm_strategy *strategy = compiler->strategy;
    struct machine *machine = &strategy->machines[strategy->n_machines];
    struct machine_declaration *declaration = &compiler->machines[strategy->n_machines];
    if (!declare_name(compiler, node->key, "a lifecycle's name") ||
        !is_mapping(compiler, node, "a lifecycle"))
        return;
    keys_check(compiler, node, "a lifecycle", lifecycle_keys, G_N_ELEMENTS(lifecycle_keys));
    *declaration = (struct machine_declaration){
        .node = node,
        .conditions = g_array_new(FALSE, FALSE, sizeof(struct condition_declaration))};
    *machine = (struct machine){.name = keep_text(node->key->text),
                                .entity = declare_owner(compiler, node, "for"),
                                .stages = keep_array(STAGE_LIMIT, sizeof *machine->stages),
                                .stage_slot = -1,
                                .days_slot = -1};
    const struct node *purpose = key_need(compiler, node, "purpose", node->key, "a lifecycle");
    const char *name = purpose != NULL ? purpose_read(compiler, purpose, "'purpose:'") : NULL;
    strategy->machine_purposes[strategy->n_machines++] = name != NULL ? keep_text(name) : NULL;
    const struct node *initial = key_need(compiler, node, "initial", node->key, "a lifecycle");
    const struct node *transitions = key_find(node, "transitions");
    if (initial != NULL)
        read_initial(compiler, machine, declaration, initial);
    if (transitions == NULL || !is_sequence(compiler, transitions, "'transitions:'"))
        return;
    machine->transitions =
        keep_array((size_t) item_count(transitions), sizeof *machine->transitions);
    for (const struct node *item = transitions->first; item != NULL; item = item->next)
        read_transition(compiler, machine, declaration, item);
}

void
lifecycles_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "lifecycles");
    if (node != NULL && !is_mapping(compiler, node, "'lifecycles:'"))
        node = NULL;
    size_t n = node != NULL ? (size_t) item_count(node) : 0;
    compiler->strategy->machines = keep_array(n, sizeof *compiler->strategy->machines);
    compiler->strategy->machine_purposes =
        keep_array(n, sizeof *compiler->strategy->machine_purposes);
    compiler->machines = g_new0(struct machine_declaration, n + 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        read_lifecycle(compiler, item);
}

/* Rules. */

/* 0 or 1 if the rule says the same of everybody, -1 if it depends on something. */
static int
constant_of(const struct rule_program *program)
{
    const int32_t *slots;
    uint8_t value = 0, state = 0;
    if (rule_program_reads(program, &slots) > 0)
        return -1;
    struct rule_column result = {.kind = RULE_BOOL, .as.bools = &value, .states = &state};
    void *scratch = memory_new(rule_scratch_size(program, 1) + 16);
    if (scratch == NULL)
        return -1;
    void *aligned = (void *) (((uintptr_t) scratch + 15) & ~(uintptr_t) 15);
    rule_run(program, NULL, 1, aligned, &result);
    memory_free(scratch);
    return state != 0 ? -1 : value != 0;
}

/* Takes the program; the number of the machine's condition that it is. */
static int32_t
condition_find(struct machine *machine, struct rule_program *program)
{
    struct digest digest = rule_program_digest(program);
    for (int32_t i = 0; i < machine->n_conditions; i++) {
        struct digest other = rule_program_digest(machine->conditions[i]);
        if (memcmp(&digest, &other, sizeof digest) == 0) {
            rule_program_unref(program);
            return i;
        }
    }
    machine->conditions[machine->n_conditions] = program;
    return machine->n_conditions++;
}

static void
compile_condition(struct compiler *compiler, struct machine *machine,
                  const struct condition_declaration *condition, const struct rule_scope *scope,
                  bool *always)
{
    struct rule_program *program = graph_compile(compiler, condition->node, scope, RULE_BOOL,
                                                 &compiler->errors, &compiler->strategy->warnings);
    if (program == NULL)
        return;
    int constant = rule_program_kind(program) == RULE_BOOL ? constant_of(program) : -1;
    if (condition->transition >= 0)
        always[condition->transition] = constant == 1;
    if (constant == 0)
        compiler_fault(compiler, CSTM_ERROR_UNREACHABLE, condition->node,
                       "lifecycle '%s': this rule is never true, so %s", machine->name,
                       condition->transition >= 0 ? "its transition can never fire"
                                                  : "nobody begins in this stage");
    if (constant == 1 && condition->initial >= 0)
        compiler_fault(
            compiler, CSTM_ERROR_UNREACHABLE, condition->node,
            "lifecycle '%s': this rule is always true, so nobody begins in the stages behind it",
            machine->name);
    int32_t index = condition_find(machine, program);
    if (condition->transition >= 0)
        machine->transitions[condition->transition].condition = index;
    else
        machine->initial[condition->initial].condition = index;
}

static bool
has_stage(const uint64_t from[4], int32_t stage)
{
    return (from[stage >> 6] >> (stage & 63) & 1) != 0;
}

/* Whether, in this stage, a transition before the one at `index` fires on every day. */
static bool
is_forestalled(const struct machine *machine, const bool *always, int32_t index, int32_t stage)
{
    const struct transition *late = &machine->transitions[index];
    for (int32_t t = 0; t < index; t++) {
        const struct transition *early = &machine->transitions[t];
        if (always[t] && has_stage(early->from, stage) && early->to >= 0 && early->to != stage &&
            early->for_days <= late->for_days && early->stay_days <= late->stay_days)
            return true;
    }
    return false;
}

/* Transitions behind one whose rule is always true, in all of their stages. */
static void
check_forestalled(struct compiler *compiler, const struct machine *machine, const bool *always)
{
    for (int32_t t = 0; t < machine->n_transitions; t++) {
        const struct transition *transition = &machine->transitions[t];
        bool fires = false, forestalled = false, alike = false;
        for (int32_t stage = 0; stage < machine->n_stages; stage++) {
            if (!has_stage(transition->from, stage) || transition->to == stage)
                continue;
            forestalled |= is_forestalled(machine, always, t, stage);
            fires |= !is_forestalled(machine, always, t, stage);
        }
        for (int32_t early = 0; early < t; early++) /* machine_check() says it of equal rules */
            alike |= machine->transitions[early].condition == transition->condition;
        if (forestalled && !fires && !alike)
            compiler_fault_at(compiler, CSTM_ERROR_UNREACHABLE, transition->line,
                              transition->column,
                              "lifecycle '%s': this transition can never fire: an earlier one, "
                              "whose rule is always true, fires "
                              "before it",
                              machine->name);
    }
}

/* Whether all stages were read: else what can be reached is not known. */
static bool
is_whole(const struct machine *machine)
{
    bool whole = machine->n_initial > 0;
    for (int32_t i = 0; i < machine->n_initial; i++)
        whole &= machine->initial[i].stage >= 0;
    for (int32_t i = 0; i < machine->n_transitions; i++) {
        const uint64_t *from = machine->transitions[i].from;
        whole &= machine->transitions[i].to != STAGE_NONE &&
                 (from[0] | from[1] | from[2] | from[3]) != 0;
    }
    return whole;
}

void
lifecycles_compile(struct compiler *compiler, struct rule_scope *const *scopes)
{
    for (int32_t m = 0; m < compiler->strategy->n_machines; m++) {
        struct machine *machine = &compiler->strategy->machines[m];
        const GArray *conditions = compiler->machines[m].conditions;
        bool *always = g_new0(bool, (gsize) machine->n_transitions + 1);
        machine->conditions = keep_array(conditions->len, sizeof *machine->conditions);
        for (guint c = 0; c < conditions->len && machine->entity >= 0; c++)
            compile_condition(compiler, machine,
                              &g_array_index(conditions, struct condition_declaration, c),
                              scopes[machine->entity], always);
        /* A transition without a rule that compiled shares no condition with another: conditions
         * are told apart below 0. */
        for (int32_t t = 0; t < machine->n_transitions; t++)
            if (machine->transitions[t].condition < 0)
                machine->transitions[t].condition = -2 - t;
        if (is_whole(machine))
            machine_check(machine, compiler->file, &compiler->errors);
        check_forestalled(compiler, machine, always);
        g_free(always);
    }
}
