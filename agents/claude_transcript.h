/* Claude Code's record of a session: <config>/projects/<directory>/<id>.jsonl, made at the first
   prompt. <config> is $CLAUDE_CONFIG_DIR or ~/.claude. */
#ifndef AGENTS_CLAUDE_TRANSCRIPT_H
#define AGENTS_CLAUDE_TRANSCRIPT_H

#include <stdbool.h>

/* False when it is certain that session `id` was never prompted: --resume would refuse it. */
bool claude_transcript_exists(const char *const *environment, const char *id);

/* True when the last that was said in session `id` is that the person interrupted the turn. */
bool claude_transcript_is_interrupted(const char *const *environment, const char *id);

#endif
