/* Rows that a chain leaves open run apart from the others, texts come behind codes or as spans, and blocks share what was looked up: none
 * of it may show. Each row among many must be what it is alone, bit for bit, however many rows are open. */
#include "rows.h"

#define ENTRIES 12
#define LOOK_UPS 64

static const char *const shapes[] = {
    "(active && %b && %b)", "(flag || %b || %b)", "(active && flag && broken && %b)", "(active && (flag || %b) && (broken ? %b : %b))",
    "(flag || (active && %b && %b) || (broken && %b))", "(active ? (flag && %b) : (broken || %b))",
    "(active && !(education in ['current', 'x']) && double(limit) >= 2.0 * double(limit - money('1')))",
    "(active && city == 'university' && education != '' && %b)", "((active || %b) && (flag || %b) && (broken || %b))",
    "(active && has(idle) && idle in [1, 41] && %b)", "(flag || city.startsWith('u') || size(city) > 3 || %b)",
    "(active ? (flag ? %b : broken) : (broken ? flag : %b))", "(active && (city + 'x').size() > 3 && int(education) > 3)",
    "(active && age in [1, 2, 3] && age in [0, 1, 3, 41] && age in [-1, 41, 1000000, 7, 100] && rate in [2.5])"};
static const char *const word_shapes[] = {
    "(active ? (flag ? %i : %i) : %i)", "(active && %b ? age / idle : %i)", "(active ? int(city) : (flag || %b ? size(education) : %i))"};
static const char *const text_shapes[] = {
    "(active ? (flag ? city : education) : %s)", "(active && city != 'x' ? city + education : (flag ? %s : %s))"};

/* Of the three names that shapes begin with: none, one, few, half, nearly all or all rows are true, and as many are no values. */
static void
rows_set_density(struct rows *rows, struct random *random, int32_t n)
{
    static const enum sample_slot names_of[] = {SAMPLE_ACTIVE, SAMPLE_FLAG, SAMPLE_BROKEN};
    for (int k = 0; k < 3; k++) {
        const int slot = names_of[k];
        const uint32_t density = draw(random, 6), faults = draw(random, 4);
        const int32_t only = (int32_t) draw(random, (uint32_t) n);
        for (int32_t i = 0; i < n; i++) {
            const uint32_t luck = draw(random, 16);
            rows->bools[slot][i] = density == 0 ? 0 : density == 1 ? i == only : density == 2 ? luck == 0 : density == 3 ? luck < 8 :
                                   density == 4 ? luck != 0 : 1;
            const bool fault = faults == 1 ? i == only : faults == 2 ? draw(random, 20) == 0 : faults == 3;
            rows->states[slot][i] = !fault ? 0 : draw(random, 2) == 0 ? CSTM_ERROR_MISSING : CSTM_ERROR_DIVIDE;
        }
        rows->inputs[slot].states = faults == 0 ? NULL : rows->states[slot];
        rows->inputs[slot].constant = draw(random, 12) == 0;
    }
}

/* The same texts in another form. */
struct form {
    struct rule_coded coded;
    struct rule_text entries[ENTRIES];
    int32_t codes[ROWS];
    struct rule_spans spans;
    int64_t offsets[ROWS + 1];
    char bytes[ROWS * 16];
};

static struct form forms[SAMPLE_NAMES];
static struct rule_look_up look_ups[SAMPLE_NAMES][LOOK_UPS];
static uint64_t look_up_values[SAMPLE_NAMES][LOOK_UPS][ENTRIES];
static uint8_t look_up_states[SAMPLE_NAMES][LOOK_UPS][ENTRIES];

static int32_t
entry_of(struct form *form, int32_t *n, struct rule_text text, bool twice)
{
    for (int32_t i = 0; i < *n && !twice; i++)
        if (form->entries[i].size == text.size && memcmp(form->entries[i].bytes, text.bytes, text.size) == 0)
            return i;
    if (*n == ENTRIES)
        return entry_of(form, n, text, false);
    form->entries[*n] = text;
    return (*n)++;
}

