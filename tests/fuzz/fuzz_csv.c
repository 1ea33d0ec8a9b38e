/* CSV readers under fuzz. The first byte says how the reader is set up, the rest is the file: plain
 * or gzip, as it happens to begin. Whatever is taken is written and read again, which must give the
 * same bytes: what this finds is a difference between reader and writer, beside all that the
 * sanitizers see. */
#include <libcustomer/table.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct {
    const char *name;
    cstm_type type;
} columns[] = {
    {"a", CSTM_TYPE_STRING}, {"b", CSTM_TYPE_INT},     {"c", CSTM_TYPE_DOUBLE},
    {"d", CSTM_TYPE_DATE},   {"e", CSTM_TYPE_MONEY},   {"f", CSTM_TYPE_TIMESTAMP},
    {"g", CSTM_TYPE_BOOL},   {"h", CSTM_TYPE_STRINGS},
};

/* Bits of the first byte: 0-2 how many columns, 3 no header, 4 semicolons, 5 a text for missing, 6
 * a zone, 7 collect. */
static cstm_csv *
reader(uint8_t how)
{
    cstm_csv *csv = NULL;
    if (cstm_csv_new(&csv, NULL) != CSTM_OK)
        return NULL;
    for (int i = 0; i <= (how & 7); i++)
        cstm_csv_add_column(csv, columns[i].name, columns[i].type, NULL);
    cstm_csv_set_currency(csv, "TWD", NULL);
    cstm_csv_set_header(csv, (how & 8) == 0, NULL);
    cstm_csv_set_delimiter(csv, (how & 16) != 0 ? ';' : ',', NULL);
    cstm_csv_set_missing(csv, (how & 32) != 0 ? "NA" : NULL, NULL);
    cstm_csv_set_zone(csv, (how & 64) != 0 ? "UTC" : NULL, NULL);
    cstm_csv_set_reject(csv, (how & 128) != 0 ? CSTM_CSV_COLLECT : CSTM_CSV_STOP, NULL);
    return csv;
}

static void
check(int holds)
{
    if (!holds)
        abort();
}

static void
read_again(const cstm_table *table, uint8_t how)
{
    cstm_buffer *first = NULL, *second = NULL;
    cstm_table *again = NULL;
    cstm_csv *csv = reader(how & 7);
    cstm_status status = cstm_table_write_csv_buffer(table, &first, NULL);
    if (status == CSTM_OK) {
        check(cstm_csv_read_bytes(csv, NULL, cstm_buffer_data(first), cstm_buffer_size(first),
                                  &again, NULL, NULL) == CSTM_OK);
        check(cstm_table_rows(again) == cstm_table_rows(table));
        check(cstm_table_write_csv_buffer(again, &second, NULL) == CSTM_OK);
        check(cstm_buffer_size(first) == cstm_buffer_size(second));
        check(memcmp(cstm_buffer_data(first), cstm_buffer_data(second), cstm_buffer_size(first)) ==
              0);
    } else {
        check(status == CSTM_ERROR_UNSUPPORTED); /* a list that cannot be joined */
    }
    cstm_buffer_free(first);
    cstm_buffer_free(second);
    cstm_table_free(again);
    cstm_csv_free(csv);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    cstm_csv *csv = reader(bytes[0]);
    cstm_table *table = NULL, *rejected = NULL;
    cstm_error *error = NULL;
    cstm_status status =
        cstm_csv_read_bytes(csv, "fuzz.csv", bytes + 1, size - 1, &table, &rejected, &error);
    check((status == CSTM_OK) == (error == NULL) && (status == CSTM_OK) == (table != NULL));
    if (status == CSTM_OK) {
        read_again(table, bytes[0]);
        for (int64_t row = 0; rejected != NULL && row < cstm_table_rows(rejected); row++)
            check(cstm_table_int64(rejected, row, 0) > 0 && cstm_table_int64(rejected, row, 1) > 0);
    } else {
        check(cstm_error_code(error) == status && cstm_error_message(error)[0] != '\0');
    }
    cstm_error_free(error);
    cstm_table_free(table);
    cstm_table_free(rejected);
    cstm_csv_free(csv);
    return 0;
}
