/* The regions of every name: stretches of its line between the cuts of all atoms; of texts, those that the rule mentions, and some that
 * it does not. Names that are compared with one another are cut at each other's places, too, and at as many places beside them as there
 * are names: of an order among so many, no other places are needed. */
#include "rule/nearest_cuts.h"

#include <stdlib.h>

#define GROUP_PLACES 512      /* of names compared with one another */
#define TEXTS 256             /* of a name */
#define SWEEP 16              /* regions of another name, over which an atom of both is looked at */

/* Texts. */

static bool
add_text(struct solver *solver, struct variable *variable, const char *bytes, size_t size)
{
    const struct rule_text text = {bytes, size};
    for (size_t i = 0; i < variable->n_texts; i++)
        if (same_texts(variable->texts[i], text))
            return true;
    if (variable->n_texts == TEXTS)
        return false;
    if (!memory_reserve(&variable->texts, &variable->texts_capacity, variable->n_texts + 1, sizeof *variable->texts)) {
        solver->failed = true;
        return false;
    }
    variable->texts[variable->n_texts++] = text;
    return true;
}

static bool
add_joined(struct solver *solver, struct variable *variable, struct rule_text a, struct rule_text b)
{
    char *bytes = arena_new(&solver->arena, a.size + b.size + 1);
    if (bytes == NULL) {
        solver->failed = true;
        return false;
    }
    if (a.size > 0)
        memcpy(bytes, a.bytes, a.size);
    if (b.size > 0)
        memcpy(bytes + a.size, b.bytes, b.size);
    return add_text(solver, variable, bytes, a.size + b.size);
}

/* Every constant text that stands in an atom. */
static bool
mention(struct solver *solver, const struct node *node, struct variable *variable)
{
    bool all = true;
    if (node->constant)
        return node->type != RULE_STRING || add_text(solver, variable, node->value.as.text.bytes, node->value.as.text.size);
    for (int32_t i = 0; i < node->n && all; i++)
        all = mention(solver, node->children[i], variable);
    return all;
}

/* Equality with a text, or a set of them, or one's being there: no other text than those mentioned is told from the rest. */
static bool
tells_mentioned_only(const struct node *atom, int32_t slot)
{
    if (atom->slot >= 0)
        return true;
    if (atom->kind != NODE_CALL || atom->n != 2 || atom->name.size < 3)
        return false;
    const bool equal = memcmp(atom->name.bytes, "_==", 3) == 0 || memcmp(atom->name.bytes, "_!=", 3) == 0;
    const bool member = memcmp(atom->name.bytes, "@in", 3) == 0 && atom->overload != NULL && atom->overload->binding == BIND_SET;
    if (atom->children[0]->slot == slot && !atom->children[0]->has)
        return member || (equal && !reads_variable(atom->children[1], slot));
    return equal && atom->children[1]->slot == slot && !reads_variable(atom->children[0], slot);
}

static bool
is_text_order(const struct node *atom, int32_t slot)
{
    return atom->kind == NODE_CALL && atom->n == 2 && atom->name.size >= 3 && atom->name.bytes[0] == '_' &&
           (atom->name.bytes[1] == '<' || atom->name.bytes[1] == '>') &&
           ((atom->children[0]->slot == slot && !reads_variable(atom->children[1], slot)) ||
            (atom->children[1]->slot == slot && !reads_variable(atom->children[0], slot)));
}

static int
text_order(const void *a, const void *b)
{
    return order_texts(*(const struct rule_text *) a, *(const struct rule_text *) b);
}

/* Texts that nothing mentions: a plain one, and one between any two mentioned and behind the last. */
static bool
add_others(struct solver *solver, struct variable *variable, int32_t how_many)
{
    static const struct rule_text others[] = {{"other", 5}, {"another", 7}, {"else", 4}, {"", 0}};
    static const struct rule_text tails[] = {{" ", 1}, {"\x01", 1}, {"  ", 2}, {"\x01\x01", 2}};
    const size_t n = variable->n_texts;
    struct rule_text *sorted = arena_new(&solver->arena, sizeof *sorted * (n + 1));
    if (sorted == NULL) {
        solver->failed = true;
        return false;
    }
    memcpy(sorted, variable->texts, sizeof *sorted * n);
    qsort(sorted, n, sizeof *sorted, text_order);
    bool all = true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        all &= add_text(solver, variable, others[i].bytes, others[i].size);
    for (size_t i = 0; i < n && all; i++) {
        int32_t made = 0;
        for (size_t k = 0; k < sizeof tails / sizeof tails[0] && made < how_many; k++) {
            const size_t before = variable->n_texts;
            if (!add_joined(solver, variable, sorted[i], tails[k]))
                return false;
            const bool fits = i + 1 == n || order_texts(variable->texts[variable->n_texts - 1], sorted[i + 1]) < 0;
            if (variable->n_texts > before && fits)
                made++;
        }
    }
    return all;
}

