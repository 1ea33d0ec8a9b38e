/* The same bank, slow and plain: facts in a list, every feature computed anew by walking all of
 * them. It shares nothing with the library but the civil day of an instant. */
#ifndef TESTS_BEHAVIOUR_MODEL_H
#define TESTS_BEHAVIOUR_MODEL_H

#include "bank.h"

#include <math.h>

enum { MODEL_INSTANCES = 6, MODEL_FACTS = 400, MODEL_SETTINGS = 120 };
static const int32_t model_entity[MODEL_INSTANCES] = {CUSTOMER, ACCOUNT, ACCOUNT, CARD, CARD, CARD};
static const int32_t model_parent[MODEL_INSTANCES] = {-1, 0, 0, 1, 1, 2};
static const char *const model_key[MODEL_INSTANCES] = {"A-1001", "88-1", "88-2",
                                                       "4000",   "4001", "4000"};
static const char *const model_shops[4] = {"food", "travel", "", "others"};

/* What the strategy declares of a use's shop, in an order of its own, and of its status. */
static const char *const model_values[4] = {"others", "travel", "", "food"};
enum { MODEL_STATUS_LEAST = -1, MODEL_STATUSES = 11 };

/* The rules that features are drawn from, each with its twin in C (model_where). */
static const char *const model_rules[] = {NULL,
                                          "amount > money('50.00')",
                                          "status == 1",
                                          "shop == 'food'",
                                          "10 / status > 2",
                                          "status + 9223372036854775800 > 0",
                                          "amount >= money('10.00')",
                                          "online && due > date('2005-02-01')"};

struct fact {
    int32_t event, instance, day;
    int64_t time;
    char id[16];
    bool there[N_USE_FIELDS];
    int64_t number[N_USE_FIELDS]; /* rate in quarters, shop as an index */
};

struct setting {
    int32_t attribute, instance, day;
    int64_t time;
    char id[16];
    bool present;
    int64_t number; /* city as an index, score in quarters */
};

struct model {
    const struct bank *bank;
    int32_t rule_of[BANK_FEATURES];
    int32_t n_facts, n_settings;
    struct fact facts[MODEL_FACTS];
    struct setting settings[MODEL_SETTINGS];
    bool live[MODEL_FACTS]; /* delivered, and no greater copy was */
    bool delivered[MODEL_FACTS], set[MODEL_SETTINGS];
    int64_t observed[N_KINDS]; /* INT64_MAX: not stated */
};

/* 0 no, 1 yes, else minus the status. */
static inline int32_t
model_where(int32_t rule, const struct fact *fact)
{
    int64_t status = fact->number[USE_STATUS];
    switch (rule) {
    case 0:
        return 1;
    case 1:
        return fact->there[USE_AMOUNT] && fact->number[USE_AMOUNT] > 5000;
    case 2:
        return fact->there[USE_STATUS] && status == 1;
    case 3:
        return fact->there[USE_SHOP] && fact->number[USE_SHOP] == 0;
    case 4:
        if (!fact->there[USE_STATUS])
            return 0;
        return status == 0 ? -CSTM_ERROR_DIVIDE : 10 / status > 2;
    case 5:
        if (!fact->there[USE_STATUS])
            return 0;
        return status > 7 ? -CSTM_ERROR_RANGE : 1;
    case 6:
        return fact->there[USE_AMOUNT] && fact->number[USE_AMOUNT] >= 1000;
    default:
        return fact->there[USE_ONLINE] && fact->number[USE_ONLINE] && fact->there[USE_DUE] &&
               fact->number[USE_DUE] > civil_day(2005, 2, 1);
    }
}

/* Before features are drawn: some of them ask for one of the values. */
static inline void
model_declare(struct bank *bank)
{
    struct event_field *shop = &bank->schema.events[USE].fields[USE_SHOP];
    shop->values = memory_new_array(4, sizeof *shop->values);
    for (; shop->n_values < 4; shop->n_values++)
        shop->values[shop->n_values] = bank_name(model_values[shop->n_values]);
    struct event_field *status = &bank->schema.events[USE].fields[USE_STATUS];
    status->ranged = true;
    status->low = MODEL_STATUS_LEAST;
    status->n_values = MODEL_STATUSES;
}

