/* libyaml's events to a tree of nodes, refusing what a strategy must not contain. libyaml finds
 * where a text is not YAML; this file says it in words that help whoever forgot to quote a rule,
 * which is what most such faults are. */
#include "strategy/document.h"

#include "base/text.h"

#include <glib.h>
#include <string.h>
#include <yaml.h>

/* One open mapping or sequence. */
struct level {
    struct node *node;
    struct node *key; /* of a mapping: waiting for its value */
    GHashTable *keys; /* of a mapping: those seen, for duplicates */
    int open; /* in a flow collection: brackets that a cut rule has left open; its rest is dropped
               */
};

struct reader {
    struct document *document;
    struct error_list *errors;
    GArray *levels;
    int32_t n_nodes;
    bool stop;
    size_t at_index; /* code points from the start: libyaml's marks ascend, so one walk turns them
                        into bytes */
    size_t at_byte;
};

static void fault(struct reader *reader, cstm_status code, int64_t line, int64_t column,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

static void
fault(struct reader *reader, cstm_status code, int64_t line, int64_t column, const char *format,
      ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    cstm_error *error = NULL;
    error_set(&error, code, "%s", message);
    error_at(&error, reader->document->file, line, column);
    error_list_add(reader->errors, error);
    g_free(message);
}

/* The place of a byte of the document. */
static void
byte_place(const struct document *document, size_t at, int64_t *line, int64_t *column)
{
    *line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at; i++) {
        if (document->text[i] == '\n') {
            ++*line;
            start = i + 1;
        }
    }
    *column = 1;
    for (size_t i = start; i < at; i++)
        *column += ((uint8_t) document->text[i] & 0xc0) != 0x80;
}

static size_t
mark_byte(struct reader *reader, size_t index)
{
    const struct document *document = reader->document;
    if (index < reader->at_index) {
        reader->at_index = 0;
        reader->at_byte = 0;
    }
    while (reader->at_index < index && reader->at_byte < document->size) {
        reader->at_byte++;
        while (reader->at_byte < document->size &&
               ((uint8_t) document->text[reader->at_byte] & 0xc0) == 0x80)
            reader->at_byte++;
        reader->at_index++;
    }
    return reader->at_byte;
}

static struct level *
top(struct reader *reader)
{
    return reader->levels->len == 0
               ? NULL
               : &g_array_index(reader->levels, struct level, reader->levels->len - 1);
}

static struct node *
node_new(struct reader *reader, enum node_kind kind, const yaml_mark_t *start,
         const yaml_mark_t *end)
{
    struct node *node = arena_new(&reader->document->arena, sizeof *node);
    if (node == NULL || ++reader->n_nodes > DOCUMENT_NODES) {
        fault(reader, node == NULL ? CSTM_ERROR_NO_MEMORY : CSTM_ERROR_LIMIT,
              (int64_t) start->line + 1, (int64_t) start->column + 1,
              "a document has at most %d keys and values", DOCUMENT_NODES);
        reader->stop = true;
        return NULL;
    }
    node->kind = kind;
    node->line = (int64_t) start->line + 1;
    node->column = (int64_t) start->column + 1;
    node->begin = mark_byte(reader, start->index);
    node->end = mark_byte(reader, end->index);
    if (node->begin == reader->document->size) /* libyaml ends a line behind the last */
        byte_place(reader->document, node->begin, &node->line, &node->column);
    return node;
}

/* Brackets that a text opens and does not close. */
static int
open_brackets(const struct node *node)
{
    int open = 0;
    if (node->kind != NODE_SCALAR || node->style != NODE_PLAIN)
        return 0;
    for (size_t i = 0; i < node->size; i++)
        open += node->text[i] == '(' ? 1 : node->text[i] == ')' ? -1 : 0;
    return open;
}

static bool
has_odd_quote(const struct node *node)
{
    bool odd[2] = {false, false};
    if (node == NULL || node->kind != NODE_SCALAR || node->style != NODE_PLAIN)
        return false;
    for (size_t i = 0; i < node->size; i++) {
        odd[0] ^= node->text[i] == '\'';
        odd[1] ^= node->text[i] == '"';
    }
    return odd[0] || odd[1];
}

static void
fault_cut(struct reader *reader, struct node *cut, bool mapping)
{
    fault(reader, CSTM_ERROR_SYNTAX, cut->line, cut->column,
          mapping ? "a rule inside {...} must be quoted: the comma in it ends the value"
                  : "text inside [...] must be quoted: the comma in it ends the item");
    cut->kind = NODE_BROKEN;
}

