/* Names: macros' variables before anything else, then what the scope declares, the longest dotted name first and within the
 * scope's namespace before outside of it, then the names of types. What is left of a dotted name are fields of what was found. */
#include "rule/checking.h"
#include "rule/constant.h"
#include "rule/value.h"

#include "base/text.h"

static const struct type_name {
    const char *name;
    enum rule_kind kind;
} type_names[] = {
    {"bool", RULE_BOOL}, {"int", RULE_INT}, {"uint", RULE_UINT}, {"double", RULE_DOUBLE}, {"string", RULE_STRING},
    {"bytes", RULE_BYTES}, {"list", RULE_LIST}, {"map", RULE_MAP}, {"null_type", RULE_NULL}, {"type", RULE_TYPE},
    {"optional_type", RULE_OPTIONAL}, {"date", RULE_DATE}, {"money", RULE_MONEY},
    {"timestamp", RULE_TIMESTAMP}, {"duration", RULE_DURATION}, {"google.protobuf.Timestamp", RULE_TIMESTAMP},
    {"google.protobuf.Duration", RULE_DURATION},
};

static const struct type_name *
find_type(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++)
        if (strlen(type_names[i].name) == size && memcmp(type_names[i].name, name, size) == 0)
            return &type_names[i];
    return NULL;
}

/* The number of the variable, -1 where there is none of this name; the innermost one hides others. */
static int32_t
find_local(const struct checker *checker, struct rule_text name)
{
    for (size_t i = checker->n_locals; i > 0; i--) {
        struct rule_text local = checker->locals[i - 1].name;
        if (local.size == name.size && memcmp(local.bytes, name.bytes, name.size) == 0)
            return (int32_t) i - 1;
    }
    return -1;
}

static const struct node *
base_of(const struct node *node)
{
    while (node->kind == NODE_SELECT)
        node = node->children[0];
    return node;
}

static bool
begins_with_local(const struct checker *checker, const struct node *node)
{
    const struct node *base = base_of(node);
    return checker->n_locals > 0 && !base->absolute && find_local(checker, base->name) >= 0;
}

/* In the namespace a.b, x is a.b.x, else a.x, else x. */
static const struct scope_name *
find_declared(struct checker *checker, const char *dotted, size_t size, bool absolute)
{
    const struct rule_scope *scope = checker->scope;
    size_t prefix = scope->container == NULL || absolute ? 0 : strlen(scope->container);
    while (prefix > 0) {
        char *name = arena_new(checker->arena, prefix + size + 2);
        if (name == NULL) {
            checker_lost(checker);
            return NULL;
        }
        memcpy(name, scope->container, prefix);
        name[prefix] = '.';
        memcpy(name + prefix + 1, dotted, size);
        const struct scope_name *found = scope_find(scope, name, prefix + size + 1);
        if (found != NULL)
            return found;
        while (prefix > 0 && scope->container[--prefix] != '.')
            ;
    }
    return scope_find(scope, dotted, size);
}

/* The text up to each dot is the name of what stands below it. */
static size_t
size_without_last(const struct node *node, size_t size)
{
    return size - node->name.size - 1;
}

static bool
is_declared(struct checker *checker, const char *dotted, size_t size, bool absolute)
{
    return find_declared(checker, dotted, size, absolute) != NULL || find_type(dotted, size) != NULL;
}

bool
check_is_declared(struct checker *checker, const struct node *node)
{
    if (!node_is_dotted(node))
        return true;
    if (begins_with_local(checker, node))
        return true;
    const char *dotted = node_dotted(checker->arena, node);
    const bool absolute = base_of(node)->absolute;
    if (dotted == NULL)
        checker_lost(checker);
    for (size_t size = dotted == NULL ? 0 : strlen(dotted); dotted != NULL; node = node->children[0]) {
        if (is_declared(checker, dotted, size, absolute))
            return true;
        if (node->kind != NODE_SELECT)
            return false;
        size = size_without_last(node, size);
    }
    return false;
}

static void
refuse_name(struct checker *checker, struct node *node, const char *dotted)
{
    if (checker->scope->unchecked) {
        checker_defer(node);
        node->unknown = true;
        return;
    }
    const char *nearest = source_is_full(checker->source) ? NULL : scope_nearest(checker->scope, dotted);
    for (size_t i = 0; i < checker->n_locals && nearest == NULL && !source_is_full(checker->source); i++) {
        struct rule_text local = checker->locals[i].name;
        const char *word = arena_text(checker->arena, local.bytes, local.size);
        nearest = word == NULL ? NULL : text_nearest(dotted, &word, 1);
    }
    static const char *const words[][2] = {{"True", "true"},   {"TRUE", "true"}, {"False", "false"}, {"FALSE", "false"},
                                           {"None", "null"}, {"NULL", "null"}, {"Null", "null"}};
    for (size_t i = 0; nearest == NULL && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], dotted) == 0)
            nearest = words[i][1];
    if (nearest != NULL)
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->begin, "unknown name '%s', did you mean '%s'?", dotted, nearest);
    else
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->begin, "unknown name '%s'", dotted);
}

