/* One dialect a file; agent.c makes the table. */
#ifndef AGENTS_DIALECTS_H
#define AGENTS_DIALECTS_H

#include "agents/agent.h"

#include "string_list.h"

extern const struct agent_dialect claude_dialect;
extern const struct agent_dialect codex_dialect;
extern const struct agent_dialect gemini_dialect;
extern const struct agent_dialect shell_dialect;
extern const struct agent_dialect command_dialect;

/* SIGTERM, upon which a well-behaved agent writes its files out, then the end of its terminal. */
extern const struct agent_stop_step stop_by_sigterm[];

/* The end of every prepare: hands both lists over to `launch`. -1 when memory ran out. */
int launch_finish(struct agent_launch *launch, struct string_list *arguments,
                  struct string_list *environment, struct error *error);

#endif
