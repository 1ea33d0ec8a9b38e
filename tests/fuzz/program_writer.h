/* Well-typed random programs out of bytes. The tables of functions themselves say what may be written: a row whose signature gives
 * the type that is wanted is called with operands of the types that it takes, so that a new function is reached without a word
 * here. Types are written as signatures write them: "lmsi" is a list of maps of texts to integers.
 *
 * Every program is written three times: with literals, which are folded; with names bound to the same values, which are not; and with
 * literals and blanks wherever blanks may stand. Where the bytes end, leaves are written, and so it ends. */
#ifndef TESTS_FUZZ_PROGRAM_WRITER_H
#define TESTS_FUZZ_PROGRAM_WRITER_H

#include "agreement.h"

#include "rule/overload.h"

#include <stdio.h>

#define PROGRAM_TEXT 16384
#define PROGRAM_ROOM 6000          /* from here on only leaves */
#define TYPE_SIZE 32
#define PROGRAM_LOCALS 12

struct sink {
    char text[PROGRAM_TEXT];
    size_t n;
};

struct program_writer {
    const uint8_t *bytes;
    size_t size, at;
    struct sink folded, named, spaced;
    uint32_t blank;                  /* which blanks come next */
    bool full;                       /* a sink is: the program is no good */
    int32_t n_locals;
    char locals[PROGRAM_LOCALS][TYPE_SIZE];
    uint8_t *used;                   /* nullable: by row of the tables, set where it was written */
};

static void write_value(struct program_writer *writer, const char *type, int depth);

static inline uint32_t
pick(struct program_writer *writer, uint32_t n)
{
    if (writer->at >= writer->size)
        return 0;
    uint32_t byte = writer->bytes[writer->at++];
    if (n > 256 && writer->at < writer->size)
        byte = byte << 8 | writer->bytes[writer->at++];
    return byte % n;
}

static inline bool
is_spent(const struct program_writer *writer)
{
    return writer->at >= writer->size || writer->folded.n > PROGRAM_ROOM || writer->named.n > PROGRAM_ROOM;
}

static inline void
sink_put(struct program_writer *writer, struct sink *sink, const char *text)
{
    const size_t size = strlen(text);
    if (sink->n + size >= PROGRAM_TEXT) {
        writer->full = true;
        return;
    }
    memcpy(sink->text + sink->n, text, size);
    sink->n += size;
}

/* One token, a literal and the name of its value, or a token for all. */
static inline void
put_either(struct program_writer *writer, const char *literal, const char *name)
{
    static const char *const blanks[] = {"", " ", "\n", "", "\t ", " // a comment, 'and' more\n", "\r\n", ""};
    sink_put(writer, &writer->folded, literal);
    sink_put(writer, &writer->named, name);
    sink_put(writer, &writer->spaced, blanks[writer->blank++ * 7 / 3 % 8]);
    sink_put(writer, &writer->spaced, literal);
}

static inline void
put(struct program_writer *writer, const char *token)
{
    put_either(writer, token, token);
}

/* Types. */

static const char letters[] = "biudsytDC$nT";
static const uint8_t letter_kinds[] = {RULE_BOOL, RULE_INT, RULE_UINT, RULE_DOUBLE, RULE_STRING, RULE_BYTES, RULE_TIMESTAMP, RULE_DURATION,
                                       RULE_DATE, RULE_MONEY, RULE_NULL, RULE_TYPE};

static inline char
letter_of(uint8_t kind)
{
    const uint8_t *found = memchr(letter_kinds, kind, sizeof letter_kinds);
    return found == NULL ? '*' : letters[found - letter_kinds];
}

static inline enum rule_kind
kind_of_letter(char letter)
{
    const char *found = letter == 0 ? NULL : strchr(letters, letter);
    return found == NULL ? RULE_DYN : (enum rule_kind) letter_kinds[found - letters];
}