static void
append(struct node *parent, struct node *node)
{
    if (parent->last == NULL)
        parent->first = node;
    else
        parent->last->next = node;
    parent->last = node;
}

static void
take_key(struct reader *reader, struct level *level, struct node *node)
{
    level->key = node;
    if (level->open > 0)
        return;
    if (node->kind == NODE_BROKEN)
        return;
    if (node->kind != NODE_SCALAR) {
        fault(reader, CSTM_ERROR_SYNTAX, node->line, node->column,
              "a key must be a word; a text that starts with %c must be quoted",
              node->kind == NODE_MAPPING ? '{' : '[');
        return;
    }
    if (node->style == NODE_PLAIN && strcmp(node->text, "<<") == 0) {
        fault(reader, CSTM_ERROR_SYNTAX, node->line, node->column,
              "merge keys (<<) are not used in strategies");
        node->kind = NODE_BROKEN;
        return;
    }
    const struct node *before = g_hash_table_lookup(level->keys, node->text);
    if (before != NULL) {
        fault(reader, CSTM_ERROR_DUPLICATE, node->line, node->column,
              "the key '%s' stands here already on line %" G_GINT64_FORMAT, node->text,
              before->line);
        node->kind = NODE_BROKEN;
        return;
    }
    g_hash_table_insert(level->keys, (gpointer) node->text, node);
}

static void
take_value(struct reader *reader, struct level *level, struct node *node)
{
    struct node *parent = level->node;
    node->key = level->key;
    level->key = NULL;
    if (level->open > 0) { /* the rest of a rule that was cut at its comma */
        level->open += (node->key != NULL ? open_brackets(node->key) : 0) + open_brackets(node);
        return;
    }
    if (parent->flow && parent->kind == NODE_MAPPING && node->kind == NODE_SCALAR &&
        node->begin == node->end && has_odd_quote(parent->last) && has_odd_quote(node->key)) {
        fault_cut(reader, parent->last, true);
        return;
    }
    if (node->key != NULL && node->key->kind != NODE_SCALAR)
        return; /* its key was refused */
    append(parent, node);
    if (parent->flow && (level->open = open_brackets(node)) > 0)
        fault_cut(reader, node, parent->kind == NODE_MAPPING);
}

static void
take(struct reader *reader, struct node *node)
{
    struct level *level = top(reader);
    if (level == NULL)
        reader->document->root = node;
    else if (level->node->kind == NODE_MAPPING && level->key == NULL)
        take_key(reader, level, node);
    else
        take_value(reader, level, node);
}

static void
open_level(struct reader *reader, struct node *node)
{
    if (node == NULL)
        return;
    if (reader->levels->len == DOCUMENT_DEPTH) {
        fault(reader, CSTM_ERROR_LIMIT, node->line, node->column, "nested deeper than %d levels",
              DOCUMENT_DEPTH);
        reader->stop = true;
        return;
    }
    take(reader, node);
    struct level level = {.node = node};
    if (node->kind == NODE_MAPPING)
        level.keys = g_hash_table_new(g_str_hash, g_str_equal);
    g_array_append_val(reader->levels, level);
}

static void
close_level(struct reader *reader, const yaml_mark_t *end)
{
    struct level *level = top(reader);
    level->node->end = mark_byte(reader, end->index);
    if (level->keys != NULL)
        g_hash_table_destroy(level->keys);
    g_array_set_size(reader->levels, reader->levels->len - 1);
}

/* Anchors and tags; true if the node is refused for one. */
static bool
refuse_properties(struct reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
                  const yaml_char_t *tag)
{
    int64_t line = (int64_t) event->start_mark.line + 1,
            column = (int64_t) event->start_mark.column + 1;
    if (tag != NULL && tag[0] == '!')
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "'%s' is read as a YAML tag: a rule that starts with ! must be quoted",
              (const char *) tag);
    else if (tag != NULL)
        fault(reader, CSTM_ERROR_SYNTAX, line, column, "YAML tags are not used in strategies");
    else if (anchor != NULL)
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "'&%s' is read as a YAML anchor: anchors are not used in strategies",
              (const char *) anchor);
    return tag != NULL || anchor != NULL;
}

