/* The environment an agent gets: the client's, with what would mislead it taken out. */
#ifndef AGENTS_ENVIRONMENT_H
#define AGENTS_ENVIRONMENT_H

#include "agents/agent.h"

#include "string_list.h"

/* Fills `list` with the request's environment and makes it fit the agent's own terminal and
   session: PWD, HAPPY_SESSION_ID and HAPPY_HOLDER_SOCKET are set; on a PTY, COLUMNS and LINES (of
   the client's window) go and TERM is there. */
void environment_fill(struct string_list *list, const struct agent_request *request);

#endif
