/* The tiles of one instance in bytes, small: most say of one day that one event of a mask happened.
 * Masks are few, so they are listed once, and before them the values of fields that occur in them,
 * by their texts or numbers: another strategy may declare them in another order, or no longer.
 *
 *     uvar  number of tiles; nothing follows where there are none
 *     ...   per lane of the definition: uvar number of values, ascending: text or svar
 *     uvar  number of masks, ascending: bits of fields and rules packed; per lane uvar, 0 or the
 *           value's place in its list from 1
 *     ...   tiles by (day, mask): uvar 2 * days since the one before (the first: since DAY_NONE) + 1
 *           where it is told in full; uvar mask; in full: uvar events, the slots of the fields that
 *           are in the mask; else, of one event, svar each such field's value, from which all its
 *           slots follow
 *
 * Everything listed is used, and told in full only where it must be: there is one form. What is read
 * is checked as if a stranger had sent it. */
#include "behaviour/layout.h"

#include <stdlib.h>

#define COUNT_MOST (INT64_C(1) << 40)

static bool
put_wide(struct cstm_buffer *buffer, wide value)
{
    unsigned __int128 left = ((unsigned __int128) value << 1) ^ (unsigned __int128) (value >> 127);
    while (left >= 0x80) {
        if (!buffer_put_u8(buffer, (uint8_t) (left | 0x80)))
            return false;
        left >>= 7;
    }
    return buffer_put_u8(buffer, (uint8_t) left);
}

static wide
read_wide(struct byte_reader *reader)
{
    unsigned __int128 value = 0;
    for (int32_t shift = 0; shift < 126; shift += 7) {
        uint8_t byte = reader_u8(reader);
        value |= (unsigned __int128) (byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            reader->failed |= byte == 0 && shift > 0;
            return (wide) (value >> 1) ^ -(wide) (value & 1);
        }
    }
    reader->failed = true;
    return 0;
}

/* --- out --- */

/* A tile's mask on its way out: packed bits, then the places of its values, two bytes each, the high
 * one first, so that bytes compare as they do. */
struct packed_mask {
    const uint8_t *bytes;
    size_t size;
    int32_t tile;
};

struct tile_place {
    int32_t day, mask, tile;
};

struct tiles_out {
    const struct event_kind *declared;
    const struct kind_plan *kind;
    const struct event_rows *rows;
    struct cstm_buffer *buffer;
    int32_t n_bits, n_lanes;
    uint16_t *places; /* per lane, CATEGORY_PLACES of them: of each value in its list */
    uint8_t *packed;
    struct packed_mask *masks;
    struct tile_place *tiles;
};

static int
packed_compare(const void *a, const void *b)
{
    const struct packed_mask *x = a, *y = b;
    return memcmp(x->bytes, y->bytes, x->size);
}

static int
place_compare(const void *a, const void *b)
{
    const struct tile_place *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->mask > y->mask) - (x->mask < y->mask);
}

/* The bits of a field or rule in the mask; no width: the element has none there. */
static int32_t
element_bits(const struct kind_plan *kind, const struct state_element *element, int32_t *width)
{
    *width = element->part == ELEMENT_FIELD ? 1 : element->part == ELEMENT_WHERE ? 4 : 0;
    return element->part == ELEMENT_FIELD ? element->index : kind->where_bit + 4 * element->index;
}

bool
lane_values_write(const struct event_field *field, const struct value_lane *lane, uint16_t *places,
             struct cstm_buffer *buffer)
{
    uint16_t used = 0;
    places[0] = 0;
    for (int32_t v = 0; v < field->n_values; v++) {
        int32_t value = lane->ranked != NULL ? lane->ranked[v] : v;
        if (places[value + 1] != 0)
            places[value + 1] = ++used;
    }
    bool ok = buffer_put_uvar(buffer, used);
    for (int32_t v = 0; ok && v < field->n_values; v++) {
        int32_t value = lane->ranked != NULL ? lane->ranked[v] : v;
        if (places[value + 1] == 0)
            continue;
        ok = lane->ranked != NULL
                 ? buffer_put_text(buffer, field->values[value], lane->sizes[value])
                 : buffer_put_svar(buffer, field->low + value);
    }
    return ok;
}

static bool
put_values(struct tiles_out *out, const struct value_lane *lane, uint16_t *places)
{
    for (int32_t t = 0; t < out->rows->n_tiles; t++)
        places[mask_lane(lane, tile_mask(tile_at(out->kind, out->rows->tiles, t)))] = 1;
    return lane_values_write(&out->declared->fields[lane->field], lane, places, out->buffer);
}

