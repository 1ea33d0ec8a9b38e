/* One definition, every schedule: random expressions over random rows must come to the same for a row alone, for the row among many,
 * for the explanation of the row, and for the expression with the row's values written into it, which is folded. */
#include "rows.h"

#include "base/text.h"

#define FEW_ROWS 70

static void
check_row(const struct rule_scope *scope, const struct rule_program *program, const struct rows *rows, int row, const char *expected)
{
    struct rule_column inputs[SAMPLE_NAMES];
    row_of(rows, row, inputs);
    struct rule_text value[1];
    uint8_t state[1];
    void *scratch = malloc(rule_scratch_size(program, 1) + 16);
    struct rule_column result = {.as.any = value, .states = state};
    rule_run(program, inputs, 1, scratch, &result);
    char *alone = printed(scope, rule_program_kind(program), value, state[0]);
    ck_assert_msg(strcmp(alone, expected) == 0, "%s\nrow %d alone is %s, among many %s", rule_program_text(program), row, alone, expected);
    free(alone);
    free(scratch);

    struct rule_explanation explanation = {0};
    ck_assert_int_eq(rule_explain(program, rows->inputs, row, &explanation, NULL), CSTM_OK);
    const struct rule_node *root = &explanation.nodes[0];
    const char *explained = root->state == 0 ? root->value : cstm_status_name(root->state);
    ck_assert_msg(strcmp(explained, expected) == 0, "%s\nrow %d is explained as %s, and is %s", rule_program_text(program), row, explained, expected);
    rule_explanation_clear(&explanation);
}

START_TEST(a_row_alone_is_the_row_among_many_and_the_row_explained)
{
    struct rule_scope *scope = plain_scope();
    static struct rows rows;
    struct random random = {.state = 20051001};
    for (int round = 0; round < 6000; round++) {
        static struct writer writer;
        writer = (struct writer){.random = &random};
        write_expression(&writer, grammars[round % N_GRAMMARS].kind, 1 + round % 5);
        struct rule_program *program = compiled(scope, writer.text);
        if (program == NULL)
            continue;   /* a literal that can never be read, or deeper than the limit */
        rows_fill(&rows, &random);
        int32_t n = 2 + (int32_t) draw(&random, FEW_ROWS - 1);
        struct rule_text values[FEW_ROWS];
        uint8_t states[FEW_ROWS];
        size_t size = rule_scratch_size(program, n);
        void *scratch = malloc(size);
        memset(scratch, 0xa5, size);
        struct rule_column result = {.as.any = values, .states = states};
        rule_run(program, rows.inputs, n, scratch, &result);
        enum rule_kind kind = rule_program_kind(program);
        for (int32_t i = 0; i < n; i++) {
            char *expected = printed(scope, kind, (char *) values + (size_t) i * width_of(kind), states[i]);
            check_row(scope, program, &rows, i, expected);
            free(expected);
        }
        free(scratch);
        rule_program_unref(program);
    }
    rule_scope_free(scope);
}
END_TEST

static void
write_literal(struct writer *writer, const struct rule_scope *scope, const struct rows *rows, int k)
{
    enum rule_kind kind = names[k].kind;
    char *value = rule_print(scope, kind, kind == RULE_STRING ? (const void *) rows->texts[k] : kind == RULE_BOOL
        ? (const void *) rows->bools[k] : k == SAMPLE_RATE ? (const void *) rows->doubles : (const void *) rows->ints[k]);
    const char *before = kind == RULE_DATE ? "date('" : kind == RULE_TIMESTAMP ? "timestamp('" : kind == RULE_MONEY ? "money('" : "(";
    bool quoted = before[1] != 0;
    write_text(writer, before);
    write_text(writer, value);
    write_text(writer, quoted ? "')" : ")");
    free(value);
}

/* The expression with each name replaced by the first row's value. */
static bool
substitute(const char *text, const struct rule_scope *scope, const struct rows *rows, struct writer *writer)
{
    for (const char *at = text; *at != 0;) {
        int found = -1;
        bool quoted = false;
        if (*at == '\'') {
            quoted = true;
            do {
                char c[2] = {*at++, 0};
                write_text(writer, c);
            } while (*at != '\'');
        }
        bool after_letter = at > text && (at[-1] == '(' || at[-1] == ' ' || at[-1] == '!' || at[-1] == '-');
        for (int k = 0; !quoted && k < SAMPLE_NAMES; k++) {
            size_t size = strlen(names[k].name);
            char next = strncmp(at, names[k].name, size) == 0 ? at[size] : 'a';
            if ((after_letter || at == text) && !((next >= 'a' && next <= 'z') || next == '_' || next == '('))
                found = k;
        }
        if (found >= 0) {
            if (rows->inputs[found].states != NULL && rows->states[found][0] != 0)
                return false;
            write_literal(writer, scope, rows, found);
            at += strlen(names[found].name);
        } else {
            char c[2] = {*at++, 0};
            write_text(writer, c);
        }
    }
    return true;
}

START_TEST(a_folded_expression_is_the_expression_run)
{
    struct rule_scope *scope = plain_scope();
    static struct rows rows;
    struct random random = {.state = 8000};
    int compared = 0;
    for (int round = 0; round < 6000; round++) {
        static struct writer writer, folded;
        writer = (struct writer){.random = &random};
        folded = (struct writer){.random = &random};
        write_expression(&writer, grammars[round % N_GRAMMARS].kind, 1 + round % 4);
        rows_fill(&rows, &random);
        if (strstr(writer.text, "has(") != NULL || !substitute(writer.text, scope, &rows, &folded))
            continue;
        struct rule_program *run = compiled(scope, writer.text), *fold = compiled(scope, folded.text);
        if (run != NULL && fold != NULL) {
            struct rule_text values[2];
            uint8_t states[2];
            char *texts[2];
            const struct rule_program *programs[2] = {run, fold};
            struct rule_column inputs[SAMPLE_NAMES];
            row_of(&rows, 0, inputs);
            for (int i = 0; i < 2; i++) {
                void *scratch = malloc(rule_scratch_size(programs[i], 1) + 16);
                struct rule_column result = {.as.any = &values[i], .states = &states[i]};
                rule_run(programs[i], inputs, 1, scratch, &result);
                texts[i] = printed(scope, rule_program_kind(run), &values[i], states[i]);
                free(scratch);
            }
            ck_assert_msg(strcmp(texts[0], texts[1]) == 0, "%s is %s\n%s is %s", writer.text, texts[0], folded.text, texts[1]);
            free(texts[0]);
            free(texts[1]);
            compared++;
        }
        rule_program_unref(run);
        rule_program_unref(fold);
    }
    ck_assert_int_gt(compared, 1000);
    rule_scope_free(scope);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, a_row_alone_is_the_row_among_many_and_the_row_explained);
    tcase_add_test(tests, a_folded_expression_is_the_expression_run);
}

int
main(void)
{
    return run_suite("agreement", fill);
}
