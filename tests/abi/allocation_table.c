/* Failing allocations in tables: columns from arrays, money declared, CSV read and written, Arrow taken over and handed out. */
#include "allocation.h"

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static const char CSV[] =
    "customer,age,income,limit,city,birthday,seen,vip,tags\n"
    "c1,31,1234.5,8000.00,Shanghai,1990-02-28,2024-01-02T03:04:05Z,true,gold;club\n"
    "c2,,99,0.01,\"New, York\",2001-12-31,2024-01-02T03:04:06Z,false,\n"
    "c3,47,-1e3,12.50,Chengdu,1955-06-01,2024-01-02T03:04:07Z,,tea\n";
static const char CSV_BAD[] =
    "customer,age,income,limit,city,birthday,seen,vip,tags\n"
    "c1,31,1234.5,8000.00,Shanghai,1990-02-28,2024-01-02T03:04:05Z,true,gold;club\n"
    "c2,old,99,0.01,\"New, York\",2001-12-31,2024-01-02T03:04:06Z,false,\n"
    "c3,47\n";

/* ---------------------------------------------------------------------------------------------------------- columns */

static bool
with_table(struct world *world)
{
    static const int64_t numbers[] = {10, 20, 30};
    return cstm_table_new(&world->table, NULL) == CSTM_OK
           && cstm_table_add_int64(world->table, "first", numbers, NULL, 3, NULL) == CSTM_OK;
}

static void
table_state(struct world *world)
{
    note_table(world->table);
}

static const uint8_t VALID[] = {1, 0, 1};

static cstm_status
act_table_new(struct world *world, cstm_error **error)
{
    return cstm_table_new((cstm_table **) &world->out[0], error);
}

static cstm_status
act_add_bool(struct world *world, cstm_error **error)
{
    static const uint8_t values[] = {1, 0, 1};
    return cstm_table_add_bool(world->table, "flag", values, VALID, 3, error);
}

static cstm_status
act_add_int64(struct world *world, cstm_error **error)
{
    static const int64_t values[] = {1, 2, 3};
    return cstm_table_add_int64(world->table, "count", values, NULL, 3, error);
}

static cstm_status
act_add_double(struct world *world, cstm_error **error)
{
    static const double values[] = {1.5, 2.5, 3.5};
    return cstm_table_add_double(world->table, "ratio", values, VALID, 3, error);
}

static cstm_status
act_add_date(struct world *world, cstm_error **error)
{
    static const int32_t values[] = {1, 2, 3};
    return cstm_table_add_date(world->table, "day", values, VALID, 3, error);
}

static cstm_status
act_add_timestamp(struct world *world, cstm_error **error)
{
    static const int64_t values[] = {1, 2, 3};
    return cstm_table_add_timestamp(world->table, "time", values, VALID, 3, error);
}

static cstm_status
act_add_money(struct world *world, cstm_error **error)
{
    static const int64_t values[] = {100, 200, 300};
    return cstm_table_add_money(world->table, "amount", values, VALID, 3, "CNY", error);
}

static cstm_status
act_add_string(struct world *world, cstm_error **error)
{
    static const int64_t offsets[] = {0, 3, 3, 7};
    return cstm_table_add_string(world->table, "city", offsets, "abcdefg", VALID, 3, error);
}

static cstm_status
act_add_strings(struct world *world, cstm_error **error)
{
    static const int64_t lists[] = {0, 1, 1, 2}, offsets[] = {0, 3, 7};
    return cstm_table_add_strings(world->table, "tags", lists, offsets, "abcdefg", VALID, 3, error);
}

static cstm_status
act_declare_minor(struct world *world, cstm_error **error)
{
    return cstm_table_declare_money(world->table, "first", "CNY", CSTM_MONEY_MINOR, error);
}

static bool
with_amounts_as_text(struct world *world)
{
    static const char *const amounts[] = {"1.00", "2.50", "8000.00"};
    return cstm_table_new(&world->table, NULL) == CSTM_OK && living_add_texts(world->table, "amount", amounts, 3);
}

static cstm_status
act_declare_major(struct world *world, cstm_error **error)
{
    return cstm_table_declare_money(world->table, "amount", "CNY", CSTM_MONEY_MAJOR, error);
}

/* -------------------------------------------------------------------------------------------------------------- CSV */

