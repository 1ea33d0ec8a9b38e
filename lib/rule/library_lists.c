/* The library of lists, as cel-go's ext/lists.go defines it, and first() and last() of its library of optionals. Lists are immutable, so
 * what is left as it was is shared. sortBy() is a macro: see rule/tree_macro.c. */
#include "rule/overload.h"

#define DISTINCT_WALK 8      /* up to here a walk over what was kept is faster than a look-up */

static uint8_t
list_result(const struct value_list *list, struct cell *result)
{
    if (list == NULL)
        return CSTM_ERROR_LIMIT;
    *result = (struct cell){.as.list = list, .kind = RULE_LIST};
    return 0;
}

static uint8_t
slice(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *list = arguments[0].as.list;
    const int64_t from = arguments[1].as.i, to = arguments[2].as.i;
    if (from < 0 || to < from || to > list->n)
        return CSTM_ERROR_RANGE;
    struct value_list *part = heap_take(call->heap, sizeof *part);
    if (part != NULL)
        *part = (struct value_list){.n = (int32_t) (to - from), .items = list->items + from, .cells = (int32_t) (to - from), .depth = 1};
    return list_result(part, result);
}

/* How many elements there are after so many levels of lists were opened; -1: more than a heap can hold. */
static int64_t
count_flat(const struct value_list *list, int64_t levels, int64_t most)
{
    int64_t count = list->n;
    for (int32_t i = 0; i < list->n && levels > 0 && count <= most; i++) {
        if (list->items[i].kind == RULE_LIST) {
            const int64_t inner = count_flat(list->items[i].as.list, levels - 1, most);
            count = inner < 0 ? most + 1 : count - 1 + inner;
        }
    }
    return count > most ? -1 : count;
}

static struct cell *
copy_flat(const struct value_list *list, int64_t levels, struct cell *out)
{
    for (int32_t i = 0; i < list->n; i++) {
        if (levels > 0 && list->items[i].kind == RULE_LIST)
            out = copy_flat(list->items[i].as.list, levels - 1, out);
        else
            *out++ = list->items[i];
    }
    return out;
}

/* The depth of a value is bounded (VALUE_DEPTH), and with it the recursion. */
static uint8_t
flatten(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    const struct value_list *list = arguments[0].as.list;
    const int64_t levels = n == 2 ? arguments[1].as.i : 1;
    if (levels < 0)
        return CSTM_ERROR_RANGE;
    const int64_t count = count_flat(list, levels, (int64_t) (call->heap->size / sizeof(struct cell)));
    struct cell *items;
    struct value_list *flat = count < 0 ? NULL : list_new(call->heap, (int32_t) count, &items);
    if (flat != NULL)
        copy_flat(list, levels, items);
    return list_result(flat, result);
}

static bool
is_kept(const struct cell *kept, int32_t n, const struct cell *item)
{
    for (int32_t i = 0; i < n; i++)
        if (value_equal(&kept[i], item))
            return true;
    return false;
}

/* Keeps the first of equals. The buckets stand behind the list and are given back. */
static uint8_t
distinct(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *list = arguments[0].as.list;
    struct cell *items;
    struct value_list *kept = list_new(call->heap, list->n, &items);
    if (kept == NULL)
        return CSTM_ERROR_LIMIT;
    const size_t before = call->heap->used;
    uint32_t size = 16;
    while (size < 2 * (uint32_t) list->n)
        size *= 2;
    int32_t *buckets = list->n <= DISTINCT_WALK ? NULL : heap_take(call->heap, sizeof *buckets * size);
    if (buckets == NULL && list->n > DISTINCT_WALK)
        return CSTM_ERROR_LIMIT;
    if (buckets != NULL)
        memset(buckets, 0xff, sizeof *buckets * size);
    kept->n = 0;
    for (int32_t i = 0; i < list->n; i++) {
        const struct cell *item = &list->items[i];
        if (buckets == NULL) {
            if (!is_kept(items, kept->n, item))
                items[kept->n++] = *item;
            continue;
        }
        if (!value_equal(item, item)) {
            items[kept->n++] = *item;        /* NaN equals nothing, and many of them would crowd one bucket */
            continue;
        }
        uint32_t at = (uint32_t) value_hash(item) & (size - 1);
        while (buckets[at] >= 0 && !value_equal(&items[buckets[at]], item))
            at = (at + 1) & (size - 1);
        if (buckets[at] < 0) {
            buckets[at] = kept->n;
            items[kept->n++] = *item;
        }
    }
    call->heap->used = before;
    return list_result(kept, result);
}

