/* Gemini CLI's session files: ~/.gemini/tmp/<project>/chats/session-<time>-<id's start>.jsonl (one
   JSON document in a .json before 0.4x), made at the first prompt. The first line has sessionId and
   startTime; <project>/.project_root names the directory. */
#ifndef AGENTS_GEMINI_CHATS_H
#define AGENTS_GEMINI_CHATS_H

#include "agents/agent.h"

/* As agent_dialect.find_native_id: for versions whose id cannot be chosen, and for sessions that
   the person chose. */
char *gemini_find_native_id(const struct agent_request *request, int64_t started_at, int pid);

/* False when it is certain that session `id` has no chat: --resume would refuse it. */
bool gemini_chat_exists(const char *const *environment, const char *id);

#endif
