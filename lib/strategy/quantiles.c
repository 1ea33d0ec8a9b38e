/* `quantiles: {limit: FILE}`: tables of how the values of a portfolio lie, measured by a batch and
 * frozen, a YAML document of its own that cstm_quantiles_measure() writes and people can read:
 *
 *   format: 1
 *   quantiles: limit
 *   type: money
 *   currency: TWD
 *   tables:
 *     - as_of: 2005-09-30
 *       values: [10000.00, 50000.00]     # ascending
 *       counts: [493, 3858]              # of the portfolio's values, how many are not above it
 *
 * A file may hold no table yet: what asks it is missing until the first is measured. */
#include "strategy/files.h"
#include "strategy/keys.h"

#include "base/money.h"
#include "rule/quantiles.h"
#include "rule/value.h"
#include "strategy/quantiles.h"

#include <string.h>

static size_t
length(const struct node *list)
{
    size_t n = 0;
    for (const struct node *item = list->first; item != NULL; item = item->next)
        n++;
    return n;
}

/* Values and counts of one table, side by side. */
static void
add_table(struct compiler *compiler, const struct node *table, const struct node *values,
          const struct node *counts, int32_t day, cstm_type type, struct quantiles *quantiles)
{
    size_t n = length(values), i = 0;
    if (n != length(counts) || n > CSTM_QUANTILE_POINTS + 1) {
        compiler_fault(
            compiler, n > CSTM_QUANTILE_POINTS + 1 ? CSTM_ERROR_LIMIT : CSTM_ERROR_MISMATCH, counts,
            n > CSTM_QUANTILE_POINTS + 1 ? "a quantile table has at most %d values"
                                         : "each value has its count",
            CSTM_QUANTILE_POINTS + 1);
        return;
    }
    int64_t *points = g_new0(int64_t, n + 1), *below = g_new0(int64_t, n + 1);
    bool good = true;
    const struct node *value = values->first, *count = counts->first;
    for (; value != NULL; value = value->next, count = count->next, i++) {
        struct cell cell;
        good &= value_read(compiler, value, "a value of a quantile table", type, &cell);
        good &= read_integer(compiler, count, "a count", 1, INT64_MAX, &below[i]);
        points[i] = cell.as.i;
    }
    cstm_status status = good ? quantiles_add(quantiles, day, points, below, (int32_t) n) : CSTM_OK;
    if (status == CSTM_ERROR_RANGE)
        compiler_fault(
            compiler, status, table,
            "the days, values and counts of quantile tables ascend, and there is a value");
    else if (status != CSTM_OK)
        compiler_fault(compiler, status, table, "out of memory");
    g_free(points);
    g_free(below);
}

static void
read_table(struct compiler *compiler, const struct node *node, cstm_type type,
           struct quantiles *quantiles)
{
    static const char *const keys[] = {"as_of", "values", "counts"};
    int32_t day = 0;
    if (!is_mapping(compiler, node, "a quantile table"))
        return;
    keys_check(compiler, node, "a quantile table", keys, G_N_ELEMENTS(keys));
    const struct node *as_of = key_need(compiler, node, "as_of", node, "a quantile table");
    const struct node *values = key_need(compiler, node, "values", node, "a quantile table");
    const struct node *counts = key_need(compiler, node, "counts", node, "a quantile table");
    if (as_of == NULL || !read_date(compiler, as_of, "'as_of:'", &day) || values == NULL ||
        counts == NULL)
        return;
    bool lists = is_sequence(compiler, values, "'values:'");
    if (is_sequence(compiler, counts, "'counts:'") && lists)
        add_table(compiler, node, values, counts, day, type, quantiles);
}

/* The currency of a table of money: the one that the compiler knows, where it knows one. */
static bool
read_currency(struct compiler *compiler, const struct node *root)
{
    const char *code;
    const struct node *node =
        key_need(compiler, root, "currency", root, "a quantile table of money");
    if (node == NULL || !read_text(compiler, node, "'currency:'", &code))
        return false;
    const struct currency *currency = currency_find(code, strlen(code));
    if (currency == NULL) {
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, node, "unknown currency '%s'", code);
        return false;
    }
    if (compiler->schema->currency[0] == '\0') {
        memcpy(compiler->schema->currency, currency->code, sizeof compiler->schema->currency);
        compiler->schema->exponent = currency->exponent;
    } else if (strcmp(compiler->schema->currency, currency->code) != 0) {
        compiler_fault(compiler, CSTM_ERROR_MISMATCH, node,
                       "the table's money is %s, the strategy's is %s", currency->code,
                       compiler->schema->currency);
        return false;
    }
    return true;
}

struct quantiles *
quantiles_read(struct compiler *compiler, const struct named_file *file, const char *expected)
{
    static const char *const keys[] = {"format", "quantiles", "type", "currency", "tables"};
    static const char *const types[] = {"int", "double", "date", "timestamp", "money"};
    static const cstm_type codes[] = {CSTM_TYPE_INT, CSTM_TYPE_DOUBLE, CSTM_TYPE_DATE,
                                      CSTM_TYPE_TIMESTAMP, CSTM_TYPE_MONEY};
    const struct node *root = file->document.root;
    const char *name = NULL;
    int32_t word = 0;
    if (!named_file_check(compiler, file, "a quantile document", keys, G_N_ELEMENTS(keys)))
        return NULL;
    const struct node *named = key_need(compiler, root, "quantiles", root, "a quantile document");
    const struct node *type = key_need(compiler, root, "type", root, "a quantile document");
    const struct node *tables = key_need(compiler, root, "tables", root, "a quantile document");
    if (named == NULL || !read_identifier(compiler, named, "'quantiles:'", true, &name) ||
        type == NULL || tables == NULL ||
        !read_word(compiler, type, "type", types, G_N_ELEMENTS(types), &word) ||
        (codes[word] == CSTM_TYPE_MONEY && !read_currency(compiler, root)) ||
        !is_sequence(compiler, tables, "'tables:'"))
        return NULL;
    if (expected != NULL && strcmp(expected, name) != 0) {
        compiler_fault(compiler, CSTM_ERROR_MISMATCH, named,
                       "these are the quantiles '%s', the strategy asks for '%s'", name, expected);
        return NULL;
    }
    struct quantiles *quantiles = quantiles_new(name, rule_kind_of(codes[word]));
    if (quantiles == NULL)
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
    for (const struct node *table = tables->first; quantiles != NULL && table != NULL;
         table = table->next)
        read_table(compiler, table, codes[word], quantiles);
    return quantiles;
}

void
quantiles_declare(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    const struct node *node = key_find(compiler->root, "quantiles");
    if (node == NULL || !is_mapping(compiler, node, "'quantiles:'"))
        return;
    size_t n = length(node);
    if (n > RULE_QUANTILES) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node,
                       "a strategy names at most %d quantile tables", RULE_QUANTILES);
        return;
    }
    strategy->quantiles = keep_array(n, sizeof *strategy->quantiles);
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        const char *name;
        struct named_file file;
        struct quantiles *quantiles = NULL;
        if (!read_identifier(compiler, item->key, "the name of quantiles", true, &name))
            continue;
        if (named_file_open(compiler, item, "'quantiles:'", &file))
            quantiles = quantiles_read(compiler, &file, name);
        named_file_close(compiler, &file);
        if (quantiles == NULL)
            quantiles = quantiles_new(name, RULE_ERROR);
        if (quantiles != NULL)
            strategy->quantiles[strategy->n_quantiles++] = quantiles;
    }
}
