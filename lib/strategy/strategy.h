/* A compiled strategy: what one document declares, bound into one graph. Immutable, counted by reference, shared by any number of
 * threads.
 *
 * The graph is a list of steps in an order in which everything is computed before it is read. Each step writes one slot, a column
 * over the rows of its entity. A row is one instance on one civil day: evaluating a customer needs one day for features and
 * scores and the days since the last sealed one for lifecycles; the batch needs every day on which something can change. Both run these steps. */
#ifndef STRATEGY_STRATEGY_H
#define STRATEGY_STRATEGY_H

#include <libcustomer/strategy.h>

#include "base/handle.h"
#include "base/calendar.h"
#include "behaviour/feature.h"
#include "lifecycle/machine.h"
#include "rule/mapping.h"
#include "rule/quantiles.h"
#include "rule/rates.h"
#include "score/scorer.h"
#include "segment/segment.h"

#include <stdatomic.h>

enum step_kind {
    STEP_TODAY,        /* the civil day of the row */
    STEP_ATTRIBUTE,    /* index: attribute */
    STEP_AGGREGATE,    /* index: feature over events */
    STEP_CHILDREN,     /* index: feature over child instances' slots */
    STEP_RULE,         /* index: feature */
    STEP_BROADCAST,    /* index: a slot of an ancestor entity, repeated on this entity's rows */
    STEP_MACHINE,      /* index: machine; writes its stage_slot (this step's) and days_slot */
    STEP_SCORE,        /* index: score; on the rows of as_of only */
    STEP_SEGMENT,      /* index: segment */
};

struct step {
    enum step_kind kind;
    int32_t entity;
    int32_t index;
    int32_t slot;
    bool for_history;  /* a machine reads it, directly or through others: needed on every stepped day */
    bool daily;        /* may change from day to day without any event; of a machine: its conditions may */
};

struct slot {
    char *name;
    int32_t entity;
    enum rule_kind kind;
};

struct score {
    char *name;
    int32_t entity;
    char *purpose;
    cstm_scorer *scorer;
    int32_t n_inputs;
    int32_t *input_slots;   /* per input of the scorer */
    int32_t slot;           /* RULE_DOUBLE */
};

/* Up to how many rows scratch_size_one serves: one customer with a handful of accounts and cards. */
#define STRATEGY_FEW_ROWS 16

struct cstm_strategy {
    struct handle handle;
    _Atomic int32_t references;
    char *name;
    char *version;
    char digest_text[65];        /* of the document's meaning: canonical form with zone data */
    struct digest digest;
    struct schema schema;
    struct calendar *calendar;   /* nullable */
    struct rates *rates;         /* nullable */
    struct quantiles **quantiles;
    int32_t n_quantiles;
    struct mapping **mappings;
    int32_t n_mappings;
    int32_t n_features;          /* n_declared of the document, then those of last.FIELD, which nothing shows */
    int32_t n_declared;
    struct feature *features;
    struct plan *plan;
    int32_t n_machines;
    struct machine *machines;
    char **machine_purposes;
    int32_t n_scores;
    struct score *scores;
    int32_t n_segments;
    struct segment *segments;
    char **attribute_names;      /* as callers know them: "limit", "card.opened_on" */
    int32_t n_slots;
    struct slot *slots;
    struct rule_scope **scopes;        /* per entity: what its rules see; slots are those of this strategy */
    struct rule_scope **event_scopes;  /* per event kind, NULL where no feature asks `where`: slots are fields */
    int32_t n_steps;
    struct step *steps;
    size_t scratch_size;         /* the greatest of any program for RULE_ROWS rows */
    size_t scratch_size_one;     /* and for few rows (up to 16) */
    struct error_list warnings;
};

/* The slot of a name as the rules of an entity see it ("limit", "delinquency.stage", "account.opened_on", "today"); -1 if there is
 * none, or nothing reads it there. */
int32_t strategy_slot(const cstm_strategy *strategy, int32_t entity, const char *name);
/* The step that writes a slot, -1 if none does. */
int32_t strategy_step_of(const cstm_strategy *strategy, int32_t slot);

#endif
