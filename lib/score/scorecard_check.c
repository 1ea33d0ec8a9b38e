/* What only the whole card shows: order and completeness of bounds, duplicates, inputs of two
 * types, neutrals that are needed and not stated. All faults at once, each with its characteristic
 * as the field and, where the card comes from a document, its place. */
#include "score/scorecard.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct check {
    const cstm_scorecard *card;
    const char *file;
    struct error_list *errors;
};

#define COMPLAIN(check, characteristic, place, code, ...)                                          \
    do {                                                                                           \
        cstm_error *made_ = NULL;                                                                  \
        error_set(&made_, (code), __VA_ARGS__);                                                    \
        complain((check), (characteristic), (place), made_);                                       \
    } while (0)

static void
complain(const struct check *check, const struct characteristic *characteristic,
         const struct card_place *place, cstm_error *error)
{
    if (characteristic != NULL)
        error_at_field(&error, characteristic->name);
    if (place != NULL && place->line > 0)
        error_at(&error, check->file, place->line, place->column);
    error_list_add(check->errors, error);
}

static void
check_numbers(const struct check *check, const struct characteristic *at, bool has_other)
{
    const struct bin *last = NULL, *above = NULL;
    for (size_t i = 0; i < at->n_bins; i++) {
        const struct bin *bin = &at->bins[i];
        if (bin->kind == BIN_UP_TO) {
            if (above != NULL)
                COMPLAIN(check, at, &bin->place, CSTM_ERROR_RANGE,
                         "an up_to stands after the above");
            else if (last != NULL && !(bin->bound > last->bound))
                COMPLAIN(check, at, &bin->place, CSTM_ERROR_RANGE,
                         "up_to is not greater than the one before it");
            last = bin;
        } else if (bin->kind == BIN_ABOVE) {
            if (above != NULL)
                COMPLAIN(check, at, &bin->place, CSTM_ERROR_DUPLICATE, "a second above");
            else if (last != NULL && bin->bound != last->bound)
                COMPLAIN(check, at, &bin->place, CSTM_ERROR_RANGE,
                         "above is not the last up_to: numbers between are in no bin");
            above = bin;
        }
    }
    if (!has_other && (last == NULL || above == NULL))
        COMPLAIN(check, at, &at->place, CSTM_ERROR_MISSING,
                 "%s are in no bin: give the bins %s, or one of all others",
                 last == NULL && above == NULL ? "numbers"
                 : last == NULL                ? "low numbers"
                                               : "high numbers",
                 last == NULL && above == NULL ? "up_to and above"
                 : last == NULL                ? "an up_to"
                                               : "an above");
}

static int
compare_texts(const void *a, const void *b)
{
    const struct bin *x = *(const struct bin *const *) a, *y = *(const struct bin *const *) b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    int order = memcmp(x->text, y->text, x->size);
    return order != 0 ? order : x < y ? -1 : x > y;
}

static void
check_texts(const struct check *check, const struct characteristic *at)
{
    const struct bin **texts = memory_new_array(at->n_bins, sizeof *texts);
    if (texts == NULL) {
        COMPLAIN(check, NULL, NULL, CSTM_ERROR_NO_MEMORY, "out of memory");
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < at->n_bins; i++)
        if (at->bins[i].kind == BIN_TEXT)
            texts[n++] = &at->bins[i];
    qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 1; i < n; i++)
        if (texts[i]->size == texts[i - 1]->size &&
            memcmp(texts[i]->text, texts[i - 1]->text, texts[i]->size) == 0)
            COMPLAIN(check, at, &texts[i]->place, CSTM_ERROR_DUPLICATE,
                     "the text '%s' is in two bins", texts[i]->text);
    memory_free(texts);
}

static void
check_characteristic(const struct check *check, size_t index)
{
    const struct characteristic *at = &check->card->characteristics[index];
    for (size_t i = 0; i < index; i++) {
        const struct characteristic *before = &check->card->characteristics[i];
        if (strcmp(before->name, at->name) == 0) {
            COMPLAIN(check, at, &at->place, CSTM_ERROR_DUPLICATE, "a second characteristic '%s'",
                     at->name);
            break;
        }
    }
    for (size_t i = 0; i < index; i++) {
        const struct characteristic *before = &check->card->characteristics[i];
        if (before->type != at->type && strcmp(before->input, at->input) == 0) {
            COMPLAIN(check, at, &at->place, CSTM_ERROR_TYPE,
                     "reads '%s' as another type than '%s' does", at->input, before->name);
            break;
        }
    }
    if (check->card->method == CSTM_REASONS_BELOW_NEUTRAL && !at->has_neutral)
        COMPLAIN(check, at, &at->place, CSTM_ERROR_MISSING,
                 "has no neutral points, from which its loss would be counted");
    if (at->n_bins == 0) {
        COMPLAIN(check, at, &at->place, CSTM_ERROR_MISSING, "has no bins");
        return;
    }
    int32_t missing = 0, other = 0;
    for (size_t i = 0; i < at->n_bins; i++) {
        const struct bin *bin = &at->bins[i];
        if (bin->kind == BIN_MISSING && ++missing == 2)
            COMPLAIN(check, at, &bin->place, CSTM_ERROR_DUPLICATE,
                     "a second bin of missing values");
        if (bin->kind == BIN_OTHER && ++other == 2)
            COMPLAIN(check, at, &bin->place, CSTM_ERROR_DUPLICATE, "a second bin of all others");
    }
    if (at->type == CSTM_TYPE_DOUBLE)
        check_numbers(check, at, other > 0);
    else
        check_texts(check, at);
}

/* No row can come to more than this, so that a sum of points never leaves the range of doubles. */
static void
check_magnitude(const struct check *check)
{
    const cstm_scorecard *card = check->card;
    double total = fabs(card->base);
    for (size_t i = 0; i < card->n; i++) {
        const struct characteristic *at = &card->characteristics[i];
        double greatest = 0.0;
        for (size_t k = 0; k < at->n_bins; k++)
            greatest = fmax(greatest, fabs(at->bins[k].points));
        total += greatest + (at->has_neutral ? fabs(at->neutral) : greatest);
    }
    double scaled =
        card->scaled ? fabs(card->at) + card->points_to_double / 0.69 * (total + 800.0) : total;
    if (!isfinite(scaled) || scaled > 1e300)
        COMPLAIN(check, NULL, NULL, CSTM_ERROR_NOT_FINITE,
                 "scorecard '%s': points or scaling are beyond the range of numbers", card->name);
}

void
scorecard_check(const cstm_scorecard *card, const char *file, struct error_list *errors)
{
    struct check check = {.card = card, .file = file, .errors = errors};
    if (card->n == 0)
        COMPLAIN(&check, NULL, NULL, CSTM_ERROR_MISSING, "scorecard '%s' has no characteristics",
                 card->name);
    for (size_t i = 0; i < card->n; i++)
        check_characteristic(&check, i);
    check_magnitude(&check);
}
