#include "closest_word.h"

#include <string.h>

#define LENGTH_MAX 32u /* longer words are compared by their start */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and
   swaps of neighbours each count one. */
static size_t distance_of(const char *a, const char *b)
{
    size_t rows[3][LENGTH_MAX + 1];
    size_t a_length = strnlen(a, LENGTH_MAX), b_length = strnlen(b, LENGTH_MAX);
    size_t *before = rows[0], *previous = rows[1], *current = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        previous[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        current[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t changed = previous[j - 1] + (a[i - 1] != b[j - 1]);
            current[j] = least(changed, least(previous[j], current[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = least(current[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return previous[b_length];
}

void closest_word_consider(struct closest_word *closest, const char *candidate)
{
    size_t length = strlen(closest->word);
    size_t distance = distance_of(closest->word, candidate);
    if (length >= 2 && strncmp(closest->word, candidate, length) == 0)
        distance = 0;
    if (distance > (length + 2) / 3 || (closest->found && distance >= closest->distance))
        return;
    closest->found = candidate;
    closest->distance = distance;
}