static void
pack_mask(const struct tiles_out *out, const uint64_t *mask, uint8_t *to)
{
    int32_t at = 0, l = 0;
    uint8_t *lanes = to + (out->n_bits + 7) / 8;
    const uint16_t *places = out->places;
    for (int32_t e = 0; e < out->kind->n_elements; e++) {
        const struct state_element *element = &out->kind->elements[e];
        int32_t width, bit = element_bits(out->kind, element, &width);
        for (int32_t b = 0; b < width; b++, at++)
            to[at / 8] |= (uint8_t) (mask_bit(mask, bit + b) << (at % 8));
        if (element->part != ELEMENT_LANE)
            continue;
        const struct value_lane *lane = &out->kind->lanes[element->index];
        uint16_t place = places[mask_lane(lane, mask)];
        lanes[2 * l] = (uint8_t) (place >> 8);
        lanes[2 * l + 1] = (uint8_t) place;
        places += out->declared->fields[lane->field].n_values + 1;
        l++;
    }
}

static bool
put_mask(const struct tiles_out *out, const struct packed_mask *mask)
{
    size_t bits = ((size_t) out->n_bits + 7) / 8;
    bool ok = bits == 0 || buffer_put(out->buffer, mask->bytes, bits);
    for (size_t l = 0; ok && l < (size_t) out->n_lanes; l++)
        ok = buffer_put_uvar(out->buffer, (uint64_t) mask->bytes[bits + 2 * l] << 8 |
                                              mask->bytes[bits + 2 * l + 1]);
    return ok;
}

static bool
put_masks(struct tiles_out *out)
{
    size_t size = ((size_t) out->n_bits + 7) / 8 + 2 * (size_t) out->n_lanes;
    int32_t n = out->rows->n_tiles;
    for (int32_t t = 0; t < n; t++) {
        const struct event_tile *tile = tile_at(out->kind, out->rows->tiles, t);
        uint8_t *packed = out->packed + (size_t) t * size;
        pack_mask(out, tile_mask(tile), packed);
        out->masks[t] = (struct packed_mask){packed, size, t};
    }
    qsort(out->masks, (size_t) n, sizeof *out->masks, packed_compare);
    int32_t distinct = 0;
    for (int32_t m = 0; m < n; m++) {
        distinct += m > 0 && packed_compare(&out->masks[m - 1], &out->masks[m]) != 0;
        int32_t t = out->masks[m].tile;
        out->tiles[t] =
            (struct tile_place){tile_at(out->kind, out->rows->tiles, t)->day, distinct, t};
    }
    bool ok = buffer_put_uvar(out->buffer, (uint64_t) distinct + 1);
    for (int32_t m = 0; ok && m < n; m++)
        if (m == 0 || packed_compare(&out->masks[m - 1], &out->masks[m]) != 0)
            ok = put_mask(out, &out->masks[m]);
    qsort(out->tiles, (size_t) n, sizeof *out->tiles, place_compare);
    return ok;
}

/* What a slot says of one event with the value. */
static wide
slot_of_one(int32_t operator, int64_t value)
{
    return operator== FEATURE_VARIANCE ? square_of(value) : value;
}

static wide
slot_value(const struct event_tile *tile, const struct tile_slot *slot)
{
    return slot_is_wide(slot) ? *(const wide *) tile_value(tile, slot->offset)
                              : *(const int64_t *) tile_value(tile, slot->offset);
}

/* The slots of a field, from the first on: whether they say what one event with *value would say. */
static bool
is_of_one(const struct kind_plan *kind, const struct event_tile *tile, int32_t first,
          int64_t *value)
{
    int32_t field = kind->tile_slots[first].field;
    bool found = false;
    for (int32_t s = first; s < kind->n_tile_slots && !found; s++)
        if (kind->tile_slots[s].field == field &&
            kind->tile_slots[s].operator!= FEATURE_VARIANCE) {
            wide says = slot_value(tile, &kind->tile_slots[s]);
            if (!wide_fits(says))
                return false;
            *value = (int64_t) says;
            found = true;
        }
    for (int32_t s = first; s < kind->n_tile_slots && found; s++)
        if (kind->tile_slots[s].field == field)
            found = slot_value(tile, &kind->tile_slots[s]) ==
                    slot_of_one((int32_t) kind->tile_slots[s].operator, *value);
    return found;
}

