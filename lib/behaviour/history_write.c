/* A history to its canonical bytes (layout.h says which). Whatever order things arrived in,
 * instances are written by depth, entity, parent and key, sections by their definitions; what is
 * opaque here is woven in where a strategy that knows it would put it. */
#include "behaviour/derived.h"
#include "behaviour/layout.h"

#include <stdlib.h>

/* An instance on its way out, known or opaque. */
struct node {
    struct rule_text entity;
    struct rule_text key;
    int64_t begins;
    int32_t depth;
    int32_t parent; /* while sorting: the parent's rank */
    int32_t above;  /* the parent's place in the list as it was built */
    int32_t made;   /* own place in that list */
    bool hidden;    /* nothing is known of it: not written */
};

/* One payload of a section, or (rank -1) a section without any. */
struct piece {
    uint8_t type;
    bool pooled; /* definition and payload lie in the pool: offsets until it is whole */
    int32_t rank;
    const uint8_t *definition, *payload;
    size_t definition_at, definition_size;
    size_t payload_at, payload_size;
};

struct writing {
    const struct history *history;
    struct node *nodes;
    size_t n_nodes, node_capacity, n_hidden;
    int32_t *rank; /* of each node as it was built */
    struct piece *pieces;
    size_t n_pieces, piece_capacity;
    struct cstm_buffer pool;
};

static int
node_compare(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    int order = text_compare(x->entity, y->entity);
    if (order == 0)
        order = (x->parent > y->parent) - (x->parent < y->parent);
    return order != 0 ? order : text_compare(x->key, y->key);
}

static int
node_depth_compare(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    if (x->hidden != y->hidden)
        return x->hidden ? 1 : -1;
    return (x->depth > y->depth) - (x->depth < y->depth);
}

static bool
add_node(struct writing *writing, const struct node *node)
{
    if (!memory_reserve(&writing->nodes, &writing->node_capacity, writing->n_nodes + 1,
                        sizeof *writing->nodes))
        return false;
    writing->nodes[writing->n_nodes] = *node;
    writing->nodes[writing->n_nodes].made = (int32_t) writing->n_nodes;
    writing->n_nodes++;
    return true;
}

static int32_t
find_node(const struct writing *writing, int32_t above, struct rule_text entity,
          struct rule_text key)
{
    for (size_t i = 0; i < writing->n_nodes; i++) {
        const struct node *node = &writing->nodes[i];
        if (node->above == above && node->depth > 0 && text_equal(node->key, key) &&
            text_equal(node->entity, entity))
            return (int32_t) i;
    }
    return -1;
}

/* The node at the end of a path, made where `make` says so; -1 for none. The bytes are our own. */
static int32_t
walk_path(struct writing *writing, const struct opaque_section *section, bool make)
{
    struct byte_reader reader;
    reader_init(&reader, section->bytes + section->definition_size, section->path_size);
    uint64_t levels = reader_uvar(&reader);
    int32_t at = 0;
    for (uint64_t l = 0; l < levels && at >= 0; l++) {
        struct rule_text entity, key;
        entity.bytes = reader_text(&reader, &entity.size);
        key.bytes = reader_text(&reader, &key.size);
        int32_t below = find_node(writing, at, entity, key);
        if (below < 0 && make) {
            struct node node = {.entity = entity,
                                .key = key,
                                .begins = INT64_MAX,
                                .depth = (int32_t) l + 1,
                                .above = at};
            below = add_node(writing, &node) ? (int32_t) writing->n_nodes - 1 : -1;
        }
        if (below >= 0 && writing->nodes[below].hidden) {
            writing->nodes[below].hidden = false;
            writing->n_hidden--;
        }
        at = below;
    }
    return at;
}

static bool
is_empty(const struct history *history, const struct instance *at)
{
    const struct entity *entity = &history->plan->schema->entities[at->entity];
    bool empty = at->begins == INT64_MAX;
    for (int32_t l = 0; l < entity->n_events; l++)
        empty &= at->kinds[l].n_events == 0 && at->kinds[l].n_tiles == 0 &&
                 at->kinds[l].n_buckets == 0 && at->kinds[l].unmatched == 0;
    for (int32_t a = 0; a < entity->n_attributes; a++)
        empty &= at->attributes[a].n == 0;
    return empty;
}

