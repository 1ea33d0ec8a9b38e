/* Documents beside all that is wrong with them. A case is a text and the whole list of its faults, one a line: "line:column CODE message",
 * in the order in which they are reported; no faults: the document loads. */
#ifndef TESTS_STRATEGY_CASES_H
#define TESTS_STRATEGY_CASES_H

#include <libcustomer/strategy.h>

#include <check.h>
#include <stddef.h>

/* Lines 1 to 6, and to 12, of the documents that the cases add to. */
#define HEAD                                                                                                           \
    "format: 1\n"                                                                                                      \
    "strategy: t\n"                                                                                                    \
    "version: 1\n"                                                                                                     \
    "timezone: UTC\n"                                                                                                  \
    "currency: TWD\n"                                                                                                  \
    "purposes: [service, marketing.content, marketing.price, credit]\n"
#define BASE                                                                                                           \
    HEAD                                                                                                               \
    "entities: {account: {of: customer}}\n"                                                                            \
    "attributes:\n"                                                                                                    \
    "  sex: {type: string, sensitivity: protected, purposes: [marketing.content]}\n"                                   \
    "  limit: {for: account, type: money}\n"                                                                           \
    "events:\n"                                                                                                        \
    "  buy: {fields: {amount: money, n: int, who: {type: string, sensitivity: personal, purposes: [service]}}}\n"

struct fault_case {
    const char *document;
    const char *faults;
};

void check_cases(const struct fault_case *cases, size_t n);
/* The strategy of a document that must load. */
cstm_strategy *load(const char *document);
int run_tests(const char *name, const TTest *const *tests);   /* ended by NULL; what main() returns */

#endif