/* What else may make startsWith() and the like true. */
static bool
add_pieces(struct solver *solver, struct variable *variable)
{
    const size_t n = variable->n_texts;
    const struct rule_text now = variable->now.state == 0 ? variable->now.as.text : (struct rule_text){"", 0};
    bool all = true;
    for (size_t i = 0; i < n && i < 16 && all; i++) {
        all = add_joined(solver, variable, variable->texts[i], now) && add_joined(solver, variable, now, variable->texts[i]);
        for (size_t k = 0; k < n && k < 8 && all; k++)
            all = i == k || add_joined(solver, variable, variable->texts[i], variable->texts[k]);
    }
    return all;
}

/* Ordered regions. */

static void
measure(const struct solver *solver, const struct variable *variable, struct region *region)
{
    static const int64_t tens[] = {1, 10, 100, 1000, 10000};
    const int32_t exponent = solver->program->exponent;
    double unit = 1, old = 0;
    const int64_t place = line_place(variable->kind, &region->value);
    region->exact_far = place > variable->at ? (uint64_t) place - (uint64_t) variable->at : (uint64_t) variable->at - (uint64_t) place;
    if (variable->kind == RULE_DOUBLE) {
        const struct cell now = line_value(RULE_DOUBLE, variable->at);
        region->far = __builtin_fabs(region->value.as.d - now.as.d);
        old = __builtin_fabs(now.as.d);
    } else {
        region->far = (double) region->exact_far;
        old = variable->at < 0 ? -(double) variable->at : (double) variable->at;
        if (variable->kind == RULE_MONEY && exponent >= 0 && exponent <= 4)
            unit = (double) tens[exponent];
    }
    if (variable->kind == RULE_DATE || variable->kind == RULE_TIMESTAMP)
        old = variable->kind == RULE_DATE ? 365 : 365 * (double) CIVIL_MICROS_PER_DAY;
    if (old < unit)
        old = unit;
    region->size = !(region->far <= __DBL_MAX__) ? 1 : region->far / (region->far + old);
    if (variable->now.state != 0 || variable->kind == RULE_BOOL)
        region->size = 1;
}

