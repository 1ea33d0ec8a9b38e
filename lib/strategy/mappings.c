/* `mappings:`: codes to categories in the strategy's own words (场景), written there or in a document
 * of its own that several strategies share:
 *
 *   mappings:
 *     scene: {type: string, dining: [5462, 5811-5814], travel: [3000-3999, 4511], else: other}
 *     region: FILE
 *
 *   format: 1
 *   mapping: region
 *   type: int
 *   categories: {north: [100-199], south: [200-299]}
 *
 * A range is of numbers with as many digits as its ends; what is quoted is a text, never a range. A
 * code of no category is of that of `else`, or has none and is missing. */
#include "strategy/files.h"
#include "strategy/keys.h"

#include "base/text.h"
#include "rule/mapping.h"

#include <string.h>

#define CODE_LIMIT 20000

struct entry {
    const struct node *at;
    int32_t digits; /* -1: a text that is no number */
    int64_t first, last;
    int32_t category;
    guint order;
};

struct reading {
    struct compiler *compiler;
    struct mapping *mapping;
    cstm_type type;
    GArray *entries; /* struct entry */
};

static bool
is_digits(const char *text, size_t size)
{
    return size > 0 && strspn(text, "0123456789") >= size;
}

static void
fault_code(struct reading *reading, const struct node *node)
{
    if (reading->type == CSTM_TYPE_INT)
        compiler_fault(reading->compiler, CSTM_ERROR_SYNTAX, node,
                       "a code of a mapping of type int is written 742 or 700-799, without leading "
                       "zeros");
    else
        compiler_fault(reading->compiler, CSTM_ERROR_SYNTAX, node,
                       "the ends of a range have as many digits, at most %d, like 0700-0799",
                       MAPPING_DIGITS);
}

/* 700-799, split; of texts its ends have one width. */
static bool
read_range(struct reading *reading, const struct node *node, const char *dash, struct entry *entry)
{
    size_t size = (size_t) (dash - node->text), rest = node->size - size - 1;
    bool texts = reading->type == CSTM_TYPE_STRING;
    bool zeros = (size > 1 && node->text[0] == '0') || (rest > 1 && dash[1] == '0');
    bool good = size <= MAPPING_DIGITS && rest <= MAPPING_DIGITS && (texts ? size == rest : !zeros) &&
                text_int64(node->text, size, &entry->first) && text_int64(dash + 1, rest, &entry->last);
    entry->digits = texts ? (int32_t) size : 0;
    if (!good) {
        fault_code(reading, node);
    } else if (entry->first > entry->last) {
        compiler_fault(reading->compiler, CSTM_ERROR_RANGE, node, "the range '%s' ends before it begins",
                       node->text);
        good = false;
    }
    return good;
}

static bool
read_code(struct reading *reading, const struct node *node, struct entry *entry)
{
    const char *text;
    if (!read_text(reading->compiler, node, "a code", &text))
        return false;
    const char *dash = node->style == NODE_PLAIN ? strchr(text, '-') : NULL;
    if (dash != NULL && is_digits(text, (size_t) (dash - text)) &&
        is_digits(dash + 1, node->size - (size_t) (dash - text) - 1))
        return read_range(reading, node, dash, entry);
    if (reading->type == CSTM_TYPE_INT) {
        entry->digits = 0;
        if (!read_integer(reading->compiler, node, "a code", INT64_MIN, INT64_MAX, &entry->first))
            return false;
        entry->last = entry->first;
        return true;
    }
    entry->digits = -1;
    if (node->size > MAPPING_DIGITS || !is_digits(text, node->size))
        return true;
    entry->digits = (int32_t) node->size;
    (void) text_int64(text, node->size, &entry->first);
    entry->last = entry->first;
    return true;
}