/* Whether an earlier slot is of the same field. */
static bool
is_told(const struct kind_plan *kind, int32_t slot)
{
    for (int32_t s = 0; s < slot; s++)
        if (kind->tile_slots[s].field == kind->tile_slots[slot].field)
            return true;
    return false;
}

/* Whether all that a tile says follows from one value of each field. */
static bool
is_of_one_event(const struct kind_plan *kind, const struct event_tile *tile)
{
    int64_t value;
    bool is = tile->count == 1;
    for (int32_t s = 0; s < kind->n_tile_slots && is; s++)
        is = !mask_bit(tile_mask(tile), kind->tile_slots[s].field) || is_told(kind, s) ||
             is_of_one(kind, tile, s, &value);
    return is;
}

static bool
put_tile(const struct tiles_out *out, const struct tile_place *place, int32_t before)
{
    const struct kind_plan *kind = out->kind;
    const struct event_tile *tile = tile_at(kind, out->rows->tiles, place->tile);
    const uint64_t *mask = tile_mask(tile);
    bool full = !is_of_one_event(kind, tile);
    int64_t value;
    bool ok = buffer_put_uvar(out->buffer, 2 * (uint64_t) ((int64_t) tile->day - before) + full) &&
              buffer_put_uvar(out->buffer, (uint64_t) place->mask) &&
              (!full || buffer_put_uvar(out->buffer, (uint64_t) tile->count));
    for (int32_t s = 0; s < kind->n_tile_slots && ok; s++) {
        const struct tile_slot *slot = &kind->tile_slots[s];
        if (!mask_bit(mask, slot->field))
            continue;
        if (!full)
            ok = is_told(kind, s) || (is_of_one(kind, tile, s, &value) &&
                                      buffer_put_svar(out->buffer, value));
        else if (slot_is_wide(slot))
            ok = put_wide(out->buffer, slot_value(tile, slot));
        else
            ok = buffer_put_svar(out->buffer, (int64_t) slot_value(tile, slot));
    }
    return ok;
}

static bool
reserve_out(struct tiles_out *out)
{
    size_t values = 0, n = (size_t) out->rows->n_tiles;
    for (int32_t e = 0; e < out->kind->n_elements; e++) {
        const struct state_element *element = &out->kind->elements[e];
        int32_t width;
        element_bits(out->kind, element, &width);
        out->n_bits += width;
        if (element->part != ELEMENT_LANE)
            continue;
        int32_t field = out->kind->lanes[element->index].field;
        values += (size_t) out->declared->fields[field].n_values + 1;
        out->n_lanes++;
    }
    size_t size = ((size_t) out->n_bits + 7) / 8 + 2 * (size_t) out->n_lanes;
    out->places = memory_new_array(values + 1, sizeof *out->places);
    out->packed = memory_new_array(n, size + 1);
    out->masks = memory_new_array(n, sizeof *out->masks);
    out->tiles = memory_new_array(n, sizeof *out->tiles);
    return out->places != NULL && out->packed != NULL && out->masks != NULL && out->tiles != NULL;
}

/* sizes: nullable, of each tile. */
static bool
write_all(const struct plan *plan, int32_t event, const struct event_rows *rows,
          struct cstm_buffer *buffer, int32_t *sizes)
{
    struct tiles_out out = {.declared = &plan->schema->events[event],
                            .kind = &plan->kinds[event],
                            .rows = rows,
                            .buffer = buffer};
    if (!buffer_put_uvar(buffer, (uint64_t) rows->n_tiles))
        return false;
    if (rows->n_tiles == 0)
        return true;
    bool ok = reserve_out(&out);
    uint16_t *places = out.places;
    for (int32_t e = 0; ok && e < out.kind->n_elements; e++) {
        const struct state_element *element = &out.kind->elements[e];
        if (element->part != ELEMENT_LANE)
            continue;
        const struct value_lane *lane = &out.kind->lanes[element->index];
        ok = put_values(&out, lane, places);
        places += out.declared->fields[lane->field].n_values + 1;
    }
    ok = ok && put_masks(&out);
    for (int32_t t = 0, before = DAY_NONE; ok && t < rows->n_tiles; t++) {
        size_t from = buffer->size;
        ok = put_tile(&out, &out.tiles[t], before);
        if (sizes != NULL)
            sizes[out.tiles[t].tile] = (int32_t) (buffer->size - from);
        before = out.tiles[t].day;
    }
    memory_free(out.places);
    memory_free(out.packed);
    memory_free(out.masks);
    memory_free(out.tiles);
    return ok;
}

