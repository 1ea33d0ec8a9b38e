/* The checker walks the tree once, leaves first. A node that is refused gets the kind RULE_ERROR, which everything above
 * takes silently, so that each mistake is reported once and all of them are. */
#include "rule/apply.h"
#include "rule/checker.h"
#include "rule/fold.h"
#include "rule/instant.h"
#include "rule/set.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

struct checker {
    const struct source *source;
    struct arena *arena;
    const struct rule_scope *scope;
    struct zone_list *zones;
    struct zone *zone;           /* the scope's, once it was asked for */
    bool failed;
};

static const struct overload dyn_overload = {.name = "dyn", .style = STYLE_FUNCTION, .n = 1, .result = RULE_DYN};

static void check_node(struct checker *checker, struct node *node);

#define REFUSE(checker, node, code, at, ...)                                                        \
    do {                                                                                            \
        source_error((checker)->source, code, at, __VA_ARGS__);                                     \
        (node)->type = RULE_ERROR;                                                                  \
        (checker)->failed = true;                                                                   \
    } while (0)

static void
no_memory(struct checker *checker, struct node *node)
{
    source_no_memory(checker->source);
    node->type = RULE_ERROR;
    checker->failed = true;
}

/* Zones. */

void
zone_list_clear(struct zone_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        zone_unref(list->zones[i]);
    memory_free(list->zones);
    *list = (struct zone_list){0};
}

static bool
hold_zone(struct checker *checker, struct zone *zone /* taken */)
{
    struct zone_list *list = checker->zones;
    if (!memory_reserve(&list->zones, &list->capacity, list->n + 1, sizeof *list->zones)) {
        zone_unref(zone);
        return false;
    }
    list->zones[list->n++] = zone;
    return true;
}

/* By name, held by the program; NULL after an error. */
static struct zone *
load_zone(struct checker *checker, struct node *node, const char *name, int32_t at)
{
    struct zone *zone = NULL;
    cstm_error *error = NULL;
    cstm_status status = zone_load(name, &zone, &error);
    if (status != CSTM_OK) {
        REFUSE(checker, node, status, at, "%s", error_text(error));
        cstm_error_free(error);
        return NULL;
    }
    if (!hold_zone(checker, zone)) {
        no_memory(checker, node);
        return NULL;
    }
    return zone;
}

static bool
bind_zone(struct checker *checker, struct node *node)
{
    if (checker->zone == NULL) {
        const struct rule_scope *scope = checker->scope;
        if (scope->zone == NULL) {
            checker->zone = load_zone(checker, node, scope->zone_name != NULL ? scope->zone_name : "UTC", node->at);
        } else if (hold_zone(checker, zone_ref(scope->zone))) {
            checker->zone = scope->zone;
        } else {
            no_memory(checker, node);
        }
    }
    node->data = checker->zone;
    return checker->zone != NULL;
}

static bool
bind_zone_text(struct checker *checker, struct node *node)
{
    struct node *name = node->children[node->n - 1];
    if (!name->constant) {
        REFUSE(checker, node, CSTM_ERROR_UNSUPPORTED, name->begin, "the zone must be a literal in this release");
        return false;
    }
    struct rule_text text = name->value.as.text;
    if (offset_parse(text.bytes, text.size, &node->imm))
        return true;
    char *copy = arena_text(checker->arena, text.bytes, text.size);
    if (copy == NULL) {
        no_memory(checker, node);
        return false;
    }
    node->data = load_zone(checker, node, copy, name->begin);
    return node->data != NULL;
}

/* Names. */

