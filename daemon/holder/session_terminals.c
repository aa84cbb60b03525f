/* Attached terminals: who leads, what each is shown. */
#include <stdlib.h>

#include "repaint.h"
#include "session_private.h"
#include "terminal_query.h"

static bool is_terminal(const struct client *client)
{
    return client->hello.role == FRAME_ROLE_TERMINAL && client->data && !client->finishing;
}

#define FOR_EACH_TERMINAL(session, client)                                                         \
    LIST_FOREACH(client, &(session)->clients, entry)                                               \
    if (is_terminal(client))

unsigned session_count_terminals(const struct session *session)
{
    unsigned count = 0;
    const struct client *client;
    FOR_EACH_TERMINAL(session, client)
    count++;
    return count;
}

/* Appends DISPLAY frames. */
static void put_display(struct client *client, const char *bytes, size_t length)
{
    for (size_t offset = 0; offset < length; offset += FRAME_BYTES_MAX) {
        size_t count = length - offset < FRAME_BYTES_MAX ? length - offset : FRAME_BYTES_MAX;
        frame_put_bytes(&client->out, FRAME_DISPLAY, bytes + offset, count);
    }
}

/* The first of the lines from `wanted` on that are at most SESSION_PAINT_LINES and -BYTES. */
static uint64_t bounded_first(const struct history *history, uint64_t wanted)
{
    uint64_t first = history_next(history);
    size_t bytes = 0;
    while (first > wanted && first > history_first(history)) {
        bytes += history_get(history, first - 1).length;
        if (bytes > SESSION_PAINT_BYTES || history_next(history) - first >= SESSION_PAINT_LINES)
            break;
        first--;
    }
    return first;
}

static void repaint_terminal(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    struct buffer bytes = {0};
    const struct repaint repaint = {.keeps_shown = !terminal->painted,
                                    .history_first =
                                        bounded_first(session->history, terminal->missed),
                                    .leaves_view = terminal->viewed,
                                    .keyboard = &terminal->keyboard};
    repaint_append(&bytes, session->screen, &repaint);
    put_display(client, buffer_string(&bytes), bytes.length);
    client->out.failed |= bytes.failed;
    buffer_free(&bytes);
    terminal->painted = true;
    terminal->viewed = terminal->lagging = false;
    terminal->waits_ground = session->scanner.overlong;
    client_flush(client);
}

static void draw_view(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    struct buffer bytes = {0};
    view_append(terminal->view, &bytes, session->screen, &terminal->keyboard.count[1]);
    if (bytes.length) {
        put_display(client, buffer_string(&bytes), bytes.length);
        client_flush(client);
    }
    buffer_free(&bytes);
}

static void begin_view(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    view_free(terminal->view);
    terminal->view = view_new(terminal->columns, terminal->rows);
    if (!terminal->view) {
        client_refuse(client, ERROR_MEMORY, "out of memory");
        return;
    }
    terminal->viewed = true;
    terminal->lagging = false;
    client_flush(client);
    if (client_queued(client) == 0)
        draw_view(session, client);
}

/* Raw or cropped, as its size wants; draws what the change asks for. */
static void settle_mode(struct session *session, struct client *client, bool resized)
{
    struct terminal *terminal = client->data;
    const struct grid *grid = screen_grid(session->screen);
    bool fits = terminal->columns == grid_columns(grid) && terminal->rows == grid_rows(grid);
    if (fits && !terminal->raw) {
        view_free(terminal->view);
        terminal->view = NULL;
        terminal->raw = true;
        session->raw_terminals++;
        repaint_terminal(session, client);
    } else if (!fits && (resized || !terminal->view)) {
        if (terminal->raw) {
            session->raw_terminals--;
            terminal->missed = history_next(session->history);
        }
        terminal->raw = false;
        begin_view(session, client);
    }
}

