/* Arrow out, and round: what is exported imports to an equal table; children live on their own;
 * streams join their arrays. */
#include "arrays.h"
#include "tables.h"

#include <errno.h>
#include <pthread.h>

static struct ArrowSchema schema;
static struct ArrowArray array;

static void export(const cstm_table *table)
{
    cstm_error *error;
    ck_assert_int_eq(cstm_table_export_arrow(table, &schema, &array, &error), CSTM_OK);
    ck_assert_ptr_null(error);
}

static void
release_both(void)
{
    array.release(&array);
    schema.release(&schema);
}

START_TEST(what_is_exported_imports_to_an_equal_table)
{
    cstm_table *table = every_type(), *again = NULL;
    export(table);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    cstm_table_free(table);
    /* What was imported without copies stands on the memory of the first table; exporting again
     * goes through both. */
    cstm_table *third = NULL;
    export(again);
    cstm_table_free(again);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &third, NULL), CSTM_OK);
    table = every_type();
    assert_tables_equal(table, third);
    cstm_table_free(table);
    cstm_table_free(third);
}
END_TEST

START_TEST(the_types_of_arrow_are_as_documented)
{
    static const struct {
        const char *name, *format;
    } expected[] = {{"id", "u"},         {"open", "b"},   {"age", "l"},
                    {"share", "g"},      {"born", "tdD"}, {"seen", "tsu:UTC"},
                    {"limit", "d:19,2"}, {"note", "u"},   {"reasons", "+l"}};
    cstm_table *table = every_type();
    export(table);
    ck_assert_str_eq(schema.format, "+s");
    ck_assert_int_eq(schema.n_children, 9);
    ck_assert_int_eq(array.n_children, 9);
    for (int32_t i = 0; i < 9; i++) {
        ck_assert_str_eq(schema.children[i]->name, expected[i].name);
        ck_assert_str_eq(schema.children[i]->format, expected[i].format);
        ck_assert_int_eq(array.children[i]->length, 3);
        ck_assert_int_eq(array.children[i]->null_count, i == 0 ? 0 : 1);
    }
    ck_assert_str_eq(schema.children[8]->children[0]->format, "u");
    /* Numbers are shared with the table. */
    ck_assert_ptr_eq(array.children[2]->buffers[1], cstm_table_int64_values(table, 2));
    cstm_table_free(table);
    release_both();
}
END_TEST

/* The children in an order that has nothing to do with theirs. */
static const int32_t orders[][9] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8}, {8, 7, 6, 5, 4, 3, 2, 1, 0}, {4, 0, 8, 2, 6, 1, 7, 3, 5}};

START_TEST(children_may_be_moved_out_and_released_in_any_order)
{
    for (size_t k = 0; k < 3; k++)
        for (int32_t root_first = 0; root_first < 2; root_first++) {
            cstm_table *table = every_type();
            struct ArrowArray children[9];
            struct ArrowSchema fields[9];
            export(table);
            for (int32_t i = 0; i < 9; i++) {
                children[i] = *array.children[i];
                array.children[i]->release = NULL;
                fields[i] = *schema.children[i];
                schema.children[i]->release = NULL;
            }
            if (root_first)
                release_both();
            cstm_table_free(table);
            for (int32_t i = 0; i < 9; i++) {
                int32_t child = orders[k][i];
                if (child == 2) /* still readable: the last of age is 41 */
                    ck_assert_int_eq(((const int64_t *) children[child].buffers[1])[2], 41);
                children[child].release(&children[child]);
                ck_assert_ptr_null(children[child].release);
                fields[child].release(&fields[child]);
            }
            if (!root_first)
                release_both();
        }
}
END_TEST

static void *
release_on_a_thread(void *argument)
{
    struct ArrowArray *child = argument;
    child->release(child);
    return NULL;
}

