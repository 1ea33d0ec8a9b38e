/* One customer under a strategy: what is known of them, and what follows from it. Apache-2.0.
 *
 * A profile is a value: the customer with their accounts, cards and other entities, dated attributes and events. Recording,
 * setting and advancing change it; evaluating and explaining only read. It serialises to canonical bytes that are kept wherever
 * one likes; halves of a history merge to the same bytes in any order.
 *
 * Days are civil days in the strategy's zone. advance() seals the days before day(as_of) - late: their events are summed into
 * tiles, and what no feature needs is dropped. An event or attribute of a sealed day is refused with CSTM_ERROR_LATE.
 */
#ifndef LIBCUSTOMER_PROFILE_H
#define LIBCUSTOMER_PROFILE_H

#include <libcustomer/base.h>
#include <libcustomer/event.h>
#include <libcustomer/outcome.h>
#include <libcustomer/rule.h>
#include <libcustomer/strategy.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_profile cstm_profile;
typedef struct cstm_migration cstm_migration;

/* An instant for attributes that have no date: as if they had always been so. It opens no history. */
#define CSTM_ALWAYS (-62135596800000000)

/* What became of a part of a profile under another strategy. */
typedef int32_t cstm_fate;
#define CSTM_FATE_KEPT 1
#define CSTM_FATE_WARMING 2   /* missing until enough has been observed again */
#define CSTM_FATE_DROPPED 3   /* not declared any more; carried in the bytes unread */


