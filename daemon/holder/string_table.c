#include "string_table.h"

#include <stdlib.h>
#include <string.h>

/* An out-of-memory leaves the string out of the table instead of ending the process. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct entry {
    UT_hash_handle hh;
    uint16_t number;
    size_t length;
    char bytes[];
};

struct string_table {
    struct entry *by_string;
    struct entry **by_number; /* [0] is not used */
    unsigned last, limit;     /* greatest number in use or free again; most there may be */
    unsigned free_count;      /* numbers up to `last` that are free */
    size_t bytes, bytes_limit;
};

struct string_table *string_table_new(unsigned count, size_t bytes)
{
    struct string_table *table = calloc(1, sizeof *table);
    if (table) {
        table->limit = count;
        table->bytes_limit = bytes;
    }
    return table;
}

static void remove_entry(struct string_table *table, struct entry *entry)
{
    HASH_DEL(table->by_string, entry);
    table->by_number[entry->number] = NULL;
    table->bytes -= entry->length;
    table->free_count++;
    free(entry);
}

void string_table_free(struct string_table *table)
{
    if (!table)
        return;
    for (unsigned number = 1; number <= table->last; number++)
        if (table->by_number[number])
            remove_entry(table, table->by_number[number]);
    free(table->by_number);
    free(table);
}

static uint16_t free_number(struct string_table *table)
{
    if (table->free_count) {
        for (unsigned number = 1; number <= table->last; number++)
            if (!table->by_number[number])
                return (uint16_t)number;
    }
    if (table->last >= table->limit)
        return 0;
    unsigned room = table->last + 1;
    if ((room & (room - 1)) == 0) {
        struct entry **grown = realloc(table->by_number, 2 * room * sizeof(struct entry *));
        if (!grown)
            return 0;
        table->by_number = grown;
    }
    table->by_number[room] = NULL;
    table->last = room;
    table->free_count++;
    return (uint16_t)room;
}

uint16_t string_table_add(struct string_table *table, const char *bytes, size_t length)
{
    struct entry *entry = NULL;
    HASH_FIND(hh, table->by_string, bytes, length, entry);
    if (entry)
        return entry->number;
    if (table->bytes + length > table->bytes_limit)
        return 0;
    uint16_t number = free_number(table);
    if (!number || !(entry = malloc(sizeof *entry + length)))
        return 0;
    entry->number = number;
    entry->length = length;
    memcpy(entry->bytes, bytes, length);
    HASH_ADD_KEYPTR(hh, table->by_string, entry->bytes, length, entry);
    if (!entry->hh.tbl) {
        free(entry);
        return 0;
    }
    table->by_number[number] = entry;
    table->bytes += length;
    table->free_count--;
    return number;
}

const char *string_table_get(const struct string_table *table, uint16_t number, size_t *length)
{
    *length = 0;
    if (number == 0 || number > table->last || !table->by_number[number])
        return "";
    *length = table->by_number[number]->length;
    return table->by_number[number]->bytes;
}

void string_table_sweep(struct string_table *table, const bool *used)
{
    for (unsigned number = 1; number <= table->last; number++)
        if (table->by_number[number] && !used[number])
            remove_entry(table, table->by_number[number]);
}

unsigned string_table_last(const struct string_table *table)
{
    return table->last;
}
