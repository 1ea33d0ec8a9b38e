/* The handle behind cstm_explanation: lines that a rule's explanation gives, and labels that the rooms above put around
 * them (a transition's name over its condition). */
#ifndef RULE_EXPLANATION_H
#define RULE_EXPLANATION_H

#include "rule/rule.h"

#include "base/handle.h"

struct explanation_line {
    char *text;
    char *value;
    int32_t status;              /* 0 value, else a cstm_status; -1 not evaluated, or a label */
    int32_t depth;
    bool decisive;
};

struct cstm_explanation {
    struct handle handle;
    int32_t n;
    size_t capacity;
    struct explanation_line *lines;
};

cstm_explanation *explanation_new(void);   /* empty; NULL on failure */
/* Adds one line; text and value are copied (value nullable: ""). False where memory failed: nothing was added. */
bool explanation_add_line(cstm_explanation *explanation, const char *text, const char *value, int32_t status, int32_t depth, bool decisive);
bool explanation_add_label(cstm_explanation *explanation, const char *text, int32_t depth);
/* Adds one node, or every node, of a rule's explanation, `depth` deeper than it stands there. False where memory failed: some lines may
 * have been added. */
bool explanation_add_node(cstm_explanation *explanation, const struct rule_program *program,
                          const struct rule_node *node, int32_t depth);
bool explanation_add_rule(cstm_explanation *explanation, const struct rule_program *program,
                          const struct rule_explanation *nodes, int32_t depth);

/* The explanation of one row of a program's inputs, as a handle. */
cstm_status explanation_of(const struct rule_program *program, const struct rule_column *inputs, int32_t row,
                           cstm_explanation **explanation, cstm_error **error);

#endif
