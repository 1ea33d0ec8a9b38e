/* Segments in what the profile and the batch give out: the verdict of an outcome, why it is so, and
 * of a result who is in a segment, how many, and how far segments overlap. A segment is computed
 * with the features (STEP_SEGMENT is a rule over the rows of its entity); only here does its bool,
 * or the lack of it, become a verdict. */
#include "profile/explain.h"
#include "profile/result.h"

#include "segment/membership.h"

cstm_verdict
cstm_outcome_verdict(const cstm_outcome *outcome, int32_t segment, cstm_entity entity)
{
    if (cstm_outcome_status(outcome, CSTM_PART_SEGMENT, segment, entity) != CSTM_OK)
        return CSTM_VERDICT_UNDECIDED;
    return cstm_outcome_int64(outcome, CSTM_PART_SEGMENT, segment, entity) != 0
               ? CSTM_VERDICT_MET
               : CSTM_VERDICT_NOT_MET;
}

cstm_status
explain_segment(struct explaining *explaining, int32_t index, cstm_error **error)
{
    const struct segment *segment = &explaining->strategy->segments[index];
    cstm_status status = explain_value(
        explaining, segment->name, &explaining->columns[segment->slot], explaining->row, 0, error);
    return status == CSTM_OK ? explain_rule(explaining, segment->rule, explaining->columns,
                                            explaining->row, 1, NULL, error)
                             : status;
}

/* --- why a row of a result is undecided --- */

cstm_status
result_need_statuses(cstm_result *result, int32_t entity, int32_t rows, cstm_error **error)
{
    const cstm_strategy *strategy = result->strategy;
    for (int32_t i = 0; result->segments && i < strategy->n_segments; i++) {
        if (strategy->segments[i].entity != entity)
            continue;
        result->statuses[i] = memory_new((size_t) rows + 1);
        if (result->statuses[i] == NULL)
            return error_no_memory(error);
    }
    return CSTM_OK;
}

void
result_free_statuses(cstm_result *result)
{
    for (int32_t i = 0; result->statuses != NULL && i < result->strategy->n_segments; i++)
        memory_free(result->statuses[i]);
    memory_free(result->statuses);
}

/* --- memberships --- */

static cstm_status
check(const cstm_result *result, const void *out, const char *misuse, cstm_error **error)
{
    if (!handle_is(result, HANDLE_RESULT))
        return error_misuse(error, "result is NULL or not a result");
    if (out == NULL)
        return error_misuse(error, misuse);
    return result->segments ? CSTM_OK : error_misuse(error, "the run did not compute segments");
}

static bool
has_rows(const cstm_result *result, int32_t segment)
{
    return result->tables[result->strategy->segments[segment].entity] != NULL;
}

/* The first column of a result's table is the key. */
static cstm_status
membership_of(const cstm_result *result, int32_t index, struct cstm_membership **membership,
              cstm_error **error)
{
    const struct segment *segment = &result->strategy->segments[index];
    const cstm_table *table = result->tables[segment->entity];
    const struct table_column *column = table_find(table, segment->column);
    cstm_status status = membership_of_column(column->as.bools, result->statuses[index],
                                              column->rows, &table->columns[0], membership, error);
    if (status == CSTM_OK)
        (*membership)->distinct = true; /* rows without a key of their own were rejected */
    return status;
}

cstm_status
cstm_result_membership(const cstm_result *result, int32_t segment, cstm_membership **membership,
                       cstm_error **error)
{
    error_clear(error);
    cstm_status status = check(result, membership, "membership is NULL", error);
    if (status != CSTM_OK)
        return status;
    if (segment < 0 || segment >= result->strategy->n_segments)
        return error_misuse(error, "segment is not a segment of the strategy");
    if (!has_rows(result, segment))
        return error_set(
            error, CSTM_ERROR_MISSING, "the batch was given no table of %s",
            result->strategy->schema.entities[result->strategy->segments[segment].entity].name);
    return membership_of(result, segment, membership, error);
}

/* --- tables --- */

/* Of the segments of an entity (-1: of all) that have rows: their numbers and memberships. */
struct listing {
    int32_t n;
    int32_t *segments;
    struct cstm_membership **memberships;
};

static void
listing_clear(struct listing *listing)
{
    for (int32_t i = 0; listing->memberships != NULL && i < listing->n; i++)
        cstm_membership_free(listing->memberships[i]);
    memory_free(listing->segments);
    memory_free(listing->memberships);
}

static cstm_status
listing_fill(struct listing *listing, const cstm_result *result, int32_t entity, cstm_error **error)
{
    const cstm_strategy *strategy = result->strategy;
    size_t most = (size_t) strategy->n_segments + 1;
    *listing = (struct listing){.segments = memory_new_array(most, sizeof *listing->segments)};
    listing->memberships = memory_new_array(most, sizeof *listing->memberships);
    cstm_status status = listing->segments != NULL && listing->memberships != NULL
                             ? CSTM_OK
                             : error_no_memory(error);
    for (int32_t i = 0; status == CSTM_OK && i < strategy->n_segments; i++) {
        if ((entity >= 0 && strategy->segments[i].entity != entity) || !has_rows(result, i))
            continue;
        status = membership_of(result, i, &listing->memberships[listing->n], error);
        if (status == CSTM_OK)
            listing->segments[listing->n++] = i;
    }
    if (status != CSTM_OK)
        listing_clear(listing);
    return status;
}

