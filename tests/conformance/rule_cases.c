/* Runs cases of CEL's public conformance tests: rule-cases FILE.jsonl reads one JSON object a line (file, section, name, expr,
 * container, bindings, and value or error), prints each failure and closes with "N passed, M failed". What this release
 * does not offer counts as failed. */
#include "rule/rule.h"

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES 32

struct value {
    enum rule_kind kind;
    union {
        int64_t i;
        uint64_t u;
        double d;
        uint8_t b;
        struct rule_text text;
    } as;
    char *bytes;     /* owned: of a bytes value */
};

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
read_hex(const json_t *json, struct value *value)
{
    const char *hex = json_string_value(json);
    size_t size = strlen(hex) / 2;
    value->bytes = calloc(size + 1, 1);
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        sscanf(hex + 2 * i, "%2x", &byte);
        value->bytes[i] = (char) byte;
    }
    value->as.text = (struct rule_text){value->bytes, size};
    return true;
}

/* False: a kind that this runner cannot hold, so that no case with it can pass. */
static bool
read_value(const json_t *json, struct value *value)
{
    const json_t *tagged;
    *value = (struct value){0};
    if ((tagged = json_object_get(json, "int")) != NULL) {
        value->kind = RULE_INT;
        value->as.i = strtoll(json_string_value(tagged), NULL, 10);
    } else if ((tagged = json_object_get(json, "uint")) != NULL) {
        value->kind = RULE_UINT;
        value->as.u = strtoull(json_string_value(tagged), NULL, 10);
    } else if ((tagged = json_object_get(json, "double")) != NULL) {
        value->kind = RULE_DOUBLE;
        return read_double(tagged, &value->as.d);
    } else if ((tagged = json_object_get(json, "bool")) != NULL) {
        value->kind = RULE_BOOL;
        value->as.b = json_is_true(tagged);
    } else if ((tagged = json_object_get(json, "string")) != NULL) {
        value->kind = RULE_STRING;
        value->as.text = (struct rule_text){json_string_value(tagged), json_string_length(tagged)};
    } else if ((tagged = json_object_get(json, "bytes")) != NULL) {
        value->kind = RULE_BYTES;
        return read_hex(tagged, value);
    } else if (json_object_get(json, "null") != NULL) {
        value->kind = RULE_NULL;
    } else if ((tagged = json_object_get(json, "timestamp")) != NULL || (tagged = json_object_get(json, "duration")) != NULL) {
        value->kind = json_object_get(json, "timestamp") != NULL ? RULE_TIMESTAMP : RULE_DURATION;
        value->as.i = json_integer_value(json_array_get(tagged, 0)) * 1000000 + json_integer_value(json_array_get(tagged, 1)) / 1000;
    } else {
        return false;
    }
    return true;
}

/* A name of the container hides the same name outside it, and may be written without it. */
static bool
bind(struct rule_scope *scope, const json_t *test, struct value *values, struct rule_column *inputs)
{
    const char *container = json_string_value(json_object_get(test, "container"));
    size_t prefix = container == NULL ? 0 : strlen(container);
    json_t *bindings = json_object_get(test, "bindings");
    const char *name;
    json_t *bound;
    int32_t slot = 0;
    for (int pass = 0; pass < 2; pass++) {
        int32_t at = 0;
        json_object_foreach(bindings, name, bound) {
            bool inside = prefix > 0 && strncmp(name, container, prefix) == 0 && name[prefix] == '.';
            if (at >= NAMES || (pass == 0 && !read_value(bound, &values[at])))
                return false;
            inputs[at].as.any = &values[at].as;
            if (pass == 0 && inside)
                rule_scope_add(scope, name + prefix + 1, values[at].kind, at, NULL, 0);
            if (pass == 1)
                rule_scope_add(scope, name, values[at].kind, at, NULL, 0);
            at++;
        }
        slot = at;
    }
    (void) slot;
    return true;
}

