/* A strategy with every operator and every way to keep events, for the fuzzers of profile bytes: sums and squares, days and
 * single events, values apart, buckets, distinct values, cycles, computed fields, children, amendments,
 * kinds of several kinds. */
#ifndef FUZZ_WIDE_H
#define FUZZ_WIDE_H

#include <libcustomer.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char wide_document[] =
    "format: 1\n"
    "strategy: wide\n"
    "version: \"1\"\n"
    "timezone: America/New_York\n"
    "currency: EUR\n"
    "late: 3 days\n"
    "purposes: [service]\n"
    "mappings:\n"
    "  scene: {type: string, dining: [5811-5814], travel: [3000-3999], else: other}\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "  card: {of: account, keep_closed: 1}\n"
    "attributes:\n"
    "  city: {type: string, values: [north, south]}\n"
    "  age: {type: int}\n"
    "  bill_day: {type: int}\n"
    "  limit: {for: account, type: money}\n"
    "  rating: {for: account, type: double}\n"
    "events:\n"
    "  opened: {on: account, opens: true}\n"
    "  closed: {on: card, closes: true}\n"
    "  spent:\n"
    "    on: card\n"
    "    observed_from: 2002-01-01\n"
    "    fields:\n"
    "      amount: money\n"
    "      points: {type: int, range: [0, 7]}\n"
    "      rate: double\n"
    "      online: bool\n"
    "      place: string\n"
    "      due: date\n"
    "      mcc: string\n"
    "      channel: {type: string, values: [shop, web, cash]}\n"
    "      scene: {category: scene, of: mcc}\n"
    "      quarter: {type: int, range: [0, 3], rule: time.getHours() / 6}\n"
    "      twice: {type: money, rule: amount * 2}\n"
    "  cash: {on: card, fields: {amount: money}}\n"
    "  use: {any_of: [spent, cash]}\n"
    "  refund: {on: card, reduces: spent.amount, with: amount, by: reference, within: 20 days, fields: {reference: string, amount: money}}\n"
    "  reversal: {on: card, cancels: spent, by: reference, within: 9 days, fields: {reference: string}}\n"
    "  bill: {on: account, fields: {balance: money, status: int}}\n"
    "features:\n"
    "  sum_30d: {sum: spent.amount, over: 30 days}\n"
    "  sum_all: {sum: spent.amount, where: place == 'tea'}\n"
    "  before: {sum: spent.amount, over: 2 weeks, before: 10 days}\n"
    "  year_ago: {count: spent, over: 1 month, before: 12 months}\n"
    "  rates: {sum: spent.rate, over: 20 days}\n"
    "  mean_rate: {mean: spent.rate, over: 2 months}\n"
    "  largest: {max: spent.amount, over: last 3}\n"
    "  least: {min: spent.twice, over: 40 days}\n"
    "  first_place: {first: spent.place}\n"
    "  last_due: {last: spent.due, over: 50 days}\n"
    "  days: {distinct_days: spent, over: 14 days}\n"
    "  idle: {recency: spent}\n"
    "  spread: {variance: spent.amount, over: 60 days}\n"
    "  scatter: {deviation: spent.rate}\n"
    "  gap: {longest_gap: spent, over: 90 days}\n"
    "  gaps: {gap_variation: spent}\n"
    "  weeks: {streak: spent, unit: weeks}\n"
    "  first_day: {since_first: spent, over: 12 months}\n"
    "  share_web: {share: spent.amount, where: channel == 'web', of: has(channel), over: 30 days}\n"
    "  faded: {decayed: spent.amount, half_life: 10 days}\n"
    "  slope: {trend: spent.points, over: 40 days, parts: 4}\n"
    "  rise: {ratio: spent, over: 30 days}\n"
    "  places: {distinct: spent.place, over: 60 days}\n"
    "  ever_places: {distinct: spent.place}\n"
    "  usual: {most_frequent: spent.channel, over: 30 days}\n"
    "  top: {top_share: spent.scene, over: 30 days}\n"
    "  mix: {entropy: spent.scene}\n"
    "  high: {quantile: spent.amount, at: 0.9, over: 60 days}\n"
    "  middle: {quantile: spent.rate, at: 0.5}\n"
    "  by_scene: {sum: spent.amount, by: scene, over: 30 days}\n"
    "  by_quarter: {for: card, count: spent, by: quarter}\n"
    "  cycle: {sum: spent.amount, over: 1 cycle, cycle: bill_day}\n"
    "  open_cycle: {for: account, count: spent, over: current cycle, cycle: bill_day}\n"
    "  nights: {count: spent, where: time.getHours() < 6 || weekday_of(day) == 7, over: 9 days}\n"
    "  fails: {count: spent, where: points / (points - 3) == 0, over: all}\n"
    "  used_times: {count: use, over: 30 days}\n"
    "  used_most: {most_frequent: use.kind}\n"
    "  used_last: {for: card, last: use.amount}\n"
    "  refunds: {sum: refund.amount, over: 60 days}\n"
    "  owed: {for: account, last: bill.balance}\n"
    "  bills: {for: account, count: bill, over: last 2, where: status > 1}\n"
    "  cards: {count: card, where: \"!has(closed_on)\"}\n"
    "  used: {count: card, where: \"last.channel == 'web'\"}\n"
    "  limits: {sum: account.limit}\n"
    "  young: {rule: age < 30}\n"
    "segments:\n"
    "  busy: {when: days > 2 && use.stage == 'awake', purpose: service}\n"
    "  wealthy: {when: \"sum_30d > money('5') || in_segment('busy')\", purpose: service}\n"
    "lifecycles:\n"
    "  use:\n"
    "    purpose: service\n"
    "    initial: [{stage: awake, when: days >= 1}, {stage: asleep}]\n"
    "    transitions:\n"
    "      - {from: asleep, to: awake, when: days >= 1}\n"
    "      - {from: awake, to: asleep, when: days == 0, for: 5 days, stay: 10 days}\n"
    "      - {from: awake, to: keen, when: \"by_scene.dining > money('5')\"}\n"
    "      - {from: keen, to: previous, when: days == 0}\n"
    "  wealth:\n"
    "    for: account\n"
    "    purpose: service\n"
    "    initial: plain\n"
    "    transitions:\n"
    "      - {from: plain, to: gold, when: rating > 0.5}\n";

/* A promise that was broken: the fuzzer sees a crash. */
static inline void
must(int kept)
{
    if (!kept)
        abort();
}

/* The bytes with the checksum that they should have, malloc'ed: it stands in a fuzzer's way. */
static inline uint8_t *
with_checksum(const uint8_t *bytes, size_t size)
{
    uint8_t *mended = malloc(size);
    must(mended != NULL && size >= 4);
    memcpy(mended, bytes, size);
    uint32_t crc = (uint32_t) crc32(crc32(0, NULL, 0), mended, (uInt) (size - 4));
    for (int i = 0; i < 4; i++)
        mended[size - 4 + (size_t) i] = (uint8_t) (crc >> 8 * i);
    return mended;
}

#endif
