/* Where an atom changes along the line of one name, all other names being as they are.
 *
 * Of a comparison whose one side is a monotone expression of the name, such as `2.0 * double(x) >= y`, the kernels themselves are asked,
 * by bisection: where the side begins and ends to have a value, and where it comes to be the other side and to be more. That is exact,
 * whatever is rounded on the way. Anything else is looked at from place to place, and between two that differ: that finds changes,
 * but perhaps not all. */
#include "rule/nearest_cuts.h"

#include "base/exact.h"

#include <stdlib.h>

static bool
is_called(const struct node *node, const char *name)
{
    const struct rule_text text = node->name;
    return node->kind == NODE_CALL && text.size == strlen(name) && memcmp(text.bytes, name, text.size) == 0;
}

bool
cut_at(struct solver *solver, struct variable *variable, int64_t place)
{
    if (place <= line_first(variable->kind) || place > line_last(variable->kind))
        return true;
    if (variable->n_cuts > 0 && variable->cuts[variable->n_cuts - 1] == place)
        return true;
    if (variable->n_cuts == NEAREST_CUTS) {
        cuts_sort(variable);
        if (variable->n_cuts == NEAREST_CUTS)
            return false;
    }
    if (!memory_reserve(&variable->cuts, &variable->cuts_capacity, variable->n_cuts + 1, sizeof *variable->cuts)) {
        solver->failed = true;
        return false;
    }
    variable->cuts[variable->n_cuts++] = place;
    return true;
}

bool
cut_out(struct solver *solver, struct variable *variable, int64_t place)
{
    return cut_at(solver, variable, place) && (place == INT64_MAX || cut_at(solver, variable, place + 1));
}

