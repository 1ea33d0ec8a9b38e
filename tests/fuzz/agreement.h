/* What every compiled expression is held to, whoever wrote it: a row among many, the row alone and the row explained come to the
 * same, blanks do not change the digest, and an expression that was checked comes to the same unchecked.
 *
 * The rows have a name of every kind, with values at the edges, missing ones and errors, and a constant of every kind under
 * several names (constants[]), for the expressions that are compared with themselves folded. */
#ifndef TESTS_FUZZ_AGREEMENT_H
#define TESTS_FUZZ_AGREEMENT_H

#include "base/calendar.h"
#include "base/civil.h"
#include "rule/mapping.h"
#include "rule/program.h"
#include "rule/quantiles.h"
#include "rule/rates.h"
#include "rule/rule.h"
#include "rule/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 1029              /* more than RULE_ROWS, and no multiple of what is vectorised */

static const struct { const char *name; enum rule_kind kind; } variables[] = {
    {"age", RULE_INT}, {"rate", RULE_DOUBLE}, {"city", RULE_STRING}, {"limit", RULE_MONEY}, {"active", RULE_BOOL},
    {"opened", RULE_DATE}, {"seen", RULE_TIMESTAMP}, {"card.idle", RULE_INT}, {"stage", RULE_STRING}, {"visits", RULE_UINT},
    {"token", RULE_BYTES}, {"tenure", RULE_DURATION}, {"flag", RULE_BOOL}, {"score", RULE_DOUBLE}, {"spent", RULE_MONEY},
    {"segment.rich", RULE_BOOL}, {"count", RULE_UINT}, {"born", RULE_DATE}, {"tags", RULE_LIST}, {"props", RULE_MAP}, {"any", RULE_DYN},
    {"note", RULE_STRING}};
#define VARIABLES ((int32_t) (sizeof variables / sizeof variables[0]))

/* A literal, and a name that is bound to the same. */
static const struct constant { enum rule_kind kind; const char *literal, *name; struct cell value; } constants[] = {
#define WORD(KIND, LITERAL, NAME, VALUE) {KIND, LITERAL, NAME, {.as.i = VALUE, .kind = KIND}}
#define TEXT(KIND, LITERAL, NAME, VALUE) {KIND, LITERAL, NAME, {.as.text = {VALUE, sizeof(VALUE) - 1}, .kind = KIND}}
    WORD(RULE_BOOL, "true", "k_true", 1), WORD(RULE_BOOL, "false", "k_false", 0),
    WORD(RULE_INT, "0", "k_0", 0), WORD(RULE_INT, "1", "k_1", 1), WORD(RULE_INT, "-7", "k_minus", -7), WORD(RULE_INT, "41", "k_41", 41),
    WORD(RULE_INT, "9223372036854775807", "k_most", INT64_MAX), WORD(RULE_INT, "-9223372036854775808", "k_least", INT64_MIN),
    WORD(RULE_UINT, "0u", "k_0u", 0), WORD(RULE_UINT, "7u", "k_7u", 7), WORD(RULE_UINT, "18446744073709551615u", "k_all", -1),
    {RULE_DOUBLE, "0.0", "k_zero", {.as.d = 0.0, .kind = RULE_DOUBLE}}, {RULE_DOUBLE, "-1.5", "k_half", {.as.d = -1.5, .kind = RULE_DOUBLE}},
    {RULE_DOUBLE, "2.0", "k_two", {.as.d = 2.0, .kind = RULE_DOUBLE}}, {RULE_DOUBLE, "1e300", "k_huge", {.as.d = 1e300, .kind = RULE_DOUBLE}},
    {RULE_DOUBLE, "9007199254740992.0", "k_53", {.as.d = 9007199254740992.0, .kind = RULE_DOUBLE}},
    TEXT(RULE_STRING, "''", "k_empty", ""), TEXT(RULE_STRING, "'current'", "k_current", "current"), TEXT(RULE_STRING, "'12'", "k_12", "12"),
    TEXT(RULE_STRING, "'Z\xc3\xbcrich %s'", "k_city", "Z\xc3\xbcrich %s"), TEXT(RULE_STRING, "'a,b,,c'", "k_abc", "a,b,,c"),
    TEXT(RULE_STRING, "'2005-10-01'", "k_day", "2005-10-01"), TEXT(RULE_STRING, "'^[a-c]+|r$'", "k_pattern", "^[a-c]+|r$"),
    TEXT(RULE_STRING, "'1.5'", "k_text", "1.5"), TEXT(RULE_STRING, "'90m'", "k_90m", "90m"), TEXT(RULE_STRING, "'%d:%.2f'", "k_form", "%d:%.2f"),
    TEXT(RULE_STRING, "'YWJj'", "k_base64", "YWJj"),
    TEXT(RULE_BYTES, "b''", "k_bytes", ""), TEXT(RULE_BYTES, "b'ab\\xff'", "k_ff", "ab\xff"), TEXT(RULE_BYTES, "b'\xc3\xbc'", "k_ue", "\xc3\xbc"),
    WORD(RULE_DATE, "date('2005-10-01')", "k_october", 13057), WORD(RULE_DATE, "date('0001-01-01')", "k_first", -719162),
    WORD(RULE_DATE, "date('9999-12-31')", "k_last", 2932896),
    WORD(RULE_TIMESTAMP, "timestamp('2005-10-01T00:00:00Z')", "k_instant", INT64_C(1128124800000000)),
    WORD(RULE_TIMESTAMP, "timestamp('9999-12-31T23:59:59.999999Z')", "k_end", INT64_C(253402300799999999)),
    WORD(RULE_DURATION, "duration('24h')", "k_24h", INT64_C(86400000000)), WORD(RULE_DURATION, "duration('-1.5s')", "k_back", -1500000),
    WORD(RULE_MONEY, "money('8000')", "k_8000", 800000), WORD(RULE_MONEY, "money('-0.01')", "k_cent", -1),
    WORD(RULE_MONEY, "money('0')", "k_none", 0),
#undef WORD
#undef TEXT
};
#define CONSTANTS ((int32_t) (sizeof constants / sizeof constants[0]))
#define SLOTS (VARIABLES + CONSTANTS)

