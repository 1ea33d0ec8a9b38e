/* What a program reads, as those who speak of it need it: names, kinds and the only texts that a name can have. The scope is gone by
 * then, so they are copied. */
#include "rule/program.h"

static bool
keep_values(struct arena *arena, const struct scope_name *name, struct slot_read *read)
{
    if (name->n_values == 0 || name->kind != RULE_STRING)
        return true;
    struct rule_text *values = arena_new(arena, sizeof *values * (size_t) name->n_values);
    for (int32_t i = 0; values != NULL && i < name->n_values; i++) {
        const size_t size = strlen(name->values[i]);
        values[i] = (struct rule_text){arena_text(arena, name->values[i], size), size};
        if (values[i].bytes == NULL)
            return false;
    }
    read->values = values;
    read->n_values = name->n_values;
    return values != NULL;
}

static bool
name_read(struct rule_program *program, const struct node *node)
{
    for (int32_t i = 0; i < program->n_reads; i++) {
        struct slot_read *read = &program->reads[i];
        if (read->slot != node->slot || read->name != NULL)
            continue;
        read->name = arena_text(&program->arena, node->declared->name, node->declared->size);
        read->kind = node->declared->kind;
        return read->name != NULL && keep_values(&program->arena, node->declared, read);
    }
    return true;
}

static bool
walk(struct rule_program *program, const struct node *node)
{
    if (node->constant)
        return true;
    if (node->slot >= 0)
        return node->declared == NULL || name_read(program, node);
    for (int32_t i = 0; i < node->n; i++)
        if (!walk(program, node->children[i]))
            return false;
    return true;
}

bool
program_name_reads(struct rule_program *program)
{
    return walk(program, program->root);
}
