/* `near: {place: [lat, lon], home: [home_lat, home_lon], km: 10}` beside count, sum or share: only what happened within so many
 * kilometres of home counts; and {mean_distance: purchase, place: [...], home: [...]}. A place is two double fields of the event, a home
 * two double attributes of the feature's entity or of one that it belongs to, each in degrees, latitude first. */
#include "strategy/aggregate.h"

#include <math.h>
#include <string.h>

#define KM_MOST 20016 /* half a great circle */

static bool
read_pair(struct compiler *compiler, const struct node *node, const char *what,
          const struct node *pair[2])
{
    if (!is_sequence(compiler, node, what))
        return false;
    pair[0] = node->first;
    pair[1] = node->first != NULL ? node->first->next : NULL;
    if (pair[1] != NULL && pair[1]->next == NULL)
        return true;
    compiler_fault(compiler, CSTM_ERROR_MISMATCH, node,
                   "%s names two, the latitude and the longitude, in degrees", what);
    return false;
}

static bool
read_field(struct compiler *compiler, const struct node *node, const struct feature *feature,
           int32_t *field)
{
    const struct event_kind *kind = &compiler->schema->events[feature->event];
    const char *name;
    if (!read_text(compiler, node, "a field of 'place:'", &name))
        return false;
    *field = schema_find_field(compiler->schema, feature->event, name);
    if (*field < 0) {
        const char **known = g_new0(const char *, (gsize) kind->n_fields + 1);
        char *what = g_strdup_printf("field of %s", kind->name);
        for (int32_t f = 0; f < kind->n_fields; f++)
            known[f] = kind->fields[f].name;
        compiler_fault_unknown(compiler, node, what, name, known, (size_t) kind->n_fields);
        g_free(what);
        g_free(known);
        return false;
    }
    const cstm_type type = kind->fields[*field].type;
    if (type != CSTM_TYPE_DOUBLE && type != CSTM_TYPE_NONE)
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "'place:' takes double fields, in degrees, and '%s' is %s", name,
                       type_name(type));
    return type == CSTM_TYPE_DOUBLE;
}

static void
fault_attribute(struct compiler *compiler, const struct node *node, const struct feature *feature)
{
    const struct schema *schema = compiler->schema;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t i = 0; i < schema->n_attributes; i++)
        if (schema->attributes[i].type == CSTM_TYPE_DOUBLE && feature->entity >= 0 &&
            schema_is_under(schema, feature->entity, schema->attributes[i].entity))
            g_ptr_array_add(known, schema->attributes[i].name);
    compiler_fault_unknown(compiler, node, "attribute", node->text,
                           (const char *const *) known->pdata, known->len);
    g_ptr_array_free(known, TRUE);
}

static bool
read_home(struct compiler *compiler, const struct node *node, const struct feature *feature,
          int32_t *index)
{
    const struct schema *schema = compiler->schema;
    const char *name;
    if (!read_text(compiler, node, "an attribute of 'home:'", &name))
        return false;
    *index = -1;
    for (int32_t i = 0; i < schema->n_attributes; i++)
        if (compiler->attribute_nodes[i] != NULL && strcmp(schema->attributes[i].name, name) == 0)
            *index = i;
    if (*index < 0) {
        fault_attribute(compiler, node, feature);
        return false;
    }
    const struct attribute *attribute = &schema->attributes[*index];
    if (attribute->type == CSTM_TYPE_NONE || attribute->entity < 0 || feature->entity < 0)
        return false; /* reported */
    if (attribute->type != CSTM_TYPE_DOUBLE)
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "'home:' takes double attributes, in degrees, and '%s' is %s", name,
                       type_name(attribute->type));
    else if (!schema_is_under(schema, feature->entity, attribute->entity))
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "'%s' belongs to %s and is not seen from %s",
                       name, schema->entities[attribute->entity].name,
                       schema->entities[feature->entity].name);
    else
        return true;
    return false;
}

static bool
read_places(struct compiler *compiler, struct feature_declaration *declaration,
            const struct node *mapping, struct feature *feature)
{
    const struct node *place = key_need(compiler, mapping, "place", mapping, "a feature of places");
    const struct node *home = key_need(compiler, mapping, "home", mapping, "a feature of places");
    const struct node *fields[2], *homes[2];
    if (place == NULL || home == NULL ||
        !read_pair(compiler, place, "'place:'", fields) || !read_pair(compiler, home, "'home:'", homes) ||
        feature->event < 0)
        return false;
    bool good = read_field(compiler, fields[0], feature, &feature->near.latitude);
    good &= read_field(compiler, fields[1], feature, &feature->near.longitude);
    good &= read_home(compiler, homes[0], feature, &feature->near.home_latitude);
    good &= read_home(compiler, homes[1], feature, &feature->near.home_longitude);
    if (good)
        declaration->near = mapping;
    return good;
}

bool
near_read(struct compiler *compiler, struct feature_declaration *declaration,
          struct feature *feature, const char *key)
{
    static const char *const keys[] = {"place", "home", "km"};
    const struct node *near = key_find(declaration->node, "near");
    if (near == NULL && feature->operator!= FEATURE_MEAN_DISTANCE)
        return true;
    if (feature->window.unit == WINDOW_LAST) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, key_find(declaration->node, "over"),
                       "what is near is over days, months or all, not over the last events");
        return false;
    }
    if (near == NULL)
        return read_places(compiler, declaration, declaration->node, feature);
    if (feature->operator!= FEATURE_COUNT && feature->operator!= FEATURE_SUM &&
        feature->operator!= FEATURE_SHARE) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, near->key,
                       "'near:' goes with 'count:', 'sum:' or 'share:', not '%s:'", key);
        return false;
    }
    if (!is_mapping(compiler, near, "'near:'"))
        return false;
    keys_check(compiler, near, "'near:'", keys, G_N_ELEMENTS(keys));
    const struct node *km = key_need(compiler, near, "km", near, "'near:'");
    if (km == NULL || !read_number(compiler, km, "'km:'", &feature->near.km) ||
        !read_places(compiler, declaration, near, feature))
        return false;
    if (!(feature->near.km > 0 && feature->near.km <= KM_MOST)) {
        compiler_fault(compiler, CSTM_ERROR_RANGE, km, "'km:' is above 0 and at most %d", KM_MOST);
        return false;
    }
    feature->operator= feature->operator== FEATURE_COUNT ? FEATURE_NEAR_COUNT
                       : feature->operator== FEATURE_SUM ? FEATURE_NEAR_SUM
                                                         : FEATURE_NEAR_SHARE;
    return true;
}

/* What a feature of places reads besides its operand: for its edges, at their own places. */
void
near_edges(struct compiler *compiler, int32_t thing, const struct feature *feature,
           const struct feature_declaration *declaration)
{
    const struct node *place = key_find(declaration->near, "place"),
                      *home = key_find(declaration->near, "home");
    const int32_t fields = compiler->field_things[feature->event];
    graph_edge(compiler, thing, fields + feature->near.latitude, place->first->line,
               place->first->column);
    graph_edge(compiler, thing, fields + feature->near.longitude, place->first->next->line,
               place->first->next->column);
    graph_edge(compiler, thing, feature->near.home_latitude, home->first->line,
               home->first->column);
    graph_edge(compiler, thing, feature->near.home_longitude, home->first->next->line,
               home->first->next->column);
}