static int
place_order(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

void
cuts_sort(struct variable *variable)
{
    size_t n = 0;
    if (variable->n_cuts > 0)
        qsort(variable->cuts, variable->n_cuts, sizeof *variable->cuts, place_order);
    for (size_t i = 0; i < variable->n_cuts; i++)
        if (n == 0 || variable->cuts[n - 1] != variable->cuts[i])
            variable->cuts[n++] = variable->cuts[i];
    variable->n_cuts = n;
}

/* Monotone expressions. */

enum path { PATH_OTHER, PATH_MONOTONE, PATH_DEAD /* it has no value, whatever the name is */ };

/* A name that divides does so below zero, and above it, each for itself: `split`.
 *
 * Functions that never fall, or never rise, in an operand while the others stay. Instants become days in a zone that may go back over
 * midnight: these are not among them. */
static bool
keeps_order(const struct node *node, int32_t operand)
{
    static const struct {
        const char *name;
        bool first_only;
    } functions[] = {
        {"_+_", false}, {"_-_", false}, {"_*_", false}, {"_/_", true}, {"-_", true}, {"double", true}, {"int", true}, {"uint", true},
        {"money", true}, {"date", true}, {"timestamp", true}, {"add_days", false}, {"add_months", true}, {"start_of_month", true},
        {"end_of_month", true}, {"year_of", true}, {"getFullYear", true}, {"days_between", false}, {"months_between", false},
        {"age_on", false}, {"math.greatest", false}, {"math.least", false}, {"math.ceil", true}, {"math.floor", true},
        {"math.round", true}, {"math.trunc", true}, {"bucket", true},
    };
    const enum rule_kind kind = node->children[operand]->type;
    if (node->overload == NULL || !(line_has(kind) || kind == RULE_UINT || kind == RULE_DURATION))
        return false;
    if (kind == RULE_BOOL || (kind == RULE_TIMESTAMP && node->overload->binding == BIND_ZONE))
        return false;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (is_called(node, functions[i].name))
            return operand == 0 || !functions[i].first_only;
    return false;
}

/* A factor or divisor of zero, or one that is infinite, makes NaN of some. */
static bool
is_plain_number(const struct cell *value)
{
    return value->kind != RULE_DOUBLE || (value->as.d != 0 && __builtin_fabs(value->as.d) <= __DBL_MAX__);
}

static enum path path_of_call(struct solver *solver, const struct node *node, int32_t slot);

static enum path
path_of(struct solver *solver, const struct node *node, int32_t slot)
{
    if (node->slot >= 0)
        return node->slot == slot && !node->has ? PATH_MONOTONE : PATH_OTHER;
    if (node->kind == NODE_CALL)
        return path_of_call(solver, node, slot);
    if (node->kind != NODE_CONDITIONAL || reads_variable(node->children[0], slot))
        return PATH_OTHER;
    const enum truth condition = solver_truth(solver, node->children[0]);
    if (condition == TRUTH_NONE)
        return PATH_DEAD;
    const struct node *branch = node->children[condition == TRUTH_TRUE ? 1 : 2];
    return reads_variable(branch, slot) ? path_of(solver, branch, slot) : PATH_MONOTONE;
}

static enum path
path_of_call(struct solver *solver, const struct node *node, int32_t slot)
{
    int32_t reading = -1;
    for (int32_t i = 0; i < node->n; i++) {
        if (node->children[i]->type == RULE_LIST || !reads_variable(node->children[i], slot))
            continue;
        if (reading >= 0)
            return PATH_OTHER;
        reading = i;
    }
    if (reading < 0)
        return PATH_OTHER;
    const struct node *operand = node->children[reading];
    const bool divides = reading == 1 && operand->slot >= 0 && !operand->has && is_called(node, "_/_");
    if (!divides && !keeps_order(node, reading))
        return PATH_OTHER;
    solver->split |= divides;
    for (int32_t i = 0; i < node->n; i++) {
        struct cell other;
        if (i == reading || node->children[i]->type == RULE_LIST)
            continue;
        solver_evaluate(solver, node->children[i], &other);
        if (other.state != 0)
            return PATH_DEAD;
        if (!is_plain_number(&other) && !(is_called(node, "_+_") || is_called(node, "_-_")))
            return PATH_OTHER;
        if (other.kind == RULE_DOUBLE && !(__builtin_fabs(other.as.d) <= __DBL_MAX__))
            return PATH_OTHER;
    }
    return path_of(solver, operand, slot);
}

/* How the side stands to the other value where the name is at a place: -1, 0, 1; UNDEFINED where it has no value. */
#define UNDEFINED 9

struct side {
    struct solver *solver;
    struct variable *variable;
    const struct node *node;
    struct cell other;
    int64_t first, last;         /* where it is looked at */
};

static int32_t
stands_at(const struct side *side, int64_t place)
{
    struct cell at = line_value(side->variable->kind, place), value;
    solver_set(side->variable, &at);
    solver_evaluate(side->solver, side->node, &value);
    if (value.state != 0)
        return UNDEFINED;
    const int32_t order = value_compare(&value, &side->other);
    return order == 2 || order == 3 ? UNDEFINED : order;
}

static inline int64_t
middle_of(int64_t a, int64_t b)
{
    return (int64_t) (((wide) a + b) >> 1);
}

/* It stands as `is` at `from` and otherwise at `to`, and changes once: the nearest place to `from` at which it is otherwise. */
static int64_t
change_between(const struct side *side, int64_t from, int64_t to, int32_t is)
{
    while (true) {
        const int64_t middle = middle_of(from, to);
        if (middle == from || middle == to)
            return to;
        if (stands_at(side, middle) == is)
            from = middle;
        else
            to = middle;
    }
}

/* The nearest place to `from`, which has a value, towards `to`, that has one and stands before one that has none. */
static int64_t
end_of_defined(const struct side *side, int64_t from, int64_t to)
{
    if (stands_at(side, to) != UNDEFINED)
        return to;
    while (true) {
        const int64_t middle = middle_of(from, to);
        if (middle == from || middle == to) {
            if (from == to || stands_at(side, middle) == UNDEFINED)
                return from;
            return middle;
        }
        if (stands_at(side, middle) == UNDEFINED)
            to = middle;
        else
            from = middle;
    }
}

static bool
find_defined(const struct side *side, int64_t *place)
{
    const int64_t first = side->first, last = side->last;
    int64_t probes[2 * 63 + 4];
    int32_t n = 0;
    probes[n++] = side->variable->at;
    probes[n++] = 0;
    for (int32_t i = 0; i < 63; i++) {
        probes[n++] = INT64_C(1) << i;
        probes[n++] = -(INT64_C(1) << i);
    }
    probes[n++] = first;
    probes[n++] = last;
    for (int32_t i = 0; i < n; i++) {
        *place = probes[i];
        if (*place >= first && *place <= last && stands_at(side, *place) != UNDEFINED)
            return true;
    }
    return false;
}

static bool
cut_order(const struct side *side)
{
    struct solver *solver = side->solver;
    struct variable *variable = side->variable;
    int64_t inside;
    if (!find_defined(side, &inside))
        return false;
    const int64_t low = end_of_defined(side, inside, side->first), high = end_of_defined(side, inside, side->last);
    bool whole = cut_at(solver, variable, low) && (high == INT64_MAX || cut_at(solver, variable, high + 1));
    const int32_t at_low = stands_at(side, low), at_high = stands_at(side, high);
    if (at_low == at_high)
        return whole;
    const int64_t second = change_between(side, low, high, at_low);
    whole &= cut_at(solver, variable, second);
    const int32_t at_second = stands_at(side, second);
    if (at_second != at_high)
        whole &= cut_at(solver, variable, change_between(side, second, high, at_second));
    return whole;
}

/* A place of a value of another kind is found by bisection, of the same kind it is known. */
static bool
cut_side(struct side *side)
{
    const enum rule_kind kind = side->variable->kind;
    side->first = line_first(kind);
    side->last = line_last(kind);
    if (side->solver->split && side->first < 0 && side->last > 0) {
        side->last = -1;
        const bool below = cut_order(side);
        side->first = 1;
        side->last = line_last(kind);
        return cut_out(side->solver, side->variable, 0) && cut_order(side) && below;
    }
    const bool is_name = side->node->slot >= 0;
    if (is_name && side->other.kind == (uint8_t) kind && !(kind == RULE_DOUBLE && !(__builtin_fabs(side->other.as.d) <= __DBL_MAX__)))
        return cut_out(side->solver, side->variable, line_place(kind, &side->other));
    return cut_order(side);
}

static bool
is_comparison(const struct node *node)
{
    const struct rule_text name = node->name;
    return node->kind == NODE_CALL && node->n == 2 && name.size >= 3 && name.bytes[0] == '_' &&
           (name.bytes[1] == '<' || name.bytes[1] == '>' || memcmp(name.bytes, "_==", 3) == 0 || memcmp(name.bytes, "_!=", 3) == 0);
}

static bool
is_set(const struct node *node)
{
    return is_called(node, "@in") && node->overload != NULL && node->overload->binding == BIND_SET;
}

/* *known: it is an atom of these. False: there may be more cuts. */
static bool
cut_known(struct solver *solver, const struct node *atom, struct variable *variable, bool *known)
{
    const int32_t slot = variable->read->slot;
    struct side side = {.solver = solver, .variable = variable};
    *known = solver->split = false;
    if (is_set(atom)) {
        side.node = atom->children[0];
        const enum path path = path_of(solver, side.node, slot);
        *known = path != PATH_OTHER;
        const struct node *list = atom->children[1];
        bool whole = true;
        for (int32_t i = 0; path == PATH_MONOTONE && whole && i < list->n; i++) {
            side.other = list->children[i]->value;
            side.other.kind = (uint8_t) list->children[i]->type;
            if (side.other.kind == RULE_DOUBLE && side.other.as.d != side.other.as.d)
                continue;
            if (side.other.kind != RULE_NULL)
                whole = cut_side(&side);
        }
        return whole;
    }
    if (!is_comparison(atom) || reads_variable(atom->children[0], slot) == reads_variable(atom->children[1], slot))
        return false;
    const int32_t mine = reads_variable(atom->children[0], slot) ? 0 : 1;
    side.node = atom->children[mine];
    const enum path path = path_of(solver, side.node, slot);
    *known = path != PATH_OTHER;
    if (path != PATH_MONOTONE)
        return path == PATH_DEAD;
    solver_evaluate(solver, atom->children[1 - mine], &side.other);
    if (side.other.state != 0 || (side.other.kind == RULE_DOUBLE && side.other.as.d != side.other.as.d))
        return true;              /* it has no value, or is never true, whatever the name is */
    return cut_side(&side);
}

/* Anything else. */

static enum truth
truth_at(struct solver *solver, const struct node *atom, struct variable *variable, int64_t place)
{
    struct cell at = line_value(variable->kind, place);
    solver_set(variable, &at);
    return solver_truth(solver, atom);
}

static void
scan(struct solver *solver, const struct node *atom, struct variable *variable)
{
    const int64_t first = line_first(variable->kind), last = line_last(variable->kind);
    int64_t probes[4 * 63 + 8];
    int32_t n = 0, kept = 0;
    probes[n++] = first;
    probes[n++] = last;
    probes[n++] = 0;
    probes[n++] = variable->at;
    for (int32_t i = 0; i < 63; i++) {
        int64_t power = INT64_C(1) << i, near;
        if (variable->kind == RULE_DOUBLE) {
            const struct cell value = {.as.d = (double) power * 0x1p-20};
            power = line_place(RULE_DOUBLE, &value);
        }
        probes[n++] = power;
        probes[n++] = -power;
        if (!__builtin_add_overflow(variable->at, INT64_C(1) << i, &near))
            probes[n++] = near;
        if (!__builtin_sub_overflow(variable->at, INT64_C(1) << i, &near))
            probes[n++] = near;
    }
    qsort(probes, (size_t) n, sizeof *probes, place_order);
    for (int32_t i = 0; i < n; i++)
        if (probes[i] >= first && probes[i] <= last && (kept == 0 || probes[i] != probes[kept - 1]))
            probes[kept++] = probes[i];
    enum truth before = truth_at(solver, atom, variable, probes[0]);
    for (int32_t i = 1; i < kept && solver->work > 0; i++) {
        const enum truth here = truth_at(solver, atom, variable, probes[i]);
        int64_t low = probes[i - 1], high = probes[i];
        while (here != before && middle_of(low, high) != low) {
            const int64_t middle = middle_of(low, high);
            if (truth_at(solver, atom, variable, middle) == before)
                low = middle;
            else
                high = middle;
        }
        if (here != before)
            cut_at(solver, variable, high);
        before = here;
    }
}

/* What is written in it is worth a look. */
static void
cut_constants(struct solver *solver, const struct node *node, struct variable *variable)
{
    if (node->constant && node->type == variable->kind &&
        !(node->type == RULE_DOUBLE && !(__builtin_fabs(node->value.as.d) <= __DBL_MAX__)))
        cut_out(solver, variable, line_place(variable->kind, &node->value));
    for (int32_t i = 0; !node->constant && i < node->n; i++)
        cut_constants(solver, node->children[i], variable);
}

bool
cuts_of_atom(struct solver *solver, const struct node *atom, struct variable *variable)
{
    if (variable->kind == RULE_BOOL)
        return cut_at(solver, variable, 1);
    if (atom->slot >= 0)
        return true;              /* has(x) */
    const struct cell kept = variable->cell;
    bool known;
    const bool whole = cut_known(solver, atom, variable, &known);
    if (!known) {
        scan(solver, atom, variable);
        cut_constants(solver, atom, variable);
    }
    solver_set(variable, &kept);
    return known && whole;
}
