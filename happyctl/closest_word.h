/* Finds what a misspelt word was meant to be. Pure. */
#ifndef HAPPYCTL_CLOSEST_WORD_H
#define HAPPYCTL_CLOSEST_WORD_H

#include <stddef.h>

/* Set `word`; consider each candidate; `found` is then the closest one, or NULL when none is close.
   Candidates are borrowed. */
struct closest_word {
    const char *word;
    const char *found;
    size_t distance;
};

void closest_word_consider(struct closest_word *closest, const char *candidate);

#endif
