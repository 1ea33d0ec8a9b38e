/* Scores: scorecards built call by call, scored over tables with reason codes, and validated against outcomes. Apache-2.0.
 *
 * A scorecard (评分卡) has characteristics; each reads one input and has bins, each of which is worth points. The score is
 * the base plus the points of one bin of each characteristic, added in the order of the card, then, where a scaling is
 * set, score = at + points_to_double / ln 2 * (total - ln odds).
 *
 * Reason codes are those of PMML's Scorecard with reasonCodeAlgorithm "pointsBelow": what a characteristic lost is its
 * baseline minus its points, where the baseline is the greatest of its bins (CSTM_REASONS_BELOW_BEST) or a number stated
 * for it (CSTM_REASONS_BELOW_NEUTRAL). A row's reasons are the codes that lost most, greatest first; of equal losses the
 * one that the card names first comes first; codes that lost nothing are not listed.
 *
 * A cstm_scorecard is a builder with one owner. A cstm_scorer is what it builds: immutable, counted by reference, used by
 * any number of threads. A strategy's scores are cstm_scorers of the same kind.
 */
#ifndef LIBCUSTOMER_SCORE_H
#define LIBCUSTOMER_SCORE_H

#include <libcustomer/base.h>
#include <libcustomer/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_scorecard cstm_scorecard;
typedef struct cstm_scorer cstm_scorer;
typedef struct cstm_validation cstm_validation;

/* From what the points lost are counted. */
#define CSTM_REASONS_BELOW_BEST 0     /* the greatest points among the characteristic's bins */
#define CSTM_REASONS_BELOW_NEUTRAL 1  /* what cstm_scorecard_set_neutral() states (PMML's baselineScore) */

/* What becomes of several characteristics with one reason code. */
#define CSTM_REASONS_SUMMED 0    /* their differences are added, gains against losses; the code is listed once if the sum is above 0 */
#define CSTM_REASONS_GREATEST 1  /* the code is listed once, with the greatest difference */
#define CSTM_REASONS_APART 2     /* each is listed by itself, so that a code may come twice */

/* The most reasons that a row can give, and the most characteristics and bins that a card can have. */
#define CSTM_REASONS_LIMIT 10
#define CSTM_CHARACTERISTICS_LIMIT 1000
#define CSTM_BINS_LIMIT 100000

/* Which end of the score an event (default, churn, response) is expected at. */
#define CSTM_HIGHER_IS_SAFER 0   /* a low score means an event */
#define CSTM_HIGHER_IS_RISKIER 1 /* a high score means an event, as with probabilities */

/* The most rows that a validation takes: the products of counts then fit the exact arithmetic. */
#define CSTM_VALIDATION_LIMIT 4294967295