static bool
is_type_name(const struct node *node)
{
    static const char *const types[] = {"bool", "int", "uint", "double", "string", "bytes", "list", "map", "type",
                                        "null_type", "date", "money", "timestamp", "duration", "dyn"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (node->kind == NODE_NAME && strlen(types[i]) == node->name.size &&
            memcmp(types[i], node->name.bytes, node->name.size) == 0)
            return true;
    return false;
}

static void
refuse_name(struct checker *checker, struct node *node, const char *dotted)
{
    for (struct node *part = node; part->kind == NODE_SELECT; part = part->children[0]) {
        char *prefix = node_dotted(checker->arena, part->children[0]);
        const struct scope_name *found = prefix == NULL ? NULL : scope_find(checker->scope, prefix, strlen(prefix));
        if (found != NULL && found->kind == RULE_ERROR) {
            checker->failed = true;
            node->type = RULE_ERROR;
            return;
        }
        if (found != NULL) {
            REFUSE(checker, node, CSTM_ERROR_TYPE, part->at, "'%s' is %s and has no field '%.*s'", prefix,
                   rule_kind_name(found->kind), (int) part->name.size, part->name.bytes);
            return;
        }
    }
    if (is_type_name(node)) {
        REFUSE(checker, node, CSTM_ERROR_UNSUPPORTED, node->at, "the type '%s' as a value is not offered by this release", dotted);
        return;
    }
    const char *nearest = scope_nearest(checker->scope, dotted);
    if (nearest != NULL)
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->begin, "unknown name '%s', did you mean '%s'?", dotted, nearest);
    else
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->begin, "unknown name '%s'", dotted);
}

static void
check_name(struct checker *checker, struct node *node)
{
    char *dotted = node_dotted(checker->arena, node);
    if (dotted == NULL) {
        no_memory(checker, node);
        return;
    }
    const struct scope_name *found = scope_find(checker->scope, dotted, strlen(dotted));
    if (found == NULL) {
        refuse_name(checker, node, dotted);
        return;
    }
    node->declared = found;
    node->slot = found->slot;
    node->type = found->kind;
    if (found->kind == RULE_ERROR)
        checker->failed = true;      /* its own fault was reported where it is declared */
}

/* Functions and operators. */

/* "_+_" is written +, "@in" is in. */
static const char *
shown_name(const struct node *node, char text[64])
{
    size_t n = 0;
    for (size_t i = 0; i < node->name.size && n < 63; i++) {
        char c = node->name.bytes[i];
        bool is_operator = node->name.bytes[node->name.size - 1] == '_' || node->name.bytes[0] == '@';
        if (!is_operator || (c != '_' && c != '@'))
            text[n++] = c;
    }
    text[n] = 0;
    return text;
}

static const char *
hint(const struct node *node)
{
    if (node->n != 2 || node->method)
        return "";
    enum rule_kind a = node->children[0]->type, b = node->children[1]->type;
    enum rule_kind other = a == RULE_STRING ? b : b == RULE_STRING ? a : RULE_ERROR;
    if (other == RULE_DATE)
        return "; write date('...')";
    if (other == RULE_TIMESTAMP)
        return "; write timestamp('...')";
    if (other == RULE_MONEY)
        return "; write money('...')";
    if (other == RULE_DURATION)
        return "; write duration('...')";
    if (a == RULE_MONEY || b == RULE_MONEY)
        return "; write money('...'), or double(...) of the money";
    if (a == RULE_DOUBLE || b == RULE_DOUBLE)
        return "; write double(...)";
    return "";
}

static void
refuse_call(struct checker *checker, struct node *node)
{
    char name[64];
    int32_t style = 0;
    shown_name(node, name);
    if (!overload_known(node->name.bytes, node->name.size, &style)) {
        const char *nearest = overload_nearest(name);
        if (nearest != NULL)
            REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "unknown function '%s', did you mean '%s'?", name, nearest);
        else
            REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "unknown function '%s'", name);
        return;
    }
    if ((style & (node->method ? STYLE_METHOD : STYLE_FUNCTION)) == 0) {
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->at,
               node->method ? "'%s' is no method; write %s(x)" : "'%s' is a method; write x.%s()", name, name);
        return;
    }
    char kinds[256];
    int n = 0;
    kinds[0] = 0;
    for (int32_t i = 0; i < node->n && n < 200; i++)
        n += snprintf(kinds + n, sizeof kinds - (size_t) n, "%s%s", i == 0 ? "" : i + 1 == node->n ? " and " : ", ",
                      rule_kind_name(node->children[i]->type));
    REFUSE(checker, node, CSTM_ERROR_TYPE, node->at, "'%s' does not take %s%s", name, node->n == 0 ? "nothing" : kinds, hint(node));
}

