/* Regular expressions of RE2's syntax, matched in time linear in the text: no backtracking, whatever the pattern. What RE2 has
 * and a yes or no does not need (groups that are taken, greed) is read and means nothing; what no automaton can do (back references,
 * look-around) is refused.
 *
 * A pattern goes from text to tree (regex_parse.c, regex_class.c), from tree to steps over symbols (regex_compile.c), and where
 * that stays small to a table of states (regex_table.c); regex_match.c runs it. A symbol stands for all the code points that
 * the pattern does not tell apart. Nothing is written while matching, so that threads share a compiled pattern.
 *
 * Two kinds of memory: a constant pattern is compiled into the arena of its program; one that is known when the rule runs is
 * compiled into the heap of the run, without a table, and costs heap and steps as a loop does. */
#ifndef RULE_REGEX_H
#define RULE_REGEX_H

#include "rule/value.h"

#define REGEX_SIZE 65536             /* bytes of a pattern */
#define REGEX_STEPS 8192             /* of a compiled pattern */
#define REGEX_DEPTH 250              /* of nested groups */
#define REGEX_REPEAT 1000            /* the most times a repetition goes, and nested ones multiplied */
#define REGEX_RANGES 60000           /* of code points in all classes */
#define REGEX_STATES 4000            /* of a table */
#define REGEX_TABLE 65535            /* entries of a table */
#define REGEX_BUILD 400000           /* steps looked at while a table is built: a millisecond or two */

/* Where memory comes from; one of the two. */
struct regex_room {
    struct arena *arena;
    struct heap *heap;
};
void *regex_take(const struct regex_room *room, size_t size);   /* zeroed; NULL: full */

/* Why a pattern does not compile: CSTM_ERROR_SYNTAX, _UNSUPPORTED, _LIMIT or _NO_MEMORY, 0 for none. */
struct regex_fault {
    uint8_t state;
    int32_t at;                      /* byte of the pattern */
    const char *message;
};

/* The tree. Children of a sequence or alternation stand last first, which is how steps are made. */
enum regex_tree_kind { TREE_EMPTY, TREE_CHAR, TREE_CLASS, TREE_ASSERT, TREE_SEQUENCE, TREE_ALTERNATE, TREE_REPEAT };

/* The first two look at what comes before, the others also at what comes after. */
enum regex_assertion { AT_TEXT_BEGIN, AT_LINE_BEGIN, AT_TEXT_END, AT_LINE_END, AT_WORD_EDGE, AT_NO_WORD_EDGE };

struct regex_tree {
    uint8_t kind;
    uint8_t assertion;
    int32_t min, max;                /* of a repeat; max -1: any number */
    int32_t copies;                  /* nested repeats multiplied */
    uint32_t code;                   /* the code point, or the number of the class */
    struct regex_tree *last, *first; /* children; a repeat has one */
    struct regex_tree *before;       /* the sibling on the left */
};

/* Ranges of code points, lo << 32 | hi: as they come, or ascending and apart once they are tidy. */
struct regex_ranges {
    uint64_t *items;
    int32_t n, capacity;
    bool failed;                     /* memory */
};
void ranges_add(struct regex_ranges *ranges, const struct regex_room *room, uint32_t lo, uint32_t hi);
void ranges_tidy(struct regex_ranges *ranges);
void ranges_negate(struct regex_ranges *ranges, const struct regex_room *room);   /* of tidy ones */
void ranges_fold(struct regex_ranges *ranges, const struct regex_room *room);     /* adds what differs by case alone */
/* d, s, w; "alpha" of [:alpha:]; "Lu", "L", "Greek", "Any". False: there is none. */
bool ranges_add_perl(struct regex_ranges *ranges, const struct regex_room *room, char name);
bool ranges_add_posix(struct regex_ranges *ranges, const struct regex_room *room, const char *name, size_t size);
bool ranges_add_unicode(struct regex_ranges *ranges, const struct regex_room *room, const char *name, size_t size);
uint32_t fold_next(uint32_t code);
void sort_words(uint64_t *words, int32_t n);

struct regex_class {
    const uint64_t *ranges;          /* tidy */
    int32_t n;
    uint64_t hash;
};

struct regex_parsed {
    struct regex_tree *root;
    struct regex_class *classes;     /* each once */
    int32_t n_classes, classes_capacity;
    uint64_t *chars;                 /* code points, as often as they stand there */
    int32_t n_chars, chars_capacity;
    int32_t n_ranges;
    bool reads_lines, reads_words;   /* it has assertions of lines, of words */
};
bool regex_parse(const char *text, size_t size, const struct regex_room *room, struct regex_parsed *parsed, struct regex_fault *fault);

