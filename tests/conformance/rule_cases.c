/* Runs cases of CEL's public conformance tests: rule-cases FILE.jsonl reads one JSON object a line (file, section, name, expr,
 * container, bindings, declared, disable_check, and value or error), prints each failure and closes with "N passed, M failed".
 * A value must be of the very kind that is expected; maps have no order. What the library does not offer counts as failed, also
 * where an error is expected. */
#include "rule/rule.h"
#include "rule/value.h"

#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES 32
#define CASE_HEAP (1 << 20)

struct test_case {
    const json_t *json;
    struct heap heap;                    /* of values that the case states */
    struct rule_scope *scope;
    struct cell values[NAMES];
    uint8_t states[NAMES];
    struct rule_column inputs[NAMES];
    int32_t n;
};

/* Tagged values. */

static bool
read_double(const json_t *json, double *value)
{
    const char *text = json_is_string(json) ? json_string_value(json) : "";
    if (json_is_number(json))
        *value = json_number_value(json);
    else if (strcasecmp(text, "infinity") == 0 || strcmp(text, "inf") == 0)
        *value = INFINITY;
    else if (strcasecmp(text, "-infinity") == 0 || strcmp(text, "-inf") == 0)
        *value = -INFINITY;
    else if (strcasecmp(text, "nan") == 0)
        *value = NAN;
    else
        *value = strtod(text, NULL);
    return true;
}

static bool
read_hex(const json_t *json, struct heap *heap, struct rule_text *text)
{
    const char *hex = json_string_value(json);
    const size_t size = strlen(hex) / 2;
    char *bytes = heap_take(heap, size + 1);
    if (bytes == NULL)
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        sscanf(hex + 2 * i, "%2x", &byte);
        bytes[i] = (char) byte;
    }
    *text = (struct rule_text){bytes, size};
    return true;
}

static bool read_value(const json_t *json, struct heap *heap, struct cell *value);

static bool
read_list(const json_t *json, struct heap *heap, struct cell *value)
{
    const int32_t n = (int32_t) json_array_size(json);
    struct cell *items;
    value->kind = RULE_LIST;
    struct value_list *list = list_new(heap, n, &items);
    for (int32_t i = 0; list != NULL && i < n; i++)
        if (!read_value(json_array_get(json, (size_t) i), heap, &items[i]))
            return false;
    value->as.list = list;
    return list != NULL && value_measure(value) == 0;
}

static bool
read_map(const json_t *json, struct heap *heap, struct cell *value)
{
    const int32_t n = (int32_t) json_array_size(json);
    struct cell *keys = heap_take(heap, sizeof *keys * (size_t) (n + 1));
    struct cell *values = heap_take(heap, sizeof *values * (size_t) (n + 1));
    if (keys == NULL || values == NULL)
        return false;
    for (int32_t i = 0; i < n; i++) {
        const json_t *entry = json_array_get(json, (size_t) i);
        if (!read_value(json_array_get(entry, 0), heap, &keys[i]) || !read_value(json_array_get(entry, 1), heap, &values[i]))
            return false;
    }
    value->kind = RULE_MAP;
    return map_new(heap, keys, values, n, &value->as.map) == 0 && value_measure(value) == 0;
}

static struct rule_text
text_in(const json_t *json)
{
    return (struct rule_text){json_string_value(json), json_string_length(json)};
}

static int64_t
micros_in(const json_t *json)
{
    return json_integer_value(json_array_get(json, 0)) * 1000000 + json_integer_value(json_array_get(json, 1)) / 1000;
}

