/* Zones against Python's zoneinfo (zone_cases.h): listed changes, rules that go on for ever, gaps, folds and the days around
 * them; and hostile bytes. */
#include "base/civil.h"
#include "base/error.h"
#include "base/memory.h"

#include "zone_cases.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define MICROS INT64_C(1000000)
#define COUNT(array) ((int) (sizeof array / sizeof *array))

static struct zone *zones[COUNT(case_zones)];

static void
load_zones(void)
{
    for (int i = 0; i < COUNT(case_zones); i++) {
        cstm_error *error = NULL;
        cstm_status status = zone_load(case_zones[i], &zones[i], &error);
        ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    }
}

static void
free_zones(void)
{
    for (int i = 0; i < COUNT(case_zones); i++)
        zone_unref(zones[i]);
}

START_TEST(offsets_of_listed_changes_are_those_of_zoneinfo)
{
    for (int i = 0; i < COUNT(offset_cases); i++) {
        const struct offset_case *c = offset_cases + i;
        ck_assert_msg(zone_offset(zones[c->zone], c->second * MICROS) == c->offset, "%s at %lld", case_zones[c->zone],
                      (long long) c->second);
    }
}
END_TEST

START_TEST(a_civil_time_in_a_gap_is_the_later_instant_and_in_a_fold_the_earlier)
{
    for (int i = 0; i < COUNT(civil_cases); i++) {
        const struct civil_case *c = civil_cases + i;
        ck_assert_msg(zone_instant(zones[c->zone], c->civil * MICROS) == c->second * MICROS, "%s at civil %lld",
                      case_zones[c->zone], (long long) c->civil);
    }
}
END_TEST

START_TEST(days_begin_and_end_where_zoneinfo_says)
{
    for (int i = 0; i < COUNT(day_cases); i++) {
        const struct day_case *c = day_cases + i;
        ck_assert_msg(zone_day_start(zones[c->zone], c->day) == c->first * MICROS, "%s, start of %d", case_zones[c->zone],
                      (int) c->day);
        ck_assert_msg(zone_day_end(zones[c->zone], c->day) == c->last * MICROS + MICROS - 1, "%s, end of %d",
                      case_zones[c->zone], (int) c->day);
        if (c->first > c->last)
            continue;
        ck_assert_int_eq(zone_day(zones[c->zone], c->first * MICROS, NULL), c->day);
        ck_assert_int_eq(zone_day(zones[c->zone], c->last * MICROS + MICROS - 1, NULL), c->day);
    }
}
END_TEST

/* Samoa went from 29 to 31 December 2011: Friday the 30th was left out (tzdata, australasia, Pacific/Apia). */
START_TEST(the_day_that_apia_left_out_is_empty)
{
    struct zone *apia = NULL;
    ck_assert_int_eq(zone_load("Pacific/Apia", &apia, NULL), CSTM_OK);
    int32_t skipped = civil_day(2011, 12, 30);
    ck_assert_int_eq(zone_day_start(apia, skipped), zone_day_start(apia, skipped + 1));
    ck_assert_int_eq(zone_day_end(apia, skipped), zone_day_end(apia, skipped - 1));
    ck_assert_int_eq(zone_day(apia, zone_day_start(apia, skipped), NULL), skipped + 1);
    ck_assert_int_eq(zone_day(apia, zone_day_start(apia, skipped) - 1, NULL), skipped - 1);
    zone_unref(apia);
}
END_TEST

/* "TZif2", no changes, one type of offset 0, and the rule; as make_zone_cases.py builds it. */
static size_t
rule_bytes(const char *rule, uint8_t bytes[400])
{
    uint8_t *at = bytes;
    for (int body = 0; body < 2; body++) {
        memset(at, 0, 54);
        memcpy(at, "TZif2", 5);
        at[39] = 1;
        at[43] = 4;
        memcpy(at + 50, "XXX", 3);
        at += 54;
    }
    *at++ = '\n';
    memcpy(at, rule, strlen(rule));
    at += strlen(rule);
    *at++ = '\n';
    return (size_t) (at - bytes);
}

