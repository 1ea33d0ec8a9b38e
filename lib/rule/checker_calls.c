/* Functions and operators: which row of the tables fits the operands. Where the kind of an operand is known only when the rule runs,
 * the row is found then, and the rows that may fit say what the result can be. */
#include "rule/checking.h"
#include "rule/domain.h"
#include "rule/signature.h"

#include <stdio.h>

static const struct overload dyn_overload = {.name = "dyn", .style = STYLE_FUNCTION, .n = 1, .result = RULE_DYN, .args = {RULE_DYN}};

/* What is wrong. */

/* "_+_" is written +, "@in" is in. */
static const char *
shown_name(const struct node *node, char text[128])
{
    size_t n = 0;
    bool is_operator = node->name.size > 0 && (node->name.bytes[node->name.size - 1] == '_' || node->name.bytes[0] == '@');
    for (size_t i = 0; i < node->name.size && n < 127; i++) {
        char c = node->name.bytes[i];
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
    if ((a == RULE_NULL || b == RULE_NULL) && node->name.bytes[0] == '_')
        return "; write has(...)";
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

/* "int and list(int)", of what stands there. */
static size_t
write_operands(const struct node *node, char *text, size_t size)
{
    size_t n = 0;
    text[0] = 0;
    for (int32_t i = 0; i < node->n && n + 64 < size; i++) {
        n += (size_t) snprintf(text + n, size - n, "%s", i == 0 ? "" : i + 1 == node->n ? " and " : ", ");
        type_print(node->children[i]->full, text + n, size - n);
        n += strlen(text + n);
    }
    return n;
}

/* "; it takes string and int, or string and string", of a function with few forms. */
static void
write_forms(const struct overload_family *family, bool method, char *text, size_t size)
{
    const int32_t style = method ? STYLE_METHOD : STYLE_FUNCTION;
    size_t n = 0;
    int32_t shown = 0;
    text[0] = 0;
    if (family->n > 4 || family->name[0] == '_' || family->name[family->size - 1] == '_')
        return;
    for (int32_t i = 0; i < family->n && n + 160 < size; i++) {
        if ((family->rows[i]->style & style) == 0)
            continue;
        n += (size_t) snprintf(text + n, size - n, "%s", shown++ == 0 ? "; it takes " : ", or ");
        const int32_t operands = family->rows[i]->n == OVERLOAD_ANY ? 1 : family->rows[i]->n;
        if (operands == 0)
            n += (size_t) snprintf(text + n, size - n, "nothing");
        for (int32_t k = 0; k < operands && n + 160 < size; k++) {
            char operand[64];
            signature_operand(family->rows[i], k, operand, sizeof operand);
            n += (size_t) snprintf(text + n, size - n, "%s%s", k == 0 ? "" : k + 1 == operands ? " and " : ", ", operand);
        }
        if (family->rows[i]->n == OVERLOAD_ANY)
            n += (size_t) snprintf(text + n, size - n, " and more");
    }
}

static void
refuse_unknown(struct checker *checker, struct node *node, const char *name)
{
    const char *nearest = source_is_full(checker->source) ? NULL : overload_nearest(name);
    if (nearest != NULL && strcmp(nearest, name) == 0)
        MISTAKE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "'%s' does not take these operands", name);
    else if (nearest != NULL)
        MISTAKE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "unknown function '%s', did you mean '%s'?", name, nearest);
    else
        MISTAKE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "unknown function '%s'", name);
}

static void
refuse_call(struct checker *checker, struct node *node, const struct overload_family *family)
{
    char name[128], operands[512], forms[512];
    if (checker->scope->unchecked) {
        checker_defer(node);
        return;
    }
    shown_name(node, name);
    if (family == NULL) {
        refuse_unknown(checker, node, name);
        return;
    }
    if ((family->styles & (node->method ? STYLE_METHOD : STYLE_FUNCTION)) == 0) {
        REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->at,
               node->method ? "'%s' is no method; write %s(x)" : "'%s' is a method; write x.%s()", name, name);
        return;
    }
    write_operands(node, operands, sizeof operands);
    write_forms(family, node->method, forms, sizeof forms);
    REFUSE(checker, node, CSTM_ERROR_TYPE, node->at, "'%s' does not take %s%s%s", name, node->n == 0 ? "nothing" : operands,
           hint(node), forms);
}

/* What a row is given besides its operands. */

static bool
bind_domain(struct checker *checker, struct node *node)
{
    if (domain_bind(checker->source, checker->arena, checker->scope, node))
        return true;
    checker_fail(checker, node);
    return false;
}

