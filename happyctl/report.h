/* What happyctl says when something goes wrong, and the exit status that goes with it. */
#ifndef HAPPYCTL_REPORT_H
#define HAPPYCTL_REPORT_H

#include "wire/error.h"

/* Documented in happyctl(1). A foreground session passes on the agent's own status instead. */
enum exit_status {
    STATUS_OK = 0,
    STATUS_FAILURE = 1,
    STATUS_USAGE = 2,
    STATUS_NO_SESSION = 3,
    STATUS_UNREACHABLE = 4,
    STATUS_TIMEOUT = 124,
};

/* Writes "happyctl: <message>" and, when there is one, "  fix: <fix>" to standard error. Returns
   the exit status for the error's code. */
int report_error(const struct error *error);

/* As report_error(), with a sentence and no fix; returns STATUS_USAGE. */
int report_usage(const char *fix, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line on standard error, not an error: "happyctl: <message>". */
void report_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Flushes standard output. Returns `status`, or STATUS_FAILURE, with a message unless the reader
   simply went away, when the output could not be written. */
int report_written(int status);

#endif
