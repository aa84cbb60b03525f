/* What each sequence does. */
#include <string.h>

#include "screen_private.h"

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
    screen_write_string(screen, on ? "\033[?6h" : "\033[?6l");
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
    screen_move_cursor(screen, saved.cursor.row, saved.cursor.column);
    screen->cursor.wrap_pending = saved.cursor.wrap_pending &&
                                  screen->cursor.column == saved.cursor.column &&
                                  terminal_modes_is_set(screen->modes, MODE_WRAP);
    screen->at_edge = screen->cursor.wrap_pending;
}

static void forget_row_sizes(struct screen *screen, unsigned first, unsigned end)
{
    for (unsigned row = first; row < end; row++)
        grid_set_size(screen->grid, row, ROW_NORMAL);
}

static void erase_all(struct screen *screen)
{
    struct grid_area all = {0, grid_rows(screen->grid), 0, grid_columns(screen->grid)};
    grid_erase(screen->grid, all, false);
    forget_row_sizes(screen, 0, all.bottom);
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

/* libvterm would have the side margins back when the mode is set again. */
static void end_side_margins(struct screen *screen)
{
    struct screen_cursor cursor = screen->cursor;
    screen_write_string(screen, "\033[s\033[?69l");
    screen->cursor = cursor;
    screen->ahead = true;
}

static void set_modes(struct screen *screen, const struct control_sequence *csi)
{
    bool on = csi->final == 'h';
    for (unsigned i = 0; i < csi->count; i++) {
        unsigned number = control_sequence_get(csi, i, 0);
        if (csi->leader == '?') {
            if (number == 47 || (number >= 1047 && number <= 1049))
                set_screen_mode(screen, number, on);
            else if (number == 69 && !on)
                end_side_margins(screen);
            else if (number == 6 || number == 69)
                screen_write_format(screen, "\033[?%u%c", number, csi->final);
            if (number == 6 || (number == 7 && !on))
                screen->cursor.wrap_pending = false;
        }
    }
}

static void soft_reset(struct screen *screen)
{
    struct screen_cursor cursor = screen_cursor(screen);
    screen_write_string(screen, "\033[?6l\033[?69l\033[r\033[s");
    screen_write_format(screen, "\033[%u;%uH", cursor.row + 1, cursor.column + 1);
    *grid_pen(screen->grid) = (struct pen){0};
    screen->saved[grid_is_alternate(screen->grid)] = (struct saved_cursor){0};
    screen->cursor.wrap_pending = false;
}

static void hard_reset(struct screen *screen)
{
    grid_show_alternate(screen->grid, false);
    *grid_pen(screen->grid) = (struct pen){0};
    memset(screen->saved, 0, sizeof screen->saved);
    screen_write(screen, "\033c", 2);
    forget_row_sizes(screen, 0, grid_rows(screen->grid));
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
            length = (int)(screen_put_number(bytes + length, csi->parameters[i]) - bytes);
    }
    if (csi->intermediate)
        bytes[length++] = csi->intermediate;
    bytes[length++] = csi->final;
    screen_write(screen, bytes, (size_t)length);
}

static void erase_in_display(struct screen *screen, const struct control_sequence *csi)
{
    unsigned what = control_sequence_get(csi, 0, 0);
    if (what == 3 && !csi->leader) {
        history_clear(screen->history);
        return;
    }
    /* Whole rows get their normal size back, unlike with EL. */
    struct screen_cursor cursor = screen->cursor;
    unsigned first = what == 0 ? cursor.row + (cursor.column > 0) : 0;
    unsigned end = what == 1 ? cursor.row : grid_rows(screen->grid);
    if (what <= 2 && !csi->leader)
        forget_row_sizes(screen, first, end);
    pass_on(screen, csi);
}

static void protect(struct screen *screen, const struct control_sequence *csi)
{
    struct pen *pen = grid_pen(screen->grid);
    pen->attributes &= (uint16_t)~ATTRIBUTE_PROTECTED;
    if (control_sequence_get(csi, 0, 0) == 1)
        pen->attributes |= ATTRIBUTE_PROTECTED;
}

static void move_to_column(struct screen *screen, unsigned column)
{
    screen->cursor.column = column;
    screen->cursor.wrap_pending = screen->at_edge = false;
    screen->ahead = true;
}

/* To the left margin, unless the cursor stands left of it. */
static void return_carriage(struct screen *screen)
{
    move_to_column(screen, screen_first_column(screen));
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
        return_carriage(screen);
    screen_move_cursor(screen, row, screen->cursor.column);
    screen->cursor.wrap_pending = false;
}

