/* From the checked tree to operations. Registers are handed out as the tree is walked and given back when their value has
 * been used, so that a program touches as little memory as its deepest moment needs. A result never shares the register
 * of an operand, except where && and || gather into one.
 *
 * Buffers come in units of bytes a row: each register has room for its widest value and a state beside it, then come the levels of
 * selections and the texts that are made. */
#include "rule/program.h"

#include "rule/apply.h"
#include "rule/island.h"
#include "rule/selection.h"
#include "rule/set.h"

#include <math.h>
#include <stdlib.h>

struct note {                   /* what a slot is compared with */
    int32_t slot;
    int64_t bound;
};

struct generator {
    struct rule_program *program;
    struct op *ops;
    size_t n_ops, ops_capacity;
    struct cell *constants;
    size_t n_constants, constants_capacity;
    int32_t *widths;            /* of each register */
    bool *used;
    size_t n_registers, widths_capacity, used_capacity;
    struct note *notes;
    size_t n_notes, notes_capacity;
    struct slot_read *reads;
    size_t n_reads, reads_capacity;
    int32_t level, n_levels;    /* of selections: in use, and at most */
    int32_t text;               /* units of made texts so far */
    int32_t *look_ups;          /* the slot of each */
    size_t n_look_ups, look_ups_capacity;
    bool wide;
    struct island **islands;
    size_t n_islands, islands_capacity;
    bool can_fail;
    bool failed;
};

static int32_t generate(struct generator *generator, const struct node *node);

/* Registers. */

static int32_t
take(struct generator *generator, int32_t width)
{
    size_t i = 0;
    while (i < generator->n_registers && generator->used[i])
        i++;
    if (i == generator->n_registers) {
        if (!memory_reserve(&generator->widths, &generator->widths_capacity, i + 1, sizeof *generator->widths) ||
            !memory_reserve(&generator->used, &generator->used_capacity, i + 1, sizeof *generator->used)) {
            generator->failed = true;
            return 0;
        }
        generator->widths[i] = 0;
        generator->n_registers++;
    }
    generator->used[i] = true;
    if (generator->widths[i] < width)
        generator->widths[i] = width;
    return (int32_t) i * OPERAND_SIZE;
}

static void
give(struct generator *generator, int32_t operand)
{
    if (operand >= 0 && !generator->failed)
        generator->used[operand / OPERAND_SIZE] = false;
}

static size_t
emit(struct generator *generator, const struct kernel *kernel, struct op op)
{
    if (!memory_reserve(&generator->ops, &generator->ops_capacity, generator->n_ops + 1, sizeof *generator->ops)) {
        generator->failed = true;
        return 0;
    }
    op.row = kernel == NULL ? NULL : kernel->row;
    op.rows = kernel == NULL ? NULL : generator->wide && kernel->wide != NULL ? kernel->wide : kernel->rows;
    if (kernel != NULL && kernel->text_size > 0) {
        op.text = generator->text;
        generator->text += kernel->text_size;
    }
    generator->ops[generator->n_ops] = op;
    return generator->n_ops++;
}

static struct op *
op_at(struct generator *generator, size_t i)
{
    return &generator->ops[i];
}

static int32_t
constant(struct generator *generator, const struct node *node)
{
    if (!memory_reserve(&generator->constants, &generator->constants_capacity, generator->n_constants + 1,
                        sizeof *generator->constants)) {
        generator->failed = true;
        return 0;
    }
    struct cell *value = &generator->constants[generator->n_constants++];
    *value = node->value;
    if (node->type != RULE_DYN)
        value->kind = (uint8_t) node->type;
    return -(int32_t) generator->n_constants * OPERAND_SIZE;
}

/* What is read, and how. */

static struct slot_read *
read_of(struct generator *generator, int32_t slot)
{
    for (size_t i = 0; i < generator->n_reads; i++)
        if (generator->reads[i].slot == slot)
            return &generator->reads[i];
    if (!memory_reserve(&generator->reads, &generator->reads_capacity, generator->n_reads + 1, sizeof *generator->reads)) {
        generator->failed = true;
        return NULL;
    }
    struct slot_read *read = &generator->reads[generator->n_reads++];
    *read = (struct slot_read){.slot = slot, .bounded = true};
    return read;
}

