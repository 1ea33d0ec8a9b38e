/* GB 18030, the encoding of the day files of Chinese banks (GBK and GB 2312 are subsets of it),
 * read by a table of our own: the same on every machine, whatever converters the system has, and
 * without state. A character is one byte (ASCII), two, or four; gb18030_table.h says which edition.
 */
#ifndef TABLE_GB18030_H
#define TABLE_GB18030_H

#include "base/bytes.h"

/* The bytes of the character that begins there (1, 2 or 4) and its code point; 0 where none does.
 */
size_t gb18030_next(const char *text, size_t size, uint32_t *code);
/* Where the first byte that begins no character stands; size if there is none. */
size_t gb18030_error(const char *text, size_t size);
/* Adds well-formed text to the buffer as UTF-8. False on failed memory. */
bool gb18030_to_utf8(const char *text, size_t size, struct cstm_buffer *utf8);

/* Whether a byte can be another than the first of a character. */
static inline bool
gb18030_is_trail(unsigned char byte)
{
    return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x40 && byte <= 0x7E) ||
           (byte >= 0x80 && byte <= 0xFE);
}

#endif
