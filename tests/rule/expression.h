/* Random well-typed expressions over the sample's names, for properties: a generator that is told the kind it shall make. */
#ifndef TESTS_RULE_EXPRESSION_H
#define TESTS_RULE_EXPRESSION_H

#include "sample.h"

struct random {
    uint64_t state;
};

static inline uint32_t
draw(struct random *random, uint32_t below)
{
    random->state = random->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((random->state >> 33) % below);
}

struct writer {
    struct random *random;
    char text[6000];
    size_t n;
};

static inline void
write_text(struct writer *writer, const char *text)
{
    size_t size = strlen(text);
    ck_assert_uint_lt(writer->n + size + 1, sizeof writer->text);
    memcpy(writer->text + writer->n, text, size + 1);
    writer->n += size;
}

static inline const char *
one_of(struct writer *writer, const char *const *choices, uint32_t n)
{
    return choices[draw(writer->random, n)];
}

static void write_expression(struct writer *writer, enum rule_kind kind, int depth);

/* A template: %b %i %d %s %m %D %t %v %u stand for an expression of a kind (%v a duration). */
static inline void
write_template(struct writer *writer, const char *template, int depth)
{
    for (const char *at = template; *at != 0; at++) {
        char c[2] = {*at, 0};
        if (*at != '%') {
            write_text(writer, c);
            continue;
        }
        at++;
        if (*at == '%') {
            write_text(writer, "%");
            continue;
        }
        enum rule_kind kind = *at == 'b' ? RULE_BOOL : *at == 'i' ? RULE_INT : *at == 'd' ? RULE_DOUBLE : *at == 's' ? RULE_STRING :
                              *at == 'm' ? RULE_MONEY : *at == 'D' ? RULE_DATE : *at == 't' ? RULE_TIMESTAMP : *at == 'u' ? RULE_UINT :
                              RULE_DURATION;
        write_expression(writer, kind, depth - 1);
    }
}

static const char *const bool_leaves[] = {"active", "flag", "broken", "has(idle)", "has(age)", "true", "false"};
static const char *const bool_forms[] = {
    "(%b && %b)", "(%b || %b)", "(%b && %b && %b)", "(%b || %b || %b)", "!%b", "(%b ? %b : %b)", "(%i < %i)", "(%i == %i)", "(%i != 3)",
    "(%d >= %d)", "(%i <= %d)", "(%d == %i)", "(%s == %s)", "(%s < %s)", "%s.startsWith(%s)", "%s.contains('r')", "%s.endsWith(%s)",
    "(%i in [1, 2, 41, -7])", "(%s in ['current', 'x', 'Z\xc3\xbcrich'])", "(%d in [2.5, 0.0])", "(%m > %m)", "(%m == money('8000'))",
    "(%D < %D)", "(%t >= %t)", "(%u > %i)", "(%v < %v)", "(%b == %b)", "bool(%s)", "(%i in [1, 2, 3, 4, 5, 6, 7, 8, 900, 41])",
    "(%s in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'current'])", "(%u != %d)", "%s.matches('^[a-z]+|\\\\d{2,}$')", "%s.matches(%s)",
    "math.isNaN(%d)", "math.isFinite(%d)"};
static const char *const int_leaves[] = {"age", "idle", "0", "1", "-1", "41", "9223372036854775807", "-9223372036854775808"};
static const char *const int_forms[] = {
    "(%i + %i)", "(%i - %i)", "(%i * %i)", "(%i / %i)", "(%i %% %i)", "(-%i)", "(%b ? %i : %i)", "size(%s)", "int(%d)", "int(%s)", "int(%u)",
    "%D.getMonth()", "%D.getDayOfYear()", "%t.getHours()", "%t.getDayOfWeek('+05:30')", "int(%t)", "%v.getMinutes()", "(%i + 1)", "(%i / 2)",
    "math.abs(%i)", "math.sign(%i)", "math.greatest(%i, %i)", "math.least(%i, %i, %i)", "math.bitXor(%i, %i)", "math.bitShiftRight(%i, %i)",
    "%s.indexOf(%s)", "%s.lastIndexOf(%s)", "%s.lastIndexOf(%s, %i)",
    "days_between(%D, %D)", "days_between(%t, %D)", "months_between(%D, %t)", "months_between(%D, %D)", "age_on(%D, %D)", "age_on(%t, %t)",
    "year_of(%D)", "month_of(%t)", "day_of(%D)", "quarter_of(%t)", "weekday_of(%D)", "bucket(%i, [-3, 0, 41])", "bucket(%d, [-1, 0.0, 2.5])",
    "place_cell(%d, %d, %i)", "place_cell(%d, 121.47, 2)", "bucket(%m, [money('0'), money('8000')])", "bucket(%D, [date('2003-04-01')])"};