/* Neither CUF and CUB nor tabs and BS cross the side margins from within; libvterm's do, and leave
   the cursor where origin mode cannot address it. */
static void move_columns(struct screen *screen, unsigned count, bool right)
{
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    unsigned column = screen->cursor.column, end = grid_columns(screen->grid);
    unsigned first = column >= margins.left ? margins.left : 0;
    unsigned last = (margins.right && column < margins.right ? margins.right : end) - 1;
    count = count ? count : 1;
    if (right)
        move_to_column(screen, last - column > count ? column + count : last);
    else
        move_to_column(screen, column - first > count ? column - count : first);
}

static void move_right(struct screen *screen, const struct control_sequence *csi)
{
    move_columns(screen, control_sequence_get(csi, 0, 1), true);
}

static void move_left(struct screen *screen, const struct control_sequence *csi)
{
    move_columns(screen, control_sequence_get(csi, 0, 1), false);
}

static void stop_at_right_margin(struct screen *screen, unsigned column_before)
{
    unsigned right = terminal_modes_margins(screen->modes).right;
    if (right && column_before < right && screen->cursor.column >= right)
        move_to_column(screen, right - 1);
}

/* The modes have decided on the values; libvterm takes some that terminals do not. */
static void set_margins(struct screen *screen, const struct control_sequence *csi)
{
    struct terminal_margins margins = terminal_modes_margins(screen->modes);
    if (!terminal_modes_accepts_margins(screen->modes, csi))
        return;
    bool rows = csi->final == 'r';
    unsigned first = rows ? margins.top : margins.left;
    unsigned last = rows ? margins.bottom : margins.right;
    unsigned size = rows ? grid_rows(screen->grid) : grid_columns(screen->grid);
    screen_write_format(screen, "\033[%u;%u%c", first + 1, last ? last : size, csi->final);
    screen->cursor.wrap_pending = false;
}

static void set_look(struct screen *screen, const struct control_sequence *csi)
{
    pen_apply(grid_pen(screen->grid), csi);
}

static void shift(struct screen *screen, const struct control_sequence *csi)
{
    screen_shift_characters(screen, control_sequence_get(csi, 0, 1), csi->final == '@');
}

static void scroll_down(struct screen *screen, const struct control_sequence *csi)
{
    /* With more parameters it is about highlighting by the mouse. */
    if (csi->count == 1)
        pass_on(screen, csi);
}

static void repeat(struct screen *screen, const struct control_sequence *csi)
{
    screen_repeat_character(screen, control_sequence_get(csi, 0, 1));
}

static void set_side_margins(struct screen *screen, const struct control_sequence *csi)
{
    if (terminal_modes_is_set(screen->modes, MODE_MARGINS))
        set_margins(screen, csi);
    else
        save_cursor(screen);
}

static void restore(struct screen *screen, const struct control_sequence *csi)
{
    (void)csi;
    restore_cursor(screen);
}

static void reset(struct screen *screen, const struct control_sequence *csi)
{
    (void)csi;
    soft_reset(screen);
}

static void move(struct screen *screen, const struct control_sequence *csi)
{
    pass_on(screen, csi);
    screen->cursor.wrap_pending = false;
}

static void tab(struct screen *screen, const struct control_sequence *csi)
{
    unsigned column = screen->cursor.column;
    move(screen, csi);
    stop_at_right_margin(screen, column);
}

static void delete_lines(struct screen *screen, const struct control_sequence *csi)
{
    /* Deleted lines are gone; scrolled ones are not. */
    screen->keeps_retired = false;
    move(screen, csi);
    screen->keeps_retired = true;
}

