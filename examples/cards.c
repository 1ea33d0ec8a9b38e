/* One customer with five cards, event by event: each purchase, refund and declined attempt is
 * recorded when it happened, the profile is evaluated at the end of every day and advanced once a
 * month, and each card's story is told. At the end of every year the batch over the same tables
 * must say the same.
 *
 *     cards STRATEGY.yaml TABLES_DIRECTORY
 *
 * Start at main(): read, live through the days, tell. The tables are cards.py's, sorted by time. */
#include <libcustomer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS 3
#define ENTITIES 16 /* a customer, an account and up to 14 cards */
#define LIFECYCLES 8
#define STORY 4096

/* One kind of event: its table, and how far the days have come in it. */
struct feed {
    const char *name, *file;
    cstm_table *table;
    cstm_event *event;
    int32_t kind;
    int64_t next;
};

struct story {
    char *text;
    size_t size;
};

struct example {
    cstm_strategy *strategy;
    cstm_table *customers, *accounts, *cards;
    cstm_batch *batch;
    struct feed feeds[KINDS];
    cstm_profile *profile;
    cstm_outcome *outcome;
    struct story stories[ENTITIES];
    int32_t stages[ENTITIES][LIFECYCLES];
    int64_t compared, different;
};

static void
must(cstm_status status, cstm_error **error)
{
    if (status == CSTM_OK)
        return;
    for (const cstm_error *e = *error; e != NULL; e = cstm_error_next(e))
        fprintf(stderr, "%s\n", cstm_error_message(e));
    cstm_error_free(*error);
    exit(1);
}

static int32_t
find(const struct example *example, cstm_part part, const char *name)
{
    return cstm_strategy_find(example->strategy, part, name);
}

/* Columns are written as "name:type", where the type is its first letter: s, t(ime), m(oney),
 * b(ool). */
static cstm_table *
read_table(const struct example *example, const char *directory, const char *file,
           const char *const *columns)
{
    cstm_error *error;
    cstm_csv *csv;
    cstm_table *table;
    char text[1024];
    must(cstm_csv_new(&csv, &error), &error);
    must(cstm_csv_set_currency(csv, cstm_strategy_currency(example->strategy), &error), &error);
    must(cstm_csv_set_zone(csv, cstm_strategy_timezone(example->strategy), &error), &error);
    for (; *columns != NULL; columns++) {
        const char *colon = strchr(*columns, ':');
        cstm_type type = colon[1] == 't'   ? CSTM_TYPE_TIMESTAMP
                         : colon[1] == 'm' ? CSTM_TYPE_MONEY
                         : colon[1] == 'b' ? CSTM_TYPE_BOOL
                                           : CSTM_TYPE_STRING;
        snprintf(text, sizeof text, "%.*s", (int) (colon - *columns), *columns);
        must(cstm_csv_add_column(csv, text, type, &error), &error);
    }
    snprintf(text, sizeof text, "%s/%s", directory, file);
    must(cstm_csv_read_file(csv, text, NULL, NULL, NULL, &table, NULL, &error), &error);
    cstm_csv_free(csv);
    return table;
}

static void
read_tables(struct example *example, const char *directory)
{
    static const char *const customers[] = {"customer:s", NULL},
                             *const accounts[] = {"account:s", "customer:s", NULL},
                             *const cards[] = {"card:s", "account:s", NULL},
                             *const events[] = {"card:s",    "id:s",  "time:t",  "amount:m",
                                                "channel:s", "mcc:s", "state:s", NULL},
                             *const declined[] = {"card:s",    "id:s",  "time:t",  "amount:m",
                                                  "channel:s", "mcc:s", "state:s", "refund:b",
                                                  "reason:s",  NULL};
    static const struct feed feeds[KINDS] = {{"purchase", "purchases.csv", NULL, NULL, 0, 0},
                                             {"refund", "refunds.csv", NULL, NULL, 0, 0},
                                             {"declined", "declined.csv", NULL, NULL, 0, 0}};
    cstm_error *error;
    example->customers = read_table(example, directory, "customers.csv", customers);
    example->accounts = read_table(example, directory, "accounts.csv", accounts);
    example->cards = read_table(example, directory, "cards.csv", cards);
    must(cstm_batch_new(example->strategy, &example->batch, &error), &error);
    must(cstm_batch_add_entities(example->batch, find(example, CSTM_PART_ENTITY, "customer"),
                                 example->customers, &error),
         &error);
    must(cstm_batch_add_entities(example->batch, find(example, CSTM_PART_ENTITY, "account"),
                                 example->accounts, &error),
         &error);
    must(cstm_batch_add_entities(example->batch, find(example, CSTM_PART_ENTITY, "card"),
                                 example->cards, &error),
         &error);
    for (int i = 0; i < KINDS; i++) {
        struct feed *feed = &example->feeds[i];
        *feed = feeds[i];
        feed->kind = find(example, CSTM_PART_EVENT, feed->name);
        feed->table = read_table(example, directory, feed->file,
                                 strcmp(feed->name, "declined") == 0 ? declined : events);
        must(cstm_event_new(example->strategy, feed->kind, &feed->event, &error), &error);
        must(cstm_batch_add_events(example->batch, feed->kind, feed->table, &error), &error);
    }
}

