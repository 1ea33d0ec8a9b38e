/* The libraries of lists and of sets, function by function. Examples marked "README" are those of cel-go's ext/README.md, the
 * others follow from what it says. */
#include "library.h"

#define ONE_TO_FIVE L(I(1), I(2), I(3), I(4), I(5))

START_TEST(a_slice_shares_what_lies_between)
{
    const struct library_case cases[] = {
        CASE("slice", "[2|3]", L(I(1), I(2), I(3), I(4)), I(1), I(3)),      /* README */
        CASE("slice", "[3|4]", L(I(1), I(2), I(3), I(4)), I(2), I(4)),      /* README */
        CASE("slice", "[]", ONE_TO_FIVE, I(5), I(5)),
        CASE("slice", "[]", EMPTY, I(0), I(0)),
        CASE("slice", "[1|2|3|4|5]", ONE_TO_FIVE, I(0), I(5)),
        CASE("slice", "RANGE", ONE_TO_FIVE, I(0), I(6)),
        CASE("slice", "RANGE", ONE_TO_FIVE, I(-1), I(3)),
        CASE("slice", "RANGE", ONE_TO_FIVE, I(3), I(2)),
        CASE("slice", "RANGE", ONE_TO_FIVE, I(INT64_MIN), I(INT64_MAX)),
    };
    CHECK_LIBRARY(lists_overloads, cases);
}
END_TEST

START_TEST(lists_within_lists_are_opened_level_by_level)
{
    const struct library_case cases[] = {
        CASE("flatten", "[1|2|3|4]", L(L(I(1), I(2)), L(I(3), I(4)))),
        CASE("flatten", "[1|2|[3|4]]", L(I(1), L(I(2), L(I(3), I(4))))),                     /* README */
        CASE("flatten", "[]", EMPTY),                                                        /* README */
        CASE("flatten", "[]", L(EMPTY, EMPTY)),
        CASE("flatten", "[1|2]", L(I(1), EMPTY, EMPTY, I(2))),                               /* README: [1, 2, [], [], [3, 4]] */
        CASE("flatten", "[1|2|3|4]", L(I(1), L(I(2), L(I(3), L(I(4))))), I(3)),              /* README: depth 2 leaves [4] */
        CASE("flatten", "[1|2|3|[4]]", L(I(1), L(I(2), L(I(3), L(I(4))))), I(2)),            /* README */
        CASE("flatten", "[1|[2]]", L(I(1), L(I(2))), I(0)),
        CASE("flatten", "[1|2]", L(I(1), L(I(2))), I(INT64_MAX)),
        CASE("flatten", "RANGE", L(I(1), L(I(2))), I(-1)),                                   /* README: an error */
    };
    CHECK_LIBRARY(lists_overloads, cases);
}
END_TEST

START_TEST(of_equal_elements_the_first_is_kept)
{
    const struct library_case cases[] = {
        CASE("distinct", "[1|2|3]", L(I(1), I(2), I(2), I(3), I(3), I(3))),                  /* README */
        CASE("distinct", "[b|a|c]", L(S("b"), S("b"), S("a"), S("c"), S("a"))),              /* README: with "b", "b", "a", "c", "a" */
        CASE("distinct", "[1|b|2|a]", L(I(1), S("b"), I(2), S("b"), I(1), S("a"))),
        CASE("distinct", "[1|2u]", L(I(1), U(1), D(1.0), U(2), D(2.0))),                     /* numbers stand on one line */
        CASE("distinct", "[[1]|[2]]", L(L(I(1)), L(D(1.0)), L(I(2)))),
        CASE("distinct", "[nan|nan]", L(D((double) NAN), D((double) NAN))),
        CASE("distinct", "[nan|nan|0|1|2|3|4|5|6|7]", L(D((double) NAN), D((double) NAN), I(0), I(1), I(2), I(3), I(4), I(5), I(6), I(7), I(7), I(0))),
        CASE("distinct", "[0.0000000000000000]", L(D(0.0), D(-0.0), I(0))),
        CASE("distinct", "[]", EMPTY),
    };
    CHECK_LIBRARY(lists_overloads, cases);
}
END_TEST