static void
become_local(struct checker *checker, struct node *node, int32_t local)
{
    node->local = local;
    node->lowest = local;
    node->fixed = true;
    checker_type(checker, node, checker->locals[local].type);
}

/* A constant is checked as what it stands for. */
static void
become_constant(struct checker *checker, struct node *node, const struct scope_name *found)
{
    if (!constant_expand(checker->arena, found, node)) {
        checker_no_memory(checker, node);
        return;
    }
    for (int32_t i = 0; i < node->n; i++)
        check_node(checker, node->children[i]);
    if (found->is_list)
        checker_type(checker, node, type_list(checker->arena, type_of(found->kind)));
    else
        checker_type(checker, node, type_of(found->kind));
}

static void
become_declared(struct checker *checker, struct node *node, const struct scope_name *found)
{
    if (found->constants != NULL) {
        become_constant(checker, node, found);
        return;
    }
    node->declared = found;
    node->slot = found->slot;
    checker_type(checker, node, type_of(found->kind));
    if (found->kind == RULE_ERROR)
        checker->failed = true;      /* its own fault was reported where it is declared */
}

static void
become_type(struct checker *checker, struct node *node, enum rule_kind kind)
{
    const char *name = value_type_name(kind);
    checker_type(checker, node, type_type(checker->arena, type_of(kind)));
    node->constant = true;
    node->value = (struct cell){.as.text = {name, strlen(name)}, .kind = RULE_TYPE};
}

/* Whether a dotted name as a whole is something. */
static bool
resolve_whole(struct checker *checker, struct node *node, const char *dotted)
{
    const size_t size = strlen(dotted);
    const struct scope_name *found = find_declared(checker, dotted, size, base_of(node)->absolute);
    if (found != NULL) {
        become_declared(checker, node, found);
        return true;
    }
    const struct type_name *type = find_type(dotted, size);
    if (type != NULL)
        become_type(checker, node, type->kind);
    return type != NULL;
}

/* Fields. */

/* What a field, or an element, of an optional is: optional, too. Of what is one already it is left open how deep that goes. */
static const struct type *
lift(struct checker *checker, const struct type *type)
{
    return type->kind == RULE_OPTIONAL ? type_of(RULE_OPTIONAL) : type_optional(checker->arena, type);
}

static void
refuse_field(struct checker *checker, struct node *node, const struct node *of, struct rule_text field, int32_t at)
{
    char type[128];
    type_print(of->full, type, sizeof type);
    const char *dotted = node_is_dotted(of) ? node_dotted(checker->arena, of) : NULL;
    if (dotted != NULL)
        MISTAKE(checker, node, CSTM_ERROR_TYPE, at, "'%s' is %s and has no field '%.*s'", dotted, type, (int) field.size,
                field.bytes);
    else
        MISTAKE(checker, node, CSTM_ERROR_TYPE, at, "%s has no field '%.*s'", type, (int) field.size, field.bytes);
}

/* The type of a field of a value of this type, NULL where it has none. */
static const struct type *
field_type(const struct type *type)
{
    if (type->kind == RULE_OPTIONAL)
        type = type->a;
    if (type->kind == RULE_DYN)
        return type;
    return type->kind == RULE_MAP && (type->a->kind == RULE_STRING || type->a->kind == RULE_DYN) ? type->b : NULL;
}

static void
check_field(struct checker *checker, struct node *node)
{
    struct node *of = node->children[0];
    if (of->type == RULE_ERROR) {
        node->type = RULE_ERROR;
        return;
    }
    const struct type *type = field_type(of->full);
    if (type == NULL)
        refuse_field(checker, node, of, node->name, node->at);
    else
        checker_type(checker, node, node->optional || of->type == RULE_OPTIONAL ? lift(checker, type) : type);
}

void
check_name(struct checker *checker, struct node *node)
{
    if (!node_is_dotted(node)) {
        check_node(checker, node->children[0]);
        check_field(checker, node);
        return;
    }
    if (begins_with_local(checker, node)) {
        if (node->kind == NODE_NAME) {
            become_local(checker, node, find_local(checker, node->name));
            return;
        }
        check_node(checker, node->children[0]);
        check_field(checker, node);
        return;
    }
    const char *dotted = node_dotted(checker->arena, node);
    if (dotted == NULL) {
        checker_no_memory(checker, node);
    } else if (resolve_whole(checker, node, dotted)) {
        return;
    } else if (node->kind == NODE_SELECT && check_is_declared(checker, node->children[0])) {
        check_node(checker, node->children[0]);
        check_field(checker, node);
    } else {
        refuse_name(checker, node, dotted);
    }
}