/* Past one type. */
static inline const char *
type_end(const char *type)
{
    const char letter = *type;
    if (letter == 0)
        return type;
    type++;
    if (letter == 'm')
        type = type_end(type);
    return letter == 'm' || letter == 'l' || letter == 'o' ? type_end(type) : type;
}

static inline void
copy_type(char *into, const char *type)
{
    const size_t size = (size_t) (type_end(type) - type);
    memcpy(into, type, size < TYPE_SIZE ? size : 1);
    into[size < TYPE_SIZE ? size : 1] = 0;
}

static inline void
join_type(char *into, const char *head, const char *type)
{
    const size_t before = strlen(head), size = strlen(type);
    char whole[TYPE_SIZE] = "i";
    if (before + size < TYPE_SIZE) {
        memcpy(whole, head, before);
        memcpy(whole + before, type, size + 1);
    }
    memcpy(into, whole, TYPE_SIZE);
}

static inline void
random_type(struct program_writer *writer, char *type, int depth)
{
    static const char keys[] = "sibu";
    const uint32_t choice = pick(writer, depth > 0 ? 18 : 13);
    char inner[TYPE_SIZE], head[3] = {"lmoll"[choice < 13 ? 0 : choice - 13], 0, 0};
    if (choice < 13) {
        const char scalar[2] = {"biudsytDC$nT*"[choice], 0};
        memcpy(type, scalar, 2);
        return;
    }
    if (head[0] == 'm')
        head[1] = keys[pick(writer, 4)];
    random_type(writer, inner, depth - 1);
    join_type(type, head, inner);
}

/* What the variables of a signature stand for; "" where that is open. */
struct variables_of {
    char a[TYPE_SIZE], b[TYPE_SIZE], number[TYPE_SIZE];
};

/* Whether the pattern can give the type. Both are moved past what was read. */
static inline bool
gives(const char **pattern, const char **type, struct variables_of *of)
{
    const char letter = *(*pattern)++;
    if (letter == 'A' || letter == 'B' || letter == 'N') {
        char *variable = letter == 'A' ? of->a : letter == 'B' ? of->b : of->number;
        char found[TYPE_SIZE];
        copy_type(found, *type);
        *type = type_end(*type);
        if (letter == 'N' && strchr("iud", found[0]) == NULL)
            return false;
        if (variable[0] != 0)
            return strcmp(variable, found) == 0;
        memcpy(variable, found, TYPE_SIZE);
        return true;
    }
    if (letter != **type)
        return false;
    (*type)++;
    if (letter == 'm' && !gives(pattern, type, of))
        return false;
    return letter == 'm' || letter == 'l' || letter == 'o' ? gives(pattern, type, of) : true;
}

/* The type of one operand, its variables replaced; they are drawn where they are open. */
static inline const char *
operand_type(struct program_writer *writer, const char *pattern, struct variables_of *of, char *type)
{
    const char letter = *pattern++;
    char inner[TYPE_SIZE], second[TYPE_SIZE], head[2] = {letter, 0};
    if (letter == 'A' || letter == 'B' || letter == 'N') {
        char *variable = letter == 'A' ? of->a : letter == 'B' ? of->b : of->number;
        const char number[2] = {"iud"[variable[0] == 0 && letter == 'N' ? pick(writer, 3) : 0], 0};
        if (variable[0] == 0 && letter == 'N')
            memcpy(variable, number, 2);
        else if (variable[0] == 0)
            random_type(writer, variable, 1);
        memcpy(type, variable, TYPE_SIZE);
    } else if (letter == '*') {
        random_type(writer, type, 1);
    } else if (letter == 'l' || letter == 'o') {
        pattern = operand_type(writer, pattern, of, inner);
        join_type(type, head, inner);
    } else if (letter == 'm') {
        const bool any_key = *pattern == '*' || *pattern == 'A';
        pattern = operand_type(writer, pattern, of, inner);
        if (any_key && strchr("sibu", inner[0]) == NULL)
            memcpy(inner, "s", 2);
        pattern = operand_type(writer, pattern, of, second);
        char both[2 * TYPE_SIZE];
        snprintf(both, sizeof both, "%s%s", inner, second);
        join_type(type, "m", both);
    } else {
        memcpy(type, head, 2);
    }
    return pattern;
}

