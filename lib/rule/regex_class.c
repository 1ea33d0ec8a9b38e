/* Classes of code points while a pattern is read: ranges are gathered as they come, folded, put in order and negated. The named
 * ones are those of Perl, of POSIX (both ASCII alone, as in RE2) and of Unicode's general categories and scripts. */
#include "rule/regex.h"

void *
regex_take(const struct regex_room *room, size_t size)
{
    if (room->arena != NULL)
        return arena_new(room->arena, size);
    void *taken = heap_take(room->heap, size);
    if (taken != NULL)
        memset(taken, 0, size);
    return taken;
}

/* What lies last in a heap grows where it is. */
static bool
grow(struct regex_ranges *ranges, const struct regex_room *room)
{
    const int32_t capacity = ranges->capacity * 2 + 32;
    const struct heap *heap = room->heap;
    const bool last = heap != NULL && ranges->capacity > 0 && (char *) (ranges->items + ranges->capacity) == heap->base + heap->used;
    const int32_t wanted = last ? capacity - ranges->capacity : capacity;
    uint64_t *items = regex_take(room, sizeof *items * (size_t) wanted);
    if (items == NULL)
        return false;
    if (!last && ranges->n > 0)
        memcpy(items, ranges->items, sizeof *items * (size_t) ranges->n);
    ranges->items = last ? ranges->items : items;
    ranges->capacity = capacity;
    return true;
}

void
ranges_add(struct regex_ranges *ranges, const struct regex_room *room, uint32_t lo, uint32_t hi)
{
    uint64_t *before = ranges->n > 0 ? &ranges->items[ranges->n - 1] : NULL;
    if (before != NULL && lo == (uint32_t) *before + 1) {
        *before += hi - (uint32_t) *before;
        return;
    }
    if (ranges->n == ranges->capacity && !grow(ranges, room)) {
        ranges->failed = true;
        return;
    }
    ranges->items[ranges->n++] = (uint64_t) lo << 32 | hi;
}

static void
sift(uint64_t *words, int32_t root, int32_t n)
{
    for (int32_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && words[child + 1] > words[child])
            child++;
        if (words[root] >= words[child])
            return;
        const uint64_t word = words[root];
        words[root] = words[child];
        words[child] = word;
    }
}

/* A heap sort: the C library's may allocate. */
void
sort_words(uint64_t *words, int32_t n)
{
    int32_t sorted = 1;
    while (sorted < n && words[sorted - 1] <= words[sorted])
        sorted++;
    if (sorted >= n)
        return;
    for (int32_t root = n / 2 - 1; root >= 0; root--)
        sift(words, root, n);
    for (int32_t end = n - 1; end > 0; end--) {
        const uint64_t word = words[0];
        words[0] = words[end];
        words[end] = word;
        sift(words, 0, end);
    }
}

void
ranges_tidy(struct regex_ranges *ranges)
{
    sort_words(ranges->items, ranges->n);
    int32_t kept = 0;
    for (int32_t i = 0; i < ranges->n; i++) {
        const uint64_t lo = ranges->items[i] >> 32, hi = ranges->items[i] & UINT32_MAX;
        uint64_t *last = kept == 0 ? NULL : &ranges->items[kept - 1];
        if (last != NULL && lo <= (*last & UINT32_MAX) + 1) {
            if (hi > (*last & UINT32_MAX))
                *last = (*last & ~(uint64_t) UINT32_MAX) | hi;
        } else {
            ranges->items[kept++] = ranges->items[i];
        }
    }
    ranges->n = kept;
}

void
ranges_negate(struct regex_ranges *ranges, const struct regex_room *room)
{
    uint32_t begin = 0;
    int32_t kept = 0;
    const int32_t n = ranges->n;
    bool open = true;
    for (int32_t i = 0; i < n; i++) {
        const uint32_t lo = (uint32_t) (ranges->items[i] >> 32), hi = (uint32_t) ranges->items[i];
        if (lo > begin)
            ranges->items[kept++] = (uint64_t) begin << 32 | (lo - 1);
        begin = hi + 1;
        open = hi < 0x10ffff;
    }
    ranges->n = kept;
    if (open)
        ranges_add(ranges, room, begin, 0x10ffff);
}

uint32_t
fold_next(uint32_t code)
{
    for (int32_t i = 0; i < regex_n_folds && regex_folds[i].lo <= code; i++) {
        const struct regex_fold *fold = &regex_folds[i];
        if (code <= fold->hi && (code - fold->lo) % (uint32_t) fold->stride == 0)
            return code + (uint32_t) fold->delta;
    }
    return code;
}

