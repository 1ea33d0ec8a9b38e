/* Macros that bind variables. They are calls by their looks: a name, its style and how many operands it has make the macro, as in
 * CEL; with other numbers of operands the names are those of functions. A variable is numbered by how many others are bound around
 * it, and is seen by the body alone. */
#include "rule/checking.h"

struct form {
    const char *name;
    int32_t n;               /* operands, the receiver among them */
    int32_t n_locals;
    enum macro macro;
};

static const struct form forms[] = {
    {"all", 3, 1, MACRO_ALL}, {"all", 4, 2, MACRO_ALL},
    {"exists", 3, 1, MACRO_EXISTS}, {"exists", 4, 2, MACRO_EXISTS},
    {"exists_one", 3, 1, MACRO_EXISTS_ONE}, {"exists_one", 4, 2, MACRO_EXISTS_ONE},
    {"existsOne", 3, 1, MACRO_EXISTS_ONE}, {"existsOne", 4, 2, MACRO_EXISTS_ONE},
    {"map", 3, 1, MACRO_MAP}, {"map", 4, 1, MACRO_MAP},
    {"filter", 3, 1, MACRO_FILTER},
    {"transformList", 4, 2, MACRO_TRANSFORM_LIST}, {"transformList", 5, 2, MACRO_TRANSFORM_LIST},
    {"transformMap", 4, 2, MACRO_TRANSFORM_MAP}, {"transformMap", 5, 2, MACRO_TRANSFORM_MAP},
    {"transformMapEntry", 4, 2, MACRO_TRANSFORM_ENTRY}, {"transformMapEntry", 5, 2, MACRO_TRANSFORM_ENTRY},
    {"optMap", 3, 1, MACRO_OPT_MAP}, {"optFlatMap", 3, 1, MACRO_OPT_FLAT_MAP},
    {"sortBy", 3, 1, MACRO_SORT_BY},
};
static const struct form bind_form = {"cel.bind", 4, 1, MACRO_BIND};

static const struct form *
form_of(const struct node *node)
{
    if (!node->method || node->n < 3 || node->n > 5)
        return NULL;
    const struct node *receiver = node->children[0];
    if (text_is(node->name, "bind"))
        return node->n == 4 && receiver->kind == NODE_NAME && text_is(receiver->name, "cel") ? &bind_form : NULL;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].n == node->n && text_is(node->name, forms[i].name))
            return &forms[i];
    return NULL;
}

/* The variables are plain names, and two. */
static bool
check_variables(struct checker *checker, struct node *node, const struct form *form)
{
    const struct node *const *variables = (const struct node *const *) node->children + 1;
    for (int32_t i = 0; i < form->n_locals; i++) {
        if (variables[i]->kind != NODE_NAME || variables[i]->absolute) {
            REFUSE(checker, node, CSTM_ERROR_SYNTAX, variables[i]->begin, "the variable of '%s' must be a plain name", form->name);
            return false;
        }
    }
    struct rule_text a = variables[0]->name, b = variables[form->n_locals - 1]->name;
    if (form->n_locals == 2 && a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0) {
        REFUSE(checker, node, CSTM_ERROR_SYNTAX, variables[1]->begin, "the two variables of '%s' must differ", form->name);
        return false;
    }
    return true;
}

static bool
push_local(struct checker *checker, struct rule_text name, const struct type *type)
{
    if (!memory_reserve(&checker->locals, &checker->locals_capacity, checker->n_locals + 1, sizeof *checker->locals))
        return false;
    checker->locals[checker->n_locals++] = (struct local){name, type};
    return true;
}

/* What the variables are over a range: the first and, where there are two, the second. */
static void
variable_types(struct checker *checker, struct node *node, const struct form *form, const struct type **first,
               const struct type **second)
{
    const struct node *range = node->children[0];
    const struct type *dyn = type_of(RULE_DYN);
    *first = *second = dyn;
    if (range->type == RULE_ERROR)
        return;
    const struct type *type = range->full;
    const char *wanted = "a list or a map";
    switch (form->macro) {
    case MACRO_BIND:
        *first = type;
        return;
    case MACRO_OPT_MAP:
    case MACRO_OPT_FLAT_MAP:
        wanted = "an optional";
        if (type->kind == RULE_OPTIONAL) {
            *first = type->a;
            return;
        }
        break;
    case MACRO_SORT_BY:
        wanted = "a list";
        if (type->kind == RULE_LIST) {
            *first = type->a;
            return;
        }
        break;
    default:
        if (type->kind == RULE_LIST) {
            *first = form->n_locals == 1 ? type->a : type_of(RULE_INT);
            *second = type->a;
            return;
        }
        if (type->kind == RULE_MAP) {
            *first = type->a;
            *second = type->b;
            return;
        }
    }
    if (type->kind == RULE_DYN)
        return;
    char found[128];
    type_print(type, found, sizeof found);
    MISTAKE(checker, node, CSTM_ERROR_TYPE, node->at, "'%s' takes %s, this is %s", form->name, wanted, found);
}

