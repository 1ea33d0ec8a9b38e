/* Failing allocations in segments: memberships from a result, a rule and a table, their algebra, and the tables that they give. */
#include "allocation.h"

#include <stdlib.h>

/* Ten people, some without a balance, known by their names. */
static bool
with_people(struct world *world)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    static const int64_t balances[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    static const uint8_t valid[] = {1, 1, 0, 1, 1, 0, 1, 1, 1, 0};
    static const char text[] = "12 / (balance - 5) >= 2";
    return cstm_table_new(&world->table, NULL) == CSTM_OK && living_add_texts(world->table, "name", names, 10)
           && cstm_table_add_int64(world->table, "balance", balances, valid, 10, NULL) == CSTM_OK
           && cstm_scope_new(NULL, NULL, &world->scope, NULL) == CSTM_OK
           && cstm_scope_declare(world->scope, "balance", CSTM_TYPE_INT, NULL) == CSTM_OK
           && cstm_rule_compile(world->scope, text, sizeof text - 1, CSTM_TYPE_BOOL, &world->rule, NULL) == CSTM_OK;
}

static cstm_status
act_of_rule(struct world *world, cstm_error **error)
{
    return cstm_membership_of_rule(world->rule, world->table, "name", (cstm_membership **) &world->out[0], error);
}

/* Two memberships over the same rows, and undecided ones in both. */
static bool
with_two(struct world *world)
{
    static const char text[] = "balance > 3";
    cstm_rule *other = NULL;
    bool good = with_people(world)
        && cstm_membership_of_rule(world->rule, world->table, "name", &world->membership, NULL) == CSTM_OK
        && cstm_rule_compile(world->scope, text, sizeof text - 1, CSTM_TYPE_BOOL, &other, NULL) == CSTM_OK
        && cstm_membership_of_rule(other, world->table, "name", &world->earlier, NULL) == CSTM_OK;
    cstm_rule_unref(other);
    return good;
}

static void
two_state(struct world *world)
{
    gives_membership.note(world->membership);
    gives_membership.note(world->earlier);
}

#define TWO(what)                                                                                                              \
    static cstm_status act_##what(struct world *world, cstm_error **error)                                                     \
    {                                                                                                                          \
        return cstm_membership_##what(world->membership, world->earlier, (void *) &world->out[0], error);                      \
    }
TWO(and)
TWO(or)
TWO(minus)
TWO(changes)
TWO(turnover)

static cstm_status
act_not(struct world *world, cstm_error **error)
{
    return cstm_membership_not(world->membership, (cstm_membership **) &world->out[0], error);
}

static cstm_status
act_select(struct world *world, cstm_error **error)
{
    return cstm_membership_select(world->membership, CSTM_VERDICT_UNDECIDED, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_table(struct world *world, cstm_error **error)
{
    return cstm_membership_table(world->membership, (cstm_table **) &world->out[0], error);
}

static bool
with_kept(struct world *world)
{
    bool good = with_two(world);
    cstm_table_free(world->table);
    world->table = NULL;
    return good && cstm_membership_table(world->membership, &world->table, NULL) == CSTM_OK;
}

static cstm_status
act_of_table(struct world *world, cstm_error **error)
{
    return cstm_membership_of_table(world->table, "met", "status", "name", (cstm_membership **) &world->out[0], error);
}

static bool
with_result(struct world *world)
{
    world->living.strategy = cstm_strategy_ref(world->strategy);
    return living_tables(&world->living) && living_batch(&world->living)
           && cstm_batch_run(world->living.batch, LIVING_AS_OF, &world->result, NULL) == CSTM_OK;
}

static cstm_status
act_membership(struct world *world, cstm_error **error)
{
    int32_t heavy = cstm_strategy_find(world->strategy, CSTM_PART_SEGMENT, "heavy");
    return cstm_result_membership(world->result, heavy, (cstm_membership **) &world->out[0], error);
}

static cstm_status
act_segments(struct world *world, cstm_error **error)
{
    return cstm_result_segments(world->result, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_overlap(struct world *world, cstm_error **error)
{
    return cstm_result_overlap(world->result, 0, (cstm_table **) &world->out[0], error);
}

const struct allocation_case segment_cases[] = {
    {"a membership of a rule", with_people, act_of_rule, NULL, {&gives_membership, NULL}, false, false},
    {"a membership of a table", with_kept, act_of_table, NULL, {&gives_membership, NULL}, false, false},
    {"a membership of a result", with_result, act_membership, NULL, {&gives_membership, NULL}, false, false},
    {"both of two", with_two, act_and, two_state, {&gives_membership, NULL}, false, false},
    {"either of two", with_two, act_or, two_state, {&gives_membership, NULL}, false, false},
    {"one without the other", with_two, act_minus, two_state, {&gives_membership, NULL}, false, false},
    {"all others", with_two, act_not, two_state, {&gives_membership, NULL}, false, false},
    {"the undecided", with_two, act_select, two_state, {&gives_table, NULL}, false, false},
    {"a membership as a table", with_two, act_table, two_state, {&gives_table, NULL}, false, false},
    {"what changed", with_two, act_changes, two_state, {&gives_table, NULL}, false, false},
    {"how much changed", with_two, act_turnover, two_state, {&gives_table, NULL}, false, false},
    {"counts of segments", with_result, act_segments, NULL, {&gives_table, NULL}, false, false},
    {"overlaps of segments", with_result, act_overlap, NULL, {&gives_table, NULL}, false, false},
};
const int n_segment_cases = sizeof segment_cases / sizeof *segment_cases;
