/* Purposes and who may be read for which. Purposes are named with dots: what is allowed for
 * `marketing` is allowed for `marketing.content`. A protected attribute (sex, religion, health) may
 * shape what a customer is shown, never what it costs them or whether they get it: it cannot be
 * allowed for a purpose of credit, price, limit or eligibility. Read next: privacy.c, which follows
 * what is read to who reads it. */
#include "strategy/keys.h"

#include "base/text.h"

#include <string.h>

bool
purpose_covers(const char *allowed, const char *purpose)
{
    size_t size = strlen(allowed);
    return strncmp(allowed, purpose, size) == 0 && (purpose[size] == '\0' || purpose[size] == '.');
}

bool
purpose_is_known(const struct compiler *compiler, const char *name)
{
    for (guint i = 0; i < compiler->purposes->len; i++)
        if (purpose_covers(name, compiler->purposes->pdata[i]))
            return true;
    return false;
}

/* Words of identifiers between dots. */
static bool
is_dotted(const char *text)
{
    for (;;) {
        size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789");
        if (size == 0 || g_ascii_isdigit(*text))
            return false;
        if (text[size] == '\0')
            return true;
        if (text[size] != '.')
            return false;
        text += size + 1;
    }
}

void
declare_purposes(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "purposes");
    if (node == NULL || !is_sequence(compiler, node, "'purposes:'"))
        return;
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        const char *name;
        bool twice = false;
        if (!read_text(compiler, item, "a purpose", &name))
            continue;
        for (guint i = 0; i < compiler->purposes->len; i++)
            twice |= strcmp(compiler->purposes->pdata[i], name) == 0;
        if (!is_dotted(name))
            compiler_fault(compiler, CSTM_ERROR_SYNTAX, item,
                           "a purpose is words of a-z, 0-9 and _ with dots between them");
        else if (twice)
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, item,
                           "the purpose '%s' stands here twice", name);
        else
            g_ptr_array_add(compiler->purposes, (gpointer) name);
    }
}

const char *
purpose_read(struct compiler *compiler, const struct node *node, const char *what)
{
    const char *name;
    if (!read_text(compiler, node, what, &name))
        return NULL;
    if (purpose_is_known(compiler, name))
        return name;
    compiler_fault_unknown(compiler, node, "purpose", name,
                           (const char *const *) compiler->purposes->pdata,
                           compiler->purposes->len);
    return NULL;
}

/* The purpose, equal to `allowed` or below it, that decides what a customer gets or pays; NULL if
 * there is none. */
static const char *
find_deciding(const struct compiler *compiler, const char *allowed)
{
    static const char *const deciding[] = {"credit", "price", "pricing", "limit", "eligibility"};
    for (guint i = 0; i <= compiler->purposes->len; i++) {
        const char *purpose = i < compiler->purposes->len ? compiler->purposes->pdata[i] : allowed;
        if (!purpose_covers(allowed, purpose))
            continue;
        for (const char *word = purpose; word != NULL;) {
            for (size_t k = 0; k < G_N_ELEMENTS(deciding); k++)
                if (strcspn(word, ".") == strlen(deciding[k]) &&
                    strncmp(word, deciding[k], strlen(deciding[k])) == 0)
                    return purpose;
            const char *dot = strchr(word, '.');
            word = dot != NULL ? dot + 1 : NULL;
        }
    }
    return NULL;
}

static void
refuse_protected(struct compiler *compiler, const struct node *at, const char *name,
                 const char *allowed)
{
    const char *deciding = find_deciding(compiler, allowed);
    if (deciding == NULL)
        return;
    if (strcmp(deciding, allowed) == 0)
        compiler_fault(compiler, CSTM_ERROR_PRIVACY, at,
                       "%s is protected and cannot be allowed for %s: a protected attribute may "
                       "shape content, never price, "
                       "limit or eligibility",
                       name, allowed);
    else
        compiler_fault(compiler, CSTM_ERROR_PRIVACY, at,
                       "%s is protected and cannot be allowed for %s, which includes %s: a "
                       "protected attribute may shape "
                       "content, never price, limit or eligibility",
                       name, allowed, deciding);
}

void
allowance_read(struct compiler *compiler, const struct node *mapping, const struct node *name,
               struct allowance *allowance)
{
    static const char *const sensitivities[] = {"none", "personal", "protected"};
    const struct node *sensitivity = key_find(mapping, "sensitivity");
    const struct node *purposes = key_find(mapping, "purposes");
    int32_t word = 0;
    bool known = sensitivity == NULL ||
                 read_word(compiler, sensitivity, "sensitivity", sensitivities, 3, &word);
    *allowance = (struct allowance){.sensitivity = (enum sensitivity) word};
    if (purposes == NULL) {
        if (known && word != SENSITIVITY_NONE)
            compiler_fault(compiler, CSTM_ERROR_MISSING, name,
                           "%s is %s and needs 'purposes:', what it may be used for", name->text,
                           sensitivities[word]);
        return;
    }
    if (!is_sequence(compiler, purposes, "'purposes:'"))
        return;
    allowance->purposes = g_ptr_array_new();
    bool read = true;
    for (const struct node *item = purposes->first; item != NULL; item = item->next) {
        const char *allowed = purpose_read(compiler, item, "a purpose");
        read &= allowed != NULL;
        if (allowed == NULL)
            continue;
        g_ptr_array_add(allowance->purposes, (gpointer) allowed);
        if (allowance->sensitivity == SENSITIVITY_PROTECTED)
            refuse_protected(compiler, item, name->text, allowed);
    }
    /* With a purpose that could not be read, who may not is unknown: no second fault for it. */
    allowance->limited = read;
}
