/* Calls functions of the library one by one, without an expression: values are built by hand, the row is found by its name and
 * the kinds of the operands, and what comes out is printed, so that a table of cases reads like a page of examples. */
#ifndef TESTS_RULE_LIBRARY_H
#define TESTS_RULE_LIBRARY_H

#include "rule/overload.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define S(TEXT) {.as.text = {TEXT, sizeof(TEXT) - 1}, .kind = RULE_STRING}
#define Y(TEXT) {.as.text = {TEXT, sizeof(TEXT) - 1}, .kind = RULE_BYTES}
#define I(VALUE) {.as.i = VALUE, .kind = RULE_INT}
#define U(VALUE) {.as.u = VALUE, .kind = RULE_UINT}
#define D(VALUE) {.as.d = VALUE, .kind = RULE_DOUBLE}
#define M(VALUE) {.as.i = VALUE, .kind = RULE_MONEY}
#define B(VALUE) {.as.b = VALUE, .kind = RULE_BOOL}
#define NOTHING {.kind = RULE_NULL}
#define L(...)                                                                                      \
    {.as.list = &(const struct value_list){.n = sizeof((const struct cell[]){__VA_ARGS__}) / sizeof(struct cell), \
                                           .items = (const struct cell[]){__VA_ARGS__}}, .kind = RULE_LIST}
#define EMPTY {.as.list = &(const struct value_list){.n = 0}, .kind = RULE_LIST}

struct library_case {
    const char *name;
    const char *expected;            /* printed, or the state's name */
    int32_t n;
    struct cell arguments[5];
};
#define CASE(NAME, EXPECTED, ...)                                                                   \
    {NAME, EXPECTED, sizeof((const struct cell[]){__VA_ARGS__}) / sizeof(struct cell), {__VA_ARGS__}}

static _Alignas(16) char heap_bytes[HEAP_SIZE];

static inline struct heap
new_heap(size_t size)
{
    return (struct heap){.base = heap_bytes, .size = size, .steps = HEAP_STEPS};
}

static inline bool
pattern_fits(const char *pattern, const struct cell *value)
{
    static const char letters[] = "biudsytDC$nTlmo";
    static const uint8_t kinds[] = {RULE_BOOL, RULE_INT, RULE_UINT, RULE_DOUBLE, RULE_STRING, RULE_BYTES, RULE_TIMESTAMP, RULE_DURATION,
                                    RULE_DATE, RULE_MONEY, RULE_NULL, RULE_TYPE, RULE_LIST, RULE_MAP, RULE_OPTIONAL};
    if (*pattern == 'N')
        return value->kind == RULE_INT || value->kind == RULE_UINT || value->kind == RULE_DOUBLE;
    if (*pattern == 'l' && pattern[1] == '$')
        return value->kind == RULE_LIST && value->as.list->n > 0 && value->as.list->items[0].kind == RULE_MONEY;
    return *pattern == '*' || kinds[strchr(letters, *pattern) - letters] == value->kind;
}

static inline bool
row_fits(const struct overload *row, const struct cell *arguments, int32_t n)
{
    if (row->n != n && row->n != OVERLOAD_ANY)
        return false;
    const char *at = row->signature;
    for (int32_t i = 0; i < n; i++) {
        if (row->signature == NULL ? row->args[i] != arguments[i].kind : !pattern_fits(at, &arguments[i]))
            return false;
        if (row->signature != NULL && row->n != OVERLOAD_ANY)
            at += strcspn(at, ",>") + 1;
    }
    return true;
}

static inline const struct overload *
row_of(const struct overload_table *table, const char *name, const struct cell *arguments, int32_t n)
{
    for (int32_t i = 0; i < table->n; i++)
        if (strcmp(table->rows[i].name, name) == 0 && row_fits(&table->rows[i], arguments, n))
            return &table->rows[i];
    return NULL;
}

