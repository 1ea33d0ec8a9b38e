/* Rules: expressions over named values, checked once and evaluated over whole tables. Apache-2.0.
 *
 * The language is the Common Expression Language (CEL) with money, civil dates and missing values beside it. A scope says
 * which names there are and of which type; a rule is one expression compiled against it, immutable and shared. Evaluating a
 * rule gives for every row a value, missing, or an error with its status; && || and ?: absorb what does not matter, so
 * that `a || true` is true whatever a is. Rules of a strategy are compiled by the strategy; this header is for rules that
 * stand alone.
 */
#ifndef LIBCUSTOMER_RULE_H
#define LIBCUSTOMER_RULE_H

#include <libcustomer/base.h>
#include <libcustomer/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest text of a rule, in bytes. */
#define CSTM_RULE_LIMIT 1048576

typedef struct cstm_scope cstm_scope;
typedef struct cstm_rule cstm_rule;
typedef struct cstm_explanation cstm_explanation;
typedef struct cstm_activation cstm_activation;
typedef struct cstm_nearest cstm_nearest;

/**
 * An empty scope: the names that rules may read.
 *
 * @param currency  (borrowed, nullable) ISO 4217 code of money in this scope; NULL where there is none.
 * @param zone      (borrowed, nullable) IANA name of the zone of civil dates and of getHours() and the like; NULL is UTC.
 * @param scope     (out, owned)
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN for the currency or zone; CSTM_ERROR_IO or CSTM_ERROR_CORRUPT if the zone's file
 *         cannot be read; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_scope_new(const char *currency, const char *zone, cstm_scope **scope, cstm_error **error);

/**
 * Declares a name. Rules that were compiled before do not change.
 *
 * @param scope  (borrowed)
 * @param name   (borrowed) letters, digits and _, not beginning with a digit; may be dotted ("delinquency.stage").
 * @param type   CSTM_TYPE_BOOL to CSTM_TYPE_MONEY.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_DUPLICATE if the name is there already; CSTM_ERROR_SYNTAX if it is reserved or no identifier;
 *         CSTM_ERROR_TYPE for another type, or money in a scope without a currency; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_scope_declare(cstm_scope *scope, const char *name, cstm_type type, cstm_error **error);

/**
 * Frees a scope. Rules compiled against it live on.
 *
 * @param scope  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_scope_free(cstm_scope *scope);

/**
 * Compiles an expression. Everything that is wrong with it is reported at once, each with line and column.
 *
 * @param scope  (borrowed)
 * @param text   (borrowed) UTF-8, need not be NUL-terminated.
 * @param size   bytes of text, at most CSTM_RULE_LIMIT.
 * @param type   the type that the result must have, or CSTM_TYPE_NONE for any.
 * @param rule   (out, owned) one reference.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_SYNTAX; CSTM_ERROR_UNKNOWN for a name or function; CSTM_ERROR_TYPE; CSTM_ERROR_RANGE for a literal
 *         beyond its type; CSTM_ERROR_UNSUPPORTED for what CEL has and this release has not; CSTM_ERROR_LIMIT for an expression
 *         that is too long or nested too deeply; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_rule_compile(const cstm_scope *scope, const char *text, size_t size, cstm_type type,
                                       cstm_rule **rule, cstm_error **error);

/**
 * Takes a further reference.
 *
 * @param rule  (borrowed, nullable)
 * @return the same rule; NULL for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_rule *cstm_rule_ref(cstm_rule *rule);

/**
 * Gives a reference back; the last one frees the rule.
 *
 * @param rule  (owned, nullable)
 * @thread shared
 * @since 0.1
 */
CSTM_API void cstm_rule_unref(cstm_rule *rule);

