#include "terminal_query.h"

#include <string.h>

/* A dark theme, for agents that ask before they choose their colours. */
#define DEFAULT_FOREGROUND "rgb:e0e0/e0e0/e0e0"
#define DEFAULT_BACKGROUND "rgb:1010/1010/1010"

struct query {
    const struct screen *screen;
    const struct control_sequence *csi;
    struct buffer *answer;
};

/* DA1: a VT220 with ANSI colour. */
static void answer_primary(const struct query *query)
{
    if (control_sequence_get(query->csi, 0, 0) == 0)
        buffer_append_string(query->answer, "\033[?62;22c");
}

static void answer_secondary(const struct query *query)
{
    buffer_append_string(query->answer, "\033[>1;10;0c");
}

static void answer_tertiary(const struct query *query)
{
    buffer_append_string(query->answer, "\033P!|00000000\033\\");
}

static void answer_status(const struct query *query)
{
    const char *mark = query->csi->leader ? "?" : "";
    unsigned what = control_sequence_get(query->csi, 0, 0);
    struct screen_cursor cursor = screen_cursor(query->screen);
    struct terminal_margins margins = terminal_modes_margins(screen_modes(query->screen));
    bool relative = terminal_modes_is_set(screen_modes(query->screen), MODE_ORIGIN);
    if (what == 5 && !query->csi->leader)
        buffer_append_string(query->answer, "\033[0n");
    else if (what == 6)
        buffer_append_format(query->answer, "\033[%s%u;%uR", mark,
                             cursor.row + 1 - (relative ? margins.top : 0), cursor.column + 1);
    else if (what == 996 && query->csi->leader)
        buffer_append_string(query->answer, "\033[?997;1n"); /* dark */
}

static void answer_private_mode(const struct query *query)
{
    unsigned number = control_sequence_get(query->csi, 0, 0);
    unsigned state = terminal_modes_report(screen_modes(query->screen), number);
    if (number == 47 || number == 1047 || number == 1049)
        state = grid_is_alternate(screen_grid(query->screen)) ? 1 : 2;
    buffer_append_format(query->answer, "\033[?%u;%u$y", number, state);
}

static void answer_ansi_mode(const struct query *query)
{
    unsigned number = control_sequence_get(query->csi, 0, 0);
    unsigned insert = terminal_modes_insert(screen_modes(query->screen)) ? 1 : 2;
    buffer_append_format(query->answer, "\033[%u;%u$y", number, number == 4 ? insert : 0);
}

static void answer_version(const struct query *query)
{
    buffer_append_string(query->answer, "\033P>|" PACKAGE_NAME " " PACKAGE_VERSION "\033\\");
}

static void answer_keyboard(const struct query *query)
{
    const struct keyboard_stack *stack = terminal_modes_keyboard(
        screen_modes(query->screen), grid_is_alternate(screen_grid(query->screen)));
    buffer_append_format(query->answer, "\033[?%uu", stack->flags[stack->depth]);
}

/* Sizes; of what is measured in pixels nothing is known here. */
static void answer_window(const struct query *query)
{
    unsigned what = control_sequence_get(query->csi, 0, 0);
    const struct grid *grid = screen_grid(query->screen);
    if (what == 18 || what == 19)
        buffer_append_format(query->answer, "\033[%u;%u;%ut", what - 10, grid_rows(grid),
                             grid_columns(grid));
}

static void answer_nothing(const struct query *query)
{
    (void)query;
}

static const struct {
    unsigned key;
    void (*answer)(const struct query *query);
} CSI_QUERIES[] = {
    {CSI_KEY(0, 0, 'c'), answer_primary},     {CSI_KEY('>', 0, 'c'), answer_secondary},
    {CSI_KEY('=', 0, 'c'), answer_tertiary},  {CSI_KEY(0, 0, 'n'), answer_status},
    {CSI_KEY('?', 0, 'n'), answer_status},    {CSI_KEY('?', '$', 'p'), answer_private_mode},
    {CSI_KEY(0, '$', 'p'), answer_ansi_mode}, {CSI_KEY('>', 0, 'q'), answer_version},
    {CSI_KEY('?', 0, 'u'), answer_keyboard},  {CSI_KEY('?', 0, 'm'), answer_nothing},
    {CSI_KEY('?', 0, 'S'), answer_nothing},   {CSI_KEY(0, 0, 'x'), answer_nothing},
};

static bool is_window_query(const struct control_sequence *csi)
{
    static const unsigned reports[] = {11, 13, 14, 15, 16, 18, 19, 20, 21};
    if (control_sequence_key(csi) != CSI_KEY(0, 0, 't'))
        return false;
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
        if (control_sequence_get(csi, 0, 0) == reports[i])
            return true;
    return false;
}

