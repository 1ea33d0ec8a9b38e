/* Layouts of bank files under fuzz. The first four bytes say how the layout is set up, the rest is
 * the file: plain or gzip, as it happens to begin. Beside all that the sanitizers see: a table that
 * was read can be written as CSV, and a file that is read with totals is read alike without them.
 */
#include <libcustomer/layout.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
check(int holds)
{
    if (!holds)
        abort();
}

static const struct {
    const char *name;
    cstm_type type;
    int32_t start, width; /* of fixed width; delimited, they follow each other */
} columns[] = {
    {"a", CSTM_TYPE_STRING, 1, 4},  {"b", CSTM_TYPE_MONEY, 5, 5},  {"c", CSTM_TYPE_DATE, 10, 8},
    {"d", CSTM_TYPE_INT, 18, 3},    {"e", CSTM_TYPE_DOUBLE, 2, 6}, {"f", CSTM_TYPE_TIMESTAMP, 3, 9},
    {"g", CSTM_TYPE_STRINGS, 1, 7},
};
static const char *const delimiters[] = {"|", "|@|", "\x1B", "@"};
static const char *const ends[] = {"", "", "#", "@\n"};
static const char *const formats[] = {"YYYYMMDD", "YYYY/M/D", "D.M.YYYY", "YYYYMMDD"};
static const char *const times[] = {"YYYYMMDDHHMMSS", "YYYY-MM-DD H:m:s.fff", "YYYYMMDDHHmm",
                                    "YYYYMMDD"};

/* Bytes of how: 0 form, encoding, quote, names, delimiter, end; 1 columns, before, after, reject; 2
 * number, sign, separator, sign field, formats; 3 padding, record size, totals. */
static cstm_layout *
layout_of(const uint8_t how[4], int totals)
{
    cstm_layout *layout = NULL;
    int32_t form = how[0] % 3;
    int fixed = form != CSTM_LAYOUT_DELIMITED;
    if (cstm_layout_new(form, how[0] >> 2 & 1, &layout, NULL) != CSTM_OK)
        return NULL;
    int32_t before = how[1] >> 3 & 1, after = how[1] >> 4 & 3;
    cstm_layout_set_currency(layout, "CNY", NULL);
    cstm_layout_set_quote(layout, how[0] & 8 ? '"' : 0, NULL);
    cstm_layout_set_frame(layout, before, !fixed && (how[0] & 16), after, NULL);
    const char *delimiter = delimiters[how[0] >> 5 & 3],
               *end = ends[(how[0] >> 7) + 2 * (how[3] & 1)];
    cstm_layout_set_delimiter(layout, (const uint8_t *) delimiter, strlen(delimiter), NULL);
    cstm_layout_set_record_end(layout, (const uint8_t *) end, strlen(end), NULL);
    cstm_layout_add_comment(layout, (const uint8_t *) "*", 1, NULL);
    cstm_layout_add_missing(layout, NULL, "00000000", NULL);
    if (fixed && (how[3] & 2))
        cstm_layout_set_record_size(layout, 20, NULL);
    if (how[3] & 4)
        cstm_layout_set_padding(layout, NULL, '0', 0x3000, NULL);
    for (int i = 0; i <= (how[1] & 7) && i < 7; i++)
        cstm_layout_add_column(layout, columns[i].name, columns[i].type,
                               fixed ? columns[i].start : 0, fixed ? columns[i].width : 0, NULL);
    cstm_layout_set_number(layout, "b", (how[2] & 3) - 1,
                           how[2] >> 2 & 1 ? how[3] >> 6 & 1 ? 2 : 1 : 0, how[2] & 8 ? ',' : 0,
                           NULL);
    cstm_layout_set_number(layout, "e", how[2] & 3, CSTM_SIGN_TRAILING, how[2] & 8 ? ' ' : 0, NULL);
    if (how[2] & 16)
        cstm_layout_set_sign(layout, "b", 4, fixed, "", "-", NULL);
    cstm_layout_set_format(layout, "c", formats[how[2] >> 5 & 3], NULL);
    cstm_layout_set_format(layout, "f", times[how[2] >> 5 & 3], NULL);
    if (how[2] & 128)
        cstm_layout_set_zone(layout, "UTC", NULL);
    cstm_layout_set_reject(layout, how[1] & 64 ? CSTM_CSV_COLLECT : CSTM_CSV_STOP,
                           how[1] & 128 ? 3 : 1000000, NULL);
    if (!totals)
        return layout;
    if (how[3] & 8)
        cstm_layout_add_total(layout, CSTM_TOTAL_COUNT, NULL, before ? 1 : -1, 1, fixed * 3, NULL);
    if (how[3] & 16)
        cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "b", -1, 2, fixed * 5, NULL);
    if (how[3] & 32)
        cstm_layout_add_total(layout, CSTM_TOTAL_ABSOLUTE, "d", -1, 1, fixed * 4, NULL);
    return layout;
}

static void
same(const cstm_table *one, const cstm_table *two)
{
    cstm_buffer *first = NULL, *second = NULL;
    cstm_status status = cstm_table_write_csv_buffer(one, &first, NULL);
    check(cstm_table_write_csv_buffer(two, &second, NULL) == status);
    check(status == CSTM_OK || status == CSTM_ERROR_UNSUPPORTED); /* a list that cannot be joined */
    if (status == CSTM_OK)
        check(cstm_buffer_size(first) == cstm_buffer_size(second) &&
              memcmp(cstm_buffer_data(first), cstm_buffer_data(second), cstm_buffer_size(first)) ==
                  0);
    cstm_buffer_free(first);
    cstm_buffer_free(second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 4)
        return 0;
    cstm_layout *layout = layout_of(bytes, 1), *plain = layout_of(bytes, 0);
    cstm_table *table = NULL, *rejected = NULL, *again = NULL, *refused = NULL;
    cstm_error *error = NULL;
    cstm_status status =
        cstm_layout_read_bytes(layout, "fuzz.dat", bytes + 4, size - 4, &table, &rejected, &error);
    check((status == CSTM_OK) == (error == NULL) && (status == CSTM_OK) == (table != NULL));
    if (status == CSTM_OK) {
        check(cstm_layout_read_bytes(plain, NULL, bytes + 4, size - 4, &again, &refused, NULL) ==
              CSTM_OK);
        same(table, again);
        check((rejected != NULL) == (refused != NULL));
        if (rejected != NULL)
            same(rejected, refused);
        for (int64_t row = 0; rejected != NULL && row < cstm_table_rows(rejected); row++)
            check(cstm_table_int64(rejected, row, 0) > 0 && cstm_table_int64(rejected, row, 1) > 0);
    } else {
        check(cstm_error_code(error) == status && cstm_error_message(error)[0] != '\0');
    }
    cstm_error_free(error);
    cstm_table_free(table);
    cstm_table_free(rejected);
    cstm_table_free(again);
    cstm_table_free(refused);
    cstm_layout_free(layout);
    cstm_layout_free(plain);
    return 0;
}
