/* From the tree of a pattern to steps over symbols. Code points that no class and no literal of the pattern tells apart are one
 * symbol, so that a class is a few bits and a table a few columns. Since the answer is yes or no, what stands at either end
 * of the pattern and may as well be left out is left out (.*x.* is x), and what is then a plain literal needs no automaton. */
#include "rule/regex.h"

struct compiler {
    const struct regex_room *room;        /* of what stays */
    const struct regex_room *temporary;
    struct regex_parsed parsed;
    struct regex *regex;
    struct regex_step *steps;
    uint32_t *begins;                     /* intervals of code points, and their symbols */
    uint16_t *symbols;
    int32_t n_intervals;
    struct regex_fault *fault;
};

static bool
fail(struct compiler *compiler, uint8_t state, const char *message)
{
    if (compiler->fault->state == 0)
        *compiler->fault = (struct regex_fault){state, 0, message};
    return false;
}

static void *
take(struct compiler *compiler, const struct regex_room *room, size_t count, size_t size)
{
    void *taken = regex_take(room, count * size + 1);
    if (taken == NULL)
        fail(compiler, room->arena != NULL ? CSTM_ERROR_NO_MEMORY : CSTM_ERROR_LIMIT, "out of memory");
    return taken;
}

/* What can be left out at the ends. */

static bool
is_assert(const struct regex_tree *tree, enum regex_assertion assertion)
{
    return tree->kind == TREE_ASSERT && tree->assertion == assertion;
}

/* At an end that is open, a repetition matches as soon as its fewest copies do. NULL: it can be left out. */
static struct regex_tree *
trimmed(struct regex_tree *tree)
{
    while (tree->kind == TREE_REPEAT && tree->min == 1)
        tree = tree->last;
    if (tree->kind == TREE_REPEAT && tree->min == 0)
        return NULL;
    if (tree->kind == TREE_REPEAT)
        tree->max = tree->min;
    return tree->kind == TREE_EMPTY ? NULL : tree;
}

/* The parts of the whole in the order of the text, without what can be left out at either end. False: memory. */
static bool
trim(struct compiler *compiler, struct regex_tree ***kept, int32_t *n_kept)
{
    struct regex_tree *root = compiler->parsed.root;
    for (;;) {
        int32_t n = root->kind != TREE_SEQUENCE, begin = 0;
        struct regex_tree *part = root->kind == TREE_SEQUENCE ? root->last : NULL;
        for (const struct regex_tree *one = part; one != NULL; one = one->before)
            n++;
        struct regex_tree **parts = take(compiler, compiler->temporary, (size_t) n, sizeof *parts);
        if (parts == NULL)
            return false;
        parts[0] = root;
        for (int32_t i = n - 1; part != NULL; i--, part = part->before)
            parts[i] = part;
        for (struct regex_tree *first; begin < n && (first = trimmed(parts[begin])) != parts[begin];) {
            if (first == NULL)
                begin++;
            else
                parts[begin] = first;
        }
        for (struct regex_tree *last; n > begin && (last = trimmed(parts[n - 1])) != parts[n - 1];) {
            if (last == NULL)
                n--;
            else
                parts[n - 1] = last;
        }
        if (n - begin != 1 || parts[begin]->kind != TREE_SEQUENCE) {
            *kept = parts + begin;
            *n_kept = n - begin;
            return true;
        }
        root = parts[begin];
    }
}

static char *
put_code(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char) code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char) (0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char) (0xe0 | code >> 12);
        } else {
            *out++ = (char) (0xf0 | code >> 18);
            *out++ = (char) (0x80 | (code >> 12 & 0x3f));
        }
        *out++ = (char) (0x80 | (code >> 6 & 0x3f));
    }
    *out++ = (char) (0x80 | (code & 0x3f));
    return out;
}

/* A run of letters, and whether all is told by it. A surrogate, which no text has, is left to the automaton. */
static bool
find_literal(struct compiler *compiler, struct regex_tree *const *parts, int32_t n)
{
    struct regex *regex = compiler->regex;
    const bool begins = n > 0 && is_assert(parts[0], AT_TEXT_BEGIN);
    int32_t end = begins;
    while (end < n && parts[end]->kind == TREE_CHAR && (parts[end]->code < 0xd800 || parts[end]->code > 0xdfff))
        end++;
    char *bytes = take(compiler, compiler->room, (size_t) (end - begins), 4);
    if (bytes == NULL)
        return false;
    char *out = bytes;
    for (int32_t i = begins; i < end; i++)
        out = put_code(out, parts[i]->code);
    regex->literal = (struct rule_text){bytes, (size_t) (out - bytes)};
    const bool ends = end < n && is_assert(parts[end], AT_TEXT_END);
    if (end + ends == n)
        regex->form = begins ? (ends ? REGEX_EQUALS : REGEX_BEGINS) : ends ? REGEX_ENDS : end > 0 ? REGEX_CONTAINS : REGEX_ALWAYS;
    else if (begins)
        regex->literal.size = 0;
    return true;
}

