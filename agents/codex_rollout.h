/* Codex's session files: $CODEX_HOME/sessions/YYYY/MM/DD/rollout-<local time>-<id>.jsonl, made at
   the first prompt. Their first line is {"type":"session_meta","payload":{id, cwd, timestamp …}}.
 */
#ifndef AGENTS_CODEX_ROLLOUT_H
#define AGENTS_CODEX_ROLLOUT_H

#include "agents/agent.h"

/* As agent_dialect.find_native_id: the id in the file that the process tree of `pid` holds open,
   else in the earliest one of that directory since `started_at`. */
char *codex_find_native_id(const struct agent_request *request, int64_t started_at, int pid);

#endif
