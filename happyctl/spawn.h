/* Running another program to its end, and hearing what it said. */
#ifndef HAPPYCTL_SPAWN_H
#define HAPPYCTL_SPAWN_H

#include "wire/buffer.h"
#include "wire/error.h"

/* Runs `arguments` (NULL-terminated; the program is looked up on PATH unless it holds a slash) with
   no standard input and waits for it. What it writes to standard output, or to standard error when
   `output` is NULL, is captured: the first 64 KiB are appended to `output`, or its last line
   becomes the message of `error`. Returns its exit status (128 + signal number when a signal ended
   it); -1 with `error` filled when it could not be run. A status other than 0 fills `error` too. */
int spawn_and_wait(const char *const *arguments, struct buffer *output, struct error *error);

#endif
