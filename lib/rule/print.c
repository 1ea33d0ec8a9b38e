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

/* Of a number, a date and the like. */
static size_t
write_scalar(enum rule_kind kind, const struct cell *value, int32_t exponent, const struct zone *zone, char text[64])
{
    size_t n = 0;
    switch (kind) {
    case RULE_BOOL:
        n = value->as.b != 0 ? 4 : 5;
        memcpy(text, value->as.b != 0 ? "true" : "false", n);
        return n;
    case RULE_INT:
        return text_from_int64(value->as.i, text);
    case RULE_UINT:
        if (value->as.u >= 10)
            n = text_from_int64((int64_t) (value->as.u / 10), text);
        text[n++] = (char) ('0' + value->as.u % 10);
        text[n++] = 'u';
        return n;
    case RULE_DOUBLE:
        return text_from_double(value->as.d, text);
    case RULE_DATE:
        return civil_write_date((int32_t) value->as.i, text);
    case RULE_TIMESTAMP:
        return civil_write_instant(value->as.i, zone, text);
    case RULE_MONEY:
        return money_write(value->as.i, exponent, text);
    case RULE_DURATION:
        return duration_write(value->as.i, text);
    case RULE_NULL:
        memcpy(text, "null", 4);
        return 4;
    default:
        return 0;
    }
}

/* Lists and maps are cut where they grow long. */
#define PRINT_LIMIT 400

struct printer {
    char *text;
    size_t n, capacity;
    int32_t exponent;
    const struct zone *zone;
    bool failed;
};

static void
put(struct printer *printer, const char *bytes, size_t size)
{
    if (printer->failed || !memory_reserve(&printer->text, &printer->capacity, printer->n + size + 1, 1)) {
        printer->failed = true;
        return;
    }
    if (size > 0)
        memcpy(printer->text + printer->n, bytes, size);
    printer->n += size;
    printer->text[printer->n] = 0;
}

static bool
is_long(struct printer *printer)
{
    if (printer->n < PRINT_LIMIT || printer->failed)
        return printer->failed;
    put(printer, "...", 3);
    return true;
}

static void
put_value(struct printer *printer, const struct cell *value)
{
    char text[64];
    char *made;
    switch (value->kind) {
    case RULE_STRING:
    case RULE_BYTES:
        made = print_text(value->as.text, value->kind == RULE_BYTES);
        if (made == NULL)
            printer->failed = true;
        else
            put(printer, made, strlen(made));
        memory_free(made);
        return;
    case RULE_TYPE:
        put(printer, value->as.text.bytes, value->as.text.size);
        return;
    case RULE_LIST:
        put(printer, "[", 1);
        for (int32_t i = 0; i < value->as.list->n && !(i > 0 && (put(printer, ", ", 2), is_long(printer))); i++)
            put_value(printer, &value->as.list->items[i]);
        put(printer, "]", 1);
        return;
    case RULE_MAP:
        put(printer, "{", 1);
        for (int32_t i = 0; i < value->as.map->n && !(i > 0 && (put(printer, ", ", 2), is_long(printer))); i++) {
            put_value(printer, &value->as.map->keys[i]);
            put(printer, ": ", 2);
            put_value(printer, &value->as.map->values[i]);
        }
        put(printer, "}", 1);
        return;
    case RULE_OPTIONAL:
        if (value->as.some == NULL) {
            put(printer, "optional.none()", 15);
            return;
        }
        put(printer, "optional.of(", 12);
        put_value(printer, value->as.some);
        put(printer, ")", 1);
        return;
    default:
        put(printer, text, write_scalar((enum rule_kind) value->kind, value, printer->exponent, printer->zone, text));
        return;
    }
}

char *
print_value(enum rule_kind kind, const struct cell *value, int32_t exponent, const struct zone *zone)
{
    if (kind == RULE_STRING || kind == RULE_BYTES)
        return print_text(value->as.text, kind == RULE_BYTES);
    char text[64] = "";
    if (type_is_scalar(kind) || kind == RULE_NULL)
        return memory_copy(text, write_scalar(kind, value, exponent, zone, text));
    struct printer printer = {.exponent = exponent, .zone = zone};
    struct cell whole = *value;
    if (kind != RULE_DYN)
        whole.kind = (uint8_t) kind;
    put_value(&printer, &whole);
    if (printer.failed) {
        memory_free(printer.text);
        return NULL;
    }
    return printer.text;
}

char *
rule_print(const struct rule_scope *scope, enum rule_kind kind, const void *value)
{
    struct cell cell;
    memset(&cell, 0, sizeof cell);
    if (type_is_scalar(kind))
        memcpy(&cell.as, value, (size_t) kind_width(kind));
    else
        cell = *(const struct cell *) value;
    return print_value(kind, &cell, scope == NULL || scope->exponent < 0 ? 0 : scope->exponent, scope == NULL ? NULL : scope->zone);
}
