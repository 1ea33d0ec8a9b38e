/* From a row to the changes that give the rule its other value. */
#include "rule/nearest.h"
#include "rule/tree.h"

/* The tree as the search sees it. */

static bool
is_named(const struct node *node, const char *name, int32_t n)
{
    return node->kind == NODE_CALL && node->n == n && node->slot < 0 && node->name.size == strlen(name) &&
           memcmp(node->name.bytes, name, node->name.size) == 0;
}

static bool
all_bool(const struct node *node)
{
    for (int32_t i = 0; i < node->n; i++)
        if (node->children[i]->type != RULE_BOOL)
            return false;
    return true;
}

bool
is_equality(const struct node *node, bool *equal)
{
    *equal = is_named(node, "_==_", 2);
    return (*equal || is_named(node, "_!=_", 2)) && all_bool(node) && node->overload != NULL;
}

bool
is_structure(const struct node *node)
{
    bool equal;
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR:
    case NODE_CONDITIONAL:
        return all_bool(node);
    case NODE_CALL:
        return node->slot < 0 && ((is_named(node, "!_", 1) && all_bool(node)) || is_equality(node, &equal));
    default:
        return false;
    }
}

bool
reads_variable(const struct node *node, int32_t slot)
{
    if (node->constant)
        return false;
    if (node->slot >= 0)
        return node->slot == slot;
    for (int32_t i = 0; i < node->n; i++)
        if (reads_variable(node->children[i], slot))
            return true;
    return false;
}

int32_t
node_count(const struct node *node)
{
    int32_t n = 1;
    for (int32_t i = 0; !node->constant && node->slot < 0 && i < node->n; i++)
        n += node_count(node->children[i]);
    return n;
}

static bool
asks_for(const struct node *node, int32_t slot)
{
    if (node->constant)
        return false;
    if (node->slot >= 0)
        return node->slot == slot && node->has;
    for (int32_t i = 0; i < node->n; i++)
        if (asks_for(node->children[i], slot))
            return true;
    return false;
}

/* Evaluation. */

void
solver_set(struct variable *variable, const struct cell *value)
{
    variable->cell = *value;
}

void
solver_evaluate(struct solver *solver, const struct node *node, struct cell *value)
{
    struct heap heap;
    struct tree_frame frame = {.inputs = solver->columns, .row = 0};
    value->state = CSTM_ERROR_LIMIT;
    if (!tree_start(&heap, solver->memory, HEAP_SIZE, solver->program->n_locals, &frame))
        return;
    tree_evaluate(node, &frame, value);
    solver->work -= node_count(node) + (HEAP_STEPS - heap.steps);
}

enum truth
solver_truth(struct solver *solver, const struct node *node)
{
    struct cell value;
    solver_evaluate(solver, node, &value);
    if (value.state != 0 || value.kind != RULE_BOOL)
        return TRUTH_NONE;
    return value.as.b != 0 ? TRUTH_TRUE : TRUTH_FALSE;
}

bool
solver_verify(struct solver *solver)
{
    uint8_t holds = 0, state = 0;
    struct rule_column result = {.as.bools = &holds, .states = &state};
    rule_run(solver->program, solver->columns, 1, solver->scratch, &result);
    return state == 0 && (holds != 0) == solver->wanted;
}

int32_t
solver_variable(const struct solver *solver, int32_t slot)
{
    for (int32_t i = 0; i < solver->n; i++)
        if (solver->variables[i].read->slot == slot)
            return i;
    return -1;
}

/* Setting up. */

static void
take_value(struct variable *variable, const struct rule_column *input, int32_t row)
{
    const int32_t at = input->constant ? 0 : row, width = kind_width(variable->kind);
    struct cell *now = &variable->now;
    now->kind = (uint8_t) variable->kind;
    now->state = input->states == NULL ? 0 : input->states[at];
    if (now->state == 0)
        memcpy(&now->as, (const char *) input->as.any + (size_t) at * (size_t) width,
               type_is_scalar(variable->kind) ? (size_t) width : sizeof now->as);
    if (now->state == 0 && line_has(variable->kind))
        variable->at = line_place(variable->kind, now);
    variable->cell = *now;
}

static bool
set_up(struct solver *solver, const struct rule_column *inputs, int32_t row)
{
    const struct rule_program *program = solver->program;
    const int32_t n = program->n_reads;
    const size_t n_slots = n == 0 ? 1 : (size_t) program->reads[n - 1].slot + 1;
    solver->variables = arena_new(&solver->arena, sizeof *solver->variables * (size_t) (n + 1));
    solver->columns = arena_new(&solver->arena, sizeof *solver->columns * n_slots);
    solver->memory = arena_new(&solver->arena, HEAP_SIZE);
    solver->scratch = arena_new(&solver->arena, rule_scratch_size(program, 1));
    if (solver->variables == NULL || solver->columns == NULL || solver->memory == NULL || solver->scratch == NULL)
        return false;
    solver->n = n;
    for (int32_t i = 0; i < n; i++) {
        struct variable *variable = &solver->variables[i];
        variable->read = &program->reads[i];
        variable->kind = program->reads[i].kind;
        variable->group = i;
        variable->has = asks_for(program->root, program->reads[i].slot);
        take_value(variable, &inputs[program->reads[i].slot], row);
        solver->columns[program->reads[i].slot] = (struct rule_column){
            .kind = variable->kind, .as.any = &variable->cell.as, .states = &variable->cell.state};
        if (!type_is_scalar(variable->kind))
            solver->columns[program->reads[i].slot].as.cells = &variable->cell;
    }
    solver->work = NEAREST_WORK;
    return true;
}

