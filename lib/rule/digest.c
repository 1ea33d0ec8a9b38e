/* The digest of a rule: of its tree as it was checked, with names, kinds and what it is bound to, but without places. Two
 * texts that differ in blanks, comments, brackets or the spelling of a literal have the same digest. */
#include "rule/program.h"

#include "base/bytes.h"

static bool
put_text(struct cstm_buffer *buffer, struct rule_text text)
{
    return buffer_put_text(buffer, text.bytes, text.size);
}

static bool
put_literal(struct cstm_buffer *buffer, const struct node *node)
{
    int32_t width = kind_width(node->type);
    if (width == 1)
        return buffer_put_u8(buffer, node->value.as.b);
    if (width == 8)
        return buffer_put_u64(buffer, node->value.as.u);
    return put_text(buffer, node->value.as.text);
}

static bool
put_node(struct cstm_buffer *buffer, const struct node *node, const struct rule_scope *scope)
{
    if (!buffer_put_u8(buffer, (uint8_t) node->type))
        return false;
    if (node->literal)
        return buffer_put_u8(buffer, 'l') && put_literal(buffer, node);
    if (node->declared != NULL)
        return buffer_put_u8(buffer, node->has ? 'h' : 'n') &&
               buffer_put_text(buffer, node->declared->name, node->declared->size) &&
               buffer_put_u8(buffer, (uint8_t) node->declared->kind);
    static const char kinds[] = {[NODE_AND] = '&', [NODE_OR] = '|', [NODE_CONDITIONAL] = '?', [NODE_LIST] = '[',
                                 [NODE_CALL] = 'c'};
    bool good = buffer_put_u8(buffer, (uint8_t) kinds[node->kind]) && buffer_put_uvar(buffer, (uint64_t) node->n);
    if (node->kind == NODE_CALL)
        good = good && put_text(buffer, node->name);
    if (node->overload != NULL && node->overload->binding == BIND_EXPONENT)
        good = good && buffer_put_text(buffer, scope->currency, strlen(scope->currency));
    if (node->overload != NULL && node->overload->binding == BIND_ZONE) {
        const char *zone = zone_name(node->data);
        good = good && buffer_put_text(buffer, zone, strlen(zone));
    }
    for (int32_t i = 0; i < node->n && good; i++)
        good = put_node(buffer, node->children[i], scope);
    return good;
}

bool
program_digest(struct rule_program *program, const struct rule_scope *scope)
{
    struct cstm_buffer buffer = {0};
    bool good = buffer_put_text(&buffer, "rule 1", 6) && put_node(&buffer, program->root, scope);
    if (good)
        program->digest = digest_of(buffer.data, buffer.size);
    buffer_clear(&buffer);
    return good;
}
