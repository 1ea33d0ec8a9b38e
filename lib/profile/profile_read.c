/* A profile from its bytes (laid out at the top of profile_bytes.c), under the strategy that wrote
 * them or another version of it. The reader believes nothing that it has not checked; what it does
 * not understand it carries along. The profile is made whole before the caller sees it. */
#include "profile/profile_bytes.h"

#include "base/memory.h"
#include "base/text.h"
#include "profile/migration.h"
#include "profile/profile.h"

#include <string.h>

struct bytes {
    const uint8_t *at;
    size_t size;
};

struct profile_reading {
    struct cstm_profile *profile;
    struct cstm_migration *migration; /* nullable */
    struct byte_reader reader;
    int64_t revision;
    struct bytes history, machines;
    struct bytes features,
        lifecycles; /* what the writing strategy computed: lists, each with its number in front */
    bool *resumed;  /* per machine: a state was found */
};

static cstm_status
corrupt(cstm_error **error, const char *what)
{
    return error_set(error, CSTM_ERROR_CORRUPT, "the profile's bytes are damaged: %s", what);
}

static bool
text_is(const char *text, size_t size, const char *name)
{
    return strlen(name) == size && memcmp(text, name, size) == 0;
}

static cstm_status
read_head(struct profile_reading *reading, cstm_error **error)
{
    const cstm_strategy *strategy = reading->profile->strategy;
    struct byte_reader *reader = &reading->reader;
    uint64_t revision = reader_u64(reader);
    size_t name_size, version_size, currency_size, zone_size;
    const char *name = reader_text(reader, &name_size),
               *version = reader_text(reader, &version_size);
    const uint8_t *digest = reader_take(reader, DIGEST_SIZE);
    const char *currency = reader_text(reader, &currency_size),
               *zone = reader_text(reader, &zone_size);
    if (reader->failed || name == NULL || version == NULL || digest == NULL ||
        revision >= INT64_MAX)
        return corrupt(error, "the head ends early");
    if (currency_size > 0 && !text_is(currency, currency_size, strategy->schema.currency))
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "the profile was written under a strategy of another currency");
    if (!text_is(zone, zone_size, zone_name(strategy->schema.zone)))
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "the profile was written under a strategy of another timezone");
    reading->revision = (int64_t) revision;
    return CSTM_OK;
}

static cstm_status
carry_section(struct cstm_profile *profile, uint32_t tag, struct bytes section, cstm_error **error)
{
    uint8_t *bytes = memory_new(section.size + 4);
    if (bytes == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < 4; i++)
        bytes[i] = (uint8_t) (tag >> (24 - 8 * i));
    memcpy(bytes + 4, section.at, section.size);
    bool added = carried_add(&profile->sections, bytes, section.size + 4, 4);
    memory_free(bytes);
    return added ? CSTM_OK : error_no_memory(error);
}

static cstm_status
read_sections(struct profile_reading *reading, cstm_error **error)
{
    struct byte_reader *reader = &reading->reader;
    uint32_t before = 0;
    while (reader->at < reader->end) {
        uint32_t tag = reader_u32(reader);
        struct bytes section;
        section.at = (const uint8_t *) reader_text(reader, &section.size);
        if (reader->failed || section.at == NULL || tag <= before)
            return corrupt(error, "a section ends early or is out of order");
        before = tag;
        cstm_status status = CSTM_OK;
        if (tag == TAG_HISTORY)
            reading->history = section;
        else if (tag == TAG_MACHINES)
            reading->machines = section;
        else
            status = carry_section(reading->profile, tag, section, error);
        if (status != CSTM_OK)
            return status;
    }
    if (reading->history.at == NULL || reading->machines.at == NULL)
        return corrupt(error, "a section is missing");
    return CSTM_OK;
}

/* What an entry of the machines' section says. */
struct machine_entry {
    struct byte_reader path; /* its levels */
    uint64_t depth;
    const char *name;
    size_t name_size;
    const uint8_t *digest;
    struct bytes state, witness;
    size_t key_size;
};

static bool
entry_read(struct machine_entry *entry, struct bytes bytes)
{
    struct byte_reader reader;
    reader_init(&reader, bytes.at, bytes.size);
    entry->depth = reader_uvar(&reader);
    entry->path = reader;
    for (uint64_t level = 0; level < entry->depth && !reader.failed; level++) {
        size_t size;
        reader_text(&reader, &size);
        reader_text(&reader, &size);
    }
    entry->name = reader_text(&reader, &entry->name_size);
    entry->digest = reader_take(&reader, DIGEST_KEPT);
    entry->key_size = (size_t) (reader.at - bytes.at);
    entry->state.at = (const uint8_t *) reader_text(&reader, &entry->state.size);
    entry->witness.at = (const uint8_t *) reader_text(&reader, &entry->witness.size);
    return !reader.failed && reader.at == reader.end;
}