void session_resize(struct session *session, unsigned columns, unsigned rows)
{
    if (!session->screen || columns == 0 || rows == 0)
        return;
    unsigned old_columns = grid_columns(screen_grid(session->screen));
    unsigned old_rows = grid_rows(screen_grid(session->screen));
    if (columns == old_columns && rows == old_rows)
        return;
    screen_resize(session->screen, columns, rows);
    columns = grid_columns(screen_grid(session->screen));
    rows = grid_rows(screen_grid(session->screen));
    agent_resize(session->agent, columns, rows);
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_RESIZED);
    frame_put_u16(&frame, (uint16_t)columns);
    frame_put_u16(&frame, (uint16_t)rows);
    frame_end(&frame, mark);
    struct client *client, *next;
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        if (!is_terminal(client))
            continue;
        buffer_append(&client->out, frame.data, frame.length);
        settle_mode(session, client, true);
        client_flush(client);
    }
    session_tell_control(session, &frame);
    buffer_free(&frame);
}

/* The size of the PTY follows the leader. */
static void lead(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    session->leader = client;
    terminal->recency = ++session->recency;
    session_resize(session, terminal->columns, terminal->rows);
}

static struct client *latest_writer(const struct session *session)
{
    struct client *client, *latest = NULL;
    FOR_EACH_TERMINAL(session, client)
    {
        const struct terminal *terminal = client->data;
        if (terminal->read_only)
            continue;
        if (!latest || ((const struct terminal *)latest->data)->recency < terminal->recency)
            latest = client;
    }
    return latest;
}

static void set_size(struct session *session, struct terminal *terminal, unsigned columns,
                     unsigned rows)
{
    const struct grid *grid = screen_grid(session->screen);
    terminal->columns = columns ? columns : grid_columns(grid);
    terminal->rows = rows ? rows : grid_rows(grid);
    /* The PTY never gets larger, so that such a terminal would never fit. */
    if (terminal->columns > GRID_COLUMNS_MAX)
        terminal->columns = GRID_COLUMNS_MAX;
    if (terminal->rows > GRID_ROWS_MAX)
        terminal->rows = GRID_ROWS_MAX;
}

void session_attach_terminal(struct session *session, struct client *client)
{
    if (!session->screen) {
        client_refuse(client, ERROR_UNSUPPORTED, "this agent runs without a terminal");
        return;
    }
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (!terminal) {
        client_refuse(client, ERROR_MEMORY, "out of memory");
        return;
    }
    client->data = terminal;
    terminal->read_only = client->hello.flags & FRAME_READ_ONLY;
    terminal->recency = ++session->recency;
    uint64_t next = history_next(session->history);
    uint64_t wanted = client->hello.history_lines;
    terminal->missed = next > wanted ? next - wanted : 0;
    set_size(session, terminal, client->hello.columns, client->hello.rows);
    if (!terminal->read_only && (!session->leader || (client->hello.flags & FRAME_TAKE_SIZE)))
        lead(session, client);
    if (client->dead) /* its peer went away while it was painted */
        return;
    settle_mode(session, client, false);
    session_tell_terminals_count(session);
}

void session_forget_terminal(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    if (!terminal)
        return;
    client->data = NULL;
    if (terminal->raw)
        session->raw_terminals--;
    view_free(terminal->view);
    free(terminal);
    if (session->leader == client) {
        session->leader = NULL;
        struct client *latest = latest_writer(session);
        if (latest)
            lead(session, latest);
    }
    session_tell_terminals_count(session);
}

void session_terminal_drained(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    if (!terminal)
        return;
    if (terminal->raw && terminal->lagging)
        repaint_terminal(session, client);
    else if (!terminal->raw && terminal->view)
        draw_view(session, client);
}

static bool take_input(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct terminal *terminal = client->data;
    struct frame_string bytes = frame_get_rest(reader);
    if (bytes.length > FRAME_BYTES_MAX)
        return false;
    if (terminal->read_only)
        return true;
    if (session->leader != client)
        lead(session, client);
    if (client->dead) /* `terminal` is gone */
        return true;
    terminal->recency = ++session->recency;
    session_input(session, client, bytes);
    return true;
}

static bool take_size(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct terminal *terminal = client->data;
    unsigned columns = frame_get_u16(reader), rows = frame_get_u16(reader);
    if (!frame_read_whole(reader))
        return false;
    unsigned old_columns = terminal->columns, old_rows = terminal->rows;
    set_size(session, terminal, columns, rows);
    if (terminal->columns == old_columns && terminal->rows == old_rows)
        return true;
    if (session->leader == client)
        session_resize(session, terminal->columns, terminal->rows);
    else
        settle_mode(session, client, true);
    return true;
}

