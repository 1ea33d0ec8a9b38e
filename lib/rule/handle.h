/* What stands behind the public handles of this room. */
#ifndef RULE_HANDLE_H
#define RULE_HANDLE_H

#include "rule/rule.h"

#include "base/civil.h"
#include "base/handle.h"

#include <stdatomic.h>

struct cstm_scope {
    struct handle handle;
    struct rule_scope *names;
    struct zone *zone;
    int32_t n;                   /* declared: the next slot */
};

struct rule_input {
    char *name;
    enum rule_kind kind;
    cstm_type type;
    int32_t slot;
};

struct cstm_rule {
    struct handle handle;
    _Atomic int32_t references;
    struct rule_program *program;
    struct rule_input *inputs;
    int32_t n_inputs;
    int32_t n_slots;             /* the greatest slot that is read, and one */
    char currency[4];            /* "" none */
    struct zone *zone;
    cstm_error *warnings;        /* nullable: a chain */
};

cstm_type rule_type_of(enum rule_kind kind);   /* CSTM_TYPE_NONE for what no column holds */

#endif
