/* Why a terminal is no longer attached, and how that is said. */
#ifndef HAPPYCTL_ATTACH_REASON_H
#define HAPPYCTL_ATTACH_REASON_H

#include <stdbool.h>
#include <stddef.h>

enum attach_reason {
    ATTACH_KEY,     /* the detach key */
    ATTACH_SENT,    /* somebody detached it from elsewhere; `text` may tell why */
    ATTACH_EXITED,  /* the agent ended; `value` is its exit status */
    ATTACH_KILLED,  /* a signal ended the agent; `value` is its number */
    ATTACH_LOST,    /* the holder went away without a word */
    ATTACH_HANGUP,  /* this terminal was closed */
    ATTACH_SIGNAL,  /* this program was told to end; `value` is the signal */
    ATTACH_REFUSED, /* the holder did not let it in; `text` tells why */
    ATTACH_GARBLED, /* the holder does not speak our protocol */
    ATTACH_FAILED,  /* this program could not go on; `text` tells why */
};

struct attach_end {
    enum attach_reason reason;
    int value;
    char text[512];
};

/* One sentence for the person, about the session called `name`. */
void attach_end_describe(const struct attach_end *end, const char *name, char *sentence,
                         size_t size);

/* The exit status that goes with it: the agent's own when it ended, 0 for a detach. */
int attach_end_status(const struct attach_end *end);

/* True when the session goes on, as far as is known. */
bool attach_end_goes_on(const struct attach_end *end);

#endif
