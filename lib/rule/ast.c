/* Nodes, and names that are written with dots. */
#include "rule/ast.h"

struct node *
node_new(struct arena *arena, enum node_kind kind, int32_t begin, int32_t end, int32_t n_children)
{
    struct node *node = arena_new(arena, sizeof *node);
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->begin = begin;
    node->end = end;
    node->at = begin;
    node->depth = 1;
    node->slot = -1;
    node->local = -1;
    node->lowest = NO_LOCAL;
    node->n = n_children;
    if (n_children > 0) {
        node->children = arena_new(arena, sizeof(struct node *) * (size_t) n_children);
        if (node->children == NULL)
            return NULL;
    }
    return node;
}

bool
node_is_dotted(const struct node *node)
{
    for (; node->kind == NODE_SELECT; node = node->children[0])
        if (node->optional || node->children[0]->enclosed || memchr(node->name.bytes, '.', node->name.size) != NULL)
            return false;        /* a `quoted.name` is one field, whatever stands in it */
    return node->kind == NODE_NAME;
}

char *
node_dotted(struct arena *arena, const struct node *node)
{
    size_t size = 0;
    for (const struct node *at = node; at != NULL; at = at->kind == NODE_SELECT ? at->children[0] : NULL)
        size += at->name.size + (at->kind == NODE_SELECT ? 1 : 0);
    char *text = arena_new(arena, size + 1);
    if (text == NULL)
        return NULL;
    char *end = text + size;
    for (const struct node *at = node; at != NULL; at = at->kind == NODE_SELECT ? at->children[0] : NULL) {
        end -= at->name.size;
        memcpy(end, at->name.bytes, at->name.size);
        if (at->kind == NODE_SELECT)
            *--end = '.';
    }
    return text;
}
