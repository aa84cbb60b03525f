/* The parts of a CSI sequence (ECMA-48, 5.4). */
#ifndef HOLDER_CONTROL_SEQUENCE_H
#define HOLDER_CONTROL_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "sequence_scanner.h"

#define CONTROL_SEQUENCE_PARAMETERS_MAX 32u     /* further ones are ignored, as terminals do */
#define CONTROL_SEQUENCE_MISSING        0xffffu /* a parameter that was left out */
#define CONTROL_SEQUENCE_VALUE_MAX      0x7fffu /* greater values are cut to this one */

struct control_sequence {
    char leader;       /* one of < = > ?, or 0 */
    char intermediate; /* the last one, or 0 */
    char final;
    unsigned count; /* of parameters; at least 1 */
    uint16_t parameters[CONTROL_SEQUENCE_PARAMETERS_MAX];
    bool joined[CONTROL_SEQUENCE_PARAMETERS_MAX]; /* by a colon to the one before */
};

/* False when the sequence is not well-formed: then it has no effect. */
bool control_sequence_parse(const struct sequence *sequence, struct control_sequence *parsed);

/* The parameter, or `fallback` when it is missing. */
unsigned control_sequence_get(const struct control_sequence *parsed, unsigned index,
                              unsigned fallback);

/* Names a kind of CSI sequence for a switch or a table: leader, intermediate and final byte. */
#define CSI_KEY(leader, intermediate, final)                                                       \
    ((unsigned)(leader) << 16 | (unsigned)(intermediate) << 8 | (unsigned)(final))
static inline unsigned control_sequence_key(const struct control_sequence *parsed)
{
    return CSI_KEY((unsigned char)parsed->leader, (unsigned char)parsed->intermediate,
                   (unsigned char)parsed->final);
}

#endif
