/* The builder of scorecards: takes a card call by call, refuses at once what is wrong by itself,
 * and leaves what only the whole card shows (order, completeness, duplicates) to scorecard_check.c.
 * Each call copies its texts before it changes anything, so that one that fails leaves the card as
 * it was. */
#include "score/scorecard.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static const char not_a_card[] = "card is NULL or not a scorecard";

static cstm_status
check_text(const char *text, const char *what, cstm_error **error)
{
    if (text == NULL)
        return error_misuse(error, what);
    size_t size = strlen(text);
    if (size == 0 || text_utf8_error(text, size) != size)
        return error_set(error, CSTM_ERROR_SYNTAX, "%s: empty, or not UTF-8", what);
    return CSTM_OK;
}

static cstm_status
check_finite(double value, const char *what, cstm_error **error)
{
    if (!isfinite(value))
        return error_set(error, CSTM_ERROR_NOT_FINITE, "%s is not a finite number", what);
    return CSTM_OK;
}

static void
bin_clear(struct bin *bin)
{
    memory_free(bin->text);
    memory_free(bin->reason);
}

static void
characteristic_clear(struct characteristic *characteristic)
{
    for (size_t i = 0; i < characteristic->n_bins; i++)
        bin_clear(&characteristic->bins[i]);
    memory_free(characteristic->bins);
    memory_free(characteristic->name);
    memory_free(characteristic->input);
    memory_free(characteristic->reason);
}

cstm_status
cstm_scorecard_new(const char *name, double base, cstm_scorecard **card, cstm_error **error)
{
    error_clear(error);
    if (card == NULL)
        return error_misuse(error, "card is NULL");
    cstm_status status = check_text(name, "the name of a scorecard", error);
    if (status == CSTM_OK)
        status = check_finite(base, "the base of a scorecard", error);
    if (status != CSTM_OK)
        return status;
    struct cstm_scorecard *made = memory_new(sizeof *made);
    char *copy = memory_copy(name, strlen(name));
    if (made == NULL || copy == NULL) {
        memory_free(made);
        memory_free(copy);
        return error_no_memory(error);
    }
    made->handle.tag = HANDLE_SCORECARD;
    made->name = copy;
    made->base = base;
    made->method = CSTM_REASONS_BELOW_BEST;
    made->sharing = CSTM_REASONS_SUMMED;
    made->count = 4;
    *card = made;
    return CSTM_OK;
}

void
cstm_scorecard_free(cstm_scorecard *card)
{
    if (!handle_is(card, HANDLE_SCORECARD))
        return;
    for (size_t i = 0; i < card->n; i++)
        characteristic_clear(&card->characteristics[i]);
    memory_free(card->characteristics);
    memory_free(card->name);
    card->handle.tag = HANDLE_FREED;
    memory_free(card);
}

void
scorecard_set_place(cstm_scorecard *card, int64_t line, int64_t column)
{
    card->place = (struct card_place){.line = line, .column = column};
}

cstm_status
cstm_scorecard_set_reasons(cstm_scorecard *card, int32_t method, int32_t sharing, int32_t count,
                           cstm_error **error)
{
    error_clear(error);
    if (!handle_is(card, HANDLE_SCORECARD))
        return error_misuse(error, not_a_card);
    if (method != CSTM_REASONS_BELOW_BEST && method != CSTM_REASONS_BELOW_NEUTRAL)
        return error_misuse(
            error, "method is none of CSTM_REASONS_BELOW_BEST, CSTM_REASONS_BELOW_NEUTRAL");
    if (sharing < CSTM_REASONS_SUMMED || sharing > CSTM_REASONS_APART)
        return error_misuse(
            error,
            "sharing is none of CSTM_REASONS_SUMMED, CSTM_REASONS_GREATEST, CSTM_REASONS_APART");
    if (count < 0 || count > CSTM_REASONS_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE,
                         "the number of reasons of scorecard '%s' is not from 0 to %d", card->name,
                         CSTM_REASONS_LIMIT);
    card->method = method;
    card->sharing = sharing;
    card->count = count;
    return CSTM_OK;
}

