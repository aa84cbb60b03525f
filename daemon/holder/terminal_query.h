/* Sequences that ask a terminal something, and the answers of this one, given while no terminal is
   attached that could. */
#ifndef HOLDER_TERMINAL_QUERY_H
#define HOLDER_TERMINAL_QUERY_H

#include "screen.h"

/* True when a terminal would answer this sequence; `csi` as in screen_feed(). When `answer` is not
   NULL the answer is appended to it: nothing for what this terminal does not know, as terminals do.
   */
bool terminal_query_answer(const struct screen *screen, const struct sequence *sequence,
                           const struct control_sequence *csi, struct buffer *answer);

#endif
