/* Memberships: made from a rule over a table, or from a column of bools with its statuses (which is
 * what a batch has), and what is asked of one. The row of a membership is the row of its table;
 * keys are shared with the table, not copied. */
#include "segment/membership.h"

#include "rule/verdicts.h"

struct cstm_membership *
membership_new(int64_t rows, const struct table_column *key)
{
    struct cstm_membership *made = memory_new(sizeof *made);
    if (made == NULL)
        return NULL;
    made->handle.tag = HANDLE_MEMBERSHIP;
    made->rows = rows;
    made->distinct = key == NULL;
    made->bits[CSTM_VERDICT_MET] = memory_new(membership_bytes(rows) + 8);
    made->bits[CSTM_VERDICT_UNDECIDED] = memory_new(membership_bytes(rows) + 8);
    if (made->bits[CSTM_VERDICT_MET] == NULL || made->bits[CSTM_VERDICT_UNDECIDED] == NULL ||
        (key != NULL && !column_share(key, key->name, &made->key))) {
        cstm_membership_free(made);
        return NULL;
    }
    return made;
}

bool
membership_need_statuses(struct cstm_membership *membership)
{
    if (membership->statuses == NULL)
        membership->statuses = memory_new((size_t) membership->rows + 1);
    return membership->statuses != NULL;
}

static int64_t
count_bits(const uint8_t *bits, int64_t rows)
{
    int64_t n = 0;
    for (size_t i = 0; i < membership_bytes(rows); i += 8) {
        uint64_t word;
        memcpy(&word, bits + i, sizeof word);
        n += __builtin_popcountll(word);
    }
    return n;
}

void
membership_finish(struct cstm_membership *membership)
{
    int64_t met = count_bits(membership->bits[CSTM_VERDICT_MET], membership->rows);
    int64_t undecided = count_bits(membership->bits[CSTM_VERDICT_UNDECIDED], membership->rows);
    membership->counts[CSTM_VERDICT_MET] = met;
    membership->counts[CSTM_VERDICT_UNDECIDED] = undecided;
    membership->counts[CSTM_VERDICT_NOT_MET] = membership->rows - met - undecided;
}

/* Eight rows a byte. */
static void
pack(const uint8_t *values, const uint8_t *statuses, int64_t rows,
     struct cstm_membership *membership)
{
    uint8_t *met = membership->bits[CSTM_VERDICT_MET];
    uint8_t *undecided = membership->bits[CSTM_VERDICT_UNDECIDED];
    for (int64_t row = 0; row < rows; row++) {
        unsigned no = statuses[row] != CSTM_OK, yes = values[row] != 0 && !no;
        met[row >> 3] = (uint8_t) (met[row >> 3] | yes << (row & 7));
        undecided[row >> 3] = (uint8_t) (undecided[row >> 3] | no << (row & 7));
    }
}

cstm_status
membership_of_column(const uint8_t *values, const uint8_t *statuses, int64_t rows,
                     const struct table_column *key, struct cstm_membership **membership,
                     cstm_error **error)
{
    struct cstm_membership *made = membership_new(rows, key);
    if (made == NULL)
        return error_no_memory(error);
    pack(values, statuses, rows, made);
    membership_finish(made);
    if (made->counts[CSTM_VERDICT_UNDECIDED] > 0) {
        if (!membership_need_statuses(made)) {
            cstm_membership_free(made);
            return error_no_memory(error);
        }
        memcpy(made->statuses, statuses, (size_t) rows);
    }
    *membership = made;
    return CSTM_OK;
}

/* --- from tables --- */

static cstm_status
find_key(const cstm_table *table, const char *name, const struct table_column **key,
         cstm_error **error)
{
    *key = NULL;
    if (name == NULL)
        return CSTM_OK;
    const struct table_column *found = table_find(table, name);
    if (found == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN, "the table has no column '%s'", name);
    if (found->type != CSTM_TYPE_STRING && found->type != CSTM_TYPE_INT)
        return error_set(error, CSTM_ERROR_TYPE, "the key '%s' is neither string nor int", name);
    *key = found;
    return CSTM_OK;
}

/* A status as one byte; what is none says that something is missing. */
static uint8_t
status_byte(int64_t status)
{
    return status > 0 && status < N_STATUSES ? (uint8_t) status : (uint8_t) CSTM_ERROR_MISSING;
}

