/* The titles that a program gave its terminal: OSC 0, 1 and 2, and the stack of CSI 22 t and
   CSI 23 t. */
#ifndef HOLDER_TERMINAL_TITLES_H
#define HOLDER_TERMINAL_TITLES_H

#include <stddef.h>

#include "wire/buffer.h"

#define TERMINAL_TITLE_MAX       1024u /* bytes kept of a title */
#define TERMINAL_TITLE_STACK_MAX 10u   /* xterm keeps as many */

/* Zero-initialised, it is empty and valid. */
struct terminal_titles {
    char *title, *icon; /* NULL: never set */
    char *stack[TERMINAL_TITLE_STACK_MAX];
    unsigned depth;
};

/* `command` is the number of the OSC sequence; others than 0 to 2 are ignored. Control characters
   become spaces. */
void terminal_titles_note(struct terminal_titles *titles, unsigned command, const char *text,
                          size_t length);

/* The first parameter of CSI … t: 22 puts the title on the stack, 23 takes it from there. */
void terminal_titles_note_stack(struct terminal_titles *titles, unsigned operation);
void terminal_titles_forget_stack(struct terminal_titles *titles);

/* Never NULL. */
const char *terminal_titles_get(const struct terminal_titles *titles);

/* Appends the sequences that set the same titles elsewhere. */
void terminal_titles_append(const struct terminal_titles *titles, struct buffer *buffer);

void terminal_titles_clear(struct terminal_titles *titles);

#endif
