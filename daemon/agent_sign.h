/* What the screen of an agent says by the signs that its dialect knows. */
#ifndef DAEMON_AGENT_SIGN_H
#define DAEMON_AGENT_SIGN_H

#include "agents/agent.h"
#include "wire/frame.h"

enum agent_sign {
    AGENT_SIGN_NONE,
    AGENT_SIGN_READY,    /* its input line is there and empty */
    AGENT_SIGN_QUESTION, /* a question waits for a person */
};

/* Reads a screen that was asked for with colours. Suggestions in an empty input line are faint (SGR
   2), which is how they are told from what somebody has typed there. */
enum agent_sign agent_sign_read(const struct agent_dialect *dialect, struct frame_string screen);

/* Appends the screen's text without the faint part of it. */
void agent_sign_append_typed(struct buffer *typed, struct frame_string screen);

#endif
