/* Checks of what happyd and the agents need, each with what mends it. */
#ifndef HAPPYCTL_DOCTOR_H
#define HAPPYCTL_DOCTOR_H

#include <stdbool.h>

#include "os/paths.h"
#include "wire/json.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FAILURE };

struct doctor {
    const struct paths *paths;
    struct json_object *checks; /* what was found: {"check", "level", "message", "fix"?} */
    bool failed;
};

/* Runs all checks and prints what they found. True when nothing failed. */
bool doctor_run(struct doctor *doctor, bool json);

/* Adds a finding of the check `check`. `fix` may be NULL. */
void doctor_add(struct doctor *doctor, const char *check, enum doctor_level level, const char *fix,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The checks. */
void doctor_check_daemon(struct doctor *doctor);
void doctor_check_files(struct doctor *doctor);
void doctor_check_service(struct doctor *doctor);
void doctor_check_agents(struct doctor *doctor);
void doctor_check_terminal(struct doctor *doctor);

#endif
