/* A YAML document as a strict tree. YAML is taken without its surprises: every scalar is text (the key decides how it is
 * read), and tags, anchors, aliases, merge keys, directives, duplicate keys and a second document are refused. Each node
 * knows its line and column, and each byte of a scalar can be asked for its own, so that an error inside a folded or quoted
 * rule has its exact place. Read next: keys.h, which reads the nodes as what the keys say they are. */
#ifndef STRATEGY_DOCUMENT_H
#define STRATEGY_DOCUMENT_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

#define DOCUMENT_DEPTH 32
#define DOCUMENT_NODES 262144

enum node_kind {
    NODE_SCALAR,
    NODE_MAPPING,
    NODE_SEQUENCE,
    NODE_BROKEN,          /* its fault was reported already: readers pass it over in silence */
};

enum node_style { NODE_PLAIN, NODE_SINGLE_QUOTED, NODE_DOUBLE_QUOTED, NODE_LITERAL, NODE_FOLDED };

struct node {
    enum node_kind kind;
    enum node_style style;
    bool flow;
    int64_t line;         /* from 1 */
    int64_t column;       /* from 1, in code points */
    size_t begin, end;    /* bytes of the document */
    const char *text;     /* of a scalar; no NUL in it, one behind it */
    size_t size;
    struct node *key;     /* of a value in a mapping */
    struct node *first;   /* items, or values by their keys, in the order of the document */
    struct node *last;
    struct node *next;
    const int32_t (*places)[2];   /* see node_places() */
};

struct document {
    const char *file;     /* borrowed: stands in messages */
    const char *text;     /* borrowed */
    size_t size;
    struct arena arena;
    struct node *root;    /* NULL: nothing there, or not well-formed */
    bool well_formed;
};

/* Reads all that can be read; faults go to `errors`. text and file are borrowed until document_clear(). */
void document_read(struct document *document, const char *text, size_t size, const char *file, struct error_list *errors);
void document_clear(struct document *document);

/* Line and column of each byte of a scalar's text and of the place behind its last; owned by the document. */
const int32_t (*node_places(struct document *document, struct node *node))[2];

#endif
