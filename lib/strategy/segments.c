/* Segments 客群: named rules with a purpose. A segment is a column of type bool in the graph, named
 * "segment.name", so everything that holds of features holds of it: it is ordered, may be read by
 * rules of its own entity and of those below, and taint passes through it. Rules ask for it by
 * in_segment('name'). */
#include "strategy/keys.h"

#include <string.h>

static const char *const segment_keys[] = {"for", "purpose", "when"};

/* The columns of a result that lifecycles and scores would write under the same name. */
static void
check_column(struct compiler *compiler, const struct node *key)
{
    static const char *const of_machines[] = {"stage", "since", "days", "days_in_stage",
                                              "censored"};
    const cstm_strategy *strategy = compiler->strategy;
    bool taken = false;
    for (int32_t i = 0; i < strategy->n_machines; i++)
        for (size_t k = 0; k < G_N_ELEMENTS(of_machines); k++)
            taken |= strcmp(strategy->machines[i].name, "segment") == 0 &&
                     strcmp(key->text, of_machines[k]) == 0;
    for (int32_t i = 0; i < strategy->n_scores; i++)
        taken |=
            strcmp(strategy->scores[i].name, "segment") == 0 && strcmp(key->text, "reasons") == 0;
    if (taken)
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, key,
                       "'" SEGMENT_PREFIX
                       "%s' is a name of what is called 'segment': one of the two needs another",
                       key->text);
}

static void
read_segment(struct compiler *compiler, const struct node *node)
{
    cstm_strategy *strategy = compiler->strategy;
    struct segment *segment = &strategy->segments[strategy->n_segments];
    const char *text;
    if (!declare_name(compiler, node->key, "a segment's name") ||
        !is_mapping(compiler, node, "a segment"))
        return;
    keys_check(compiler, node, "a segment", segment_keys, G_N_ELEMENTS(segment_keys));
    check_column(compiler, node->key);
    *segment = (struct segment){.name = keep_text(node->key->text),
                                .column = g_strconcat(SEGMENT_PREFIX, node->key->text, NULL),
                                .entity = declare_owner(compiler, node, "for"),
                                .slot = -1};
    const struct node *purpose = key_need(compiler, node, "purpose", node->key, "a segment");
    const char *name = purpose != NULL ? purpose_read(compiler, purpose, "'purpose:'") : NULL;
    segment->purpose = name != NULL ? keep_text(name) : NULL;
    const struct node *when = key_need(compiler, node, "when", node->key, "a segment");
    bool read = when != NULL && read_text(compiler, when, "'when:'", &text);
    compiler->segments[strategy->n_segments++] =
        (struct segment_declaration){.node = node, .rule = read ? when : NULL};
}

void
segments_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "segments");
    size_t n = 0;
    if (node != NULL && !is_mapping(compiler, node, "'segments:'"))
        node = NULL;
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        n++;
    compiler->strategy->segments = keep_array(n, sizeof *compiler->strategy->segments);
    compiler->segments = g_new0(struct segment_declaration, n + 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        read_segment(compiler, item);
}

void
segments_compile(struct compiler *compiler, struct rule_scope *const *scopes)
{
    for (int32_t i = 0; i < compiler->strategy->n_segments; i++) {
        struct segment *segment = &compiler->strategy->segments[i];
        if (segment->entity < 0 || graph_thing(compiler, compiler->segment_things + i)->broken)
            continue;
        segment->rule = graph_compile(compiler, compiler->segments[i].rule, scopes[segment->entity],
                                      RULE_BOOL, &compiler->errors, &compiler->strategy->warnings);
    }
}
