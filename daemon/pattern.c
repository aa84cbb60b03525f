#include "pattern.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pattern_syntax.h"
#include "wire/utf8.h"

/* The states of Thompson's construction: "Regular Expression Search Algorithm", 1968. */
enum { STATE_SET, STATE_SPLIT, STATE_ASSERTION, STATE_FOUND };

struct state {
    uint8_t kind;
    uint8_t assertion;
    uint16_t set;
    uint16_t next, other; /* `other` of a split */
};

struct pattern {
    struct pattern_syntax *syntax; /* its sets are used here */
    struct state *states;
    size_t count, room;
    uint16_t first;
    /* Of a search: the states of this character and of the next one, and those still to be looked
       at. */
    uint16_t *now, *then, *open;
    uint32_t *seen; /* the last round in which the state was entered */
    uint32_t round;
};

/* Each atom, group and repetition makes at most two states for every time it is repeated. */
#define STATES_MAX (2u * PATTERN_ATOMS_MAX + 2u)

static uint16_t add_state(struct pattern *pattern, struct state state)
{
    pattern->states[pattern->count] = state;
    return (uint16_t)pattern->count++;
}

static uint16_t build(struct pattern *pattern, const struct pattern_node *node, uint16_t next);

static uint16_t build_repeated(struct pattern *pattern, const struct pattern_node *node,
                               uint16_t next)
{
    uint16_t entry = next;
    if (node->most < 0) {
        entry = add_state(pattern, (struct state){.kind = STATE_SPLIT, .other = next});
        uint16_t body = build(pattern, node->left, entry);
        pattern->states[entry].next = body;
    }
    for (int i = node->least; i < node->most; i++) {
        uint16_t body = build(pattern, node->left, entry);
        entry =
            add_state(pattern, (struct state){.kind = STATE_SPLIT, .next = body, .other = next});
    }
    for (int i = 0; i < node->least; i++)
        entry = build(pattern, node->left, entry);
    return entry;
}

/* Returns the state to enter for what `node` stands for, which goes on at `next`. */
static uint16_t build(struct pattern *pattern, const struct pattern_node *node, uint16_t next)
{
    switch (node->kind) {
    case PATTERN_SET:
        return add_state(pattern,
                         (struct state){.kind = STATE_SET, .set = node->set, .next = next});
    case PATTERN_ASSERTION:
        return add_state(
            pattern,
            (struct state){.kind = STATE_ASSERTION, .assertion = node->assertion, .next = next});
    case PATTERN_SEQUENCE:
        return build(pattern, node->left, build(pattern, node->right, next));
    case PATTERN_EITHER: {
        uint16_t left = build(pattern, node->left, next);
        uint16_t right = build(pattern, node->right, next);
        return add_state(pattern,
                         (struct state){.kind = STATE_SPLIT, .next = left, .other = right});
    }
    case PATTERN_REPEATED:
        return build_repeated(pattern, node, next);
    case PATTERN_EMPTY:
        break;
    }
    return next;
}

