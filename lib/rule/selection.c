/* Narrowing: loops without branches, since which rows are open is what no machine can predict. */
#include "rule/selection.h"

int32_t
count_open(const uint8_t *values, const uint8_t *states, int32_t n, uint8_t value)
{
    int32_t open = 0;
    for (int32_t from = 0; from < n; from += 128) {
        const int32_t until = n - from < 128 ? n : from + 128;
        uint8_t some = 0;
        if (states == NULL) {
            for (int32_t i = from; i < until; i++)
                some = (uint8_t) (some + (values[i] ^ value));
        } else {
            for (int32_t i = from; i < until; i++)
                some = (uint8_t) (some + ((values[i] != value) | (states[i] != 0)));
        }
        open += some;
    }
    return open;
}

void
level_narrow(const struct op *op, struct batch *batch, const uint8_t *pick)
{
    struct level *level = &batch->levels[op->level];
    const int32_t rows = batch->rows;
    int32_t n = 0;
    if (level->active) {
        int32_t *index = level->index, *within = level->within;
        for (int32_t i = 0; i < rows; i++) {
            index[n] = index[i];
            within[n] = within[i];
            n += pick[i];
        }
    } else {
        int32_t *index = (int32_t *) (void *) level_buffer(op, batch);
        int32_t *within = index;
        for (int32_t i = 0; i < rows; i++) {
            within[n] = i;
            n += pick[i];
        }
        if (level->base_index != NULL) {
            within = index;
            index += batch->stride;
            for (int32_t i = 0; i < n; i++)
                index[i] = level->base_index[within[i]];
        }
        level->index = index;
        level->within = within;
        level->active = true;
    }
    level->rows = n;
    batch->rows = n;
    batch->index = level->index;
}
