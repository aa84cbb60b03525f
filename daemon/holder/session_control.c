/* Connections that control the session: happyd's. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repaint.h"
#include "row_text.h"
#include "session_private.h"

void session_tell_control(struct session *session, const struct buffer *frame)
{
    struct client *client, *next;
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        if (client->hello.role != FRAME_ROLE_CONTROL || client->finishing)
            continue;
        buffer_append(&client->out, buffer_string(frame), frame->length);
        client_flush(client);
    }
}

void session_tell_terminals_count(struct session *session)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_TERMINALS);
    frame_put_u16(&frame, (uint16_t)session_count_terminals(session));
    frame_end(&frame, mark);
    session_tell_control(session, &frame);
    buffer_free(&frame);
}

void session_tell_activity(struct session *session)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_ACTIVITY);
    frame_put_u8(&frame, session->active);
    frame_put_u64(&frame, (uint64_t)session->last_output_at);
    frame_put_u64(&frame, output_ring_next(session->rings[0]));
    frame_end(&frame, mark);
    session_tell_control(session, &frame);
    buffer_free(&frame);
}

static uint32_t mode_bits(const struct screen *screen)
{
    static const struct {
        enum private_mode mode;
        uint32_t bit;
    } bits[] = {
        {MODE_BRACKETED_PASTE, FRAME_MODE_BRACKETED_PASTE},
        {MODE_CURSOR_KEYS, FRAME_MODE_APPLICATION_CURSOR},
        {MODE_MOUSE_X10, FRAME_MODE_MOUSE},
        {MODE_MOUSE_NORMAL, FRAME_MODE_MOUSE},
        {MODE_MOUSE_BUTTON, FRAME_MODE_MOUSE},
        {MODE_MOUSE_ANY, FRAME_MODE_MOUSE},
    };
    const struct terminal_modes *modes = screen_modes(screen);
    bool alternate = grid_is_alternate(screen_grid(screen));
    const struct keyboard_stack *keyboard = terminal_modes_keyboard(modes, alternate);
    uint32_t result = alternate ? FRAME_MODE_ALTERNATE_SCREEN : 0;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (terminal_modes_is_set(modes, bits[i].mode))
            result |= bits[i].bit;
    if (!terminal_modes_is_set(modes, MODE_CURSOR_VISIBLE))
        result |= FRAME_MODE_CURSOR_HIDDEN;
    if (keyboard->flags[keyboard->depth])
        result |= FRAME_MODE_KITTY_KEYBOARD;
    return result;
}

static void put_status(const struct session *session, struct buffer *buffer)
{
    struct frame_status status = {
        .holder_pid = (uint32_t)getpid(),
        .agent_pid = session->agent_pid,
        .terminals = (uint16_t)session_count_terminals(session),
        .active = session->active,
        .started_at = session->started_at,
        .last_output_at = session->last_output_at,
        .exit = session->exit,
        .title = {"", 0},
    };
    if (session->agent) {
        status.output_first = output_ring_first(session->rings[0]);
        status.output_next = output_ring_next(session->rings[0]);
        if (session->rings[1])
            status.error_next = output_ring_next(session->rings[1]);
    }
    if (session->screen) {
        const char *title = terminal_modes_title(screen_modes(session->screen));
        status.columns = (uint16_t)grid_columns(screen_grid(session->screen));
        status.rows = (uint16_t)grid_rows(screen_grid(session->screen));
        status.modes = mode_bits(session->screen);
        status.history_first = history_first(session->history);
        status.history_next = history_next(session->history);
        status.title = (struct frame_string){title, strlen(title)};
    }
    frame_put_status(buffer, &status);
}

static bool get_screen(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct frame_screen screen = {.request = frame_get_u32(reader)};
    bool colours = frame_get_u8(reader);
    if (!frame_read_whole(reader))
        return false;
    struct buffer text = {0};
    if (session->screen) {
        struct screen_cursor cursor = screen_cursor(session->screen);
        const struct grid *grid = screen_grid(session->screen);
        repaint_append_text(&text, session->screen, colours);
        screen.columns = (uint16_t)grid_columns(grid);
        screen.rows = (uint16_t)grid_rows(grid);
        screen.cursor_column = (uint16_t)cursor.column;
        screen.cursor_row = (uint16_t)cursor.row;
        screen.cursor_visible =
            terminal_modes_is_set(screen_modes(session->screen), MODE_CURSOR_VISIBLE);
        screen.alternate = grid_is_alternate(grid);
    }
    /* A screen of the greatest size, every cell of another colour, does not fit into a frame. */
    if (text.length > FRAME_PAYLOAD_MAX / 2) {
        buffer_clear(&text);
        repaint_append_text(&text, session->screen, false);
    }
    screen.text = (struct frame_string){buffer_string(&text), text.length};
    frame_put_screen(&client->out, &screen);
    buffer_free(&text);
    return true;
}