static bool
same(const struct value *expected, enum rule_kind kind, const void *got)
{
    struct rule_text text;
    double d;
    if (kind != expected->kind)
        return false;
    switch (kind) {
    case RULE_STRING:
    case RULE_BYTES:
        memcpy(&text, got, sizeof text);
        return text.size == expected->as.text.size && (text.size == 0 || memcmp(text.bytes, expected->as.text.bytes, text.size) == 0);
    case RULE_DOUBLE:
        memcpy(&d, got, sizeof d);
        return d == expected->as.d || (isnan(d) && isnan(expected->as.d));
    case RULE_BOOL:
        return *(const uint8_t *) got == expected->as.b;
    case RULE_NULL:
        return true;
    default:
        return memcmp(got, &expected->as.i, 8) == 0;
    }
}

/* An error that is expected is one that arises from what the expression does: not one of what this release lacks. */
static bool
is_expected_error(const json_t *errors, cstm_status code)
{
    if (code == CSTM_ERROR_UNSUPPORTED)
        return false;
    if (code != CSTM_ERROR_UNKNOWN)
        return true;
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const char *text = json_string_value(json_array_get(errors, i));
        if (strstr(text, "undeclared") != NULL || strstr(text, "unknown") != NULL || strstr(text, "unbound") != NULL)
            return true;
    }
    return false;
}

static bool
run_program(const struct rule_scope *scope, const struct rule_program *program, const json_t *test, const struct rule_column *inputs, char *got, size_t size)
{
    struct rule_text value[1];
    uint8_t state[1];
    struct rule_column result = {.as.any = value, .states = state};
    void *scratch = aligned_alloc(16, (rule_scratch_size(program, 1) + 31) / 16 * 16);
    rule_run(program, inputs, 1, scratch, &result);
    enum rule_kind kind = rule_program_kind(program);
    bool passed = false;
    struct value expected;
    const json_t *errors = json_object_get(test, "error");
    if (state[0] != 0) {
        passed = errors != NULL;
        snprintf(got, size, "%s", cstm_status_name(state[0]));
    } else {
        char *printed = rule_print(scope, kind, value);
        snprintf(got, size, "%s (%s)", printed, rule_kind_name(kind));
        memory_free(printed);
        if (errors == NULL && read_value(json_object_get(test, "value"), &expected)) {
            passed = same(&expected, kind, value);
            free(expected.bytes);
        }
    }
    free(scratch);
    return passed;
}

static bool
run_case(const json_t *test, char *got, size_t size)
{
    struct rule_scope *scope = rule_scope_new("UTC", "");
    struct value values[NAMES] = {0};
    struct rule_column inputs[NAMES] = {0};
    bool passed = false;
    snprintf(got, size, "a binding of a kind that is not offered");
    if (bind(scope, test, values, inputs)) {
        const json_t *expr = json_object_get(test, "expr");
        struct error_list errors = {0};
        struct rule_program *program = rule_compile(json_string_value(expr), json_string_length(expr), scope, RULE_DYN, NULL, &errors, NULL);
        if (program == NULL) {
            const json_t *wanted = json_object_get(test, "error");
            passed = wanted != NULL && is_expected_error(wanted, cstm_error_code(errors.first));
            snprintf(got, size, "%s", cstm_error_message(errors.first));
        } else {
            passed = run_program(scope, program, test, inputs, got, size);
        }
        error_list_clear(&errors);
        rule_program_unref(program);
    }
    for (int i = 0; i < NAMES; i++)
        free(values[i].bytes);
    rule_scope_free(scope);
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
    char *line = NULL;
    size_t capacity = 0;
    int64_t passed = 0, failed = 0;
    while (getline(&line, &capacity, file) > 0) {
        if (strspn(line, " \t\r\n") == strlen(line))
            continue;
        json_t *test = json_loads(line, JSON_ALLOW_NUL, NULL);
        char got[1024] = "the line is no JSON";
        if (test != NULL && run_case(test, got, sizeof got)) {
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
    fclose(file);
    printf("%lld passed, %lld failed\n", (long long) passed, (long long) failed);
    return failed == 0 ? 0 : 1;
}
