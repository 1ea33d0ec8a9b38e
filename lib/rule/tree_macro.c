/* Macros: loops over lists and maps that bind variables. all() and exists() absorb errors as && and || do; every other macro gives the
 * first error that it meets. Each turn costs a step of the budget; what a turn that ends in a bool or a number took from the heap is given
 * back at its end. */
#include "rule/tree_walk.h"

/* What is walked: a list, or a map in the order of its keys. */
struct range {
    int32_t n;
    const struct cell *items;        /* elements, or keys */
    const struct cell *values;       /* of a map; NULL: a list */
};

static bool
range_of(const struct node *node, struct tree_frame *frame, struct range *range, struct cell *value)
{
    struct cell over;
    tree_evaluate(node->children[0], frame, &over);
    if (over.state != 0) {
        tree_fail(value, over.state);
        return false;
    }
    if (over.kind == RULE_LIST) {
        *range = (struct range){.n = over.as.list->n, .items = over.as.list->items};
        return true;
    }
    if (over.kind == RULE_MAP) {
        *range = (struct range){.n = over.as.map->n, .items = over.as.map->keys, .values = over.as.map->values};
        return true;
    }
    tree_fail(value, CSTM_ERROR_TYPE);
    return false;
}

/* The variables of turn i; false: no step is left. */
static bool
turn(const struct node *node, struct tree_frame *frame, const struct range *range, int32_t i, struct cell *value)
{
    if (!heap_step(frame->heap)) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return false;
    }
    struct cell *locals = &frame->locals[node->local];
    if (node->n_locals == 1) {
        locals[0] = range->items[i];
    } else if (range->values != NULL) {
        locals[0] = range->items[i];
        locals[1] = range->values[i];
    } else {
        locals[0] = cell_of_int(i);
        locals[1] = range->items[i];
    }
    return true;
}

/* A condition of the turn, a bool or a state; the heap is as it was. */
static void
condition(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    const size_t before = frame->heap->used;
    tree_evaluate(node, frame, value);
    frame->heap->used = before;
    if (value->state == 0 && value->kind != RULE_BOOL)
        tree_fail(value, CSTM_ERROR_TYPE);
}

/* Whether the turn's condition lets it through; one that has none always does. */
enum gate { GATE_OPEN, GATE_CLOSED, GATE_FAILED };

static enum gate
gate(const struct node *condition_node, struct tree_frame *frame, struct cell *value)
{
    if (condition_node == NULL)
        return GATE_OPEN;
    struct cell passes;
    condition(condition_node, frame, &passes);
    if (passes.state != 0) {
        tree_fail(value, passes.state);
        return GATE_FAILED;
    }
    return passes.as.b != 0 ? GATE_OPEN : GATE_CLOSED;
}

/* The value of the turn; the heap keeps it only if it has to. */
static bool
body(const struct node *node, struct tree_frame *frame, struct cell *made, struct cell *value)
{
    const size_t before = frame->heap->used;
    tree_evaluate(node, frame, made);
    if (made->state != 0) {
        tree_fail(value, made->state);
        return false;
    }
    if (value_is_flat(made))
        frame->heap->used = before;
    return true;
}

/* all() and exists(): `dominant` decides. */
static void
quantify(const struct node *node, struct tree_frame *frame, const struct range *range, uint8_t dominant, struct cell *value)
{
    uint8_t state = 0;
    for (int32_t i = 0; i < range->n; i++) {
        if (!turn(node, frame, range, i, value))
            return;
        struct cell holds;
        condition(node->children[1], frame, &holds);
        if (holds.state == 0 && holds.as.b == dominant) {
            *value = holds;
            return;
        }
        if (state == 0)
            state = holds.state;
    }
    if (state != 0)
        tree_fail(value, state);
    else
        *value = cell_of_bool(dominant == 0);
}

static void
count_one(const struct node *node, struct tree_frame *frame, const struct range *range, struct cell *value)
{
    int32_t n = 0;
    for (int32_t i = 0; i < range->n; i++) {
        if (!turn(node, frame, range, i, value))
            return;
        const enum gate holds = gate(node->children[1], frame, value);
        if (holds == GATE_FAILED)
            return;
        n += holds == GATE_OPEN;
    }
    *value = cell_of_bool(n == 1);
}

