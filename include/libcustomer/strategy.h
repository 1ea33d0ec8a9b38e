/* A strategy: the one document that says what a bank has, what it computes of it and for which purpose. Apache-2.0.
 *
 * A document compiles once into an immutable cstm_strategy, shared by any number of threads and profiles. All that is wrong
 * with a document is reported at once, each fault with file, line and column. Names are looked up once and used as numbers:
 * indices into the strategy's lists, from 0, in the order of the document.
 */
#ifndef LIBCUSTOMER_STRATEGY_H
#define LIBCUSTOMER_STRATEGY_H

#include <libcustomer/base.h>
#include <libcustomer/score.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_strategy cstm_strategy;
typedef struct cstm_files cstm_files;

/* The most points of a quantile table. */
#define CSTM_QUANTILE_POINTS 10000

/* What a name of the strategy is, for cstm_strategy_count() and its siblings. */
typedef int32_t cstm_part;
#define CSTM_PART_ENTITY 1
#define CSTM_PART_ATTRIBUTE 2
#define CSTM_PART_EVENT 3
#define CSTM_PART_FEATURE 4
#define CSTM_PART_LIFECYCLE 5
#define CSTM_PART_SCORE 6
#define CSTM_PART_SEGMENT 7
#define CSTM_PART_SOURCE 8      /* who sends day files */

/**
 * Loads and compiles a strategy from a file. No other file is opened but those that the document names, from the folder
 * that it lies in, and the zone's data.
 *
 * @param path      (borrowed) the YAML document, at most CSTM_DOCUMENT_LIMIT bytes.
 * @param strategy  (out, owned) free with cstm_strategy_unref().
 * @param error     (owned by caller, nullable) the first of all errors of the document; follow cstm_error_next().
 * @return CSTM_OK; CSTM_ERROR_IO, CSTM_ERROR_LIMIT, CSTM_ERROR_SYNTAX, CSTM_ERROR_UNKNOWN, CSTM_ERROR_TYPE,
 *         CSTM_ERROR_DUPLICATE, CSTM_ERROR_RANGE, CSTM_ERROR_CYCLE, CSTM_ERROR_PRIVACY, CSTM_ERROR_UNREACHABLE,
 *         CSTM_ERROR_VERSION, CSTM_ERROR_MISSING, CSTM_ERROR_UNSUPPORTED, CSTM_ERROR_NO_MEMORY or CSTM_ERROR_MISUSE: the
 *         code of the first error.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_load(const char *path, cstm_strategy **strategy, cstm_error **error);

/**
 * Compiles a strategy from text in memory.
 *
 * @param text      (borrowed) UTF-8 YAML, need not be NUL-terminated.
 * @param size      bytes of text.
 * @param name      (borrowed) stands for the file in messages.
 * @param strategy  (out, owned)
 * @param error     (owned by caller, nullable) as cstm_strategy_load().
 * @return as cstm_strategy_load(), never CSTM_ERROR_IO for the document itself.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_parse(const char *text, size_t size, const char *name, cstm_strategy **strategy,
                                         cstm_error **error);

/**
 * Compiles a strategy from text in memory that names further documents: a calendar, quantile tables. They are taken from
 * what is handed along, and never from disk.
 *
 * @param text      (borrowed) UTF-8 YAML, need not be NUL-terminated.
 * @param size      bytes of text.
 * @param name      (borrowed) stands for the file in messages.
 * @param files     (borrowed, nullable) the documents, under the names by which the text names them.
 * @param strategy  (out, owned)
 * @param error     (owned by caller, nullable) as cstm_strategy_load().
 * @return as cstm_strategy_load(), never CSTM_ERROR_IO; CSTM_ERROR_MISSING for a document that was not handed along.
 * @thread shared; files are not changed
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_parse_with(const char *text, size_t size, const char *name, const cstm_files *files,
                                              cstm_strategy **strategy, cstm_error **error);

/**
 * Documents in memory, for a strategy that names them: see cstm_strategy_parse_with().
 *
 * @param files  (out, owned) free with cstm_files_free().
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a NULL out; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_files_new(cstm_files **files, cstm_error **error);

/**
 * Adds a document.
 *
 * @param files  (borrowed)
 * @param name   (borrowed) as strategies name it: "calendars/cn.yaml".
 * @param text   (borrowed) UTF-8 YAML, copied, need not be NUL-terminated; NULL for no bytes.
 * @param size   bytes of text, at most CSTM_DOCUMENT_LIMIT.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_DUPLICATE for a name that is there already; CSTM_ERROR_LIMIT; CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_files_add(cstm_files *files, const char *name, const char *text, size_t size, cstm_error **error);

/**
 * Frees documents. Strategies that were compiled with them keep what they need.
 *
 * @param files  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_files_free(cstm_files *files);

/**
 * Measures how the values of a portfolio lie, for quantile() and rank_of() in rules: a document of quantile tables, which a
 * strategy names under `quantiles:`. A table is a list of points, ascending values each with how many of the column's
 * values are not above it: all distinct values where there are at most `points`, else the least, the greatest and those at
 * which the share passes 1/points, 2/points and so on. At each point the count is exact, between two it is the lower's.
 *
 * A rule's row of a day reads the latest table of that day or before, so that what is added here shows nowhere before its
 * day. Missing values, and doubles that are not finite, are left out.
 *
 * @param table   (borrowed) one row for each of the portfolio: a batch's result of that day.
 * @param column  (borrowed) of int, double, money, date, or timestamp with a zone.
 * @param name    (borrowed) the name of the quantiles, as rules write it: a-z, 0-9 and _.
 * @param day     the civil day at whose end the values held, in days since 1970-01-01.
 * @param points  from 1 to CSTM_QUANTILE_POINTS; 1000 tells a permille.
 * @param before  (borrowed, nullable) the document so far, whose tables are kept; NULL for none.
 * @param size    bytes of before.
 * @param text    (out, owned) the document; the same bytes for the same values in any order. Free with cstm_buffer_free().
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN for the column; CSTM_ERROR_TYPE for its type; CSTM_ERROR_MISSING if it has no value;
 *         CSTM_ERROR_SYNTAX for the name; CSTM_ERROR_RANGE for day or points; CSTM_ERROR_PAST where `before` has a table
 *         of that day or later; CSTM_ERROR_MISMATCH where it is of another name, type or currency; what is wrong with
 *         `before` as cstm_strategy_load() would say it; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_quantiles_measure(const cstm_table *table, const char *column, const char *name, int32_t day,
                                            int32_t points, const char *before, size_t size, cstm_buffer **text,
                                            cstm_error **error);

/**
 * Takes one more reference.
 *
 * @param strategy  (borrowed, nullable)
 * @return the same handle; NULL for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_strategy *cstm_strategy_ref(cstm_strategy *strategy);

/**
 * Gives one reference back; the last one frees. Profiles, events, outcomes, batches and results hold their own.
 *
 * @param strategy  (owned, nullable)
 * @thread shared
 * @since 0.1
 */
