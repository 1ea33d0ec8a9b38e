/* Every allocation on the data paths of tables failed in turn: the call says CSTM_ERROR_NO_MEMORY,
 * writes nothing, takes nothing and leaks nothing (the run under valgrind or ASan sees to the
 * last). */
#include "arrays.h"
#include "tables.h"

#include <stdio.h>

static long countdown = -1; /* allocations until one fails; -1: none does */
static int failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static bool
fails_now(void)
{
    if (countdown < 0)
        return false;
    if (countdown-- > 0)
        return false;
    failed = 1;
    return true;
}

void *
__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    return fails_now() ? NULL : __real_realloc(pointer, size);
}

/* Calls until no allocation fails any more; before that each failure is NO_MEMORY. A call that
 * asserts stops the countdown first, as Check allocates, too. */
static void
fail_each_in_turn(cstm_status (*call)(cstm_error **error))
{
    for (long n = 0;; n++) {
        ck_assert_int_lt(n, 10000);
        cstm_error *error = NULL;
        failed = 0;
        countdown = n;
        cstm_status status = call(&error);
        countdown = -1;
        ck_assert_msg(status == (failed ? CSTM_ERROR_NO_MEMORY : CSTM_OK), "allocation %ld: %s", n,
                      cstm_status_name(status));
        ck_assert_int_eq(cstm_error_code(error), status);
        cstm_error_free(error);
        if (!failed) {
            ck_assert_int_gt(n, 0);
            return;
        }
    }
}

static cstm_table *shared; /* made before allocations fail */

static cstm_status
add_columns(cstm_error **error)
{
    cstm_table *table = NULL;
    static const uint8_t valid[] = {1, 0};
    static const int64_t offsets[] = {0, 1, 2};
    cstm_status status = cstm_table_new(&table, error);
    if (status == CSTM_OK)
        status = cstm_table_add_money(table, "m", offsets, valid, 2, "USD", error);
    if (status == CSTM_OK)
        status = cstm_table_add_string(table, "s", offsets, "ab", valid, 2, error);
    if (status == CSTM_OK)
        status = cstm_table_add_strings(table, "l", offsets, offsets, "ab", valid, 2, error);
    if (status == CSTM_OK)
        status = cstm_table_add_int64(table, "n", offsets, valid, 2, error);
    if (status == CSTM_OK)
        status = cstm_table_declare_money(table, "n", "USD", CSTM_MONEY_MAJOR, error);
    cstm_table_free(table);
    return status;
}

static cstm_status
export_and_import(cstm_error **error)
{
    struct ArrowSchema schema;
    struct ArrowArray array;
    cstm_table *again = NULL;
    cstm_status status = cstm_table_export_arrow(shared, &schema, &array, error);
    if (status != CSTM_OK)
        return status;
    status = cstm_table_import_arrow(&schema, &array, &again, error);
    if (status != CSTM_OK) {
        countdown = -1;
        ck_assert_ptr_null(again);
        array.release(&array);
        schema.release(&schema);
    }
    cstm_table_free(again);
    return status;
}

static cstm_status
export_and_import_a_stream(cstm_error **error)
{
    struct ArrowArrayStream stream;
    cstm_table *again = NULL;
    cstm_status status = cstm_table_export_stream(shared, &stream, error);
    if (status != CSTM_OK)
        return status;
    status = cstm_table_import_stream(&stream, &again, error);
    if (status != CSTM_OK)
        stream.release(&stream);
    cstm_table_free(again);
    return status;
}

/* A stream of the same table twice, to be joined. */
static int
two_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void) stream;
    struct ArrowArray array;
    if (cstm_table_export_arrow(shared, out, &array, NULL) != CSTM_OK)
        return 12;
    array.release(&array);
    return 0;
}

static int
two_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    int *given = stream->private_data;
    struct ArrowSchema schema;
    memset(out, 0, sizeof *out);
    if (*given == 2)
        return 0;
    if (cstm_table_export_arrow(shared, &schema, out, NULL) != CSTM_OK)
        return 12;
    schema.release(&schema);
    ++*given;
    return 0;
}

static const char *
no_text(struct ArrowArrayStream *stream)
{
    (void) stream;
    return NULL;
}

static void
two_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static cstm_status
join_a_stream(cstm_error **error)
{
    int given = 0;
    struct ArrowArrayStream stream = {two_schema, two_next, no_text, two_release, &given};
    cstm_table *again = NULL;
    cstm_status status = cstm_table_import_stream(&stream, &again, error);
    countdown = -1;
    ck_assert_int_eq(cstm_table_rows(again), status == CSTM_OK ? 6 : -1);
    cstm_table_free(again);
    return status;
}

