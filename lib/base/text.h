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
/* Whole text or false: decimal or scientific, correctly rounded, independent of the locale; no hex, inf or nan;
 * beyond the largest double is false, below the least is 0. */
bool text_double(const char *text, size_t size, double *value);
/* The shortest decimal that reads back to the same double; always has '.', 'e', "inf" or "nan" in it. Returns the length. */
/* Positional from 1e-4 up to below 1e16, else scientific, as Python's repr(): 0.1, 1.0, 1e+100, 1.5e-07, -0.0. */
size_t text_from_double(double value, char text[32]);
/* Those digits themselves, of a finite value other than 0, its sign left aside: 0.d1d2... * 10^point. Returns how many. */
int text_shortest(double value, char digits[17], int *point);
/* A finite value in decimal, every digit exact, the last rounded half to even; no NUL is written. Fixed: 2.50; room for 312
 * characters and the decimals. Scientific: 2.50e+00; room for 8 and the decimals. Positional: its shortest digits without an
 * exponent, 100000000000000000000, 2.5. */
size_t text_fixed(double value, int decimals, char *text);
size_t text_scientific(double value, int decimals, char *text);
size_t text_positional(double value, char text[352]);
size_t text_from_int64(int64_t value, char text[24]);

/* The nearest of n words by edit distance (at most a third of its length, at least 1), NULL if none is near. */
const char *text_nearest(const char *word, const char *const *words, size_t n);

#endif