static bool
same_value(const char *value, struct rule_text text)
{
    return strlen(value) == text.size && memcmp(value, text.bytes, text.size) == 0;
}

/* A text that is compared with a name must be one that the name can have. */
static void
check_value(struct checker *checker, struct node *node, const struct node *name, const struct node *literal)
{
    if (name->declared == NULL || name->has || name->declared->n_values == 0)
        return;
    if (!literal->constant || literal->type != RULE_STRING)
        return;
    struct rule_text text = literal->value.as.text;
    for (int32_t i = 0; i < name->declared->n_values; i++)
        if (same_value(name->declared->values[i], text))
            return;
    char *copy = arena_text(checker->arena, text.bytes, text.size);
    const char *nearest = copy == NULL ? NULL :
        text_nearest(copy, name->declared->values, (size_t) name->declared->n_values);
    if (nearest != NULL)
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, literal->begin, "'%s' is no value of '%s', did you mean '%s'?", copy,
               name->declared->name, nearest);
    else
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, literal->begin, "'%s' is no value of '%s'", copy == NULL ? "" : copy,
               name->declared->name);
}

static void
check_has(struct checker *checker, struct node *node)
{
    node->has = true;
    node->type = RULE_BOOL;
    if (node->n != 1 || !node_is_dotted(node->children[0])) {
        REFUSE(checker, node, CSTM_ERROR_SYNTAX, node->at, "has() takes one name");
        return;
    }
    check_name(checker, node->children[0]);
    node->declared = node->children[0]->declared;
    node->slot = node->children[0]->slot;
    if (node->children[0]->type == RULE_ERROR)
        node->type = RULE_ERROR;
}

static bool
bind(struct checker *checker, struct node *node)
{
    switch (node->overload->binding) {
    case BIND_EXPONENT:
        if (checker->scope->exponent < 0) {
            REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "money needs a currency, and none is declared");
            return false;
        }
        node->imm = checker->scope->exponent;
        return true;
    case BIND_ZONE:
        return bind_zone(checker, node);
    case BIND_ZONE_TEXT:
        return bind_zone_text(checker, node);
    default:
        return true;
    }
}

static bool
is_named(const struct node *node, const char *name)
{
    return strlen(name) == node->name.size && memcmp(name, node->name.bytes, node->name.size) == 0;
}

/* Sets. */

/* An element as the kind of what is looked up: true if it can be equal to any. */
static bool
element_as(enum rule_kind kind, const struct node *element, struct cell *cell)
{
    enum rule_kind from = element->type;
    const struct cell *value = &element->value;
    *cell = *value;
    if (from == kind)
        return !(kind == RULE_DOUBLE && isnan(value->as.d));
    if (kind == RULE_DOUBLE) {
        cell->as.d = from == RULE_INT ? (double) value->as.i : (double) value->as.u;
        if (from == RULE_INT)
            return cell->as.d < 0x1p63 && (int64_t) cell->as.d == value->as.i;
        return cell->as.d < 0x1p64 && (uint64_t) cell->as.d == value->as.u;
    }
    if (from == RULE_DOUBLE) {
        double d = value->as.d;
        bool fits = kind == RULE_INT ? d >= -0x1p63 && d < 0x1p63 : d >= 0 && d < 0x1p64;
        if (!fits || trunc(d) != d)
            return false;
        if (kind == RULE_INT)
            cell->as.i = (int64_t) d;
        else
            cell->as.u = (uint64_t) d;
        return true;
    }
    return value->as.i >= 0;
}

static bool
is_number(enum rule_kind kind)
{
    return kind == RULE_INT || kind == RULE_UINT || kind == RULE_DOUBLE;
}

