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
typedef struct cstm_stream cstm_stream;

/* What a run computes; the sum of those wanted. */
#define CSTM_RUN_FEATURES 1
#define CSTM_RUN_LIFECYCLES 2
#define CSTM_RUN_SCORES 4
#define CSTM_RUN_SEGMENTS 8
#define CSTM_RUN_ALL 15

/* What rows are. */
#define CSTM_SOURCE_ENTITIES 0
#define CSTM_SOURCE_ATTRIBUTES 1
#define CSTM_SOURCE_EVENTS 2

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
 * then fields by name, all optional; those that the strategy computes are no columns. Events of a
 * source also have `delivery` (optional), the number of the delivery that brought them: of a
 * customer's events of one source and accounting day only those of the greatest count. Any number of
 * tables.
 *
 * @param batch  (borrowed)
 * @param event  index of the event kind.
 * @param table  (borrowed until the batch is freed)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISSING for a column that is needed; CSTM_ERROR_UNKNOWN for one that
 *         nothing declares; CSTM_ERROR_TYPE for one of a type that does not convert exactly (a
 *         double for money: see cstm_table_declare_money()); CSTM_ERROR_MISMATCH for a field that the
 *         strategy computes; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
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
 * Says until when events of a kind have been observed, for every customer of the batch: what
 * features of days to come (`ahead:`) need, which are missing on dates whose days to come end later.
 * Nothing else reads it.
 *
 * @param batch  (borrowed)
 * @param event  index of the event kind; of one that is made of others, instead of all of them.
 * @param until  microseconds since the epoch; of a day that it does not reach the end of, the day before.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_batch_observe_until(cstm_batch *batch, int32_t event, int64_t until,
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
 * What became of the rows that the batch was given: a row for each kind of entity, of dated attributes
 * and of events. Columns: source ("entities", "attributes", "events"), name, rows; taken (that count
 * as of then; of attributes, rows with some value to set), later (after as_of), redelivered (copies of
 * another by their id), rejected; of those by reason unknown_key, missing (a key or time), malformed,
 * unknown_value (a category that is not declared, an int outside its range), out_of_range (a number or
 * time beyond its type, the years 1 to 9999 or the earth, a text beyond its length), duplicate (a
 * second row of an entity); before_opening (of those taken, events of days before their entity
 * opened), sums_out_of_range (values of features over these events that do not fit); replaced (by a
 * greater delivery of their accounting day), unmatched (of those taken, amendments that found nothing to
 * amend, or not as much as they would take, as known at the instant of the run). Of attributes
 * cells are rejected, not rows, but for keys and times. Of a run over many dates: the rows of customers
 * that were asked for, as of the latest date.
 *
 * @param result  (borrowed, nullable)
 * @return borrowed from the result; NULL for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_table *cstm_result_report(const cstm_result *result);

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

/**
 * A stream: the same rows that a run of a batch gives, from inputs of any length, in memory for some
 * blocks of them. Inputs are ArrowArrayStreams, each in ascending order of the keys of customers
 * (ints as numbers, texts by their bytes); whole customers are taken off their fronts, run as a
 * batch, and their rows come out, in the order of their keys. Only what is asked for is read.
 *
 * @param batch   (borrowed for the call) the settings: parts, threads or executor, cancel (borrowed
 *                until the stream has ended), what was observed. It must have no tables. Progress is
 *                not told.
 * @param kind    index of the entity whose rows come out.
 * @param as_of   microseconds since the epoch; not read where dates are given.
 * @param dates   (borrowed for the call, nullable) one column, `as_of`: every customer at each of them,
 *                as cstm_batch_run_dates().
 * @param stream  (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_UNSUPPORTED for dates with keys;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_new(const cstm_batch *batch, int32_t kind, int64_t as_of,
                                     const cstm_table *dates, cstm_stream **stream,
                                     cstm_error **error);

/**
 * Frees a stream; inputs that have not ended are released. What cstm_stream_export() gave goes on.
 *
 * @param stream  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_stream_free(cstm_stream *stream);

/**
 * How many rows of its inputs a stream works off at a time: what it holds in memory, and how long its
 * reader waits. It cannot be seen in the rows.
 *
 * @param stream  (borrowed)
 * @param rows    1 to 100,000,000; 131,072 if not called. One customer may have more.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_MISUSE, also once the stream has begun.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_set_rows(cstm_stream *stream, int64_t rows, cstm_error **error);

/**
 * Gives an input, of the columns that cstm_batch_add_entities(), cstm_batch_add_attributes() or
 * cstm_batch_add_events() wants and, for what is not of customers, the key of the customer that it
 * stands under. Several inputs of one kind of events may be given. Without an input of customers
 * they are those whom the others name.
 *
 * @param stream  (borrowed)
 * @param source  CSTM_SOURCE_*.
 * @param index   of the entity, or of the event kind.
 * @param input   (owned on success) moved out of and marked released; released when it has ended,
 *                failed, or the stream is freed.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also once the stream has begun.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_add(cstm_stream *stream, int32_t source, int32_t index,
                                     struct ArrowArrayStream *input, cstm_error **error);

/**
 * Says that a column of numbers of the last input of that kind is money, as
 * cstm_table_declare_money().
 *
 * @param stream    (borrowed)
 * @param source    CSTM_SOURCE_*.
 * @param index     of the entity, or of the event kind.
 * @param column    name.
 * @param currency  ISO 4217.
 * @param how       CSTM_MONEY_*.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN for a currency that is none; CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE, also for an input that was not given, and once the stream has begun.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_declare_money(cstm_stream *stream, int32_t source, int32_t index,
                                               const char *column, const char *currency,
                                               int32_t how, cstm_error **error);

/**
 * The next rows, of some whole customers: the columns of cstm_result_table(). After a failure nothing
 * more comes, and each further call fails alike.
 *
 * @param stream  (borrowed)
 * @param table   (out, owned) NULL after the last rows.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_IO if an input failed, with what it says; CSTM_ERROR_MISMATCH for a row
 *         that is not in order, with its number; CSTM_ERROR_CORRUPT; CSTM_ERROR_CANCELLED; what
 *         cstm_batch_add_entities() and its like return for columns; CSTM_ERROR_MISSING if there is no
 *         input, or none of what comes out or of an entity to which rows belong; CSTM_ERROR_LIMIT for
 *         a customer of more than 2^31 - 2 rows; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a
 *         stream that was exported.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_next(cstm_stream *stream, cstm_table **table, cstm_error **error);

/**
 * Hands the rows over as an ArrowArrayStream, which goes on when the stream is freed. Each of its
 * get_next() calls is a cstm_stream_next(): its return value is an input's own where an input failed,
 * ENOMEM, ECANCELED or EINVAL.
 *
 * @param stream  (borrowed) not to be used while the other thread that reads `out` is in a call.
 * @param out     (out) written over without being released; the caller releases it.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a second time.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_export(cstm_stream *stream, struct ArrowArrayStream *out,
                                        cstm_error **error);

/**
 * The first 10,000 rows that could not be used so far, as cstm_result_rejected(); rows are numbered
 * from the beginning of their input.
 *
 * @param stream  (borrowed)
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_rejected(const cstm_stream *stream, cstm_table **table,
                                          cstm_error **error);

/**
 * How many values could not be computed so far, as cstm_result_errors().
 *
 * @param stream  (borrowed)
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_errors(const cstm_stream *stream, cstm_table **table,
                                        cstm_error **error);

/**
 * What became of the rows so far, as cstm_result_report().
 *
 * @param stream  (borrowed)
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_stream_report(const cstm_stream *stream, cstm_table **table,
                                        cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