/* Names of all segments, as the words of a column. */
static int32_t *
put_names(struct builder *builder, const char *column, const cstm_strategy *strategy)
{
    const char **names = memory_new_array((size_t) strategy->n_segments + 1, sizeof *names);
    for (int32_t i = 0; names != NULL && i < strategy->n_segments; i++)
        names[i] = strategy->segments[i].name;
    int32_t *codes =
        names == NULL ? NULL : builder_codes(builder, column, names, strategy->n_segments, NULL);
    memory_free(names);
    return codes;
}

static int32_t *
put_entities(struct builder *builder, const cstm_strategy *strategy)
{
    int32_t n = strategy->schema.n_entities;
    const char **names = memory_new_array((size_t) n, sizeof *names);
    for (int32_t i = 0; names != NULL && i < n; i++)
        names[i] = strategy->schema.entities[i].name;
    int32_t *codes = names == NULL ? NULL : builder_codes(builder, "entity", names, n, NULL);
    memory_free(names);
    return codes;
}

static bool
put_counts(struct builder *builder, const cstm_strategy *strategy, const struct listing *listing)
{
    uint8_t *valid;
    int32_t *segment = put_names(builder, "segment", strategy);
    int32_t *entity = segment == NULL ? NULL : put_entities(builder, strategy);
    int64_t *met = entity == NULL ? NULL : builder_int64s(builder, "met", NULL);
    int64_t *not_met = met == NULL ? NULL : builder_int64s(builder, "not_met", NULL);
    int64_t *undecided = not_met == NULL ? NULL : builder_int64s(builder, "undecided", NULL);
    double *share = undecided == NULL ? NULL : builder_doubles(builder, "share", &valid);
    for (int32_t i = 0; share != NULL && i < listing->n; i++) {
        const struct cstm_membership *membership = listing->memberships[i];
        segment[i] = listing->segments[i];
        entity[i] = strategy->segments[listing->segments[i]].entity;
        met[i] = membership->counts[CSTM_VERDICT_MET];
        not_met[i] = membership->counts[CSTM_VERDICT_NOT_MET];
        undecided[i] = membership->counts[CSTM_VERDICT_UNDECIDED];
        valid[i] = membership->rows > 0;
        share[i] = membership->rows > 0 ? wide_ratio(met[i], membership->rows) : 0;
    }
    return share != NULL;
}

cstm_status
cstm_result_segments(const cstm_result *result, cstm_table **table, cstm_error **error)
{
    error_clear(error);
    struct listing listing;
    struct builder builder;
    cstm_status status = check(result, table, "table is NULL", error);
    if (status == CSTM_OK)
        status = listing_fill(&listing, result, -1, error);
    if (status != CSTM_OK)
        return status;
    status = builder_start(&builder, listing.n, error);
    if (status == CSTM_OK)
        status = put_counts(&builder, result->strategy, &listing)
                     ? builder_end(&builder, table, error)
                     : builder_fail(&builder, error);
    listing_clear(&listing);
    return status;
}

static bool
put_pairs(struct builder *builder, const cstm_strategy *strategy, const struct listing *listing)
{
    uint8_t *valid;
    int64_t row = 0;
    int32_t *segment = put_names(builder, "segment", strategy);
    int32_t *other = segment == NULL ? NULL : put_names(builder, "other", strategy);
    int64_t *both = other == NULL ? NULL : builder_int64s(builder, "both", NULL);
    int64_t *either = both == NULL ? NULL : builder_int64s(builder, "either", NULL);
    int64_t *undecided = either == NULL ? NULL : builder_int64s(builder, "undecided", NULL);
    double *jaccard = undecided == NULL ? NULL : builder_doubles(builder, "jaccard", &valid);
    for (int32_t a = 0; jaccard != NULL && a < listing->n; a++) {
        for (int32_t b = a + 1; b < listing->n; b++, row++) {
            segment[row] = listing->segments[a];
            other[row] = listing->segments[b];
            cstm_membership_overlap(listing->memberships[a], listing->memberships[b], &both[row],
                                    &either[row], &undecided[row], NULL);
            valid[row] = either[row] > 0;
            jaccard[row] = either[row] > 0 ? wide_ratio(both[row], either[row]) : 0;
        }
    }
    return jaccard != NULL;
}

cstm_status
cstm_result_overlap(const cstm_result *result, int32_t kind, cstm_table **table, cstm_error **error)
{
    error_clear(error);
    struct listing listing;
    struct builder builder;
    cstm_status status = check(result, table, "table is NULL", error);
    if (status == CSTM_OK && (kind < 0 || kind >= result->strategy->schema.n_entities))
        status = error_misuse(error, "kind is not an entity of the strategy");
    if (status == CSTM_OK)
        status = listing_fill(&listing, result, kind, error);
    if (status != CSTM_OK)
        return status;
    status = builder_start(&builder, (int64_t) listing.n * (listing.n - 1) / 2, error);
    if (status == CSTM_OK)
        status = put_pairs(&builder, result->strategy, &listing)
                     ? builder_end(&builder, table, error)
                     : builder_fail(&builder, error);
    listing_clear(&listing);
    return status;
}
