/* Scores cut into bands, riskiest first, with what came of the customers in each: the table
 * (打分分布) that shows whether a score orders risk. Bands are runs of ties, so equal scores are
 * never parted. */
#include "score/validation.h"

#include "base/error.h"
#include "base/exact.h"
#include "base/memory.h"

#include <math.h>

#define BANDS_LIMIT 10000

/* The columns of the result, a row a band. valid is 0 where a figure is missing. */
enum {
    FROM,
    TO,
    WEIGHT,
    RATE,
    CUMULATIVE_SHARE,
    CUMULATIVE_EVENTS,
    CUMULATIVE_OTHERS,
    LIFT,
    N_FIGURES
};

static const char *const figure_names[N_FIGURES] = {
    "from", "to", "weight", "rate", "cumulative_share", "cumulative_events", "cumulative_others",
    "lift"};

struct bands {
    int64_t n;
    double *figures[N_FIGURES];
    uint8_t *valid[N_FIGURES];
    int64_t *count;
    int64_t *events;
    struct exact_sum weight, event_weight, other_weight; /* of all bands so far */
};

static void
bands_clear(struct bands *bands)
{
    for (int i = 0; i < N_FIGURES; i++) {
        memory_free(bands->figures[i]);
        memory_free(bands->valid[i]);
    }
    memory_free(bands->count);
    memory_free(bands->events);
}

static bool
bands_start(struct bands *bands, int64_t capacity)
{
    bool done = true;
    size_t n = (size_t) capacity;
    for (int i = 0; i < N_FIGURES; i++) {
        bands->figures[i] = memory_new_array(n, sizeof(double));
        bands->valid[i] = memory_new_array(n, 1);
        done = done && bands->figures[i] != NULL && bands->valid[i] != NULL;
    }
    bands->count = memory_new_array(n, sizeof(int64_t));
    bands->events = memory_new_array(n, sizeof(int64_t));
    exact_sum_start(&bands->weight);
    exact_sum_start(&bands->event_weight);
    exact_sum_start(&bands->other_weight);
    return done && bands->count != NULL && bands->events != NULL;
}

static void
set_figure(struct bands *bands, int figure, double value)
{
    bands->figures[figure][bands->n] = value;
    bands->valid[figure][bands->n] = 1;
}

static void
set_share(struct bands *bands, int figure, double part, double whole)
{
    if (whole > 0.0)
        set_figure(bands, figure, part / whole);
}

/* Adds the ties [first, end) as the next band; its from and to are the caller's to set. */
static void
bands_add(struct bands *bands, const struct cstm_validation *validation, int64_t first, int64_t end)
{
    struct exact_sum weight, events;
    exact_sum_start(&weight);
    exact_sum_start(&events);
    for (int64_t i = first; i < end; i++) {
        const struct tie *tie = &validation->ties[i];
        bands->count[bands->n] += tie->rows;
        bands->events[bands->n] += tie->events;
        exact_sum_add(&weight, tie->weight);
        exact_sum_add(&events, tie->event_weight);
        exact_sum_add(&bands->other_weight, tie->other_weight);
    }
    exact_sum_merge(&bands->weight, &weight);
    exact_sum_merge(&bands->event_weight, &events);
    double in_band = exact_sum_round(&weight), events_in_band = exact_sum_round(&events);
    set_figure(bands, WEIGHT, in_band);
    set_share(bands, RATE, events_in_band, in_band);
    set_share(bands, CUMULATIVE_SHARE, exact_sum_round(&bands->weight), validation->weight);
    set_share(bands, CUMULATIVE_EVENTS, exact_sum_round(&bands->event_weight),
              validation->event_weight);
    set_share(bands, CUMULATIVE_OTHERS, exact_sum_round(&bands->other_weight),
              validation->other_weight);
    if (in_band > 0.0 && validation->event_weight > 0.0)
        set_figure(bands, LIFT,
                   events_in_band / in_band / (validation->event_weight / validation->weight));
    bands->n++;
}

static cstm_status
add_figure(cstm_table *table, const struct bands *bands, int figure, cstm_error **error)
{
    return cstm_table_add_double(table, figure_names[figure], bands->figures[figure],
                                 bands->valid[figure], bands->n, error);
}

