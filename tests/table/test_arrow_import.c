/* Arrow in: every type at an offset, validity, dictionaries, views and lists; what is wrong is
 * refused with column and row and leaves the caller's structs alone. */
#include "arrays.h"

#include <math.h>

static void
nothing_is_alive(void)
{
    ck_assert_int_eq(live_arrays, 0);
    ck_assert_int_eq(live_schemas, 0);
}

/* Rows 1 to 3 of four, the second of them null: validity 0b1011 from bit 0. */
static const uint8_t bits[] = {0x0B};

START_TEST(integers_of_every_width_are_read_at_an_offset)
{
    static const int8_t c[] = {9, -128, 0, 127};
    static const uint8_t C[] = {9, 0, 0, 255};
    static const int16_t s[] = {9, -32768, 0, 32767};
    static const uint16_t S[] = {9, 0, 0, 65535};
    static const int32_t i[] = {9, INT32_MIN, 0, INT32_MAX};
    static const uint32_t I[] = {9, 0, 0, UINT32_MAX};
    static const int64_t l[] = {9, INT64_MIN, 0, INT64_MAX};
    static const uint64_t L[] = {9, 0, UINT64_MAX, INT64_MAX};
    static const struct {
        const char *format;
        const void *values;
        int64_t first, last;
    } cases[] = {
        {"c", c, -128, 127},
        {"C", C, 0, 255},
        {"s", s, -32768, 32767},
        {"S", S, 0, 65535},
        {"i", i, INT32_MIN, INT32_MAX},
        {"I", I, 0, UINT32_MAX},
        {"l", l, INT64_MIN, INT64_MAX},
        {"L", L, 0, INT64_MAX},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        cstm_table *table = NULL;
        ck_assert_int_eq(import_column(schema_new(cases[k].format, "n"),
                                       array_new(3, 1, 2, BUFFERS(bits, cases[k].values)), &table,
                                       NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_INT);
        ck_assert_int_eq(cstm_table_rows(table), 3);
        ck_assert_int_eq(cstm_table_int64(table, 0, 0), cases[k].first);
        ck_assert_int_eq(cstm_table_state(table, 1, 0), CSTM_STATE_MISSING);
        ck_assert_int_eq(cstm_table_int64(table, 2, 0), cases[k].last);
        cstm_table_free(table);
        nothing_is_alive();
    }
}
END_TEST

START_TEST(int64_and_double_are_not_copied)
{
    static const int64_t l[] = {1, 2, 3};
    static const double g[] = {1, 2, 3};
    cstm_table *table = NULL;
    struct batch batch = batch_new(2, 1);
    batch_add(&batch, schema_new("l", "l"), array_new(3, 0, 2, BUFFERS(NULL, l)));
    batch_add(&batch, schema_new("g", "g"), array_new(3, 0, 2, BUFFERS(NULL, g)));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    ck_assert_ptr_eq(cstm_table_int64_values(table, 0), l + 1);
    ck_assert_ptr_eq(cstm_table_double_values(table, 1), g + 1);
    ck_assert_int_gt(live_arrays, 0);
    cstm_table_free(table);
    nothing_is_alive();
}
END_TEST

START_TEST(what_had_to_be_converted_does_not_keep_the_array)
{
    static const int32_t i[] = {1, 2, 3};
    cstm_table *table = NULL;
    ck_assert_int_eq(
        import_column(schema_new("i", "i"), array_new(3, 0, 2, BUFFERS(NULL, i)), &table, NULL),
        CSTM_OK);
    nothing_is_alive();
    ck_assert_int_eq(cstm_table_int64(table, 2, 0), 3);
    cstm_table_free(table);
}
END_TEST

START_TEST(a_buffer_that_is_not_aligned_is_copied)
{
    _Alignas(16) static char bytes[8 * 3 + 1];
    int64_t values[3] = {7, -8, 9};
    memcpy(bytes + 1, values, sizeof values);
    cstm_table *table = NULL;
    ck_assert_int_eq(import_column(schema_new("l", "l"),
                                   array_new(3, 0, 2, BUFFERS(NULL, bytes + 1)), &table, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_int64(table, 1, 0), -8);
    cstm_table_free(table);
}
END_TEST

START_TEST(an_unsigned_integer_beyond_int64_is_an_error_with_its_row)
{
    static const uint64_t L[] = {9, 0, UINT64_MAX};
    cstm_table *table = NULL;
    cstm_error *error;
    ck_assert_int_eq(
        import_column(schema_new("L", "n"), array_new(2, 1, 2, BUFFERS(NULL, L)), &table, &error),
        CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    ck_assert_str_eq(cstm_error_field(error), "n");
    cstm_error_free(error);
    nothing_is_alive();
}
END_TEST

START_TEST(floats_are_doubles_and_keep_nan)
{
    static const float f[] = {1, 0.5F, 2, NAN};
    static const double g[] = {1, 0.1, 2, NAN};
    cstm_table *table = NULL;
    struct batch batch = batch_new(3, 1);
    batch_add(&batch, schema_new("f", "f"), array_new(4, 0, 2, BUFFERS(bits, f)));
    batch_add(&batch, schema_new("g", "g"), array_new(4, 0, 2, BUFFERS(bits, g)));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    ck_assert_double_eq(cstm_table_double(table, 0, 0), 0.5);
    ck_assert_double_eq(cstm_table_double(table, 0, 1), 0.1);
    for (int32_t c = 0; c < 2; c++) {
        ck_assert_int_eq(cstm_table_state(table, 1, c), CSTM_STATE_MISSING);
        ck_assert_int_eq(cstm_table_state(table, 2, c), CSTM_STATE_VALUE);
        ck_assert(isnan(cstm_table_double(table, 2, c)));
    }
    cstm_table_free(table);
    nothing_is_alive();
}
END_TEST

START_TEST(truth_is_read_from_bits_that_begin_anywhere)
{
    static const uint8_t truth[] = {0xF0, 0xFF, 0x01};
    for (int64_t offset = 0; offset < 12; offset++) {
        cstm_table *table = NULL;
        ck_assert_int_eq(import_column(schema_new("b", "b"),
                                       array_new(20 - offset, offset, 2, BUFFERS(NULL, truth)),
                                       &table, NULL),
                         CSTM_OK);
        for (int64_t row = 0; row < 20 - offset; row++)
            ck_assert_int_eq(cstm_table_bool(table, row, 0),
                             offset + row >= 4 && offset + row < 17);
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(validity_is_read_from_bits_that_begin_anywhere)
{
    static const uint8_t there[] = {0xF0, 0xFF, 0x01};
    static const int64_t values[20];
    for (int64_t offset = 0; offset < 12; offset++) {
        cstm_table *table = NULL;
        ck_assert_int_eq(import_column(schema_new("l", "l"),
                                       array_new(20 - offset, offset, 2, BUFFERS(there, values)),
                                       &table, NULL),
                         CSTM_OK);
        for (int64_t row = 0; row < 20 - offset; row++) {
            bool valid = offset + row >= 4 && offset + row < 17;
            ck_assert_int_eq(cstm_table_state(table, row, 0),
                             valid ? CSTM_STATE_VALUE : CSTM_STATE_MISSING);
        }
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(dates_come_as_days_or_as_whole_days_of_milliseconds)
{
    static const int32_t days[] = {9, 13057, INT32_MAX, -1};
    static const int64_t millis[] = {9, INT64_C(13057) * 86400000, 5, -86400000};
    cstm_table *table = NULL;
    struct batch batch = batch_new(3, 1);
    batch_add(&batch, schema_new("tdD", "a"), array_new(4, 0, 2, BUFFERS(bits, days)));
    batch_add(&batch, schema_new("tdm", "b"), array_new(4, 0, 2, BUFFERS(bits, millis)));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    for (int32_t c = 0; c < 2; c++) {
        /* 13057 is 2005-10-01. */
        ck_assert_int_eq(cstm_table_date(table, 0, c), 13057);
        ck_assert_int_eq(cstm_table_state(table, 1, c), CSTM_STATE_MISSING);
        ck_assert_int_eq(cstm_table_date(table, 2, c), -1);
    }
    cstm_table_free(table);
    ck_assert_int_eq(import_column(schema_new("tdm", "b"),
                                   array_new(1, 2, 2, BUFFERS(NULL, millis)), &table, NULL),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(import_column(schema_new("tdD", "a"), array_new(1, 2, 2, BUFFERS(NULL, days)),
                                   &table, NULL),
                     CSTM_ERROR_RANGE);
    nothing_is_alive();
}
END_TEST

START_TEST(timestamps_of_every_unit_are_microseconds)
{
    static const int64_t s[] = {9, 1128124800, INT64_MAX, -1};
    static const int64_t m[] = {9, 1128124800000, INT64_MAX, -1000};
    static const int64_t u[] = {9, 1128124800000000, INT64_MAX, -1000000};
    static const int64_t n[] = {9, 1128124800000000000, INT64_MAX, -1000000000};
    static const struct {
        const char *format;
        const int64_t *values;
        int32_t civil;
    } cases[] = {{"tss:", s, 1}, {"tsm:UTC", m, 0}, {"tsu:Asia/Taipei", u, 0},
                 {"tsn:", n, 1}, {"tsu:", u, 1},    {"tss:Z", s, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_table *table = NULL;
        ck_assert_int_eq(import_column(schema_new(cases[i].format, "t"),
                                       array_new(3, 1, 2, BUFFERS(bits, cases[i].values)), &table,
                                       NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_TIMESTAMP);
        ck_assert_int_eq(cstm_table_column_civil(table, 0), cases[i].civil);
        ck_assert_int_eq(cstm_table_timestamp(table, 0, 0), 1128124800000000);
        ck_assert_int_eq(cstm_table_state(table, 1, 0), CSTM_STATE_MISSING);
        ck_assert_int_eq(cstm_table_timestamp(table, 2, 0), -1000000);
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(nanoseconds_that_are_no_microseconds_are_an_error_with_their_row)
{
    static const int64_t n[] = {1000, 1001};
    static const int64_t s[] = {0, INT64_C(253402300800)};
    cstm_table *table = NULL;
    cstm_error *error;
    ck_assert_int_eq(import_column(schema_new("tsn:", "t"), array_new(2, 0, 2, BUFFERS(NULL, n)),
                                   &table, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    /* 10000-01-01T00:00:00Z */
    ck_assert_int_eq(import_column(schema_new("tss:", "t"), array_new(2, 0, 2, BUFFERS(NULL, s)),
                                   &table, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
}
END_TEST

START_TEST(decimals_of_every_width_are_read)
{
    static const int32_t d32[] = {9, -12345, 0, 999999999};
    static const int64_t d64[] = {9, -12345, 0, 999999999};
    _Alignas(16) static const uint64_t d128[] = {9, 0, (uint64_t) -12345, UINT64_MAX,
                                                 0, 0, 999999999,         0};
    static const uint64_t d256[] = {
        9,          0,          0,          0,          (uint64_t) -12345, UINT64_MAX,
        UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX,        5,
        999999999,  0,          0,          0};
    static const struct {
        const char *format;
        const void *values;
    } cases[] = {{"d:9,3,32", d32},
                 {"d:18,3,64", d64},
                 {"d:38,3", d128},
                 {"d:38,3,128", d128},
                 {"d:76,3,256", d256}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_table *table = NULL;
        int64_t high;
        uint64_t low;
        ck_assert_int_eq(import_column(schema_new(cases[i].format, "d"),
                                       array_new(3, 1, 2, BUFFERS(bits, cases[i].values)), &table,
                                       NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_DECIMAL);
        ck_assert_int_eq(cstm_table_column_exponent(table, 0), 3);
        ck_assert_int_eq(cstm_table_decimal(table, 0, 0, &high, &low), CSTM_STATE_VALUE);
        ck_assert_int_eq(high, -1);
        ck_assert_int_eq((int64_t) low, -12345);
        ck_assert_int_eq(cstm_table_decimal(table, 1, 0, &high, &low), CSTM_STATE_MISSING);
        ck_assert_int_eq(cstm_table_decimal(table, 2, 0, &high, &low), CSTM_STATE_VALUE);
        ck_assert_int_eq(high, 0);
        ck_assert_uint_eq(low, 999999999);
        /* -12.345 in a currency of three decimals; 999,999.999 fits, too. */
        ck_assert_int_eq(cstm_table_declare_money(table, "d", "KWD", CSTM_MONEY_MAJOR, NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_money(table, 0, 0), -12345);
        ck_assert_int_eq(cstm_table_money(table, 2, 0), 999999999);
        cstm_table_free(table);
    }
    nothing_is_alive();
}
END_TEST

START_TEST(a_decimal_beyond_38_digits_is_refused_with_its_row)
{
    static const uint64_t d256[] = {1, 0, 0, 0, 0, 0, 1, 0};
    cstm_table *table = NULL;
    cstm_error *error;
    ck_assert_int_eq(import_column(schema_new("d:76,0,256", "d"),
                                   array_new(2, 0, 2, BUFFERS(NULL, d256)), &table, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
}
END_TEST

/* One pair of metadata: count, key and value with their lengths. */
static const char *
currency_metadata(const char *code)
{
    static char bytes[64];
    int32_t count = 1, key = (int32_t) strlen(CSTM_ARROW_CURRENCY_KEY),
            value = (int32_t) strlen(code);
    memcpy(bytes, &count, 4);
    memcpy(bytes + 4, &key, 4);
    memcpy(bytes + 8, CSTM_ARROW_CURRENCY_KEY, (size_t) key);
    memcpy(bytes + 8 + key, &value, 4);
    memcpy(bytes + 12 + key, code, (size_t) value);
    return bytes;
}

START_TEST(a_decimal_with_a_currency_is_money)
{
    static const int64_t d64[] = {1250, 1255};
    cstm_table *table = NULL;
    cstm_error *error;
    struct ArrowSchema *schema = schema_new("d:18,3,64", "amount");
    schema->metadata = currency_metadata("USD");
    ck_assert_int_eq(import_column(schema, array_new(1, 0, 2, BUFFERS(NULL, d64)), &table, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_MONEY);
    ck_assert_str_eq(cstm_table_column_currency(table, 0), "USD");
    ck_assert_int_eq(cstm_table_money(table, 0, 0), 125);
    cstm_table_free(table);
    schema = schema_new("d:18,3,64", "amount");
    schema->metadata = currency_metadata("USD");
    ck_assert_int_eq(import_column(schema, array_new(2, 0, 2, BUFFERS(NULL, d64)), &table, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    schema = schema_new("d:18,3,64", "amount");
    schema->metadata = currency_metadata("EUX");
    ck_assert_int_eq(import_column(schema, array_new(2, 0, 2, BUFFERS(NULL, d64)), &table, NULL),
                     CSTM_ERROR_UNKNOWN);
    nothing_is_alive();
}
END_TEST

START_TEST(a_null_column_is_text_that_is_missing)
{
    cstm_table *table = NULL;
    ck_assert_int_eq(
        import_column(schema_new("n", "nothing"), array_new(2, 3, 0, BUFFERS(NULL)), &table, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_STRING);
    assert_text(table, 1, 0, NULL);
    cstm_table_free(table);
    nothing_is_alive();
}
END_TEST

START_TEST(types_that_a_table_does_not_hold_are_refused_with_their_column)
{
    static const char *const formats[] = {"z",          "Z",
                                          "e",          "tts",
                                          "tDs",        "tiM",
                                          "w:4",        "+m",
                                          "+r",         "+vl",
                                          "",           "x",
                                          "tsx:",       "ts",
                                          "d:",         "d:5",
                                          "d:0,1",      "d:5,2,",
                                          "d:5,2,16",   "d:5,2,128,1",
                                          "d:77,0,256", "d:99999999999999999999,0"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        cstm_table *table = NULL;
        cstm_error *error;
        ck_assert_int_eq(import_column(schema_new(formats[i], "odd"),
                                       array_new(0, 0, 2, BUFFERS(NULL, NULL)), &table, &error),
                         CSTM_ERROR_UNSUPPORTED);
        ck_assert_str_eq(cstm_error_field(error), "odd");
        cstm_error_free(error);
    }
    cstm_table *table = NULL;
    ck_assert_int_eq(import_column(list_of("+l", schema_new("l", "item")),
                                   array_new(0, 0, 2, BUFFERS(NULL, NULL)), &table, NULL),
                     CSTM_ERROR_UNSUPPORTED);
    ck_assert_int_eq(
        import_column(coded("i", "d", "l"), array_new(0, 0, 2, BUFFERS(NULL, NULL)), &table, NULL),
        CSTM_ERROR_UNSUPPORTED);
    ck_assert_int_eq(
        import_column(coded("u", "d", "u"), array_new(0, 0, 2, BUFFERS(NULL, NULL)), &table, NULL),
        CSTM_ERROR_CORRUPT);
    nothing_is_alive();
}
END_TEST

START_TEST(only_a_struct_is_a_table)
{
    static const int64_t l[] = {1};
    cstm_table *table = NULL;
    struct batch batch = {schema_new("l", "n"), array_new(1, 0, 2, BUFFERS(NULL, l))};
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_ERROR_TYPE);
    nothing_is_alive();
}
END_TEST

START_TEST(a_null_row_of_the_struct_is_refused)
{
    static const int64_t l[] = {1, 2};
    static const uint8_t without_second[] = {0x01};
    cstm_table *table = NULL;
    cstm_error *error;
    struct batch batch = {schema_new("+s", ""), array_new(2, 0, 1, BUFFERS(without_second))};
    batch_add(&batch, schema_new("l", "n"), array_new(2, 0, 2, BUFFERS(NULL, l)));
    ck_assert_int_eq(batch_import(&batch, &table, &error), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
}
END_TEST

/* Each makes one thing wrong with a good array of one int64 column of three rows. */
static void
too_few_rows(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->length = 2;
}
static void
negative_length(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) child;
    root->length = -1;
}
static void
negative_child_length(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->length = -1;
}
static void
negative_offset(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->offset = -1;
}
static void
offset_without_end(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->offset = INT64_MAX;
}
static void
root_offset(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) child;
    root->offset = 1;
}
static void
negative_root_offset(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) child;
    root->offset = -1;
}
static void
huge_length(struct ArrowArray *child, struct ArrowArray *root)
{
    child->length = root->length = INT64_MAX;
}
static void
one_buffer(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->n_buffers = 1;
}
static void
three_buffers(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->n_buffers = 3;
}
static void
no_values(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->buffers[1] = NULL;
}
static void
nulls_without_bits(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) root;
    child->null_count = 1;
}
static void
root_buffers(struct ArrowArray *child, struct ArrowArray *root)
{
    (void) child;
    root->n_buffers = 0;
}

START_TEST(a_structure_that_arrow_forbids_is_corrupt_and_stays_the_callers)
{
    static const int64_t l[] = {1, 2, 3};
    static void (*const spoil[])(struct ArrowArray *, struct ArrowArray *) = {
        too_few_rows,         negative_length,    negative_child_length,
        negative_offset,      offset_without_end, root_offset,
        negative_root_offset, huge_length,        one_buffer,
        three_buffers,        no_values,          nulls_without_bits,
        root_buffers};
    for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
        cstm_table *table = NULL;
        struct ArrowArray *child = array_new(3, 0, 2, BUFFERS(NULL, l));
        struct batch batch = batch_new(3, 0);
        batch_add(&batch, schema_new("l", "n"), child);
        spoil[i](child, batch.array);
        ck_assert_msg(batch_import(&batch, &table, NULL) == CSTM_ERROR_CORRUPT, "fault %zu", i);
        nothing_is_alive();
    }
}
END_TEST

START_TEST(another_number_of_children_than_the_schema_has_is_corrupt)
{
    static const int64_t l[] = {1};
    cstm_table *table = NULL;
    struct batch batch = batch_new(1, 0);
    batch_add(&batch, schema_new("l", "n"), array_new(1, 0, 2, BUFFERS(NULL, l)));
    schema_adopt(batch.schema, schema_new("l", "m"));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_ERROR_CORRUPT);
    /* A dictionary that the schema has and the array has not. */
    static const int32_t i[] = {0};
    ck_assert_int_eq(
        import_column(coded("i", "d", "u"), array_new(1, 0, 2, BUFFERS(NULL, i)), &table, NULL),
        CSTM_ERROR_CORRUPT);
    nothing_is_alive();
}
END_TEST

START_TEST(names_are_needed_and_unique)
{
    static const int64_t l[] = {1};
    static const struct {
        const char *first, *second;
        cstm_status status;
    } cases[] = {{"a", "a", CSTM_ERROR_DUPLICATE},
                 {"a", "", CSTM_ERROR_SYNTAX},
                 {"a", NULL, CSTM_ERROR_SYNTAX},
                 {"a", "\xFF", CSTM_ERROR_SYNTAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_table *table = NULL;
        struct batch batch = batch_new(1, 0);
        batch_add(&batch, schema_new("l", cases[i].first), array_new(1, 0, 2, BUFFERS(NULL, l)));
        batch_add(&batch, schema_new("l", cases[i].second), array_new(1, 0, 2, BUFFERS(NULL, l)));
        ck_assert_int_eq(batch_import(&batch, &table, NULL), cases[i].status);
    }
    nothing_is_alive();
}
END_TEST

START_TEST(null_or_released_structs_are_misuse)
{
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    cstm_table *table;
    ck_assert_int_eq(cstm_table_import_arrow(NULL, &array, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, NULL, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_import_arrow(&schema, &array, &table, NULL), CSTM_ERROR_MISUSE);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("arrow import");
    tcase_add_test(tcase, integers_of_every_width_are_read_at_an_offset);
    tcase_add_test(tcase, int64_and_double_are_not_copied);
    tcase_add_test(tcase, what_had_to_be_converted_does_not_keep_the_array);
    tcase_add_test(tcase, a_buffer_that_is_not_aligned_is_copied);
    tcase_add_test(tcase, an_unsigned_integer_beyond_int64_is_an_error_with_its_row);
    tcase_add_test(tcase, floats_are_doubles_and_keep_nan);
    tcase_add_test(tcase, truth_is_read_from_bits_that_begin_anywhere);
    tcase_add_test(tcase, validity_is_read_from_bits_that_begin_anywhere);
    tcase_add_test(tcase, dates_come_as_days_or_as_whole_days_of_milliseconds);
    tcase_add_test(tcase, timestamps_of_every_unit_are_microseconds);
    tcase_add_test(tcase, nanoseconds_that_are_no_microseconds_are_an_error_with_their_row);
    tcase_add_test(tcase, decimals_of_every_width_are_read);
    tcase_add_test(tcase, a_decimal_beyond_38_digits_is_refused_with_its_row);
    tcase_add_test(tcase, a_decimal_with_a_currency_is_money);
    tcase_add_test(tcase, a_null_column_is_text_that_is_missing);
    tcase_add_test(tcase, types_that_a_table_does_not_hold_are_refused_with_their_column);
    tcase_add_test(tcase, only_a_struct_is_a_table);
    tcase_add_test(tcase, a_null_row_of_the_struct_is_refused);
    tcase_add_test(tcase, a_structure_that_arrow_forbids_is_corrupt_and_stays_the_callers);
    tcase_add_test(tcase, another_number_of_children_than_the_schema_has_is_corrupt);
    tcase_add_test(tcase, names_are_needed_and_unique);
    tcase_add_test(tcase, null_or_released_structs_are_misuse);
    Suite *suite = suite_create("arrow import");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
