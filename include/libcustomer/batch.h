/* The same program over tables: a portfolio in, one row a customer, account or card out. Apache-2.0.
 *
 * A batch takes tables of entities, attributes and events, and gives for every customer, bit for bit, what recording the same
 * facts one by one and evaluating would give. Data errors are per row: a row that cannot be used is left out, counted and
 * listed with its reason; only structure (a column that is missing or of another type) fails a call.
 */
#ifndef LIBCUSTOMER_BATCH_H
#define LIBCUSTOMER_BATCH_H

#include <libcustomer/base.h>
#include <libcustomer/profile.h>
#include <libcustomer/segment.h>
#include <libcustomer/strategy.h>
#include <libcustomer/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_batch cstm_batch;
typedef struct cstm_result cstm_result;

/* What a run computes; the sum of those wanted. */
#define CSTM_RUN_FEATURES 1
#define CSTM_RUN_LIFECYCLES 2
#define CSTM_RUN_SCORES 4
#define CSTM_RUN_SEGMENTS 8
#define CSTM_RUN_ALL 15

/**
 * An empty batch.
 *
 * @param strategy  (borrowed) the batch holds a reference of its own.
 * @param batch     (out, owned)
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_new(cstm_strategy *strategy, cstm_batch **batch,
                                    cstm_error **error);

/**
 * Frees a batch.
 *
 * @param batch  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_batch_free(cstm_batch *batch);

/**
 * Gives all entities of a kind, one row each, with attributes that have always been so. Columns:
 * the key, named as the entity ("customer", "account"), of type string or int; of a child also its
 * parent's key; then any attributes by name, opened_on and closed_on among them.
 *
 * @param batch  (borrowed)
 * @param kind   index of the entity.
 * @param table  (borrowed until the batch is freed)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISSING for a column that is needed; CSTM_ERROR_UNKNOWN for one that
 *         nothing declares; CSTM_ERROR_TYPE for one of a type that does not convert exactly (a
 *         double for money: see cstm_table_declare_money()); CSTM_ERROR_DUPLICATE for a second
 *         table of the same entity; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_add_entities(cstm_batch *batch, int32_t kind,
                                             const cstm_table *table, cstm_error **error);

/**
 * Gives dated attributes of a kind of entity. Columns: the key; `time` (timestamp, date or text);
 * `id` (optional); then attributes by name; a missing value sets nothing. Any number of tables.
 *
 * @param batch  (borrowed)
 * @param kind   index of the entity.
 * @param table  (borrowed until the batch is freed)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISSING for a column that is needed; CSTM_ERROR_UNKNOWN for one that
 *         nothing declares; CSTM_ERROR_TYPE for one of a type that does not convert exactly (a
 *         double for money: see cstm_table_declare_money()); CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_add_attributes(cstm_batch *batch, int32_t kind,
                                               const cstm_table *table, cstm_error **error);

/**
 * Gives events of a kind, in any order. Columns: the key of the entity that the event is on; `time`
 * (timestamp, date or text: a naive time is civil time in the strategy's zone); `id` (optional);
 * then fields by name, all optional. Any number of tables.
 *
 * @param batch  (borrowed)
 * @param event  index of the event kind.
 * @param table  (borrowed until the batch is freed)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISSING for a column that is needed; CSTM_ERROR_UNKNOWN for one that
 *         nothing declares; CSTM_ERROR_TYPE for one of a type that does not convert exactly (a
 *         double for money: see cstm_table_declare_money()); CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_add_events(cstm_batch *batch, int32_t event,
                                           const cstm_table *table, cstm_error **error);

/**
 * Says from when on events of a kind have been observed, for every customer of the batch; see
 * cstm_profile_observe().
 *
 * @param batch  (borrowed)
 * @param event  index of the event kind.
 * @param from   microseconds since the epoch.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_observe(cstm_batch *batch, int32_t event, int64_t from,
                                        cstm_error **error);

/**
 * Says what to compute; CSTM_RUN_ALL if not called. What a wanted part reads is computed too, but
 * not given out.
 *
 * @param batch  (borrowed)
 * @param parts  a sum of CSTM_RUN_*.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_set_parts(cstm_batch *batch, int32_t parts, cstm_error **error);

/**
 * How many threads a run may use; 1 if not called. The number cannot be seen in a result.
 *
 * @param batch      (borrowed)
 * @param n_threads  1 to 1024.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_set_threads(cstm_batch *batch, int32_t n_threads,
                                            cstm_error **error);

/**
 * Runs the work on the caller's executor instead of own threads, in as many tasks as
 * cstm_batch_set_threads() says.
 *
 * @param batch   (borrowed)
 * @param submit  NULL: own threads again.
 * @param wait    NULL only if submit is.
 * @param data    (borrowed) handed to both.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_set_executor(cstm_batch *batch, cstm_executor_submit submit,
                                             cstm_executor_wait wait, void *data,
                                             cstm_error **error);

/**
 * Who is told how a run comes on, and what ends it early.
 *
 * @param batch     (borrowed)
 * @param progress  (nullable)
 * @param data      (borrowed) handed to progress.
 * @param cancel    (borrowed, nullable) until the batch is freed or given another.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_set_progress(cstm_batch *batch, cstm_progress_function progress,
                                             void *data, cstm_cancel *cancel, cstm_error **error);

/**
 * Computes everything for every customer as it was at as_of; later events and attributes are left
 * out. May be run again with another as_of.
 *
 * @param batch   (borrowed)
 * @param as_of   microseconds since the epoch.
 * @param result  (out, owned) keeps what it needs: the batch and its tables may be freed before it.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_CANCELLED; CSTM_ERROR_MISSING if no table of customers was given, or
 *         none of an entity to which rows of another table belong; CSTM_ERROR_RANGE;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_run(cstm_batch *batch, int64_t as_of, cstm_result **result,
                                    cstm_error **error);

/**
 * The table that a model is fitted on: every customer as they were at each of many dates, in one
 * pass. A row says, to the bit, what cstm_batch_run() says of that customer as of that instant:
 * nothing that happened or was set later shows in it. cstm_result_table() has one row for each row
 * of `dates` that can be used, in their order, with its date in the column `as_of` after the keys;
 * of an entity below customers, one for each of its instances, in the order of its table.
 * Rows of `dates` that name no customer or no instant are listed in cstm_result_rejected(), under
 * the source "dates". Funnels, transitions and memberships are of one date and not given.
 *
 * @param batch   (borrowed)
 * @param dates   (borrowed) `as_of` (timestamp, date or text; a date is the end of its day, a naive
 *                time is civil time in the strategy's zone) and the key of customers, of type string
 *                or int; without the key every customer is asked for at every date: the dates of the
 *                first one, then of the second.
 * @param result  (out, owned) as of cstm_batch_run(); rows of other tables that are listed as
 *                rejected are those of customers asked for, up to the latest date.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_CANCELLED; CSTM_ERROR_MISSING as cstm_batch_run(), and for a table
 *         without as_of; CSTM_ERROR_TYPE and CSTM_ERROR_UNKNOWN for columns of `dates`;
 *         CSTM_ERROR_DUPLICATE for a strategy with a feature named as_of; CSTM_ERROR_LIMIT for more
 *         than 2^31 - 2 rows; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_run_dates(cstm_batch *batch, const cstm_table *dates,
                                          cstm_result **result, cstm_error **error);

/**
 * The profile of one customer of the batch with all facts up to as_of, not advanced: to explain or
 * to go on with event by event.
 *
 * @param batch    (borrowed)
 * @param key      (borrowed) the customer's key.
 * @param size     bytes of key.
 * @param as_of    microseconds since the epoch.
 * @param profile  (out, owned)
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN for a key that is not there; CSTM_ERROR_MISSING as
 *         cstm_batch_run(); CSTM_ERROR_RANGE; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_profile(cstm_batch *batch, const char *key, size_t size,
                                        int64_t as_of, cstm_profile **profile, cstm_error **error);

/**
 * The results of a kind of entity, one row each in the order of its input table. Columns: the keys
 * (of its parent too); each feature by name; for each lifecycle `<name>.stage`,
 * `<name>.since`, `<name>.days`, `<name>.censored`; for each score `<name>` and `<name>.reasons`;
 * for each segment `segment.<name>`, a bool, missing where it is undecided. A value that is missing
 * or an error is missing here; errors are counted in cstm_result_errors().
 *
 * @param result  (borrowed, nullable)
 * @param kind    index of the entity.
 * @return borrowed from the result; NULL for an entity without results, and for NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_table *cstm_result_table(const cstm_result *result, int32_t kind);

/**
 * The input rows that could not be used. Columns: source (the entity or event kind), table (which
 * of its tables, from 0), row (from 0), field, status (int), reason.
 *
 * @param result  (borrowed, nullable)
 * @return borrowed from the result; NULL for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_table *cstm_result_rejected(const cstm_result *result);

/**
 * How many values could not be computed. Columns: part ("feature", "lifecycle", "score",
 * "segment"), name, status (int), count.
 *
 * @param result  (borrowed, nullable)
 * @return borrowed from the result; NULL for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_table *cstm_result_errors(const cstm_result *result);

/**
 * Who stood where at the end of a civil day. Columns: stage, count, share (of all that had begun),
 * censored (how many were there before they were observed), mean_days (in the stage, of the
 * others).
 *
 * @param result     (borrowed)
 * @param lifecycle  index of the lifecycle.
 * @param day        days since 1970-01-01, up to the day of as_of.
 * @param table      (out, owned)
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE for a later day; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also
 *         for a run without lifecycles.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_result_funnel(const cstm_result *result, int32_t lifecycle, int32_t day,
                                        cstm_table **table, cstm_error **error);

/**
 * Who moved from where to where in the civil days (after, until]. Columns: from, to, count; only
 * what occurred, in the order of the stages.
 *
 * @param result     (borrowed)
 * @param lifecycle  index of the lifecycle.
 * @param after      days since 1970-01-01.
 * @param until      days since 1970-01-01, up to the day of as_of.
 * @param table      (out, owned)
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE for a later day or until before after; CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE, also for a run without lifecycles.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_result_transitions(const cstm_result *result, int32_t lifecycle,
                                             int32_t after, int32_t until, cstm_table **table,
                                             cstm_error **error);

/**
 * Who of an entity's rows is in a segment.
 *
 * @param result      (borrowed)
 * @param segment     index of the segment.
 * @param membership  (out, owned) over the rows of cstm_result_table() of its entity; free with
 *                    cstm_membership_free().
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISSING if the batch was given no table of its entity;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a run without segments.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_result_membership(const cstm_result *result, int32_t segment,
                                            cstm_membership **membership, cstm_error **error);

/**
 * How many are in each segment. Columns: segment, entity, met, not_met, undecided, share (of all
 * rows, those that are met). Segments of entities without results are left out.
 *
 * @param result  (borrowed)
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a run without segments.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_result_segments(const cstm_result *result, cstm_table **table,
                                          cstm_error **error);

/**
 * How far the segments of an entity overlap, each pair in the order of the document. Columns:
 * segment, other, both, either, undecided (in one or both), jaccard (both / either, missing where
 * nobody is in either).
 *
 * @param result  (borrowed)
 * @param kind    index of the entity.
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a run without segments.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_result_overlap(const cstm_result *result, int32_t kind,
                                         cstm_table **table, cstm_error **error);

/**
 * What made the result, as cstm_outcome_digest().
 *
 * @param result  (borrowed, nullable)
 * @return borrowed from the result; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_result_digest(const cstm_result *result);

/**
 * Frees a result and its tables.
 *
 * @param result  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_result_free(cstm_result *result);

#ifdef __cplusplus
}
#endif

#endif