static int32_t
find_entity(const struct schema *schema, const char *name, size_t size)
{
    for (int32_t e = 1; e < schema->n_entities; e++)
        if (text_is(name, size, schema->entities[e].name))
            return e;
    return -1;
}

/* The instance at the end of the path: -1 where this strategy does not know an entity of it, -2
 * where the history does not know the instance, which damaged bytes say only. */
static int32_t
entry_instance(const struct machine_entry *entry, struct history *history)
{
    struct byte_reader path = entry->path;
    int32_t at = 0;
    for (uint64_t level = 0; level < entry->depth; level++) {
        size_t name_size, key_size;
        const char *name = reader_text(&path, &name_size), *key = reader_text(&path, &key_size);
        int32_t entity = find_entity(history->plan->schema, name, name_size);
        if (entity < 0 ||
            history->plan->schema->entities[entity].parent != history->instances[at].entity)
            return -1;
        int32_t known = history->n_instances, parent = at;
        if (history_instance(history, entity, parent, key, key_size, &at, NULL) != CSTM_OK ||
            history->n_instances != known)
            return -2;
    }
    return at;
}

static int32_t
entry_machine(const struct machine_entry *entry, const cstm_strategy *strategy, int32_t entity)
{
    for (int32_t m = 0; m < strategy->n_machines; m++) {
        const struct machine *machine = &strategy->machines[m];
        if (machine->entity == entity && text_is(entry->name, entry->name_size, machine->name) &&
            memcmp(machine->digest.bytes, entry->digest, DIGEST_KEPT) == 0)
            return m;
    }
    return -1;
}

static cstm_status
resume_machine(struct profile_reading *reading, const struct machine_entry *entry, int32_t instance,
               int32_t m, cstm_error **error)
{
    struct cstm_profile *profile = reading->profile;
    const cstm_strategy *strategy = profile->strategy;
    if (!standing_reserve(&profile->standing, strategy, profile->history.n_instances))
        return error_no_memory(error);
    struct machine_state *states = standing_make(&profile->standing, strategy, instance,
                                                 profile->history.instances[instance].entity);
    if (states == NULL)
        return error_no_memory(error);
    struct byte_reader reader;
    reader_init(&reader, entry->state.at, entry->state.size);
    cstm_status status = machine_state_read(&states[m], &strategy->machines[m], &reader, error);
    if (status != CSTM_OK)
        return status;
    if (reader.at != reader.end || states[m].day == NO_DAY ||
        states[m].day > profile->history.sealed_day)
        return corrupt(error, "a lifecycle stands where it cannot");
    reading->resumed[m] = true;
    if (entry->witness.size == 0)
        return CSTM_OK;
    if (states[m].undetermined || !witness_is_sound(entry->witness.at, entry->witness.size))
        return corrupt(error, "the values that a transition read");
    struct witness *witness = witness_copy(entry->witness.at, entry->witness.size);
    if (witness == NULL)
        return error_no_memory(error);
    *standing_witness(&profile->standing, strategy, instance, m) = witness;
    return CSTM_OK;
}

static cstm_status
read_entry(struct profile_reading *reading, struct bytes bytes, const struct machine_entry *entry,
           cstm_error **error)
{
    struct cstm_profile *profile = reading->profile;
    int32_t instance = entry_instance(entry, &profile->history);
    if (instance == -2)
        return corrupt(error, "a lifecycle of an entity that is not there");
    int32_t m = -1;
    if (instance >= 0)
        m = entry_machine(entry, profile->strategy, profile->history.instances[instance].entity);
    if (m >= 0)
        return resume_machine(reading, entry, instance, m, error);
    return carried_add(&profile->machines, bytes.at, bytes.size, entry->key_size)
               ? CSTM_OK
               : error_no_memory(error);
}

static bool
is_after(struct bytes before, struct bytes after)
{
    size_t size = before.size < after.size ? before.size : after.size;
    int order = size == 0 ? 0 : memcmp(before.at, after.at, size);
    return order < 0 || (order == 0 && before.size < after.size);
}

