/* Tables that tests share: one column of every type, with missing cells. */
#ifndef TESTS_TABLE_TABLES_H
#define TESTS_TABLE_TABLES_H

#include <libcustomer/table.h>

#include <check.h>

/* Three rows of every type that arrays can give; the middle row is missing throughout, except in
 * `id`. */
static inline cstm_table *
every_type(void)
{
    static const uint8_t valid[] = {1, 0, 1};
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(
        cstm_table_add_string(table, "id", (const int64_t[]){0, 2, 4, 6}, "A1A2A3", NULL, 3, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_table_add_bool(table, "open", (const uint8_t[]){7, 0, 0}, valid, 3, NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_table_add_int64(table, "age", (const int64_t[]){INT64_MIN, 0, 41}, valid, 3, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_table_add_double(table, "share", (const double[]){0.1, 0, -1.5e300}, valid, 3, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_table_add_date(table, "born", (const int32_t[]){-719162, 0, 2932896}, valid, 3, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_table_add_timestamp(
                         table, "seen", (const int64_t[]){1128124800000000, 0, -1}, valid, 3, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_add_money(table, "limit", (const int64_t[]){20000000, 0, -1}, valid,
                                          3, "TWD", NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_add_string(table, "note", (const int64_t[]){0, 0, 0, 11},
                                           "says, \"\xE4\xBD\xA0\"", valid, 3, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_add_strings(table, "reasons", (const int64_t[]){0, 2, 2, 2},
                                            (const int64_t[]){0, 4, 9}, "PASTLIMIT", valid, 3,
                                            NULL),
                     CSTM_OK);
    return table;
}

#endif
