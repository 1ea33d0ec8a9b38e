/* What follows from a profile at an instant: values, stages, scores and their reasons. Apache-2.0. */
#ifndef LIBCUSTOMER_OUTCOME_H
#define LIBCUSTOMER_OUTCOME_H

#include <libcustomer/base.h>
#include <libcustomer/event.h>
#include <libcustomer/segment.h>
#include <libcustomer/strategy.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_outcome cstm_outcome;

/**
 * An outcome to evaluate into, any number of times.
 *
 * @param strategy  (borrowed) the outcome holds a reference of its own.
 * @param outcome   (out, owned)
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_outcome_new(cstm_strategy *strategy, cstm_outcome **outcome,
                                      cstm_error **error);

/**
 * Frees an outcome.
 *
 * @param outcome  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_outcome_free(cstm_outcome *outcome);

/**
 * The instant that the outcome was evaluated for.
 *
 * @param outcome  (borrowed, nullable)
 * @return microseconds since the epoch; INT64_MIN before the first evaluation, and for NULL or a
 *         foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_outcome_as_of(const cstm_outcome *outcome);

/**
 * What made the outcome: the strategy's digest, the library's version and as_of in one text, for
 * the audit record.
 *
 * @param outcome  (borrowed, nullable)
 * @return borrowed until the next evaluation; "" before the first, and for NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_outcome_digest(const cstm_outcome *outcome);

/**
 * Whether a value is there, missing, or could not be computed.
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE, CSTM_PART_LIFECYCLE or
 *                 CSTM_PART_SEGMENT.
 * @param index    from 0.
 * @param entity   whose it is, by its number in the profile.
 * @return one of CSTM_STATE_*; CSTM_STATE_MISSING for an entity of another kind, outside the lists,
 *         and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_outcome_state(const cstm_outcome *outcome, cstm_part part, int32_t index,
                                       cstm_entity entity);

/**
 * Why a value is not there.
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE, CSTM_PART_LIFECYCLE or
 *                 CSTM_PART_SEGMENT.
 * @param index    from 0.
 * @param entity   whose it is, by its number in the profile.
 * @return CSTM_OK for a value, CSTM_ERROR_MISSING, or the error; CSTM_ERROR_MISUSE where
 *         cstm_outcome_state() has its sentinel.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_outcome_status(const cstm_outcome *outcome, cstm_part part,
                                         int32_t index, cstm_entity entity);

/**
 * A value of type bool (0 or 1), int, date (days), timestamp (microseconds) or money (minor units).
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE or CSTM_PART_SEGMENT.
 * @param index    from 0.
 * @param entity   whose it is, by its number in the profile.
 * @return the value; 0 where it is of another type or not there: ask cstm_outcome_state().
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_outcome_int64(const cstm_outcome *outcome, cstm_part part, int32_t index,
                                    cstm_entity entity);

/**
 * A value of type double; scores are of this type.
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE or CSTM_PART_SCORE.
 * @param index    from 0.
 * @param entity   whose it is, by its number in the profile.
 * @return the value; NaN where it is of another type or not there: ask cstm_outcome_state().
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_outcome_double(const cstm_outcome *outcome, cstm_part part, int32_t index,
                                    cstm_entity entity);

/**
 * A value of type string.
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE or CSTM_PART_SCORE.
 * @param index    from 0.
 * @param entity   whose it is, by its number in the profile.
 * @param size     (out, nullable) bytes.
 * @return borrowed until the next evaluation, NUL-terminated; "" where it is of another type or not
 *         there: ask cstm_outcome_state().
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_outcome_string(const cstm_outcome *outcome, cstm_part part,
                                         int32_t index, cstm_entity entity, size_t *size);

/**
 * Whether a value differs from what the evaluation before this one, into the same outcome, came to:
 * what a caller need look at again after an event or a day. A value that is there now and was missing
 * or an error, or the other way round, has changed; so has one error in the place of another. Missing
 * twice, or the same error twice, has not. Doubles are compared by their bits. Of a lifecycle the stage
 * and the day since when are compared. All that an entity shows has changed where the evaluation before
 * did not know the entity: at the first evaluation, after one of another customer, and where the entity
 * is new. Entities are told by their keys, not by their numbers. An evaluation that failed is none.
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE, CSTM_PART_LIFECYCLE or
 *                 CSTM_PART_SEGMENT.
 * @param index    from 0.
 * @param entity   whose it is, by its number in the profile.
 * @return 1 where it has changed, 0 where it has not; 0 for an entity of another kind, outside the
 *         lists, before the first evaluation, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_changed(const cstm_outcome *outcome, cstm_part part, int32_t index,
                                      cstm_entity entity);

/**
 * How many values of a part have changed, over all entities: those of which cstm_outcome_changed()
 * says 1.
 *
 * @param outcome  (borrowed, nullable)
 * @param part     CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE, CSTM_PART_LIFECYCLE or
 *                 CSTM_PART_SEGMENT.
 * @return how many; 0 for another part, before the first evaluation, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_changed_count(const cstm_outcome *outcome, cstm_part part);

/**
 * Whether an entity is in a segment. Why one is undecided says cstm_outcome_status().
 *
 * @param outcome  (borrowed, nullable)
 * @param segment  index of the segment.
 * @param entity   whose it is, by its number in the profile.
 * @return one of CSTM_VERDICT_*; CSTM_VERDICT_UNDECIDED for an entity of another kind, outside the
 *         list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_verdict cstm_outcome_verdict(const cstm_outcome *outcome, int32_t segment,
                                           cstm_entity entity);

/**
 * How many entities were evaluated; their numbers are those of the profile.
 *
 * @param outcome  (borrowed, nullable)
 * @return the count; 0 before the first evaluation, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_entity_count(const cstm_outcome *outcome);

/**
 * The stage at as_of. It is provisional: events of days that are not sealed may still change it.
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return index of the stage; -1 where the lifecycle has not begun or cannot be known
 *         (cstm_outcome_status()), for an entity of another kind, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_stage(const cstm_outcome *outcome, int32_t lifecycle,
                                    cstm_entity entity);

/**
 * The stage's name.
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return borrowed from the strategy; "" where cstm_outcome_stage() is -1.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_outcome_stage_name(const cstm_outcome *outcome, int32_t lifecycle,
                                             cstm_entity entity);

/**
 * The civil day on which the stage was entered.
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return days since 1970-01-01; INT32_MIN where there is no stage.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_stage_since(const cstm_outcome *outcome, int32_t lifecycle,
                                          cstm_entity entity);

/**
 * Days in the stage up to the day of as_of; a lower bound where cstm_outcome_stage_censored() is 1.
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return the days; -1 where there is no stage.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_stage_days(const cstm_outcome *outcome, int32_t lifecycle,
                                         cstm_entity entity);

/**
 * Whether the entity may have stood in this stage before it was observed (left-censored).
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return 1 or 0; 0 where there is no stage.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_stage_censored(const cstm_outcome *outcome, int32_t lifecycle,
                                             cstm_entity entity);

/**
 * The stage before.
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return index of the stage; -1 in the first stage, and where there is none.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_stage_from(const cstm_outcome *outcome, int32_t lifecycle,
                                         cstm_entity entity);

/**
 * The transition that led to the stage.
 *
 * @param outcome    (borrowed, nullable)
 * @param lifecycle  index of the lifecycle.
 * @param entity     whose it is.
 * @return its position in the document, from 0; -1 for the beginning, and where there is no stage.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_transition(const cstm_outcome *outcome, int32_t lifecycle,
                                         cstm_entity entity);

/**
 * How many reasons a score gives.
 *
 * @param outcome  (borrowed, nullable)
 * @param score    index of the score.
 * @param entity   whose it is.
 * @return the count; 0 where there is no score.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_outcome_reason_count(const cstm_outcome *outcome, int32_t score,
                                           cstm_entity entity);

/**
 * A reason code, the greatest loss of points first.
 *
 * @param outcome  (borrowed, nullable)
 * @param score    index of the score.
 * @param entity   whose it is.
 * @param index    from 0.
 * @return borrowed from the strategy; "" outside the list.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_outcome_reason_code(const cstm_outcome *outcome, int32_t score,
                                              cstm_entity entity, int32_t index);

/**
 * The points that a reason cost.
 *
 * @param outcome  (borrowed, nullable)
 * @param score    index of the score.
 * @param entity   whose it is.
 * @param index    from 0.
 * @return points; NaN outside the list.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_outcome_reason_points(const cstm_outcome *outcome, int32_t score,
                                           cstm_entity entity, int32_t index);

#ifdef __cplusplus
}
#endif

#endif
