/* A caller of the installed library: compiles a small strategy, records three payments and reads stage, score and reasons. */
#include <libcustomer.h>

#include <stdio.h>
#include <string.h>

static const char STRATEGY[] =
    "format: 1\n"
    "strategy: installed\n"
    "version: \"1\"\n"
    "timezone: UTC\n"
    "currency: CNY\n"
    "purposes: [service]\n"
    "events:\n"
    "  payment:\n"
    "    on: customer\n"
    "    observed_from: 2020-01-01\n"
    "    fields: {amount: money}\n"
    "features:\n"
    "  paid: {sum: payment.amount, over: 30 days}\n"
    "  payments: {count: payment, over: 30 days}\n"
    "lifecycles:\n"
    "  relation:\n"
    "    purpose: service\n"
    "    initial: acquired\n"
    "    transitions:\n"
    "      - {from: acquired, to: active, when: payments >= 2}\n"
    "scores:\n"
    "  worth:\n"
    "    purpose: service\n"
    "    scorecard:\n"
    "      base: 100\n"
    "      characteristics:\n"
    "        - name: payments\n"
    "          feature: payments\n"
    "          reason: FEW\n"
    "          bins:\n"
    "            - {up_to: 5, points: 10}\n"
    "            - {above: 5, points: 50}\n";

static int
fail(const char *what, cstm_error *error)
{
    fprintf(stderr, "%s: %s\n", what, cstm_error_message(error));
    cstm_error_free(error);
    return 1;
}

int
main(void)
{
    const int64_t day = INT64_C(86400000000), as_of = 19000 * day + day / 2;
    cstm_error *error;
    cstm_strategy *strategy;
    cstm_profile *profile;
    cstm_event *event;
    cstm_outcome *outcome;
    if (cstm_version_number() != CSTM_VERSION_MAJOR * 10000 + CSTM_VERSION_MINOR * 100 + CSTM_VERSION_PATCH)
        return fail("the library is of another version than its headers", NULL);
    if (cstm_strategy_parse(STRATEGY, sizeof STRATEGY - 1, "installed.yaml", &strategy, &error) != CSTM_OK)
        return fail("strategy", error);
    if (cstm_profile_new(strategy, "c1", 2, &profile, &error) != CSTM_OK)
        return fail("profile", error);
    if (cstm_event_new(strategy, cstm_strategy_find(strategy, CSTM_PART_EVENT, "payment"), &event, &error) != CSTM_OK)
        return fail("event", error);
    for (int i = 0; i < 3; i++) {
        if (cstm_event_set_time(event, as_of - (3 - i) * day, &error) != CSTM_OK
            || cstm_event_set_money(event, cstm_strategy_find_field(strategy, 0, "amount"), 1250, &error) != CSTM_OK
            || cstm_profile_record(profile, event, &error) != CSTM_OK)
            return fail("record", error);
    }
    if (cstm_outcome_new(strategy, &outcome, &error) != CSTM_OK || cstm_profile_evaluate(profile, as_of, outcome, &error) != CSTM_OK)
        return fail("evaluate", error);

    int32_t paid = cstm_strategy_find(strategy, CSTM_PART_FEATURE, "paid");
    if (cstm_outcome_int64(outcome, CSTM_PART_FEATURE, paid, CSTM_ENTITY_CUSTOMER) != 3750)
        return fail("three payments of 12.50 are 37.50", NULL);
    if (strcmp(cstm_outcome_stage_name(outcome, 0, CSTM_ENTITY_CUSTOMER), "active") != 0)
        return fail("two payments make a customer active", NULL);
    if (cstm_outcome_double(outcome, CSTM_PART_SCORE, 0, CSTM_ENTITY_CUSTOMER) != 110)
        return fail("the score is 100 + 10", NULL);
    if (strcmp(cstm_outcome_reason_code(outcome, 0, CSTM_ENTITY_CUSTOMER, 0), "FEW") != 0)
        return fail("the reason is that they are few", NULL);

    cstm_outcome_free(outcome);
    cstm_event_free(event);
    cstm_profile_free(profile);
    cstm_strategy_unref(strategy);
    puts("stage active, score 110, reason FEW");
    return 0;
}
