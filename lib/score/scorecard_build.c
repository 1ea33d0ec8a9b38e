/* From a card that has been checked to one that runs. Bounds go into arrays to be counted through,
 * those of money as the greatest number of minor units whose value in major units is not above
 * them, so that an integer is compared as it is and money exactly as its value in major units would
 * be. Every bin gets its points, the points lost in it and the number of its reason. All of it lies
 * in one arena, freed with the scorer. */
#include "score/scorecard.h"

#include "base/bytes.h"
#include "base/money.h"
#include "base/text.h"
#include "base/exact.h"
#include "score/logarithm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reason codes by number, found again by hash. */
struct reason_table {
    int32_t n;
    size_t mask;
    int32_t *slots; /* number + 1 */
};

struct build {
    const cstm_scorecard *card;
    struct card *made;
    struct reason_table reasons;
    int32_t exponent;
};

static char *
keep_text(struct build *build, const char *text)
{
    return arena_text(&build->made->arena, text, strlen(text));
}

static void *
keep_array(struct build *build, size_t n, size_t size)
{
    return arena_new(&build->made->arena, n * size == 0 ? 1 : n * size);
}

/* -1 when memory is out. */
static int32_t
reason_number(struct build *build, const char *code)
{
    struct reason_table *table = &build->reasons;
    char **codes = build->made->scorer.reasons;
    size_t slot = hash_bytes(code, strlen(code), 0) & table->mask;
    while (table->slots[slot] != 0) {
        if (strcmp(codes[table->slots[slot] - 1], code) == 0)
            return table->slots[slot] - 1;
        slot = (slot + 1) & table->mask;
    }
    char *copy = keep_text(build, code);
    if (copy == NULL)
        return -1;
    codes[table->n] = copy;
    table->slots[slot] = ++table->n;
    return table->n - 1;
}

static bool
reasons_start(struct build *build)
{
    size_t most = build->card->n + (size_t) build->card->n_bins;
    size_t size = 16;
    while (size < 2 * most)
        size *= 2;
    build->reasons.mask = size - 1;
    build->reasons.slots = memory_new_array(size, sizeof *build->reasons.slots);
    build->made->scorer.reasons = keep_array(build, most, sizeof(char *));
    return build->reasons.slots != NULL && build->made->scorer.reasons != NULL;
}

static enum rule_kind
kind_of_input(cstm_type type)
{
    return type == CSTM_TYPE_DOUBLE ? RULE_DOUBLE
           : type == CSTM_TYPE_BOOL ? RULE_BOOL
                                    : RULE_STRING;
}

static int32_t
input_number(struct build *build, const struct characteristic *from)
{
    cstm_scorer *scorer = &build->made->scorer;
    for (int32_t i = 0; i < scorer->n_inputs; i++)
        if (strcmp(scorer->inputs[i].name, from->input) == 0)
            return i;
    char *name = keep_text(build, from->input);
    if (name == NULL)
        return -1;
    scorer->inputs[scorer->n_inputs] =
        (struct scorer_input){.name = name, .kind = kind_of_input(from->type)};
    return scorer->n_inputs++;
}

static void
write_number(double value, char text[32])
{
    size_t n = text_from_double(value, text);
    if (n > 2 && strcmp(text + n - 2, ".0") == 0)
        text[n - 2] = '\0';
}

static const char *
bin_label(struct build *build, const struct bin *bin, const struct bin *before)
{
    char low[32], high[32], text[80];
    switch (bin->kind) {
    case BIN_MISSING:
        return "missing";
    case BIN_OTHER:
        return "other";
    case BIN_TEXT: {
        char *label = arena_new(&build->made->arena, bin->size + 3);
        if (label != NULL) {
            label[0] = label[bin->size + 1] = '\'';
            memcpy(label + 1, bin->text, bin->size);
        }
        return label;
    }
    default:
        write_number(bin->bound, high);
        if (before != NULL)
            write_number(before->bound, low);
        const char *parts[5] = {bin->kind == BIN_ABOVE ? "> "
                                : before == NULL       ? "<= "
                                                       : "(",
                                before == NULL || bin->kind == BIN_ABOVE ? "" : low,
                                before == NULL || bin->kind == BIN_ABOVE ? "" : ", ", high,
                                before == NULL || bin->kind == BIN_ABOVE ? "" : "]"};
        text[0] = '\0';
        for (int i = 0; i < 5; i++)
            strcat(text, parts[i]);
        return keep_text(build, text);
    }
}