/* A list of names, ascending, each with so many bytes behind it. */
static bool
read_names(struct byte_reader *reader, size_t behind, struct bytes *list)
{
    list->at = reader->at;
    uint64_t n = reader_uvar(reader);
    struct bytes before = {.at = NULL};
    for (uint64_t i = 0; i < n && !reader->failed; i++) {
        struct bytes name;
        name.at = (const uint8_t *) reader_text(reader, &name.size);
        reader_take(reader, behind);
        if (reader->failed || (i > 0 && !is_after(before, name)) ||
            memchr(name.at, '\0', name.size) != NULL ||
            text_utf8_error((const char *) name.at, name.size) != name.size)
            return false;
        before = name;
    }
    list->size = (size_t) (reader->at - list->at);
    return !reader->failed;
}

static cstm_status
read_machines(struct profile_reading *reading, cstm_error **error)
{
    struct byte_reader reader;
    reader_init(&reader, reading->machines.at, reading->machines.size);
    if (!read_names(&reader, 0, &reading->features) ||
        !read_names(&reader, DIGEST_KEPT, &reading->lifecycles))
        return corrupt(error, "the lists of features and lifecycles");
    uint64_t n = reader_uvar(&reader);
    struct bytes before = {.at = NULL};
    for (uint64_t i = 0; i < n && !reader.failed; i++) {
        struct bytes bytes;
        struct machine_entry entry;
        bytes.at = (const uint8_t *) reader_text(&reader, &bytes.size);
        if (reader.failed || !entry_read(&entry, bytes))
            return corrupt(error, "the state of a lifecycle");
        struct bytes key = {bytes.at, entry.key_size};
        if (i > 0 && !is_after(before, key))
            return corrupt(error, "states of lifecycles are out of order");
        before = key;
        cstm_status status = read_entry(reading, bytes, &entry, error);
        if (status != CSTM_OK)
            return status;
    }
    if (reader.failed || reader.at != reader.end)
        return corrupt(error, "the states of lifecycles");
    if (n > 0 && reading->profile->history.sealed_parts >= 2)
        return corrupt(error, "lifecycles of halves that were sealed apart");
    return CSTM_OK;
}

static cstm_status
check_frame(const uint8_t *bytes, size_t size, cstm_error **error)
{
    struct byte_reader reader;
    reader_init(&reader, bytes, size);
    const uint8_t *head = reader_take(&reader, PROFILE_MAGIC_SIZE);
    if (head == NULL || memcmp(head, PROFILE_MAGIC, PROFILE_MAGIC_SIZE) != 0)
        return error_set(error, CSTM_ERROR_CORRUPT, "the bytes are not those of a profile");
    uint32_t version = reader_u32(&reader), flags = reader_u32(&reader);
    if (reader.failed || version == 0)
        return corrupt(error, "the head ends early");
    if (version > PROFILE_FORMAT || flags != 0)
        return error_set(error, CSTM_ERROR_VERSION,
                         "the profile was written by a later release, in format %u",
                         (unsigned) version);
    if ((size_t) (reader.end - reader.at) < CRC_SIZE)
        return corrupt(error, "the head ends early");
    struct byte_reader tail;
    reader_init(&tail, bytes + size - CRC_SIZE, CRC_SIZE);
    if (reader_u32(&tail) != profile_crc(bytes, size - CRC_SIZE))
        return corrupt(error, "the checksum differs");
    return CSTM_OK;
}

/* ---- what became of each part ---- */

static bool
declares_feature(const cstm_strategy *strategy, const char *name, size_t size)
{
    for (int32_t f = 0; f < strategy->n_features; f++)
        if (text_is(name, size, strategy->features[f].name))
            return true;
    return false;
}

static bool
declares_machine(const cstm_strategy *strategy, const char *name, size_t size)
{
    for (int32_t m = 0; m < strategy->n_machines; m++)
        if (text_is(name, size, strategy->machines[m].name))
            return true;
    return false;
}

/* Names of a list that the strategy does not declare any more. */
static bool
report_dropped(const struct profile_reading *reading, struct bytes list, size_t behind,
               bool (*declares)(const cstm_strategy *strategy, const char *name, size_t size))
{
    struct byte_reader reader;
    reader_init(&reader, list.at, list.size);
    uint64_t n = reader_uvar(&reader);
    for (uint64_t i = 0; i < n; i++) {
        size_t size;
        const char *name = reader_text(&reader, &size);
        reader_take(&reader, behind);
        if (!declares(reading->profile->strategy, name, size) &&
            !migration_add(reading->migration, name, size, CSTM_FATE_DROPPED, INT32_MIN))
            return false;
    }
    return true;
}

