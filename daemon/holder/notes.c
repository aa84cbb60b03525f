#include "notes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "wire/frame.h"

struct note {
    STAILQ_ENTRY(note) entry;
    uint64_t sequence;
    int64_t at;
    size_t length;
    char bytes[];
};

struct notes {
    STAILQ_HEAD(, note) list;
    uint64_t last;
    size_t count, bytes;
};

struct notes *notes_new(void)
{
    struct notes *notes = calloc(1, sizeof *notes);
    if (notes)
        STAILQ_INIT(&notes->list);
    return notes;
}

static void drop_first(struct notes *notes)
{
    struct note *note = STAILQ_FIRST(&notes->list);
    STAILQ_REMOVE_HEAD(&notes->list, entry);
    notes->count--;
    notes->bytes -= note->length;
    free(note);
}

void notes_free(struct notes *notes)
{
    while (notes && !STAILQ_EMPTY(&notes->list))
        drop_first(notes);
    free(notes);
}

uint64_t notes_add(struct notes *notes, const void *bytes, size_t length, int64_t at,
                   struct error *error)
{
    if (length > FRAME_NOTE_MAX) {
        error_set(error, ERROR_LIMIT, "a note of %zu bytes is longer than %u", length,
                  FRAME_NOTE_MAX);
        return 0;
    }
    if (notes->count >= NOTES_COUNT_MAX || notes->bytes + length > NOTES_BYTES_MAX) {
        error_set(error, ERROR_LIMIT, "%zu notes wait for happyd: no room for another",
                  notes->count);
        return 0;
    }
    struct note *note = malloc(sizeof *note + length);
    if (!note) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return 0;
    }
    note->sequence = ++notes->last;
    note->at = at;
    note->length = length;
    memcpy(note->bytes, bytes, length);
    STAILQ_INSERT_TAIL(&notes->list, note, entry);
    notes->count++;
    notes->bytes += length;
    return note->sequence;
}

void notes_acknowledge(struct notes *notes, uint64_t sequence)
{
    while (!STAILQ_EMPTY(&notes->list) && STAILQ_FIRST(&notes->list)->sequence <= sequence)
        drop_first(notes);
}

void notes_append_frames(const struct notes *notes, uint64_t first, struct buffer *buffer)
{
    const struct note *note;
    STAILQ_FOREACH(note, &notes->list, entry)
    {
        if (note->sequence < first)
            continue;
        size_t mark = frame_begin(buffer, FRAME_NOTE_IS);
        frame_put_u64(buffer, note->sequence);
        frame_put_u64(buffer, (uint64_t)note->at);
        buffer_append(buffer, note->bytes, note->length);
        frame_end(buffer, mark);
    }
}