/* Children that have left, and what was below them, stay in memory though nothing is known of them any more (seal_children.c). */
static void
hide_nodes(struct writing *writing)
{
    const struct history *history = writing->history;
    const struct schema *schema = history->plan->schema;
    for (int32_t i = 1; i < history->n_instances; i++) {
        const struct instance *at = &history->instances[i];
        writing->nodes[i].hidden =
            schema->entities[at->entity].keep_closed > 0 || writing->nodes[at->parent].hidden;
    }
    /* Children come after their parents. */
    for (int32_t i = history->n_instances - 1; i > 0; i--) {
        const struct instance *at = &history->instances[i];
        if (writing->nodes[i].hidden && !is_empty(history, at))
            writing->nodes[i].hidden = false;
        if (!writing->nodes[i].hidden)
            writing->nodes[at->parent].hidden = false;
    }
    for (int32_t i = 0; i < history->n_instances; i++)
        writing->n_hidden += writing->nodes[i].hidden;
}

static bool
gather_nodes(struct writing *writing)
{
    const struct history *history = writing->history;
    const struct schema *schema = history->plan->schema;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *at = &history->instances[i];
        const char *name = schema->entities[at->entity].name;
        struct node node = {.entity = {name, strlen(name)},
                            .key = at->key,
                            .begins = at->begins,
                            .above = at->parent};
        node.depth = at->parent < 0 ? 0 : writing->nodes[at->parent].depth + 1;
        if (!add_node(writing, &node))
            return false;
    }
    hide_nodes(writing);
    for (int32_t i = 0; i < history->n_opaque; i++) {
        const struct opaque_section *section = &history->opaque[i];
        if (section->bytes[0] != SECTION_INSTANCE)
            continue;
        int32_t at = walk_path(writing, section, true);
        if (at < 0)
            return false;
        struct byte_reader reader;
        size_t head = section->definition_size + section->path_size;
        reader_init(&reader, section->bytes + head, section->size - head);
        int64_t begins = reader_svar(&reader);
        if (begins < writing->nodes[at].begins)
            writing->nodes[at].begins = begins;
    }
    return true;
}

/* Ranks by depth, then entity, parent and key: a level at a time, as parents' ranks come first. The
 * list itself stays. */
static struct node *
rank_nodes(struct writing *writing)
{
    size_t n = writing->n_nodes;
    struct node *sorted = memory_copy(writing->nodes, n * sizeof *sorted);
    writing->rank = memory_new_array(n, sizeof *writing->rank);
    if (sorted == NULL || writing->rank == NULL) {
        memory_free(sorted);
        return NULL;
    }
    qsort(sorted, n, sizeof *sorted, node_depth_compare);
    n -= writing->n_hidden;      /* they are the last ones */
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first; end < n && sorted[end].depth == sorted[first].depth; end++)
            sorted[end].parent = sorted[end].above < 0 ? -1 : writing->rank[sorted[end].above];
        qsort(sorted + first, end - first, sizeof *sorted, node_compare);
        for (size_t i = first; i < end; i++)
            writing->rank[sorted[i].made] = (int32_t) i;
    }
    return sorted;
}

static bool
put_nodes(const struct node *sorted, size_t n, struct cstm_buffer *buffer)
{
    bool ok = buffer_put_uvar(buffer, n);
    for (size_t i = 0; ok && i < n; i++) {
        const struct node *node = &sorted[i];
        ok = i == 0 || (buffer_put_text(buffer, node->entity.bytes, node->entity.size) &&
                        buffer_put_uvar(buffer, (uint64_t) node->parent));
        ok = ok && buffer_put_text(buffer, node->key.bytes, node->key.size) &&
             buffer_put_svar(buffer, node->begins);
    }
    return ok;
}

static bool
add_piece(struct writing *writing, const struct piece *piece)
{
    if (!memory_reserve(&writing->pieces, &writing->piece_capacity, writing->n_pieces + 1,
                        sizeof *writing->pieces))
        return false;
    writing->pieces[writing->n_pieces++] = *piece;
    return true;
}

