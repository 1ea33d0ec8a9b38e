/* `in`. A list of constants on its right is laid out as a set; whatever else stands there is walked or looked up when the rule
 * runs. A text that is compared with a name must be one that the name can have. */
#include "rule/checking.h"
#include "rule/mapping.h"
#include "rule/set.h"

#include "base/text.h"

#include <math.h>

static bool
same_value(const char *value, struct rule_text text)
{
    return strlen(value) == text.size && memcmp(value, text.bytes, text.size) == 0;
}

/* How many texts the node can be, 0: any, and what they are of; -1: those that its name declares. */
static int32_t
values_of(const struct node *node, const char **of, const char *words[MAPPING_CATEGORIES])
{
    if (node->declared != NULL && !node->has && node->declared->n_values > 0) {
        *of = node->declared->name;
        return -1;
    }
    if (node->overload == NULL || node->overload->binding != BIND_MAPPING || node->data == NULL)
        return 0;
    const struct mapping *mapping = node->data;
    *of = mapping_name(mapping);
    for (int32_t i = 0; i < mapping_count(mapping); i++)
        words[i] = mapping_text(mapping, i).bytes;
    return mapping_count(mapping);
}

void
check_value(struct checker *checker, struct node *node, const struct node *name, const struct node *literal)
{
    const char *words[MAPPING_CATEGORIES], *of;
    const char *const *values = words;
    int32_t n = values_of(name, &of, words);
    if (n < 0) {
        values = name->declared->values;
        n = name->declared->n_values;
    }
    if (n == 0 || !literal->constant || literal->value.kind != RULE_STRING || checker->scope->unchecked)
        return;
    struct rule_text text = literal->value.as.text;
    for (int32_t i = 0; i < n; i++)
        if (same_value(values[i], text))
            return;
    char *copy = arena_text(checker->arena, text.bytes, text.size);
    const char *nearest = copy == NULL ? NULL : text_nearest(copy, values, (size_t) n);
    if (nearest != NULL)
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, literal->begin, "'%s' is no value of '%s', did you mean '%s'?", copy, of, nearest);
    else
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, literal->begin, "'%s' is no value of '%s'", copy == NULL ? "" : copy, of);
}

static bool
is_number(enum rule_kind kind)
{
    return kind == RULE_INT || kind == RULE_UINT || kind == RULE_DOUBLE;
}

static bool
is_alike(enum rule_kind what, enum rule_kind element)
{
    return what == element || (is_number(what) && is_number(element));
}

/* Beyond 2^53 one double is equal to several integers: such a set would not be one of constants. */
static bool
is_many(enum rule_kind what, const struct node *element)
{
    return element->type == RULE_DOUBLE && (what == RULE_INT || what == RULE_UINT) && fabs(element->value.as.d) >= 0x1p53;
}

/* An element as the kind of what is looked up: true if it can be equal to any. */
static bool
element_as(enum rule_kind kind, const struct node *element, struct cell *cell)
{
    enum rule_kind from = element->type;
    const struct cell *value = &element->value;
    *cell = *value;
    cell->kind = (uint8_t) kind;
    if (!is_alike(kind, from))
        return false;
    if (from == kind)
        return !(kind == RULE_DOUBLE && isnan(value->as.d));
    if (kind == RULE_DOUBLE) {
        cell->as.d = from == RULE_INT ? (double) value->as.i : (double) value->as.u;
        return true;
    }
    if (from == RULE_DOUBLE) {
        double d = value->as.d;
        if (isnan(d) || trunc(d) != d || (kind == RULE_UINT && d < 0))
            return false;
        cell->as.i = (int64_t) d;
        return true;
    }
    return value->as.i >= 0;
}