/* False: a tag that is not known, or no room. */
static bool
read_value(const json_t *json, struct heap *heap, struct cell *value)
{
    static const struct { const char *tag; enum rule_kind kind; } tags[] = {
        {"int", RULE_INT}, {"uint", RULE_UINT}, {"double", RULE_DOUBLE}, {"bool", RULE_BOOL}, {"string", RULE_STRING},
        {"bytes", RULE_BYTES}, {"null", RULE_NULL}, {"list", RULE_LIST}, {"map", RULE_MAP}, {"type", RULE_TYPE},
        {"timestamp", RULE_TIMESTAMP}, {"duration", RULE_DURATION}};
    const json_t *tagged = NULL;
    memset(value, 0, sizeof *value);
    for (size_t i = 0; i < sizeof tags / sizeof tags[0] && tagged == NULL; i++) {
        tagged = json_object_get(json, tags[i].tag);
        value->kind = (uint8_t) tags[i].kind;
    }
    if (tagged == NULL)
        return false;
    switch ((enum rule_kind) value->kind) {
    case RULE_INT:
        value->as.i = strtoll(json_string_value(tagged), NULL, 10);
        return true;
    case RULE_UINT:
        value->as.u = strtoull(json_string_value(tagged), NULL, 10);
        return true;
    case RULE_DOUBLE:
        return read_double(tagged, &value->as.d);
    case RULE_BOOL:
        value->as.b = json_is_true(tagged);
        return true;
    case RULE_STRING:
    case RULE_TYPE:
        value->as.text = text_in(tagged);
        return true;
    case RULE_BYTES:
        return read_hex(tagged, heap, &value->as.text);
    case RULE_LIST:
        return read_list(tagged, heap, value);
    case RULE_MAP:
        return read_map(tagged, heap, value);
    case RULE_TIMESTAMP:
    case RULE_DURATION:
        value->as.i = micros_in(tagged);
        return true;
    default:
        return true;
    }
}

/* Comparison: of the same kinds all the way down. */

static bool same(const struct cell *a, const struct cell *b);

static bool
same_maps(const struct value_map *a, const struct value_map *b)
{
    if (a->n != b->n)
        return false;
    for (int32_t i = 0; i < a->n; i++) {
        int32_t k = 0;
        while (k < b->n && !same(&a->keys[i], &b->keys[k]))
            k++;
        if (k == b->n || !same(&a->values[i], &b->values[k]))
            return false;
    }
    return true;
}

static bool
same(const struct cell *a, const struct cell *b)
{
    if (a->kind != b->kind)
        return false;
    switch ((enum rule_kind) a->kind) {
    case RULE_BOOL:
        return a->as.b == b->as.b;
    case RULE_DOUBLE:
        return a->as.d == b->as.d || (isnan(a->as.d) && isnan(b->as.d));
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return same_texts(a->as.text, b->as.text);
    case RULE_NULL:
        return true;
    case RULE_LIST:
        if (a->as.list->n != b->as.list->n)
            return false;
        for (int32_t i = 0; i < a->as.list->n; i++)
            if (!same(&a->as.list->items[i], &b->as.list->items[i]))
                return false;
        return true;
    case RULE_MAP:
        return same_maps(a->as.map, b->as.map);
    default:
        return a->as.i == b->as.i;
    }
}

/* What came out, for the reader of a failure. */
static void
show(const struct cell *value, char *text, size_t size)
{
    char *printed = rule_print(NULL, (enum rule_kind) value->kind, value);
    bool cells = value->kind == RULE_LIST || value->kind == RULE_MAP;
    snprintf(text, size, "%s (%s%s)", printed == NULL ? "" : printed, rule_kind_name((enum rule_kind) value->kind),
             cells ? " that differs" : "");
    memory_free(printed);
}

/* Running. */

static bool
bind_all(struct test_case *test)
{
    const char *name;
    json_t *bound;
    json_object_foreach(json_object_get(test->json, "bindings"), name, bound) {
        struct cell *value = &test->values[test->n];
        if (test->n == NAMES || !read_value(bound, &test->heap, value))
            return false;
        test->inputs[test->n] = (struct rule_column){.kind = (enum rule_kind) value->kind, .as.any = value};
        rule_scope_add(test->scope, name, (enum rule_kind) value->kind, test->n, NULL, 0);
        test->n++;
    }
    /* What is declared and not bound has no value when the expression runs. */
    size_t i;
    json_t *declared;
    json_array_foreach(json_object_get(test->json, "declared"), i, declared) {
        name = json_string_value(declared);
        if (name == NULL || json_object_get(json_object_get(test->json, "bindings"), name) != NULL)
            continue;
        if (test->n == NAMES)
            return false;
        test->states[test->n] = CSTM_ERROR_MISSING;
        test->inputs[test->n] = (struct rule_column){
            .kind = RULE_DYN, .as.any = &test->values[test->n], .states = &test->states[test->n]};
        rule_scope_add(test->scope, name, RULE_DYN, test->n, NULL, 0);
        test->n++;
    }
    return true;
}

