/* Values on their way in: fields of events and attributes, one by one and by row buffers; what is
 * refused changes nothing and is never repeated in a message. */
#include "bank.h"

#include <math.h>
#include <string.h>

/* A row buffer that grows entry by entry. */
struct row {
    uint8_t bytes[512];
    size_t size;
};

static void
put(struct row *row, const void *bytes, size_t size)
{
    ck_assert_uint_le(row->size + size, sizeof row->bytes);
    memcpy(row->bytes + row->size, bytes, size);
    row->size += size;
}

static void
put_head(struct row *row, int32_t index, uint8_t form)
{
    uint8_t head[3] = {(uint8_t) index, (uint8_t) (index >> 8), form};
    put(row, head, sizeof head);
}

static void
put_int64(struct row *row, int32_t index, int64_t value)
{
    put_head(row, index, CSTM_ROW_INT64);
    for (int i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t) ((uint64_t) value >> 8 * i);
        put(row, &byte, 1);
    }
}

static void
put_double(struct row *row, int32_t index, double value)
{
    put_head(row, index, CSTM_ROW_DOUBLE);
    put(row, &value, 8); /* the machines of the tests are little-endian */
}

static void
put_text(struct row *row, int32_t index, const char *text)
{
    uint32_t size = (uint32_t) strlen(text);
    put_head(row, index, CSTM_ROW_TEXT);
    put(row, &size, 4);
    put(row, text, size);
}

static int32_t
field(const cstm_strategy *bank, const char *name)
{
    return cstm_strategy_find_field(bank, bank_find(bank, CSTM_PART_EVENT, "purchase"), name);
}

static int32_t
attribute(const cstm_strategy *bank, const char *name)
{
    return bank_find(bank, CSTM_PART_ATTRIBUTE, name);
}

static cstm_event *
new_purchase(cstm_strategy *bank)
{
    cstm_event *event = NULL;
    ck_assert_int_eq(
        cstm_event_new(bank, bank_find(bank, CSTM_PART_EVENT, "purchase"), &event, NULL), CSTM_OK);
    return event;
}

