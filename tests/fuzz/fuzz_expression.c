/* Expressions under fuzz. Whatever compiles is run: a row among many, the row alone and the row explained must come to the
 * same, checked and unchecked, and blanks must not change its digest. Whatever does not compile must say why, at a place within the
 * text. */
#include "agreement.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The text with blanks before it and a line's end after it (it may close with a comment). */
static void
check_blanks(const struct scopes *scopes, const struct rule_program *program, const char *text, size_t size)
{
    char *spaced = malloc(size + 3);
    must(spaced != NULL);
    memcpy(spaced, "\n ", 2);
    memcpy(spaced + 2, text, size);
    spaced[size + 2] = '\n';
    struct rule_program *again = size + 3 > CSTM_RULE_LIMIT ? NULL : compiled(spaced, size + 3, scopes->checked);
    must(again == NULL ? size + 3 > CSTM_RULE_LIMIT : same_digest(program, again));
    rule_program_unref(again);
    free(spaced);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct scopes *scopes = shared_scopes();
    const char *text = (const char *) bytes;
    struct rule_program *program = compiled(text, size, scopes->checked);
    struct rule_program *unchecked = compiled(text, size, scopes->unchecked);
    /* An island is as slow as what it loops over. */
    if (program != NULL) {
        check_rows(scopes->checked, program, program->has_heap ? 4 : 19);
        check_blanks(scopes, program, text, size);
        check_unchecked(scopes, text, size, 2);
    } else if (unchecked != NULL) {
        check_rows(scopes->unchecked, unchecked, unchecked->has_heap ? 3 : 19);
    }
    rule_program_unref(program);
    rule_program_unref(unchecked);
    return 0;
}