START_TEST(rules_hold_for_ever_as_zoneinfo_says)
{
    for (int rule = 0; rule < COUNT(case_rules); rule++) {
        uint8_t bytes[400];
        size_t size = rule_bytes(case_rules[rule], bytes);
        struct zone *zone = NULL;
        ck_assert_msg(zone_read("Rule", bytes, size, &zone, NULL) == CSTM_OK, "%s", case_rules[rule]);
        struct zone_cursor cursor = {0};
        for (int i = 0; i < COUNT(rule_cases); i++) {
            const struct offset_case *c = rule_cases + i;
            if (c->zone != rule)
                continue;
            ck_assert_msg(zone_offset(zone, c->second * MICROS) == c->offset, "%s at %lld", case_rules[rule],
                          (long long) c->second);
            zone_day(zone, c->second * MICROS, &cursor);
            ck_assert_int_eq(cursor.offset, c->offset);
            ck_assert(cursor.from <= c->second * MICROS && c->second * MICROS < cursor.until);
            ck_assert_int_eq(zone_offset(zone, cursor.from), c->offset);
            ck_assert_int_eq(zone_offset(zone, cursor.until - 1), c->offset);
            /* A civil time of that offset comes back to an instant of the same civil time. */
            int64_t civil = (c->second + c->offset) * MICROS;
            int64_t instant = zone_instant(zone, civil);
            ck_assert_int_eq(instant + zone_offset(zone, instant) * MICROS, civil);
        }
        for (int i = 0; i < COUNT(rule_day_cases); i++) {
            const struct day_case *c = rule_day_cases + i;
            if (c->zone != rule)
                continue;
            ck_assert_int_eq(zone_day_start(zone, c->day), c->first * MICROS);
            ck_assert_int_eq(zone_day_end(zone, c->day), c->last * MICROS + MICROS - 1);
        }
        zone_unref(zone);
    }
}
END_TEST

/* Days by their number: from 0 with the 29th of February, from 1 (J) without. The instants are those of GNU libc,
 * TZ='AAA5BBB,59/3,J60/4:30:15' date -d @1109664000 +%z. */
START_TEST(days_of_a_rule_may_be_counted_with_or_without_the_leap_day)
{
    static const struct {
        int64_t second;
        int32_t from_zero, without_leap_day;   /* 59/3 and J59/3 */
    } cases[] = {
        {1109577599, -5, -5}, {1109577600, -5, -4}, {1109663999, -5, -4}, {1109664000, -4, -4}, {1109665814, -4, -4},
        {1109665815, -5, -5}, {1077955199, -5, -5}, {1077955200, -5, -4}, {1078041599, -5, -4}, {1078041600, -4, -4},
        {1078129814, -4, -4}, {1078129815, -5, -5},
    };
    uint8_t bytes[400];
    struct zone *from_zero = NULL, *without = NULL;
    size_t size = rule_bytes("AAA5BBB,59/3,J60/4:30:15", bytes);
    ck_assert_int_eq(zone_read("Rule", bytes, size, &from_zero, NULL), CSTM_OK);
    size = rule_bytes("AAA5BBB,J59/3,J60/4:30:15", bytes);
    ck_assert_int_eq(zone_read("Rule", bytes, size, &without, NULL), CSTM_OK);
    for (int i = 0; i < COUNT(cases); i++) {
        ck_assert_int_eq(zone_offset(from_zero, cases[i].second * MICROS), cases[i].from_zero * 3600);
        ck_assert_int_eq(zone_offset(without, cases[i].second * MICROS), cases[i].without_leap_day * 3600);
    }
    zone_unref(from_zero);
    zone_unref(without);
}
END_TEST

