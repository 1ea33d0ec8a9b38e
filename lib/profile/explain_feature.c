/* Why a feature has its value: of a rule its operands; of events the window and how many events
 * stand in it; of children each child with its value. */
#include "profile/explain.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

#define IDENTIFIER_ROOM 128

static const char *
operator_word(enum feature_operator how)
{
    static const char *const words[] = {
        [FEATURE_COUNT] = "count",     [FEATURE_SUM] = "sum",
        [FEATURE_MEAN] = "mean",       [FEATURE_MIN] = "min",
        [FEATURE_MAX] = "max",         [FEATURE_FIRST] = "first",
        [FEATURE_LAST] = "last",       [FEATURE_DISTINCT_DAYS] = "distinct_days",
        [FEATURE_RECENCY] = "recency", [FEATURE_VARIANCE] = "variance",
        [FEATURE_DEVIATION] = "deviation",
        [FEATURE_LONGEST_GAP] = "longest_gap",
        [FEATURE_MEAN_GAP] = "mean_gap",
        [FEATURE_GAP_VARIATION] = "gap_variation",
        [FEATURE_STREAK] = "streak",
        [FEATURE_SINCE_FIRST] = "since_first",
        [FEATURE_SHARE] = "share",
        [FEATURE_DECAYED] = "decayed",
        [FEATURE_TREND] = "trend",
        [FEATURE_RATIO] = "ratio",
        [FEATURE_DISTINCT] = "distinct",
        [FEATURE_MOST_FREQUENT] = "most_frequent",
        [FEATURE_TOP_SHARE] = "top_share",
        [FEATURE_ENTROPY] = "entropy",
        [FEATURE_QUANTILE] = "quantile",
        [FEATURE_NEAR_COUNT] = "count",
        [FEATURE_NEAR_SUM] = "sum",
        [FEATURE_NEAR_SHARE] = "share",
        [FEATURE_MEAN_DISTANCE] = "mean_distance",
    };
    return words[how];
}

/* "operand" or "operand.part", as the document writes it. */
static cstm_status
explain_operand(struct explaining *explaining, enum feature_operator how, const char *operand,
                const char *part, cstm_error **error)
{
    size_t size = strlen(operand), part_size = part == NULL ? 0 : strlen(part);
    char *text = memory_new(size + part_size + 2);
    if (text == NULL)
        return error_no_memory(error);
    memcpy(text, operand, size);
    if (part != NULL) {
        text[size] = '.';
        memcpy(text + size + 1, part, part_size);
    }
    cstm_status status = explain_text(explaining, operator_word(how), text, 1, error);
    memory_free(text);
    return status;
}

static cstm_status
explain_window(struct explaining *explaining, struct window window, cstm_error **error)
{
    cstm_status status;
    switch (window.unit) {
    case WINDOW_ALL:
        return explain_text(explaining, "over", "all", 1, error);
    case WINDOW_LAST:
        return explain_count(explaining, "over last", window.n, "", 1, error);
    case WINDOW_DAYS:
        status = explain_count(explaining, "over", window.n, " days", 1, error);
        break;
    case WINDOW_CYCLES:
        status = window.n == 0 ? explain_text(explaining, "over", "current cycle", 1, error)
                               : explain_count(explaining, "over", window.n,
                                                window.n == 1 ? " cycle" : " cycles", 1, error);
        break;
    default:
        status = explain_count(explaining, "over", window.n, " months", 1, error);
        break;
    }
    if (status == CSTM_OK)
        status = explain_day(explaining, "from", window_start(window, explaining->day), 2, error);
    if (status == CSTM_OK)
        status = explain_day(explaining, "to", window_end(window, explaining->day), 2, error);
    return status;
}