static bool
with_reader(struct world *world)
{
    static const struct {
        const char *name;
        cstm_type type;
    } columns[] = {{"customer", CSTM_TYPE_STRING}, {"age", CSTM_TYPE_INT}, {"income", CSTM_TYPE_DOUBLE}, {"limit", CSTM_TYPE_MONEY},
                   {"city", CSTM_TYPE_STRING}, {"birthday", CSTM_TYPE_DATE}, {"seen", CSTM_TYPE_TIMESTAMP}, {"vip", CSTM_TYPE_BOOL},
                   {"tags", CSTM_TYPE_STRINGS}};
    bool good = cstm_csv_new(&world->csv, NULL) == CSTM_OK && cstm_csv_set_currency(world->csv, "CNY", NULL) == CSTM_OK;
    for (size_t i = 0; good && i < sizeof columns / sizeof *columns; i++)
        good = cstm_csv_add_column(world->csv, columns[i].name, columns[i].type, NULL) == CSTM_OK;
    return good;
}

/* A reader is seen by what it reads. */
static void
reader_state(struct world *world)
{
    cstm_table *table = NULL, *rejected = NULL;
    cstm_error *error;
    note_number(cstm_csv_read_bytes(world->csv, "state.csv", (const uint8_t *) CSV, sizeof CSV - 1, &table, &rejected, &error));
    note_text(cstm_error_message(error));
    if (table != NULL)
        note_table(table);
    cstm_table_free(table);
    cstm_table_free(rejected);
    cstm_error_free(error);
}

static bool
with_collecting_reader(struct world *world)
{
    return with_reader(world) && cstm_csv_set_reject(world->csv, CSTM_CSV_COLLECT, NULL) == CSTM_OK;
}

static cstm_status
act_csv_new(struct world *world, cstm_error **error)
{
    return cstm_csv_new((cstm_csv **) &world->out[0], error);
}

static cstm_status
act_csv_add_column(struct world *world, cstm_error **error)
{
    return cstm_csv_add_column(world->csv, "unknown", CSTM_TYPE_STRING, error);
}

static cstm_status
act_csv_set_missing(struct world *world, cstm_error **error)
{
    return cstm_csv_set_missing(world->csv, "Shanghai", error);
}

static cstm_status
act_csv_set_currency(struct world *world, cstm_error **error)
{
    return cstm_csv_set_currency(world->csv, "JPY", error);
}

static cstm_status
act_csv_set_zone(struct world *world, cstm_error **error)
{
    return cstm_csv_set_zone(world->csv, "Asia/Taipei", error);
}

static cstm_status
read_csv(struct world *world, const void *bytes, size_t size, cstm_error **error)
{
    return cstm_csv_read_bytes(world->csv, "customers.csv", bytes, size, (cstm_table **) &world->out[0], (cstm_table **) &world->out[1],
                               error);
}

static cstm_status
act_csv_read(struct world *world, cstm_error **error)
{
    return read_csv(world, CSV, sizeof CSV - 1, error);
}

static cstm_status
act_csv_read_bad(struct world *world, cstm_error **error)
{
    return read_csv(world, CSV_BAD, sizeof CSV_BAD - 1, error);
}

static unsigned char compressed[1024];
static size_t compressed_size;

static bool
with_gzip(struct world *world)
{
    z_stream stream = {0};
    stream.next_in = (Bytef *) (uintptr_t) CSV;
    stream.avail_in = sizeof CSV - 1;
    stream.next_out = compressed;
    stream.avail_out = sizeof compressed;
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    bool good = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    compressed_size = sizeof compressed - stream.avail_out;
    deflateEnd(&stream);
    return good && with_reader(world);
}

static cstm_status
act_csv_read_gzip(struct world *world, cstm_error **error)
{
    return read_csv(world, compressed, compressed_size, error);
}

static char path[64];

static bool
with_file(struct world *world)
{
    if (path[0] == '\0') {
        strcpy(path, "allocation-XXXXXX");
        int file = mkstemp(path);
        if (file < 0 || write(file, CSV, sizeof CSV - 1) != (ssize_t) sizeof CSV - 1 || close(file) != 0)
            return false;
    }
    return with_reader(world);
}

static cstm_status
act_csv_read_file(struct world *world, cstm_error **error)
{
    return cstm_csv_read_file(world->csv, path, NULL, NULL, NULL, (cstm_table **) &world->out[0], (cstm_table **) &world->out[1], error);
}

/* A table of every type, as the CSV gives it. */
static bool
with_every_type(struct world *world)
{
    return with_reader(world) && cstm_csv_read_bytes(world->csv, "all.csv", (const uint8_t *) CSV, sizeof CSV - 1, &world->table, NULL, NULL) == CSTM_OK;
}