/* Whether there is anything to write: what is derived is not. */
static bool
has_facts(const struct kind_plan *kind, const struct event_rows *rows)
{
    if (rows->n_tiles > 0 || rows->n_buckets > 0 || rows->unmatched > 0)
        return true;
    for (int32_t i = 0; i < rows->n_events; i++)
        if (!is_derived(record_at(kind, rows->events, i)))
            return true;
    return false;
}

static bool
add_source_pieces(struct writing *writing)
{
    const struct history *history = writing->history;
    for (int32_t s = 0; s < history->plan->schema->n_sources; s++) {
        const char *name = history->plan->schema->sources[s];
        bool any = false;
        for (int32_t i = 0; i < history->n_day_files; i++)
            any |= history->day_files[i].source == s;
        if (!any)
            continue;
        struct piece piece = {
            .type = SECTION_SOURCE, .pooled = true, .definition_at = writing->pool.size};
        if (!buffer_put_text(&writing->pool, name, strlen(name)))
            return false;
        piece.definition_size = writing->pool.size - piece.definition_at;
        piece.rank = writing->rank[0];
        piece.payload_at = writing->pool.size;
        if (!day_files_write(history, s, &writing->pool))
            return false;
        piece.payload_size = writing->pool.size - piece.payload_at;
        if (!add_piece(writing, &piece))
            return false;
    }
    return true;
}

static bool
add_kind_pieces(struct writing *writing, int32_t event)
{
    const struct history *history = writing->history;
    const struct event_kind *declared = &history->plan->schema->events[event];
    struct piece piece = {
        .type = SECTION_KIND, .pooled = true, .rank = -1, .definition_at = writing->pool.size};
    if (!layout_write(history, event, &writing->pool))
        return false;
    piece.definition_size = writing->pool.size - piece.definition_at;
    size_t before = writing->n_pieces;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *at = &history->instances[i];
        const struct event_rows *rows =
            at->entity == declared->entity ? &at->kinds[declared->local] : NULL;
        if (rows == NULL || !has_facts(&history->plan->kinds[event], rows))
            continue;
        piece.rank = writing->rank[i];
        piece.payload_at = writing->pool.size;
        if (!events_write(history->plan, event, rows, &writing->pool))
            return false;
        piece.payload_size = writing->pool.size - piece.payload_at;
        if (!add_piece(writing, &piece))
            return false;
    }
    return writing->n_pieces > before || add_piece(writing, &piece);
}

static bool
add_attribute_pieces(struct writing *writing, int32_t attribute)
{
    const struct history *history = writing->history;
    const struct attribute *declared = &history->plan->schema->attributes[attribute];
    const char *entity = history->plan->schema->entities[declared->entity].name;
    struct piece piece = {
        .type = SECTION_ATTRIBUTE, .pooled = true, .definition_at = writing->pool.size};
    bool begun = false;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *at = &history->instances[i];
        if (at->entity != declared->entity || at->attributes[declared->local].n == 0)
            continue;
        if (!begun) {
            if (!buffer_put_text(&writing->pool, entity, strlen(entity)) ||
                !buffer_put_text(&writing->pool, declared->name, strlen(declared->name)) ||
                !buffer_put_u8(&writing->pool, (uint8_t) declared->type))
                return false;
            piece.definition_size = writing->pool.size - piece.definition_at;
            begun = true;
        }
        piece.rank = writing->rank[i];
        piece.payload_at = writing->pool.size;
        if (!entries_write(declared->type, &at->attributes[declared->local], &writing->pool))
            return false;
        piece.payload_size = writing->pool.size - piece.payload_at;
        if (!add_piece(writing, &piece))
            return false;
    }
    return true;
}

