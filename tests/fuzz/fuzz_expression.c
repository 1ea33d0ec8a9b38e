/* Expressions under fuzz. Whatever compiles is run: a row among many, the row alone and the row explained must come to the
 * same. Whatever does not compile must say why, at a place within the text. */
#include "base/calendar.h"
#include "rule/quantiles.h"
#include "rule/value.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 19
#define NAMES 9

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct { const char *name; enum rule_kind kind; } names[NAMES] = {
    {"age", RULE_INT}, {"rate", RULE_DOUBLE}, {"city", RULE_STRING}, {"limit", RULE_MONEY}, {"active", RULE_BOOL},
    {"opened", RULE_DATE}, {"seen", RULE_TIMESTAMP}, {"card.idle", RULE_INT}, {"stage", RULE_STRING}};

static struct {
    struct rule_column inputs[NAMES];
    int64_t ints[NAMES][ROWS];
    double doubles[ROWS];
    uint8_t bools[ROWS];
    struct rule_text texts[ROWS];
    uint8_t states[NAMES][ROWS];
} rows;

static void
check(bool holds)
{
    if (!holds)
        abort();
}

static void
fill_rows(void)
{
    static const struct rule_text texts[] = {{"current", 7}, {"", 0}, {"Z\xc3\xbcrich", 7}, {"12", 2}, {"2005-10-01", 10}};
    static const int64_t ints[] = {0, 1, -1, 41, INT64_MAX, INT64_MIN, 8000};
    static const double doubles[] = {0.0, -1.5, 2.5, 1e300, 9223372036854775808.0};
    for (int k = 0; k < NAMES; k++) {
        enum rule_kind kind = names[k].kind;
        for (int i = 0; i < ROWS; i++) {
            rows.ints[k][i] = kind == RULE_DATE ? i * 1000 : kind == RULE_TIMESTAMP ? i * INT64_C(100000000000000) : ints[(i + k) % 7];
            rows.doubles[i] = doubles[i % 5];
            rows.bools[i] = (uint8_t) (i % 3 == 0);
            rows.texts[i] = texts[i % 5];
            rows.states[k][i] = i % 4 == 1 ? CSTM_ERROR_MISSING : i % 7 == 2 ? CSTM_ERROR_RANGE : 0;
        }
        rows.inputs[k].kind = kind;
        rows.inputs[k].states = k % 2 == 1 ? rows.states[k] : NULL;
        rows.inputs[k].constant = k == 8;
        if (kind == RULE_STRING)
            rows.inputs[k].as.texts = rows.texts;
        else if (kind == RULE_BOOL)
            rows.inputs[k].as.bools = rows.bools;
        else if (kind == RULE_DOUBLE)
            rows.inputs[k].as.doubles = rows.doubles;
        else
            rows.inputs[k].as.int64s = rows.ints[k];
    }
}

static size_t
width_of(enum rule_kind kind)
{
    return kind == RULE_BOOL || kind == RULE_NULL ? 1 : kind == RULE_STRING || kind == RULE_BYTES ? sizeof(struct rule_text) : 8;
}

static bool
same_value(enum rule_kind kind, const void *a, const void *b)
{
    if (width_of(kind) != sizeof(struct rule_text))
        return memcmp(a, b, width_of(kind)) == 0;
    const struct rule_text *x = a, *y = b;
    return x->size == y->size && (x->size == 0 || memcmp(x->bytes, y->bytes, x->size) == 0);
}

