/* Aggregates over child instances: {count: card, where: ...}, {max: card.days_since_use}. The rows
 * of a child and of the instance that aggregates it run over the same days, so each sum walks two
 * runs of rows. Sums are exact, and of several errors the least number stands, so that the order of
 * instances cannot show. */
#include "profile/evaluation.h"

#include "base/exact.h"
#include "base/memory.h"

/* What has been seen of the children of one row. */
struct tally {
    int64_t n;               /* that were there, matched and (but for count) had a value */
    uint8_t state;           /* the least error */
    bool missing;            /* of one that was there and matched: a sum without it would be another number */
    int64_t least, greatest; /* in the order of exact_from_double() for doubles */
    wide sum;
};

static void
tally_error(struct tally *tally, uint8_t state)
{
    if (tally->state == CSTM_OK || state < tally->state)
        tally->state = state;
}

static void
tally_value(struct tally *tally, const struct rule_column *values, int32_t row)
{
    uint8_t state = values->states[row];
    if (state == CSTM_ERROR_MISSING) {
        tally->missing = true;
        return;
    }
    if (state != CSTM_OK) {
        tally_error(tally, state);
        return;
    }
    int64_t value = values->kind == RULE_DOUBLE ? exact_from_double(values->as.doubles[row])
                                                : values->as.int64s[row];
    if (tally->n == 0 || value < tally->least)
        tally->least = value;
    if (tally->n == 0 || value > tally->greatest)
        tally->greatest = value;
    if (values->kind != RULE_DOUBLE)
        tally->sum += value;
    tally->n++;
}

/* The children of one instance on one day; doubles are summed in a second walk, exactly. */
struct family {
    const struct evaluation *evaluation;
    enum pass pass;
    const struct feature *feature;
    const struct rule_column *values; /* NULL for count */
    const uint8_t *matches;           /* NULL without where */
    const uint8_t *match_states;
    int32_t first_unit; /* of the customer */
    int32_t head;       /* the first child: unit - first_unit; -1 */
    const int32_t *left; /* per unit: the day from which on it is not there; NULL: none leaves */
};

/* Whether a child is there and matches on the k-th day. */
static bool
counts(const struct family *family, const struct unit *child, int32_t day, int32_t row,
       uint8_t *state)
{
    *state = CSTM_OK;
    if (!history_is_there(child->history, child->instance, day) ||
        (family->left != NULL && family->left[child->instance] <= day))
        return false;
    if (family->matches == NULL)
        return true;
    uint8_t match = family->match_states[row];
    if (match != CSTM_OK && match != CSTM_ERROR_MISSING)
        *state = match;
    return match == CSTM_OK && family->matches[row] != 0;
}

static struct tally
family_tally(const struct family *family, int32_t day, int32_t k)
{
    const struct evaluation *evaluation = family->evaluation;
    struct tally tally = {0};
    for (int32_t c = family->head; c >= 0; c = evaluation->child_next[c]) {
        const struct unit *child = &evaluation->units[family->first_unit + c];
        int32_t row = child->row[family->pass] + k;
        uint8_t state;
        bool there = counts(family, child, day, row, &state);
        if (state != CSTM_OK)
            tally_error(&tally, state);
        else if (there && family->values == NULL)
            tally.n++;
        else if (there)
            tally_value(&tally, family->values, row);
    }
    return tally;
}

static void
family_sum(const struct family *family, int32_t day, int32_t k, struct exact_sum *sum)
{
    const struct evaluation *evaluation = family->evaluation;
    exact_sum_start(sum);
    for (int32_t c = family->head; c >= 0; c = evaluation->child_next[c]) {
        const struct unit *child = &evaluation->units[family->first_unit + c];
        int32_t row = child->row[family->pass] + k;
        uint8_t state;
        if (counts(family, child, day, row, &state) && family->values->states[row] == CSTM_OK)
            exact_sum_add(sum, family->values->as.doubles[row]);
    }
}

static void
put_double(struct rule_column *out, int32_t row, double value)
{
    bool finite = value - value == 0;
    out->as.doubles[row] = finite ? value : 0;
    out->states[row] = finite ? CSTM_OK : CSTM_ERROR_NOT_FINITE;
}

static void
put_state(struct rule_column *out, int32_t row, uint8_t state)
{
    if (out->kind == RULE_DOUBLE)
        out->as.doubles[row] = 0;
    else
        out->as.int64s[row] = 0;
    out->states[row] = state;
}

static void
put_number(struct rule_column *out, int32_t row, int64_t value)
{
    out->as.int64s[row] = value;
    out->states[row] = CSTM_OK;
}

