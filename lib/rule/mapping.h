/* Mappings: codes to categories (MCC 商户类别码 to 场景), by the strategy's own words. A mapping is closed once and then only
 * asked: which category a code is of, by one binary search. A code is a text or an int, as the mapping says; a range of texts holds
 * the texts of as many digits between its ends. */
#ifndef RULE_MAPPING_H
#define RULE_MAPPING_H

#include "rule/rule.h"

#define MAPPING_CATEGORIES 256
#define MAPPING_DIGITS 18     /* of the ends of a range */

struct mapping;

/* NULL where memory failed. kind: string or int; RULE_ERROR where it could not be read, and was reported. */
struct mapping *mapping_new(const char *name, enum rule_kind kind);
struct mapping *mapping_ref(struct mapping *mapping);
void mapping_unref(struct mapping *mapping /* nullable */);

/* The number of the category of that name, added if it is new; -1 where memory failed or there are MAPPING_CATEGORIES. */
int32_t mapping_category(struct mapping *mapping, const char *name, size_t size);
/* Codes of that category: a text; numbers from first to last of `digits` digits (of ints, digits is 0). Copied. What overlaps is found
 * when it is closed. False where memory failed. */
bool mapping_add_text(struct mapping *mapping, const char *code, size_t size, int32_t category);
bool mapping_add_range(struct mapping *mapping, int32_t digits, int64_t first, int64_t last, int32_t category);
/* What a code is of that stands nowhere. */
void mapping_else(struct mapping *mapping, int32_t category);
void mapping_close(struct mapping *mapping);

const char *mapping_name(const struct mapping *mapping);
enum rule_kind mapping_kind(const struct mapping *mapping);
/* Its categories in the order in which they were added. */
int32_t mapping_count(const struct mapping *mapping);
struct rule_text mapping_text(const struct mapping *mapping, int32_t category);
bool mapping_digest(const struct mapping *mapping, struct digest *digest);

/* 0 and the category's name, which lives as long as the mapping; CSTM_ERROR_MISSING where the code stands nowhere and there is no
 * other. */
uint8_t mapping_of_int(const struct mapping *mapping, int64_t code, struct rule_text *category);
uint8_t mapping_of_text(const struct mapping *mapping, struct rule_text code, struct rule_text *category);

#endif
