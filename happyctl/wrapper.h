/* happy-claude, happy-codex, happy-gemini: links to happyctl that stand in for the agents' own
   programs, so that `alias claude=happy-claude` just works. */
#ifndef HAPPYCTL_WRAPPER_H
#define HAPPYCTL_WRAPPER_H

struct wrapper;

/* By the name that this program was called by; NULL when it is not a wrapper's. */
const struct wrapper *wrapper_find(const char *called);

/* `words` is argv: everything behind the name goes to the agent. Between two terminals it runs as a
   session; anything else, and what needs no session (--version, a subcommand, a prompt to be
   printed), is the agent's own program in our place. Returns the exit status. */
int wrapper_run(const struct wrapper *wrapper, char **words);

#endif