static void
note_bound(struct generator *generator, int32_t slot, int64_t bound)
{
    if (!memory_reserve(&generator->notes, &generator->notes_capacity, generator->n_notes + 1, sizeof *generator->notes)) {
        generator->failed = true;
        return;
    }
    generator->notes[generator->n_notes++] = (struct note){slot, bound};
}

static bool
has_int_bounds(enum rule_kind kind)
{
    return kind == RULE_INT || kind == RULE_DATE || kind == RULE_TIMESTAMP || kind == RULE_MONEY || kind == RULE_DURATION;
}

/* The greatest int64 that is not above the constant: a comparison turns at it or right after it. */
static int64_t
bound_of(const struct node *constant_node)
{
    const struct cell *value = &constant_node->value;
    if (constant_node->type == RULE_DOUBLE) {
        double whole = floor(value->as.d);
        return whole >= 0x1p63 ? INT64_MAX : whole < -0x1p63 ? INT64_MIN : (int64_t) whole;
    }
    if (constant_node->type == RULE_UINT)
        return value->as.u > INT64_MAX ? INT64_MAX : (int64_t) value->as.u;
    return value->as.i;
}

/* No number stands to NaN in any way: no comparison turns there. */
static void
note_constant(struct generator *generator, int32_t slot, const struct node *constant_node)
{
    if (constant_node->type != RULE_DOUBLE || !isnan(constant_node->value.as.d))
        note_bound(generator, slot, bound_of(constant_node));
}

static bool
is_comparison(const struct node *node)
{
    const char *name = node->overload->name;
    return node->overload->result == RULE_BOOL && node->n == 2 && name[0] == '_' && strchr("=!<>", name[1]) != NULL;
}

/* If the call compares a name with constants alone, notes them and says which child the name is; -1 otherwise. */
static int32_t
note_comparison(struct generator *generator, const struct node *node)
{
    if (node->overload->binding == BIND_SET) {
        const struct node *name = node->children[0], *list = node->children[1];
        if (name->slot < 0 || name->has || !has_int_bounds(name->type))
            return -1;
        for (int32_t i = 0; i < list->n; i++)
            note_constant(generator, name->slot, list->children[i]);
        return 0;
    }
    if (!is_comparison(node))
        return -1;
    for (int32_t i = 0; i < 2; i++) {
        const struct node *name = node->children[i], *other = node->children[1 - i];
        if (name->slot >= 0 && !name->has && has_int_bounds(name->type) && other->constant) {
            note_constant(generator, name->slot, other);
            return i;
        }
    }
    return -1;
}

static int32_t
generate_load(struct generator *generator, const struct node *node, bool compared)
{
    const int32_t slot = node->slot;
    struct slot_read *read = read_of(generator, slot);
    if (read == NULL)
        return 0;
    read->value |= !node->has;
    read->bounded &= compared;
    const int32_t width = node->has ? 1 : kind_width(node->type);
    const struct kernel *kernel = node->has ? &load_has_kernel : width == 1 ? &load_bool_kernel :
                                  width == 8 ? &load_word_kernel : &load_text_kernel;
    /* Rows are gathered where a selection may hold, and texts that are not plain everywhere. */
    int32_t dst = take(generator, node->has ? 1 : generator->level > 0 || node->type == RULE_STRING ? width : 0);
    emit(generator, kernel, (struct op){.dst = dst, .slot = slot});
    return dst;
}

/* Whether division by this operand can fail: not by an ordinary constant. */
static bool
fails(const struct node *node)
{
    if ((node->overload->kernel->flags & KERNEL_FAILS) == 0)
        return false;
    const char *name = node->overload->name;
    bool divides = strcmp(name, "_/_") == 0 || strcmp(name, "_%_") == 0;
    const struct node *right = node->children[node->n - 1];
    if (!divides || !right->constant)
        return true;
    if (right->type == RULE_INT)
        return right->value.as.i == 0 || right->value.as.i == -1;
    return right->type == RULE_DOUBLE || right->value.as.i == 0;
}

