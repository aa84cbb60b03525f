/* What a hook of Claude Code says. */
#ifndef AGENTS_CLAUDE_NOTE_H
#define AGENTS_CLAUDE_NOTE_H

#include "agents/agent.h"

/* Reads a hook's payload: one JSON object, as Claude Code's documentation of hooks describes.
   Anything else is AGENT_NOTE_OTHER. */
void claude_read_note(const char *bytes, size_t length, struct agent_note *note);

#endif
