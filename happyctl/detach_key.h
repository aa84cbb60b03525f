/* The keys that leave an attached session: read from a setting, and found in what is typed. Pure.
 */
#ifndef HAPPYCTL_DETACH_KEY_H
#define HAPPYCTL_DETACH_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/buffer.h"
#include "wire/error.h"

#define DETACH_KEY_DEFAULT "C-\\ d"
#define DETACH_KEYS_MAX    2
#define DETACH_KEY_WAIT_MS 40 /* how long the rest of an escape sequence may take to arrive */

/* One key as typed: its character, and whether Control and Alt are held. */
struct key {
    uint32_t character; /* lower case when Control is held */
    bool control, alt;
};

/* Zero-initialised: nothing ever detaches. */
struct detach_key {
    struct key keys[DETACH_KEYS_MAX];
    size_t count;
};

/* Reads one or two keys with a space between them, as tmux writes them: "C-\ d", "C-a C-d", "M-x",
   "C-]"; or "none". The first of two must not be a bare character, which could then not be typed
   any more; neither may a single one. -1 with `error` filled. */
int detach_key_parse(struct detach_key *detach, const char *text, struct error *error);

/* For people: "Ctrl-\ d". At most `size` bytes, NUL included. */
void detach_key_describe(const struct detach_key *detach, char *text, size_t size);

/* Looks for the keys in a stream of bytes. Zero-initialise but for `detach`. */
struct detach_key_matcher {
    const struct detach_key *detach;
    bool extended_keys; /* modified keys may come as escape sequences: set as that changes */
    struct buffer held; /* bytes that may yet turn out to be, or follow, the first key */
    size_t partial;     /* the last bytes of `held`: the start of an escape sequence */
    bool first_pressed;
    bool pasting;         /* between the marks of a bracketed paste, where no key is looked for */
    unsigned paste_match; /* bytes of such a mark seen so far */
};

/* Takes typed bytes. What is for the agent is appended to `agent`. True when the person wants to
   detach: the rest of the bytes is dropped. The first key pressed twice goes to the agent once;
   when another key follows it, both go. */
bool detach_key_feed(struct detach_key_matcher *matcher, const void *bytes, size_t length,
                     struct buffer *agent);

/* True when bytes are held that detach_key_release() must be called for after DETACH_KEY_WAIT_MS
   without more: a lone Escape is a key, too. */
bool detach_key_is_waiting(const struct detach_key_matcher *matcher);
bool detach_key_release(struct detach_key_matcher *matcher, struct buffer *agent);

void detach_key_matcher_clear(struct detach_key_matcher *matcher);

#endif
