/* Walks the tree with what is known of each name: after `x > 5 &&`, that x is above 5 or has no value, since otherwise the rest does not
 * matter; after `||` the opposite; in the branches of a ?: what the condition says. A condition on one name is a set of its
 * values, and of whether it holds where there is none. Held against what is known, it may be false for certain, or true: then a
 * warning stands at its place. What is known is only ever too little: where a set does not fit, or a condition is of
 * several names, nothing is concluded.
 *
 * Texts stand on a line, too: those that the rule compares a name with, in their order, and a place between any two. */
#include "rule/implications.h"
#include "rule/line.h"

#include "base/hash.h"

#include <math.h>
#include <stdlib.h>

#define FACTS 12             /* names of which something is known at once */
#define TEXTS 64
#define REPEATS 256          /* operands of a chain that are compared with one another */
#define DEPTH 16             /* of chains and conditionals within one another */

enum truth { IS_FALSE, IS_TRUE, IS_NOTHING };

/* What a condition on one name says: the values for which it is true (for all others it is false), and what it is without one. */
struct condition {
    struct line_set yes;
    enum truth missing;
};

struct fact {
    const struct scope_name *name;
    struct line_set values;          /* that are possible here, */
    bool missing;                    /* and whether there may be none */
};

struct facts {
    int32_t n;
    struct fact facts[FACTS];
};

struct examiner {
    const struct source *source;
    int32_t n_texts;
    bool too_many;                   /* texts: none has a place */
    struct rule_text texts[TEXTS];   /* ascending */
    int32_t warnings, depth;
};

/* The line of a name. */

static bool
has_line(const struct examiner *examiner, enum rule_kind kind)
{
    return line_has(kind) || (kind == RULE_STRING && !examiner->too_many);
}

static int64_t
last_of(const struct examiner *examiner, enum rule_kind kind)
{
    return kind == RULE_STRING ? 2 * (int64_t) examiner->n_texts : line_last(kind);
}

static int64_t
first_of(enum rule_kind kind)
{
    return kind == RULE_STRING ? 0 : line_first(kind);
}

/* The text's own place is odd, those before and behind it are even. */
static int64_t
place_of_text(const struct examiner *examiner, struct rule_text text)
{
    int32_t i = 0;
    while (i < examiner->n_texts && order_texts(examiner->texts[i], text) < 0)
        i++;
    return 2 * (int64_t) i + 1;
}

static void
all_values(const struct examiner *examiner, const struct scope_name *name, struct line_set *set)
{
    line_set_one(set, first_of(name->kind), last_of(examiner, name->kind));
    if (name->kind != RULE_STRING || name->n_values == 0 || name->n_values > LINE_STRETCHES)
        return;
    line_set_one(set, 1, 0);
    for (int32_t i = 0; i < name->n_values; i++) {
        struct line_set one;
        const int64_t place = place_of_text(examiner, (struct rule_text){name->values[i], strlen(name->values[i])});
        line_set_one(&one, place, place);
        line_set_join(set, &one);
    }
}

static int
by_order(const void *a, const void *b)
{
    return order_texts(*(const struct rule_text *) a, *(const struct rule_text *) b);
}

static void
add_text(struct examiner *examiner, struct rule_text text)
{
    for (int32_t i = 0; i < examiner->n_texts; i++)
        if (same_texts(examiner->texts[i], text))
            return;
    if (examiner->n_texts == TEXTS)
        examiner->too_many = true;
    else
        examiner->texts[examiner->n_texts++] = text;
}

static void
gather_texts(struct examiner *examiner, const struct node *node)
{
    if (examiner->too_many)
        return;
    if (node->constant) {
        if (node->type == RULE_STRING)
            add_text(examiner, node->value.as.text);
        return;
    }
    const struct scope_name *name = node->slot >= 0 ? node->declared : NULL;
    if (name != NULL && name->kind == RULE_STRING && name->n_values <= LINE_STRETCHES)
        for (int32_t i = 0; i < name->n_values; i++)
            add_text(examiner, (struct rule_text){name->values[i], strlen(name->values[i])});
    for (int32_t i = 0; node->slot < 0 && i < node->n; i++)
        gather_texts(examiner, node->children[i]);
}

