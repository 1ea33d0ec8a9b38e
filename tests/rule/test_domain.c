/* What a bank's rules ask beyond CEL: civil dates, the calendar, buckets, quantile tables, and the scope's constants and lists. Every
 * expression is run for one row and for several, and explained, and must come to the same. */
#include "sample.h"

#include "base/calendar.h"
#include "rule/mapping.h"
#include "rule/quantiles.h"
#include "rule/rates.h"
#include "rule/value.h"

static struct calendar *calendar;
static struct mapping *scenes, *bands;
static struct quantiles *limits, *rates;
static struct rates *exchange;

static int32_t
day(const char *text)
{
    int32_t number;
    ck_assert_msg(civil_parse_date(text, strlen(text), &number), "%s", text);
    return number;
}

/* The Spring Festival of 2024 as the State Council gave notice of it (国办发明电〔2023〕7号), the rest of 2024 and 2025 by weekdays; and
 * a table of limits of two days. */
/* scene: of texts, 0742 to 5814 written with four digits and a name, no other; band: of ages, the others `old`. */
static void
make_mappings(void)
{
    scenes = mapping_new("scene", RULE_STRING);
    bands = mapping_new("band", RULE_INT);
    ck_assert_int_eq(mapping_category(scenes, "dining", 6), 0);
    ck_assert_int_eq(mapping_category(scenes, "farming", 7), 1);
    ck_assert_int_eq(mapping_category(scenes, "dining", 6), 0);
    ck_assert(mapping_add_range(scenes, 4, 5811, 5814, 0) && mapping_add_range(scenes, 4, 742, 763, 1));
    ck_assert(mapping_add_range(scenes, 2, 58, 58, 1) && mapping_add_text(scenes, "R1", 2, 0) && mapping_add_text(scenes, "", 0, 1));
    mapping_close(scenes);
    ck_assert_int_eq(mapping_category(bands, "young", 5), 0);
    ck_assert_int_eq(mapping_category(bands, "old", 3), 1);
    ck_assert(mapping_add_range(bands, 0, INT64_MIN, 17, 0) && mapping_add_range(bands, 0, 18, 40, 0));
    mapping_else(bands, 1);
    mapping_close(bands);
}

static void
set_up(void)
{
    static const int64_t first[] = {100000, 300000, 500000}, second[] = {500000};
    static const int64_t first_counts[] = {1, 3, 4}, second_counts[] = {2};
    static const double points[] = {0.5, 1.5};
    static const int64_t counts[] = {3, 4};
    calendar = calendar_new("cn", 2024, 2025);
    for (int32_t at = day("2024-02-10"); at <= day("2024-02-17"); at++)
        ck_assert_int_eq(calendar_mark(calendar, at, true, "\xe6\x98\xa5\xe8\x8a\x82"), CSTM_OK);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-04"), false, ""), CSTM_OK);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-18"), false, ""), CSTM_OK);
    calendar_close(calendar);
    exchange = rates_new("twd", currency_find("TWD", 3), 10);
    ck_assert_int_eq(rates_begin(exchange, day("2005-09-29")), CSTM_OK);
    ck_assert_int_eq(rates_add(exchange, currency_find("USD", 3), 331900, 4, 1), CSTM_OK);
    ck_assert_int_eq(rates_add(exchange, currency_find("JPY", 3), 292, 1, 100), CSTM_OK);
    ck_assert_int_eq(rates_add(exchange, currency_find("KWD", 3), 1125, 1, 1), CSTM_OK);
    ck_assert_int_eq(rates_begin(exchange, day("2005-10-01")), CSTM_OK);
    ck_assert_int_eq(rates_add(exchange, currency_find("USD", 3), 335, 1, 1), CSTM_OK);
    ck_assert_int_eq(rates_add(exchange, currency_find("CNY", 3), 5, 3, 1), CSTM_OK);
    make_mappings();
    limits = quantiles_new("limit", RULE_MONEY);
    rates = quantiles_new("rate", RULE_DOUBLE);
    ck_assert_int_eq(quantiles_add(limits, day("2005-09-30"), first, first_counts, 3), CSTM_OK);
    ck_assert_int_eq(quantiles_add(limits, day("2005-12-31"), second, second_counts, 1), CSTM_OK);
    ck_assert_int_eq(quantiles_add(rates, day("2005-09-30"), points, counts, 2), CSTM_OK);
}

static void
tear_down(void)
{
    calendar_unref(calendar);
    mapping_unref(scenes);
    mapping_unref(bands);
    quantiles_unref(limits);
    quantiles_unref(rates);
    rates_unref(exchange);
}

