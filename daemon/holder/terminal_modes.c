#include "terminal_modes.h"

#include <stdlib.h>
#include <string.h>

#include "colour_changes.h"
#include "terminal_titles.h"

enum touched { UNTOUCHED, RESET, SET };

static const struct {
    uint16_t number;
    bool standard; /* what a hard reset makes of it */
    bool replayed; /* at attach: not what belongs to one moment, and not what is done elsewhere */
} PRIVATE_MODES[PRIVATE_MODE_COUNT] = {
    [MODE_CURSOR_KEYS] = {1, false, true},
    [MODE_REVERSE_SCREEN] = {5, false, true},
    [MODE_ORIGIN] = {6, false, false},
    [MODE_WRAP] = {7, true, false},
    [MODE_MOUSE_X10] = {9, false, true},
    [MODE_CURSOR_BLINK] = {12, false, true},
    [MODE_CURSOR_VISIBLE] = {25, true, true},
    [MODE_KEYPAD] = {66, false, true},
    [MODE_MARGINS] = {69, false, false},
    [MODE_MOUSE_NORMAL] = {1000, false, true},
    [MODE_MOUSE_BUTTON] = {1002, false, true},
    [MODE_MOUSE_ANY] = {1003, false, true},
    [MODE_FOCUS] = {1004, false, true},
    [MODE_MOUSE_UTF8] = {1005, false, true},
    [MODE_MOUSE_SGR] = {1006, false, true},
    [MODE_ALTERNATE_SCROLL] = {1007, false, true},
    [MODE_MOUSE_URXVT] = {1015, false, true},
    [MODE_MOUSE_PIXELS] = {1016, false, true},
    [MODE_BRACKETED_PASTE] = {2004, false, true},
    [MODE_SYNCHRONISED] = {2026, false, false},
    [MODE_COLOUR_SCHEME] = {2031, false, true},
    [MODE_RESIZE_REPORTS] = {2048, false, true},
};

struct terminal_modes {
    uint8_t private_modes[PRIVATE_MODE_COUNT]; /* enum touched */
    uint8_t insert, newline;                   /* enum touched: ANSI modes 4 and 20 */
    bool cursor_shape_touched, modify_keys_touched, keyboard_touched;
    unsigned cursor_shape, modify_keys;
    unsigned columns, rows;
    struct terminal_margins margins;
    struct character_sets sets;
    struct keyboard_stack keyboards[2]; /* main, alternate */
    struct terminal_titles titles;
    struct colour_changes colours;
};

static const struct character_sets ASCII_SETS = {.designated = {'B', 'B', 'B', 'B'}};

struct terminal_modes *terminal_modes_new(unsigned columns, unsigned rows)
{
    struct terminal_modes *modes = calloc(1, sizeof *modes);
    if (!modes)
        return NULL;
    modes->sets = ASCII_SETS;
    terminal_modes_note_size(modes, columns, rows);
    return modes;
}

void terminal_modes_free(struct terminal_modes *modes)
{
    if (!modes)
        return;
    colour_changes_clear(&modes->colours);
    terminal_titles_clear(&modes->titles);
    free(modes);
}

unsigned terminal_modes_number(enum private_mode mode)
{
    return PRIVATE_MODES[mode].number;
}

bool terminal_modes_is_set(const struct terminal_modes *modes, enum private_mode mode)
{
    if (modes->private_modes[mode] == UNTOUCHED)
        return PRIVATE_MODES[mode].standard;
    return modes->private_modes[mode] == SET;
}

unsigned terminal_modes_report(const struct terminal_modes *modes, unsigned number)
{
    for (int i = 0; i < PRIVATE_MODE_COUNT; i++)
        if (PRIVATE_MODES[i].number == number)
            return terminal_modes_is_set(modes, (enum private_mode)i) ? 1 : 2;
    return 0;
}

/* Of the mouse modes, and of its encodings, the last one that was set is in force. */
static bool excludes(unsigned set, unsigned other)
{
    static const unsigned groups[][4] = {{9, 1000, 1002, 1003}, {1005, 1006, 1015, 1016}};
    for (int group = 0; group < 2; group++) {
        bool has_set = false, has_other = false;
        for (int i = 0; i < 4; i++) {
            has_set |= groups[group][i] == set;
            has_other |= groups[group][i] == other;
        }
        if (has_set && has_other)
            return true;
    }
    return false;
}

static void set_private_mode(struct terminal_modes *modes, unsigned number, bool set)
{
    for (int i = 0; i < PRIVATE_MODE_COUNT; i++) {
        if (PRIVATE_MODES[i].number == number)
            modes->private_modes[i] = set ? SET : RESET;
        else if (modes->private_modes[i] == SET && excludes(number, PRIVATE_MODES[i].number))
            modes->private_modes[i] = RESET;
    }
    if (number == terminal_modes_number(MODE_MARGINS) && !set)
        modes->margins.left = modes->margins.right = 0;
}

