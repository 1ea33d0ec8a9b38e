/* `rates: FILE`: what other currencies are worth in the strategy's, day by day, a YAML document of its own to which a bank adds every day's
 * table at the end:
 *
 *   format: 1
 *   rates: cny
 *   base: CNY
 *   stale: 7 days                   # a table that is older is not taken; not said: however old
 *   tables:
 *     - as_of: 2024-01-02
 *       rates:
 *         USD: 7.0770
 *         JPY: {rate: 5.0236, per: 100}
 *
 * Rates are decimals, read exactly: so many units of the base are one unit of the currency, or `per` of them. */
#include "strategy/files.h"
#include "strategy/keys.h"

#include "base/money.h"
#include "rule/rates.h"

#include <string.h>

static const struct currency *
read_currency(struct compiler *compiler, const struct node *node, const char *what)
{
    const char *code;
    if (!read_text(compiler, node, what, &code))
        return NULL;
    const struct currency *currency = currency_find(code, strlen(code));
    if (currency == NULL)
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, node,
                       "unknown currency '%s', or one without a minor unit (ISO 4217)", code);
    return currency;
}

/* The strategy's currency, or none: then it is this one. */
static const struct currency *
read_base(struct compiler *compiler, const struct node *root)
{
    const struct node *node = key_need(compiler, root, "base", root, "a document of rates");
    const struct currency *base = node == NULL ? NULL : read_currency(compiler, node, "'base:'");
    const char *own = compiler->schema->currency;
    if (base == NULL || strcmp(base->code, own) == 0)
        return base;
    if (own[0] == '\0' && compiler->currency != NULL)
        return NULL; /* reported where it stands */
    compiler_fault(compiler, CSTM_ERROR_MISMATCH, node,
                   own[0] == '\0' ? "the rates are into %s, and the strategy has no 'currency:'"
                                  : "the rates are into %s, the strategy's currency is %s",
                   base->code, own);
    return NULL;
}

static bool
read_rate(struct compiler *compiler, const struct node *node, int64_t *digits, int32_t *decimals)
{
    const char *text;
    if (!read_text(compiler, node, "a rate", &text))
        return false;
    const uint8_t state = rates_decimal(text, node->size, digits, decimals);
    if (state == CSTM_ERROR_SYNTAX || (state == 0 && *digits <= 0))
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "a rate is a decimal number above 0, like 7.0770");
    else if (state != 0)
        compiler_fault(compiler, CSTM_ERROR_RANGE, node,
                       "a rate has at most 18 digits, %d of them behind the point",
                       RATES_DECIMALS);
    return state == 0 && *digits > 0;
}

static void
read_entry(struct compiler *compiler, const struct node *node, struct rates *rates)
{
    static const char *const keys[] = {"rate", "per"};
    const struct currency *currency = read_currency(compiler, node->key, "a currency");
    const struct node *rate = node, *units = NULL;
    int64_t digits = 0, per = 1;
    int32_t decimals = 0;
    if (node->kind == NODE_MAPPING) {
        keys_check(compiler, node, "a rate", keys, G_N_ELEMENTS(keys));
        rate = key_need(compiler, node, "rate", node, "a rate");
        units = key_find(node, "per");
    }
    if (rate == NULL || !read_rate(compiler, rate, &digits, &decimals) || currency == NULL ||
        (units != NULL &&
         !read_integer(compiler, units, "'per:'", 1, RATES_PER_MAX, &per)))
        return;
    switch (rates_add(rates, currency, digits, decimals, per)) {
    case CSTM_OK:
        break;
    case CSTM_ERROR_MISMATCH:
        compiler_fault(compiler, CSTM_ERROR_MISMATCH, node->key,
                       "%s is the base, a unit of which is worth one", currency->code);
        break;
    case CSTM_ERROR_NO_MEMORY:
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, node, "out of memory");
        break;
    default:
        compiler_fault(compiler, CSTM_ERROR_RANGE, rate,
                       "a rate has at most 18 digits, %d of them behind the point",
                       RATES_DECIMALS);
    }
}

static void
read_table(struct compiler *compiler, const struct node *node, struct rates *rates)
{
    static const char *const keys[] = {"as_of", "rates"};
    int32_t day = 0;
    if (!is_mapping(compiler, node, "a table of rates"))
        return;
    keys_check(compiler, node, "a table of rates", keys, G_N_ELEMENTS(keys));
    const struct node *as_of = key_need(compiler, node, "as_of", node, "a table of rates");
    const struct node *entries = key_need(compiler, node, "rates", node, "a table of rates");
    if (as_of == NULL || !read_date(compiler, as_of, "'as_of:'", &day) || entries == NULL ||
        !is_mapping(compiler, entries, "'rates:'"))
        return;
    cstm_status status = rates_begin(rates, day);
    if (status == CSTM_ERROR_RANGE)
        compiler_fault(compiler, status, as_of, "the days of the tables ascend");
    else if (status != CSTM_OK)
        compiler_fault(compiler, status, node, "out of memory");
    for (const struct node *entry = entries->first; status == CSTM_OK && entry != NULL;
         entry = entry->next)
        read_entry(compiler, entry, rates);
}

static struct rates *
read_rates(struct compiler *compiler, const struct named_file *file)
{
    static const char *const keys[] = {"format", "rates", "base", "stale", "tables"};
    const struct node *root = file->document.root;
    const char *name = NULL;
    int32_t stale = -1;
    if (!named_file_check(compiler, file, "a document of rates", keys, G_N_ELEMENTS(keys)))
        return NULL;
    const struct node *named = key_need(compiler, root, "rates", root, "a document of rates");
    const struct node *tables = key_need(compiler, root, "tables", root, "a document of rates");
    const struct node *days = key_find(root, "stale");
    const struct currency *base = read_base(compiler, root);
    bool good = named != NULL && read_identifier(compiler, named, "'rates:'", true, &name);
    good &= days == NULL || read_days(compiler, days, "'stale:'", 0, INT32_MAX, &stale);
    if (tables == NULL || !is_sequence(compiler, tables, "'tables:'") || base == NULL || !good)
        return NULL;
    struct rates *rates = rates_new(name, base, stale);
    if (rates == NULL)
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
    for (const struct node *table = tables->first; rates != NULL && table != NULL;
         table = table->next)
        read_table(compiler, table, rates);
    return rates;
}

void
rates_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "rates");
    struct named_file file;
    if (node == NULL)
        return;
    if (named_file_open(compiler, node, "'rates:'", &file))
        compiler->strategy->rates = read_rates(compiler, &file);
    named_file_close(compiler, &file);
    if (compiler->strategy->rates == NULL) /* reported: rules that ask it add no fault of their own */
        compiler->strategy->rates = rates_new("", NULL, -1);
}
