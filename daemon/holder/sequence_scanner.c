#include "sequence_scanner.h"

#include "wire/utf8.h"

enum {
    GROUND,
    CHARACTER, /* inside a UTF-8 character */
    ESCAPE,
    CSI,
    STRING,
    STRING_ESCAPE, /* ESC inside a string: ST, or the end of the string */
};

enum { ESC = 0x1b, CAN = 0x18, SUB = 0x1a, BEL = 0x07, DEL = 0x7f };

static void emit(struct sequence_scanner *scanner, enum sequence_kind kind, sequence_sink *sink,
                 void *context)
{
    struct sequence sequence = {kind, buffer_string(&scanner->tail), scanner->tail.length};
    if (sequence.length)
        sink(&sequence, context);
    buffer_clear(&scanner->tail);
}

static void end_string(struct sequence_scanner *scanner, enum sequence_kind kind,
                       sequence_sink *sink, void *context)
{
    emit(scanner, scanner->overlong ? SEQUENCE_STRING_PART : kind, sink, context);
    scanner->overlong = false;
    scanner->state = GROUND;
}

static void begin_escape(struct sequence_scanner *scanner)
{
    buffer_append_byte(&scanner->tail, ESC);
    scanner->state = ESCAPE;
}

static void in_escape(struct sequence_scanner *scanner, unsigned char byte, sequence_sink *sink,
                      void *context)
{
    buffer_append_byte(&scanner->tail, (char)byte);
    if (scanner->tail.length == 2) {
        scanner->state = STRING;
        switch (byte) {
        case '[':
            scanner->state = CSI;
            return;
        case ']':
            scanner->kind = SEQUENCE_OSC;
            return;
        case 'P':
            scanner->kind = SEQUENCE_DCS;
            return;
        case '_':
        case '^':
        case 'X':
            scanner->kind = SEQUENCE_STRING;
            return;
        default:
            scanner->state = ESCAPE;
        }
    }
    bool intermediate = byte >= 0x20 && byte <= 0x2f;
    if (intermediate && scanner->tail.length < 16)
        return;
    emit(scanner, intermediate || byte > DEL ? SEQUENCE_ABORTED : SEQUENCE_ESCAPE, sink, context);
    scanner->state = GROUND;
}

static void in_csi(struct sequence_scanner *scanner, unsigned char byte, sequence_sink *sink,
                   void *context)
{
    buffer_append_byte(&scanner->tail, (char)byte);
    if (byte >= 0x40 && byte < DEL) {
        emit(scanner, scanner->overlong ? SEQUENCE_ABORTED : SEQUENCE_CSI, sink, context);
    } else if (byte < DEL) {
        if (scanner->tail.length < SEQUENCE_LENGTH_MAX)
            return;
        scanner->overlong = true;
        emit(scanner, SEQUENCE_ABORTED, sink, context);
        return;
    } else {
        emit(scanner, SEQUENCE_ABORTED, sink, context);
    }
    scanner->overlong = false;
    scanner->state = GROUND;
}

static void in_string(struct sequence_scanner *scanner, unsigned char byte, sequence_sink *sink,
                      void *context)
{
    if (scanner->state == STRING_ESCAPE && byte != '\\') {
        /* The ESC began something else. */
        end_string(scanner, SEQUENCE_ABORTED, sink, context);
        begin_escape(scanner);
        in_escape(scanner, byte, sink, context);
        return;
    }
    if (scanner->state == STRING_ESCAPE)
        buffer_append_byte(&scanner->tail, ESC);
    buffer_append_byte(&scanner->tail, (char)byte);
    if (scanner->state == STRING_ESCAPE || (byte == BEL && scanner->kind == SEQUENCE_OSC)) {
        end_string(scanner, scanner->kind, sink, context);
    } else if (scanner->tail.length >= SEQUENCE_LENGTH_MAX) {
        scanner->overlong = true;
        emit(scanner, SEQUENCE_STRING_PART, sink, context);
    }
}

/* The ESC of STRING_ESCAPE is not in the tail until it is known whose it is: a string that is cut
   off ends before it. */
static void handle_escape_byte(struct sequence_scanner *scanner, sequence_sink *sink, void *context)
{
    if (scanner->state == STRING) {
        scanner->state = STRING_ESCAPE;
        return;
    }
    end_string(scanner, SEQUENCE_ABORTED, sink, context);
    begin_escape(scanner);
}

static void cancel(struct sequence_scanner *scanner, unsigned char byte, sequence_sink *sink,
                   void *context)
{
    if (scanner->state == STRING_ESCAPE)
        buffer_append_byte(&scanner->tail, ESC);
    buffer_append_byte(&scanner->tail, (char)byte);
    end_string(scanner, SEQUENCE_ABORTED, sink, context);
}