/* why NULL: of no row it is said why it is undecided. */
static cstm_status
from_columns(const struct table_column *value, const struct table_column *why,
             const struct table_column *key, struct cstm_membership **membership,
             cstm_error **error)
{
    int64_t rows = value->rows;
    uint8_t *statuses = memory_new((size_t) rows + 1);
    if (statuses == NULL)
        return error_no_memory(error);
    for (int64_t row = 0; row < rows; row++) {
        if (column_is_valid(value, row))
            continue;
        bool said = why != NULL && column_is_valid(why, row);
        statuses[row] = said ? status_byte(why->as.int64s[row]) : (uint8_t) CSTM_ERROR_MISSING;
    }
    cstm_status status =
        membership_of_column(value->as.bools, statuses, rows, key, membership, error);
    memory_free(statuses);
    return status;
}

cstm_status
cstm_membership_of_rule(const cstm_rule *rule, const cstm_table *table, const char *key,
                        cstm_membership **membership, cstm_error **error)
{
    error_clear(error);
    const struct table_column *keys;
    if (!handle_is(rule, HANDLE_RULE))
        return error_misuse(error, "rule is NULL or not a rule");
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (membership == NULL)
        return error_misuse(error, "membership is NULL");
    if (cstm_rule_type(rule) != CSTM_TYPE_BOOL)
        return error_set(error, CSTM_ERROR_TYPE, "a segment's rule is bool, and this one is not");
    cstm_status status = find_key(table, key, &keys, error);
    if (status != CSTM_OK)
        return status;
    struct cstm_membership *made = membership_new(table->rows, keys);
    if (made == NULL)
        return error_no_memory(error);
    struct verdicts verdicts = {made->bits[CSTM_VERDICT_MET], made->bits[CSTM_VERDICT_UNDECIDED],
                                NULL};
    status = rule_verdicts(rule, table, &verdicts, error);
    if (status != CSTM_OK) {
        cstm_membership_free(made);
        return status;
    }
    made->statuses = verdicts.statuses;
    membership_finish(made);
    *membership = made;
    return CSTM_OK;
}

cstm_status
cstm_membership_of_table(const cstm_table *table, const char *column, const char *status,
                         const char *key, cstm_membership **membership, cstm_error **error)
{
    error_clear(error);
    const struct table_column *value, *why = NULL, *keys;
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (column == NULL)
        return error_misuse(error, "column is NULL");
    if (membership == NULL)
        return error_misuse(error, "membership is NULL");
    value = table_find(table, column);
    if (value != NULL && status != NULL)
        why = table_find(table, status);
    if (value == NULL || (why == NULL && status != NULL))
        return error_set(error, CSTM_ERROR_UNKNOWN, "the table has no column '%s'",
                         value == NULL ? column : status);
    if (value->type != CSTM_TYPE_BOOL)
        return error_set(error, CSTM_ERROR_TYPE, "the column '%s' is not bool", column);
    if (why != NULL && why->type != CSTM_TYPE_INT)
        return error_set(error, CSTM_ERROR_TYPE, "the column '%s' is not int", status);
    cstm_status found = find_key(table, key, &keys, error);
    return found == CSTM_OK ? from_columns(value, why, keys, membership, error) : found;
}

void
cstm_membership_free(cstm_membership *membership)
{
    if (!is_membership(membership))
        return;
    column_clear(&membership->key);
    memory_free(membership->bits[CSTM_VERDICT_MET]);
    memory_free(membership->bits[CSTM_VERDICT_UNDECIDED]);
    memory_free(membership->statuses);
    membership->handle.tag = HANDLE_FREED;
    memory_free(membership);
}

/* --- what is asked --- */

int64_t
cstm_membership_rows(const cstm_membership *membership)
{
    return is_membership(membership) ? membership->rows : 0;
}

int64_t
cstm_membership_count(const cstm_membership *membership, cstm_verdict verdict)
{
    return is_membership(membership) && verdict >= 0 && verdict < N_VERDICTS
               ? membership->counts[verdict]
               : 0;
}

static bool
has_row(const cstm_membership *membership, int64_t row)
{
    return is_membership(membership) && row >= 0 && row < membership->rows;
}

cstm_verdict
cstm_membership_verdict(const cstm_membership *membership, int64_t row)
{
    return has_row(membership, row) ? membership_verdict(membership, row) : CSTM_VERDICT_UNDECIDED;
}

