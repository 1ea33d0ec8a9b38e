/* Texts of a history live in one arena: keys, ids, text fields and attributes. What redeliveries
 * and sealing leave behind is counted, and once half of the arena is dead the living texts move to
 * a new one. */
#include "behaviour/rows.h"

bool
history_keep_text(struct history *history, struct rule_text *text)
{
    if (text->size == 0) {
        text->bytes = "";
        return true;
    }
    if (history->borrows)
        return true;
    const char *copy = arena_text(&history->texts, text->bytes, text->size);
    if (copy == NULL)
        return false;
    text->bytes = copy;
    history->text_bytes += text->size + 1;
    return true;
}

size_t
record_text_bytes(const struct event_kind *declared, const struct kind_plan *kind,
                  const struct event_record *record)
{
    size_t bytes = record->id.size > 0 ? record->id.size + 1 : 0;
    const uint64_t *mask = record_mask(kind, record);
    for (int32_t f = 0; f < declared->n_fields; f++)
        if (declared->fields[f].type == CSTM_TYPE_STRING && mask_bit(mask, f)) {
            size_t size = ((const struct rule_text *) record_value(kind, record, f))->size;
            bytes += size > 0 ? size + 1 : 0;
        }
    return bytes;
}

bool
record_keep_texts(struct history *history, const struct event_kind *declared,
                  const struct kind_plan *kind, struct event_record *record)
{
    if (!history_keep_text(history, &record->id))
        return false;
    const uint64_t *mask = record_mask(kind, record);
    for (int32_t word = 0; 64 * word < declared->n_fields; word++) {
        uint64_t bits = mask[word] & kind->fields_text[word];
        while (bits != 0)
            if (!history_keep_text(history,
                                   record_value(kind, record, 64 * word + take_bit(&bits))))
                return false;
    }
    return true;
}

/* Where the living texts move to: one block, big enough for all of them. */
struct moving {
    char *at;
    size_t bytes;
};

static void
move_text(struct moving *moving, struct rule_text *text)
{
    if (text->size == 0)
        return;
    moving->bytes += text->size + 1;
    if (moving->at == NULL)
        return;
    memcpy(moving->at, text->bytes, text->size);
    moving->at[text->size] = 0;
    text->bytes = moving->at;
    moving->at += text->size + 1;
}

static void
move_record(struct moving *moving, const struct event_kind *declared, const struct kind_plan *kind,
            struct event_record *record)
{
    move_text(moving, &record->id);
    const uint64_t *mask = record_mask(kind, record);
    for (int32_t f = 0; f < declared->n_fields; f++)
        if (declared->fields[f].type == CSTM_TYPE_STRING && mask_bit(mask, f))
            move_text(moving, record_value(kind, record, f));
}

/* Counts where moving->at is NULL, moves otherwise. */
static void
move_all(struct moving *moving, struct history *history)
{
    const struct plan *plan = history->plan;
    for (int32_t i = 0; i < history->n_instances; i++) {
        struct instance *instance = &history->instances[i];
        const struct entity_plan *locals = &plan->entities[instance->entity];
        move_text(moving, &instance->key);
        for (int32_t a = 0; a < plan->schema->entities[instance->entity].n_attributes; a++) {
            struct attribute_rows *rows = &instance->attributes[a];
            bool texts = plan->schema->attributes[locals->attributes[a]].type == CSTM_TYPE_STRING;
            for (int32_t e = 0; e < rows->n; e++) {
                move_text(moving, &rows->entries[e].id);
                if (texts && rows->entries[e].present)
                    move_text(moving, &rows->entries[e].value.text);
            }
        }
        for (int32_t l = 0; l < plan->schema->entities[instance->entity].n_events; l++) {
            struct event_rows *rows = &instance->kinds[l];
            const struct kind_plan *kind = &plan->kinds[locals->events[l]];
            for (int32_t e = 0; e < rows->n_events; e++)
                move_record(moving, &plan->schema->events[locals->events[l]], kind,
                            record_at(kind, rows->events, e));
        }
    }
}

void
history_compact_texts(struct history *history)
{
    if (history->borrows || history->text_bytes_dead < 4096 ||
        history->text_bytes_dead < history->text_bytes / 2)
        return;
    struct moving moving = {.at = NULL};
    move_all(&moving, history);
    struct arena fresh = {.blocks = NULL};
    char *room = arena_new(&fresh, moving.bytes + 1);
    if (room == NULL)
        return;
    moving = (struct moving){.at = room};
    move_all(&moving, history);
    arena_clear(&history->texts);
    history->texts = fresh;
    history->text_bytes = moving.bytes;
    history->text_bytes_dead = 0;
}
