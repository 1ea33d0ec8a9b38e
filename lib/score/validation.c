/* How well a score tells events from others: AUC and Gini, KS with its cut, Brier. Scores are
 * sorted and grouped into ties, riskiest first; AUC and KS are then one walk over the ties each.
 *
 * Without weights everything up to the last division is a whole number: twice Mann-Whitney's U is
 * the sum over ties of events * (2 * others in safer ties + others in the tie), at most 2 events
 * others < 2^63, and the KS distance is the greatest |cumulative events * others - cumulative
 * others * events|. With weights sums and products are exact (exact_sum, and a product as two
 * doubles), and what is read off them is rounded once. Neither knows in which order the rows came.
 * Source: Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology 143
 * (1982); Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27 (2006), sections
 * 7 and 8 for ties. */
#include "score/validation.h"

#include "base/error.h"
#include "base/exact.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

/* Weights between these have products and sums of up to 2^32 that neither overflow nor vanish. */
#define WEIGHT_MIN 1e-100
#define WEIGHT_MAX 1e100

struct sample {
    const double *scores;
    const uint8_t *outcomes;
    const double *weights; /* nullable */
    int64_t rows;
};

struct keyed {
    uint64_t key; /* ascending from the risky end */
    uint32_t row;
};

static double
weight_of(const struct sample *sample, int64_t row)
{
    return sample->weights != NULL ? sample->weights[row] : 1.0;
}

static cstm_status
check_row(const struct sample *sample, int64_t row, cstm_error **error)
{
    if (!isfinite(sample->scores[row]))
        return error_set(error, CSTM_ERROR_NOT_FINITE, "a score is not a finite number");
    if (sample->outcomes[row] > 1)
        return error_set(error, CSTM_ERROR_RANGE, "an outcome is neither 0 nor 1");
    double weight = weight_of(sample, row);
    if (!isfinite(weight))
        return error_set(error, CSTM_ERROR_NOT_FINITE, "a weight is not a finite number");
    if (weight != 0.0 && !(weight >= WEIGHT_MIN && weight <= WEIGHT_MAX))
        return error_set(error, CSTM_ERROR_RANGE, "a weight is neither 0 nor from 1e-100 to 1e100");
    return CSTM_OK;
}

static cstm_status
check_sample(const struct sample *sample, cstm_error **error)
{
    for (int64_t row = 0; row < sample->rows; row++) {
        cstm_status status = check_row(sample, row, error);
        if (status != CSTM_OK) {
            error_at_row(error, row);
            return status;
        }
    }
    return CSTM_OK;
}

/* Least significant byte first; a byte in which all keys agree is passed over. Stable, so no order
 * is left to chance. */
static struct keyed *
sort_keys(struct keyed *keys, struct keyed *spare, int64_t n)
{
    for (int shift = 0; shift < 64; shift += 8) {
        int64_t start[256] = {0};
        for (int64_t i = 0; i < n; i++)
            start[keys[i].key >> shift & 255]++;
        if (n > 0 && start[keys[0].key >> shift & 255] == n)
            continue;
        int64_t sum = 0;
        for (int i = 0; i < 256; i++) {
            int64_t count = start[i];
            start[i] = sum;
            sum += count;
        }
        for (int64_t i = 0; i < n; i++)
            spare[start[keys[i].key >> shift & 255]++] = keys[i];
        struct keyed *swap = keys;
        keys = spare;
        spare = swap;
    }
    return keys;
}

/* Sums the rows [from, to) of one tie. */
static void
tie_fill(struct tie *tie, const struct sample *sample, const struct keyed *keys, int64_t from,
         int64_t to)
{
    tie->score = sample->scores[keys[from].row] + 0.0; /* -0 and 0 are one score: 0 */
    tie->rows = to - from;
    tie->events = 0;
    for (int64_t i = from; i < to; i++)
        tie->events += sample->outcomes[keys[i].row];
    if (sample->weights == NULL) {
        tie->weight = (double) tie->rows;
        tie->event_weight = (double) tie->events;
        tie->other_weight = (double) (tie->rows - tie->events);
        return;
    }
    if (tie->rows == 1) {
        tie->weight = sample->weights[keys[from].row];
        tie->event_weight = tie->events == 1 ? tie->weight : 0.0;
        tie->other_weight = tie->events == 1 ? 0.0 : tie->weight;
        return;
    }
    struct exact_sum events, others;
    exact_sum_start(&events);
    exact_sum_start(&others);
    for (int64_t i = from; i < to; i++)
        exact_sum_add(sample->outcomes[keys[i].row] != 0 ? &events : &others,
                      sample->weights[keys[i].row]);
    tie->event_weight = exact_sum_round(&events);
    tie->other_weight = exact_sum_round(&others);
    exact_sum_merge(&events, &others);
    tie->weight = exact_sum_round(&events);
}