static void note_set_mode(struct terminal_modes *modes, const struct control_sequence *csi)
{
    bool set = csi->final == 'h';
    for (unsigned i = 0; i < csi->count; i++) {
        unsigned number = control_sequence_get(csi, i, 0);
        if (csi->leader == '?')
            set_private_mode(modes, number, set);
        else if (number == 4)
            modes->insert = set ? SET : RESET;
        else if (number == 20)
            modes->newline = set ? SET : RESET;
    }
}

/* Back to the defaults, for what was touched. */
static void reset_private_modes(struct terminal_modes *modes, const enum private_mode *which,
                                int count)
{
    for (int i = 0; i < count; i++) {
        enum private_mode mode = which ? which[i] : (enum private_mode)i;
        if (modes->private_modes[mode] != UNTOUCHED)
            modes->private_modes[mode] = PRIVATE_MODES[mode].standard ? SET : RESET;
    }
}

static void reset_ansi_modes(struct terminal_modes *modes)
{
    modes->insert = modes->insert ? RESET : UNTOUCHED;
    modes->newline = modes->newline ? RESET : UNTOUCHED;
    modes->margins = (struct terminal_margins){0};
    modes->sets = ASCII_SETS;
}

static void soft_reset(struct terminal_modes *modes)
{
    static const enum private_mode which[] = {MODE_CURSOR_KEYS,    MODE_ORIGIN, MODE_WRAP,
                                              MODE_CURSOR_VISIBLE, MODE_KEYPAD, MODE_MARGINS};
    reset_private_modes(modes, which, sizeof which / sizeof which[0]);
    reset_ansi_modes(modes);
}

static void hard_reset(struct terminal_modes *modes)
{
    reset_private_modes(modes, NULL, PRIVATE_MODE_COUNT);
    reset_ansi_modes(modes);
    modes->cursor_shape = modes->modify_keys = 0;
    memset(modes->keyboards, 0, sizeof modes->keyboards);
    terminal_titles_forget_stack(&modes->titles);
    colour_changes_clear(&modes->colours);
}

/* Kitty: CSI > flags u pushes, CSI < n u pops, CSI = flags ; how u changes the flags in force. */
static void note_keyboard(struct terminal_modes *modes, const struct control_sequence *csi,
                          bool alternate)
{
    struct keyboard_stack *stack = &modes->keyboards[alternate];
    modes->keyboard_touched = true;
    uint8_t flags = (uint8_t)control_sequence_get(csi, 0, 0);
    if (csi->leader == '>') {
        if (stack->depth + 1 == TERMINAL_KEYBOARD_MAX)
            memmove(stack->flags, stack->flags + 1, TERMINAL_KEYBOARD_MAX - 1);
        else
            stack->depth++;
        stack->flags[stack->depth] = flags;
    } else if (csi->leader == '<') {
        unsigned count = control_sequence_get(csi, 0, 1);
        stack->depth -= count < stack->depth ? count : stack->depth;
        if (stack->depth == 0)
            stack->flags[0] = 0;
    } else {
        unsigned how = control_sequence_get(csi, 1, 1);
        uint8_t *current = &stack->flags[stack->depth];
        *current = how == 2 ? *current | flags : how == 3 ? *current & ~flags : flags;
    }
}

/* The margins of DECSTBM or DECSLRM, from 0, the last one behind; false when it is ignored. */
static bool read_margins(const struct terminal_modes *modes, const struct control_sequence *csi,
                         unsigned *first, unsigned *last)
{
    unsigned size = csi->final == 'r' ? modes->rows : modes->columns;
    *first = control_sequence_get(csi, 0, 1);
    *last = control_sequence_get(csi, 1, size);
    if (*first > 0)
        --*first;
    if (*last == 0 || *last > size)
        *last = size;
    return *first + 1 < *last && (csi->final == 'r' || terminal_modes_is_set(modes, MODE_MARGINS));
}

bool terminal_modes_accepts_margins(const struct terminal_modes *modes,
                                    const struct control_sequence *csi)
{
    unsigned first, last;
    return read_margins(modes, csi, &first, &last);
}

static void note_margins(struct terminal_modes *modes, const struct control_sequence *csi)
{
    unsigned first, last;
    if (!read_margins(modes, csi, &first, &last))
        return;
    if (csi->final == 'r') {
        modes->margins.top = first;
        modes->margins.bottom = last == modes->rows ? 0 : last;
    } else {
        modes->margins.left = first;
        modes->margins.right = last == modes->columns ? 0 : last;
    }
}