START_TEST(children_may_be_released_by_threads)
{
    cstm_table *table = every_type();
    struct ArrowArray children[9];
    pthread_t threads[9];
    export(table);
    cstm_table_free(table);
    for (int32_t i = 0; i < 9; i++) {
        children[i] = *array.children[i];
        array.children[i]->release = NULL;
    }
    release_both();
    for (int32_t i = 0; i < 9; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, release_on_a_thread, &children[i]), 0);
    for (int32_t i = 0; i < 9; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

START_TEST(imported_memory_goes_back_when_the_last_export_is_released)
{
    static const int64_t values[] = {1, 2, 3};
    static const int32_t offsets[] = {0, 1, 2, 3};
    cstm_table *table = NULL;
    struct batch batch = batch_new(3, 0);
    batch_add(&batch, schema_new("l", "n"), array_new(3, 0, 2, BUFFERS(NULL, values)));
    batch_add(&batch, schema_new("u", "s"), array_new(3, 0, 3, BUFFERS(NULL, offsets, "abc")));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    export(table);
    cstm_table_free(table);
    ck_assert_int_gt(live_arrays, 0);
    struct ArrowArray moved = *array.children[1];
    array.children[1]->release = NULL;
    release_both();
    ck_assert_int_gt(live_arrays, 0);
    ck_assert_mem_eq(moved.buffers[2], "abc", 3);
    moved.release(&moved);
    ck_assert_int_eq(live_arrays, 0);
}
END_TEST

START_TEST(dictionaries_and_decimals_and_civil_times_come_back_as_they_were)
{
    static const int32_t codes[] = {1, 0, 1}, offsets[] = {0, 2, 5}, lists[] = {0, 0, 2, 3};
    static const int64_t times[] = {0, 1, 2};
    _Alignas(16) static const uint64_t decimals[] = {1, 0, 2, 0, (uint64_t) -3, UINT64_MAX};
    static const uint8_t bits[] = {0x05};
    cstm_table *table = NULL, *again = NULL;
    struct batch batch = batch_new(3, 0);
    for (int32_t list = 0; list < 2; list++) {
        struct ArrowSchema *field = schema_new("i", list ? "item" : "stage");
        struct ArrowArray *coded = array_new(3, 0, 2, BUFFERS(list ? NULL : bits, codes));
        field->dictionary = schema_new("u", NULL);
        coded->dictionary = array_new(2, 0, 3, BUFFERS(NULL, offsets, "atbad"));
        struct ArrowSchema *outer = field;
        if (list) {
            outer = schema_new("+l", "reasons");
            schema_adopt(outer, field);
            struct ArrowArray *holder = array_new(3, 0, 2, BUFFERS(bits, lists));
            array_adopt(holder, coded);
            coded = holder;
        }
        batch_add(&batch, outer, coded);
    }
    batch_add(&batch, schema_new("d:38,-2", "d"), array_new(3, 0, 2, BUFFERS(bits, decimals)));
    batch_add(&batch, schema_new("tsu:", "t"), array_new(3, 0, 2, BUFFERS(bits, times)));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    export(table);
    ck_assert_str_eq(schema.children[0]->format, "i");
    ck_assert_str_eq(schema.children[0]->dictionary->format, "u");
    ck_assert_str_eq(schema.children[1]->format, "+l");
    ck_assert_ptr_nonnull(schema.children[1]->children[0]->dictionary);
    ck_assert_str_eq(schema.children[2]->format, "d:38,-2");
    ck_assert_str_eq(schema.children[3]->format, "tsu:");
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    assert_text(again, 0, 0, "bad");
    assert_text(again, 1, 0, NULL);
    cstm_table_free(table);
    cstm_table_free(again);
    ck_assert_int_eq(live_arrays, 0);
    ck_assert_int_eq(live_schemas, 0);
}
END_TEST

START_TEST(missing_elements_of_an_empty_dictionary_go_round)
{
    static const int32_t lists[] = {0, 2, 2}, codes[] = {0, 0};
    static const uint8_t none[] = {0x00}, without_first[] = {0x02};
    cstm_table *table = NULL, *again = NULL;
    struct ArrowSchema *list = schema_new("+l", "l"), *coded = schema_new("i", "item");
    coded->dictionary = schema_new("u", NULL);
    schema_adopt(list, coded);
    struct ArrowArray *holder = array_new(2, 0, 2, BUFFERS(without_first, lists));
    struct ArrowArray *indices = array_new(2, 0, 2, BUFFERS(none, codes));
    indices->dictionary = array_new(0, 0, 3, BUFFERS(NULL, NULL, NULL));
    array_adopt(holder, indices);
    ck_assert_int_eq(import_column(list, holder, &table, NULL), CSTM_OK);
    export(table);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    ck_assert_int_eq(cstm_table_state(again, 0, 0), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_table_string_count(again, 1, 0), 0);
    cstm_table_free(table);
    cstm_table_free(again);
}
END_TEST

START_TEST(large_text_that_begins_anywhere_is_exported_small)
{
    static const int64_t offsets[] = {0, 2, 3, 6};
    cstm_table *table = NULL, *again = NULL;
    ck_assert_int_eq(import_column(schema_new("U", "s"),
                                   array_new(2, 1, 3, BUFFERS(NULL, offsets, "xxabcd")), &table,
                                   NULL),
                     CSTM_OK);
    export(table);
    ck_assert_str_eq(schema.children[0]->format, "u");
    ck_assert_int_eq(((const int32_t *) array.children[0]->buffers[1])[0], 0);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_text(again, 0, 0, "a");
    assert_text(again, 1, 0, "bcd");
    cstm_table_free(table);
    cstm_table_free(again);
}
END_TEST

START_TEST(what_missing_text_holds_need_not_be_utf8_and_is_not_handed_on)
{
    static const int32_t offsets[] = {0, 1, 3, 4}, lists[] = {0, 1, 2, 3}, codes[] = {0, 1, 2};
    static const uint8_t without_second[] = {0x05};
    static const char bytes[] = "a\xFF\xFEz";
    cstm_table *table = NULL, *again = NULL;
    struct batch batch = batch_new(3, 0);
    batch_add(&batch, schema_new("u", "s"),
              array_new(3, 0, 3, BUFFERS(without_second, offsets, bytes)));
    struct ArrowSchema *list = schema_new("+l", "l"), *coded = schema_new("i", "d");
    schema_adopt(list, schema_new("u", "item"));
    struct ArrowArray *holder = array_new(3, 0, 2, BUFFERS(without_second, lists));
    array_adopt(holder, array_new(3, 0, 3, BUFFERS(without_second, offsets, bytes)));
    batch_add(&batch, list, holder);
    coded->dictionary = schema_new("u", NULL);
    struct ArrowArray *indices = array_new(3, 0, 2, BUFFERS(NULL, codes));
    indices->dictionary = array_new(3, 0, 3, BUFFERS(without_second, offsets, bytes));
    batch_add(&batch, coded, indices);
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    export(table);
    ck_assert_int_eq(((const int32_t *) array.children[0]->buffers[1])[3], 2);
    ck_assert_mem_eq(array.children[0]->buffers[2], "az", 2);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    for (int32_t c = 0; c < 3; c++)
        ck_assert_int_eq(cstm_table_state(again, 1, c), CSTM_STATE_MISSING);
    assert_item(again, 2, 1, 0, "z");
    assert_text(again, 2, 2, "z");
    cstm_table_free(table);
    cstm_table_free(again);
}
END_TEST

START_TEST(a_table_without_columns_or_rows_goes_round)
{
    cstm_table *table = NULL, *again = NULL;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    export(table);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_columns(again), 0);
    cstm_table_free(again);
    ck_assert_int_eq(cstm_table_add_string(table, "s", NULL, NULL, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_strings(table, "l", NULL, NULL, NULL, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_money(table, "m", NULL, NULL, 0, "JPY", NULL), CSTM_OK);
    export(table);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    cstm_table_free(table);
    cstm_table_free(again);
}
END_TEST

START_TEST(a_stream_outlives_its_table_and_goes_round)
{
    cstm_table *table = every_type(), *again = NULL;
    struct ArrowArrayStream stream;
    ck_assert_int_eq(cstm_table_export_stream(table, &stream, NULL), CSTM_OK);
    cstm_table_free(table);
    ck_assert_int_eq(stream.get_schema(&stream, &schema), 0);
    schema.release(&schema);
    ck_assert_int_eq(cstm_table_import_stream(&stream, &again, NULL), CSTM_OK);
    ck_assert_ptr_null(stream.release);
    table = every_type();
    assert_tables_equal(table, again);
    cstm_table_free(table);
    cstm_table_free(again);
}
END_TEST

START_TEST(a_stream_that_is_not_read_is_released_all_the_same)
{
    cstm_table *table = every_type();
    struct ArrowArrayStream stream;
    ck_assert_int_eq(cstm_table_export_stream(table, &stream, NULL), CSTM_OK);
    cstm_table_free(table);
    ck_assert_int_eq(stream.get_next(&stream, &array), 0);
    stream.release(&stream);
    ck_assert_ptr_null(stream.release);
    ck_assert_int_eq(array.children[0]->length, 3);
    array.release(&array);
}
END_TEST

START_TEST(null_is_misuse)
{
    cstm_table *table = every_type();
    struct ArrowArrayStream stream = {0};
    cstm_table *out;
    ck_assert_int_eq(cstm_table_export_arrow(NULL, &schema, &array, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_export_arrow(table, NULL, &array, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_export_arrow(table, &schema, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_export_stream(NULL, &stream, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_export_stream(table, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_import_stream(NULL, &out, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_import_stream(&stream, &out, NULL), CSTM_ERROR_MISUSE);
    cstm_table_free(table);
}
END_TEST

/* A producer of arrays of one text column, one int64 column and one list column, all behind their
 * own dictionaries or not. */
struct producer {
    int32_t given;
    int32_t count;
    int32_t fail_at; /* -1: never */
    int code;
    bool same_dictionary;
};

static const int32_t producer_codes[2][2] = {{0, 1}, {1, 0}};
static const int32_t producer_offsets[2][3] = {{0, 1, 2}, {0, 2, 3}};
static const char *const producer_bytes[2] = {"ab", "ccd"};
static const int64_t producer_numbers[2][2] = {{1, 2}, {3, 4}};
static const uint8_t producer_bits[2] = {0x03, 0x02};
static const int32_t producer_lists[3] = {0, 1, 2};

static int
produce_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void) stream;
    struct ArrowSchema *root = schema_new("+s", ""), *coded = schema_new("i", "s"),
                       *list = schema_new("+l", "l");
    coded->dictionary = schema_new("u", NULL);
    schema_adopt(list, schema_new("u", "item"));
    schema_adopt(root, coded);
    schema_adopt(root, schema_new("l", "n"));
    schema_adopt(root, list);
    *out = *root;
    free(root);
    return 0;
}

static int
produce_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct producer *producer = stream->private_data;
    if (producer->given == producer->fail_at)
        return producer->code;
    memset(out, 0, sizeof *out);
    if (producer->given == producer->count)
        return 0;
    int32_t k = producer->given++ % 2, d = producer->same_dictionary ? 0 : k;
    struct ArrowArray *root = array_new(2, 0, 1, BUFFERS(NULL));
    struct ArrowArray *coded = array_new(2, 0, 2, BUFFERS(&producer_bits[k], producer_codes[k]));
    coded->dictionary = array_new(2, 0, 3, BUFFERS(NULL, producer_offsets[d], producer_bytes[d]));
    struct ArrowArray *list = array_new(2, 0, 2, BUFFERS(NULL, producer_lists));
    array_adopt(list, array_new(2, 0, 3, BUFFERS(NULL, producer_offsets[k], producer_bytes[k])));
    array_adopt(root, coded);
    array_adopt(root, array_new(2, 0, 2, BUFFERS(NULL, producer_numbers[k])));
    array_adopt(root, list);
    *out = *root;
    free(root);
    return 0;
}

static const char *
produce_error(struct ArrowArrayStream *stream)
{
    (void) stream;
    return "the customer Wang Fang could not be read";
}

static void
produce_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static struct ArrowArrayStream
stream_of(struct producer *producer)
{
    return (struct ArrowArrayStream){produce_schema, produce_next, produce_error, produce_release,
                                     producer};
}

START_TEST(several_arrays_are_joined)
{
    for (int32_t same = 0; same < 2; same++) {
        struct producer producer = {.count = 3, .fail_at = -1, .same_dictionary = same};
        struct ArrowArrayStream stream = stream_of(&producer);
        cstm_table *table = NULL;
        ck_assert_int_eq(cstm_table_import_stream(&stream, &table, NULL), CSTM_OK);
        ck_assert_ptr_null(stream.release);
        ck_assert_int_eq(live_arrays, 0);
        ck_assert_int_eq(live_schemas, 0);
        ck_assert_int_eq(cstm_table_rows(table), 6);
        static const char *const texts[2][6] = {{"a", "b", NULL, "cc", "a", "b"},
                                                {"a", "b", NULL, "a", "a", "b"}};
        static const char *const items[6] = {"a", "b", "cc", "d", "a", "b"};
        for (int64_t row = 0; row < 6; row++) {
            assert_text(table, row, 0, texts[same][row]);
            ck_assert_int_eq(cstm_table_int64(table, row, 1), row < 4 ? row + 1 : row - 3);
            ck_assert_int_eq(cstm_table_string_count(table, row, 2), 1);
            assert_item(table, row, 2, 0, items[row]);
        }
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(a_stream_of_one_array_is_not_copied)
{
    struct producer producer = {.count = 1, .fail_at = -1};
    struct ArrowArrayStream stream = stream_of(&producer);
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_table_import_stream(&stream, &table, NULL), CSTM_OK);
    ck_assert_ptr_eq(cstm_table_int64_values(table, 1), producer_numbers[0]);
    cstm_table_free(table);
    ck_assert_int_eq(live_arrays, 0);
}
END_TEST

START_TEST(a_stream_without_arrays_is_a_table_without_rows)
{
    struct producer producer = {.count = 0, .fail_at = -1};
    struct ArrowArrayStream stream = stream_of(&producer);
    cstm_table *table = NULL, *again = NULL;
    ck_assert_int_eq(cstm_table_import_stream(&stream, &table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), 0);
    ck_assert_int_eq(cstm_table_columns(table), 3);
    ck_assert_int_eq(cstm_table_column_type(table, 2), CSTM_TYPE_STRINGS);
    export(table);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &again, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    cstm_table_free(table);
    cstm_table_free(again);
}
END_TEST

START_TEST(a_stream_that_fails_stays_the_callers_and_its_text_is_not_repeated)
{
    static const struct {
        int code;
        cstm_status status;
    } cases[] = {{EIO, CSTM_ERROR_IO}, {ENOMEM, CSTM_ERROR_NO_MEMORY}};
    for (size_t i = 0; i < 2; i++) {
        struct producer producer = {.count = 3, .fail_at = 1, .code = cases[i].code};
        struct ArrowArrayStream stream = stream_of(&producer);
        cstm_table *table = (cstm_table *) 7;
        cstm_error *error;
        ck_assert_int_eq(cstm_table_import_stream(&stream, &table, &error), cases[i].status);
        ck_assert_ptr_eq(table, (cstm_table *) 7);
        ck_assert_ptr_nonnull(stream.release);
        ck_assert_ptr_null(strstr(cstm_error_message(error), "Wang"));
        ck_assert_int_eq(live_arrays, 0);
        ck_assert_int_eq(live_schemas, 0);
        cstm_error_free(error);
    }
}
END_TEST

static int
produce_bad_row(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static const uint64_t good[] = {1, 2}, bad[] = {1, UINT64_MAX};
    struct producer *producer = stream->private_data;
    struct ArrowArray *root = array_new(2, 0, 1, BUFFERS(NULL));
    array_adopt(root, array_new(2, 0, 2, BUFFERS(NULL, producer->given++ < 2 ? good : bad)));
    *out = *root;
    free(root);
    return 0;
}

static int
produce_bad_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void) stream;
    struct ArrowSchema *root = schema_new("+s", "");
    schema_adopt(root, schema_new("L", "n"));
    *out = *root;
    free(root);
    return 0;
}

START_TEST(rows_of_errors_count_over_the_whole_stream)
{
    struct producer producer = {.count = 9, .fail_at = -1};
    struct ArrowArrayStream stream = {produce_bad_schema, produce_bad_row, produce_error,
                                      produce_release, &producer};
    cstm_table *table = NULL;
    cstm_error *error;
    ck_assert_int_eq(cstm_table_import_stream(&stream, &table, &error), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 5);
    ck_assert_int_eq(live_arrays, 0);
    ck_assert_int_eq(live_schemas, 0);
    cstm_error_free(error);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("arrow export");
    tcase_add_test(tcase, what_is_exported_imports_to_an_equal_table);
    tcase_add_test(tcase, the_types_of_arrow_are_as_documented);
    tcase_add_test(tcase, children_may_be_moved_out_and_released_in_any_order);
    tcase_add_test(tcase, children_may_be_released_by_threads);
    tcase_add_test(tcase, imported_memory_goes_back_when_the_last_export_is_released);
    tcase_add_test(tcase, dictionaries_and_decimals_and_civil_times_come_back_as_they_were);
    tcase_add_test(tcase, missing_elements_of_an_empty_dictionary_go_round);
    tcase_add_test(tcase, large_text_that_begins_anywhere_is_exported_small);
    tcase_add_test(tcase, what_missing_text_holds_need_not_be_utf8_and_is_not_handed_on);
    tcase_add_test(tcase, a_table_without_columns_or_rows_goes_round);
    tcase_add_test(tcase, a_stream_outlives_its_table_and_goes_round);
    tcase_add_test(tcase, a_stream_that_is_not_read_is_released_all_the_same);
    tcase_add_test(tcase, null_is_misuse);
    tcase_add_test(tcase, several_arrays_are_joined);
    tcase_add_test(tcase, a_stream_of_one_array_is_not_copied);
    tcase_add_test(tcase, a_stream_without_arrays_is_a_table_without_rows);
    tcase_add_test(tcase, a_stream_that_fails_stays_the_callers_and_its_text_is_not_repeated);
    tcase_add_test(tcase, rows_of_errors_count_over_the_whole_stream);
    Suite *suite = suite_create("arrow export");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
