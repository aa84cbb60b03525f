/* How a pattern is written: read into a tree. Used by pattern.c alone. */
#ifndef DAEMON_PATTERN_SYNTAX_H
#define DAEMON_PATTERN_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/error.h"

enum pattern_node_kind {
    PATTERN_EMPTY,
    PATTERN_SET, /* one character out of a set */
    PATTERN_ASSERTION,
    PATTERN_SEQUENCE, /* left, then right */
    PATTERN_EITHER,   /* left or right */
    PATTERN_REPEATED, /* left, `least` to `most` times */
};

enum pattern_assertion {
    PATTERN_LINE_START,
    PATTERN_LINE_END,
    PATTERN_WORD_START,
    PATTERN_WORD_END,
    PATTERN_WORD_EDGE,
    PATTERN_NO_WORD_EDGE,
};

struct pattern_node {
    uint8_t kind, assertion;
    uint16_t set;
    int least, most; /* `most` -1: for ever */
    size_t atoms;    /* how many nodes it is when all repetitions are written out */
    struct pattern_node *left, *right;
};

/* Of its ranges, which hold what is not ASCII: those from `first` on. */
struct pattern_set {
    uint64_t ascii[2];
    uint16_t first, count;
    bool inverted; /* all characters beyond ASCII but those in the ranges */
};

struct pattern_range {
    uint32_t from, to;
};

struct pattern_syntax {
    struct pattern_node *nodes, *whole;
    size_t count;
    size_t atoms; /* of the whole */
    struct pattern_set *sets;
    struct pattern_range *ranges;
    uint16_t set_count, range_count;
};

/* NULL with `error` filled. */
struct pattern_syntax *pattern_syntax_read(const char *text, struct error *error);
void pattern_syntax_free(struct pattern_syntax *syntax);

static inline bool pattern_set_has(const struct pattern_syntax *syntax,
                                   const struct pattern_set *set, uint32_t character)
{
    if (character < 128)
        return set->ascii[character / 64] >> character % 64 & 1;
    const struct pattern_range *range = syntax->ranges + set->first;
    unsigned left = set->count;
    while (left > 0 && (character < range->from || character > range->to))
        left--, range++;
    return (left > 0) != set->inverted;
}

#endif
