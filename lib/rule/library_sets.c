/* The library of sets, as cel-go's ext/sets.go defines it: lists are taken as the sets of their elements, of which numbers of different
 * kinds may be equal. The larger list is laid out for look-ups in the heap, which is given back. */
#include "rule/overload.h"

#define WALK 8               /* up to here a walk is faster than a look-up */

struct lookup {
    const struct value_list *list;
    int32_t *buckets;        /* NULL: it is walked */
    uint32_t mask;
};

static bool
lookup_new(struct heap *heap, const struct value_list *list, struct lookup *lookup)
{
    *lookup = (struct lookup){.list = list};
    if (list->n <= WALK)
        return true;
    uint32_t size = 16;
    while (size < 2 * (uint32_t) list->n)
        size *= 2;
    lookup->buckets = heap_take(heap, sizeof *lookup->buckets * size);
    if (lookup->buckets == NULL)
        return false;
    memset(lookup->buckets, 0xff, sizeof *lookup->buckets * size);
    lookup->mask = size - 1;
    for (int32_t i = 0; i < list->n; i++) {
        if (!value_equal(&list->items[i], &list->items[i]))
            continue;                        /* NaN is never found */
        uint32_t at = (uint32_t) value_hash(&list->items[i]) & lookup->mask;
        while (lookup->buckets[at] >= 0 && !value_equal(&list->items[lookup->buckets[at]], &list->items[i]))
            at = (at + 1) & lookup->mask;
        lookup->buckets[at] = i;
    }
    return true;
}

static bool
has(const struct lookup *lookup, const struct cell *item)
{
    const struct cell *items = lookup->list->items;
    if (lookup->buckets == NULL) {
        for (int32_t i = 0; i < lookup->list->n; i++)
            if (value_equal(&items[i], item))
                return true;
        return false;
    }
    uint32_t at = (uint32_t) value_hash(item) & lookup->mask;
    while (lookup->buckets[at] >= 0 && !value_equal(&items[lookup->buckets[at]], item))
        at = (at + 1) & lookup->mask;
    return lookup->buckets[at] >= 0;
}

/* How many of the elements of `few`, from the first on, all have what is wanted in `many`: of all of them, the number is few->n. */
static uint8_t
run_of(struct heap *heap, const struct value_list *many, const struct value_list *few, bool wanted, int32_t *run)
{
    const size_t before = heap->used;
    struct lookup lookup;
    if (!lookup_new(heap, many, &lookup))
        return CSTM_ERROR_LIMIT;
    *run = 0;
    while (*run < few->n && has(&lookup, &few->items[*run]) == wanted)
        ++*run;
    heap->used = before;
    return 0;
}

static uint8_t
contains(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *set = arguments[0].as.list, *part = arguments[1].as.list;
    int32_t run;
    const uint8_t state = run_of(call->heap, set, part, true, &run);
    if (state == 0)
        *result = cell_of_bool(run == part->n);
    return state;
}

static uint8_t
intersects(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *a = arguments[0].as.list, *b = arguments[1].as.list;
    const struct value_list *many = a->n < b->n ? b : a, *few = a->n < b->n ? a : b;
    int32_t run;
    const uint8_t state = run_of(call->heap, many, few, false, &run);
    if (state == 0)
        *result = cell_of_bool(run < few->n);
    return state;
}

static uint8_t
equivalent(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    const uint8_t state = contains(call, arguments, n, result);
    if (state != 0 || result->as.b == 0)
        return state;
    const struct cell turned[] = {arguments[1], arguments[0]};
    return contains(call, turned, n, result);
}

#define ROW(NAME, CALL) {.name = NAME, .style = STYLE_FUNCTION, .n = 2, .signature = "lA,lA>b", .call = CALL}

static const struct overload rows[] = {
    ROW("sets.contains", contains),
    ROW("sets.intersects", intersects),
    ROW("sets.equivalent", equivalent),
};
const struct overload_table sets_overloads = {rows, sizeof rows / sizeof rows[0]};
