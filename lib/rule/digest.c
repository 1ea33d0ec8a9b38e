/* The digest of a rule: of its tree as it was checked, with names, kinds and what it is bound to, but without places. Two
 * texts that differ in blanks, comments, brackets, the spelling of a literal or the names of macros' variables have the same
 * digest. */
#include "rule/domain.h"
#include "rule/mapping.h"
#include "rule/program.h"
#include "rule/rates.h"

#include "base/bytes.h"

static bool
put_text(struct cstm_buffer *buffer, struct rule_text text)
{
    return buffer_put_text(buffer, text.bytes, text.size);
}

static bool
put_literal(struct cstm_buffer *buffer, const struct node *node)
{
    switch (node->type) {
    case RULE_NULL:
    case RULE_BOOL:
        return buffer_put_u8(buffer, node->value.as.b);
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return put_text(buffer, node->value.as.text);
    default:
        return buffer_put_u64(buffer, node->value.as.u);
    }
}

/* What a node is beside its kind and its children. */
static bool
put_own(struct cstm_buffer *buffer, const struct node *node)
{
    const uint8_t flags = (uint8_t) ((node->optional ? 1 : 0) | (node->optional_element ? 2 : 0) | (node->present ? 4 : 0));
    bool good = flags == 0 || (buffer_put_u8(buffer, 'o') && buffer_put_u8(buffer, flags));
    switch (node->kind) {
    case NODE_CALL:
    case NODE_SELECT:
    case NODE_NAME:
        return good && put_text(buffer, node->name);
    case NODE_MACRO:
        return good && buffer_put_u8(buffer, (uint8_t) node->macro) && buffer_put_uvar(buffer, (uint64_t) node->local) &&
               buffer_put_u8(buffer, (uint8_t) node->n_locals);
    default:
        return good;
    }
}

static bool
put_binding(struct cstm_buffer *buffer, const struct node *node, const struct rule_scope *scope)
{
    const struct overload *overload = node->overload;
    if (overload == NULL && node->data != NULL) {
        const char *zone = zone_name(node->data);    /* for rows that are found when it runs */
        return buffer_put_text(buffer, zone, strlen(zone));
    }
    if (overload == NULL)
        return true;
    if (overload->binding == BIND_EXPONENT)
        return buffer_put_text(buffer, scope->currency, strlen(scope->currency));
    if (overload->binding == BIND_ZONE) {
        const char *zone = zone_name(node->data);
        return buffer_put_text(buffer, zone, strlen(zone));
    }
    if (overload->binding == BIND_CALENDAR || overload->binding == BIND_CALENDAR_ZONE) {
        /* By name, as zones are: what they say of the days is in the digest of the strategy. */
        const struct calendar_binding *binding = node->data;
        const char *name = calendar_name(binding->calendar), *zone = binding->zone == NULL ? "" : zone_name(binding->zone);
        return buffer_put_text(buffer, name, strlen(name)) && buffer_put_text(buffer, zone, strlen(zone));
    }
    if (overload->binding == BIND_RATES || overload->binding == BIND_RATES_ZONE) {
        const struct rates_binding *binding = node->data;
        const char *name = rates_name(binding->rates), *zone = binding->zone == NULL ? "" : zone_name(binding->zone);
        return buffer_put_text(buffer, name, strlen(name)) && buffer_put_text(buffer, scope->currency, strlen(scope->currency)) &&
               buffer_put_text(buffer, zone, strlen(zone));
    }
    if (overload->binding == BIND_MAPPING) {
        /* By what it says: its codes decide what is counted, as a list that is written out would. */
        struct digest digest;
        return mapping_digest(node->data, &digest) && buffer_put(buffer, digest.bytes, sizeof digest.bytes);
    }
    return true;
}

static bool
put_node(struct cstm_buffer *buffer, const struct node *node, const struct rule_scope *scope)
{
    static const char kinds[] = {[NODE_NAME] = 'u', [NODE_SELECT] = '.', [NODE_CALL] = 'c', [NODE_AND] = '&', [NODE_OR] = '|',
                                 [NODE_CONDITIONAL] = '?', [NODE_INDEX] = 'i', [NODE_LIST] = '[', [NODE_MAP] = '{',
                                 [NODE_MESSAGE] = 'm', [NODE_MACRO] = 'x'};
    if (!buffer_put_u8(buffer, (uint8_t) node->type))
        return false;
    if (node->literal)
        return buffer_put_u8(buffer, 'l') && put_literal(buffer, node);
    if (node->declared != NULL)
        return buffer_put_u8(buffer, node->has ? 'h' : 'n') &&
               buffer_put_text(buffer, node->declared->name, node->declared->size) &&
               buffer_put_u8(buffer, (uint8_t) node->declared->kind);
    if (node->type == RULE_TYPE && node->constant && (node->kind == NODE_NAME || node->kind == NODE_SELECT))
        return buffer_put_u8(buffer, 't') && put_literal(buffer, node);
    if (node->kind == NODE_NAME && node->local >= 0)
        return buffer_put_u8(buffer, 'v') && buffer_put_uvar(buffer, (uint64_t) node->local);
    bool good = buffer_put_u8(buffer, (uint8_t) kinds[node->kind]) && buffer_put_uvar(buffer, (uint64_t) node->n) &&
                put_own(buffer, node) && put_binding(buffer, node, scope);
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
