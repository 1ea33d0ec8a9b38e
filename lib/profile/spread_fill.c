/* Tables from front to back into partitions; see spread.h. Rows are gathered into whole cache lines
 * and these written past the caches, so that a thousand places are written to at the cost of one:
 * what lies at the other end is neither read first nor put in anybody's way. */
#include "profile/batch_gather.h"
#include "profile/spread.h"

#include "behaviour/rows.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define CHUNK_ROWS 2048
#define LINE 64
#define INLINE static inline __attribute__((always_inline))

struct lines {
    size_t n;                       /* partitions that there is room for */
    uint64_t (*ends)[2 * LINE / 8]; /* per partition: what is not written yet, as it will lie */
    size_t *at, *begins;            /* bytes: where the next row goes; where the piece's began */
    uint64_t *words;                /* of a chunk, n_words a row, column by column */
    size_t word_capacity;
};

void
lines_free(struct lines *lines)
{
    if (lines == NULL)
        return;
    memory_free(lines->ends);
    memory_free(lines->at);
    memory_free(lines->begins);
    memory_free(lines->words);
    memory_free(lines);
}

static bool
lines_reserve(struct block *block, const struct spreads *spreads, const struct spread *spread)
{
    if (block->lines == NULL)
        block->lines = memory_new(sizeof *block->lines);
    struct lines *lines = block->lines;
    size_t n = (size_t) spreads->n_partitions;
    if (lines == NULL)
        return false;
    if (lines->n == 0) {
        if (lines->ends == NULL)
            lines->ends = memory_new_array(n, sizeof *lines->ends);
        if (lines->at == NULL)
            lines->at = memory_new_array(n, sizeof *lines->at);
        if (lines->begins == NULL)
            lines->begins = memory_new_array(n, sizeof *lines->begins);
        if (lines->ends == NULL || lines->at == NULL || lines->begins == NULL)
            return false;
        lines->n = n;
    }
    return memory_reserve(&lines->words, &lines->word_capacity,
                          (size_t) spread->n_words * CHUNK_ROWS, sizeof *lines->words);
}

/* --- a chunk of rows, as words --- */

static void
add_bits(uint64_t *words, int32_t bit, const uint8_t *bytes, const int32_t *at, int32_t n)
{
    uint64_t *to = words + (size_t) (bit / 64) * CHUNK_ROWS;
    int32_t shift = bit % 64;
    for (int32_t i = 0; at == NULL && i < n; i++)
        to[i] |= (uint64_t) bytes[i] << shift;
    for (int32_t i = 0; at != NULL && i < n; i++)
        to[at[i]] |= (uint64_t) bytes[i] << shift;
}

static void
add_present(uint64_t *words, int32_t bit, const uint8_t *states, const int32_t *at, int32_t n)
{
    uint64_t *to = words + (size_t) (bit / 64) * CHUNK_ROWS;
    int32_t shift = bit % 64;
    for (int32_t i = 0; i < n; i++)
        to[at == NULL ? i : at[i]] |= (uint64_t) (states == NULL || states[i] == CSTM_OK) << shift;
}

static void
put_numbers(uint64_t *to, const int64_t *numbers, const int32_t *at, int32_t n)
{
    if (at == NULL)
        memcpy(to, numbers, (size_t) n * sizeof *to);
    for (int32_t i = 0; at != NULL && i < n; i++)
        to[at[i]] = (uint64_t) numbers[i];
}

/* A field's values; where one is missing, whatever stands there. */
static void
put_values(const struct rule_column *column, cstm_type type, bool hashed, const int32_t *at,
           int32_t n, uint64_t *to)
{
    if (type != CSTM_TYPE_STRING && type != CSTM_TYPE_BOOL) {
        put_numbers(to, column->as.int64s, at, n);
        return;
    }
    for (int32_t i = 0; i < n; i++) {
        bool there = column->states == NULL || column->states[i] == CSTM_OK;
        uint64_t value = 0;
        if (there && type == CSTM_TYPE_BOOL)
            value = column->as.bools[i] != 0;
        else if (there && hashed)
            value = distinct_hash(CSTM_TYPE_STRING, &column->as.texts[i]);
        to[at == NULL ? i : at[i]] = value;
    }
}