/* Symbols. */

static bool
divide(struct compiler *compiler)
{
    const struct regex_parsed *parsed = &compiler->parsed;
    const size_t most = 2 * (size_t) (parsed->n_ranges + parsed->n_chars) + 12;
    compiler->begins = take(compiler, compiler->temporary, most, sizeof *compiler->begins);
    compiler->symbols = take(compiler, compiler->temporary, most, sizeof *compiler->symbols);
    struct heap *heap = compiler->temporary->heap;
    const size_t before = heap == NULL ? 0 : heap->used;
    uint64_t *cuts = take(compiler, compiler->temporary, most, sizeof *cuts);
    if (compiler->begins == NULL || compiler->symbols == NULL || cuts == NULL)
        return false;
    int32_t n = 0;
    cuts[n++] = 0;
    cuts[n++] = 0x80;
    for (int32_t i = 0; i < parsed->n_classes; i++) {
        for (int32_t k = 0; k < parsed->classes[i].n; k++) {
            cuts[n++] = parsed->classes[i].ranges[k] >> 32;
            cuts[n++] = (parsed->classes[i].ranges[k] & UINT32_MAX) + 1;
        }
    }
    for (int32_t i = 0; i < parsed->n_chars; i++) {
        cuts[n++] = parsed->chars[i];
        cuts[n++] = parsed->chars[i] + 1;
    }
    static const uint8_t words[] = {'0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1};
    for (size_t i = 0; i < sizeof words && parsed->reads_words; i++)
        cuts[n++] = words[i];
    if (parsed->reads_lines) {
        cuts[n++] = '\n';
        cuts[n++] = '\n' + 1;
    }
    sort_words(cuts, n);
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (cuts[i] < 0x110000 && (kept == 0 || compiler->begins[kept - 1] != cuts[i]))
            compiler->begins[kept++] = (uint32_t) cuts[i];
    compiler->n_intervals = kept;
    if (heap != NULL)
        heap->used = before;
    return kept <= UINT16_MAX || fail(compiler, CSTM_ERROR_LIMIT, "the classes of the pattern are too large");
}

static int32_t
interval_of(const struct compiler *compiler, uint32_t code)
{
    int32_t from = 0;
    for (int32_t n = compiler->n_intervals; n > 1; n -= n / 2)
        from += compiler->begins[from + n / 2] <= code ? n / 2 : 0;
    return from;
}

/* Splits every symbol that is partly in the class. */
struct division {
    int32_t *within;        /* by symbol: intervals of it that are in the class */
    int32_t *sizes;         /* intervals of it */
    int32_t *renamed;       /* what those in the class become; 0: not yet */
    int32_t n_symbols;
};

static void
split_range(struct compiler *compiler, struct division *division, uint32_t lo, uint32_t hi, bool count)
{
    for (int32_t i = interval_of(compiler, lo); i < compiler->n_intervals && compiler->begins[i] <= hi; i++) {
        const int32_t symbol = compiler->symbols[i];
        if (count) {
            division->within[symbol]++;
            continue;
        }
        if (division->within[symbol] == division->sizes[symbol] && division->renamed[symbol] == 0)
            continue;
        if (division->renamed[symbol] == 0)
            division->renamed[symbol] = division->n_symbols++;
        compiler->symbols[i] = (uint16_t) division->renamed[symbol];
    }
}

/* Once more over the same ranges: sizes are brought up to date and the counts back to nothing. */
static void
settle_range(struct compiler *compiler, struct division *division, uint32_t lo, uint32_t hi, const uint16_t *before)
{
    for (int32_t i = interval_of(compiler, lo); i < compiler->n_intervals && compiler->begins[i] <= hi; i++) {
        const int32_t was = before[i], is = compiler->symbols[i];
        division->within[was] = 0;
        division->renamed[was] = 0;
        if (was != is) {
            division->sizes[was]--;
            division->sizes[is]++;
        }
    }
}

static void
split_class(struct compiler *compiler, struct division *division, uint16_t *before, const uint64_t *ranges, int32_t n)
{
    for (int pass = 0; pass < 2; pass++)
        for (int32_t k = 0; k < n; k++)
            split_range(compiler, division, (uint32_t) (ranges[k] >> 32), (uint32_t) ranges[k], pass == 0);
    for (int32_t k = 0; k < n; k++)
        settle_range(compiler, division, (uint32_t) (ranges[k] >> 32), (uint32_t) ranges[k], before);
    for (int32_t k = 0; k < n; k++)
        for (int32_t i = interval_of(compiler, (uint32_t) (ranges[k] >> 32));
             i < compiler->n_intervals && compiler->begins[i] <= (uint32_t) ranges[k]; i++)
            before[i] = compiler->symbols[i];
}

static bool
name_symbols(struct compiler *compiler)
{
    const struct regex_parsed *parsed = &compiler->parsed;
    /* Each class at most doubles the symbols. */
    const int32_t classes = parsed->n_classes + parsed->n_chars + 2;
    size_t n = (size_t) compiler->n_intervals + 2;
    if (classes < 20 && n > (size_t) 1 << classes)
        n = (size_t) 1 << classes;
    struct division division = {.n_symbols = 1};
    int32_t *arrays = take(compiler, compiler->temporary, 3 * n, sizeof *arrays);
    uint16_t *before = take(compiler, compiler->temporary, (size_t) compiler->n_intervals, sizeof *before);
    if (arrays == NULL || before == NULL)
        return false;
    division.within = arrays;
    division.sizes = arrays + n;
    division.renamed = arrays + 2 * n;
    division.sizes[0] = compiler->n_intervals;
    for (int32_t i = 0; i < parsed->n_classes; i++)
        split_class(compiler, &division, before, parsed->classes[i].ranges, parsed->classes[i].n);
    for (int32_t i = 0; i < parsed->n_chars; i++) {
        const uint64_t range = parsed->chars[i] << 32 | parsed->chars[i];
        split_class(compiler, &division, before, &range, 1);
    }
    static const uint64_t word[] = {(uint64_t) '0' << 32 | '9', (uint64_t) 'A' << 32 | 'Z', (uint64_t) '_' << 32 | '_',
                                    (uint64_t) 'a' << 32 | 'z'};
    static const uint64_t line[] = {(uint64_t) '\n' << 32 | '\n'};
    if (parsed->reads_words)
        split_class(compiler, &division, before, word, 4);
    if (parsed->reads_lines)
        split_class(compiler, &division, before, line, 1);
    compiler->regex->n_symbols = division.n_symbols;
    return true;
}

static enum regex_side
side_of(const struct regex_parsed *parsed, uint32_t code)
{
    const bool word = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || code == '_' || (code >= 'a' && code <= 'z');
    if (word && parsed->reads_words)
        return SIDE_WORD;
    return code == '\n' && parsed->reads_lines ? SIDE_LINE : SIDE_OTHER;
}

/* Of each symbol one interval tells what stands beside a place, and which classes have it. */
static bool
describe_symbols(struct compiler *compiler)
{
    struct regex *regex = compiler->regex;
    const struct regex_parsed *parsed = &compiler->parsed;
    regex->words = (regex->n_symbols + 63) / 64;
    uint8_t *sides = take(compiler, compiler->room, (size_t) regex->n_symbols, sizeof *sides);
    uint64_t *members = take(compiler, compiler->room, (size_t) parsed->n_classes * (size_t) regex->words, sizeof *members);
    if (sides == NULL || members == NULL)
        return false;
    for (int32_t i = 0; i < compiler->n_intervals; i++)
        sides[compiler->symbols[i]] = (uint8_t) side_of(parsed, compiler->begins[i]);
    for (int32_t c = 0; c < parsed->n_classes; c++) {
        for (int32_t k = 0; k < parsed->classes[c].n; k++) {
            const uint32_t lo = (uint32_t) (parsed->classes[c].ranges[k] >> 32), hi = (uint32_t) parsed->classes[c].ranges[k];
            for (int32_t i = interval_of(compiler, lo); i < compiler->n_intervals && compiler->begins[i] <= hi; i++)
                members[c * regex->words + compiler->symbols[i] / 64] |= UINT64_C(1) << (compiler->symbols[i] % 64);
        }
    }
    regex->sides = sides;
    regex->members = members;
    return true;
}

/* Neighbours of one symbol are joined, and the ways to look code points up are laid out. */
static bool
keep_intervals(struct compiler *compiler)
{
    struct regex *regex = compiler->regex;
    for (uint32_t byte = 0; byte < 0x80; byte++)
        regex->bytes[byte] = compiler->symbols[interval_of(compiler, byte)];
    int32_t n = 0;
    bool one = true;
    const int32_t beyond = interval_of(compiler, 0x80);
    for (int32_t i = 0; i < compiler->n_intervals; i++) {
        one &= i < beyond || compiler->symbols[i] == compiler->symbols[beyond];
        if (n > 0 && compiler->symbols[i] == compiler->symbols[n - 1])
            continue;
        compiler->begins[n] = compiler->begins[i];
        compiler->symbols[n++] = compiler->symbols[i];
    }
    compiler->n_intervals = n;
    for (uint32_t byte = 0x80; byte < 0x100; byte++)
        regex->bytes[byte] = byte < 0xc0 ? (uint16_t) (regex->n_symbols + 1) : compiler->symbols[interval_of(compiler, 0x80)];
    if (one)
        return true;
    uint32_t *begins = take(compiler, compiler->room, (size_t) n, sizeof *begins);
    uint16_t *symbols = take(compiler, compiler->room, (size_t) n, sizeof *symbols);
    uint16_t *pages = take(compiler, compiler->room, 257, sizeof *pages);
    if (begins == NULL || symbols == NULL || pages == NULL)
        return false;
    memcpy(begins, compiler->begins, sizeof *begins * (size_t) n);
    memcpy(symbols, compiler->symbols, sizeof *symbols * (size_t) n);
    for (uint32_t page = 0; page <= 256; page++)
        pages[page] = (uint16_t) interval_of(compiler, page << 8);
    regex->n_intervals = n;
    regex->begins = begins;
    regex->symbols = symbols;
    regex->pages = pages;
    return true;
}

/* Steps, from the last to the first: each is made knowing what follows it. */

/* How many steps a tree comes to, at most; beyond the limit it does not matter how far. */
static int64_t
measure(const struct regex_tree *tree)
{
    int64_t steps = 0;
    for (const struct regex_tree *child = tree->last; child != NULL && steps <= REGEX_STEPS; child = child->before)
        steps += measure(child) + (tree->kind == TREE_ALTERNATE);
    switch ((enum regex_tree_kind) tree->kind) {
    case TREE_CHAR:
    case TREE_CLASS:
    case TREE_ASSERT:
        return 1;
    case TREE_REPEAT:
        if (tree->max < 0)
            return steps * (tree->min > 0 ? tree->min : 1) + 1;
        return steps * tree->max + (tree->max - tree->min);
    default:
        return steps;
    }
}

static uint16_t
new_step(struct compiler *compiler, enum regex_step_kind kind, uint16_t next, uint16_t other)
{
    compiler->steps[compiler->regex->n_steps] = (struct regex_step){.kind = (uint8_t) kind, .next = next, .other = other};
    return (uint16_t) compiler->regex->n_steps++;
}

static uint16_t generate(struct compiler *compiler, const struct regex_tree *tree, uint16_t next);

/* Goes round until it leaves by `next`; returns where it is entered, past the body if none is needed. */
static uint16_t
generate_loop(struct compiler *compiler, const struct regex_tree *body, uint16_t next, bool at_least_one)
{
    const uint16_t split = new_step(compiler, STEP_SPLIT, 0, next);
    const uint16_t begin = generate(compiler, body, split);
    compiler->steps[split].next = begin;
    return at_least_one ? begin : split;
}

static uint16_t
generate_repeat(struct compiler *compiler, const struct regex_tree *tree, uint16_t next)
{
    const struct regex_tree *body = tree->last;
    int32_t copies = tree->min;
    uint16_t begin = next;
    if (tree->max < 0) {
        begin = generate_loop(compiler, body, next, copies > 0);
        copies -= copies > 0;
    }
    for (int32_t i = tree->min; i < tree->max; i++) {
        const uint16_t copy = generate(compiler, body, begin);
        begin = new_step(compiler, STEP_SPLIT, copy, next);
    }
    for (; copies > 0; copies--)
        begin = generate(compiler, body, begin);
    return begin;
}

static uint16_t
generate_class(struct compiler *compiler, const struct regex_tree *tree, uint16_t next)
{
    const struct regex_class *class = &compiler->parsed.classes[tree->code];
    if (class->n == 0)
        return 0;
    return new_step(compiler, STEP_CLASS, next, (uint16_t) tree->code);
}

static uint16_t
generate(struct compiler *compiler, const struct regex_tree *tree, uint16_t next)
{
    uint16_t begin = next;
    switch ((enum regex_tree_kind) tree->kind) {
    case TREE_EMPTY:
        break;
    case TREE_CHAR:
        return new_step(compiler, STEP_SYMBOL, next, compiler->symbols[interval_of(compiler, tree->code)]);
    case TREE_CLASS:
        return generate_class(compiler, tree, next);
    case TREE_ASSERT:
        begin = new_step(compiler, STEP_ASSERT, next, 0);
        compiler->steps[begin].assertion = tree->assertion;
        break;
    case TREE_SEQUENCE:
        for (const struct regex_tree *child = tree->last; child != NULL; child = child->before)
            begin = generate(compiler, child, begin);
        break;
    case TREE_ALTERNATE:
        begin = 0;
        for (const struct regex_tree *child = tree->last; child != NULL; child = child->before) {
            const uint16_t way = generate(compiler, child, next);
            begin = begin == 0 ? way : way == 0 ? begin : new_step(compiler, STEP_SPLIT, way, begin);
        }
        break;
    case TREE_REPEAT:
        begin = generate_repeat(compiler, tree, next);
        break;
    }
    return begin;
}

/* Whether every way in goes through \A. */
static bool
is_anchored(const struct regex_tree *tree)
{
    while (tree->kind == TREE_SEQUENCE)
        tree = tree->first;
    if (tree->kind != TREE_ALTERNATE)
        return is_assert(tree, AT_TEXT_BEGIN);
    for (const struct regex_tree *child = tree->last; child != NULL; child = child->before)
        if (!is_anchored(child))
            return false;
    return true;
}

static bool
generate_steps(struct compiler *compiler, struct regex_tree *const *parts, int32_t n)
{
    struct regex *regex = compiler->regex;
    int64_t most = 2;
    for (int32_t i = 0; i < n && most <= REGEX_STEPS; i++)
        most += measure(parts[i]);
    if (most > REGEX_STEPS)
        return fail(compiler, CSTM_ERROR_LIMIT, "the pattern comes to more than 8192 steps");
    compiler->steps = take(compiler, compiler->room, (size_t) most, sizeof *compiler->steps);
    if (compiler->steps == NULL)
        return false;
    new_step(compiler, STEP_FAIL, 0, 0);
    uint16_t begin = new_step(compiler, STEP_MATCH, 0, 0);
    for (int32_t i = n - 1; i >= 0; i--)
        begin = generate(compiler, parts[i], begin);
    regex->steps = compiler->steps;
    regex->start = begin;
    regex->anchored = n > 0 && is_anchored(parts[0]);
    return true;
}

const struct regex *
regex_new(const char *pattern, size_t size, const struct regex_room *room, const struct regex_room *temporary,
          struct regex_fault *fault)
{
    struct compiler compiler = {.room = room, .temporary = temporary, .fault = fault};
    *fault = (struct regex_fault){0};
    if (!regex_parse(pattern, size, temporary, &compiler.parsed, fault))
        return NULL;
    struct regex_tree **parts;
    int32_t n;
    compiler.regex = take(&compiler, room, 1, sizeof *compiler.regex);
    if (compiler.regex == NULL || !trim(&compiler, &parts, &n))
        return NULL;
    compiler.regex->form = REGEX_STEPWISE;
    if (!find_literal(&compiler, parts, n))
        return NULL;
    if (compiler.regex->form != REGEX_STEPWISE)
        return compiler.regex;
    if (!divide(&compiler) || !name_symbols(&compiler) || !describe_symbols(&compiler) || !keep_intervals(&compiler) ||
        !generate_steps(&compiler, parts, n))
        return NULL;
    if (room->arena != NULL && !regex_build_table(compiler.regex, room, temporary)) {
        fail(&compiler, CSTM_ERROR_NO_MEMORY, "out of memory");
        return NULL;
    }
    return compiler.regex;
}

const struct regex *
regex_compile(struct arena *arena, const char *pattern, size_t size, struct regex_fault *fault)
{
    struct arena working = {0};
    const struct regex_room room = {.arena = arena}, temporary = {.arena = &working};
    const struct regex *regex = regex_new(pattern, size, &room, &temporary, fault);
    arena_clear(&working);
    return regex;
}