/* Conditions. */

static bool
is_named(const struct node *node, const char *name)
{
    return node->kind == NODE_CALL && node->slot < 0 && node->name.size == strlen(name) &&
           memcmp(node->name.bytes, name, node->name.size) == 0;
}

/* The one name that is read below; *several where there are more, or what is no name. */
static const struct scope_name *
only_name(const struct node *node, const struct scope_name *found, bool *several)
{
    if (node->constant || *several)
        return found;
    if (node->slot >= 0) {
        *several = node->declared == NULL || (found != NULL && found != node->declared);
        return node->declared;
    }
    if (node->local >= 0 || node->kind == NODE_MACRO || node->unknown) {
        *several = true;
        return found;
    }
    for (int32_t i = 0; i < node->n; i++)
        found = only_name(node->children[i], found, several);
    return found;
}

/* A constant's place among the values of a kind: *exact, or the nearest below it. False: it has none. */
static bool
place_of(const struct examiner *examiner, enum rule_kind kind, const struct node *constant, int64_t *place, bool *exact)
{
    const struct cell *value = &constant->value;
    *exact = true;
    if (kind == RULE_STRING && constant->type == RULE_STRING) {
        *place = place_of_text(examiner, value->as.text);
        return true;
    }
    if (kind == constant->type && line_has(kind)) {
        if (kind == RULE_DOUBLE && !isfinite(value->as.d))
            return false;
        *place = line_place(kind, value);
        return true;
    }
    if (kind == RULE_INT && constant->type == RULE_DOUBLE && fabs(value->as.d) < 0x1p53) {
        *place = (int64_t) floor(value->as.d);
        *exact = (double) *place == value->as.d;
        return true;
    }
    if (kind == RULE_DOUBLE && constant->type == RULE_INT && value->as.i < (INT64_C(1) << 53) && value->as.i > -(INT64_C(1) << 53)) {
        const struct cell d = {.as.d = (double) value->as.i};
        *place = line_place(RULE_DOUBLE, &d);
        return true;
    }
    return false;
}

static bool
compared(const struct examiner *examiner, const struct node *node, const struct scope_name *name, struct line_set *yes)
{
    if (node->n != 2 || node->name.size < 3 || node->name.bytes[0] != '_' || node->overload == NULL)
        return false;
    const int32_t mine = node->children[0]->constant ? 1 : 0;
    const struct node *constant = node->children[1 - mine];
    char operator = node->name.bytes[1];
    const bool with_equal = node->name.bytes[2] == '=' && (operator == '<' || operator == '>');
    if (node->children[mine]->slot < 0 || node->children[mine]->has || !constant->constant)
        return false;
    if (memchr("=!<>", operator, 4) == NULL)
        return false;
    if (mine == 1 && (operator == '<' || operator == '>'))
        operator = operator == '<' ? '>' : '<';
    const int64_t first = first_of(name->kind), last = last_of(examiner, name->kind);
    int64_t place;
    bool exact;
    if (!place_of(examiner, name->kind, constant, &place, &exact))
        return false;
    switch (operator) {
    case '<':
        if (exact && !with_equal && place == first)
            line_set_one(yes, 1, 0);
        else
            line_set_one(yes, first, exact && !with_equal ? place - 1 : place);
        return true;
    case '>':
        if (!(exact && with_equal) && place == last)
            line_set_one(yes, 1, 0);
        else
            line_set_one(yes, exact && with_equal ? place : place + 1, last);
        return true;
    default:
        line_set_one(yes, exact ? place : 1, exact ? place : 0);
        if (operator == '!')
            line_set_invert(yes, first, last);
        return true;
    }
}

