/* From the text of a pattern to its tree, in RE2's syntax: https://github.com/google/re2/wiki/Syntax. Groups only hold together,
 * and a lazy repetition is as good as a greedy one, since all that is asked is whether there is a match. */
#include "rule/regex.h"

#include "base/hash.h"
#include "base/text.h"

#define FOLD 1      /* (?i) */
#define MULTI 2     /* (?m) */
#define DOT_ALL 4   /* (?s) */
#define UNGREEDY 8  /* (?U) */

struct group_name {
    const char *name;
    size_t size;
    const struct group_name *before;
};

struct parser {
    const char *text;
    int32_t size;
    int32_t at;
    int32_t flags;
    int32_t depth;
    const struct regex_room *room;
    struct regex_parsed *parsed;
    struct regex_fault *fault;
    struct regex_ranges ranges, inner;   /* of the class that is being read, and of a class within it */
    const struct group_name *names;
    bool no_posix;                       /* no ":]" stands ahead */
    int32_t n_ranges;                    /* of all classes read, those that were there already among them */
};

static struct regex_tree *parse_alternatives(struct parser *parser);

static void *
fail(struct parser *parser, uint8_t state, int32_t at, const char *message)
{
    if (parser->fault->state == 0)
        *parser->fault = (struct regex_fault){state, at, message};
    return NULL;
}

static void *
malformed(struct parser *parser, int32_t at, const char *message)
{
    return fail(parser, CSTM_ERROR_SYNTAX, at, message);
}

static void *
no_room(struct parser *parser)
{
    return fail(parser, parser->room->arena != NULL ? CSTM_ERROR_NO_MEMORY : CSTM_ERROR_LIMIT, parser->at, "out of memory");
}

static inline int32_t
left(const struct parser *parser)
{
    return parser->size - parser->at;
}

/* The byte some way on, NUL at the end; where a NUL would do, left() is asked. */
static inline char
peek(const struct parser *parser, int32_t on)
{
    return left(parser) > on ? parser->text[parser->at + on] : '\0';
}

static bool
looking_at(const struct parser *parser, const char *text)
{
    const size_t size = strlen(text);
    return (size_t) left(parser) >= size && memcmp(parser->text + parser->at, text, size) == 0;
}

static uint32_t
read_code(struct parser *parser)
{
    const uint8_t *bytes = (const uint8_t *) parser->text + parser->at;
    if (bytes[0] < 0x80) {
        parser->at += 1;
        return bytes[0];
    }
    if (bytes[0] < 0xe0) {
        parser->at += 2;
        return (uint32_t) (bytes[0] & 0x1f) << 6 | (bytes[1] & 0x3f);
    }
    if (bytes[0] < 0xf0) {
        parser->at += 3;
        return (uint32_t) (bytes[0] & 0x0f) << 12 | (uint32_t) (bytes[1] & 0x3f) << 6 | (bytes[2] & 0x3f);
    }
    parser->at += 4;
    return (uint32_t) (bytes[0] & 0x07) << 18 | (uint32_t) (bytes[1] & 0x3f) << 12 | (uint32_t) (bytes[2] & 0x3f) << 6 | (bytes[3] & 0x3f);
}

/* Trees. */

static struct regex_tree *
new_tree(struct parser *parser, enum regex_tree_kind kind)
{
    struct regex_tree *tree = regex_take(parser->room, sizeof *tree);
    if (tree == NULL)
        return no_room(parser);
    tree->kind = (uint8_t) kind;
    tree->copies = 1;
    return tree;
}

static bool
grow(struct parser *parser, void *array, int32_t *capacity, int32_t n, size_t size)
{
    void **at = array;
    if (n < *capacity)
        return true;
    const int32_t wanted = *capacity * 2 + 16;
    void *grown = regex_take(parser->room, size * (size_t) wanted);
    if (grown == NULL) {
        no_room(parser);
        return false;
    }
    if (n > 0)
        memcpy(grown, *at, size * (size_t) n);
    *at = grown;
    *capacity = wanted;
    return true;
}

