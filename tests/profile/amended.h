/* A card with purchases, cash, refunds, reversals and withdrawn refunds, and the same, slow and plain: facts in a list,
 * of which everything is worked out anew by the rules that the README states. */
#ifndef TESTS_PROFILE_AMENDED_H
#define TESTS_PROFILE_AMENDED_H

#include "bank.h"
#include "tables.h"

#include <stdbool.h>

enum { PURCHASE, CASH, REFUND, REVERSAL, WITHDRAWAL, N_KINDS };
enum { CARDS = 2, FACTS = 90, DAYS = 70, FIRST_DAY = 12784 /* 2005-01-01 */, MOST = 4 * FACTS };
enum { REFUND_WITHIN = 20, REVERSAL_WITHIN = 10, WITHDRAWAL_WITHIN = 5 };

static const char *const kind_names[N_KINDS] = {"purchase", "cash", "refund", "reversal",
                                                "withdrawal"};

static const char amended_document[] =
    "format: 1\n"
    "strategy: amended\n"
    "version: '1'\n"
    "timezone: UTC\n"
    "currency: TWD\n"
    "late: 5 days\n"
    "purposes: [service]\n"
    "entities:\n"
    "  card: {of: customer}\n"
    "events:\n"
    "  use: {any_of: [purchase, cash]}\n"
    "  purchase: {on: card, observed_from: 2004-01-01, fields: {amount: money, shop: string,\n"
    "             double_amount: {type: money, rule: \"amount + amount\"}}}\n"
    "  cash: {on: card, observed_from: 2004-01-01, fields: {amount: money}}\n"
    "  refund: {on: card, observed_from: 2004-01-01, reduces: purchase.amount, with: amount,\n"
    "           by: reference, within: 20 days, fields: {reference: string, amount: money}}\n"
    "  reversal: {on: card, observed_from: 2004-01-01, cancels: purchase, by: reference,\n"
    "             within: 10 days, fields: {reference: string}}\n"
    "  withdrawal: {on: card, observed_from: 2004-01-01, cancels: refund, by: reference,\n"
    "               within: 5 days, fields: {reference: string}}\n"
    "features:\n"
    "  n_purchases: {count: purchase, over: 30 days}\n"
    "  spent: {sum: purchase.amount, over: 30 days}\n"
    "  all_spent: {sum: purchase.amount, over: all}\n"
    "  big: {count: purchase, where: \"amount > money('50.00')\", over: all}\n"
    "  least: {min: purchase.amount, over: 40 days}\n"
    "  most: {max: purchase.amount, over: 40 days}\n"
    "  last: {last: purchase.amount, over: 30 days}\n"
    "  first: {first: purchase.amount, over: 30 days}\n"
    "  days: {distinct_days: purchase, over: 30 days}\n"
    "  middle: {quantile: purchase.amount, at: 0.5, over: 30 days}\n"
    "  last_three: {sum: purchase.amount, over: last 3}\n"
    "  spent_before: {sum: purchase.amount, over: 20 days, before: 20 days}\n"
    "  refunded: {sum: refund.amount, over: 30 days}\n"
    "  n_uses: {count: use, over: 30 days}\n"
    "  used: {sum: use.amount, over: 25 days}\n"
    "  drawn: {count: use, where: \"kind == 'cash'\", over: all}\n"
    "  both: {sum: [purchase.amount, cash.amount], over: 30 days}\n"
    "  shown: {count: [cash, purchase], over: all}\n"
    "  doubled: {sum: purchase.double_amount, over: 30 days}\n"
    "  n_card: {count: purchase, over: 30 days, for: card}\n"
    "lifecycles:\n"
    "  spending:\n"
    "    purpose: service\n"
    "    initial: quiet\n"
    "    transitions:\n"
    "      - {from: quiet, to: active, when: \"spent > money('150.00')\"}\n"
    "      - {from: active, to: quiet, when: \"spent < money('100.00')\", for: 2 days}\n"
    "      - {from: active, to: gone, when: \"n_purchases == 0\"}\n";

struct fact {
    int32_t kind, card, day, delivered;
    int64_t time, amount;
    char id[8], reference[8];
};

/* What is known of a fact on a day. */
struct known {
    const struct fact *fact;
    int64_t amount;
};

static inline uint64_t
draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int32_t
below(uint64_t *seed, int32_t n)
{
    return (int32_t) (draw(seed) % (uint64_t) n);
}

static inline int
order_of(const struct fact *a, const struct fact *b)
{
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(a->id, b->id);
}