static bool
is_sortable(const struct value_list *list)
{
    for (int32_t i = 0; i < list->n; i++)
        if (list->items[i].kind != list->items[0].kind || value_compare(&list->items[i], &list->items[i]) == 2)
            return false;
    return true;
}

/* A stable merge sort, from one array to the other and back; whichever holds the result is returned. */
static struct cell *
merge_sort(struct cell *cells, struct cell *room, int32_t n)
{
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t from = 0; from < n; from += 2 * width) {
            const int64_t middle = from + width < n ? from + width : n, end = middle + width < n ? middle + width : n;
            int64_t left = from, right = middle;
            for (int64_t k = from; k < end; k++) {
                const bool take_left = right >= end || (left < middle && value_compare(&cells[left], &cells[right]) <= 0);
                room[k] = cells[take_left ? left++ : right++];
            }
        }
        struct cell *sorted = room;
        room = cells;
        cells = sorted;
    }
    return cells;
}

/* Elements of one kind that has an order; anything else is an error of types. */
static uint8_t
sort(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *list = arguments[0].as.list;
    const size_t size = sizeof(struct cell) * (size_t) list->n;
    struct cell *items;
    if (!is_sortable(list))
        return CSTM_ERROR_TYPE;
    struct value_list *sorted = list_new(call->heap, list->n, &items);
    const size_t before = call->heap->used;
    struct cell *room = sorted == NULL ? NULL : heap_take(call->heap, size);
    if (room == NULL)
        return CSTM_ERROR_LIMIT;
    if (size > 0) {
        memcpy(items, list->items, size);
        const struct cell *where = merge_sort(items, room, list->n);
        if (where != items)
            memcpy(items, where, size);
    }
    call->heap->used = before;
    return list_result(sorted, result);
}

static uint8_t
reverse(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *list = arguments[0].as.list;
    struct cell *items;
    struct value_list *reversed = list_new(call->heap, list->n, &items);
    for (int32_t i = 0; reversed != NULL && i < list->n; i++)
        items[i] = list->items[list->n - 1 - i];
    return list_result(reversed, result);
}

static uint8_t
range(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const int64_t count = arguments[0].as.i < 0 ? 0 : arguments[0].as.i;
    if (count > (int64_t) (call->heap->size / sizeof(struct cell)))
        return CSTM_ERROR_LIMIT;
    struct cell *items;
    struct value_list *list = list_new(call->heap, (int32_t) count, &items);
    for (int32_t i = 0; list != NULL && i < count; i++)
        items[i] = cell_of_int(i);
    return list_result(list, result);
}

/* An optional of one element, none of an empty list. */
static uint8_t
end_of(const struct value_list *list, int32_t at, struct cell *result)
{
    *result = (struct cell){.as.some = list->n == 0 ? NULL : &list->items[at], .kind = RULE_OPTIONAL};
    return 0;
}

static uint8_t
first(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    return end_of(arguments[0].as.list, 0, result);
}

static uint8_t
last(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    return end_of(arguments[0].as.list, arguments[0].as.list->n - 1, result);
}

#define METHOD(NAME, N, SIGNATURE, CALL) {.name = NAME, .style = STYLE_METHOD, .n = N, .signature = SIGNATURE, .call = CALL}

static const struct overload rows[] = {
    METHOD("slice", 3, "lA,i,i>lA", slice),
    METHOD("flatten", 1, "llA>lA", flatten),
    METHOD("flatten", 1, "l*>l*", flatten),      /* elements that are no lists stay */
    METHOD("flatten", 2, "l*,i>l*", flatten),
    METHOD("distinct", 1, "lA>lA", distinct),
    METHOD("sort", 1, "lA>lA", sort),
    METHOD("reverse", 1, "lA>lA", reverse),
    METHOD("first", 1, "lA>oA", first),
    METHOD("last", 1, "lA>oA", last),
    {.name = "lists.range", .style = STYLE_FUNCTION, .n = 1, .signature = "i>li", .call = range},
};
const struct overload_table lists_overloads = {rows, sizeof rows / sizeof rows[0]};
