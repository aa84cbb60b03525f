#include "terminal_modes.h"

#include <stdlib.h>
#include <string.h>

/* Sequences from xterm's ctlseqs and https://sw.kovidgoyal.net/kitty/keyboard-protocol/ */

#define KEYBOARD_DEPTH_MAX 99u

/* CAN and ST end whatever sequence or string was cut off. Then: synchronised output, mouse, focus,
   paste, colour scheme and resize reports, cursor keys, keypad, reverse video, margins, insert,
   origin and newline modes. */
static const char MODES_OFF[] =
    "\x18\x1b\\"
    "\x1b[?2026l"
    "\x1b[?9l\x1b[?1000l\x1b[?1001l\x1b[?1002l\x1b[?1003l"
    "\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1007l"
    "\x1b[?1004l\x1b[?2004l\x1b[?2031l\x1b[?2048l"
    "\x1b[?1l\x1b[?66l\x1b>\x1b[?5l\x1b[?69l\x1b[r\x1b[4l\x1b[?6l\x1b[20l";
/* Hyperlink, modifyOtherKeys, character set, colours, autowrap, cursor's look. */
static const char LOOKS[] = "\x1b]8;;\x1b\\"
                            "\x1b[>4m\x0f\x1b(B\x1b[m\x1b[?7h\x1b[?25h\x1b[0 q"
                            "\x1b[?12l";
static const char TITLE_SAVED[] = "\x1b[22;0t";
static const char TITLE_BACK[] = "\x1b[23;0t";
static const char LEAVE_ALTERNATE[] = "\x1b[?1047l";
static const char LEAVE_ALTERNATE_WITH_CURSOR[] = "\x1b[?1049l";
static const char TO_NEW_LAST_LINE[] = "\x1b[999;1H\r\n";

struct output {
    char *bytes;
    size_t size, length;
};

static void put(struct output *output, const char *string)
{
    for (; *string && output->length < output->size; string++)
        output->bytes[output->length++] = *string;
}

/* sprintf(3) must not be called in a signal handler. */
static void put_number(struct output *output, unsigned number)
{
    char digits[12];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) && at);
    put(output, digits + at);
}

static void pop_keyboard(struct output *output, unsigned depth)
{
    if (!depth)
        return;
    put(output, "\x1b[<");
    put_number(output, depth);
    put(output, "u");
}

static void put_cursor(struct output *output, const struct terminal_modes *modes)
{
    int row = drawn_area_next_row(&modes->drawn);
    if (modes->alternate && modes->saves_cursor) {
        put(output, "\r\n");
    } else if (row < 0) {
        put(output, TO_NEW_LAST_LINE);
    } else {
        put(output, "\x1b[");
        put_number(output, (unsigned)row + 1);
        put(output, ";1H");
    }
}

size_t terminal_modes_prepare(struct terminal_modes *modes, unsigned columns, unsigned rows,
                              char *bytes, size_t size)
{
    struct output output = {.bytes = bytes, .size = size};
    *modes = (struct terminal_modes){.keyboard_depth = {1, 0}};
    drawn_area_start(&modes->drawn, columns, rows);
    put(&output, TITLE_SAVED);
    put(&output, "\x1b[>0u");
    return output.length;
}

void terminal_modes_resize(struct terminal_modes *modes, unsigned columns, unsigned rows)
{
    drawn_area_start(&modes->drawn, columns, rows);
}

size_t terminal_modes_restore(const struct terminal_modes *modes, char *bytes, size_t size)
{
    struct output output = {.bytes = bytes, .size = size};
    put(&output, MODES_OFF);
    if (modes->alternate) {
        pop_keyboard(&output, modes->keyboard_depth[1]);
        put(&output, modes->saves_cursor ? LEAVE_ALTERNATE_WITH_CURSOR : LEAVE_ALTERNATE);
    }
    pop_keyboard(&output, modes->keyboard_depth[0]);
    put(&output, LOOKS);
    put(&output, TITLE_BACK);
    put_cursor(&output, modes);
    return output.length;
}

bool terminal_modes_has_extended_keys(const struct terminal_modes *modes)
{
    return modes->other_keys || modes->keyboard_flags;
}