cstm_status
cstm_membership_status(const cstm_membership *membership, int64_t row)
{
    if (!has_row(membership, row))
        return CSTM_ERROR_MISUSE;
    return membership->statuses != NULL ? membership->statuses[row] : CSTM_OK;
}

const uint8_t *
cstm_membership_bits(const cstm_membership *membership, cstm_verdict verdict, size_t *size)
{
    bool there = is_membership(membership) &&
                 (verdict == CSTM_VERDICT_MET || verdict == CSTM_VERDICT_UNDECIDED);
    if (size != NULL)
        *size = there ? (size_t) ((membership->rows + 7) / 8) : 0;
    return there ? membership->bits[verdict] : NULL;
}

/* --- tables --- */

/* Status of the rows of a selection, and its name as the reason: of those that occur, no more. */
static bool
put_reasons(struct builder *builder, const cstm_membership *membership, const int64_t *rows,
            int64_t n)
{
    const char *names[N_STATUSES];
    int32_t codes[N_STATUSES], n_names = 0;
    memset(codes, 0xff, sizeof codes);
    for (int64_t i = 0; i < n; i++) {
        int32_t status = membership->statuses[rows[i]];
        if (codes[status] >= 0)
            continue;
        codes[status] = n_names;
        names[n_names++] = cstm_status_name(status);
    }
    int64_t *status = builder_int64s(builder, "status", NULL);
    int32_t *reason =
        status == NULL ? NULL : builder_codes(builder, "reason", names, n_names, NULL);
    for (int64_t i = 0; reason != NULL && i < n; i++) {
        status[i] = membership->statuses[rows[i]];
        reason[i] = codes[status[i]];
    }
    return reason != NULL;
}

static cstm_status
select_rows(const cstm_membership *membership, cstm_verdict verdict, const int64_t *rows,
            cstm_table **table, cstm_error **error)
{
    struct builder builder;
    int64_t n = membership->counts[verdict];
    cstm_status status = builder_start(&builder, n, error);
    if (status != CSTM_OK)
        return status;
    bool put = membership_put_keys(&builder, membership, rows, n);
    if (put && membership->key.name != NULL) {
        int64_t *numbers = builder_int64s(&builder, "row", NULL);
        put = numbers != NULL;
        if (put && n > 0)
            memcpy(numbers, rows, (size_t) n * sizeof *rows);
    }
    if (put && verdict == CSTM_VERDICT_UNDECIDED)
        put = put_reasons(&builder, membership, rows, n);
    return put ? builder_end(&builder, table, error) : builder_fail(&builder, error);
}

cstm_status
cstm_membership_select(const cstm_membership *membership, cstm_verdict verdict, cstm_table **table,
                       cstm_error **error)
{
    error_clear(error);
    if (!is_membership(membership))
        return error_misuse(error, "membership is NULL or not a membership");
    if (verdict < 0 || verdict >= N_VERDICTS)
        return error_misuse(error, "verdict is not one of CSTM_VERDICT_*");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    int64_t *rows = memory_new_array((size_t) membership->counts[verdict] + 1, sizeof *rows), n = 0;
    if (rows == NULL)
        return error_no_memory(error);
    for (int64_t row = 0; row < membership->rows; row++)
        if (membership_verdict(membership, row) == verdict)
            rows[n++] = row;
    cstm_status status = select_rows(membership, verdict, rows, table, error);
    memory_free(rows);
    return status;
}

cstm_status
cstm_membership_table(const cstm_membership *membership, cstm_table **table, cstm_error **error)
{
    error_clear(error);
    struct builder builder;
    uint8_t *valid;
    if (!is_membership(membership))
        return error_misuse(error, "membership is NULL or not a membership");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    cstm_status status = builder_start(&builder, membership->rows, error);
    if (status != CSTM_OK)
        return status;
    bool put = membership_put_key(&builder, membership);
    uint8_t *met = put ? builder_bools(&builder, "met", &valid) : NULL;
    int64_t *why = met == NULL ? NULL : builder_int64s(&builder, "status", NULL);
    if (why == NULL)
        return builder_fail(&builder, error);
    for (int64_t row = 0; row < membership->rows; row++) {
        met[row] = membership_bit(membership, CSTM_VERDICT_MET, row);
        valid[row] = !membership_bit(membership, CSTM_VERDICT_UNDECIDED, row);
        why[row] = membership->statuses != NULL ? membership->statuses[row] : CSTM_OK;
    }
    return builder_end(&builder, table, error);
}
