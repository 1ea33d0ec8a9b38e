/* Kinds of events that are made of others: `any_of` in `events:`, and the unnamed ones that a feature
 * over several events stands for. Such a kind has `kind`, whose values are the members' names, and
 * then the fields that all members have under one name and type. */
#include "strategy/fields.h"

#include <string.h>

#define MEMBERS_LIMIT 64

static int
name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static void
fault_unknown(struct compiler *compiler, const struct node *at, const char *name)
{
    const struct schema *schema = compiler->schema;
    const char **known = g_new(const char *, (gsize) schema->n_events + 1);
    for (int32_t i = 0; i < schema->n_events; i++)
        known[i] = schema->events[i].name;
    compiler_fault_unknown(compiler, at, "event", name, known, (size_t) schema->n_events);
    g_free(known);
}

/* One name of a list of members, of events that are declared. False: reported. */
static bool
add_member(struct compiler *compiler, const struct node *at, const char *name, GArray *members)
{
    const struct schema *schema = compiler->schema;
    int32_t event = schema_find_event(schema, name);
    if (event < 0) {
        bool broken = false;
        for (guint i = 0; i < compiler->broken_events->len; i++)
            broken |= strcmp(compiler->broken_events->pdata[i], name) == 0;
        if (!broken)
            fault_unknown(compiler, at, name);
        return false;
    }
    const struct event_kind *kind = &schema->events[event];
    if (kind->n_members > 0 || kind->entity < 0) {
        if (kind->n_members > 0)
            compiler_fault(compiler, CSTM_ERROR_TYPE, at,
                           "'%s' is made of others itself; name those", name);
        return false;
    }
    for (guint i = 0; i < members->len; i++) {
        const struct event_kind *other =
            &schema->events[g_array_index(members, int32_t, i)];
        if (other == kind) {
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, at, "'%s' stands twice", name);
            return false;
        }
        if (other->entity != kind->entity) {
            compiler_fault(compiler, CSTM_ERROR_TYPE, at,
                           "'%s' happens on %s and '%s' on %s: events of several kinds happen on one "
                           "entity",
                           kind->name, schema->entities[kind->entity].name, other->name,
                           schema->entities[other->entity].name);
            return false;
        }
    }
    g_array_append_val(members, event);
    return true;
}

static bool
enough_members(struct compiler *compiler, const struct node *at, const GArray *members)
{
    if (members->len >= 2 && members->len <= MEMBERS_LIMIT)
        return true;
    compiler_fault(compiler, CSTM_ERROR_LIMIT, at, "events of several kinds are of 2 to %d kinds",
                   MEMBERS_LIMIT);
    return false;
}

static bool
has_text(char *const *values, int32_t n, const char *text)
{
    for (int32_t i = 0; i < n; i++)
        if (strcmp(values[i], text) == 0)
            return true;
    return false;
}

/* What may stand in the union's field: what may stand in a member's. */
static void
widen(struct event_field *field, const struct event_field *other)
{
    if (field->values != NULL && other->values == NULL) {
        for (int32_t i = 0; i < field->n_values; i++)
            g_free(field->values[i]);
        g_free(field->values);
        field->values = NULL;
        field->n_values = 0;
    }
    if (field->values != NULL) {
        field->values = g_realloc_n(field->values,
                                    (gsize) field->n_values + (gsize) other->n_values + 1,
                                    sizeof *field->values);
        for (int32_t i = 0; i < other->n_values; i++)
            if (!has_text(field->values, field->n_values, other->values[i]))
                field->values[field->n_values++] = keep_text(other->values[i]);
    }
    if (!field->ranged)
        return;
    int64_t low = field->low < other->low ? field->low : other->low;
    int64_t end = field->low + (field->n_values - 1), last = other->low + (other->n_values - 1);
    end = end > last ? end : last;
    field->ranged = other->ranged && (uint64_t) end - (uint64_t) low < RANGE_LIMIT;
    field->low = field->ranged ? low : 0;
    field->n_values = field->ranged ? (int32_t) (end - low + 1) : 0;
}

static bool
all_have(const struct schema *schema, const GArray *members, const struct event_field *field)
{
    for (guint m = 0; m < members->len; m++) {
        int32_t event = g_array_index(members, int32_t, m);
        int32_t other = schema_find_field(schema, event, field->name);
        if (other < 0 || schema->events[event].fields[other].type != field->type)
            return false;
    }
    return true;
}