static struct rule_scope *
domain_scope(void)
{
    static const struct cell income = {.as.i = 5000000, .kind = RULE_MONEY}, adult = {.as.i = 18, .kind = RULE_INT};
    static const struct cell launch = {.as.i = 13057, .kind = RULE_DATE}, on = {.as.b = 1, .kind = RULE_BOOL};
    static const struct cell school = {.as.text = {"university", 10}, .kind = RULE_STRING};
    static const struct cell half = {.as.d = 0.5, .kind = RULE_DOUBLE};
    static const struct cell schools[] = {{.as.text = {"university", 10}, .kind = RULE_STRING},
                                          {.as.text = {"graduate", 8}, .kind = RULE_STRING}};
    static const struct cell wrong[] = {{.as.text = {"univercity", 10}, .kind = RULE_STRING}};
    static const struct cell ages[] = {{.as.i = 18, .kind = RULE_INT}, {.as.i = 41, .kind = RULE_INT}, {.as.i = 65, .kind = RULE_INT}};
    static const struct cell downwards[] = {{.as.i = 5, .kind = RULE_INT}, {.as.i = 3, .kind = RULE_INT}};
    struct rule_scope *scope = sample_scope();
    rule_scope_set_calendar(scope, calendar);
    rule_scope_set_rates(scope, exchange);
    ck_assert(rule_scope_add_quantiles(scope, limits) && rule_scope_add_quantiles(scope, rates));
    ck_assert(!rule_scope_add_quantiles(scope, rates));
    ck_assert(rule_scope_add_mapping(scope, scenes) && rule_scope_add_mapping(scope, bands));
    ck_assert(!rule_scope_add_mapping(scope, bands));
    ck_assert(rule_scope_add_constant(scope, "vip_income", &income) && rule_scope_add_constant(scope, "adult", &adult));
    ck_assert(rule_scope_add_constant(scope, "launch", &launch) && rule_scope_add_constant(scope, "on", &on));
    ck_assert(rule_scope_add_constant(scope, "school", &school) && rule_scope_add_constant(scope, "half", &half));
    ck_assert(rule_scope_add_list(scope, "schools", RULE_STRING, schools, 2) && rule_scope_add_list(scope, "wrong", RULE_STRING, wrong, 1));
    ck_assert(rule_scope_add_list(scope, "ages", RULE_INT, ages, 3) && rule_scope_add_list(scope, "downwards", RULE_INT, downwards, 2));
    ck_assert(!rule_scope_add_constant(scope, "age", &adult) && !rule_scope_add_list(scope, "adult", RULE_INT, ages, 3));
    return scope;
}

/* As value_of(), over the domain's scope, with the explanation asked as well. */
static const char *
domain_value(const char *text, const char **warning)
{
    static char answer[4096], warned[1024];
    struct rule_scope *scope = domain_scope();
    struct sample sample;
    struct error_list errors = {0}, warnings = {0};
    sample_fill(&sample);
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, &warnings);
    snprintf(warned, sizeof warned, "%s", warnings.first == NULL ? "" : cstm_error_message(warnings.first));
    if (warning != NULL)
        *warning = warned;
    error_list_clear(&warnings);
    if (program == NULL) {
        snprintf(answer, sizeof answer, "! %s", cstm_error_message(errors.first));
        error_list_clear(&errors);
        rule_scope_free(scope);
        return answer;
    }
    struct rule_text one[2], many[SAMPLE_ROWS];
    uint8_t one_state[1], many_states[SAMPLE_ROWS];
    struct rule_column single = {.as.any = one, .states = one_state}, vector = {.as.any = many, .states = many_states};
    struct rule_explanation explanation = {0};
    enum rule_kind kind = rule_program_kind(program);
    size_t width = kind == RULE_BOOL ? 1 : kind == RULE_STRING ? sizeof(struct rule_text) : 8;
    char *scratch = malloc(rule_scratch_size(program, SAMPLE_ROWS) + 16);
    rule_run(program, sample.inputs, SAMPLE_ROWS, scratch, &vector);
    char *last = many_states[SAMPLE_ROWS - 1] != 0 ? NULL : rule_print(scope, kind, (char *) many + (SAMPLE_ROWS - 1) * width);
    rule_run(program, sample.inputs, 1, scratch, &single);
    char *alone = one_state[0] != 0 ? NULL : rule_print(scope, kind, one);
    ck_assert_int_eq(rule_explain(program, sample.inputs, 0, &explanation, NULL), CSTM_OK);
    ck_assert_msg(one_state[0] == many_states[SAMPLE_ROWS - 1] && explanation.nodes[0].state == one_state[0], "%s: state", text);
    ck_assert_msg(alone == NULL || (strcmp(alone, last) == 0 && strcmp(alone, explanation.nodes[0].value) == 0), "%s: %s, %s, %s",
                  text, alone, last, explanation.nodes[0].value);
    snprintf(answer, sizeof answer, "%s", alone == NULL ? cstm_status_name(one_state[0]) + strlen("CSTM_ERROR_") : alone);
    rule_explanation_clear(&explanation);
    free(alone);
    free(last);
    free(scratch);
    rule_program_unref(program);
    rule_scope_free(scope);
    return answer;
}

static void
check_domain(const struct value_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = domain_value(cases[i].text, NULL);
        ck_assert_msg(strcmp(value, cases[i].value) == 0, "%s is %s, expected %s", cases[i].text, value, cases[i].value);
    }
}
#define CHECK_DOMAIN(cases) check_domain(cases, sizeof cases / sizeof cases[0])