/* Ids that are equal have equal hashes; that of an empty one is 0. */
static void
put_ids(const struct rule_text *ids, const int32_t *at, int32_t n, uint64_t *to)
{
    for (int32_t i = 0; i < n; i++)
        to[at == NULL ? i : at[i]] =
            ids == NULL || ids[i].size == 0 ? 0 : distinct_hash(CSTM_TYPE_STRING, &ids[i]) | 1;
}

static void
put_days(const struct event_columns *columns, int32_t day, const int32_t *at, uint64_t *to)
{
    const int32_t *days = columns->days;
    const uint8_t *refused = columns->refused;
    int32_t n = columns->n;
    if (at == NULL && refused == NULL) {
        for (int32_t i = 0; i < n; i++)
            to[i] = (uint32_t) (days[i] > day ? DAY_DEAD : days[i]);
        return;
    }
    for (int32_t i = 0; i < n; i++) {
        bool dead = days[i] > day || (refused != NULL && refused[i] != 0);
        to[at == NULL ? i : at[i]] = (uint32_t) (dead ? DAY_DEAD : days[i]);
    }
}

/* at: of the columns' rows in the chunk, NULL: the same; of the chunk's other rows nothing is an
 * event. */
static void
make_words(const struct block *block, const struct spreads *spreads, const struct spread *spread,
           const struct event_columns *columns, const int32_t *at, int32_t chunk)
{
    const struct event_kind *declared = &block->batch->strategy->schema.events[spread->event];
    uint64_t *words = block->lines->words;
    int32_t n = columns->n, cleared = at == NULL ? spread->n_head : spread->n_words;
    for (int32_t w = 1; w < cleared; w++)
        memset(words + (size_t) w * CHUNK_ROWS, 0, (size_t) chunk * sizeof *words);
    uint64_t *days = words + CHUNK_ROWS;
    for (int32_t i = 0; at != NULL && i < chunk; i++)
        days[i] = (uint32_t) DAY_DEAD;
    put_days(columns, spreads->day, at, days);
    for (int32_t w = 0; w < spread->n_rules; w++)
        add_bits(words, spread->first_bit + w, columns->matched + (size_t) w * (size_t) n, at, n);
    for (int32_t f = 0; f < spread->n_fields; f++) {
        if (spread->present_bit[f] >= 0)
            add_present(words, spread->present_bit[f], columns->fields[f].states, at, n);
        if (spread->code_bit[f] >= 0)
            add_bits(words, spread->code_bit[f], columns->codes[f], at, n);
        if (spread->value_word[f] >= 0)
            put_values(&columns->fields[f], declared->fields[f].type, spread->hashed[f], at, n,
                       words + (size_t) spread->value_word[f] * CHUNK_ROWS);
    }
    if (spread->time_word >= 0 && columns->times != NULL)
        put_numbers(words + (size_t) spread->time_word * CHUNK_ROWS, columns->times, at, n);
    else if (spread->time_word >= 0)
        memset(words + (size_t) spread->time_word * CHUNK_ROWS, 0, (size_t) chunk * sizeof *words);
    if (spread->id_word >= 0)
        put_ids(columns->ids, at, n, words + (size_t) spread->id_word * CHUNK_ROWS);
}

/* --- words to their partitions --- */

INLINE void
write_line(uint64_t *to, const uint64_t *from)
{
#if defined(__SSE2__)
    for (int32_t i = 0; i < LINE / 8; i += 2)
        _mm_stream_si128((__m128i *) (void *) (to + i),
                         _mm_loadu_si128((const __m128i *) (const void *) (from + i)));
#else
    memcpy(to, from, LINE);
#endif
}

/* The first line of a piece's share may begin with the last of another's. */
static void
write_first_line(struct lines *lines, const struct spread *spread, int32_t p, size_t line)
{
    size_t begins = lines->begins[p], from = begins > line ? begins - line : 0;
    memcpy((uint8_t *) spread->rows + line + from, (const uint8_t *) lines->ends[p] + from,
           LINE - from);
}