/* Bins get their numbers here: those of numbers first, by bound, with a place for what is above;
 * then all others. */
static bool
add_card_bin(struct build *build, struct card_part *part, int32_t number,
             const struct characteristic *from, const struct bin *bin, const struct bin *before)
{
    int32_t reason = bin->reason != NULL ? reason_number(build, bin->reason) : part->reason;
    const char *label = bin_label(build, bin, before);
    if (reason < 0 || label == NULL)
        return false;
    double baseline = from->neutral;
    if (build->card->method == CSTM_REASONS_BELOW_BEST) {
        baseline = from->bins[0].points;
        for (size_t i = 1; i < from->n_bins; i++)
            baseline = fmax(baseline, from->bins[i].points);
    }
    part->points[number] = bin->points;
    part->lost[number] = baseline - bin->points;
    part->reasons[number] = reason;
    part->labels[number] = label;
    return true;
}

static int
compare_card_texts(const void *a, const void *b)
{
    const struct card_text *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return memcmp(x->bytes, y->bytes, x->size);
}

static bool
build_texts(struct build *build, struct card_part *part, const struct characteristic *from)
{
    part->texts = keep_array(build, from->n_bins, sizeof *part->texts);
    if (part->texts == NULL)
        return false;
    for (size_t i = 0; i < from->n_bins; i++) {
        const struct bin *bin = &from->bins[i];
        if (bin->kind != BIN_TEXT)
            continue;
        const char *label = part->labels[i];
        part->texts[part->n_texts++] =
            (struct card_text){.bytes = label + 1, .size = bin->size, .bin = (int32_t) i};
        if (from->type == CSTM_TYPE_BOOL)
            part->truth[bin->size == 4] = (int32_t) i;
    }
    qsort(part->texts, (size_t) part->n_texts, sizeof *part->texts, compare_card_texts);
    return true;
}

/* The greatest int64 not above the bound; false if all are. */
static bool
floor_of(double bound, int64_t *most)
{
    if (bound < -0x1p63)
        return false;
    *most = bound >= 0x1p63 ? INT64_MAX : (int64_t) floor(bound);
    return true;
}

/* The greatest amount whose value in major units is not above the bound; false if all are. */
static bool
money_floor(double bound, int32_t exponent, int64_t *most)
{
    if (money_to_double(INT64_MIN, exponent) > bound)
        return false;
    int64_t low = INT64_MIN, high = INT64_MAX;
    while (low < high) {
        int64_t middle = (int64_t) (((wide) low + high + 1) >> 1);
        if (money_to_double(middle, exponent) <= bound)
            low = middle;
        else
            high = middle - 1;
    }
    *most = low;
    return true;
}

static bool
bounds_start(struct build *build, struct card_bounds *bounds, size_t most)
{
    size_t filled = (most + BOUNDS_GROUP - 1) / BOUNDS_GROUP * BOUNDS_GROUP;
    if (filled == 0)
        filled = BOUNDS_GROUP;
    bounds->groups = 1;
    bounds->at = keep_array(build, filled, sizeof *bounds->at);
    bounds->whole = keep_array(build, most, sizeof *bounds->whole);
    for (size_t i = 0; bounds->at != NULL && i < filled; i++)
        bounds->at[i] = (double) INFINITY;
    return bounds->at != NULL && bounds->whole != NULL;
}

static void
bounds_add(struct card_bounds *bounds, double at, bool is_some, int64_t most)
{
    bounds->at[bounds->n++] = at;
    bounds->groups = (uint32_t) (bounds->n + BOUNDS_GROUP - 1) / BOUNDS_GROUP;
    if (is_some)
        bounds->whole[bounds->n - 1 - bounds->skip] = most;
    else
        bounds->skip++;
}

static void
add_bound(struct build *build, struct card_part *part, double bound)
{
    int64_t most = 0;
    bool is_some = floor_of(bound, &most);
    bounds_add(&part->numbers, bound, is_some, most);
    if (build->exponent < 0)
        return;
    is_some = money_floor(bound, build->exponent, &most);
    bounds_add(&part->money, is_some ? (double) most : -(double) INFINITY, is_some, most);
}

/* Bin i is what lies up to bound i, above the one before; bin n_bounds is what lies above the last.
 * Where the card says nothing of one of them it is a bin of all others. */