/* Leaves. */

static inline bool
write_local(struct program_writer *writer, const char *type)
{
    for (int32_t i = writer->n_locals - 1; i >= 0; i--) {
        if (strcmp(writer->locals[i], type) != 0 || pick(writer, 3) == 2)
            continue;
        char name[16];
        snprintf(name, sizeof name, "x%d", i);
        put(writer, name);
        return true;
    }
    return false;
}

/* A constant, or a name of a row if it may be one. */
static inline void
write_scalar_leaf(struct program_writer *writer, enum rule_kind kind, bool is_constant)
{
    int32_t n = 0, n_constants = 0;
    for (int32_t i = 0; i < CONSTANTS; i++)
        n_constants += constants[i].kind == kind;
    for (int32_t i = 0; i < VARIABLES && !is_constant; i++)
        n += variables[i].kind == kind;
    int32_t chosen = (int32_t) pick(writer, (uint32_t) (n_constants + n));
    for (int32_t i = 0; i < CONSTANTS; i++)
        if (constants[i].kind == kind && chosen-- == 0)
            put_either(writer, constants[i].literal, is_constant ? constants[i].literal : constants[i].name);
    for (int32_t i = 0; i < VARIABLES && chosen >= 0; i++)
        if (variables[i].kind == kind && chosen-- == 0)
            put(writer, variables[i].name);
}

static inline void
write_items(struct program_writer *writer, const char *type, int depth)
{
    const uint32_t n = is_spent(writer) ? 1 : pick(writer, 4);
    char optional[TYPE_SIZE];
    join_type(optional, "o", type);
    put(writer, "[");
    for (uint32_t i = 0; i < n; i++) {
        const bool is_optional = depth > 0 && pick(writer, 8) == 7;
        put(writer, i > 0 ? "," : "");
        put(writer, is_optional ? "?" : "");
        write_value(writer, is_optional ? optional : type, depth - 1);
    }
    put(writer, "]");
}

static inline void
write_entries(struct program_writer *writer, const char *type, int depth)
{
    const uint32_t n = is_spent(writer) ? 1 : pick(writer, 4);
    char key[TYPE_SIZE], value[TYPE_SIZE], optional[TYPE_SIZE];
    copy_type(key, type + 1);
    copy_type(value, type_end(type + 1));
    join_type(optional, "o", value);
    put(writer, "{");
    for (uint32_t i = 0; i < n; i++) {
        const bool is_optional = depth > 0 && pick(writer, 8) == 7;
        put(writer, i > 0 ? "," : "");
        put(writer, is_optional ? "?" : "");
        write_value(writer, key[0] == '*' ? "s" : key, depth - 1);
        put(writer, ":");
        write_value(writer, is_optional ? optional : value, depth - 1);
    }
    put(writer, "}");
}

static inline void
write_leaf(struct program_writer *writer, const char *type, int depth)
{
    static const char *const names[] = {"int", "string", "list", "map", "google.protobuf.Timestamp", "null_type", "type"};
    if (write_local(writer, type))
        return;
    switch (type[0]) {
    case 'n':
        put(writer, "null");
        return;
    case 'T':
        put(writer, names[pick(writer, 7)]);
        return;
    case '*':
        put(writer, "any");
        return;
    case 'l':
        if (type[1] == '*' && pick(writer, 2) == 1)
            put(writer, "tags");
        else
            write_items(writer, type + 1, depth);
        return;
    case 'm':
        if (type[1] == '*' && pick(writer, 2) == 1)
            put(writer, "props");
        else
            write_entries(writer, type, depth);
        return;
    case 'o':
        if (pick(writer, 3) == 2) {
            put(writer, "optional.none()");
            return;
        }
        put(writer, "optional.of(");
        write_value(writer, type + 1, depth - 1);
        put(writer, ")");
        return;
    default:
        write_scalar_leaf(writer, kind_of_letter(type[0]), false);
    }
}