/* A dictionary with entries that nobody has, with some twice, and rows of its first entry that are no values. */
static void
make_coded(struct form *form, const struct rows *rows, int k, int32_t n, struct random *random)
{
    int32_t entries = 0;
    static const struct rule_text unused[] = {{"nobody", 6}, {"", 0}, {"-", 1}};
    entry_of(form, &entries, unused[draw(random, 3)], true);
    for (int32_t i = 0; i < n; i++) {
        const bool is_value = rows->inputs[k].states == NULL || rows->states[k][i] == 0;
        form->codes[i] = is_value ? entry_of(form, &entries, rows->texts[k][i], entries < 4 && draw(random, 3) == 0) : 0;
    }
    for (int i = 0; i < LOOK_UPS; i++)
        look_ups[k][i] = (struct rule_look_up){.values = look_up_values[k][i], .states = look_up_states[k][i]};
    form->coded = (struct rule_coded){.codes = form->codes, .entries = form->entries, .n = entries, .look_ups = look_ups[k]};
}

static void
make_spans(struct form *form, const struct rows *rows, int k, int32_t n)
{
    int64_t at = 0;
    for (int32_t i = 0; i < n; i++) {
        form->offsets[i] = at;
        memcpy(form->bytes + at, rows->texts[k][i].bytes, rows->texts[k][i].size);
        at += (int64_t) rows->texts[k][i].size;
    }
    form->offsets[n] = at;
    /* The last texts end with what may be read. */
    char *end = form->bytes + sizeof form->bytes - at;
    memmove(end, form->bytes, (size_t) at);
    form->spans = (struct rule_spans){.offsets = form->offsets, .bytes = end, .end = end + at};
}

/* Inputs from a row on, texts in the forms that were made. */
static void
inputs_from(const struct rows *rows, const uint8_t *chosen, int32_t from, struct rule_column *inputs)
{
    row_of(rows, from, inputs);
    for (int k = 0; k < SAMPLE_NAMES; k++) {
        inputs[k].form = chosen[k];
        if (chosen[k] == RULE_CODED) {
            forms[k].coded.codes = forms[k].codes + from;
            inputs[k].as.coded = &forms[k].coded;
        } else if (chosen[k] == RULE_SPANS) {
            forms[k].spans.offsets = forms[k].offsets + from;
            inputs[k].as.spans = &forms[k].spans;
        }
    }
}

static void
choose_forms(const struct rows *rows, const struct rule_program *program, struct random *random, int32_t n, uint8_t *chosen)
{
    const int32_t *slots;
    ck_assert_int_le(rule_program_look_ups(program, &slots), LOOK_UPS);
    for (int k = 0; k < SAMPLE_NAMES; k++) {
        chosen[k] = RULE_PLAIN;
        if (names[k].kind != RULE_STRING || rows->inputs[k].constant || !rule_program_takes_forms(program))
            continue;
        chosen[k] = (uint8_t) draw(random, 3);
        if (chosen[k] == RULE_CODED)
            make_coded(&forms[k], rows, k, n, random);
        else if (chosen[k] == RULE_SPANS)
            make_spans(&forms[k], rows, k, n);
    }
}

struct answers {
    struct rule_text values[ROWS];   /* or words, or bools, each in 16 bytes */
    uint8_t states[ROWS];
};

static void
keep(struct answers *answers, int32_t from, int32_t n, size_t width, const struct rule_column *result)
{
    for (int32_t i = 0; i < n; i++) {
        const size_t at = result->constant ? 0 : (size_t) i;
        answers->states[from + i] = result->states == NULL ? 0 : result->states[at];
        memset(&answers->values[from + i], 0, sizeof answers->values[0]);
        if (answers->states[from + i] == 0)
            memcpy(&answers->values[from + i], (const char *) result->as.any + at * width, width);
    }
}

static void
check_alone(const struct rule_scope *scope, const struct rule_program *program, const struct rows *rows, const struct answers *answers,
            int32_t row, const char *how)
{
    struct rule_column inputs[SAMPLE_NAMES];
    row_of(rows, row, inputs);
    struct rule_text value[1] = {{"", 0}};
    uint8_t state[1];
    void *scratch = malloc(rule_scratch_size(program, 1) + 16);
    struct rule_column result = {.as.any = value, .states = state};
    rule_run(program, inputs, 1, scratch, &result);
    const enum rule_kind kind = rule_program_kind(program);
    const size_t width = width_of(kind);
    bool same = state[0] == answers->states[row];
    if (same && state[0] == 0 && kind == RULE_STRING)
        same = value->size == answers->values[row].size && memcmp(value->bytes, answers->values[row].bytes, value->size) == 0;
    else if (same && state[0] == 0)
        same = memcmp(value, &answers->values[row], width) == 0;
    if (!same) {
        char *alone = printed(scope, kind, value, state[0]), *many = printed(scope, kind, &answers->values[row], answers->states[row]);
        ck_abort_msg("%s\nrow %d alone is %s, %s %s", rule_program_text(program), row, alone, how, many);
    }
    free(scratch);
}