static cstm_entity
entity_of(struct example *example, const char *kind, cstm_entity parent, const char *key,
          size_t size)
{
    cstm_error *error;
    cstm_entity entity;
    must(cstm_profile_entity(example->profile, find(example, CSTM_PART_ENTITY, kind), parent, key,
                             size, &entity, &error),
         &error);
    return entity;
}

/* The same customer, account and cards in the same order as the tables have them. */
static void
open_profile(struct example *example)
{
    cstm_error *error;
    size_t size;
    const char *key = cstm_table_string(example->customers, 0, 0, &size);
    must(cstm_profile_new(example->strategy, key, size, &example->profile, &error), &error);
    must(cstm_outcome_new(example->strategy, &example->outcome, &error), &error);
    key = cstm_table_string(example->accounts, 0, 0, &size);
    cstm_entity account = entity_of(example, "account", CSTM_ENTITY_CUSTOMER, key, size);
    for (int64_t row = 0; row < cstm_table_rows(example->cards); row++) {
        key = cstm_table_string(example->cards, row, 0, &size);
        entity_of(example, "card", account, key, size);
    }
    for (int32_t entity = 0; entity < ENTITIES; entity++)
        for (int32_t lifecycle = 0; lifecycle < LIFECYCLES; lifecycle++)
            example->stages[entity][lifecycle] = -1;
}

/* One row of a feed, field by field. The columns of the table are card, id, time and then the
 * fields in their order. */
static void
record_next(struct example *example, struct feed *feed)
{
    cstm_error *error;
    const cstm_table *table = feed->table;
    cstm_event *event = feed->event;
    int64_t row = feed->next++;
    size_t size;
    const char *text;
    must(cstm_event_clear(event, &error), &error);
    text = cstm_table_string(table, row, 0, &size);
    must(cstm_event_set_entity(event, entity_of(example, "card", 1, text, size), &error), &error);
    text = cstm_table_string(table, row, 1, &size);
    must(cstm_event_set_id(event, text, size, &error), &error);
    must(cstm_event_set_time(event, cstm_table_timestamp(table, row, 2), &error), &error);
    for (int32_t field = 0; field < cstm_strategy_field_count(example->strategy, feed->kind);
         field++) {
        int32_t column = field + 3;
        if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE)
            continue;
        if (cstm_table_column_type(table, column) == CSTM_TYPE_MONEY) {
            must(cstm_event_set_money(event, field, cstm_table_money(table, row, column), &error),
                 &error);
        } else if (cstm_table_column_type(table, column) == CSTM_TYPE_BOOL) {
            must(cstm_event_set_bool(event, field, cstm_table_bool(table, row, column), &error),
                 &error);
        } else {
            text = cstm_table_string(table, row, column, &size);
            must(cstm_event_set_string(event, field, text, size, &error), &error);
        }
    }
    must(cstm_profile_record(example->profile, event, &error), &error);
}

/* The feed with the earliest event up to an instant; NULL if there is none. */
static struct feed *
earliest(struct example *example, int64_t until)
{
    struct feed *first = NULL;
    int64_t first_time = until;
    for (int i = 0; i < KINDS; i++) {
        struct feed *feed = &example->feeds[i];
        if (feed->next == cstm_table_rows(feed->table))
            continue;
        int64_t time = cstm_table_timestamp(feed->table, feed->next, 2);
        if (time < first_time || (time == first_time && first == NULL)) {
            first = feed;
            first_time = time;
        }
    }
    return first;
}