/* opened is 2003-04-01, seen is 2005-10-01 00:30 in Taipei. */
START_TEST(dates_and_times_are_taken_apart_as_people_count)
{
    static const struct value_case cases[] = {
        {"year_of(opened)", "2003"}, {"month_of(opened)", "4"}, {"day_of(opened)", "1"}, {"quarter_of(opened)", "2"},
        {"weekday_of(opened)", "2"}, {"year_of(seen)", "2005"}, {"month_of(seen)", "10"}, {"day_of(seen)", "1"},
        {"quarter_of(seen)", "4"}, {"weekday_of(seen)", "6"}, {"start_of_month(seen)", "2005-10-01"},
        {"end_of_month(seen)", "2005-10-31"}, {"end_of_month(date('2004-02-10'))", "2004-02-29"},
        {"end_of_month(date('1900-02-01'))", "1900-02-28"}, {"end_of_month(date('9999-12-31'))", "9999-12-31"},
        {"start_of_month(date('0001-01-31'))", "0001-01-01"}, {"weekday_of(date('2024-02-04'))", "7"},
        {"quarter_of(date('2024-03-31'))", "1"}, {"quarter_of(date('2024-12-01'))", "4"}, {"date(seen)", "2005-10-01"},
        {"month_of(idle == 1 ? opened : opened)", "MISSING"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

START_TEST(days_and_months_are_counted_and_added)
{
    static const struct value_case cases[] = {
        {"days_between(opened, seen)", "914"}, {"days_between(seen, opened)", "-914"}, {"days_between(opened, opened)", "0"},
        {"days_between(seen, seen)", "0"}, {"days_between(date('0001-01-01'), date('9999-12-31'))", "3652058"},
        {"months_between(opened, seen)", "30"}, {"months_between(seen, opened)", "-30"},
        {"months_between(date('2024-01-31'), date('2024-02-28'))", "0"},
        {"months_between(date('2024-01-31'), date('2024-02-29'))", "1"},
        {"months_between(date('2024-02-29'), date('2024-03-28'))", "0"},
        {"months_between(date('2024-02-29'), date('2024-03-29'))", "1"},
        {"months_between(date('0001-01-01'), date('9999-12-31'))", "119987"},
        {"add_days(opened, 914)", "2005-10-01"}, {"add_days(seen, -914)", "2003-04-01"},
        {"add_days(date('9999-12-31'), 1)", "RANGE"}, {"add_days(opened, 9223372036854775807)", "RANGE"},
        {"add_days(date('0001-01-01'), -1)", "RANGE"},
        {"add_months(date('2024-01-31'), 1)", "2024-02-29"}, {"add_months(date('2023-01-31'), 1)", "2023-02-28"},
        {"add_months(seen, -6)", "2005-04-01"}, {"add_months(date('0001-01-31'), -1)", "RANGE"},
        {"add_months(date('9999-12-01'), 1)", "RANGE"}, {"add_months(opened, -9223372036854775807 - 1)", "RANGE"},
        {"add_months(date('0001-01-31'), 119987)", "9999-12-31"}, {"add_months(date('9999-12-31'), -119987)", "0001-01-31"},
        {"add_days(opened, idle)", "MISSING"}, {"add_days(opened, 1.0)", "! 1:1: 'add_days' does not take date and double"
         "; write double(...); it takes date and int, or timestamp and int"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

/* Civil Code of the People's Republic of China, article 202, and of Taiwan, article 121: where the last month has no such day, the
 * period ends with the month. */
START_TEST(age_is_counted_in_whole_years_as_the_law_does)
{
    static const struct value_case cases[] = {
        {"age_on(opened, seen)", "2"}, {"age_on(date('1987-10-01'), seen)", "18"}, {"age_on(date('1987-10-02'), seen)", "17"},
        {"age_on(date('1988-02-29'), date('2005-02-28'))", "17"}, {"age_on(date('1988-02-29'), date('2005-02-27'))", "16"},
        {"age_on(date('1988-02-29'), date('2008-02-28'))", "19"}, {"age_on(date('1988-02-29'), date('2008-02-29'))", "20"},
        {"age_on(date('1988-02-28'), date('2008-02-28'))", "20"}, {"age_on(date('1988-03-01'), date('2008-02-29'))", "19"},
        {"age_on(opened, opened)", "0"}, {"age_on(seen, opened)", "RANGE"}, {"age_on(seen, seen)", "0"},
        {"age_on(opened, seen) >= adult", "false"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

START_TEST(whole_months_are_the_most_that_have_passed)
{
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_add(scope, "a", RULE_DATE, 0, NULL, 0) && rule_scope_add(scope, "b", RULE_DATE, 1, NULL, 0));
    struct rule_program *program = rule_compile("months_between(a, b)", 20, scope, RULE_INT, NULL, &(struct error_list){0}, NULL);
    static int64_t as[1000], bs[1000], months[1000];
    static uint8_t states[1000];
    struct rule_column inputs[2] = {{.kind = RULE_DATE, .as.int64s = as}, {.kind = RULE_DATE, .as.int64s = bs}};
    struct rule_column result = {.as.int64s = months, .states = states};
    uint64_t random = 7;
    for (int i = 0; i < 1000; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        as[i] = day("1950-01-01") + (int64_t) ((random >> 33) % 30000);
        bs[i] = as[i] + (int64_t) ((random >> 20) % 2000);
    }
    void *scratch = malloc(rule_scratch_size(program, 1000) + 16);
    rule_run(program, inputs, 1000, scratch, &result);
    for (int i = 0; i < 1000; i++) {
        int32_t n = 0;
        while (civil_month_shift((int32_t) as[i], n + 1) <= bs[i])
            n++;
        ck_assert_msg(states[i] == 0 && months[i] == n, "%lld to %lld: %lld, not %d", (long long) as[i], (long long) bs[i],
                      (long long) months[i], n);
    }
    free(scratch);
    rule_program_unref(program);
    rule_scope_free(scope);
}
END_TEST

START_TEST(the_calendar_says_which_days_are_worked)
{
    static const struct value_case cases[] = {
        {"is_holiday(date('2024-02-12'))", "true"}, {"is_holiday(date('2024-02-18'))", "false"},
        {"is_workday(date('2024-02-18'))", "true"}, {"is_workday(date('2024-02-24'))", "false"},
        {"is_workday(timestamp('2024-02-17T16:30:00Z'))", "true"},     /* 00:30 of the 18th in Taipei */
        {"is_holiday(timestamp('2024-02-17T16:30:00Z'))", "false"}, {"is_holiday(timestamp('2024-02-16T16:30:00Z'))", "true"},
        {"holiday_name(date('2024-02-12'))", "'\xe6\x98\xa5\xe8\x8a\x82'"}, {"holiday_name(date('2024-02-18'))", "''"},
        {"next_workday(date('2024-02-09'))", "2024-02-18"}, {"next_workday(timestamp('2024-02-09T01:00:00Z'))", "2024-02-18"},
        {"workdays_between(date('2024-01-31'), date('2024-02-29'))", "18"},
        {"workdays_between(timestamp('2024-01-31T00:00:00Z'), date('2024-02-29'))", "18"},
        {"workdays_between(date('2024-02-29'), timestamp('2024-01-31T00:00:00Z'))", "-18"},
        {"workdays_between(timestamp('2024-01-31T00:00:00Z'), timestamp('2024-02-29T00:00:00Z'))", "18"},
        {"is_workday(opened)", "RANGE"}, {"is_holiday(seen)", "RANGE"}, {"holiday_name(opened)", "RANGE"},
        {"next_workday(date('2025-12-31'))", "RANGE"}, {"workdays_between(opened, date('2024-01-31'))", "RANGE"},
        {"active || is_workday(opened)", "true"}, {"[date('2024-02-12')].exists(d, is_holiday(d))", "true"},
        {"[1, 2].map(n, add_days(date('2024-02-11'), n)).all(d, is_holiday(d))", "true"},
        {"is_workday(dyn(opened))", "! 1:1: 'is_workday' takes operands of known types; convert what is dyn"},
        {"is_workday(age)", "! 1:1: 'is_workday' does not take int; it takes date, or timestamp"},
        {"is_holyday(opened)", "! 1:1: unknown function 'is_holyday', did you mean 'is_holiday'?"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

START_TEST(without_a_calendar_its_functions_do_not_compile)
{
    static const struct value_case cases[] = {
        {"is_workday(opened)", "! 1:1: 'is_workday' asks a calendar, and none is named: a strategy names one with 'calendar:'"},
        {"is_holiday(seen)", "! 1:1: 'is_holiday' asks a calendar, and none is named: a strategy names one with 'calendar:'"},
        {"quantile(limit, opened, 'limit')", "! 1:25: unknown quantile table 'limit'; a strategy names them with 'quantiles:'"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(buckets_end_with_their_edge)
{
    static const struct value_case cases[] = {
        {"bucket(age, [18, 41, 65])", "1"}, {"bucket(age, [18, 40, 65])", "2"}, {"bucket(age, [41])", "0"}, {"bucket(age, [40])", "1"},
        {"bucket(age, ages)", "1"}, {"bucket(age + 1, ages)", "2"}, {"bucket(-9223372036854775807, [0])", "0"},
        {"bucket(age, [1,2,3,4,5,6,7,8,9,10,11,12,13,41,42])", "13"}, {"bucket(age, [1,2,3,4,5,6,7,8,9,10,11,12,13,40,42])", "14"},
        {"bucket(rate, [0.5, 2.5, 3.0])", "1"}, {"bucket(rate, [0, 2, 3])", "2"}, {"bucket(rate, [half, 2.4])", "2"},
        {"bucket(rate, [1,2,3,4,5,6,7,8,9,10,11,12,13.5])", "2"}, {"bucket(0.0 / 0.0 * rate, [1.0])", "NOT_FINITE"},
        {"bucket(limit, [money('1000'), money('8000'), vip_income])", "1"}, {"bucket(opened, [date('2003-03-31'), launch])", "1"},
        {"bucket(seen, [timestamp('2005-09-30T16:30:00Z')])", "0"}, {"bucket(seen - seen, [duration('-1s'), duration('1s')])", "1"},
        {"bucket(idle, [1, 2])", "MISSING"}, {"[10, 20, 70].map(n, bucket(n, ages)) == [0, 1, 3]", "true"},
        {"bucket(41, ages)", "1"},
        {"bucket(age, [18, 18])", "! 1:18: the edges of buckets ascend, edge 2 is not above the one before it"},
        {"bucket(age, downwards)", "! 1:13: the edges of buckets ascend, edge 2 is not above the one before it"},
        {"bucket(age, [])", "! 1:13: buckets have at least one edge"},
        {"bucket(age, [age])", "! 1:14: an edge of a bucket must be a constant"},
        {"bucket(age, [1, 2.5])", "! 1:17: the value is int, this edge is double"},
        {"bucket(limit, ages)", "! 1:15: the value is money, this edge is int"},
        {"bucket(rate, [1.0, double('inf')])", "! 1:20: an edge of a bucket must be a finite number"},
        {"bucket(dyn(age), [1])", "! 1:1: 'bucket' takes operands of known types; convert what is dyn"},
        {"bucket(age, active ? [1] : [2])", "! 1:13: the edges of buckets are a list of constants, or the name of one"},
        {"bucket(city, ['a'])", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *value = domain_value(cases[i].text, NULL);
        if (cases[i].value == NULL)
            ck_assert_msg(value[0] == '!', "%s is %s", cases[i].text, value);
        else
            ck_assert_msg(strcmp(value, cases[i].value) == 0, "%s is %s, expected %s", cases[i].text, value, cases[i].value);
    }
}
END_TEST

/* Of the limits 1000, 3000, 3000 and 5000 at the end of September, and 5000 twice at the end of December. */
START_TEST(quantiles_and_ranks_are_those_of_the_latest_table_known_then)
{
    static const struct value_case cases[] = {
        {"quantile(limit, date('2005-09-30'), 'limit')", "1.0"}, {"quantile(money('3000'), date('2005-10-01'), 'limit')", "0.75"},
        {"quantile(money('2999.99'), date('2005-10-01'), 'limit')", "0.25"}, {"quantile(money('0'), date('2005-10-01'), 'limit')", "0.0"},
        {"rank_of(money('5000'), date('2005-10-01'), 'limit')", "1"}, {"rank_of(money('3000'), date('2005-10-01'), 'limit')", "2"},
        {"rank_of(money('1000'), date('2005-10-01'), 'limit')", "4"}, {"rank_of(money('1'), date('2005-10-01'), 'limit')", "5"},
        {"rank_of(limit, date('2005-10-01'), 'limit')", "1"}, {"rank_of(money('4999'), date('2005-12-31'), 'limit')", "3"},
        {"quantile(money('3000'), date('2005-12-30'), 'limit')", "0.75"}, {"quantile(money('3000'), date('2005-12-31'), 'limit')", "0.0"},
        {"quantile(limit, date('2005-09-29'), 'limit')", "MISSING"}, {"rank_of(limit, date('0001-01-01'), 'limit')", "MISSING"},
        {"quantile(limit, date(seen), 'limit')", "1.0"}, {"quantile(rate, date(seen), 'rate')", "1.0"},
        {"quantile(1.0, launch, 'rate')", "0.75"}, {"rank_of(0.5, launch, 'rate')", "2"},
        {"quantile(0.0 / 0.0, launch, 'rate')", "NOT_FINITE"}, {"quantile(limit, opened, 'limit') >= 0.5 || active", "true"},
        {"[money('1000'), money('3000')].map(m, rank_of(m, launch, 'limit')) == [4, 2]", "true"},
        {"quantile(age, launch, 'limit')", "! 1:10: the quantile table 'limit' is of money, this is int"},
        {"quantile(limit, launch, 'limits')", "! 1:25: unknown quantile table 'limits', did you mean 'limit'?"},
        {"quantile(limit, launch, city)", "! 1:25: a quantile table is named by a literal text"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

START_TEST(codes_have_the_categories_of_their_mapping)
{
    static const struct value_case cases[] = {
        {"category_of('5811', 'scene')", "'dining'"}, {"category_of('5814', 'scene')", "'dining'"}, {"category_of('5815', 'scene')", "MISSING"},
        {"category_of('0742', 'scene')", "'farming'"}, {"category_of('742', 'scene')", "MISSING"}, {"category_of('05811', 'scene')", "MISSING"},
        {"category_of('58', 'scene')", "'farming'"}, {"category_of('R1', 'scene')", "'dining'"}, {"category_of('R', 'scene')", "MISSING"},
        {"category_of('', 'scene')", "'farming'"}, {"category_of('5811 ', 'scene')", "MISSING"},
        {"category_of('58' + '12', 'scene') == 'dining'", "true"}, {"category_of('5815', 'scene') == 'dining' || active", "true"},
        {"category_of('123456789012345678901', 'scene')", "MISSING"},
        {"category_of(age, 'band')", "'old'"}, {"category_of(age - 1, 'band')", "'young'"}, {"category_of(-9223372036854775807, 'band')", "'young'"},
        {"category_of(idle, 'band')", "MISSING"}, {"category_of(17, 'band') + category_of(9999, 'band')", "'youngold'"},
        {"['5811', '0742'].map(c, category_of(c, 'scene')) == ['dining', 'farming']", "true"},
        {"category_of('5811', 'scene') in ['dining', 'farming']", "true"},
        {"category_of(age, 'scene')", "! 1:13: the mapping 'scene' is of codes that are string, this is int"},
        {"category_of(city, 'scenes')", "! 1:19: unknown mapping 'scenes', did you mean 'scene'?"},
        {"category_of(city, city)", "! 1:19: a mapping is named by a literal text"},
        {"category_of(city, 'scene') == 'dinning'", "! 1:31: 'dinning' is no value of 'scene', did you mean 'dining'?"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

START_TEST(a_mapping_is_known_by_what_it_says)
{
    struct digest digests[3];
    for (int i = 0; i < 3; i++) {
        struct mapping *made = mapping_new("m", RULE_INT);
        ck_assert_int_eq(mapping_category(made, i == 1 ? "b" : "a", 1), 0);
        ck_assert_int_eq(mapping_category(made, i == 1 ? "a" : "b", 1), 1);
        /* 1 to 4 are a and 9 is b, said in one way, in another, and with 5. */
        ck_assert(i == 1 ? mapping_add_range(made, 0, 9, 9, 0) && mapping_add_range(made, 0, 3, 4, 1) && mapping_add_range(made, 0, 1, 2, 1)
                         : mapping_add_range(made, 0, 1, i == 0 ? 4 : 5, 0) && mapping_add_range(made, 0, 9, 9, 1));
        mapping_close(made);
        ck_assert(mapping_digest(made, &digests[i]));
        mapping_unref(made);
    }
    ck_assert_int_eq(memcmp(&digests[0], &digests[1], sizeof digests[0]), 0);
    ck_assert_int_ne(memcmp(&digests[0], &digests[2], sizeof digests[0]), 0);
}
END_TEST

START_TEST(tables_that_do_not_ascend_are_refused)
{
    static const int64_t up[] = {1, 2}, down[] = {2, 1}, counts[] = {1, 2}, same[] = {2, 2}, none[] = {0, 1};
    static const double odd[] = {1.0, __builtin_inf()};
    struct quantiles *made = quantiles_new("x", RULE_INT), *doubles = quantiles_new("x", RULE_DOUBLE);
    ck_assert_int_eq(quantiles_add(made, 5, down, counts, 2), CSTM_ERROR_RANGE);
    ck_assert_int_eq(quantiles_add(made, 5, up, same, 2), CSTM_ERROR_RANGE);
    ck_assert_int_eq(quantiles_add(made, 5, up, none, 2), CSTM_ERROR_RANGE);
    ck_assert_int_eq(quantiles_add(made, 5, up, counts, 0), CSTM_ERROR_RANGE);
    ck_assert_int_eq(quantiles_add(made, 5, up, counts, 2), CSTM_OK);
    ck_assert_int_eq(quantiles_add(made, 5, up, counts, 2), CSTM_ERROR_RANGE);
    ck_assert_int_eq(quantiles_add(doubles, 5, odd, counts, 2), CSTM_ERROR_RANGE);
    ck_assert_int_eq(quantiles_count(made), 1);
    quantiles_unref(made);
    quantiles_unref(doubles);
}
END_TEST

START_TEST(a_constant_is_the_value_that_it_stands_for)
{
    static const struct value_case cases[] = {
        {"vip_income", "50000.00"}, {"limit < vip_income", "true"}, {"age >= adult", "true"}, {"opened < launch", "true"},
        {"education == school", "true"}, {"education in schools", "true"}, {"!(education in schools)", "false"}, {"age in ages", "true"},
        {"rate in ages", "false"}, {"size(schools)", "2"}, {"schools.size()", "2"}, {"schools[0] == education", "true"},
        {"ages.exists(n, n > age)", "true"}, {"adult + 1", "19"}, {"rate * half", "1.25"}, {"school.startsWith('uni')", "true"},
        {"education in wrong", "! 1:14: 'univercity' is no value of 'education', did you mean 'university'?"},
        {"has(adult)", "! 1:5: 'adult' is a constant and always there"}, {"has(ages)", "! 1:5: 'ages' is a list and always there"},
        {"age >= school", "! 1:5: '>=' does not take int and string"},
        {"age > adlt", "! 1:7: unknown name 'adlt', did you mean 'adult'?"},
        {"ages.map(adult, adult) == ages", "true"},      /* a macro's variable hides it */
        {"limit in schools", "! 1:10: the list is searched for money, this element is string"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

START_TEST(rules_over_constants_are_folded_and_warned_about)
{
    static const struct value_case cases[] = {
        {"adult > 20", "the expression is always false"}, {"active && on", "this operand is always true"},
        {"age > adult", ""}, {"on", ""}, {"opened < launch", ""}, {"20 in ages && active", "this operand is always false"},
        {"is_workday(date('2026-01-01'))", "this always fails: CSTM_ERROR_RANGE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *warning;
        domain_value(cases[i].text, &warning);
        ck_assert_msg(strstr(warning, cases[i].value) != NULL && (cases[i].value[0] != 0 || warning[0] == 0), "%s: %s", cases[i].text,
                      warning);
    }
}
END_TEST

static struct digest
digest(struct rule_scope *scope, const char *text)
{
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &(struct error_list){0}, NULL);
    ck_assert_msg(program != NULL, "%s", text);
    struct digest found = rule_program_digest(program);
    rule_program_unref(program);
    return found;
}

START_TEST(a_rule_is_the_same_by_any_name_for_the_value)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"age >= adult", "age >= 18", true},   {"age in ages", "age in [18, 41, 65]", true}, {"age in ages", "age in [18, 41]", false},
        {"opened < launch", "opened < date('2005-10-01')", false},   /* one is a call, one a value */
        {"bucket(age, ages)", "bucket(age, [18, 41, 65])", true}, {"bucket(age, [18])", "bucket(age, [19])", false},
        {"is_workday(opened)", "is_workday(opened)", true}, {"is_workday(opened)", "is_workday(seen)", false},
        {"quantile(limit, opened, 'limit')", "quantile(limit, opened, 'limit')", true},
    };
    struct rule_scope *scope = domain_scope();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct digest a = digest(scope, cases[i].a), b = digest(scope, cases[i].b);
        ck_assert_msg((memcmp(&a, &b, sizeof a) == 0) == cases[i].same, "%s and %s", cases[i].a, cases[i].b);
    }
    struct calendar *other = calendar_new("tw", 2000, 2030);
    calendar_close(other);
    struct digest a = digest(scope, "is_workday(opened)");
    rule_scope_set_calendar(scope, other);
    struct digest b = digest(scope, "is_workday(opened)");
    ck_assert_mem_ne(&a, &b, sizeof a);
    rule_scope_free(scope);
    calendar_unref(other);
}
END_TEST

/* Rows of which some are values and some are not, many and alone, over vectors that have states. */
START_TEST(rows_of_a_vector_come_to_what_they_are_alone)
{
    static const char *const texts[] = {
        "months_between(a, b)", "age_on(a, b)", "end_of_month(a)", "add_months(a, n)", "add_days(t, n)", "days_between(t, b)",
        "workdays_between(a, t)", "next_workday(b)", "bucket(n, [1, 5, 9])", "rank_of(n, b, 'n')", "is_workday(t) ? month_of(t) : n",
    };
    enum { ROWS = 200 };
    static const int64_t points[] = {1, 4, 9}, counts[] = {10, 20, 30};
    static int64_t a[ROWS], b[ROWS], t[ROWS], n[ROWS], many[ROWS], one[2];
    static uint8_t states[ROWS], result_states[ROWS], one_state[1];
    struct quantiles *table = quantiles_new("n", RULE_INT);
    ck_assert_int_eq(quantiles_add(table, day("2024-06-01"), points, counts, 3), CSTM_OK);
    struct rule_scope *scope = rule_scope_new("Asia/Taipei", "");
    rule_scope_set_calendar(scope, calendar);
    rule_scope_add_quantiles(scope, table);
    rule_scope_add(scope, "a", RULE_DATE, 0, NULL, 0);
    rule_scope_add(scope, "b", RULE_DATE, 1, NULL, 0);
    rule_scope_add(scope, "t", RULE_TIMESTAMP, 2, NULL, 0);
    rule_scope_add(scope, "n", RULE_INT, 3, NULL, 0);
    uint64_t random = 11;
    for (int i = 0; i < ROWS; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        a[i] = day("2023-12-01") + (int64_t) ((random >> 33) % 800);
        b[i] = day("2023-12-01") + (int64_t) ((random >> 43) % 800);
        t[i] = (a[i] + 3) * CIVIL_MICROS_PER_DAY + (int64_t) (random >> 24) % CIVIL_MICROS_PER_DAY;
        n[i] = i % 17 == 0 ? INT64_MAX : (int64_t) ((random >> 50) % 12);
        states[i] = i % 5 == 0 ? CSTM_ERROR_MISSING : 0;
    }
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        struct error_list errors = {0};
        struct rule_program *program = rule_compile(texts[k], strlen(texts[k]), scope, RULE_DYN, NULL, &errors, NULL);
        ck_assert_msg(program != NULL, "%s: %s", texts[k], errors.first == NULL ? "" : cstm_error_message(errors.first));
        void *scratch = malloc(rule_scratch_size(program, ROWS) + 16);
        struct rule_column inputs[4] = {{.kind = RULE_DATE, .as.int64s = a, .states = states}, {.kind = RULE_DATE, .as.int64s = b},
                                        {.kind = RULE_TIMESTAMP, .as.int64s = t}, {.kind = RULE_INT, .as.int64s = n}};
        rule_run(program, inputs, ROWS, scratch, &(struct rule_column){.as.int64s = many, .states = result_states});
        for (int i = 0; i < ROWS; i++) {
            struct rule_column row[4] = {{.kind = RULE_DATE, .as.int64s = &a[i], .states = &states[i]}, {.kind = RULE_DATE, .as.int64s = &b[i]},
                                         {.kind = RULE_TIMESTAMP, .as.int64s = &t[i]}, {.kind = RULE_INT, .as.int64s = &n[i]}};
            rule_run(program, row, 1, scratch, &(struct rule_column){.as.int64s = one, .states = one_state});
            ck_assert_msg(one_state[0] == result_states[i] && (one_state[0] != 0 || one[0] == many[i]), "%s, row %d: %d %lld, %d %lld",
                          texts[k], i, one_state[0], (long long) one[0], result_states[i], (long long) many[i]);
        }
        free(scratch);
        rule_program_unref(program);
    }
    rule_scope_free(scope);
    quantiles_unref(table);
}
END_TEST

/* Shanghai to Beijing: 1067.31 km (sphere_cases.h of base has it in 80 digits). */
START_TEST(places_have_distances_and_cells)
{
    static const struct value_case cases[] = {
        {"distance_km(31.2304, 121.4737, 39.9042, 116.4074) > 1067.3", "true"},
        {"distance_km(31.2304, 121.4737, 39.9042, 116.4074) < 1067.32", "true"},
        {"distance_km(rate, rate, rate, rate)", "0.0"}, {"distance_km(90.0, rate, 90.0, -rate)", "0.0"},
        {"distance_km(rate, 180.0, rate, -180.0)", "0.0"},
        {"distance_km(rate, 0.0, rate, 1.0) == distance_km(rate, 1.0, rate, 0.0)", "true"},
        {"distance_km(90.01, rate, 0.0, 0.0)", "RANGE"}, {"distance_km(0.0, 0.0, rate, -180.5)", "RANGE"},
        {"distance_km(0.0, 0.0, 0.0 / 0.0 * rate, 0.0)", "RANGE"}, {"distance_km(0.0, rate / 0.0, 0.0, 0.0)", "RANGE"},
        {"distance_km(double(idle), rate, 0.0, 0.0)", "MISSING"}, {"distance_km(rate, rate, 0.0, double(idle))", "MISSING"},
        {"distance_km(100.0, rate, 0.0, double(idle))", "MISSING"},
        {"[1.0, 2.0].all(x, distance_km(x, 0.0, 0.0, 0.0) < 250.0)", "true"}, {"distance_km(dyn(rate), 2.5, 2.5, dyn(rate))", "0.0"},
        {"distance_km(1.0, 1.0, 1.0, 1)", "! 1:1: 'distance_km' does not take double, double, double and int"
         "; it takes double, double, double and double"},
        {"place_cell(31.2304, 121.4737, 2)", "1212330147"}, {"place_cell(rate, rate * -1.0, 1)", "9251775"},
        {"place_cell(31.2304, 121.4737, age - 39)", "1212330147"}, {"place_cell(rate, rate, 7)", "RANGE"},
        {"place_cell(rate, rate, -1)", "RANGE"}, {"place_cell(rate + 88.0, rate, 2)", "RANGE"}, {"place_cell(rate, rate, idle)", "MISSING"},
    };
    CHECK_DOMAIN(cases);
}
END_TEST

/* On 29 and 30 September a dollar is 33.19, 100 yen are 29.2, a dinar (of 1000 fils) 112.5; on 1 October, which seen is in Taipei, a dollar
 * is 33.5, a yuan 0.005. */
START_TEST(amounts_are_converted_by_the_latest_rate_and_rounded_once)
{
    static const struct value_case cases[] = {
        {"convert(limit, 'USD', date('2005-09-30'))", "265520.00"}, {"convert(limit, 'USD', seen)", "268000.00"},
        {"convert(limit, 'USD', timestamp('2005-09-30T15:30:00Z'))", "265520.00"}, {"convert('12.34', 'USD', date('2005-09-29'))", "409.56"},
        {"convert(1234, 'USD', date('2005-09-29'))", "409.56"}, {"convert(1000, 'JPY', date('2005-09-30'))", "292.00"},
        {"convert(money('1000'), 'JPY', date('2005-09-30'))", "292.00"}, {"convert('0.5', 'JPY', date('2005-09-30'))", "0.15"},
        {"convert(1, 'KWD', date('2005-09-30'))", "0.11"}, {"convert(1001, 'KWD', date('2005-09-30'))", "112.61"},
        {"convert(100, 'CNY', seen)", "0.00"}, {"convert(300, 'CNY', seen)", "0.02"}, {"convert(500, 'CNY', seen)", "0.02"},   /* halves to even */
        {"convert(-300, 'CNY', seen)", "-0.02"}, {"convert('1.00000001', 'CNY', seen)", "0.01"}, {"convert('-00.999', 'CNY', seen)", "0.00"},
        {"convert(limit, 'TWD', opened)", "8000.00"}, {"convert('1.005', 'TWD', opened)", "1.00"}, {"convert('+1.015', 'TWD', opened)", "1.02"},
        {"convert(150, 'TWD', opened)", "1.50"}, {"convert('1.000000000000000000000', 'TWD', opened)", "1.00"},
        {"convert(limit, 'JPY', seen)", "RANGE"}, {"convert(limit, 'EUR', seen)", "RANGE"}, {"convert(limit, city, seen)", "RANGE"},
        {"convert(limit, 'USD', date('2005-09-28'))", "RANGE"}, {"convert(limit, 'USD', date('2005-10-11'))", "268000.00"},
        {"convert(limit, 'USD', date('2005-10-12'))", "RANGE"}, {"convert(limit, city == 'x' ? '' : 'usd', seen)", "RANGE"},
        {"convert(9223372036854775807, 'USD', seen)", "RANGE"}, {"convert(9223372036854775807, 'TWD', seen)", "92233720368547758.07"},
        {"convert('92233720368547758.08', 'TWD', seen)", "RANGE"}, {"convert('9223372036854775807', 'TWD', seen)", "RANGE"},
        {"convert('1e3', 'USD', seen)", "SYNTAX"}, {"convert('', 'USD', seen)", "SYNTAX"}, {"convert('-', 'USD', seen)", "SYNTAX"},
        {"convert('1.', 'USD', seen)", "SYNTAX"}, {"convert(city, 'USD', seen)", "SYNTAX"}, {"convert('1,000', 'USD', seen)", "SYNTAX"},
        {"convert('0.0000000000000000001', 'USD', seen)", "RANGE"}, {"convert(idle, 'USD', seen)", "MISSING"},
        {"['USD', 'CNY'].all(c, convert(limit, c, seen) > money('0'))", "true"},
        {"convert(limit, 'UDS', seen)", "! 1:16: 'UDS' is no currency with a minor unit (ISO 4217)"},
        {"convert(rate, 'USD', seen)", "! 1:1: 'convert' does not take double, string and timestamp"},
        {"convert(dyn(limit), 'USD', seen)", "! 1:1: 'convert' takes operands of known types; convert what is dyn"},
    };
    static const struct value_case without[] = {
        {"convert(limit, 'USD', seen)", "! 1:1: 'convert' asks a table of rates, and none is named: a strategy names one with 'rates:'"},
    };
    CHECK_DOMAIN(cases);
    CHECK_VALUES(without);
}
END_TEST

START_TEST(rates_out_of_bounds_are_refused)
{
    const struct currency *usd = currency_find("USD", 3);
    struct rates *made = rates_new("x", currency_find("CNY", 3), -1);
    ck_assert_int_eq(rates_begin(made, 5), CSTM_OK);
    ck_assert_int_eq(rates_begin(made, 5), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, currency_find("CNY", 3), 1, 0, 1), CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(rates_add(made, usd, 0, 0, 1), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, usd, -1, 0, 1), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, usd, INT64_C(1000000000000000000), 0, 1), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, usd, 1, 13, 1), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, usd, 1, 0, 0), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, usd, 1, 0, 1000001), CSTM_ERROR_RANGE);
    ck_assert_int_eq(rates_add(made, usd, INT64_C(999999999999999999), 12, 1000000), CSTM_OK);
    ck_assert_int_eq(rates_add(made, usd, 1, 0, 1), CSTM_ERROR_DUPLICATE);
    int64_t minor;      /* the widest numbers that meet: 2^63 times 10^18, over 10^(18 + 12 - 2 + 6) */
    const struct rule_text code = {"USD", 3};
    ck_assert_int_eq(rates_convert(made, INT64_MAX, 18, code, 5, &minor), 0);
    ck_assert_int_eq(minor, 922);      /* 9.22... at 0.999999... yuan: cut nowhere before the cent */
    ck_assert_int_eq(rates_convert(made, INT64_MIN, 0, code, 4, &minor), CSTM_ERROR_RANGE);
    rates_unref(made);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, dates_and_times_are_taken_apart_as_people_count);
    tcase_add_test(tests, days_and_months_are_counted_and_added);
    tcase_add_test(tests, age_is_counted_in_whole_years_as_the_law_does);
    tcase_add_test(tests, whole_months_are_the_most_that_have_passed);
    tcase_add_test(tests, the_calendar_says_which_days_are_worked);
    tcase_add_test(tests, without_a_calendar_its_functions_do_not_compile);
    tcase_add_test(tests, buckets_end_with_their_edge);
    tcase_add_test(tests, quantiles_and_ranks_are_those_of_the_latest_table_known_then);
    tcase_add_test(tests, codes_have_the_categories_of_their_mapping);
    tcase_add_test(tests, a_mapping_is_known_by_what_it_says);
    tcase_add_test(tests, tables_that_do_not_ascend_are_refused);
    tcase_add_test(tests, a_constant_is_the_value_that_it_stands_for);
    tcase_add_test(tests, rules_over_constants_are_folded_and_warned_about);
    tcase_add_test(tests, a_rule_is_the_same_by_any_name_for_the_value);
    tcase_add_test(tests, rows_of_a_vector_come_to_what_they_are_alone);
    tcase_add_test(tests, places_have_distances_and_cells);
    tcase_add_test(tests, amounts_are_converted_by_the_latest_rate_and_rounded_once);
    tcase_add_test(tests, rates_out_of_bounds_are_refused);
}

int
main(void)
{
    return run_suite("domain", fill);
}