static int64_t
count_ties(const struct keyed *keys, int64_t rows)
{
    int64_t n = 0;
    for (int64_t i = 0; i < rows; i++)
        n += i == 0 || keys[i].key != keys[i - 1].key;
    return n;
}

static bool
fill_ties(struct cstm_validation *validation, const struct sample *sample, const struct keyed *keys)
{
    validation->n = count_ties(keys, sample->rows);
    validation->ties = memory_new_array((size_t) validation->n, sizeof *validation->ties);
    if (validation->ties == NULL)
        return false;
    int64_t from = 0, n = 0;
    for (int64_t i = 1; i <= sample->rows; i++) {
        if (i < sample->rows && keys[i].key == keys[from].key)
            continue;
        tie_fill(&validation->ties[n++], sample, keys, from, i);
        from = i;
    }
    return true;
}

static bool
group(struct cstm_validation *validation, const struct sample *sample)
{
    struct keyed *keys = memory_new_array((size_t) sample->rows, sizeof *keys);
    struct keyed *spare = memory_new_array((size_t) sample->rows, sizeof *spare);
    bool done = keys != NULL && spare != NULL;
    if (done) {
        for (int64_t row = 0; row < sample->rows; row++) {
            uint64_t key = (uint64_t) exact_from_double(sample->scores[row]) ^ UINT64_C(1) << 63;
            keys[row] =
                (struct keyed){.key = validation->riskier ? ~key : key, .row = (uint32_t) row};
        }
        done = fill_ties(validation, sample, sort_keys(keys, spare, sample->rows));
    }
    memory_free(keys);
    memory_free(spare);
    return done;
}

static void
count_totals(struct cstm_validation *validation)
{
    struct exact_sum all, events, others;
    exact_sum_start(&all);
    exact_sum_start(&events);
    exact_sum_start(&others);
    for (int64_t i = 0; i < validation->n; i++) {
        const struct tie *tie = &validation->ties[i];
        validation->events += tie->events;
        exact_sum_add(&all, tie->weight);
        exact_sum_add(&events, tie->event_weight);
        exact_sum_add(&others, tie->other_weight);
    }
    validation->weight = exact_sum_round(&all);
    validation->event_weight = exact_sum_round(&events);
    validation->other_weight = exact_sum_round(&others);
    validation->has_curve = validation->event_weight > 0.0 && validation->other_weight > 0.0;
}

static void
curve_of_counts(struct cstm_validation *validation)
{
    int64_t events = validation->events, others = validation->rows - events;
    int64_t seen_events = 0, seen_others = 0;
    wide twice_u = 0, greatest = -1;
    for (int64_t i = 0; i < validation->n; i++) {
        const struct tie *tie = &validation->ties[i];
        int64_t tie_others = tie->rows - tie->events;
        seen_events += tie->events;
        seen_others += tie_others;
        twice_u += (wide) tie->events * (2 * (others - seen_others) + tie_others);
        wide distance = (wide) seen_events * others - (wide) seen_others * events;
        distance = distance < 0 ? -distance : distance;
        if (distance > greatest) {
            greatest = distance;
            validation->ks_cut = tie->score;
        }
    }
    int64_t pairs = events * others;
    validation->auc = wide_ratio(twice_u, 2 * pairs);
    validation->gini = wide_ratio(twice_u - pairs, pairs);
    validation->ks = wide_ratio(greatest, pairs);
}

static void
add_product(struct exact_sum *sum, double a, double b)
{
    double product = a * b;
    exact_sum_add(sum, product);
    exact_sum_add(sum, fma(a, b, -product));
}

static void
curve_of_weights(struct cstm_validation *validation)
{
    double events = validation->event_weight, others = validation->other_weight, greatest = -1.0;
    struct exact_sum twice_u, seen_events, seen_others, safer;
    exact_sum_start(&twice_u);
    exact_sum_start(&seen_events);
    exact_sum_start(&seen_others);
    exact_sum_start(&safer);
    exact_sum_add(&safer, others);
    for (int64_t i = 0; i < validation->n; i++) {
        const struct tie *tie = &validation->ties[i];
        exact_sum_add(&seen_events, tie->event_weight);
        exact_sum_add(&seen_others, tie->other_weight);
        exact_sum_add(&safer, -tie->other_weight);
        if (tie->event_weight > 0.0) {
            add_product(&twice_u, tie->event_weight, 2.0 * exact_sum_round(&safer));
            add_product(&twice_u, tie->event_weight, tie->other_weight);
        }
        double distance =
            fabs(exact_sum_round(&seen_events) * others - exact_sum_round(&seen_others) * events);
        if (distance > greatest) {
            greatest = distance;
            validation->ks_cut = tie->score;
        }
    }
    double pairs = events * others;
    validation->auc = fmin(exact_sum_round(&twice_u) / (2.0 * pairs), 1.0);
    add_product(&twice_u, -events, others);
    validation->gini = fmax(fmin(exact_sum_round(&twice_u) / pairs, 1.0), -1.0);
    validation->ks = fmin(greatest / pairs, 1.0);
}

