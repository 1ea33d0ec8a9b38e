/* A small bank for the tests of profiles: one strategy with two accounts' worth of everything, and
 * verbs that read like what happens to a customer. Everything goes through the public interface,
 * and whatever is not tested must succeed. */
#ifndef TESTS_PROFILE_BANK_H
#define TESTS_PROFILE_BANK_H

#include <libcustomer.h>

#include <check.h>
#include <stdint.h>

extern const char bank_document[];

cstm_strategy *
bank_compile(const char *document); /* prints every error of a document that does not compile */
cstm_strategy *bank_new(void);      /* bank_document */
/* bank_document with texts replaced: pairs, ended by NULL. */
cstm_strategy *bank_with(const char *const *changes);

int64_t bank_at(const cstm_strategy *bank,
                const char *time); /* "2005-09-30" is the first instant of the day */
int64_t bank_end_of(const cstm_strategy *bank, const char *day);
int32_t bank_day(const char *date);
int32_t bank_find(const cstm_strategy *bank, cstm_part part, const char *name);

cstm_profile *customer_new(cstm_strategy *bank, const char *key);
cstm_entity customer_entity(cstm_profile *customer, const cstm_strategy *bank, const char *kind,
                            cstm_entity parent, const char *key);
/* An event with up to two fields, by their names in the order of the kind; id may be NULL. */
cstm_event *event_of(cstm_strategy *bank, const char *kind, cstm_entity entity, const char *id,
                     const char *time);
void event_money(const cstm_strategy *bank, cstm_event *event, const char *field, int64_t minor);
void event_int(const cstm_strategy *bank, cstm_event *event, const char *field, int64_t value);
void event_text(const cstm_strategy *bank, cstm_event *event, const char *field, const char *text);
/* Records and frees; the status of recording. */
cstm_status record(cstm_profile *customer, cstm_event *event);

cstm_status statement(cstm_profile *customer, cstm_strategy *bank, cstm_entity account,
                      const char *id, const char *time, int64_t balance, int64_t status);
cstm_status repayment(cstm_profile *customer, cstm_strategy *bank, cstm_entity account,
                      const char *id, const char *time, int64_t amount);
cstm_status purchase(cstm_profile *customer, cstm_strategy *bank, cstm_entity card, const char *id,
                     const char *time, int64_t amount, const char *place);

/* States that events of the kind have been observed since the day. */
void observe(cstm_profile *customer, const cstm_strategy *bank, const char *kind, const char *day);
void advance_to(cstm_profile *customer, const cstm_strategy *bank, const char *day);
/* A new outcome as of the end of the day. */
cstm_outcome *outcome_on(const cstm_profile *customer, cstm_strategy *bank, const char *day);
int64_t feature_int(const cstm_outcome *outcome, const cstm_strategy *bank, const char *feature,
                    cstm_entity entity);
cstm_status feature_status(const cstm_outcome *outcome, const cstm_strategy *bank,
                           const char *feature, cstm_entity entity);
const char *stage_of(const cstm_outcome *outcome, const cstm_strategy *bank, const char *lifecycle,
                     cstm_entity entity);

cstm_buffer *bytes_of(const cstm_profile *customer);
void assert_same_bytes(const cstm_profile *a, const cstm_profile *b);
cstm_profile *restored(cstm_strategy *bank, const cstm_profile *customer);

/* Two cards, one account each: a year and a half with every kind of event, as a list that can be
 * recorded in any order and split. */
int32_t story_length(void);
cstm_status story_record(cstm_profile *customer, cstm_strategy *bank, int32_t i);

int run_suite(Suite *suite);

#endif