START_TEST(a_cursor_changes_nothing_but_the_cost)
{
    uint64_t state = 7;
    for (int z = 0; z < COUNT(case_zones); z++) {
        struct zone_cursor cursor = {0};
        int wrong = 0;
        for (int i = 0; i < 4000; i++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            /* Runs of near instants, now and then a leap anywhere. */
            int64_t leap = (int64_t) state / 2;
            int64_t instant = i % 50 == 0 ? leap : cursor.from / 2 + (int64_t) (state >> 10);
            wrong += zone_day(zones[z], instant, &cursor) != zone_day(zones[z], instant, NULL);
        }
        ck_assert_msg(wrong == 0, "%s: %d instants", case_zones[z], wrong);
    }
}
END_TEST

START_TEST(days_and_instants_agree_all_through_the_calendar)
{
    for (int z = 0; z < COUNT(case_zones); z++) {
        struct zone_cursor cursor = {0};
        int wrong = 0;
        for (int32_t day = CIVIL_DAY_MIN + 2; day < CIVIL_DAY_MAX - 2; day += 97) {
            int64_t first = zone_day_start(zones[z], day), last = zone_day_end(zones[z], day);
            if (first > last)
                continue;
            wrong += zone_day(zones[z], first, &cursor) != day || zone_day(zones[z], last, &cursor) != day;
            wrong += zone_day(zones[z], first - 1, &cursor) == day || zone_day(zones[z], last + 1, &cursor) == day;
        }
        ck_assert_msg(wrong == 0, "%s: %d days", case_zones[z], wrong);
    }
}
END_TEST

START_TEST(instants_and_days_at_the_ends_of_int64_are_not_undefined)
{
    static const int64_t instants[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX};
    static const int32_t days[] = {INT32_MIN, -106751992, -106751991, 106751991, 106751992, INT32_MAX};
    for (int z = 0; z < COUNT(case_zones); z++) {
        for (int i = 0; i < COUNT(instants); i++) {
            struct zone_cursor cursor = {0};
            char text[40];
            zone_day(zones[z], instants[i], &cursor);
            zone_day(zones[z], instants[i], &cursor);
            zone_instant(zones[z], instants[i]);
            ck_assert_uint_lt(civil_write_instant(instants[i], zones[z], text), sizeof text);
        }
        for (int i = 0; i < COUNT(days); i++) {
            zone_day_start(zones[z], days[i]);
            zone_day_end(zones[z], days[i]);
        }
    }
}
END_TEST

START_TEST(instants_written_in_a_zone_are_read_back)
{
    for (int z = 0; z < COUNT(case_zones); z++) {
        for (int64_t second = INT64_C(-8000000000); second < INT64_C(8000000000); second += 40009999) {
            char text[40];
            int64_t back;
            size_t size = civil_write_instant(second * MICROS + 17, zones[z], text);
            ck_assert_msg(civil_parse_instant(text, size, NULL, false, &back), "%s", text);
            ck_assert_int_eq(back, second * MICROS + 17);
        }
    }
    char text[40];
    civil_write_instant(INT64_C(1128096000) * MICROS, zones[0], text);
    ck_assert_str_eq(text, "2005-10-01T00:00:00+08:00");
    int64_t instant;
    ck_assert(civil_parse_instant("2005-10-01 00:00", 16, zones[0], false, &instant));
    ck_assert_int_eq(instant, INT64_C(1128096000) * MICROS);
}
END_TEST

START_TEST(names_that_are_no_zones_are_refused)
{
    static const char *const names[] = {"", "/etc/passwd", "../../../etc/passwd", "Asia/../Asia/Taipei", "Asia", "Nowhere/City",
                                        "Asia/Taipei ", "Asia/Ta\npei", "zone1970.tab"};
    for (int i = 0; i < COUNT(names); i++) {
        struct zone *zone = NULL;
        cstm_error *error = NULL;
        cstm_status status = zone_load(names[i], &zone, &error);
        ck_assert_msg(status == CSTM_ERROR_UNKNOWN || status == CSTM_ERROR_CORRUPT, "%s", names[i]);
        ck_assert_ptr_null(zone);
        cstm_error_free(error);
    }
    struct zone *zone = NULL;
    cstm_error *error = NULL;
    ck_assert_int_eq(zone_load("Asia/Taipai", &zone, &error), CSTM_ERROR_UNKNOWN);
    ck_assert_str_eq(cstm_error_message(error), "unknown time zone 'Asia/Taipai', did you mean 'Asia/Taipei'?");
    cstm_error_free(error);
}
END_TEST

