/* Branch and bound. What is known at any point: for each name, which of its regions are still allowed, and goals, sub-expressions that
 * must have a truth. With each name at its nearest allowed region, either the rule is as wanted, and then nothing nearer is to be found
 * here; or some goal is not met, and that says what must hold besides: all of a conjunction, one of a disjunction, or fewer regions. All
 * further demands make a solution dearer, so whatever is no better than what was found is left. */
#include "rule/nearest.h"

#define BRANCHES 400         /* deep */

struct goal {
    const struct node *node;
    bool want;
};

struct searcher {
    struct solver *solver;
    uint64_t *allowed;           /* of all variables, one after another */
    struct goal *goals;
    size_t n_goals, goals_capacity;
    int32_t *at;                 /* the region of each variable */
    int32_t depth;
    int64_t root_cost;
};

static void descend(struct searcher *searcher);

static int32_t
first_allowed(const uint64_t *words, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (words[i] != 0)
            return i * 64 + __builtin_ctzll(words[i]);
    return -1;
}

static int32_t
count_allowed(const uint64_t *words, int32_t n)
{
    int32_t count = 0;
    for (int32_t i = 0; i < n && count < 2; i++)
        count += __builtin_popcountll(words[i]);
    return count;
}

static uint64_t *
allowed_of(const struct searcher *searcher, const struct variable *variable)
{
    return searcher->allowed + variable->word;
}

/* Puts every name at its nearest allowed region. False: it is no better than what was found, or there is none. */
static bool
place_all(struct searcher *searcher)
{
    struct solver *solver = searcher->solver;
    int32_t count = 0;
    double size = 0;
    for (int32_t i = 0; i < solver->n; i++) {
        struct variable *variable = &solver->variables[i];
        const int32_t region = first_allowed(allowed_of(searcher, variable), variable->n_words);
        if (region < 0)
            return false;
        searcher->at[i] = region;
        count += region > 0;
        size += variable->regions[region].size;
        solver_set(variable, &variable->regions[region].value);
    }
    if (!solver->found || count < solver->count || (count == solver->count && size < solver->size))
        return true;
    if (count > solver->count || size > solver->size)
        return false;
    /* Names that were declared first change rather than those behind them. */
    for (int32_t i = solver->n - 1; i >= 0; i--)
        if (searcher->at[i] != solver->chosen[i])
            return searcher->at[i] < solver->chosen[i];
    return false;
}

static void
take_solution(struct searcher *searcher)
{
    struct solver *solver = searcher->solver;
    if (!solver_verify(solver)) {
        solver->exact_one = solver->exact_all = false;
        return;
    }
    solver->found = true;
    solver->count = 0;
    solver->size = 0;
    for (int32_t i = 0; i < solver->n; i++) {
        solver->chosen[i] = searcher->at[i];
        solver->count += searcher->at[i] > 0;
        solver->size += solver->variables[i].regions[searcher->at[i]].size;
    }
}

static bool
push_goal(struct searcher *searcher, const struct node *node, bool want)
{
    if (!memory_reserve(&searcher->goals, &searcher->goals_capacity, searcher->n_goals + 1, sizeof *searcher->goals)) {
        searcher->solver->failed = true;
        return false;
    }
    searcher->goals[searcher->n_goals++] = (struct goal){node, want};
    return true;
}

static enum truth
truth_of(bool want)
{
    return want ? TRUTH_TRUE : TRUTH_FALSE;
}

/* One way on: with these goals besides, and the regions that there are now. What it did is undone. */
static void
branch(struct searcher *searcher, const struct goal *goals, int32_t n)
{
    struct solver *solver = searcher->solver;
    const size_t n_goals = searcher->n_goals, size = sizeof(uint64_t) * (size_t) solver->n_words;
    if (searcher->depth >= BRANCHES) {
        solver->cut_off = true;
        return;
    }
    uint64_t *kept = memory_copy(searcher->allowed, size);
    if (kept == NULL) {
        solver->failed = true;
        return;
    }
    bool good = true;
    for (int32_t i = 0; i < n && good; i++)
        good = push_goal(searcher, goals[i].node, goals[i].want);
    searcher->depth++;
    if (good)
        descend(searcher);
    searcher->depth--;
    searcher->n_goals = n_goals;
    memcpy(searcher->allowed, kept, size);
    memory_free(kept);
}

static bool
is_over(const struct searcher *searcher)
{
    return searcher->solver->failed || searcher->solver->cut_off;
}

/* Keeps the regions of the one name left in which the atom is as wanted. */
static bool
filter(struct searcher *searcher, int32_t i, struct goal goal)
{
    struct solver *solver = searcher->solver;
    struct variable *variable = &solver->variables[i];
    uint64_t *allowed = allowed_of(searcher, variable);
    bool any = false;
    for (int32_t r = 0; r < variable->n_regions; r++) {
        if ((allowed[r / 64] >> (r % 64) & 1) == 0)
            continue;
        solver_set(variable, &variable->regions[r].value);
        if (solver_truth(solver, goal.node) == truth_of(goal.want))
            any = true;
        else
            allowed[r / 64] &= ~(UINT64_C(1) << (r % 64));
    }
    return any;
}

