/* The delivery of a prompt: wait until the agent is ready for it, paste it, press Enter, and know
   that the agent took it. docs/architecture.md tells how that is known for each agent. */
#ifndef DAEMON_PROMPT_H
#define DAEMON_PROMPT_H

#include "session_wait.h"

/* Delivers the call's `text`, behind the prompts that the session still has to deliver, and answers
   the call. */
void prompt_deliver(struct api_call *call, const char *text, bool submit, int64_t timeout_ms);

/* What is typed for a text: newlines as a terminal sends them, other control characters left out,
   so that no text can end the paste or press a key; within the marks of a paste when `bracketed`.
 */
void prompt_paste(struct buffer *bytes, const char *text, bool bracketed);

#endif