cstm_status
cstm_scorecard_set_scaling(cstm_scorecard *card, double points_to_double, double odds, double at,
                           cstm_error **error)
{
    error_clear(error);
    if (!handle_is(card, HANDLE_SCORECARD))
        return error_misuse(error, not_a_card);
    cstm_status status = check_finite(points_to_double, "points_to_double", error);
    if (status == CSTM_OK)
        status = check_finite(odds, "odds", error);
    if (status == CSTM_OK)
        status = check_finite(at, "at", error);
    if (status != CSTM_OK)
        return status;
    if (points_to_double <= 0 || odds <= 0)
        return error_set(error, CSTM_ERROR_RANGE,
                         "the scaling of scorecard '%s': %s is not above 0", card->name,
                         odds <= 0 ? "odds" : "points_to_double");
    card->scaled = true;
    card->points_to_double = points_to_double;
    card->odds = odds;
    card->at = at;
    return CSTM_OK;
}

cstm_status
cstm_scorecard_add_characteristic(cstm_scorecard *card, const char *name, const char *input,
                                  cstm_type type, const char *reason, int32_t *characteristic,
                                  cstm_error **error)
{
    error_clear(error);
    if (!handle_is(card, HANDLE_SCORECARD))
        return error_misuse(error, not_a_card);
    if (characteristic == NULL)
        return error_misuse(error, "characteristic is NULL");
    cstm_status status = check_text(name, "the name of a characteristic", error);
    if (status == CSTM_OK)
        status = check_text(input, "the input of a characteristic", error);
    if (status == CSTM_OK)
        status = check_text(reason, "a reason code", error);
    if (status == CSTM_OK && type != CSTM_TYPE_DOUBLE && type != CSTM_TYPE_STRING &&
        type != CSTM_TYPE_BOOL)
        status = error_set(error, CSTM_ERROR_TYPE,
                           "a characteristic reads a number (DOUBLE), a STRING or a BOOL");
    if (status == CSTM_OK && card->n >= CSTM_CHARACTERISTICS_LIMIT)
        status =
            error_set(error, CSTM_ERROR_LIMIT, "scorecard '%s' has more than %d characteristics",
                      card->name, CSTM_CHARACTERISTICS_LIMIT);
    if (status != CSTM_OK) {
        error_at_field(error, name);
        return status;
    }
    struct characteristic made = {
        .name = memory_copy(name, strlen(name)),
        .input = memory_copy(input, strlen(input)),
        .type = type,
        .reason = memory_copy(reason, strlen(reason)),
        .place = card->place,
    };
    if (made.name == NULL || made.input == NULL || made.reason == NULL ||
        !memory_reserve(&card->characteristics, &card->capacity, card->n + 1, sizeof made)) {
        characteristic_clear(&made);
        return error_no_memory(error);
    }
    *characteristic = (int32_t) card->n;
    card->characteristics[card->n++] = made;
    return CSTM_OK;
}

static struct characteristic *
find_characteristic(cstm_scorecard *card, int32_t characteristic, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(card, HANDLE_SCORECARD)) {
        error_misuse(error, not_a_card);
        return NULL;
    }
    if (characteristic < 0 || (size_t) characteristic >= card->n) {
        error_misuse(error, "characteristic is no number of the card's");
        return NULL;
    }
    return &card->characteristics[characteristic];
}

cstm_status
cstm_scorecard_set_neutral(cstm_scorecard *card, int32_t characteristic, double points,
                           cstm_error **error)
{
    struct characteristic *at = find_characteristic(card, characteristic, error);
    if (at == NULL)
        return CSTM_ERROR_MISUSE;
    cstm_status status = check_finite(points, "the neutral points", error);
    if (status != CSTM_OK) {
        error_at_field(error, at->name);
        return status;
    }
    at->has_neutral = true;
    at->neutral = points;
    return CSTM_OK;
}

static bool
kind_fits(enum bin_kind kind, cstm_type type)
{
    if (kind == BIN_UP_TO || kind == BIN_ABOVE)
        return type == CSTM_TYPE_DOUBLE;
    return kind != BIN_TEXT || type != CSTM_TYPE_DOUBLE;
}