/* Each region of one name in turn. */
static void
try_each(struct searcher *searcher, int32_t i)
{
    const struct variable *variable = &searcher->solver->variables[i];
    uint64_t *allowed = allowed_of(searcher, variable);
    const size_t size = sizeof *allowed * (size_t) variable->n_words;
    uint64_t *kept = memory_copy(allowed, size);
    searcher->solver->failed |= kept == NULL;
    for (int32_t r = 0; r < variable->n_regions && !is_over(searcher); r++) {
        if ((kept[r / 64] >> (r % 64) & 1) == 0)
            continue;
        memset(allowed, 0, size);
        allowed[r / 64] = UINT64_C(1) << (r % 64);
        branch(searcher, NULL, 0);
    }
    memory_free(kept);
}

/* An atom that is not as wanted: true if that left one way to go on. */
static bool
refine_atom(struct searcher *searcher, struct goal goal)
{
    const struct solver *solver = searcher->solver;
    int32_t open = 0, which = -1;
    for (int32_t i = 0; i < solver->n; i++) {
        const struct variable *variable = &solver->variables[i];
        if (count_allowed(allowed_of(searcher, variable), variable->n_words) < 2 || !reads_variable(goal.node, variable->read->slot))
            continue;
        if (open++ == 0)
            which = i;
    }
    if (open == 0)
        return false;
    if (open == 1)
        return filter(searcher, which, goal);
    try_each(searcher, which);
    return false;
}

/* The same for what is put together of others. */
static bool
refine(struct searcher *searcher, struct goal goal)
{
    struct solver *solver = searcher->solver;
    const struct node *node = goal.node;
    bool equal;
    if (node->constant)
        return false;
    if (!is_structure(node))
        return refine_atom(searcher, goal);
    if (node->kind == NODE_CONDITIONAL) {
        for (int32_t i = 0; i < 2 && !is_over(searcher); i++) {
            const struct goal both[] = {{node->children[0], i == 0}, {node->children[1 + i], goal.want}};
            branch(searcher, both, 2);
        }
        return false;
    }
    if (is_equality(node, &equal)) {
        for (int32_t i = 0; i < 2 && !is_over(searcher); i++) {
            const struct goal both[] = {{node->children[0], i == 0}, {node->children[1], (i == 0) == (equal == goal.want)}};
            branch(searcher, both, 2);
        }
        return false;
    }
    if (node->kind == NODE_CALL)
        return push_goal(searcher, node->children[0], !goal.want);
    if ((node->kind == NODE_AND) == goal.want) {
        for (int32_t i = 0; i < node->n; i++)
            if (solver_truth(solver, node->children[i]) != truth_of(goal.want))
                return push_goal(searcher, node->children[i], goal.want);
        return false;
    }
    for (int32_t i = 0; i < node->n && !is_over(searcher); i++) {
        const struct goal one = {node->children[i], goal.want};
        branch(searcher, &one, 1);
    }
    return false;
}

static void
descend(struct searcher *searcher)
{
    struct solver *solver = searcher->solver;
    while (!is_over(searcher)) {
        if (solver->work <= 0) {
            solver->cut_off = true;
            return;
        }
        if (!place_all(searcher))
            return;
        if (solver_truth(solver, solver->program->root) == truth_of(solver->wanted)) {
            take_solution(searcher);
            return;
        }
        /* The last goal that is not met; the first is the rule itself. */
        size_t i = searcher->n_goals;
        while (i > 1 && solver_truth(solver, searcher->goals[i - 1].node) == truth_of(searcher->goals[i - 1].want))
            i--;
        if (!refine(searcher, searcher->goals[i - 1]))
            return;
    }
}

void
search(struct solver *solver)
{
    struct searcher searcher = {.solver = solver};
    searcher.at = arena_new(&solver->arena, sizeof *searcher.at * (size_t) (solver->n + 1));
    searcher.allowed = arena_new(&solver->arena, sizeof *searcher.allowed * (size_t) (solver->n_words + 1));
    solver->chosen = arena_new(&solver->arena, sizeof *solver->chosen * (size_t) (solver->n + 1));
    if (searcher.at == NULL || searcher.allowed == NULL || solver->chosen == NULL) {
        solver->failed = true;
        return;
    }
    for (int32_t i = 0; i < solver->n; i++) {
        const struct variable *variable = &solver->variables[i];
        for (int32_t r = 0; r < variable->n_regions; r++)
            searcher.allowed[variable->word + r / 64] |= UINT64_C(1) << (r % 64);
    }
    if (push_goal(&searcher, solver->program->root, solver->wanted))
        descend(&searcher);
    memory_free(searcher.goals);
}