/* has(name), and has(e.f). */

static void
check_present(struct checker *checker, struct node *node, struct node *field)
{
    struct node *of = field->children[0];
    node->present = true;
    node->name = field->name;
    node->children[0] = of;
    check_node(checker, of);
    if (of->type == RULE_ERROR) {
        node->type = RULE_ERROR;
        return;
    }
    checker_type(checker, node, type_of(RULE_BOOL));
    const struct type *type = of->type == RULE_OPTIONAL ? of->full->a : of->full;
    if (type->kind != RULE_MAP && type->kind != RULE_DYN) {
        refuse_field(checker, node, of, field->name, field->at);
        if (node->type != RULE_ERROR)
            checker_type(checker, node, type_of(RULE_BOOL));
    }
}

void
check_has(struct checker *checker, struct node *node)
{
    struct node *field = node->n == 1 ? node->children[0] : NULL;
    if (field == NULL || (field->kind != NODE_NAME && field->kind != NODE_SELECT) || field->optional) {
        REFUSE(checker, node, CSTM_ERROR_SYNTAX, node->at, "has() takes one name or field");
        return;
    }
    if (!node_is_dotted(field)) {
        check_present(checker, node, field);
        return;
    }
    const char *dotted = node_dotted(checker->arena, field);
    if (dotted == NULL) {
        checker_no_memory(checker, node);
        return;
    }
    const bool local = begins_with_local(checker, field);
    const struct scope_name *found = local ? NULL : find_declared(checker, dotted, strlen(dotted), base_of(field)->absolute);
    if (found != NULL && found->constants != NULL) {
        REFUSE(checker, node, CSTM_ERROR_SYNTAX, field->begin, "'%s' is a %s and always there", dotted,
               found->is_list ? "list" : "constant");
    } else if (found != NULL) {
        become_declared(checker, field, found);
        node->has = true;
        node->declared = found;
        node->slot = found->slot;
        checker_type(checker, node, type_of(found->kind == RULE_ERROR ? RULE_ERROR : RULE_BOOL));
    } else if (field->kind == NODE_SELECT && (checker->scope->unchecked || check_is_declared(checker, field->children[0]))) {
        check_present(checker, node, field);
    } else if (local) {
        REFUSE(checker, node, CSTM_ERROR_SYNTAX, field->begin, "'%s' is a variable of a macro and always there", dotted);
    } else if (find_type(dotted, strlen(dotted)) != NULL) {
        REFUSE(checker, node, CSTM_ERROR_SYNTAX, field->begin, "'%s' is a type and always there", dotted);
    } else {
        refuse_name(checker, field, dotted);
        if (field->type == RULE_ERROR)
            node->type = RULE_ERROR;
        else
            REFUSE(checker, node, CSTM_ERROR_SYNTAX, node->at, "has() takes one name or field");
    }
}

/* Elements. */

static bool
is_position(enum rule_kind kind)
{
    return kind == RULE_INT || kind == RULE_UINT || kind == RULE_DOUBLE || kind == RULE_DYN;
}

void
check_index(struct checker *checker, struct node *node)
{
    struct node *of = node->children[0], *key = node->children[1];
    check_node(checker, of);
    check_node(checker, key);
    if (of->type == RULE_ERROR || key->type == RULE_ERROR) {
        node->type = RULE_ERROR;
        return;
    }
    char found[128], wanted[128];
    const struct type *type = of->type == RULE_OPTIONAL ? of->full->a : of->full;
    const bool optional = node->optional || of->type == RULE_OPTIONAL;
    type_print(key->full, found, sizeof found);
    if (type->kind == RULE_DYN) {
        checker_type(checker, node, optional ? lift(checker, type) : type);
    } else if (type->kind == RULE_LIST) {
        checker_type(checker, node, optional ? lift(checker, type->a) : type->a);
        if (!is_position(key->type))
            MISTAKE(checker, node, CSTM_ERROR_TYPE, key->begin, "an index into a list is int, this is %s", found);
    } else if (type->kind == RULE_MAP) {
        type_print(type->a, wanted, sizeof wanted);
        checker_type(checker, node, optional ? lift(checker, type->b) : type->b);
        if (!type_like(type->a, key->full))
            MISTAKE(checker, node, CSTM_ERROR_TYPE, key->begin, "the keys of this map are %s, this is %s", wanted, found);
    } else {
        type_print(of->full, wanted, sizeof wanted);
        MISTAKE(checker, node, CSTM_ERROR_TYPE, node->at, "only lists and maps have elements, this is %s", wanted);
    }
}
