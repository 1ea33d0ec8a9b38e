/* One customer on one day, the last one: their machines stand at the end of the day before, or
 * begin on it. There is no history to walk then, and its rows and the final rows are the same. This
 * is what a profile that is advanced every day is asked, so it is short: one walk over the steps of
 * both, in their order. */
#include "profile/evaluation.h"

cstm_status
today_run(struct evaluation *evaluation, bool stand, cstm_error **error)
{
    const struct recipe *recipe = evaluation->recipe;
    const cstm_strategy *strategy = evaluation->strategy;
    struct frame *frame = &evaluation->frames[PASS_FINAL];
    int32_t until = (int32_t) evaluation->n_units;
    evaluation->pass = PASS_FINAL;
    evaluation->n_extra = 0;
    cstm_status status =
        frame_prepare(evaluation, PASS_FINAL, recipe->reads_today, 0, until, error);
    for (int32_t i = 0; status == CSTM_OK && i < recipe->n_today; i++) {
        const struct step *step = &strategy->steps[recipe->today[i]];
        if (frame->rows[step->entity] == 0)
            continue;
        if (step->kind == STEP_AGGREGATE) {
            feature_read_at(strategy->plan, step->index, frame->behaviour[step->entity],
                            frame->rows[step->entity], &frame->columns[step->slot]);
        } else if (step->kind != STEP_MACHINE) {
            status = step_run(evaluation, PASS_FINAL, step, 0, until, error);
        } else {
            status = stand ? machine_step(evaluation, step->index, error)
                           : machine_run(evaluation, step->index, 0, until, evaluation->day, error);
            machine_final(evaluation, step->index);
        }
    }
    return status;
}