/* Where the operation before is the load of operand `a`, the single-row schedule does both in one step. Loads that are read
 * once only are ever made, so nobody misses what it does not write. */
static void
fuse_load(struct generator *generator, const struct kernel *kernel, int32_t a)
{
    if (generator->failed || generator->n_ops == 0 || kernel->loaded == NULL)
        return;
    struct op *last = op_at(generator, generator->n_ops - 1);
    bool is_load = last->row == load_bool_kernel.row || last->row == load_word_kernel.row || last->row == load_text_kernel.row;
    if (is_load && last->dst == a)
        last->row = kernel->loaded;
}

/* Where the operation before is the load of a text and nothing else varies, what comes of it can be looked up by the text. */
static void
look_up_load(struct generator *generator, const struct node *node, int32_t varying)
{
    if (generator->failed || generator->n_ops == 0 || kind_width(node->type) > 8)
        return;
    struct op *last = op_at(generator, generator->n_ops - 1);
    if (last->rows != load_text_kernel.rows || last->dst != varying)
        return;
    if (!memory_reserve(&generator->look_ups, &generator->look_ups_capacity, generator->n_look_ups + 1, sizeof *generator->look_ups)) {
        generator->failed = true;
        return;
    }
    last->rows = load_looked_up_rows;
    last->data = node->overload->kernel;
    last->c = kind_width(node->type);
    last->imm = (int64_t) generator->n_look_ups;
    generator->look_ups[generator->n_look_ups++] = last->slot;
}

static int32_t
generate_call(struct generator *generator, const struct node *node)
{
    const struct overload *overload = node->overload;
    if (overload->kernel == NULL)
        return generate(generator, node->children[0]);
    int32_t n = apply_operands(node);
    int32_t compared = note_comparison(generator, node);
    int32_t operands[OVERLOAD_ARGS] = {0};
    for (int32_t i = 0; i < n; i++) {
        const struct node *child = node->children[i];
        bool load = child->slot >= 0 && !child->has && !child->constant;
        operands[i] = load ? generate_load(generator, child, compared == i) : generate(generator, child);
    }
    generator->can_fail |= fails(node);
    int32_t n_varying = 0, varying = 0;
    for (int32_t i = 0; i < n; i++) {
        if (operands[i] >= 0) {
            n_varying++;
            varying = operands[i];
        }
    }
    if (n_varying == 1)
        look_up_load(generator, node, varying);
    fuse_load(generator, overload->kernel, operands[overload->swap ? 1 : 0]);
    int32_t dst = take(generator, kind_width(node->type));
    emit(generator, overload->kernel,
         (struct op){.dst = dst, .a = operands[overload->swap ? 1 : 0], .b = operands[overload->swap ? 0 : 1],
                     .c = operands[2], .d = operands[3], .data = node->data, .imm = node->imm});
    for (int32_t i = 0; i < n; i++)
        give(generator, operands[i]);
    return dst;
}

/* Islands. */

static void
note_reads(struct generator *generator, const struct node *node)
{
    if (node->constant || generator->failed)
        return;
    if (node->slot >= 0) {
        struct slot_read *read = read_of(generator, node->slot);
        if (read != NULL) {
            read->value |= !node->has;
            read->bounded = false;
        }
        return;
    }
    for (int32_t i = 0; i < node->n; i++)
        note_reads(generator, node->children[i]);
}

static int32_t
generate_island(struct generator *generator, const struct node *node)
{
    struct rule_program *program = generator->program;
    struct island *island = arena_new(&program->arena, sizeof *island);
    if (island == NULL ||
        !memory_reserve(&generator->islands, &generator->islands_capacity, generator->n_islands + 1, sizeof *generator->islands)) {
        generator->failed = true;
        return 0;
    }
    generator->islands[generator->n_islands++] = island;
    note_reads(generator, node);
    *island = (struct island){.node = node, .width = kind_width(node->type), .finite = !program->infinite};
    /* Only what it looks functions up by is written. */
    tree_prepare((struct node *) node, &island->n_locals);
    if (program->n_locals < island->n_locals)
        program->n_locals = island->n_locals;
    generator->can_fail = true;
    const bool makes_text = island->width == (int32_t) sizeof(struct rule_text);
    int32_t dst = take(generator, island->width);
    emit(generator, makes_text ? &island_text_kernel : &island_kernel, (struct op){.dst = dst, .data = island});
    return dst;
}

