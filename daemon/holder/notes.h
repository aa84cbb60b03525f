/* What the agent's hooks told, until happyd has it on its disk. */
#ifndef HOLDER_NOTES_H
#define HOLDER_NOTES_H

#include <stddef.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"

#define NOTES_COUNT_MAX 512u
#define NOTES_BYTES_MAX (4u * 1024u * 1024u)

struct notes;

/* NULL when memory runs out. */
struct notes *notes_new(void);
void notes_free(struct notes *notes);

/* Keeps a copy. Returns its sequence number, from 1; 0 with `error` filled when there are too many
   or memory runs out. */
uint64_t notes_add(struct notes *notes, const void *bytes, size_t length, int64_t at,
                   struct error *error);

/* Drops the notes up to that sequence number. */
void notes_acknowledge(struct notes *notes, uint64_t sequence);

/* Appends NOTE_IS frames of all kept notes from that sequence number on. */
void notes_append_frames(const struct notes *notes, uint64_t first, struct buffer *buffer);

#endif