static struct {
    struct rule_column inputs[SLOTS];
    int64_t words[VARIABLES][ROWS];
    double doubles[VARIABLES][ROWS];
    uint8_t bools[VARIABLES][ROWS];
    struct rule_text texts[VARIABLES][ROWS];
    struct cell cells[VARIABLES][ROWS];
    uint8_t states[VARIABLES][ROWS];
} rows;

/* The texts once more, as codes of a dictionary and one after the other. */
#define ENTRIES 7
static const struct rule_text entries[ENTRIES] = {{"current", 7}, {"", 0}, {"Z\xc3\xbcrich", 7}, {"12", 2}, {"2005-10-01", 10}, {"b,b", 3}, {"true", 4}};
static struct {
    int32_t codes[ROWS];
    int64_t offsets[ROWS + 1];
    char bytes[ROWS * 10];
} forms[VARIABLES];

struct scopes {
    struct rule_scope *checked, *infinite, *unchecked;
};

static inline void
must(bool holds)
{
    if (!holds)
        abort();
}

static inline void
fill_variable(int32_t k)
{
    static const int64_t ints[] = {0, 1, -1, 41, INT64_MAX, INT64_MIN, 8000, 2};
    static const int64_t spans[] = {0, 1, -1, INT64_C(86400000000), INT64_C(9223372036854775), -INT64_C(9223372036854775), -1500000};
    static const double doubles[] = {0.0, -1.5, 2.5, 1e300, 9223372036854775808.0, -0.0, 41.0};
    static const struct cell items[] = {{.as.i = 1, .kind = RULE_INT}, {.as.text = {"a", 1}, .kind = RULE_STRING}, {.as.d = 1.0, .kind = RULE_DOUBLE},
                                        {.as.i = 7, .kind = RULE_MONEY}, {.as.b = 1, .kind = RULE_BOOL}, {.kind = RULE_NULL}};
    static const struct cell keys[] = {{.as.text = {"a", 1}, .kind = RULE_STRING}, {.as.i = 1, .kind = RULE_INT}, {.as.b = 1, .kind = RULE_BOOL}};
    static struct value_list lists[4];
    static struct value_map maps[3];
    const enum rule_kind kind = variables[k].kind;
    for (int i = 0; i < ROWS; i++) {
        const int at = i + k;
        rows.words[k][i] = kind == RULE_DATE ? at % 24 * 1000 : kind == RULE_TIMESTAMP ? at % 24 * INT64_C(100000000000000)
            : kind == RULE_DURATION ? spans[at % 7] : ints[at % 8];
        rows.doubles[k][i] = doubles[at % 7];
        rows.bools[k][i] = (uint8_t) (at % 3 == 0);
        rows.texts[k][i] = entries[at % ENTRIES];
        forms[k].codes[i] = at % ENTRIES;
        memcpy(forms[k].bytes + forms[k].offsets[i], entries[at % ENTRIES].bytes, entries[at % ENTRIES].size);
        forms[k].offsets[i + 1] = forms[k].offsets[i] + (int64_t) entries[at % ENTRIES].size;
        rows.states[k][i] = at % 4 == 1 ? CSTM_ERROR_MISSING : at % 7 == 2 ? CSTM_ERROR_RANGE : 0;
        lists[at % 4] = (struct value_list){.n = at % 4, .items = items + at % 3, .cells = at % 4 + 1, .depth = 1};
        maps[at % 3] = (struct value_map){.n = at % 3, .keys = keys, .values = items + at % 4, .cells = 2 * (at % 3) + 1, .depth = 1};
        if (kind == RULE_LIST || (kind == RULE_DYN && at % 4 == 0))
            rows.cells[k][i] = (struct cell){.as.list = &lists[at % 4], .kind = RULE_LIST};
        else if (kind == RULE_MAP || (kind == RULE_DYN && at % 4 == 1))
            rows.cells[k][i] = (struct cell){.as.map = &maps[at % 3], .kind = RULE_MAP};
        else
            rows.cells[k][i] = items[at % 6];
    }
    struct rule_column *input = &rows.inputs[k];
    *input = (struct rule_column){.kind = kind, .states = k % 2 == 1 ? rows.states[k] : NULL, .constant = k == 8};
    if (!type_is_scalar(kind))
        input->as.cells = rows.cells[k];
    else if (kind == RULE_STRING || kind == RULE_BYTES)
        input->as.texts = rows.texts[k];
    else if (kind == RULE_BOOL)
        input->as.bools = rows.bools[k];
    else if (kind == RULE_DOUBLE)
        input->as.doubles = rows.doubles[k];
    else
        input->as.int64s = rows.words[k];
}