static bool
listed(const struct examiner *examiner, const struct node *node, const struct scope_name *name, struct line_set *yes)
{
    if (!is_named(node, "@in") || node->overload == NULL || node->overload->binding != BIND_SET || node->children[0]->slot < 0 ||
        node->children[0]->has)
        return false;
    line_set_one(yes, 1, 0);
    const struct node *list = node->children[1];
    for (int32_t i = 0; i < list->n && list->n <= 2 * LINE_STRETCHES; i++) {
        struct line_set one;
        int64_t place;
        bool exact;
        if (!place_of(examiner, name->kind, list->children[i], &place, &exact))
            return false;
        line_set_one(&one, exact ? place : 1, exact ? place : 0);
        line_set_join(yes, &one);
    }
    return list->n <= 2 * LINE_STRETCHES;
}

static enum truth
joined(bool is_or, enum truth a, enum truth b)
{
    const enum truth dominant = is_or ? IS_TRUE : IS_FALSE;
    if (a == dominant || b == dominant)
        return dominant;
    return a == IS_NOTHING || b == IS_NOTHING ? IS_NOTHING : a;
}

static void
all_of(const struct examiner *examiner, const struct scope_name *name, bool some, struct line_set *set)
{
    if (some)
        line_set_one(set, first_of(name->kind), last_of(examiner, name->kind));
    else
        line_set_one(set, 1, 0);
}

/* What a condition on this one name says; false where it is not known. */
static bool
read_condition(const struct examiner *examiner, const struct node *node, const struct scope_name *name, struct condition *condition)
{
    condition->missing = IS_NOTHING;
    if (node->constant) {
        if (node->type != RULE_BOOL)
            return false;
        condition->missing = node->value.as.b != 0 ? IS_TRUE : IS_FALSE;
        all_of(examiner, name, node->value.as.b != 0, &condition->yes);
        return true;
    }
    if (node->slot >= 0) {
        if (node->has) {
            condition->missing = IS_FALSE;
            all_of(examiner, name, true, &condition->yes);
            return true;
        }
        line_set_one(&condition->yes, 1, 1);
        return name->kind == RULE_BOOL;
    }
    if (is_named(node, "!_")) {
        if (!read_condition(examiner, node->children[0], name, condition))
            return false;
        line_set_invert(&condition->yes, first_of(name->kind), last_of(examiner, name->kind));
        if (condition->missing != IS_NOTHING)
            condition->missing = condition->missing == IS_TRUE ? IS_FALSE : IS_TRUE;
        return true;
    }
    if (node->kind != NODE_AND && node->kind != NODE_OR)
        return (compared(examiner, node, name, &condition->yes) || listed(examiner, node, name, &condition->yes)) && !condition->yes.lost;
    const bool is_or = node->kind == NODE_OR;
    all_of(examiner, name, !is_or, &condition->yes);
    condition->missing = is_or ? IS_FALSE : IS_TRUE;
    for (int32_t i = 0; i < node->n; i++) {
        struct condition part;
        if (!read_condition(examiner, node->children[i], name, &part))
            return false;
        condition->missing = joined(is_or, condition->missing, part.missing);
        if (is_or)
            line_set_join(&condition->yes, &part.yes);
        else
            line_set_meet(&condition->yes, &part.yes);
    }
    return !condition->yes.lost;
}

/* Facts. */

static struct fact *
find_fact(struct facts *facts, const struct scope_name *name)
{
    for (int32_t i = 0; i < facts->n; i++)
        if (facts->facts[i].name == name)
            return &facts->facts[i];
    return NULL;
}

static struct fact *
fact_of(const struct examiner *examiner, struct facts *facts, const struct scope_name *name)
{
    struct fact *fact = find_fact(facts, name);
    if (fact != NULL || facts->n == FACTS)
        return fact;
    fact = &facts->facts[facts->n++];
    fact->name = name;
    fact->missing = true;
    all_values(examiner, name, &fact->values);
    return fact;
}