static void
add_kind_field(const struct schema *schema, const GArray *members, struct event_kind *kind)
{
    struct event_field *field = &kind->fields[kind->n_fields++];
    *field = (struct event_field){.name = keep_text("kind"),
                                  .type = CSTM_TYPE_STRING,
                                  .n_values = (int32_t) members->len};
    field->values = keep_array(members->len, sizeof *field->values);
    for (guint m = 0; m < members->len; m++)
        field->values[m] = keep_text(schema->events[g_array_index(members, int32_t, m)].name);
}

/* Makes kind `index` of its members; its name stands. */
static void
make(struct compiler *compiler, int32_t index, const struct node *at, const GArray *members)
{
    struct schema *schema = compiler->schema;
    struct event_kind *kind = &schema->events[index];
    int32_t first = g_array_index(members, int32_t, 0);
    const struct event_kind *model = &schema->events[first];
    gsize room = (gsize) model->n_fields + 2;
    kind->entity = model->entity;
    kind->local = schema->entities[kind->entity].n_events++;
    kind->observed_from = INT64_MAX;
    kind->accounting = -1;
    kind->n_members = (int32_t) members->len;
    kind->members = keep_array(members->len, sizeof *kind->members);
    memcpy(kind->members, members->data, members->len * sizeof *kind->members);
    for (guint m = 0; m < members->len; m++) {
        int32_t settles = schema->events[g_array_index(members, int32_t, m)].settles;
        kind->settles = settles > kind->settles ? settles : kind->settles;
    }
    kind->fields = keep_array(room, sizeof *kind->fields);
    compiler->field_allowances[index] = g_new0(struct allowance, room);
    compiler->field_nodes[index] = g_new0(const struct node *, room);
    compiler->field_declarations[index] = g_new0(struct field_declaration, room);
    compiler->field_nodes[index][0] = at;
    add_kind_field(schema, members, kind);
    for (int32_t f = 0; f < model->n_fields; f++) {
        const struct event_field *given = &model->fields[f];
        if (strcmp(given->name, "kind") == 0 || !all_have(schema, members, given))
            continue;
        struct event_field *field = &kind->fields[kind->n_fields];
        *field = (struct event_field){.name = keep_text(given->name),
                                      .type = given->type,
                                      .ranged = given->ranged,
                                      .low = given->low,
                                      .n_values = given->n_values};
        if (given->values != NULL)
            field->values = keep_array((gsize) given->n_values, sizeof *field->values);
        for (int32_t i = 0; given->values != NULL && i < given->n_values; i++)
            field->values[i] = keep_text(given->values[i]);
        for (guint m = 1; m < members->len; m++) {
            int32_t event = g_array_index(members, int32_t, m);
            widen(field, &schema->events[event]
                              .fields[schema_find_field(schema, event, given->name)]);
        }
        compiler->field_nodes[index][kind->n_fields++] = at;
    }
}

static void
drop(struct compiler *compiler, int32_t index)
{
    struct event_kind *kind = &compiler->schema->events[index];
    g_ptr_array_add(compiler->broken_events, (gpointer) compiler->event_nodes[index]->text);
    kind->entity = -1;
    compiler->field_allowances[index] = g_new0(struct allowance, 1);
    compiler->field_nodes[index] = g_new0(const struct node *, 1);
    compiler->field_declarations[index] = g_new0(struct field_declaration, 1);
}

/* use: {any_of: [purchase, cash]} */
void
union_read(struct compiler *compiler, int32_t index, const struct node *list)
{
    GArray *members = g_array_new(FALSE, FALSE, sizeof(int32_t));
    bool good = is_sequence(compiler, list, "'any_of:'");
    for (const struct node *item = good ? list->first : NULL; item != NULL; item = item->next) {
        const char *name;
        good = read_text(compiler, item, "an event of 'any_of:'", &name) &&
               add_member(compiler, item, name, members) && good;
    }
    if (good && enough_members(compiler, list, members))
        make(compiler, index, list, members);
    else
        drop(compiler, index);
    g_array_free(members, TRUE);
}

/* The name of an unnamed kind, the members' in order, which is no name that a document can give; NULL if
 * the operand names no events. */