static inline struct calendar *
new_calendar(void)
{
    struct calendar *calendar = calendar_new("cn", 2005, 2006);
    must(calendar != NULL && calendar_mark(calendar, 13057, true, "\xe5\x9b\xbd\xe5\xba\x86") == CSTM_OK);
    calendar_close(calendar);
    return calendar;
}

/* There is one of each kind that has tables, by the kind's name. */
static inline struct quantiles *
new_quantiles(const char *name, enum rule_kind kind)
{
    static const int64_t words[] = {0, 41, 8000}, counts[] = {1, 3, 4};
    static const double doubles[] = {-1.5, 0.0, 2.5};
    struct quantiles *quantiles = quantiles_new(name, kind);
    must(quantiles != NULL);
    must(quantiles_add(quantiles, 5000, kind == RULE_DOUBLE ? (const void *) doubles : (const void *) words, counts, 3) == CSTM_OK);
    return quantiles;
}

static inline struct rates *
new_rates(void)
{
    struct rates *made = rates_new("twd", currency_find("TWD", 3), 10000);
    must(made != NULL && rates_begin(made, 5000) == CSTM_OK && rates_add(made, currency_find("USD", 3), 331900, 4, 1) == CSTM_OK);
    must(rates_begin(made, 13057) == CSTM_OK && rates_add(made, currency_find("JPY", 3), 292, 1, 100) == CSTM_OK);
    return made;
}

/* One of each kind that has mappings, by the kind's name. */
static inline struct mapping *
new_mapping(enum rule_kind kind)
{
    struct mapping *mapping = mapping_new(rule_kind_name(kind), kind);
    must(mapping != NULL && mapping_category(mapping, "north", 5) == 0 && mapping_category(mapping, "south", 5) == 1);
    must(mapping_add_range(mapping, kind == RULE_INT ? 0 : 2, 10, 41, 0) && mapping_add_range(mapping, kind == RULE_INT ? 0 : 2, 42, 99, 1));
    must(kind == RULE_INT || mapping_add_text(mapping, "taipei", 6, 0));
    if (kind == RULE_INT)
        mapping_else(mapping, 1);
    mapping_close(mapping);
    return mapping;
}