static void
take_scalar(struct reader *reader, const yaml_event_t *event)
{
    static const enum node_style styles[] = {
        [YAML_ANY_SCALAR_STYLE] = NODE_PLAIN,
        [YAML_PLAIN_SCALAR_STYLE] = NODE_PLAIN,
        [YAML_SINGLE_QUOTED_SCALAR_STYLE] = NODE_SINGLE_QUOTED,
        [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = NODE_DOUBLE_QUOTED,
        [YAML_LITERAL_SCALAR_STYLE] = NODE_LITERAL,
        [YAML_FOLDED_SCALAR_STYLE] = NODE_FOLDED,
    };
    struct node *node = node_new(reader, NODE_SCALAR, &event->start_mark, &event->end_mark);
    if (node == NULL)
        return;
    node->style = styles[event->data.scalar.style];
    node->size = event->data.scalar.length;
    node->text =
        arena_text(&reader->document->arena, (const char *) event->data.scalar.value, node->size);
    if (node->text == NULL) {
        fault(reader, CSTM_ERROR_NO_MEMORY, 0, 0, "out of memory");
        reader->stop = true;
        return;
    }
    if (refuse_properties(reader, event, event->data.scalar.anchor, event->data.scalar.tag))
        node->kind = NODE_BROKEN;
    else if (memchr(node->text, '\0', node->size) != NULL) {
        fault(reader, CSTM_ERROR_SYNTAX, node->line, node->column, "a NUL character in a text");
        node->kind = NODE_BROKEN;
    }
    take(reader, node);
}

static void
take_container(struct reader *reader, const yaml_event_t *event)
{
    bool mapping = event->type == YAML_MAPPING_START_EVENT;
    struct node *node = node_new(reader, mapping ? NODE_MAPPING : NODE_SEQUENCE, &event->start_mark,
                                 &event->end_mark);
    if (node == NULL)
        return;
    node->flow = mapping ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                         : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    refuse_properties(reader, event,
                      mapping ? event->data.mapping_start.anchor
                              : event->data.sequence_start.anchor,
                      mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    open_level(reader, node);
}

static void
take_event(struct reader *reader, const yaml_event_t *event)
{
    int64_t line = (int64_t) event->start_mark.line + 1,
            column = (int64_t) event->start_mark.column + 1;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (reader->document->root != NULL) {
            fault(reader, CSTM_ERROR_SYNTAX, line, column,
                  "a second document: a strategy is one document");
            reader->stop = true;
        } else if (event->data.document_start.version_directive != NULL ||
                   event->data.document_start.tag_directives.start !=
                       event->data.document_start.tag_directives.end) {
            fault(reader, CSTM_ERROR_SYNTAX, line, column,
                  "YAML directives (%%) are not used in strategies");
        }
        break;
    case YAML_ALIAS_EVENT: {
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "'*%s' is read as a YAML alias: aliases are not used in strategies",
              (const char *) event->data.alias.anchor);
        struct node *node = node_new(reader, NODE_BROKEN, &event->start_mark, &event->end_mark);
        if (node != NULL)
            take(reader, node);
        break;
    }
    case YAML_SCALAR_EVENT:
        take_scalar(reader, event);
        break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        take_container(reader, event);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        close_level(reader, &event->end_mark);
        break;
    default:
        break;
    }
}

/* Whether the line of `at` has, before it, a value that starts with one of `marks`: "key: !x", "-
 * !x". */
static bool
value_starts_with(const struct document *document, size_t at, const char *marks)
{
    size_t begin = at < document->size ? at : document->size;
    while (begin > 0 && document->text[begin - 1] != '\n')
        begin--;
    for (size_t i = begin; i + 2 < document->size && i < at && document->text[i] != '\n'; i++) {
        if (document->text[i] != ':' && document->text[i] != '-')
            continue;
        size_t value = i + 1;
        while (value < document->size && document->text[value] == ' ')
            value++;
        if (value > i + 1 && value < document->size &&
            strchr(marks, document->text[value]) != NULL && document->text[value] != '\0')
            return true;
    }
    return false;
}

static bool
is_blank_from(const struct document *document, size_t at)
{
    while (at < document->size && strchr(" \t\r\n", document->text[at]) != NULL)
        at++;
    return at == document->size;
}

