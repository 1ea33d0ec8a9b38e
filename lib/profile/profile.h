/* One customer as the library holds them: what is known (behaviour's history), where their machines
 * stood at the last sealed day (standing.h), and what another version of the strategy or the
 * library wrote and this one carries along unread. */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <libcustomer/profile.h>

#include "profile/standing.h"
#include "profile/value.h"

/* Bytes carried along unread, in canonical order, each once. */
struct carried {
    uint8_t *bytes; /* owned */
    size_t size;
    size_t key_size; /* what it is of: the first bytes; of two with one key the greater stays */
};
struct carried_list {
    int32_t n;
    size_t capacity;
    struct carried *items;
};
bool carried_add(struct carried_list *list, const uint8_t *bytes, size_t size, size_t key_size);
bool carried_reserve(struct carried_list *list, int32_t more);
/* Moves all of `from` into `list`, which has room for them. */
void carried_take(struct carried_list *list, struct carried_list *from);
bool carried_copy(struct carried_list *to, const struct carried_list *from);
void carried_clear(struct carried_list *list);

/* When an instance begins, put aside. */
struct beginning {
    int64_t time;
    int32_t day;
};

struct cstm_profile {
    struct handle handle;
    cstm_strategy *strategy;
    struct history history;
    struct standing standing;
    struct standing provisional; /* at the end of provisional_day, without logs and witnesses: see
                                    provisional.c */
    int32_t provisional_day;     /* NO_DAY: none */
    struct zone_cursor cursor;
    struct carried_list machines; /* states of machines that this strategy does not declare so */
    struct carried_list sections; /* of later releases */
    int64_t base_revision;        /* of the bytes that it was read from */
    bool changed;                 /* since */
    void *scratch;                /* for the plan's where rules */
    struct value *staged;         /* per attribute: a row buffer between reading and taking */
    bool *is_staged;
    struct attribute_entry *undo; /* what a row buffer's attributes were, until all of it is in */
    size_t undo_capacity;
    struct beginning
        *beginnings; /* likewise; one per entity of the strategy, which is as deep as it gets */
};

/* A profile without a history: profile_free_shell() or cstm_profile_free() once history is
 * initialised. */
struct cstm_profile *profile_new_shell(cstm_strategy *strategy);
void profile_free_shell(struct cstm_profile *profile);

/* Says that a fact was added: whatever was kept of days that may see it is forgotten. time: of an
 * event or attribute. */
#define PROFILE_ANY_TIME INT64_MIN
void profile_changed(struct cstm_profile *profile, int64_t time);
void provisional_forget(struct cstm_profile *profile);
/* Keeps where the machines stand at the end of `day`; without memory for it nothing is kept, and
 * nothing is wrong. */
void provisional_keep(struct cstm_profile *profile, int32_t day);
/* From where the machines are to be stepped on to `day`. */
const struct checkpoints *profile_checkpoints(const struct cstm_profile *profile, int32_t day);

/* The civil day of as_of, if the profile can be read at it: CSTM_ERROR_RANGE or CSTM_ERROR_PAST
 * otherwise. */
cstm_status profile_day(const struct cstm_profile *profile, int64_t as_of, int32_t *day,
                        cstm_error **error);

#endif