START_TEST(a_list_of_one_ordered_kind_is_sorted)
{
    const struct library_case cases[] = {
        CASE("sort", "[1|2|3]", L(I(3), I(2), I(1))),                                        /* README */
        CASE("sort", "[a|b|c]", L(S("b"), S("c"), S("a"))),                                  /* README */
        CASE("sort", "[false|true|true]", L(B(1), B(0), B(1))),
        CASE("sort", "[b:|b:a|b:a~]", L(Y("a~"), Y(""), Y("a"))),
        CASE("sort", "[$-3|$2|$10]", L(M(10), M(-3), M(2))),
        CASE("sort", "[0u|18446744073709551615u]", L(U(UINT64_MAX), U(0))),
        CASE("sort", "[]", EMPTY),
        CASE("sort", "[7]", L(I(7))),
        CASE("sort", "TYPE", L(I(1), S("a"))),                                               /* README: an error */
        CASE("sort", "TYPE", L(I(1), D(2.0))),                                               /* of one type, says cel-go */
        CASE("sort", "TYPE", L(L(I(1)), L(I(2)))),                                           /* README: an error */
        CASE("sort", "TYPE", L(NOTHING)),
    };
    CHECK_LIBRARY(lists_overloads, cases);
}
END_TEST

START_TEST(a_list_is_turned_made_and_looked_at_from_its_ends)
{
    const struct library_case cases[] = {
        CASE("reverse", "[3|1|2|5]", L(I(5), I(2), I(1), I(3))),
        CASE("reverse", "[b|1]", L(I(1), S("b"))),
        CASE("reverse", "[]", EMPTY),
        CASE("lists.range", "[0|1|2|3|4]", I(5)),                                            /* README */
        CASE("lists.range", "[]", I(0)),
        CASE("lists.range", "[]", I(-3)),
        CASE("lists.range", "LIMIT", I(INT64_MAX)),
        CASE("lists.range", "LIMIT", I(HEAP_SIZE / 24)),
        CASE("first", "some 1", L(I(1), I(2), I(3))),                                        /* README */
        CASE("first", "none", EMPTY),
        CASE("last", "some 3", L(I(1), I(2), I(3))),                                         /* README */
        CASE("last", "none", EMPTY),
    };
    CHECK_LIBRARY(lists_overloads, cases);
}
END_TEST

START_TEST(sets_hold_each_other_whatever_the_order_and_the_kind_of_number)
{
#define MANY L(I(1), I(2), I(3), I(4), I(5), I(6), I(7), I(8), I(9), S("x"))
    const struct library_case cases[] = {
        CASE("sets.contains", "true", EMPTY, EMPTY),                                         /* README, as the next four */
        CASE("sets.contains", "false", EMPTY, L(I(1))),
        CASE("sets.contains", "true", L(I(1), I(2), I(3), I(4)), L(I(2), I(3))),
        CASE("sets.contains", "true", L(I(1), D(2.0), U(3)), L(D(1.0), U(2), I(3))),
        CASE("sets.contains", "true", L(I(1)), EMPTY),
        CASE("sets.contains", "true", MANY, L(U(9), D(3.0), S("x"), I(1), I(1))),
        CASE("sets.contains", "false", MANY, L(U(9), D(3.5))),
        CASE("sets.contains", "false", L(D((double) NAN)), L(D((double) NAN))),
        CASE("sets.equivalent", "true", EMPTY, EMPTY),                                       /* README, as the next three */
        CASE("sets.equivalent", "true", L(I(1)), L(I(1), I(1))),
        CASE("sets.equivalent", "true", L(I(1)), L(U(1), D(1.0))),
        CASE("sets.equivalent", "true", L(I(1), I(2), I(3)), L(U(3), D(2.0), I(1))),
        CASE("sets.equivalent", "false", L(I(1), I(2)), L(I(1))),
        CASE("sets.equivalent", "false", L(I(1)), L(I(1), I(2))),
        CASE("sets.equivalent", "true", MANY, MANY),
        CASE("sets.intersects", "false", L(I(1)), EMPTY),                                    /* README, as the next two */
        CASE("sets.intersects", "true", L(I(1)), L(I(1), I(2))),
        CASE("sets.intersects", "true", L(L(I(1)), L(I(2), I(3))), L(L(I(1)), L(I(2), D(3.0)))),
        CASE("sets.intersects", "false", EMPTY, EMPTY),
        CASE("sets.intersects", "true", MANY, L(S("y"), S("x"))),
        CASE("sets.intersects", "true", L(S("y"), S("x")), MANY),
        CASE("sets.intersects", "false", MANY, L(S("y"), I(10))),
    };
    CHECK_LIBRARY(sets_overloads, cases);
}
END_TEST