static void put_line(struct buffer *buffer, bool wrapped, const struct buffer *text)
{
    frame_put_u8(buffer, wrapped);
    frame_put_string(buffer, buffer_string(text), text->length);
}

/* Lines from the history and, behind it, from the main screen, until the frame is full. */
struct lines {
    const struct session *session;
    const struct frame_get_history *wanted;
    struct buffer *out;
    uint64_t number; /* of the next line */
    uint32_t count;
    size_t start; /* of the frame in `out` */
    bool wrapped;
};

static bool add_line(struct lines *lines, const struct buffer *text, bool continues)
{
    if (lines->out->length - lines->start + text->length > FRAME_PAYLOAD_MAX - 64)
        return false;
    put_line(lines->out, lines->wrapped, text);
    lines->wrapped = continues;
    lines->number++;
    return ++lines->count < lines->wanted->count;
}

static uint64_t used_screen_rows(const struct session *session)
{
    const struct grid *grid = screen_grid(session->screen);
    unsigned rows = grid_rows(grid);
    unsigned cursor = screen_main_cursor(session->screen).row;
    while (rows > cursor + 1 && row_text_end(grid_main_row(grid, rows - 1), UINT16_MAX, false) == 0)
        rows--;
    return rows;
}

static void add_lines(struct lines *lines, uint64_t next)
{
    const struct session *session = lines->session;
    bool colours = lines->wanted->flags & FRAME_HISTORY_COLOURS;
    uint64_t history_end = history_next(session->history);
    bool goes_on = lines->wanted->count > 0;
    struct buffer text = {0};
    if (lines->number > history_first(session->history) && lines->number <= history_end)
        lines->wrapped = history_get(session->history, lines->number - 1).continues;
    while (goes_on && lines->number < next) {
        bool continues;
        buffer_clear(&text);
        if (lines->number < history_end) {
            struct history_line line = history_get(session->history, lines->number);
            repaint_append_line(&text, &line, colours);
            continues = line.continues;
        } else {
            const struct grid *grid = screen_grid(session->screen);
            const struct row *row = grid_main_row(grid, (unsigned)(lines->number - history_end));
            unsigned end = row->continues ? row->used : row_text_end(row, row->used, colours);
            row_text_append(&text, grid, row, 0, end, colours);
            continues = row->continues;
        }
        goes_on = add_line(lines, &text, continues);
    }
    buffer_free(&text);
}

static bool get_history(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct frame_get_history wanted;
    if (!frame_get_get_history(reader, &wanted))
        return false;
    uint64_t first = 0, next = 0;
    if (session->screen) {
        first = history_first(session->history);
        next = history_next(session->history);
        if (wanted.flags & FRAME_HISTORY_WITH_SCREEN)
            next += used_screen_rows(session);
    }
    if (first < wanted.first)
        first = wanted.first < next ? wanted.first : next;
    size_t mark = frame_begin(&client->out, FRAME_HISTORY);
    frame_put_u32(&client->out, wanted.request);
    frame_put_u64(&client->out, first);
    frame_put_u64(&client->out, next);
    size_t count_at = client->out.length;
    frame_put_u32(&client->out, 0);
    struct lines lines = {session, &wanted, &client->out, first, 0, mark, false};
    if (session->screen)
        add_lines(&lines, next);
    if (!client->out.failed) {
        struct buffer count = {0};
        frame_put_u32(&count, lines.count);
        memcpy(client->out.data + count_at, buffer_string(&count), count.length);
        buffer_free(&count);
    }
    frame_end(&client->out, mark);
    return true;
}

