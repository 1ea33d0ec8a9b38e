/* UTF-8 checks, exact number reading and writing without the locale, and the nearest known word. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the first malformed sequence starts, size if there is none. NUL is well-formed here; callers refuse it where they must. */
size_t text_utf8_error(const char *text, size_t size);
int64_t text_code_points(const char *text, size_t size);      /* of well-formed UTF-8 */

/* Whole text or false: [+-]digits, range-checked. */
bool text_int64(const char *text, size_t size, int64_t *value);
/* Whole text or false: decimal or scientific, correctly rounded, independent of the locale; no hex, inf or nan. */
bool text_double(const char *text, size_t size, double *value);
/* The shortest decimal that reads back to the same double; always has '.', 'e', "inf" or "nan" in it. Returns the length. */
size_t text_from_double(double value, char text[32]);
size_t text_from_int64(int64_t value, char text[24]);

/* The nearest of n words by edit distance (at most a third of its length, at least 1), NULL if none is near. */
const char *text_nearest(const char *word, const char *const *words, size_t n);

#endif