static void
read_category(struct reading *reading, const struct node *node)
{
    struct compiler *compiler = reading->compiler;
    if (!is_sequence(compiler, node, "what a category stands for"))
        return;
    if (node->first == NULL) {
        compiler_fault(compiler, CSTM_ERROR_MISSING, node, "the category '%s' has no code",
                       node->key->text);
        return;
    }
    int32_t category = mapping_category(reading->mapping, node->key->text, node->key->size);
    if (category < 0) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node->key, "a mapping has at most %d categories",
                       MAPPING_CATEGORIES);
        return;
    }
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        struct entry entry = {.at = item, .category = category, .order = reading->entries->len};
        if (read_code(reading, item, &entry))
            g_array_append_val(reading->entries, entry);
    }
}

static int
compare_entries(gconstpointer a, gconstpointer b)
{
    const struct entry *x = a, *y = b;
    if (x->digits != y->digits)
        return x->digits < y->digits ? -1 : 1;
    int order = x->digits < 0 ? strcmp(x->at->text, y->at->text)
                              : (x->first > y->first) - (x->first < y->first);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* The later of two that share a code says so. */
static void
fault_overlap(struct reading *reading, const struct entry *a, const struct entry *b)
{
    const struct entry *first = a->order < b->order ? a : b, *second = first == a ? b : a;
    struct rule_text one = mapping_text(reading->mapping, first->category);
    compiler_fault(reading->compiler, CSTM_ERROR_DUPLICATE, second->at,
                   first->category == second->category
                       ? "'%s' holds codes that '%s' of line %" G_GINT64_FORMAT " holds, too"
                       : "'%s' holds codes that '%s' of line %" G_GINT64_FORMAT
                         " holds, which are of '%s'",
                   second->at->text, first->at->text, first->at->line, one.bytes);
}

static void
check_overlaps(struct reading *reading)
{
    GArray *entries = reading->entries;
    g_array_sort(entries, compare_entries);
    guint widest = 0; /* of those before, the one that reaches furthest */
    for (guint i = 1; i < entries->len; i++) {
        const struct entry *before = &g_array_index(entries, struct entry, widest),
                           *entry = &g_array_index(entries, struct entry, i);
        bool same = before->digits == entry->digits;
        if (same && (entry->digits < 0 ? strcmp(before->at->text, entry->at->text) == 0
                                       : entry->first <= before->last))
            fault_overlap(reading, before, entry);
        if (!same || entry->digits < 0 || entry->last > before->last)
            widest = i;
    }
}

static bool
add_entries(struct reading *reading)
{
    bool good = true;
    for (guint i = 0; good && i < reading->entries->len; i++) {
        const struct entry *entry = &g_array_index(reading->entries, struct entry, i);
        good = entry->digits < 0
                   ? mapping_add_text(reading->mapping, entry->at->text, entry->at->size, entry->category)
                   : mapping_add_range(reading->mapping, entry->digits, entry->first, entry->last,
                                       entry->category);
    }
    return good;
}

static void
read_else(struct reading *reading, const struct node *node)
{
    const char *text;
    if (node == NULL || !read_text(reading->compiler, node, "'else:'", &text))
        return;
    int32_t category = mapping_category(reading->mapping, text, node->size);
    if (category < 0)
        compiler_fault(reading->compiler, CSTM_ERROR_LIMIT, node,
                       "a mapping has at most %d categories", MAPPING_CATEGORIES);
    else
        mapping_else(reading->mapping, category);
}

/* The categories under `categories`, but for the keys `type` and `else` where they stand among them.
 * NULL: reported. */
static struct mapping *
read_mapping(struct compiler *compiler, const char *name, const struct node *type,
             const struct node *categories, const struct node *other, bool among)
{
    static const char *const types[] = {"string", "int"};
    static const cstm_type codes[] = {CSTM_TYPE_STRING, CSTM_TYPE_INT};
    int32_t word = 0;
    if (!read_word(compiler, type, "type of a mapping", types, G_N_ELEMENTS(types), &word))
        return NULL;
    int64_t before = compiler->errors.count;
    struct reading reading = {.compiler = compiler,
                              .type = codes[word],
                              .mapping = mapping_new(name, rule_kind_of(codes[word])),
                              .entries = g_array_new(FALSE, FALSE, sizeof(struct entry))};
    bool memory = reading.mapping != NULL;
    for (const struct node *item = memory ? categories->first : NULL; item != NULL; item = item->next)
        if (!among ||
            (strcmp(item->key->text, "type") != 0 && strcmp(item->key->text, "else") != 0))
            read_category(&reading, item);
    if (memory && compiler->errors.count == before && reading.entries->len == 0)
        compiler_fault(compiler, CSTM_ERROR_MISSING, categories->key != NULL ? categories->key : categories,
                       "the mapping '%s' has no categories", name);
    if (reading.entries->len > CODE_LIMIT)
        compiler_fault(compiler, CSTM_ERROR_LIMIT, categories, "a mapping has at most %d codes",
                       CODE_LIMIT);
    if (memory) {
        read_else(&reading, other);
        check_overlaps(&reading);
        memory = add_entries(&reading);
    }
    if (memory)
        mapping_close(reading.mapping);
    else
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
    g_array_free(reading.entries, TRUE);
    if (compiler->errors.count == before)
        return reading.mapping;
    mapping_unref(reading.mapping);
    return NULL;
}

static struct mapping *
read_file(struct compiler *compiler, const struct named_file *file, const char *name)
{
    static const char *const keys[] = {"format", "mapping", "type", "categories", "else"};
    const struct node *root = file->document.root;
    const char *own = NULL;
    if (!named_file_check(compiler, file, "a mapping", keys, G_N_ELEMENTS(keys)))
        return NULL;
    const struct node *named = key_need(compiler, root, "mapping", root, "a mapping");
    const struct node *type = key_need(compiler, root, "type", root, "a mapping");
    const struct node *categories = key_need(compiler, root, "categories", root, "a mapping");
    if (named == NULL || !read_identifier(compiler, named, "'mapping:'", true, &own) || type == NULL ||
        categories == NULL || !is_mapping(compiler, categories, "'categories:'"))
        return NULL;
    if (strcmp(own, name) != 0) {
        compiler_fault(compiler, CSTM_ERROR_MISMATCH, named,
                       "this is the mapping '%s', the strategy asks for '%s'", own, name);
        return NULL;
    }
    return read_mapping(compiler, name, type, categories, key_find(root, "else"), false);
}

static struct mapping *
read_item(struct compiler *compiler, const struct node *node, const char *name)
{
    struct mapping *mapping = NULL;
    if (node->kind == NODE_MAPPING) {
        const struct node *type = key_need(compiler, node, "type", node->key, "a mapping");
        return type == NULL
                   ? NULL
                   : read_mapping(compiler, name, type, node, key_find(node, "else"), true);
    }
    struct named_file file;
    if (named_file_open(compiler, node, "'mappings:'", &file))
        mapping = read_file(compiler, &file, name);
    named_file_close(compiler, &file);
    return mapping;
}

void
mappings_declare(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    const struct node *node = key_find(compiler->root, "mappings");
    size_t n = 0;
    if (node == NULL || !is_mapping(compiler, node, "'mappings:'"))
        return;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        n++;
    if (n > RULE_MAPPINGS) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node, "a strategy has at most %d mappings",
                       RULE_MAPPINGS);
        return;
    }
    strategy->mappings = keep_array(n, sizeof *strategy->mappings);
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        const char *name;
        if (!read_identifier(compiler, item->key, "a mapping's name", true, &name))
            continue;
        struct mapping *mapping = read_item(compiler, item, name);
        if (mapping == NULL) /* reported: rules that ask it add no fault of their own */
            mapping = mapping_new(name, RULE_ERROR);
        if (mapping != NULL)
            strategy->mappings[strategy->n_mappings++] = mapping;
    }
}

const struct mapping *
mappings_find(const struct compiler *compiler, const char *name)
{
    for (int32_t i = 0; i < compiler->strategy->n_mappings; i++)
        if (strcmp(mapping_name(compiler->strategy->mappings[i]), name) == 0)
            return compiler->strategy->mappings[i];
    return NULL;
}