CSTM_API void cstm_strategy_unref(cstm_strategy *strategy);

/**
 * The name that the document gives itself.
 *
 * @param strategy  (borrowed, nullable)
 * @return borrowed from the strategy; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_name(const cstm_strategy *strategy);

/**
 * The version that the document gives itself.
 *
 * @param strategy  (borrowed, nullable)
 * @return borrowed from the strategy; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_version(const cstm_strategy *strategy);

/**
 * The digest of all that determines results: the document's meaning, its models and the zone's frozen transitions.
 *
 * @param strategy  (borrowed, nullable)
 * @return 64 hexadecimal digits (SHA-256), borrowed from the strategy; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_digest(const cstm_strategy *strategy);

/**
 * What the compiler wondered at without refusing it: rules that are always true or false, transitions that never win.
 *
 * @param strategy  (borrowed, nullable)
 * @return borrowed from the strategy, follow cstm_error_next(); NULL if there is none, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_error *cstm_strategy_warnings(const cstm_strategy *strategy);

/**
 * The ISO 4217 code of the strategy's currency.
 *
 * @param strategy  (borrowed, nullable)
 * @return borrowed from the strategy; "" where it has none, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_currency(const cstm_strategy *strategy);

/**
 * The IANA name of the strategy's zone.
 *
 * @param strategy  (borrowed, nullable)
 * @return borrowed from the strategy; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_timezone(const cstm_strategy *strategy);

/**
 * How many parts of a kind the strategy declares.
 *
 * @param strategy  (borrowed, nullable)
 * @param part      one of CSTM_PART_*.
 * @return the count; 0 for NULL, a foreign handle or an unknown part.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_strategy_count(const cstm_strategy *strategy, cstm_part part);

/**
 * The number of a part by its name. Attributes that every entity has are asked for with their entity in front:
 * "card.opened_on", "customer.closed_on".
 *
 * @param strategy  (borrowed, nullable)
 * @param part      one of CSTM_PART_*.
 * @param name      (borrowed, nullable)
 * @return the index, from 0; -1 if there is none, and for NULL, a foreign handle or an unknown part.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_strategy_find(const cstm_strategy *strategy, cstm_part part, const char *name);

/**
 * The name of a part by its number. Of attributes, those that every entity has stand first: "customer.opened_on",
 * "customer.closed_on", "account.opened_on", and so on; then those of the document. A feature that is told apart `by` a
 * field is one a value, "spend.dining" and so on, in the order of the values.
 *
 * @param strategy  (borrowed, nullable)
 * @param part      one of CSTM_PART_*.
 * @param index     from 0.
 * @return borrowed from the strategy; "" outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_part_name(const cstm_strategy *strategy, cstm_part part, int32_t index);

/**
 * The entity that a part belongs to: of an entity its parent, of an event the entity that it happens on.
 *
 * @param strategy  (borrowed, nullable)
 * @param part      one of CSTM_PART_*.
 * @param index     from 0.
 * @return index of the entity; -1 for the customer's parent, outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_strategy_part_entity(const cstm_strategy *strategy, cstm_part part, int32_t index);

/**
 * The type of an attribute's or feature's value; a segment's is bool.
 *
 * @param strategy  (borrowed, nullable)
 * @param part      CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE or CSTM_PART_SEGMENT.
 * @param index     from 0.
 * @return one of CSTM_TYPE_*; CSTM_TYPE_NONE for other parts, outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_type cstm_strategy_part_type(const cstm_strategy *strategy, cstm_part part, int32_t index);

/**
 * The purpose that a lifecycle, score or segment was declared for.
 *
 * @param strategy  (borrowed, nullable)
 * @param part      CSTM_PART_LIFECYCLE, CSTM_PART_SCORE or CSTM_PART_SEGMENT.
 * @param index     from 0.
 * @return borrowed from the strategy; "" for other parts, outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_part_purpose(const cstm_strategy *strategy, cstm_part part, int32_t index);

/**
 * The rule of a segment, or of a feature that is one, as it was written.
 *
 * @param strategy  (borrowed, nullable)
 * @param part      CSTM_PART_SEGMENT or CSTM_PART_FEATURE.
 * @param index     from 0.
 * @return borrowed from the strategy; "" for other parts and features, outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_part_rule(const cstm_strategy *strategy, cstm_part part, int32_t index);

/**
 * How many fields an event kind has.
 *
 * @param strategy  (borrowed, nullable)
 * @param event     index of the event kind.
 * @return the count; 0 outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_strategy_field_count(const cstm_strategy *strategy, int32_t event);

/**
 * The name of a field of an event kind.
 *
 * @param strategy  (borrowed, nullable)
 * @param event     index of the event kind.
 * @param field     from 0.
 * @return borrowed from the strategy; "" outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_field_name(const cstm_strategy *strategy, int32_t event, int32_t field);

/**
 * The type of a field of an event kind.
 *
 * @param strategy  (borrowed, nullable)
 * @param event     index of the event kind.
 * @param field     from 0.
 * @return one of CSTM_TYPE_*; CSTM_TYPE_NONE outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_type cstm_strategy_field_type(const cstm_strategy *strategy, int32_t event, int32_t field);

/**
 * The number of a field of an event kind by its name.
 *
 * @param strategy  (borrowed, nullable)
 * @param event     index of the event kind.
 * @param name      (borrowed, nullable)
 * @return the index, from 0; -1 if there is none, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_strategy_find_field(const cstm_strategy *strategy, int32_t event,
                                          const char *name);

/**
 * How many stages a lifecycle has.
 *
 * @param strategy   (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @return the count; 0 outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_strategy_stage_count(const cstm_strategy *strategy, int32_t lifecycle);

/**
 * The name of a stage.
 *
 * @param strategy   (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param stage      from 0, in the order in which the document first names them.
 * @return borrowed from the strategy; "" outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_strategy_stage_name(const cstm_strategy *strategy, int32_t lifecycle, int32_t stage);

/**
 * The scorer of a score, for scoring tables of its inputs directly.
 *
 * @param strategy  (borrowed)
 * @param score     index of the score.
 * @param scorer    (out, owned) one more reference; free with cstm_scorer_unref().
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for NULL, a foreign handle or an index outside the list.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_scorer(const cstm_strategy *strategy, int32_t score, cstm_scorer **scorer,
                                          cstm_error **error);

/**
 * Reads a time as the strategy's zone understands it: RFC 3339 with or without an offset, or a bare date.
 *
 * @param strategy    (borrowed)
 * @param text        (borrowed) need not be NUL-terminated.
 * @param size        bytes of text.
 * @param end_of_day  1: a bare date is the last microsecond of its civil day (what as_of means); 0: its first.
 * @param instant     (out) microseconds since 1970-01-01T00:00:00Z.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_SYNTAX; CSTM_ERROR_RANGE outside the years 1 to 9999; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_parse_time(const cstm_strategy *strategy, const char *text, size_t size,
                                              int32_t end_of_day, int64_t *instant, cstm_error **error);

/**
 * The civil day of an instant in the strategy's zone.
 *
 * @param strategy  (borrowed)
 * @param instant   microseconds since 1970-01-01T00:00:00Z.
 * @param day       (out) days since 1970-01-01.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE outside the years 1 to 9999; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_day(const cstm_strategy *strategy, int64_t instant, int32_t *day, cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