static void
tell(struct story *story, const char *text)
{
    if (story->text == NULL && (story->text = calloc(1, STORY)) == NULL)
        exit(1);
    size_t size = strlen(text);
    if (story->size + size >= STORY)
        return;
    memcpy(story->text + story->size, text, size + 1);
    story->size += size;
}

/* What the transition's rule read, as "share_of_wallet >= 0.5 = true, share_of_wallet = 0.6". */
static void
tell_rule(struct story *story, const cstm_explanation *why)
{
    char line[512];
    int first = 1;
    for (int32_t i = 0; i < cstm_explanation_count(why); i++) {
        const char *text = cstm_explanation_text(why, i);
        if (cstm_explanation_depth(why, i) < 2 || strcmp(text, "line") == 0)
            continue; /* the first lines are stage, day and where from, told already */
        snprintf(line, sizeof line, "%s%s = %s", first ? "  " : ", ", text,
                 cstm_explanation_value(why, i));
        tell(story, line);
        first = 0;
    }
    tell(story, "\n");
}

/* A stage that is new today goes into the story with the rule that led there and its operands. */
static void
note_changes(struct example *example, const char *date, int64_t as_of)
{
    cstm_error *error;
    char line[512];
    const cstm_outcome *outcome = example->outcome;
    int32_t lifecycles = cstm_strategy_count(example->strategy, CSTM_PART_LIFECYCLE);
    for (cstm_entity entity = 0; entity < cstm_outcome_entity_count(outcome); entity++)
        for (int32_t lifecycle = 0; lifecycle < lifecycles; lifecycle++) {
            int32_t stage = cstm_outcome_stage(outcome, lifecycle, entity);
            if (stage == example->stages[entity][lifecycle])
                continue;
            example->stages[entity][lifecycle] = stage;
            int32_t from = cstm_outcome_stage_from(outcome, lifecycle, entity);
            snprintf(line, sizeof line, "  %s  %-8s  %9s -> %-9s%s", date,
                     cstm_strategy_part_name(example->strategy, CSTM_PART_LIFECYCLE, lifecycle),
                     from < 0 ? "" : cstm_strategy_stage_name(example->strategy, lifecycle, from),
                     cstm_outcome_stage_name(outcome, lifecycle, entity),
                     cstm_outcome_stage_censored(outcome, lifecycle, entity)
                         ? "  or earlier: this is the first event"
                         : "");
            tell(&example->stories[entity], line);
            cstm_explanation *why;
            must(cstm_profile_explain(example->profile, as_of, CSTM_PART_LIFECYCLE, lifecycle,
                                      entity, &why, &error),
                 &error);
            tell_rule(&example->stories[entity], why);
            cstm_explanation_free(why);
        }
}

/* A feature's value in the batch's row and in the outcome: the same state and the same value, to
 * the bit. */
static int
same_feature(const struct example *example, const cstm_table *table, int64_t row, int32_t feature,
             cstm_entity entity)
{
    const cstm_outcome *outcome = example->outcome;
    int32_t column = cstm_table_find(
        table, cstm_strategy_part_name(example->strategy, CSTM_PART_FEATURE, feature));
    cstm_state state = cstm_outcome_state(outcome, CSTM_PART_FEATURE, feature, entity);
    if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE)
        return state != CSTM_STATE_VALUE;
    if (state != CSTM_STATE_VALUE)
        return 0;
    size_t a_size, b_size;
    const char *a, *b;
    double x, y;
    switch (cstm_strategy_part_type(example->strategy, CSTM_PART_FEATURE, feature)) {
    case CSTM_TYPE_STRING:
        a = cstm_table_string(table, row, column, &a_size);
        b = cstm_outcome_string(outcome, CSTM_PART_FEATURE, feature, entity, &b_size);
        return a_size == b_size && memcmp(a, b, a_size) == 0;
    case CSTM_TYPE_DOUBLE:
        x = cstm_table_double(table, row, column);
        y = cstm_outcome_double(outcome, CSTM_PART_FEATURE, feature, entity);
        return memcmp(&x, &y, sizeof x) == 0;
    case CSTM_TYPE_MONEY:
        return cstm_table_money(table, row, column) ==
               cstm_outcome_int64(outcome, CSTM_PART_FEATURE, feature, entity);
    default:
        return cstm_table_int64(table, row, column) ==
               cstm_outcome_int64(outcome, CSTM_PART_FEATURE, feature, entity);
    }
}

