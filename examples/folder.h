/* A folder of CSV files as the tables of a strategy. */
#ifndef EXAMPLES_FOLDER_H
#define EXAMPLES_FOLDER_H

#include <libcustomer.h>

#define FOLDER_TABLES 64

/* One file: all entities of a kind, dated attributes of theirs, or events of a kind. */
struct folder_table {
    enum { FOLDER_ENTITIES, FOLDER_DATED, FOLDER_EVENTS } holds;
    int32_t index; /* of the entity or event */
    cstm_table *table;
};

struct folder {
    cstm_strategy *strategy; /* borrowed */
    int n;
    struct folder_table tables[FOLDER_TABLES];
};

/* ENTITY.csv of every entity, ENTITY_dated.csv and EVENT.csv where they are there. What cannot be
 * read is told and ends the program. */
void folder_read(struct folder *folder, cstm_strategy *strategy, const char *directory);
/* A batch over all of them; it has to be freed before them. */
cstm_batch *folder_batch(const struct folder *folder);
const cstm_table *folder_find(const struct folder *folder, cstm_part part, const char *name);
void folder_clear(struct folder *folder);

#endif
