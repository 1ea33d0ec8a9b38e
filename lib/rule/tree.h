/* Evaluates a checked tree for one row by walking it: what vectors cannot hold, such as lists, maps, macros and values whose kind
 * is known only when they are there. A node that is `dynamic` is computed here; in a program, the outermost such node whose own
 * type is scalar, or the root, is one operation (an island), and what stands round it runs over vectors as ever. */
#ifndef RULE_TREE_H
#define RULE_TREE_H

#include "rule/ast.h"
#include "rule/value.h"

struct tree_frame {
    const struct rule_column *inputs;    /* by slot; not looked at by what reads no name */
    int32_t row;
    struct cell *locals;                 /* macros' variables, by number */
    struct heap *heap;
};

/* The value of a node, with its kind and state. Texts in it point into inputs, the tree or the heap. */
void tree_evaluate(const struct node *node, struct tree_frame *frame, struct cell *value);

/* Finds at run time which overload fits the operands, runs it. */
void tree_call(const struct node *node, const struct cell *arguments, int32_t n, struct heap *heap, struct cell *value);

/* Makes a tree ready for its first evaluation: functions by name, and how many locals a frame must have room for (at least what
 * *n_locals says). */
void tree_prepare(struct node *node, int32_t *n_locals);
/* A heap in memory (aligned to 16), and a frame over it, its locals taken from the heap; inputs and row are the caller's. False: the
 * memory is too small. */
bool tree_start(struct heap *heap, char *memory, size_t size, int32_t n_locals, struct tree_frame *frame);

/* Evaluates a node that reads no name, at compile time: 1 and a value (or its state) that lives in the arena; 0 where memory failed. room:
 * bytes that such values may still take, taken down by this one; CSTM_ERROR_LIMIT where it has none. */
bool tree_fold(const struct node *node, struct arena *arena, size_t *room, struct cell *value);

#endif