static bool
check_elements(struct checker *checker, struct node *node, const struct node *what, struct node *list)
{
    bool good = true;
    for (int32_t i = 0; i < list->n; i++) {
        struct node *element = list->children[i];
        check_node(checker, element);
        if (element->type == RULE_ERROR) {
            good = false;
        } else if (element->optional_element || !element->constant) {
            REFUSE(checker, node, CSTM_ERROR_UNSUPPORTED, element->begin, "an element of a list must be a constant in this release");
            good = false;
        } else if (what->type != RULE_ERROR && element->type != what->type && !(is_number(element->type) && is_number(what->type))) {
            REFUSE(checker, node, CSTM_ERROR_TYPE, element->begin, "the list is searched for %s, this element is %s",
                   rule_kind_name(what->type), rule_kind_name(element->type));
            good = false;
        } else if (what->type == RULE_STRING) {
            check_value(checker, node, what, element);
        }
    }
    return good && what->type != RULE_ERROR && node->type != RULE_ERROR;
}

static void
check_in(struct checker *checker, struct node *node)
{
    struct node *what = node->children[0], *list = node->children[1];
    node->type = RULE_BOOL;
    check_node(checker, what);
    if (list->kind != NODE_LIST) {
        check_node(checker, list);
        if (list->type != RULE_ERROR)
            REFUSE(checker, node, CSTM_ERROR_TYPE, list->begin, "'in' searches a list, this is %s", rule_kind_name(list->type));
        node->type = RULE_ERROR;
        return;
    }
    if (!check_elements(checker, node, what, list)) {
        node->type = RULE_ERROR;
        return;
    }
    list->type = RULE_LIST;
    const enum rule_kind kinds[] = {what->type, RULE_LIST};
    node->overload = overload_find("@in", 3, false, 2, kinds);
    if (node->overload == NULL) {
        REFUSE(checker, node, CSTM_ERROR_TYPE, node->at, "'in' does not take %s", rule_kind_name(what->type));
        return;
    }
    struct cell *cells = arena_new(checker->arena, sizeof *cells * (size_t) (list->n + 1));
    int32_t n = 0;
    for (int32_t i = 0; cells != NULL && i < list->n; i++)
        n += element_as(what->type, list->children[i], &cells[n]);
    node->data = cells == NULL ? NULL : set_new(checker->arena, what->type, cells, n);
    if (node->data == NULL)
        no_memory(checker, node);
}

static void
check_call(struct checker *checker, struct node *node)
{
    if (!node->method && is_named(node, "has")) {
        check_has(checker, node);
        return;
    }
    if (is_named(node, "@in")) {
        check_in(checker, node);
        return;
    }
    if (!overload_known(node->name.bytes, node->name.size, NULL) && overload_is_later(node->name.bytes, node->name.size)) {
        REFUSE(checker, node, CSTM_ERROR_UNSUPPORTED, node->at, "'%.*s' is not offered by this release", (int) node->name.size,
               node->name.bytes);
        return;
    }
    bool refused = false;
    enum rule_kind kinds[OVERLOAD_ARGS];
    for (int32_t i = 0; i < node->n; i++) {
        check_node(checker, node->children[i]);
        refused |= node->children[i]->type == RULE_ERROR;
        if (i < OVERLOAD_ARGS)
            kinds[i] = node->children[i]->type;
    }
    if (refused) {
        node->type = RULE_ERROR;
        if (!overload_known(node->name.bytes, node->name.size, NULL) && !is_named(node, "dyn"))
            refuse_call(checker, node);
        return;
    }
    if (!node->method && node->n == 1 && is_named(node, "dyn")) {
        node->overload = &dyn_overload;
        node->type = node->children[0]->type;
        return;
    }
    if (node->n <= OVERLOAD_ARGS)
        node->overload = overload_find(node->name.bytes, node->name.size, node->method, node->n, kinds);
    if (node->overload == NULL) {
        refuse_call(checker, node);
        return;
    }
    node->type = (enum rule_kind) node->overload->result;
    if (!bind(checker, node))
        return;
    if (is_named(node, "_==_") || is_named(node, "_!=_")) {
        check_value(checker, node, node->children[0], node->children[1]);
        check_value(checker, node, node->children[1], node->children[0]);
    }
}