/* The rows in two blocks, the second of which finds what the first looked up. */
static void
check_blocks(const struct rule_scope *scope, const struct rule_program *program, const struct rows *rows, const uint8_t *chosen,
             int32_t n, int32_t split, bool lent)
{
    const size_t width = width_of(rule_program_kind(program));
    for (int32_t from = 0; from < n; from = from == 0 ? split : n) {
        const int32_t until = from == 0 ? split : n;
        static struct answers answers;
        struct rule_column inputs[SAMPLE_NAMES];
        inputs_from(rows, chosen, from, inputs);
        size_t size = rule_scratch_size(program, until - from);
        void *scratch = malloc(size);
        memset(scratch, 0xa5, size);
        static struct rule_text values[ROWS];
        static uint8_t states[ROWS];
        struct rule_column result = {.as.any = values, .states = states};
        if (lent)
            rule_run_lent(program, inputs, until - from, scratch, &result);
        else
            rule_run(program, inputs, until - from, scratch, &result);
        keep(&answers, from, until - from, width, &result);
        for (int32_t i = from; i < until; i++)
            check_alone(scope, program, rows, &answers, i, lent ? "lent among many" : "among many");
        free(scratch);
    }
}

static bool
check_shape(struct random *random, const struct rule_scope *scope, struct rows *rows, const char *shape)
{
    static struct writer writer;
    writer = (struct writer){.random = random};
    write_template(&writer, shape, 1 + (int) draw(random, 3));
    struct rule_program *program = compiled(scope, writer.text);
    if (program == NULL)
        return false;   /* a literal that can never be read */
    static const int32_t sizes[] = {4, 63, 64, 65, 130, 256, ROWS};
    const int32_t n = sizes[draw(random, 7)];
    uint8_t chosen[SAMPLE_NAMES];
    rows_fill(rows, random);
    rows_set_density(rows, random, n);
    choose_forms(rows, program, random, n, chosen);
    /* Forms are for more than one row. */
    check_blocks(scope, program, rows, chosen, n, n < 8 || draw(random, 2) == 0 ? n : 2 + (int32_t) draw(random, (uint32_t) n - 4),
                 draw(random, 2) == 0);
    rule_program_unref(program);
    return true;
}

START_TEST(a_row_of_a_selection_is_the_row_alone)
{
    struct rule_scope *scope = plain_scope();
    static struct rows rows;
    struct random random = {.state = 20030401};
    int compared = 0;
    for (int round = 0; round < 6000; round++)
        compared += check_shape(&random, scope, &rows, shapes[round % (int) (sizeof shapes / sizeof *shapes)]);
    for (int round = 0; round < 1500; round++)
        compared += check_shape(&random, scope, &rows, word_shapes[round % 3]);
    for (int round = 0; round < 1500; round++)
        compared += check_shape(&random, scope, &rows, text_shapes[round % 2]);
    ck_assert_int_gt(compared, 8000);
    rule_scope_free(scope);
}
END_TEST

/* Money whose halves no double holds, beside small money: the loop for all small ones must not be taken. */
START_TEST(money_of_any_size_becomes_the_double_it_is_alone)
{
    struct rule_scope *scope = plain_scope();
    static struct rows rows;
    struct random random = {.state = 7};
    struct rule_program *program = compiled(scope, "double(limit)");
    const int64_t edge = INT64_C(1) << 51;
    const int64_t edges[] = {edge, edge - 1, -edge, -edge - 1, 4 * edge, 4 * edge + 1, -4 * edge - 1, INT64_MAX, INT64_MIN, 0, -1};
    uint8_t chosen[SAMPLE_NAMES] = {0};
    for (int round = 0; round < 200; round++) {
        rows_fill(&rows, &random);
        for (int i = 0; i < ROWS; i++)
            rows.ints[SAMPLE_LIMIT][i] = (int64_t) draw(&random, 2000000) - 1000000;
        if (round % 2 == 0)
            rows.ints[SAMPLE_LIMIT][draw(&random, 60)] = edges[draw(&random, 11)];
        check_blocks(scope, program, &rows, chosen, 64, 64, false);
    }
    rule_program_unref(program);
    rule_scope_free(scope);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, a_row_of_a_selection_is_the_row_alone);
    tcase_add_test(tests, money_of_any_size_becomes_the_double_it_is_alone);
}

int
main(void)
{
    return run_suite("selection", fill);
}