static void put_gap(struct buffer *buffer, uint8_t stream, uint64_t from, uint64_t to)
{
    size_t mark = frame_begin(buffer, FRAME_GAP);
    frame_put_u8(buffer, stream);
    frame_put_u64(buffer, from);
    frame_put_u64(buffer, to);
    frame_end(buffer, mark);
}

/* Puts what the client follows until its queue is full. Returns true when something is left. */
static bool put_output(struct session *session, struct client *client)
{
    struct control *control = client->data;
    bool more = false;
    for (uint8_t i = 0; control && i < 2; i++) {
        const struct output_ring *ring = session->rings[i];
        uint64_t *offset = &control->follows[i].offset;
        if (!control->follows[i].on || !ring)
            continue;
        if (*offset < output_ring_first(ring)) {
            put_gap(&client->out, i + FRAME_STREAM_OUTPUT, *offset, output_ring_first(ring));
            *offset = output_ring_first(ring);
        }
        const char *bytes;
        size_t length;
        while (client_queued(client) < CLIENT_PAUSE &&
               (length = output_ring_get(ring, *offset, &bytes)) > 0) {
            if (length > FRAME_BYTES_MAX)
                length = FRAME_BYTES_MAX;
            size_t mark = frame_begin(&client->out, FRAME_OUTPUT);
            frame_put_u8(&client->out, i + FRAME_STREAM_OUTPUT);
            frame_put_u64(&client->out, *offset);
            buffer_append(&client->out, bytes, length);
            frame_end(&client->out, mark);
            *offset += length;
        }
        more = more || *offset < output_ring_next(ring);
    }
    return more;
}

/* A peer that reads while it is written to may empty a full queue at once: then nobody would tell
   when to go on. */
void session_pump(struct session *session, struct client *client)
{
    bool more;
    do {
        more = put_output(session, client);
        client_flush(client);
    } while (more && !client->dead && client_queued(client) == 0);
}

void session_pump_all(struct session *session)
{
    struct client *client, *next;
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        if (client->hello.role == FRAME_ROLE_CONTROL && !client->finishing)
            session_pump(session, client);
    }
}

static bool is_stream(uint8_t stream)
{
    return stream == FRAME_STREAM_OUTPUT || stream == FRAME_STREAM_ERROR;
}

static bool follow(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct control *control = client->data;
    uint8_t stream = frame_get_u8(reader);
    uint64_t offset = frame_get_u64(reader);
    if (!frame_read_whole(reader) || !is_stream(stream) || !session->rings[0])
        return false;
    const struct output_ring *ring = session->rings[stream - FRAME_STREAM_OUTPUT];
    uint64_t next = ring ? output_ring_next(ring) : 0;
    control->follows[stream - FRAME_STREAM_OUTPUT].on = true;
    control->follows[stream - FRAME_STREAM_OUTPUT].offset = offset < next ? offset : next;
    session_pump(session, client);
    return true;
}

static bool unfollow(struct client *client, struct frame_reader *reader)
{
    struct control *control = client->data;
    uint8_t stream = frame_get_u8(reader);
    if (!frame_read_whole(reader) || !is_stream(stream))
        return false;
    control->follows[stream - FRAME_STREAM_OUTPUT].on = false;
    return true;
}

static bool processed(struct session *session, struct frame_reader *reader)
{
    uint8_t stream = frame_get_u8(reader);
    uint64_t offset = frame_get_u64(reader);
    if (!frame_read_whole(reader) || !is_stream(stream))
        return false;
    struct output_ring *ring = session->rings[stream - FRAME_STREAM_OUTPUT];
    if (session->terminal || !ring)
        return true;
    output_ring_forget(ring, offset);
    if (output_ring_room(ring) >= AGENT_READ_MAX)
        agent_pause_output(session->agent, (enum frame_stream)stream, false);
    return true;
}

