/* What `start`, `attach` and `resume` have in common: a session on this terminal, from the line
   that says how to detach to the exit status. */
#ifndef HAPPYCTL_ATTACH_SESSION_H
#define HAPPYCTL_ATTACH_SESSION_H

#include "attach_client.h"
#include "command.h"

/* Attaches the session that `object` describes; `object` is borrowed. `request` needs only what the
   person chose: the socket and the detach key are filled in here. Returns the exit status. */
int attach_session(struct invocation *invocation, struct json_object *object,
                   struct attach_request *request);

/* Says, as an error, that there is no terminal to attach; `instead` tells what to do. */
int attach_needs_terminal(const char *instead);

#endif