static void
reset(struct solver *solver)
{
    for (int32_t i = 0; i < solver->n; i++)
        solver_set(&solver->variables[i], &solver->variables[i].now);
}

static void
solve(struct solver *solver)
{
    solver->wanted = solver_truth(solver, solver->program->root) != TRUTH_TRUE;
    regions_find(solver);
    reset(solver);
    for (int32_t i = 0; i < solver->n; i++) {
        struct variable *variable = &solver->variables[i];
        variable->word = solver->n_words;
        variable->n_words = (variable->n_regions + 63) / 64;
        solver->n_words += variable->n_words;
    }
    if (!solver->failed)
        search(solver);
}

static void
solver_clear(struct solver *solver)
{
    for (int32_t i = 0; solver->variables != NULL && i < solver->n; i++) {
        memory_free(solver->variables[i].cuts);
        memory_free(solver->variables[i].texts);
    }
    arena_clear(&solver->arena);
}

/* The answer. */

static bool
take_change(struct solver *solver, int32_t i, const struct cell *chosen, struct nearest_change *change)
{
    const struct rule_program *program = solver->program;
    const struct variable *variable = &solver->variables[i];
    const struct cell *now = &variable->now;
    change->kind = variable->kind;
    change->state = now->state == 0 ? CSTM_STATE_VALUE : now->state == CSTM_ERROR_MISSING ? CSTM_STATE_MISSING : CSTM_STATE_ERROR;
    change->cell = *chosen;
    change->name = memory_copy(variable->read->name, strlen(variable->read->name));
    change->present = now->state == 0 ? print_value(variable->kind, now, program->exponent, program->zone) : memory_copy("", 0);
    change->value = chosen->state == 0 ? print_value(variable->kind, chosen, program->exponent, program->zone) : memory_copy("", 0);
    change->condition = condition_of(solver, i, chosen);
    if (chosen->state == 0 && variable->kind == RULE_STRING) {
        change->bytes = memory_copy(chosen->as.text.bytes, chosen->as.text.size);
        change->cell.as.text.bytes = change->bytes;
        if (change->bytes == NULL)
            return false;
    }
    return change->name != NULL && change->present != NULL && change->value != NULL && change->condition != NULL;
}

static bool
take_changes(struct solver *solver, cstm_nearest *nearest)
{
    nearest->changes = memory_new_array((size_t) solver->count, sizeof *nearest->changes);
    struct cell *chosen = arena_new(&solver->arena, sizeof *chosen * (size_t) (solver->n + 1));
    if (nearest->changes == NULL || chosen == NULL)
        return false;
    for (int32_t i = 0; i < solver->n; i++) {
        chosen[i] = solver->variables[i].regions[solver->chosen[i]].value;
        solver_set(&solver->variables[i], &chosen[i]);
    }
    for (int32_t i = 0; i < solver->n; i++)
        if (solver->chosen[i] > 0 && !take_change(solver, i, &chosen[i], &nearest->changes[nearest->n++]))
            return false;
    return true;
}

cstm_status
nearest_of(const struct rule_program *program, const struct rule_column *inputs, int32_t row, cstm_nearest **nearest, cstm_error **error)
{
    if (rule_program_kind(program) != RULE_BOOL)
        return error_set(error, CSTM_ERROR_TYPE, "the rule is %s; only one that is true or false can be changed to the other",
                         rule_kind_name(rule_program_kind(program)));
    struct solver solver = {.program = program};
    cstm_nearest *made = memory_new(sizeof *made);
    bool good = made != NULL && set_up(&solver, inputs, row);
    if (good) {
        made->handle.tag = HANDLE_NEAREST;
        made->transition = -1;
        solve(&solver);
        made->wanted = solver.wanted;
        made->possible = solver.found;
        const bool exact = solver.found && solver.count == 1 ? solver.exact_one : solver.exact_all;
        made->exact = exact && !solver.cut_off;
        good = !solver.failed && (!solver.found || take_changes(&solver, made)) && !solver.failed;
    }
    solver_clear(&solver);
    if (good) {
        *nearest = made;
        return CSTM_OK;
    }
    if (made != NULL)
        made->handle.tag = HANDLE_NEAREST;
    cstm_nearest_free(made);
    return error_no_memory(error);
}