static void
fold_range(struct regex_ranges *ranges, const struct regex_room *room, uint32_t lo, uint32_t hi)
{
    for (int32_t i = 0; i < regex_n_folds && regex_folds[i].lo <= hi; i++) {
        const struct regex_fold *fold = &regex_folds[i];
        const uint32_t stride = (uint32_t) fold->stride, delta = (uint32_t) fold->delta;
        if (fold->hi < lo)
            continue;
        uint32_t from = lo <= fold->lo ? fold->lo : fold->lo + (lo - fold->lo + stride - 1) / stride * stride;
        const uint32_t to = hi < fold->hi ? hi : fold->hi;
        if (from > to)
            continue;
        if (stride == 1)
            ranges_add(ranges, room, from + delta, to + delta);
        else
            for (; from <= to; from += stride)
                ranges_add(ranges, room, from + delta, from + delta);
    }
}

/* No more than four code points differ by case alone, so three turns of the wheel reach them all. The last range of a turn is
 * looked at again, since what was added may have been joined to it. */
void
ranges_fold(struct regex_ranges *ranges, const struct regex_room *room)
{
    int32_t begin = 0;
    for (int turn = 0; turn < 3 && !ranges->failed; turn++) {
        const int32_t end = ranges->n;
        for (int32_t i = begin; i < end && !ranges->failed; i++) {
            const uint64_t range = ranges->items[i];
            fold_range(ranges, room, (uint32_t) (range >> 32), (uint32_t) range);
        }
        begin = end > 0 ? end - 1 : 0;
    }
}

/* Pairs of the lowest and the highest, one byte each. */
struct named_class {
    const char *name;
    const char *pairs;
    size_t size;
};
#define CLASS(NAME, PAIRS) {NAME, PAIRS, sizeof PAIRS - 1}

static const struct named_class perl[] = {
    CLASS("d", "09"),
    CLASS("s", "\t\n\f\r  "),
    CLASS("w", "09AZ__az"),
};

static const struct named_class posix[] = {
    CLASS("alnum", "09AZaz"),   CLASS("alpha", "AZaz"),  CLASS("ascii", "\0\x7f"), CLASS("blank", "\t\t  "),
    CLASS("cntrl", "\0\x1f\x7f\x7f"), CLASS("digit", "09"), CLASS("graph", "!~"),   CLASS("lower", "az"),
    CLASS("print", " ~"),       CLASS("punct", "!/:@[`{~"), CLASS("space", "\t\r  "), CLASS("upper", "AZ"),
    CLASS("word", "09AZ__az"),  CLASS("xdigit", "09AFaf"),
};

static bool
add_named(struct regex_ranges *ranges, const struct regex_room *room, const struct named_class *classes, size_t n, const char *name,
          size_t size)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(classes[i].name) != size || memcmp(classes[i].name, name, size) != 0)
            continue;
        for (size_t k = 0; k < classes[i].size; k += 2)
            ranges_add(ranges, room, (uint32_t) classes[i].pairs[k], (uint32_t) classes[i].pairs[k + 1]);
        return true;
    }
    return false;
}

bool
ranges_add_perl(struct regex_ranges *ranges, const struct regex_room *room, char name)
{
    return add_named(ranges, room, perl, sizeof perl / sizeof perl[0], &name, 1);
}

bool
ranges_add_posix(struct regex_ranges *ranges, const struct regex_room *room, const char *name, size_t size)
{
    return add_named(ranges, room, posix, sizeof posix / sizeof posix[0], name, size);
}

/* Of runs whose number lies between two. */
static void
add_runs(struct regex_ranges *ranges, const struct regex_room *room, const struct regex_runs *runs, int shift, uint32_t from, uint32_t to)
{
    const uint32_t mask = (UINT32_C(1) << shift) - 1;
    for (int32_t i = 0; i < runs->n; i++) {
        const uint32_t number = runs->runs[i] & mask;
        if (number < from || number > to)
            continue;
        const uint32_t end = i + 1 < runs->n ? runs->runs[i + 1] >> shift : 0x110000;
        ranges_add(ranges, room, runs->runs[i] >> shift, end - 1);
    }
}

bool
ranges_add_unicode(struct regex_ranges *ranges, const struct regex_room *room, const char *name, size_t size)
{
    if (size == 3 && memcmp(name, "Any", 3) == 0) {
        ranges_add(ranges, room, 0, 0x10ffff);
        return true;
    }
    uint32_t from = REGEX_CATEGORIES, to = 0;
    for (uint32_t i = 0; i < REGEX_CATEGORIES && (size == 1 || size == 2); i++) {
        if (memcmp(regex_category_names[i], name, size) == 0) {
            from = i < from ? i : from;
            to = i;
        }
    }
    if (from < REGEX_CATEGORIES) {
        add_runs(ranges, room, &regex_category_runs, 5, from, to);
        return true;
    }
    for (int32_t i = 0; i < regex_n_scripts; i++) {
        if (strlen(regex_script_names[i]) == size && memcmp(regex_script_names[i], name, size) == 0) {
            add_runs(ranges, room, &regex_script_runs, 8, (uint32_t) i, (uint32_t) i);
            return true;
        }
    }
    return false;
}