static void
family_put(const struct family *family, const struct tally *tally, int32_t day, int32_t k,
           struct rule_column *out, int32_t row)
{
    enum feature_operator operator= family->feature->operator;
    struct exact_sum sum;
    bool real = family->values != NULL && family->values->kind == RULE_DOUBLE;
    if (tally->state != CSTM_OK) {
        put_state(out, row, tally->state);
    } else if (operator== FEATURE_COUNT) {
        put_number(out, row, tally->n);
    } else if (operator== FEATURE_SUM && tally->missing) {
        put_state(out, row, CSTM_ERROR_MISSING);
    } else if (operator== FEATURE_SUM && real) {
        family_sum(family, day, k, &sum);
        put_double(out, row, exact_sum_round(&sum));
    } else if (operator== FEATURE_SUM) {
        if (wide_fits(tally->sum))
            put_number(out, row, (int64_t) tally->sum);
        else
            put_state(out, row, CSTM_ERROR_RANGE);
    } else if (tally->n == 0) {
        put_state(out, row, CSTM_ERROR_MISSING);
    } else if (operator== FEATURE_MEAN && real) {
        family_sum(family, day, k, &sum);
        put_double(out, row, exact_sum_ratio(&sum, tally->n));
    } else if (operator== FEATURE_MEAN && out->kind == RULE_MONEY) {
        put_number(out, row, wide_divide(tally->sum, tally->n));
    } else if (operator== FEATURE_MEAN) {
        put_double(out, row, wide_ratio(tally->sum, tally->n));
    } else {
        int64_t value = operator== FEATURE_MIN ? tally->least : tally->greatest;
        if (real)
            put_double(out, row, exact_to_double(value));
        else
            put_number(out, row, value);
    }
}

/* `where` over all rows of the child entity, once. */
static cstm_status
run_where(struct evaluation *evaluation, struct frame *frame, const struct feature *feature,
          cstm_error **error)
{
    int32_t rows = frame->rows[feature->child];
    if (!memory_reserve(&evaluation->child_matches, &evaluation->child_match_capacity,
                        (size_t) rows, 1) ||
        !memory_reserve(&evaluation->child_states, &evaluation->child_state_capacity, (size_t) rows,
                        1))
        return error_no_memory(error);
    cstm_status status = scratch_for(evaluation, scratch_rows_size(evaluation, rows), error);
    for (int32_t from = 0; status == CSTM_OK && from < rows; from += RULE_ROWS) {
        int32_t n = rows - from < RULE_ROWS ? rows - from : RULE_ROWS;
        struct rule_column part = {.kind = RULE_BOOL,
                                   .as.bools = evaluation->child_matches + from,
                                   .states = evaluation->child_states + from};
        rule_run_chunk(evaluation, frame, feature->where_rule, from, n, &part);
    }
    return status;
}

/* Lists the units [first, until) of one customer by the instance that aggregates them. */
static void
link_children(struct evaluation *evaluation, const struct feature *feature, int32_t first,
              int32_t until)
{
    for (int32_t u = first; u < until; u++)
        evaluation->child_head[u - first] = -1;
    for (int32_t u = until - 1; u >= first; u--) {
        if (evaluation->units[u].entity != feature->child)
            continue;
        int32_t above = u;
        while (above >= 0 && evaluation->units[above].entity != feature->entity)
            above = evaluation->units[above].parent;
        if (above < 0)
            continue;
        evaluation->child_next[u - first] = evaluation->child_head[above - first];
        evaluation->child_head[above - first] = u - first;
    }
}

static void
children_of_customer(struct evaluation *evaluation, struct family *family, struct rule_column *out,
                     int32_t first, int32_t until)
{
    link_children(evaluation, family->feature, first, until);
    family->first_unit = first;
    if (family->left != NULL)
        history_find_left(evaluation->units[first].history, family->feature->child,
                          evaluation->child_room, evaluation->child_left);
    for (int32_t u = first; u < until; u++) {
        const struct unit *unit = &evaluation->units[u];
        if (unit->entity != family->feature->entity)
            continue;
        int32_t n;
        const int32_t *days = unit_days(evaluation, family->pass, unit, &n);
        family->head = evaluation->child_head[u - first];
        for (int32_t k = 0; k < n; k++) {
            struct tally tally = family_tally(family, days[k], k);
            family_put(family, &tally, days[k], k, out, unit->row[family->pass] + k);
        }
    }
}

cstm_status
children_run(struct evaluation *evaluation, enum pass pass, const struct step *step, int32_t first,
             int32_t until, cstm_error **error)
{
    struct frame *frame = &evaluation->frames[pass];
    const struct feature *feature = &evaluation->strategy->features[step->index];
    size_t units = (size_t) (until - first);
    if (!memory_reserve(&evaluation->child_next, &evaluation->child_next_capacity, units,
                        sizeof(int32_t)) ||
        !memory_reserve(&evaluation->child_head, &evaluation->child_head_capacity, units,
                        sizeof(int32_t)))
        return error_no_memory(error);
    struct family family = {.evaluation = evaluation, .pass = pass, .feature = feature};
    if (entity_leaves(&evaluation->strategy->schema, feature->child)) {
        if (!memory_reserve(&evaluation->child_left, &evaluation->child_left_capacity, units,
                            sizeof *evaluation->child_left) ||
            !memory_reserve(&evaluation->child_room, &evaluation->child_room_capacity, units,
                            sizeof *evaluation->child_room))
            return error_no_memory(error);
        family.left = evaluation->child_left;
    }
    if (feature->child_slot >= 0 && feature->operator!= FEATURE_COUNT)
        family.values = &frame->columns[feature->child_slot];
    if (feature->where_rule != NULL) {
        cstm_status status = run_where(evaluation, frame, feature, error);
        if (status != CSTM_OK)
            return status;
        family.matches = evaluation->child_matches;
        family.match_states = evaluation->child_states;
    }
    for (int32_t u = first; u < until;) {
        int32_t end = u + 1;
        while (end < until && evaluation->units[end].customer == evaluation->units[u].customer)
            end++;
        children_of_customer(evaluation, &family, &frame->columns[step->slot], u, end);
        u = end;
    }
    return CSTM_OK;
}