static int
region_order(const void *a, const void *b)
{
    const struct region *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    if (x->far != y->far)
        return x->far < y->far ? -1 : 1;
    if (x->exact_far != y->exact_far)
        return x->exact_far < y->exact_far ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static void
put(struct variable *variable, struct region region)
{
    variable->regions[variable->n_regions++] = region;
}

static struct region
missing_region(double size)
{
    return (struct region){.value = {.state = CSTM_ERROR_MISSING}, .size = size, .first = 1, .last = 0};
}

static bool
make_room(struct solver *solver, struct variable *variable, size_t n)
{
    variable->n_regions = 0;
    variable->regions = arena_new(&solver->arena, sizeof *variable->regions * n);
    solver->failed |= variable->regions == NULL;
    return variable->regions != NULL;
}

static void
lay_out_line(struct solver *solver, struct variable *variable)
{
    cuts_sort(variable);
    if (!make_room(solver, variable, variable->n_cuts + 4))
        return;
    if (variable->now.state != 0)
        put(variable, (struct region){.value = variable->now, .first = 1, .last = 0});
    const int32_t begin = variable->n_regions;
    int64_t first = line_first(variable->kind);
    for (size_t i = 0; i <= variable->n_cuts; i++) {
        const int64_t last = i == variable->n_cuts ? line_last(variable->kind) : variable->cuts[i] - 1;
        struct region region = {.first = first, .last = last};
        const bool holds = first <= variable->at && variable->at <= last;
        region.value = line_value(variable->kind, holds ? variable->at : last < variable->at ? last : first);
        measure(solver, variable, &region);
        if (holds && variable->now.state == 0) {
            region.value = variable->now;
            region.size = 0;
        }
        put(variable, region);
        first = last < INT64_MAX ? last + 1 : last;
    }
    if (variable->n_regions > begin)
        qsort(variable->regions + begin, (size_t) (variable->n_regions - begin), sizeof *variable->regions, region_order);
    if (variable->has && variable->now.state == 0)
        put(variable, missing_region(2));
}

static void
lay_out_texts(struct solver *solver, struct variable *variable)
{
    if (!make_room(solver, variable, variable->n_texts + 4))
        return;
    put(variable, (struct region){.value = variable->now});
    for (size_t i = 0; i < variable->n_texts; i++) {
        const struct rule_text text = variable->texts[i];
        if (variable->now.state == 0 && same_texts(text, variable->now.as.text))
            continue;
        put(variable, (struct region){.value = cell_of_text(text.bytes, text.size), .size = 1, .exact_far = i});
    }
    if (variable->has && variable->now.state == 0)
        put(variable, missing_region(2));
}

/* All atoms. */

typedef void (*atom_visit)(struct solver *solver, const struct node *atom, void *context);

static void
each_atom(struct solver *solver, const struct node *node, atom_visit visit, void *context)
{
    if (node->constant)
        return;
    if (!is_structure(node)) {
        visit(solver, node, context);
        return;
    }
    for (int32_t i = 0; i < node->n; i++)
        each_atom(solver, node->children[i], visit, context);
}

static int32_t
variables_of(const struct solver *solver, const struct node *atom, int32_t *which, int32_t most)
{
    int32_t n = 0;
    for (int32_t i = 0; i < solver->n && n < most; i++)
        if (reads_variable(atom, solver->variables[i].read->slot))
            which[n++] = i;
    return n;
}

/* x < y of one kind. */
static bool
is_pair(const struct solver *solver, const struct node *atom, int32_t *a, int32_t *b)
{
    if (atom->kind != NODE_CALL || atom->n != 2 || atom->overload == NULL || atom->name.size < 3 || atom->name.bytes[0] != '_')
        return false;
    if (memchr("=!<>", atom->name.bytes[1], 4) == NULL)
        return false;
    const struct node *x = atom->children[0], *y = atom->children[1];
    if (x->slot < 0 || y->slot < 0 || x->has || y->has || x->type != y->type)
        return false;
    *a = solver_variable(solver, x->slot);
    *b = solver_variable(solver, y->slot);
    return true;
}

/* Whether it is known of every name in it which values it can have: then they are all tried. */
static bool
is_finite(const struct solver *solver, const int32_t *which, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        const struct variable *variable = &solver->variables[which[i]];
        if (variable->kind != RULE_BOOL && variable->read->n_values == 0)
            return false;
    }
    return true;
}

static bool
cut_variable(struct solver *solver, const struct node *atom, struct variable *variable)
{
    if (line_has(variable->kind))
        return cuts_of_atom(solver, atom, variable);
    if (variable->kind != RULE_STRING)
        return false;
    if (variable->read->n_values > 0)
        return true;
    const int32_t slot = variable->read->slot;
    const bool mentioned = mention(solver, atom, variable);
    if (tells_mentioned_only(atom, slot) || is_text_order(atom, slot)) {
        struct cell other;
        if (atom->slot >= 0 || atom->name.bytes[0] == '@')
            return mentioned;
        solver_evaluate(solver, atom->children[atom->children[0]->slot == slot ? 1 : 0], &other);
        if (other.state != 0)
            return mentioned;
        const char *bytes = arena_text(&solver->arena, other.as.text.bytes, other.as.text.size);
        solver->failed |= bytes == NULL;
        return mentioned && bytes != NULL && add_text(solver, variable, bytes, other.as.text.size);
    }
    add_pieces(solver, variable);
    return false;
}

static int32_t
occurrences(const struct node *node, int32_t slot)
{
    int32_t n = 0;
    if (node->constant || node->slot >= 0)
        return !node->constant && node->slot == slot;
    for (int32_t i = 0; i < node->n; i++)
        n += occurrences(node->children[i], slot);
    return n;
}

/* Whether all names of an atom stand nowhere else: then it is for one of them to change it, if any can. */
static bool
is_apart(const struct solver *solver, const int32_t *which, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (occurrences(solver->program->root, solver->variables[which[i]].read->slot) != 1)
            return false;
    return true;
}