START_TEST(a_zone_is_shared_and_knows_its_name)
{
    struct zone *utc = NULL;
    ck_assert_int_eq(zone_load("UTC", &utc, NULL), CSTM_OK);
    struct zone *other = zone_ref(utc);
    zone_unref(utc);
    ck_assert_str_eq(zone_name(other), "UTC");
    ck_assert_int_eq(zone_offset(other, 0), 0);
    zone_unref(other);
    zone_unref(NULL);
}
END_TEST

START_TEST(what_is_written_of_a_zone_tells_zones_apart)
{
    struct cstm_buffer written[COUNT(case_zones)] = {{{0}, NULL, 0, 0}};
    for (int z = 0; z < COUNT(case_zones); z++) {
        ck_assert(zone_write(zones[z], &written[z]));
        struct cstm_buffer again = {0};
        ck_assert(zone_write(zones[z], &again));
        ck_assert(again.size == written[z].size && memcmp(again.data, written[z].data, again.size) == 0);
        buffer_clear(&again);
        for (int other = 0; other < z; other++)
            ck_assert(written[z].size != written[other].size ||
                      memcmp(written[z].data, written[other].data, written[z].size) != 0);
    }
    for (int z = 0; z < COUNT(case_zones); z++)
        buffer_clear(&written[z]);
}
END_TEST

START_TEST(rules_that_cannot_be_read_are_corrupt)
{
    static const char *const rules[] = {"X", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST25",
                                        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365", "<+08-8",
                                        "EST5EDT,366,0", "EST5EDT,M3.2.0,M11.1.0x", "EST5EDT,M3.2.0/168,M11.1.0",
                                        "EST5:60", "EST5EDT,M3.2.0/2:,M11.1.0", "EST99999999999", "EST5EDT6EXT"};
    for (int i = 0; i < COUNT(rules); i++) {
        uint8_t bytes[400];
        size_t size = rule_bytes(rules[i], bytes);
        struct zone *zone = NULL;
        cstm_error *error = NULL;
        ck_assert_msg(zone_read("Rule", bytes, size, &zone, &error) == CSTM_ERROR_CORRUPT, "%s", rules[i]);
        ck_assert_ptr_null(zone);
        cstm_error_free(error);
    }
}
END_TEST

/* A real file, as long as it comes. */
static size_t
file_bytes(const char *path, uint8_t *bytes, size_t capacity)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be read; is tzdata installed?", path);
    size_t size = fread(bytes, 1, capacity, file);
    fclose(file);
    return size;
}

static void
use(const uint8_t *bytes, size_t size)
{
    struct zone *zone = NULL;
    uint8_t *exact = memory_copy(bytes, size);   /* so that a sanitizer sees a read past the end */
    if (zone_read("Test", exact, size, &zone, NULL) == CSTM_OK) {
        for (int64_t instant = INT64_MIN / 2; instant < INT64_MAX / 2; instant += INT64_MAX / 16) {
            zone_day(zone, instant, NULL);
            zone_instant(zone, instant);
        }
        for (int32_t day = -100000000; day < 100000000; day += 30000000) {
            zone_day_start(zone, day);
            zone_day_end(zone, day);
        }
        zone_unref(zone);
    }
    memory_free(exact);
}

