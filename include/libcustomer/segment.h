/* Segments 客群: who meets a rule, who does not, and of whom it cannot be said. Apache-2.0.
 *
 * A membership says it of every row of a table, in two bitmaps over the rows: met and undecided;
 * whoever is in neither is not met. Undecided is a state of its own: a rule that ends in missing or
 * an error for a customer neither admits nor refuses them, and and, or, not and minus keep it as
 * Kleene's three-valued logic does: not met and undecided is not met, met or undecided is met,
 * anything else of undecided stays so. Memberships are immutable and stand alone: what they were
 * made of may be freed before them.
 */
#ifndef LIBCUSTOMER_SEGMENT_H
#define LIBCUSTOMER_SEGMENT_H

#include <libcustomer/base.h>
#include <libcustomer/rule.h>
#include <libcustomer/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_membership cstm_membership;

/* What a segment says of one customer, account or card. */
typedef int32_t cstm_verdict;
#define CSTM_VERDICT_NOT_MET 0
#define CSTM_VERDICT_MET 1
#define CSTM_VERDICT_UNDECIDED 2

/**
 * Who of a table meets a rule.
 *
 * @param rule        (borrowed) of type bool.
 * @param table       (borrowed) has a column of the declared type for every name that the rule
 *                    reads.
 * @param key         (borrowed, nullable) a column of type string or int that says who a row is;
 *                    NULL: rows are known by their numbers, from 0, under the name "row".
 * @param membership  (out, owned) free with cstm_membership_free().
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN if the table has no such column; CSTM_ERROR_TYPE for a rule
 *         that is not bool, a key that is neither string nor int, and as cstm_rule_evaluate();
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE. A row that cannot be computed is undecided,
 *         never a failure of the call.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_of_rule(const cstm_rule *rule, const cstm_table *table,
                                             const char *key, cstm_membership **membership,
                                             cstm_error **error);

/**
 * Reads a membership back from a table: from a result that was kept, or from
 * cstm_membership_table().
 *
 * @param table       (borrowed)
 * @param column      (borrowed) of type bool, undecided where it is missing: "segment.full_payers"
 *                    of a result.
 * @param status      (borrowed, nullable) a column of type int that says why a row is undecided, by
 *                    the number of a status; NULL, and where it is missing or no status:
 *                    CSTM_ERROR_MISSING.
 * @param key         (borrowed, nullable) as cstm_membership_of_rule().
 * @param membership  (out, owned) free with cstm_membership_free().
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_UNKNOWN if the table has no such column; CSTM_ERROR_TYPE for one of
 *         another type; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_of_table(const cstm_table *table, const char *column,
                                              const char *status, const char *key,
                                              cstm_membership **membership, cstm_error **error);

/**
 * Who is in both.
 *
 * @param membership  (borrowed)
 * @param other       (borrowed) of the same rows: the same keys in the same order.
 * @param both        (out, owned) a row that is undecided has the status of the first that is
 *                    undecided in it.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH for other rows; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_and(const cstm_membership *membership,
                                         const cstm_membership *other, cstm_membership **both,
                                         cstm_error **error);

/**
 * Who is in one or both.
 *
 * @param membership  (borrowed)
 * @param other       (borrowed) of the same rows.
 * @param either      (out, owned) as cstm_membership_and().
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH for other rows; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_or(const cstm_membership *membership,
                                        const cstm_membership *other, cstm_membership **either,
                                        cstm_error **error);

/**
 * Who is in the first and not in the other.
 *
 * @param membership  (borrowed)
 * @param other       (borrowed) of the same rows.
 * @param rest        (out, owned) as cstm_membership_and().
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH for other rows; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_minus(const cstm_membership *membership,
                                           const cstm_membership *other, cstm_membership **rest,
                                           cstm_error **error);

/**
 * Who is not in it; undecided stays undecided.
 *
 * @param membership  (borrowed)
 * @param others      (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_not(const cstm_membership *membership,
                                         cstm_membership **others, cstm_error **error);

/**
 * How many rows there are.
 *
 * @param membership  (borrowed, nullable)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_membership_rows(const cstm_membership *membership);

/**
 * How many rows have a verdict.
 *
 * @param membership  (borrowed, nullable)
 * @param verdict     one of CSTM_VERDICT_*.
 * @return the count; 0 for another number, NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_membership_count(const cstm_membership *membership, cstm_verdict verdict);

/**
 * What it says of a row.
 *
 * @param membership  (borrowed, nullable)
 * @param row         from 0.
 * @return one of CSTM_VERDICT_*; CSTM_VERDICT_UNDECIDED for a row out of range, NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_verdict cstm_membership_verdict(const cstm_membership *membership, int64_t row);

/**
 * Why a row is undecided.
 *
 * @param membership  (borrowed, nullable)
 * @param row         from 0.
 * @return CSTM_OK for a row that is decided; CSTM_ERROR_MISSING, CSTM_ERROR_DIVIDE or another
 *         status for one that is not; CSTM_ERROR_MISUSE for a row out of range, NULL or a foreign
 *         handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_status(const cstm_membership *membership, int64_t row);

/**
 * A bitmap over the rows, as Arrow lays out a column of bool: row i is bit i % 8, from the least,
 * of byte i / 8. Bits behind the last row are 0.
 *
 * @param membership  (borrowed, nullable)
 * @param verdict     CSTM_VERDICT_MET or CSTM_VERDICT_UNDECIDED.
 * @param size        (out, nullable) bytes that hold rows: (rows + 7) / 8.
 * @return borrowed until the membership is freed; NULL, and a size of 0, for another number, NULL
 *         or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const uint8_t *cstm_membership_bits(const cstm_membership *membership,
                                             cstm_verdict verdict, size_t *size);

/**
 * The rows that have a verdict, in their order. Columns: the key, under its name; `row` (int,
 * unless that is the key); of the undecided also `status` (int) and `reason` (its name).
 *
 * @param membership  (borrowed)
 * @param verdict     one of CSTM_VERDICT_*.
 * @param table       (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_DUPLICATE if the key is named as another column;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE, also for another number.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_select(const cstm_membership *membership, cstm_verdict verdict,
                                            cstm_table **table, cstm_error **error);

/**
 * All rows, to be kept and read back with cstm_membership_of_table(). Columns: the key, under its
 * name; `met` (bool, missing where undecided); `status` (int, 0 where decided).
 *
 * @param membership  (borrowed)
 * @param table       (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_DUPLICATE if the key is named as another column;
 *         CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_table(const cstm_membership *membership, cstm_table **table,
                                           cstm_error **error);

/**
 * How far two memberships overlap. Jaccard's index is both / either.
 *
 * @param membership  (borrowed)
 * @param other       (borrowed) of the same rows.
 * @param both        (out) rows that are met in both.
 * @param either      (out) rows that are met in one or both.
 * @param undecided   (out) rows that are undecided in one or both.
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISMATCH for other rows; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_overlap(const cstm_membership *membership,
                                             const cstm_membership *other, int64_t *both,
                                             int64_t *either, int64_t *undecided,
                                             cstm_error **error);

/**
 * What changed since: the same segment at two dates, row by row of those whose verdict differs,
 * aligned by key. First the rows of the later one in their order, then those that are only in the
 * earlier one. Columns: the key, under its name; `from` and `to` ("not met", "met", "undecided" or
 * "absent"); `change` as in cstm_membership_turnover().
 *
 * @param membership  (borrowed) at the later date.
 * @param earlier     (borrowed) at the earlier date; other rows in another order are fine, a key of
 *                    another type is too.
 * @param table       (out, owned)
 * @param error       (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_DUPLICATE if a key stands twice in one of them, or is named as
 *         another column; CSTM_ERROR_MISSING if a key is missing; CSTM_ERROR_LIMIT for more than
 *         2,147,483,646 rows; CSTM_ERROR_NO_MEMORY; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_changes(const cstm_membership *membership,
                                             const cstm_membership *earlier, cstm_table **table,
                                             cstm_error **error);

/**
 * How many changed in which way. Columns: `change`, `count`; one row each for joined (to met), left
 * (from met to not met), ruled out (from undecided to not met), became undecided, appeared (absent
 * before), vanished (absent now) and unchanged, which together are all keys of both.
 *
 * @param membership  (borrowed) at the later date.
 * @param earlier     (borrowed) at the earlier date.
 * @param table       (out, owned)
 * @param error       (owned by caller, nullable)
 * @return as cstm_membership_changes().
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_membership_turnover(const cstm_membership *membership,
                                              const cstm_membership *earlier, cstm_table **table,
                                              cstm_error **error);

/**
 * Frees a membership.
 *
 * @param membership  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_membership_free(cstm_membership *membership);

#ifdef __cplusplus
}
#endif

#endif
