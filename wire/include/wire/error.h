/* The one way in which a function says why it failed. */
#ifndef WIRE_ERROR_H
#define WIRE_ERROR_H

#include <stdbool.h>

/* Stable codes. The names returned by error_code_name() appear in the local API
 * (docs/local-api.md). */
enum error_code {
    ERROR_NONE = 0,
    ERROR_SYSTEM,      /* a system call failed */
    ERROR_MEMORY,      /* out of memory */
    ERROR_INVALID,     /* an argument, option, file or frame is malformed */
    ERROR_NOT_FOUND,   /* no such session, method, agent or file */
    ERROR_AMBIGUOUS,   /* a prefix or name fits several sessions */
    ERROR_EXISTS,      /* the name is taken */
    ERROR_LIMIT,       /* a documented bound was reached */
    ERROR_TIMEOUT,     /* it did not happen in time */
    ERROR_ENDED,       /* the session has ended */
    ERROR_NOT_TAKEN,   /* the agent did not take the prompt */
    ERROR_UNSUPPORTED, /* the agent, system or version cannot do this */
    ERROR_REFUSED,     /* the peer refused: wrong user, wrong version */
    ERROR_CLOSED,      /* the peer went away */
    ERROR_DATABASE,    /* SQLite failed */
    ERROR_NO_PROGRAM,  /* the agent's program is not installed */
};

struct error {
    enum error_code code;
    char message[512]; /* one sentence for a person: what was wrong */
    char fix[256];     /* what to do about it; empty when there is nothing to say */
};

/* Fills `error` (which may be NULL) and returns -1, so that a function can end with
   `return error_set(error, …)`. Messages longer than the field are cut. Clears `fix`. */
int error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set() with ERROR_SYSTEM, and ": strerror(errno)" behind the message. */
int error_set_errno(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds what the person can do about it. Returns -1. */
int error_fix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "notFound" for ERROR_NOT_FOUND and so on; never NULL. Static storage. */
const char *error_code_name(enum error_code code);

/* The code with that name, or ERROR_NONE when there is none. */
enum error_code error_code_from_name(const char *name);

#endif