/* Calls of the tables' rows. */

static inline bool
row_gives(const struct overload *row, const char *type, struct variables_of *of)
{
    *of = (struct variables_of){.a = ""};
    const char result[2] = {letter_of(row->result), 0};
    const char *pattern = row->signature == NULL ? result : strchr(row->signature, '>');
    if (pattern == NULL || row->name[0] == 0)
        return false;
    pattern += row->signature != NULL;
    return gives(&pattern, &type, of);
}

static inline void
write_edges(struct program_writer *writer, uint8_t kind)
{
    const char *edges = kind == RULE_INT ? "[-3,0,41]" : kind == RULE_MONEY ? "[money('0'),money('8000')]" : kind == RULE_DATE
        ? "[date('2003-04-01')]" : kind == RULE_TIMESTAMP ? "[timestamp('2001-01-01T00:00:00Z')]" : kind == RULE_DURATION
        ? "[duration('-1s'),duration('24h')]" : "[-1,0.0,2.5]";
    put(writer, edges);
}

/* What must be a constant, or is one more often than not. */
static inline bool
write_bound(struct program_writer *writer, const struct overload *row)
{
    static const char *const zones[] = {"'UTC'", "'+05:30'", "'Asia/Taipei'", "'-11:00'"};
    static const char *const patterns[] = {"'^[a-z]+$'", "'\\\\d{2,4}|r'", "'(?i)Z.*H'", "''"};
    char table[32];
    uint32_t n;
    switch (row->binding) {
    case BIND_SET:
        n = pick(writer, 12);
        put(writer, "[");
        for (uint32_t i = 0; i < n; i++) {
            put(writer, i > 0 ? "," : "");
            if (row->args[0] == RULE_NULL)
                put(writer, "null");
            else
                write_scalar_leaf(writer, (enum rule_kind) row->args[0], true);
        }
        put(writer, "]");
        return true;
    case BIND_REGEX:
        put(writer, patterns[pick(writer, 4)]);
        return true;
    case BIND_EDGES:
        write_edges(writer, row->args[0]);
        return true;
    case BIND_QUANTILES:
    case BIND_MAPPING:
        snprintf(table, sizeof table, "'%s'", rule_kind_name((enum rule_kind) row->args[0]));
        put(writer, table);
        return true;
    case BIND_ZONE_TEXT:
        if (pick(writer, 4) == 3)
            return false;
        put(writer, zones[pick(writer, 4)]);
        return true;
    default:
        return false;
    }
}

static inline const char *
write_operand(struct program_writer *writer, const struct overload *row, const char *pattern, int32_t i, int32_t n, struct variables_of *of, int depth)
{
    char type[TYPE_SIZE] = {0};
    if (row->signature != NULL) {
        pattern = operand_type(writer, pattern, of, type);
    } else {
        type[0] = letter_of(row->args[i]);
        if (i == n - 1 && write_bound(writer, row))
            return pattern;
        if (i == 1 && (row->binding == BIND_RATES || row->binding == BIND_RATES_ZONE) && pick(writer, 4) < 3) {
            static const char *const codes[] = {"'USD'", "'JPY'", "'TWD'", "'EUR'"};
            put(writer, codes[pick(writer, 4)]);
            return pattern;
        }
    }
    write_value(writer, type, depth - 1);
    return pattern;
}

