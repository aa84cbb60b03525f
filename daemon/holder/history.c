#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "packed_line.h"

struct slot {
    uint32_t offset;
    uint32_t length : 30;
    uint32_t packed : 1; /* see packed_line.h */
    uint32_t continues : 1;
};

/* Both are rings. Every line stands in one piece: one that does not fit before the end of `bytes`
   begins at 0 again. */
struct history {
    char *bytes;
    size_t size, size_max;
    struct slot *slots;
    size_t slot_count, slot_max, slot_first; /* slots[slot_first] is line `first` */
    uint64_t first, next;
    struct buffer *line; /* the one being packed or unpacked */
};

struct history *history_new(unsigned lines, size_t bytes, struct error *error)
{
    struct history *history = calloc(1, sizeof *history);
    if (!history || !(history->line = calloc(1, sizeof *history->line))) {
        error_set(error, ERROR_MEMORY, "out of memory");
        history_free(history);
        return NULL;
    }
    history->slot_max = lines < HISTORY_LINES_MAX ? lines : HISTORY_LINES_MAX;
    history->size_max = bytes < HISTORY_BYTES_MAX ? bytes : HISTORY_BYTES_MAX;
    return history;
}

void history_free(struct history *history)
{
    if (!history)
        return;
    buffer_free(history->line);
    free(history->line);
    free(history->bytes);
    free(history->slots);
    free(history);
}

/* An empty line takes a byte too, so that no two lines have the same offset. */
static size_t room_for(size_t length)
{
    return length ? length : 1;
}

static struct slot *slot_of(const struct history *history, uint64_t number)
{
    size_t index = history->slot_first + (size_t)(number - history->first);
    return &history->slots[index < history->slot_count ? index : index - history->slot_count];
}

static void drop_first(struct history *history)
{
    history->first++;
    if (++history->slot_first == history->slot_count)
        history->slot_first = 0;
}

/* Where `length` bytes can be put without touching a kept line; false when there is no such place.
 */
static bool find_place(const struct history *history, size_t length, size_t *offset)
{
    if (history->first == history->next) {
        *offset = 0;
        return length <= history->size;
    }
    size_t begin = slot_of(history, history->first)->offset;
    const struct slot *last = slot_of(history, history->next - 1);
    size_t end = last->offset + room_for(last->length);
    bool wrapped = last->offset < begin;
    *offset = end;
    if (wrapped)
        return end + length <= begin;
    if (end + length <= history->size)
        return true;
    *offset = 0;
    return length <= begin;
}

/* A bigger ring, with the kept lines one behind the other. */
static bool grow_bytes(struct history *history, size_t length)
{
    if (history->size >= history->size_max)
        return false;
    size_t size = history->size ? history->size * 2 : 16384;
    while (size < length)
        size *= 2;
    if (size > history->size_max)
        size = history->size_max;
    char *bytes = malloc(size);
    if (!bytes)
        return false;
    size_t at = 0;
    for (uint64_t number = history->first; number < history->next; number++) {
        struct slot *slot = slot_of(history, number);
        memcpy(bytes + at, history->bytes + slot->offset, slot->length);
        slot->offset = (uint32_t)at;
        at += room_for(slot->length);
    }
    free(history->bytes);
    history->bytes = bytes;
    history->size = size;
    return true;
}

static bool grow_slots(struct history *history)
{
    size_t count = history->slot_count ? history->slot_count * 2 : 256;
    if (count > history->slot_max)
        count = history->slot_max;
    if (count <= history->slot_count)
        return false;
    struct slot *slots = malloc(count * sizeof *slots);
    if (!slots)
        return false;
    for (uint64_t number = history->first; number < history->next; number++)
        slots[number - history->first] = *slot_of(history, number);
    free(history->slots);
    history->slots = slots;
    history->slot_first = 0;
    history->slot_count = count;
    return true;
}

static bool make_room(struct history *history, size_t length, size_t *offset)
{
    if (length > history->size_max || history->slot_max == 0)
        return false;
    if (history->next - history->first == history->slot_count && !grow_slots(history)) {
        if (history->slot_count == 0)
            return false;
        drop_first(history);
    }
    while (!find_place(history, length, offset)) {
        bool full = history->next - history->first >= history->slot_max;
        if (!full && grow_bytes(history, length))
            continue;
        if (history->first == history->next) {
            if (!grow_bytes(history, length))
                return false;
        } else {
            drop_first(history);
        }
    }
    return true;
}

void history_add(struct history *history, const struct history_line *line)
{
    const char *text = line->text;
    size_t offset, length = line->length;
    bool packed = length && memchr(text, '\033', length);
    if (packed) {
        buffer_clear(history->line);
        packed_line_append(history->line, text, length);
        packed = !history->line->failed;
        text = packed ? history->line->data : text;
        length = packed ? history->line->length : length;
    }
    if (!make_room(history, room_for(length), &offset)) {
        history->next++;
        history->first = history->next;
        return;
    }
    if (length)
        memcpy(history->bytes + offset, text, length);
    *slot_of(history, history->next) = (struct slot){.offset = (uint32_t)offset,
                                                     .length = (uint32_t)length & 0x3fffffff,
                                                     .packed = packed,
                                                     .continues = line->continues};
    history->next++;
}

bool history_remove_last(struct history *history)
{
    if (history->first == history->next)
        return false;
    history->next--;
    return true;
}

void history_clear(struct history *history)
{
    history->first = history->next;
    free(history->bytes);
    history->bytes = NULL;
    history->size = 0;
}

uint64_t history_first(const struct history *history)
{
    return history->first;
}

uint64_t history_next(const struct history *history)
{
    return history->next;
}

struct history_line history_get(const struct history *history, uint64_t number)
{
    const struct slot *slot = slot_of(history, number);
    const char *bytes = history->bytes ? history->bytes + slot->offset : "";
    if (!slot->packed)
        return (struct history_line){bytes, slot->length, slot->continues};
    buffer_clear(history->line);
    packed_line_unpack(history->line, bytes, slot->length);
    return (struct history_line){buffer_string(history->line), history->line->length,
                                 slot->continues};
}