static void
visit_atom(struct solver *solver, const struct node *atom, void *context)
{
    (void) context;
    int32_t *which = arena_new(&solver->arena, sizeof *which * (size_t) (solver->n + 1));
    if (which == NULL) {
        solver->failed = true;
        return;
    }
    const int32_t n = variables_of(solver, atom, which, solver->n);
    bool whole = true;
    for (int32_t i = 0; i < n && !solver->failed && solver->work > 0; i++)
        whole &= cut_variable(solver, atom, &solver->variables[which[i]]);
    whole |= is_finite(solver, which, n);
    int32_t a, b;
    solver->exact_one &= whole;
    const bool apart = n >= 2 && !is_pair(solver, atom, &a, &b) && is_apart(solver, which, n);
    solver->exact_all &= whole && (n < 2 || apart || is_pair(solver, atom, &a, &b) || is_finite(solver, which, n));
    solver->has_apart |= apart;
}

/* Of an atom that stands apart: whether one name alone can give it either truth. Where not, more than one may have to change, and what
 * several can do together is not known exactly. */
static void
visit_apart(struct solver *solver, const struct node *atom, void *context)
{
    int32_t a, b, *which = arena_new(&solver->arena, sizeof *which * (size_t) (solver->n + 1));
    (void) context;
    if (which == NULL) {
        solver->failed = true;
        return;
    }
    const int32_t n = variables_of(solver, atom, which, solver->n);
    if (n < 2 || is_pair(solver, atom, &a, &b) || is_finite(solver, which, n))
        return;
    bool reached[3] = {false};
    reached[solver_truth(solver, atom)] = true;
    for (int32_t i = 0; i < n; i++) {
        struct variable *variable = &solver->variables[which[i]];
        for (int32_t r = 1; r < variable->n_regions; r++) {
            solver_set(variable, &variable->regions[r].value);
            reached[solver_truth(solver, atom)] = true;
        }
        solver_set(variable, &variable->now);
    }
    solver->exact_all &= reached[TRUTH_TRUE] && reached[TRUTH_FALSE];
}

/* Names that are compared. */

static int32_t
group_of(const struct solver *solver, int32_t i)
{
    while (solver->variables[i].group != i)
        i = solver->variables[i].group;
    return i;
}

static void
visit_pair(struct solver *solver, const struct node *atom, void *context)
{
    int32_t a, b;
    (void) context;
    if (!is_pair(solver, atom, &a, &b))
        return;
    a = group_of(solver, a);
    b = group_of(solver, b);
    if (a < b)
        solver->variables[b].group = a;
    else
        solver->variables[a].group = b;
}