/* _+_ and the like stand between their operands, -_ before it, methods after the first. */
static inline void
write_call(struct program_writer *writer, const struct overload *row, struct variables_of *of, int depth)
{
    const int32_t n = row->n == OVERLOAD_ANY ? 1 + (int32_t) pick(writer, 4) : row->n;
    const size_t size = strlen(row->name);
    const bool is_binary = n == 2 && row->name[0] == '_' && row->name[size - 1] == '_', is_in = strcmp(row->name, "@in") == 0;
    const bool is_prefix = n == 1 && !is_binary && row->name[size - 1] == '_';
    const bool is_method = row->style == STYLE_METHOD || (row->style == STYLE_BOTH && pick(writer, 2) == 1);
    const char *pattern = row->signature;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int) (is_binary ? size - 2 : is_prefix ? size - 1 : size), row->name + (is_binary ? 1 : 0));
    if (!is_binary && !is_in && !is_prefix && !is_method)
        put(writer, name);
    put(writer, "(");
    put(writer, is_prefix ? name : "");
    for (int32_t i = 0; i < n; i++) {
        const char *at = pattern;
        if (i == 1 && is_method) {
            put(writer, ").");
            put(writer, name);
            put(writer, "(");
        } else if (i > 0) {
            put(writer, is_in ? " in " : is_binary ? name : ",");
        }
        pattern = write_operand(writer, row, pattern, i, n, of, depth);
        if (pattern != NULL && *pattern == ',')
            pattern++;
        else if (row->n == OVERLOAD_ANY)
            pattern = at;
    }
    if (n == 1 && is_method) {
        put(writer, ").");
        put(writer, name);
        put(writer, "(");
    }
    put(writer, ")");
}

static inline bool
write_row(struct program_writer *writer, const char *type, int depth)
{
    struct variables_of of;
    int32_t n = 0, n_names;
    const int32_t n_rows = overload_count(&n_names);
    for (int32_t i = 0; i < n_rows; i++)
        n += row_gives(overload_at(i), type, &of);
    int32_t chosen = n == 0 ? -1 : (int32_t) pick(writer, (uint32_t) n);
    for (int32_t i = 0; i < n_rows && chosen >= 0; i++) {
        if (!row_gives(overload_at(i), type, &of) || chosen-- > 0)
            continue;
        if (writer->used != NULL)
            writer->used[i] = 1;
        write_call(writer, overload_at(i), &of, depth);
    }
    return n > 0;
}

/* Macros. */

static inline bool
push(struct program_writer *writer, const char *type)
{
    if (writer->n_locals == PROGRAM_LOCALS)
        return false;
    memcpy(writer->locals[writer->n_locals++], type, TYPE_SIZE);
    return true;
}

static inline void
put_local(struct program_writer *writer, int32_t i, const char *after)
{
    char name[16];
    snprintf(name, sizeof name, "x%d", i);
    put(writer, name);
    put(writer, after);
}

/* (range).macro(x, or i, x, : what it walks is written before its variables are there. */
static inline void
open_macro(struct program_writer *writer, const char *range, const char *name, const char *first, const char *second, int depth)
{
    put(writer, "(");
    write_value(writer, range, depth - 1);
    put(writer, ").");
    put(writer, name);
    put(writer, "(");
    put_local(writer, writer->n_locals, ",");
    push(writer, first);
    if (second == NULL)
        return;
    put_local(writer, writer->n_locals, ",");
    push(writer, second);
}

static inline void
close_macro(struct program_writer *writer, const char *body, int32_t n_locals, int depth)
{
    write_value(writer, body, depth - 1);
    put(writer, ")");
    writer->n_locals -= n_locals;
}

static inline void
write_quantifier(struct program_writer *writer, int depth)
{
    static const char *const names[] = {"all", "exists", "exists_one", "existsOne"};
    const char *name = names[pick(writer, 4)];
    char element[TYPE_SIZE], range[TYPE_SIZE], key[2] = {"sibu"[pick(writer, 4)], 0};
    const bool is_map = pick(writer, 3) == 2, two = pick(writer, 2) == 1;
    random_type(writer, element, 1);
    char whole[TYPE_SIZE + 4];
    snprintf(whole, sizeof whole, "%s%s%s", is_map ? "m" : "l", is_map ? key : "", element);
    copy_type(range, whole);
    const char first_of_list[TYPE_SIZE] = "i";
    char of_key[TYPE_SIZE] = {key[0], 0};
    if (two)
        open_macro(writer, range, name, is_map ? of_key : first_of_list, element, depth);
    else
        open_macro(writer, range, name, is_map ? of_key : element, NULL, depth);
    close_macro(writer, "b", two ? 2 : 1, depth);
}