static inline struct rule_scope *
new_scope(const struct calendar *calendar, const struct rates *rates, struct quantiles *const *quantiles, int n_quantiles)
{
    static const struct cell vip = {.as.i = 41, .kind = RULE_INT};
    static const struct cell ages[] = {{.as.i = 18, .kind = RULE_INT}, {.as.i = 41, .kind = RULE_INT}};
    struct rule_scope *scope = rule_scope_new(NULL, "TWD");
    must(scope != NULL);
    for (int32_t k = 0; k < VARIABLES; k++)
        must(rule_scope_add(scope, variables[k].name, variables[k].kind, k, NULL, 0));
    for (int32_t k = 0; k < CONSTANTS; k++)
        must(rule_scope_add(scope, constants[k].name, constants[k].kind, VARIABLES + k, NULL, 0));
    must(rule_scope_add_constant(scope, "vip", &vip) && rule_scope_add_constant(scope, "adult", &vip) && rule_scope_add_list(scope, "ages", RULE_INT, ages, 2));
    rule_scope_set_calendar(scope, calendar);
    rule_scope_set_rates(scope, rates);
    for (int i = 0; i < n_quantiles; i++)
        must(rule_scope_add_quantiles(scope, quantiles[i]));
    static struct mapping *mappings[2];
    for (int i = 0; i < 2; i++) {
        if (mappings[i] == NULL)
            mappings[i] = new_mapping(i == 0 ? RULE_INT : RULE_STRING);
        must(rule_scope_add_mapping(scope, mappings[i]));
    }
    return scope;
}

static inline const struct scopes *
shared_scopes(void)
{
    static struct scopes scopes;
    static const enum rule_kind kinds[] = {RULE_INT, RULE_DOUBLE, RULE_MONEY, RULE_DATE, RULE_TIMESTAMP};
    static struct quantiles *quantiles[7];
    if (scopes.checked != NULL)
        return &scopes;
    for (int32_t k = 0; k < VARIABLES; k++)
        fill_variable(k);
    for (int32_t k = 0; k < CONSTANTS; k++)
        rows.inputs[VARIABLES + k] = (struct rule_column){.kind = constants[k].kind, .constant = true, .as.any = (void *) &constants[k].value.as};
    for (int i = 0; i < 5; i++)
        quantiles[i] = new_quantiles(rule_kind_name(kinds[i]), kinds[i]);
    quantiles[5] = new_quantiles("age", RULE_INT);
    quantiles[6] = new_quantiles("limit", RULE_MONEY);
    static struct calendar *calendar;
    static struct rates *rates;
    calendar = new_calendar();
    rates = new_rates();
    scopes.checked = new_scope(calendar, rates, quantiles, 7);
    scopes.infinite = new_scope(calendar, rates, quantiles, 7);
    scopes.unchecked = new_scope(calendar, rates, quantiles, 7);
    rule_scope_set_infinite(scopes.infinite);
    rule_scope_set_unchecked(scopes.unchecked);
    return &scopes;
}

/* The same to the bit, but one NaN is as good as another. */
static inline bool
same_cell(const struct cell *a, const struct cell *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case RULE_NULL:
        return true;
    case RULE_BOOL:
        return a->as.b == b->as.b;
    case RULE_DOUBLE:
        return a->as.i == b->as.i || (isnan(a->as.d) && isnan(b->as.d));
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return same_texts(a->as.text, b->as.text);
    case RULE_LIST:
        for (int32_t i = 0; a->as.list->n == b->as.list->n && i < a->as.list->n; i++)
            if (!same_cell(&a->as.list->items[i], &b->as.list->items[i]))
                return false;
        return a->as.list->n == b->as.list->n;
    case RULE_MAP:
        for (int32_t i = 0; a->as.map->n == b->as.map->n && i < a->as.map->n; i++)
            if (!same_cell(&a->as.map->keys[i], &b->as.map->keys[i]) || !same_cell(&a->as.map->values[i], &b->as.map->values[i]))
                return false;
        return a->as.map->n == b->as.map->n;
    case RULE_OPTIONAL:
        return a->as.some == NULL || b->as.some == NULL ? a->as.some == b->as.some : same_cell(a->as.some, b->as.some);
    default:
        return a->as.i == b->as.i;
    }
}

