/* The starter strategy on the bundled purchases and what the generator adds: every stage of every
 * machine is reached, in the numbers that make_card_cn.py counts from the tables themselves, and
 * customers that lived through it event by event are what the batch says they are.
 *
 *     test_card_cn PYTHON CARDHOLDERS.PY DIRECTORY_OF_THE_PURCHASES OUTPUT_DIRECTORY STRATEGY.yaml
 */
#include "desk.h"

#include "../../examples/folder.h"
#include "card_cn_expected.h"

#include <glib.h>

#define LAST_DAY "2020-12-31"
#define TABLES FOLDER_TABLES

static const char *const *arguments;
static cstm_strategy *strategy;
static struct folder folder;
static cstm_batch *batch;
static cstm_result *at_last; /* the batch on the last day */

/* Where an entity stands: its customer's row and its number in the customer's profile. */
struct place {
    int64_t customer;
    int32_t kind;
    cstm_entity parent, entity;
};

static cstm_result *
run(const char *date)
{
    cstm_result *result;
    cstm_error *error;
    must(cstm_batch_run(batch, desk_end_of(strategy, date), &result, &error), error);
    return result;
}

static void
open_desk(void)
{
    ck_assert_int_eq(desk_make(arguments[1], arguments[2], arguments[3], arguments[4]), 0);
    strategy = desk_strategy(arguments[5]);
    folder_read(&folder, strategy, arguments[4]);
    batch = folder_batch(&folder);
    must(cstm_batch_set_threads(batch, 2, NULL), NULL);
    at_last = run(LAST_DAY);
}

static void
close_desk(void)
{
    cstm_result_free(at_last);
    cstm_batch_free(batch);
    folder_clear(&folder);
    cstm_strategy_unref(strategy);
}

/* tests/data/README.md: 532,928 purchases and 37,142,601.27 in all. Customers made up whole are
 * numbered from 1001; an account is "A183-1", a card "A183-1-1". */
START_TEST(all_bundled_purchases_are_among_the_tables)
{
    const cstm_table *purchases = folder_find(&folder, CSTM_PART_EVENT, "purchase");
    int32_t amount = cstm_table_find(purchases, "amount");
    int64_t count = 0, sum = 0;
    for (int64_t row = 0; row < cstm_table_rows(purchases); row++) {
        size_t size;
        const char *card = cstm_table_string(purchases, row, 0, &size);
        int64_t customer = 0; /* no NUL ends the text */
        for (size_t i = 1; i < size && card[i] != '-'; i++)
            customer = customer * 10 + (card[i] - '0');
        if (customer > 1000)
            continue;
        count++;
        sum += cstm_table_money(purchases, row, amount);
    }
    ck_assert_int_eq(count, 532928);
    ck_assert_int_eq(sum, 3714260127);
}
END_TEST

START_TEST(every_row_is_used_and_every_value_computed)
{
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(at_last)), 0);
    ck_assert_int_eq(cstm_table_rows(cstm_result_errors(at_last)), 0);
}
END_TEST

START_TEST(stages_are_counted_as_from_the_tables)
{
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cstm_table *funnel;
        int32_t lifecycle = desk_find(strategy, CSTM_PART_LIFECYCLE, expected[i].lifecycle), day;
        must(cstm_strategy_day(strategy, desk_end_of(strategy, expected[i].date), &day, NULL),
             NULL);
        must(cstm_result_funnel(at_last, lifecycle, day, &funnel, NULL), NULL);
        char *text = calloc(1, 4096);
        for (int64_t row = 0; row < cstm_table_rows(funnel); row++) {
            char *end = text + strlen(text);
            sprintf(end, "%s%s", row > 0 ? " " : "", desk_cells(funnel, row, "stage count"));
        }
        ck_assert_msg(strcmp(text, expected[i].stages) == 0, "%s on %s\n expected %s\n is       %s",
                      expected[i].lifecycle, expected[i].date, expected[i].stages, text);
        free(text);
        cstm_table_free(funnel);
    }
}
END_TEST

/* At the end of some month of the two years. */
START_TEST(every_stage_of_every_machine_is_reached)
{
    int32_t last;
    must(cstm_strategy_day(strategy, desk_end_of(strategy, LAST_DAY), &last, NULL), NULL);
    for (int32_t i = 0; i < cstm_strategy_count(strategy, CSTM_PART_LIFECYCLE); i++) {
        int32_t stages = cstm_strategy_stage_count(strategy, i);
        int64_t *reached = calloc((size_t) stages, sizeof *reached);
        for (int32_t day = last; day > last - 760; day -= 10) {
            cstm_table *funnel;
            must(cstm_result_funnel(at_last, i, day, &funnel, NULL), NULL);
            int32_t count = cstm_table_find(funnel, "count");
            for (int32_t stage = 0; stage < stages; stage++)
                reached[stage] += cstm_table_int64(funnel, stage, count);
            cstm_table_free(funnel);
        }
        for (int32_t stage = 0; stage < stages; stage++)
            ck_assert_msg(reached[stage] > 0, "nobody was ever %s",
                          cstm_strategy_stage_name(strategy, i, stage));
        free(reached);
    }
}
END_TEST