/* The class of parser->ranges, which are tidied; each class is kept once. */
static struct regex_tree *
class_tree(struct parser *parser)
{
    struct regex_parsed *parsed = parser->parsed;
    struct regex_ranges *ranges = &parser->ranges;
    if (ranges->failed || parser->inner.failed)
        return no_room(parser);
    parser->n_ranges += ranges->n * ((parser->flags & FOLD) != 0 ? 4 : 1);   /* folding is dear */
    if (parser->n_ranges > REGEX_RANGES || parsed->n_classes == REGEX_STEPS)
        return fail(parser, CSTM_ERROR_LIMIT, parser->at, "the classes of the pattern are too large");
    struct regex_tree *tree = new_tree(parser, TREE_CLASS);
    if (tree == NULL)
        return NULL;
    const size_t bytes = sizeof *ranges->items * (size_t) ranges->n;
    const uint64_t hash = hash_bytes((const char *) ranges->items, bytes, 0);
    for (int32_t i = 0; i < parsed->n_classes; i++) {
        const struct regex_class *known = &parsed->classes[i];
        if (known->hash == hash && known->n == ranges->n && (bytes == 0 || memcmp(known->ranges, ranges->items, bytes) == 0)) {
            tree->code = (uint32_t) i;
            return tree;
        }
    }
    parsed->n_ranges += ranges->n;
    uint64_t *kept = regex_take(parser->room, bytes);
    if (kept == NULL)
        return no_room(parser);
    if (!grow(parser, &parsed->classes, &parsed->classes_capacity, parsed->n_classes, sizeof *parsed->classes))
        return NULL;
    if (bytes > 0)
        memcpy(kept, ranges->items, bytes);
    parsed->classes[parsed->n_classes] = (struct regex_class){kept, ranges->n, hash};
    tree->code = (uint32_t) parsed->n_classes++;
    return tree;
}

static struct regex_tree *
char_tree(struct parser *parser, uint32_t code)
{
    struct regex_parsed *parsed = parser->parsed;
    if ((parser->flags & FOLD) != 0 && fold_next(code) != code) {
        parser->ranges.n = 0;
        ranges_add(&parser->ranges, parser->room, code, code);
        ranges_fold(&parser->ranges, parser->room);
        ranges_tidy(&parser->ranges);
        return class_tree(parser);
    }
    struct regex_tree *tree = new_tree(parser, TREE_CHAR);
    if (tree == NULL || !grow(parser, &parsed->chars, &parsed->chars_capacity, parsed->n_chars, sizeof *parsed->chars))
        return NULL;
    tree->code = code;
    parsed->chars[parsed->n_chars++] = code;
    return tree;
}

static struct regex_tree *
assert_tree(struct parser *parser, enum regex_assertion assertion)
{
    struct regex_tree *tree = new_tree(parser, TREE_ASSERT);
    if (tree == NULL)
        return NULL;
    tree->assertion = (uint8_t) assertion;
    parser->parsed->reads_lines |= assertion == AT_LINE_BEGIN || assertion == AT_LINE_END;
    parser->parsed->reads_words |= assertion == AT_WORD_EDGE || assertion == AT_NO_WORD_EDGE;
    return tree;
}

static struct regex_tree *
dot_tree(struct parser *parser)
{
    parser->ranges.n = 0;
    if ((parser->flags & DOT_ALL) != 0) {
        ranges_add(&parser->ranges, parser->room, 0, 0x10ffff);
    } else {
        ranges_add(&parser->ranges, parser->room, 0, '\n' - 1);
        ranges_add(&parser->ranges, parser->room, '\n' + 1, 0x10ffff);
    }
    return class_tree(parser);
}

static struct regex_tree *
repeat_tree(struct parser *parser, int32_t at, struct regex_tree *tree, int32_t min, int32_t max)
{
    if (tree->kind == TREE_EMPTY || (min == 1 && max == 1))
        return tree;
    if (max == 0 || (tree->kind == TREE_ASSERT && min == 0))
        return new_tree(parser, TREE_EMPTY);
    if (tree->kind == TREE_ASSERT)
        return tree;
    const int32_t count = max < 0 ? min : max;
    const int32_t copies = count > 1 ? tree->copies * count : tree->copies;
    if (copies > REGEX_REPEAT)
        return malformed(parser, at, "nested repetitions come to more than 1000 times");
    struct regex_tree *repeat = new_tree(parser, TREE_REPEAT);
    if (repeat == NULL)
        return NULL;
    repeat->min = min;
    repeat->max = max;
    repeat->copies = copies;
    tree->before = NULL;
    repeat->last = repeat->first = tree;
    return repeat;
}

/* Escapes. */

static int32_t
digit_of(char c, int32_t base)
{
    int32_t digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
    return digit < base ? digit : -1;
}

