/* Where the machines of a profile stood at its last sealed day, and what the rules of their last
 * transitions read then: the events that could tell are sealed and gone, so the values are kept
 * with the state. */
#ifndef PROFILE_STANDING_H
#define PROFILE_STANDING_H

#include "profile/evaluate.h"

/* The values that a rule read, in canonical bytes: see witness.c. */
struct witness {
    size_t size;
    uint8_t bytes[];
};

struct standing {
    struct checkpoints checkpoints;
    struct witness **witnesses; /* [instance * n_machines + machine]; NULL: none */
};

/* Room for that many instances. False leaves all as it was. */
bool standing_room(struct standing *standing, const cstm_strategy *strategy, int32_t n_instances);
/* Grows to n_instances; in the new ones nothing has begun. */
bool standing_reserve(struct standing *standing, const cstm_strategy *strategy,
                      int32_t n_instances);
bool standing_copy(struct standing *to, const struct standing *from, const cstm_strategy *strategy,
                   const struct history *history);
void standing_clear(struct standing *standing, const cstm_strategy *strategy);
/* Nothing has begun, of one instance, or of all. */
void standing_forget_one(struct standing *standing, const cstm_strategy *strategy,
                         int32_t instance);
void standing_forget(struct standing *standing, const cstm_strategy *strategy);
/* The states of an instance of that entity, one per machine, made if they are not there: not begun,
 * and empty where the machine is of another entity. NULL on failure. */
struct machine_state *standing_make(struct standing *standing, const cstm_strategy *strategy,
                                    int32_t instance, int32_t entity);

/* NULL where the machine has not begun, and for instances that came after the last sealing. */
const struct machine_state *standing_state(const struct standing *standing, int32_t instance,
                                           int32_t machine);
/* The cell of a witness; the instance is one that standing_reserve() made. */
struct witness **standing_witness(const struct standing *standing, const cstm_strategy *strategy,
                                  int32_t instance, int32_t machine);

/* The slots that explain where a machine stands: those of the transition's rule, or of all initial
 * rules for the beginning (transition -1). In the order of their names, each once; slots has room
 * for all slots of the strategy. */
int32_t machine_slots_read(const cstm_strategy *strategy, const struct machine *machine,
                           int32_t transition, int32_t *slots);
/* The values of those slots for a row. columns is indexed by slot; a column without values counts
 * as missing. */
struct witness *witness_new(const cstm_strategy *strategy, const struct machine *machine,
                            int32_t transition, const struct rule_column *columns, int32_t row);
struct witness *witness_copy(const uint8_t *bytes, size_t size);
/* Whether the bytes are what witness_new() writes, for some strategy. */
bool witness_is_sound(const uint8_t *bytes, size_t size);
/* One value of a witness. */
struct witness_value {
    const char *name; /* borrowed from the witness; name_size bytes */
    size_t name_size;
    enum rule_kind kind;
    uint8_t state;
    union {
        uint8_t boolean;
        int64_t number;
        double real;
        struct rule_text text;
    } as;
};
void witness_open(const struct witness *witness, struct byte_reader *reader, int32_t *n);
bool witness_next(struct byte_reader *reader, struct witness_value *value);

#endif