static cstm_status
act_csv_write(struct world *world, cstm_error **error)
{
    return cstm_table_write_csv_buffer(world->table, (cstm_buffer **) &world->out[0], error);
}

static cstm_status
act_csv_write_file(struct world *world, cstm_error **error)
{
    return cstm_table_write_csv(world->table, "allocation-written.csv", error);
}

/* The file that was written, or none. A call that fails leaves what was there. */
static void
written_state(struct world *world)
{
    char text[1024];
    FILE *file = fopen("allocation-written.csv", "r");
    note_table(world->table);
    if (file != NULL) {
        note(text, fread(text, 1, sizeof text, file));
        fclose(file);
    }
}

static bool
with_nothing_written(struct world *world)
{
    FILE *file = fopen("allocation-written.csv", "w");
    return file != NULL && fputs("as it was\n", file) >= 0 && fclose(file) == 0 && with_every_type(world);
}

/* ------------------------------------------------------------------------------------------------------------ Arrow */

static bool
with_arrays(struct world *world)
{
    if (!with_every_type(world) || cstm_table_export_arrow(world->table, &world->schema, &world->array, NULL) != CSTM_OK)
        return false;
    cstm_table_free(world->table);
    world->table = NULL;
    return true;
}

static bool
with_stream(struct world *world)
{
    return with_every_type(world) && cstm_table_export_stream(world->table, &world->stream, NULL) == CSTM_OK;
}