/* Everything that changes the screen; the commonest first. */
static const struct {
    unsigned key;
    void (*act)(struct screen *screen, const struct control_sequence *csi);
} ACTIONS[] = {
    {CSI_KEY(0, 0, 'm'), set_look},
    {CSI_KEY(0, 0, 'H'), move},
    {CSI_KEY(0, 0, 'K'), pass_on},
    {CSI_KEY(0, 0, 'C'), move_right},
    {CSI_KEY(0, 0, 'A'), move_rows},
    {CSI_KEY(0, 0, 'B'), move_rows},
    {CSI_KEY(0, 0, 'G'), move},
    {CSI_KEY(0, 0, 'J'), erase_in_display},
    {CSI_KEY('?', 0, 'h'), set_modes},
    {CSI_KEY('?', 0, 'l'), set_modes},
    {CSI_KEY(0, 0, 'X'), pass_on},
    {CSI_KEY(0, 0, '@'), shift},
    {CSI_KEY(0, 0, 'P'), shift},
    {CSI_KEY(0, 0, 'D'), move_left},
    {CSI_KEY(0, 0, 'E'), move_rows},
    {CSI_KEY(0, 0, 'F'), move_rows},
    {CSI_KEY(0, 0, 'I'), tab},
    {CSI_KEY(0, 0, 'Z'), move},
    {CSI_KEY(0, 0, '`'), move},
    {CSI_KEY(0, 0, 'a'), move},
    {CSI_KEY(0, 0, 'd'), move},
    {CSI_KEY(0, 0, 'e'), move},
    {CSI_KEY(0, 0, 'f'), move},
    {CSI_KEY(0, 0, 'j'), move},
    {CSI_KEY(0, 0, 'k'), move},
    {CSI_KEY(0, 0, 'L'), move},
    {CSI_KEY(0, 0, 'M'), delete_lines},
    {CSI_KEY(0, 0, 'S'), pass_on},
    {CSI_KEY(0, 0, 'T'), scroll_down},
    {CSI_KEY(0, 0, 'b'), repeat},
    {CSI_KEY(0, 0, 'g'), pass_on},
    {CSI_KEY(0, 0, 'h'), set_modes},
    {CSI_KEY(0, 0, 'l'), set_modes},
    {CSI_KEY(0, 0, 'r'), set_margins},
    {CSI_KEY(0, 0, 's'), set_side_margins},
    {CSI_KEY(0, 0, 'u'), restore},
    {CSI_KEY('?', 0, 'J'), erase_in_display},
    {CSI_KEY('?', 0, 'K'), pass_on},
    {CSI_KEY(0, '"', 'q'), protect},
    {CSI_KEY(0, '!', 'p'), reset},
    {CSI_KEY(0, '\'', '}'), move},
    {CSI_KEY(0, '\'', '~'), move},
};

static void feed_csi(struct screen *screen, const struct control_sequence *csi)
{
    unsigned key = control_sequence_key(csi);
    for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++) {
        if (ACTIONS[i].key != key)
            continue;
        ACTIONS[i].act(screen, csi);
        return;
    }
}

/* DECDHL, DECSWL, DECDWL, and DECALN. */
static void set_row_size(struct screen *screen, char kind)
{
    if (kind >= '3' && kind <= '6')
        grid_set_size(screen->grid, screen->cursor.row,
                      kind == '5' ? ROW_NORMAL : (enum row_size)kind);
    else if (kind == '8')
        screen_write(screen, "\033#8", 3);
}

static void feed_escape(struct screen *screen, const struct sequence *sequence)
{
    char first = sequence->bytes[1];
    if (sequence->length == 3 && first == '#')
        set_row_size(screen, sequence->bytes[2]);
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
        screen->cursor.wrap_pending = false;
        screen_line_feed(screen);
        if (first == 'E')
            return_carriage(screen);
        break;
    case 'M':
        screen->cursor.wrap_pending = false;
        /* fall through */
    case 'H':
        screen_write(screen, sequence->bytes, sequence->length);
        break;
    }
}

static void feed_control(struct screen *screen, char control)
{
    if (control == '\r') {
        return_carriage(screen);
        return;
    }
    if (control == '\b') {
        move_columns(screen, 1, false);
        return;
    }
    unsigned column = screen->cursor.column;
    screen->cursor.wrap_pending = false;
    if (control == '\t') {
        screen_write(screen, &control, 1);
        stop_at_right_margin(screen, column);
        return;
    }
    screen_line_feed(screen);
    if (terminal_modes_newline(screen->modes))
        return_carriage(screen);
}

void screen_set_link(struct screen *screen, const struct sequence *sequence)
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
        screen_put_text(screen, sequence->bytes, sequence->length);
        return;
    }
    if (sequence->kind == SEQUENCE_CONTROL && sequence->bytes[0] >= '\b' &&
        sequence->bytes[0] <= '\r') {
        feed_control(screen, sequence->bytes[0]);
        return;
    }
    /* Margins, origin mode, resets. */
    if (csi ? strchr("hlprs", csi->final) != NULL : sequence->kind == SEQUENCE_ESCAPE)
        screen_catch_up(screen);
    terminal_modes_note(screen->modes, sequence, csi, grid_is_alternate(screen->grid));
    if (csi)
        feed_csi(screen, csi);
    else if (sequence->kind == SEQUENCE_ESCAPE)
        feed_escape(screen, sequence);
    else if (sequence->kind == SEQUENCE_OSC)
        screen_set_link(screen, sequence);
}