/* \x41, \x{10FFFF}, past the x. */
static bool
read_hexadecimal(struct parser *parser, int32_t begin, uint32_t *code)
{
    const bool braced = peek(parser, 0) == '{';
    int32_t digits = 0;
    *code = 0;
    parser->at += braced;
    for (int32_t digit; (braced || digits < 2) && (digit = digit_of(peek(parser, 0), 16)) >= 0; digits++) {
        *code = *code * 16 + (uint32_t) digit;
        parser->at++;
        if (*code > 0x10ffff)
            return malformed(parser, begin, "the escape is no code point") != NULL;
    }
    if (braced ? digits == 0 || peek(parser, 0) != '}' : digits != 2)
        return malformed(parser, begin, "malformed escape") != NULL;
    parser->at += braced;
    return true;
}

/* An escape that stands for one code point, from its backslash. */
static bool
read_escape(struct parser *parser, uint32_t *code)
{
    static const char letters[] = "afnrtv";
    static const char means[] = "\a\f\n\r\t\v";
    const int32_t begin = parser->at++;
    if (left(parser) == 0)
        return malformed(parser, begin, "the pattern ends in a backslash") != NULL;
    const char c = peek(parser, 0);
    const char *letter = c == '\0' ? NULL : strchr(letters, c);
    if (letter != NULL) {
        parser->at++;
        *code = (uint32_t) means[letter - letters];
        return true;
    }
    if (c == 'x') {
        parser->at++;
        return read_hexadecimal(parser, begin, code);
    }
    const bool octal = c == '0' || (c >= '1' && c <= '7' && digit_of(peek(parser, 1), 8) >= 0);
    if (octal) {
        *code = 0;
        for (int32_t digits = 0; digits < 3 && digit_of(peek(parser, 0), 8) >= 0; digits++)
            *code = *code * 8 + (uint32_t) (parser->text[parser->at++] - '0');
        return true;
    }
    const bool letter_or_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if ((unsigned char) c < 0x80 && !letter_or_digit) {
        *code = (uint32_t) c;
        parser->at++;
        return true;
    }
    if ((c >= '1' && c <= '9') || c == 'k')
        return fail(parser, CSTM_ERROR_UNSUPPORTED, begin, "back references cannot be matched in linear time") != NULL;
    if (c == 'C')
        return fail(parser, CSTM_ERROR_UNSUPPORTED, begin, "a text is made of code points, \\C has no meaning") != NULL;
    return malformed(parser, begin, "unknown escape") != NULL;
}

/* Adds a negated or plain inner class, folded where case does not matter. */
static void
add_inner(struct parser *parser, bool negated)
{
    struct regex_ranges *inner = &parser->inner;
    if ((parser->flags & FOLD) != 0)
        ranges_fold(inner, parser->room);
    ranges_tidy(inner);
    if (negated)
        ranges_negate(inner, parser->room);
    for (int32_t i = 0; i < inner->n; i++)
        ranges_add(&parser->ranges, parser->room, (uint32_t) (inner->items[i] >> 32), (uint32_t) inner->items[i]);
}

/* \d or \pL at the parser: adds it. False: there is none, or a fault. */
static bool
read_escaped_class(struct parser *parser)
{
    const char c = peek(parser, 1);
    const int32_t begin = parser->at;
    if (peek(parser, 0) != '\\' || c == '\0' || strchr("dDsSwWpP", c) == NULL)
        return false;
    parser->inner.n = 0;
    parser->at += 2;
    if (c != 'p' && c != 'P') {
        ranges_add_perl(&parser->inner, parser->room, (char) (c | 0x20));
        add_inner(parser, c < 'a');
        return true;
    }
    bool negated = c == 'P';
    const char *name = parser->text + parser->at;
    size_t size = 1;
    if (left(parser) == 0)
        return malformed(parser, begin, "the class has no name") != NULL;
    if (name[0] == '{') {
        const char *end = memchr(name, '}', (size_t) left(parser));
        if (end == NULL)
            return malformed(parser, begin, "the class's name is not closed") != NULL;
        parser->at += (int32_t) (end - name) + 1;
        name++;
        if (name[0] == '^') {
            negated = !negated;
            name++;
        }
        size = (size_t) (end - name);
    } else {
        read_code(parser);
        size = (size_t) (parser->text + parser->at - name);
    }
    if (!ranges_add_unicode(&parser->inner, parser->room, name, size))
        return malformed(parser, begin, "no category or script of Unicode has this name") != NULL;
    add_inner(parser, negated);
    return true;
}