static cstm_status
bands_table(const struct bands *bands, cstm_table **result, cstm_error **error)
{
    cstm_table *table = NULL;
    cstm_status status = cstm_table_new(&table, error);
    for (int i = FROM; status == CSTM_OK && i <= TO; i++)
        status = add_figure(table, bands, i, error);
    if (status == CSTM_OK)
        status = cstm_table_add_int64(table, "count", bands->count, NULL, bands->n, error);
    if (status == CSTM_OK)
        status = cstm_table_add_int64(table, "events", bands->events, NULL, bands->n, error);
    for (int i = WEIGHT; status == CSTM_OK && i < N_FIGURES; i++)
        status = add_figure(table, bands, i, error);
    if (status != CSTM_OK)
        cstm_table_free(table);
    else
        *result = table;
    return status;
}

static void
cut_equally(struct bands *bands, const struct cstm_validation *validation, int32_t n_bands)
{
    int64_t end = 0, seen = 0;
    for (int32_t i = 1; i <= n_bands; i++) {
        int64_t target = (int64_t) (((wide) validation->rows * i + n_bands - 1) / n_bands);
        int64_t first = end;
        while (end < validation->n && seen < target)
            seen += validation->ties[end++].rows;
        if (end == first)
            continue;
        double risky = validation->ties[first].score, safe = validation->ties[end - 1].score;
        set_figure(bands, FROM, fmin(risky, safe));
        set_figure(bands, TO, fmax(risky, safe));
        bands_add(bands, validation, first, end);
    }
}

cstm_status
cstm_validation_bands(const cstm_validation *validation, int32_t n_bands, cstm_table **table,
                      cstm_error **error)
{
    error_clear(error);
    if (!handle_is(validation, HANDLE_VALIDATION))
        return error_misuse(error, "validation is NULL or not a validation");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    if (n_bands < 1 || n_bands > BANDS_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "the number of bands is not from 1 to %d",
                         BANDS_LIMIT);
    struct bands bands = {0};
    cstm_status status = CSTM_OK;
    if (!bands_start(&bands, n_bands)) {
        status = error_no_memory(error);
    } else {
        cut_equally(&bands, validation, n_bands);
        status = bands_table(&bands, table, error);
    }
    bands_clear(&bands);
    return status;
}

static cstm_status
check_cuts(const double *cuts, int32_t n_cuts, cstm_error **error)
{
    if (n_cuts < 0 || n_cuts > BANDS_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "the number of cuts is not from 0 to %d",
                         BANDS_LIMIT);
    if (n_cuts > 0 && cuts == NULL)
        return error_misuse(error, "cuts are NULL");
    for (int32_t i = 0; i < n_cuts; i++) {
        if (!isfinite(cuts[i]))
            return error_set(error, CSTM_ERROR_NOT_FINITE, "a cut is not a finite number");
        if (i > 0 && !(cuts[i] > cuts[i - 1]))
            return error_set(error, CSTM_ERROR_RANGE, "the cuts do not ascend");
    }
    return CSTM_OK;
}

/* Band `number` of the cuts, from the lowest scores: above cuts[number - 1], not above
 * cuts[number]. */
static bool
is_in_band(double score, const double *cuts, int32_t n_cuts, int32_t number)
{
    return (number == 0 || score > cuts[number - 1]) && (number == n_cuts || score <= cuts[number]);
}

static void
cut_at(struct bands *bands, const struct cstm_validation *validation, const double *cuts,
       int32_t n_cuts)
{
    int64_t end = 0;
    for (int32_t i = 0; i <= n_cuts; i++) {
        int32_t number = validation->riskier ? n_cuts - i : i;
        int64_t first = end;
        while (end < validation->n && is_in_band(validation->ties[end].score, cuts, n_cuts, number))
            end++;
        if (number > 0)
            set_figure(bands, FROM, cuts[number - 1]);
        if (number < n_cuts)
            set_figure(bands, TO, cuts[number]);
        bands_add(bands, validation, first, end);
    }
}

cstm_status
cstm_validation_bands_at(const cstm_validation *validation, const double *cuts, int32_t n_cuts,
                         cstm_table **table, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(validation, HANDLE_VALIDATION))
        return error_misuse(error, "validation is NULL or not a validation");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    cstm_status status = check_cuts(cuts, n_cuts, error);
    if (status != CSTM_OK)
        return status;
    struct bands bands = {0};
    if (!bands_start(&bands, (int64_t) n_cuts + 1)) {
        status = error_no_memory(error);
    } else {
        cut_at(&bands, validation, cuts, n_cuts);
        status = bands_table(&bands, table, error);
    }
    bands_clear(&bands);
    return status;
}
