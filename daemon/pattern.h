/* POSIX extended regular expressions, searched for in time proportional to the text: regcomp(3) and
   regexec(3) take seconds for short patterns, which a daemon has not got. Pattern and text are
   UTF-8, an ill-formed byte counts as U+FFFD; ranges go by code points, classes hold ASCII only.
   Back-references are refused; \w \W \s \S \b \B \< \> are known, as to GNU programs. */
#ifndef DAEMON_PATTERN_H
#define DAEMON_PATTERN_H

#include <stddef.h>

#include "wire/error.h"

#define PATTERN_LENGTH_MAX 1024
#define PATTERN_DEPTH_MAX  50   /* groups within groups */
#define PATTERN_COUNT_MAX  255  /* in {m,n}: RE_DUP_MAX of POSIX */
#define PATTERN_ATOMS_MAX  2000 /* with those that {m,n} repeats */

struct pattern;

/* NULL with `error` filled: ERROR_INVALID tells what is wrong with it. */
struct pattern *pattern_new(const char *text, struct error *error);
void pattern_free(struct pattern *pattern);

enum pattern_result { PATTERN_ABSENT, PATTERN_FOUND, PATTERN_COSTLY };

/* Looks for the pattern in one line. `*steps` is how many steps it may take, of some nanoseconds
   each, and is lowered by those it took; PATTERN_COSTLY when they did not do. */
enum pattern_result pattern_search(struct pattern *pattern, const char *line, size_t length,
                                   unsigned long *steps);

#endif