/* Logic. */

static bool
check_condition(struct checker *checker, struct node *node, struct node *operand, const char *what)
{
    if (operand->type == RULE_BOOL)
        return true;
    if (operand->type != RULE_ERROR)
        REFUSE(checker, node, CSTM_ERROR_TYPE, operand->begin, "%s takes bool, this is %s", what, rule_kind_name(operand->type));
    node->type = RULE_ERROR;
    return false;
}

static void
check_chain(struct checker *checker, struct node *node)
{
    node->type = RULE_BOOL;
    for (int32_t i = 0; i < node->n; i++) {
        check_node(checker, node->children[i]);
        check_condition(checker, node, node->children[i], node->kind == NODE_AND ? "'&&'" : "'||'");
    }
}

static void
check_conditional(struct checker *checker, struct node *node)
{
    for (int32_t i = 0; i < 3; i++)
        check_node(checker, node->children[i]);
    enum rule_kind yes = node->children[1]->type, no = node->children[2]->type;
    node->type = yes == RULE_ERROR || no == RULE_ERROR ? RULE_ERROR : yes;
    if (!check_condition(checker, node, node->children[0], "'?'") || node->type == RULE_ERROR)
        return;
    if (yes != no)
        REFUSE(checker, node, CSTM_ERROR_TYPE, node->children[2]->begin, "the branches are %s and %s; they must be alike",
               rule_kind_name(yes), rule_kind_name(no));
}

static void
refuse_later(struct checker *checker, struct node *node, const char *what)
{
    for (int32_t i = 0; i < node->n; i++)
        check_node(checker, node->children[i]);
    REFUSE(checker, node, CSTM_ERROR_UNSUPPORTED, node->at, "%s not offered by this release", what);
}

static void
check_kind(struct checker *checker, struct node *node)
{
    switch (node->kind) {
    case NODE_LITERAL:
        break;
    case NODE_SELECT:
        if (!node_is_dotted(node)) {
            refuse_later(checker, node, "fields of a value are");
            break;
        }
        check_name(checker, node);
        break;
    case NODE_NAME:
        check_name(checker, node);
        break;
    case NODE_CALL:
        check_call(checker, node);
        break;
    case NODE_AND:
    case NODE_OR:
        check_chain(checker, node);
        break;
    case NODE_CONDITIONAL:
        check_conditional(checker, node);
        break;
    case NODE_INDEX:
        refuse_later(checker, node, "indexing is");
        break;
    case NODE_LIST:
        refuse_later(checker, node, "a list other than on the right of 'in' is");
        break;
    case NODE_MAP:
        refuse_later(checker, node, "maps are");
        break;
    case NODE_MESSAGE:
    case NODE_MACRO:
        refuse_later(checker, node, "messages are");
        break;
    }
}

static void
check_node(struct checker *checker, struct node *node)
{
    check_kind(checker, node);
    if (node->type == RULE_ERROR)
        return;
    if (!fold_node(checker->source, checker->arena, node))
        checker->failed = true;
    if (node->kind == NODE_CALL && !node->has && node->overload->kernel != NULL)
        node->slow = (node->overload->kernel->flags & KERNEL_SLOW) != 0;
    for (int32_t i = 0; i < node->n && !node->slow; i++)
        node->slow = node->children[i]->slow;
}

bool
check(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct zone_list *zones,
      enum rule_kind expected, struct node *root)
{
    struct checker checker = {.source = source, .arena = arena, .scope = scope, .zones = zones};
    check_node(&checker, root);
    if (root->type != RULE_ERROR && expected != RULE_DYN && expected != root->type)
        REFUSE(&checker, root, CSTM_ERROR_TYPE, root->begin, "the expression is %s, %s is expected", rule_kind_name(root->type),
               rule_kind_name(expected));
    if (checker.failed)
        return false;
    fold_root(source, root);
    return true;
}
