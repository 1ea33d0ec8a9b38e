/* A few people with what is known of them, and memberships of rules over them. */
#ifndef TESTS_SEGMENT_PEOPLE_H
#define TESTS_SEGMENT_PEOPLE_H

#include "../profile/tables.h"

/* One row a person; NULL and MISSING are missing. */
static inline cstm_table *
people_new(int64_t rows, const char *const *names, const int64_t *balances, const int64_t *limits)
{
    cstm_table *table = table_new();
    add_texts(table, "customer", rows, names);
    add_ints(table, "balance", rows, balances);
    add_ints(table, "limit", rows, limits);
    return table;
}

static inline cstm_rule *
rule_new(const char *text)
{
    static const char *const names[] = {"balance", "limit"};
    cstm_scope *scope;
    cstm_rule *rule;
    cstm_error *error = NULL;
    must(cstm_scope_new(NULL, NULL, &scope, NULL), NULL);
    for (int i = 0; i < 2; i++)
        must(cstm_scope_declare(scope, names[i], CSTM_TYPE_INT, NULL), NULL);
    cstm_status status =
        cstm_rule_compile(scope, text, strlen(text), CSTM_TYPE_NONE, &rule, &error);
    must(status, error);
    cstm_scope_free(scope);
    return rule;
}

static inline cstm_membership *
membership_of(const cstm_table *table, const char *text)
{
    cstm_membership *membership;
    cstm_error *error = NULL;
    cstm_rule *rule = rule_new(text);
    cstm_status status = cstm_membership_of_rule(rule, table, "customer", &membership, &error);
    must(status, error);
    cstm_rule_unref(rule);
    return membership;
}

/* Each row's verdict as a letter: + met, - not met, ? undecided. Valid until the fourth next call.
 */
static inline const char *
verdicts(const cstm_membership *membership)
{
    static char texts[4][512];
    static int next;
    char *text = texts[next++ % 4];
    int64_t rows = cstm_membership_rows(membership);
    for (int64_t row = 0; row < rows; row++)
        text[row] = "-+?"[cstm_membership_verdict(membership, row)];
    text[rows] = '\0';
    return text;
}

/* A membership whose rows have the letters' verdicts, through a table. */
static inline cstm_membership *
membership_from(const char *letters, const char *const *names)
{
    int64_t rows = (int64_t) strlen(letters);
    uint8_t *met = calloc((size_t) rows + 1, 1), *valid = calloc((size_t) rows + 1, 1);
    for (int64_t i = 0; i < rows; i++) {
        met[i] = letters[i] == '+';
        valid[i] = letters[i] != '?';
    }
    cstm_table *table = table_new();
    cstm_membership *membership;
    cstm_error *error = NULL;
    if (names != NULL)
        add_texts(table, "customer", rows, names);
    must(cstm_table_add_bool(table, "met", met, valid, rows, NULL), NULL);
    cstm_status status = cstm_membership_of_table(
        table, "met", NULL, names != NULL ? "customer" : NULL, &membership, &error);
    must(status, error);
    cstm_table_free(table);
    free(met);
    free(valid);
    return membership;
}

#endif