/**
 * The type of the rule's result.
 *
 * @param rule  (borrowed, nullable)
 * @return CSTM_TYPE_BOOL to CSTM_TYPE_MONEY; CSTM_TYPE_NONE for a result that no column can hold (a duration), for NULL or a
 *         foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_type cstm_rule_type(const cstm_rule *rule);

/**
 * The rule as it was written.
 *
 * @param rule  (borrowed, nullable)
 * @return borrowed until the rule's last reference is given back; "" for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_rule_text(const cstm_rule *rule);

/**
 * How many names the rule reads.
 *
 * @param rule  (borrowed, nullable)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_rule_read_count(const cstm_rule *rule);

/**
 * A name that the rule reads.
 *
 * @param rule  (borrowed, nullable)
 * @param i     0 to cstm_rule_read_count() - 1, in the order of declaration.
 * @return borrowed until the rule's last reference is given back; NULL for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_rule_read_name(const cstm_rule *rule, int32_t i);

/**
 * A bound of what one row of the rule can cost, known since it was compiled: no row takes more. The unit is a step: a sub-expression that
 * is evaluated, a turn of a loop, and for lists, maps and texts that are walked as a whole one for 16 elements or 64 bytes. Texts that
 * are read by name are taken to have 1024 bytes; what longer ones take besides is bounded by the budget of a run. A strategy may limit
 * its rules: `limits: {rule_cost: 1000}`.
 *
 * @param rule  (borrowed, nullable)
 * @return the bound, INT64_MAX where it is more; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_rule_cost(const cstm_rule *rule);

/**
 * What the compiler wondered at without refusing it: what is always true or false, conditions that contradict one another or add
 * nothing, branches that are never taken; each CSTM_ERROR_UNREACHABLE with its line and column.
 *
 * @param rule  (borrowed, nullable)
 * @return borrowed from the rule, follow cstm_error_next(); NULL if there is none, and for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_error *cstm_rule_warnings(const cstm_rule *rule);

/**
 * Evaluates a rule for every row of a table.
 *
 * @param rule    (borrowed)
 * @param table   (borrowed) has a column of the declared type for every name that the rule reads.
 * @param result  (out, owned) a table of as many rows with two columns: `value`, of the rule's type, missing where there is no
 *                value, and `state`, an int: 0 for a value, else the status (CSTM_ERROR_MISSING, CSTM_ERROR_DIVIDE, ...).
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN if the table has no such column; CSTM_ERROR_TYPE for a column of another type, money of
 *         another currency, or a rule whose result no column can hold; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY. A row
 *         that cannot be computed is a state, never a failure of the call.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_rule_evaluate(const cstm_rule *rule, const cstm_table *table, cstm_table **result, cstm_error **error);

/**
 * Explains a rule for one row: every sub-expression in the order of the text, with its value, and whether it decided.
 *
 * @param rule         (borrowed)
 * @param table        (borrowed) as for cstm_rule_evaluate().
 * @param row          0 to the table's rows - 1.
 * @param explanation  (out, owned)
 * @param error        (owned by caller, nullable)
 * @return as cstm_rule_evaluate(); CSTM_ERROR_MISUSE also for a row out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_rule_explain(const cstm_rule *rule, const cstm_table *table, int64_t row,
                                       cstm_explanation **explanation, cstm_error **error);

/**
 * Room for the values of one case, and for what a rule comes to with them: the way to evaluate a rule for one customer at a
 * time. Every value is missing until it is set; setting and evaluating allocate nothing once texts have had their length.
 *
 * @param rule        (borrowed) lives at least as long as the activation.
 * @param activation  (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a rule whose result no column can hold; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared on the rule
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_new(cstm_rule *rule, cstm_activation **activation, cstm_error **error);

/**
 * Frees an activation and gives back its reference to the rule.
 *
 * @param activation  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_activation_free(cstm_activation *activation);

/**
 * Takes a value away: the name is missing.
 *
 * @param activation  (borrowed)
 * @param i           0 to cstm_rule_read_count() - 1: which name.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_set_missing(cstm_activation *activation, int32_t i, cstm_error **error);

/**
 * Sets a bool (0 or 1), an int, a date (days since 1970-01-01), a timestamp (microseconds since the epoch) or money (minor units
 * of the scope's currency).
 *
 * @param activation  (borrowed)
 * @param i           0 to cstm_rule_read_count() - 1: which name.
 * @param value       in the units of the name's type.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a name of another type; CSTM_ERROR_RANGE for a bool other than 0 or 1, a date or timestamp
 *         outside the years 1 to 9999; CSTM_ERROR_MISUSE. On failure the value is as it was.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_set_int64(cstm_activation *activation, int32_t i, int64_t value, cstm_error **error);

/**
 * Sets a double.
 *
 * @param activation  (borrowed)
 * @param i           0 to cstm_rule_read_count() - 1: which name.
 * @param value       finite.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a name of another type; CSTM_ERROR_NOT_FINITE; CSTM_ERROR_MISUSE. On failure the value is as
 *         it was.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_set_double(cstm_activation *activation, int32_t i, double value, cstm_error **error);

/**
 * Sets a string.
 *
 * @param activation  (borrowed)
 * @param i           0 to cstm_rule_read_count() - 1: which name.
 * @param text        (borrowed) UTF-8, copied.
 * @param size        bytes of text.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a name of another type; CSTM_ERROR_SYNTAX for what is not UTF-8; CSTM_ERROR_NO_MEMORY;
 *         CSTM_ERROR_MISUSE. On failure the value is as it was.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_set_string(cstm_activation *activation, int32_t i, const char *text, size_t size,
                                                cstm_error **error);

/**
 * Evaluates the rule with the values that are set. What it comes to is asked for with the functions below. A missing value or an
 * error is a state of the result, never a failure of the call.
 *
 * @param activation  (borrowed)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_evaluate(cstm_activation *activation, cstm_error **error);

/**
 * The status of the last evaluation: whether there is a value, and if not, why.
 *
 * @param activation  (borrowed, nullable)
 * @return CSTM_OK for a value; CSTM_ERROR_MISSING, CSTM_ERROR_DIVIDE, ...; CSTM_ERROR_MISUSE before the first evaluation, for NULL or a
 *         foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_status(const cstm_activation *activation);

/**
 * The result of a rule of type bool, int, date, timestamp or money, in the units of cstm_activation_set_int64().
 *
 * @param activation  (borrowed, nullable)
 * @return the value; 0 where there is none: ask cstm_activation_status().
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_activation_int64(const cstm_activation *activation);

/**
 * The result of a rule of type double.
 *
 * @param activation  (borrowed, nullable)
 * @return the value; NaN where there is none: ask cstm_activation_status().
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_activation_double(const cstm_activation *activation);

/**
 * The result of a rule of type string.
 *
 * @param activation  (borrowed, nullable)
 * @param size        (out, nullable) bytes.
 * @return borrowed until the next evaluation or the next cstm_activation_set_string(), not NUL-terminated; "" where there is none: ask
 *         cstm_activation_status().
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_activation_string(const cstm_activation *activation, size_t *size);

/**
 * Explains the rule with the values that are set: every sub-expression in the order of the text, with its value.
 *
 * @param activation   (borrowed)
 * @param explanation  (out, owned)
 * @param error        (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_explain(const cstm_activation *activation, cstm_explanation **explanation,
                                             cstm_error **error);

/**
 * How many lines an explanation has.
 *
 * @param explanation  (borrowed, nullable)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_explanation_count(const cstm_explanation *explanation);

/**
 * The text of a line: a sub-expression as it was written, or a label.
 *
 * @param explanation  (borrowed, nullable)
 * @param i            line, from 0.
 * @return borrowed until the explanation is freed; NULL for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_explanation_text(const cstm_explanation *explanation, int32_t i);

/**
 * The value of a line, printed as the language would write it.
 *
 * @param explanation  (borrowed, nullable)
 * @param i            line, from 0.
 * @return borrowed until the explanation is freed; "" unless the line has a value; NULL for NULL, a foreign handle or an
 *         index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_explanation_value(const cstm_explanation *explanation, int32_t i);

/**
 * Whether a line has a value, is missing or is an error.
 *
 * @param explanation  (borrowed, nullable)
 * @param i            line, from 0.
 * @return CSTM_STATE_VALUE, _MISSING or _ERROR; -1 for a line that was not evaluated or is a label, and for NULL, a foreign
 *         handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_explanation_state(const cstm_explanation *explanation, int32_t i);

/**
 * The status of a line: what kind of error.
 *
 * @param explanation  (borrowed, nullable)
 * @param i            line, from 0.
 * @return CSTM_OK for a value; CSTM_ERROR_MISSING or another status; -1 as for cstm_explanation_state().
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_explanation_status(const cstm_explanation *explanation, int32_t i);

/**
 * How deep a line stands: a line belongs to the nearest line before it that is less deep.
 *
 * @param explanation  (borrowed, nullable)
 * @param i            line, from 0.
 * @return 0 for a whole expression or outermost label; -1 for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_explanation_depth(const cstm_explanation *explanation, int32_t i);

/**
 * Whether a line decided the outcome. What was skipped or absorbed did not.
 *
 * @param explanation  (borrowed, nullable)
 * @param i            line, from 0.
 * @return 1 or 0; 0 for a label, NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_explanation_decisive(const cstm_explanation *explanation, int32_t i);

/**
 * Frees an explanation.
 *
 * @param explanation  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_explanation_free(cstm_explanation *explanation);

/**
 * The nearest change: the fewest names whose values would have to change for a rule of type bool to come out otherwise, and for each
 * of them the nearest value that does it. A rule that is true becomes false; one that is false or undecided becomes true.
 *
 * Fewer changes are nearer than more. Of as many, those of the least size are taken, added up: of a number or money the
 * distance d from the present value v counts d / (d + max(|v|, 1)), of a date or timestamp d / (d + a year); a bool, a text, and a
 * value where there was none count 1, and taking a value away 2. What is then still alike is decided by the order of declaration, the
 * names declared first being changed rather than those behind them; within a name by the distance, by the lower value, and of texts by
 * the order in which the strategy or the rule lists them. The distance of a value that is missing is taken from zero, or from 1970-01-01.
 *
 * The answer is exact for comparisons of a name, or of an expression that rises or falls with it (2.0 * double(x), x + 1,
 * days_between(x, y)), with constants, for comparisons of names with names of their type, for `in`, has() and bools, put together by
 * && || ! ?: == and !=. Where other atoms are in the way (x % 7 == 3, startsWith(), macros) it is what was found by trying:
 * see cstm_nearest_exact(). Each answer has been tried out on the rule itself.
 *
 * @param rule     (borrowed)
 * @param table    (borrowed) as for cstm_rule_evaluate().
 * @param row      0 to the table's rows - 1.
 * @param nearest  (out, owned)
 * @param error    (owned by caller, nullable)
 * @return as cstm_rule_evaluate(); CSTM_ERROR_TYPE also for a rule of another type than bool; CSTM_ERROR_MISUSE also for a row out of
 *         range.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_rule_nearest(const cstm_rule *rule, const cstm_table *table, int64_t row, cstm_nearest **nearest,
                                       cstm_error **error);

/**
 * The nearest change to the values that are set, as cstm_rule_nearest() has it.
 *
 * @param activation  (borrowed)
 * @param nearest     (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE for a rule of another type than bool; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_activation_nearest(const cstm_activation *activation, cstm_nearest **nearest, cstm_error **error);

/**
 * Whether the rule can come out otherwise.
 *
 * @param nearest  (borrowed, nullable)
 * @return 1 if these changes do it; 0 if none does, or, where the answer is not exact, none was found; 0 for NULL or a
 *         foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_nearest_possible(const cstm_nearest *nearest);

/**
 * Whether nothing nearer is possible, or, where no change does it, that none could.
 *
 * @param nearest  (borrowed, nullable)
 * @return 1 or 0: what was given is what was found by trying, or before the search grew too long; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_nearest_exact(const cstm_nearest *nearest);

/**
 * Of a lifecycle (cstm_profile_nearest()): which of its transitions the changes make possible.
 *
 * @param nearest  (borrowed, nullable)
 * @return its position in the document, from 0; -1 for any other rule, NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_nearest_transition(const cstm_nearest *nearest);

/**
 * What the rule comes to after the changes.
 *
 * @param nearest  (borrowed, nullable)
 * @return 1 for true, 0 for false; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_nearest_outcome(const cstm_nearest *nearest);

/**
 * How many names change.
 *
 * @param nearest  (borrowed, nullable)
 * @return the count; 0 where the rule cannot come out otherwise, for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_nearest_count(const cstm_nearest *nearest);

/**
 * The name that changes. They stand in the order of declaration.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return borrowed until the handle is freed; NULL for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_nearest_name(const cstm_nearest *nearest, int32_t i);

/**
 * Its present value, printed as the language would write it.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return borrowed until the handle is freed; "" unless there is a value; NULL for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_nearest_present(const cstm_nearest *nearest, int32_t i);

/**
 * Whether it has a value now.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return CSTM_STATE_VALUE, _MISSING or _ERROR; -1 for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_nearest_present_state(const cstm_nearest *nearest, int32_t i);

/**
 * What the new value must be while the other changes are as given: ">= 8000.01", "in [1, 2]", "!= 'student'", "is present",
 * "is missing". Where more is not known: "== " and the value.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return borrowed until the handle is freed; NULL for NULL, a foreign handle or an index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_nearest_condition(const cstm_nearest *nearest, int32_t i);

/**
 * The nearest new value, printed as the language would write it.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return borrowed until the handle is freed; "" where the value is to be taken away; NULL for NULL, a foreign handle or an index
 *         out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_nearest_value(const cstm_nearest *nearest, int32_t i);

/**
 * The type of the new value.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return CSTM_TYPE_BOOL to CSTM_TYPE_MONEY; CSTM_TYPE_NONE where the value is to be taken away, for NULL, a foreign handle or an
 *         index out of range.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_type cstm_nearest_type(const cstm_nearest *nearest, int32_t i);

/**
 * The new value of a bool, int, date, timestamp or money, in the units of cstm_activation_set_int64().
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return the value; 0 where it is none of these: ask cstm_nearest_type().
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_nearest_int64(const cstm_nearest *nearest, int32_t i);

/**
 * The new value of a double.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @return the value; NaN where it is none: ask cstm_nearest_type().
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_nearest_double(const cstm_nearest *nearest, int32_t i);

/**
 * The new value of a string. Where any text does that the rule does not mention, it is one of them.
 *
 * @param nearest  (borrowed, nullable)
 * @param i        which change, from 0.
 * @param size     (out, nullable) bytes.
 * @return borrowed until the handle is freed, not NUL-terminated; "" where it is none: ask cstm_nearest_type().
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_nearest_string(const cstm_nearest *nearest, int32_t i, size_t *size);

/**
 * Frees a nearest change.
 *
 * @param nearest  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_nearest_free(cstm_nearest *nearest);

#ifdef __cplusplus
}
#endif

#endif
