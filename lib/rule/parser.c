/* Recursive descent with a table of binary operators. Nesting is counted, as is the depth of the tree that comes out, so that
 * no text makes the parser or those who walk its tree run out of stack. A syntax error ends the parse: what comes after
 * it would be guesses. */
#include "rule/parser.h"
#include "rule/lexer.h"

struct parser {
    const struct source *source;
    struct arena *arena;
    struct lexer lexer;
    struct token token;          /* the next one */
    int32_t last_end;            /* of the token before it */
    int32_t nesting;
    int32_t nodes;
    struct node **stack;         /* operands that wait for their node */
    size_t depth, capacity;
};

static struct node *parse_expression(struct parser *parser);
static struct node *parse_unary(struct parser *parser);

static void
advance(struct parser *parser)
{
    parser->last_end = parser->token.end;
    parser->token = lexer_next(&parser->lexer);
}

static bool
is_mark(const struct parser *parser, int32_t mark)
{
    return parser->token.kind == TOKEN_MARK && parser->token.mark == mark;
}

static bool
accept(struct parser *parser, int32_t mark)
{
    if (!is_mark(parser, mark))
        return false;
    advance(parser);
    return true;
}

/* What the language has in place of a word that others have. */
static const char *
word_for(const struct parser *parser)
{
    static const char *const words[][2] = {{"and", "; 'and' is written '&&'"}, {"or", "; 'or' is written '||'"}, {"AND", "; 'AND' is written '&&'"},
                                           {"OR", "; 'OR' is written '||'"},   {"is", "; 'is' is written '=='"}};
    const struct token *token = &parser->token;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i][0]) == (size_t) (token->end - token->begin) &&
            memcmp(words[i][0], parser->source->text + token->begin, strlen(words[i][0])) == 0)
            return words[i][1];
    return "";
}

static struct node *
unexpected(struct parser *parser, const char *wanted)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_FAILED)
        return NULL;
    if (token->kind == TOKEN_END)
        source_error(parser->source, CSTM_ERROR_SYNTAX, token->begin, "the expression ends where %s is expected", wanted);
    else
        source_error(parser->source, CSTM_ERROR_SYNTAX, token->begin, "%s is expected, not '%.*s'%s", wanted,
                     token->end - token->begin > 40 ? 40 : token->end - token->begin, parser->source->text + token->begin,
                     word_for(parser));
    return NULL;
}

static bool
expect(struct parser *parser, int32_t mark, const char *wanted)
{
    if (accept(parser, mark))
        return true;
    unexpected(parser, wanted);
    return false;
}

static struct node *
limit(struct parser *parser, int32_t at, const char *message)
{
    source_error(parser->source, CSTM_ERROR_LIMIT, at, "%s", message);
    return NULL;
}

static struct node *
make(struct parser *parser, enum node_kind kind, int32_t begin, int32_t n)
{
    if (++parser->nodes > RULE_NODE_LIMIT)
        return limit(parser, begin, "the expression has too many parts");
    struct node *node = node_new(parser->arena, kind, begin, parser->last_end, n);
    if (node == NULL)
        source_no_memory(parser->source);
    return node;
}

/* Called when a node has its children. */
static struct node *
finish(struct parser *parser, struct node *node)
{
    for (int32_t i = 0; i < node->n; i++)
        if (node->children[i]->depth >= node->depth)
            node->depth = node->children[i]->depth + 1;
    if (node->depth > RULE_DEPTH_LIMIT)
        return limit(parser, node->at, "the expression is nested too deeply");
    node->end = parser->last_end;
    return node;
}

static bool
push(struct parser *parser, struct node *node)
{
    if (!memory_reserve(&parser->stack, &parser->capacity, parser->depth + 1, sizeof *parser->stack)) {
        source_no_memory(parser->source);
        return false;
    }
    parser->stack[parser->depth++] = node;
    return true;
}

/* A node of everything on the stack from `base` up. */
static struct node *
gather(struct parser *parser, enum node_kind kind, int32_t begin, size_t base)
{
    struct node *node = make(parser, kind, begin, (int32_t) (parser->depth - base));
    if (node == NULL)
        return NULL;
    if (node->n > 0)
        memcpy(node->children, parser->stack + base, sizeof *parser->stack * (size_t) node->n);
    parser->depth = base;
    return node;
}

static struct rule_text
static_name(const char *name)
{
    return (struct rule_text){name, strlen(name)};
}

