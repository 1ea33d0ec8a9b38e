/* Values as the language would write them. */
#include "rule/instant.h"
#include "rule/program.h"

#include "base/money.h"
#include "base/text.h"

/* 'text' with what cannot be seen escaped; of bytes, everything beyond ASCII, too. */
static char *
print_text(struct rule_text text, bool bytes)
{
    static const char hex[] = "0123456789abcdef";
    /* Each byte takes at most four; b, two quotes and a NUL besides. */
    char *whole = memory_new(text.size * 4 + 4);
    size_t n = 0;
    if (whole == NULL)
        return NULL;
    if (bytes)
        whole[n++] = 'b';
    whole[n++] = '\'';
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char) text.bytes[i];
        if (c == '\'' || c == '\\') {
            whole[n++] = '\\';
            whole[n++] = (char) c;
        } else if (c == '\n') {
            whole[n++] = '\\';
            whole[n++] = 'n';
        } else if (c < 0x20 || c == 0x7f || (bytes && c >= 0x80)) {
            whole[n++] = '\\';
            whole[n++] = 'x';
            whole[n++] = hex[c >> 4];
            whole[n++] = hex[c & 15];
        } else {
            whole[n++] = (char) c;
        }
    }
    whole[n++] = '\'';
    return whole;
}

char *
print_value(enum rule_kind kind, const struct cell *value, int32_t exponent, const struct zone *zone)
{
    char text[64] = "";
    size_t n = 0;
    switch (kind) {
    case RULE_BOOL:
        n = value->as.b != 0 ? 4 : 5;
        memcpy(text, value->as.b != 0 ? "true" : "false", n);
        break;
    case RULE_INT:
        n = text_from_int64(value->as.i, text);
        break;
    case RULE_UINT:
        if (value->as.u >= 10)
            n = text_from_int64((int64_t) (value->as.u / 10), text);
        text[n++] = (char) ('0' + value->as.u % 10);
        text[n++] = 'u';
        break;
    case RULE_DOUBLE:
        n = text_from_double(value->as.d, text);
        break;
    case RULE_DATE:
        n = civil_write_date((int32_t) value->as.i, text);
        break;
    case RULE_TIMESTAMP:
        n = civil_write_instant(value->as.i, zone, text);
        break;
    case RULE_MONEY:
        n = money_write(value->as.i, exponent, text);
        break;
    case RULE_DURATION:
        n = duration_write(value->as.i, text);
        break;
    case RULE_STRING:
    case RULE_BYTES:
        return print_text(value->as.text, kind == RULE_BYTES);
    case RULE_NULL:
        n = 4;
        memcpy(text, "null", n);
        break;
    default:
        break;
    }
    return memory_copy(text, n);
}

char *
rule_print(const struct rule_scope *scope, enum rule_kind kind, const void *value)
{
    struct cell cell;
    memset(&cell, 0, sizeof cell);
    memcpy(&cell.as, value, (size_t) kind_width(kind));
    return print_value(kind, &cell, scope == NULL || scope->exponent < 0 ? 0 : scope->exponent, scope == NULL ? NULL : scope->zone);
}