INLINE void
put_row(struct lines *lines, const struct spread *spread, int32_t p, const uint64_t *words,
        int32_t n_words)
{
    size_t at = lines->at[p], within = at % LINE / 8;
    uint64_t *end = lines->ends[p];
    for (int32_t w = 0; w < n_words; w++)
        end[within + (size_t) w] = words[(size_t) w * CHUNK_ROWS];
    lines->at[p] = at + 8 * (size_t) n_words;
    if (within + (size_t) n_words < LINE / 8)
        return;
    size_t line = at - at % LINE;
    if (line >= lines->begins[p])
        write_line(spread->rows + line / 8, end);
    else
        write_first_line(lines, spread, p, line);
    memcpy(end, end + LINE / 8, LINE);
}

INLINE void
put_rows(struct lines *lines, const struct spreads *spreads, const struct spread *spread,
         const int32_t *map, int32_t n, int32_t n_words)
{
    const int32_t *partition = spreads->whereabouts[spread->group->entity].partition;
    int32_t shift = spreads->shift;
    for (int32_t i = 0; i < n; i++)
        if (map[i] >= 0)
            put_row(lines, spread, partition == NULL ? map[i] >> shift : partition[map[i]],
                    lines->words + i, n_words);
}

/* Rows of more than a line. */
static void
put_long_rows(struct lines *lines, const struct spreads *spreads, const struct spread *spread,
              const int32_t *map, int32_t n)
{
    const int32_t *partition = spreads->whereabouts[spread->group->entity].partition;
    for (int32_t i = 0; i < n; i++) {
        if (map[i] < 0)
            continue;
        int32_t p = partition == NULL ? map[i] >> spreads->shift : partition[map[i]];
        uint64_t *to = spread->rows + lines->at[p] / 8;
        for (int32_t w = 0; w < spread->n_words; w++)
            to[w] = lines->words[(size_t) w * CHUNK_ROWS + (size_t) i];
        lines->at[p] += 8 * (size_t) spread->n_words;
        lines->begins[p] = lines->at[p];
    }
}

static void
put_chunk(struct lines *lines, const struct spreads *spreads, const struct spread *spread,
          const int32_t *map, int32_t n)
{
    switch (spread->n_words) {
    case 2:
        put_rows(lines, spreads, spread, map, n, 2);
        break;
    case 3:
        put_rows(lines, spreads, spread, map, n, 3);
        break;
    case 4:
        put_rows(lines, spreads, spread, map, n, 4);
        break;
    case 5:
        put_rows(lines, spreads, spread, map, n, 5);
        break;
    case 6:
    case 7:
    case 8:
        put_rows(lines, spreads, spread, map, n, spread->n_words);
        break;
    default:
        put_long_rows(lines, spreads, spread, map, n);
        break;
    }
}