static void note_csi(struct terminal_modes *modes, const struct control_sequence *csi,
                     bool alternate)
{
    switch (control_sequence_key(csi)) {
    case CSI_KEY('?', 0, 'h'):
    case CSI_KEY('?', 0, 'l'):
    case CSI_KEY(0, 0, 'h'):
    case CSI_KEY(0, 0, 'l'):
        note_set_mode(modes, csi);
        break;
    case CSI_KEY(0, 0, 'r'):
    case CSI_KEY(0, 0, 's'):
        note_margins(modes, csi);
        break;
    case CSI_KEY(0, ' ', 'q'):
        modes->cursor_shape = control_sequence_get(csi, 0, 0);
        modes->cursor_shape_touched = modes->cursor_shape <= 6;
        break;
    case CSI_KEY('>', 0, 'm'):
        if (control_sequence_get(csi, 0, 0) == 4 || csi->count == 1) {
            modes->modify_keys = control_sequence_get(csi, 1, 0);
            modes->modify_keys_touched = true;
        }
        break;
    case CSI_KEY('>', 0, 'n'):
        if (control_sequence_get(csi, 0, 0) == 4)
            modes->modify_keys = 0;
        break;
    case CSI_KEY('>', 0, 'u'):
    case CSI_KEY('<', 0, 'u'):
    case CSI_KEY('=', 0, 'u'):
        note_keyboard(modes, csi, alternate);
        break;
    case CSI_KEY(0, 0, 't'):
        terminal_titles_note_stack(&modes->titles, control_sequence_get(csi, 0, 0));
        break;
    case CSI_KEY(0, '!', 'p'):
        soft_reset(modes);
        break;
    }
}

static void note_osc(struct terminal_modes *modes, const struct sequence *sequence)
{
    size_t length;
    const char *at = sequence_string(sequence, &length);
    const char *end = at + length;
    unsigned command = 0;
    const char *digit = at;
    for (; digit < end && *digit >= '0' && *digit <= '9' && command < 1000; digit++)
        command = command * 10 + (unsigned)(*digit - '0');
    if (digit == at || (digit < end && *digit != ';'))
        return;
    at = digit < end ? digit + 1 : end;
    terminal_titles_note(&modes->titles, command, at, (size_t)(end - at));
    colour_changes_note(&modes->colours, command, at, end);
}

static void note_escape(struct terminal_modes *modes, const struct sequence *sequence)
{
    char first = sequence->bytes[1];
    if (sequence->length == 3 && first >= '(' && first <= '+') {
        modes->sets.designated[first - '('] = sequence->bytes[2];
        return;
    }
    if (sequence->length != 2)
        return;
    switch (first) {
    case '=':
    case '>':
        set_private_mode(modes, terminal_modes_number(MODE_KEYPAD), first == '=');
        break;
    case 'n':
    case 'o':
        modes->sets.shifted = first == 'n' ? 2 : 3;
        break;
    case 'N':
    case 'O':
        modes->sets.single = first == 'N' ? 2 : 3;
        break;
    case 'c':
        hard_reset(modes);
        break;
    }
}

void terminal_modes_note(struct terminal_modes *modes, const struct sequence *sequence,
                         const struct control_sequence *csi, bool alternate)
{
    if (csi)
        note_csi(modes, csi, alternate);
    else if (sequence->kind == SEQUENCE_OSC)
        note_osc(modes, sequence);
    else if (sequence->kind == SEQUENCE_ESCAPE)
        note_escape(modes, sequence);
    else if (sequence->kind == SEQUENCE_CONTROL && sequence->bytes[0] == 0x0e)
        modes->sets.shifted = 1;
    else if (sequence->kind == SEQUENCE_CONTROL && sequence->bytes[0] == 0x0f)
        modes->sets.shifted = 0;
}

void terminal_modes_note_size(struct terminal_modes *modes, unsigned columns, unsigned rows)
{
    modes->columns = columns;
    modes->rows = rows;
    modes->margins = (struct terminal_margins){0};
}

bool terminal_modes_insert(const struct terminal_modes *modes)
{
    return modes->insert == SET;
}

bool terminal_modes_newline(const struct terminal_modes *modes)
{
    return modes->newline == SET;
}

bool terminal_modes_translates(const struct terminal_modes *modes)
{
    return modes->sets.single || modes->sets.designated[modes->sets.shifted] == '0';
}

uint32_t terminal_modes_translate(struct terminal_modes *modes, unsigned char character)
{
    /* DEC Special Graphics, 0x5f to 0x7e (vt100.net, VT220 reference, table 2-4). */
    static const uint16_t graphics[] = {
        ' ',    0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b,
        0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c,
        0x2524, 0x2534, 0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7};
    char set =
        modes->sets.designated[modes->sets.single ? modes->sets.single : modes->sets.shifted];
    modes->sets.single = 0;
    return set == '0' && character >= 0x5f && character <= 0x7e ? graphics[character - 0x5f]
                                                                : character;
}