/* The heap is a bound, never overrun; what was taken for the time of a call is given back. */
START_TEST(a_full_heap_is_a_limit_and_look_ups_are_given_back)
{
    static struct cell cells[2000];
    const struct value_list list = {.n = 2000, .items = cells};
    for (int32_t i = 0; i < 2000; i++)
        cells[i] = cell_of_int(i * 7919 % 2000);
    const struct cell arguments[] = {{.as.list = &list, .kind = RULE_LIST}, {.as.list = &list, .kind = RULE_LIST}};
    static const char *const names[] = {"distinct", "sort", "reverse", "flatten"};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        const struct overload *row = row_of(&lists_overloads, names[k], arguments, 1);
        for (size_t size = 0; size <= 65536; size += 4096) {
            struct heap heap = new_heap(size);
            struct cell result;
            call_row(row, arguments, 1, &heap, &result);
            ck_assert_msg(result.state == 0 || result.state == CSTM_ERROR_LIMIT, "%s", names[k]);
            ck_assert_uint_le(heap.used, size);
            ck_assert(result.state != 0 || heap.used <= 2000 * 24 + 48);
        }
    }
    struct heap heap = new_heap(HEAP_SIZE);
    struct cell result;
    call_row(row_of(&sets_overloads, "sets.equivalent", arguments, 2), arguments, 2, &heap, &result);
    ck_assert_int_eq(result.state, 0);
    ck_assert_int_eq(result.as.b, 1);
    ck_assert_uint_eq(heap.used, 0);
    heap = new_heap(1024);
    call_row(row_of(&sets_overloads, "sets.contains", arguments, 2), arguments, 2, &heap, &result);
    ck_assert_int_eq(result.state, CSTM_ERROR_LIMIT);
}
END_TEST

START_TEST(sorting_many_gives_each_its_place)
{
    static struct cell cells[1000];
    const struct value_list list = {.n = 1000, .items = cells};
    for (int32_t i = 0; i < 1000; i++)
        cells[i] = cell_of_int(i * 7919 % 1000);
    const struct cell argument = {.as.list = &list, .kind = RULE_LIST};
    struct heap heap = new_heap(HEAP_SIZE);
    struct cell result;
    call_row(row_of(&lists_overloads, "sort", &argument, 1), &argument, 1, &heap, &result);
    ck_assert_int_eq(result.state, 0);
    for (int32_t i = 0; i < 1000; i++)
        ck_assert_int_eq(result.as.list->items[i].as.i, i);
}
END_TEST

RUN("rule library of lists", a_slice_shares_what_lies_between, lists_within_lists_are_opened_level_by_level,
    of_equal_elements_the_first_is_kept, a_list_of_one_ordered_kind_is_sorted, a_list_is_turned_made_and_looked_at_from_its_ends,
    sets_hold_each_other_whatever_the_order_and_the_kind_of_number, a_full_heap_is_a_limit_and_look_ups_are_given_back,
    sorting_many_gives_each_its_place)