static cstm_status
write_csv(cstm_error **error)
{
    cstm_buffer *buffer = NULL;
    cstm_status status = cstm_table_write_csv_buffer(shared, &buffer, error);
    countdown = -1;
    ck_assert((buffer != NULL) == (status == CSTM_OK));
    cstm_buffer_free(buffer);
    return status;
}

static cstm_status
read_csv(cstm_error **error)
{
    static const char text[] = "a,s,l,t\n1,\"x\"\"y\",p;q,2005-10-01\nbad,,,\n2,z,,2005-10-02\n";
    cstm_csv *csv = NULL;
    cstm_table *table = NULL, *rejected = NULL;
    cstm_status status = cstm_csv_new(&csv, error);
    if (status == CSTM_OK)
        status = cstm_csv_add_column(csv, "a", CSTM_TYPE_INT, error);
    if (status == CSTM_OK)
        status = cstm_csv_add_column(csv, "s", CSTM_TYPE_STRING, error);
    if (status == CSTM_OK)
        status = cstm_csv_add_column(csv, "l", CSTM_TYPE_STRINGS, error);
    if (status == CSTM_OK)
        status = cstm_csv_add_column(csv, "t", CSTM_TYPE_TIMESTAMP, error);
    if (status == CSTM_OK)
        status = cstm_csv_set_missing(csv, "NA", error);
    if (status == CSTM_OK)
        status = cstm_csv_set_reject(csv, CSTM_CSV_COLLECT, error);
    if (status == CSTM_OK)
        status = cstm_csv_read_bytes(csv, "x.csv", (const uint8_t *) text, sizeof text - 1, &table,
                                     &rejected, error);
    countdown = -1;
    ck_assert((table != NULL) == (status == CSTM_OK) && (rejected != NULL) == (status == CSTM_OK));
    if (status == CSTM_OK)
        ck_assert_int_eq(cstm_table_rows(rejected), 1);
    cstm_table_free(table);
    cstm_table_free(rejected);
    cstm_csv_free(csv);
    return status;
}

static cstm_status
read_gzip(cstm_error **error)
{
    /* gzip of "a\n1\n" */
    static const uint8_t packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
                                     0x02, 0xff, 0x4b, 0xe4, 0x32, 0xe4, 0x02, 0x00,
                                     0x00, 0x24, 0xc1, 0x89, 0x04, 0x00, 0x00, 0x00};
    cstm_csv *csv = NULL;
    cstm_table *table = NULL;
    cstm_status status = cstm_csv_new(&csv, error);
    if (status == CSTM_OK)
        status = cstm_csv_add_column(csv, "a", CSTM_TYPE_INT, error);
    if (status == CSTM_OK)
        status = cstm_csv_read_bytes(csv, "x.csv", packed, sizeof packed, &table, NULL, error);
    cstm_table_free(table);
    cstm_csv_free(csv);
    return status;
}

static void
make_shared(void)
{
    shared = every_type();
}

static void
free_shared(void)
{
    cstm_table_free(shared);
}

START_TEST(columns_are_added_or_memory_is_told_to_be_out) { fail_each_in_turn(add_columns); }
END_TEST
START_TEST(arrow_goes_round_or_memory_is_told_to_be_out) { fail_each_in_turn(export_and_import); }
END_TEST
START_TEST(a_stream_goes_round_or_memory_is_told_to_be_out)
{
    fail_each_in_turn(export_and_import_a_stream);
}
END_TEST
START_TEST(streams_are_joined_or_memory_is_told_to_be_out) { fail_each_in_turn(join_a_stream); }
END_TEST
START_TEST(csv_is_written_or_memory_is_told_to_be_out) { fail_each_in_turn(write_csv); }
END_TEST
START_TEST(csv_is_read_or_memory_is_told_to_be_out) { fail_each_in_turn(read_csv); }
END_TEST
START_TEST(gzip_is_read_or_memory_is_told_to_be_out) { fail_each_in_turn(read_gzip); }
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("memory");
    tcase_add_checked_fixture(tcase, make_shared, free_shared);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, columns_are_added_or_memory_is_told_to_be_out);
    tcase_add_test(tcase, arrow_goes_round_or_memory_is_told_to_be_out);
    tcase_add_test(tcase, a_stream_goes_round_or_memory_is_told_to_be_out);
    tcase_add_test(tcase, streams_are_joined_or_memory_is_told_to_be_out);
    tcase_add_test(tcase, csv_is_written_or_memory_is_told_to_be_out);
    tcase_add_test(tcase, csv_is_read_or_memory_is_told_to_be_out);
    tcase_add_test(tcase, gzip_is_read_or_memory_is_told_to_be_out);
    Suite *suite = suite_create("memory");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
