/* `near:` and `mean_distance:`: what names a place and a home, and what is wrong with it. */
#include "cases.h"

#define HOMES                                                                                                          \
    HEAD "entities: {account: {of: customer}, card: {of: account}}\n"                                                  \
         "attributes: {home_lat: {type: double}, home_lon: {type: double}, floor: {type: int}, on_card: {for: card, type: double},\n"  \
         "  born: {type: double, sensitivity: protected, purposes: [marketing.content]}}\n"                            \
         "events: {buy: {on: card, fields: {amount: money, lat: double, lon: double, n: int, weight: double}}}\n"      \
         "features:\n"
#define NEAR "near: {place: [lat, lon], home: [home_lat, home_lon], km: 10}"

START_TEST(a_place_is_two_fields_and_a_home_two_attributes_each_in_its_place)
{
    static const struct fault_case cases[] = {
        {HOMES "  a: {for: card, count: buy, " NEAR ", over: 90 days}\n"
               "  b: {share: buy.amount, " NEAR ", over: 3 months, before: 3 months, where: n > 1, of: n > 0}\n"
               "  c: {sum: buy.weight, " NEAR "}\n"
               "  d: {mean_distance: buy, place: [lat, lon], home: [home_lat, home_lon], over: 90 days, where: n > 1}\n", ""},
        {HOMES "  a: {count: buy, near: {place: [lat], home: [home_lat, home_lon, floor], km: 10}}\n",
         "12:33 MISMATCH 'place:' names two, the latitude and the longitude, in degrees\n"},
        {HOMES "  a: {count: buy, near: {place: [lat, lon], home: [home_lat, home_lon]}}\n", "12:25 MISSING 'near:' needs 'km:'\n"},
        {HOMES "  a: {count: buy, near: {place: [lat, n], home: [home_lat, floor], km: 10}}\n",
         "12:39 TYPE 'place:' takes double fields, in degrees, and 'n' is int\n"
         "12:60 TYPE 'home:' takes double attributes, in degrees, and 'floor' is int\n"},
        {HOMES "  a: {count: buy, near: {place: [lat, lom], home: [home_lat, home_lom], km: 10}}\n",
         "12:39 UNKNOWN unknown field of buy 'lom', did you mean 'lon'?\n"
         "12:62 UNKNOWN unknown attribute 'home_lom', did you mean 'home_lon'?\n"},
        {HOMES "  a: {count: buy, near: {place: [lat, lon], home: [home_lat, on_card], km: 10}}\n",
         "12:62 TYPE 'on_card' belongs to card and is not seen from customer\n"},
        {HOMES "  a: {count: buy, near: {place: [lat, lon], home: [home_lat, home_lon], km: 0}}\n",
         "12:77 RANGE 'km:' is above 0 and at most 20016\n"},
        {HOMES "  a: {max: buy.amount, " NEAR "}\n", "12:24 TYPE 'near:' goes with 'count:', 'sum:' or 'share:', not 'max:'\n"},
        {HOMES "  a: {count: buy, " NEAR ", over: last 5}\n",
         "12:88 TYPE what is near is over days, months or all, not over the last events\n"},
        {HOMES "  a: {count: buy, place: [lat, lon]}\n", "12:19 TYPE 'place:' goes with 'mean_distance:', not 'count:'\n"},
        {HOMES "  a: {count: card, " NEAR "}\n", "12:20 TYPE 'near:' is for features over events\n"},
        {HOMES "  a: {mean_distance: buy, over: 90 days}\n",
         "12:6 MISSING a feature of places needs 'place:'\n12:6 MISSING a feature of places needs 'home:'\n"},
        {HOMES "  a: {mean_distance: buy.lat, place: [lat, lon], home: [home_lat, home_lon]}\n",
         "12:22 TYPE 'mean_distance' takes an event, 'buy', not a field of it\n"},
        {HOMES "  a: {count: buy, near: {place: [lat, lon], home: [born, home_lon], km: 10}}\n"
               "segments: {s: {purpose: marketing.price, when: a > 3}}\n",
         "13:48 PRIVACY segment s (purpose marketing.price) reads born, which is protected and allowed for marketing.content only: s <- a <- born\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

int
main(void)
{
    return run_tests("near", (const TTest *const[]){a_place_is_two_fields_and_a_home_two_attributes_each_in_its_place, NULL});
}
