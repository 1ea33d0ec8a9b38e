/* Reads a folder of CSV files by what a strategy says of them: a file is named as an entity or an
 * event, and its first line names keys, attributes and fields, whose types the strategy knows. So
 * one reader serves every strategy, and a column that the strategy does not name is passed over. */
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(cstm_status status, cstm_error **error)
{
    if (status == CSTM_OK)
        return;
    for (const cstm_error *e = *error; e != NULL; e = cstm_error_next(e))
        fprintf(stderr, "%s\n", cstm_error_message(e));
    cstm_error_free(*error);
    exit(1);
}

/* Of an attribute the type that it was declared with; opened_on and closed_on are asked for with
 * their entity in front. */
static cstm_type
attribute_type(const cstm_strategy *strategy, int32_t entity, const char *name)
{
    char own[256];
    int32_t found = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, name);
    if (found < 0) {
        snprintf(own, sizeof own, "%s.%s",
                 cstm_strategy_part_name(strategy, CSTM_PART_ENTITY, entity), name);
        found = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, own);
    }
    return cstm_strategy_part_type(strategy, CSTM_PART_ATTRIBUTE, found);
}

/* A field may have the name of another entity: it stands before keys. */
static cstm_type
column_type(const cstm_strategy *strategy, const struct folder_table *to, const char *name)
{
    int32_t field =
        to->holds == FOLDER_EVENTS ? cstm_strategy_find_field(strategy, to->index, name) : -1;
    if (field >= 0)
        return cstm_strategy_field_type(strategy, to->index, field);
    if (strcmp(name, "id") == 0 || cstm_strategy_find(strategy, CSTM_PART_ENTITY, name) >= 0)
        return CSTM_TYPE_STRING;
    if (strcmp(name, "time") == 0)
        return CSTM_TYPE_TIMESTAMP;
    return to->holds == FOLDER_EVENTS ? CSTM_TYPE_NONE : attribute_type(strategy, to->index, name);
}

/* The columns of the first line that the strategy knows. */
static void
declare_columns(const cstm_strategy *strategy, const struct folder_table *to, cstm_csv *csv,
                char *line)
{
    cstm_error *error;
    for (char *name = strtok(line, ",\r\n"); name != NULL; name = strtok(NULL, ",\r\n")) {
        cstm_type type = column_type(strategy, to, name);
        if (type != CSTM_TYPE_NONE)
            must(cstm_csv_add_column(csv, name, type, &error), &error);
    }
}

static void
read_file(struct folder *folder, struct folder_table to, const char *directory, const char *name,
          const char *suffix)
{
    cstm_error *error;
    cstm_csv *csv;
    char path[4096], line[4096];
    const cstm_strategy *strategy = folder->strategy;
    snprintf(path, sizeof path, "%s/%s%s.csv", directory, name, suffix);
    FILE *file = fopen(path, "r");
    if (file == NULL && to.holds != FOLDER_ENTITIES)
        return;
    if (file == NULL || fgets(line, sizeof line, file) == NULL || folder->n == FOLDER_TABLES) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    must(cstm_csv_new(&csv, &error), &error);
    must(cstm_csv_set_currency(csv, cstm_strategy_currency(strategy), &error), &error);
    must(cstm_csv_set_zone(csv, cstm_strategy_timezone(strategy), &error), &error);
    declare_columns(strategy, &to, csv, line);
    must(cstm_csv_read_file(csv, path, NULL, NULL, NULL, &to.table, NULL, &error), &error);
    cstm_csv_free(csv);
    folder->tables[folder->n++] = to;
}

void
folder_read(struct folder *folder, cstm_strategy *strategy, const char *directory)
{
    *folder = (struct folder){.strategy = strategy};
    for (int32_t i = 0; i < cstm_strategy_count(strategy, CSTM_PART_ENTITY); i++) {
        const char *name = cstm_strategy_part_name(strategy, CSTM_PART_ENTITY, i);
        read_file(folder, (struct folder_table){FOLDER_ENTITIES, i, NULL}, directory, name, "");
        read_file(folder, (struct folder_table){FOLDER_DATED, i, NULL}, directory, name, "_dated");
    }
    for (int32_t i = 0; i < cstm_strategy_count(strategy, CSTM_PART_EVENT); i++)
        read_file(folder, (struct folder_table){FOLDER_EVENTS, i, NULL}, directory,
                  cstm_strategy_part_name(strategy, CSTM_PART_EVENT, i), "");
}

cstm_batch *
folder_batch(const struct folder *folder)
{
    cstm_error *error;
    cstm_batch *batch;
    must(cstm_batch_new(folder->strategy, &batch, &error), &error);
    for (int i = 0; i < folder->n; i++) {
        const struct folder_table *from = &folder->tables[i];
        if (from->holds == FOLDER_ENTITIES)
            must(cstm_batch_add_entities(batch, from->index, from->table, &error), &error);
        else if (from->holds == FOLDER_DATED)
            must(cstm_batch_add_attributes(batch, from->index, from->table, &error), &error);
        else
            must(cstm_batch_add_events(batch, from->index, from->table, &error), &error);
    }
    return batch;
}

const cstm_table *
folder_find(const struct folder *folder, cstm_part part, const char *name)
{
    int32_t index = cstm_strategy_find(folder->strategy, part, name);
    for (int i = 0; i < folder->n; i++)
        if (folder->tables[i].index == index &&
            (folder->tables[i].holds == FOLDER_EVENTS) == (part == CSTM_PART_EVENT) &&
            folder->tables[i].holds != FOLDER_DATED)
            return folder->tables[i].table;
    return NULL;
}

void
folder_clear(struct folder *folder)
{
    for (int i = 0; i < folder->n; i++)
        cstm_table_free(folder->tables[i].table);
    folder->n = 0;
}
