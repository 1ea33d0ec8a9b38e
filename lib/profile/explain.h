/* An explanation on its way: the evaluation it is taken from, and the lines so far. */
#ifndef PROFILE_EXPLAIN_H
#define PROFILE_EXPLAIN_H

#include "profile/profile.h"
#include "rule/explanation.h"

struct explaining {
    const struct cstm_profile *profile;
    const cstm_strategy *strategy;
    struct evaluation *evaluation;
    struct rule_column *columns; /* per slot, of the day that was evaluated last */
    cstm_explanation *explanation;
    int32_t day; /* of as_of */
    int32_t instance;
    int32_t row; /* of the instance, within its entity */
    int32_t subject; /* the instance whose rows the rules are explained for: itself, or a child */
};

/* Evaluates everything as it was at the end of a day, and points the columns to it. */
cstm_status explain_evaluate(struct explaining *explaining, int32_t day, cstm_error **error);

/* A line with a value of a column, printed; only a state where there is none. */
cstm_status explain_value(struct explaining *explaining, const char *text,
                          const struct rule_column *column, int32_t row, int32_t depth,
                          cstm_error **error);
cstm_status explain_text(struct explaining *explaining, const char *text, const char *value,
                         int32_t depth, cstm_error **error);
cstm_status explain_number(struct explaining *explaining, const char *text, double value,
                           int32_t depth, bool decisive, cstm_error **error);
cstm_status explain_day(struct explaining *explaining, const char *text, int32_t day, int32_t depth,
                        cstm_error **error);
cstm_status explain_count(struct explaining *explaining, const char *text, int64_t n,
                          const char *unit, int32_t depth, cstm_error **error);
/* The operands of a rule for a row of columns. met (nullable): whether the whole of it is true. */
cstm_status explain_rule(struct explaining *explaining, const struct rule_program *program,
                         const struct rule_column *columns, int32_t row, int32_t depth, bool *met,
                         cstm_error **error);

/* explain_lifecycle.c, explain_feature.c */
cstm_status explain_lifecycle(struct explaining *explaining, int32_t machine, cstm_error **error);
cstm_status explain_feature(struct explaining *explaining, int32_t feature, cstm_error **error);
/* segments.c */
cstm_status explain_segment(struct explaining *explaining, int32_t segment, cstm_error **error);

#endif