/* Of cycles also by which attribute, whose value decides where they are cut. */
static cstm_status
explain_window_of(struct explaining *explaining, const struct feature *feature, cstm_error **error)
{
    const struct behaviour_row row = {&explaining->profile->history, explaining->instance,
                                      explaining->day, 0};
    struct window window;
    bool known = feature_window(explaining->strategy->plan, feature, &row, &window);
    const char *cycle = feature->window.unit == WINDOW_CYCLES
                            ? explaining->strategy->schema.attributes[feature->cycle].name
                            : NULL;
    if (!known)
        return explain_text(explaining, cycle, "missing, or no day of a month", 1, error);
    cstm_status status = CSTM_OK;
    if (cycle != NULL)
        status = explain_count(explaining, cycle, window.cycle, "", 1, error);
    return status == CSTM_OK ? explain_window(explaining, window, error) : status;
}

static cstm_status
explain_parameter(struct explaining *explaining, const struct feature *feature, cstm_error **error)
{
    static const char *const units[] = {
        [STREAK_DAYS] = "days", [STREAK_WEEKS] = "weeks", [STREAK_MONTHS] = "months"};
    switch (feature->operator) {
    case FEATURE_STREAK:
        return explain_text(explaining, "unit", units[feature->parameter], 1, error);
    case FEATURE_DECAYED:
        return explain_count(explaining, "half_life", feature->parameter, " days", 1, error);
    case FEATURE_QUANTILE:
        return explain_count(explaining, "at", feature->parameter, " millionths", 1, error);
    case FEATURE_TREND:
    case FEATURE_RATIO:
        return explain_count(explaining, "parts", feature->parameter, "", 1, error);
    default:
        return CSTM_OK;
    }
}

/* How many events the value stands on, where the state still tells: single events of sealed days
 * may be gone. */
static cstm_status
explain_events(struct explaining *explaining, int32_t index, cstm_error **error)
{
    const struct plan *plan = explaining->strategy->plan;
    const struct feature *feature = &explaining->strategy->features[index];
    enum feature_operator how = feature->operator;
    bool totals = how <= FEATURE_MAX || how == FEATURE_DISTINCT_DAYS ||
                  (how > FEATURE_RECENCY && feature_reads_tiles(plan, feature));
    if (!totals || feature->window.unit == WINDOW_LAST || !plan->kinds[feature->event].counts)
        return CSTM_OK;
    int64_t n = 0;
    uint8_t state = CSTM_OK;
    struct behaviour_row row = {&explaining->profile->history, explaining->instance,
                                explaining->day, 0};
    struct rule_column out = {.kind = RULE_INT, .as.int64s = &n, .states = &state};
    feature_count_events(plan, feature, &row, &out);
    return explain_value(explaining, "events", &out, 0, 1, error);
}

/* "by hour": which of the values. */
static cstm_status
explain_by(struct explaining *explaining, const struct event_field *field, int32_t value,
           cstm_error **error)
{
    char text[IDENTIFIER_ROOM + 4];
    snprintf(text, sizeof text, "by %s", field->name);
    return field->ranged ? explain_count(explaining, text, field->low + value, "", 1, error)
                         : explain_text(explaining, text, field->values[value], 1, error);
}

static cstm_status
explain_aggregate(struct explaining *explaining, int32_t index, cstm_error **error)
{
    const struct feature *feature = &explaining->strategy->features[index];
    const struct event_kind *kind = &explaining->strategy->schema.events[feature->event];
    cstm_status status =
        explain_operand(explaining, feature->operator, kind->name,
                        feature->field < 0 ? NULL : kind->fields[feature->field].name, error);
    if (status == CSTM_OK && feature->where_rule != NULL)
        status =
            explain_text(explaining, "where", rule_program_text(feature->where_rule), 1, error);
    if (status == CSTM_OK && feature->by)
        status = explain_by(explaining, &kind->fields[feature->by_field], feature->by_value, error);
    if (status == CSTM_OK && feature->of_rule != NULL)
        status = explain_text(explaining, "of", rule_program_text(feature->of_rule), 1, error);
    if (status == CSTM_OK)
        status = explain_parameter(explaining, feature, error);
    if (status == CSTM_OK)
        status = explain_window_of(explaining, feature, error);
    int32_t observed = history_observed_day(&explaining->profile->history, feature->event);
    if (status == CSTM_OK && observed != INT32_MAX)
        status = explain_day(explaining, "observed from", observed, 1, error);
    if (status == CSTM_OK)
        status = explain_events(explaining, index, error);
    return status;
}

