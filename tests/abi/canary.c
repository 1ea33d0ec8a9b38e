/* Messages name fields, columns and rules, never a customer's values. Everything that can fail over data is made to fail here
 * with values that are easily recognised, and no message may contain one of them: not the message of an error, its file or
 * its field, nor the reason of a rejected row. What shows data by its nature is left out: explanations and the text column
 * of rejected CSV rows. */
#include "living.h"

#include <check.h>
#include <stdlib.h>

/* In every writing that could come out: as given, in minor or major units, as a day or an instant. */
static const char *const CANARIES[] = {"Kanarienvogel", "kanarienvogel", "918273", "9182.73", "91827", "1987-06-05", "6364", "0.7351",
                                       "7351", "1987", "canary-key", "canary-id"};

static cstm_strategy *strategy;

static void
gather_text(const char *text)
{
    for (size_t i = 0; text != NULL && i < sizeof CANARIES / sizeof *CANARIES; i++)
        ck_assert_msg(strstr(text, CANARIES[i]) == NULL, "the value %s stands in: %s", CANARIES[i], text);
}

/* A call that must fail; what it says is looked through. */
static void
gather(cstm_status status, cstm_error *error, const char *call)
{
    ck_assert_msg(status != CSTM_OK, "%s: was to fail", call);
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e)) {
        gather_text(cstm_error_message(e));
        gather_text(cstm_error_file(e));
        gather_text(cstm_error_field(e));
    }
    cstm_error_free(error);
}

#define FAILS(call) \
    do { \
        cstm_error *error = NULL; \
        cstm_status status = (call); \
        gather(status, error, #call); \
    } while (0)

static void
gather_table(const cstm_table *table, const char *left_out)
{
    for (int32_t c = 0; c < cstm_table_columns(table); c++)
        for (int64_t r = 0; r < cstm_table_rows(table); r++) {
            size_t size;
            const char *text = cstm_table_string(table, r, c, &size);
            if (text == NULL || strcmp(cstm_table_column_name(table, c), left_out) == 0)
                continue;
            char *copy = malloc(size + 1);      /* cells end without a NUL */
            ck_assert_ptr_nonnull(copy);
            memcpy(copy, text, size);
            copy[size] = '\0';
            gather_text(copy);
            free(copy);
        }
}

static int32_t
attribute(const char *name)
{
    return cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, name);
}

START_TEST(money_and_times_are_not_repeated)
{
    int64_t number;
    FAILS(cstm_money_parse("9182.73x", 8, "CNY", &number, &error));
    FAILS(cstm_money_parse("9182.7319", 9, "CNY", &number, &error));
    FAILS(cstm_money_parse("918273918273918273918273", 24, "CNY", &number, &error));
    FAILS(cstm_strategy_parse_time(strategy, "1987-06-05Kanarienvogel", 23, 0, &number, &error));
    FAILS(cstm_strategy_parse_time(strategy, "1987-06-31", 10, 0, &number, &error));
}
END_TEST

