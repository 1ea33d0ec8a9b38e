/* Reads a quoted literal. In a text \x41 and \101 are code points, in bytes they are bytes; \u and \U belong to texts alone. */
#include "rule/literal.h"

struct reader {
    struct lexer *lexer;
    const char *text;
    int32_t size;
    int32_t at;
    char *out;
    size_t n;
    bool bytes;
};

static bool
fail_at(struct reader *reader, int32_t at, const char *message)
{
    source_error(reader->lexer->source, CSTM_ERROR_SYNTAX, at, "%s", message);
    return false;
}

static void
put_code_point(struct reader *reader, uint32_t code)
{
    char *out = reader->out + reader->n;
    if (code < 0x80) {
        out[0] = (char) code;
        reader->n += 1;
    } else if (code < 0x800) {
        out[0] = (char) (0xc0 | code >> 6);
        out[1] = (char) (0x80 | (code & 0x3f));
        reader->n += 2;
    } else if (code < 0x10000) {
        out[0] = (char) (0xe0 | code >> 12);
        out[1] = (char) (0x80 | (code >> 6 & 0x3f));
        out[2] = (char) (0x80 | (code & 0x3f));
        reader->n += 3;
    } else {
        out[0] = (char) (0xf0 | code >> 18);
        out[1] = (char) (0x80 | (code >> 12 & 0x3f));
        out[2] = (char) (0x80 | (code >> 6 & 0x3f));
        out[3] = (char) (0x80 | (code & 0x3f));
        reader->n += 4;
    }
}

/* `digits` digits of a base; false if there are fewer. */
static bool
read_digits(struct reader *reader, int32_t digits, uint32_t base, uint32_t *value)
{
    *value = 0;
    for (int32_t i = 0; i < digits; i++) {
        if (reader->at >= reader->size)
            return false;
        char c = reader->text[reader->at];
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t) (c - '0') :
                         c >= 'a' && c <= 'f' ? (uint32_t) (c - 'a' + 10) :
                         c >= 'A' && c <= 'F' ? (uint32_t) (c - 'A' + 10) : 99;
        if (digit >= base)
            return false;
        *value = *value * base + digit;
        reader->at++;
    }
    return true;
}

/* A pair of \u escapes stands for a code point beyond 16 bits; a half without the other is left as it is. */
static void
read_low_surrogate(struct reader *reader, uint32_t *value)
{
    const int32_t start = reader->at;
    uint32_t low;
    if (reader->size - start < 6 || reader->text[start] != '\\' || reader->text[start + 1] != 'u')
        return;
    reader->at += 2;
    if (read_digits(reader, 4, 16, &low) && low >= 0xdc00 && low <= 0xdfff)
        *value = 0x10000 + ((*value - 0xd800) << 10) + (low - 0xdc00);
    else
        reader->at = start;
}

static bool
read_number_escape(struct reader *reader, int32_t start, char c)
{
    uint32_t value;
    bool unicode = c == 'u' || c == 'U';
    int32_t digits = c == 'u' ? 4 : c == 'U' ? 8 : c == 'x' || c == 'X' ? 2 : 3;
    uint32_t base = digits == 3 ? 8 : 16;
    if (digits == 3)
        reader->at--;
    if (!read_digits(reader, digits, base, &value))
        return fail_at(reader, start, "malformed escape");
    if (unicode && reader->bytes)
        return fail_at(reader, start, "bytes have no escapes for code points");
    if (digits == 3 && value > 0xff)
        return fail_at(reader, start, "an octal escape goes up to \\377");
    if (c == 'u' && value >= 0xd800 && value <= 0xdbff)
        read_low_surrogate(reader, &value);
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return fail_at(reader, start, "the escape is no code point");
    if (reader->bytes)
        reader->out[reader->n++] = (char) value;
    else
        put_code_point(reader, value);
    return true;
}

static bool
read_escape(struct reader *reader)
{
    static const char plain[] = "abfnrtv\\?\"'`";
    static const char means[] = "\a\b\f\n\r\t\v\\?\"'`";
    int32_t start = reader->at++;
    if (reader->at >= reader->size)
        return fail_at(reader, start, "malformed escape");
    char c = reader->text[reader->at++];
    const char *known = c == 0 ? NULL : strchr(plain, c);
    if (known != NULL) {
        reader->out[reader->n++] = means[known - plain];
        return true;
    }
    if (c == 'x' || c == 'X' || c == 'u' || c == 'U' || (c >= '0' && c <= '3'))
        return read_number_escape(reader, start, c);
    return fail_at(reader, start, "unknown escape");
}

/* The end of a line is a newline, however the document writes it. */
static void
read_plain(struct reader *reader)
{
    char c = reader->text[reader->at++];
    if (c == '\r') {
        if (reader->at < reader->size && reader->text[reader->at] == '\n')
            reader->at++;
        c = '\n';
    }
    reader->out[reader->n++] = c;
}

bool
literal_read(struct lexer *lexer, struct literal *literal)
{
    const struct source *source = lexer->source;
    struct reader reader = {.lexer = lexer, .text = source->text, .size = source->size, .at = lexer->at, .bytes = literal->bytes};
    const int32_t start = lexer->at;
    const char quote = source->text[start];
    bool triple = source->size - start >= 3 && source->text[start + 1] == quote && source->text[start + 2] == quote;
    const int32_t closing = triple ? 3 : 1;
    reader.at += closing;

    /* No escape makes more bytes than it is long, so the rest of the text bounds the literal; the end is looked for first to
     * keep many literals from adding up. */
    int32_t end = reader.at;
    for (; end < source->size; end++) {
        if (source->text[end] == '\\' && !literal->raw)
            end++;
        else if (source->text[end] == quote && (!triple || (source->size - end >= 3 && source->text[end + 1] == quote && source->text[end + 2] == quote)))
            break;
        else if (!triple && (source->text[end] == '\n' || source->text[end] == '\r'))
            return fail_at(&reader, start, "the text is not closed on its line");
    }
    if (end >= source->size)
        return fail_at(&reader, start, "the text is not closed");
    reader.out = arena_new(lexer->arena, (size_t) (end - reader.at) + 1);
    if (reader.out == NULL) {
        source_no_memory(source);
        return false;
    }
    while (reader.at < end) {
        if (source->text[reader.at] == '\\' && !literal->raw) {
            if (!read_escape(&reader))
                return false;
        } else {
            read_plain(&reader);
        }
    }
    lexer->at = end + closing;
    literal->value.bytes = reader.out;
    literal->value.size = reader.n;
    return true;
}