static cstm_status
act_import(struct world *world, cstm_error **error)
{
    return cstm_table_import_arrow(&world->schema, &world->array, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_import_stream(struct world *world, cstm_error **error)
{
    return cstm_table_import_stream(&world->stream, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_export(struct world *world, cstm_error **error)
{
    return cstm_table_export_arrow(world->table, (struct ArrowSchema *) (void *) world->area,
                                   (struct ArrowArray *) (void *) (world->area + 128), error);
}

static cstm_status
act_export_stream(struct world *world, cstm_error **error)
{
    return cstm_table_export_stream(world->table, (struct ArrowArrayStream *) (void *) world->area, error);
}

/* What was handed out goes into the world, where end() releases it. */
static void
exported_state(struct world *world)
{
    note_table(world->table);
    if (world->area[0] == 0xA5 && world->area[1] == 0xA5)
        return;
    memcpy(&world->schema, world->area, sizeof world->schema);
    memcpy(&world->array, world->area + 128, sizeof world->array);
}

static void
exported_stream_state(struct world *world)
{
    note_table(world->table);
    if (world->area[0] != 0xA5 || world->area[1] != 0xA5)
        memcpy(&world->stream, world->area, sizeof world->stream);
}

static cstm_status
act_stream_schema(struct world *world, cstm_error **error)
{
    *error = NULL;
    return world->stream.get_schema(&world->stream, (struct ArrowSchema *) (void *) world->area) == 0 ? CSTM_OK : CSTM_ERROR_NO_MEMORY;
}

static void
stream_schema_state(struct world *world)
{
    note_table(world->table);
    if (world->area[0] != 0xA5 || world->area[1] != 0xA5)
        memcpy(&world->schema, world->area, sizeof world->schema);
}

static cstm_status
act_stream_next(struct world *world, cstm_error **error)
{
    *error = NULL;
    return world->stream.get_next(&world->stream, (struct ArrowArray *) (void *) world->area) == 0 ? CSTM_OK : CSTM_ERROR_NO_MEMORY;
}

static void
stream_next_state(struct world *world)
{
    note_table(world->table);
    bool given = false;
    for (size_t i = 0; i < sizeof world->array; i++)
        given = given || world->area[i] != 0xA5;
    if (given)
        memcpy(&world->array, world->area, sizeof world->array);
}

/* ------------------------------------------------------------------------------------------------------- bank files */

/* A head record, two rows (names in GB 18030), one that is rejected, a trailer with count and sum. */
static const char DAY[] = "H|20240105\nc1|\xD6\xD0|1250-|20240105\nc2|\"x\"\"y\"|2000|00000000\nc3|z|x|20240105\nT|3|750\n";

static bool
with_layout(struct world *world)
{
    return cstm_layout_new(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030, &world->layout, NULL) == CSTM_OK
           && cstm_layout_set_currency(world->layout, "CNY", NULL) == CSTM_OK && cstm_layout_set_quote(world->layout, '"', NULL) == CSTM_OK
           && cstm_layout_set_frame(world->layout, 1, 0, 1, NULL) == CSTM_OK
           && cstm_layout_set_reject(world->layout, CSTM_CSV_COLLECT, 9, NULL) == CSTM_OK
           && cstm_layout_add_column(world->layout, "card", CSTM_TYPE_STRING, 1, 0, NULL) == CSTM_OK
           && cstm_layout_add_column(world->layout, "name", CSTM_TYPE_STRING, 2, 0, NULL) == CSTM_OK
           && cstm_layout_add_column(world->layout, "amount", CSTM_TYPE_MONEY, 3, 0, NULL) == CSTM_OK
           && cstm_layout_add_column(world->layout, "day", CSTM_TYPE_DATE, 4, 0, NULL) == CSTM_OK
           && cstm_layout_set_number(world->layout, "amount", 2, CSTM_SIGN_TRAILING, 0, NULL) == CSTM_OK
           && cstm_layout_set_format(world->layout, "day", "YYYYMMDD", NULL) == CSTM_OK
           && cstm_layout_add_missing(world->layout, "day", "00000000", NULL) == CSTM_OK
           && cstm_layout_add_total(world->layout, CSTM_TOTAL_SUM, "amount", -1, 3, 0, NULL) == CSTM_OK;
}

static cstm_status
act_layout_read(struct world *world, cstm_error **error)
{
    return cstm_layout_read_bytes(world->layout, "day.dat", (const uint8_t *) DAY, sizeof DAY - 1, (cstm_table **) &world->out[0],
                                  (cstm_table **) &world->out[1], error);
}

static void
layout_state(struct world *world)
{
    cstm_table *table = NULL, *rejected = NULL;
    cstm_error *error;
    note_number(cstm_layout_read_bytes(world->layout, "day.dat", (const uint8_t *) DAY, sizeof DAY - 1, &table, &rejected, &error));
    note_text(cstm_error_message(error));
    if (table != NULL)
        note_table(table);
    cstm_table_free(table);
    cstm_table_free(rejected);
    cstm_error_free(error);
}

static cstm_status
act_layout_new(struct world *world, cstm_error **error)
{
    return cstm_layout_new(CSTM_LAYOUT_BYTES, CSTM_ENCODING_UTF8, (cstm_layout **) &world->out[0], error);
}

static cstm_status
act_layout_add_column(struct world *world, cstm_error **error)
{
    return cstm_layout_add_column(world->layout, "another", CSTM_TYPE_STRING, 9, 0, error);
}

static cstm_status
act_layout_set_sign(struct world *world, cstm_error **error)
{
    return cstm_layout_set_sign(world->layout, "amount", 9, 0, "C", "D", error);
}

static cstm_status
act_layout_set_format(struct world *world, cstm_error **error)
{
    return cstm_layout_set_format(world->layout, "day", "YYYY/MM/DD", error);
}

static cstm_status
act_layout_add_missing(struct world *world, cstm_error **error)
{
    return cstm_layout_add_missing(world->layout, NULL, "20240105", error);
}

static cstm_status
act_layout_add_comment(struct world *world, cstm_error **error)
{
    return cstm_layout_add_comment(world->layout, (const uint8_t *) "c2", 2, error);
}

static cstm_status
act_layout_add_total(struct world *world, cstm_error **error)
{
    return cstm_layout_add_total(world->layout, CSTM_TOTAL_COUNT, NULL, -1, 2, 0, error);
}

static cstm_status
act_layout_set_zone(struct world *world, cstm_error **error)
{
    return cstm_layout_set_zone(world->layout, "Asia/Taipei", error);
}

/* ------------------------------------------------------------------------------------------------------------ small */

static cstm_status
act_cancel_new(struct world *world, cstm_error **error)
{
    return cstm_cancel_new((cstm_cancel **) &world->out[0], error);
}

static cstm_status
act_quantiles(struct world *world, cstm_error **error)
{
    return cstm_quantiles_measure(world->table, "first", "first", 19753, 2, NULL, 0, (cstm_buffer **) &world->out[0], error);
}

/* Documents that are handed along with a strategy's text. */
static cstm_status
act_files(struct world *world, cstm_error **error)
{
    cstm_files *files = NULL;
    (void) world;
    cstm_status status = cstm_files_new(&files, error);
    if (status == CSTM_OK)
        status = cstm_files_add(files, "calendars/cn.yaml", "format: 1\n", 10, error);
    cstm_files_free(files);
    return status;
}

const struct allocation_case table_cases[] = {
    {"quantiles measured", with_table, act_quantiles, table_state, {&gives_buffer, NULL}, false, false},
    {"documents held", NULL, act_files, NULL, {NULL, NULL}, false, false},
    {"a cancel", NULL, act_cancel_new, NULL, {&gives_cancel, NULL}, false, false},
    {"an empty table", NULL, act_table_new, NULL, {&gives_table, NULL}, false, false},
    {"a column of bool", with_table, act_add_bool, table_state, {NULL, NULL}, false, false},
    {"a column of int", with_table, act_add_int64, table_state, {NULL, NULL}, false, false},
    {"a column of double", with_table, act_add_double, table_state, {NULL, NULL}, false, false},
    {"a column of date", with_table, act_add_date, table_state, {NULL, NULL}, false, false},
    {"a column of timestamp", with_table, act_add_timestamp, table_state, {NULL, NULL}, false, false},
    {"a column of money", with_table, act_add_money, table_state, {NULL, NULL}, false, false},
    {"a column of string", with_table, act_add_string, table_state, {NULL, NULL}, false, false},
    {"a column of strings", with_table, act_add_strings, table_state, {NULL, NULL}, false, false},
    {"cents declared money", with_table, act_declare_minor, table_state, {NULL, NULL}, false, false},
    {"text declared money", with_amounts_as_text, act_declare_major, table_state, {NULL, NULL}, false, false},
    {"a CSV reader", NULL, act_csv_new, NULL, {&gives_csv, NULL}, false, false},
    {"a column of a CSV reader", with_reader, act_csv_add_column, reader_state, {NULL, NULL}, false, false},
    {"what is missing in CSV", with_reader, act_csv_set_missing, reader_state, {NULL, NULL}, false, false},
    {"the currency of CSV", with_reader, act_csv_set_currency, reader_state, {NULL, NULL}, false, false},
    {"the zone of CSV", with_reader, act_csv_set_zone, reader_state, {NULL, NULL}, false, false},
    {"CSV read", with_collecting_reader, act_csv_read, reader_state, {&gives_table, &gives_table}, false, false},
    {"bad rows of CSV collected", with_collecting_reader, act_csv_read_bad, reader_state, {&gives_table, &gives_table}, false, false},
    {"gzip CSV read", with_gzip, act_csv_read_gzip, reader_state, {&gives_table, &gives_table}, false, false},
    {"a CSV file read", with_file, act_csv_read_file, reader_state, {&gives_table, &gives_table}, false, false},
    {"a layout", NULL, act_layout_new, NULL, {&gives_layout, NULL}, false, false},
    {"a column of a layout", with_layout, act_layout_add_column, layout_state, {NULL, NULL}, false, false},
    {"a sign of a layout", with_layout, act_layout_set_sign, layout_state, {NULL, NULL}, false, false},
    {"a format of a layout", with_layout, act_layout_set_format, layout_state, {NULL, NULL}, false, false},
    {"what is missing in a layout", with_layout, act_layout_add_missing, layout_state, {NULL, NULL}, false, false},
    {"a comment of a layout", with_layout, act_layout_add_comment, layout_state, {NULL, NULL}, false, false},
    {"a control total of a layout", with_layout, act_layout_add_total, layout_state, {NULL, NULL}, false, false},
    {"the zone of a layout", with_layout, act_layout_set_zone, layout_state, {NULL, NULL}, false, false},
    {"a bank file read", with_layout, act_layout_read, layout_state, {&gives_table, &gives_table}, false, false},
    {"CSV written", with_every_type, act_csv_write, table_state, {&gives_buffer, NULL}, false, false},
    {"a CSV file written", with_nothing_written, act_csv_write_file, written_state, {NULL, NULL}, false, false},
    {"Arrow imported", with_arrays, act_import, NULL, {&gives_table, NULL}, false, false},
    {"an Arrow stream imported", with_stream, act_import_stream, table_state, {&gives_table, NULL}, true, false},
    {"Arrow exported", with_every_type, act_export, exported_state, {NULL, NULL}, false, false},
    {"an Arrow stream exported", with_every_type, act_export_stream, exported_stream_state, {NULL, NULL}, false, false},
    {"the schema of a stream", with_stream, act_stream_schema, stream_schema_state, {NULL, NULL}, false, true},
    {"the next array of a stream", with_stream, act_stream_next, stream_next_state, {NULL, NULL}, false, true},
};
const int n_table_cases = sizeof table_cases / sizeof *table_cases;
