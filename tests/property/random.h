/* Random strategies, histories and arrival orders for the property tests. One seed gives one world on every machine. */
#ifndef PROPERTY_RANDOM_H
#define PROPERTY_RANDOM_H

#include <libcustomer.h>

#include <stdint.h>

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
struct random {
    uint64_t state;
};

static inline uint64_t
random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline int32_t
random_below(struct random *random, int32_t n)
{
    return (int32_t) (random_next(random) % (uint64_t) n);
}

static inline int
random_chance(struct random *random, int32_t percent)
{
    return random_below(random, 100) < percent;
}

#define WORLD_CUSTOMERS 6
#define WORLD_ACCOUNTS 2                /* a customer at most */
#define WORLD_CARDS 3                   /* an account at most */
#define WORLD_DAY0 12784                /* 2005-01-01 */
#define WORLD_DAYS 70                   /* daylight saving begins within them in half of the zones */
#define WORLD_FACTS 400

enum fact_kind { FACT_PURCHASE, FACT_STATEMENT, FACT_VISIT, FACT_CLOSE, FACT_CASH, FACT_REFUND, FACT_REVERSAL, FACT_LIMIT, FACT_GRADE, FACT_OPENED, FACT_CUTOFF, N_FACT_KINDS };

/* Something that happened, or an attribute that was set. */
struct fact {
    enum fact_kind kind;
    int32_t customer, account, card;    /* account and card within their parent; -1 where the fact is above them */
    int64_t time;
    int32_t arrives;                    /* the day on whose evening it is recorded: at most `late` days after its own */
    char id[24];                        /* "" none */
    int present[7];                     /* which fields are there */
    int32_t mcc;                        /* of MCCS */
    char reference[24];                 /* the id of the purchase that a refund reduces or a reversal cancels */
    int64_t amount;                     /* minor units, or the limit */
    int64_t points;
    double rate;
    double lat, lon;                    /* of a purchase, or of the customer's home */
    int32_t channel;                    /* of CHANNELS, or the grade */
    int32_t cutoff;                     /* the day of the month on which statement cycles close, or what is none */
    int32_t opened;                     /* the day on which an account is said to have been opened */
};

extern const char *const CHANNELS[3], *const MCCS[5];

struct world {
    struct random random;
    uint64_t seed;
    int32_t late;
    int plain;                          /* nothing but events, features over them and one machine */
    char *document;                     /* malloc'ed */
    cstm_strategy *strategy;
    int32_t accounts[WORLD_CUSTOMERS];
    int32_t cards[WORLD_CUSTOMERS][WORLD_ACCOUNTS];
    int32_t opened[WORLD_CUSTOMERS];    /* a day, or INT32_MIN */
    int amended;                        /* purchases are refunded and reversed */
    int bounded;                        /* closed cards leave their account */
    int32_t card_opened[WORLD_CUSTOMERS][WORLD_ACCOUNTS][WORLD_CARDS]; /* a day, or INT32_MIN */
    int32_t observed[2];                /* of purchase and statement: a day, or INT32_MIN */
    int32_t n_facts;
    struct fact facts[WORLD_FACTS];
};

/* Writes world->document from the seed's next numbers. */
void world_write_document(struct world *world);
/* The document with what it declares in another order, in each section where order has no meaning; malloc'ed. */
char *world_shuffle_document(struct world *world);
/* Makes a strategy and facts; ends the test if the strategy does not compile. */
void world_make(struct world *world, uint64_t seed);
/* A plain one, whose features alone a batch may count from columns. */
void world_make_plain(struct world *world, uint64_t seed);
void world_clear(struct world *world);
/* Gives a customer's profile its entities, or one fact; the statuses must be CSTM_OK. */
cstm_profile *world_profile(struct world *world, int32_t customer);
void world_record(struct world *world, cstm_profile *profile, const struct fact *fact);
/* A batch of all facts that have arrived by the evening of `arrived`. Its tables are in the second array, to be freed after it. */
#define WORLD_TABLES 14
cstm_batch *world_batch(struct world *world, int32_t arrived, cstm_table *tables[WORLD_TABLES]);
/* Whether it is a card that may have left its account, of which a profile forgets what it was; or what stands for those. */
int world_may_leave(const struct world *world, int32_t kind, const char *key);
/* The last microsecond of a civil day in the strategy's zone. */
int64_t world_evening(const struct world *world, int32_t day);
void shuffle(struct random *random, int32_t *order, int32_t n);

#endif