/**
 * An empty profile of one customer.
 *
 * @param strategy  (borrowed) the profile holds a reference of its own.
 * @param key       (borrowed) how the bank calls the customer: 1 to 65,535 bytes of UTF-8 without
 *                  NUL.
 * @param size      bytes of key.
 * @param profile   (out, owned)
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_SYNTAX for a key that is not UTF-8; CSTM_ERROR_LIMIT for an empty or
 *         longer one; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_new(cstm_strategy *strategy, const char *key, size_t size,
                                      cstm_profile **profile, cstm_error **error);

/**
 * Frees a profile.
 *
 * @param profile  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_profile_free(cstm_profile *profile);

/**
 * The customer's key.
 *
 * @param profile  (borrowed, nullable)
 * @param size     (out, nullable) bytes.
 * @return borrowed from the profile, NUL-terminated; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_profile_key(const cstm_profile *profile, size_t *size);

/**
 * The revision for compare-and-set: that of the bytes it was read from, and one more once anything
 * has changed since. A new profile begins at 0.
 *
 * @param profile  (borrowed, nullable)
 * @return the revision; -1 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_profile_revision(const cstm_profile *profile);

/**
 * The last sealed civil day.
 *
 * @param profile  (borrowed, nullable)
 * @return days since 1970-01-01; INT32_MIN while nothing is sealed, and for NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_profile_sealed_day(const cstm_profile *profile);

/**
 * The account, card or other entity with that key, made if the profile does not know it.
 *
 * @param profile  (borrowed) the customer.
 * @param kind     index of the entity in the strategy.
 * @param parent   what it belongs to: an entity of the kind that the strategy says.
 * @param key      (borrowed) 1 to 65,535 bytes of UTF-8 without NUL.
 * @param size     bytes of key.
 * @param entity   (out) its number in this profile.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH if the key is known under another parent; CSTM_ERROR_SYNTAX,
 *         CSTM_ERROR_LIMIT for the key; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_entity(cstm_profile *profile, int32_t kind, cstm_entity parent,
                                         const char *key, size_t size, cstm_entity *entity,
                                         cstm_error **error);

/**
 * How many entities the profile has, the customer included.
 *
 * @param profile  (borrowed, nullable)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_profile_entity_count(const cstm_profile *profile);

/**
 * What an entity is.
 *
 * @param profile  (borrowed, nullable)
 * @param entity   its number.
 * @return index of the entity in the strategy; -1 outside the profile, and for NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_profile_entity_kind(const cstm_profile *profile, cstm_entity entity);

/**
 * What an entity belongs to.
 *
 * @param profile  (borrowed, nullable)
 * @param entity   its number.
 * @return the parent's number; -1 for the customer, outside the profile, and for NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_entity cstm_profile_entity_parent(const cstm_profile *profile, cstm_entity entity);

/**
 * The key of an entity.
 *
 * @param profile  (borrowed, nullable)
 * @param entity   its number.
 * @param size     (out, nullable) bytes.
 * @return borrowed until the profile changes, NUL-terminated; "" outside the profile, and for NULL
 *         or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_profile_entity_key(const cstm_profile *profile, cstm_entity entity,
                                             size_t *size);

/**
 * Sets an attribute of type bool from an instant on. What was set before stays for the time before.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param value      0 or 1.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_bool(cstm_profile *profile, cstm_entity entity,
                                           int32_t attribute, int32_t value, int64_t at,
                                           const char *id, size_t id_size, cstm_error **error);

/**
 * Sets an attribute of type int from an instant on.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param value      any.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_int64(cstm_profile *profile, cstm_entity entity,
                                            int32_t attribute, int64_t value, int64_t at,
                                            const char *id, size_t id_size, cstm_error **error);

/**
 * Sets an attribute of type double from an instant on.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param value      finite.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_double(cstm_profile *profile, cstm_entity entity,
                                             int32_t attribute, double value, int64_t at,
                                             const char *id, size_t id_size, cstm_error **error);

/**
 * Sets an attribute of type string from an instant on.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param text       (borrowed) UTF-8 without NUL.
 * @param size       bytes of text.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_string(cstm_profile *profile, cstm_entity entity,
                                             int32_t attribute, const char *text, size_t size,
                                             int64_t at, const char *id, size_t id_size,
                                             cstm_error **error);

/**
 * Sets an attribute of type date from an instant on; opened_on and closed_on are of this type. An
 * opening that is set at CSTM_ALWAYS was known from the start, so the entity begins with its day; one
 * with an instant is known from then on, and no day before sees it.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param value      days since 1970-01-01.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_date(cstm_profile *profile, cstm_entity entity,
                                           int32_t attribute, int32_t value, int64_t at,
                                           const char *id, size_t id_size, cstm_error **error);

/**
 * Sets an attribute of type timestamp from an instant on.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param value      microseconds since the epoch.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_timestamp(cstm_profile *profile, cstm_entity entity,
                                                int32_t attribute, int64_t value, int64_t at,
                                                const char *id, size_t id_size,
                                                cstm_error **error);

/**
 * Sets an attribute of type money from an instant on.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param value      minor units of the strategy's currency.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_money(cstm_profile *profile, cstm_entity entity,
                                            int32_t attribute, int64_t value, int64_t at,
                                            const char *id, size_t id_size, cstm_error **error);

/**
 * Says that an attribute is not known from an instant on.
 *
 * @param profile    (borrowed) the customer.
 * @param entity     whose attribute it is.
 * @param attribute  index of the attribute.
 * @param at         since when it is so: microseconds since the epoch, or CSTM_ALWAYS.
 * @param id         (borrowed, nullable) names the setting, so that a redelivery is known.
 * @param id_size    bytes of id.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_RANGE for an
 *         instant outside the years 1 to 9999 or a value outside its type's range;
 *         CSTM_ERROR_UNKNOWN for a text outside the declared values; CSTM_ERROR_SYNTAX for text
 *         that is not UTF-8; CSTM_ERROR_LIMIT for an id beyond 65,535 bytes;
 *         CSTM_ERROR_NOT_FINITE; CSTM_ERROR_TYPE for an attribute of another type;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_missing(cstm_profile *profile, cstm_entity entity,
                                              int32_t attribute, int64_t at, const char *id,
                                              size_t id_size, cstm_error **error);

/**
 * Sets several attributes of one entity at once: all of them or none.
 *
 * @param profile  (borrowed) the customer.
 * @param entity   whose attributes they are.
 * @param row      (borrowed) a row buffer over attribute indices.
 * @param size     bytes of row.
 * @param at       as cstm_profile_set_int64().
 * @param id       (borrowed, nullable) as cstm_profile_set_int64().
 * @param id_size  bytes of id.
 * @param error    (owned by caller, nullable)
 * @return as cstm_profile_set_int64(); CSTM_ERROR_SYNTAX also for a text that does not read as its
 *         type; CSTM_ERROR_CORRUPT for a malformed row.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_set_row(cstm_profile *profile, cstm_entity entity,
                                          const uint8_t *row, size_t size, int64_t at,
                                          const char *id, size_t id_size, cstm_error **error);

/**
 * Says from when on events of a kind have been observed for this customer; the earliest statement
 * holds. A window that reaches further back is missing, not 0, unless the entity opened inside it.
 * Without a statement, the strategy's observed_from holds, and without that the customer is
 * observed from the first thing that is known of them.
 *
 * @param profile  (borrowed) the customer.
 * @param kind     index of the event kind.
 * @param from     microseconds since the epoch.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_MISMATCH for a kind that is made of others;
 *         CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_observe(cstm_profile *profile, int32_t kind, int64_t from,
                                          cstm_error **error);

/**
 * Says that a source has delivered an accounting day (会计日) again: only events of that delivery count,
 * or of a greater one. An event that carries the number says the same; for customers of whom the day
 * file has no event any more this does.
 *
 * @param profile  (borrowed) the customer.
 * @param source   index of the source.
 * @param day      the accounting day, days since 1970-01-01.
 * @param number   of the delivery, from 1; a lesser one than is known changes nothing.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_LATE if the day is sealed, or an event of it: nothing is changed;
 *         CSTM_ERROR_RANGE; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_replace_day(cstm_profile *profile, int32_t source, int32_t day,
                                              int64_t number, cstm_error **error);

/**
 * How many amendments of a kind (`cancels`, `reduces`) found nothing to amend, or not as much as they
 * would take, as known on the day of as_of: none is dropped in silence.
 *
 * @param profile  (borrowed) the customer.
 * @param kind     index of the event kind; 0 is the count of one that amends nothing.
 * @param as_of    microseconds since the epoch. Not in a sealed day.
 * @param count    (out)
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_PAST; CSTM_ERROR_RANGE; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread the profile may be read by several threads
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_unmatched(const cstm_profile *profile, int32_t kind,
                                            int64_t as_of, int64_t *count, cstm_error **error);

/**
 * Records an event. Events may come in any order; the state is the same.
 *
 * @param profile  (borrowed) the customer.
 * @param event    (borrowed) of the same strategy, with a time.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK, also for a redelivery; CSTM_ERROR_LATE for a sealed day; CSTM_ERROR_MISSING
 *         without a time; CSTM_ERROR_MISMATCH for an event of another strategy or an entity of
 *         another kind; what the rule of a computed field ends in (CSTM_ERROR_RANGE and the other
 *         errors of rules), CSTM_ERROR_UNKNOWN where it gives a value that the field does not
 *         declare: the error names the field; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_record(cstm_profile *profile, const cstm_event *event,
                                         cstm_error **error);

/**
 * Seals the civil days before day(as_of) - late: lifecycles step over them, their events go into
 * tiles, and what no feature needs is dropped. Advancing to a day that is sealed already changes
 * nothing.
 *
 * @param profile  (borrowed) the customer.
 * @param as_of    microseconds since the epoch.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_advance(cstm_profile *profile, int64_t as_of, cstm_error **error);

/**
 * Evaluates every feature, stage, score and segment of the customer and of all their entities.
 *
 * The outcome is reused: after its first use with a profile of this shape, evaluating allocates
 * nothing.
 *
 * @param profile  (borrowed) the customer.
 * @param as_of    microseconds since the epoch; not in a sealed day.
 * @param outcome  (borrowed) of the same strategy; receives the results, unchanged on failure.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_PAST if as_of lies in a sealed day or before a later event of its own
 *         day; CSTM_ERROR_MISMATCH for an outcome of another strategy; CSTM_ERROR_RANGE;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE. A feature that cannot be computed is an error of
 *         that feature, asked for with cstm_outcome_state(), not of the call.
 * @thread exclusive on outcome; the profile may be read by several threads
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_evaluate(const cstm_profile *profile, int64_t as_of,
                                           cstm_outcome *outcome, cstm_error **error);

/**
 * Why a value is what it is. Of a lifecycle: the transition that led to the stage, its day, its
 * rule with the value of every operand. Of a score: base, and per characteristic the value, the
 * bin, its points and the points lost. Of a feature: its rule's operands or its window. Of a
 * segment: its rule's operands.
 *
 * @param profile      (borrowed) the customer.
 * @param as_of        as cstm_profile_evaluate().
 * @param part         CSTM_PART_FEATURE, CSTM_PART_LIFECYCLE, CSTM_PART_SCORE or
 *                     CSTM_PART_SEGMENT.
 * @param index        from 0.
 * @param entity       whose it is.
 * @param explanation  (out, owned) free with cstm_explanation_free().
 * @param error        (owned by caller, nullable)
 * @return as cstm_profile_evaluate(); CSTM_ERROR_MISUSE also for an entity of another kind.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_explain(const cstm_profile *profile, int64_t as_of,
                                          cstm_part part, int32_t index, cstm_entity entity,
                                          cstm_explanation **explanation, cstm_error **error);

/**
 * What would have to be otherwise for a segment, or a feature whose rule is true or false, to come out otherwise, or for a lifecycle to
 * go on: the nearest change to what the rule reads, as cstm_rule_nearest() has it. What it reads may be attributes, features, stages or
 * other segments. Of a lifecycle, the transitions out of the stage of that day whose rules are not met are tried; the one that needs the
 * fewest changes is given, of equals the first of the document: see cstm_nearest_transition(). How long its rule must hold and how long
 * the stage must last (`for`, `stay`) is not looked at.
 *
 * @param profile  (borrowed) the customer.
 * @param as_of    as cstm_profile_evaluate().
 * @param part     CSTM_PART_FEATURE, CSTM_PART_LIFECYCLE or CSTM_PART_SEGMENT.
 * @param index    from 0.
 * @param entity   whose it is.
 * @param nearest  (out, owned) free with cstm_nearest_free().
 * @param error    (owned by caller, nullable)
 * @return as cstm_profile_evaluate(); CSTM_ERROR_TYPE for a feature that has no rule, or one that is not a bool; CSTM_ERROR_MISSING for
 *         a lifecycle without a stage on that day, or where no transition whose rule is not met leads out of it;
 *         CSTM_ERROR_SEALED_APART as the stage; CSTM_ERROR_MISUSE also for an entity of another kind.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_nearest(const cstm_profile *profile, int64_t as_of,
                                          cstm_part part, int32_t index, cstm_entity entity,
                                          cstm_nearest **nearest, cstm_error **error);

/**
 * Serialises a profile: canonical, versioned, checksummed bytes, the same for the same facts in
 * whatever order they came.
 *
 * @param profile  (borrowed) the customer.
 * @param buffer   (out, owned)
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_write(const cstm_profile *profile, cstm_buffer **buffer,
                                        cstm_error **error);

/**
 * How large a profile is in bytes, by what it keeps and by feature: a table of `part`, `feature`, `bytes`
 * and `own`. Its first rows are totals: "total" (what cstm_profile_write() gives), "tiles" (sums by
 * day), "events" (single events of sealed days), "sketches" (those that only count different values,
 * and the buckets of quantiles), "open" (events of days that are not sealed), "attributes", and "other"
 * (definitions, keys, stages). Then each feature as "feature", with the bytes of the tiles, events and
 * sketches of sealed days that it reads, and in `own` of those that no other feature reads: what would
 * go without it. Units that several features read count for each of them.
 *
 * @param profile  (borrowed) the customer.
 * @param table    (out, owned) free with cstm_table_free().
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_footprint(const cstm_profile *profile, cstm_table **table,
                                            cstm_error **error);

/**
 * What each feature of a strategy makes its profiles keep: a table of `feature`, `event` (the kind that
 * it reads), `tiles` (whether sums by day are kept for it), `single` (which single events or other parts
 * are: "the last events", "the first event", "the first event of each day", "every event", "an event of
 * each value", "buckets"; missing where there are none), `over` and `unit` (its window: "days",
 * "months", "cycles", "events" or "all"), `before` (how much earlier the window ended) and `by` (the
 * field by whose values it is kept apart). Of features that are rules or read children all but the name
 * is missing: they keep nothing of their own.
 *
 * @param strategy  (borrowed)
 * @param table     (out, owned) free with cstm_table_free(); a row a feature, in the order of the
 *                  document.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_strategy_footprint(cstm_strategy *strategy, cstm_table **table,
                                             cstm_error **error);

/**
 * Restores a profile from its bytes. Bytes of another version of the strategy are taken over: what
 * has the same definition is kept, what can be fed again is warming, and what is not declared any
 * more is carried along unread.
 *
 * @param strategy   (borrowed) the profile holds a reference of its own.
 * @param bytes      (borrowed)
 * @param size       bytes.
 * @param profile    (out, owned)
 * @param migration  (out, owned, nullable) what became of each part; free with
 *                   cstm_migration_free().
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_CORRUPT; CSTM_ERROR_VERSION for a newer format; CSTM_ERROR_MISMATCH
 *         for bytes under another currency or zone; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_read(cstm_strategy *strategy, const uint8_t *bytes, size_t size,
                                       cstm_profile **profile, cstm_migration **migration,
                                       cstm_error **error);

/**
 * Adds another half of the same customer's history. Halves may overlap in events with ids that are
 * not sealed yet; sealed days are added, so they must not. Merging commutes and associates to the
 * byte. Where both halves are sealed, or one knows of days that the other has sealed without it,
 * lifecycles cannot be known without the history: their stages are CSTM_ERROR_SEALED_APART,
 * everything else is right.
 *
 * @param profile  (borrowed) the customer.
 * @param other    (borrowed) of the same strategy and key; not changed.
 * @param error    (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH for another strategy or key; CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE.
 * @thread exclusive on profile, shared on other
 * @since 0.1
 */
CSTM_API cstm_status cstm_profile_merge(cstm_profile *profile, const cstm_profile *other,
                                        cstm_error **error);

/**
 * How many parts a migration speaks of: attributes, event kinds, features and lifecycles of both
 * strategies.
 *
 * @param migration  (borrowed, nullable)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_migration_count(const cstm_migration *migration);

/**
 * The name of a part.
 *
 * @param migration  (borrowed, nullable)
 * @param index      from 0.
 * @return borrowed; "" outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_migration_name(const cstm_migration *migration, int32_t index);

/**
 * What became of a part.
 *
 * @param migration  (borrowed, nullable)
 * @param index      from 0.
 * @return one of CSTM_FATE_*; 0 outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_fate cstm_migration_fate(const cstm_migration *migration, int32_t index);

/**
 * From which civil day on a warming part has values again.
 *
 * @param migration  (borrowed, nullable)
 * @param index      from 0.
 * @return days since 1970-01-01; INT32_MIN for parts that are not warming or never complete,
 *         outside the list, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_migration_complete_day(const cstm_migration *migration, int32_t index);

/**
 * Frees a migration report.
 *
 * @param migration  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_migration_free(cstm_migration *migration);

#ifdef __cplusplus
}
#endif

#endif
