/* See key_order.h. Nothing here is certain until it was looked at: an order is guessed from a few
 * keys and then held against all, and a walk ends where the rows do not keep to it. */
#include "profile/key_order.h"

#define SAMPLES 16
#define INLINE static inline __attribute__((always_inline))

static inline struct rule_text
text_at(const struct table_column *column, int64_t row)
{
    struct rule_text text;
    text.bytes = column_text(column, row, &text.size);
    return text;
}

static inline uint64_t
rising_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline uint64_t
rising_half(const char *bytes)
{
    uint32_t half;
    memcpy(&half, bytes, sizeof half);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    half = __builtin_bswap32(half);
#endif
    return half;
}

/* Below, at or above 0. Bytes of one size: what the two loads share is equal where the first is. */
static inline int
bytes_order(const char *a, const char *b, size_t size)
{
    if (size > 16 || size < 4)
        return memcmp(a, b, size);
    uint64_t x, y;
    if (size < 8) {
        x = rising_half(a) << 32 | rising_half(a + size - 4);
        y = rising_half(b) << 32 | rising_half(b + size - 4);
    } else {
        x = rising_word(a);
        y = rising_word(b);
        if (x == y) {
            x = rising_word(a + size - 8);
            y = rising_word(b + size - 8);
        }
    }
    return (x > y) - (x < y);
}

static inline int
text_order(struct rule_text a, struct rule_text b, bool by_size)
{
    int sizes = (a.size > b.size) - (a.size < b.size);
    if (sizes == 0)
        return bytes_order(a.bytes, b.bytes, a.size);
    if (by_size)
        return sizes;
    int order = memcmp(a.bytes, b.bytes, sizes < 0 ? a.size : b.size);
    return order != 0 ? order : sizes;
}

struct key_order
key_order_of(const struct table_column *column)
{
    struct key_order order = {.column = column, .by_size = true};
    if (column->type != CSTM_TYPE_STRING || column->rows < 2)
        return order;
    int64_t step = column->rows / SAMPLES + 1;
    for (int64_t row = 1; row < column->rows; row += step)
        if (text_order(text_at(column, row - 1), text_at(column, row), true) >= 0)
            order.by_size = false;
    return order;
}

static bool
numbers_hold(const struct table_column *column, int32_t from, int32_t until)
{
    const int64_t *numbers = column->as.int64s;
    for (int32_t row = from > 0 ? from : 1; row < until; row++)
        if (numbers[row - 1] >= numbers[row])
            return false;
    return true;
}

static bool
texts_hold(const struct key_order *order, int32_t from, int32_t until)
{
    const struct table_column *column = order->column;
    const int64_t *offsets = column->offsets;
    if (column->codes != NULL ||
        (offsets[until] > offsets[from] &&
         memchr(column->bytes + offsets[from], 0, (size_t) (offsets[until] - offsets[from]))))
        return false;
    struct rule_text last = from > 0 ? text_at(column, from - 1) : (struct rule_text){"", 0};
    for (int32_t row = from; row < until; row++) {
        struct rule_text text = text_at(column, row);
        if (text.size == 0 || text.size > KEY_LIMIT || text_order(last, text, order->by_size) >= 0)
            return false;
        last = text;
    }
    return true;
}

static bool
all_there(const struct table_column *column, int32_t from, int32_t until)
{
    return column->valid == NULL || until <= from ||
           memchr(column->valid + from, 0, (size_t) (until - from)) == NULL;
}

bool
key_order_holds(const struct key_order *order, int32_t from, int32_t until)
{
    if (!all_there(order->column, from > 0 ? from - 1 : 0, until))
        return false;
    return order->column->type == CSTM_TYPE_INT ? numbers_hold(order->column, from, until)
                                                : texts_hold(order, from, until);
}

/* --- walking --- */