/* A value out of a vector. */
static inline struct cell
cell_at(enum rule_kind kind, const void *values, int32_t row)
{
    struct cell cell = {.kind = (uint8_t) kind};
    memcpy(&cell.as, (const char *) values + (size_t) row * (size_t) kind_width(kind), (size_t) kind_width(kind));
    return cell;
}

/* What one row comes to by itself. The value lives in `scratch`, which is the caller's to free. */
struct answer {
    struct cell value;
    void *scratch;
};

static inline void *
new_scratch(const struct rule_program *program, int32_t n)
{
    void *scratch = aligned_alloc(16, (rule_scratch_size(program, n) + 31) / 16 * 16);
    must(scratch != NULL);
    return scratch;
}

static inline struct answer
answer_of(const struct rule_program *program, int32_t row)
{
    struct rule_column inputs[SLOTS];
    const enum rule_kind kind = rule_program_kind(program);
    for (int32_t k = 0; k < SLOTS; k++) {
        inputs[k] = rows.inputs[k];
        const size_t at = inputs[k].constant ? 0 : (size_t) row;
        inputs[k].as.any = (char *) inputs[k].as.any + at * (size_t) kind_width(inputs[k].kind);
        if (inputs[k].states != NULL)
            inputs[k].states += at;
    }
    struct cell value = {.kind = RULE_ERROR};
    uint8_t state;
    struct answer answer = {.scratch = new_scratch(program, 1)};
    struct rule_column result = {.as.any = &value, .states = &state};
    rule_run(program, inputs, 1, answer.scratch, &result);
    answer.value = type_is_scalar(kind) ? cell_at(kind, &value, 0) : value;
    answer.value.state = state;
    return answer;
}

static inline bool
same_answer(const struct cell *a, const struct cell *b)
{
    return a->state == b->state && (a->state != 0 || same_cell(a, b));
}

static inline void
check_explanation(const struct rule_scope *scope, const struct rule_program *program, int32_t row, const struct cell *value)
{
    struct rule_explanation explanation = {0};
    must(rule_explain(program, rows.inputs, row, &explanation, NULL) == CSTM_OK);
    must(explanation.n >= 1 && explanation.nodes[0].state == value->state && explanation.nodes[0].decisive);
    if (value->state == 0) {
        const enum rule_kind kind = rule_program_kind(program);
        char *printed = rule_print(scope, kind, type_is_scalar(kind) ? (const void *) &value->as : (const void *) value);
        must(printed != NULL && strcmp(printed, explanation.nodes[0].value) == 0);
        free(printed);
    }
    rule_explanation_clear(&explanation);
}

/* The rows once more with texts in another form, twice, so that look-ups are filled and used. */
static inline void
check_form(const struct rule_program *program, enum rule_form form, int32_t n, const struct rule_column *expected)
{
    struct rule_column inputs[SLOTS];
    struct rule_coded coded[VARIABLES];
    struct rule_spans spans[VARIABLES];
    const int32_t *slots, n_look_ups = rule_program_look_ups(program, &slots);
    struct rule_look_up *look_ups = calloc((size_t) n_look_ups + 1, sizeof *look_ups);
    must(look_ups != NULL);
    for (int32_t i = 0; i < n_look_ups; i++) {
        look_ups[i].values = calloc(ENTRIES, 8);
        look_ups[i].states = calloc(ENTRIES, 1);
        must(look_ups[i].values != NULL && look_ups[i].states != NULL);
    }
    memcpy(inputs, rows.inputs, sizeof inputs);
    for (int32_t k = 0; k < VARIABLES; k++) {
        if (inputs[k].kind != RULE_STRING || inputs[k].constant)
            continue;
        coded[k] = (struct rule_coded){.codes = forms[k].codes, .entries = entries, .n = ENTRIES, .look_ups = look_ups};
        spans[k] = (struct rule_spans){.offsets = forms[k].offsets, .bytes = forms[k].bytes, .end = forms[k].bytes + forms[k].offsets[ROWS]};
        inputs[k].form = (uint8_t) form;
        if (form == RULE_CODED)
            inputs[k].as.coded = &coded[k];
        else
            inputs[k].as.spans = &spans[k];
    }
    void *scratch = new_scratch(program, n);
    struct rule_text *values = malloc(sizeof *values * (size_t) n);
    uint8_t *states = malloc((size_t) n);
    must(values != NULL && states != NULL);
    struct rule_column result = {.as.any = values, .states = states};
    const enum rule_kind kind = rule_program_kind(program);
    for (int round = 0; round < 2; round++) {
        rule_run(program, inputs, n, scratch, &result);
        for (int32_t row = 0; row < n; row++) {
            struct cell a = cell_at(kind, values, row), b = cell_at(kind, expected->as.any, row);
            a.state = states[row];
            b.state = expected->states[row];
            must(same_answer(&a, &b));
        }
    }
    for (int32_t i = 0; i < n_look_ups; i++) {
        free(look_ups[i].values);
        free(look_ups[i].states);
    }
    free(look_ups);
    free(values);
    free(states);
    free(scratch);
}

