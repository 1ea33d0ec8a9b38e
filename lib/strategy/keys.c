/* The readers of keys.h. Durations are written the way people say them: `90 days`, `6 months`,
 * `last 2`, `all`. */
#include "strategy/keys.h"

#include "base/civil.h"
#include "base/text.h"

#include <string.h>

static void
add_fault(struct compiler *compiler, cstm_status code, int64_t line, int64_t column,
          const char *message)
{
    cstm_error *error = NULL;
    error_set(&error, code, "%s", message);
    if (line > 0)
        error_at(&error, compiler->file, line, column);
    error_list_add(&compiler->errors, error);
}

void
compiler_fault(struct compiler *compiler, cstm_status code, const struct node *at,
               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    add_fault(compiler, code, at != NULL ? at->line : 0, at != NULL ? at->column : 0, message);
    g_free(message);
}

void
compiler_warning(struct compiler *compiler, cstm_status code, const struct node *at,
                 const char *format, ...)
{
    cstm_error *warning = NULL;
    va_list arguments;
    va_start(arguments, format);
    char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    error_set(&warning, code, "%s", message);
    error_at(&warning, compiler->file, at->line, at->column);
    error_list_add(&compiler->strategy->warnings, warning);
    g_free(message);
}

void
compiler_fault_at(struct compiler *compiler, cstm_status code, int64_t line, int64_t column,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    add_fault(compiler, code, line, column, message);
    g_free(message);
}

void
compiler_fault_unknown(struct compiler *compiler, const struct node *at, const char *what,
                       const char *word, const char *const *known, size_t n)
{
    const char *near = text_nearest(word, known, n);
    if (near != NULL)
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at, "unknown %s '%s', did you mean '%s'?",
                       what, word, near);
    else
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at, "unknown %s '%s'", what, word);
}

void *
keep_array(size_t n, size_t size)
{
    return g_malloc0_n(n > 0 ? n : 1, size);
}

char *
keep_text(const char *text)
{
    return g_strdup(text);
}

const struct node *
key_find(const struct node *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != NODE_MAPPING)
        return NULL;
    for (const struct node *value = mapping->first; value != NULL; value = value->next)
        if (strcmp(value->key->text, key) == 0)
            return value;
    return NULL;
}

const struct node *
key_need(struct compiler *compiler, const struct node *mapping, const char *key,
         const struct node *at, const char *what)
{
    const struct node *value = key_find(mapping, key);
    if (value == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, at, "%s needs '%s:'", what, key);
    return value;
}

void
keys_check(struct compiler *compiler, const struct node *mapping, const char *what,
           const char *const *known, size_t n)
{
    for (const struct node *value = mapping->first; value != NULL; value = value->next) {
        size_t i = 0;
        while (i < n && strcmp(value->key->text, known[i]) != 0)
            i++;
        if (i < n)
            continue;
        const char *near = text_nearest(value->key->text, known, n);
        if (near != NULL)
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, value->key,
                           "unknown key '%s' of %s, did you mean '%s'?", value->key->text, what,
                           near);
        else
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, value->key, "unknown key '%s' of %s",
                           value->key->text, what);
    }
}

bool
is_empty(const struct node *node)
{
    return node->kind == NODE_SCALAR && node->style == NODE_PLAIN && node->size == 0;
}

/* Whether the node is of the kind; else reported. */
static bool
is_kind(struct compiler *compiler, const struct node *node, enum node_kind kind, const char *what,
        const char *shape)
{
    if (node->kind == kind)
        return true;
    if (node->kind == NODE_BROKEN)
        return false;
    if (is_empty(node))
        compiler_fault(compiler, CSTM_ERROR_MISSING, node->key != NULL ? node->key : node,
                       "%s is empty", what);
    else
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is %s", what, shape);
    return false;
}

bool
is_mapping(struct compiler *compiler, const struct node *node, const char *what)
{
    return is_kind(compiler, node, NODE_MAPPING, what, "a mapping of keys to values");
}

bool
is_sequence(struct compiler *compiler, const struct node *node, const char *what)
{
    return is_kind(compiler, node, NODE_SEQUENCE, what, "a list");
}

bool
read_text(struct compiler *compiler, const struct node *node, const char *what, const char **text)
{
    if (!is_kind(compiler, node, NODE_SCALAR, what, "a text"))
        return false;
    if (node->size == 0) {
        compiler_fault(compiler, CSTM_ERROR_MISSING,
                       node->style == NODE_PLAIN && node->key != NULL ? node->key : node,
                       "%s is empty", what);
        return false;
    }
    *text = node->text;
    return true;
}

/* No leading zeros: 012 is ten to some and twelve to others. */
static bool
has_leading_zero(const char *text)
{
    text += *text == '+' || *text == '-';
    return text[0] == '0' && g_ascii_isdigit(text[1]);
}