struct pattern *pattern_new(const char *text, struct error *error)
{
    struct pattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    pattern->syntax = pattern_syntax_read(text, error);
    if (!pattern->syntax) {
        pattern_free(pattern);
        return NULL;
    }
    size_t room = 2 * pattern->syntax->atoms + 2;
    pattern->states = calloc(room, sizeof *pattern->states);
    pattern->now = calloc(room, sizeof *pattern->now);
    pattern->then = calloc(room, sizeof *pattern->then);
    pattern->open = calloc(2 * room, sizeof *pattern->open);
    pattern->seen = calloc(room, sizeof *pattern->seen);
    if (!pattern->states || !pattern->now || !pattern->then || !pattern->open || !pattern->seen) {
        pattern_free(pattern);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    uint16_t found = add_state(pattern, (struct state){.kind = STATE_FOUND});
    pattern->first = build(pattern, pattern->syntax->whole, found);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    pattern_syntax_free(pattern->syntax);
    free(pattern->states);
    free(pattern->now);
    free(pattern->then);
    free(pattern->open);
    free(pattern->seen);
    free(pattern);
}

static bool is_word(int character)
{
    return character >= 0 && character < 128 && (isalnum(character) || character == '_');
}

/* `before` and `behind` are the characters on both sides of the place; -1 outside of the line. */
static bool holds(enum pattern_assertion assertion, int before, int behind)
{
    bool word_before = is_word(before), word_behind = is_word(behind);
    switch (assertion) {
    case PATTERN_LINE_START:
        return before < 0;
    case PATTERN_LINE_END:
        return behind < 0;
    case PATTERN_WORD_START:
        return !word_before && word_behind;
    case PATTERN_WORD_END:
        return word_before && !word_behind;
    case PATTERN_WORD_EDGE:
        return word_before != word_behind;
    case PATTERN_NO_WORD_EDGE:
        return word_before == word_behind;
    }
    return false;
}

/* Adds the state and all that are reached from it without a character to the list. True when the
   pattern is found. */
static bool enter(struct pattern *pattern, uint16_t state, int before, int behind, uint16_t *list,
                  size_t *count, unsigned long *steps)
{
    size_t open = 0;
    pattern->open[open++] = state;
    while (open > 0) {
        uint16_t number = pattern->open[--open];
        const struct state *at = &pattern->states[number];
        ++*steps;
        if (pattern->seen[number] == pattern->round)
            continue;
        pattern->seen[number] = pattern->round;
        if (at->kind == STATE_FOUND)
            return true;
        if (at->kind == STATE_SET)
            list[(*count)++] = number;
        else if (at->kind == STATE_SPLIT)
            pattern->open[open++] = at->other;
        if (at->kind == STATE_SPLIT ||
            (at->kind == STATE_ASSERTION && holds(at->assertion, before, behind)))
            pattern->open[open++] = at->next;
    }
    return false;
}

static void next_round(struct pattern *pattern)
{
    if (++pattern->round == 0) {
        memset(pattern->seen, 0, pattern->count * sizeof *pattern->seen);
        pattern->round = 1;
    }
}

/* False when they did not do. */
static bool spend(unsigned long *steps, unsigned long taken)
{
    bool enough = taken <= *steps;
    *steps -= enough ? taken : *steps;
    return enough;
}

/* The character at the start of the text, and its bytes; -1 at the end. */
static int read_character(const char *text, size_t length, size_t *size)
{
    uint32_t character;
    *size = length ? utf8_decode(text, length, &character) : 0;
    return length ? (int)character : -1;
}

enum pattern_result pattern_search(struct pattern *pattern, const char *line, size_t length,
                                   unsigned long *steps)
{
    const char *end = line + length;
    size_t count = 0, size, next_size;
    int before = -1, here = read_character(line, length, &size);
    next_round(pattern);
    for (;;) {
        unsigned long taken = 1;
        size_t next_count = 0;
        bool found = enter(pattern, pattern->first, before, here, pattern->now, &count, &taken);
        line += size;
        int beyond = read_character(line, (size_t)(end - line), &next_size);
        next_round(pattern);
        for (size_t j = 0; !found && here >= 0 && j < count; j++) {
            const struct state *state = &pattern->states[pattern->now[j]];
            const struct pattern_set *set = &pattern->syntax->sets[state->set];
            taken += 1u + set->count;
            found = pattern_set_has(pattern->syntax, set, (uint32_t)here) &&
                    enter(pattern, state->next, here, beyond, pattern->then, &next_count, &taken);
        }
        bool enough = spend(steps, taken);
        if (found || !enough || here < 0)
            return found ? PATTERN_FOUND : enough ? PATTERN_ABSENT : PATTERN_COSTLY;
        uint16_t *list = pattern->now;
        pattern->now = pattern->then;
        pattern->then = list;
        count = next_count;
        before = here;
        here = beyond;
        size = next_size;
    }
}