static bool
add_opaque_pieces(struct writing *writing)
{
    for (int32_t i = 0; i < writing->history->n_opaque; i++) {
        const struct opaque_section *section = &writing->history->opaque[i];
        if (section->bytes[0] == SECTION_INSTANCE)
            continue;
        struct byte_reader reader;
        reader_init(&reader, section->bytes + 1, section->definition_size - 1);
        struct piece piece = {.type = section->bytes[0], .rank = -1};
        piece.definition = (const uint8_t *) reader_text(&reader, &piece.definition_size);
        if (section->path_size > 0) {
            int32_t at = walk_path(writing, section, false);
            if (at < 0)
                return false;
            piece.rank = writing->rank[at];
            size_t head = section->definition_size + section->path_size;
            piece.payload = section->bytes + head;
            piece.payload_size = section->size - head;
        }
        if (!add_piece(writing, &piece))
            return false;
    }
    return true;
}

static int
bytes_compare(const uint8_t *a, size_t m, const uint8_t *b, size_t n)
{
    size_t size = m < n ? m : n;
    int order = size == 0 ? 0 : memcmp(a, b, size);
    return order != 0 ? order : (m > n) - (m < n);
}

static int
definition_compare(const struct piece *x, const struct piece *y)
{
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return bytes_compare(x->definition, x->definition_size, y->definition, y->definition_size);
}

static int
piece_compare(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    int order = definition_compare(x, y);
    if (order == 0)
        order = (x->rank > y->rank) - (x->rank < y->rank);
    return order != 0 ? order
                      : bytes_compare(x->payload, x->payload_size, y->payload, y->payload_size);
}

static bool
put_sections(struct writing *writing, struct cstm_buffer *buffer)
{
    size_t n = writing->n_pieces, sections = 0;
    for (size_t i = 0; i < n; i++) {
        struct piece *piece = &writing->pieces[i];
        if (!piece->pooled)
            continue;
        piece->definition = writing->pool.data + piece->definition_at;
        piece->payload = writing->pool.data + piece->payload_at;
    }
    if (n > 0) /* of nothing there is no array */
        qsort(writing->pieces, n, sizeof *writing->pieces, piece_compare);
    for (size_t i = 0; i < n; i++)
        sections += i == 0 || definition_compare(&writing->pieces[i - 1], &writing->pieces[i]) != 0;
    bool ok = buffer_put_uvar(buffer, sections);
    for (size_t i = 0, end; ok && i < n; i = end) {
        const struct piece *first = &writing->pieces[i];
        size_t payloads = 0;
        for (end = i; end < n && definition_compare(first, &writing->pieces[end]) == 0; end++)
            payloads += writing->pieces[end].rank >= 0;
        ok = buffer_put_u8(buffer, first->type) &&
             buffer_put_text(buffer, (const char *) first->definition, first->definition_size) &&
             buffer_put_uvar(buffer, payloads);
        for (size_t p = i; ok && p < end; p++) {
            const struct piece *piece = &writing->pieces[p];
            ok = piece->rank < 0 ||
                 (buffer_put_uvar(buffer, (uint64_t) piece->rank) &&
                  buffer_put_text(buffer, (const char *) piece->payload, piece->payload_size));
        }
    }
    return ok;
}

bool
history_write(const struct history *history, struct cstm_buffer *buffer)
{
    struct writing writing = {.history = history};
    const struct schema *schema = history->plan->schema;
    bool ok = buffer_put_u8(buffer, HISTORY_FORMAT) &&
              buffer_put_svar(buffer, history->sealed_day) &&
              buffer_put_uvar(buffer, (uint64_t) history->sealed_parts) && gather_nodes(&writing);
    struct node *sorted = ok ? rank_nodes(&writing) : NULL;
    ok = sorted != NULL && put_nodes(sorted, writing.n_nodes - writing.n_hidden, buffer);
    for (int32_t a = 0; ok && a < schema->n_attributes; a++)
        ok = add_attribute_pieces(&writing, a);
    for (int32_t k = 0; ok && k < schema->n_events; k++)
        ok = add_kind_pieces(&writing, k);
    ok = ok && add_source_pieces(&writing) && add_opaque_pieces(&writing) && put_sections(&writing, buffer);
    memory_free(sorted);
    memory_free(writing.nodes);
    memory_free(writing.rank);
    memory_free(writing.pieces);
    buffer_clear(&writing.pool);
    return ok;
}
