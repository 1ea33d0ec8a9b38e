/* What a lifecycle, a score or a segment reads, it uses for its purpose: directly, in a `where`,
 * through features, through children, through the stage of another lifecycle, through segments.
 * Whatever along the way was declared for other purposes only is refused, with the shortest path
 * that leads to it. The edges are those of the graph, found in the text: so a rule that does not
 * compile is followed, too, and nothing that is read escapes. */
#include "strategy/compile.h"

#include <string.h>

static bool
is_allowed(const struct allowance *allowance, const char *purpose)
{
    if (!allowance->limited)
        return true;
    for (guint i = 0; i < allowance->purposes->len; i++)
        if (purpose_covers(allowance->purposes->pdata[i], purpose))
            return true;
    return false;
}

/* "protected and allowed for marketing.content only" */
static void
describe(GString *text, const struct allowance *allowance)
{
    static const char *const sensitivities[] = {"", "personal and ", "protected and "};
    g_string_append_printf(text, "%sallowed for ", sensitivities[allowance->sensitivity]);
    if (allowance->purposes->len == 0)
        g_string_append(text, "nothing");
    for (guint i = 0; i < allowance->purposes->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *) allowance->purposes->pdata[i]);
    if (allowance->purposes->len > 0)
        g_string_append(text, " only");
}

static void
fault_reach(struct compiler *compiler, int32_t reader, int32_t source, const int32_t *came_from)
{
    const struct thing *from = graph_thing(compiler, reader), *to = graph_thing(compiler, source);
    GString *text = g_string_new(NULL);
    GString *path = g_string_new(to->name);
    int32_t first = source;
    for (int32_t at = came_from[source]; at >= 0; at = came_from[at]) {
        g_string_prepend(path, " <- ");
        g_string_prepend(path, graph_thing(compiler, at)->name);
        if (at != reader)
            first = at;
    }
    g_string_append_printf(text, "%s %s (purpose %s) reads %s, which is ",
                           from->kind == THING_SCORE     ? "score"
                           : from->kind == THING_SEGMENT ? "segment"
                                                         : "lifecycle",
                           from->name, from->purpose, to->name);
    describe(text, &to->allowance);
    g_string_append_printf(text, ": %s", path->str);
    for (guint i = 0; i < from->edges->len; i++) {
        const struct edge *edge = &g_array_index(from->edges, struct edge, i);
        if (edge->to == first)
            compiler_fault_at(compiler, CSTM_ERROR_PRIVACY, edge->line, edge->column, "%s",
                              text->str);
    }
    g_string_free(text, TRUE);
    g_string_free(path, TRUE);
}

/* Breadth first, so that the first path found is a shortest. */
static void
check_reader(struct compiler *compiler, int32_t reader)
{
    const char *purpose = graph_thing(compiler, reader)->purpose;
    guint n = compiler->things->len;
    int32_t *came_from = g_new(int32_t, n);
    bool *seen = g_new0(bool, n);
    GArray *queue = g_array_new(FALSE, FALSE, sizeof(int32_t));
    g_array_append_val(queue, reader);
    came_from[reader] = -1;
    seen[reader] = true;
    for (guint head = 0; head < queue->len; head++) {
        int32_t at = g_array_index(queue, int32_t, head);
        const struct thing *thing = graph_thing(compiler, at);
        if (!is_allowed(&thing->allowance, purpose))
            fault_reach(compiler, reader, at, came_from);
        for (guint i = 0; i < thing->edges->len; i++) {
            int32_t to = g_array_index(thing->edges, struct edge, i).to;
            if (seen[to])
                continue;
            seen[to] = true;
            came_from[to] = at;
            g_array_append_val(queue, to);
        }
    }
    g_array_free(queue, TRUE);
    g_free(seen);
    g_free(came_from);
}

void
privacy_check(struct compiler *compiler)
{
    for (guint i = 0; i < compiler->things->len; i++)
        if (graph_thing(compiler, (int32_t) i)->purpose != NULL)
            check_reader(compiler, (int32_t) i);
}