static int
by_place(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

static void
share_places(struct solver *solver, int32_t group, int32_t members)
{
    int64_t *places = arena_new(&solver->arena, sizeof *places * (GROUP_PLACES + 2));
    int32_t n = 0;
    if (places == NULL) {
        solver->failed = true;
        return;
    }
    for (int32_t i = 0; i < solver->n; i++) {
        struct variable *variable = &solver->variables[i];
        if (group_of(solver, i) != group)
            continue;
        cuts_sort(variable);
        if (n < GROUP_PLACES)
            places[n++] = variable->at;
        for (size_t k = 0; k < variable->n_cuts && n + 1 < GROUP_PLACES; k++) {
            places[n++] = variable->cuts[k];
            places[n++] = variable->cuts[k] - 1;
        }
        solver->exact_all &= n + 1 < GROUP_PLACES;
    }
    qsort(places, (size_t) n, sizeof *places, by_place);
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (kept == 0 || places[i] != places[kept - 1])
            places[kept++] = places[i];
    const int32_t reach = members - 1 < 8 ? members - 1 : 8;
    solver->exact_all &= reach == members - 1;
    for (int32_t i = 0; i < solver->n; i++) {
        if (group_of(solver, i) != group)
            continue;
        bool whole = true;
        for (int32_t k = 0; k < kept && whole; k++)
            for (int32_t d = -reach; d <= reach && whole; d++) {
                int64_t place;
                if (!__builtin_add_overflow(places[k], (int64_t) d, &place))
                    whole = cut_out(solver, &solver->variables[i], place);
            }
        solver->exact_all &= whole;
        solver->exact_one &= whole;
    }
}

static void
share_texts(struct solver *solver, int32_t group)
{
    struct variable *first = &solver->variables[group];
    for (int32_t round = 0; round < 2; round++) {
        for (int32_t i = 0; i < solver->n; i++) {
            struct variable *variable = &solver->variables[i];
            if (group_of(solver, i) != group)
                continue;
            struct variable *from = round == 0 ? variable : first, *to = round == 0 ? first : variable;
            bool whole = true;
            for (size_t k = 0; k < from->n_texts && from != to && whole; k++)
                whole = add_text(solver, to, from->texts[k].bytes, from->texts[k].size);
            if (round == 0 && variable->now.state == 0)
                whole &= add_text(solver, first, variable->now.as.text.bytes, variable->now.as.text.size);
            solver->exact_all &= whole;
            solver->exact_one &= whole;
        }
    }
}

static void
share(struct solver *solver)
{
    each_atom(solver, solver->program->root, visit_pair, NULL);
    for (int32_t g = 0; g < solver->n && !solver->failed; g++) {
        int32_t members = 0;
        for (int32_t i = 0; i < solver->n; i++)
            members += group_of(solver, i) == g;
        if (members < 2)
            continue;
        if (solver->variables[g].kind == RULE_STRING)
            share_texts(solver, g);
        else if (line_has(solver->variables[g].kind))
            share_places(solver, g, members);
    }
}

/* An atom of several names: where else it changes in one while another has moved to one of its regions. */
static void
visit_sweep(struct solver *solver, const struct node *atom, void *context)
{
    int32_t which[3], a, b;
    const int32_t n = variables_of(solver, atom, which, 3);
    (void) context;
    if (n < 2 || is_pair(solver, atom, &a, &b))
        return;
    for (int32_t i = 0; i < n; i++) {
        struct variable *moved = &solver->variables[which[i]];
        for (int32_t r = 1; r < moved->n_regions && r < SWEEP && solver->work > 0 && !solver->failed; r++) {
            solver_set(moved, &moved->regions[r].value);
            for (int32_t k = 0; k < n; k++)
                if (k != i && line_has(solver->variables[which[k]].kind))
                    cuts_of_atom(solver, atom, &solver->variables[which[k]]);
        }
        solver_set(moved, &moved->now);
    }
}

static void
lay_out(struct solver *solver, struct variable *variable)
{
    if (line_has(variable->kind)) {
        lay_out_line(solver, variable);
        return;
    }
    if (variable->kind == RULE_STRING) {
        lay_out_texts(solver, variable);
        return;
    }
    if (make_room(solver, variable, 2))
        put(variable, (struct region){.value = variable->now});
    if (variable->regions != NULL && variable->has && variable->now.state == 0)
        put(variable, missing_region(2));
}

static void
add_texts(struct solver *solver, struct variable *variable, int32_t how_many)
{
    bool whole = true;
    if (variable->kind != RULE_STRING)
        return;
    for (int32_t k = 0; k < variable->read->n_values && whole; k++)
        whole = add_text(solver, variable, variable->read->values[k].bytes, variable->read->values[k].size);
    if (variable->read->n_values == 0)
        whole = add_others(solver, variable, how_many);
    solver->exact_one &= whole;
    solver->exact_all &= whole;
}

void
regions_find(struct solver *solver)
{
    solver->exact_one = solver->exact_all = true;
    each_atom(solver, solver->program->root, visit_atom, NULL);
    share(solver);
    for (int32_t i = 0; i < solver->n && !solver->failed; i++) {
        add_texts(solver, &solver->variables[i], 2);
        lay_out(solver, &solver->variables[i]);
    }
    if (solver->has_apart && solver->exact_all && !solver->failed)
        each_atom(solver, solver->program->root, visit_apart, NULL);
    if (!solver->exact_all && !solver->failed) {
        each_atom(solver, solver->program->root, visit_sweep, NULL);
        for (int32_t i = 0; i < solver->n && !solver->failed; i++)
            lay_out(solver, &solver->variables[i]);
    }
}

struct refinement {
    int32_t variable;
    bool whole;
};

static void
visit_refine(struct solver *solver, const struct node *atom, void *context)
{
    struct refinement *refinement = context;
    struct variable *variable = &solver->variables[refinement->variable];
    if (!solver->failed && reads_variable(atom, variable->read->slot))
        refinement->whole &= cut_variable(solver, atom, variable);
}

bool
regions_refine(struct solver *solver, int32_t i)
{
    struct refinement refinement = {.variable = i, .whole = true};
    each_atom(solver, solver->program->root, visit_refine, &refinement);
    struct variable *variable = &solver->variables[i];
    variable->n_mentioned = variable->n_texts;
    add_texts(solver, variable, 2);
    if (variable->read->n_values > 0)
        variable->n_mentioned = variable->n_texts;
    lay_out(solver, variable);
    return refinement.whole && !solver->failed;
}
