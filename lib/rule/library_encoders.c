/* CEL's extension library of encoders: base64 (RFC 4648, section 4). Encoding pads; decoding takes a text with its whole
 * padding or without any, passes over line ends, and looks at no bits beyond the last byte. */
#include "rule/overload.h"

static uint8_t
base64_encode(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (void) n;
    const struct rule_text bytes = arguments[0].as.text;
    const unsigned char *in = (const unsigned char *) bytes.bytes;
    if (bytes.size > SIZE_MAX / 2)
        return CSTM_ERROR_LIMIT;
    const size_t size = (bytes.size + 2) / 3 * 4;
    char *out = heap_take(call->heap, size);
    if (out == NULL)
        return CSTM_ERROR_LIMIT;
    for (size_t i = 0, at = 0; i < bytes.size; i += 3, at += 4) {
        const size_t left = bytes.size - i;
        const uint32_t three = (uint32_t) in[i] << 16 | (left > 1 ? (uint32_t) in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
        out[at] = letters[three >> 18];
        out[at + 1] = letters[three >> 12 & 63];
        out[at + 2] = left > 1 ? letters[three >> 6 & 63] : '=';
        out[at + 3] = left > 2 ? letters[three & 63] : '=';
    }
    *result = cell_of_text(out, size);
    return 0;
}

/* What six bits a letter stands for, -1 for no letter. */
static int32_t
sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static uint8_t
base64_decode(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct rule_text text = arguments[0].as.text;
    char *out = heap_take(call->heap, text.size / 4 * 3 + 3);
    if (out == NULL)
        return CSTM_ERROR_LIMIT;
    size_t letters = 0, pads = 0, size = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.bytes[i];
        if (c == '\n' || c == '\r')
            continue;
        if (c == '=') {
            pads++;
            continue;
        }
        const int32_t six = sextet(c);
        if (six < 0 || pads > 0)
            return CSTM_ERROR_SYNTAX;
        bits = bits << 6 | (uint32_t) six;
        letters++;
        if (letters % 4 != 1)
            out[size++] = (char) (bits >> (letters % 4 == 2 ? 4 : letters % 4 == 3 ? 2 : 0));
    }
    if (letters % 4 == 1 || (pads > 0 && (letters % 4 == 0 || letters % 4 + pads != 4)))
        return CSTM_ERROR_SYNTAX;
    *result = (struct cell){.as.text = {out, size}, .kind = RULE_BYTES};
    return 0;
}

#define BUILTIN(NAME, RESULT, SIGNATURE, CALL)                                                      \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 1, .result = RESULT, .call = CALL, .signature = SIGNATURE}

static const struct overload rows[] = {
    BUILTIN("base64.encode", RULE_STRING, "y>s", base64_encode),
    BUILTIN("base64.decode", RULE_BYTES, "s>y", base64_decode),
};
const struct overload_table encoders_overloads = {rows, sizeof rows / sizeof rows[0]};
