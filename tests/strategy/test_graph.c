/* The order in which a strategy computes: slots before what reads them, what machines need, what changes from day to day. */
#include "cases.h"

#include "base/memory.h"
#include "strategy/strategy.h"

#include <string.h>

static cstm_strategy *
load_portfolio(void)
{
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    cstm_strategy_load(DOCUMENTS "/card-portfolio.yaml", &strategy, &error);
    ck_assert_msg(error == NULL, "%s", cstm_error_message(error));
    return strategy;
}

static const struct step *
step_of(const cstm_strategy *strategy, const char *entity, const char *name)
{
    int32_t e = cstm_strategy_find(strategy, CSTM_PART_ENTITY, entity);
    int32_t step = strategy_step_of(strategy, strategy_slot(strategy, e, name));
    ck_assert_msg(step >= 0, "%s is not computed for %s", name, entity);
    return &strategy->steps[step];
}

static void
must_be_written(const cstm_strategy *strategy, const struct rule_program *program, int32_t entity, const bool *written)
{
    const int32_t *slots;
    int32_t n = program != NULL ? rule_program_reads(program, &slots) : 0;
    for (int32_t i = 0; i < n; i++) {
        ck_assert_msg(written[slots[i]], "%s is read before it is written", strategy->slots[slots[i]].name);
        ck_assert_int_eq(strategy->slots[slots[i]].entity, entity);
    }
}

