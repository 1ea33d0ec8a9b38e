/* Which category a code is of, by a mapping that the rule names. */
#include "rule/mapping.h"
#include "rule/overload.h"

static inline uint8_t
category_int(const struct op *op, int64_t code, struct rule_text *r)
{
    return mapping_of_int(op->data, code, r);
}

static inline uint8_t
category_text(const struct op *op, struct rule_text code, struct rule_text *r)
{
    return mapping_of_text(op->data, code, r);
}

#define BY_MAPPING KERNEL_FAILS | KERNEL_GUARDED | KERNEL_SLOW
KERNEL_UNARY(UNARY_OP, category_int, int64_t, struct rule_text, BY_MAPPING, 0)
KERNEL_UNARY(UNARY_OP, category_text, struct rule_text, struct rule_text, BY_MAPPING, 0)

#define CATEGORY_OF(KIND, KERNEL)                                                                   \
    {.name = "category_of", .style = STYLE_FUNCTION, .n = 2, .result = RULE_STRING, .args = {KIND, RULE_STRING}, \
     .binding = BIND_MAPPING, .kernel = &KERNEL##_kernel}

static const struct overload rows[] = {
    CATEGORY_OF(RULE_STRING, category_text),
    CATEGORY_OF(RULE_INT, category_int),
};
const struct overload_table category_overloads = {rows, sizeof rows / sizeof rows[0]};
