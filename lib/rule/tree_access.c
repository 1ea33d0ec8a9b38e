/* What values are made of and taken apart by: literal lists and maps, fields, indices, and the optionals that .? and [? give. An
 * optional on the left is looked through: what is not in it, or in what it holds, is none. */
#include "rule/tree_walk.h"

void
tree_optional(struct heap *heap, const struct cell *some, struct cell *value)
{
    struct cell *held = NULL;
    if (some != NULL) {
        held = heap_take(heap, sizeof *held);
        if (held == NULL) {
            tree_fail(value, CSTM_ERROR_LIMIT);
            return;
        }
        *held = *some;
    }
    *value = (struct cell){.as.some = held, .kind = RULE_OPTIONAL};
    if (held != NULL && !value_is_flat(held)) {
        const uint8_t state = value_measure(value);
        if (state != 0)
            tree_fail(value, state);
    }
}

/* The place that an index names, -1 where it is outside; a state where it is none. */
static uint8_t
place_in(const struct value_list *list, const struct cell *index, int64_t *place)
{
    switch (index->kind) {
    case RULE_INT:
        *place = index->as.i;
        break;
    case RULE_UINT:
        *place = index->as.u > INT64_MAX ? -1 : (int64_t) index->as.u;
        break;
    case RULE_DOUBLE:
        if (!(index->as.d > -0x1p31 && index->as.d < 0x1p31) || (double) (int64_t) index->as.d != index->as.d)
            return index->as.d == index->as.d && (index->as.d >= 0x1p31 || index->as.d <= -0x1p31) ? CSTM_ERROR_RANGE : CSTM_ERROR_TYPE;
        *place = (int64_t) index->as.d;
        break;
    default:
        return CSTM_ERROR_TYPE;
    }
    if (*place < 0 || *place >= list->n)
        *place = -1;
    return 0;
}

/* The element under a key or index: NULL with a state that says why. *absent: it could be there, and is not. */
static const struct cell *
find(const struct cell *base, const struct cell *key, uint8_t *state, bool *absent)
{
    *absent = false;
    if (base->kind == RULE_MAP) {
        const struct cell *found = map_find(base->as.map, key);
        *absent = found == NULL;
        *state = found == NULL ? CSTM_ERROR_UNKNOWN : 0;
        return found;
    }
    if (base->kind == RULE_LIST && key->kind != RULE_STRING) {
        int64_t place = -1;
        *state = place_in(base->as.list, key, &place);
        if (*state != 0)
            return NULL;
        *absent = place < 0;
        *state = place < 0 ? CSTM_ERROR_RANGE : 0;
        return place < 0 ? NULL : &base->as.list->items[place];
    }
    *state = CSTM_ERROR_TYPE;
    return NULL;
}

/* base becomes what is under the key in it. optional: of .? and [?. */
static void
access(const struct cell *base, const struct cell *key, bool optional, struct heap *heap, struct cell *value)
{
    const bool through = base->kind == RULE_OPTIONAL;
    if (through && base->as.some == NULL) {
        tree_optional(heap, NULL, value);
        return;
    }
    uint8_t state = 0;
    bool absent = false;
    const struct cell *found = find(through ? base->as.some : base, key, &state, &absent);
    if (found == NULL && !(absent && (optional || through))) {
        tree_fail(value, state);
        return;
    }
    if (optional || through)
        tree_optional(heap, found, value);
    else
        *value = *found;
}

void
tree_select(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    struct cell base;
    tree_evaluate(node->children[0], frame, &base);
    if (base.state != 0) {
        tree_fail(value, base.state);
        return;
    }
    const struct cell key = cell_of_text(node->name.bytes, node->name.size);
    if (!node->present) {
        access(&base, &key, node->optional, frame->heap, value);
        return;
    }
    const struct cell *inner = &base;
    while (inner->kind == RULE_OPTIONAL && inner->as.some != NULL)
        inner = inner->as.some;
    if (inner->kind == RULE_OPTIONAL)
        *value = cell_of_bool(false);
    else if (inner->kind == RULE_MAP)
        *value = cell_of_bool(map_find(inner->as.map, &key) != NULL);
    else
        tree_fail(value, CSTM_ERROR_TYPE);
}

void
tree_index(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    struct cell base, key;
    tree_evaluate(node->children[0], frame, &base);
    if (base.state != 0) {
        tree_fail(value, base.state);
        return;
    }
    tree_evaluate(node->children[1], frame, &key);
    if (key.state != 0)
        tree_fail(value, key.state);
    else
        access(&base, &key, node->optional, frame->heap, value);
}

/* An optional element gives what it holds, or nothing. False: value has the state. */
static bool
open_element(const struct node *element, struct cell *cell, bool *there, struct cell *value)
{
    *there = true;
    if (!element->optional_element)
        return true;
    if (cell->kind != RULE_OPTIONAL) {
        tree_fail(value, CSTM_ERROR_TYPE);
        return false;
    }
    *there = cell->as.some != NULL;
    if (*there)
        *cell = *cell->as.some;
    return true;
}

void
tree_list(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    struct cell *items;
    struct value_list *list = list_new(frame->heap, node->n, &items);
    if (list == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    list->n = 0;
    bool flat = true;
    for (int32_t i = 0; i < node->n; i++) {
        struct cell *item = &items[list->n];
        tree_evaluate(node->children[i], frame, item);
        if (item->state != 0) {
            tree_fail(value, item->state);
            return;
        }
        bool there;
        if (!open_element(node->children[i], item, &there, value))
            return;
        list->n += there;
        flat &= !there || item->kind <= RULE_BYTES;
    }
    *value = (struct cell){.as.list = list, .kind = RULE_LIST};
    const uint8_t state = flat ? 0 : value_measure(value);
    if (state != 0)
        tree_fail(value, state);
}

void
tree_map(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    const int32_t entries = node->n / 2;
    struct cell *keys = heap_take(frame->heap, sizeof *keys * (size_t) entries);
    struct cell *values = keys == NULL ? NULL : heap_take(frame->heap, sizeof *values * (size_t) entries);
    if (values == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    int32_t n = 0;
    for (int32_t i = 0; i < entries; i++) {
        const struct node *key = node->children[2 * i];
        tree_evaluate(key, frame, &keys[n]);
        if (keys[n].state != 0) {
            tree_fail(value, keys[n].state);
            return;
        }
        tree_evaluate(node->children[2 * i + 1], frame, &values[n]);
        if (values[n].state != 0) {
            tree_fail(value, values[n].state);
            return;
        }
        bool there;
        if (!open_element(key, &values[n], &there, value))
            return;
        n += there;
    }
    const struct value_map *map = NULL;
    const uint8_t state = map_new(frame->heap, keys, values, n, &map);
    if (state != 0)
        tree_fail(value, state);
    else
        *value = (struct cell){.as.map = map, .kind = RULE_MAP};
}