static cstm_status
check_bin(const cstm_scorecard *card, const struct characteristic *at, const struct bin *bin,
          const char *text, const char *reason, cstm_error **error)
{
    if (!kind_fits(bin->kind, at->type))
        return error_set(error, CSTM_ERROR_TYPE, "bins of %s for a characteristic that reads %s",
                         bin->kind == BIN_TEXT ? "texts" : "numbers",
                         at->type == CSTM_TYPE_DOUBLE ? "numbers"
                         : at->type == CSTM_TYPE_BOOL ? "truth values"
                                                      : "texts");
    if (!isfinite(bin->bound) || !isfinite(bin->points))
        return error_set(error, CSTM_ERROR_NOT_FINITE, "the %s of a bin is not a finite number",
                         isfinite(bin->bound) ? "points" : "bound");
    if (bin->kind == BIN_TEXT && text_utf8_error(text, bin->size) != bin->size)
        return error_set(error, CSTM_ERROR_SYNTAX, "the text of a bin is not UTF-8");
    if (at->type == CSTM_TYPE_BOOL && bin->kind == BIN_TEXT &&
        !(bin->size == 4 && memcmp(text, "true", 4) == 0) &&
        !(bin->size == 5 && memcmp(text, "false", 5) == 0))
        return error_set(error, CSTM_ERROR_TYPE, "a bin of truth values is neither true nor false");
    if (card->n_bins >= CSTM_BINS_LIMIT)
        return error_set(error, CSTM_ERROR_LIMIT, "scorecard '%s' has more than %d bins",
                         card->name, CSTM_BINS_LIMIT);
    return reason != NULL ? check_text(reason, "the reason code of a bin", error) : CSTM_OK;
}

static cstm_status
add_bin(cstm_scorecard *card, int32_t characteristic, struct bin bin, const char *text,
        const char *reason, cstm_error **error)
{
    struct characteristic *at = find_characteristic(card, characteristic, error);
    if (at == NULL)
        return CSTM_ERROR_MISUSE;
    cstm_status status = check_bin(card, at, &bin, text, reason, error);
    if (status != CSTM_OK) {
        error_at_field(error, at->name);
        return status;
    }
    bin.place = card->place;
    bin.text = bin.kind == BIN_TEXT ? memory_copy(text, bin.size) : NULL;
    bin.reason = reason != NULL ? memory_copy(reason, strlen(reason)) : NULL;
    if ((bin.kind == BIN_TEXT && bin.text == NULL) || (reason != NULL && bin.reason == NULL) ||
        !memory_reserve(&at->bins, &at->bin_capacity, at->n_bins + 1, sizeof bin)) {
        bin_clear(&bin);
        return error_no_memory(error);
    }
    at->bins[at->n_bins++] = bin;
    card->n_bins++;
    return CSTM_OK;
}

cstm_status
cstm_scorecard_add_bin_up_to(cstm_scorecard *card, int32_t characteristic, double up_to,
                             double points, const char *reason, cstm_error **error)
{
    return add_bin(card, characteristic,
                   (struct bin){.kind = BIN_UP_TO, .bound = up_to, .points = points}, NULL, reason,
                   error);
}

cstm_status
cstm_scorecard_add_bin_above(cstm_scorecard *card, int32_t characteristic, double above,
                             double points, const char *reason, cstm_error **error)
{
    return add_bin(card, characteristic,
                   (struct bin){.kind = BIN_ABOVE, .bound = above, .points = points}, NULL, reason,
                   error);
}

cstm_status
cstm_scorecard_add_bin_text(cstm_scorecard *card, int32_t characteristic, const char *text,
                            size_t size, double points, const char *reason, cstm_error **error)
{
    error_clear(error);
    if (text == NULL && size > 0)
        return error_misuse(error, "text is NULL");
    return add_bin(card, characteristic,
                   (struct bin){.kind = BIN_TEXT, .size = size, .points = points},
                   text != NULL ? text : "", reason, error);
}

cstm_status
cstm_scorecard_add_bin_missing(cstm_scorecard *card, int32_t characteristic, double points,
                               const char *reason, cstm_error **error)
{
    return add_bin(card, characteristic, (struct bin){.kind = BIN_MISSING, .points = points}, NULL,
                   reason, error);
}

cstm_status
cstm_scorecard_add_bin_other(cstm_scorecard *card, int32_t characteristic, double points,
                             const char *reason, cstm_error **error)
{
    return add_bin(card, characteristic, (struct bin){.kind = BIN_OTHER, .points = points}, NULL,
                   reason, error);
}
