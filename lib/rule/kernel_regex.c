/* matches(): a regular expression is found anywhere in a text. A pattern that is a constant is compiled with the rule; any other is
 * compiled when the rule runs, in the heap, which it gives back, and for steps of the run's budget. */
#include "rule/overload.h"
#include "rule/regex.h"

static inline uint8_t
matches(const struct op *op, struct rule_text text, uint8_t *r)
{
    *r = regex_match(op->data, text.bytes, text.size);
    return 0;
}

KERNEL_UNARY(UNARY_OP, matches, struct rule_text, uint8_t, KERNEL_GUARDED | KERNEL_SLOW, 0)

/* What a step of the budget buys: so many steps of a pattern looked at, or bytes of it compiled. */
#define LOOKS 64

static uint8_t
matches_any(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    struct heap *heap = call->heap;
    const struct rule_text text = arguments[0].as.text, pattern = arguments[1].as.text;
    const struct regex_room room = {.heap = heap};
    const size_t before = heap->used;
    struct regex_fault fault;
    const struct regex *regex = regex_new(pattern.bytes, pattern.size, &room, &room, &fault);
    if (regex == NULL) {
        heap->used = before;
        return fault.state;
    }
    /* A text has at most INT32_MAX bytes, or it could not be paid for. */
    const size_t bytes = text.size < INT32_MAX ? text.size : INT32_MAX;
    heap->steps -= ((int64_t) bytes * (regex->n_steps + 1) + (int64_t) pattern.size) / LOOKS + 1;
    const bool affordable = heap->steps >= 0;
    if (affordable)
        *result = cell_of_bool(regex_match(regex, text.bytes, text.size));
    heap->used = before;
    return affordable ? 0 : CSTM_ERROR_LIMIT;
}

/* The first row serves patterns that are constant, and is given to the kernel compiled. */
static const struct overload rows[] = {
    {.name = "matches", .style = STYLE_BOTH, .n = 2, .result = RULE_BOOL, .args = {RULE_STRING, RULE_STRING},
     .binding = BIND_REGEX, .kernel = &matches_kernel},
    {.name = "matches", .style = STYLE_BOTH, .n = 2, .signature = "s,s>b", .call = matches_any},
};
const struct overload_table regex_overloads = {rows, sizeof rows / sizeof rows[0]};