static bool
has_order(enum rule_kind kind)
{
    return type_is_scalar(kind) || kind == RULE_DYN;
}

static const struct type *
transformed(struct checker *checker, struct node *node, const struct node *range, const struct node *body)
{
    const struct type *dyn = type_of(RULE_DYN);
    char found[128];
    type_print(body->full, found, sizeof found);
    switch (node->macro) {
    case MACRO_TRANSFORM_MAP:
        return type_map(checker->arena, range->type == RULE_LIST ? type_of(RULE_INT) : range->type == RULE_MAP ? range->full->a : dyn,
                        body->full);
    case MACRO_TRANSFORM_ENTRY:
        if (body->type == RULE_MAP)
            return body->full;
        if (body->type != RULE_DYN)
            MISTAKE(checker, node, CSTM_ERROR_TYPE, body->begin, "'transformMapEntry' gathers maps, this is %s", found);
        return type_of(RULE_MAP);
    case MACRO_OPT_FLAT_MAP:
        if (body->type == RULE_OPTIONAL)
            return body->full;
        if (body->type != RULE_DYN)
            MISTAKE(checker, node, CSTM_ERROR_TYPE, body->begin, "'optFlatMap' gives an optional, this is %s", found);
        return type_of(RULE_OPTIONAL);
    case MACRO_SORT_BY:
        if (!has_order(body->type))
            MISTAKE(checker, node, CSTM_ERROR_TYPE, body->begin, "'sortBy' takes keys that have an order, this is %s", found);
        return range->type == RULE_LIST ? range->full : type_of(RULE_LIST);
    case MACRO_OPT_MAP:
        return type_optional(checker->arena, body->full);
    default:
        return type_list(checker->arena, body->full);
    }
}

static const struct type *
result_type(struct checker *checker, struct node *node, const struct form *form)
{
    const struct node *range = node->children[0];
    struct node *body = node->children[1];
    char what[64];
    size_t n = strlen(form->name);
    what[0] = '\'';
    memcpy(what + 1, form->name, n);
    memcpy(what + 1 + n, "'", 2);
    if (node->n == 3 && !check_condition(checker, node, node->children[2], what))
        return NULL;
    switch (form->macro) {
    case MACRO_ALL:
    case MACRO_EXISTS:
    case MACRO_EXISTS_ONE:
        return check_condition(checker, node, body, what) ? type_of(RULE_BOOL) : NULL;
    case MACRO_FILTER:
        if (!check_condition(checker, node, body, what))
            return NULL;
        return range->type == RULE_LIST ? range->full : range->type == RULE_MAP ? type_list(checker->arena, range->full->a) :
               type_of(RULE_LIST);
    case MACRO_BIND:
        return body->full;
    default:
        return transformed(checker, node, range, body);
    }
}

/* From the call's operands to the macro's: what is walked, the body, and a condition that stands before it. */
static void
arrange(struct node *node, const struct form *form, struct node **variables)
{
    struct node *operands[5];
    const int32_t first = form->macro == MACRO_BIND ? 2 : 0, rest = 1 + form->n_locals;
    for (int32_t i = 0; i < node->n; i++)
        operands[i] = node->children[i];
    for (int32_t i = 0; i < form->n_locals; i++)
        variables[i] = operands[1 + i];
    node->children[0] = operands[first];
    if (form->macro == MACRO_BIND) {
        node->children[1] = operands[3];
        node->n = 2;
    } else if (node->n - rest == 2) {
        node->children[1] = operands[rest + 1];
        node->children[2] = operands[rest];
        node->n = 3;
    } else {
        node->children[1] = operands[rest];
        node->n = 2;
    }
    node->kind = NODE_MACRO;
    node->macro = form->macro;
    node->n_locals = form->n_locals;
}

bool
check_macro(struct checker *checker, struct node *node)
{
    const struct form *form = form_of(node);
    if (form == NULL)
        return false;
    if (!check_variables(checker, node, form)) {
        check_node(checker, node->children[0]);      /* for what is wrong there */
        return true;
    }
    struct node *variables[2] = {NULL, NULL};
    arrange(node, form, variables);
    node->local = (int32_t) checker->n_locals;
    check_node(checker, node->children[0]);
    const struct type *first, *second;
    variable_types(checker, node, form, &first, &second);
    const bool refused = checker_refused(node);
    bool pushed = push_local(checker, variables[0]->name, first);
    if (pushed && form->n_locals == 2)
        pushed = push_local(checker, variables[1]->name, second);
    if (!pushed) {
        checker->n_locals = (size_t) node->local;
        checker_no_memory(checker, node);
        return true;
    }
    /* The condition stands before the body. */
    bool good = node->children[0]->type != RULE_ERROR;
    for (int32_t i = node->n - 1; i > 0; i--) {
        check_node(checker, node->children[i]);
        good &= node->children[i]->type != RULE_ERROR;
    }
    checker->n_locals = (size_t) node->local;
    if (!good || refused) {
        checker_fail(checker, node);
        return true;
    }
    const struct type *type = result_type(checker, node, form);
    if (!checker_refused(node))
        checker_type(checker, node, type);
    return true;
}
