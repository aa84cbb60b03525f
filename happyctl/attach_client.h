/* A terminal attached to a session: a connection to its holder (wire/frame.h), keys one way, what
   the agent shows the other way. happyd has no part in it. */
#ifndef HAPPYCTL_ATTACH_CLIENT_H
#define HAPPYCTL_ATTACH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "attach_reason.h"
#include "detach_key.h"

#define ATTACH_HISTORY_LINES 1000 /* put into the terminal's scrollback at first */

struct attach_request {
    const char *socket; /* of the holder */
    struct detach_key detach;
    uint32_t history_lines;
    bool
        read_only; /* nothing typed reaches the agent, and the size does not follow this terminal */
    bool take_size; /* the size follows this terminal at once, not only when it types */
};

/* Shows the session on the terminal at standard input and output until one of the reasons comes;
   the terminal is then as it was before. Fills `end`. */
void attach_client_run(const struct attach_request *request, struct attach_end *end);

#endif