bool
tiles_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
            struct cstm_buffer *buffer)
{
    return write_all(plan, event, rows, buffer, NULL);
}

bool
tiles_measure(const struct plan *plan, int32_t event, const struct event_rows *rows, int32_t *sizes,
              int64_t *whole)
{
    struct cstm_buffer buffer = {.data = NULL};
    bool ok = write_all(plan, event, rows, &buffer, sizes);
    *whole = (int64_t) buffer.size;
    buffer_clear(&buffer);
    return ok;
}

/* --- in --- */

struct listed_mask {
    const uint8_t *bits;
    bool used;
};

struct tiles_in {
    struct history *history;
    const struct layout *layout;
    const struct event_kind *declared;
    const struct kind_plan *kind;
    struct byte_reader *reader;
    struct listed_value **values; /* per lane of the layout, from 1 */
    uint64_t *n_values;
    uint64_t n_masks;
    struct listed_mask *masks;
    uint64_t *plan_masks; /* mask_words each */
    int64_t *told;        /* per field of the layout: the value of one event */
};

cstm_status
lane_values_read(const struct plan *plan, const struct layout *layout, int32_t of,
            struct byte_reader *reader, struct listed_value **values, uint64_t *n_values,
            cstm_error **error)
{
    const struct layout_field *field = &layout->fields[of];
    const struct event_field *known =
        field->field < 0 ? NULL : &plan->schema->events[layout->event].fields[field->field];
    const struct value_lane *lane =
        known == NULL ? NULL : kind_lane(&plan->kinds[layout->event], field->field);
    uint64_t n = *n_values = reader_uvar(reader);
    if (reader->failed || n > (size_t) (reader->end - reader->at) || n >= LANE_MASK)
        return corrupt(error, "the number of values");
    struct listed_value *list = memory_new_array((size_t) n + 1, sizeof *list);
    if (list == NULL)
        return error_no_memory(error);
    *values = list;
    struct rule_text text, last_text = {"", 0};
    int64_t number, last_number = 0;
    bool is_text = field->type == CSTM_TYPE_STRING;
    for (uint64_t v = 1; v <= n; v++) {
        bool rises;
        if (is_text) {
            text.bytes = reader_text(reader, &text.size);
            rises = !reader->failed && (v == 1 || text_compare(last_text, text) < 0);
            last_text = text;
        } else {
            number = reader_svar(reader);
            rises = v == 1 || last_number < number;
            last_number = number;
        }
        if (reader->failed || !rises)
            return corrupt(error, "the values of a field");
        if (lane != NULL)
            list[v].lane = (uint16_t) lane_of_value(
                known, lane, is_text ? (const void *) &text : (const void *) &number);
    }
    return CSTM_OK;
}

/* One mask, greater than the one before it, whose lanes are in `lanes`. */
static bool
read_mask(struct tiles_in *in, uint64_t m, uint64_t *lanes)
{
    const struct layout *layout = in->layout;
    struct byte_reader *reader = in->reader;
    size_t size = ((size_t) layout->mask_bits + 7) / 8;
    const uint8_t *bits = size == 0 ? (const uint8_t *) "" : reader_take(reader, size);
    if (reader->failed || !packed_tail_is_clear(bits, layout->mask_bits))
        return false;
    in->masks[m].bits = bits;
    int order = m == 0 || size == 0 ? 0 : memcmp(in->masks[m - 1].bits, bits, size);
    uint64_t *mask = in->plan_masks + m * (uint64_t) in->kind->mask_words;
    int32_t at = 0, l = 0;
    for (int32_t e = 0; e < layout->n_elements; e++) {
        const struct layout_element *element = &layout->elements[e];
        int32_t width = element->part == ELEMENT_FIELD ? 1 : element->part == ELEMENT_WHERE ? 4 : 0;
        for (int32_t b = 0; b < width; b++, at++)
            if (element->bit >= 0 && packed_bit(bits, at))
                mask[(element->bit + b) / 64] |= UINT64_C(1) << ((element->bit + b) % 64);
        if (element->part != ELEMENT_LANE)
            continue;
        uint64_t place = reader_uvar(reader);
        if (reader->failed || place > in->n_values[l])
            return false;
        if (m > 0 && order == 0)
            order = (lanes[l] > place) - (lanes[l] < place);
        lanes[l] = place;
        struct listed_value *value = &in->values[l++][place];
        value->used = true;
        if (element->bit >= 0)
            mask[element->bit / 64] |= (uint64_t) value->lane << (element->bit % 64);
    }
    return m == 0 || order < 0;
}

