/* `constants:` and `lists:`: values that the strategy gives a name, once, for all of its rules. To
 * a rule such a name is the value itself, written out: it is folded, warned about and searched like
 * one, and another name for the same value is the same rule. */
#include "strategy/keys.h"

#include "base/civil.h"
#include "base/money.h"
#include "rule/value.h"

#include <string.h>

#define LIST_LIMIT 10000

struct constant {
    const struct node *key;
    enum rule_kind kind; /* of the value, or of each in the list; RULE_ERROR: reported */
    bool is_list;
    struct cell *cells; /* texts in them are the document's */
    int32_t n;
    bool used;
};

static bool
read_moment(struct compiler *compiler, const struct node *node, const char *what, int64_t *instant)
{
    static const int64_t least = CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY,
                         beyond = (CIVIL_DAY_MAX + 1) * CIVIL_MICROS_PER_DAY;
    const char *text;
    if (!read_text(compiler, node, what, &text))
        return false;
    if (civil_parse_instant(text, node->size, compiler->schema->zone, false, instant) &&
        *instant >= least && *instant < beyond)
        return true;
    compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is a time like 2005-10-01T09:30:00", what);
    return false;
}

static bool
read_amount(struct compiler *compiler, const struct node *node, const char *what, int64_t *minor)
{
    const char *text;
    cstm_error *error = NULL;
    if (!read_text(compiler, node, what, &text))
        return false;
    cstm_status status = money_parse(text, node->size, compiler->schema->exponent, minor, &error);
    cstm_error_free(error);
    if (status == CSTM_ERROR_RANGE)
        compiler_fault(compiler, status, node,
                       "%s is no amount of %s: too great, or too many decimals", what,
                       compiler->schema->currency);
    else if (status != CSTM_OK)
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "%s is an amount of money like 8000.00",
                       what);
    return status == CSTM_OK;
}

bool
value_read(struct compiler *compiler, const struct node *node, const char *what, cstm_type type,
           struct cell *cell)
{
    const char *text;
    bool flag, good;
    int32_t day;
    *cell = (struct cell){.kind = (uint8_t) rule_kind_of(type)};
    switch (type) {
    case CSTM_TYPE_BOOL:
        good = read_bool(compiler, node, what, &flag);
        cell->as.b = good && flag;
        return good;
    case CSTM_TYPE_INT:
        return read_integer(compiler, node, what, INT64_MIN, INT64_MAX, &cell->as.i);
    case CSTM_TYPE_DOUBLE:
        return read_number(compiler, node, what, &cell->as.d);
    case CSTM_TYPE_DATE:
        good = read_date(compiler, node, what, &day);
        cell->as.i = good ? day : 0;
        return good;
    case CSTM_TYPE_TIMESTAMP:
        return read_moment(compiler, node, what, &cell->as.i);
    case CSTM_TYPE_MONEY:
        return read_amount(compiler, node, what, &cell->as.i);
    default: /* '' is a text of its own, nothing is none */
        if (!(node->kind == NODE_SCALAR && node->size == 0 && !is_empty(node)) &&
            !read_text(compiler, node, what, &text))
            return false;
        text = node->text;
        cell->as.text = (struct rule_text){text, node->size};
        return true;
    }
}

static guint
hash_cell(gconstpointer key)
{
    const struct cell *cell = key;
    return cell->kind == RULE_STRING ? g_str_hash(cell->as.text.bytes) : g_int64_hash(&cell->as.i);
}

static gboolean
same_cell(gconstpointer a, gconstpointer b)
{
    const struct cell *x = a, *y = b;
    return x->kind == RULE_STRING ? strcmp(x->as.text.bytes, y->as.text.bytes) == 0
                                  : x->as.i == y->as.i;
}

static bool
read_values(struct compiler *compiler, const struct node *node, cstm_type type,
            struct constant *constant)
{
    int32_t n = 0;
    bool good = true;
    if (!is_sequence(compiler, node, "'values:'"))
        return false;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        n++;
    if (n == 0)
        compiler_fault(compiler, CSTM_ERROR_MISSING, node, "'values:' is an empty list");
    else if (n > LIST_LIMIT)
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node, "a list has at most %d values",
                       LIST_LIMIT);
    if (n == 0 || n > LIST_LIMIT)
        return false;
    GHashTable *seen = g_hash_table_new(hash_cell, same_cell);
    constant->cells = g_new0(struct cell, (gsize) n);
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        struct cell *cell = &constant->cells[constant->n];
        if (!value_read(compiler, item, "a value of the list", type, cell)) {
            good = false;
        } else if (!g_hash_table_add(seen, cell)) {
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, item, "'%s' stands twice in the list",
                           item->text);
            good = false;
        } else {
            constant->n++;
        }
    }
    g_hash_table_destroy(seen);
    return good;
}