/* One byte inside a sequence. */
static void step(struct sequence_scanner *scanner, unsigned char byte, sequence_sink *sink,
                 void *context)
{
    if (byte == ESC) {
        handle_escape_byte(scanner, sink, context);
        return;
    }
    if (byte == CAN || byte == SUB) {
        cancel(scanner, byte, sink, context);
        return;
    }
    if (scanner->state == STRING || scanner->state == STRING_ESCAPE) {
        in_string(scanner, byte, sink, context);
        return;
    }
    if (byte < 0x20 || byte == DEL) {
        /* A terminal acts on it at once, as if it stood before the sequence. */
        struct sequence control = {SEQUENCE_CONTROL, (const char *)&byte, 1};
        sink(&control, context);
        return;
    }
    if (scanner->state == ESCAPE)
        in_escape(scanner, byte, sink, context);
    else
        in_csi(scanner, byte, sink, context);
}

/* The longest prefix of `bytes` that is text and does not end inside a character. */
static size_t text_length(const char *bytes, size_t length, bool *unfinished)
{
    const unsigned char *data = (const unsigned char *)bytes;
    size_t end = 0;
    while (end < length && data[end] >= 0x20 && data[end] != DEL)
        end++;
    *unfinished = false;
    if (end < length)
        return end;
    for (size_t back = 1; back <= 3 && back <= end; back++) {
        unsigned char byte = data[end - back];
        if ((byte & 0xc0) == 0x80)
            continue;
        if (utf8_length(byte) > back) {
            *unfinished = true;
            return end - back;
        }
        break;
    }
    return end;
}

/* Takes the continuation bytes of a character that was cut by a read. */
static size_t finish_character(struct sequence_scanner *scanner, const char *bytes, size_t length,
                               sequence_sink *sink, void *context)
{
    size_t wanted = utf8_length((unsigned char)scanner->tail.data[0]);
    size_t taken = 0;
    while (taken < length && scanner->tail.length < wanted && (bytes[taken] & 0xc0) == 0x80)
        buffer_append_byte(&scanner->tail, bytes[taken++]);
    if (scanner->tail.length == wanted || taken < length) {
        scanner->state = GROUND;
        emit(scanner, SEQUENCE_TEXT, sink, context);
    }
    return taken;
}

/* Text and whole short sequences are passed on where they stand, without a copy. */
static size_t scan_ground(struct sequence_scanner *scanner, const char *bytes, size_t length,
                          sequence_sink *sink, void *context)
{
    unsigned char first = (unsigned char)bytes[0];
    if (first < 0x20 || first == DEL) {
        if (first == ESC) {
            begin_escape(scanner);
        } else {
            struct sequence control = {SEQUENCE_CONTROL, bytes, 1};
            sink(&control, context);
        }
        return 1;
    }
    bool unfinished;
    size_t end = text_length(bytes, length, &unfinished);
    if (end) {
        struct sequence text = {SEQUENCE_TEXT, bytes, end};
        sink(&text, context);
    }
    if (unfinished) {
        buffer_append(&scanner->tail, bytes + end, length - end);
        scanner->state = CHARACTER;
        return length;
    }
    return end;
}

/* A CSI sequence that stands whole in `bytes` (the commonest of all): its length, else 0. */
static size_t whole_csi(const char *bytes, size_t length)
{
    if (length < 3 || bytes[0] != ESC || bytes[1] != '[')
        return 0;
    size_t limit = length < SEQUENCE_LENGTH_MAX ? length : SEQUENCE_LENGTH_MAX;
    for (size_t i = 2; i < limit; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x40 && byte < DEL)
            return i + 1;
        if (byte < 0x20 || byte >= DEL)
            return 0;
    }
    return 0;
}

void sequence_scanner_feed(struct sequence_scanner *scanner, const char *bytes, size_t length,
                           sequence_sink *sink, void *context)
{
    size_t offset = 0;
    while (offset < length) {
        if (scanner->state == GROUND) {
            size_t csi = whole_csi(bytes + offset, length - offset);
            if (csi) {
                struct sequence sequence = {SEQUENCE_CSI, bytes + offset, csi};
                sink(&sequence, context);
                offset += csi;
                continue;
            }
            offset += scan_ground(scanner, bytes + offset, length - offset, sink, context);
        } else if (scanner->state == CHARACTER) {
            offset += finish_character(scanner, bytes + offset, length - offset, sink, context);
        } else {
            step(scanner, (unsigned char)bytes[offset++], sink, context);
        }
    }
}

void sequence_scanner_clear(struct sequence_scanner *scanner)
{
    buffer_free(&scanner->tail);
    *scanner = (struct sequence_scanner){0};
}

const char *sequence_string(const struct sequence *sequence, size_t *length)
{
    size_t end = sequence->length;
    end -= sequence->bytes[end - 1] == BEL ? 1 : 2;
    *length = end - 2;
    return sequence->bytes + 2;
}