static cstm_status
read_masks(struct tiles_in *in, uint64_t n_tiles, cstm_error **error)
{
    uint64_t n = in->n_masks = reader_uvar(in->reader);
    if (in->reader->failed || n == 0 || n > n_tiles)
        return corrupt(error, "the number of masks");
    uint64_t *lanes = memory_new_array((size_t) in->layout->n_lanes + 1, sizeof *lanes);
    in->masks = memory_new_array((size_t) n, sizeof *in->masks);
    in->plan_masks =
        memory_new_array((size_t) n, (size_t) in->kind->mask_words * sizeof *in->plan_masks);
    cstm_status status = CSTM_OK;
    if (lanes == NULL || in->masks == NULL || in->plan_masks == NULL)
        status = error_no_memory(error);
    for (uint64_t m = 0; status == CSTM_OK && m < n; m++)
        if (!read_mask(in, m, lanes))
            status = corrupt(error, "a mask");
    memory_free(lanes);
    for (int32_t l = 0; status == CSTM_OK && l < in->layout->n_lanes; l++)
        for (uint64_t v = 1; status == CSTM_OK && v <= in->n_values[l]; v++)
            if (!in->values[l][v].used)
                status = corrupt(error, "a value that no mask has");
    return status;
}

/* An extreme that the type can have. */
static bool
extreme_is_legal(cstm_type type, int64_t value)
{
    double real = type == CSTM_TYPE_DOUBLE ? exact_to_double(value) : 0;
    if (type == CSTM_TYPE_DOUBLE)
        return value_check(type, "", NULL, 0, &real, NULL) == CSTM_OK &&
               exact_from_double(real) == value;
    int64_t number = value;
    return value_check(type, "", NULL, 0, &number, NULL) == CSTM_OK;
}

/* Puts a slot's value where the plan has it: sums bounded by their count, extremes that the type can
 * have or, where a migration found nothing to fill them with, neutral. */
static bool
slot_take(const struct layout *layout, const struct layout_element *slot, wide value,
          struct event_tile *tile)
{
    wide most = (wide) tile->count << 63;
    if (slot->operator== FEATURE_SUM || slot->operator== FEATURE_VARIANCE) {
        if (slot->operator== FEATURE_SUM ? value > most || value < -most
                                         : value < 0 || value > SQUARES_MOST)
            return false;
        if (slot->offset >= 0)
            *(wide *) tile_value(tile, slot->offset) = value;
        return true;
    }
    int64_t neutral = slot->operator== FEATURE_MIN ? INT64_MAX : INT64_MIN;
    if (value != neutral && !extreme_is_legal(layout->fields[slot->field].type, (int64_t) value))
        return false;
    if (slot->offset >= 0)
        *(int64_t *) tile_value(tile, slot->offset) = (int64_t) value;
    return true;
}

static bool
slots_read(struct tiles_in *in, const uint8_t *bits, bool full, struct event_tile *tile)
{
    const struct layout *layout = in->layout;
    for (int32_t e = 0; e < layout->n_elements; e++) {
        const struct layout_element *slot = &layout->elements[e];
        if (slot->part != ELEMENT_SLOT || !packed_bit(bits, layout->fields[slot->field].presence))
            continue;
        bool is_wide = slot->operator== FEATURE_VARIANCE || slot->operator== FEATURE_SUM;
        wide value;
        if (!full && slot->first)
            in->told[slot->field] = reader_svar(in->reader);
        if (!full)
            value = slot_of_one(slot->operator, in->told[slot->field]);
        else
            value = is_wide ? read_wide(in->reader) : reader_svar(in->reader);
        if (in->reader->failed || !slot_take(layout, slot, value, tile))
            return false;
    }
    return true;
}

static void
slots_start(const struct kind_plan *kind, struct event_tile *tile)
{
    for (int32_t i = 0; i < kind->n_tile_slots; i++)
        if (!slot_is_wide(&kind->tile_slots[i]))
            *(int64_t *) tile_value(tile, kind->tile_slots[i].offset) =
                kind->tile_slots[i].operator== FEATURE_MIN ? INT64_MAX : INT64_MIN;
}