/* Whether a double may be infinite or NaN. Inputs never are. */
static bool
may_be_infinite(const struct node *node)
{
    if (node->constant)
        return fabs(node->value.as.d) > __DBL_MAX__ || isnan(node->value.as.d);
    if (node->slot >= 0)
        return false;
    if (node->kind == NODE_CONDITIONAL && !node->dynamic)
        return may_be_infinite(node->children[1]) || may_be_infinite(node->children[2]);
    if (node->kind != NODE_CALL || node->dynamic || node->overload == NULL)
        return true;
    const struct overload *row = node->overload;
    if (node->n == 1 && strcmp(row->name, "-_") == 0)
        return may_be_infinite(node->children[0]);
    /* Of money, and what is made of a whole number. */
    if (row->args[0] == RULE_MONEY)
        return false;
    return strcmp(row->name, "double") != 0 || row->args[0] == RULE_STRING ||
           (row->args[0] == RULE_DOUBLE && may_be_infinite(node->children[0]));
}

static int32_t
generate_root(struct generator *generator, const struct node *root)
{
    const bool may_be = generator->program->infinite;
    if (!type_is_scalar(root->type) && root->constant && !may_be && !value_is_finite(&root->value))
        return generate_island(generator, root);
    int32_t result = generate(generator, root);
    if (root->type != RULE_DOUBLE || may_be || !may_be_infinite(root))
        return result;
    int32_t dst = take(generator, kind_width(RULE_DOUBLE));
    generator->can_fail = true;
    emit(generator, finite_kernel, (struct op){.dst = dst, .a = result});
    give(generator, result);
    return dst;
}

/* Logic. */

/* About how many operations over a whole vector a node takes, counting as long as it is little. */
static int32_t
cost_of(const struct node *node, int32_t cost)
{
    if (node->constant || cost > 8)
        return cost;
    cost += node->slot < 0 || node->has;
    for (int32_t i = 0; node->slot < 0 && i < node->n; i++)
        cost = cost_of(node->children[i], cost);
    return cost;
}

/* What a selection spares before `next`, and then the rest of a chain up to `end`. */
static uint8_t
worth_of(const struct node *next, const struct node *const *rest, const struct node *const *end)
{
    if (next->slow || next->dynamic)
        return WORTH_MUCH;
    int32_t cost = cost_of(next, 0);
    for (; rest < end && cost <= 2; rest++)
        cost = (*rest)->slow || (*rest)->dynamic ? 3 : cost_of(*rest, cost);
    return cost > 2 ? WORTH_SOME : WORTH_NOTHING;
}

static int32_t
open_level(struct generator *generator)
{
    int32_t level = generator->level++;
    if (generator->n_levels < generator->level)
        generator->n_levels = generator->level;
    if (generator->level > INT16_MAX)
        generator->failed = true;
    return level;
}