/* ---- event by event */

static char *
text_of(const cstm_table *table, int64_t row, int32_t column)
{
    size_t size;
    const char *text = cstm_table_string(table, row, column, &size);
    return g_strndup(text, size);
}

/* "card/A1-1-1": keys of different kinds may be equal. */
static struct place *
place_of(GHashTable *places, int32_t kind, const cstm_table *table, int64_t row, int32_t column)
{
    char *key = text_of(table, row, column);
    char *name = g_strdup_printf("%d/%s", kind, key);
    struct place *place = g_hash_table_lookup(places, name);
    g_free(name);
    g_free(key);
    return place;
}

static const cstm_table *
entities_of(int32_t kind)
{
    return folder_find(&folder, CSTM_PART_ENTITY,
                       cstm_strategy_part_name(strategy, CSTM_PART_ENTITY, kind));
}

/* Every entity of the tables with its customer. Parents stand before children. */
static GHashTable *
find_places(void)
{
    GHashTable *places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int32_t kind = 0; kind < cstm_strategy_count(strategy, CSTM_PART_ENTITY); kind++) {
        const cstm_table *table = entities_of(kind);
        int32_t above = cstm_strategy_part_entity(strategy, CSTM_PART_ENTITY, kind);
        for (int64_t row = 0; row < cstm_table_rows(table); row++) {
            struct place *place = g_new0(struct place, 1);
            place->kind = kind;
            place->customer = row;
            place->entity = -1;
            if (above >= 0) {
                int32_t column = cstm_table_find(
                    table, cstm_strategy_part_name(strategy, CSTM_PART_ENTITY, above));
                struct place *parent = place_of(places, above, table, row, column);
                ck_assert_ptr_nonnull(parent);
                place->customer = parent->customer;
            }
            char *key = text_of(table, row, 0);
            g_hash_table_insert(places, g_strdup_printf("%d/%s", kind, key), place);
            g_free(key);
        }
    }
    return places;
}

static void
set_attribute(cstm_profile *profile, cstm_entity entity, int32_t attribute, int64_t since,
              const cstm_table *table, int64_t row, int32_t column)
{
    cstm_error *error;
    size_t size;
    const char *text;
    switch (cstm_table_column_type(table, column)) {
    case CSTM_TYPE_MONEY:
        must(cstm_profile_set_money(profile, entity, attribute,
                                    cstm_table_money(table, row, column), since, NULL, 0, &error),
             error);
        break;
    case CSTM_TYPE_BOOL:
        must(cstm_profile_set_bool(profile, entity, attribute, cstm_table_bool(table, row, column),
                                   since, NULL, 0, &error),
             error);
        break;
    case CSTM_TYPE_INT:
        must(cstm_profile_set_int64(profile, entity, attribute,
                                    cstm_table_int64(table, row, column), since, NULL, 0, &error),
             error);
        break;
    case CSTM_TYPE_DOUBLE:
        must(cstm_profile_set_double(profile, entity, attribute,
                                     cstm_table_double(table, row, column), since, NULL, 0, &error),
             error);
        break;
    case CSTM_TYPE_DATE:
        must(cstm_profile_set_date(profile, entity, attribute, cstm_table_date(table, row, column),
                                   since, NULL, 0, &error),
             error);
        break;
    default:
        text = cstm_table_string(table, row, column, &size);
        must(
            cstm_profile_set_string(profile, entity, attribute, text, size, since, NULL, 0, &error),
            error);
        break;
    }
}

static void
set_attributes(cstm_profile *profile, cstm_entity entity, int32_t kind, int64_t since,
               const cstm_table *table, int64_t row)
{
    for (int32_t column = 1; column < cstm_table_columns(table); column++) {
        const char *name = cstm_table_column_name(table, column);
        char own[128];
        snprintf(own, sizeof own, "%s.%s",
                 cstm_strategy_part_name(strategy, CSTM_PART_ENTITY, kind), name);
        int32_t attribute = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, own);
        if (attribute < 0)
            attribute = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, name);
        if (attribute >= 0 && cstm_table_state(table, row, column) == CSTM_STATE_VALUE)
            set_attribute(profile, entity, attribute, since, table, row, column);
    }
}