static inline void
write_list_macro(struct program_writer *writer, const char *type, int depth)
{
    const char index[TYPE_SIZE] = "i";
    char element[TYPE_SIZE], range[TYPE_SIZE];
    const uint32_t choice = pick(writer, 5);
    random_type(writer, element, 1);
    join_type(range, "l", element);
    if (choice == 0) {
        copy_type(element, type + 1);
        open_macro(writer, type, "filter", element, NULL, depth);
        close_macro(writer, "b", 1, depth);
    } else if (choice == 1) {
        copy_type(element, type + 1);
        open_macro(writer, type, "sortBy", element, NULL, depth);
        close_macro(writer, pick(writer, 2) == 0 ? "i" : "s", 1, depth);
    } else {
        if (choice == 4)
            open_macro(writer, range, "transformList", index, element, depth);
        else
            open_macro(writer, range, "map", element, NULL, depth);
        if (choice >= 3) {
            write_value(writer, "b", depth - 1);
            put(writer, ",");
        }
        close_macro(writer, type + 1, choice == 4 ? 2 : 1, depth);
    }
}

static inline void
write_map_macro(struct program_writer *writer, const char *type, int depth)
{
    char value[TYPE_SIZE], key[TYPE_SIZE], whole[2 * TYPE_SIZE], range[TYPE_SIZE];
    copy_type(key, type + 1);
    random_type(writer, value, 0);
    snprintf(whole, sizeof whole, "m%s%s", key, value);
    copy_type(range, whole);
    const bool is_entry = pick(writer, 2) == 1;
    open_macro(writer, range, is_entry ? "transformMapEntry" : "transformMap", key, value, depth);
    if (pick(writer, 2) == 1) {
        write_value(writer, "b", depth - 1);
        put(writer, ",");
    }
    if (is_entry) {
        put(writer, "{");
        write_value(writer, key, depth - 1);
        put(writer, ":");
        write_value(writer, type_end(type + 1), depth - 1);
        put(writer, "}");
        put(writer, ")");
        writer->n_locals -= 2;
    } else {
        close_macro(writer, type_end(type + 1), 2, depth);
    }
}

static inline void
write_optional_macro(struct program_writer *writer, const char *type, int depth)
{
    char of[TYPE_SIZE], range[TYPE_SIZE];
    random_type(writer, of, 1);
    join_type(range, "o", of);
    const bool flat = pick(writer, 2) == 1;
    open_macro(writer, range, flat ? "optFlatMap" : "optMap", of, NULL, depth);
    close_macro(writer, flat ? type : type + 1, 1, depth);
}

static inline void
write_bind(struct program_writer *writer, const char *type, int depth)
{
    char bound[TYPE_SIZE];
    random_type(writer, bound, 2);
    put(writer, "cel.bind(");
    put_local(writer, writer->n_locals, ",");
    write_value(writer, bound, depth - 1);
    put(writer, ",");
    push(writer, bound);
    close_macro(writer, type, 1, depth);
}

/* list[i], map[k], map.a, list[?i], map.?a. */
static inline void
write_access(struct program_writer *writer, const char *type, int depth)
{
    const bool optional = type[0] == 'o' && pick(writer, 2) == 1;
    const char *element = optional ? type + 1 : type;
    const uint32_t choice = pick(writer, 3);
    char range[TYPE_SIZE], key[3] = {choice == 1 ? "sibu"[pick(writer, 4)] : 's', 0, 0}, head[4] = "l";
    if (choice > 0)
        snprintf(head, sizeof head, "m%s", key);
    join_type(range, head, element);
    put(writer, "(");
    write_value(writer, range, depth - 1);
    put(writer, ")");
    if (choice == 2) {
        put(writer, optional ? ".?" : ".");
        put(writer, "current");
        return;
    }
    put(writer, optional ? "[?" : "[");
    write_value(writer, choice == 0 ? "i" : key, depth - 1);
    put(writer, "]");
}

