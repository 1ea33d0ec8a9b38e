/* Arrow import under fuzz. Arrow gives no sizes of buffers, so arrays are made from the input here,
 * with buffers just as large as the producer's promise wants and not a byte more (ASan sees the
 * rest): lengths, offsets, validity, text, codes and views come from the input, right or wrong; now
 * and then the structure itself is spoilt. What imports is read whole, exported and imported again,
 * which must give the same table. */
#include <libcustomer/table.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct input {
    const uint8_t *at;
    const uint8_t *end;
};

static uint8_t
take(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

static int64_t
below(struct input *input, int64_t limit)
{
    return limit > 0 ? take(input) % limit : 0;
}

static void
check(bool holds)
{
    if (!holds)
        abort();
}

/* ---- arrays that own exact buffers ---- */

struct owned {
    const void *buffers[6];
    int64_t n_owned;
};

static void
release_array(struct ArrowArray *array)
{
    struct owned *owned = array->private_data;
    for (int64_t i = 0; i < owned->n_owned; i++)
        free((void *) owned->buffers[i]);
    for (int64_t i = 0; array->children != NULL && array->children[i] != NULL; i++) {
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    free(array->children);
    if (array->dictionary != NULL) {
        if (array->dictionary->release != NULL)
            array->dictionary->release(array->dictionary);
        free(array->dictionary);
    }
    if (array->buffers != owned->buffers)
        free(array->buffers);
    free(owned);
    array->release = NULL;
}

static void
release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; schema->children != NULL && schema->children[i] != NULL; i++) {
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    if (schema->dictionary != NULL) {
        if (schema->dictionary->release != NULL)
            schema->dictionary->release(schema->dictionary);
        free(schema->dictionary);
    }
    free((void *) schema->name);
    schema->release = NULL;
}

/* Children end with a NULL, so that a spoilt n_children does not lose them. */
static void
array_init(struct ArrowArray *array, int64_t length, int64_t offset, int64_t n_buffers,
           int64_t n_children)
{
    struct owned *owned = calloc(1, sizeof *owned);
    memset(array, 0, sizeof *array);
    array->length = length;
    array->offset = offset;
    array->null_count = -1;
    array->n_buffers = owned->n_owned = n_buffers;
    array->n_children = n_children;
    array->buffers = owned->buffers;
    array->children = calloc((size_t) n_children + 1, sizeof *array->children);
    array->release = release_array;
    array->private_data = owned;
}

static void
schema_init(struct ArrowSchema *schema, const char *format, char name, int64_t n_children)
{
    char *text = calloc(1, 2);
    text[0] = name;
    memset(schema, 0, sizeof *schema);
    schema->format = format;
    schema->name = text;
    schema->n_children = n_children;
    schema->children = calloc((size_t) n_children + 1, sizeof *schema->children);
    schema->release = release_schema;
}

static uint8_t *
buffer_of(struct input *input, struct ArrowArray *array, int64_t place, int64_t size)
{
    /* Of 0 bytes malloc gives a pointer, too; nothing may be read there. */
    uint8_t *buffer = malloc((size_t) size);
    for (int64_t i = 0; i < size; i++)
        buffer[i] = take(input);
    ((struct owned *) array->private_data)->buffers[place] = buffer;
    return buffer;
}

static void
add_validity(struct input *input, struct ArrowArray *array)
{
    if ((take(input) & 1) != 0)
        buffer_of(input, array, 0, (array->offset + array->length + 7) / 8);
    else
        array->null_count = 0;
}

static void
put_integer(uint8_t *to, int32_t width, int64_t i, int64_t value)
{
    memcpy(to + i * width, &value, (size_t) width);
}

/* n + 1 offsets into `size`: most rise, some do as they like, none leads past the end (that would
 * break the promise). */
static void
add_offsets(struct input *input, struct ArrowArray *array, int32_t width, int64_t size)
{
    int64_t n = array->offset + array->length, at = 0;
    uint8_t *buffer = malloc((size_t) ((n + 1) * width));
    bool tidy = (take(input) & 7) != 0;
    for (int64_t i = 0; i <= n; i++) {
        put_integer(buffer, width, i, at);
        if (tidy)
            at += below(input, size - at + 1) / 2;
        else
            at = below(input, size + 2) - 1;
    }
    ((struct owned *) array->private_data)->buffers[1] = buffer;
}

static void
add_text(struct input *input, struct ArrowArray *array, int32_t width)
{
    int64_t size = below(input, 80);
    add_validity(input, array);
    add_offsets(input, array, width, size);
    buffer_of(input, array, 2, size);
}

static void
add_views(struct input *input, struct ArrowArray *array)
{
    int64_t n = array->offset + array->length, size = below(input, 40);
    add_validity(input, array);
    uint8_t *views = calloc((size_t) n + 1, 16);
    for (int64_t i = 0; i < n; i++) {
        int32_t view[4] = {(int32_t) below(input, 32) - 1};
        uint8_t kind = take(input);
        for (int32_t k = 4; k < 16; k++)
            ((uint8_t *) view)[k] = take(input);
        if ((kind & 3) != 0) {
            view[2] = kind % 5 == 0;
            view[3] = (int32_t) below(input, 40) - 1;
        }
        if (view[0] <= 12 || (kind & 3) != 0 || kind > 240)
            memcpy(views + i * 16, view, sizeof view);
    }
    ((struct owned *) array->private_data)->buffers[1] = views;
    buffer_of(input, array, 2, size);
    int64_t *sizes = malloc(sizeof *sizes);
    *sizes = size;
    ((struct owned *) array->private_data)->buffers[3] = sizes;
}

/* ---- columns ---- */

static const struct kind {
    const char *format;
    int32_t width; /* of values; of offsets for text and lists */
} kinds[] = {
    {"n", 0},       {"b", 0},           {"c", 1},     {"C", 1},        {"s", 2},
    {"S", 2},       {"i", 4},           {"I", 4},     {"l", 8},        {"L", 8},
    {"f", 4},       {"g", 8},           {"tdD", 4},   {"tdm", 8},      {"tss:", 8},
    {"tsm:UTC", 8}, {"tsu:", 8},        {"tsn:X", 8}, {"d:9,2,32", 4}, {"d:18,-3,64", 8},
    {"d:38,2", 16}, {"d:76,0,256", 32}, {"u", 4},     {"U", 8},        {"vu", 0},
    {"+l", 4},      {"+L", 8},          {"z", 4},     {"e", 2},        {"tsx:", 8},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static bool
is_integer(const char *format)
{
    return strlen(format) == 1 && strchr("cCsSiIlL", format[0]) != NULL;
}

/* Text, or integers with a dictionary of text. */
static void
make_text(struct input *input, struct ArrowSchema *schema, struct ArrowArray *array, int64_t length,
          int64_t offset, char name)
{
    uint8_t how = take(input);
    if ((how & 3) == 3) {
        array_init(array, length, offset, 4, 0);
        schema_init(schema, "vu", name, 0);
        add_views(input, array);
        return;
    }
    if ((how & 3) != 2) {
        int32_t width = (how & 3) == 0 ? 4 : 8;
        array_init(array, length, offset, 3, 0);
        schema_init(schema, width == 4 ? "u" : "U", name, 0);
        add_text(input, array, width);
        return;
    }
    const struct kind *index = &kinds[2 + (how >> 2) % 8];
    int64_t entries = below(input, 6);
    array_init(array, length, offset, 2, 0);
    schema_init(schema, index->format, name, 0);
    add_validity(input, array);
    uint8_t *codes = buffer_of(input, array, 1, (length + offset) * index->width);
    if ((how & 32) == 0) /* mostly codes that are there */
        for (int64_t i = 0; i < length + offset; i++)
            put_integer(codes, index->width, i, codes[i * index->width] % (entries + 1));
    array->dictionary = malloc(sizeof *array->dictionary);
    schema->dictionary = malloc(sizeof *schema->dictionary);
    array_init(array->dictionary, entries, below(input, 3), 3, 0);
    schema_init(schema->dictionary, "u", 0, 0);
    add_text(input, array->dictionary, 4);
}

static void
make_list(struct input *input, struct ArrowSchema *schema, struct ArrowArray *array,
          const struct kind *kind, int64_t length, int64_t offset, char name)
{
    int64_t elements = below(input, 24);
    array_init(array, length, offset, 2, 1);
    schema_init(schema, kind->format, name, 1);
    add_validity(input, array);
    add_offsets(input, array, kind->width, elements);
    array->children[0] = malloc(sizeof **array->children);
    schema->children[0] = malloc(sizeof **schema->children);
    make_text(input, schema->children[0], array->children[0], elements, below(input, 3), 'x');
}

/* The currency of a decimal; a count and two lengths before key and value. */
static const char *
metadata(struct input *input)
{
    static char bytes[64];
    const char *code = (take(input) & 3) != 0 ? "TWD" : "TWX";
    int32_t count = (take(input) & 15) != 0 ? 1 : -1,
            key = (int32_t) strlen(CSTM_ARROW_CURRENCY_KEY), value = 3;
    memcpy(bytes, &count, 4);
    memcpy(bytes + 4, &key, 4);
    memcpy(bytes + 8, CSTM_ARROW_CURRENCY_KEY, (size_t) key);
    memcpy(bytes + 8 + key, &value, 4);
    memcpy(bytes + 12 + key, code, 3);
    return bytes;
}

static void
make_column(struct input *input, struct ArrowSchema *schema, struct ArrowArray *array,
            int64_t length, int64_t offset, char name)
{
    const struct kind *kind = &kinds[below(input, N_KINDS)];
    if (strchr("uUv", kind->format[0]) != NULL ||
        (is_integer(kind->format) && (take(input) & 1) != 0)) {
        make_text(input, schema, array, length, offset, name);
        return;
    }
    if (kind->format[0] == '+') {
        make_list(input, schema, array, kind, length, offset, name);
        return;
    }
    int64_t n = length + offset;
    bool null = kind->format[0] == 'n';
    array_init(array, length, offset, null ? 0 : 2, 0);
    schema_init(schema, kind->format, name, 0);
    if (null)
        return;
    add_validity(input, array);
    uint8_t *values =
        buffer_of(input, array, 1, kind->format[0] == 'b' ? (n + 7) / 8 : n * kind->width);
    /* Small numbers are in range more often: all but the lowest bytes are cleared. */
    for (int64_t i = 0; kind->width > 2 && (name & 1) != 0 && i < n; i++)
        memset(values + i * kind->width + 2, 0, (size_t) kind->width - 2);
    if (kind->format[0] == 'd' && (take(input) & 1) != 0)
        schema->metadata = metadata(input);
}

/* Breaks what Arrow forbids to break, in a way that reads no memory that is not there. */
static void
spoil(struct input *input, struct ArrowArray *root, struct ArrowArray *array)
{
    struct owned *owned = array->private_data;
    switch (take(input)) {
    case 1:
        array->length = -1;
        break;
    case 2:
        array->offset = -1;
        break;
    case 3:
        array->offset = INT64_MAX;
        break;
    case 4:
        array->n_buffers--;
        break;
    case 5:
        array->n_children++;
        break;
    case 6:
        array->length /= 2;
        break;
    case 7:
        root->length = INT64_MAX;
        break;
    case 8:
        root->offset = INT64_MAX;
        break;
    case 9:
        root->n_children--;
        break;
    case 10:
        if (owned->n_owned > 1) {
            free((void *) owned->buffers[1]);
            owned->buffers[1] = NULL;
        }
        break;
    case 11:
        if (array->dictionary != NULL && array->dictionary->release != NULL)
            array->dictionary->release(array->dictionary);
        break;
    case 12:
        array->null_count = 5;
        break;
    default:
        break;
    }
}

static void
make_batch(struct input *input, struct ArrowSchema *schema, struct ArrowArray *array)
{
    int64_t n = below(input, 5), length = below(input, 20), skip = below(input, 4);
    array_init(array, length, skip, 1, n);
    schema_init(schema, "+s", 0, n);
    if ((take(input) & 15) == 15)
        buffer_of(input, array, 0, (length + skip + 7) / 8);
    for (int64_t i = 0; i < n; i++) {
        array->children[i] = malloc(sizeof **array->children);
        schema->children[i] = malloc(sizeof **schema->children);
        char name = (take(input) & 31) == 31 ? 'a' : (char) ('a' + i);
        make_column(input, schema->children[i], array->children[i], length + skip, below(input, 10),
                    name);
    }
    if (n > 0)
        spoil(input, array, array->children[0]);
}

/* ---- what must hold of a table that was imported ---- */

static bool
same_text(const char *a, size_t size_a, const char *b, size_t size_b)
{
    return (a == NULL) == (b == NULL) && size_a == size_b &&
           (size_a == 0 || memcmp(a, b, size_a) == 0);
}

static void
check_cells(const cstm_table *a, const cstm_table *b, int64_t row, int32_t c)
{
    size_t size_a, size_b;
    int64_t high_a = 0, high_b = 0;
    uint64_t low_a = 0, low_b = 0;
    double x = cstm_table_double(a, row, c), y = cstm_table_double(b, row, c);
    check(cstm_table_state(a, row, c) == cstm_table_state(b, row, c));
    check(cstm_table_bool(a, row, c) == cstm_table_bool(b, row, c));
    check(cstm_table_int64(a, row, c) == cstm_table_int64(b, row, c));
    check(memcmp(&x, &y, sizeof x) == 0);
    check(cstm_table_date(a, row, c) == cstm_table_date(b, row, c));
    check(cstm_table_timestamp(a, row, c) == cstm_table_timestamp(b, row, c));
    check(cstm_table_money(a, row, c) == cstm_table_money(b, row, c));
    check(cstm_table_decimal(a, row, c, &high_a, &low_a) ==
          cstm_table_decimal(b, row, c, &high_b, &low_b));
    check(high_a == high_b && low_a == low_b);
    const char *text_a = cstm_table_string(a, row, c, &size_a),
               *text_b = cstm_table_string(b, row, c, &size_b);
    check(same_text(text_a, size_a, text_b, size_b));
    check(cstm_table_string_count(a, row, c) == cstm_table_string_count(b, row, c));
    for (int64_t i = 0; i < cstm_table_string_count(a, row, c); i++) {
        text_a = cstm_table_string_item(a, row, c, i, &size_a);
        text_b = cstm_table_string_item(b, row, c, i, &size_b);
        check(text_a != NULL && same_text(text_a, size_a, text_b, size_b));
    }
}

static void
check_tables(const cstm_table *a, const cstm_table *b)
{
    check(cstm_table_columns(a) == cstm_table_columns(b) &&
          cstm_table_rows(a) == cstm_table_rows(b));
    for (int32_t c = 0; c < cstm_table_columns(a); c++) {
        check(cstm_table_column_type(a, c) == cstm_table_column_type(b, c));
        check(cstm_table_column_civil(a, c) == cstm_table_column_civil(b, c));
        check(strcmp(cstm_table_column_currency(a, c), cstm_table_column_currency(b, c)) == 0);
        for (int64_t row = 0; row < cstm_table_rows(a); row++)
            check_cells(a, b, row, c);
    }
}

static void
go_round(const cstm_table *table)
{
    struct ArrowArrayStream stream;
    cstm_table *again = NULL;
    cstm_buffer *text = NULL;
    check(cstm_table_export_stream(table, &stream, NULL) == CSTM_OK);
    check(cstm_table_import_stream(&stream, &again, NULL) == CSTM_OK);
    check_tables(table, again);
    cstm_table_write_csv_buffer(table, &text, NULL);
    cstm_buffer_free(text);
    cstm_table_free(again);
}

/* ---- a stream of the same batch several times, to be joined ---- */

struct repeated {
    const uint8_t *bytes;
    size_t size;
    int64_t left;
};

static int
repeated_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    struct repeated *repeated = stream->private_data;
    struct input input = {repeated->bytes, repeated->bytes + repeated->size};
    struct ArrowArray array;
    make_batch(&input, schema, &array);
    array.release(&array);
    return 0;
}

static int
repeated_next(struct ArrowArrayStream *stream, struct ArrowArray *array)
{
    struct repeated *repeated = stream->private_data;
    struct input input = {repeated->bytes, repeated->bytes + repeated->size};
    struct ArrowSchema schema;
    memset(array, 0, sizeof *array);
    if (repeated->left-- == 0)
        return 0;
    make_batch(&input, &schema, array);
    schema.release(&schema);
    return 0;
}

static const char *
repeated_error(struct ArrowArrayStream *stream)
{
    (void) stream;
    return NULL;
}

static void
repeated_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static void
import_repeated(const uint8_t *bytes, size_t size, const cstm_table *single)
{
    struct repeated repeated = {bytes, size, 3};
    struct ArrowArrayStream stream = {repeated_schema, repeated_next, repeated_error,
                                      repeated_release, &repeated};
    cstm_table *table = NULL;
    check(cstm_table_import_stream(&stream, &table, NULL) == CSTM_OK);
    int64_t rows = cstm_table_rows(single);
    check(cstm_table_rows(table) == 3 * rows);
    for (int64_t row = 0; row < rows; row++)
        for (int32_t c = 0; c < cstm_table_columns(single); c++)
            check(cstm_table_state(table, 2 * rows + row, c) == cstm_table_state(single, row, c) &&
                  cstm_table_int64(table, 2 * rows + row, c) == cstm_table_int64(single, row, c) &&
                  cstm_table_string_count(table, 2 * rows + row, c) ==
                      cstm_table_string_count(single, row, c));
    go_round(table);
    cstm_table_free(table);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct input input = {bytes, bytes + size};
    struct ArrowSchema schema;
    struct ArrowArray array;
    cstm_table *table = NULL;
    cstm_error *error = NULL;
    make_batch(&input, &schema, &array);
    cstm_status status = cstm_table_import_arrow(&schema, &array, &table, &error);
    check((status == CSTM_OK) == (table != NULL) && (status == CSTM_OK) == (error == NULL));
    if (status != CSTM_OK) {
        check(schema.release != NULL && array.release != NULL && cstm_error_code(error) == status);
        array.release(&array);
        schema.release(&schema);
        cstm_error_free(error);
        return 0;
    }
    check(schema.release == NULL && array.release == NULL);
    go_round(table);
    import_repeated(bytes, size, table);
    cstm_table_free(table);
    return 0;
}
