/* The colours that a program changed in its terminal: OSC 4 (palette), 10, 11 and 12 (foreground,
   background, cursor), and their resets OSC 104 and 110 to 112. */
#ifndef HOLDER_COLOUR_CHANGES_H
#define HOLDER_COLOUR_CHANGES_H

#include <stddef.h>

#include "wire/buffer.h"

#define COLOUR_NAME_MAX 64u /* bytes of a colour's name; a change to a longer one is ignored */

/* Zero-initialised, it is empty and valid. */
struct colour_changes {
    char **names; /* private */
};

/* `command` is the number of the OSC sequence, [at, end) what follows its first semicolon. Commands
   that have nothing to do with colours are ignored. */
void colour_changes_note(struct colour_changes *changes, unsigned command, const char *at,
                         const char *end);

/* The name given by OSC 10, 11 or 12, or NULL. */
const char *colour_changes_get(const struct colour_changes *changes, unsigned command);

/* Appends the sequences that make the same changes elsewhere. */
void colour_changes_append(const struct colour_changes *changes, struct buffer *buffer);

void colour_changes_clear(struct colour_changes *changes);

#endif