/* Operands that are constant do not matter here: one that decides has made the whole chain a constant. */
static int32_t
generate_chain(struct generator *generator, const struct node *node)
{
    const bool is_or = node->kind == NODE_OR;
    int32_t n = 0;
    const struct node *only = NULL;
    for (int32_t i = 0; i < node->n; i++) {
        if (!node->children[i]->constant) {
            only = node->children[i];
            n++;
        }
    }
    if (n == 1)
        return generate(generator, only);

    const int32_t dst = take(generator, 1);
    int32_t left = 0, level = 0, seen = 0;
    size_t first = 0, last = 0;
    for (int32_t i = 0; i < node->n; i++) {
        const struct node *operand = node->children[i];
        if (operand->constant)
            continue;
        if (++seen == 1) {
            left = generate(generator, operand);
            first = generator->n_ops;
            level = open_level(generator);
            continue;
        }
        const struct node *const *children = (const struct node *const *) node->children;
        struct op jump = {.dst = dst, .a = left, .level = (int16_t) level, .first = seen == 2};
        jump.worth = worth_of(operand, children + i + 1, children + node->n);
        last = emit(generator, is_or ? &or_skip_kernel : &and_skip_kernel, jump);
        int32_t right = generate(generator, operand);
        const struct kernel *join = seen < n ? (is_or ? &or_kernel : &and_kernel) : is_or ? &or_end_kernel : &and_end_kernel;
        emit(generator, join, (struct op){.dst = dst, .a = left, .b = right, .level = (int16_t) level});
        if (left != dst)
            give(generator, left);
        give(generator, right);
        left = dst;
    }
    generator->level--;
    /* Every jump of this chain goes to its end. Those of inner chains have their target already. */
    for (size_t i = first; i <= last && !generator->failed; i++) {
        struct op *op = op_at(generator, i);
        bool skips = op->row == and_skip_kernel.row || op->row == or_skip_kernel.row;
        if (skips && op->jump == 0)
            op->jump = (int32_t) (generator->n_ops - i);
    }
    return dst;
}

static int32_t
generate_conditional(struct generator *generator, const struct node *node)
{
    const struct node *yes = node->children[1], *no = node->children[2];
    if (node->children[0]->constant)
        return generate(generator, node->children[0]->value.as.b != 0 ? yes : no);
    const int32_t width = kind_width(node->type);
    const int32_t dst = take(generator, width);
    int32_t a = generate(generator, node->children[0]);
    const int16_t yes_level = (int16_t) open_level(generator), no_level = (int16_t) open_level(generator);
    size_t choose = emit(generator, &choose_kernel, (struct op){.dst = dst, .a = a, .level = yes_level, .worth = worth_of(yes, NULL, NULL)});
    int32_t b = generate(generator, yes);
    size_t other = emit(generator, &else_kernel,
                        (struct op){.dst = dst, .a = a, .b = b, .level = no_level, .worth = worth_of(no, NULL, NULL)});
    int32_t c = generate(generator, no);
    const struct kernel *select = width == 1 ? &select_bool_kernel : width == 8 ? &select_word_kernel : &select_text_kernel;
    emit(generator, select, (struct op){.dst = dst, .a = a, .b = b, .c = c, .level = no_level});
    generator->level -= 2;
    if (!generator->failed) {
        op_at(generator, choose)->jump = (int32_t) (other + 1 - choose);
        op_at(generator, choose)->imm = (int64_t) (generator->n_ops - choose);
        op_at(generator, other)->jump = (int32_t) (generator->n_ops - other);
    }
    give(generator, a);
    give(generator, b);
    give(generator, c);
    return dst;
}

static int32_t
generate(struct generator *generator, const struct node *node)
{
    if (generator->failed)
        return 0;
    if (node->constant)
        return constant(generator, node);
    if (node->dynamic)
        return generate_island(generator, node);
    if (node->slot >= 0)
        return generate_load(generator, node, false);
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR:
        return generate_chain(generator, node);
    case NODE_CONDITIONAL:
        return generate_conditional(generator, node);
    default:
        return generate_call(generator, node);
    }
}

/* The finished program. */

static bool
lay_out(struct generator *generator)
{
    struct rule_program *program = generator->program;
    int32_t *offsets = arena_new(&program->arena, sizeof *offsets * (generator->n_registers + 1));
    struct op *ops = arena_new(&program->arena, sizeof *ops * generator->n_ops);
    if (offsets == NULL || ops == NULL)
        return false;
    int32_t units = 0;
    for (size_t i = 0; i < generator->n_registers; i++) {
        offsets[i] = units;
        units += generator->widths[i] == 0 ? 0 : generator->widths[i] + 1;
    }
    program->level_units = units;
    program->n_levels = generator->n_levels;
    const int32_t texts = units + LEVEL_UNITS * generator->n_levels;
    for (size_t i = 0; i < generator->n_ops; i++) {
        ops[i] = generator->ops[i];
        ops[i].out = offsets[ops[i].dst / OPERAND_SIZE];
        ops[i].out_states = ops[i].out + generator->widths[ops[i].dst / OPERAND_SIZE];
        ops[i].text += texts;
    }
    program->ops = ops;
    program->n_ops = (int32_t) generator->n_ops;
    program->n_registers = (int32_t) generator->n_registers;
    program->units = texts + generator->text;
    for (size_t i = 0; i < generator->n_islands; i++)
        generator->islands[i]->units = program->units;
    program->has_heap = generator->n_islands > 0;
    return true;
}

