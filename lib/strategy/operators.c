/* The operators of features: their words in the document, what each takes and what it makes of values
 * of a kind. Read next: operands.c, what an operator stands over. */
#include "strategy/aggregate.h"

#include <string.h>

const struct operator_word operators[] = {
    {"count", FEATURE_COUNT, NO_FIELD, true},
    {"sum", FEATURE_SUM, ITS_FIELD, true},
    {"mean", FEATURE_MEAN, ITS_FIELD, true},
    {"min", FEATURE_MIN, ITS_FIELD, true},
    {"max", FEATURE_MAX, ITS_FIELD, true},
    {"first", FEATURE_FIRST, ITS_FIELD, false},
    {"last", FEATURE_LAST, ITS_FIELD, false},
    {"distinct_days", FEATURE_DISTINCT_DAYS, NO_FIELD, false},
    {"recency", FEATURE_RECENCY, NO_FIELD, false},
    {"variance", FEATURE_VARIANCE, ITS_FIELD, false},
    {"deviation", FEATURE_DEVIATION, ITS_FIELD, false},
    {"longest_gap", FEATURE_LONGEST_GAP, NO_FIELD, false},
    {"mean_gap", FEATURE_MEAN_GAP, NO_FIELD, false},
    {"gap_variation", FEATURE_GAP_VARIATION, NO_FIELD, false},
    {"streak", FEATURE_STREAK, NO_FIELD, false},
    {"since_first", FEATURE_SINCE_FIRST, NO_FIELD, false},
    {"share", FEATURE_SHARE, EITHER, false},
    {"decayed", FEATURE_DECAYED, EITHER, false},
    {"trend", FEATURE_TREND, EITHER, false},
    {"ratio", FEATURE_RATIO, EITHER, false},
    {"distinct", FEATURE_DISTINCT, ITS_FIELD, false},
    {"most_frequent", FEATURE_MOST_FREQUENT, ITS_FIELD, false},
    {"top_share", FEATURE_TOP_SHARE, ITS_FIELD, false},
    {"entropy", FEATURE_ENTROPY, ITS_FIELD, false},
    {"quantile", FEATURE_QUANTILE, ITS_FIELD, false},
    {"mean_distance", FEATURE_MEAN_DISTANCE, NO_FIELD, false},
};

const size_t n_operators = G_N_ELEMENTS(operators);

/* Of a feature, beside the operators. */
static const char *const keys[] = {
    "for",       "count",         "sum",     "mean",        "min",           "max",
    "first",     "last",          "distinct_days",          "recency",       "variance",
    "deviation", "longest_gap",   "mean_gap", "gap_variation", "streak",     "since_first",
    "share",     "decayed",       "trend",   "ratio",       "rule",          "where",
    "over",      "by",          "cycle",       "before",   "of",            "unit",    "half_life",   "parts",         "distinct",
    "most_frequent", "top_share", "entropy", "quantile",    "at",
    "near",      "mean_distance", "place",   "home",
    "ahead",
};

const char *
operator_key(enum feature_operator operator)
{
    size_t i = 0;
    if (operator== FEATURE_NEAR_COUNT || operator== FEATURE_NEAR_SUM ||
        operator== FEATURE_NEAR_SHARE) /* written with `near:` beside them */
        operator= operator== FEATURE_NEAR_COUNT ? FEATURE_COUNT
                  : operator== FEATURE_NEAR_SUM ? FEATURE_SUM
                                                : FEATURE_SHARE;
    while (operators[i].operator!= operator)
        i++;
    return operators[i].key;
}