struct terminal_margins terminal_modes_margins(const struct terminal_modes *modes)
{
    return modes->margins;
}

const struct keyboard_stack *terminal_modes_keyboard(const struct terminal_modes *modes,
                                                     bool alternate)
{
    return &modes->keyboards[alternate];
}

const char *terminal_modes_title(const struct terminal_modes *modes)
{
    return terminal_titles_get(&modes->titles);
}

const char *terminal_modes_colour(const struct terminal_modes *modes, unsigned command)
{
    return colour_changes_get(&modes->colours, command);
}

unsigned terminal_modes_cursor_shape(const struct terminal_modes *modes)
{
    return modes->cursor_shape;
}

struct character_sets terminal_modes_character_sets(const struct terminal_modes *modes)
{
    return modes->sets;
}

void terminal_modes_set_character_sets(struct terminal_modes *modes, struct character_sets sets)
{
    modes->sets = sets;
}

void terminal_modes_append_before(const struct terminal_modes *modes, struct buffer *buffer)
{
    if (modes->insert)
        buffer_append_string(buffer, "\033[4l");
    if (modes->newline)
        buffer_append_string(buffer, "\033[20l");
    if (modes->private_modes[MODE_MARGINS])
        buffer_append_string(buffer, "\033[?69l");
    buffer_append_string(buffer, "\033[?6l\033[?7h\033[r\017\033(B\033[m");
}

void terminal_modes_append_margins(const struct terminal_modes *modes, struct buffer *buffer)
{
    const struct terminal_margins *margins = &modes->margins;
    if (margins->bottom)
        buffer_append_format(buffer, "\033[%u;%ur", margins->top + 1, margins->bottom);
    else if (margins->top)
        buffer_append_format(buffer, "\033[%ur", margins->top + 1);
    if (!terminal_modes_is_set(modes, MODE_MARGINS))
        return;
    buffer_append_string(buffer, "\033[?69h");
    if (margins->right)
        buffer_append_format(buffer, "\033[%u;%us", margins->left + 1, margins->right);
    else if (margins->left)
        buffer_append_format(buffer, "\033[%us", margins->left + 1);
}

static void append_private_modes(const struct terminal_modes *modes, struct buffer *buffer)
{
    /* Resets first: resetting one of the mouse modes ends them all in some terminals. */
    for (int pass = RESET; pass <= SET; pass++)
        for (int i = 0; i < PRIVATE_MODE_COUNT; i++)
            if (!PRIVATE_MODES[i].replayed || modes->private_modes[i] != pass)
                continue;
            else if (i == MODE_KEYPAD) /* older than its number */
                buffer_append_string(buffer, pass == SET ? "\033=" : "\033>");
            else
                buffer_append_format(buffer, "\033[?%u%c", PRIVATE_MODES[i].number,
                                     pass == SET ? 'h' : 'l');
    if (!terminal_modes_is_set(modes, MODE_WRAP))
        buffer_append_string(buffer, "\033[?7l");
    if (modes->insert)
        buffer_append_string(buffer, modes->insert == SET ? "\033[4h" : "\033[4l");
    if (modes->newline)
        buffer_append_string(buffer, modes->newline == SET ? "\033[20h" : "\033[20l");
}

static void append_character_sets(const struct character_sets *sets, struct buffer *buffer)
{
    static const char *const shifts[] = {"\017", "\016", "\033n", "\033o"};
    for (int i = 0; i < 4; i++)
        if (sets->designated[i] != 'B')
            buffer_append_format(buffer, "\033%c%c", '(' + i, sets->designated[i]);
    if (sets->shifted)
        buffer_append_string(buffer, shifts[sets->shifted]);
}

void terminal_modes_append_keyboard(const struct terminal_modes *modes, bool alternate,
                                    unsigned *entries, struct buffer *buffer)
{
    if (!modes->keyboard_touched)
        return;
    const struct keyboard_stack *stack = &modes->keyboards[alternate];
    if (*entries)
        buffer_append_format(buffer, "\033[<%uu", *entries);
    buffer_append_format(buffer, "\033[=%uu", stack->flags[0]);
    for (unsigned i = 1; i <= stack->depth; i++)
        buffer_append_format(buffer, "\033[>%uu", stack->flags[i]);
    *entries = stack->depth;
}

void terminal_modes_append_after(const struct terminal_modes *modes, struct buffer *buffer)
{
    append_private_modes(modes, buffer);
    append_character_sets(&modes->sets, buffer);
    if (modes->cursor_shape_touched)
        buffer_append_format(buffer, "\033[%u q", modes->cursor_shape);
    if (modes->modify_keys_touched)
        buffer_append_format(buffer, "\033[>4;%um", modes->modify_keys);
    terminal_titles_append(&modes->titles, buffer);
    colour_changes_append(&modes->colours, buffer);
}