static cstm_status
explain_child(struct explaining *explaining, const struct feature *feature, int32_t child,
              cstm_error **error)
{
    const struct instance *instance = &explaining->profile->history.instances[child];
    const char *noun = explaining->strategy->schema.entities[feature->child].name;
    int32_t row = evaluation_row(explaining->evaluation, 0, child);
    cstm_status status = explain_text(explaining, noun, instance->key.bytes, 1, error);
    explaining->subject = child;
    if (status == CSTM_OK && feature->where_rule != NULL)
        status =
            explain_rule(explaining, feature->where_rule, explaining->columns, row, 2, NULL, error);
    explaining->subject = explaining->instance;
    if (status == CSTM_OK && feature->child_slot >= 0)
        status = explain_value(explaining, explaining->strategy->slots[feature->child_slot].name,
                               &explaining->columns[feature->child_slot], row, 2, error);
    return status;
}

static int
key_compare(const struct history *history, int32_t a, int32_t b)
{
    struct rule_text x = history->instances[a].key, y = history->instances[b].key;
    size_t size = x.size < y.size ? x.size : y.size;
    int order = size == 0 ? 0 : memcmp(x.bytes, y.bytes, size);
    return order != 0 ? order : (x.size > y.size) - (x.size < y.size);
}

/* The children that have begun, by their keys: the order in which they became known does not show.
 */
static int32_t
gather_children(const struct explaining *explaining, const struct feature *feature,
                const int32_t *left, int32_t *children)
{
    const struct history *history = &explaining->profile->history;
    int32_t n = 0, root = explaining->instance;
    for (int32_t at = root; at >= 0; at = history_next_below(history, root, at)) {
        if (history->instances[at].entity != feature->child ||
            !history_is_there(history, at, explaining->day) || left[at] <= explaining->day)
            continue;
        int32_t place = n++;
        for (; place > 0 && key_compare(history, children[place - 1], at) > 0; place--)
            children[place] = children[place - 1];
        children[place] = at;
    }
    return n;
}

static cstm_status
explain_children(struct explaining *explaining, const struct feature *feature, cstm_error **error)
{
    const cstm_strategy *strategy = explaining->strategy;
    cstm_status status = explain_operand(
        explaining, feature->operator, strategy->schema.entities[feature->child].name,
        feature->child_slot < 0 ? NULL : strategy->slots[feature->child_slot].name, error);
    if (status != CSTM_OK)
        return status;
    const struct history *history = &explaining->profile->history;
    const size_t most = (size_t) history->n_instances;
    int32_t *children = memory_new_array(most, sizeof *children),
            *left = memory_new_array(most, sizeof *left);
    struct child_closing *room = memory_new_array(most, sizeof *room);
    if (children == NULL || left == NULL || room == NULL) {
        memory_free(children);
        memory_free(left);
        memory_free(room);
        return error_no_memory(error);
    }
    history_find_left(history, feature->child, room, left);
    int32_t n = gather_children(explaining, feature, left, children);
    memory_free(left);
    memory_free(room);
    for (int32_t i = 0; status == CSTM_OK && i < n; i++)
        status = explain_child(explaining, feature, children[i], error);
    memory_free(children);
    return status;
}

cstm_status
explain_feature(struct explaining *explaining, int32_t index, cstm_error **error)
{
    const struct feature *feature = &explaining->strategy->features[index];
    cstm_status status = explain_value(
        explaining, feature->name, &explaining->columns[feature->slot], explaining->row, 0, error);
    if (status != CSTM_OK)
        return status;
    if (feature->source == FEATURE_RULE)
        return explain_rule(explaining, feature->rule, explaining->columns, explaining->row, 1,
                            NULL, error);
    if (feature->source == FEATURE_CHILDREN)
        return explain_children(explaining, feature, error);
    return explain_aggregate(explaining, index, error);
}
