/* The lines of a session, in pages, from happyd's session.history. */
#ifndef HAPPYCTL_HISTORY_PAGER_H
#define HAPPYCTL_HISTORY_PAGER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon_client.h"

struct history_line {
    int64_t number; /* from 0 at the session's start */
    const char *text;
    bool wrapped; /* goes on with the line before */
};

struct history_request {
    const char *session; /* id */
    int64_t first;       /* negative: counted from the end */
    bool colours;
    bool with_screen; /* also what is on the screen now, which may yet change */
};

/* Calls `take` for each line from `request->first` to the last there is; `line` is valid during the
   call. `*next` (may be NULL) becomes the number behind the last line taken. -1 with `error`. */
int history_pager_run(struct daemon_client *client, const struct history_request *request,
                      void (*take)(const struct history_line *line, void *context), void *context,
                      int64_t *next, struct error *error);

#endif
