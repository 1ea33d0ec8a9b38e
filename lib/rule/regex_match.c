/* Runs a compiled pattern. With a table a text costs one look-up a byte; without one, a set of steps moves over it symbol by
 * symbol, each step at most once a symbol. Either way nothing goes back, and nothing is allocated: the sets stand on the stack. */
#define _GNU_SOURCE

#include "rule/regex.h"

void
threads_put(struct regex_threads *threads, int32_t step)
{
    uint64_t *word = &threads->marks[step / 64];
    const uint64_t bit = UINT64_C(1) << (step % 64);
    if ((*word & bit) != 0)
        return;
    *word |= bit;
    threads->list[threads->n++] = (uint16_t) step;
}

void
threads_clear(struct regex_threads *threads)
{
    for (int32_t i = 0; i < threads->n; i++)
        threads->marks[threads->list[i] / 64] = 0;
    threads->n = 0;
    threads->pending = false;
    threads->matched = false;
}

static bool
holds(enum regex_assertion assertion, enum regex_side before, enum regex_side after)
{
    switch (assertion) {
    case AT_TEXT_BEGIN:
        return before == SIDE_EDGE;
    case AT_LINE_BEGIN:
        return before == SIDE_EDGE || before == SIDE_LINE;
    case AT_TEXT_END:
        return after == SIDE_EDGE;
    case AT_LINE_END:
        return after == SIDE_EDGE || after == SIDE_LINE;
    case AT_WORD_EDGE:
        return (before == SIDE_WORD) != (after == SIDE_WORD);
    case AT_NO_WORD_EDGE:
        return (before == SIDE_WORD) == (after == SIDE_WORD);
    }
    return false;
}

void
threads_close(const struct regex *regex, struct regex_threads *threads, int32_t from, enum regex_side before, enum regex_side after)
{
    for (int32_t i = from; i < threads->n; i++) {
        const struct regex_step *step = &regex->steps[threads->list[i]];
        if (step->kind == STEP_SPLIT) {
            threads_put(threads, step->next);
            threads_put(threads, step->other);
        } else if (step->kind == STEP_MATCH) {
            threads->matched = true;
        } else if (step->kind == STEP_ASSERT) {
            if (step->assertion >= AT_TEXT_END && after == SIDE_UNKNOWN)
                threads->pending = true;
            else if (holds((enum regex_assertion) step->assertion, before, after))
                threads_put(threads, step->next);
        }
    }
}

void
threads_move(const struct regex *regex, const struct regex_threads *threads, struct regex_threads *moved, int32_t symbol)
{
    for (int32_t i = 0; i < threads->n; i++) {
        const struct regex_step *step = &regex->steps[threads->list[i]];
        if (step->kind == STEP_SYMBOL ? step->other == symbol :
            step->kind == STEP_CLASS && (regex->members[step->other * regex->words + symbol / 64] >> (symbol % 64) & 1) != 0)
            threads_put(moved, step->next);
    }
}