/* The condition is not `not`; strictly: it is the other, not nothing either. */
static void
assume(const struct examiner *examiner, struct facts *facts, const struct node *node, bool not, bool strictly)
{
    bool several = false;
    const struct scope_name *name = only_name(node, NULL, &several);
    if (node->constant)
        return;
    if (several || name == NULL || !has_line(examiner, name->kind)) {
        if (is_named(node, "!_"))
            assume(examiner, facts, node->children[0], !not, strictly);
        for (int32_t i = 0; node->kind == (not ? NODE_OR : NODE_AND) && i < node->n; i++)
            assume(examiner, facts, node->children[i], not, strictly);
        return;
    }
    struct condition condition;
    struct fact *fact;
    if (!read_condition(examiner, node, name, &condition) || (fact = fact_of(examiner, facts, name)) == NULL)
        return;
    if (not)
        line_set_invert(&condition.yes, first_of(name->kind), last_of(examiner, name->kind));
    const enum truth avoided = not ? IS_TRUE : IS_FALSE;
    struct line_set met = fact->values;
    line_set_meet(&met, &condition.yes);
    if (!met.lost)
        fact->values = met;
    fact->missing &= condition.missing != avoided && !(strictly && condition.missing == IS_NOTHING);
}

/* What a condition is, with what is known: false, true, or either. */
static enum truth
decided(const struct examiner *examiner, const struct facts *known, const struct node *node, const struct scope_name **about)
{
    bool several = false;
    const struct scope_name *name = only_name(node, NULL, &several);
    struct condition condition;
    if (node->constant || several || name == NULL || !has_line(examiner, name->kind) || node->type != RULE_BOOL ||
        !read_condition(examiner, node, name, &condition))
        return IS_NOTHING;
    struct facts facts = {.n = 0};
    const struct fact *fact = find_fact((struct facts *) known, name);
    if (fact == NULL)
        fact = fact_of(examiner, &facts, name);
    *about = name;
    if (fact->values.lost || (fact->values.n == 0 && !fact->missing))
        return IS_NOTHING;       /* nothing comes here: that was said before */
    /* Where there is no value, a condition that is nothing then changes nothing. */
    if (line_set_apart(&fact->values, &condition.yes) && !(fact->missing && condition.missing == IS_TRUE) && fact->values.n > 0)
        return IS_FALSE;
    if (line_set_within(&fact->values, &condition.yes) && !(fact->missing && condition.missing == IS_FALSE) && fact->values.n > 0)
        return IS_TRUE;
    return IS_NOTHING;
}

/* Operands that are the same. */

static uint64_t
hash_of(const struct node *node)
{
    uint64_t hash = (uint64_t) node->kind * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t) node->n + (uint64_t) node->has * 77;
    if (node->constant)
        return hash + node->type * 31 + value_hash(&node->value);
    if (node->slot >= 0)
        return hash + (uint64_t) (uint32_t) node->slot * 1000003;
    hash += hash_bytes(node->name.bytes, node->name.size, 0);
    for (int32_t i = 0; i < node->n; i++)
        hash = (hash << 7 | hash >> 57) * 31 + hash_of(node->children[i]);
    return hash;
}

static bool
same_tree(const struct node *a, const struct node *b)
{
    if (a->kind != b->kind || a->n != b->n || a->type != b->type || a->slot != b->slot || a->has != b->has ||
        a->constant != b->constant || a->local != b->local || a->macro != b->macro || a->optional != b->optional || a->method != b->method)
        return false;
    if (a->constant)
        return a->type != RULE_DYN && type_is_scalar(a->type) && value_equal(&a->value, &b->value);
    if (a->slot >= 0)
        return true;
    if (a->name.size != b->name.size || (a->name.size > 0 && memcmp(a->name.bytes, b->name.bytes, a->name.size) != 0))
        return false;
    for (int32_t i = 0; i < a->n; i++)
        if (!same_tree(a->children[i], b->children[i]))
            return false;
    return true;
}

static int32_t
find_repeat(const struct node *chain, const uint64_t *hashes, int32_t i)
{
    for (int32_t k = 0; k < i; k++)
        if (hashes[k] == hashes[i] && same_tree(chain->children[k], chain->children[i]))
            return k;
    return -1;
}

/* The walk. */

static void examine(struct examiner *examiner, const struct node *node, const struct facts *facts);

static void
warn(struct examiner *examiner, const struct node *node, const char *what, const struct scope_name *name)
{
    examiner->warnings++;
    source_warning(examiner->source, node->begin, what, name == NULL ? "" : name->name);
}