bool session_terminal_frame(struct session *session, struct client *client, uint8_t type,
                            struct frame_reader *reader)
{
    if (type == FRAME_INPUT)
        return take_input(session, client, reader);
    if (type == FRAME_RESIZE)
        return take_size(session, client, reader);
    return false;
}

/* The terminal whose answers the agent gets; NULL: the holder answers. */
static struct client *query_target(const struct session *session)
{
    struct client *client = session->leader;
    if (!client || client->finishing)
        return NULL;
    const struct terminal *terminal = client->data;
    return terminal->raw && !terminal->lagging && !terminal->waits_ground ? client : NULL;
}

/* The pieces of the display from `from` on without the queries. */
static void put_without_queries(const struct session *session, struct client *client, size_t from)
{
    const char *bytes = buffer_string(&session->display);
    for (unsigned i = 0; i < session->query_count; i++) {
        size_t start = session->queries[i].start;
        if (start > from)
            put_display(client, bytes + from, start - from);
        if (start >= from)
            from = start + session->queries[i].length;
    }
    if (from < session->display.length)
        put_display(client, bytes + from, session->display.length - from);
}

static void show_raw(struct session *session, struct client *client)
{
    struct terminal *terminal = client->data;
    size_t from = 0;
    if (terminal->lagging)
        return;
    if (terminal->waits_ground) {
        if (!session->display_has_ground)
            return;
        from = session->display_ground;
        terminal->waits_ground = false;
    }
    if (client_queued(client) + session->display.length - from > SESSION_TERMINAL_QUEUE) {
        terminal->lagging = true;
        terminal->missed = session->display_history;
        return;
    }
    if (client == session->leader)
        put_display(client, buffer_string(&session->display) + from,
                    session->display.length - from);
    else
        put_without_queries(session, client, from);
    for (int screen = 0; screen < 2; screen++)
        terminal->keyboard.count[screen] =
            terminal_modes_keyboard(screen_modes(session->screen), screen)->depth;
    client_flush(client);
}

/* Sends what this loop turn brought to everybody who looks. */
static void flush_display(struct session *session)
{
    struct client *client, *next;
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        if (!is_terminal(client))
            continue;
        const struct terminal *terminal = client->data;
        if (terminal->raw)
            show_raw(session, client);
        else if (terminal->view && client_queued(client) == 0)
            draw_view(session, client);
    }
    buffer_clear(&session->display);
    session->query_count = 0;
    session->display_has_ground = false;
}

/* A question of the agent: handed to one terminal, or answered here. */
static void take_query(struct session *session, const struct sequence *sequence,
                       const struct control_sequence *csi)
{
    if (query_target(session)) {
        if (session->query_count == SESSION_QUERIES_MAX)
            flush_display(session);
        unsigned index = session->query_count++;
        session->queries[index].start = session->display.length;
        session->queries[index].length = sequence->length;
        buffer_append(&session->display, sequence->bytes, sequence->length);
        return;
    }
    struct buffer answer = {0};
    terminal_query_answer(session->screen, sequence, csi, &answer);
    agent_write(session->agent, buffer_string(&answer), answer.length);
    buffer_free(&answer);
}

static void take_sequence(const struct sequence *sequence, void *context)
{
    struct session *session = context;
    struct control_sequence parsed;
    const struct control_sequence *csi = NULL;
    if (sequence->kind == SEQUENCE_CSI && control_sequence_parse(sequence, &parsed))
        csi = &parsed;
    if (!session->display_has_ground && sequence->kind != SEQUENCE_STRING_PART &&
        sequence->kind != SEQUENCE_ABORTED) {
        session->display_ground = session->display.length;
        session->display_has_ground = true;
    }
    bool plain = sequence->kind == SEQUENCE_TEXT ||
                 (sequence->kind == SEQUENCE_CONTROL && sequence->bytes[0] != 0x05);
    if (!plain && terminal_query_answer(session->screen, sequence, csi, NULL)) {
        take_query(session, sequence, csi);
        return;
    }
    screen_feed(session->screen, sequence, csi);
    if (session->raw_terminals)
        buffer_append(&session->display, sequence->bytes, sequence->length);
}

void session_show_output(struct session *session, const char *bytes, size_t length)
{
    session->display_history = history_next(session->history);
    sequence_scanner_feed(&session->scanner, bytes, length, take_sequence, session);
    flush_display(session);
}