/* The code point at a place and the place after it; what is no UTF-8 is U+FFFD, one byte long. */
static const uint8_t *
decode(const uint8_t *at, const uint8_t *end, uint32_t *code)
{
    const ptrdiff_t left = end - at;
    if (at[0] < 0x80) {
        *code = at[0];
        return at + 1;
    }
    if (at[0] >= 0xc0 && at[0] < 0xe0 && left >= 2) {
        *code = (uint32_t) (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        return at + 2;
    }
    if (at[0] >= 0xe0 && at[0] < 0xf0 && left >= 3) {
        *code = (uint32_t) (at[0] & 0x0f) << 12 | (uint32_t) (at[1] & 0x3f) << 6 | (at[2] & 0x3f);
        return at + 3;
    }
    if (at[0] >= 0xf0 && left >= 4) {
        *code = (uint32_t) (at[0] & 0x07) << 18 | (uint32_t) (at[1] & 0x3f) << 12 | (uint32_t) (at[2] & 0x3f) << 6 | (at[3] & 0x3f);
        *code = *code > 0x10ffff ? 0xfffd : *code;
        return at + 4;
    }
    *code = 0xfffd;
    return at + 1;
}

/* Of a code point beyond ASCII. */
static int32_t
symbol_of(const struct regex *regex, uint32_t code)
{
    if (regex->pages == NULL)
        return regex->bytes[0xc0];
    const uint32_t page = code >> 8;
    int32_t from = regex->pages[page < 256 ? page : 256];
    const int32_t to = page < 256 ? regex->pages[page + 1] : regex->n_intervals - 1;
    for (int32_t n = to - from + 1; n > 1; n -= n / 2)
        from += regex->begins[from + n / 2] <= code ? n / 2 : 0;
    return regex->symbols[from];
}

static bool
run_bytes(const struct regex *regex, const uint8_t *at, const uint8_t *end)
{
    const uint16_t *table = regex->table;
    const uint32_t hopeless = regex->columns;
    uint32_t row = regex->first;
    for (; at < end; at++) {
        row = table[row + regex->bytes[*at]];
        if (row <= hopeless)
            return row == 0;
    }
    return table[row + (uint32_t) regex->n_symbols] == 0;
}

static bool
run_codes(const struct regex *regex, const uint8_t *at, const uint8_t *end)
{
    const uint16_t *table = regex->table;
    const uint32_t hopeless = regex->columns;
    uint32_t row = regex->first;
    while (at < end) {
        if (*at < 0x80) {
            row = table[row + regex->bytes[*at++]];
        } else {
            uint32_t code;
            at = decode(at, end, &code);
            row = table[row + (uint32_t) symbol_of(regex, code)];
        }
        if (row <= hopeless)
            return row == 0;
    }
    return table[row + (uint32_t) regex->n_symbols] == 0;
}

static bool
run_steps(const struct regex *regex, const uint8_t *at, const uint8_t *end, int64_t *visits)
{
    uint16_t lists[2][REGEX_STEPS];
    uint64_t marks[2][REGEX_STEPS / 64];
    const size_t words = ((size_t) regex->n_steps + 63) / 64;
    memset(marks[0], 0, words * sizeof marks[0][0]);
    memset(marks[1], 0, words * sizeof marks[1][0]);
    struct regex_threads sets[2] = {{.list = lists[0], .marks = marks[0]}, {.list = lists[1], .marks = marks[1]}};
    struct regex_threads *now = &sets[0], *next = &sets[1];
    enum regex_side before = SIDE_EDGE;
    threads_put(now, regex->start);
    threads_close(regex, now, 0, before, SIDE_UNKNOWN);
    while (!now->matched && now->n > 0) {
        int32_t symbol = -1;
        enum regex_side after = SIDE_EDGE;
        if (at < end) {
            uint32_t code;
            at = decode(at, end, &code);
            symbol = code < 0x80 ? regex->bytes[code] : symbol_of(regex, code);
            after = (enum regex_side) regex->sides[symbol];
        }
        if (now->pending)
            threads_close(regex, now, 0, before, after);
        if (visits != NULL)
            *visits += now->n;
        if (now->matched || symbol < 0)
            break;
        threads_clear(next);
        threads_move(regex, now, next, symbol);
        if (!regex->anchored)
            threads_put(next, regex->start);
        before = after;
        threads_close(regex, next, 0, before, SIDE_UNKNOWN);
        struct regex_threads *passed = now;
        now = next;
        next = passed;
    }
    return now->matched;
}

static bool
has_at(const char *text, struct rule_text literal)
{
    return literal.size == 0 || memcmp(text, literal.bytes, literal.size) == 0;
}

static inline const char *
find(const char *text, size_t size, struct rule_text literal)
{
    if (literal.size > size)
        return NULL;
    if (literal.size == 1)
        return memchr(text, literal.bytes[0], size);
    return literal.size == 0 ? text : memmem(text, size, literal.bytes, literal.size);
}

static bool
match(const struct regex *regex, enum regex_form form, const char *text, size_t size, int64_t *visits)
{
    const struct rule_text literal = regex->literal;
    switch (form) {
    case REGEX_ALWAYS:
        return true;
    case REGEX_CONTAINS:
        return find(text, size, literal) != NULL;
    case REGEX_BEGINS:
        return size >= literal.size && has_at(text, literal);
    case REGEX_ENDS:
        return size >= literal.size && has_at(text + (size - literal.size), literal);
    case REGEX_EQUALS:
        return size == literal.size && has_at(text, literal);
    default:
        break;
    }
    const char *begin = text;
    if (literal.size > 0 && (begin = find(text, size, literal)) == NULL)
        return false;
    const uint8_t *at = (const uint8_t *) begin, *end = (const uint8_t *) text + size;
    if (form == REGEX_TABLE_BYTES)
        return run_bytes(regex, at, end);
    return form == REGEX_TABLE_CODES ? run_codes(regex, at, end) : run_steps(regex, at, end, visits);
}

bool
regex_match(const struct regex *regex, const char *text, size_t size)
{
    return match(regex, (enum regex_form) regex->form, text == NULL ? "" : text, size, NULL);
}

bool
regex_match_stepwise(const struct regex *regex, const char *text, size_t size, int64_t *visits)
{
    const bool table = regex->form == REGEX_TABLE_BYTES || regex->form == REGEX_TABLE_CODES;
    if (visits != NULL)
        *visits = 0;
    return match(regex, table ? REGEX_STEPWISE : (enum regex_form) regex->form, text == NULL ? "" : text, size, visits);
}