/**
 * A scorecard without characteristics. Reasons: CSTM_REASONS_BELOW_BEST, CSTM_REASONS_SUMMED, 4 of them; no scaling.
 *
 * @param name   (borrowed) UTF-8, not empty.
 * @param base   points that every row begins with; finite.
 * @param card   (out, owned)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for NULL; CSTM_ERROR_SYNTAX for a name that is empty or not UTF-8;
 *         CSTM_ERROR_NOT_FINITE for the base; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_new(const char *name, double base, cstm_scorecard **card, cstm_error **error);

/**
 * Frees a builder. Scorers that it built live on.
 *
 * @param card  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_scorecard_free(cstm_scorecard *card);

/**
 * Sets how reasons are found and how many a row gives.
 *
 * @param card     (borrowed)
 * @param method   CSTM_REASONS_BELOW_BEST, or CSTM_REASONS_BELOW_NEUTRAL: then every characteristic needs
 *                 cstm_scorecard_set_neutral().
 * @param sharing  CSTM_REASONS_SUMMED, CSTM_REASONS_GREATEST or CSTM_REASONS_APART.
 * @param count    0 to CSTM_REASONS_LIMIT.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a foreign handle, method or sharing; CSTM_ERROR_RANGE for the count.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_set_reasons(cstm_scorecard *card, int32_t method, int32_t sharing, int32_t count,
                                                cstm_error **error);

/**
 * Makes the card's points log-odds: score = at + points_to_double / ln 2 * (total - ln odds). With the logarithms
 * correctly rounded, the score of a row is the same on every machine.
 *
 * @param card              (borrowed)
 * @param points_to_double  by how much the score grows when the odds double; finite, above 0.
 * @param odds              the odds at which the score is `at`; finite, above 0.
 * @param at                finite.
 * @param error             (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_NOT_FINITE; CSTM_ERROR_RANGE for points_to_double or odds not above 0.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_set_scaling(cstm_scorecard *card, double points_to_double, double odds, double at,
                                                cstm_error **error);

/**
 * Adds a characteristic, without bins.
 *
 * @param card            (borrowed)
 * @param name            (borrowed) UTF-8, not empty; no two of a card alike (checked by cstm_scorecard_build()).
 * @param input           (borrowed) the name of the column or feature that it reads, UTF-8, not empty. Several may read one.
 * @param type            CSTM_TYPE_DOUBLE (takes INT and MONEY columns, too; money in major units), CSTM_TYPE_STRING or
 *                        CSTM_TYPE_BOOL.
 * @param reason          (borrowed) reason code, UTF-8, not empty.
 * @param characteristic  (out) its number, from 0 in the order of the card.
 * @param error           (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_SYNTAX for a text that is empty or not UTF-8; CSTM_ERROR_TYPE for another
 *         type; CSTM_ERROR_LIMIT beyond CSTM_CHARACTERISTICS_LIMIT; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_add_characteristic(cstm_scorecard *card, const char *name, const char *input,
                                                       cstm_type type, const char *reason, int32_t *characteristic,
                                                       cstm_error **error);

/**
 * States the points from which a characteristic's loss is counted with CSTM_REASONS_BELOW_NEUTRAL.
 *
 * @param card            (borrowed)
 * @param characteristic  its number.
 * @param points          finite.
 * @param error           (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a foreign handle or number; CSTM_ERROR_NOT_FINITE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_set_neutral(cstm_scorecard *card, int32_t characteristic, double points,
                                                cstm_error **error);

/**
 * Adds a bin of numbers: those above the up_to before it (or all, for the first) and not above its own.
 *
 * @param card            (borrowed)
 * @param characteristic  the number of a CSTM_TYPE_DOUBLE characteristic.
 * @param up_to           finite, greater than the one before (checked by cstm_scorecard_build()).
 * @param points          finite.
 * @param reason          (borrowed, nullable) the bin's own reason code; NULL: the characteristic's.
 * @param error           (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a foreign handle or number; CSTM_ERROR_TYPE for a characteristic of another type;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_SYNTAX for a reason that is empty or not UTF-8; CSTM_ERROR_LIMIT beyond
 *         CSTM_BINS_LIMIT; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_add_bin_up_to(cstm_scorecard *card, int32_t characteristic, double up_to, double points,
                                                  const char *reason, cstm_error **error);

/**
 * Adds the last bin of numbers: all above a bound, which is the last up_to where there is one.
 *
 * @param card            (borrowed)
 * @param characteristic  the number of a CSTM_TYPE_DOUBLE characteristic.
 * @param above           finite.
 * @param points          finite.
 * @param reason          (borrowed, nullable) the bin's own reason code; NULL: the characteristic's.
 * @param error           (owned by caller, nullable)
 * @return as cstm_scorecard_add_bin_up_to().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_add_bin_above(cstm_scorecard *card, int32_t characteristic, double above, double points,
                                                  const char *reason, cstm_error **error);

/**
 * Adds a bin of one text, or of one truth value written true or false. A bin of several texts is several calls with the
 * same points.
 *
 * @param card            (borrowed)
 * @param characteristic  the number of a CSTM_TYPE_STRING or CSTM_TYPE_BOOL characteristic.
 * @param text            (borrowed, NULL only if size is 0) UTF-8; compared byte for byte.
 * @param size            bytes of text.
 * @param points          finite.
 * @param reason          (borrowed, nullable) the bin's own reason code; NULL: the characteristic's.
 * @param error           (owned by caller, nullable)
 * @return as cstm_scorecard_add_bin_up_to(); CSTM_ERROR_SYNTAX also for a text that is not UTF-8; CSTM_ERROR_TYPE also for a
 *         truth value that is neither true nor false.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_add_bin_text(cstm_scorecard *card, int32_t characteristic, const char *text, size_t size,
                                                 double points, const char *reason, cstm_error **error);

/**
 * Adds the bin of a missing value. Without one a missing value goes to the bin of all others, and where there is none of
 * those either, the score of the row is missing.
 *
 * @param card            (borrowed)
 * @param characteristic  its number.
 * @param points          finite.
 * @param reason          (borrowed, nullable) the bin's own reason code; NULL: the characteristic's.
 * @param error           (owned by caller, nullable)
 * @return as cstm_scorecard_add_bin_up_to().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_add_bin_missing(cstm_scorecard *card, int32_t characteristic, double points,
                                                    const char *reason, cstm_error **error);

/**
 * Adds the bin of all values that are in no other. Without one a text in no bin makes the row an error
 * (CSTM_ERROR_UNKNOWN); bins of numbers must then be complete, from an up_to to an above.
 *
 * @param card            (borrowed)
 * @param characteristic  its number.
 * @param points          finite.
 * @param reason          (borrowed, nullable) the bin's own reason code; NULL: the characteristic's.
 * @param error           (owned by caller, nullable)
 * @return as cstm_scorecard_add_bin_up_to().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_add_bin_other(cstm_scorecard *card, int32_t characteristic, double points,
                                                  const char *reason, cstm_error **error);

/**
 * Checks a card wholly and makes a scorer of it. The builder stays the caller's and can be added to and built again.
 *
 * Errors, all at once, each with the characteristic as its field: a card without characteristics or a characteristic
 * without bins; two characteristics of one name; one input read as two types; up_to not ascending; an above that is not
 * the last up_to, or comes twice; a text that comes twice; two bins of missing or of others; numbers that are in no
 * bin; a neutral that is needed and not stated.
 *
 * @param card      (borrowed) not changed.
 * @param currency  (borrowed, nullable) ISO 4217 code of money inputs; NULL: it takes none.
 * @param scorer    (out, owned) one reference.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_UNKNOWN for the currency; the code of the first error: CSTM_ERROR_MISSING for
 *         what is not there, CSTM_ERROR_DUPLICATE, CSTM_ERROR_RANGE for bounds, CSTM_ERROR_TYPE for an input of two types,
 *         CSTM_ERROR_NOT_FINITE for points or a scaling whose sums leave the range of doubles; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorecard_build(const cstm_scorecard *card, const char *currency, cstm_scorer **scorer,
                                          cstm_error **error);

/**
 * Counts one more owner of a scorer.
 *
 * @param scorer  (borrowed, nullable)
 * @return the same scorer, owned; NULL for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_scorer *cstm_scorer_ref(cstm_scorer *scorer);

/**
 * Gives one ownership of a scorer back; the last one frees it.
 *
 * @param scorer  (owned, nullable)
 * @thread shared
 * @since 0.1
 */