static bool send_signal(struct session *session, struct frame_reader *reader)
{
    uint32_t number = frame_get_u32(reader);
    uint8_t target = frame_get_u8(reader);
    if (!frame_read_whole(reader) || number >= NSIG || target < FRAME_SIGNAL_GROUP ||
        target > FRAME_SIGNAL_TREE)
        return false;
    if (session->agent)
        agent_signal(session->agent, (int)number, (enum frame_signal_target)target);
    return true;
}

static bool take_size(struct session *session, struct frame_reader *reader)
{
    unsigned columns = frame_get_u16(reader), rows = frame_get_u16(reader);
    if (!frame_read_whole(reader))
        return false;
    session_resize(session, columns, rows);
    return true;
}

static bool take_input(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct frame_string bytes = frame_get_rest(reader);
    if (bytes.length > FRAME_BYTES_MAX)
        return false;
    session_input(session, client, bytes);
    return true;
}

static bool acknowledge_notes(struct session *session, struct frame_reader *reader)
{
    uint64_t sequence = frame_get_u64(reader);
    if (!frame_read_whole(reader))
        return false;
    notes_acknowledge(session->notes, sequence);
    return true;
}

static bool detach_all(struct session *session, struct frame_reader *reader)
{
    struct frame_string reason = frame_get_string(reader);
    if (!frame_read_whole(reader))
        return false;
    struct client *client, *next;
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        if (client->hello.role != FRAME_ROLE_TERMINAL || client->finishing)
            continue;
        size_t mark = frame_begin(&client->out, FRAME_GOODBYE);
        frame_put_string(&client->out, reason.data, reason.length);
        frame_end(&client->out, mark);
        client_finish(client);
    }
    return true;
}

static bool start(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct frame_start wanted;
    if (!frame_get_start(reader, &wanted))
        return false;
    session_start(session, client, &wanted);
    frame_start_free(&wanted);
    return true;
}

void session_attach_control(struct session *session, struct client *client)
{
    client->data = calloc(1, sizeof(struct control));
    if (!client->data) {
        client_refuse(client, ERROR_MEMORY, "out of memory");
        return;
    }
    notes_append_frames(session->notes, 0, &client->out);
    if (session->exited)
        frame_put_exited(&client->out, &session->exit);
    client_flush(client);
}

bool session_control_frame(struct session *session, struct client *client, uint8_t type,
                           struct frame_reader *reader)
{
    bool good = true;
    switch (type) {
    case FRAME_START:
        return start(session, client, reader);
    case FRAME_INPUT:
        return take_input(session, client, reader);
    case FRAME_RESIZE:
        return take_size(session, reader);
    case FRAME_SIGNAL:
        return send_signal(session, reader);
    case FRAME_FOLLOW:
        return follow(session, client, reader);
    case FRAME_UNFOLLOW:
        return unfollow(client, reader);
    case FRAME_PROCESSED:
        return processed(session, reader);
    case FRAME_NOTE_ACK:
        return acknowledge_notes(session, reader);
    case FRAME_DETACH_ALL:
        return detach_all(session, reader);
    case FRAME_GET_STATUS:
        good = frame_read_whole(reader);
        if (good)
            put_status(session, &client->out);
        break;
    case FRAME_GET_SCREEN:
        good = get_screen(session, client, reader);
        break;
    case FRAME_GET_HISTORY:
        good = get_history(session, client, reader);
        break;
    case FRAME_CLOSE_INPUT:
        if (session->agent)
            agent_close_input(session->agent);
        return frame_read_whole(reader);
    case FRAME_COLLECT:
        session_collect(session);
        return frame_read_whole(reader);
    default:
        return false;
    }
    if (good)
        client_flush(client);
    return good;
}