static bool
bind(struct checker *checker, struct node *node, const struct overload *row)
{
    switch (row->binding) {
    case BIND_EXPONENT:
        if (checker->scope->exponent < 0 && row->call != NULL)
            return true;                 /* it takes values of any kind, and none of them is money */
        if (checker->scope->exponent < 0) {
            REFUSE(checker, node, CSTM_ERROR_UNKNOWN, node->at, "money needs a currency, and none is declared");
            return false;
        }
        node->imm = checker->scope->exponent;
        return true;
    case BIND_ZONE:
        return check_bind_zone(checker, node);
    case BIND_ZONE_TEXT:
        if (!node->children[node->n - 1]->constant || node->children[node->n - 1]->value.kind != RULE_STRING) {
            node->overload = NULL;       /* the zone is known when it runs */
            return true;
        }
        return check_bind_zone_text(checker, node);
    case BIND_REGEX:
        return check_bind_regex(checker, node);
    case BIND_CALENDAR_ZONE:
    case BIND_RATES_ZONE:
        return check_bind_zone(checker, node) && bind_domain(checker, node);
    case BIND_CALENDAR:
    case BIND_EDGES:
    case BIND_QUANTILES:
    case BIND_RATES:
    case BIND_MAPPING:
        return bind_domain(checker, node);
    default:
        return true;
    }
}

/* For rows that may fit: what any of them could want. A currency that is not declared is no mistake yet. */
static bool
bind_maybe(struct checker *checker, struct node *node, const struct overload *row)
{
    if (row->binding == BIND_REGEX || (row->binding == BIND_EXPONENT && checker->scope->exponent < 0))
        return true;
    if (row->binding == BIND_ZONE && node->data != NULL)
        return true;
    if (row->binding == BIND_ZONE_TEXT && (node->data != NULL || node->imm != 0))
        return true;
    if (row->binding >= BIND_EDGES) {
        MISTAKE(checker, node, CSTM_ERROR_TYPE, node->at, "'%.*s' takes operands of known types; convert what is dyn",
                (int) node->name.size, node->name.bytes);
        return checker->scope->unchecked;
    }
    return bind(checker, node, row);
}

/* Which row fits. */

static void
find_row(struct checker *checker, struct node *node, const struct type *const *types)
{
    const struct overload_family *family = overload_family(node->name.bytes, node->name.size);
    const int32_t style = node->method ? STYLE_METHOD : STYLE_FUNCTION;
    const struct type *type = NULL, *result = NULL;
    for (int32_t i = 0; family != NULL && i < family->n; i++) {
        const struct overload *row = family->rows[i];
        if ((row->style & style) == 0)
            continue;
        enum signature_match match = signature_match(row, types, node->n, checker->arena, &result);
        if (match == SIGNATURE_NO)
            continue;
        if (match == SIGNATURE_YES && row->binding == BIND_REGEX && !node->children[node->n - 1]->constant)
            continue;                    /* the next row takes it */
        if (match == SIGNATURE_YES) {
            checker_type(checker, node, result);
            node->overload = row;
            node->data = NULL;
            node->imm = 0;
            if (node->type != RULE_ERROR)
                bind(checker, node, row);
            return;
        }
        type = type == NULL || result == NULL || type_same(type, result) ? result : type_of(RULE_DYN);
        if (!bind_maybe(checker, node, row))
            return;
    }
    if (type == NULL)
        refuse_call(checker, node, family);
    else
        checker_type(checker, node, type);
}

static void
check_equality(struct checker *checker, struct node *node)
{
    const struct node *a = node->children[0], *b = node->children[1];
    if (!type_like(a->full, b->full)) {
        refuse_call(checker, node, overload_family(node->name.bytes, node->name.size));
        if (checker->scope->unchecked)
            checker_type(checker, node, type_of(RULE_BOOL));
        return;
    }
    if (type_is_scalar(a->type) && type_is_scalar(b->type)) {
        const struct type *types[] = {a->full, b->full};
        find_row(checker, node, types);
    } else {
        checker_type(checker, node, type_of(RULE_BOOL));
    }
    if (node->type == RULE_ERROR)
        return;
    check_value(checker, node, a, b);
    check_value(checker, node, b, a);
}

/* A function of any number of operands that has a kernel of two of one kind, such as math.greatest, takes more of that kind in
 * pairs, and pairs of pairs, and so runs over vectors. */

static const struct overload *
pairing_row(const struct node *node, const struct type *const *types)
{
    const struct overload_family *family = overload_family(node->name.bytes, node->name.size);
    const struct overload *pairing = NULL;
    bool any_number = false;
    if (family == NULL || node->method)
        return NULL;
    for (int32_t i = 1; i < node->n; i++)
        if (types[i]->kind != types[0]->kind)
            return NULL;
    for (int32_t i = 0; i < family->n; i++) {
        const struct overload *row = family->rows[i];
        const uint8_t kind = (uint8_t) types[0]->kind;
        any_number |= row->n == OVERLOAD_ANY;
        if (row->kernel != NULL && row->n == 2 && row->args[0] == kind && row->args[1] == kind && row->result == kind)
            pairing = row;
    }
    return any_number ? pairing : NULL;
}