enum rule_kind
operator_kind(enum feature_operator operator, enum rule_kind kind)
{
    bool adds = kind == RULE_INT || kind == RULE_DOUBLE || kind == RULE_MONEY;
    switch (operator) {
    case FEATURE_COUNT:
    case FEATURE_DISTINCT_DAYS:
    case FEATURE_RECENCY:
    case FEATURE_LONGEST_GAP:
    case FEATURE_STREAK:
    case FEATURE_SINCE_FIRST:
        return RULE_INT;
    case FEATURE_MEAN_GAP:
    case FEATURE_GAP_VARIATION:
    case FEATURE_MEAN_DISTANCE:
        return RULE_DOUBLE;
    case FEATURE_VARIANCE:
        return adds ? RULE_DOUBLE : RULE_ERROR;
    case FEATURE_DEVIATION:
        return kind == RULE_INT ? RULE_DOUBLE : adds ? kind : RULE_ERROR;
    case FEATURE_DISTINCT:
        return RULE_INT;
    case FEATURE_MOST_FREQUENT:
        return kind == RULE_STRING || kind == RULE_INT ? kind : RULE_ERROR;
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
        return kind == RULE_STRING || kind == RULE_INT ? RULE_DOUBLE : RULE_ERROR;
    case FEATURE_QUANTILE:
        return adds ? kind : RULE_ERROR;
    case FEATURE_SHARE:
    case FEATURE_RATIO:
        return kind == RULE_INT || kind == RULE_MONEY ? RULE_DOUBLE : RULE_ERROR;
    case FEATURE_DECAYED:
    case FEATURE_TREND:
        return kind == RULE_INT ? RULE_DOUBLE : kind == RULE_MONEY ? kind : RULE_ERROR;
    case FEATURE_SUM:
        return adds ? kind : RULE_ERROR;
    case FEATURE_MEAN:
        return kind == RULE_INT ? RULE_DOUBLE : adds ? kind : RULE_ERROR;
    case FEATURE_MIN:
    case FEATURE_MAX:
        return adds || kind == RULE_DATE || kind == RULE_TIMESTAMP ? kind : RULE_ERROR;
    default:
        return kind;
    }
}

void
operator_fault_kind(struct compiler *compiler, const struct node *at, enum feature_operator operator,
           enum rule_kind kind)
{
    const char *takes = "int, double or money";
    if (operator== FEATURE_MIN || operator== FEATURE_MAX)
        takes = "int, double, money, date or timestamp";
    else if (operator>= FEATURE_MOST_FREQUENT && operator<= FEATURE_ENTROPY)
        takes = "string or int";
    else if (operator>= FEATURE_SHARE && operator<= FEATURE_RATIO)
        takes = "int or money";
    compiler_fault(compiler, CSTM_ERROR_TYPE, at, "'%s' takes %s, not %s", operator_key(operator), takes,
                   rule_kind_name(kind));
}

enum rule_kind
operator_counted_kind(size_t o)
{
    return operators[o].reads == ITS_FIELD ? RULE_ERROR
                                           : operator_kind(operators[o].operator, RULE_INT);
}

int32_t
operator_find(struct compiler *compiler, const struct node *node, const struct node **operand)
{
    int32_t found = -1;
    *operand = NULL;
    for (const struct node *value = node->first; value != NULL; value = value->next) {
        int32_t o = strcmp(value->key->text, "rule") == 0 ? (int32_t) n_operators : -1;
        for (size_t i = 0; i < n_operators; i++)
            if (strcmp(value->key->text, operators[i].key) == 0)
                o = (int32_t) i;
        if (o < 0)
            continue;
        if (found >= 0) {
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, value->key,
                           "a feature has one operator: '%s:' stands beside '%s:'",
                           value->key->text, (*operand)->key->text);
            return -1;
        }
        found = o;
        *operand = value;
    }
    if (found < 0)
        compiler_fault(compiler, CSTM_ERROR_MISSING, node->key,
                       "a feature needs an operator (count, sum, ...) or 'rule:'");
    return found;
}

void
feature_keys_check(struct compiler *compiler, const struct node *node)
{
    keys_check(compiler, node, "a feature", keys, G_N_ELEMENTS(keys));
}
