/* What some operators of features take besides what they aggregate: the whole of a share, the unit of
 * a streak, a half-life, the parts of a trend. A key that another operator takes is refused where it
 * would mean nothing. */
#include "strategy/keys.h"

#include <string.h>

#define PARTS_LIMIT 120

static const struct {
    const char *key;
    enum feature_operator operator;
    const char *owner; /* as the document writes it */
} parameters[] = {
    {"of", FEATURE_SHARE, "share"},
    {"unit", FEATURE_STREAK, "streak"},
    {"half_life", FEATURE_DECAYED, "decayed"},
    {"parts", FEATURE_TREND, "trend"},
    {"at", FEATURE_QUANTILE, "quantile"},
    {"place", FEATURE_MEAN_DISTANCE, "mean_distance"},
    {"home", FEATURE_MEAN_DISTANCE, "mean_distance"},
};

bool
parameters_check(struct compiler *compiler, const struct node *node,
                 enum feature_operator operator, const char *key)
{
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
        const struct node *value = key_find(node, parameters[i].key);
        if (value == NULL || parameters[i].operator== operator)
            continue;
        compiler_fault(compiler, CSTM_ERROR_TYPE, value->key, "'%s:' goes with '%s:', not '%s:'",
                       parameters[i].key, parameters[i].owner, key);
        good = false;
    }
    return good;
}

static bool
read_unit(struct compiler *compiler, const struct node *node, struct feature *feature)
{
    static const char *const units[] = {
        [STREAK_DAYS] = "days", [STREAK_WEEKS] = "weeks", [STREAK_MONTHS] = "months"};
    feature->parameter = STREAK_DAYS;
    return node == NULL || read_word(compiler, node, "unit", units,
                                     G_N_ELEMENTS(units), &feature->parameter);
}

/* The parts are equal: n months are n of them if nothing else is said. */
static bool
read_parts(struct compiler *compiler, const struct feature_declaration *declaration,
           const struct node *node, struct feature *feature)
{
    int64_t parts = feature->window.n;
    if (!window_is_bounded(feature->window) || feature->window.n == 0) {
        compiler_fault(compiler, CSTM_ERROR_MISSING, declaration->operand,
                       "'trend' needs 'over:' with days, months or closed cycles");
        return false;
    }
    if (node != NULL && !read_integer(compiler, node, "the number of parts of a trend", 2,
                                      PARTS_LIMIT, &parts))
        return false;
    const struct node *at = node != NULL ? node : declaration->operand;
    if (node == NULL && (feature->window.unit == WINDOW_DAYS || parts < 2)) {
        compiler_fault(compiler, CSTM_ERROR_MISSING, at,
                       "'trend' needs 'parts:', into how many parts of equal length the window is "
                       "cut");
        return false;
    }
    if (feature->window.n % parts != 0) {
        compiler_fault(compiler, CSTM_ERROR_RANGE, at,
                       "a window of %d %s is not cut into %d equal parts", (int) feature->window.n,
                       feature->window.unit == WINDOW_DAYS     ? "days"
                       : feature->window.unit == WINDOW_MONTHS ? "months"
                                                               : "cycles",
                       (int) parts);
        return false;
    }
    feature->parameter = (int32_t) parts;
    return true;
}

/* The window that is read is both: the one asked for and the one before it. */
static bool
read_ratio(struct compiler *compiler, const struct feature_declaration *declaration,
           struct feature *feature)
{
    if (!window_is_bounded(feature->window) || feature->window.n == 0) {
        compiler_fault(compiler, CSTM_ERROR_MISSING, declaration->operand,
                       "'ratio' needs 'over:' with days, months or closed cycles");
        return false;
    }
    feature->window.n *= 2;
    feature->parameter = 2;
    return true;
}

/* From 0 to 1, of which millionths are told apart. */
static bool
read_at(struct compiler *compiler, const struct node *node, struct feature *feature)
{
    double at;
    if (!read_number(compiler, node, "'at:'", &at))
        return false;
    if (!(at > 0 && at <= 1)) {
        compiler_fault(compiler, CSTM_ERROR_RANGE, node, "'at:' is above 0 and at most 1");
        return false;
    }
    feature->parameter = (int32_t) (at * QUANTILE_UNIT + 0.5);
    feature->parameter += feature->parameter == 0;
    return true;
}

/* Values are counted apart where the event's field says which there are. */
static bool
check_values(struct compiler *compiler, const struct feature_declaration *declaration,
             const struct feature *feature, const char *key)
{
    const struct event_field *field =
        &compiler->schema->events[feature->event].fields[feature->field];
    if (field->n_values == 0)
        compiler_fault(compiler, CSTM_ERROR_TYPE, declaration->operand,
                       "'%s' takes a field that declares its 'values:' or 'range:'", key);
    else if (field->n_values > CATEGORY_LIMIT)
        compiler_fault(compiler, CSTM_ERROR_LIMIT, declaration->operand,
                       "'%s' takes a field of at most %d values", key, CATEGORY_LIMIT);
    return field->n_values > 0 && field->n_values <= CATEGORY_LIMIT;
}

bool
parameters_read(struct compiler *compiler, struct feature_declaration *declaration,
                struct feature *feature, const char *key)
{
    const struct node *node = declaration->node, *of = key_find(node, "of");
    if (feature->operator<= FEATURE_RECENCY)
        return true;
    if (feature->window.unit == WINDOW_LAST) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, key_find(node, "over"),
                       "'%s' is over days, months or all, not over the last events", key);
        return false;
    }
    switch (feature->operator) {
    case FEATURE_SHARE:
        if (key_find(node, "where") == NULL && key_find(node, "by") == NULL &&
            key_find(node, "near") == NULL) {
            compiler_fault(compiler, CSTM_ERROR_MISSING, declaration->operand,
                           "'share' needs 'where:', which events are the part, 'near:' a home, or 'by:', a "
                           "part a value");
            return false;
        }
        const char *text;
        if (of != NULL && read_text(compiler, of, "'of:'", &text))
            declaration->of = of;
        else if (of == NULL && key_find(node, "by") != NULL) /* the parts are of what it picks */
            declaration->of = declaration->where;
        return of == NULL || declaration->of != NULL;
    case FEATURE_STREAK:
        return read_unit(compiler, key_find(node, "unit"), feature);
    case FEATURE_DECAYED:
        node = key_need(compiler, node, "half_life", declaration->operand, "'decayed'");
        return node != NULL &&
               read_days(compiler, node, "a half-life", 1, 3660, &feature->parameter);
    case FEATURE_TREND:
        return read_parts(compiler, declaration, key_find(node, "parts"), feature);
    case FEATURE_RATIO:
        return read_ratio(compiler, declaration, feature);
    case FEATURE_QUANTILE:
        node = key_need(compiler, node, "at", declaration->operand, "'quantile'");
        return node != NULL && read_at(compiler, node, feature);
    case FEATURE_MOST_FREQUENT:
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
        return feature->kind == RULE_ERROR || feature->field < 0 ||
               check_values(compiler, declaration, feature, key);
    default:
        return true;
    }
}