/* One customer: their entities in the order of the tables, and which rows of which table are
 * theirs. */
struct life {
    int64_t customer;
    cstm_profile *profile;
    cstm_event *events[TABLES]; /* reused */
    GArray *rows[TABLES];       /* int64_t, in the order of the table, which is that of time */
    guint next[TABLES];
};

static void
open_life(struct life *life, GHashTable *places)
{
    cstm_error *error;
    char *key = text_of(entities_of(0), life->customer, 0);
    must(cstm_profile_new(strategy, key, strlen(key), &life->profile, &error), error);
    g_free(key);
    for (int32_t kind = 0; kind < cstm_strategy_count(strategy, CSTM_PART_ENTITY); kind++) {
        const cstm_table *table = entities_of(kind);
        int32_t above = cstm_strategy_part_entity(strategy, CSTM_PART_ENTITY, kind);
        for (int64_t row = 0; row < cstm_table_rows(table); row++) {
            struct place *place = place_of(places, kind, table, row, 0);
            if (place->customer != life->customer)
                continue;
            place->entity = CSTM_ENTITY_CUSTOMER;
            if (above >= 0) {
                int32_t column = cstm_table_find(
                    table, cstm_strategy_part_name(strategy, CSTM_PART_ENTITY, above));
                cstm_entity parent = place_of(places, above, table, row, column)->entity;
                key = text_of(table, row, 0);
                must(cstm_profile_entity(life->profile, kind, parent, key, strlen(key),
                                         &place->entity, &error),
                     error);
                g_free(key);
            }
            set_attributes(life->profile, place->entity, kind, CSTM_ALWAYS, table, row);
        }
    }
}

/* Deals the rows of every table out to the customers that are asked for. */
static void
deal_rows(struct life *lives, int64_t n, int64_t step, GHashTable *places)
{
    for (int t = 0; t < folder.n; t++) {
        const struct folder_table *from = &folder.tables[t];
        int32_t kind = from->holds == FOLDER_EVENTS
                           ? cstm_strategy_part_entity(strategy, CSTM_PART_EVENT, from->index)
                           : from->index;
        for (int64_t i = 0; i < n; i++) {
            lives[i].rows[t] = g_array_new(FALSE, FALSE, sizeof(int64_t));
            if (from->holds == FOLDER_EVENTS)
                must(cstm_event_new(strategy, from->index, &lives[i].events[t], NULL), NULL);
        }
        for (int64_t row = 0; from->holds != FOLDER_ENTITIES && row < cstm_table_rows(from->table);
             row++) {
            const struct place *place = place_of(places, kind, from->table, row, 0);
            if (place->customer % step == 0)
                g_array_append_val(lives[place->customer / step].rows[t], row);
        }
    }
}

static void
record_until(struct life *life, GHashTable *places, int64_t end)
{
    for (int t = 0; t < folder.n; t++) {
        const struct folder_table *from = &folder.tables[t];
        int32_t time = cstm_table_find(from->table, "time");
        for (; life->next[t] < life->rows[t]->len; life->next[t]++) {
            int64_t row = g_array_index(life->rows[t], int64_t, life->next[t]);
            int64_t at = cstm_table_timestamp(from->table, row, time);
            if (at > end)
                break;
            int32_t kind = from->holds == FOLDER_EVENTS
                               ? cstm_strategy_part_entity(strategy, CSTM_PART_EVENT, from->index)
                               : from->index;
            cstm_entity entity = place_of(places, kind, from->table, row, 0)->entity;
            if (from->holds == FOLDER_EVENTS)
                desk_record(life->profile, strategy, life->events[t], from->index, entity,
                            from->table, row);
            else
                set_attributes(life->profile, entity, kind, at, from->table, row);
        }
    }
}

/* Every reversal and refund found what it names, and no more was given back than was paid. */
static void
assert_amended(const struct life *life, int64_t end)
{
    static const char *const kinds[] = {"reversal", "refund"};
    cstm_error *error;
    for (int i = 0; i < 2; i++) {
        int64_t unmatched;
        must(cstm_profile_unmatched(life->profile, desk_find(strategy, CSTM_PART_EVENT, kinds[i]),
                                    end, &unmatched, &error),
             error);
        ck_assert_int_eq(unmatched, 0);
    }
}

static void
assert_life_is_batch(const struct life *life, GHashTable *places, const cstm_outcome *outcome,
                     const cstm_result *result)
{
    for (int32_t kind = 0; kind < cstm_strategy_count(strategy, CSTM_PART_ENTITY); kind++) {
        const cstm_table *table = entities_of(kind);
        for (int64_t row = 0; row < cstm_table_rows(table); row++) {
            const struct place *place = place_of(places, kind, table, row, 0);
            if (place->customer == life->customer)
                desk_assert_same(strategy, outcome, place->entity, kind, result, row);
        }
    }
}

