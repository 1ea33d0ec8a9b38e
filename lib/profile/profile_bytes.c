/* A profile as bytes, little-endian:
 *
 *     8     "CSTMPROF"
 *     u32   version of the format, 1
 *     u32   flags, 0: a reader refuses those that it does not know
 *     u64   revision
 *     text  name and version of the strategy; 32 bytes of its digest; text currency, text zone
 *     ...   sections, ascending by tag: u32 tag, uvar size, that many bytes
 *     u32   CRC-32 of all before it
 *
 * Sections: 1 is the history (behaviour/history_bytes.c), 2 the machines:
 *
 *     uvar  number of features of the strategy that wrote it; each, ascending: text name
 *     uvar  number of its lifecycles; each, ascending by name: text name, 16 bytes of its digest
 *     uvar  number of states; each an entry, as a text, ascending by its key:
 *             key:  uvar depth under the customer, for each level text entity and text key; text
 * lifecycle, 16 bytes of its digest text state (lifecycle/machine_bytes.c), text witness
 * (witness.c; empty where there is none)
 *
 * Other tags are of later releases: carried along unread, as are states of lifecycles that this
 * strategy does not declare so. The same facts always give the same bytes. Read next:
 * profile_read.c. */
#include "profile/profile_bytes.h"

#include "base/memory.h"
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

uint32_t
profile_crc(const uint8_t *bytes, size_t size)
{
    uLong crc = crc32(0, NULL, 0);
    while (size > 0) {
        uInt part = size > 1u << 30 ? 1u << 30 : (uInt) size;
        crc = crc32(crc, bytes, part);
        bytes += part;
        size -= part;
    }
    return (uint32_t) crc;
}

static bool
put_name(struct cstm_buffer *buffer, const char *name)
{
    return buffer_put_text(buffer, name, strlen(name));
}

static bool
put_path(struct cstm_buffer *buffer, const struct history *history, int32_t instance)
{
    const struct schema *schema = history->plan->schema;
    int32_t depth = 0;
    for (int32_t at = instance; at > 0; at = history->instances[at].parent)
        depth++;
    if (!buffer_put_uvar(buffer, (uint64_t) depth))
        return false;
    for (int32_t level = depth; level > 0; level--) {
        int32_t at = instance;
        for (int32_t up = 1; up < level; up++)
            at = history->instances[at].parent;
        const struct instance *on_path = &history->instances[at];
        if (!put_name(buffer, schema->entities[on_path->entity].name) ||
            !buffer_put_text(buffer, on_path->key.bytes, on_path->key.size))
            return false;
    }
    return true;
}

static bool
put_state(struct carried_list *entries, const cstm_profile *profile, int32_t instance, int32_t m)
{
    const cstm_strategy *strategy = profile->strategy;
    const struct machine *machine = &strategy->machines[m];
    const struct machine_state *state = standing_state(&profile->standing, instance, m);
    if (state == NULL)
        return true;
    const struct witness *witness = *standing_witness(&profile->standing, strategy, instance, m);
    struct cstm_buffer entry = {.data = NULL}, bytes = {.data = NULL};
    bool written = put_path(&entry, &profile->history, instance) &&
                   put_name(&entry, machine->name) &&
                   buffer_put(&entry, machine->digest.bytes, DIGEST_KEPT);
    size_t key_size = entry.size;
    written = written && machine_state_write(state, machine, &bytes) &&
              buffer_put_text(&entry, (const char *) bytes.data, bytes.size) &&
              buffer_put_text(&entry, witness == NULL ? "" : (const char *) witness->bytes,
                              witness == NULL ? 0 : witness->size) &&
              carried_add(entries, entry.data, entry.size, key_size);
    buffer_clear(&entry);
    buffer_clear(&bytes);
    return written;
}

