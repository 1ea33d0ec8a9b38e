/* The keys of a membership's rows, as columns of what it gives out. Keys are string or int; where
 * two memberships with keys of different types meet, an int is its decimal text, as in a batch. */
#include "segment/membership.h"

#include "base/text.h"

struct rule_text
membership_key(const struct cstm_membership *membership, int64_t row, char digits[24])
{
    const struct table_column *key = &membership->key;
    struct rule_text text = {digits, 0};
    if (key->name != NULL && key->type == CSTM_TYPE_STRING)
        text.bytes = column_text(key, row, &text.size);
    else
        text.size = text_from_int64(key->name != NULL ? key->as.int64s[row] : row, digits);
    return text;
}

bool
membership_put_key(struct builder *builder, const struct cstm_membership *membership)
{
    if (membership->key.name != NULL)
        return builder_share(builder, membership->key.name, &membership->key);
    int64_t *rows = builder_int64s(builder, "row", NULL);
    for (int64_t row = 0; rows != NULL && row < membership->rows; row++)
        rows[row] = row;
    return rows != NULL;
}

/* Some rows of a membership. */
struct part {
    const struct cstm_membership *of;
    const int64_t *rows;
    int64_t n;
};

static bool
is_valid(const struct part *part, int64_t i)
{
    return part->of->key.name == NULL || column_is_valid(&part->of->key, part->rows[i]);
}

static bool
put_ints(struct builder *builder, const char *name, const struct part *parts, int32_t n_parts)
{
    uint8_t *valid;
    int64_t *keys = builder_int64s(builder, name, &valid), at = 0;
    for (int32_t p = 0; keys != NULL && p < n_parts; p++)
        for (int64_t i = 0; i < parts[p].n; i++, at++) {
            int64_t row = parts[p].rows[i];
            valid[at] = is_valid(&parts[p], i);
            keys[at] = parts[p].of->key.name != NULL ? parts[p].of->key.as.int64s[row] : row;
        }
    return keys != NULL;
}

static size_t
text_bytes(const struct part *parts, int32_t n_parts)
{
    char digits[24];
    size_t size = 0;
    for (int32_t p = 0; p < n_parts; p++)
        for (int64_t i = 0; i < parts[p].n; i++)
            if (is_valid(&parts[p], i))
                size += membership_key(parts[p].of, parts[p].rows[i], digits).size;
    return size;
}

static bool
put_texts(struct builder *builder, const char *name, const struct part *parts, int32_t n_parts)
{
    char digits[24];
    size_t rows = (size_t) builder->rows;
    int64_t *offsets = memory_new_array(rows + 1, sizeof *offsets), at = 0;
    char *bytes = memory_new(text_bytes(parts, n_parts) + 1);
    uint8_t *valid = memory_new(rows + 1);
    bool put = offsets != NULL && bytes != NULL && valid != NULL;
    for (int32_t p = 0; put && p < n_parts; p++)
        for (int64_t i = 0; i < parts[p].n; i++, at++) {
            struct rule_text key = {"", 0};
            valid[at] = is_valid(&parts[p], i);
            if (valid[at])
                key = membership_key(parts[p].of, parts[p].rows[i], digits);
            if (key.size > 0)
                memcpy(bytes + offsets[at], key.bytes, key.size);
            offsets[at + 1] = offsets[at] + (int64_t) key.size;
        }
    put = put && builder_texts(builder, name, offsets, bytes, valid);
    if (!put) {
        memory_free(offsets);
        memory_free(bytes);
    }
    memory_free(valid);
    return put;
}

static bool
is_text(const struct cstm_membership *membership)
{
    return membership->key.name != NULL && membership->key.type == CSTM_TYPE_STRING;
}

static bool
put_parts(struct builder *builder, const struct part *parts, int32_t n)
{
    bool texts = false;
    for (int32_t p = 0; p < n; p++)
        texts = texts || is_text(parts[p].of);
    const char *name = membership_key_name(parts[0].of);
    return texts ? put_texts(builder, name, parts, n) : put_ints(builder, name, parts, n);
}

bool
membership_put_keys(struct builder *builder, const struct cstm_membership *membership,
                    const int64_t *rows, int64_t n)
{
    const struct part part = {membership, rows, n};
    return put_parts(builder, &part, 1);
}

bool
membership_put_two_keys(struct builder *builder, const struct cstm_membership *first,
                        const int64_t *rows, int64_t n, const struct cstm_membership *second,
                        const int64_t *more_rows, int64_t n_more)
{
    const struct part parts[2] = {{first, rows, n}, {second, more_rows, n_more}};
    return put_parts(builder, parts, 2);
}