static void set_private_modes(struct terminal_modes *modes, const char *numbers, bool on)
{
    for (const char *at = numbers; at; at = strchr(at, ';'), at = at ? at + 1 : NULL) {
        long mode = strtol(at, NULL, 10);
        if (mode != 1049 && mode != 1047 && mode != 47)
            continue;
        if (mode == 1049 && on && !modes->alternate)
            modes->saves_cursor = true;
        else if (on && !modes->alternate)
            modes->saves_cursor = false;
        /* Without a cursor to go back to, it stays wherever it was on the other screen. */
        if (!on && modes->alternate && !modes->saves_cursor)
            drawn_area_resume(&modes->drawn);
        modes->alternate = on;
    }
}

static void set_keyboard(struct terminal_modes *modes, char kind, const char *numbers)
{
    unsigned *depth = &modes->keyboard_depth[modes->alternate];
    long number = strtol(numbers, NULL, 10);
    if (kind == '>' && *depth < KEYBOARD_DEPTH_MAX)
        ++*depth;
    if (kind == '<') {
        unsigned popped = number < 1                    ? 1
                          : number > KEYBOARD_DEPTH_MAX ? KEYBOARD_DEPTH_MAX
                                                        : (unsigned)number;
        *depth = popped < *depth ? *depth - popped : 0;
    }
    /* Once on, it may be on again after a pop: keys are then merely looked at more closely. */
    if (kind != '<' && number > 0)
        modes->keyboard_flags = true;
}

static void end_sequence(struct terminal_modes *modes, char final)
{
    modes->sequence[modes->length] = '\0';
    const char *text = modes->sequence;
    if (text[0] == '?' && (final == 'h' || final == 'l'))
        set_private_modes(modes, text + 1, final == 'h');
    else if (final == 'u' && text[0] && strchr("<>=", text[0]))
        set_keyboard(modes, text[0], text + 1);
    else if (final == 'm' && text[0] == '>' && text[1] == '4')
        modes->other_keys = text[2] == ';' && text[3] > '0';
    else if (!modes->alternate &&
             (!text[0] || text[0] == ';' || (text[0] >= '0' && text[0] <= '9')))
        drawn_area_sequence(&modes->drawn, text, final);
}

static void end_escape(struct terminal_modes *modes, char final)
{
    modes->state = MODES_GROUND;
    modes->length = 0;
    if (final == '[')
        modes->state = MODES_CSI;
    else if (strchr("]PX^_", final))
        modes->state = MODES_STRING;
    else if (!modes->alternate || final == 'c')
        drawn_area_escape(&modes->drawn, final);
    if (final == 'c') {
        modes->alternate = modes->other_keys = modes->keyboard_flags = false;
        modes->keyboard_depth[0] = modes->keyboard_depth[1] = 0;
    }
}

/* Outside the ground state. */
static void follow_byte(struct terminal_modes *modes, char byte)
{
    if (byte == '\x1b') {
        modes->state = MODES_ESCAPE;
    } else if (byte == '\x18' || byte == '\x1a') {
        modes->state = MODES_GROUND;
    } else if (modes->state == MODES_STRING) {
        if (byte == '\a')
            modes->state = MODES_GROUND;
    } else if (modes->state == MODES_ESCAPE) {
        if (byte >= '0') /* those before only tell what kind of sequence it is */
            end_escape(modes, byte);
    } else if (byte >= 0x40 && byte <= 0x7e) {
        modes->state = MODES_GROUND;
        end_sequence(modes, byte);
    } else if (modes->length == sizeof modes->sequence - 1) {
        modes->state = MODES_GROUND;
    } else if (byte >= ' ') { /* other control characters act as they would outside */
        modes->sequence[modes->length++] = byte;
    }
}

void terminal_modes_follow(struct terminal_modes *modes, const void *bytes, size_t length)
{
    const char *at = bytes, *end = at + length;
    while (at < end) {
        if (modes->state != MODES_GROUND) {
            follow_byte(modes, *at++);
            continue;
        }
        const char *escape = memchr(at, '\x1b', (size_t)(end - at));
        size_t text = (size_t)((escape ? escape : end) - at);
        if (text && !modes->alternate)
            drawn_area_text(&modes->drawn, at, text);
        at += text;
        if (escape) {
            modes->state = MODES_ESCAPE;
            at++;
        }
    }
}
