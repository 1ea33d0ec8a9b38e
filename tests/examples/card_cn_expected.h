/* Written by make_card_cn.py: do not edit. Stages with how many stand in them, in the order of the strategy. */
static const struct {
    const char *lifecycle, *date, *stages;
} expected[] = {
    {"card", "2018-12-31", "issued 26 activated 261 active 133 idle 0 dormant 20 closed 0"},
    {"delinquency", "2018-12-31", "current 439 m1 0 m2 0 m3_plus 0 written_off 0"},
    {"customer", "2018-12-31", "acquired 286 never_used 0 activated 22 engaged 107 converted 0 at_risk 0 silent 0 dormant 0 won_back 4 closed 0"},
    {"card", "2019-06-30", "issued 30 activated 9 active 456 idle 20 dormant 20 closed 11"},
    {"delinquency", "2019-06-30", "current 507 m1 0 m2 0 m3_plus 0 written_off 0"},
    {"customer", "2019-06-30", "acquired 13 never_used 24 activated 17 engaged 329 converted 57 at_risk 9 silent 20 dormant 0 won_back 0 closed 0"},
    {"card", "2019-10-01", "issued 27 activated 10 active 465 idle 35 dormant 20 closed 30"},
    {"delinquency", "2019-10-01", "current 518 m1 0 m2 0 m3_plus 0 written_off 0"},
    {"customer", "2019-10-01", "acquired 5 never_used 29 activated 11 engaged 288 converted 79 at_risk 21 silent 35 dormant 0 won_back 0 closed 5"},
    {"card", "2020-02-29", "issued 10 activated 11 active 484 idle 44 dormant 20 closed 61"},
    {"delinquency", "2020-02-29", "current 529 m1 0 m2 0 m3_plus 5 written_off 0"},
    {"customer", "2020-02-29", "acquired 0 never_used 15 activated 20 engaged 254 converted 84 at_risk 33 silent 47 dormant 0 won_back 13 closed 14"},
    {"card", "2020-05-15", "issued 8 activated 10 active 480 idle 48 dormant 26 closed 69"},
    {"delinquency", "2020-05-15", "current 530 m1 2 m2 0 m3_plus 5 written_off 0"},
    {"customer", "2020-05-15", "acquired 1 never_used 10 activated 11 engaged 242 converted 75 at_risk 64 silent 48 dormant 6 won_back 11 closed 15"},
    {"card", "2020-08-31", "issued 8 activated 8 active 446 idle 59 dormant 54 closed 74"},
    {"delinquency", "2020-08-31", "current 540 m1 0 m2 0 m3_plus 0 written_off 5"},
    {"customer", "2020-08-31", "acquired 4 never_used 5 activated 12 engaged 271 converted 70 at_risk 15 silent 60 dormant 34 won_back 0 closed 20"},
    {"card", "2020-11-11", "issued 9 activated 9 active 449 idle 63 dormant 53 closed 74"},
    {"delinquency", "2020-11-11", "current 546 m1 1 m2 0 m3_plus 0 written_off 5"},
    {"customer", "2020-11-11", "acquired 5 never_used 5 activated 14 engaged 281 converted 62 at_risk 9 silent 65 dormant 32 won_back 5 closed 20"},
    {"card", "2020-12-31", "issued 13 activated 8 active 444 idle 66 dormant 56 closed 74"},
    {"delinquency", "2020-12-31", "current 551 m1 0 m2 0 m3_plus 0 written_off 5"},
    {"customer", "2020-12-31", "acquired 5 never_used 5 activated 14 engaged 293 converted 47 at_risk 8 silent 68 dormant 34 won_back 5 closed 20"},
};