START_TEST(bytes_cut_off_anywhere_are_refused)
{
    static uint8_t bytes[10000];
    size_t size = file_bytes("/usr/share/zoneinfo/America/St_Johns", bytes, sizeof bytes);
    for (size_t cut = 0; cut < size; cut++) {
        struct zone *zone = NULL;
        cstm_error *error = NULL;
        uint8_t *exact = memory_copy(bytes, cut);
        cstm_status status = zone_read("Cut", exact, cut, &zone, &error);
        memory_free(exact);
        ck_assert_msg(status == CSTM_ERROR_CORRUPT, "cut at %zu gives %s", cut, cstm_status_name(status));
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(bytes_garbled_anywhere_never_crash)
{
    static uint8_t bytes[10000];
    size_t size = file_bytes("/usr/share/zoneinfo/America/St_Johns", bytes, sizeof bytes);
    uint64_t state = 3;
    for (size_t at = 0; at < size; at++) {
        uint8_t before = bytes[at];
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[at] = (uint8_t) (at % 3 == 0 ? 0xFF : ((before ^ 1u << (state >> 61)) & 0xFF));
        use(bytes, size);
        bytes[at] = before;
    }
}
END_TEST

START_TEST(leap_seconds_are_refused)
{
    uint8_t bytes[412];
    size_t size = rule_bytes("<+08>-8", bytes);
    size_t body_end = 108;
    memmove(bytes + body_end + 12, bytes + body_end, size - body_end);
    memset(bytes + body_end, 0, 12);
    bytes[54 + 31] = 1;
    struct zone *zone = NULL;
    ck_assert_int_eq(zone_read("right/Test", bytes, size + 12, &zone, NULL), CSTM_ERROR_UNSUPPORTED);
}
END_TEST

START_TEST(what_a_file_must_not_hold_is_named)
{
    uint8_t bytes[400];
    size_t size = rule_bytes("<+08>-8", bytes);
    const struct {
        size_t at;
        uint8_t value;
        cstm_status status;
    } cases[] = {
        {0, 'X', CSTM_ERROR_CORRUPT},     {4, 0, CSTM_ERROR_VERSION},     {54 + 39, 0, CSTM_ERROR_CORRUPT},
        {54 + 32, 255, CSTM_ERROR_CORRUPT}, {54 + 44, 64, CSTM_ERROR_CORRUPT}, {size - 1, 'x', CSTM_ERROR_CORRUPT},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        uint8_t before = bytes[cases[i].at];
        bytes[cases[i].at] = cases[i].value;
        struct zone *zone = NULL;
        cstm_error *error = NULL;
        ck_assert_msg(zone_read("Test", bytes, size, &zone, &error) == cases[i].status, "case %d", i);
        cstm_error_free(error);
        bytes[cases[i].at] = before;
    }
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("zone");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, load_zones, free_zones);
    tcase_add_test(tcase, offsets_of_listed_changes_are_those_of_zoneinfo);
    tcase_add_test(tcase, a_civil_time_in_a_gap_is_the_later_instant_and_in_a_fold_the_earlier);
    tcase_add_test(tcase, days_begin_and_end_where_zoneinfo_says);
    tcase_add_test(tcase, the_day_that_apia_left_out_is_empty);
    tcase_add_test(tcase, rules_hold_for_ever_as_zoneinfo_says);
    tcase_add_test(tcase, days_of_a_rule_may_be_counted_with_or_without_the_leap_day);
    tcase_add_test(tcase, a_cursor_changes_nothing_but_the_cost);
    tcase_add_test(tcase, days_and_instants_agree_all_through_the_calendar);
    tcase_add_test(tcase, instants_and_days_at_the_ends_of_int64_are_not_undefined);
    tcase_add_test(tcase, instants_written_in_a_zone_are_read_back);
    tcase_add_test(tcase, names_that_are_no_zones_are_refused);
    tcase_add_test(tcase, a_zone_is_shared_and_knows_its_name);
    tcase_add_test(tcase, what_is_written_of_a_zone_tells_zones_apart);
    tcase_add_test(tcase, rules_that_cannot_be_read_are_corrupt);
    tcase_add_test(tcase, bytes_cut_off_anywhere_are_refused);
    tcase_add_test(tcase, bytes_garbled_anywhere_never_crash);
    tcase_add_test(tcase, leap_seconds_are_refused);
    tcase_add_test(tcase, what_a_file_must_not_hold_is_named);
    Suite *suite = suite_create("zone");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
