/* What a changed value must be, in words of the language: ">= 8000.01", "in [1, 2]", "!= 'student'". All regions of the name are tried
 * while the other names have their new values; those that do stand side by side. */
#include "rule/nearest.h"

#include <stdlib.h>

#define PARTS 6              /* stretches that are named; of more, the one that holds the value */
#define LISTED 12

struct writing {
    struct solver *solver;
    const struct variable *variable;
    char *text;
    size_t n, capacity;
};

static void
put(struct writing *writing, const char *text)
{
    const size_t size = strlen(text);
    if (writing->solver->failed || !memory_reserve(&writing->text, &writing->capacity, writing->n + size + 1, 1)) {
        writing->solver->failed = true;
        return;
    }
    memcpy(writing->text + writing->n, text, size + 1);
    writing->n += size;
}

static char *
printed(const struct solver *solver, const struct variable *variable, const struct cell *value)
{
    return print_value(variable->kind, value, solver->program->exponent, solver->program->zone);
}

static void
put_value(struct writing *writing, const struct cell *value)
{
    char *text = printed(writing->solver, writing->variable, value);
    if (text == NULL)
        writing->solver->failed = true;
    else
        put(writing, text);
    memory_free(text);
}

/* "> 2.5" rather than ">= 2.5000000000000004": of two doubles side by side the one that is shorter. */
static void
put_bound(struct writing *writing, const char *closed, const char *open, int64_t place, int64_t beside)
{
    const struct cell value = line_value(writing->variable->kind, place), other = line_value(writing->variable->kind, beside);
    if (writing->variable->kind == RULE_DOUBLE) {
        char *a = printed(writing->solver, writing->variable, &value), *b = printed(writing->solver, writing->variable, &other);
        const bool shorter = a != NULL && b != NULL && strlen(b) < strlen(a);
        writing->solver->failed |= a == NULL || b == NULL;
        memory_free(a);
        memory_free(b);
        if (shorter) {
            put(writing, open);
            put_value(writing, &other);
            return;
        }
    }
    put(writing, closed);
    put_value(writing, &value);
}

static void
put_stretch(struct writing *writing, struct stretch stretch)
{
    const enum rule_kind kind = writing->variable->kind;
    const bool below = stretch.first == line_first(kind), above = stretch.last == line_last(kind);
    if (stretch.first == stretch.last) {
        const struct cell value = line_value(kind, stretch.first);
        put(writing, "== ");
        put_value(writing, &value);
        return;
    }
    if (!below)
        put_bound(writing, ">= ", "> ", stretch.first, stretch.first - 1);
    if (!below && !above)
        put(writing, " && ");
    if (!above)
        put_bound(writing, "<= ", "< ", stretch.last, stretch.last + 1);
    if (below && above)
        put(writing, "is present");
}

static void
put_list(struct writing *writing, const struct cell *values, int32_t n)
{
    put(writing, "in [");
    for (int32_t i = 0; i < n; i++) {
        put(writing, i > 0 ? ", " : "");
        put_value(writing, &values[i]);
    }
    put(writing, "]");
}

static void
put_stretches(struct writing *writing, const struct stretch *stretches, int32_t n, const struct cell *chosen)
{
    const enum rule_kind kind = writing->variable->kind;
    bool single = n > 1 && n <= LISTED;
    struct cell values[LISTED];
    for (int32_t i = 0; i < n && single; i++) {
        single = stretches[i].first == stretches[i].last;
        values[i] = line_value(kind, stretches[i].first);
    }
    if (single) {
        put_list(writing, values, n);
        return;
    }
    if (n == 2 && stretches[0].first == line_first(kind) && stretches[1].last == line_last(kind) &&
        stretches[0].last + 2 == stretches[1].first) {
        const struct cell left = line_value(kind, stretches[0].last + 1);
        put(writing, "!= ");
        put_value(writing, &left);
        return;
    }
    const int64_t place = line_place(kind, chosen);
    bool any = false;
    for (int32_t i = 0; i < n; i++) {
        if (n > PARTS && (place < stretches[i].first || place > stretches[i].last))
            continue;
        put(writing, any ? " || " : "");
        put_stretch(writing, stretches[i]);
        any = true;
    }
}