static const char *const double_leaves[] = {"rate", "0.0", "2.5", "-1.0", "1e300"};
static const char *const double_forms[] = {"(%d + %d)", "(%d - %d)", "(%d * %d)", "(%d / %d)", "(-%d)", "double(%i)", "double(%m)",
                                           "(%m / %m)", "(%b ? %d : %d)", "double(%s)", "double(%u)",
                                           "math.round(%d)", "math.floor(%d)", "math.sqrt(%d)", "math.sqrt(%i)", "math.greatest(%d, %d)",
                                           "math.least(%d, %d, %d)", "distance_km(%d, %d, %d, %d)", "distance_km(31.23, 121.47, rate, %d)"};
static const char *const text_leaves[] = {"city", "education", "delinquency.stage", "'current'", "''", "'12'"};
static const char *const text_forms[] = {"(%s + %s)", "string(%i)", "string(%d)", "string(%m)", "string(%D)", "string(%t)", "string(%b)",
                                         "(%b ? %s : %s)", "string(%v)", "string(%u)",
                                         "%s.trim()", "%s.charAt(%i)", "%s.substring(%i)", "%s.substring(%i, %i)", "%s.upperAscii()", "%s.reverse()",
                                         "%s.replace(%s, %s)", "%s.split(%s).join(%s)", "'%%s,%%d,%%.3f,%%s'.format([%s, %i, %d, %m])",
                                         "strings.quote(%s)", "base64.encode(bytes(%s))"};
static const char *const money_leaves[] = {"limit", "money('0')", "money('8000')", "money('0.01')"};
static const char *const money_forms[] = {"(%m + %m)", "(%m - %m)", "(-%m)", "(%m * %i)", "(%i * %m)", "(%b ? %m : %m)", "math.abs(%m)", "math.greatest(%m, %m, %m)"};
static const char *const date_leaves[] = {"opened", "date('2005-10-01')"};
static const char *const date_forms[] = {"(%D + duration('24h'))", "(%D - %v)", "date(%t)", "(%b ? %D : %D)", "add_days(%D, %i)", "add_days(%t, %i)",
                                         "add_months(%D, %i)", "add_months(%t, %i)", "start_of_month(%D)", "end_of_month(%t)"};
static const char *const instant_leaves[] = {"seen", "timestamp('2005-10-01T00:00:00Z')"};
static const char *const instant_forms[] = {"(%t + %v)", "(%v + %t)", "(%t - %v)", "timestamp(%D)", "timestamp(%i)", "(%b ? %t : %t)"};
static const char *const duration_leaves[] = {"duration('24h')", "duration('-90m')"};
static const char *const duration_forms[] = {"(%v + %v)", "(%v - %v)", "(-%v)", "{'k': (%v)}.k", "(%D - %D)", "(%t - %t)", "(%b ? %v : %v)"};
static const char *const uint_leaves[] = {"7u", "18446744073709551615u"};
static const char *const uint_forms[] = {"(%u + %u)", "(%u - %u)", "(%u * %u)", "(%u / %u)", "(%u %% %u)", "uint(%i)", "uint(%d)", "math.least(%u, %u)", "math.sign(%u)"};

static const struct grammar {
    enum rule_kind kind;
    const char *const *leaves;
    uint32_t n_leaves;
    const char *const *forms;
    uint32_t n_forms;
} grammars[] = {
#define GRAMMAR(KIND, NAME) {KIND, NAME##_leaves, sizeof NAME##_leaves / sizeof *NAME##_leaves, NAME##_forms, sizeof NAME##_forms / sizeof *NAME##_forms}
    GRAMMAR(RULE_BOOL, bool), GRAMMAR(RULE_INT, int), GRAMMAR(RULE_DOUBLE, double), GRAMMAR(RULE_STRING, text),
    GRAMMAR(RULE_MONEY, money), GRAMMAR(RULE_DATE, date), GRAMMAR(RULE_TIMESTAMP, instant), GRAMMAR(RULE_DURATION, duration),
    GRAMMAR(RULE_UINT, uint),
};
#define N_GRAMMARS (sizeof grammars / sizeof grammars[0])

static void
write_expression(struct writer *writer, enum rule_kind kind, int depth)
{
    const struct grammar *grammar = grammars;
    while (grammar->kind != kind)
        grammar++;
    if (depth <= 0 || writer->n > 3000 || draw(writer->random, 6) == 0)
        write_text(writer, one_of(writer, grammar->leaves, grammar->n_leaves));
    else
        write_template(writer, one_of(writer, grammar->forms, grammar->n_forms), depth);
}

#endif