/* Steps. Number 0 fails, number 1 is the match. */
enum regex_step_kind { STEP_FAIL, STEP_MATCH, STEP_SPLIT, STEP_SYMBOL, STEP_CLASS, STEP_ASSERT };

struct regex_step {
    uint8_t kind;
    uint8_t assertion;
    uint16_t next;
    uint16_t other;                  /* the other way of a split; the symbol; the class */
};

enum regex_form {
    REGEX_ALWAYS,
    REGEX_CONTAINS, REGEX_BEGINS, REGEX_ENDS, REGEX_EQUALS,   /* a plain literal */
    REGEX_TABLE_BYTES,               /* a table, and everything beyond ASCII is one symbol */
    REGEX_TABLE_CODES,
    REGEX_STEPWISE,                  /* too many states for a table: a set of steps at once */
};

/* What stands beside a place of the text: before it EDGE is the beginning, after it the end. */
enum regex_side { SIDE_OTHER, SIDE_WORD, SIDE_LINE, SIDE_EDGE, SIDE_UNKNOWN };

struct regex {
    uint8_t form;
    bool anchored;                   /* a match can only begin where the text does */
    struct rule_text literal;        /* of plain forms; else what every match begins with, perhaps empty */
    int32_t n_steps;
    int32_t start;
    const struct regex_step *steps;
    int32_t n_symbols;
    const uint8_t *sides;            /* of each symbol */
    int32_t words;                   /* 64-bit words of a class's members */
    const uint64_t *members;         /* of each class: bits by symbol */
    int32_t n_intervals;             /* of code points that have one symbol */
    const uint32_t *begins;
    const uint16_t *symbols;
    const uint16_t *pages;           /* by code point / 256, 257 of them: the interval that it begins in; NULL: one symbol beyond ASCII */
    uint16_t columns;                /* of the table: symbols, the end, and one that stays where it is */
    uint16_t first;                  /* row of the table, as an offset; 0 is the match, `columns` the end of hope */
    const uint16_t *table;
    uint16_t bytes[256];             /* symbol of a byte; beyond ASCII of a first byte, the others stay */
};

/* NULL and a fault where it does not compile. What stays is taken from room; temporary is let go afterwards, and may be the same. */
const struct regex *regex_new(const char *pattern, size_t size, const struct regex_room *room, const struct regex_room *temporary,
                              struct regex_fault *fault);
/* The same into an arena. */
const struct regex *regex_compile(struct arena *arena, const char *pattern, size_t size, struct regex_fault *fault);
/* Makes the table; leaves the pattern without one where it would be too large. False where memory failed. */
bool regex_build_table(struct regex *regex, const struct regex_room *room, const struct regex_room *temporary);

/* Whether the pattern is found anywhere in the text, which is well-formed UTF-8 (other bytes do no harm). */
bool regex_match(const struct regex *regex, const char *text, size_t size);
/* The same by steps, without a table. visits (nullable) receives how many steps were looked at, which is bounded by
 * (size + 2) * 2 * n_steps. */
bool regex_match_stepwise(const struct regex *regex, const char *text, size_t size, int64_t *visits);

/* A set of steps, as the text is read. */
struct regex_threads {
    uint16_t *list;
    uint64_t *marks;
    int32_t n;
    bool pending;                    /* an assertion waits for what comes next */
    bool matched;
};
void threads_put(struct regex_threads *threads, int32_t step);
void threads_clear(struct regex_threads *threads);
/* Follows what needs no symbol, from the list's element `from` on. */
void threads_close(const struct regex *regex, struct regex_threads *threads, int32_t from, enum regex_side before, enum regex_side after);
/* Moves over a symbol; `before` stood before it. */
void threads_move(const struct regex *regex, const struct regex_threads *threads, struct regex_threads *moved, int32_t symbol);

/* Tables of Unicode: regex_category.c, regex_script.c. */
#define REGEX_CATEGORIES 29
struct regex_runs {
    const uint32_t *runs;
    int32_t n;
};
struct regex_fold {
    uint32_t lo, hi;
    int32_t stride, delta;
};
extern const char *const regex_category_names[REGEX_CATEGORIES];
extern const char *const regex_script_names[];
extern const int32_t regex_n_scripts, regex_n_folds;
extern const struct regex_runs regex_category_runs, regex_script_runs;
extern const struct regex_fold regex_folds[];

#endif
