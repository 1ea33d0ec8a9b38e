/* Where each byte of a scalar's text stands in its document. YAML folds lines, drops indentation
 * and decodes escapes, so the text of a rule is not the text of the file; a rule's error must name
 * the line and column that its author sees. The scalar is walked once more, side by side with the
 * text that libyaml made of it; where the two do not agree (an exotic line separator), every byte
 * has the place of the scalar's beginning. */
#include "strategy/document.h"

#include <string.h>

struct walk {
    const char *at; /* in the document */
    const char *end;
    int32_t line, column;
    const struct node *node;
    int32_t (*map)[2];
    size_t done; /* bytes of the node's text that have a place */
};

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool
is_break(char c)
{
    return c == '\n' || c == '\r';
}

static size_t
code_point_size(const char *at, const char *end)
{
    size_t size = 1;
    while (at + size < end && ((uint8_t) at[size] & 0xc0) == 0x80)
        size++;
    return size;
}

/* Past one code point or line break. */
static void
step(struct walk *walk)
{
    if (is_break(*walk->at)) {
        walk->at += walk->at[0] == '\r' && walk->at + 1 < walk->end && walk->at[1] == '\n' ? 2 : 1;
        walk->line++;
        walk->column = 1;
        return;
    }
    walk->at += code_point_size(walk->at, walk->end);
    walk->column++;
}

/* `size` bytes of the text stand at this place; false if the text does not go on like that. */
static bool
mark(struct walk *walk, const char *bytes, size_t size, int32_t line, int32_t column)
{
    if (size > walk->node->size - walk->done ||
        memcmp(walk->node->text + walk->done, bytes, size) != 0)
        return false;
    for (size_t i = 0; i < size; i++) {
        walk->map[walk->done + i][0] = line;
        walk->map[walk->done + i][1] = column;
    }
    walk->done += size;
    return true;
}

static bool
mark_step(struct walk *walk)
{
    size_t size = code_point_size(walk->at, walk->end);
    bool agrees = mark(walk, walk->at, size, walk->line, walk->column);
    step(walk);
    return agrees;
}

/* Blanks up to a line break: the beginning of a fold in a flow scalar. */
static bool
at_fold(const struct walk *walk)
{
    const char *at = walk->at;
    while (at < walk->end && is_blank(*at))
        at++;
    return at < walk->end && is_break(*at);
}

/* n breaks and the blanks around them: one blank if n is 1, else n - 1 breaks; `kept` is 0 after an
 * escaped break. */
static bool
walk_fold(struct walk *walk, bool escaped)
{
    int32_t line = walk->line, column = walk->column;
    int breaks = 0;
    while (walk->at < walk->end && (is_blank(*walk->at) || is_break(*walk->at))) {
        breaks += is_break(*walk->at);
        step(walk);
    }
    if (breaks == 1)
        return escaped || mark(walk, " ", 1, line, column);
    for (int i = 1; i < breaks; i++)
        if (!mark(walk, "\n", 1, line, column))
            return false;
    return true;
}

/* An escape of a double-quoted text: whatever it says, it is one code point of the result. */
static bool
walk_escape(struct walk *walk)
{
    int32_t line = walk->line, column = walk->column;
    step(walk);
    if (walk->at >= walk->end)
        return false;
    if (is_break(*walk->at))
        return walk_fold(walk, true);
    int digits = *walk->at == 'x' ? 2 : *walk->at == 'u' ? 4 : *walk->at == 'U' ? 8 : 0;
    step(walk);
    for (int i = 0; i < digits && walk->at < walk->end; i++)
        step(walk);
    const char *text = walk->node->text + walk->done;
    if (walk->done >= walk->node->size)
        return false;
    return mark(walk, text, code_point_size(text, walk->node->text + walk->node->size), line,
                column);
}

static bool
walk_flow(struct walk *walk)
{
    enum node_style style = walk->node->style;
    if (style != NODE_PLAIN)
        step(walk); /* the opening quote */
    while (walk->done < walk->node->size) {
        if (walk->at >= walk->end)
            return false;
        bool agrees;
        if (at_fold(walk))
            agrees = walk_fold(walk, false);
        else if (style == NODE_DOUBLE_QUOTED && *walk->at == '\\')
            agrees = walk_escape(walk);
        else
            agrees = mark_step(walk);
        if (style == NODE_SINGLE_QUOTED && agrees && walk->node->text[walk->done - 1] == '\'')
            step(walk); /* a quote stands twice */
        if (!agrees)
            return false;
    }
    return true;
}

/* Leading blanks that belong to the block, not to the text. */
static int
block_indent(const struct walk *walk)
{
    const char *at = walk->at;
    int source = 0;
    while (at < walk->end) {
        source = 0;
        while (at < walk->end && *at == ' ') {
            at++;
            source++;
        }
        if (at >= walk->end || !is_break(*at))
            break;
        at++;
    }
    const char *text = walk->node->text + strspn(walk->node->text, "\n");
    return source - (int) strspn(text, " ");
}

static void
skip_indent(struct walk *walk, int indent)
{
    for (int i = 0; i < indent && walk->at < walk->end && *walk->at == ' '; i++)
        step(walk);
}

/* The breaks of a folded block between two lines: what they became is read off the text. */
static bool
walk_block_fold(struct walk *walk, int indent)
{
    int32_t line = walk->line, column = walk->column;
    while (walk->at < walk->end && is_break(*walk->at)) {
        step(walk);
        skip_indent(walk, indent);
    }
    if (walk->done < walk->node->size && walk->node->text[walk->done] == ' ')
        return mark(walk, " ", 1, line, column);
    bool any = false;
    while (walk->done < walk->node->size && walk->node->text[walk->done] == '\n')
        any = mark(walk, "\n", 1, line, column);
    return any || walk->done == walk->node->size;
}

static bool
walk_block(struct walk *walk)
{
    while (walk->at < walk->end && !is_break(*walk->at))
        step(walk); /* the header: | or >, indicators, a comment */
    if (walk->at < walk->end)
        step(walk);
    int indent = block_indent(walk);
    if (indent < 0)
        return walk->node->size == 0;
    skip_indent(walk, indent);
    while (walk->done < walk->node->size) {
        if (walk->at >= walk->end)
            return false;
        bool agrees;
        if (!is_break(*walk->at)) {
            agrees = mark_step(walk);
        } else if (walk->node->style == NODE_FOLDED) {
            agrees = walk_block_fold(walk, indent);
        } else {
            agrees = mark(walk, "\n", 1, walk->line, walk->column);
            step(walk);
            skip_indent(walk, indent);
        }
        if (!agrees)
            return false;
    }
    return true;
}

const int32_t (*node_places(struct document *document, struct node *node))[2]
{
    if (node->places != NULL)
        return node->places;
    int32_t(*map)[2] = arena_new(&document->arena, (node->size + 1) * sizeof *map);
    if (map == NULL)
        return NULL;
    struct walk walk = {
        .at = document->text + node->begin,
        .end = document->text + node->end,
        .line = (int32_t) node->line,
        .column = (int32_t) node->column,
        .node = node,
        .map = map,
    };
    bool block = node->style == NODE_LITERAL || node->style == NODE_FOLDED;
    bool agrees = block ? walk_block(&walk) : walk_flow(&walk);
    for (size_t i = agrees ? node->size : 0; i <= node->size; i++) {
        map[i][0] = agrees ? walk.line : (int32_t) node->line;
        map[i][1] = agrees ? walk.column : (int32_t) node->column;
    }
    node->places = (const int32_t(*)[2]) map;
    return node->places;
}
