/* From text to program, and what a program can be asked. */
#include "rule/cost.h"
#include "rule/parser.h"
#include "rule/program.h"

#include "base/text.h"

enum rule_kind
rule_kind_of(cstm_type type)
{
    static const enum rule_kind kinds[] = {
        [CSTM_TYPE_BOOL] = RULE_BOOL, [CSTM_TYPE_INT] = RULE_INT, [CSTM_TYPE_DOUBLE] = RULE_DOUBLE,
        [CSTM_TYPE_STRING] = RULE_STRING, [CSTM_TYPE_DATE] = RULE_DATE, [CSTM_TYPE_TIMESTAMP] = RULE_TIMESTAMP,
        [CSTM_TYPE_MONEY] = RULE_MONEY,
    };
    return type >= CSTM_TYPE_BOOL && type <= CSTM_TYPE_MONEY ? kinds[type] : RULE_ERROR;
}

const char *
rule_kind_name(enum rule_kind kind)
{
    static const char *const names[] = {
        [RULE_ERROR] = "error", [RULE_BOOL] = "bool", [RULE_INT] = "int", [RULE_DOUBLE] = "double", [RULE_STRING] = "string",
        [RULE_DATE] = "date", [RULE_TIMESTAMP] = "timestamp", [RULE_MONEY] = "money", [RULE_DURATION] = "duration",
        [RULE_UINT] = "uint", [RULE_NULL] = "null", [RULE_BYTES] = "bytes", [RULE_TYPE] = "type", [RULE_LIST] = "list",
        [RULE_MAP] = "map", [RULE_DYN] = "dyn", [RULE_OPTIONAL] = "optional",
    };
    return (size_t) kind < sizeof names / sizeof names[0] ? names[kind] : "?";
}

int32_t
kind_width(enum rule_kind kind)
{
    if (kind == RULE_BOOL)
        return 1;
    if (!type_is_scalar(kind))
        return (int32_t) sizeof(struct cell);
    return kind == RULE_STRING || kind == RULE_BYTES ? (int32_t) sizeof(struct rule_text) : 8;
}

static bool
check_text(const struct source *source, size_t size)
{
    if (size > CSTM_RULE_LIMIT) {
        source_error(source, CSTM_ERROR_LIMIT, 0, "the expression is longer than %d bytes", CSTM_RULE_LIMIT);
        return false;
    }
    size_t bad = text_utf8_error(source->text, size);
    if (bad < size) {
        source_error(source, CSTM_ERROR_SYNTAX, (int32_t) bad, "the text is not UTF-8");
        return false;
    }
    return true;
}

static bool
compile(struct rule_program *program, struct source *source, const struct rule_scope *scope, enum rule_kind expected)
{
    struct node *root = parse(source, &program->arena);
    if (root == NULL || !check(source, &program->arena, scope, &program->zones, expected, root))
        return false;
    program->root = root;
    program->infinite = scope->infinite;
    program->exponent = scope->exponent < 0 ? 0 : scope->exponent;
    if (scope->zone != NULL)
        program->zone = zone_ref(scope->zone);
    if (!program_generate(program) || !program_name_reads(program) || !program_digest(program, scope)) {
        source_no_memory(source);
        return false;
    }
    program->cost = cost_of(root);
    return true;
}

struct rule_program *
rule_compile(const char *text, size_t size, const struct rule_scope *scope, enum rule_kind expected,
             const struct rule_place *place, struct error_list *errors, struct error_list *warnings)
{
    struct source source = {.text = text, .size = 0, .place = place, .errors = errors, .warnings = warnings};
    if (!check_text(&source, size))
        return NULL;
    struct rule_program *program = memory_new(sizeof *program);
    char *copy = program == NULL ? NULL : arena_text(&program->arena, text, size);
    if (copy == NULL) {
        source_no_memory(&source);
        memory_free(program);
        return NULL;
    }
    atomic_init(&program->references, 1);
    program->text = copy;
    program->size = (int32_t) size;
    source.text = copy;
    source.size = (int32_t) size;
    if (compile(program, &source, scope, expected))
        return program;
    rule_program_unref(program);
    return NULL;
}

static void
pack_unref(struct rule_pack *pack)
{
    if (pack != NULL && atomic_fetch_sub_explicit(&pack->references, 1, memory_order_acq_rel) == 1)
        memory_free(pack);
}

static size_t
packed_size(const struct rule_program *program)
{
    return sizeof(struct op) * (size_t) program->n_ops + sizeof(struct cell) * (size_t) program->n_constants;
}

bool
rule_programs_pack(struct rule_program *const *programs, int32_t n)
{
    size_t size = sizeof(struct rule_pack) + 16;
    for (int32_t i = 0; i < n; i++)
        size += packed_size(programs[i]);
    struct rule_pack *pack = memory_new(size);
    if (pack == NULL)
        return false;
    atomic_init(&pack->references, 1);
    char *at = (char *) pack + 16;
    for (int32_t i = 0; i < n; i++) {
        struct rule_program *program = programs[i];
        if (program->pack != NULL)
            continue;
        const size_t constants = sizeof(struct cell) * (size_t) program->n_constants, ops = sizeof(struct op) * (size_t) program->n_ops;
        if (constants > 0)
            memcpy(at, (const char *) program->constants_end - constants, constants);
        program->constants_end = (const struct cell *) (const void *) (at + constants);
        memcpy(at + constants, program->ops, ops);
        program->ops = (const struct op *) (const void *) (at + constants);
        at += constants + ops;
        program->pack = pack;
        atomic_fetch_add_explicit(&pack->references, 1, memory_order_relaxed);
    }
    pack_unref(pack);
    return true;
}

struct rule_program *
rule_program_ref(struct rule_program *program)
{
    atomic_fetch_add_explicit(&program->references, 1, memory_order_relaxed);
    return program;
}

void
rule_program_unref(struct rule_program *program)
{
    if (program == NULL || atomic_fetch_sub_explicit(&program->references, 1, memory_order_acq_rel) != 1)
        return;
    zone_list_clear(&program->zones);
    if (program->zone != NULL)
        zone_unref(program->zone);
    arena_clear(&program->arena);
    pack_unref(program->pack);
    memory_free(program);
}

enum rule_kind
rule_program_kind(const struct rule_program *program)
{
    return program->kind;
}

const char *
rule_program_text(const struct rule_program *program)
{
    return program->text;
}

int32_t
rule_program_reads(const struct rule_program *program, const int32_t **slots)
{
    if (slots != NULL)
        *slots = program->read_slots;
    return program->n_reads;
}

static const struct slot_read *
find_read(const struct rule_program *program, int32_t slot)
{
    for (int32_t i = 0; i < program->n_reads; i++)
        if (program->reads[i].slot == slot)
            return &program->reads[i];
    return NULL;
}

bool
rule_program_reads_value(const struct rule_program *program, int32_t slot)
{
    const struct slot_read *read = find_read(program, slot);
    return read != NULL && read->value;
}

bool
rule_program_can_fail(const struct rule_program *program)
{
    return program->can_fail;
}

int64_t
rule_program_cost(const struct rule_program *program)
{
    return program->cost;
}

struct digest
rule_program_digest(const struct rule_program *program)
{
    return program->digest;
}

int32_t
rule_program_bounds(const struct rule_program *program, int32_t slot, const int64_t **bounds)
{
    const struct slot_read *read = find_read(program, slot);
    if (read == NULL)
        return 0;
    if (!read->bounded)
        return -1;
    if (bounds != NULL)
        *bounds = read->bounds;
    return read->n_bounds;
}