static int
same_stage(const struct example *example, const cstm_table *table, int64_t row, int32_t lifecycle,
           cstm_entity entity)
{
    char name[128];
    size_t size;
    const char *lifecycle_name =
        cstm_strategy_part_name(example->strategy, CSTM_PART_LIFECYCLE, lifecycle);
    snprintf(name, sizeof name, "%s.stage", lifecycle_name);
    int32_t column = cstm_table_find(table, name);
    const char *stage = cstm_outcome_stage_name(example->outcome, lifecycle, entity);
    if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE)
        return *stage == '\0';
    const char *text = cstm_table_string(table, row, column, &size);
    snprintf(name, sizeof name, "%s.since", lifecycle_name);
    return size == strlen(stage) && memcmp(text, stage, size) == 0 &&
           cstm_table_date(table, row, cstm_table_find(table, name)) ==
               cstm_outcome_stage_since(example->outcome, lifecycle, entity);
}

/* What the batch says of the same day, beside what the profile says that lived through it. */
static void
compare(struct example *example, int64_t as_of)
{
    cstm_error *error;
    cstm_result *result;
    int64_t rows[8] = {0};
    must(cstm_batch_run(example->batch, as_of, &result, &error), &error);
    if (cstm_table_rows(cstm_result_rejected(result)) > 0) {
        fprintf(stderr, "the batch refused rows\n");
        exit(1);
    }
    for (cstm_entity entity = 0; entity < cstm_profile_entity_count(example->profile); entity++) {
        int32_t kind = cstm_profile_entity_kind(example->profile, entity);
        const cstm_table *table = cstm_result_table(result, kind);
        int64_t row = rows[kind]++; /* entities were made in the order of their tables */
        for (int32_t i = 0; i < cstm_strategy_count(example->strategy, CSTM_PART_FEATURE); i++)
            if (cstm_strategy_part_entity(example->strategy, CSTM_PART_FEATURE, i) == kind) {
                example->different += !same_feature(example, table, row, i, entity);
                example->compared++;
            }
        for (int32_t i = 0; i < cstm_strategy_count(example->strategy, CSTM_PART_LIFECYCLE); i++)
            if (cstm_strategy_part_entity(example->strategy, CSTM_PART_LIFECYCLE, i) == kind) {
                example->different += !same_stage(example, table, row, i, entity);
                example->compared++;
            }
    }
    cstm_result_free(result);
}

static int
days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29
                                                                               : days[month - 1];
}

/* Every day from the first to the last purchase: record, evaluate, note; advance on the last day of
 * each month. */
static void
live(struct example *example)
{
    cstm_error *error;
    for (int year = 2002; year <= 2020; year++)
        for (int month = year == 2002 ? 9 : 1; month <= (year == 2020 ? 2 : 12); month++)
            for (int day = 1; day <= days_of_month(year, month); day++) {
                char date[40];
                int64_t end;
                snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
                must(cstm_strategy_parse_time(example->strategy, date, strlen(date), 1, &end,
                                              &error),
                     &error);
                for (struct feed *feed = earliest(example, end); feed != NULL;
                     feed = earliest(example, end))
                    record_next(example, feed);
                must(cstm_profile_evaluate(example->profile, end, example->outcome, &error),
                     &error);
                note_changes(example, date, end);
                if (day < days_of_month(year, month))
                    continue;
                if (month == 12 || (year == 2020 && month == 2))
                    compare(example, end);
                must(cstm_profile_advance(example->profile, end, &error), &error);
            }
}