START_TEST(attributes_that_are_refused_are_not_repeated)
{
    cstm_profile *profile;
    ck_assert(living_profile(strategy, 3, &profile));
    FAILS(cstm_profile_set_string(profile, 0, attribute("education"), "Kanarienvogel", 13, LIVING_AS_OF, "canary-id", 9, &error));
    FAILS(cstm_profile_set_string(profile, 0, attribute("city"), "Kanarienvogel\xff", 14, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_string(profile, 0, attribute("city"), "Kanarien\0vogel", 14, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_string(profile, 0, attribute("age"), "Kanarienvogel", 13, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_bool(profile, 0, attribute("vip"), 918273, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_int64(profile, 0, attribute("city"), 918273, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_int64(profile, 0, attribute("age"), 918273, INT64_MAX, "canary-id", 9, &error));
    FAILS(cstm_profile_set_double(profile, 0, attribute("income"), 0.7351 / 0.0, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_double(profile, 0, attribute("age"), 0.7351, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_date(profile, 0, attribute("birthday"), 918273000, LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_timestamp(profile, 0, attribute("seen"), INT64_C(918273000000000000), LIVING_AS_OF, NULL, 0, &error));
    FAILS(cstm_profile_set_money(profile, 0, attribute("age"), 918273, LIVING_AS_OF, NULL, 0, &error));
    cstm_entity entity;
    FAILS(cstm_profile_entity(profile, 2, 0, "canary-key", 10, &entity, &error));
    FAILS(cstm_profile_entity(profile, 1, 0, "canary-key\xff", 11, &entity, &error));
    ck_assert_int_eq(cstm_profile_advance(profile, LIVING_AS_OF, NULL), CSTM_OK);
    FAILS(cstm_profile_set_string(profile, 0, attribute("city"), "Kanarienvogel", 13, LIVING_AS_OF - 100 * LIVING_DAY, "canary-id", 9, &error));
    cstm_profile_free(profile);
    FAILS(cstm_profile_new(strategy, "canary-key\xff", 11, &profile, &error));
    FAILS(cstm_profile_new(strategy, "canary-key\0", 11, &profile, &error));
}
END_TEST

START_TEST(rows_that_are_refused_are_not_repeated)
{
    cstm_profile *profile;
    ck_assert(living_profile(strategy, 1, &profile));
    for (const char *const *name = (const char *const[]) {"age", "income", "birthday", "seen", "vip", "education", NULL}; *name != NULL; name++) {
        uint8_t row[64] = {(uint8_t) attribute(*name), 0, CSTM_ROW_TEXT, 16, 0, 0, 0};
        memcpy(row + 7, "Kanarienvogel987", 16);
        FAILS(cstm_profile_set_row(profile, 0, row, 23, LIVING_AS_OF, "canary-id", 9, &error));
        FAILS(cstm_profile_set_row(profile, 0, row, 20, LIVING_AS_OF, "canary-id", 9, &error));
    }
    cstm_profile_free(profile);
}
END_TEST

START_TEST(events_that_are_refused_are_not_repeated)
{
    cstm_profile *profile;
    cstm_event *event;
    ck_assert(living_profile(strategy, 3, &profile));
    ck_assert_int_eq(cstm_event_new(strategy, 0, &event, NULL), CSTM_OK);
    int32_t amount = cstm_strategy_find_field(strategy, 0, "amount"), merchant = cstm_strategy_find_field(strategy, 0, "merchant");
    FAILS(cstm_event_set_id(event, "canary-id\xff", 10, &error));
    FAILS(cstm_event_set_time(event, INT64_C(918273000000000000), &error));
    FAILS(cstm_event_set_string(event, merchant, "Kanarienvogel\xff", 14, &error));
    FAILS(cstm_event_set_string(event, amount, "Kanarienvogel", 13, &error));
    FAILS(cstm_event_set_int64(event, merchant, 918273, &error));
    FAILS(cstm_event_set_double(event, merchant, 0.7351, &error));
    ck_assert_int_eq(cstm_event_set_string(event, merchant, "Kanarienvogel", 13, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_money(event, amount, 918273, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_id(event, "canary-id", 9, NULL), CSTM_OK);
    FAILS(cstm_profile_record(profile, event, &error));                                 /* no time */
    ck_assert_int_eq(cstm_event_set_time(event, LIVING_AS_OF - 100 * LIVING_DAY, NULL), CSTM_OK);
    FAILS(cstm_profile_record(profile, event, &error));                                 /* not on a card */
    ck_assert_int_eq(cstm_event_set_entity(event, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_advance(profile, LIVING_AS_OF, NULL), CSTM_OK);
    FAILS(cstm_profile_record(profile, event, &error));                                 /* too late */
    cstm_event_free(event);
    cstm_profile_free(profile);
}
END_TEST

START_TEST(evaluating_and_merging_do_not_repeat_values)
{
    cstm_profile *profile, *other;
    cstm_outcome *outcome;
    ck_assert(living_profile(strategy, 3, &profile));
    ck_assert_int_eq(cstm_profile_new(strategy, "canary-key", 10, &other, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_outcome_new(strategy, &outcome, NULL), CSTM_OK);
    FAILS(cstm_profile_merge(profile, other, &error));
    FAILS(cstm_profile_merge(other, profile, &error));
    ck_assert_int_eq(cstm_profile_advance(profile, LIVING_AS_OF, NULL), CSTM_OK);
    FAILS(cstm_profile_evaluate(profile, LIVING_AS_OF - 100 * LIVING_DAY, outcome, &error));
    cstm_outcome_free(outcome);
    cstm_profile_free(profile);
    cstm_profile_free(other);
}
END_TEST

/* Every byte of a profile's bytes damaged in turn, and every length cut off. */
START_TEST(damaged_bytes_do_not_show_what_they_held)
{
    cstm_profile *profile, *again;
    cstm_buffer *buffer;
    ck_assert(living_profile(strategy, 2, &profile));
    ck_assert_int_eq(cstm_profile_set_string(profile, 0, attribute("city"), "Kanarienvogel", 13, LIVING_AS_OF, "canary-id", 9, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_date(profile, 0, attribute("birthday"), 6364, LIVING_AS_OF, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_write(profile, &buffer, NULL), CSTM_OK);
    size_t size = cstm_buffer_size(buffer);
    uint8_t *bytes = malloc(size);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < size; i++) {
        memcpy(bytes, cstm_buffer_data(buffer), size);
        bytes[i] ^= 0x55;
        FAILS(cstm_profile_read(strategy, bytes, size, &again, NULL, &error));
        memcpy(bytes, cstm_buffer_data(buffer), size);
        FAILS(cstm_profile_read(strategy, bytes, i, &again, NULL, &error));
    }
    free(bytes);
    cstm_buffer_free(buffer);
    cstm_profile_free(profile);
}
END_TEST

START_TEST(csv_that_is_refused_is_not_repeated)
{
    static const struct {
        const char *name;
        cstm_type type;
        const char *field;
    } cases[] = {
        {"age", CSTM_TYPE_INT, "918273Kanarienvogel"}, {"age", CSTM_TYPE_INT, "918273918273918273918273"},
        {"income", CSTM_TYPE_DOUBLE, "0.7351Kanarienvogel"}, {"income", CSTM_TYPE_DOUBLE, "7351e7351"},
        {"limit", CSTM_TYPE_MONEY, "9182.7351"}, {"limit", CSTM_TYPE_MONEY, "Kanarienvogel"},
        {"birthday", CSTM_TYPE_DATE, "1987-06-31"}, {"birthday", CSTM_TYPE_DATE, "Kanarienvogel"},
        {"seen", CSTM_TYPE_TIMESTAMP, "1987-06-05T25:00:00Z"}, {"vip", CSTM_TYPE_BOOL, "Kanarienvogel"},
        {"city", CSTM_TYPE_STRING, "Kanarienvogel\xff"}, {"city", CSTM_TYPE_STRING, "Kanarien\"vogel\""},
        {"city", CSTM_TYPE_STRING, "\"Kanarienvogel\"x"}, {"city", CSTM_TYPE_STRING, "Kanarienvogel,Kanarienvogel,Kanarienvogel"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_csv *csv;
        cstm_table *table, *rejected;
        char text[256];
        int size = snprintf(text, sizeof text, "%s,other\n%s,Kanarienvogel\n", cases[i].name, cases[i].field);
        ck_assert_int_eq(cstm_csv_new(&csv, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_csv_set_currency(csv, "CNY", NULL), CSTM_OK);
        ck_assert_int_eq(cstm_csv_add_column(csv, cases[i].name, cases[i].type, NULL), CSTM_OK);
        FAILS(cstm_csv_read_bytes(csv, "customers.csv", (const uint8_t *) text, (size_t) size, &table, NULL, &error));
        ck_assert_int_eq(cstm_csv_set_reject(csv, CSTM_CSV_COLLECT, NULL), CSTM_OK);
        cstm_error *error;
        cstm_status status = cstm_csv_read_bytes(csv, "customers.csv", (const uint8_t *) text, (size_t) size, &table, &rejected, &error);
        if (status == CSTM_OK) {
            ck_assert_int_eq(cstm_table_rows(rejected), 1);
            gather_table(rejected, "text");
            cstm_table_free(table);
            cstm_table_free(rejected);
        } else {
            gather(status, error, cases[i].field);
        }
        cstm_csv_free(csv);
    }
}
END_TEST

START_TEST(bank_files_that_are_refused_are_not_repeated)
{
    static const struct {
        const char *name;
        cstm_type type;
        const char *format;
        const char *field;
    } cases[] = {
        {"age", CSTM_TYPE_INT, NULL, "918273Kanarienvogel"}, {"limit", CSTM_TYPE_MONEY, NULL, "9182.7351-"},
        {"limit", CSTM_TYPE_MONEY, NULL, "9182735191827351918273519182-"}, {"birthday", CSTM_TYPE_DATE, "YYYYMMDD", "19870631"},
        {"seen", CSTM_TYPE_TIMESTAMP, "YYYYMMDDHHMMSS", "19870605250000"}, {"city", CSTM_TYPE_STRING, NULL, "Kanarienvogel\xff"},
        {"city", CSTM_TYPE_STRING, NULL, "Kanarienvogel|Kanarienvogel"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_layout *layout;
        cstm_table *table, *rejected;
        char text[256];
        int size = snprintf(text, sizeof text, "%s|Kanarienvogel\nT|7\n", cases[i].field);
        ck_assert_int_eq(cstm_layout_new(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030, &layout, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_layout_set_currency(layout, "CNY", NULL), CSTM_OK);
        ck_assert_int_eq(cstm_layout_set_frame(layout, 0, 0, 1, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_layout_set_fields(layout, 2, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_layout_add_column(layout, cases[i].name, cases[i].type, 1, 0, NULL), CSTM_OK);
        if (cases[i].format != NULL)
            ck_assert_int_eq(cstm_layout_set_format(layout, cases[i].name, cases[i].format, NULL), CSTM_OK);
        if (cases[i].type == CSTM_TYPE_MONEY)
            ck_assert_int_eq(cstm_layout_set_number(layout, cases[i].name, 2, CSTM_SIGN_TRAILING, 0, NULL), CSTM_OK);
        FAILS(cstm_layout_read_bytes(layout, "day.dat", (const uint8_t *) text, (size_t) size, &table, NULL, &error));
        ck_assert_int_eq(cstm_layout_set_reject(layout, CSTM_CSV_COLLECT, 1, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_layout_read_bytes(layout, "day.dat", (const uint8_t *) text, (size_t) size, &table, &rejected, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_table_rows(rejected), 1);
        gather_table(rejected, "text");
        cstm_table_free(table);
        cstm_table_free(rejected);
        cstm_layout_free(layout);
    }
}
END_TEST

START_TEST(a_control_total_does_not_give_a_row_away)
{
    cstm_layout *layout;
    cstm_table *table;
    static const char text[] = "9182.7351\n1\n";
    ck_assert_int_eq(cstm_layout_new(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8, &layout, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_layout_set_currency(layout, "BHD", NULL), CSTM_OK);
    ck_assert_int_eq(cstm_layout_set_frame(layout, 0, 0, 1, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_layout_add_column(layout, "limit", CSTM_TYPE_MONEY, 1, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "limit", -1, 1, 0, NULL), CSTM_OK);
    FAILS(cstm_layout_read_bytes(layout, "day.dat", (const uint8_t *) "9182.735\n1\n", 11, &table, NULL, &error));
    FAILS(cstm_layout_read_bytes(layout, "day.dat", (const uint8_t *) text, sizeof text - 1, &table, NULL, &error));
    cstm_layout_free(layout);
}
END_TEST

START_TEST(columns_that_are_refused_are_not_repeated)
{
    static const int64_t offsets[] = {0, 13, 14}, numbers[] = {INT64_C(918273000000000000), 1};
    static const int32_t days[] = {918273000, 1};
    static const double doubles[] = {9182.7351, 1};
    cstm_table *table;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    FAILS(cstm_table_add_string(table, "city", offsets, "Kanarienvogel\xff", NULL, 2, &error));
    FAILS(cstm_table_add_timestamp(table, "seen", numbers, NULL, 2, &error));
    FAILS(cstm_table_add_date(table, "birthday", days, NULL, 2, &error));
    ck_assert_int_eq(cstm_table_add_string(table, "limit", offsets, "Kanarienvogel1", NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_double(table, "income", doubles, NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_int64(table, "use", numbers, NULL, 2, NULL), CSTM_OK);
    FAILS(cstm_table_declare_money(table, "limit", "CNY", CSTM_MONEY_MAJOR, &error));
    FAILS(cstm_table_declare_money(table, "income", "CNY", CSTM_MONEY_DOUBLE, &error));
    FAILS(cstm_table_declare_money(table, "use", "CNY", CSTM_MONEY_MAJOR, &error));
    cstm_table_free(table);
}
END_TEST

START_TEST(rows_that_a_batch_leaves_out_are_not_repeated)
{
    static const char *const keys[] = {"canary-key", "c2"}, *const schools[] = {"Kanarienvogel", "other"};
    static const char *const nobody[] = {"canary-key of nobody", "c2"}, *const times[] = {"1987-06-05Kanarienvogel", "1987-06-31"};
    static const int64_t pages[] = {918273, 1}, ages[] = {918273, 1};
    cstm_table *customers, *visits, *later;
    cstm_batch *batch;
    cstm_result *result;
    ck_assert_int_eq(cstm_table_new(&customers, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_new(&visits, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_new(&later, NULL), CSTM_OK);
    ck_assert(living_add_texts(customers, "customer", keys, 2) && living_add_texts(customers, "education", schools, 2));
    ck_assert(living_add_texts(visits, "customer", nobody, 2) && living_add_texts(visits, "time", times, 2));
    ck_assert_int_eq(cstm_table_add_int64(visits, "pages", pages, NULL, 2, NULL), CSTM_OK);
    ck_assert(living_add_texts(later, "customer", keys, 2) && living_add_texts(later, "time", times, 2));
    ck_assert_int_eq(cstm_table_add_int64(later, "age", ages, NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_batch_new(strategy, &batch, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_batch_add_entities(batch, 0, customers, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_batch_add_events(batch, cstm_strategy_find(strategy, CSTM_PART_EVENT, "visit"), visits, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_batch_add_attributes(batch, 0, later, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_batch_run(batch, LIVING_AS_OF, &result, NULL), CSTM_OK);
    ck_assert_int_ge(cstm_table_rows(cstm_result_rejected(result)), 3);
    gather_table(cstm_result_rejected(result), "");
    cstm_profile *profile;
    FAILS(cstm_batch_profile(batch, "canary-key of nobody", 20, LIVING_AS_OF, &profile, &error));
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(visits);
    cstm_table_free(later);
}
END_TEST

START_TEST(keys_that_cannot_be_followed_are_not_repeated)
{
    static const char *const keys[] = {"canary-key", "canary-key"};
    static const uint8_t met[] = {1, 0};
    cstm_table *table, *changes;
    cstm_membership *membership;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert(living_add_texts(table, "customer", keys, 2));
    ck_assert_int_eq(cstm_table_add_bool(table, "met", met, NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_membership_of_table(table, "met", NULL, "customer", &membership, NULL), CSTM_OK);
    FAILS(cstm_membership_changes(membership, membership, &changes, &error));
    FAILS(cstm_membership_turnover(membership, membership, &changes, &error));
    cstm_membership_free(membership);
    cstm_table_free(table);
}
END_TEST

START_TEST(scores_that_are_refused_are_not_repeated)
{
    static const double scores[] = {0.7351 / 0.0, 918273};
    static const uint8_t outcomes[] = {0, 1}, wrong[] = {0, 91};
    cstm_validation *validation;
    FAILS(cstm_validation_new(scores, outcomes, NULL, 2, CSTM_HIGHER_IS_SAFER, &validation, &error));
    FAILS(cstm_validation_new(scores + 1, wrong + 1, NULL, 1, CSTM_HIGHER_IS_SAFER, &validation, &error));
}
END_TEST

int
main(void)
{
    if (!living_strategy(&strategy))
        return 2;
    Suite *suite = suite_create("canaries");
    TCase *tcase = tcase_create("messages");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, money_and_times_are_not_repeated);
    tcase_add_test(tcase, attributes_that_are_refused_are_not_repeated);
    tcase_add_test(tcase, rows_that_are_refused_are_not_repeated);
    tcase_add_test(tcase, events_that_are_refused_are_not_repeated);
    tcase_add_test(tcase, evaluating_and_merging_do_not_repeat_values);
    tcase_add_test(tcase, damaged_bytes_do_not_show_what_they_held);
    tcase_add_test(tcase, csv_that_is_refused_is_not_repeated);
    tcase_add_test(tcase, bank_files_that_are_refused_are_not_repeated);
    tcase_add_test(tcase, a_control_total_does_not_give_a_row_away);
    tcase_add_test(tcase, columns_that_are_refused_are_not_repeated);
    tcase_add_test(tcase, rows_that_a_batch_leaves_out_are_not_repeated);
    tcase_add_test(tcase, keys_that_cannot_be_followed_are_not_repeated);
    tcase_add_test(tcase, scores_that_are_refused_are_not_repeated);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cstm_strategy_unref(strategy);
    return failed != 0;
}