/* Whether the strategy that wrote the bytes declared this lifecycle in the same way. */
static bool
was_declared(const struct profile_reading *reading, const struct machine *machine)
{
    struct byte_reader reader;
    reader_init(&reader, reading->lifecycles.at, reading->lifecycles.size);
    uint64_t n = reader_uvar(&reader);
    for (uint64_t i = 0; i < n; i++) {
        size_t size;
        const char *name = reader_text(&reader, &size);
        const uint8_t *digest = reader_take(&reader, DIGEST_KEPT);
        if (text_is(name, size, machine->name))
            return memcmp(digest, machine->digest.bytes, DIGEST_KEPT) == 0;
    }
    return false;
}

/* A lifecycle whose definition is new begins anew behind the sealed days; while nothing is sealed
 * all of it can be told again. */
static bool
report_machines(const struct profile_reading *reading)
{
    const cstm_strategy *strategy = reading->profile->strategy;
    int32_t sealed = reading->profile->history.sealed_day;
    for (int32_t m = 0; m < strategy->n_machines; m++) {
        const struct machine *machine = &strategy->machines[m];
        bool kept = sealed == DAY_NONE || reading->resumed[m] || was_declared(reading, machine);
        if (!migration_add(reading->migration, machine->name, strlen(machine->name),
                           kept ? CSTM_FATE_KEPT : CSTM_FATE_WARMING,
                           kept ? INT32_MIN : sealed + 1))
            return false;
    }
    return report_dropped(reading, reading->lifecycles, DIGEST_KEPT, declares_machine);
}

static bool
report_facts(const struct profile_reading *reading)
{
    static const cstm_fate fates[] = {
        [MIGRATION_KEPT] = CSTM_FATE_KEPT,
        [MIGRATION_WARMING] = CSTM_FATE_WARMING,
        [MIGRATION_DROPPED] = CSTM_FATE_DROPPED,
    };
    struct migration_report report;
    bool added = history_report(&reading->profile->history, &report, NULL) == CSTM_OK;
    if (!added)
        return false;
    for (int32_t i = 0; added && i < report.n; i++) {
        const struct migration_line *line = &report.lines[i];
        bool dated = line->fate == MIGRATION_WARMING && line->complete_day != INT32_MAX;
        added = migration_add(reading->migration, line->name, strlen(line->name), fates[line->fate],
                              dated ? line->complete_day : INT32_MIN);
    }
    migration_report_clear(&report);
    return added && report_dropped(reading, reading->features, 0, declares_feature);
}

static cstm_status
read_history(struct profile_reading *reading, cstm_error **error)
{
    struct cstm_profile *profile = reading->profile;
    struct byte_reader reader;
    reader_init(&reader, reading->history.at, reading->history.size);
    cstm_status status = history_read(&profile->history, profile->strategy->plan, &reader, error);
    if (status == CSTM_OK && reader.at != reader.end)
        return corrupt(error, "the history");
    return status;
}

static cstm_status
read_body(struct profile_reading *reading, cstm_error **error)
{
    cstm_status status = read_head(reading, error);
    if (status == CSTM_OK)
        status = read_sections(reading, error);
    if (status == CSTM_OK)
        status = read_history(reading, error);
    if (status == CSTM_OK)
        status = read_machines(reading, error);
    if (status == CSTM_OK && reading->migration != NULL &&
        (!report_facts(reading) || !report_machines(reading)))
        status = error_no_memory(error);
    return status;
}

cstm_status
cstm_profile_read(cstm_strategy *strategy, const uint8_t *bytes, size_t size,
                  cstm_profile **profile, cstm_migration **migration, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(strategy, HANDLE_STRATEGY))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (bytes == NULL || profile == NULL)
        return error_misuse(error, "bytes or profile is NULL");
    cstm_status status = check_frame(bytes, size, error);
    if (status != CSTM_OK)
        return status;

    struct profile_reading reading = {.profile = profile_new_shell(strategy)};
    reading.resumed = memory_new_array((size_t) strategy->n_machines + 1, sizeof *reading.resumed);
    reading.migration = migration == NULL ? NULL : migration_new();
    reader_init(&reading.reader, bytes, size - CRC_SIZE);
    reader_take(&reading.reader, PROFILE_MAGIC_SIZE + 8);
    bool ready = reading.profile != NULL && reading.resumed != NULL &&
                 (migration == NULL || reading.migration != NULL);
    status = ready ? read_body(&reading, error) : error_no_memory(error);
    memory_free(reading.resumed);
    if (status != CSTM_OK) {
        cstm_profile_free(reading.profile);
        cstm_migration_free(reading.migration);
        return status;
    }
    reading.profile->base_revision = reading.revision;
    *profile = reading.profile;
    if (migration != NULL)
        *migration = reading.migration;
    return CSTM_OK;
}