static void
print_money(const struct example *example, const char *label, const char *feature,
            cstm_entity entity)
{
    char text[32];
    cstm_error *error;
    int32_t index = find(example, CSTM_PART_FEATURE, feature);
    if (cstm_outcome_state(example->outcome, CSTM_PART_FEATURE, index, entity) !=
        CSTM_STATE_VALUE) {
        printf(", %s not known", label);
        return;
    }
    must(cstm_money_format(cstm_outcome_int64(example->outcome, CSTM_PART_FEATURE, index, entity),
                           cstm_strategy_currency(example->strategy), text, sizeof text, &error),
         &error);
    printf(", %s %s %s", label, text, cstm_strategy_currency(example->strategy));
}

static int64_t
number(const struct example *example, const char *feature, cstm_entity entity)
{
    return cstm_outcome_int64(example->outcome, CSTM_PART_FEATURE,
                              find(example, CSTM_PART_FEATURE, feature), entity);
}

static void
print_stories(struct example *example)
{
    for (cstm_entity entity = 0; entity < cstm_profile_entity_count(example->profile); entity++) {
        int32_t kind = cstm_profile_entity_kind(example->profile, entity);
        const char *name = cstm_strategy_part_name(example->strategy, CSTM_PART_ENTITY, kind);
        printf("\n%s %s", name,
               entity == 0 ? cstm_profile_key(example->profile, NULL)
                           : cstm_profile_entity_key(example->profile, entity, NULL));
        if (strcmp(name, "card") == 0) {
            printf(": last used %lld days ago",
                   (long long) number(example, "days_since_use", entity));
            print_money(example, "spent in 90 days", "spend_90d", entity);
        } else if (strcmp(name, "account") == 0) {
            printf(": %lld of %lld open cards active",
                   (long long) number(example, "active_cards", entity),
                   (long long) number(example, "open_cards", entity));
            print_money(example, "spent in 90 days", "account_spend_90d", entity);
            print_money(example, "given back in 12 months", "refunds_12m", entity);
        } else {
            printf(": %.1f%% of purchases online",
                   100 * cstm_outcome_double(example->outcome, CSTM_PART_FEATURE,
                                             find(example, CSTM_PART_FEATURE, "online_share"),
                                             entity));
            printf(", %lld for travel in 12 months",
                   (long long) number(example, "travel_12m", entity));
        }
        printf("\n%s", example->stories[entity].text == NULL ? "" : example->stories[entity].text);
    }
}

int
main(int argc, char **argv)
{
    struct example example = {0};
    cstm_error *error;
    if (argc != 3) {
        fprintf(stderr, "usage: %s STRATEGY.yaml TABLES_DIRECTORY\n", argv[0]);
        return 2;
    }
    must(cstm_strategy_load(argv[1], &example.strategy, &error), &error);
    read_tables(&example, argv[2]);
    open_profile(&example);
    if (cstm_profile_entity_count(example.profile) > ENTITIES ||
        cstm_strategy_count(example.strategy, CSTM_PART_LIFECYCLE) > LIFECYCLES) {
        fprintf(stderr, "more entities or lifecycles than this example tells of\n");
        return 1;
    }
    live(&example);
    printf("%s %s: one customer, %lld cards, %lld purchases, %lld refunds, %lld declined, event by "
           "event from 2002-09-01 to 2020-02-29\n",
           cstm_strategy_name(example.strategy), cstm_strategy_version(example.strategy),
           (long long) cstm_table_rows(example.cards),
           (long long) cstm_table_rows(example.feeds[0].table),
           (long long) cstm_table_rows(example.feeds[1].table),
           (long long) cstm_table_rows(example.feeds[2].table));
    print_stories(&example);
    printf("\nbatch = event by event: %lld values and stages at the ends of 19 years compared, "
           "%lld differ\n",
           (long long) example.compared, (long long) example.different);

    for (cstm_entity entity = 0; entity < ENTITIES; entity++)
        free(example.stories[entity].text);
    for (int i = 0; i < KINDS; i++) {
        cstm_event_free(example.feeds[i].event);
        cstm_table_free(example.feeds[i].table);
    }
    cstm_outcome_free(example.outcome);
    cstm_profile_free(example.profile);
    cstm_batch_free(example.batch);
    cstm_table_free(example.customers);
    cstm_table_free(example.accounts);
    cstm_table_free(example.cards);
    cstm_strategy_unref(example.strategy);
    return example.different == 0 ? 0 : 1;
}