/* [:alpha:] at the parser. False: there is none, or a fault. */
static bool
read_posix_class(struct parser *parser)
{
    if (parser->no_posix || left(parser) <= 2 || !looking_at(parser, "[:"))
        return false;
    const char *name = parser->text + parser->at + 2, *end = name;
    while (end + 1 < parser->text + parser->size && (end[0] != ':' || end[1] != ']'))
        end++;
    if (end + 1 >= parser->text + parser->size) {
        parser->no_posix = true;
        return false;
    }
    const bool negated = name[0] == '^';
    name += negated;
    parser->inner.n = 0;
    if (end < name || !ranges_add_posix(&parser->inner, parser->room, name, (size_t) (end - name)))
        return malformed(parser, parser->at, "no class has this name") != NULL;
    add_inner(parser, negated);
    parser->at = (int32_t) (end + 2 - parser->text);
    return true;
}

static bool
read_class_code(struct parser *parser, int32_t begin, uint32_t *code)
{
    if (left(parser) == 0)
        return malformed(parser, begin, "the bracket is not closed") != NULL;
    if (peek(parser, 0) == '\\')
        return read_escape(parser, code);
    *code = read_code(parser);
    return true;
}

/* From its bracket. */
static struct regex_tree *
parse_class(struct parser *parser)
{
    const int32_t begin = parser->at++;
    const bool negated = peek(parser, 0) == '^';
    parser->at += negated;
    parser->ranges.n = 0;
    for (bool first = true; first || peek(parser, 0) != ']'; first = false) {
        if (left(parser) == 0)
            return malformed(parser, begin, "the bracket is not closed");
        if (read_posix_class(parser) || read_escaped_class(parser))
            continue;
        if (parser->fault->state != 0)
            return NULL;
        const int32_t at = parser->at;
        uint32_t lo, hi;
        if (!read_class_code(parser, begin, &lo))
            return NULL;
        hi = lo;
        if (left(parser) >= 2 && peek(parser, 0) == '-' && peek(parser, 1) != ']') {
            parser->at++;
            if (!read_class_code(parser, begin, &hi))
                return NULL;
            if (hi < lo)
                return malformed(parser, at, "the range's bounds are the wrong way round");
        }
        ranges_add(&parser->ranges, parser->room, lo, hi);
    }
    parser->at++;
    if ((parser->flags & FOLD) != 0)
        ranges_fold(&parser->ranges, parser->room);
    ranges_tidy(&parser->ranges);
    if (negated)
        ranges_negate(&parser->ranges, parser->room);
    return class_tree(parser);
}

/* Anything that begins with a backslash but \Q. */
static struct regex_tree *
parse_escape(struct parser *parser)
{
    static const struct { char letter; uint8_t assertion; } assertions[] = {
        {'A', AT_TEXT_BEGIN}, {'z', AT_TEXT_END}, {'b', AT_WORD_EDGE}, {'B', AT_NO_WORD_EDGE}};
    for (size_t i = 0; i < sizeof assertions / sizeof assertions[0]; i++) {
        if (peek(parser, 1) == assertions[i].letter) {
            parser->at += 2;
            return assert_tree(parser, assertions[i].assertion);
        }
    }
    parser->ranges.n = 0;
    if (read_escaped_class(parser)) {
        ranges_tidy(&parser->ranges);
        return class_tree(parser);
    }
    uint32_t code;
    if (parser->fault->state != 0 || !read_escape(parser, &code))
        return NULL;
    return char_tree(parser, code);
}

/* Groups. */