/* Whether a set of constants can stand for the list. */
static bool
is_set(const struct node *what, const struct node *list)
{
    if (list->kind != NODE_LIST || !type_is_scalar(what->type))
        return false;
    for (int32_t i = 0; i < list->n; i++) {
        const struct node *element = list->children[i];
        if (element->optional_element || !element->constant || is_many(what->type, element))
            return false;
        if (!type_is_scalar(element->type) && element->type != RULE_NULL)
            return false;
    }
    return true;
}

/* A list in which nothing can be found is a mistake. */
static bool
check_alike(struct checker *checker, struct node *node, const struct node *what, const struct node *list)
{
    for (int32_t i = 0; i < list->n; i++)
        if (is_alike(what->type, list->children[i]->type))
            return true;
    if (list->n == 0)
        return true;
    MISTAKE(checker, node, CSTM_ERROR_TYPE, list->children[0]->begin, "the list is searched for %s, this element is %s",
            rule_kind_name(what->type), rule_kind_name(list->children[0]->type));
    return false;
}

static void
become_set(struct checker *checker, struct node *node)
{
    struct node *what = node->children[0], *list = node->children[1];
    const struct overload_family *family = overload_family("@in", 3);
    for (int32_t i = 0; family != NULL && i < family->n && node->overload == NULL; i++)
        if (family->rows[i]->binding == BIND_SET && family->rows[i]->args[0] == (uint8_t) what->type)
            node->overload = family->rows[i];
    checker_type(checker, list, type_of(RULE_LIST));
    struct cell *cells = arena_new(checker->arena, sizeof *cells * (size_t) (list->n + 1));
    int32_t n = 0;
    for (int32_t i = 0; cells != NULL && i < list->n; i++)
        n += element_as(what->type, list->children[i], &cells[n]);
    node->data = cells == NULL ? NULL : set_new(checker->arena, what->type, cells, n);
    if (node->data == NULL)
        checker_no_memory(checker, node);
}

/* Of what a list or map is, that is searched. */
static void
check_search(struct checker *checker, struct node *node, const struct node *what, const struct node *list)
{
    char wanted[128], found[128];
    const struct type *type = list->full;
    if (type->kind == RULE_DYN)
        return;
    type_print(type, found, sizeof found);
    if (type->kind != RULE_LIST && type->kind != RULE_MAP) {
        MISTAKE(checker, node, CSTM_ERROR_TYPE, list->begin, "'in' searches a list or the keys of a map, this is %s", found);
        return;
    }
    if (type_like(what->full, type->a))
        return;
    type_print(what->full, wanted, sizeof wanted);
    MISTAKE(checker, node, CSTM_ERROR_TYPE, node->at, "'in' does not find %s in %s", wanted, found);
}

void
check_in(struct checker *checker, struct node *node)
{
    struct node *what = node->children[0], *list = node->children[1];
    checker_type(checker, node, type_of(RULE_BOOL));
    check_node(checker, what);
    if (list->kind != NODE_LIST) {
        check_node(checker, list);
        for (int32_t i = 0; list->kind == NODE_LIST && i < list->n; i++)
            check_value(checker, node, what, list->children[i]);     /* of a named list */
    } else {
        list->type = RULE_LIST;
        for (int32_t i = 0; i < list->n; i++) {
            check_node(checker, list->children[i]);
            if (list->children[i]->type == RULE_ERROR)
                list->type = RULE_ERROR;
            else
                check_value(checker, node, what, list->children[i]);
        }
    }
    if (what->type == RULE_ERROR || list->type == RULE_ERROR)
        node->type = RULE_ERROR;
    if (node->type == RULE_ERROR)
        return;
    if (is_set(what, list)) {
        if (check_alike(checker, node, what, list) || checker->scope->unchecked) {
            checker_type(checker, node, type_of(RULE_BOOL));
            become_set(checker, node);
        }
        return;
    }
    if (list->kind == NODE_LIST) {
        check_list(checker, list);
        if (list->type != RULE_ERROR)
            check_settle(checker, list);
    }
    if (list->type == RULE_ERROR)
        node->type = RULE_ERROR;
    else
        check_search(checker, node, what, list);
}
