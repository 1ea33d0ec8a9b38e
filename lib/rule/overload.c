/* Looks functions up by name: an index over all tables, laid out once, when the first rule is compiled. */
#include "rule/overload.h"
#include "rule/signature.h"

#include "base/hash.h"
#include "base/text.h"

#include <pthread.h>

static const struct overload_table *const tables[] = {
    &calendar_overloads, &bucket_overloads, &category_overloads, &place_overloads, &rates_overloads,
    &arithmetic_overloads, &compare_overloads, &text_overloads, &time_overloads, &convert_overloads, &member_overloads,
    &regex_overloads, &lists_overloads, &sets_overloads,
    &core_overloads, &optional_overloads,
    &strings_overloads, &format_overloads, &math_overloads, &encoders_overloads,
};
#define N_TABLES (sizeof tables / sizeof tables[0])

#define ROWS 1024            /* most rows of all tables, and most names: a test counts them */
#define BUCKETS 2048

static const struct overload *index_rows[ROWS];
static struct overload_family families[ROWS];
static int16_t buckets[BUCKETS];     /* into families, and one; 0: free */
static int32_t n_families;
static pthread_once_t indexed = PTHREAD_ONCE_INIT;

static uint32_t
bucket_of(const char *name, size_t size)
{
    uint32_t at = (uint32_t) hash_bytes(name, size, 0) & (BUCKETS - 1);
    while (buckets[at] != 0) {
        const struct overload_family *family = &families[buckets[at] - 1];
        if (family->size == size && memcmp(family->name, name, size) == 0)
            break;
        at = (at + 1) & (BUCKETS - 1);
    }
    return at;
}

static struct overload_family *
family_of(const struct overload *row)
{
    const size_t size = strlen(row->name);
    const uint32_t at = bucket_of(row->name, size);
    if (buckets[at] == 0) {
        families[n_families] = (struct overload_family){.name = row->name, .size = size};
        buckets[at] = (int16_t) ++n_families;
    }
    return &families[buckets[at] - 1];
}

/* First how many rows each name has, then where they stand, then the rows, in the order of the tables. */
static void
lay_out(void)
{
    int32_t left = ROWS;
    for (size_t t = 0; t < N_TABLES; t++) {
        for (int32_t i = 0; i < tables[t]->n && left > 0; i++, left--) {
            struct overload_family *family = family_of(&tables[t]->rows[i]);
            family->n++;
            family->styles |= tables[t]->rows[i].style;
        }
    }
    const struct overload **next = index_rows;
    for (int32_t i = 0; i < n_families; i++) {
        families[i].rows = next;
        next += families[i].n;
        families[i].n = 0;
    }
    left = ROWS;
    for (size_t t = 0; t < N_TABLES; t++) {
        for (int32_t i = 0; i < tables[t]->n && left > 0; i++, left--) {
            struct overload_family *family = family_of(&tables[t]->rows[i]);
            index_rows[(family->rows - index_rows) + family->n++] = &tables[t]->rows[i];
        }
    }
}

const struct overload_family *
overload_family(const char *name, size_t size)
{
    pthread_once(&indexed, lay_out);
    const int16_t found = buckets[bucket_of(name, size)];
    return found == 0 ? NULL : &families[found - 1];
}

bool
overload_known(const char *name, size_t size, int32_t *style)
{
    const struct overload_family *family = overload_family(name, size);
    if (style != NULL)
        *style = family == NULL ? 0 : family->styles;
    return family != NULL;
}

const char *
overload_nearest(const char *name)
{
    static const char *const macros[] = {
        "has", "cel.bind", "all", "exists", "exists_one", "existsOne", "map", "filter", "transformList", "transformMap",
        "transformMapEntry", "optMap", "optFlatMap", "sortBy", "dyn", "type",
    };
    const char *words[ROWS + sizeof macros / sizeof macros[0]];
    size_t n = 0;
    pthread_once(&indexed, lay_out);
    for (int32_t i = 0; i < n_families; i++) {
        const char *word = families[i].name;
        bool is_operator = word[0] == '_' || word[0] == '@' || word[families[i].size - 1] == '_';
        if (!is_operator)
            words[n++] = word;
    }
    for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++)
        words[n++] = macros[i];
    return text_nearest(name, words, n);
}

const struct overload *
overload_at(int32_t i)
{
    for (size_t t = 0; t < N_TABLES && i >= 0; t++) {
        if (i < tables[t]->n)
            return &tables[t]->rows[i];
        i -= tables[t]->n;
    }
    return NULL;
}

int32_t
overload_count(int32_t *n_names)
{
    int32_t n = 0;
    pthread_once(&indexed, lay_out);
    for (size_t t = 0; t < N_TABLES; t++)
        n += tables[t]->n;
    *n_names = n_families;
    return n > ROWS ? -1 : n;
}
