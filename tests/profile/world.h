/* Random customers under one strategy in which everything reads everything, as tables and as facts
 * to be recorded one by one: machines read each other's stages and the days in them, children are
 * counted by stage, `for` and `stay` mature on days without events. */
#ifndef TESTS_PROFILE_WORLD_H
#define TESTS_PROFILE_WORLD_H

#include "bank.h"
#include "tables.h"

#include <stdbool.h>

/* With %s among the lifecycles. */
extern const char world_document[];
/* Such: reads the days in a stage, so every day is stepped. */
extern const char world_patience[];

#define CUSTOMERS 24
#define DAYS 60
#define FIRST_DAY 12860 /* 2005-03-18: the clocks change on the 27th */
#define EVENTS 700

struct fact {
    int64_t time;
    int32_t kind; /* 0 visit, 1 statement, 2 use, 3 closed, 4 age, 5 limit */
    int32_t of;   /* customer, account or card */
    int64_t number;
    int32_t id; /* -1: none */
    double weight;
};

struct world {
    cstm_strategy *bank;
    struct fact facts[EVENTS];
    int32_t n_accounts, n_cards;
    int32_t account_of[2 * CUSTOMERS]; /* account -> customer */
    int32_t card_of[4 * CUSTOMERS];    /* card -> account */
    int64_t opened[CUSTOMERS];         /* day, or MISSING */
    uint64_t seed;
};

struct world *world_new(uint64_t seed, const char *more);
void world_free(struct world *world);
uint32_t chance(struct world *world, uint32_t below);
const char *named(char text[32], const char *what, int32_t number);
cstm_batch *batch_of(const struct world *world, bool backwards);

struct customer {
    cstm_profile *profile;
    cstm_entity accounts[2 * CUSTOMERS], cards[4 * CUSTOMERS]; /* by their number in the world */
};
struct customer customer_of(const struct world *world, int32_t c);
void take(const struct world *world, struct customer *customer, const struct fact *fact);
int32_t customer_of_fact(const struct world *world, const struct fact *fact);
/* Row `row` of an entity's table says what the outcome says of the entity. */
void compare_row(const cstm_strategy *bank, const cstm_table *table, int64_t row,
                 const cstm_profile *profile, const cstm_outcome *outcome, cstm_entity entity,
                 int32_t day);
/* The row of the entity's key likewise. */
void compare_entity(const cstm_strategy *bank, const cstm_result *result,
                    const cstm_profile *profile, const cstm_outcome *outcome, cstm_entity entity,
                    int32_t day);

#endif
