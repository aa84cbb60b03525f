#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "character_width.h"
#include "row_text.h"

/* What DECSC keeps. */
struct saved_cursor {
    struct screen_cursor cursor;
    struct pen pen;
    struct character_sets sets;
    bool origin, valid;
};

struct screen {
    struct grid *grid;
    struct terminal_modes *modes;
    struct history *history;
    VTerm *vterm;
    VTermState *state;
    struct screen_cursor cursor;
    bool at_edge;       /* the last character went into the last column, the cursor stayed there */
    bool ahead;         /* the cursor's column is not libvterm's yet */
    bool keeps_retired; /* rows that scroll off the top go to the history */
    uint32_t last_character;      /* for REP; 0: none yet */
    struct saved_cursor saved[2]; /* of the main and of the alternate screen */
    struct buffer scratch;
};

/* Digits of a small number; returns one behind the last. */
static char *put_number(char *at, unsigned number)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

/* Characters are put without libvterm: before it does something else it is told the column. */
static void catch_up(struct screen *screen)
{
    if (!screen->ahead)
        return;
    char bytes[16] = "\033[";
    char *end = put_number(bytes + 2, screen->cursor.column + 1);
    *end++ = 'G';
    vterm_input_write(screen->vterm, bytes, (size_t)(end - bytes));
    screen->ahead = false;
}

static void write_vterm(struct screen *screen, const char *bytes, size_t length)
{
    VTermPos position;
    catch_up(screen);
    screen->at_edge = false;
    vterm_input_write(screen->vterm, bytes, length);
    vterm_state_get_cursorpos(screen->state, &position);
    screen->cursor.row = (unsigned)position.row;
    screen->cursor.column = (unsigned)position.col;
}

static void write_vterm_string(struct screen *screen, const char *string)
{
    write_vterm(screen, string, strlen(string));
}