/* The day file of an accounting day comes again whole, and says the same. How many of its purchases
 * were the customer's. */
static int64_t
take_day_again(struct life *life, GHashTable *places, int32_t day)
{
    cstm_error *error;
    int64_t taken = 0;
    must(cstm_profile_replace_day(life->profile, 0, day, 1, &error), error);
    for (int t = 0; t < folder.n; t++) {
        const struct folder_table *from = &folder.tables[t];
        int32_t posted = cstm_table_find(from->table, "posted");
        for (guint i = 0; posted >= 0 && i < life->rows[t]->len; i++) {
            int64_t row = g_array_index(life->rows[t], int64_t, i);
            if (cstm_table_date(from->table, row, posted) != day)
                continue;
            int32_t kind = cstm_strategy_part_entity(strategy, CSTM_PART_EVENT, from->index);
            const struct place *place = place_of(places, kind, from->table, row, 0);
            desk_record_again(life->profile, strategy, life->events[t], from->index, place->entity,
                              from->table, row, 1);
            taken++;
        }
    }
    return taken;
}

static void
close_life(struct life *life)
{
    for (int t = 0; t < folder.n; t++) {
        ck_assert_uint_eq(life->next[t], life->rows[t]->len);
        g_array_free(life->rows[t], TRUE);
        cstm_event_free(life->events[t]);
    }
    cstm_profile_free(life->profile);
}

/* Every thirteenth customer, so that all stories are among them, through days on which machines
 * move; sealed after each of them. */
START_TEST(batch_is_what_was_recorded_event_by_event)
{
    static const char *const dates[] = {"2019-08-15", "2020-07-01", LAST_DAY};
    enum { STEP = 13 };
    int64_t n = (cstm_table_rows(entities_of(0)) + STEP - 1) / STEP;
    GHashTable *places = find_places();
    struct life *lives = g_new0(struct life, n);
    cstm_outcome *outcome;
    cstm_error *error;
    must(cstm_outcome_new(strategy, &outcome, NULL), NULL);
    deal_rows(lives, n, STEP, places);
    for (int64_t i = 0; i < n; i++) {
        lives[i].customer = i * STEP;
        open_life(&lives[i], places);
    }
    for (size_t d = 0; d < sizeof dates / sizeof *dates; d++) {
        int64_t end = desk_end_of(strategy, dates[d]);
        cstm_result *result = strcmp(dates[d], LAST_DAY) == 0 ? at_last : run(dates[d]);
        for (int64_t i = 0; i < n; i++) {
            record_until(&lives[i], places, end);
            assert_amended(&lives[i], end);
            for (int sealed = 0; sealed < 2; sealed++) {
                must(cstm_profile_evaluate(lives[i].profile, end, outcome, &error), error);
                assert_life_is_batch(&lives[i], places, outcome, result);
                must(cstm_profile_advance(lives[i].profile, end, &error), error);
            }
        }
        if (result != at_last)
            cstm_result_free(result);
    }
    int64_t end = desk_end_of(strategy, LAST_DAY), taken = 0;
    int32_t day;
    must(cstm_strategy_day(strategy, end, &day, NULL), NULL);
    for (int64_t i = 0; i < n; i++) {
        taken += take_day_again(&lives[i], places, day - 1);
        must(cstm_profile_evaluate(lives[i].profile, end, outcome, &error), error);
        assert_life_is_batch(&lives[i], places, outcome, at_last);
        close_life(&lives[i]);
    }
    ck_assert_int_gt(taken, 0);
    cstm_outcome_free(outcome);
    g_free(lives);
    g_hash_table_destroy(places);
}
END_TEST

int
main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr,
                "usage: %s PYTHON CARDHOLDERS.PY DIRECTORY_OF_THE_PURCHASES OUTPUT_DIRECTORY "
                "STRATEGY.yaml\n",
                argv[0]);
        return 2;
    }
    arguments = (const char *const *) argv;
    Suite *suite = suite_create("card-cn");
    TCase *cases = tcase_create("starter strategy");
    tcase_set_timeout(cases, 300);
    tcase_add_unchecked_fixture(cases, open_desk, close_desk);
    tcase_add_test(cases, all_bundled_purchases_are_among_the_tables);
    tcase_add_test(cases, every_row_is_used_and_every_value_computed);
    tcase_add_test(cases, stages_are_counted_as_from_the_tables);
    tcase_add_test(cases, every_stage_of_every_machine_is_reached);
    tcase_add_test(cases, batch_is_what_was_recorded_event_by_event);
    suite_add_tcase(suite, cases);
    return desk_run(suite);
}