bool
read_integer(struct compiler *compiler, const struct node *node, const char *what, int64_t least,
             int64_t greatest, int64_t *value)
{
    const char *text;
    int64_t number;
    if (!read_text(compiler, node, what, &text))
        return false;
    if (has_leading_zero(text)) {
        compiler_fault(compiler, CSTM_ERROR_SYNTAX, node,
                       "%s is a whole number without leading zeros", what);
        return false;
    }
    if (!text_int64(text, node->size, &number)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is a whole number", what);
        return false;
    }
    if (number < least || number > greatest) {
        compiler_fault(compiler, CSTM_ERROR_RANGE, node,
                       "%s is from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, what, least,
                       greatest);
        return false;
    }
    *value = number;
    return true;
}

bool
read_number(struct compiler *compiler, const struct node *node, const char *what, double *value)
{
    const char *text;
    if (!read_text(compiler, node, what, &text))
        return false;
    if (has_leading_zero(text)) {
        compiler_fault(compiler, CSTM_ERROR_SYNTAX, node, "%s is a number without leading zeros",
                       what);
        return false;
    }
    if (!text_double(text, node->size, value)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is a number", what);
        return false;
    }
    if (!(*value - *value == 0.0)) {
        compiler_fault(compiler, CSTM_ERROR_RANGE, node, "%s is beyond the range of numbers", what);
        return false;
    }
    return true;
}

bool
read_bool(struct compiler *compiler, const struct node *node, const char *what, bool *value)
{
    const char *text;
    if (!read_text(compiler, node, what, &text))
        return false;
    *value = strcmp(text, "true") == 0;
    if (!*value && strcmp(text, "false") != 0) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is true or false", what);
        return false;
    }
    return true;
}

bool
read_date(struct compiler *compiler, const struct node *node, const char *what, int32_t *day)
{
    const char *text;
    if (!read_text(compiler, node, what, &text))
        return false;
    if (!civil_parse_date(text, node->size, day)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is a date like 2005-10-01", what);
        return false;
    }
    return true;
}

/* "90 days", "1 month": a number, blanks, a unit in the singular or plural. */
static bool
split_duration(const char *text, int64_t *number, const char **unit)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || has_leading_zero(text) || !text_int64(text, digits, number))
        return false;
    size_t blanks = strspn(text + digits, " ");
    *unit = text + digits + blanks;
    return blanks > 0;
}

static bool
is_unit(const char *unit, const char *singular)
{
    size_t size = strlen(singular);
    return strncmp(unit, singular, size) == 0 &&
           (unit[size] == '\0' || strcmp(unit + size, "s") == 0);
}

bool
read_days(struct compiler *compiler, const struct node *node, const char *what, int32_t least,
          int32_t greatest, int32_t *days)
{
    const char *text, *unit;
    int64_t number;
    if (!read_text(compiler, node, what, &text))
        return false;
    if (!split_duration(text, &number, &unit) || !is_unit(unit, "day")) {
        compiler_fault(compiler, CSTM_ERROR_SYNTAX, node, "%s is written like '14 days'", what);
        return false;
    }
    if (number < least || number > greatest) {
        compiler_fault(compiler, CSTM_ERROR_RANGE, node, "%s is from %d to %d days", what, least,
                       greatest);
        return false;
    }
    *days = (int32_t) number;
    return true;
}

bool
read_window(struct compiler *compiler, const struct node *node, struct window *window)
{
    static const struct {
        enum window_unit unit;
        int32_t greatest;
        const char *name;
        int32_t times;
    } units[] = {
        {WINDOW_DAYS, 3660, "day", 1},
        {WINDOW_DAYS, 522, "week", 7},
        {WINDOW_MONTHS, 120, "month", 1},
        {WINDOW_CYCLES, 120, "cycle", 1},
        {WINDOW_LAST, 1000, "last", 1},
    };
    const char *text, *unit = "";
    int64_t number = 0;
    if (!read_text(compiler, node, "a window", &text))
        return false;
    if (strcmp(text, "all") == 0) {
        *window = (struct window){.unit = WINDOW_ALL};
        return true;
    }
    if (strcmp(text, "current cycle") == 0) {
        *window = (struct window){.unit = WINDOW_CYCLES};
        return true;
    }
    size_t last = strncmp(text, "last ", 5) == 0 ? 5 + strspn(text + 5, " ") : 0;
    bool read = last > 0 ? !has_leading_zero(text + last) && g_ascii_isdigit(text[last]) &&
                               text_int64(text + last, node->size - last, &number)
                         : split_duration(text, &number, &unit);
    for (size_t i = 0; read && i < G_N_ELEMENTS(units); i++) {
        if (last > 0 ? units[i].unit != WINDOW_LAST
                     : units[i].unit == WINDOW_LAST || !is_unit(unit, units[i].name))
            continue;
        if (number < 1 || number > units[i].greatest) {
            compiler_fault(compiler, CSTM_ERROR_RANGE, node, "a window of %ss is from 1 to %d",
                           last > 0 ? "last event" : units[i].name, units[i].greatest);
            return false;
        }
        *window =
            (struct window){.unit = units[i].unit, .n = (int32_t) number * units[i].times};
        return true;
    }
    compiler_fault(compiler, CSTM_ERROR_SYNTAX, node,
                   "a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', "
                   "'last 2' or 'all'");
    return false;
}

