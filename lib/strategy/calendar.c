/* `calendar: FILE`: the working days of a country, a YAML document of its own that several
 * strategies share.
 *
 *   format: 1
 *   calendar: cn
 *   years: [2024, 2025]
 *   holidays:                  # days off; or one list, without names
 *     元旦: [2024-01-01, 2025-01-01]
 *   workdays:                  # make-up days, worked though they are of a weekend; or one list
 *     春节: [2024-02-04]
 *
 * What a day is on which nothing is said follows from its weekday, within `years` alone. */
#include "strategy/files.h"
#include "strategy/keys.h"

#include "base/calendar.h"

#define YEAR_LIMIT 200

/* Years that follow each other: a gap would be a calendar that knows less than it seems to. */
static bool
read_years(struct compiler *compiler, const struct node *node, int32_t *first, int32_t *last)
{
    bool any = false;
    if (!is_sequence(compiler, node, "'years:'"))
        return false;
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        int64_t year;
        if (!read_integer(compiler, item, "a year", 1, 9999, &year))
            return false;
        if (any && year != *last + 1) {
            compiler_fault(compiler, CSTM_ERROR_RANGE, item,
                           "the years of a calendar follow each other: %d comes after %d",
                           *last + 1, *last);
            return false;
        }
        if (!any)
            *first = (int32_t) year;
        *last = (int32_t) year;
        any = true;
    }
    if (!any)
        compiler_fault(compiler, CSTM_ERROR_MISSING, node, "'years:' is an empty list");
    else if (*last - *first >= YEAR_LIMIT)
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node, "a calendar has at most %d years",
                       YEAR_LIMIT);
    return any && *last - *first < YEAR_LIMIT;
}

static void
read_day(struct compiler *compiler, const struct node *node, struct calendar *calendar, bool off,
         const char *label)
{
    int32_t day;
    if (!read_date(compiler, node, "a day of a calendar", &day))
        return;
    switch (calendar_mark(calendar, day, off, label)) {
    case CSTM_OK:
        break;
    case CSTM_ERROR_RANGE:
        compiler_fault(compiler, CSTM_ERROR_RANGE, node, "%s is not in the years of the calendar",
                       node->text);
        break;
    case CSTM_ERROR_DUPLICATE:
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, node, "%s stands in the calendar twice",
                       node->text);
        break;
    case CSTM_ERROR_MISMATCH:
        compiler_fault(compiler, CSTM_ERROR_MISMATCH, node, "%s is a working day anyway",
                       node->text);
        break;
    default:
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, node, "out of memory");
    }
}

static void
read_list(struct compiler *compiler, const struct node *node, const char *what,
          struct calendar *calendar, bool off, const char *label)
{
    if (is_sequence(compiler, node, what))
        for (const struct node *item = node->first; item != NULL; item = item->next)
            read_day(compiler, item, calendar, off, label);
}

static void
read_days_of(struct compiler *compiler, const struct node *root, struct calendar *calendar,
             bool off)
{
    const char *key = off ? "holidays" : "workdays", *what = off ? "'holidays:'" : "'workdays:'";
    const struct node *node = key_find(root, key);
    if (node == NULL)
        return;
    if (node->kind != NODE_MAPPING) {
        read_list(compiler, node, what, calendar, off, "");
        return;
    }
    for (const struct node *holiday = node->first; holiday != NULL; holiday = holiday->next)
        read_list(compiler, holiday, "what a holiday's name stands for", calendar, off,
                  holiday->key->text);
}

static struct calendar *
read_calendar(struct compiler *compiler, const struct named_file *file)
{
    static const char *const keys[] = {"format", "calendar", "years", "holidays", "workdays"};
    const struct node *root = file->document.root;
    const char *name = NULL;
    int32_t first = 0, last = 0;
    if (!named_file_check(compiler, file, "a calendar", keys, G_N_ELEMENTS(keys)))
        return NULL;
    const struct node *named = key_need(compiler, root, "calendar", root, "a calendar");
    const struct node *years = key_need(compiler, root, "years", root, "a calendar");
    bool good = named != NULL && read_text(compiler, named, "'calendar:'", &name);
    if (years == NULL || !read_years(compiler, years, &first, &last) || !good)
        return NULL;
    struct calendar *calendar = calendar_new(name, first, last);
    if (calendar == NULL) {
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
        return NULL;
    }
    read_days_of(compiler, root, calendar, true);
    read_days_of(compiler, root, calendar, false);
    calendar_close(calendar);
    return calendar;
}

void
calendar_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "calendar");
    struct named_file file;
    if (node == NULL)
        return;
    if (named_file_open(compiler, node, "'calendar:'", &file))
        compiler->strategy->calendar = read_calendar(compiler, &file);
    named_file_close(compiler, &file);
    if (compiler->strategy->calendar ==
        NULL) /* reported: rules that ask it add no fault of their own */
        compiler->strategy->calendar = calendar_new("", 1, 1);
}