static bool
place_constants(struct generator *generator)
{
    struct rule_program *program = generator->program;
    size_t n = generator->n_constants;
    struct cell *cells = arena_new(&program->arena, sizeof *cells * (n + 1));
    struct vector *vectors = arena_new(&program->arena, sizeof *vectors * (n + 1));
    if (cells == NULL || vectors == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        cells[n - 1 - i] = generator->constants[i];
        vectors[n - 1 - i] = (struct vector){.data = &cells[n - 1 - i].as, .constant = true};
    }
    program->constants_end = cells + n;
    program->n_constants = (int32_t) n;
    program->constant_vectors_end = vectors + n;
    return true;
}

static int
read_order(const void *a, const void *b)
{
    const struct slot_read *x = a, *y = b;
    return (x->slot > y->slot) - (x->slot < y->slot);
}

static int
note_order(const void *a, const void *b)
{
    const struct note *x = a, *y = b;
    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    return (x->bound > y->bound) - (x->bound < y->bound);
}

static bool
place_reads(struct generator *generator)
{
    struct rule_program *program = generator->program;
    size_t n = generator->n_reads;
    program->reads = arena_new(&program->arena, sizeof *program->reads * (n + 1));
    program->read_slots = arena_new(&program->arena, sizeof *program->read_slots * (n + 1));
    int64_t *bounds = arena_new(&program->arena, sizeof *bounds * (generator->n_notes + 1));
    if (program->reads == NULL || program->read_slots == NULL || bounds == NULL)
        return false;
    if (n > 0)
        qsort(generator->reads, n, sizeof *generator->reads, read_order);
    if (generator->n_notes > 0)
        qsort(generator->notes, generator->n_notes, sizeof *generator->notes, note_order);
    size_t note = 0;
    for (size_t i = 0; i < n; i++) {
        struct slot_read *read = &program->reads[i];
        *read = generator->reads[i];
        program->read_slots[i] = read->slot;
        read->bounds = bounds;
        for (; note < generator->n_notes && generator->notes[note].slot <= read->slot; note++) {
            int64_t bound = generator->notes[note].bound;
            if (read->n_bounds == 0 || read->bounds[read->n_bounds - 1] != bound)
                read->bounds[read->n_bounds++] = bound;
        }
        bounds += read->n_bounds;
    }
    program->n_reads = (int32_t) n;
    program->n_look_ups = (int32_t) generator->n_look_ups;
    program->look_up_slots = arena_new(&program->arena, sizeof *program->look_up_slots * (generator->n_look_ups + 1));
    if (program->look_up_slots == NULL)
        return false;
    if (generator->n_look_ups > 0)
        memcpy(program->look_up_slots, generator->look_ups, sizeof *generator->look_ups * generator->n_look_ups);
    return true;
}

bool
program_generate(struct rule_program *program)
{
    struct generator generator = {.program = program, .wide = kernel_wide()};
    program->kind = program->root->type;
    program->width = kind_width(program->kind);
    program->result = generate_root(&generator, program->root);
    emit(&generator, NULL, (struct op){.dst = program->result >= 0 ? program->result : 0});
    if (generator.n_registers == 0)
        give(&generator, take(&generator, 0));
    bool good = !generator.failed && lay_out(&generator) && place_constants(&generator) && place_reads(&generator);
    program->can_fail = generator.can_fail;
    memory_free(generator.ops);
    memory_free(generator.constants);
    memory_free(generator.widths);
    memory_free(generator.used);
    memory_free(generator.notes);
    memory_free(generator.reads);
    memory_free(generator.islands);
    memory_free(generator.look_ups);
    return good;
}