static void
check_row(const struct rule_scope *scope, const struct rule_program *program, int row, const void *value, uint8_t state)
{
    struct rule_column inputs[NAMES];
    enum rule_kind kind = rule_program_kind(program);
    for (int k = 0; k < NAMES; k++) {
        inputs[k] = rows.inputs[k];
        size_t at = inputs[k].constant ? 0 : (size_t) row;
        inputs[k].as.any = (char *) inputs[k].as.any + at * width_of(names[k].kind);
        if (inputs[k].states != NULL)
            inputs[k].states += at;
    }
    struct rule_text alone;
    uint8_t alone_state;
    void *scratch = aligned_alloc(16, (rule_scratch_size(program, 1) + 31) / 16 * 16);
    check(scratch != NULL);
    struct rule_column result = {.as.any = &alone, .states = &alone_state};
    rule_run(program, inputs, 1, scratch, &result);
    check(alone_state == state && same_value(kind, &alone, value));

    struct rule_explanation explanation = {0};
    check(rule_explain(program, rows.inputs, row, &explanation, NULL) == CSTM_OK);
    check(explanation.n >= 1 && explanation.nodes[0].state == state && explanation.nodes[0].decisive);
    if (state == 0) {
        char *printed = rule_print(scope, kind, value);
        check(printed != NULL && strcmp(printed, explanation.nodes[0].value) == 0);
        free(printed);
    }
    rule_explanation_clear(&explanation);
    free(scratch);
}

static void
check_program(const struct rule_scope *scope, const struct rule_program *program)
{
    struct rule_text values[ROWS];
    uint8_t states[ROWS];
    size_t size = rule_scratch_size(program, ROWS);
    if (size > (64 << 20))
        return;   /* many concatenations: correct, but slow to try */
    void *scratch = aligned_alloc(16, (size + 31) / 16 * 16);
    check(scratch != NULL);
    struct rule_column result = {.as.any = values, .states = states};
    rule_run(program, rows.inputs, ROWS, scratch, &result);
    for (int row = 0; row < ROWS; row += 3)
        check_row(scope, program, row, (char *) values + (size_t) row * width_of(rule_program_kind(program)), states[row]);
    free(scratch);
}

/* What a strategy gives its rules beside the names of its columns. */
static void
add_domain(struct rule_scope *scope)
{
    static const struct cell adult = {.as.i = 18, .kind = RULE_INT}, ages[] = {{.as.i = 18, .kind = RULE_INT}, {.as.i = 65, .kind = RULE_INT}};
    static const struct cell stages[] = {{.as.text = {"current", 7}, .kind = RULE_STRING}, {.as.text = {"", 0}, .kind = RULE_STRING}};
    static const int64_t points[] = {-5, 8000}, counts[] = {1, 3};
    struct calendar *calendar = calendar_new("c", 1990, 2010);
    struct quantiles *limits = quantiles_new("limit", RULE_MONEY), *ages_of = quantiles_new("age", RULE_INT);
    check(calendar != NULL && calendar_mark(calendar, 10000, true, "x") == CSTM_OK);
    calendar_close(calendar);
    check(quantiles_add(limits, 9000, points, counts, 2) == CSTM_OK && quantiles_add(ages_of, 12000, points, counts, 2) == CSTM_OK);
    rule_scope_set_calendar(scope, calendar);
    check(rule_scope_add_quantiles(scope, limits) && rule_scope_add_quantiles(scope, ages_of));
    check(rule_scope_add_constant(scope, "adult", &adult) && rule_scope_add_list(scope, "ages", RULE_INT, ages, 2) &&
          rule_scope_add_list(scope, "stages", RULE_STRING, stages, 2));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct rule_scope *scope;
    if (scope == NULL) {
        fill_rows();
        scope = rule_scope_new(NULL, "TWD");
        check(scope != NULL);
        for (int32_t k = 0; k < NAMES; k++)
            check(rule_scope_add(scope, names[k].name, names[k].kind, k, NULL, 0));
        add_domain(scope);
    }
    struct error_list errors = {0}, warnings = {0};
    struct rule_program *program = rule_compile((const char *) bytes, size, scope, RULE_DYN, NULL, &errors, &warnings);
    check((program == NULL) == (errors.count > 0));
    for (const cstm_error *error = errors.first; error != NULL; error = cstm_error_next(error))
        check(cstm_error_code(error) != CSTM_OK && cstm_error_line(error) >= 1 && cstm_error_column(error) >= 1 &&
              (size_t) cstm_error_line(error) <= size + 1 && (size_t) cstm_error_column(error) <= size + 1);
    if (program != NULL)
        check_program(scope, program);
    rule_program_unref(program);
    error_list_clear(&errors);
    error_list_clear(&warnings);
    return 0;
}