/* libyaml's fault in words; the place is moved to where the mistake begins if that is known. */
static void
fault_of_parser(struct reader *reader, const yaml_parser_t *parser)
{
    const struct document *document = reader->document;
    const char *problem = parser->problem != NULL ? parser->problem : "not well-formed";
    const char *context = parser->context != NULL ? parser->context : "";
    if (parser->error == YAML_MEMORY_ERROR) {
        fault(reader, CSTM_ERROR_NO_MEMORY, 0, 0, "out of memory");
        return;
    }
    int64_t line, column;
    if (parser->error == YAML_READER_ERROR) {
        byte_place(document,
                   parser->problem_offset < document->size ? parser->problem_offset
                                                           : document->size,
                   &line, &column);
        fault(reader, CSTM_ERROR_SYNTAX, line, column, "not YAML: %s", problem);
        return;
    }
    size_t at = mark_byte(reader, parser->problem_mark.index);
    line = (int64_t) parser->problem_mark.line + 1;
    column = (int64_t) parser->problem_mark.column + 1;
    bool at_end = is_blank_from(document, at);
    bool in_flow = strstr(context, "flow") != NULL;
    const struct level *open = top(reader);
    if (at == document->size) /* libyaml begins a line behind the last for its end */
        byte_place(document, at, &line, &column);
    if (strstr(context, "quoted scalar") != NULL && strstr(problem, "unexpected") != NULL)
        fault(reader, CSTM_ERROR_SYNTAX, (int64_t) parser->context_mark.line + 1,
              (int64_t) parser->context_mark.column + 1, "the quote that opens here is not closed");
    else if (in_flow && at_end && open != NULL && open->node->flow)
        fault(reader, CSTM_ERROR_SYNTAX, open->node->line, open->node->column,
              "the %s that opens here is not closed", open->node->kind == NODE_MAPPING ? "{" : "[");
    else if (at < document->size && document->text[at] == '\t' &&
             strstr(problem, "cannot start any token") != NULL)
        fault(reader, CSTM_ERROR_SYNTAX, line, column, "a tab cannot indent: use blanks");
    else if (in_flow)
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "not YAML: %s (%s); a rule inside %s must be quoted", problem, context,
              strstr(context, "mapping") != NULL ? "{...}" : "[...]");
    else if (value_starts_with(document, at, "!"))
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "not YAML: %s; a rule that starts with ! must be quoted", problem);
    else if (value_starts_with(document, at, "\"'[{&*|>%@`"))
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "not YAML: %s; a rule that starts with a quote, bracket or other mark of YAML must "
              "be quoted as a whole",
              problem);
    else if (strstr(problem, "mapping values are not allowed") != NULL)
        fault(reader, CSTM_ERROR_SYNTAX, line, column,
              "not YAML: %s; a text with a colon in it must be quoted, and the keys of one mapping "
              "stand in one column",
              problem);
    else
        fault(reader, CSTM_ERROR_SYNTAX, line, column, "not YAML: %s%s%s", problem,
              context[0] != '\0' ? ", " : "", context);
}

/* What libyaml would pass over or read as an end: NUL, malformed UTF-8. */
static bool
is_text(struct reader *reader)
{
    const struct document *document = reader->document;
    size_t malformed = text_utf8_error(document->text, document->size);
    const char *nul = memchr(document->text, '\0', document->size);
    size_t at = nul != NULL ? (size_t) (nul - document->text) : document->size;
    if (malformed < at)
        at = malformed;
    if (at == document->size)
        return true;
    int64_t line, column;
    byte_place(document, at, &line, &column);
    fault(reader, CSTM_ERROR_SYNTAX, line, column,
          at == malformed ? "a byte that is not UTF-8" : "a NUL character; a document is text");
    return false;
}

static void
read_events(struct reader *reader)
{
    struct document *document = reader->document;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        fault(reader, CSTM_ERROR_NO_MEMORY, 0, 0, "out of memory");
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const yaml_char_t *) document->text, document->size);
    bool ended = false;
    while (!reader->stop && !ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            fault_of_parser(reader, &parser);
            reader->stop = true;
            break;
        }
        take_event(reader, &event);
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

void
document_read(struct document *document, const char *text, size_t size, const char *file,
              struct error_list *errors)
{
    *document = (struct document){.file = file, .text = text, .size = size};
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        document->text += 3;
        document->size -= 3;
    }
    struct reader reader = {.document = document, .errors = errors};
    if (size > CSTM_DOCUMENT_LIMIT) {
        fault(&reader, CSTM_ERROR_LIMIT, 0, 0, "a document has at most %d bytes",
              CSTM_DOCUMENT_LIMIT);
        return;
    }
    if (!is_text(&reader))
        return;
    reader.levels = g_array_new(FALSE, FALSE, sizeof(struct level));
    read_events(&reader);
    for (guint i = 0; i < reader.levels->len; i++) {
        GHashTable *keys = g_array_index(reader.levels, struct level, i).keys;
        if (keys != NULL)
            g_hash_table_destroy(keys);
    }
    g_array_free(reader.levels, TRUE);
    document->well_formed = !reader.stop;
    if (reader.stop)
        document->root = NULL;
    else if (document->root == NULL)
        fault(&reader, CSTM_ERROR_MISSING, 1, 1, "the document is empty");
}

void
document_clear(struct document *document)
{
    arena_clear(&document->arena);
    *document = (struct document){0};
}