START_TEST(field_takes_only_values_of_its_type)
{
    cstm_strategy *bank = bank_new();
    cstm_event *event = new_purchase(bank);
    int32_t amount = field(bank, "amount"), place = field(bank, "place"),
            rate = field(bank, "rate");
    int32_t online = field(bank, "online"), settles = field(bank, "settles"),
            posted = field(bank, "posted");
    ck_assert_int_eq(cstm_event_set_money(event, amount, 1, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_int64(event, amount, 1, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_event_set_string(event, place, "x", 1, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_money(event, place, 1, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_event_set_double(event, rate, 1.5, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_double(event, rate, INFINITY, NULL), CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_event_set_double(event, rate, NAN, NULL), CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_event_set_bool(event, online, 1, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_bool(event, online, 2, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_event_set_date(event, settles, bank_day("9999-12-31"), NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_date(event, settles, bank_day("9999-12-31") + 1, NULL),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_event_set_timestamp(event, posted, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_timestamp(event, posted, INT64_MAX, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_event_set_string(event, place, "\xe4\xb8", 2, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_event_set_string(event, place, "a\0b", 3, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_event_set_string(event, place, NULL, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_event_set_string(event, 99, "x", 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_event_set_string(event, -1, "x", 1, NULL), CSTM_ERROR_MISUSE);
    cstm_event_free(event);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(event_without_a_time_is_not_recorded)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    cstm_entity card = customer_entity(customer, bank, "card", account, "c1");
    cstm_event *event = new_purchase(bank);
    ck_assert_int_eq(cstm_event_set_entity(event, card, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_event_set_time(event, INT64_MIN, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_event_set_time(event, bank_at(bank, "2005-01-01"), NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_clear(event, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_entity(event, card, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_ERROR_MISSING);
    cstm_event_free(event);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(event_is_recorded_on_its_own_kind_of_entity)
{
    cstm_strategy *bank = bank_new(), *other = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    ck_assert_int_eq(record(customer, event_of(bank, "purchase", account, NULL, "2005-01-01")),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(record(customer, event_of(bank, "repayment", 7, NULL, "2005-01-01")),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(record(customer, event_of(other, "repayment", account, NULL, "2005-01-01")),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_event_set_entity(NULL, 0, NULL), CSTM_ERROR_MISUSE);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(other);
}
END_TEST

/* Two profiles, one filled field by field, the other by one row: the same bytes. */
START_TEST(row_says_what_its_fields_say)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *one = customer_new(bank, "A-1"), *other = customer_new(bank, "A-1");
    cstm_event *event = new_purchase(bank);
    for (int way = 0; way < 2; way++) {
        cstm_profile *customer = way == 0 ? one : other;
        cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
        ck_assert_int_eq(cstm_event_clear(event, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_event_set_entity(
                             event, customer_entity(customer, bank, "card", account, "c1"), NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_event_set_time(event, bank_at(bank, "2005-03-01T10:00:00"), NULL),
                         CSTM_OK);
        if (way == 0) {
            ck_assert_int_eq(cstm_event_set_money(event, field(bank, "amount"), 123456, NULL),
                             CSTM_OK);
            ck_assert_int_eq(
                cstm_event_set_string(event, field(bank, "place"), "book shop", 9, NULL), CSTM_OK);
            ck_assert_int_eq(cstm_event_set_double(event, field(bank, "rate"), 0.25, NULL),
                             CSTM_OK);
            ck_assert_int_eq(cstm_event_set_bool(event, field(bank, "online"), 1, NULL), CSTM_OK);
            ck_assert_int_eq(
                cstm_event_set_date(event, field(bank, "settles"), bank_day("2005-03-05"), NULL),
                CSTM_OK);
            ck_assert_int_eq(cstm_event_set_timestamp(event, field(bank, "posted"),
                                                      bank_at(bank, "2005-03-02"), NULL),
                             CSTM_OK);
        } else {
            struct row row = {.size = 0};
            put_text(&row, field(bank, "amount"), "1234.56");
            put_text(&row, field(bank, "place"), "book shop");
            put_double(&row, field(bank, "rate"), 0.25);
            put_text(&row, field(bank, "online"), "true");
            put_text(&row, field(bank, "settles"), "2005-03-05");
            put_int64(&row, field(bank, "posted"), bank_at(bank, "2005-03-02"));
            ck_assert_int_eq(cstm_event_set_row(event, row.bytes, row.size, NULL), CSTM_OK);
        }
        ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_OK);
    }
    assert_same_bytes(one, other);
    cstm_event_free(event);
    cstm_profile_free(one);
    cstm_profile_free(other);
    cstm_strategy_unref(bank);
}
END_TEST

/* The first entry is right in each; it must not count. */
START_TEST(row_counts_whole_or_not_at_all)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    cstm_entity card = customer_entity(customer, bank, "card", account, "c1");
    cstm_event *event = new_purchase(bank);
    ck_assert_int_eq(cstm_event_set_entity(event, card, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_time(event, bank_at(bank, "2005-03-01T10:00:00"), NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_event_set_string(event, field(bank, "place"), "kept", 4, NULL), CSTM_OK);
    for (int i = 0; i < 9; i++) {
        struct row row = {.size = 0};
        cstm_status expected = CSTM_ERROR_CORRUPT;
        put_text(&row, field(bank, "place"),
                 "a longer text than the one before, so that its buffer moves");
        switch (i) {
        case 0:
            put_head(&row, 0, 9);
            break;
        case 1:
            put_head(&row, 0, CSTM_ROW_INT64);
            break;
        case 2:
            put_text(&row, field(bank, "place"), "twice");
            break;
        case 3:
            put_int64(&row, field(bank, "amount"), 1);
            row.size--;
            break;
        case 4:
            put_int64(&row, 6, 1);
            expected = CSTM_ERROR_MISUSE;
            break;
        case 5:
            put_int64(&row, field(bank, "online"), 5);
            expected = CSTM_ERROR_RANGE;
            break;
        case 6:
            put_text(&row, field(bank, "amount"), "12.3456");
            expected = CSTM_ERROR_RANGE;
            break;
        case 7:
            put_text(&row, field(bank, "settles"), "soon");
            expected = CSTM_ERROR_SYNTAX;
            break;
        case 8:
            put_double(&row, field(bank, "amount"), 1);
            expected = CSTM_ERROR_TYPE;
            break;
        }
        cstm_status status = cstm_event_set_row(event, row.bytes, row.size, NULL);
        ck_assert_msg(status == expected, "row %d: %s", i, cstm_status_name(status));
    }
    ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-03-01");
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_FEATURE,
                                         bank_find(bank, CSTM_PART_FEATURE, "last_place"), 0, NULL),
                     "kept");
    cstm_outcome_free(outcome);
    cstm_event_free(event);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(attributes_of_every_type_are_read_back)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    int64_t at = bank_at(bank, "2005-03-01");
    ck_assert_int_eq(
        cstm_profile_set_int64(customer, 0, attribute(bank, "age"), 41, at, NULL, 0, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_set_bool(customer, 0, attribute(bank, "vip"), 1, at, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_set_double(customer, 0, attribute(bank, "rating"), 0.75, at, NULL, 0, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_string(customer, 0, attribute(bank, "education"), "graduate",
                                             8, at, NULL, 0, NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_set_date(customer, 0, attribute(bank, "born"), -2000, at, NULL, 0, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_set_timestamp(customer, 0, attribute(bank, "seen"), at, at, NULL, 0, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_set_money(customer, account, attribute(bank, "limit"), -5, at, NULL, 0, NULL),
        CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-03-01");
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "age"), 0),
                     41);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "vip"), 0),
                     1);
    ck_assert_double_eq(
        cstm_outcome_double(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "rating"), 0), 0.75);
    ck_assert_str_eq(
        cstm_outcome_string(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "education"), 0, NULL),
        "graduate");
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "born"), 0),
                     -2000);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "seen"), 0),
                     at);
    ck_assert_int_eq(
        cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "limit"), account), -5);
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "city"), 0),
                     CSTM_STATE_MISSING);

    ck_assert_int_eq(
        cstm_profile_set_missing(customer, 0, attribute(bank, "age"), at + 1, NULL, 0, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2005-03-01"), outcome, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_ATTRIBUTE, attribute(bank, "age"), 0),
                     CSTM_ERROR_MISSING);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(attribute_is_what_it_was_on_each_day)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    int32_t city = attribute(bank, "city");
    ck_assert_int_eq(cstm_profile_set_string(customer, 0, city, "Tainan", 6,
                                             bank_at(bank, "2005-06-01"), NULL, 0, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_string(customer, 0, city, "Taipei", 6,
                                             bank_at(bank, "2005-03-01"), NULL, 0, NULL),
                     CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-02-28");
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_ATTRIBUTE, city, 0), CSTM_STATE_MISSING);
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2005-05-31"), outcome, NULL), CSTM_OK);
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_ATTRIBUTE, city, 0, NULL), "Taipei");
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2005-06-01"), outcome, NULL), CSTM_OK);
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_ATTRIBUTE, city, 0, NULL), "Tainan");
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(attribute_that_has_always_been_so_opens_no_history)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    int32_t age = attribute(bank, "age"),
            relationship = bank_find(bank, CSTM_PART_LIFECYCLE, "relationship");
    ck_assert_int_eq(cstm_profile_set_int64(customer, 0, age, 30, CSTM_ALWAYS, NULL, 0, NULL),
                     CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "1999-01-01");
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, age, 0), 30);
    ck_assert_int_eq(cstm_outcome_stage(outcome, relationship, 0), -1);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_LIFECYCLE, relationship, 0),
                     CSTM_ERROR_MISSING);
    ck_assert_int_eq(feature_status(outcome, bank, "repayments", 0), CSTM_ERROR_MISSING);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(always_is_a_time_in_zones_west_of_greenwich_too)
{
    cstm_strategy *bank =
        bank_compile("format: 1\nstrategy: west\nversion: \"1\"\ntimezone: America/New_York\n"
                     "attributes: {age: {type: int}}\n");
    cstm_profile *customer = customer_new(bank, "A-1");
    int32_t age = attribute(bank, "age");
    ck_assert_int_eq(cstm_profile_set_int64(customer, 0, age, 30, CSTM_ALWAYS, NULL, 0, NULL),
                     CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "0001-01-01");
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, age, 0), 30);
    cstm_profile *again = restored(bank, customer);
    assert_same_bytes(again, customer);
    cstm_profile_free(again);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(attributes_are_refused_for_what_they_are)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    int64_t at = bank_at(bank, "2005-03-01");
    int32_t age = attribute(bank, "age"), education = attribute(bank, "education"),
            limit = attribute(bank, "limit");
    int64_t revision = cstm_profile_revision(customer);
    cstm_buffer *before = bytes_of(customer);
    ck_assert_int_eq(cstm_profile_set_double(customer, 0, age, 4, at, NULL, 0, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_profile_set_string(customer, 0, education, "none", 4, at, NULL, 0, NULL),
                     CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_profile_set_money(customer, 0, limit, 4, at, NULL, 0, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_set_money(customer, account, limit, 4, INT64_MAX, NULL, 0, NULL),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_profile_set_money(customer, 9, limit, 4, at, NULL, 0, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_set_int64(customer, 0, 99, 4, at, NULL, 0, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_set_int64(customer, 0, age, 4, at, "\xff", 1, NULL),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_profile_set_int64(customer, 0, age, 4, at, NULL, 1, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_set_int64(NULL, 0, age, 4, at, NULL, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_revision(customer), revision);
    cstm_buffer *after = bytes_of(customer);
    ck_assert_mem_eq(cstm_buffer_data(before), cstm_buffer_data(after), cstm_buffer_size(before));
    cstm_buffer_free(before);
    cstm_buffer_free(after);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(row_of_attributes_counts_whole_or_not_at_all)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1"), *one_by_one = customer_new(bank, "A-1");
    int64_t at = bank_at(bank, "2005-03-01");
    struct row row = {.size = 0};
    put_int64(&row, attribute(bank, "age"), 41);
    put_text(&row, attribute(bank, "education"), "university");
    put_text(&row, attribute(bank, "seen"), "2005-02-03T04:05:06");
    put_head(&row, attribute(bank, "city"), CSTM_ROW_MISSING);
    struct row wrong = row;
    put_text(&wrong, attribute(bank, "rating"), "very good");
    ck_assert_int_eq(cstm_profile_set_row(customer, 0, wrong.bytes, wrong.size, at, "s", 1, NULL),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_profile_revision(customer), 0);
    ck_assert_int_eq(cstm_profile_set_row(customer, 0, row.bytes, row.size, at, "s", 1, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_row(customer, 0, row.bytes, row.size, at, "s", 1, NULL),
                     CSTM_OK);

    ck_assert_int_eq(
        cstm_profile_set_int64(one_by_one, 0, attribute(bank, "age"), 41, at, "s", 1, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_string(one_by_one, 0, attribute(bank, "education"),
                                             "university", 10, at, "s", 1, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_timestamp(one_by_one, 0, attribute(bank, "seen"),
                                                bank_at(bank, "2005-02-03T04:05:06"), at, "s", 1,
                                                NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_set_missing(one_by_one, 0, attribute(bank, "city"), at, "s", 1, NULL),
        CSTM_OK);
    assert_same_bytes(customer, one_by_one);
    cstm_profile_free(customer);
    cstm_profile_free(one_by_one);
    cstm_strategy_unref(bank);
}
END_TEST

/* Everything that a customer's data can be refused for, with a canary in it. */
START_TEST(messages_never_repeat_what_a_customer_is)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "CANARY");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "CANARY");
    cstm_entity other = customer_entity(customer, bank, "account", 0, "CANARY2");
    cstm_entity card = customer_entity(customer, bank, "card", account, "CANARY"), again = 0;
    (void) card;
    advance_to(customer, bank, "2006-01-01");
    int64_t at = bank_at(bank, "2005-03-01"), now = bank_at(bank, "2006-01-01");
    cstm_event *event = event_of(bank, "repayment", account, "CANARY", "2005-03-01");
    cstm_error *errors[10] = {NULL};
    struct row row = {.size = 0};
    put_text(&row, attribute(bank, "age"), "CANARY");
    int n = 0;
    ck_assert_int_ne(cstm_profile_set_string(customer, 0, attribute(bank, "education"), "CANARY", 6,
                                             now, NULL, 0, &errors[n++]),
                     CSTM_OK);
    ck_assert_int_ne(cstm_profile_set_string(customer, 0, attribute(bank, "city"), "CANARY\xff", 7,
                                             now, NULL, 0, &errors[n++]),
                     CSTM_OK);
    ck_assert_int_ne(cstm_profile_set_string(customer, 0, attribute(bank, "city"), "CANARY", 6, at,
                                             NULL, 0, &errors[n++]),
                     CSTM_OK);
    ck_assert_int_ne(cstm_profile_set_int64(customer, 0, attribute(bank, "age"), 1, now,
                                            "CANARY\xff", 7, &errors[n++]),
                     CSTM_OK);
    ck_assert_int_ne(
        cstm_profile_set_row(customer, 0, row.bytes, row.size, now, NULL, 0, &errors[n++]),
        CSTM_OK);
    ck_assert_int_ne(cstm_profile_record(customer, event, &errors[n++]), CSTM_OK);
    ck_assert_int_ne(cstm_profile_entity(customer, bank_find(bank, CSTM_PART_ENTITY, "card"), other,
                                         "CANARY", 6, &again, &errors[n++]),
                     CSTM_OK);
    ck_assert_int_ne(cstm_profile_entity(customer, bank_find(bank, CSTM_PART_ENTITY, "card"), other,
                                         "CANARY\xff", 7, &again, &errors[n++]),
                     CSTM_OK);
    for (int i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(errors[i]);
        ck_assert_msg(strstr(cstm_error_message(errors[i]), "CANARY") == NULL, "%s",
                      cstm_error_message(errors[i]));
        cstm_error_free(errors[i]);
    }
    cstm_event_free(event);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("event");
    TCase *tcase = tcase_create("event");
    tcase_add_test(tcase, field_takes_only_values_of_its_type);
    tcase_add_test(tcase, event_without_a_time_is_not_recorded);
    tcase_add_test(tcase, event_is_recorded_on_its_own_kind_of_entity);
    tcase_add_test(tcase, row_says_what_its_fields_say);
    tcase_add_test(tcase, row_counts_whole_or_not_at_all);
    tcase_add_test(tcase, attributes_of_every_type_are_read_back);
    tcase_add_test(tcase, attribute_is_what_it_was_on_each_day);
    tcase_add_test(tcase, attribute_that_has_always_been_so_opens_no_history);
    tcase_add_test(tcase, always_is_a_time_in_zones_west_of_greenwich_too);
    tcase_add_test(tcase, attributes_are_refused_for_what_they_are);
    tcase_add_test(tcase, row_of_attributes_counts_whole_or_not_at_all);
    tcase_add_test(tcase, messages_never_repeat_what_a_customer_is);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