/* && || ?: has() and comparisons of what is no scalar. */
static inline void
write_logic(struct program_writer *writer, int depth)
{
    static const char *const operators[] = {"==", "!=", " in "};
    static const char *const presences[] = {"has(age)", "has(card.idle)", "has(city)", "has(props.a)", "in_segment('rich')", "has({'a':age}.a)"};
    char type[TYPE_SIZE], list[TYPE_SIZE];
    const uint32_t choice = pick(writer, 5), n = 2 + pick(writer, 3);
    put(writer, choice == 2 ? "" : "(");
    switch (choice) {
    case 0:
    case 1:
        for (uint32_t i = 0; i < n; i++) {
            put(writer, i == 0 ? "" : choice == 0 ? "&&" : "||");
            write_value(writer, "b", depth - 1);
        }
        break;
    case 2:
        put(writer, presences[pick(writer, 6)]);
        return;
    default:
        random_type(writer, type, 2);
        join_type(list, "l", type);
        write_value(writer, type, depth - 1);
        put(writer, operators[n - 2]);
        write_value(writer, n == 4 ? list : type, depth - 1);
    }
    put(writer, ")");
}

static inline void
write_conditional(struct program_writer *writer, const char *type, int depth)
{
    put(writer, "(");
    write_value(writer, "b", depth - 1);
    put(writer, "?");
    write_value(writer, type, depth - 1);
    put(writer, ":");
    write_value(writer, type, depth - 1);
    put(writer, ")");
}

static inline void
write_value(struct program_writer *writer, const char *type, int depth)
{
    char one[TYPE_SIZE];
    copy_type(one, type);
    const uint32_t choice = depth <= 0 || is_spent(writer) ? 0 : pick(writer, 20);
    if (one[0] == '*' && choice > 2) {
        random_type(writer, one, 1);
        put(writer, choice % 2 == 0 ? "dyn(" : "(");
        write_value(writer, one, depth - 1);
        put(writer, ")");
    } else if (choice < 3 || writer->n_locals + 2 > PROGRAM_LOCALS) {
        write_leaf(writer, one, depth);
    } else if (choice == 3) {
        write_conditional(writer, one, depth);
    } else if (choice == 4) {
        write_access(writer, one, depth);
    } else if (choice == 5) {
        write_bind(writer, one, depth);
    } else if (choice == 6) {
        put(writer, "dyn(");
        write_value(writer, one, depth - 1);
        put(writer, ")");
    } else if (choice < 10 && one[0] == 'b' && choice > 7) {
        write_logic(writer, depth);
    } else if (choice < 10 && strchr("blmo", one[0]) != NULL) {
        if (one[0] == 'b')
            write_quantifier(writer, depth);
        else if (one[0] == 'l')
            write_list_macro(writer, one, depth);
        else if (one[0] == 'm' && one[1] != '*')
            write_map_macro(writer, one, depth);
        else if (one[0] == 'o')
            write_optional_macro(writer, one, depth);
        else
            write_leaf(writer, one, depth);
    } else if (!write_row(writer, one, depth)) {
        write_leaf(writer, one, depth);
    }
}

/* The whole program: its type first, then its tree. */
static inline void
write_program(struct program_writer *writer, const uint8_t *bytes, size_t size, uint8_t *used)
{
    *writer = (struct program_writer){.bytes = bytes, .size = size, .used = used};
    char type[TYPE_SIZE];
    writer->blank = pick(writer, 256);
    random_type(writer, type, 1);
    write_value(writer, type, 2 + (int) pick(writer, 5));
}

#endif