static bool
run_program(struct test_case *test, const struct rule_program *program, char *got, size_t size)
{
    union {
        struct cell cell;
        struct rule_text text;
        uint8_t bytes[sizeof(struct cell)];
    } value;
    uint8_t state[1];
    memset(&value, 0, sizeof value);
    struct rule_column result = {.as.any = &value, .states = state};
    void *scratch = aligned_alloc(16, (rule_scratch_size(program, 1) + 31) / 16 * 16);
    rule_run(program, test->inputs, 1, scratch, &result);
    const json_t *wanted = json_object_get(test->json, "value");
    bool passed = false;
    if (state[0] != 0) {
        passed = wanted == NULL && state[0] != CSTM_ERROR_UNSUPPORTED;
        snprintf(got, size, "%s", cstm_status_name(state[0]));
    } else {
        const enum rule_kind kind = rule_program_kind(program);
        struct cell cell = value.cell;
        if (kind >= RULE_BOOL && kind <= RULE_BYTES && kind != RULE_NULL) {
            memset(&cell, 0, sizeof cell);
            memcpy(&cell.as, &value, kind == RULE_BOOL ? 1 : kind == RULE_STRING || kind == RULE_BYTES ? sizeof value.text : 8);
            cell.kind = (uint8_t) kind;
        }
        struct cell expected;
        show(&cell, got, size);
        passed = wanted != NULL && read_value(wanted, &test->heap, &expected) && same(&expected, &cell);
    }
    free(scratch);
    return passed;
}

/* An error that is expected is one that arises from what the expression does: not one of what is not offered. */
static bool
run_case(const json_t *json, char *heap, char *got, size_t size)
{
    struct test_case test = {.json = json, .heap = {.base = heap, .size = CASE_HEAP, .steps = HEAP_STEPS}};
    const char *container = json_string_value(json_object_get(json, "container"));
    test.scope = rule_scope_new("UTC", "");
    bool passed = false;
    snprintf(got, size, "the case cannot be read");
    if (container != NULL)
        rule_scope_set_container(test.scope, container);
    if (json_is_true(json_object_get(json, "disable_check")))
        rule_scope_set_unchecked(test.scope);
    rule_scope_set_infinite(test.scope);
    if (bind_all(&test)) {
        const json_t *expr = json_object_get(json, "expr");
        struct error_list errors = {0};
        struct rule_program *program =
            rule_compile(json_string_value(expr), json_string_length(expr), test.scope, RULE_DYN, NULL, &errors, NULL);
        if (program == NULL) {
            passed = json_object_get(json, "value") == NULL && cstm_error_code(errors.first) != CSTM_ERROR_UNSUPPORTED;
            snprintf(got, size, "%s", cstm_error_message(errors.first));
        } else {
            passed = run_program(&test, program, got, size);
        }
        error_list_clear(&errors);
        rule_program_unref(program);
    }
    rule_scope_free(test.scope);
    return passed;
}

static const char *
text_of(const json_t *test, const char *key)
{
    const char *text = json_string_value(json_object_get(test, key));
    return text == NULL ? "" : text;
}

int
main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: rule-cases FILE.jsonl\n");
        return 2;
    }
    char *heap = aligned_alloc(16, CASE_HEAP);
    char *line = NULL;
    size_t capacity = 0;
    int64_t passed = 0, failed = 0;
    while (getline(&line, &capacity, file) > 0) {
        if (strspn(line, " \t\r\n") == strlen(line))
            continue;
        json_t *test = json_loads(line, JSON_ALLOW_NUL, NULL);
        char got[1024] = "the line is no JSON";
        if (test != NULL && run_case(test, heap, got, sizeof got)) {
            passed++;
        } else {
            const json_t *expected = json_object_get(test, "value");
            char *wanted = json_dumps(expected != NULL ? expected : json_object_get(test, "error"), JSON_COMPACT);
            printf("FAILED %s/%s/%s: %s\n  expected %s%s\n  got %s\n", text_of(test, "file"), text_of(test, "section"),
                   text_of(test, "name"), text_of(test, "expr"), expected != NULL ? "" : "error ", wanted == NULL ? "" : wanted, got);
            free(wanted);
            failed++;
        }
        json_decref(test);
    }
    free(line);
    free(heap);
    fclose(file);
    printf("%lld passed, %lld failed\n", (long long) passed, (long long) failed);
    return failed == 0 ? 0 : 1;
}