/* The first n rows as vectors, some of them alone and explained. */
static inline void
check_rows(const struct rule_scope *scope, const struct rule_program *program, int32_t n)
{
    const enum rule_kind kind = rule_program_kind(program);
    const bool is_scalar = type_is_scalar(kind);
    if (rule_scratch_size(program, n) > (64 << 20))
        return;   /* many concatenations: correct, but slow to try */
    void *scratch = new_scratch(program, n);
    struct rule_text *values = malloc(sizeof *values * (size_t) n);
    uint8_t *states = malloc((size_t) n);
    must(values != NULL && states != NULL);
    struct rule_column result = {.as.any = values, .states = states};
    if (n > 1)
        rule_run(program, rows.inputs, n, scratch, &result);
    for (int32_t row = 0; row < n; row += n <= 3 ? 1 : n <= 19 ? 3 : 257) {
        const struct answer alone = answer_of(program, row);
        struct cell among = is_scalar ? cell_at(kind, values, row) : alone.value;
        if (n > 1) {
            among.state = states[row];
            must(is_scalar ? same_answer(&among, &alone.value) : states[row] == CSTM_ERROR_UNSUPPORTED);
        }
        check_explanation(scope, program, row, &alone.value);
        free(alone.scratch);
    }
    for (enum rule_form form = RULE_CODED; n > 1 && is_scalar && rule_program_takes_forms(program) && form <= RULE_SPANS; form++)
        check_form(program, form, n, &result);
    free(values);
    free(states);
    free(scratch);
}

/* Two programs of one expression, row by row. What ends in a limit unfolded may be within it folded: what is folded is not
 * made at run time. */
static inline void
check_same(const struct rule_program *a, const struct rule_program *b, int32_t n, bool limits)
{
    must(rule_program_kind(a) == rule_program_kind(b));
    for (int32_t row = 0; row < n; row++) {
        const struct answer x = answer_of(a, row), y = answer_of(b, row);
        must(same_answer(&x.value, &y.value) || (limits && y.value.state == CSTM_ERROR_LIMIT));
        free(x.scratch);
        free(y.scratch);
    }
}

static inline struct rule_program *
compiled(const char *text, size_t size, const struct rule_scope *scope)
{
    struct error_list errors = {0}, warnings = {0};
    struct rule_program *program = rule_compile(text, size, scope, RULE_DYN, NULL, &errors, &warnings);
    must((program == NULL) == (errors.count > 0));
    for (const cstm_error *error = errors.first; error != NULL; error = cstm_error_next(error))
        must(cstm_error_code(error) != CSTM_OK && cstm_error_line(error) >= 1 && cstm_error_column(error) >= 1 &&
              (size_t) cstm_error_line(error) <= size + 1 && (size_t) cstm_error_column(error) <= size + 1);
    error_list_clear(&errors);
    error_list_clear(&warnings);
    return program;
}

static inline bool
same_digest(const struct rule_program *a, const struct rule_program *b)
{
    const struct digest x = rule_program_digest(a), y = rule_program_digest(b);
    return memcmp(&x, &y, sizeof x) == 0;
}

/* Checked, with its result free to be infinite as that of an unchecked one is, and unchecked. */
static inline void
check_unchecked(const struct scopes *scopes, const char *text, size_t size, int32_t n)
{
    struct rule_program *infinite = compiled(text, size, scopes->infinite), *unchecked = compiled(text, size, scopes->unchecked);
    must(infinite != NULL && unchecked != NULL);
    check_same(infinite, unchecked, n, false);
    must(same_digest(infinite, unchecked));
    rule_program_unref(infinite);
    rule_program_unref(unchecked);
}

#endif
