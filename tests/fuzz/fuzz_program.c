/* Well-typed random programs under fuzz. What is folded comes to the same as what is not, a row among many to the same as the row
 * alone and the row explained, a checked program to the same as an unchecked one, and blanks do not change the digest. */
#include "program_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct program_writer writer;
    const struct scopes *scopes = shared_scopes();
    write_program(&writer, bytes, size, NULL);
    if (writer.full)
        return 0;
    if (getenv("FUZZ_PROGRAM_SHOW") != NULL)
        printf("%.*s\n%.*s\n\n", (int) writer.folded.n, writer.folded.text, (int) writer.named.n, writer.named.text);
    struct rule_program *folded = compiled(writer.folded.text, writer.folded.n, scopes->checked);
    struct rule_program *named = compiled(writer.named.text, writer.named.n, scopes->checked);
    /* A literal that can never be read is a mistake, its name is not. */
    if (folded != NULL && named != NULL) {
        check_rows(scopes->checked, named, named->has_heap ? 17 : size % 8 == 0 ? ROWS : 17);
        check_rows(scopes->checked, folded, 3);
        check_same(folded, named, 5, true);
        check_unchecked(scopes, writer.named.text, writer.named.n, 3);
        struct rule_program *spaced = compiled(writer.spaced.text, writer.spaced.n, scopes->checked);
        must(spaced != NULL && same_digest(folded, spaced));
        rule_program_unref(spaced);
    }
    rule_program_unref(folded);
    rule_program_unref(named);
    return 0;
}