static bool
build_numbers(struct build *build, struct card_part *part, const struct characteristic *from,
              const struct bin *other)
{
    if (!bounds_start(build, &part->numbers, from->n_bins) ||
        !bounds_start(build, &part->money, from->n_bins))
        return false;
    const struct bin *before = NULL, *above = NULL;
    for (size_t i = 0; i < from->n_bins; i++) {
        const struct bin *bin = &from->bins[i];
        if (bin->kind == BIN_ABOVE)
            above = bin;
        if (bin->kind != BIN_UP_TO)
            continue;
        if (!add_card_bin(build, part, part->numbers.n, from, bin, before))
            return false;
        add_bound(build, part, bin->bound);
        before = bin;
    }
    if (part->numbers.n == 0 && above != NULL) {
        if (!add_card_bin(build, part, 0, from, other, NULL))
            return false;
        add_bound(build, part, above->bound);
    }
    return add_card_bin(build, part, part->numbers.n, from, above != NULL ? above : other, before);
}

/* Beside its own bins a part has one for what lies above and one below its bounds, and those of
 * missing and other values. */
#define BINS_MORE 4

static bool
bins_start(struct build *build, struct card_part *part, size_t most)
{
    part->points = keep_array(build, most, sizeof *part->points);
    part->lost = keep_array(build, most, sizeof *part->lost);
    part->reasons = keep_array(build, most, sizeof *part->reasons);
    part->labels = keep_array(build, most, sizeof *part->labels);
    return part->points != NULL && part->lost != NULL && part->reasons != NULL &&
           part->labels != NULL;
}

static bool
build_part(struct build *build, struct card_part *part, const struct characteristic *from)
{
    const struct bin *missing = NULL, *other = NULL;
    for (size_t i = 0; i < from->n_bins; i++) {
        if (from->bins[i].kind == BIN_MISSING)
            missing = &from->bins[i];
        if (from->bins[i].kind == BIN_OTHER)
            other = &from->bins[i];
    }
    part->name = keep_text(build, from->name);
    part->input = input_number(build, from);
    part->reason = reason_number(build, from->reason);
    part->truth[0] = part->truth[1] = part->missing = part->other = -1;
    if (part->name == NULL || part->input < 0 || part->reason < 0 ||
        !bins_start(build, part, from->n_bins + BINS_MORE))
        return false;

    if (from->type == CSTM_TYPE_DOUBLE) {
        if (!build_numbers(build, part, from, other))
            return false;
        part->n_bins = part->numbers.n + 1;
    } else {
        for (size_t i = 0; i < from->n_bins; i++)
            if (!add_card_bin(build, part, (int32_t) i, from, &from->bins[i], NULL))
                return false;
        part->n_bins = (int32_t) from->n_bins;
        if (!build_texts(build, part, from))
            return false;
    }
    if (other != NULL) {
        part->other = part->n_bins++;
        if (!add_card_bin(build, part, part->other, from, other, NULL))
            return false;
    }
    part->missing = part->other;
    if (missing != NULL) {
        part->missing = part->n_bins++;
        if (!add_card_bin(build, part, part->missing, from, missing, NULL))
            return false;
    }
    return true;
}

static bool
put_double(struct cstm_buffer *buffer, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return buffer_put_u64(buffer, bits);
}

static bool
put_name(struct cstm_buffer *buffer, const char *name)
{
    return buffer_put_text(buffer, name, strlen(name));
}

static bool
put_characteristic(struct cstm_buffer *buffer, const struct characteristic *from, int32_t method)
{
    bool neutral = method == CSTM_REASONS_BELOW_NEUTRAL;
    bool done = put_name(buffer, from->name) && put_name(buffer, from->input) &&
                buffer_put_u8(buffer, (uint8_t) from->type) && put_name(buffer, from->reason) &&
                (!neutral || put_double(buffer, from->neutral)) &&
                buffer_put_uvar(buffer, from->n_bins);
    for (size_t i = 0; done && i < from->n_bins; i++) {
        const struct bin *bin = &from->bins[i];
        done = buffer_put_u8(buffer, (uint8_t) bin->kind) && put_double(buffer, bin->bound) &&
               buffer_put_text(buffer, bin->text != NULL ? bin->text : "", bin->size) &&
               put_double(buffer, bin->points) &&
               put_name(buffer, bin->reason != NULL ? bin->reason : "");
    }
    return done;
}