/* Whether a fact has the value that a feature asks for. */
static inline bool
model_is_by(const struct feature *feature, const struct fact *fact)
{
    if (!feature->by)
        return true;
    if (!fact->there[feature->by_field])
        return false;
    return feature->by_field == USE_SHOP
               ? strcmp(model_shops[fact->number[USE_SHOP]], model_values[feature->by_value]) == 0
               : fact->number[USE_STATUS] == MODEL_STATUS_LEAST + feature->by_value;
}

static inline bool
model_under(int32_t instance, int32_t ancestor)
{
    for (; instance >= 0; instance = model_parent[instance])
        if (instance == ancestor)
            return true;
    return false;
}

static inline int
sign(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static inline int
fact_compare(const struct fact *a, const struct fact *b)
{
    int order = sign(a->day, b->day);
    order = order != 0 ? order : sign(a->time, b->time);
    order = order != 0 ? order : strcmp(a->id, b->id);
    for (int32_t f = 0; order == 0 && f < N_USE_FIELDS; f++) {
        order = sign(a->there[f], b->there[f]);
        if (order == 0 && a->there[f])
            order = f == USE_SHOP ? strcmp(model_shops[a->number[f]], model_shops[b->number[f]])
                                  : sign(a->number[f], b->number[f]);
    }
    return order;
}

/* Which of the delivered facts count: of copies with one id on one day the greatest. */
static inline void
model_settle(struct model *model)
{
    for (int32_t i = 0; i < model->n_facts; i++) {
        const struct fact *a = &model->facts[i];
        model->live[i] = model->delivered[i];
        for (int32_t j = 0; j < model->n_facts; j++) {
            const struct fact *b = &model->facts[j];
            if (j == i || !model->delivered[j] || a->id[0] == 0 || strcmp(a->id, b->id) != 0 ||
                a->event != b->event || a->instance != b->instance || a->day != b->day)
                continue;
            int order = fact_compare(b, a);
            if (order > 0 || (order == 0 && j < i))
                model->live[i] = false;
        }
    }
}

static inline const struct setting *
model_setting(const struct model *model, int32_t attribute, int32_t instance, int32_t day)
{
    const struct setting *best = NULL;
    for (int32_t i = 0; i < model->n_settings; i++) {
        const struct setting *at = &model->settings[i];
        if (!model->set[i] || at->attribute != attribute || at->instance != instance ||
            at->day > day)
            continue;
        int order = 1;
        if (best != NULL) {
            order = sign(at->day, best->day);
            order = order != 0 ? order : sign(at->time, best->time);
            order = order != 0 ? order : strcmp(at->id, best->id);
            order = order != 0 ? order : sign(at->present, best->present);
            if (order == 0 && attribute == CITY && at->present)
                order = strcmp(model_shops[at->number], model_shops[best->number]);
            else if (order == 0 && at->present)
                order = sign(at->number, best->number);
        }
        best = order > 0 ? at : best;
    }
    return best;
}

static inline int32_t
model_opened(const struct model *model, int32_t instance, int32_t day)
{
    static const int32_t opened[3] = {OPENED_OF_CUSTOMER, OPENED_OF_ACCOUNT, OPENED_OF_CARD};
    const struct setting *setting =
        model_setting(model, opened[model_entity[instance]], instance, day);
    return setting == NULL || !setting->present ? DAY_NONE : (int32_t) setting->number;
}

static inline int64_t
model_begins(const struct model *model)
{
    int64_t begins = INT64_MAX;
    for (int32_t i = 0; i < model->n_facts; i++)
        if (model->delivered[i] && model->facts[i].time < begins)
            begins = model->facts[i].time;
    for (int32_t i = 0; i < model->n_settings; i++) {
        const struct setting *at = &model->settings[i];
        if (!model->set[i])
            continue;
        begins = at->time < begins ? at->time : begins;
        bool opened = at->attribute == OPENED_OF_CUSTOMER || at->attribute == OPENED_OF_ACCOUNT ||
                      at->attribute == OPENED_OF_CARD;
        if (opened && at->present && at->time == HISTORY_ALWAYS) {    /* a dated one tells nothing of the days before it */
            int64_t start = zone_day_start(model->bank->schema.zone, (int32_t) at->number);
            begins = start < begins ? start : begins;
        }
    }
    return begins;
}

/* By the words of the definition: n days are [day - n + 1, day]; n months the days after the same
 * day of month n months back. */
static inline int32_t
model_start(struct window window, int32_t day)
{
    if (window.unit == WINDOW_DAYS)
        return day - window.n + 1;
    struct civil_date date = civil_date_of(day);
    int32_t month = date.year * 12 + date.month - 1 - window.n, of = date.day;
    while (!civil_date_is_legal(month / 12, month % 12 + 1, of))
        of--;
    return civil_day(month / 12, month % 12 + 1, of) + 1;
}

/* What a feature whose window ended earlier says is what it would have said, read then. */
static inline int32_t
model_end(struct window window, int32_t day)
{
    if (window.before == 0)
        return day;
    return model_start((struct window){.unit = window.before_in, .n = window.before}, day) - 1;
}

/* Of the window that ended on `end`, as known on `day`. */
static inline bool
model_covered(const struct model *model, const struct feature *feature, int32_t instance,
              int32_t day, int32_t end)
{
    const struct zone *zone = model->bank->schema.zone;
    bool bounded = feature->window.unit == WINDOW_DAYS || feature->window.unit == WINDOW_MONTHS;
    bool stated = model->observed[feature->event] != INT64_MAX;
    if (!bounded && !stated)
        return true;
    int64_t from = stated ? model->observed[feature->event] : model_begins(model);
    if (from == INT64_MAX)
        return false;
    int32_t from_day = zone_day(zone, from, NULL), opened = model_opened(model, instance, day);
    if (bounded && from_day <= model_start(feature->window, end))
        return true;
    return opened != DAY_NONE && from_day <= opened &&
           (opened <= end || feature->window.before == 0);
}

static inline struct answer
model_answer(const struct feature *feature, uint8_t state, int64_t number, double real)
{
    return (struct answer){.state = state,
                           .kind = feature->kind,
                           .number = state == CSTM_OK ? number : 0,
                           .real = state == CSTM_OK ? real : 0,
                           .text = {"", 0}};
}

static inline struct answer
model_field(const struct feature *feature, const struct fact *fact)
{
    struct answer answer = model_answer(feature, CSTM_OK, fact->number[feature->field], 0);
    if (feature->kind == RULE_DOUBLE) {
        answer.number = 0;
        answer.real = (double) fact->number[feature->field] / 4;
    } else if (feature->kind == RULE_STRING) {
        answer.number = 0;
        answer.text = (struct rule_text){model_shops[fact->number[feature->field]],
                                         strlen(model_shops[fact->number[feature->field]])};
    }
    return answer;
}

static inline int
fact_order(const void *a, const void *b)
{
    return fact_compare(*(const struct fact *const *) a, *(const struct fact *const *) b);
}

/* The middle of the bucket of a magnitude: what lies between two powers of two is cut into 128. */
static inline double
model_middle(double magnitude)
{
    if (magnitude == 0)
        return 0;
    double step = 1;
    while (magnitude / step >= 256)
        step *= 2;
    while (magnitude / step < 128)
        step /= 2;
    return floor(magnitude / step) * step + step / 2;
}

static inline struct answer
model_quantile(const struct feature *feature, const struct fact **found, int32_t n)
{
    int64_t numbers[MODEL_FACTS], rank = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t at = i;
        for (; at > 0 && numbers[at - 1] > found[i]->number[feature->field]; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = found[i]->number[feature->field];
    }
    if (n == 0)
        return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
    while (rank * QUANTILE_UNIT < (int64_t) n * feature->parameter)
        rank++;
    int64_t number = numbers[rank - 1], magnitude = number < 0 ? -number : number;
    double middle = feature->field == USE_RATE ? model_middle((double) magnitude / 4)
                    : magnitude < 256          ? (double) magnitude
                                               : model_middle((double) magnitude);
    middle = number < 0 ? -middle : middle;
    return feature->field == USE_RATE ? model_answer(feature, CSTM_OK, 0, middle)
                                      : model_answer(feature, CSTM_OK, (int64_t) middle, 0);
}

/* The commonest shop, of several the one declared first, or its share. */
static inline struct answer
model_commonest(const struct feature *feature, const struct fact **found, int32_t n)
{
    int32_t most = 0, best = -1;
    for (int32_t v = 0; v < 4; v++) {
        int32_t count = 0;
        for (int32_t i = 0; i < n; i++)
            count += strcmp(model_shops[found[i]->number[USE_SHOP]], model_values[v]) == 0;
        if (count > most) {
            most = count;
            best = v;
        }
    }
    if (best < 0)
        return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
    struct answer answer = model_answer(feature, CSTM_OK, 0, 0);
    if (feature->operator== FEATURE_TOP_SHARE)
        answer.real = (double) most / n;
    else
        answer.text = (struct rule_text){model_values[best], strlen(model_values[best])};
    return answer;
}

/* How many events there are of each part of a window of days, the last part last. */
static inline struct answer
model_parts(const struct feature *feature, const struct fact **found, int32_t n, int32_t day)
{
    int32_t k = feature->parameter, width = feature->window.n / k;
    int64_t counts[16] = {0}, slope = 0;
    for (int32_t i = 0; i < n; i++)
        counts[k - 1 - (day - found[i]->day) / width]++;
    if (feature->operator== FEATURE_RATIO)
        return counts[0] == 0
                   ? model_answer(feature, CSTM_ERROR_MISSING, 0, 0)
                   : model_answer(feature, CSTM_OK, 0, (double) counts[1] / (double) counts[0]);
    for (int32_t i = 0; i < k; i++)
        slope += 6 * (2 * i - (k - 1)) * counts[i];
    return model_answer(feature, CSTM_OK, 0, (double) slope / (k * (k * k - 1)));
}

static inline struct answer
model_total(const struct feature *feature, const struct fact **found, int32_t n)
{
    bool real = feature->kind == RULE_DOUBLE && feature->field == USE_RATE;
    int64_t sum = 0, least = INT64_MAX, most = INT64_MIN;
    for (int32_t i = 0; i < n; i++) {
        int64_t value = found[i]->number[feature->field];
        sum += value;
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    /* Rates are quarters, so their sums are exact in a double. */
    switch (feature->operator) {
    case FEATURE_SUM:
        return model_answer(feature, CSTM_OK, real ? 0 : sum, real ? (double) sum / 4 : 0);
    case FEATURE_MEAN:
        if (n == 0)
            return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
        if (feature->kind == RULE_DOUBLE)
            return model_answer(feature, CSTM_OK, 0, (double) sum / (real ? 4 * n : n));
        int64_t floor = sum >= 0 || sum % n == 0 ? sum / n : sum / n - 1, rest = sum - floor * n;
        return model_answer(feature, CSTM_OK,
                            floor + (2 * rest > n || (2 * rest == n && floor % 2 != 0)), 0);
    default:
        if (n == 0)
            return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
        int64_t extreme = feature->operator== FEATURE_MIN ? least : most;
        return model_answer(feature, CSTM_OK, real ? 0 : extreme, real ? (double) extreme / 4 : 0);
    }
}

static inline struct answer
model_read(const struct model *model, int32_t index, int32_t instance, int32_t day)
{
    const struct feature *feature = &model->bank->features[index];
    const struct fact *window[MODEL_FACTS], *found[MODEL_FACTS];
    bool bounded = feature->window.unit == WINDOW_DAYS || feature->window.unit == WINDOW_MONTHS;
    int32_t end = model_end(feature->window, day);
    bool covered = model_covered(model, feature, instance, day, end);
    day = end;
    int32_t n = 0, m = 0, start = bounded ? model_start(feature->window, day) : DAY_NONE, error = 0;
    for (int32_t i = 0; i < model->n_facts; i++) {
        const struct fact *fact = &model->facts[i];
        if (model->live[i] && fact->event == feature->event &&
            model_under(fact->instance, instance) && fact->day <= day && fact->day >= start)
            window[n++] = fact;
    }
    qsort(window, (size_t) n, sizeof *window, fact_order);
    int32_t first = 0;
    if (feature->window.unit == WINDOW_LAST) {
        if (n < feature->window.n && !covered)
            return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
        covered = true;
        first = n > feature->window.n ? n - feature->window.n : 0;
    }
    int32_t whole = n - first;
    for (int32_t i = first; i < n; i++) {
        if (!model_is_by(feature, window[i]))
            continue;
        int32_t match = model_where(model->rule_of[index], window[i]);
        error = match < 0 && (error == 0 || -match < error) ? -match : error;
        if (match == 1 && (feature->field < 0 || window[i]->there[feature->field]))
            found[m++] = window[i];
    }
    bool single = feature->operator== FEATURE_LAST || feature->operator== FEATURE_RECENCY;
    if (!covered && !single)
        return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
    if (error != 0)
        return model_answer(feature, (uint8_t) error, 0, 0);
    if (feature->operator== FEATURE_COUNT)
        return model_answer(feature, CSTM_OK, m, 0);
    if (feature->operator== FEATURE_DISTINCT_DAYS) {
        int64_t distinct = 0;
        for (int32_t i = 0; i < m; i++)
            distinct += i == 0 || found[i]->day != found[i - 1]->day;
        return model_answer(feature, CSTM_OK, distinct, 0);
    }
    if (single || feature->operator== FEATURE_FIRST) {
        if (m == 0)
            return model_answer(feature, CSTM_ERROR_MISSING, 0, 0);
        const struct fact *fact = feature->operator== FEATURE_FIRST ? found[0] : found[m - 1];
        return feature->operator== FEATURE_RECENCY
                   ? model_answer(feature, CSTM_OK, day - fact->day, 0)
                   : model_field(feature, fact);
    }
    if (feature->operator== FEATURE_QUANTILE)
        return model_quantile(feature, found, m);
    if (feature->operator== FEATURE_MOST_FREQUENT || feature->operator== FEATURE_TOP_SHARE)
        return model_commonest(feature, found, m);
    if (feature->operator== FEATURE_DISTINCT) {
        int64_t distinct = 0;
        for (int32_t i = 0; i < m; i++) {
            bool is_new = true;
            for (int32_t j = 0; j < i; j++)
                is_new = is_new && found[j]->number[USE_STATUS] != found[i]->number[USE_STATUS];
            distinct += is_new;
        }
        return model_answer(feature, CSTM_OK, distinct, 0);
    }
    if (feature->operator== FEATURE_TREND || feature->operator== FEATURE_RATIO)
        return model_parts(feature, found, m, day);
    if (feature->operator== FEATURE_SHARE)
        return whole == 0 ? model_answer(feature, CSTM_ERROR_MISSING, 0, 0)
                          : model_answer(feature, CSTM_OK, 0, (double) m / whole);
    return model_total(feature, found, m);
}

/* --- drawing
 * ---------------------------------------------------------------------------------------------------------
 */

/* Makes an operator on the values of single events of a feature. */
static inline void
model_make_wide(struct feature *feature, uint64_t *seed)
{
    static const enum feature_operator wide_operators[] = {
        FEATURE_QUANTILE, FEATURE_QUANTILE, FEATURE_MOST_FREQUENT, FEATURE_TOP_SHARE,
        FEATURE_SHARE,    FEATURE_DISTINCT, FEATURE_TREND,         FEATURE_RATIO};
    feature->operator= wide_operators[draw_below(seed, 8)];
    feature->kind = RULE_DOUBLE;
    feature->field = USE_SHOP;
    if (feature->operator== FEATURE_QUANTILE) {
        feature->field = draw_below(seed, 3);
        feature->kind = feature->field == USE_AMOUNT ? RULE_MONEY
                        : feature->field == USE_STATUS ? RULE_INT
                                                       : RULE_DOUBLE;
        feature->parameter = 1 + draw_below(seed, QUANTILE_UNIT);
    } else if (feature->operator== FEATURE_MOST_FREQUENT) {
        feature->kind = RULE_STRING;
    } else if (feature->operator== FEATURE_SHARE) {
        feature->field = -1;
    } else if (feature->operator== FEATURE_DISTINCT) {
        feature->field = USE_STATUS;
        feature->kind = RULE_INT;
    } else if (feature->operator== FEATURE_TREND || feature->operator== FEATURE_RATIO) {
        feature->field = -1;
        feature->parameter = feature->operator== FEATURE_RATIO ? 2 : 2 + draw_below(seed, 4);
        feature->window.unit = WINDOW_DAYS;
        feature->window.n = feature->parameter * (1 + draw_below(seed, 20));
    }
}

static inline void
model_draw_features(struct model *model, struct bank *bank, uint64_t *seed, int32_t n)
{
    static const enum feature_operator fieldless[] = {FEATURE_COUNT, FEATURE_DISTINCT_DAYS,
                                                      FEATURE_RECENCY};
    for (int32_t i = 0; i < n; i++) {
        int32_t event = draw_below(seed, 3) < 2 ? USE : draw_below(seed, 3);
        int32_t entity = bank->schema.events[event].entity;
        while (entity > 0 && draw_below(seed, 3) == 0)
            entity = bank->schema.entities[entity].parent;
        enum feature_operator operator=(enum feature_operator)
            draw_below(seed, FEATURE_RECENCY + 1);
        if (event == VISIT)
            operator= fieldless[draw_below(seed, 3)];
        int32_t field = -1;
        if (operator!= FEATURE_COUNT && operator!= FEATURE_DISTINCT_DAYS && operator!=
            FEATURE_RECENCY) {
            bool any = operator== FEATURE_FIRST || operator== FEATURE_LAST;
            bool extreme = operator== FEATURE_MIN || operator== FEATURE_MAX;
            field = event == PAYMENT ? 0 : draw_below(seed, any ? 6 : 3);
            if (extreme && event == USE && draw_below(seed, 4) == 0)
                field = USE_DUE;
        }
        struct window window = {.unit = (enum window_unit) draw_below(seed, 4)};
        window.n = window.unit == WINDOW_DAYS     ? 1 + draw_below(seed, 60)
                   : window.unit == WINDOW_MONTHS ? 1 + draw_below(seed, 3)
                                                  : 1 + draw_below(seed, 6);
        if ((window.unit == WINDOW_DAYS || window.unit == WINDOW_MONTHS) &&
            draw_below(seed, 3) == 0) {
            window.before_in = draw_below(seed, 2) == 0 ? WINDOW_DAYS : WINDOW_MONTHS;
            window.before =
                window.before_in == WINDOW_DAYS ? 1 + draw_below(seed, 40) : 1 + draw_below(seed, 2);
        }
        int32_t rule = event == USE                                   ? draw_below(seed, 8)
                       : event == PAYMENT && draw_below(seed, 2) == 0 ? 6
                                                                      : 0;
        rule = event == USE && rule == 6 ? 0 : rule;
        int32_t at = bank_feature(bank, entity, operator, event, field, model_rules[rule], window);
        model->rule_of[at] = rule;
        if (event != USE || bank->schema.events[USE].fields[USE_SHOP].values == NULL)
            continue;
        struct feature *feature = &bank->features[at];
        if (window.unit != WINDOW_LAST && draw_below(seed, 2) == 0)
            model_make_wide(feature, seed);
        feature->by = draw_below(seed, 2) == 0;
        feature->by_field = draw_below(seed, 3) == 0 ? USE_STATUS : USE_SHOP;
        feature->by_value =
            draw_below(seed, feature->by_field == USE_SHOP ? 4 : MODEL_STATUSES);
    }
}

static inline void
model_draw_facts(struct model *model, uint64_t *seed, int32_t n, int32_t span)
{
    const struct zone *zone = model->bank->schema.zone;
    for (model->n_facts = 0; model->n_facts < n; model->n_facts++) {
        struct fact *fact = &model->facts[model->n_facts];
        memset(fact, 0, sizeof *fact);
        if (model->n_facts > 0 && draw_below(seed, 5) == 0) {
            *fact = model->facts[draw_below(seed,
                                            model->n_facts)]; /* delivered again, perhaps changed */
            if (draw_below(seed, 2) == 0)
                fact->time += draw_below(seed, 3) * INT64_C(3600000000) - INT64_C(3600000000);
            if (draw_below(seed, 2) == 0)
                fact->number[USE_AMOUNT] += 100;
        } else {
            int32_t kind = draw_below(seed, 6);
            fact->event = kind < 4 ? USE : kind == 4 ? PAYMENT : VISIT;
            fact->instance = fact->event == USE       ? 3 + draw_below(seed, 3)
                             : fact->event == PAYMENT ? 1 + draw_below(seed, 2)
                                                      : 0;
            fact->time = noon(draw_below(seed, span)) + draw_below(seed, 24) * INT64_C(3600000000);
            if (draw_below(seed, 3) > 0)
                snprintf(fact->id, sizeof fact->id, "%d", draw_below(seed, n));
            int32_t fields = model->bank->schema.events[fact->event].n_fields;
            for (int32_t f = 0; f < fields; f++)
                fact->there[f] = draw_below(seed, 5) > 0;
            fact->number[USE_AMOUNT] = draw_below(seed, 20000) - 4000;
            fact->number[USE_STATUS] = draw_below(seed, 11) - 1;
            fact->number[USE_RATE] = draw_below(seed, 4001) - 2000;
            fact->number[USE_SHOP] = draw_below(seed, 4);
            fact->number[USE_DUE] = civil_day(2005, 1, 1) + draw_below(seed, span);
            fact->number[USE_ONLINE] = draw_below(seed, 2);
        }
        fact->day = zone_day(zone, fact->time, NULL);
    }
}

static inline void
model_draw_settings(struct model *model, uint64_t *seed, int32_t n, int32_t span)
{
    static const int32_t which[] = {
        OPENED_OF_CUSTOMER, OPENED_OF_ACCOUNT, OPENED_OF_CARD, AGE, CITY, LIMIT, SCORE, ACTIVE};
    for (model->n_settings = 0; model->n_settings < n; model->n_settings++) {
        struct setting *at = &model->settings[model->n_settings];
        memset(at, 0, sizeof *at);
        at->attribute = which[draw_below(seed, 8)];
        int32_t entity = model->bank->schema.attributes[at->attribute].entity;
        at->instance = entity == CUSTOMER  ? 0
                       : entity == ACCOUNT ? 1 + draw_below(seed, 2)
                                           : 3 + draw_below(seed, 3);
        at->time = noon(draw_below(seed, span)) + draw_below(seed, 24) * INT64_C(3600000000);
        at->day = zone_day(model->bank->schema.zone, at->time, NULL);
        snprintf(at->id, sizeof at->id, "s%d", model->n_settings);
        at->present = draw_below(seed, 5) > 0;
        at->number = at->attribute == OPENED_OF_CUSTOMER || at->attribute == OPENED_OF_ACCOUNT ||
                             at->attribute == OPENED_OF_CARD
                         ? civil_day(2005, 1, 1) + draw_below(seed, span) - 20
                     : at->attribute == ACTIVE ? draw_below(seed, 2)
                                               : draw_below(seed, 4);
    }
}

/* --- the library under the same facts
 * -------------------------------------------------------------------------------- */

static inline void
model_start_history(const struct model *model, struct history *history)
{
    ck_assert_int_eq(
        history_init(history, model->bank->plan, model_key[0], strlen(model_key[0]), NULL),
        CSTM_OK);
}

/* Instances are made as they are met, so their numbers depend on the order of arrival. */
static inline int32_t
model_instance(const struct model *model, struct history *history, int32_t instance)
{
    if (instance == 0)
        return 0;
    int32_t made, parent = model_instance(model, history, model_parent[instance]);
    ck_assert_int_eq(history_instance(history, model_entity[instance], parent, model_key[instance],
                                      strlen(model_key[instance]), &made, NULL),
                     CSTM_OK);
    return made;
}

static inline struct draft
model_draft(const struct model *model, const struct fact *fact)
{
    struct draft draft = draft_of(model->bank, fact->event, fact->time, fact->id);
    for (int32_t f = 0; f < model->bank->schema.events[fact->event].n_fields; f++) {
        if (!fact->there[f])
            continue;
        if (fact->event == USE && f == USE_RATE)
            draft_real(model->bank, &draft, f, (double) fact->number[f] / 4);
        else if (fact->event == USE && f == USE_SHOP)
            draft_text(model->bank, &draft, f, model_shops[fact->number[f]]);
        else
            draft_number(model->bank, &draft, f, fact->number[f]);
    }
    return draft;
}

static inline struct attribute_entry
model_entry(const struct setting *at)
{
    struct attribute_entry entry = {
        .time = at->time, .present = at->present, .id = {at->id, strlen(at->id)}};
    if (at->attribute == CITY)
        entry.value.text =
            (struct rule_text){model_shops[at->number], strlen(model_shops[at->number])};
    else if (at->attribute == SCORE)
        entry.value.real = (double) at->number / 4;
    else
        entry.value.number = at->number;
    return entry;
}

static inline void
model_deliver(const struct model *model, struct history *history, int32_t fact)
{
    struct draft draft = model_draft(model, &model->facts[fact]);
    int32_t instance = model_instance(model, history, model->facts[fact].instance);
    ck_assert_int_eq(bank_record(model->bank, history, instance, &draft), CSTM_OK);
}

static inline void
model_deliver_setting(const struct model *model, struct history *history, int32_t setting)
{
    struct attribute_entry entry = model_entry(&model->settings[setting]);
    int32_t instance = model_instance(model, history, model->settings[setting].instance);
    bool changed;
    ck_assert_int_eq(
        history_set(history, instance, model->settings[setting].attribute, &entry, &changed, NULL),
        CSTM_OK);
}

static inline void
model_observe(const struct model *model, struct history *history)
{
    for (int32_t k = 0; k < N_KINDS; k++)
        if (model->observed[k] != INT64_MAX)
            ck_assert_int_eq(history_observe(history, k, model->observed[k], NULL), CSTM_OK);
}

static inline void
expect_answer(struct answer is, struct answer should, int32_t feature, int32_t instance,
              int32_t day)
{
    ck_assert_msg(is.state == should.state && is.number == should.number &&
                      memcmp(&is.real, &should.real, 8) == 0 && is.text.size == should.text.size &&
                      memcmp(is.text.bytes, should.text.bytes, is.text.size) == 0,
                  "feature %d of instance %d on day %d: state %d number %lld real %g text %.*s, "
                  "not state %d number %lld real %g text %.*s",
                  feature, instance, day, is.state, (long long) is.number, is.real,
                  (int) is.text.size, is.text.bytes, should.state, (long long) should.number,
                  should.real, (int) should.text.size, should.text.bytes);
}

/* Every feature of every instance on `day`, and every attribute. */
static inline void
expect_model(const struct model *model, const struct history *history, int32_t day)
{
    const struct bank *bank = model->bank;
    for (int32_t i = 0; i < MODEL_INSTANCES; i++) {
        int32_t at = 0, parents[3] = {0, 0, 0};
        for (int32_t up = i, n = 0; up > 0; up = model_parent[up])
            parents[n++] = up;
        for (int32_t n = 2; n >= 0 && at >= 0; n--)
            if (parents[n] > 0) {
                int32_t below = -1;
                for (int32_t c = history->instances[at].first_child; c >= 0;
                     c = history->instances[c].next_sibling)
                    if (history->instances[c].key.size == strlen(model_key[parents[n]]) &&
                        memcmp(history->instances[c].key.bytes, model_key[parents[n]],
                               history->instances[c].key.size) == 0)
                        below = c;
                at = below;
            }
        if (at < 0)
            continue;
        for (int32_t f = 0; f < bank->n_features; f++)
            if (bank->features[f].entity == model_entity[i])
                expect_answer(bank_read(bank, f, history, at, day), model_read(model, f, i, day), f,
                              i, day);
        for (int32_t a = 0; a < bank->schema.n_attributes; a++) {
            if (bank->schema.attributes[a].entity != model_entity[i])
                continue;
            const struct setting *setting = model_setting(model, a, i, day);
            struct answer answer = bank_attribute_on(bank, a, history, at, day);
            ck_assert_int_eq(answer.state,
                             setting != NULL && setting->present ? CSTM_OK : CSTM_ERROR_MISSING);
            if (answer.state == CSTM_OK && a == CITY)
                ck_assert_uint_eq(answer.text.size, strlen(model_shops[setting->number]));
            else if (answer.state == CSTM_OK && a == SCORE)
                ck_assert_double_eq(answer.real, (double) setting->number / 4);
            else if (answer.state == CSTM_OK)
                ck_assert_int_eq(answer.number, setting->number);
        }
    }
}

#endif
