/* Random rows of the sample's names, for properties of programs over many rows. */
#ifndef TESTS_RULE_ROWS_H
#define TESTS_RULE_ROWS_H

#include "expression.h"

#define ROWS 300

struct rows {
    struct rule_column inputs[SAMPLE_NAMES];
    int64_t ints[SAMPLE_NAMES][ROWS];
    double doubles[ROWS];
    uint8_t bools[SAMPLE_NAMES][ROWS];
    struct rule_text texts[SAMPLE_NAMES][ROWS];
    uint8_t states[SAMPLE_NAMES][ROWS];
};

static const struct { const char *name; enum rule_kind kind; } names[SAMPLE_NAMES] = {
    {"age", RULE_INT}, {"rate", RULE_DOUBLE}, {"education", RULE_STRING}, {"limit", RULE_MONEY}, {"active", RULE_BOOL},
    {"opened", RULE_DATE}, {"seen", RULE_TIMESTAMP}, {"idle", RULE_INT}, {"flag", RULE_BOOL}, {"broken", RULE_BOOL},
    {"city", RULE_STRING}, {"delinquency.stage", RULE_STRING}};

static inline int64_t
random_int(struct random *random)
{
    static const int64_t edges[] = {0, 1, -1, 3, 41, INT64_MAX, INT64_MIN, INT64_MAX - 1, 1000000, -7};
    return edges[draw(random, 10)] ^ (draw(random, 3) == 0 ? (int64_t) draw(random, 100) : 0);
}

/* Some inputs have states, some are constant for all rows. */
static inline void
rows_fill(struct rows *rows, struct random *random)
{
    static const struct rule_text texts[] = {{"current", 7}, {"", 0}, {"Z\xc3\xbcrich", 7}, {"12", 2}, {"x", 1}, {"true", 4}, {"university", 10}, {"universita", 10}};
    static const double doubles[] = {0.0, 2.5, -1.0, 1e300, -0.0, 9223372036854775808.0, 1.5, 41.0};
    memset(rows, 0, sizeof *rows);
    for (int k = 0; k < SAMPLE_NAMES; k++) {
        struct rule_column *input = &rows->inputs[k];
        bool has_states = draw(random, 2) == 0;
        input->kind = names[k].kind;
        input->constant = draw(random, 6) == 0;
        for (int i = 0; i < ROWS; i++) {
            uint32_t luck = draw(random, 5);
            rows->states[k][i] = !has_states ? 0 : luck == 0 ? CSTM_ERROR_MISSING : luck == 1 ? CSTM_ERROR_RANGE : 0;
            rows->bools[k][i] = (uint8_t) draw(random, 2);
            rows->texts[k][i] = texts[draw(random, 8)];
            rows->ints[k][i] = names[k].kind == RULE_DATE ? (int64_t) draw(random, 20000) : names[k].kind == RULE_TIMESTAMP
                ? (int64_t) draw(random, 2000000000) * 1000000 : random_int(random);
            if (k == SAMPLE_RATE)
                rows->doubles[i] = doubles[draw(random, 8)];
        }
        input->states = has_states ? rows->states[k] : NULL;
        if (names[k].kind == RULE_STRING)
            input->as.texts = rows->texts[k];
        else if (names[k].kind == RULE_BOOL)
            input->as.bools = rows->bools[k];
        else if (k == SAMPLE_RATE)
            input->as.doubles = rows->doubles;
        else
            input->as.int64s = rows->ints[k];
    }
}

static inline size_t
width_of(enum rule_kind kind)
{
    return kind == RULE_BOOL ? 1 : kind == RULE_STRING ? sizeof(struct rule_text) : 8;
}

/* One row of the inputs as inputs of their own. */
static inline void
row_of(const struct rows *rows, int row, struct rule_column *inputs)
{
    for (int k = 0; k < SAMPLE_NAMES; k++) {
        inputs[k] = rows->inputs[k];
        size_t at = inputs[k].constant ? 0 : (size_t) row;
        inputs[k].as.any = (char *) inputs[k].as.any + at * width_of(names[k].kind);
        if (inputs[k].states != NULL)
            inputs[k].states += at;
    }
}

static inline char *
printed(const struct rule_scope *scope, enum rule_kind kind, const void *value, uint8_t state)
{
    if (state == 0)
        return rule_print(scope, kind, value);
    char *text = malloc(64);
    snprintf(text, 64, "%s", cstm_status_name(state));
    return text;
}

static inline struct rule_program *
compiled(const struct rule_scope *scope, const char *text)
{
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    error_list_clear(&errors);
    return program;
}

static inline struct rule_scope *
plain_scope(void)
{
    struct rule_scope *scope = rule_scope_new("Asia/Taipei", "TWD");
    for (int32_t k = 0; k < SAMPLE_NAMES; k++)
        rule_scope_add(scope, names[k].name, names[k].kind, k, NULL, 0);
    return scope;
}

#endif