static int
by_first(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static bool
does(struct solver *solver, struct variable *variable, const struct region *region)
{
    solver_set(variable, &region->value);
    return solver_truth(solver, solver->program->root) == (solver->wanted ? TRUTH_TRUE : TRUTH_FALSE);
}

static void
put_line(struct writing *writing, struct variable *variable, const struct cell *chosen)
{
    struct solver *solver = writing->solver;
    struct stretch *stretches = arena_new(&solver->arena, sizeof *stretches * (size_t) (variable->n_regions + 1));
    int32_t n = 0, kept = 0;
    if (stretches == NULL) {
        solver->failed = true;
        return;
    }
    for (int32_t i = 0; i < variable->n_regions; i++)
        if (variable->regions[i].value.state == 0 && does(solver, variable, &variable->regions[i]))
            stretches[n++] = (struct stretch){variable->regions[i].first, variable->regions[i].last};
    qsort(stretches, (size_t) n, sizeof *stretches, by_first);
    for (int32_t i = 0; i < n; i++) {
        if (kept > 0 && stretches[kept - 1].last + 1 == stretches[i].first)
            stretches[kept - 1].last = stretches[i].last;
        else
            stretches[kept++] = stretches[i];
    }
    put_stretches(writing, stretches, kept, chosen);
}

/* Of texts: those that do, or, where texts that nothing mentions do, those that do not. */
static void
put_texts(struct writing *writing, struct variable *variable, const struct cell *chosen)
{
    struct solver *solver = writing->solver;
    struct cell *yes = arena_new(&solver->arena, sizeof *yes * (variable->n_mentioned + 1));
    struct cell *no = arena_new(&solver->arena, sizeof *no * (variable->n_mentioned + 1));
    int32_t n_yes = 0, n_no = 0, others = 0, others_that_do = 0;
    if (yes == NULL || no == NULL) {
        solver->failed = true;
        return;
    }
    for (size_t i = 0; i < variable->n_texts; i++) {
        const struct region region = {.value = cell_of_text(variable->texts[i].bytes, variable->texts[i].size)};
        const bool holds = does(solver, variable, &region);
        others += i >= variable->n_mentioned;
        others_that_do += i >= variable->n_mentioned && holds;
        if (i < variable->n_mentioned && holds)
            yes[n_yes++] = region.value;
        else if (i < variable->n_mentioned)
            no[n_no++] = region.value;
    }
    if (others_that_do > 0 && others_that_do < others) {
        put(writing, "== ");
        put_value(writing, chosen);
    } else if (others_that_do > 0 && n_no == 0) {
        put(writing, "is present");
    } else {
        const struct cell *listed = others_that_do > 0 ? no : yes;
        const int32_t n = others_that_do > 0 ? n_no : n_yes;
        if (n == 1) {
            put(writing, others_that_do > 0 ? "!= " : "== ");
            put_value(writing, &listed[0]);
        } else {
            put(writing, others_that_do > 0 ? "not " : "");
            put_list(writing, listed, n);
        }
    }
}

char *
condition_of(struct solver *solver, int32_t i, const struct cell *chosen)
{
    struct variable *variable = &solver->variables[i];
    struct writing writing = {.solver = solver, .variable = variable};
    if (chosen->state != 0)
        return memory_copy("is missing", 10);
    variable->n_cuts = 0;
    variable->n_texts = 0;
    const bool whole = regions_refine(solver, i);
    if (whole && line_has(variable->kind)) {
        put_line(&writing, variable, chosen);
    } else if (whole && variable->kind == RULE_STRING) {
        put_texts(&writing, variable, chosen);
    } else {
        put(&writing, "== ");
        put_value(&writing, chosen);
    }
    solver_set(variable, chosen);
    if (!solver->failed)
        return writing.text;
    memory_free(writing.text);
    return NULL;
}
