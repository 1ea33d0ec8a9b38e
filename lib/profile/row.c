/* Row buffers: many fields of an event or attributes of an entity in one call, for languages in
 * which a call is dear. The form is stated in <libcustomer/event.h>: little-endian entries of
 * index, form and value. Whoever takes a row reads all of its entries before it applies the first,
 * so that a row counts whole or not at all. */
#include "profile/value.h"

#include <libcustomer/event.h>

#include "base/money.h"
#include "base/text.h"

#include <string.h>

cstm_status
row_next(struct byte_reader *row, struct row_entry *entry, cstm_error **error)
{
    uint32_t low = reader_u8(row);
    uint32_t high = reader_u8(row);
    *entry = (struct row_entry){.index = (int32_t) (low | high << 8), .form = reader_u8(row)};
    uint64_t bits;
    switch (entry->form) {
    case CSTM_ROW_MISSING:
        break;
    case CSTM_ROW_INT64:
        entry->number = (int64_t) reader_u64(row);
        break;
    case CSTM_ROW_DOUBLE:
        bits = reader_u64(row);
        memcpy(&entry->real, &bits, sizeof entry->real);
        break;
    case CSTM_ROW_TEXT:
        entry->text.size = reader_u32(row);
        entry->text.bytes = (const char *) reader_take(row, entry->text.size);
        break;
    default:
        return error_set(error, CSTM_ERROR_CORRUPT, "the row has an entry of unknown form %d",
                         (int) entry->form);
    }
    if (row->failed)
        return error_set(error, CSTM_ERROR_CORRUPT, "the row ends inside an entry");
    return CSTM_OK;
}

static cstm_status
refuse_text(const struct value_place *place, cstm_status code, cstm_error **error)
{
    error_set(error, code, "%s '%s' was given a text that does not read as its type", place->noun,
              place->name);
    error_at_field(error, place->name);
    return code;
}

static cstm_status
text_value(struct rule_text text, const struct value_place *place, const struct schema *schema,
           struct value *value, cstm_error **error)
{
    bool reads = false;
    int32_t day = 0;
    switch (place->type) {
    case CSTM_TYPE_STRING:
        value->as.text = text;
        return place_check(place, value, error);
    case CSTM_TYPE_BOOL:
        reads = (text.size == 4 && memcmp(text.bytes, "true", 4) == 0) ||
                (text.size == 5 && memcmp(text.bytes, "false", 5) == 0);
        value->as.number = text.size == 4;
        break;
    case CSTM_TYPE_INT:
        reads = text_int64(text.bytes, text.size, &value->as.number);
        break;
    case CSTM_TYPE_DOUBLE:
        reads = text_double(text.bytes, text.size, &value->as.real);
        break;
    case CSTM_TYPE_DATE:
        reads = civil_parse_date(text.bytes, text.size, &day);
        value->as.number = day;
        break;
    case CSTM_TYPE_TIMESTAMP:
        reads = civil_parse_instant(text.bytes, text.size, schema->zone, false, &value->as.number);
        break;
    case CSTM_TYPE_MONEY: {
        cstm_status status =
            money_parse(text.bytes, text.size, schema->exponent, &value->as.number, NULL);
        if (status != CSTM_OK)
            return refuse_text(place, status == CSTM_ERROR_RANGE ? status : CSTM_ERROR_SYNTAX,
                               error);
        reads = true;
        break;
    }
    default:
        break;
    }
    if (!reads)
        return refuse_text(place, CSTM_ERROR_SYNTAX, error);
    return place_check(place, value, error);
}

cstm_status
row_value(const struct row_entry *entry, const struct value_place *place,
          const struct schema *schema, struct value *value, cstm_error **error)
{
    *value = (struct value){.present = entry->form != CSTM_ROW_MISSING};
    switch (entry->form) {
    case CSTM_ROW_MISSING:
        return CSTM_OK;
    case CSTM_ROW_INT64:
        if (place->type == CSTM_TYPE_DOUBLE || place->type == CSTM_TYPE_STRING)
            return place_check_type(place, CSTM_TYPE_INT, error);
        value->as.number = entry->number;
        return place_check(place, value, error);
    case CSTM_ROW_DOUBLE:
        if (place->type != CSTM_TYPE_DOUBLE)
            return place_check_type(place, CSTM_TYPE_DOUBLE, error);
        value->as.real = entry->real;
        return place_check(place, value, error);
    default:
        return text_value(entry->text, place, schema, value, error);
    }
}