static struct node *
call(struct parser *parser, const char *name, int32_t begin, int32_t at, struct node *a, struct node *b)
{
    struct node *node = make(parser, NODE_CALL, begin, b == NULL ? 1 : 2);
    if (node == NULL)
        return NULL;
    node->name = static_name(name);
    node->at = at;
    node->children[0] = a;
    if (b != NULL)
        node->children[1] = b;
    return finish(parser, node);
}

/* Elements up to a closing mark, which is taken; a comma may stand last where trailing says so. */
static bool
parse_elements(struct parser *parser, int32_t closing, const char *wanted, bool trailing, bool optional)
{
    if (accept(parser, closing))
        return true;
    for (;;) {
        bool is_optional = optional && accept(parser, MARK1('?'));
        struct node *element = parse_expression(parser);
        if (element == NULL)
            return false;
        element->optional_element = is_optional;
        if (!push(parser, element))
            return false;
        if (accept(parser, closing))
            return true;
        if (!accept(parser, MARK1(',')))
            return unexpected(parser, wanted) != NULL;
        if (trailing && accept(parser, closing))
            return true;
    }
}

static struct node *
parse_list(struct parser *parser, int32_t begin)
{
    size_t base = parser->depth;
    if (!parse_elements(parser, MARK1(']'), "',' or ']'", true, true))
        return NULL;
    struct node *node = gather(parser, NODE_LIST, begin, base);
    return node == NULL ? NULL : finish(parser, node);
}

static struct node *
parse_map(struct parser *parser, int32_t begin)
{
    size_t base = parser->depth;
    while (!accept(parser, MARK1('}'))) {
        bool is_optional = accept(parser, MARK1('?'));
        struct node *key = parse_expression(parser);
        if (key != NULL)
            key->optional_element = is_optional;
        if (key == NULL || !push(parser, key) || !expect(parser, MARK1(':'), "':'"))
            return NULL;
        struct node *value = parse_expression(parser);
        if (value == NULL || !push(parser, value))
            return NULL;
        if (!accept(parser, MARK1(',')) && !is_mark(parser, MARK1('}')))
            return unexpected(parser, "',' or '}'");
    }
    struct node *node = gather(parser, NODE_MAP, begin, base);
    return node == NULL ? NULL : finish(parser, node);
}

static struct node *
parse_message(struct parser *parser, struct node *name)
{
    size_t base = parser->depth;
    int32_t begin = name->begin;
    while (!accept(parser, MARK1('}'))) {
        accept(parser, MARK1('?'));
        if (parser->token.kind != TOKEN_NAME && parser->token.kind != TOKEN_QUOTED_NAME)
            return unexpected(parser, "a field");
        advance(parser);
        if (!expect(parser, MARK1(':'), "':'"))
            return NULL;
        struct node *value = parse_expression(parser);
        if (value == NULL || !push(parser, value))
            return NULL;
        if (!accept(parser, MARK1(',')) && !is_mark(parser, MARK1('}')))
            return unexpected(parser, "',' or '}'");
    }
    struct node *node = gather(parser, NODE_MESSAGE, begin, base);
    return node == NULL ? NULL : finish(parser, node);
}

static struct node *
parse_call(struct parser *parser, struct token name, int32_t begin, struct node *receiver)
{
    size_t base = parser->depth;
    if (receiver != NULL && !push(parser, receiver))
        return NULL;
    if (!parse_elements(parser, MARK1(')'), "',' or ')'", false, false))
        return NULL;
    struct node *node = gather(parser, NODE_CALL, begin, base);
    if (node == NULL)
        return NULL;
    node->name = name.text;
    node->at = name.begin;
    node->method = receiver != NULL;
    return finish(parser, node);
}

static struct node *
parse_literal(struct parser *parser, bool negative, int32_t begin)
{
    struct token token = parser->token;
    const uint64_t bound = (UINT64_C(1) << 63) - (negative ? 0 : 1);
    if (token.type == RULE_INT && token.value.as.u > bound) {
        source_error(parser->source, CSTM_ERROR_RANGE, begin, "the number is beyond int");
        return NULL;
    }
    advance(parser);
    struct node *node = make(parser, NODE_LITERAL, begin, 0);
    if (node == NULL)
        return NULL;
    node->type = token.type;
    node->value = token.value;
    node->constant = true;
    node->literal = true;
    if (negative && token.type == RULE_INT)
        node->value.as.u = 0 - token.value.as.u;
    if (negative && token.type == RULE_DOUBLE)
        node->value.as.d = -token.value.as.d;
    return node;
}

