/* The person's terminal: raw while an agent is shown on it, and as it was before in every way of
   leaving, a crash of this program included. */
#ifndef HAPPYCTL_TERMINAL_H
#define HAPPYCTL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "terminal_modes.h"
#include "wire/error.h"

struct terminal;

/* True when standard input and standard output are both terminals. */
bool terminal_is_there(void);

/* Size of the terminal at standard output; 80x24 when it does not tell. */
void terminal_size(uint16_t *columns, uint16_t *rows);

/* Opens the terminal at standard input and output, without changing it. NULL with `error`. One can
   be open at a time. */
struct terminal *terminal_new(struct error *error);

/* Leaves it if it was entered, and frees. */
void terminal_free(struct terminal *terminal);

/* Raw mode. Entering again after this process was stopped puts raw mode back. -1 with `error`. */
int terminal_enter(struct terminal *terminal, struct error *error);

/* Gives the terminal back as it was: modes, settings, unread input thrown away. Does nothing when
   it is not entered. */
void terminal_leave(struct terminal *terminal);

/* To be told when the terminal's size has changed. */
void terminal_resized(struct terminal *terminal);

/* For poll(2). */
int terminal_input(const struct terminal *terminal);
int terminal_output(const struct terminal *terminal);

const struct terminal_modes *terminal_modes(const struct terminal *terminal);

/* Neither blocks: bytes read or written; 0 when there is nothing to read, or no room to write, now;
   -1 when the terminal is gone. What could not be written is to be given again next time, with more
   behind it or not: its modes are known from the moment it might be written, so that a crash undoes
   them. */
ssize_t terminal_read(struct terminal *terminal, void *bytes, size_t size);
ssize_t terminal_write(struct terminal *terminal, const void *bytes, size_t length);

#endif