bool
read_window_before(struct compiler *compiler, const struct node *node, struct window *window)
{
    struct window before;
    if (!read_window(compiler, node, &before))
        return false;
    if (!window_is_bounded(before) || before.n == 0) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "'before:' is a number of days, weeks, months or cycles");
        return false;
    }
    if (!window_is_bounded(*window)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node->key,
                       "'before:' moves a window of days, weeks, months or cycles: 'over:' says which");
        return false;
    }
    if (before.unit == WINDOW_CYCLES && (window->unit != WINDOW_CYCLES || window->n == 0)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "'before:' counts cycles where 'over:' counts closed ones");
        return false;
    }
    window->before = before.n;
    window->before_in = before.unit;
    return true;
}

static const char *const type_names[] = {
    [CSTM_TYPE_BOOL] = "bool",     [CSTM_TYPE_INT] = "int",   [CSTM_TYPE_DOUBLE] = "double",
    [CSTM_TYPE_STRING] = "string", [CSTM_TYPE_DATE] = "date", [CSTM_TYPE_TIMESTAMP] = "timestamp",
    [CSTM_TYPE_MONEY] = "money",
};

const char *
type_name(cstm_type type)
{
    return type >= CSTM_TYPE_BOOL && type <= CSTM_TYPE_MONEY ? type_names[type] : "none";
}

bool
read_type(struct compiler *compiler, const struct node *node, cstm_type *type)
{
    int32_t word;
    if (!read_word(compiler, node, "type", type_names + CSTM_TYPE_BOOL,
                   G_N_ELEMENTS(type_names) - CSTM_TYPE_BOOL, &word))
        return false;
    *type = CSTM_TYPE_BOOL + word;
    if (*type == CSTM_TYPE_MONEY && compiler->currency == NULL) {
        compiler_fault(compiler, CSTM_ERROR_MISSING, node,
                       "money needs the strategy's 'currency:'");
        return false;
    }
    return true;
}

bool
read_word(struct compiler *compiler, const struct node *node, const char *what,
          const char *const *words, size_t n, int32_t *word)
{
    const char *text;
    if (!read_text(compiler, node, what, &text))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            *word = (int32_t) i;
            return true;
        }
    }
    GString *known = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", words[i]);
    if (text_nearest(text, words, n) != NULL)
        compiler_fault_unknown(compiler, node, what, text, words, n);
    else
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, node, "unknown %s '%s', there are %s", what,
                       text, known->str);
    g_string_free(known, TRUE);
    return false;
}

GPtrArray *
read_texts(struct compiler *compiler, const struct node *node, const char *what)
{
    if (!is_sequence(compiler, node, what))
        return NULL;
    GPtrArray *texts = g_ptr_array_new();
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    bool good = true;
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        const char *text;
        if (item->kind != NODE_SCALAR || is_empty(item)) {
            good = false;
            if (item->kind != NODE_BROKEN)
                compiler_fault(compiler, CSTM_ERROR_TYPE, item, "%s is a list of texts", what);
        } else if (!g_hash_table_add(seen, (gpointer) (text = item->text))) {
            good = false;
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, item, "'%s' stands twice in %s", text,
                           what);
        } else {
            g_ptr_array_add(texts, (gpointer) text);
        }
    }
    if (good && texts->len == 0) {
        good = false;
        compiler_fault(compiler, CSTM_ERROR_MISSING, node, "%s is an empty list", what);
    }
    g_hash_table_destroy(seen);
    if (good)
        return texts;
    g_ptr_array_free(texts, TRUE);
    return NULL;
}

/* What CEL keeps for itself (its specification, "Syntax": reserved words and literals). */
static bool
is_reserved(const char *name)
{
    static const char *const words[] = {
        "as",       "break",   "const",  "continue", "else", "false", "for",
        "function", "if",      "import", "in",       "let",  "loop",  "namespace",
        "null",     "package", "return", "true",     "var",  "void",  "while",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

bool
read_identifier(struct compiler *compiler, const struct node *node, const char *what, bool reserved,
                const char **name)
{
    if (!read_text(compiler, node, what, name))
        return false;
    size_t size = strspn(*name, "abcdefghijklmnopqrstuvwxyz_0123456789");
    if (size != node->size || g_ascii_isdigit(**name)) {
        compiler_fault(compiler, CSTM_ERROR_SYNTAX, node,
                       "%s is written with a-z, 0-9 and _, and does not begin with a digit", what);
        return false;
    }
    if (size > IDENTIFIER_LIMIT) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node, "%s has at most %d characters", what,
                       IDENTIFIER_LIMIT);
        return false;
    }
    if (!reserved && is_reserved(*name)) {
        compiler_fault(compiler, CSTM_ERROR_SYNTAX, node, "'%s' is a reserved word of rules",
                       *name);
        return false;
    }
    return true;
}