/* (s - y)^2, or (s - (1 - y))^2 where higher is safer: s^2, and 1 - 2 s more where the target is 1;
 * added exactly. */
static void
find_brier(struct cstm_validation *validation, const struct sample *sample)
{
    struct exact_sum sum;
    exact_sum_start(&sum);
    for (int64_t row = 0; row < sample->rows; row++) {
        double score = sample->scores[row];
        if (score < 0.0 || score > 1.0)
            return;
        bool target = (sample->outcomes[row] != 0) == validation->riskier;
        if (sample->weights != NULL) {
            double distance = target ? 1.0 - score : score;
            exact_sum_add(&sum, sample->weights[row] * (distance * distance));
            continue;
        }
        add_product(&sum, score, score);
        if (target) {
            exact_sum_add(&sum, 1.0);
            exact_sum_add(&sum, -2.0 * score);
        }
    }
    if (!(validation->weight > 0.0))
        return;
    validation->has_brier = true;
    validation->brier = sample->weights != NULL ? exact_sum_round(&sum) / validation->weight
                                                : exact_sum_ratio(&sum, sample->rows);
}

cstm_status
cstm_validation_new(const double *scores, const uint8_t *outcomes, const double *weights,
                    int64_t rows, int32_t higher_is, cstm_validation **validation,
                    cstm_error **error)
{
    error_clear(error);
    if (validation == NULL)
        return error_misuse(error, "validation is NULL");
    if (rows < 0 || (rows > 0 && (scores == NULL || outcomes == NULL)))
        return error_misuse(error, "scores or outcomes are NULL, or the number of rows is below 0");
    if (higher_is != CSTM_HIGHER_IS_SAFER && higher_is != CSTM_HIGHER_IS_RISKIER)
        return error_misuse(error,
                            "higher_is is neither CSTM_HIGHER_IS_SAFER nor CSTM_HIGHER_IS_RISKIER");
    if (rows > CSTM_VALIDATION_LIMIT)
        return error_set(error, CSTM_ERROR_LIMIT, "a validation takes at most %lld rows",
                         (long long) CSTM_VALIDATION_LIMIT);
    struct sample sample = {
        .scores = scores, .outcomes = outcomes, .weights = weights, .rows = rows};
    cstm_status status = check_sample(&sample, error);
    if (status != CSTM_OK)
        return status;

    struct cstm_validation *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_VALIDATION;
    made->weighted = weights != NULL;
    made->riskier = higher_is == CSTM_HIGHER_IS_RISKIER;
    made->rows = rows;
    made->auc = made->gini = made->ks = made->ks_cut = made->brier = (double) NAN;
    if (!group(made, &sample)) {
        cstm_validation_free(made);
        return error_no_memory(error);
    }
    count_totals(made);
    if (made->has_curve && made->weighted)
        curve_of_weights(made);
    else if (made->has_curve)
        curve_of_counts(made);
    find_brier(made, &sample);
    *validation = made;
    return CSTM_OK;
}

void
cstm_validation_free(cstm_validation *validation)
{
    if (!handle_is(validation, HANDLE_VALIDATION))
        return;
    validation->handle.tag = HANDLE_FREED;
    memory_free(validation->ties);
    memory_free(validation);
}

int64_t
cstm_validation_rows(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->rows : 0;
}

int64_t
cstm_validation_events(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->events : 0;
}

cstm_state
cstm_validation_state(const cstm_validation *validation)
{
    if (!handle_is(validation, HANDLE_VALIDATION))
        return CSTM_STATE_ERROR;
    return validation->has_curve ? CSTM_STATE_VALUE : CSTM_STATE_MISSING;
}

double
cstm_validation_auc(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->auc : (double) NAN;
}

double
cstm_validation_gini(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->gini : (double) NAN;
}

double
cstm_validation_ks(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->ks : (double) NAN;
}

double
cstm_validation_ks_cut(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->ks_cut : (double) NAN;
}

double
cstm_validation_brier(const cstm_validation *validation)
{
    return handle_is(validation, HANDLE_VALIDATION) ? validation->brier : (double) NAN;
}

cstm_state
cstm_validation_brier_state(const cstm_validation *validation)
{
    if (!handle_is(validation, HANDLE_VALIDATION))
        return CSTM_STATE_ERROR;
    return validation->has_brier ? CSTM_STATE_VALUE : CSTM_STATE_MISSING;
}
