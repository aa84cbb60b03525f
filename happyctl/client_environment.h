/* The environment that an agent gets: that of the shell in which it was started. */
#ifndef HAPPYCTL_CLIENT_ENVIRONMENT_H
#define HAPPYCTL_CLIENT_ENVIRONMENT_H

#include "arguments.h"
#include "wire/json.h"

/* This process's environment as a JSON array of "K=V", without the variables that name this
   terminal window and not the agent's, and without values that are not UTF-8 and so cannot be sent;
   then the
   `--env` options of `arguments`, in their order. NULL with `error` filled when one of these is not
   K=V. */
struct json_object *client_environment(const struct arguments *arguments, struct error *error);

#endif