/* What is left of the piece's share of each partition. */
static void
finish_lines(struct lines *lines, const struct spreads *spreads, const struct spread *spread)
{
    for (int32_t p = 0; p < spreads->n_partitions; p++) {
        size_t line = lines->at[p] - lines->at[p] % LINE;
        size_t from = lines->begins[p] > line ? lines->begins[p] : line;
        if (from < lines->at[p])
            memcpy((uint8_t *) spread->rows + from,
                   (const uint8_t *) lines->ends[p] + (from - line), lines->at[p] - from);
    }
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

/* --- a piece --- */

static void
name_rows(const struct spreads *spreads, const struct spread *spread, const int32_t *map,
          int32_t first, int32_t n, uint64_t *to)
{
    const int32_t *place = spreads->whereabouts[spread->group->entity].place;
    for (int32_t i = 0; place == NULL && i < n; i++)
        to[i] = (uint64_t) (uint32_t) map[i] << 32 | (uint32_t) (first + i);
    for (int32_t i = 0; place != NULL && i < n; i++)
        to[i] =
            (uint64_t) (uint32_t) (map[i] < 0 ? 0 : place[map[i]]) << 32 | (uint32_t) (first + i);
}

/* What stands in a row that is nobody's is not looked at. */
static bool
any_unmapped(const int32_t *map, int32_t n)
{
    int32_t unmapped = 0;
    for (int32_t i = 0; i < n; i++)
        unmapped |= map[i];
    return unmapped < 0;
}

/* The mapped rows of a span, looked at one by one; row_units says which. */
static cstm_status
gather_span(struct block *block, int32_t event, const struct span *span, const int32_t *map,
            struct event_columns *columns, cstm_error **error)
{
    size_t rows = (size_t) span->n;
    if (!memory_reserve(&block->rows, &block->row_capacity, rows, sizeof *block->rows) ||
        !memory_reserve(&block->row_units, &block->row_unit_capacity, rows,
                        sizeof *block->row_units) ||
        !memory_reserve(&block->refused, &block->refused_capacity, rows, 1))
        return error_no_memory(error);
    memset(block->refused, REFUSED_NOT, rows);
    int32_t n = 0;
    for (int32_t i = 0; i < span->n; i++) {
        if (map[i] < 0)
            continue;
        block->rows[n] = block->portfolio->events[event].base[span->source] + span->first + i;
        block->row_units[n++] = i;
    }
    return block_columns_of(block, event, n, columns, error);
}

/* Gathering has counted those that it took out. */
static void
count_later(struct block *block, const struct spreads *spreads, const struct spread *spread,
            const struct event_columns *columns)
{
    int64_t later = 0;
    for (int32_t i = 0; columns->last_day > spreads->day && i < columns->n; i++)
        later += columns->days[i] > spreads->day;
    block_counts(block, spread->group)[COUNT_LATER] += later;
}

static cstm_status
fill_chunk(struct block *block, const struct spreads *spreads, const struct spread *spread,
           const struct span *span, cstm_error **error)
{
    const struct group *group = spread->group;
    int32_t first = group->base[span->source] + span->first;
    const int32_t *map = group->map + first, *at = NULL;
    struct event_columns columns;
    bool read = !any_unmapped(map, span->n);
    cstm_status status = CSTM_OK;
    if (read)
        status = span_read(block, spread->event, span, spreads->day, &read, &columns, error);
    if (status == CSTM_OK && !read) {
        status = gather_span(block, spread->event, span, map, &columns, error);
        at = block->row_units;
    }
    if (status == CSTM_OK)
        status = block_match(block, spread->event, &columns, error);
    if (status == CSTM_OK)
        status = block_code(block, spread->event, &columns, error);
    if (status != CSTM_OK)
        return status;
    if (read)
        count_later(block, spreads, spread, &columns);
    name_rows(spreads, spread, map, first, span->n, block->lines->words);
    make_words(block, spreads, spread, &columns, at, span->n);
    put_chunk(block->lines, spreads, spread, map, span->n);
    return CSTM_OK;
}

cstm_status
spreads_fill(const struct spreads *spreads, int64_t number, struct block *block, cstm_error **error)
{
    const struct spread_piece *piece = &spreads->pieces[number];
    const struct spread *spread = &spreads->kinds[piece->event];
    if (!lines_reserve(block, spreads, spread))
        return error_no_memory(error);
    struct lines *lines = block->lines;
    for (int32_t p = 0; p < spreads->n_partitions; p++)
        lines->at[p] = lines->begins[p] = (size_t) piece->next[p] * (size_t) spread->n_words * 8;
    block->wanted = spread->wanted;
    block->coded = spread->coded;
    cstm_status status = CSTM_OK;
    for (int32_t from = piece->from; status == CSTM_OK && from < piece->until; from += CHUNK_ROWS) {
        int32_t n = piece->until - from < CHUNK_ROWS ? piece->until - from : CHUNK_ROWS;
        struct span span = {piece->source, from, n};
        if (block->texts.blocks != NULL)
            arena_reset(&block->texts);
        status = fill_chunk(block, spreads, spread, &span, error);
    }
    block->wanted = block->coded = NULL;
    finish_lines(lines, spreads, spread);
    return status;
}
