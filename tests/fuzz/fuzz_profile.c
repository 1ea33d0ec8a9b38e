/* Profile bytes under a small strategy and a wide one: whatever comes in is refused, or is a profile that can be
 * written, read again to the same bytes, evaluated, advanced, explained and merged. The checksum
 * stands in the way of a fuzzer, so each input is tried as it is and with its checksum mended.
 * Inputs of the corpus are profiles of this strategy and of others. */
#include "wide.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char document[] =
    "format: 1\n"
    "strategy: fuzz\n"
    "version: \"1\"\n"
    "timezone: UTC\n"
    "currency: EUR\n"
    "late: 3 days\n"
    "purposes: [service]\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "  card: {of: account}\n"
    "attributes:\n"
    "  city: {type: string}\n"
    "  age: {type: int}\n"
    "  rating: {for: account, type: double}\n"
    "events:\n"
    "  opened: {on: account, opens: true}\n"
    "  spent:\n"
    "    on: card\n"
    "    fields: {amount: money, place: string, rate: double}\n"
    "features:\n"
    "  spent_30d: {sum: spent.amount, over: 30 days}\n"
    "  mean_rate: {mean: spent.rate, over: 2 months}\n"
    "  teas: {count: spent, where: place == 'tea', over: all}\n"
    "  largest: {max: spent.amount, over: last 3}\n"
    "  first_place: {first: spent.place}\n"
    "  days: {distinct_days: spent, over: 14 days}\n"
    "  idle: {recency: spent}\n"
    "  cards: {count: card, where: \"!has(closed_on)\"}\n"
    "  young: {rule: age < grown}\n"
    "  known: {rule: \"city in cities || first_place.matches('^te?a')\"}\n"
    "  rich: {rule: \"in_segment('wealthy') && [spent_30d, largest].exists(x, x > money('8'))\"}\n"
    "constants: {grown: {type: int, value: 30}}\n"
    "lists: {cities: {type: string, values: [Berlin, Wien]}}\n"
    "segments:\n"
    "  busy: {when: days > 2 && use.stage == 'awake', purpose: service}\n"
    "  wealthy: {when: \"spent_30d > money('5')\", purpose: service}\n"
    "  both: {when: \"in_segment('busy') && young\", purpose: service}\n"
    "lifecycles:\n"
    "  use:\n"
    "    purpose: service\n"
    "    initial: [{stage: awake, when: days >= 1}, {stage: asleep}]\n"
    "    transitions:\n"
    "      - {from: asleep, to: awake, when: days >= 1}\n"
    "      - {from: awake, to: asleep, when: days == 0, for: 5 days, stay: 10 days}\n"
    "      - {from: awake, to: keen, when: teas > 2}\n"
    "      - {from: keen, to: previous, when: days == 0}\n"
    "  wealth:\n"
    "    for: account\n"
    "    purpose: service\n"
    "    initial: plain\n"
    "    transitions:\n"
    "      - {from: plain, to: gold, when: rating > 0.5}\n";

static cstm_strategy *strategies[2], *strategy; /* the one that is tried */
static cstm_outcome *outcomes[2], *outcome;

static cstm_profile *
read_back(const cstm_profile *profile)
{
    cstm_buffer *first = NULL, *second = NULL;
    cstm_profile *again = NULL;
    must(cstm_profile_write(profile, &first, NULL) == CSTM_OK);
    must(cstm_profile_read(strategy, cstm_buffer_data(first), cstm_buffer_size(first), &again, NULL,
                           NULL) == CSTM_OK);
    must(cstm_profile_write(again, &second, NULL) == CSTM_OK);
    must(cstm_buffer_size(first) == cstm_buffer_size(second));
    must(memcmp(cstm_buffer_data(first), cstm_buffer_data(second), cstm_buffer_size(first)) == 0);
    cstm_buffer_free(first);
    cstm_buffer_free(second);
    return again;
}

#define DAY INT64_C(86400000000)

/* What a backend does with a profile that it has read. The sealed day may be anywhere from the year
 * 1 to 9999, and then so is today; but machines that step every day must not step 10,000 years. */
static void
use(cstm_profile *profile)
{
    int32_t sealed = cstm_profile_sealed_day(profile);
    int64_t as_of = (sealed == INT32_MIN ? 12000 : (int64_t) sealed + 1) * DAY + DAY - 1;
    if (cstm_profile_evaluate(profile, as_of, outcome, NULL) == CSTM_OK) {
        for (int32_t entity = 0; entity < cstm_outcome_entity_count(outcome) && entity < 3;
             entity++)
            for (cstm_part part = CSTM_PART_FEATURE; part <= CSTM_PART_SEGMENT; part++)
                for (int32_t i = 0; i < cstm_strategy_count(strategy, part); i++) {
                    cstm_explanation *explanation = NULL;
                    cstm_profile_explain(profile, as_of, part, i, entity, &explanation, NULL);
                    cstm_explanation_free(explanation);
                }
    }
    cstm_profile_free(read_back(profile));
    cstm_status status = cstm_profile_advance(profile, as_of + 10 * DAY, NULL);
    must(status == CSTM_OK || status == CSTM_ERROR_RANGE);
    cstm_profile *other = read_back(profile);
    must(cstm_profile_merge(profile, other, NULL) == CSTM_OK);
    cstm_profile_free(other);
    cstm_profile_free(read_back(profile));
}

static void
read_and_use(const uint8_t *bytes, size_t size)
{
    cstm_profile *profile = NULL;
    cstm_migration *migration = NULL;
    if (cstm_profile_read(strategy, bytes, size, &profile, &migration, NULL) != CSTM_OK) {
        must(profile == NULL && migration == NULL);
        return;
    }
    for (int32_t i = 0; i < cstm_migration_count(migration); i++)
        must(cstm_migration_fate(migration, i) != 0);
    use(profile);
    cstm_migration_free(migration);
    cstm_profile_free(profile);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (int s = 0; s < 2; s++) {
        const char *text = s == 0 ? document : wide_document;
        if (strategies[s] == NULL) {
            must(cstm_strategy_parse(text, strlen(text), "fuzz.yaml", &strategies[s], NULL) ==
                 CSTM_OK);
            must(cstm_outcome_new(strategies[s], &outcomes[s], NULL) == CSTM_OK);
        }
        strategy = strategies[s];
        outcome = outcomes[s];
        read_and_use(bytes, size);
        if (size < 20)
            continue;
        uint8_t *mended = with_checksum(bytes, size);
        read_and_use(mended, size);
        free(mended);
    }
    return 0;
}
