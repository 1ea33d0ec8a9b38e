/* The one evaluation: the steps of a strategy run over rows. A row is one instance on one civil
 * day; a block is some customers, each with the days that matter. One customer at one instant is a
 * block of one. The profile and the batch both stand on this, so what they say is the same bit for
 * bit.
 *
 * Two passes. History rows: for each customer the days after the machines' checkpoints on which
 * something can change (every day where a machine is daily), only the steps that machines read;
 * then each machine folds its days. Final rows: every instance at the last day, all steps; what the
 * history rows of the last day hold already is copied. Read next: evaluation.h, which is the
 * inside. */
#ifndef PROFILE_EVALUATE_H
#define PROFILE_EVALUATE_H

#include <libcustomer/batch.h>

#include "behaviour/history.h"
#include "strategy/strategy.h"

/* Beside CSTM_RUN_FEATURES, _LIFECYCLES, _SCORES and _SEGMENTS: the columns of all that is read on the way,
 * attributes among them: what explanations show. */
#define EVALUATE_OPERANDS 16
#define EVALUATE_ALL (CSTM_RUN_ALL | EVALUATE_OPERANDS)

/* Machine states of a customer as advance() left them: per instance an array of one state per
 * machine. NULL, an instance beyond n_instances and a state whose day is NO_DAY: not begun. A
 * profile owns one; the batch passes none. */
struct checkpoints {
    int32_t n_instances, capacity;
    struct machine_state **states; /* per instance: n_machines states, day NO_DAY where not begun;
                                      NULL: none has begun */
};

struct evaluation; /* a workspace: grows to the largest block it has seen, then allocates nothing */
cstm_status evaluation_new(const cstm_strategy *strategy, struct evaluation **evaluation,
                           cstm_error **error);
void evaluation_free(struct evaluation *evaluation);

/* Empties the block; histories and checkpoints that are added are borrowed until the next reset. */
void evaluation_reset(struct evaluation *evaluation);
cstm_status evaluation_add(struct evaluation *evaluation, const struct history *history,
                           const struct checkpoints *checkpoints /* nullable */,
                           cstm_error **error);

/* Runs the block up to `day`. parts: CSTM_RUN_* and EVALUATE_OPERANDS (lifecycles are run where a
 * wanted part reads them). final: whether the final rows are computed (advance needs only the
 * machines). On failure nothing can be read. */
cstm_status evaluation_run(struct evaluation *evaluation, int32_t day, int32_t parts, bool final,
                           cstm_error **error);

/* After a run. Rows of an entity are in the order of customers, then of instances in their history.
 */
int32_t evaluation_rows(const struct evaluation *evaluation, int32_t entity);
int32_t evaluation_row(const struct evaluation *evaluation, int32_t customer,
                       int32_t instance); /* within its entity; -1 */
const struct rule_column *evaluation_slot(const struct evaluation *evaluation,
                                          int32_t slot); /* final rows; NULL if not computed */
/* The columns of a run that succeeded, by slot: for slots that are known to be computed. */
const struct rule_column *evaluation_columns(const struct evaluation *evaluation);
const struct scorer_output *evaluation_score(const struct evaluation *evaluation,
                                             int32_t score); /* NULL if not computed */
/* The state of a machine for a row of its entity; without a log (see evaluation_log). day NO_DAY:
 * not begun. NULL if not computed. */
const struct machine_state *evaluation_machine(const struct evaluation *evaluation, int32_t machine,
                                               int32_t row);
/* Transitions (and beginnings) fired since the checkpoint for a row, ascending by day. */
int32_t evaluation_log(const struct evaluation *evaluation, int32_t machine, int32_t row,
                       const struct machine_log **log);

#endif