static bool answer_csi(const struct query *query)
{
    if (is_window_query(query->csi)) {
        if (query->answer)
            answer_window(query);
        return true;
    }
    for (size_t i = 0; i < sizeof CSI_QUERIES / sizeof CSI_QUERIES[0]; i++) {
        if (CSI_QUERIES[i].key != control_sequence_key(query->csi))
            continue;
        if (query->answer)
            CSI_QUERIES[i].answer(query);
        return true;
    }
    return false;
}

/* OSC 4 (palette), 5, 10 to 19 (colours) and 52 (clipboard), with "?" where a value would stand. */
static bool answer_osc(const struct query *query, const struct sequence *sequence)
{
    size_t length;
    const char *text = sequence_string(sequence, &length);
    if (length < 3 || text[length - 1] != '?' || text[length - 2] != ';')
        return false;
    unsigned command = 0;
    size_t at = 0;
    for (; at < length && text[at] >= '0' && text[at] <= '9' && at < 4; at++)
        command = command * 10 + (unsigned)(text[at] - '0');
    if (at == length || text[at] != ';' ||
        !(command == 4 || command == 5 || command == 52 || (command >= 10 && command <= 19)))
        return false;
    if (!query->answer || command < 10 || command > 12)
        return true;
    const char *colour = terminal_modes_colour(screen_modes(query->screen), command);
    if (!colour)
        colour = command == 11 ? DEFAULT_BACKGROUND : DEFAULT_FOREGROUND;
    bool bell = sequence->bytes[sequence->length - 1] == '\a';
    buffer_append_format(query->answer, "\033]%u;%s%s", command, colour, bell ? "\a" : "\033\\");
    return true;
}

static void append_sgr(const struct query *query)
{
    static const struct pen plain;
    struct buffer sgr = {0};
    pen_append(&sgr, &plain, screen_pen(query->screen));
    /* Without the CSI in front: "1;31m". */
    buffer_append_string(query->answer, "0");
    if (sgr.length > 3) {
        buffer_append_byte(query->answer, ';');
        buffer_append(query->answer, sgr.data + 2, sgr.length - 3);
    }
    buffer_append_byte(query->answer, 'm');
    buffer_free(&sgr);
}

/* DECRQSS (DCS $ q … ST) and XTGETTCAP (DCS + q … ST). */
static bool answer_dcs(const struct query *query, const struct sequence *sequence)
{
    size_t length;
    const char *text = sequence_string(sequence, &length);
    if (length >= 2 && strncmp(text, "+q", 2) == 0) {
        if (query->answer)
            buffer_append_string(query->answer, "\033P0+r\033\\");
        return true;
    }
    if (length < 2 || strncmp(text, "$q", 2) != 0)
        return false;
    if (!query->answer)
        return true;
    const struct terminal_modes *modes = screen_modes(query->screen);
    struct terminal_margins margins = terminal_modes_margins(modes);
    const struct grid *grid = screen_grid(query->screen);
    text += 2;
    length -= 2;
    bool sgr = length == 1 && text[0] == 'm', region = length == 1 && text[0] == 'r';
    bool shape = length == 2 && strncmp(text, " q", 2) == 0;
    buffer_append_string(query->answer, sgr || region || shape ? "\033P1$r" : "\033P0$r");
    if (sgr)
        append_sgr(query);
    else if (region)
        buffer_append_format(query->answer, "%u;%ur", margins.top + 1,
                             margins.bottom ? margins.bottom : grid_rows(grid));
    else if (shape)
        buffer_append_format(query->answer, "%u q", terminal_modes_cursor_shape(modes));
    buffer_append_string(query->answer, "\033\\");
    return true;
}

bool terminal_query_answer(const struct screen *screen, const struct sequence *sequence,
                           const struct control_sequence *csi, struct buffer *answer)
{
    struct query query = {screen, csi, answer};
    if (csi && csi->final == 'm' && !csi->leader) /* the commonest of all */
        return false;
    if (csi)
        return answer_csi(&query);
    if (sequence->kind == SEQUENCE_OSC)
        return answer_osc(&query, sequence);
    if (sequence->kind == SEQUENCE_DCS)
        return answer_dcs(&query, sequence);
    if (sequence->kind == SEQUENCE_CONTROL)
        return sequence->bytes[0] == 0x05; /* ENQ: no answerback */
    /* DECID */
    if (sequence->kind == SEQUENCE_ESCAPE && sequence->length == 2 && sequence->bytes[1] == 'Z') {
        if (answer)
            buffer_append_string(answer, "\033[?62;22c");
        return true;
    }
    return false;
}