static inline void
call_row(const struct overload *row, const struct cell *arguments, int32_t n, struct heap *heap, struct cell *result)
{
    memset(result, 0, sizeof *result);
    if (row->call != NULL) {
        const struct builtin_call call = {.heap = heap, .exponent = 2};
        uint8_t state = row->call(&call, arguments, n, result);
        result->state = state;
        return;
    }
    if (row->kernel == NULL) {
        *result = arguments[0];
        return;
    }
    struct cell cells[3];
    memset(cells, 0, sizeof cells);
    memcpy(cells, arguments, (size_t) n * sizeof *arguments);
    struct frame frame = {.cells = cells};
    const struct op op = {.dst = 2 * OPERAND_SIZE, .a = 0, .b = OPERAND_SIZE};
    row->kernel->row(&op, &frame);
    *result = cells[2];
    result->kind = row->result;
}

static inline size_t
show(const struct cell *value, char *text, size_t size)
{
    size_t n = 0;
    switch (value->kind) {
    case RULE_INT: return (size_t) snprintf(text, size, "%lld", (long long) value->as.i);
    case RULE_MONEY: return (size_t) snprintf(text, size, "$%lld", (long long) value->as.i);
    case RULE_UINT: return (size_t) snprintf(text, size, "%lluu", (unsigned long long) value->as.u);
    case RULE_DOUBLE: return (size_t) snprintf(text, size, isnan(value->as.d) ? "nan" : "%#.17g", value->as.d);
    case RULE_BOOL: return (size_t) snprintf(text, size, "%s", value->as.b != 0 ? "true" : "false");
    case RULE_STRING: return (size_t) snprintf(text, size, "%.*s", (int) value->as.text.size, value->as.text.bytes);
    case RULE_BYTES: return (size_t) snprintf(text, size, "b:%.*s", (int) value->as.text.size, value->as.text.bytes);
    case RULE_LIST:
        n = (size_t) snprintf(text, size, "[");
        for (int32_t i = 0; i < value->as.list->n; i++) {
            n += (size_t) snprintf(text + n, size - n, "%s", i > 0 ? "|" : "");
            n += show(&value->as.list->items[i], text + n, size - n);
        }
        return n + (size_t) snprintf(text + n, size - n, "]");
    case RULE_OPTIONAL:
        if (value->as.some == NULL)
            return (size_t) snprintf(text, size, "none");
        n = (size_t) snprintf(text, size, "some ");
        return n + show(value->as.some, text + n, size - n);
    default: return (size_t) snprintf(text, size, "kind %d", value->kind);
    }
}

static inline const char *
state_word(uint8_t state)
{
    switch (state) {
    case CSTM_ERROR_TYPE: return "TYPE";
    case CSTM_ERROR_RANGE: return "RANGE";
    case CSTM_ERROR_SYNTAX: return "SYNTAX";
    case CSTM_ERROR_LIMIT: return "LIMIT";
    case CSTM_ERROR_NOT_FINITE: return "NOT_FINITE";
    default: return "another state";
    }
}

static inline void
check_case(const struct overload_table *table, const struct library_case *c, size_t number)
{
    char text[8192] = "";
    struct heap heap = new_heap(HEAP_SIZE);
    struct cell result;
    const struct overload *row = row_of(table, c->name, c->arguments, c->n);
    ck_assert_msg(row != NULL, "case %zu: no row of %s fits", number, c->name);
    call_row(row, c->arguments, c->n, &heap, &result);
    if (result.state == 0)
        show(&result, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s", state_word(result.state));
    ck_assert_msg(strcmp(text, c->expected) == 0, "case %zu: %s gives %s, not %s", number, c->name, text, c->expected);
}

#define CHECK_LIBRARY(TABLE, CASES)                                                                 \
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)                                     \
        check_case(&TABLE, &CASES[i], i)

#define RUN(NAME, ...)                                                                              \
    int main(void)                                                                                  \
    {                                                                                               \
        const TTest *const tests[] = {__VA_ARGS__};                                                 \
        Suite *suite = suite_create(NAME);                                                          \
        TCase *tcase = tcase_create(NAME);                                                          \
        tcase_set_timeout(tcase, 60);                                                               \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                                 \
            tcase_add_test(tcase, tests[i]);                                                        \
        suite_add_tcase(suite, tcase);                                                              \
        SRunner *runner = srunner_create(suite);                                                    \
        srunner_run_all(runner, CK_NORMAL);                                                         \
        int failed = srunner_ntests_failed(runner);                                                 \
        srunner_free(runner);                                                                       \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                           \
    }

#endif