START_TEST(each_slot_is_written_once_and_before_it_is_read)
{
    cstm_strategy *strategy = load_portfolio();
    bool *written = memory_new_array((size_t) strategy->n_slots, sizeof *written);
    for (int32_t i = 0; i < strategy->n_steps; i++) {
        const struct step *step = &strategy->steps[i];
        ck_assert(!written[step->slot]);
        ck_assert_int_eq(strategy->slots[step->slot].entity, step->entity);
        written[step->slot] = true;
        if (step->kind == STEP_BROADCAST)
            ck_assert(written[step->index] && step->index != step->slot);
        if (step->kind == STEP_RULE)
            must_be_written(strategy, strategy->features[step->index].rule, step->entity, written);
        if (step->kind == STEP_CHILDREN) {
            const struct feature *feature = &strategy->features[step->index];
            must_be_written(strategy, feature->where_rule, feature->child, written);
            ck_assert(feature->child_slot < 0 || written[feature->child_slot]);
        }
        if (step->kind == STEP_SCORE)
            for (int32_t k = 0; k < strategy->scores[step->index].n_inputs; k++)
                ck_assert(written[strategy->scores[step->index].input_slots[k]]);
        if (step->kind == STEP_MACHINE) {
            const struct machine *machine = &strategy->machines[step->index];
            ck_assert_int_eq(machine->stage_slot, step->slot);
            written[machine->days_slot] = true;
            for (int32_t c = 0; c < machine->n_conditions; c++)
                must_be_written(strategy, machine->conditions[c], step->entity, written);
        }
    }
    for (int32_t i = 0; i < strategy->n_features; i++)
        ck_assert(written[strategy->features[i].slot]);
    memory_free(written);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(history_is_what_a_lifecycle_reads_directly_or_through_others)
{
    static const struct {
        const char *entity, *name;
        bool for_history;
    } cases[] = {
        {"customer", "used_6m", true},         {"customer", "customer.stage", true},
        {"account", "account_status_6m", true}, {"account", "delinquency.stage", true},
        {"customer", "open_cards", false},     {"customer", "repaid_90d", false},
        {"account", "utilisation", false},     {"account", "balance", false},
        {"customer", "default_risk", false},   {"customer", "education", false},
    };
    cstm_strategy *strategy = load_portfolio();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(step_of(strategy, cases[i].entity, cases[i].name)->for_history == cases[i].for_history, "%s", cases[i].name);
    cstm_strategy_unref(strategy);
}
END_TEST

#define MACHINE(name, entity, rule)                                                                                    \
    "  " name ": {for: " entity ", purpose: service, initial: a, transitions: [{from: a, to: b, when: \"" rule "\"}]}\n"

START_TEST(what_changes_without_an_event_is_daily)
{
    static const struct {
        const char *entity, *name;
        bool daily;
    } cases[] = {
        {"customer", "n", false},   {"customer", "since", true}, {"customer", "late", true},
        {"account", "lag", true},   {"customer", "worst", true}, {"customer", "plain.stage", false},
        {"customer", "by_days.stage", true}, {"account", "by_stage.stage", true}, {"account", "by_rule.stage", true},
        {"account", "of_customer.stage", false}, {"customer", "counted", true},
    };
    cstm_strategy *strategy = load(BASE
        "features:\n"
        "  n: {count: buy}\n"
        "  since: {recency: buy}\n"
        "  late: {rule: since > 30}\n"
        "  lag: {for: account, rule: \"since + 1\"}\n"
        "  worst: {max: account.lag}\n"
        "  counted: {count: account, where: \"today > date('2005-10-01')\"}\n"
        "lifecycles:\n"
        MACHINE("plain", "customer", "n > 3")
        MACHINE("by_days", "customer", "plain.days_in_stage > 3")
        MACHINE("by_stage", "account", "plain.stage == 'b'")
        MACHINE("by_rule", "account", "late")
        MACHINE("of_customer", "account", "n > 3"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(step_of(strategy, cases[i].entity, cases[i].name)->daily == cases[i].daily, "%s", cases[i].name);
    for (int32_t i = 0; i < strategy->n_machines; i++)
        ck_assert_int_eq(strategy->machines[i].daily,
                         strategy->steps[strategy_step_of(strategy, strategy->machines[i].stage_slot)].daily);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(what_is_above_an_entity_is_repeated_on_its_rows)
{
    cstm_strategy *strategy = load(BASE
        "features:\n"
        "  n: {count: buy}\n"
        "  f: {for: account, rule: \"n > 1 && limit > money('5') && customer.opened_on < today\"}\n");
    const struct step *n = step_of(strategy, "account", "n");
    ck_assert_int_eq(n->kind, STEP_BROADCAST);
    ck_assert_int_eq(n->index, strategy_slot(strategy, 0, "n"));
    ck_assert_int_eq(step_of(strategy, "account", "limit")->kind, STEP_ATTRIBUTE);
    ck_assert_int_eq(step_of(strategy, "account", "customer.opened_on")->kind, STEP_BROADCAST);
    ck_assert_int_eq(step_of(strategy, "account", "today")->kind, STEP_TODAY);
    ck_assert_int_eq(strategy_slot(strategy, 0, "today"), -1);     /* nothing reads it there */
    ck_assert_int_eq(strategy_slot(strategy, 1, "sex"), -1);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(rules_in_any_order_get_their_types_from_what_they_read)
{
    static const struct {
        const char *name;
        cstm_type type;
    } cases[] = {
        {"a", CSTM_TYPE_DOUBLE}, {"b", CSTM_TYPE_DOUBLE}, {"c", CSTM_TYPE_BOOL}, {"d", CSTM_TYPE_MONEY},
        {"e", CSTM_TYPE_INT},    {"f", CSTM_TYPE_DATE},   {"g", CSTM_TYPE_STRING}, {"h", CSTM_TYPE_INT},
        {"i", CSTM_TYPE_MONEY},  {"j", CSTM_TYPE_DOUBLE}, {"k", CSTM_TYPE_MONEY},
    };
    cstm_strategy *strategy = load(BASE
        "features:\n"
        "  a: {rule: b * 2.0}\n"
        "  c: {rule: a > 1.0}\n"
        "  b: {rule: double(h)}\n"
        "  d: {max: account.limit}\n"
        "  e: {count: account, where: \"limit > money('1')\"}\n"
        "  f: {rule: today}\n"
        "  g: {last: buy.who}\n"
        "  h: {recency: buy, where: n > 1}\n"
        "  i: {mean: buy.amount}\n"
        "  j: {mean: buy.n}\n"
        "  k: {sum: account.limit}\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t feature = cstm_strategy_find(strategy, CSTM_PART_FEATURE, cases[i].name);
        ck_assert_msg(cstm_strategy_part_type(strategy, CSTM_PART_FEATURE, feature) == cases[i].type, "%s", cases[i].name);
    }
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(names_in_texts_and_comments_of_a_rule_are_not_read)
{
    cstm_strategy *strategy = load(BASE
        "features:\n"
        "  a:\n"
        "    rule: |\n"
        "      size('b') + size(\"it's b\") + size(r'\\') + size('''b 'b' ''')   // b\n"
        "  b: {rule: a + 1}\n");
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(equal_rules_of_a_lifecycle_are_one_condition)
{
    cstm_strategy *strategy = load(BASE
        "features: {n: {count: buy}}\n"
        "lifecycles:\n"
        "  m:\n"
        "    purpose: service\n"
        "    initial: x\n"
        "    transitions:\n"
        "      - {from: x, to: y, when: n > 3}\n"
        "      - {from: y, to: z, when: 'n>3', for: 2 days, stay: 10 days}\n"
        "      - {from: [y, z], to: previous, when: n == 0}\n");
    const struct machine *machine = &strategy->machines[0];
    ck_assert_int_eq(machine->n_conditions, 2);
    ck_assert_int_eq(machine->transitions[0].condition, machine->transitions[1].condition);
    ck_assert_int_eq(machine->transitions[1].for_days, 2);
    ck_assert_int_eq(machine->transitions[1].stay_days, 10);
    ck_assert_int_eq(machine->transitions[0].for_days, 1);
    ck_assert_int_eq(machine->transitions[2].to, STAGE_PREVIOUS);
    ck_assert_uint_eq(machine->transitions[2].from[0], 6);      /* y and z: stages 1 and 2 */
    ck_assert_int_eq(machine->transitions[1].line, 20);
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    return run_tests("graph", (const TTest *const[]){
        each_slot_is_written_once_and_before_it_is_read,
        history_is_what_a_lifecycle_reads_directly_or_through_others,
        what_changes_without_an_event_is_daily,
        what_is_above_an_entity_is_repeated_on_its_rows,
        rules_in_any_order_get_their_types_from_what_they_read,
        names_in_texts_and_comments_of_a_rule_are_not_read,
        equal_rules_of_a_lifecycle_are_one_condition,
        NULL});
}