static int
machine_compare(const void *a, const void *b)
{
    const struct machine *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static int
name_compare(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* What the strategy computes, so that another version can say what became of it. */
static bool
put_definitions(struct cstm_buffer *buffer, const cstm_strategy *strategy)
{
    size_t n_features = (size_t) strategy->n_features, n_machines = (size_t) strategy->n_machines;
    const char **features = memory_new_array(n_features + 1, sizeof *features);
    const struct machine **machines = memory_new_array(n_machines + 1, sizeof *machines);
    bool written = features != NULL && machines != NULL && buffer_put_uvar(buffer, n_features);
    for (size_t i = 0; written && i < n_features; i++)
        features[i] = strategy->features[i].name;
    for (size_t i = 0; written && i < n_machines; i++)
        machines[i] = &strategy->machines[i];
    if (written) {
        qsort(features, n_features, sizeof *features, name_compare);
        qsort(machines, n_machines, sizeof *machines, machine_compare);
    }
    for (size_t i = 0; written && i < n_features; i++)
        written = put_name(buffer, features[i]);
    written = written && buffer_put_uvar(buffer, n_machines);
    for (size_t i = 0; written && i < n_machines; i++)
        written = put_name(buffer, machines[i]->name) &&
                  buffer_put(buffer, machines[i]->digest.bytes, DIGEST_KEPT);
    memory_free(features);
    memory_free(machines);
    return written;
}

static bool
put_machines(struct cstm_buffer *buffer, const cstm_profile *profile)
{
    struct carried_list entries = {.items = NULL};
    bool written =
        put_definitions(buffer, profile->strategy) && carried_copy(&entries, &profile->machines);
    for (int32_t i = 0; i < profile->standing.checkpoints.n_instances; i++)
        for (int32_t m = 0; written && m < profile->strategy->n_machines; m++)
            written = put_state(&entries, profile, i, m);
    written = written && buffer_put_uvar(buffer, (uint64_t) entries.n);
    for (int32_t i = 0; written && i < entries.n; i++)
        written =
            buffer_put_text(buffer, (const char *) entries.items[i].bytes, entries.items[i].size);
    carried_clear(&entries);
    return written;
}

static bool
put_section(struct cstm_buffer *buffer, uint32_t tag, const uint8_t *bytes, size_t size)
{
    return buffer_put_u32(buffer, tag) && buffer_put_text(buffer, (const char *) bytes, size);
}

static bool
put_profile(struct cstm_buffer *buffer, const cstm_profile *profile)
{
    const cstm_strategy *strategy = profile->strategy;
    struct cstm_buffer section = {.data = NULL};
    bool written = buffer_put(buffer, PROFILE_MAGIC, PROFILE_MAGIC_SIZE) &&
                   buffer_put_u32(buffer, PROFILE_FORMAT) && buffer_put_u32(buffer, 0) &&
                   buffer_put_u64(buffer, (uint64_t) cstm_profile_revision(profile)) &&
                   put_name(buffer, strategy->name) && put_name(buffer, strategy->version) &&
                   buffer_put(buffer, strategy->digest.bytes, DIGEST_SIZE) &&
                   put_name(buffer, strategy->schema.currency) &&
                   put_name(buffer, zone_name(strategy->schema.zone));
    written = written && history_write(&profile->history, &section) &&
              put_section(buffer, TAG_HISTORY, section.data, section.size);
    section.size = 0;
    written = written && put_machines(&section, profile) &&
              put_section(buffer, TAG_MACHINES, section.data, section.size);
    buffer_clear(&section);
    for (int32_t i = 0; written && i < profile->sections.n; i++) {
        const struct carried *carried = &profile->sections.items[i];
        const uint8_t *tag = carried->bytes;
        written = put_section(buffer,
                              (uint32_t) tag[0] << 24 | (uint32_t) tag[1] << 16 |
                                  (uint32_t) tag[2] << 8 | tag[3],
                              carried->bytes + 4, carried->size - 4);
    }
    return written && buffer_put_u32(buffer, profile_crc(buffer->data, buffer->size));
}

cstm_status
cstm_profile_write(const cstm_profile *profile, cstm_buffer **buffer, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (buffer == NULL)
        return error_misuse(error, "buffer is NULL");
    struct cstm_buffer *made = buffer_new();
    if (made == NULL)
        return error_no_memory(error);
    if (!put_profile(made, profile)) {
        cstm_buffer_free(made);
        return error_no_memory(error);
    }
    *buffer = made;
    return CSTM_OK;
}