/* The instance, or -1. */
static int32_t
search_number(const struct table_column *keys, int64_t number)
{
    int64_t low = 0, high = keys->rows;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (keys->as.int64s[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < keys->rows && keys->as.int64s[low] == number ? (int32_t) low : -1;
}

static int32_t
search_text(const struct key_order *order, struct rule_text text)
{
    const struct table_column *keys = order->column;
    int64_t low = 0, high = keys->rows;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        int found = text_order(text_at(keys, middle), text, order->by_size);
        if (found == 0)
            return (int32_t) middle;
        if (found < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* A piece of a table whose keys do not rise after all may write where another does: then neither is
 * used, but it must not be a data race. */
static inline void
begin_at(int32_t *start, int32_t from, int32_t until, int32_t row)
{
    for (int32_t i = from; i < until; i++)
        __atomic_store_n(&start[i], row, __ATOMIC_RELAXED);
}

static bool
walk_numbers(const struct key_order *order, const struct table_column *column, int32_t from,
             int32_t until, int32_t *at, int32_t *instances, int32_t *start)
{
    const int64_t *numbers = column->as.int64s, *keys = order->column->as.int64s;
    for (int32_t row = from; row < until; row++) {
        if (*at < 0 || numbers[row] != keys[*at]) {
            int32_t next = *at + 1;
            if (next >= order->column->rows || numbers[row] != keys[next])
                next = search_number(order->column, numbers[row]);
            if (next <= *at)
                return false;
            begin_at(start, *at + 1, next + 1, row);
            *at = next;
        }
        if (instances != NULL)
            instances[row - from] = *at;
    }
    return true;
}

/* The first row that has not the text of `row`: offsets and texts of both, one after the other. A
 * text of 4 to 16 bytes is two loads, which may overlap. */
INLINE int32_t
equal_words(const struct table_column *column, int32_t row, int32_t until, int64_t size, bool whole)
{
    const int64_t *offsets = column->offsets;
    const char *bytes = column->bytes;
    int64_t tail = size - (whole ? 8 : 4);
    uint64_t a = 0, b = 0;
    memcpy(&a, bytes + offsets[row], whole ? 8 : 4);
    memcpy(&b, bytes + offsets[row] + tail, whole ? 8 : 4);
    while (++row < until) {
        uint64_t x = 0, y = 0;
        int64_t at = offsets[row];
        if (offsets[row + 1] - at != size)
            break;
        memcpy(&x, bytes + at, whole ? 8 : 4);
        memcpy(&y, bytes + at + tail, whole ? 8 : 4);
        if (((x ^ a) | (y ^ b)) != 0)
            break;
    }
    return row;
}

static int32_t
walk_equals(const struct table_column *column, int32_t row, int32_t until)
{
    if (column->codes != NULL) {
        while (++row < until && column->codes[row] == column->codes[row - 1])
            ;
        return row;
    }
    struct rule_text text = text_at(column, row);
    if (text.size >= 8 && text.size <= 16)
        return equal_words(column, row, until, (int64_t) text.size, true);
    if (text.size >= 4 && text.size < 8)
        return equal_words(column, row, until, (int64_t) text.size, false);
    while (++row < until) {
        struct rule_text other = text_at(column, row);
        if (other.size != text.size || memcmp(other.bytes, text.bytes, text.size) != 0)
            break;
    }
    return row;
}

static inline bool
has_text(const struct table_column *keys, int64_t at, struct rule_text text)
{
    struct rule_text key = text_at(keys, at);
    return key.size == text.size && same_bytes(key.bytes, text.bytes, text.size);
}

static bool
walk_texts(const struct key_order *order, const struct table_column *column, int32_t from,
           int32_t until, int32_t *last, int32_t *instances, int32_t *start)
{
    const struct table_column *keys = order->column;
    int32_t at = *last;
    for (int32_t row = from; row < until;) {
        struct rule_text text = text_at(column, row);
        int32_t next = at + 1;
        if (next >= keys->rows || !has_text(keys, next, text)) {
            /* At the start of a piece, or where a dictionary says a text twice, it is the same. */
            next = at >= 0 && has_text(keys, at, text) ? at : search_text(order, text);
            if (next < at || next < 0)
                return false;
        }
        begin_at(start, at + 1, next + 1, row);
        at = next;
        int32_t end = walk_equals(column, row, until);
        for (; instances != NULL && row < end; row++)
            instances[row - from] = at;
        row = end;
    }
    *last = at;
    return true;
}

bool
key_order_walk(const struct key_order *order, const struct table_column *column, int32_t from,
               int32_t until, int32_t *instances, int32_t *start)
{
    bool numbers = column->type == CSTM_TYPE_INT;
    int32_t at = -1;
    if (column->type != order->column->type || !all_there(column, from > 0 ? from - 1 : 0, until))
        return false;
    if (from > 0) {
        at = numbers ? search_number(order->column, column->as.int64s[from - 1])
                     : search_text(order, text_at(column, from - 1));
        if (at < 0)
            return false;
    }
    if (!(numbers ? walk_numbers(order, column, from, until, &at, instances, start)
                  : walk_texts(order, column, from, until, &at, instances, start)))
        return false;
    if (until == column->rows)
        begin_at(start, at + 1, (int32_t) order->column->rows + 1, until);
    return true;
}