CSTM_API void cstm_scorer_unref(cstm_scorer *scorer);

/**
 * What kind of model a scorer is.
 *
 * @param scorer  (borrowed)
 * @return static, "scorecard"; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_scorer_kind(const cstm_scorer *scorer);

/**
 * The name of a scorer.
 *
 * @param scorer  (borrowed)
 * @return borrowed from the scorer; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_scorer_name(const cstm_scorer *scorer);

/**
 * SHA-256 of everything that decides a score and its reasons: two scorers of one digest give the same results.
 *
 * @param scorer  (borrowed)
 * @return 64 hexadecimal digits, borrowed from the scorer; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_scorer_digest(const cstm_scorer *scorer);

/**
 * How many different inputs a scorer reads.
 *
 * @param scorer  (borrowed)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_scorer_input_count(const cstm_scorer *scorer);

/**
 * The name of an input, in the order in which the card first reads them.
 *
 * @param scorer  (borrowed)
 * @param input   from 0.
 * @return borrowed from the scorer; "" for a foreign handle or number.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_scorer_input_name(const cstm_scorer *scorer, int32_t input);

/**
 * The type of an input.
 *
 * @param scorer  (borrowed)
 * @param input   from 0.
 * @return CSTM_TYPE_DOUBLE (which takes INT and MONEY columns, too), CSTM_TYPE_STRING or CSTM_TYPE_BOOL; CSTM_TYPE_NONE for
 *         a foreign handle or number.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_type cstm_scorer_input_type(const cstm_scorer *scorer, int32_t input);

/**
 * How many different reason codes a scorer can give.
 *
 * @param scorer  (borrowed)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_scorer_reason_count(const cstm_scorer *scorer);

/**
 * A reason code, in the order in which the card first names them.
 *
 * @param scorer  (borrowed)
 * @param reason  from 0.
 * @return borrowed from the scorer; "" for a foreign handle or number.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_scorer_reason_code(const cstm_scorer *scorer, int32_t reason);

/**
 * Scores every row of a table. Inputs are found by name; columns that no input names are not looked at.
 *
 * The result has a row for each row: score DOUBLE, missing where there is none; state INT, 0 or the cstm_status why there
 * is no score (CSTM_ERROR_MISSING for an input that is missing and has no bin for that, CSTM_ERROR_UNKNOWN for a text in no
 * bin, CSTM_ERROR_NOT_FINITE for an input that is not a finite number); reasons STRINGS, the codes of the greatest losses
 * first, missing where there is no score. Of several faults of a row the first in the order of the card counts.
 * The number of threads never shows in the result.
 *
 * @param scorer         (borrowed)
 * @param table          (borrowed) not changed.
 * @param n_threads      how many threads may work, 1 to 1024; 1: the calling one.
 * @param progress       (nullable) told the rows scored.
 * @param progress_data  passed on to progress.
 * @param cancel         (borrowed, nullable)
 * @param result         (out, owned)
 * @param error          (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for the number of threads; CSTM_ERROR_UNKNOWN for an input that is no
 *         column, CSTM_ERROR_TYPE for a column of a type that the input does not take (all of these at once);
 *         CSTM_ERROR_MISMATCH for money of another currency than the scorer's, or of any where it has none;
 *         CSTM_ERROR_CANCELLED; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_scorer_score_table(const cstm_scorer *scorer, const cstm_table *table, int32_t n_threads,
                                             cstm_progress_function progress, void *progress_data,
                                             const cstm_cancel *cancel, cstm_table **result, cstm_error **error);

/**
 * Compares scores with what came of the customers. Everything is computed here once; the getters only read.
 *
 * The order of the rows never shows: without weights all counts are exact integers, and each figure is rounded once; with
 * weights the sums are exact and each figure is rounded when it is read off them.
 *
 * @param scores     (borrowed, NULL only if rows is 0) finite.
 * @param outcomes   (borrowed, NULL only if rows is 0) 1 is an event (default, churn, response), 0 is none.
 * @param weights    (borrowed, nullable) what each row counts: 0, or from 1e-100 to 1e100; NULL: each counts 1.
 * @param rows       how many, to CSTM_VALIDATION_LIMIT.
 * @param higher_is  CSTM_HIGHER_IS_SAFER or CSTM_HIGHER_IS_RISKIER.
 * @param validation  (out, owned)
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_NOT_FINITE with the row for a score or weight; CSTM_ERROR_RANGE with the row
 *         for an outcome that is neither 0 nor 1 or a weight outside its range; CSTM_ERROR_LIMIT; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_validation_new(const double *scores, const uint8_t *outcomes, const double *weights, int64_t rows,
                                         int32_t higher_is, cstm_validation **validation, cstm_error **error);

/**
 * Frees a validation.
 *
 * @param validation  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_validation_free(cstm_validation *validation);

/**
 * How many rows there were.
 *
 * @param validation  (borrowed)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_validation_rows(const cstm_validation *validation);

/**
 * How many rows were events.
 *
 * @param validation  (borrowed)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_validation_events(const cstm_validation *validation);

/**
 * Whether there are an AUC, Gini, KS and cut: both events and others are needed, each with weight.
 *
 * @param validation  (borrowed)
 * @return CSTM_STATE_VALUE; CSTM_STATE_MISSING with one class only; CSTM_STATE_ERROR for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_validation_state(const cstm_validation *validation);

/**
 * The area under the ROC curve: the chance that of a random event and a random other the event has the riskier score,
 * ties counting half (Mann-Whitney U / (events * others), with midranks). Correctly rounded without weights.
 *
 * @param validation  (borrowed)
 * @return 0 to 1; NaN where cstm_validation_state() is not CSTM_STATE_VALUE.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_validation_auc(const cstm_validation *validation);

/**
 * The Gini coefficient, or accuracy ratio: 2 AUC - 1. Correctly rounded without weights.
 *
 * @param validation  (borrowed)
 * @return -1 to 1; NaN where cstm_validation_state() is not CSTM_STATE_VALUE.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_validation_gini(const cstm_validation *validation);

/**
 * The Kolmogorov-Smirnov distance between the scores of events and of others: the greatest |F_events(c) - F_others(c)|.
 * Correctly rounded without weights.
 *
 * @param validation  (borrowed)
 * @return 0 to 1; NaN where cstm_validation_state() is not CSTM_STATE_VALUE.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_validation_ks(const cstm_validation *validation);

/**
 * The score at which the KS distance is reached: the rows from the risky end up to and including this score (score <= cut
 * where higher is safer, score >= cut where higher is riskier) against the rest. Of several such scores the riskiest.
 *
 * @param validation  (borrowed)
 * @return a score of the data; NaN where cstm_validation_state() is not CSTM_STATE_VALUE.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_validation_ks_cut(const cstm_validation *validation);

/**
 * The Brier score: the weighted mean of (p - outcome)^2, where p is the score if higher is riskier, and 1 - score if
 * higher is safer.
 *
 * @param validation  (borrowed)
 * @return 0 to 1; NaN where cstm_validation_brier_state() is not CSTM_STATE_VALUE.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_validation_brier(const cstm_validation *validation);

/**
 * Whether there is a Brier score: the scores have to be probabilities.
 *
 * @param validation  (borrowed)
 * @return CSTM_STATE_VALUE; CSTM_STATE_MISSING if a score is outside [0, 1] or nothing has weight; CSTM_STATE_ERROR for NULL
 *         or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_validation_brier_state(const cstm_validation *validation);

/**
 * The score cut into bands of about the same number of rows, riskiest first; equal scores are never parted, so there may be
 * fewer bands, and they may differ in size.
 *
 * Band i of n ends, counted from the risky end, with the score of row ceil(i * rows / n). Columns: from, to DOUBLE, the
 * least and greatest score in the band; count, events INT, rows; weight DOUBLE, of the rows (their count without weights);
 * rate DOUBLE, the weighted share of events; cumulative_share, cumulative_events, cumulative_others DOUBLE, the shares of
 * all weight, all events' and all others' in this and the riskier bands; lift DOUBLE, rate over the whole rate. A share
 * of nothing is missing.
 *
 * @param validation  (borrowed)
 * @param n_bands     1 to 10000.
 * @param table       (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for n_bands; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_validation_bands(const cstm_validation *validation, int32_t n_bands, cstm_table **table,
                                           cstm_error **error);

/**
 * The score cut into given bands, riskiest first: (cut before, cut], below the first cut and above the last. A band in
 * which nothing is stays. Columns as cstm_validation_bands(), but from and to are the cuts, missing at the open ends.
 *
 * @param validation  (borrowed)
 * @param cuts        (borrowed, NULL only if n_cuts is 0) finite, ascending.
 * @param n_cuts      0 to 10000.
 * @param table       (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for cuts that do not ascend or too many; CSTM_ERROR_NOT_FINITE for a
 *         cut; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_validation_bands_at(const cstm_validation *validation, const double *cuts, int32_t n_cuts,
                                              cstm_table **table, cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