static void write_vterm_format(struct screen *screen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void write_vterm_format(struct screen *screen, const char *format, ...)
{
    char bytes[64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < sizeof bytes)
        write_vterm(screen, bytes, (size_t)length);
}

static struct grid_area area_of(VTermRect rect)
{
    return (struct grid_area){(unsigned)(rect.start_row < 0 ? 0 : rect.start_row),
                              (unsigned)(rect.end_row < 0 ? 0 : rect.end_row),
                              (unsigned)(rect.start_col < 0 ? 0 : rect.start_col),
                              (unsigned)(rect.end_col < 0 ? 0 : rect.end_col)};
}

static int on_scroll(VTermRect rect, int downward, int rightward, void *context)
{
    struct screen *screen = context;
    grid_scroll(screen->grid, area_of(rect), downward, rightward, screen->keeps_retired);
    return 1;
}

static int on_erase(VTermRect rect, int selective, void *context)
{
    struct screen *screen = context;
    grid_erase(screen->grid, area_of(rect), selective != 0);
    return 1;
}

/* Only DECALN puts characters from inside libvterm. */
static int on_glyph(VTermGlyphInfo *info, VTermPos position, void *context)
{
    struct screen *screen = context;
    if (position.row >= 0 && position.col >= 0)
        grid_put(screen->grid, (unsigned)position.row, (unsigned)position.col, info->chars[0], 1);
    return 1;
}

static const VTermStateCallbacks CALLBACKS = {
    .putglyph = on_glyph, .scrollrect = on_scroll, .erase = on_erase};

/* Answers are given by terminal_query.c, which knows more of the terminal. */
static void ignore_answer(const char *bytes, size_t length, void *context)
{
    (void)bytes;
    (void)length;
    (void)context;
}

static void keep_row(const struct grid *grid, const struct row *row, void *context)
{
    struct screen *screen = context;
    struct buffer *text = &screen->scratch;
    buffer_clear(text);
    unsigned end = row->continues ? row->used : row_text_end(row, row->used, true);
    row_text_append(text, grid, row, 0, end, true);
    if (text->failed)
        buffer_clear(text);
    struct history_line line = {buffer_string(text), text->length, row->continues};
    history_add(screen->history, &line);
}

struct screen *screen_new(unsigned columns, unsigned rows, struct history *history,
                          struct error *error)
{
    struct screen *screen = calloc(1, sizeof *screen);
    if (!screen) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    screen->history = history;
    screen->keeps_retired = true;
    screen->grid = grid_new(columns, rows, keep_row, screen, error);
    if (!screen->grid)
        goto failed;
    screen->modes = terminal_modes_new(grid_columns(screen->grid), grid_rows(screen->grid));
    if (!screen->modes)
        goto failed;
    screen->vterm = vterm_new((int)grid_rows(screen->grid), (int)grid_columns(screen->grid));
    if (!screen->vterm)
        goto failed;
    vterm_set_utf8(screen->vterm, 1);
    vterm_output_set_callback(screen->vterm, ignore_answer, NULL);
    screen->state = vterm_obtain_state(screen->vterm);
    vterm_state_set_callbacks(screen->state, &CALLBACKS, screen);
    vterm_state_reset(screen->state, 1);
    return screen;
failed:
    error_set(error, ERROR_MEMORY, "out of memory for a screen");
    screen_free(screen);
    return NULL;
}

void screen_free(struct screen *screen)
{
    if (!screen)
        return;
    if (screen->vterm)
        vterm_free(screen->vterm);
    grid_free(screen->grid);
    terminal_modes_free(screen->modes);
    buffer_free(&screen->scratch);
    free(screen);
}

struct screen_cursor screen_cursor(const struct screen *screen)
{
    return screen->cursor;
}

struct screen_cursor screen_main_cursor(const struct screen *screen)
{
    if (!grid_is_alternate(screen->grid))
        return screen_cursor(screen);
    return screen->saved[0].cursor;
}

const struct grid *screen_grid(const struct screen *screen)
{
    return screen->grid;
}

const struct terminal_modes *screen_modes(const struct screen *screen)
{
    return screen->modes;
}

const struct history *screen_history(const struct screen *screen)
{
    return screen->history;
}

const struct pen *screen_pen(const struct screen *screen)
{
    return grid_pen(screen->grid);
}

/* Where text wraps. */
struct line {
    unsigned limit; /* one behind the last column */
    bool wraps;
};

static struct line begin_line(const struct screen *screen)
{
    struct line line = {grid_columns(screen->grid),
                        terminal_modes_is_set(screen->modes, MODE_WRAP)};
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    if (margins.right && screen->cursor.column < margins.right)
        line.limit = margins.right;
    return line;
}

static void wrap(struct screen *screen, struct line *line)
{
    unsigned left = terminal_modes_margins(screen->modes).left;
    unsigned column = screen->cursor.column >= left ? left : 0;
    grid_set_continues(screen->grid, screen->cursor.row);
    screen->cursor.wrap_pending = false;
    /* VT, because LF may also return the carriage; the scrolling is libvterm's. */
    write_vterm(screen, "\v", 1);
    screen->cursor.column = column;
    screen->ahead = true;
    *line = begin_line(screen);
}

static void advance(struct screen *screen, const struct line *line, unsigned width)
{
    screen->ahead = true;
    screen->cursor.column += width;
    screen->at_edge = screen->cursor.column >= line->limit;
    if (!screen->at_edge)
        return;
    screen->cursor.column = line->limit - 1;
    screen->cursor.wrap_pending = line->wraps;
}

static void put_ascii(struct screen *screen, struct line *line, const char *text, unsigned length)
{
    screen->last_character = (unsigned char)text[length - 1];
    while (length) {
        if (screen->cursor.wrap_pending)
            wrap(screen, line);
        unsigned room = line->limit - screen->cursor.column;
        unsigned count = length < room ? length : room;
        grid_put_ascii(screen->grid, screen->cursor.row, screen->cursor.column, text, count);
        advance(screen, line, count);
        text += count;
        length -= count;
    }
}

static void combine(struct screen *screen, unsigned code_point)
{
    unsigned column = screen->cursor.column;
    if (!screen->at_edge && column-- == 0)
        return;
    grid_combine(screen->grid, screen->cursor.row, column, code_point);
}

/* ICH and DCH. libvterm ignores them outside of the scrolling margins, terminals do not. */
static void shift_characters(struct screen *screen, unsigned count, bool insert)
{
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    unsigned column = screen->cursor.column, right = grid_columns(screen->grid);
    if (margins.right && margins.right < right)
        right = margins.right;
    if (column < margins.left || column >= right)
        return;
    struct grid_area area = {screen->cursor.row, screen->cursor.row + 1, column, right};
    count = count ? count : 1;
    grid_scroll(screen->grid, area, 0, insert ? -(int)count : (int)count, false);
}

static void put_character(struct screen *screen, struct line *line, unsigned code_point)
{
    int width = character_width(code_point);
    if (width == 0)
        combine(screen, code_point);
    if (width <= 0)
        return;
    unsigned cells = (unsigned)width;
    if (screen->cursor.wrap_pending)
        wrap(screen, line);
    if (screen->cursor.column + cells > line->limit) {
        if (line->wraps)
            wrap(screen, line);
        else
            screen->cursor.column = line->limit > cells ? line->limit - cells : 0;
        screen->ahead = true;
    }
    if (terminal_modes_insert(screen->modes))
        shift_characters(screen, cells, true);
    grid_put(screen->grid, screen->cursor.row, screen->cursor.column, code_point, cells);
    screen->last_character = code_point;
    advance(screen, line, cells);
}

static void feed_text(struct screen *screen, const char *bytes, size_t length)
{
    struct line line = begin_line(screen);
    size_t offset = 0;
    while (offset < length) {
        size_t end = offset;
        bool simple =
            !terminal_modes_translates(screen->modes) && !terminal_modes_insert(screen->modes);
        while (simple && end < length && (unsigned char)bytes[end] < 0x80)
            end++;
        if (end > offset) {
            put_ascii(screen, &line, bytes + offset, (unsigned)(end - offset));
            offset = end;
            continue;
        }
        unsigned code_point;
        offset += utf8_decode(bytes + offset, length - offset, &code_point);
        if (code_point < 0x80)
            code_point = terminal_modes_translate(screen->modes, (unsigned char)code_point);
        put_character(screen, &line, code_point);
    }
}

static void repeat_character(struct screen *screen, unsigned count)
{
    unsigned most = grid_columns(screen->grid) * grid_rows(screen->grid);
    if (!screen->last_character)
        return;
    struct line line = begin_line(screen);
    for (unsigned i = 0; i < count && i < most; i++)
        put_character(screen, &line, screen->last_character);
}

static void move_cursor(struct screen *screen, unsigned row, unsigned column)
{
    if (terminal_modes_is_set(screen->modes, MODE_ORIGIN)) {
        struct terminal_margins margins = terminal_modes_margins(screen->modes);
        row -= row >= margins.top ? margins.top : row;
        column -= column >= margins.left ? margins.left : column;
    }
    write_vterm_format(screen, "\033[%u;%uH", row + 1, column + 1);
}

static void save_cursor(struct screen *screen)
{
    struct saved_cursor *saved = &screen->saved[grid_is_alternate(screen->grid)];
    *saved = (struct saved_cursor){.cursor = screen_cursor(screen),
                                   .pen = *grid_pen(screen->grid),
                                   .sets = terminal_modes_character_sets(screen->modes),
                                   .origin = terminal_modes_is_set(screen->modes, MODE_ORIGIN),
                                   .valid = true};
    saved->pen.link = 0; /* the table of links may forget it */
}

static void set_origin_mode(struct screen *screen, bool on)
{
    const struct control_sequence csi = {
        .leader = '?', .final = on ? 'h' : 'l', .count = 1, .parameters = {6}};
    terminal_modes_note(screen->modes, &(struct sequence){.kind = SEQUENCE_CSI}, &csi, false);
    write_vterm_string(screen, on ? "\033[?6h" : "\033[?6l");
}

static void restore_cursor(struct screen *screen)
{
    static const struct saved_cursor home = {.sets = {.designated = {'B', 'B', 'B', 'B'}}};
    struct saved_cursor saved = screen->saved[grid_is_alternate(screen->grid)];
    if (!saved.valid)
        saved = home;
    uint16_t link = grid_pen(screen->grid)->link;
    *grid_pen(screen->grid) = saved.pen;
    grid_pen(screen->grid)->link = link;
    terminal_modes_set_character_sets(screen->modes, saved.sets);
    if (saved.origin != terminal_modes_is_set(screen->modes, MODE_ORIGIN))
        set_origin_mode(screen, saved.origin);
    move_cursor(screen, saved.cursor.row, saved.cursor.column);
    screen->cursor.wrap_pending = saved.cursor.wrap_pending &&
                                  screen->cursor.column == saved.cursor.column &&
                                  terminal_modes_is_set(screen->modes, MODE_WRAP);
    screen->at_edge = screen->cursor.wrap_pending;
}

static void erase_all(struct screen *screen)
{
    struct grid_area all = {0, grid_rows(screen->grid), 0, grid_columns(screen->grid)};
    grid_erase(screen->grid, all, false);
}

/* Modes 47, 1047 and 1049, and 1048, which only saves and restores the cursor. */
static void set_screen_mode(struct screen *screen, unsigned number, bool on)
{
    bool saves = number == 1048 || number == 1049;
    if (saves && on)
        save_cursor(screen);
    if (number != 1048) {
        if (number == 1047 && !on && grid_is_alternate(screen->grid))
            erase_all(screen);
        grid_show_alternate(screen->grid, on);
        if (number == 1049 && on)
            erase_all(screen);
    }
    if (saves && !on)
        restore_cursor(screen);
}

static void set_modes(struct screen *screen, const struct control_sequence *csi)
{
    bool on = csi->final == 'h';
    for (unsigned i = 0; i < csi->count; i++) {
        unsigned number = control_sequence_get(csi, i, 0);
        if (csi->leader == '?') {
            if (number == 47 || (number >= 1047 && number <= 1049))
                set_screen_mode(screen, number, on);
            else if (number == 6 || number == 69)
                write_vterm_format(screen, "\033[?%u%c", number, csi->final);
            if (number == 6 || (number == 7 && !on))
                screen->cursor.wrap_pending = false;
        } else if (number == 20) {
            write_vterm_format(screen, "\033[20%c", csi->final);
        }
    }
}

static void soft_reset(struct screen *screen)
{
    struct screen_cursor cursor = screen_cursor(screen);
    write_vterm_string(screen, "\033[?6l\033[?69l\033[20l\033[r\033[s");
    write_vterm_format(screen, "\033[%u;%uH", cursor.row + 1, cursor.column + 1);
    *grid_pen(screen->grid) = (struct pen){0};
    screen->saved[grid_is_alternate(screen->grid)] = (struct saved_cursor){0};
    screen->cursor.wrap_pending = false;
}

static void hard_reset(struct screen *screen)
{
    grid_show_alternate(screen->grid, false);
    *grid_pen(screen->grid) = (struct pen){0};
    memset(screen->saved, 0, sizeof screen->saved);
    write_vterm(screen, "\033c", 2);
    screen->cursor.wrap_pending = false;
    screen->last_character = 0;
}

/* Hands a sequence whose numbers have been checked on to libvterm. */
static void pass_on(struct screen *screen, const struct control_sequence *csi)
{
    char bytes[64];
    int length = 0;
    bytes[length++] = '\033';
    bytes[length++] = '[';
    if (csi->leader)
        bytes[length++] = csi->leader;
    for (unsigned i = 0; i < csi->count && i < 4; i++) {
        if (i)
            bytes[length++] = ';';
        if (csi->parameters[i] != CONTROL_SEQUENCE_MISSING)
            length = (int)(put_number(bytes + length, csi->parameters[i]) - bytes);
    }
    if (csi->intermediate)
        bytes[length++] = csi->intermediate;
    bytes[length++] = csi->final;
    write_vterm(screen, bytes, (size_t)length);
}

static void erase_in_display(struct screen *screen, const struct control_sequence *csi)
{
    if (control_sequence_get(csi, 0, 0) == 3 && !csi->leader)
        history_clear(screen->history);
    else
        pass_on(screen, csi);
}

static void protect(struct screen *screen, const struct control_sequence *csi)
{
    struct pen *pen = grid_pen(screen->grid);
    pen->attributes &= (uint16_t)~ATTRIBUTE_PROTECTED;
    if (control_sequence_get(csi, 0, 0) == 1)
        pen->attributes |= ATTRIBUTE_PROTECTED;
}

/* CUU, CUD, CNL and CPL stop at a margin that lies on their way; libvterm's do not. */
static void move_rows(struct screen *screen, const struct control_sequence *csi)
{
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    unsigned rows = grid_rows(screen->grid), row = screen->cursor.row;
    unsigned bottom = margins.bottom && margins.bottom < rows ? margins.bottom : rows;
    unsigned count = control_sequence_get(csi, 0, 1);
    count = count ? count : 1;
    if (csi->final == 'A' || csi->final == 'F') {
        unsigned first = row >= margins.top ? margins.top : 0;
        row = row - first > count ? row - count : first;
    } else {
        unsigned last = row < bottom ? bottom - 1 : rows - 1;
        row = last - row > count ? row + count : last;
    }
    if (csi->final == 'E' || csi->final == 'F')
        screen->cursor.column = 0;
    move_cursor(screen, row, screen->cursor.column);
    screen->cursor.wrap_pending = false;
}

static void feed_csi(struct screen *screen, const struct control_sequence *csi)
{
    switch (control_sequence_key(csi)) {
    case CSI_KEY(0, 0, 'm'):
        pen_apply(grid_pen(screen->grid), csi);
        return;
    case CSI_KEY(0, 0, 'J'):
    case CSI_KEY('?', 0, 'J'):
        erase_in_display(screen, csi);
        return;
    case CSI_KEY(0, 0, '@'):
    case CSI_KEY(0, 0, 'P'):
        shift_characters(screen, control_sequence_get(csi, 0, 1), csi->final == '@');
        return;
    case CSI_KEY(0, 0, 'A'):
    case CSI_KEY(0, 0, 'B'):
    case CSI_KEY(0, 0, 'E'):
    case CSI_KEY(0, 0, 'F'):
        move_rows(screen, csi);
        return;
    case CSI_KEY(0, 0, 'K'):
    case CSI_KEY('?', 0, 'K'):
    case CSI_KEY(0, 0, 'X'):
    case CSI_KEY(0, 0, 'S'):
    case CSI_KEY(0, 0, 'g'):
        pass_on(screen, csi);
        return;
    case CSI_KEY(0, 0, 'T'):
        if (csi->count == 1) /* more: mouse highlighting */
            pass_on(screen, csi);
        return;
    case CSI_KEY('?', 0, 'h'):
    case CSI_KEY('?', 0, 'l'):
    case CSI_KEY(0, 0, 'h'):
    case CSI_KEY(0, 0, 'l'):
        set_modes(screen, csi);
        return;
    case CSI_KEY(0, '"', 'q'):
        protect(screen, csi);
        return;
    case CSI_KEY(0, 0, 'b'):
        repeat_character(screen, control_sequence_get(csi, 0, 1));
        return;
    case CSI_KEY(0, '!', 'p'):
        soft_reset(screen);
        return;
    case CSI_KEY(0, 0, 's'):
        if (!terminal_modes_is_set(screen->modes, MODE_MARGINS)) {
            save_cursor(screen);
            return;
        }
        if (!terminal_modes_accepts_margins(screen->modes, csi))
            return;
        break;
    case CSI_KEY(0, 0, 'r'):
        if (!terminal_modes_accepts_margins(screen->modes, csi))
            return;
        break;
    case CSI_KEY(0, 0, 'u'):
        restore_cursor(screen);
        return;
    case CSI_KEY(0, 0, 'M'):
        /* Deleted lines are gone; scrolled ones are not. */
        screen->keeps_retired = false;
        pass_on(screen, csi);
        screen->keeps_retired = true;
        screen->cursor.wrap_pending = false;
        return;
    case CSI_KEY(0, '\'', '}'):
    case CSI_KEY(0, '\'', '~'):
        break;
    default:
        if (csi->leader || csi->intermediate || !strchr("CDGHILZ`adefjk", csi->final))
            return;
    }
    pass_on(screen, csi);
    screen->cursor.wrap_pending = false;
}

static void feed_escape(struct screen *screen, const struct sequence *sequence)
{
    char first = sequence->bytes[1];
    if (sequence->length == 3 && first == '#' && sequence->bytes[2] == '8')
        write_vterm(screen, sequence->bytes, sequence->length);
    if (sequence->length != 2)
        return;
    switch (first) {
    case '7':
        save_cursor(screen);
        break;
    case '8':
        restore_cursor(screen);
        break;
    case 'c':
        hard_reset(screen);
        break;
    case 'D':
    case 'E':
    case 'M':
        screen->cursor.wrap_pending = false;
        /* fall through */
    case 'H':
        write_vterm(screen, sequence->bytes, sequence->length);
        break;
    }
}

static void feed_control(struct screen *screen, char control)
{
    if (control < '\b' || control > '\r')
        return;
    screen->cursor.wrap_pending = false;
    if (control == '\r') {
        screen->cursor.column = 0;
        screen->ahead = true;
        screen->at_edge = false;
        return;
    }
    write_vterm(screen, &control, 1);
}

/* OSC 8 ; parameters ; address: a hyperlink, or its end when the address is empty. */
static void feed_osc(struct screen *screen, const struct sequence *sequence)
{
    size_t length;
    const char *text = sequence_string(sequence, &length);
    if (length < 2 || text[0] != '8' || text[1] != ';')
        return;
    text += 2;
    length -= 2;
    const char *address = memchr(text, ';', length);
    bool ends = !address || address + 1 == text + length;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return;
    grid_pen(screen->grid)->link = ends ? 0 : grid_link(screen->grid, text, length);
}

void screen_feed(struct screen *screen, const struct sequence *sequence,
                 const struct control_sequence *csi)
{
    if (sequence->kind == SEQUENCE_TEXT) {
        feed_text(screen, sequence->bytes, sequence->length);
        return;
    }
    terminal_modes_note(screen->modes, sequence, csi, grid_is_alternate(screen->grid));
    if (csi)
        feed_csi(screen, csi);
    else if (sequence->kind == SEQUENCE_CONTROL)
        feed_control(screen, sequence->bytes[0]);
    else if (sequence->kind == SEQUENCE_ESCAPE)
        feed_escape(screen, sequence);
    else if (sequence->kind == SEQUENCE_OSC)
        feed_osc(screen, sequence);
}

/* A line of the history on its way back to the top row. */
struct recalled {
    struct screen *screen;
    unsigned column;
    bool measures; /* only counts the columns */
};

static void recall_sequence(const struct sequence *sequence, void *context)
{
    struct recalled *recalled = context;
    struct control_sequence csi;
    if (sequence->kind == SEQUENCE_OSC)
        feed_osc(recalled->screen, sequence);
    else if (sequence->kind == SEQUENCE_CSI && control_sequence_parse(sequence, &csi))
        pen_apply(grid_pen(recalled->screen->grid), &csi);
    for (size_t offset = 0; sequence->kind == SEQUENCE_TEXT && offset < sequence->length;) {
        unsigned code_point;
        offset += utf8_decode(sequence->bytes + offset, sequence->length - offset, &code_point);
        int width = character_width(code_point);
        if (width > 0 && !recalled->measures)
            grid_put(recalled->screen->grid, 0, recalled->column, code_point, (unsigned)width);
        else if (width == 0 && recalled->column && !recalled->measures)
            grid_combine(recalled->screen->grid, 0, recalled->column - 1, code_point);
        recalled->column += width > 0 ? (unsigned)width : 0;
    }
}

/* Takes the newest line of the history back as the top row. False when there is none, or when it is
   too long for the row and would be cut. */
static bool recall_line(struct screen *screen)
{
    uint64_t next = history_next(screen->history);
    if (history_first(screen->history) == next)
        return false;
    struct history_line line = history_get(screen->history, next - 1);
    struct sequence_scanner scanner = {0};
    struct recalled recalled = {screen, 0, true};
    struct pen pen = *grid_pen(screen->grid);
    *grid_pen(screen->grid) = (struct pen){0};
    sequence_scanner_feed(&scanner, line.text, line.length, recall_sequence, &recalled);
    bool fits = recalled.column <= grid_columns(screen->grid);
    if (fits) {
        struct grid_area all = {0, grid_rows(screen->grid), 0, grid_columns(screen->grid)};
        recalled = (struct recalled){screen, 0, false};
        grid_scroll(screen->grid, all, -1, 0, false);
        sequence_scanner_feed(&scanner, line.text, line.length, recall_sequence, &recalled);
        if (line.continues)
            grid_set_continues(screen->grid, 0);
        history_remove_last(screen->history);
    }
    sequence_scanner_clear(&scanner);
    *grid_pen(screen->grid) = pen;
    return fits;
}

void screen_resize(struct screen *screen, unsigned columns, unsigned rows)
{
    struct screen_cursor cursor = screen_cursor(screen);
    unsigned before = grid_rows(screen->grid);
    /* libvterm 0.1.4 would keep margins that lie outside of the new size. */
    write_vterm_string(screen, "\033[r\033[s");
    unsigned gone = grid_resize(screen->grid, columns, rows, cursor.row);
    cursor.row -= gone < cursor.row ? gone : cursor.row;
    terminal_modes_note_size(screen->modes, grid_columns(screen->grid), grid_rows(screen->grid));
    catch_up(screen);
    vterm_set_size(screen->vterm, (int)grid_rows(screen->grid), (int)grid_columns(screen->grid));
    if (!grid_is_alternate(screen->grid))
        for (; before < grid_rows(screen->grid) && recall_line(screen); before++)
            cursor.row++;
    if (screen->cursor.wrap_pending && cursor.column + 1 < grid_columns(screen->grid))
        cursor.column++;
    screen->cursor.wrap_pending = false;
    move_cursor(screen, cursor.row, cursor.column);
}