/* Purchases and cash first; then amendments of something, most of which is there. */
static inline void
facts_make(struct fact *facts, uint64_t seed)
{
    for (int32_t i = 0; i < FACTS; i++) {
        struct fact *fact = &facts[i];
        *fact = (struct fact){.card = below(&seed, CARDS)};
        int32_t roll = below(&seed, 10);
        fact->kind = i < FACTS / 2     ? (roll < 7 ? PURCHASE : CASH)
                     : i < FACTS * 4 / 5 ? (roll < 6 ? REFUND : REVERSAL)
                                         : WITHDRAWAL;
        snprintf(fact->id, sizeof fact->id, "%c%d", kind_names[fact->kind][0] - (fact->kind == REVERSAL ? 32 : 0), i);
        fact->amount = fact->kind == REFUND ? below(&seed, 5) * 1000 : 1000 + below(&seed, 10) * 1000;
        fact->day = below(&seed, DAYS - 25);
        if (i >= FACTS / 2) {
            int32_t from = fact->kind == WITHDRAWAL ? FACTS / 2 : 0,
                    until = fact->kind == WITHDRAWAL ? FACTS * 4 / 5 : FACTS / 2;
            const struct fact *of = &facts[from + below(&seed, until - from)];
            fact->card = below(&seed, 10) == 0 ? fact->card : of->card;
            snprintf(fact->reference, sizeof fact->reference, "%s",
                     below(&seed, 12) == 0 ? "nobody" : of->id);
            fact->day = of->day + below(&seed, fact->kind == WITHDRAWAL ? 7 : 14);
        }
        fact->time = ((int64_t) FIRST_DAY + fact->day) * INT64_C(86400000000) +
                     below(&seed, 24) * INT64_C(3600000000) + below(&seed, 3);
        fact->delivered = fact->day + below(&seed, 5);
    }
}

static inline const struct fact *
named(const struct fact *facts, int32_t n, const struct fact *by, int32_t kind, int32_t within)
{
    const struct fact *found = NULL;
    for (int32_t i = 0; i < n; i++)
        if (facts[i].kind == kind && facts[i].card == by->card &&
            strcmp(facts[i].id, by->reference) == 0 && facts[i].day <= by->day &&
            facts[i].day >= by->day - within &&
            (found == NULL || order_of(&facts[i], found) > 0))
            found = &facts[i];
    return found;
}

static inline bool
counts(const struct fact *facts, int32_t n, const struct fact *fact, int32_t day)
{
    if (fact->day > day)
        return false;
    for (int32_t i = 0; fact->kind == REFUND && i < n; i++)
        if (facts[i].kind == WITHDRAWAL && facts[i].day <= day &&
            named(facts, n, &facts[i], REFUND, WITHDRAWAL_WITHIN) == fact)
            return false;
    return true;
}

/* What is left of a purchase as known on a day; 0: nothing. *applied: of `asked`. */
static inline int64_t
left_of(const struct fact *facts, int32_t n, const struct fact *purchase, int32_t day,
        const struct fact *asked, bool *applied)
{
    const struct fact *by[FACTS];
    int32_t m = 0;
    for (int32_t i = 0; i < n; i++) {
        const struct fact *fact = &facts[i];
        if ((fact->kind != REFUND && fact->kind != REVERSAL) || !counts(facts, n, fact, day) ||
            named(facts, n, fact, PURCHASE,
                  fact->kind == REFUND ? REFUND_WITHIN : REVERSAL_WITHIN) != purchase)
            continue;
        int32_t at = m++;
        for (; at > 0 && order_of(fact, by[at - 1]) < 0; at--)
            by[at] = by[at - 1];
        by[at] = fact;
    }
    int64_t left = purchase->amount;
    bool whole = true;
    for (int32_t i = 0; i < m; i++) {
        bool takes = whole && (by[i]->kind == REVERSAL || by[i]->amount <= left);
        if (by[i] == asked)
            *applied = takes;
        if (!takes)
            continue;
        left = by[i]->kind == REVERSAL ? 0 : left - by[i]->amount;
        whole = left > 0;
    }
    return left;
}

/* What counts on a day, in order. */
static inline int32_t
known_on(const struct fact *facts, int32_t n, int32_t day, struct known *known)
{
    int32_t m = 0;
    for (int32_t i = 0; i < n; i++) {
        const struct fact *fact = &facts[i];
        if (!counts(facts, n, fact, day))
            continue;
        int64_t amount = fact->kind == PURCHASE ? left_of(facts, n, fact, day, NULL, NULL)
                                                : fact->amount;
        if (fact->kind == PURCHASE && amount == 0)
            continue;
        int32_t at = m++;
        for (; at > 0 && (fact->time < known[at - 1].fact->time ||
                          (fact->time == known[at - 1].fact->time &&
                           strcmp(fact->id, known[at - 1].fact->id) < 0));
             at--)
            known[at] = known[at - 1];
        known[at] = (struct known){fact, amount};
    }
    return m;
}

static inline int64_t
unmatched_on(const struct fact *facts, int32_t n, int32_t kind, int32_t day)
{
    int64_t count = 0;
    for (int32_t i = 0; i < n; i++) {
        const struct fact *fact = &facts[i];
        if (fact->kind != kind || !counts(facts, n, fact, day))
            continue;
        bool applied = false;
        if (kind == WITHDRAWAL) {
            const struct fact *of = named(facts, n, fact, REFUND, WITHDRAWAL_WITHIN);
            for (int32_t j = 0; of != NULL && j < n; j++) /* the first one cancels */
                if (facts[j].kind == WITHDRAWAL && facts[j].day <= day &&
                    named(facts, n, &facts[j], REFUND, WITHDRAWAL_WITHIN) == of &&
                    order_of(&facts[j], fact) < 0)
                    of = NULL;
            applied = of != NULL;
        } else {
            const struct fact *of = named(facts, n, fact, PURCHASE,
                                          kind == REFUND ? REFUND_WITHIN : REVERSAL_WITHIN);
            if (of != NULL)
                (void) left_of(facts, n, of, day, fact, &applied);
        }
        count += !applied;
    }
    return count;
}

#endif