static void
read_constant(struct compiler *compiler, const struct node *node, bool is_list)
{
    static const char *const keys[] = {"type", "value"}, *const list_keys[] = {"type", "values"};
    const char *what = is_list ? "a list" : "a constant", *key = is_list ? "values" : "value";
    struct constant constant = {.key = node->key, .is_list = is_list};
    cstm_type type = CSTM_TYPE_NONE;
    if (!declare_name(compiler, node->key, is_list ? "a list's name" : "a constant's name"))
        return;
    if (is_mapping(compiler, node, what)) {
        keys_check(compiler, node, what, is_list ? list_keys : keys, 2);
        const struct node *typed = key_need(compiler, node, "type", node->key, what);
        const struct node *value = key_need(compiler, node, key, node->key, what);
        bool good = typed != NULL && read_type(compiler, typed, &type) && value != NULL;
        if (good && type == CSTM_TYPE_MONEY && compiler->schema->currency[0] == '\0')
            good = false; /* the currency was reported */
        if (good && !is_list) {
            constant.cells = g_new0(struct cell, 1);
            constant.n = 1;
        }
        good = good && (is_list ? read_values(compiler, value, type, &constant)
                                : value_read(compiler, value, "'value:'", type, constant.cells));
        constant.kind = good ? rule_kind_of(type) : RULE_ERROR;
    }
    g_array_append_val(compiler->constants, constant);
}

static void
read_section(struct compiler *compiler, const char *key, bool is_list)
{
    const struct node *node = key_find(compiler->root, key);
    char what[16];
    g_snprintf(what, sizeof what, "'%s:'", key);
    if (node != NULL && is_mapping(compiler, node, what))
        for (const struct node *item = node->first; item != NULL; item = item->next)
            read_constant(compiler, item, is_list);
}

void
constants_init(struct compiler *compiler)
{
    compiler->constants = g_array_new(FALSE, FALSE, sizeof(struct constant));
}

void
constants_declare(struct compiler *compiler)
{
    read_section(compiler, "constants", false);
    read_section(compiler, "lists", true);
}

/* In a `where` a bare name is a field of the event: none may be called like a constant. */
void
constants_check_fields(struct compiler *compiler)
{
    for (int32_t e = 0; e < compiler->schema->n_events; e++) {
        const struct event_kind *kind = &compiler->schema->events[e];
        for (int32_t f = 0; f < kind->n_fields; f++) {
            for (guint i = 0; i < compiler->constants->len; i++) {
                const struct constant *constant =
                    &g_array_index(compiler->constants, struct constant, i);
                if (strcmp(constant->key->text, kind->fields[f].name) == 0)
                    compiler_fault(compiler, CSTM_ERROR_DUPLICATE, compiler->field_nodes[e][f],
                                   "the name '%s' is taken on line %" G_GINT64_FORMAT
                                   " by a %s, which rules over events read, too",
                                   kind->fields[f].name, constant->key->line,
                                   constant->is_list ? "list" : "constant");
            }
        }
    }
}

void
constants_use(struct compiler *compiler, const char *name, size_t size)
{
    for (guint i = 0; i < compiler->constants->len; i++) {
        struct constant *constant = &g_array_index(compiler->constants, struct constant, i);
        if (constant->key->size == size && memcmp(constant->key->text, name, size) == 0)
            constant->used = true;
    }
}

void
constants_add(const struct compiler *compiler, struct rule_scope *scope)
{
    for (guint i = 0; i < compiler->constants->len; i++) {
        const struct constant *constant = &g_array_index(compiler->constants, struct constant, i);
        const char *name = constant->key->text;
        if (constant->kind == RULE_ERROR)
            rule_scope_add(scope, name, RULE_ERROR, INT32_MAX, NULL, 0);
        else if (constant->is_list)
            rule_scope_add_list(scope, name, constant->kind, constant->cells, constant->n);
        else
            rule_scope_add_constant(scope, name, constant->cells);
    }
}

void
constants_warn(struct compiler *compiler)
{
    for (guint i = 0; i < compiler->constants->len; i++) {
        const struct constant *constant = &g_array_index(compiler->constants, struct constant, i);
        if (!constant->used)
            compiler_warning(compiler, CSTM_ERROR_UNREACHABLE, constant->key,
                             "no rule reads the %s '%s'", constant->is_list ? "list" : "constant",
                             constant->key->text);
    }
}

void
constants_clear(struct compiler *compiler)
{
    for (guint i = 0; i < compiler->constants->len; i++)
        g_free(g_array_index(compiler->constants, struct constant, i).cells);
    g_array_free(compiler->constants, TRUE);
}
