/* What a rule read on the day of a transition, kept as bytes beside the machine's state:
 *
 *     uvar  number of values
 *     each, ascending by name:  text name, u8 kind, uvar state (0 or a status); for a value: u8 of
 * a bool, svar of an integer, u64 of a double's bits, text of a string
 *
 * Names, not slots, so that the bytes outlive a new version of the strategy. */
#include "profile/standing.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

static void
insert_by_name(const cstm_strategy *strategy, int32_t *slots, int32_t *n, int32_t slot)
{
    int32_t place = *n;
    while (place > 0) {
        int order = strcmp(strategy->slots[slots[place - 1]].name, strategy->slots[slot].name);
        if (order == 0)
            return;
        if (order < 0)
            break;
        place--;
    }
    memmove(slots + place + 1, slots + place, (size_t) (*n - place) * sizeof *slots);
    slots[place] = slot;
    (*n)++;
}

int32_t
machine_slots_read(const cstm_strategy *strategy, const struct machine *machine, int32_t transition,
                   int32_t *slots)
{
    int32_t n = 0;
    int32_t first = transition < 0 ? 0 : transition;
    int32_t until = transition < 0 ? machine->n_initial : transition + 1;
    for (int32_t i = first; i < until; i++) {
        int32_t condition =
            transition < 0 ? machine->initial[i].condition : machine->transitions[i].condition;
        if (condition < 0)
            continue;
        const int32_t *reads;
        int32_t n_reads = rule_program_reads(machine->conditions[condition], &reads);
        for (int32_t j = 0; j < n_reads; j++)
            insert_by_name(strategy, slots, &n, reads[j]);
    }
    return n;
}

static bool
put_value(struct cstm_buffer *buffer, const struct rule_column *column, int32_t row)
{
    uint64_t bits;
    switch (column->kind) {
    case RULE_BOOL:
        return buffer_put_u8(buffer, column->as.bools[row] != 0);
    case RULE_DOUBLE:
        memcpy(&bits, &column->as.doubles[row], sizeof bits);
        return buffer_put_u64(buffer, bits);
    case RULE_STRING:
        return buffer_put_text(buffer, column->as.texts[row].bytes, column->as.texts[row].size);
    default:
        return buffer_put_svar(buffer, column->as.int64s[row]);
    }
}

static bool
put_slot(struct cstm_buffer *buffer, const struct slot *slot, const struct rule_column *column,
         int32_t row)
{
    uint8_t state = CSTM_ERROR_MISSING;
    int32_t at = column->constant ? 0 : row;
    if (column->as.any != NULL)
        state = column->states == NULL ? 0 : column->states[at];
    return buffer_put_text(buffer, slot->name, strlen(slot->name)) &&
           buffer_put_u8(buffer, (uint8_t) slot->kind) && buffer_put_uvar(buffer, state) &&
           (state != 0 || put_value(buffer, column, at));
}

struct witness *
witness_copy(const uint8_t *bytes, size_t size)
{
    struct witness *witness = memory_new(sizeof *witness + size);
    if (witness == NULL)
        return NULL;
    witness->size = size;
    memcpy(witness->bytes, bytes, size);
    return witness;
}

struct witness *
witness_new(const cstm_strategy *strategy, const struct machine *machine, int32_t transition,
            const struct rule_column *columns, int32_t row)
{
    int32_t *slots = memory_new_array((size_t) strategy->n_slots + 1, sizeof *slots);
    if (slots == NULL)
        return NULL;
    struct cstm_buffer buffer = {.data = NULL};
    int32_t n = machine_slots_read(strategy, machine, transition, slots);
    bool written = buffer_put_uvar(&buffer, (uint64_t) n);
    for (int32_t i = 0; i < n && written; i++)
        written = put_slot(&buffer, &strategy->slots[slots[i]], &columns[slots[i]], row);
    struct witness *witness = written ? witness_copy(buffer.data, buffer.size) : NULL;
    buffer_clear(&buffer);
    memory_free(slots);
    return witness;
}

void
witness_open(const struct witness *witness, struct byte_reader *reader, int32_t *n)
{
    reader_init(reader, witness->bytes, witness->size);
    uint64_t count = reader_uvar(reader);
    *n = count > (uint64_t) witness->size ? 0 : (int32_t) count;
}

static bool
read_value(struct byte_reader *reader, struct witness_value *value)
{
    uint64_t bits;
    switch (value->kind) {
    case RULE_BOOL:
        value->as.boolean = reader_u8(reader);
        return value->as.boolean <= 1;
    case RULE_DOUBLE:
        bits = reader_u64(reader);
        memcpy(&value->as.real, &bits, sizeof bits);
        return isfinite(value->as.real);
    case RULE_STRING:
        value->as.text.bytes = reader_text(reader, &value->as.text.size);
        return value->as.text.bytes != NULL;
    case RULE_INT:
    case RULE_DATE:
    case RULE_TIMESTAMP:
    case RULE_MONEY:
        value->as.number = reader_svar(reader);
        return true;
    default:
        return false;
    }
}

bool
witness_next(struct byte_reader *reader, struct witness_value *value)
{
    *value = (struct witness_value){.kind = RULE_ERROR};
    value->name = reader_text(reader, &value->name_size);
    value->kind = (enum rule_kind) reader_u8(reader);
    uint64_t state = reader_uvar(reader);
    if (reader->failed || value->name_size == 0 || state > CSTM_ERROR_UNSUPPORTED)
        return false;
    value->state = (uint8_t) state;
    if (state == 0 && !read_value(reader, value))
        return false;
    if (state != 0 && (value->kind < RULE_BOOL || value->kind > RULE_MONEY))
        return false;
    return !reader->failed;
}

static bool
name_is_after(const struct witness_value *before, const struct witness_value *value)
{
    size_t size = before->name_size < value->name_size ? before->name_size : value->name_size;
    int order = memcmp(before->name, value->name, size);
    return order < 0 || (order == 0 && before->name_size < value->name_size);
}

bool
witness_is_sound(const uint8_t *bytes, size_t size)
{
    struct byte_reader reader;
    reader_init(&reader, bytes, size);
    uint64_t n = reader_uvar(&reader);
    if (reader.failed || n > size)
        return false;
    struct witness_value before = {.name = NULL};
    for (uint64_t i = 0; i < n; i++) {
        struct witness_value value;
        if (!witness_next(&reader, &value) || (i > 0 && !name_is_after(&before, &value)))
            return false;
        before = value;
    }
    return reader.at == reader.end;
}