static struct node *
parse_name(struct parser *parser, int32_t begin, bool absolute)
{
    struct token token = parser->token;
    if (token.kind != TOKEN_NAME)
        return unexpected(parser, "a name");
    if (lexer_is_reserved(token.text.bytes, token.text.size)) {
        source_error(parser->source, CSTM_ERROR_SYNTAX, token.begin, "'%.*s' is a reserved word", (int) token.text.size,
                     token.text.bytes);
        return NULL;
    }
    advance(parser);
    if (accept(parser, MARK1('('))) {
        struct node *called = parse_call(parser, token, begin, NULL);
        if (called != NULL)
            called->absolute = absolute;
        return called;
    }
    struct node *node = make(parser, NODE_NAME, begin, 0);
    if (node == NULL)
        return NULL;
    node->at = token.begin;
    node->name = token.text;
    node->absolute = absolute;
    return node;
}

static struct node *
parse_primary(struct parser *parser)
{
    int32_t begin = parser->token.begin;
    if (parser->token.kind == TOKEN_LITERAL)
        return parse_literal(parser, false, begin);
    if (accept(parser, MARK1('('))) {
        struct node *node = parse_expression(parser);
        if (node == NULL || !expect(parser, MARK1(')'), "')'"))
            return NULL;
        node->enclosed = true;
        return node;
    }
    if (accept(parser, MARK1('[')))
        return parse_list(parser, begin);
    if (accept(parser, MARK1('{')))
        return parse_map(parser, begin);
    if (accept(parser, MARK1('.')))
        return parse_name(parser, begin, true);
    if (parser->token.kind == TOKEN_NAME)
        return parse_name(parser, begin, false);
    return unexpected(parser, "a value");
}

static struct node *
parse_select(struct parser *parser, struct node *node, int32_t begin)
{
    bool optional = accept(parser, MARK1('?'));
    struct token name = parser->token;
    /* Reserved words may be fields, but not those that are part of the grammar: in, true, false, null. */
    bool is_word = name.kind == TOKEN_NAME && !(name.text.size == 2 && memcmp(name.text.bytes, "in", 2) == 0);
    if (!is_word && name.kind != TOKEN_QUOTED_NAME)
        return unexpected(parser, "a name");
    advance(parser);
    if (name.kind == TOKEN_NAME && !optional && accept(parser, MARK1('(')))
        return parse_call(parser, name, begin, node);
    struct node *select = make(parser, NODE_SELECT, begin, 1);
    if (select == NULL)
        return NULL;
    select->at = name.begin;
    select->name = name.text;
    select->optional = optional;
    select->children[0] = node;
    return finish(parser, select);
}

static struct node *
parse_index(struct parser *parser, struct node *node, int32_t begin, int32_t at)
{
    bool optional = accept(parser, MARK1('?'));
    struct node *key = parse_expression(parser);
    if (key == NULL || !expect(parser, MARK1(']'), "']'"))
        return NULL;
    struct node *index = make(parser, NODE_INDEX, begin, 2);
    if (index == NULL)
        return NULL;
    index->at = at;
    index->optional = optional;
    index->children[0] = node;
    index->children[1] = key;
    return finish(parser, index);
}

static struct node *
parse_member(struct parser *parser, struct node *node, int32_t begin)
{
    while (node != NULL) {
        int32_t at = parser->token.begin;
        if (accept(parser, MARK1('.')))
            node = parse_select(parser, node, begin);
        else if (accept(parser, MARK1('[')))
            node = parse_index(parser, node, begin, at);
        else if (is_mark(parser, MARK1('{')) && !node->enclosed && node_is_dotted(node)) {
            advance(parser);
            node = parse_message(parser, node);
        } else
            return node;
    }
    return NULL;
}

static struct node *
parse_prefixed(struct parser *parser, const char *name)
{
    int32_t begin = parser->token.begin;
    advance(parser);
    bool is_number = parser->token.kind == TOKEN_LITERAL && (parser->token.type == RULE_INT || parser->token.type == RULE_DOUBLE);
    if (name[0] == '-' && is_number)
        return parse_member(parser, parse_literal(parser, true, begin), begin);
    struct node *operand = parse_unary(parser);
    if (operand == NULL)
        return NULL;
    return call(parser, name, begin, begin, operand, NULL);
}