static void
pair_operands(struct checker *checker, struct node *node, const struct type *const *types)
{
    const struct overload *row = node->n > 2 ? pairing_row(node, types) : NULL;
    while (row != NULL && node->n > 2) {
        int32_t n = 0;
        for (int32_t i = 0; i < node->n; i += 2, n++) {
            struct node *first = node->children[i], *pair = first;
            if (i + 1 < node->n) {
                const struct node *second = node->children[i + 1];
                pair = node_new(checker->arena, NODE_CALL, first->begin, second->end, 2);
                if (pair == NULL || pair->children == NULL) {
                    checker_no_memory(checker, node);
                    return;
                }
                pair->at = node->at;
                pair->name = node->name;
                pair->depth = 1 + (first->depth > second->depth ? first->depth : second->depth);
                pair->children[0] = first;
                pair->children[1] = node->children[i + 1];
                pair->overload = row;
                checker_type(checker, pair, types[0]);
                check_settle(checker, pair);
            }
            node->children[n] = pair;
        }
        node->n = n;
        node->depth++;
    }
}

/* math.greatest(a, b) is written as a method of a name: that is what it is if nothing has this name. */

static bool
is_dotted_function(struct checker *checker, struct node *node)
{
    if (!node->method || node->n == 0 || node->children[0]->enclosed || !node_is_dotted(node->children[0]))
        return false;
    const char *dotted = node_dotted(checker->arena, node->children[0]);
    size_t size = dotted == NULL ? 0 : strlen(dotted);
    char *name = arena_new(checker->arena, size + node->name.size + 2);
    if (dotted == NULL || name == NULL) {
        checker_lost(checker);
        return false;
    }
    memcpy(name, dotted, size);
    name[size] = '.';
    memcpy(name + size + 1, node->name.bytes, node->name.size);
    const struct overload_family *family = overload_family(name, size + 1 + node->name.size);
    if (check_is_declared(checker, node->children[0]))
        return false;
    if (family == NULL) {
        const char *nearest = checker->scope->unchecked || source_is_full(checker->source) ? NULL : overload_nearest(name);
        if (nearest == NULL || strchr(nearest, '.') == NULL)
            return false;
    }
    node->name = (struct rule_text){name, size + 1 + node->name.size};
    node->at = node->begin;
    node->method = false;
    node->children++;
    node->n--;
    return true;
}

/* In the namespace a.b, f is a.b.f, else a.f, else f. */
static void
qualify(struct checker *checker, struct node *node)
{
    const char *container = checker->scope->container;
    if (container == NULL || node->method || node->absolute)
        return;
    for (size_t prefix = strlen(container); prefix > 0;) {
        char *name = arena_new(checker->arena, prefix + node->name.size + 2);
        if (name == NULL) {
            checker_lost(checker);
            return;
        }
        memcpy(name, container, prefix);
        name[prefix] = '.';
        memcpy(name + prefix + 1, node->name.bytes, node->name.size);
        if (overload_known(name, prefix + 1 + node->name.size, NULL)) {
            node->name = (struct rule_text){name, prefix + 1 + node->name.size};
            return;
        }
        while (prefix > 0 && container[--prefix] != '.')
            ;
    }
}

static bool
check_operands(struct checker *checker, struct node *node, const struct type **types)
{
    bool good = true;
    for (int32_t i = 0; i < node->n; i++) {
        check_node(checker, node->children[i]);
        good &= node->children[i]->type != RULE_ERROR;
        types[i] = node->children[i]->full;
    }
    if (good)
        return true;
    node->type = RULE_ERROR;
    if (!overload_known(node->name.bytes, node->name.size, NULL) && !text_is(node->name, "dyn"))
        refuse_call(checker, node, NULL);
    return false;
}

void
check_call(struct checker *checker, struct node *node)
{
    if (!node->method && text_is(node->name, "has")) {
        check_has(checker, node);
        return;
    }
    if (text_is(node->name, "@in")) {
        check_in(checker, node);
        return;
    }
    if (check_segment(checker, node) || check_macro(checker, node))
        return;
    if (!is_dotted_function(checker, node))
        qualify(checker, node);
    const struct type *few[8];
    const struct type **types = few;
    if (node->n > 8)
        types = arena_new(checker->arena, sizeof *types * (size_t) node->n);
    if (types == NULL) {
        checker_no_memory(checker, node);
        return;
    }
    if (!check_operands(checker, node, types))
        return;
    if (!node->method && node->n == 1 && text_is(node->name, "dyn")) {
        node->overload = &dyn_overload;
        checker_type(checker, node, type_of(RULE_DYN));
    } else if (text_is(node->name, "_==_") || text_is(node->name, "_!=_")) {
        check_equality(checker, node);
    } else {
        pair_operands(checker, node, types);
        if (!checker_refused(node))
            find_row(checker, node, types);
    }
}