static void
measured(struct cell *value)
{
    const uint8_t state = value_measure(value);
    if (state != 0)
        tree_fail(value, state);
}

/* map(), filter() and transformList(). */
static void
gather_list(const struct node *node, struct tree_frame *frame, const struct range *range, struct cell *value)
{
    const bool filters = node->macro == MACRO_FILTER;
    const struct node *passes = filters ? node->children[1] : node->n > 2 ? node->children[2] : NULL;
    struct cell *items;
    struct value_list *list = list_new(frame->heap, range->n, &items);
    if (list == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    list->n = 0;
    for (int32_t i = 0; i < range->n; i++) {
        if (!turn(node, frame, range, i, value))
            return;
        const enum gate open = gate(passes, frame, value);
        if (open == GATE_FAILED)
            return;
        if (open == GATE_CLOSED)
            continue;
        if (filters)
            items[list->n] = range->items[i];
        else if (!body(node->children[1], frame, &items[list->n], value))
            return;
        list->n++;
    }
    *value = (struct cell){.as.list = list, .kind = RULE_LIST};
    measured(value);
}

static void
finish_map(struct tree_frame *frame, const struct cell *keys, const struct cell *values, int32_t n, struct cell *value)
{
    const struct value_map *map = NULL;
    const uint8_t state = map_new(frame->heap, keys, values, n, &map);
    if (state != 0)
        tree_fail(value, state);
    else
        *value = (struct cell){.as.map = map, .kind = RULE_MAP};
}

/* transformMap(): the keys, or indices, stay. */
static void
gather_map(const struct node *node, struct tree_frame *frame, const struct range *range, struct cell *value)
{
    struct cell *keys = heap_take(frame->heap, sizeof *keys * (size_t) range->n);
    struct cell *values = keys == NULL ? NULL : heap_take(frame->heap, sizeof *values * (size_t) range->n);
    if (values == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    int32_t n = 0;
    for (int32_t i = 0; i < range->n; i++) {
        if (!turn(node, frame, range, i, value))
            return;
        const enum gate open = gate(node->n > 2 ? node->children[2] : NULL, frame, value);
        if (open == GATE_FAILED)
            return;
        if (open == GATE_CLOSED)
            continue;
        keys[n] = range->values != NULL ? range->items[i] : cell_of_int(i);
        if (!body(node->children[1], frame, &values[n], value))
            return;
        n++;
    }
    finish_map(frame, keys, values, n, value);
}

/* transformMapEntry(): each turn gives a map, whose entries join those before. */
static void
gather_entries(const struct node *node, struct tree_frame *frame, const struct range *range, struct cell *value)
{
    struct cell *made = heap_take(frame->heap, sizeof *made * (size_t) range->n);
    if (made == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    int32_t turns = 0;
    size_t entries = 0;
    for (int32_t i = 0; i < range->n; i++) {
        if (!turn(node, frame, range, i, value))
            return;
        const enum gate open = gate(node->n > 2 ? node->children[2] : NULL, frame, value);
        if (open == GATE_FAILED)
            return;
        if (open == GATE_CLOSED)
            continue;
        if (!body(node->children[1], frame, &made[turns], value))
            return;
        if (made[turns].kind != RULE_MAP) {
            tree_fail(value, CSTM_ERROR_TYPE);
            return;
        }
        entries += (size_t) made[turns++].as.map->n;
    }
    struct cell *keys = entries > VALUE_CELLS ? NULL : heap_take(frame->heap, sizeof *keys * entries);
    struct cell *values = keys == NULL ? NULL : heap_take(frame->heap, sizeof *values * entries);
    if (values == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    int32_t n = 0;
    for (int32_t i = 0; i < turns; i++) {
        const struct value_map *map = made[i].as.map;
        for (int32_t k = 0; k < map->n; k++, n++) {
            keys[n] = map->keys[k];
            values[n] = map->values[k];
        }
    }
    finish_map(frame, keys, values, n, value);
}

static void
bind(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    /* A state counts only where the variable is read. */
    struct cell bound;
    tree_evaluate(node->children[0], frame, &bound);
    frame->locals[node->local] = bound;
    tree_evaluate(node->children[1], frame, value);
}

static void
map_optional(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    struct cell over;
    tree_evaluate(node->children[0], frame, &over);
    if (over.state != 0 || over.kind != RULE_OPTIONAL) {
        tree_fail(value, over.state != 0 ? over.state : CSTM_ERROR_TYPE);
        return;
    }
    if (over.as.some == NULL) {
        *value = over;
        return;
    }
    frame->locals[node->local] = *over.as.some;
    struct cell made;
    tree_evaluate(node->children[1], frame, &made);
    if (made.state != 0)
        tree_fail(value, made.state);
    else if (node->macro == MACRO_OPT_MAP)
        tree_optional(frame->heap, &made, value);
    else if (made.kind != RULE_OPTIONAL)
        tree_fail(value, CSTM_ERROR_TYPE);
    else
        *value = made;
}

/* A stable merge sort of places by their keys: all keys have an order among themselves. */
static void
sort_places(const struct cell *keys, int32_t *places, int32_t *room, int32_t n)
{
    for (int32_t width = 1; width < n; width *= 2) {
        for (int32_t from = 0; from < n; from += 2 * width) {
            const int32_t middle = from + width < n ? from + width : n, end = middle + width < n ? middle + width : n;
            int32_t left = from, right = middle;
            for (int32_t k = from; k < end; k++) {
                const bool take_left =
                    right >= end || (left < middle && value_compare(&keys[places[left]], &keys[places[right]]) <= 0);
                room[k] = places[take_left ? left++ : right++];
            }
        }
        memcpy(places, room, sizeof *places * (size_t) n);
    }
}

static bool
is_sortable(const struct cell *keys, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (keys[i].kind != keys[0].kind || value_compare(&keys[i], &keys[i]) == 2)
            return false;
    return true;
}

static void
sort_by(const struct node *node, struct tree_frame *frame, const struct range *range, struct cell *value)
{
    const size_t n = (size_t) range->n;
    struct cell *items;
    struct value_list *list = list_new(frame->heap, range->n, &items);
    struct cell *keys = list == NULL ? NULL : heap_take(frame->heap, sizeof *keys * n);
    int32_t *places = keys == NULL ? NULL : heap_take(frame->heap, sizeof *places * n);
    int32_t *room = places == NULL ? NULL : heap_take(frame->heap, sizeof *room * n);
    if (room == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    for (int32_t i = 0; i < range->n; i++) {
        if (!turn(node, frame, range, i, value) || !body(node->children[1], frame, &keys[i], value))
            return;
        places[i] = i;
    }
    if (!is_sortable(keys, range->n)) {
        tree_fail(value, CSTM_ERROR_TYPE);
        return;
    }
    sort_places(keys, places, room, range->n);
    for (int32_t i = 0; i < range->n; i++)
        items[i] = range->items[places[i]];
    *value = (struct cell){.as.list = list, .kind = RULE_LIST};
    measured(value);
}

void
tree_macro(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    if (node->macro == MACRO_BIND) {
        bind(node, frame, value);
        return;
    }
    if (node->macro == MACRO_OPT_MAP || node->macro == MACRO_OPT_FLAT_MAP) {
        map_optional(node, frame, value);
        return;
    }
    const size_t before = frame->heap->used;
    struct range range;
    if (!range_of(node, frame, &range, value))
        return;
    switch (node->macro) {
    case MACRO_ALL:
        quantify(node, frame, &range, 0, value);
        break;
    case MACRO_EXISTS:
        quantify(node, frame, &range, 1, value);
        break;
    case MACRO_EXISTS_ONE:
        count_one(node, frame, &range, value);
        break;
    case MACRO_TRANSFORM_MAP:
        gather_map(node, frame, &range, value);
        break;
    case MACRO_TRANSFORM_ENTRY:
        gather_entries(node, frame, &range, value);
        break;
    case MACRO_SORT_BY:
        if (range.values != NULL)
            tree_fail(value, CSTM_ERROR_TYPE);
        else
            sort_by(node, frame, &range, value);
        break;
    default:
        gather_list(node, frame, &range, value);
        break;
    }
    if (value_is_flat(value))
        frame->heap->used = before;
}