static void
warn_operand(struct examiner *examiner, const struct node *operand, bool is_or, bool alone, enum truth truth, const struct scope_name *name)
{
    if (alone)
        warn(examiner, operand, truth == IS_TRUE ? "this is true for every value of '%s'" : "this is false for every value of '%s'", name);
    else if ((truth == IS_TRUE) == is_or)
        warn(examiner, operand,
             is_or ? "one of this operand and those before it is true for every value of '%s': the whole is never false"
                   : "no value of '%s' satisfies this operand and those before it: the whole is never true", name);
    else
        warn(examiner, operand,
             is_or ? "this operand adds nothing: no value of '%s' that comes here makes it true"
                   : "this operand adds nothing: every value of '%s' that comes here makes it true", name);
}

static void
examine_chain(struct examiner *examiner, const struct node *node, const struct facts *given)
{
    const bool is_or = node->kind == NODE_OR;
    struct facts facts = *given;
    uint64_t hashes[REPEATS];
    for (int32_t i = 0; i < node->n; i++) {
        const struct node *operand = node->children[i];
        const int32_t before = examiner->warnings;
        if (i < REPEATS)
            hashes[i] = hash_of(operand);
        if (!operand->constant && i < REPEATS && find_repeat(node, hashes, i) >= 0) {
            warn(examiner, operand, "this operand repeats one before it%s", NULL);
            continue;
        }
        examine(examiner, operand, &facts);
        const struct scope_name *name = NULL;
        const struct facts none = {.n = 0};
        const enum truth truth = examiner->warnings > before ? IS_NOTHING : decided(examiner, &facts, operand, &name);
        if (truth != IS_NOTHING) {
            const bool alone = decided(examiner, &none, operand, &name) == truth;
            warn_operand(examiner, operand, is_or, alone, truth, name);
        }
        assume(examiner, &facts, operand, is_or, false);
    }
}

static void
examine_conditional(struct examiner *examiner, const struct node *node, const struct facts *facts)
{
    const struct node *condition = node->children[0];
    const struct scope_name *name = NULL;
    const int32_t before = examiner->warnings;
    examine(examiner, condition, facts);
    const enum truth truth = examiner->warnings > before ? IS_NOTHING : decided(examiner, facts, condition, &name);
    if (truth != IS_NOTHING)
        warn(examiner, node->children[truth == IS_TRUE ? 2 : 1],
             truth == IS_TRUE ? "this branch is never taken: no value of '%s' makes the condition false here"
                              : "this branch is never taken: no value of '%s' makes the condition true here", name);
    for (int32_t i = 0; i < 2; i++) {
        struct facts here = *facts;
        assume(examiner, &here, condition, i == 1, true);
        examine(examiner, node->children[1 + i], &here);
    }
}

static void
examine(struct examiner *examiner, const struct node *node, const struct facts *facts)
{
    const bool is_chain = node->kind == NODE_AND || node->kind == NODE_OR;
    if (node->constant || node->slot >= 0 || examiner->depth == DEPTH)
        return;
    if (is_chain || node->kind == NODE_CONDITIONAL) {
        examiner->depth++;
        (is_chain ? examine_chain : examine_conditional)(examiner, node, facts);
        examiner->depth--;
        return;
    }
    for (int32_t i = 0; i < node->n; i++)
        examine(examiner, node->children[i], facts);
}

void
implications_warn(const struct source *source, const struct node *root)
{
    struct examiner examiner = {.source = source};
    if (source->warnings == NULL || root->constant)
        return;
    gather_texts(&examiner, root);
    qsort(examiner.texts, (size_t) examiner.n_texts, sizeof *examiner.texts, by_order);
    const struct facts none = {.n = 0};
    const struct scope_name *name = NULL;
    examine(&examiner, root, &none);
    const enum truth truth = examiner.warnings > 0 ? IS_NOTHING : decided(&examiner, &none, root, &name);
    if (truth != IS_NOTHING)
        warn(&examiner, root, truth == IS_TRUE ? "this is true for every value of '%s'" : "this is false for every value of '%s'", name);
}
