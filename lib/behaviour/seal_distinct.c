/* What sealing leaves for counts of different values: of each value one event, the earliest, as long
 * as there are few; of many the DISTINCT_EXACT + 1 of the least hashes, which say that there are
 * many, and those that fill a register of HyperLogLog to its maximum. So a day, or all of history,
 * leaves at most 257 + 1024 events, and what they leave of a union is what the union leaves. */
#include "behaviour/seal.h"

static bool
is_less(const struct hashed_event *a, const struct hashed_event *b)
{
    return a->hash != b->hash ? a->hash < b->hash : a->place < b->place;
}

static void
sift(struct hashed_event *events, int32_t root, int32_t n)
{
    for (int32_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && is_less(&events[child], &events[child + 1]))
            child++;
        if (!is_less(&events[root], &events[child]))
            return;
        struct hashed_event swap = events[root];
        events[root] = events[child];
        events[child] = swap;
    }
}

/* In place and without memory. */
static void
sort(struct hashed_event *events, int32_t n)
{
    for (int32_t i = n / 2 - 1; i >= 0; i--)
        sift(events, i, n);
    for (int32_t end = n - 1; end > 0; end--) {
        struct hashed_event swap = events[0];
        events[0] = events[end];
        events[end] = swap;
        sift(events, 0, end);
    }
}

void
mark_distinct(struct hashed_event *events, int32_t n, uint8_t *marks)
{
    uint8_t ranks[1 << DISTINCT_LOG_REGISTERS] = {0};
    int32_t holders[1 << DISTINCT_LOG_REGISTERS], values = 0;
    memset(holders, -1, sizeof holders);
    sort(events, n);
    for (int32_t i = 0; i < n; i++) {
        if (i > 0 && events[i].hash == events[i - 1].hash)
            continue;
        uint8_t rank;
        int32_t of = distinct_register(events[i].hash, &rank);
        bool first = values++ <= DISTINCT_EXACT;
        if (first)
            marks[events[i].place] = 1;
        if (rank > ranks[of]) {
            ranks[of] = rank;
            holders[of] = first ? -1 : events[i].place;
        }
    }
    for (int32_t i = 0; values > DISTINCT_EXACT && i < 1 << DISTINCT_LOG_REGISTERS; i++)
        if (holders[i] >= 0)
            marks[holders[i]] = 1;
}
