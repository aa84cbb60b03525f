/* Splits what a program writes to its terminal into text, control characters and whole control
   sequences (ECMA-48; the UTF-8 rules of xterm: no 8-bit controls). It does not matter at which
   bytes the stream was cut into reads: the same sequences come out. */
#ifndef HOLDER_SEQUENCE_SCANNER_H
#define HOLDER_SEQUENCE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/buffer.h"

/* A longer string sequence (an image, a clipboard) is passed on in parts instead of being kept. */
#define SEQUENCE_LENGTH_MAX 8192u

enum sequence_kind {
    SEQUENCE_TEXT,    /* printable bytes, whole UTF-8 characters; invalid bytes as they came */
    SEQUENCE_CONTROL, /* one C0 control character or DEL */
    SEQUENCE_ESCAPE,  /* ESC, intermediates, final byte */
    SEQUENCE_CSI,     /* ESC [ … final byte; a control character inside it was passed on before */
    SEQUENCE_OSC,     /* ESC ] … BEL or ST */
    SEQUENCE_DCS,     /* ESC P … ST */
    SEQUENCE_STRING,  /* APC, PM or SOS … ST */
    SEQUENCE_STRING_PART, /* of a string that is too long to be kept; has no meaning here */
    SEQUENCE_ABORTED,     /* cut off by CAN, SUB or another ESC, or malformed: has no meaning */
};

struct sequence {
    enum sequence_kind kind;
    const char *bytes;
    size_t length;
};

struct sequence_scanner {
    int state; /* private */
    enum sequence_kind kind;
    bool overlong;      /* inside a string of which parts have been passed on */
    struct buffer tail; /* the unfinished sequence or character */
};

/* Receives each sequence in order; `bytes` are valid during the call only. */
typedef void sequence_sink(const struct sequence *sequence, void *context);

void sequence_scanner_feed(struct sequence_scanner *scanner, const char *bytes, size_t length,
                           sequence_sink *sink, void *context);

/* A zero-initialised scanner is ready; this frees what it kept. */
void sequence_scanner_clear(struct sequence_scanner *scanner);

/* The characters between introducer and terminator of an OSC, DCS or STRING sequence. */
const char *sequence_string(const struct sequence *sequence, size_t *length);

#endif
