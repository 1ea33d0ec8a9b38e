/* An event on its way into a profile: filled in field by field or by one row buffer, then recorded. Apache-2.0. */
#ifndef LIBCUSTOMER_EVENT_H
#define LIBCUSTOMER_EVENT_H

#include <libcustomer/base.h>
#include <libcustomer/strategy.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_event cstm_event;

/* An entity of one profile: 0 is the customer, others are numbered as they were first named. */
typedef int32_t cstm_entity;
#define CSTM_ENTITY_CUSTOMER 0

/* Row buffers: many fields in one call. A row is a sequence of entries, little-endian, without
 * padding: uint16 index of the field or attribute; uint8 form; then by form: */
#define CSTM_ROW_MISSING 0    /* nothing */
#define CSTM_ROW_INT64 1      /* int64: bool 0 or 1, int, date as days, timestamp as microseconds,
                               * money as minor units */
#define CSTM_ROW_DOUBLE 2     /* 8 bytes IEEE 754; for fields of type double */
#define CSTM_ROW_TEXT 3       /* uint32 size and UTF-8: a string as it is, any other type as it is
                               * written in a document */

/**
 * An event to fill in and record, any number of times: refilling and recording allocates nothing
 * but what the profile grows by.
 *
 * @param strategy  (borrowed) the event holds a reference of its own.
 * @param kind      index of the event kind.
 * @param event     (out, owned)
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH for a kind that is made of others; CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_new(cstm_strategy *strategy, int32_t kind, cstm_event **event,
                                    cstm_error **error);

/**
 * Frees an event.
 *
 * @param event  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_event_free(cstm_event *event);

/**
 * Empties an event: no entity (the customer), no id, no time, every field missing.
 *
 * @param event  (borrowed)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_clear(cstm_event *event, cstm_error **error);

/**
 * Says on which entity of the profile it happened.
 *
 * @param event   (borrowed)
 * @param entity  the number in the profile that it will be recorded in; checked there.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_entity(cstm_event *event, cstm_entity entity,
                                           cstm_error **error);

/**
 * Names the event: the same id of the same kind and entity on the same civil day is a redelivery
 * and counts once.
 *
 * @param event  (borrowed)
 * @param id     (borrowed, nullable) up to 65,535 bytes of UTF-8 without NUL; copied. NULL: no id.
 * @param size   bytes of id.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_SYNTAX; CSTM_ERROR_LIMIT; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_id(cstm_event *event, const char *id, size_t size,
                                       cstm_error **error);

/**
 * Says which delivery of its source's accounting day (会计日) brings it: of one source and accounting day
 * only the greatest number counts, and events of lesser ones vanish or are not taken in, whatever came
 * first.
 *
 * @param event   (borrowed) of a kind that has a `source:`.
 * @param number  from 1; 0: none, which every other replaces.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE for a negative number; CSTM_ERROR_TYPE for a kind without a source;
 *         CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_delivery(cstm_event *event, int64_t number, cstm_error **error);

/**
 * Says when it happened.
 *
 * @param event  (borrowed)
 * @param time   microseconds since the epoch.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_RANGE outside the years 1 to 9999; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_time(cstm_event *event, int64_t time, cstm_error **error);

/**
 * Sets a field of type bool.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param value  0 or 1.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_bool(cstm_event *event, int32_t field, int32_t value,
                                         cstm_error **error);

/**
 * Sets a field of type int.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param value  any.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_int64(cstm_event *event, int32_t field, int64_t value,
                                          cstm_error **error);

/**
 * Sets a field of type double.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param value  finite.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_double(cstm_event *event, int32_t field, double value,
                                           cstm_error **error);

/**
 * Sets a field of type string.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param text   (borrowed) UTF-8 without NUL; copied.
 * @param size   bytes of text.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_string(cstm_event *event, int32_t field, const char *text,
                                           size_t size, cstm_error **error);

/**
 * Sets a field of type date.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param value  days since 1970-01-01.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_date(cstm_event *event, int32_t field, int32_t value,
                                         cstm_error **error);

/**
 * Sets a field of type timestamp.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param value  microseconds since the epoch.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_timestamp(cstm_event *event, int32_t field, int64_t value,
                                              cstm_error **error);

/**
 * Sets a field of type money.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param value  minor units of the strategy's currency.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_money(cstm_event *event, int32_t field, int64_t value,
                                          cstm_error **error);

/**
 * Makes a field missing.
 *
 * @param event  (borrowed)
 * @param field  index of the field.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_missing(cstm_event *event, int32_t field, cstm_error **error);

/**
 * Sets several fields at once: all of them or none.
 *
 * @param event  (borrowed)
 * @param row    (borrowed) a row buffer over field indices.
 * @param size   bytes of row.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a field of another type; CSTM_ERROR_RANGE,
 *         CSTM_ERROR_UNKNOWN, CSTM_ERROR_SYNTAX, CSTM_ERROR_NOT_FINITE for the value;
 *         CSTM_ERROR_CORRUPT for a malformed row; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for a field that
 *         the strategy computes.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_event_set_row(cstm_event *event, const uint8_t *row, size_t size,
                                        cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
