/* in_segment('x'): whether the customer, account or card is in the segment 客群 x. A segment stands in the scope as the name
 * segment.x, of type bool, and the call is another way to write it: what is undecided of the segment is missing, or the
 * error it ended in, here as well. */
#include "rule/checking.h"

#include "base/text.h"

#define PREFIX "segment."

/* The nearest segment of the scope, NULL if none is near. */
static const char *
nearest_segment(const struct rule_scope *scope, const char *name)
{
    const char **words = memory_new_array(scope->n + 1, sizeof *words);
    size_t n = 0;
    for (size_t i = 0; words != NULL && i < scope->n; i++)
        if (strncmp(scope->names[i].name, PREFIX, strlen(PREFIX)) == 0)
            words[n++] = scope->names[i].name + strlen(PREFIX);
    const char *nearest = words == NULL ? NULL : text_nearest(name, words, n);
    memory_free(words);
    return nearest;
}

static void
refuse_segment(struct checker *checker, struct node *node, const char *name, int32_t at)
{
    const char *nearest = checker->scope->unchecked ? NULL : nearest_segment(checker->scope, name);
    if (nearest != NULL)
        MISTAKE(checker, node, CSTM_ERROR_UNKNOWN, at, "unknown segment '%s', did you mean '%s'?", name, nearest);
    else
        MISTAKE(checker, node, CSTM_ERROR_UNKNOWN, at, "unknown segment '%s'", name);
}

static void
become_segment(struct checker *checker, struct node *node, const struct scope_name *found)
{
    node->kind = NODE_NAME;
    node->name = (struct rule_text){found->name, found->size};
    node->n = 0;
    node->local = -1;
    node->declared = found;
    node->slot = found->slot;
    checker_type(checker, node, type_of(found->kind));
    if (found->kind == RULE_ERROR)
        checker->failed = true;      /* its own fault was reported where it is declared */
}

bool
check_segment(struct checker *checker, struct node *node)
{
    if (node->method || !text_is(node->name, "in_segment"))
        return false;
    struct node *name = node->n == 1 ? node->children[0] : NULL;
    if (name != NULL)
        check_node(checker, name);
    if (name == NULL || name->kind != NODE_LITERAL || name->type != RULE_STRING) {
        MISTAKE(checker, node, CSTM_ERROR_SYNTAX, node->at, "in_segment() takes the name of a segment, written as a text");
        return true;
    }
    struct rule_text text = name->value.as.text;
    size_t size = strlen(PREFIX) + text.size;
    char *dotted = arena_new(checker->arena, size + 1);
    if (dotted == NULL) {
        checker_no_memory(checker, node);
        return true;
    }
    memcpy(dotted, PREFIX, strlen(PREFIX));
    if (text.size > 0)
        memcpy(dotted + strlen(PREFIX), text.bytes, text.size);
    const struct scope_name *found = scope_find(checker->scope, dotted, size);
    if (found != NULL)
        become_segment(checker, node, found);
    else
        refuse_segment(checker, node, dotted + strlen(PREFIX), name->begin);
    return true;
}
