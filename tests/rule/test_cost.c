/* The cost bound: what single things cost, that a part never costs more than the whole, and that no run takes more than was said. */
#include "expression.h"

#include "rule/cost.h"
#include "rule/program.h"
#include "rule/tree.h"

static struct rule_program *
compiled(const struct rule_scope *scope, const char *text)
{
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    error_list_clear(&errors);
    return program;
}

static const struct { const char *rule; int64_t cost; } cases[] = {
    {"true", 1},
    {"age", 1},
    {"1 + 2 * 3", 1},                                  /* folded */
    {"age > 5", 3},
    {"age > 5 && flag", 5},
    {"age > 5 ? age + 1 : age", 7},                    /* 1 + 3 + the dearer branch */
    {"age in [1, 2, 3]", 2},
    {"[1, 2, 3].exists(i, i > age)", 14},              /* 1, the list 1, three turns of 1 + 3 */
    {"[1, 2, 3].exists(i, [1, 2].exists(k, k + i > age))", 47},   /* 1 + 1 + 3 * (1 + 1 + 1 + 2 * (1 + 5)) */
};

START_TEST(the_cost_is_as_the_table_says)
{
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_add(scope, "age", RULE_INT, 0, NULL, 0));
    ck_assert(rule_scope_add(scope, "flag", RULE_BOOL, 1, NULL, 0));
    struct rule_program *program = compiled(scope, cases[_i].rule);
    ck_assert_ptr_nonnull(program);
    ck_assert_msg(rule_program_cost(program) == cases[_i].cost, "%s costs %lld, not %lld", cases[_i].rule,
                  (long long) rule_program_cost(program), (long long) cases[_i].cost);
    rule_program_unref(program);
    rule_scope_free(scope);
}
END_TEST

START_TEST(nested_loops_multiply_without_overflow)
{
    char text[4000] = "true";
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_add(scope, "age", RULE_INT, 0, NULL, 0));
    strcpy(text, "age > 0");
    int64_t before = 0;
    for (int32_t depth = 0; depth < 24; depth++) {
        char next[4000];
        snprintf(next, sizeof next, "[1,2,3,4,5,6,7,8,9,10].all(v%d, %.3900s)", depth, text);
        strcpy(text, next);
        struct rule_program *program = compiled(scope, text);
        ck_assert_ptr_nonnull(program);
        ck_assert_int_gt(rule_program_cost(program), before);
        before = rule_program_cost(program);
        rule_program_unref(program);
    }
    /* What the budget cuts off is not counted. */
    ck_assert_int_lt(before, INT64_C(1000000000));
    rule_scope_free(scope);
}
END_TEST

/* ------------------------------------------------------------------------------------------------------- random programs */

/* Each operand of the expression alone costs no more. */
static void
check_parts(const struct node *node, int64_t (*cost)(const struct node *))
{
    const int64_t whole = cost(node);
    for (int32_t i = 0; i < node->n && !node->constant && node->slot < 0; i++) {
        const struct node *child = node->children[i];
        const bool is_bound = node->overload != NULL && overload_binds_last(node->overload) && i == node->n - 1;
        if (is_bound || child->full == NULL || node->kind == NODE_MACRO)
            continue;
        ck_assert_int_le(cost(child), whole);
        check_parts(child, cost);
    }
}

/* What the run's budget counts, for a row. */
static int64_t
taken(const struct rule_program *program, const struct rule_column *inputs, int32_t row)
{
    static char memory[HEAP_SIZE] __attribute__((aligned(16)));
    struct heap heap;
    struct cell value;
    struct tree_frame frame = {.inputs = inputs, .row = row};
    ck_assert(tree_start(&heap, memory, sizeof memory, program->n_locals, &frame));
    tree_evaluate(program->root, &frame, &value);
    const int64_t steps = HEAP_STEPS - heap.steps;
    return steps > HEAP_STEPS ? HEAP_STEPS : steps;
}

START_TEST(no_run_takes_more_than_was_said)
{
    static const char *const loops[] = {
        "[%i, %i, %i].map(x, x > %i).exists(y, y && %b)", "%s.split(%s).all(x, x < %s && [x, %s].exists(y, y == x))",
        "[[%i, %i], [%i]].all(x, x.map(y, y + %i).exists(z, z > %i))", "{%s: %i, 'k%%': %i}.exists(k, k.contains(%s) || %b)",
        "[%s, %s, 'a long text that is longer than others, with more than sixty-four bytes in it'].filter(x, x == %s).size() > %i",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(i, [i, i, i, i, i, i, i, i, i, i]) == [[%i]] || [%i] + [%i, %i] == [1]",
        "[%i, %i].sortBy(x, -x)[0] > 3 || lists.range(%i).exists(k, k == 7)", "cel.bind(v, %s + %s, v == %s || [v, v].all(w, w.size() > %i))",
        "[%s, %s].join(%s).matches(%s) || %b", "[1, 2, 3].transformMap(i, v, i > 0, v * %i).exists(k, k > %i)",
    };
    struct rule_scope *scope = sample_scope();
    struct sample sample;
    sample_fill(&sample);
    struct random random = {.state = 4711 + (uint64_t) _i};
    int32_t ran = 0;
    for (int32_t round = 0; round < 400; round++) {
        struct writer writer = {.random = &random};
        if (round % 2 == 0)
            write_expression(&writer, RULE_BOOL, 3);
        else
            write_template(&writer, loops[draw(&random, sizeof loops / sizeof *loops)], 2);
        struct rule_program *program = compiled(scope, writer.text);
        if (program == NULL)
            continue;
        int32_t n_locals = 0;
        tree_prepare((struct node *) program->root, &n_locals);
        check_parts(program->root, cost_of);
        ck_assert_int_gt(rule_program_cost(program), 0);
        const int64_t steps = taken(program, sample.inputs, 0);
        ck_assert_msg(steps <= rule_program_cost(program), "%s takes %lld steps, at most %lld were said", writer.text,
                      (long long) steps, (long long) rule_program_cost(program));
        ran++;
        rule_program_unref(program);
    }
    ck_assert_int_gt(ran, 200);
    rule_scope_free(scope);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("cost");
    tcase_add_loop_test(tcase, the_cost_is_as_the_table_says, 0, (int) (sizeof cases / sizeof cases[0]));
    tcase_add_test(tcase, nested_loops_multiply_without_overflow);
    tcase_add_loop_test(tcase, no_run_takes_more_than_was_said, 0, 8);
    tcase_set_timeout(tcase, 60);
    Suite *suite = suite_create("cost");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