/* Reads one tile into `tile` in the plan's layout; *place is of the one before it. */
static bool
tile_read(struct tiles_in *in, struct tile_place *place, struct event_tile *tile)
{
    const struct kind_plan *kind = in->kind;
    uint64_t head = reader_uvar(in->reader), mask = reader_uvar(in->reader);
    bool full = (head & 1) != 0;
    uint64_t count = full ? reader_uvar(in->reader) : 1;
    int64_t day = place->day + (int64_t) (head / 2);
    if (in->reader->failed || head / 2 > UINT32_MAX || mask >= in->n_masks || count == 0 ||
        count > (uint64_t) COUNT_MOST ||
        (day != DAY_NONE && (day < CIVIL_DAY_MIN || day > in->history->sealed_day)) ||
        in->history->sealed_day == DAY_NONE ||
        (day == place->day && (int64_t) mask <= place->mask))
        return false;
    place->day = (int32_t) day;
    place->mask = (int32_t) mask;
    in->masks[mask].used = true;
    memset(tile, 0, (size_t) kind->tile_size);
    tile->day = (int32_t) day;
    tile->count = (int64_t) count;
    memcpy(tile_mask(tile), in->plan_masks + mask * (uint64_t) kind->mask_words,
           (size_t) kind->mask_words * sizeof(uint64_t));
    slots_start(kind, tile);
    if (!slots_read(in, in->masks[mask].bits, full, tile))
        return false;
    return !in->layout->exact || !full || !is_of_one_event(kind, tile);
}

/* Whether a tile means anything under the plan: what it lacks is told by completeness. */
static bool
tile_is_kept(const struct kind_plan *kind, const struct layout *layout,
             const struct event_tile *tile)
{
    return kind->counts && layout->same_zone &&
           (tile->day != DAY_NONE || (kind->keeps_all && !kind->keeps_days));
}

static cstm_status
read_listed(struct tiles_in *in, uint64_t n, struct event_tile *tile, struct event_rows *rows,
            cstm_error **error)
{
    int32_t l = 0;
    for (int32_t e = 0; e < in->layout->n_elements; e++) {
        if (in->layout->elements[e].part != ELEMENT_LANE)
            continue;
        cstm_status status = lane_values_read(in->history->plan, in->layout,
                                         in->layout->elements[e].field, in->reader,
                                         &in->values[l], &in->n_values[l], error);
        l++;
        if (status != CSTM_OK)
            return status;
    }
    cstm_status status = read_masks(in, n, error);
    if (status != CSTM_OK)
        return status;
    struct tile_place place = {.day = DAY_NONE, .mask = -1};
    for (uint64_t t = 0; t < n; t++) {
        if (!tile_read(in, &place, tile))
            return corrupt(error, "a tile");
        if (!tile_is_kept(in->kind, in->layout, tile))
            continue;
        if (!tile_rows_reserve(in->kind, rows, rows->n_tiles + 1))
            return error_no_memory(error);
        tile_add_tile(in->kind, tile_rows_put(in->kind, rows, tile->day, tile_mask(tile)), tile);
    }
    for (uint64_t m = 0; m < in->n_masks; m++)
        if (!in->masks[m].used)
            return corrupt(error, "a mask that no tile has");
    return CSTM_OK;
}

cstm_status
tiles_read(struct history *history, const struct layout *layout, struct byte_reader *reader,
           struct event_tile *tile, struct event_rows *rows, cstm_error **error)
{
    uint64_t n = reader_uvar(reader);
    if (reader->failed || n > (size_t) (reader->end - reader->at) / 2)
        return corrupt(error, "the number of tiles");
    if (n == 0)
        return CSTM_OK;
    size_t lanes = (size_t) layout->n_lanes + 1;
    struct tiles_in in = {.history = history,
                          .layout = layout,
                          .declared = &history->plan->schema->events[layout->event],
                          .kind = &history->plan->kinds[layout->event],
                          .reader = reader,
                          .values = memory_new_array(lanes, sizeof *in.values),
                          .n_values = memory_new_array(lanes, sizeof *in.n_values),
                          .told = memory_new_array((size_t) layout->n_fields + 1, sizeof *in.told)};
    cstm_status status = in.values == NULL || in.n_values == NULL || in.told == NULL
                             ? error_no_memory(error)
                             : read_listed(&in, n, tile, rows, error);
    for (int32_t l = 0; in.values != NULL && l < layout->n_lanes; l++)
        memory_free(in.values[l]);
    memory_free(in.values);
    memory_free(in.n_values);
    memory_free(in.told);
    memory_free(in.masks);
    memory_free(in.plan_masks);
    return status;
}