static struct node *
parse_unary(struct parser *parser)
{
    if (++parser->nesting > RULE_DEPTH_LIMIT)
        return limit(parser, parser->token.begin, "the expression is nested too deeply");
    const int32_t begin = parser->token.begin;
    struct node *node;
    if (is_mark(parser, MARK1('!')))
        node = parse_prefixed(parser, "!_");
    else if (is_mark(parser, MARK1('-')))
        node = parse_prefixed(parser, "-_");
    else
        node = parse_member(parser, parse_primary(parser), begin);
    parser->nesting--;
    return node;
}

static const struct binary {
    int32_t mark;
    int32_t level;
    const char *name;
} binaries[] = {
    {MARK2('=', '='), 1, "_==_"}, {MARK2('!', '='), 1, "_!=_"}, {MARK1('<'), 1, "_<_"}, {MARK2('<', '='), 1, "_<=_"},
    {MARK1('>'), 1, "_>_"}, {MARK2('>', '='), 1, "_>=_"}, {MARK1('+'), 2, "_+_"}, {MARK1('-'), 2, "_-_"},
    {MARK1('*'), 3, "_*_"}, {MARK1('/'), 3, "_/_"}, {MARK1('%'), 3, "_%_"},
};

static bool
next_binary(const struct parser *parser, struct binary *found)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_NAME && token->text.size == 2 && memcmp(token->text.bytes, "in", 2) == 0) {
        *found = (struct binary){0, 1, "@in"};
        return true;
    }
    for (size_t i = 0; token->kind == TOKEN_MARK && i < sizeof binaries / sizeof binaries[0]; i++) {
        if (binaries[i].mark == token->mark) {
            *found = binaries[i];
            return true;
        }
    }
    return false;
}

/* Operators of this level and tighter ones; each level is left-associative. */
static struct node *
parse_binary(struct parser *parser, int32_t level)
{
    const int32_t begin = parser->token.begin;
    struct node *left = parse_unary(parser);
    struct binary operator;
    while (left != NULL && next_binary(parser, &operator) && operator.level >= level) {
        int32_t at = parser->token.begin;
        advance(parser);
        struct node *right = parse_binary(parser, operator.level + 1);
        if (right == NULL)
            return NULL;
        left = call(parser, operator.name, begin, at, left, right);
    }
    return left;
}

/* a && b && c is one node. */
static struct node *
parse_chain(struct parser *parser, int32_t mark)
{
    bool is_or = mark == MARK2('|', '|');
    size_t base = parser->depth;
    int32_t begin = parser->token.begin, at = 0;
    do {
        struct node *operand = is_or ? parse_chain(parser, MARK2('&', '&')) : parse_binary(parser, 1);
        if (operand == NULL)
            return NULL;
        if (!is_mark(parser, mark) && parser->depth == base)
            return operand;
        if (!push(parser, operand))
            return NULL;
        if (at == 0)
            at = parser->token.begin;
    } while (accept(parser, mark));
    struct node *node = gather(parser, is_or ? NODE_OR : NODE_AND, begin, base);
    if (node == NULL)
        return NULL;
    node->at = at;
    return finish(parser, node);
}

static struct node *
parse_expression(struct parser *parser)
{
    if (++parser->nesting > RULE_DEPTH_LIMIT)
        return limit(parser, parser->token.begin, "the expression is nested too deeply");
    const int32_t begin = parser->token.begin;
    struct node *node = parse_chain(parser, MARK2('|', '|'));
    if (node != NULL && is_mark(parser, MARK1('?'))) {
        struct node *condition = node;
        int32_t at = parser->token.begin;
        advance(parser);
        struct node *yes = parse_chain(parser, MARK2('|', '|'));
        if (yes == NULL || !expect(parser, MARK1(':'), "':'"))
            return NULL;
        struct node *no = parse_expression(parser);
        node = no == NULL ? NULL : make(parser, NODE_CONDITIONAL, begin, 3);
        if (node == NULL)
            return NULL;
        node->at = at;
        node->children[0] = condition;
        node->children[1] = yes;
        node->children[2] = no;
        node = finish(parser, node);
    }
    parser->nesting--;
    return node;
}

struct node *
parse(const struct source *source, struct arena *arena)
{
    struct parser parser = {.source = source, .arena = arena, .lexer = {.source = source, .arena = arena}};
    advance(&parser);
    struct node *node = parse_expression(&parser);
    if (node != NULL && parser.token.kind != TOKEN_END)
        node = unexpected(&parser, "an operator or the end");
    memory_free(parser.stack);
    return node;
}
