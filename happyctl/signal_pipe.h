/* Signals as bytes on a pipe, so that poll(2) sees them beside everything else. */
#ifndef HAPPYCTL_SIGNAL_PIPE_H
#define HAPPYCTL_SIGNAL_PIPE_H

#include "wire/error.h"

/* Catches `signals` (a list ended by 0) from now on and returns the descriptor to poll; each signal
   is one byte, its number. -1 with `error` filled. One list at a time. */
int signal_pipe_open(const int *signals, struct error *error);

/* The next signal number, or 0 when there is none now. */
int signal_pipe_next(void);

/* The signals do again what they usually do. */
void signal_pipe_close(void);

#endif