static char *
unnamed(const struct node *list, char **field)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    bool good = true;
    *field = NULL;
    for (const struct node *item = list->first; item != NULL; item = item->next) {
        if (item->kind != NODE_SCALAR) {
            good = false;
            break;
        }
        const char *dot = strchr(item->text, '.');
        const char *own = dot == NULL ? "" : dot + 1;
        g_ptr_array_add(names, dot != NULL ? g_strndup(item->text, (gsize) (dot - item->text))
                                           : g_strdup(item->text));
        if (*field == NULL)
            *field = g_strdup(own);
        good = good && strcmp(*field, own) == 0;
    }
    GString *name = g_string_new(NULL);
    if (names->len > 0)
        qsort(names->pdata, names->len, sizeof *names->pdata, name_compare);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(name, "%s%s", i > 0 ? "+" : "", (const char *) names->pdata[i]);
    good = good && names->len > 0;
    g_ptr_array_free(names, TRUE);
    return g_string_free(name, !good);
}

/* The lists under the operators of features. */
static const struct node *
next_list(const struct node *feature, const struct node *after)
{
    const struct node *at = after == NULL ? feature->first : after->next;
    while (at != NULL && (at->kind != NODE_SEQUENCE || strcmp(at->key->text, "at") == 0))
        at = at->next;
    return at;
}

size_t
unions_unnamed(const struct compiler *compiler)
{
    const struct node *features = key_find(compiler->root, "features");
    size_t n = 0;
    if (features == NULL || features->kind != NODE_MAPPING)
        return 0;
    for (const struct node *feature = features->first; feature != NULL; feature = feature->next)
        if (feature->kind == NODE_MAPPING)
            for (const struct node *list = next_list(feature, NULL); list != NULL;
                 list = next_list(feature, list))
                n++;
    return n;
}

int32_t
union_of_operand(struct compiler *compiler, const struct node *list, const char **field)
{
    struct schema *schema = compiler->schema;
    char *own;
    char *name = unnamed(list, &own);
    *field = NULL;
    if (name == NULL) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, list,
                       "what is aggregated of several events is a list of events, or of one field "
                       "under one name, like [purchase.amount, cash.amount]");
        g_free(own);
        return -1;
    }
    const char *dot = strchr(list->first->text, '.');
    *field = dot == NULL ? NULL : dot + 1;
    /* Of one kind it is that kind's name. */
    int32_t event = strchr(name, '+') != NULL ? schema_find_event(schema, name) : -1;
    GArray *members = g_array_new(FALSE, FALSE, sizeof(int32_t));
    bool good = true;
    for (const struct node *item = event < 0 ? list->first : NULL; item != NULL;
         item = item->next) {
        const char *end = strchr(item->text, '.');
        char *member = end != NULL ? g_strndup(item->text, (gsize) (end - item->text))
                                   : g_strdup(item->text);
        good = add_member(compiler, item, member, members) && good;
        g_free(member);
    }
    if (event < 0 && good && enough_members(compiler, list, members)) {
        GArray *sorted = g_array_new(FALSE, FALSE, sizeof(int32_t));
        char **names = g_strsplit(name, "+", 0);
        for (char **at = names; *at != NULL; at++) {
            int32_t member = schema_find_event(schema, *at);
            g_array_append_val(sorted, member);
        }
        event = schema->n_events++;
        schema->events[event] = (struct event_kind){.name = keep_text(name)};
        make(compiler, event, list, sorted);
        g_strfreev(names);
        g_array_free(sorted, TRUE);
    }
    g_array_free(members, TRUE);
    g_free(name);
    g_free(own);
    return event;
}

/* A union's field is its members'. */
void
unions_trace(struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    for (int32_t e = 0; e < schema->n_events; e++) {
        const struct event_kind *kind = &schema->events[e];
        for (int32_t m = 0; m < kind->n_members; m++)
            for (int32_t f = 1; f < kind->n_fields; f++) {
                const struct node *at = compiler->field_nodes[e][f];
                int32_t field = schema_find_field(schema, kind->members[m], kind->fields[f].name);
                graph_edge(compiler, compiler->field_things[e] + f,
                           compiler->field_things[kind->members[m]] + field, at->line, at->column);
            }
    }
}