static bool
digest_card(const cstm_scorecard *card, cstm_scorer *scorer)
{
    struct cstm_buffer buffer = {0};
    bool done =
        put_name(&buffer, "scorecard 1") && put_name(&buffer, card->name) &&
        put_double(&buffer, card->base) && buffer_put_u8(&buffer, (uint8_t) card->method) &&
        buffer_put_u8(&buffer, (uint8_t) card->sharing) &&
        buffer_put_u8(&buffer, (uint8_t) card->count) && buffer_put_u8(&buffer, card->scaled) &&
        (!card->scaled || (put_double(&buffer, card->points_to_double) &&
                           put_double(&buffer, card->odds) && put_double(&buffer, card->at))) &&
        put_name(&buffer, scorer->currency) && buffer_put_uvar(&buffer, card->n);
    for (size_t i = 0; done && i < card->n; i++)
        done = put_characteristic(&buffer, &card->characteristics[i], card->method);
    if (done) {
        scorer->digest = digest_of(buffer.data, buffer.size);
        digest_text(&scorer->digest, scorer->digest_text);
    }
    buffer_clear(&buffer);
    return done;
}

/* Whether two characteristics can give one reason code. Codes are numbered as the card first names
 * them, so a part that names an older one than the newest before it shares that. */
static bool
reasons_are_shared(const struct card *card)
{
    int32_t newest = -1;
    for (int32_t i = 0; i < card->n_parts; i++) {
        const struct card_part *part = &card->parts[i];
        int32_t before = newest;
        if (part->reason <= before)
            return true;
        newest = part->reason;
        for (int32_t k = 0; k < part->n_bins; k++) {
            if (part->reasons[k] <= before)
                return true;
            newest = part->reasons[k] > newest ? part->reasons[k] : newest;
        }
    }
    return false;
}

static bool
build_card(struct build *build)
{
    const cstm_scorecard *from = build->card;
    struct card *card = build->made;
    cstm_scorer *scorer = &card->scorer;
    scorer->name = keep_text(build, from->name);
    scorer->inputs = keep_array(build, from->n, sizeof *scorer->inputs);
    card->parts = keep_array(build, from->n, sizeof *card->parts);
    if (scorer->name == NULL || scorer->inputs == NULL || card->parts == NULL ||
        !reasons_start(build))
        return false;
    for (size_t i = 0; i < from->n; i++)
        if (!build_part(build, &card->parts[card->n_parts++], &from->characteristics[i]))
            return false;
    scorer->n_reasons = build->reasons.n;
    scorer->max_reasons = from->count;
    card->base = from->base;
    card->sharing = reasons_are_shared(card) ? from->sharing : CSTM_REASONS_APART;
    card->scaled = from->scaled;
    if (from->scaled) {
        card->at = from->at;
        card->factor = from->points_to_double / logarithm(2.0);
        card->ln_odds = logarithm(from->odds);
    }
    return digest_card(from, scorer);
}

cstm_status
cstm_scorecard_build(const cstm_scorecard *card, const char *currency, cstm_scorer **scorer,
                     cstm_error **error)
{
    error_clear(error);
    if (!handle_is(card, HANDLE_SCORECARD))
        return error_misuse(error, "card is NULL or not a scorecard");
    if (scorer == NULL)
        return error_misuse(error, "scorer is NULL");
    const struct currency *money =
        currency != NULL ? currency_find(currency, strlen(currency)) : NULL;
    if (currency != NULL && money == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN,
                         "'%s' is no currency with minor units of ISO 4217", currency);
    struct error_list errors = {0};
    scorecard_check(card, NULL, &errors);
    if (errors.count > 0)
        return error_list_take(&errors, error);

    struct card *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->scorer.handle.tag = HANDLE_SCORER;
    made->scorer.class = &scorecard_class;
    atomic_init(&made->scorer.references, 1);
    made->scorer.exponent = money != NULL ? money->exponent : -1;
    if (money != NULL)
        memcpy(made->scorer.currency, money->code, sizeof made->scorer.currency);
    struct build build = {.card = card, .made = made, .exponent = made->scorer.exponent};
    bool done = build_card(&build);
    memory_free(build.reasons.slots);
    if (!done) {
        scorecard_class.free(&made->scorer);
        return error_no_memory(error);
    }
    *scorer = &made->scorer;
    return CSTM_OK;
}