static bool
read_name(struct parser *parser, int32_t begin)
{
    struct group_name *name = regex_take(parser->room, sizeof *name);
    if (name == NULL)
        return no_room(parser) != NULL;
    name->name = parser->text + parser->at;
    for (char c; (c = peek(parser, 0)) == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');)
        parser->at++;
    name->size = (size_t) (parser->text + parser->at - name->name);
    if (name->size == 0 || peek(parser, 0) != '>')
        return malformed(parser, begin, "malformed name of a group") != NULL;
    parser->at++;
    for (const struct group_name *other = parser->names; other != NULL; other = other->before)
        if (other->size == name->size && memcmp(other->name, name->name, name->size) == 0)
            return malformed(parser, begin, "another group has this name") != NULL;
    name->before = parser->names;
    parser->names = name;
    return true;
}

/* (?i-s: or (?i-s), past the question mark. `group`: whether a group follows. */
static bool
read_flags(struct parser *parser, int32_t begin, bool *group)
{
    int32_t flags = parser->flags;
    bool off = false, any = false;
    for (;; parser->at++) {
        const char c = peek(parser, 0);
        const int32_t flag = c == 'i' ? FOLD : c == 'm' ? MULTI : c == 's' ? DOT_ALL : c == 'U' ? UNGREEDY : 0;
        if (flag != 0) {
            flags = off ? flags & ~flag : flags | flag;
            any = true;
        } else if (c == '-' && !off) {
            off = true;
            any = false;
        } else if ((c == ':' || c == ')') && (!off || any)) {
            parser->at++;
            parser->flags = flags;
            *group = c == ':';
            return true;
        } else {
            return malformed(parser, begin, left(parser) == 0 ? "the parenthesis is not closed" : "unknown kind of group") != NULL;
        }
    }
}

/* From its parenthesis. Flags alone give the tree NULL without a fault. */
static struct regex_tree *
parse_group(struct parser *parser)
{
    const int32_t begin = parser->at++, flags = parser->flags;
    bool group = true;
    if (looking_at(parser, "?=") || looking_at(parser, "?!") || looking_at(parser, "?<=") || looking_at(parser, "?<!"))
        return fail(parser, CSTM_ERROR_UNSUPPORTED, begin, "look-around cannot be matched in linear time");
    if (looking_at(parser, "?P=") || looking_at(parser, "?P>"))
        return fail(parser, CSTM_ERROR_UNSUPPORTED, begin, "back references cannot be matched in linear time");
    if (looking_at(parser, "?P<") || looking_at(parser, "?<")) {
        parser->at += peek(parser, 1) == 'P' ? 3 : 2;
        if (!read_name(parser, begin))
            return NULL;
    } else if (peek(parser, 0) == '?') {
        parser->at++;
        if (!read_flags(parser, begin, &group) || !group)
            return NULL;
    }
    if (parser->depth == REGEX_DEPTH)
        return fail(parser, CSTM_ERROR_LIMIT, begin, "groups are nested too deeply");
    parser->depth++;
    struct regex_tree *tree = parse_alternatives(parser);
    parser->depth--;
    if (tree == NULL)
        return NULL;
    if (left(parser) == 0)
        return malformed(parser, begin, "the parenthesis is not closed");
    parser->at++;
    parser->flags = flags;
    return tree;
}

/* Repetitions. */

static bool
read_count(struct parser *parser, int32_t *count)
{
    const int32_t begin = parser->at;
    *count = 0;
    for (char c; (c = peek(parser, 0)) >= '0' && c <= '9'; parser->at++)
        *count = *count > REGEX_REPEAT ? *count : *count * 10 + (c - '0');
    const int32_t digits = parser->at - begin;
    return digits > 0 && (digits == 1 || parser->text[begin] != '0');
}

/* {n}, {n,}, {n,m} at the parser; anything else is a literal brace and leaves the parser where it is. */
static bool
read_counts(struct parser *parser, int32_t *min, int32_t *max)
{
    const int32_t begin = parser->at++;
    bool read = read_count(parser, min);
    *max = *min;
    if (read && peek(parser, 0) == ',') {
        parser->at++;
        *max = -1;
        read = peek(parser, 0) == '}' || read_count(parser, max);
    }
    if (!read || peek(parser, 0) != '}') {
        parser->at = begin;
        return false;
    }
    parser->at++;
    return true;
}

static bool
read_repetition(struct parser *parser, int32_t *min, int32_t *max)
{
    const char c = peek(parser, 0);
    if (c == '{')
        return read_counts(parser, min, max);
    if (c != '*' && c != '+' && c != '?')
        return false;
    parser->at++;
    *min = c == '+';
    *max = c == '?' ? 1 : -1;
    return true;
}

/* Sequences. */

static void
append(struct regex_tree *parent, struct regex_tree *child)
{
    child->before = parent->last;
    if (parent->last == NULL)
        parent->first = child;
    parent->last = child;
}

/* \Q...\E: letter by letter. */
static bool
append_quoted(struct parser *parser, struct regex_tree *sequence)
{
    parser->at += 2;
    while (left(parser) > 0 && !looking_at(parser, "\\E")) {
        struct regex_tree *tree = char_tree(parser, read_code(parser));
        if (tree == NULL)
            return false;
        append(sequence, tree);
    }
    parser->at += left(parser) > 0 ? 2 : 0;
    return true;
}

static struct regex_tree *
parse_one(struct parser *parser)
{
    const bool multi = (parser->flags & MULTI) != 0;
    switch (peek(parser, 0)) {
    case '(':
        return parse_group(parser);
    case '[':
        return parse_class(parser);
    case '\\':
        return parse_escape(parser);
    case '.':
        parser->at++;
        return dot_tree(parser);
    case '^':
        parser->at++;
        return assert_tree(parser, multi ? AT_LINE_BEGIN : AT_TEXT_BEGIN);
    case '$':
        parser->at++;
        return assert_tree(parser, multi ? AT_LINE_END : AT_TEXT_END);
    default:
        return char_tree(parser, read_code(parser));
    }
}

static int32_t
most_copies(const struct regex_tree *tree)
{
    int32_t copies = 1;
    for (const struct regex_tree *child = tree->last; child != NULL; child = child->before)
        copies = child->copies > copies ? child->copies : copies;
    return copies;
}

/* A sequence within a sequence is no more than its parts. */
static struct regex_tree *
flatten(struct regex_tree *sequence)
{
    struct regex_tree **link = &sequence->last, *right = NULL;
    sequence->copies = most_copies(sequence);
    for (struct regex_tree *child = sequence->last; child != NULL; child = *link) {
        if (child->kind == TREE_EMPTY) {
            *link = child->before;
            continue;
        }
        if (child->kind == TREE_SEQUENCE) {
            *link = child->last;
            child->first->before = child->before;
            child = child->first;
        }
        right = child;
        link = &child->before;
    }
    sequence->first = right;
    if (right == NULL)
        sequence->kind = TREE_EMPTY;
    return right != NULL && sequence->last == right ? right : sequence;
}

static struct regex_tree *
parse_sequence(struct parser *parser)
{
    struct regex_tree *sequence = new_tree(parser, TREE_SEQUENCE);
    bool repeated = false;
    while (sequence != NULL && left(parser) > 0 && peek(parser, 0) != '|' && peek(parser, 0) != ')') {
        const int32_t at = parser->at;
        int32_t min, max;
        if (!read_repetition(parser, &min, &max)) {
            repeated = false;
            if (looking_at(parser, "\\Q")) {
                if (!append_quoted(parser, sequence))
                    return NULL;
                continue;
            }
            struct regex_tree *tree = parse_one(parser);
            if (parser->fault->state != 0)
                return NULL;
            if (tree != NULL)
                append(sequence, tree);
            continue;
        }
        parser->at += peek(parser, 0) == '?';
        if (repeated)
            return malformed(parser, at, "a repetition of a repetition needs parentheses");
        if (sequence->last == NULL)
            return malformed(parser, at, "there is nothing to repeat");
        if (min > REGEX_REPEAT || max > REGEX_REPEAT)
            return malformed(parser, at, "a repetition goes up to 1000 times");
        if (max >= 0 && max < min)
            return malformed(parser, at, "the repetition's bounds are the wrong way round");
        struct regex_tree *last = sequence->last;
        sequence->last = last->before;
        struct regex_tree *repeat = repeat_tree(parser, at, last, min, max);
        if (repeat == NULL)
            return NULL;
        append(sequence, repeat);
        repeated = true;
    }
    return sequence == NULL ? NULL : flatten(sequence);
}

static struct regex_tree *
parse_alternatives(struct parser *parser)
{
    struct regex_tree *first = parse_sequence(parser);
    if (first == NULL || peek(parser, 0) != '|')
        return first;
    struct regex_tree *alternate = new_tree(parser, TREE_ALTERNATE);
    if (alternate == NULL)
        return NULL;
    append(alternate, first);
    while (peek(parser, 0) == '|') {
        parser->at++;
        struct regex_tree *next = parse_sequence(parser);
        if (next == NULL)
            return NULL;
        append(alternate, next);
    }
    alternate->copies = most_copies(alternate);
    return alternate;
}

bool
regex_parse(const char *text, size_t size, const struct regex_room *room, struct regex_parsed *parsed, struct regex_fault *fault)
{
    struct parser parser = {.text = text, .room = room, .parsed = parsed, .fault = fault};
    if (size > REGEX_SIZE) {
        fail(&parser, CSTM_ERROR_LIMIT, 0, "the pattern is too long");
        return false;
    }
    parser.size = (int32_t) size;
    const size_t wrong = text_utf8_error(text, size);
    if (wrong < size) {
        malformed(&parser, (int32_t) wrong, "malformed UTF-8");
        return false;
    }
    parsed->root = parse_alternatives(&parser);
    if (parsed->root != NULL && parser.at < parser.size)
        malformed(&parser, parser.at, "no parenthesis is open that this one closes");
    return fault->state == 0;
}
