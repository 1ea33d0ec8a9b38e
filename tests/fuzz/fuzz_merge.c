/* Halves of one customer's history from bytes that may say anything: merged both ways they are the
 * same bytes or the same error, and with a third half grouping cannot be seen either; a merge that
 * is refused changes nothing; what was merged can be read, evaluated and sealed. An input is three
 * profiles of the wide strategy, each behind its size in two bytes; the third may be missing. */
#include "wide.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static cstm_strategy *strategy;
static cstm_outcome *outcome;

static cstm_buffer *
written(const cstm_profile *profile)
{
    cstm_buffer *buffer = NULL;
    must(cstm_profile_write(profile, &buffer, NULL) == CSTM_OK);
    return buffer;
}

static int
same(const cstm_buffer *a, const cstm_buffer *b)
{
    return cstm_buffer_size(a) == cstm_buffer_size(b) &&
           memcmp(cstm_buffer_data(a), cstm_buffer_data(b), cstm_buffer_size(a)) == 0;
}

static cstm_profile *
read_back(const cstm_buffer *buffer)
{
    cstm_profile *profile = NULL;
    must(cstm_profile_read(strategy, cstm_buffer_data(buffer), cstm_buffer_size(buffer), &profile,
                           NULL, NULL) == CSTM_OK);
    return profile;
}

/* a and b as one, or NULL with the status of the merge, which then has changed nothing. Every
 * merge begins with a profile that was just read, so that revisions agree. */
static cstm_profile *
joined(const cstm_buffer *a, const cstm_profile *b, cstm_status *status)
{
    cstm_profile *into = read_back(a);
    *status = cstm_profile_merge(into, b, NULL);
    if (*status == CSTM_OK)
        return into;
    cstm_buffer *after = written(into);
    must(same(a, after));
    cstm_buffer_free(after);
    cstm_profile_free(into);
    return NULL;
}

static void
must_be_same(const cstm_profile *a, const cstm_profile *b)
{
    cstm_buffer *of_a = written(a), *of_b = written(b);
    must(same(of_a, of_b));
    cstm_buffer_free(of_a);
    cstm_buffer_free(of_b);
}

#define DAY INT64_C(86400000000)

/* Sealing what was merged and sealing what was read of it come to the same. As far as machines may
 * step in reasonable time: see fuzz_profile.c. */
static void
use(cstm_profile *profile)
{
    int32_t sealed = cstm_profile_sealed_day(profile);
    int64_t as_of = (sealed == INT32_MIN ? 12000 : (int64_t) sealed + 1) * DAY + DAY - 1;
    (void) cstm_profile_evaluate(profile, as_of, outcome, NULL);
    cstm_buffer *before = written(profile);
    cstm_profile *again = read_back(before);
    must_be_same(profile, again);
    cstm_status status = cstm_profile_advance(profile, as_of + 10 * DAY, NULL);
    must(status == CSTM_OK || status == CSTM_ERROR_RANGE);
    must(cstm_profile_advance(again, as_of + 10 * DAY, NULL) == status);
    /* One was saved between its changes and the other was not: one change more makes their
     * revisions equal. */
    cstm_buffer *after = written(profile);
    cstm_profile *saved = read_back(after);
    if (status == CSTM_OK && cstm_profile_revision(saved) < cstm_profile_revision(again)) {
        must(cstm_profile_observe(saved, 0, -DAY * 700000, NULL) == CSTM_OK);
        must(cstm_profile_observe(again, 0, -DAY * 700000, NULL) == CSTM_OK);
        must_be_same(saved, again);
    }
    cstm_profile_free(saved);
    cstm_profile_free(again);
    cstm_buffer_free(before);
    cstm_buffer_free(after);
}

/* The next profile of the input, NULL if it is none. */
static cstm_profile *
take(const uint8_t **bytes, size_t *left)
{
    if (*left < 2)
        return NULL;
    size_t size = (size_t) (*bytes)[0] | (size_t) (*bytes)[1] << 8;
    *bytes += 2;
    *left -= 2;
    size = size < *left ? size : *left;
    cstm_profile *profile = NULL;
    if (size >= 20) {
        uint8_t *mended = with_checksum(*bytes, size);
        if (cstm_profile_read(strategy, mended, size, &profile, NULL, NULL) != CSTM_OK)
            must(profile == NULL);
        free(mended);
    }
    *bytes += size;
    *left -= size;
    return profile;
}

static void
try_three(const cstm_buffer *a, const cstm_profile *ab, const cstm_buffer *b,
          const cstm_profile *c)
{
    cstm_status left_status = CSTM_OK, right_status, tail_status;
    cstm_profile *left = joined(a, c, &left_status), *tail = joined(b, c, &tail_status);
    /* (a + b) + c, begun again from a: a saved sum would have another revision */
    cstm_profile *of_b = read_back(b), *sum = joined(a, of_b, &right_status);
    must(right_status == CSTM_OK);
    must_be_same(sum, ab);
    left_status = cstm_profile_merge(sum, c, NULL);
    if (tail != NULL && left_status == CSTM_OK) {
        cstm_profile *right = joined(a, tail, &right_status);
        must(right_status == CSTM_OK);
        must_be_same(sum, right);
        cstm_profile_free(right);
    }
    cstm_profile_free(sum);
    cstm_profile_free(of_b);
    cstm_profile_free(left);
    cstm_profile_free(tail);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (strategy == NULL) {
        must(cstm_strategy_parse(wide_document, sizeof wide_document - 1, "wide.yaml", &strategy,
                                 NULL) == CSTM_OK);
        must(cstm_outcome_new(strategy, &outcome, NULL) == CSTM_OK);
    }
    cstm_profile *one = take(&bytes, &size), *two = take(&bytes, &size), *three = take(&bytes, &size);
    if (one != NULL && two != NULL) {
        cstm_status status, turned_status;
        cstm_buffer *a = written(one), *b = written(two);
        cstm_profile *ab = joined(a, two, &status), *ba = joined(b, one, &turned_status);
        must(status == turned_status);
        if (ab != NULL) {
            must_be_same(ab, ba);
            if (three != NULL)
                try_three(a, ab, b, three);
            use(ab);
        }
        cstm_profile_free(ab);
        cstm_profile_free(ba);
        cstm_buffer_free(a);
        cstm_buffer_free(b);
    }
    cstm_profile_free(one);
    cstm_profile_free(two);
    cstm_profile_free(three);
    return 0;
}
