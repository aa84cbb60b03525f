/* The structured payloads of wire/frame.h. Each pair of functions is one row of the protocol. */
#include <stdlib.h>
#include <string.h>

#include "wire/frame.h"

void frame_put_hello(struct buffer *buffer, const struct frame_hello *hello)
{
    size_t mark = frame_begin(buffer, FRAME_HELLO);
    frame_put_u32(buffer, FRAME_MAGIC);
    frame_put_u16(buffer, hello->version);
    frame_put_u8(buffer, hello->role);
    frame_put_u8(buffer, hello->flags);
    frame_put_u16(buffer, hello->columns);
    frame_put_u16(buffer, hello->rows);
    frame_put_u32(buffer, hello->history_lines);
    frame_end(buffer, mark);
}

bool frame_get_hello(struct frame_reader *reader, struct frame_hello *hello)
{
    if (frame_get_u32(reader) != FRAME_MAGIC)
        return false;
    hello->version = frame_get_u16(reader);
    hello->role = frame_get_u8(reader);
    hello->flags = frame_get_u8(reader);
    hello->columns = frame_get_u16(reader);
    hello->rows = frame_get_u16(reader);
    hello->history_lines = frame_get_u32(reader);
    /* A newer version may have put more fields behind these. */
    return !reader->failed && hello->role >= FRAME_ROLE_TERMINAL && hello->role <= FRAME_ROLE_HOOK;
}

void frame_put_welcome(struct buffer *buffer, const struct frame_welcome *welcome)
{
    size_t mark = frame_begin(buffer, FRAME_WELCOME);
    frame_put_u16(buffer, welcome->version);
    frame_put_u32(buffer, welcome->holder_pid);
    frame_put_u32(buffer, welcome->agent_pid);
    frame_put_u16(buffer, welcome->columns);
    frame_put_u16(buffer, welcome->rows);
    frame_put_string(buffer, welcome->session.data, welcome->session.length);
    frame_end(buffer, mark);
}

bool frame_get_welcome(struct frame_reader *reader, struct frame_welcome *welcome)
{
    welcome->version = frame_get_u16(reader);
    welcome->holder_pid = frame_get_u32(reader);
    welcome->agent_pid = frame_get_u32(reader);
    welcome->columns = frame_get_u16(reader);
    welcome->rows = frame_get_u16(reader);
    welcome->session = frame_get_string(reader);
    return !reader->failed;
}

void frame_put_refused(struct buffer *buffer, uint8_t code, const char *message)
{
    size_t mark = frame_begin(buffer, FRAME_REFUSED);
    frame_put_u8(buffer, code);
    frame_put_string(buffer, message, strlen(message));
    frame_end(buffer, mark);
}

static void put_strings(struct buffer *buffer, const struct frame_string *strings, size_t count)
{
    frame_put_u32(buffer, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        frame_put_string(buffer, strings[i].data, strings[i].length);
}

/* Every string needs at least its length, so that a count never asks for more memory than the
   payload could fill. */
static struct frame_string *get_strings(struct frame_reader *reader, size_t *count)
{
    uint32_t wanted = frame_get_u32(reader);
    if (reader->failed || wanted > FRAME_START_STRINGS_MAX ||
        wanted > (reader->length - reader->offset) / 4) {
        reader->failed = true;
        return NULL;
    }
    struct frame_string *strings = calloc(wanted + 1, sizeof *strings);
    if (!strings) {
        reader->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < wanted; i++)
        strings[i] = frame_get_string(reader);
    *count = wanted;
    return strings;
}

void frame_put_start(struct buffer *buffer, const struct frame_start *start)
{
    size_t mark = frame_begin(buffer, FRAME_START);
    frame_put_string(buffer, start->socket_path.data, start->socket_path.length);
    frame_put_string(buffer, start->directory.data, start->directory.length);
    frame_put_u8(buffer, start->terminal);
    frame_put_u16(buffer, start->columns);
    frame_put_u16(buffer, start->rows);
    frame_put_u32(buffer, start->history_lines);
    frame_put_u32(buffer, start->history_bytes);
    frame_put_u32(buffer, start->quiet_ms);
    put_strings(buffer, start->arguments, start->argument_count);
    put_strings(buffer, start->environment, start->environment_count);
    frame_end(buffer, mark);
}

bool frame_get_start(struct frame_reader *reader, struct frame_start *start)
{
    *start = (struct frame_start){0};
    start->socket_path = frame_get_string(reader);
    start->directory = frame_get_string(reader);
    start->terminal = frame_get_u8(reader);
    start->columns = frame_get_u16(reader);
    start->rows = frame_get_u16(reader);
    start->history_lines = frame_get_u32(reader);
    start->history_bytes = frame_get_u32(reader);
    start->quiet_ms = frame_get_u32(reader);
    start->arguments = get_strings(reader, &start->argument_count);
    start->environment = get_strings(reader, &start->environment_count);
    if (!frame_read_whole(reader) || start->argument_count < 2 || start->terminal > 1) {
        frame_start_free(start);
        return false;
    }
    return true;
}

void frame_start_free(struct frame_start *start)
{
    free(start->arguments);
    free(start->environment);
    *start = (struct frame_start){0};
}

static void put_exit(struct buffer *buffer, const struct frame_exit *exit)
{
    frame_put_u8(buffer, exit->kind);
    frame_put_u32(buffer, exit->value);
    frame_put_u64(buffer, (uint64_t)exit->at);
}

static void get_exit(struct frame_reader *reader, struct frame_exit *exit)
{
    exit->kind = frame_get_u8(reader);
    exit->value = frame_get_u32(reader);
    exit->at = (int64_t)frame_get_u64(reader);
}

void frame_put_exited(struct buffer *buffer, const struct frame_exit *exit)
{
    size_t mark = frame_begin(buffer, FRAME_EXITED);
    put_exit(buffer, exit);
    frame_end(buffer, mark);
}

bool frame_get_exited(struct frame_reader *reader, struct frame_exit *exit)
{
    get_exit(reader, exit);
    return frame_read_whole(reader);
}

void frame_put_status(struct buffer *buffer, const struct frame_status *status)
{
    size_t mark = frame_begin(buffer, FRAME_STATUS);
    frame_put_u32(buffer, status->holder_pid);
    frame_put_u32(buffer, status->agent_pid);
    frame_put_u16(buffer, status->columns);
    frame_put_u16(buffer, status->rows);
    frame_put_u16(buffer, status->terminals);
    frame_put_u8(buffer, status->active);
    frame_put_u32(buffer, status->modes);
    frame_put_u64(buffer, (uint64_t)status->started_at);
    frame_put_u64(buffer, (uint64_t)status->last_output_at);
    frame_put_u64(buffer, status->output_first);
    frame_put_u64(buffer, status->output_next);
    frame_put_u64(buffer, status->error_next);
    frame_put_u64(buffer, status->history_first);
    frame_put_u64(buffer, status->history_next);
    put_exit(buffer, &status->exit);
    frame_put_string(buffer, status->title.data, status->title.length);
    frame_end(buffer, mark);
}

bool frame_get_status(struct frame_reader *reader, struct frame_status *status)
{
    status->holder_pid = frame_get_u32(reader);
    status->agent_pid = frame_get_u32(reader);
    status->columns = frame_get_u16(reader);
    status->rows = frame_get_u16(reader);
    status->terminals = frame_get_u16(reader);
    status->active = frame_get_u8(reader);
    status->modes = frame_get_u32(reader);
    status->started_at = (int64_t)frame_get_u64(reader);
    status->last_output_at = (int64_t)frame_get_u64(reader);
    status->output_first = frame_get_u64(reader);
    status->output_next = frame_get_u64(reader);
    status->error_next = frame_get_u64(reader);
    status->history_first = frame_get_u64(reader);
    status->history_next = frame_get_u64(reader);
    get_exit(reader, &status->exit);
    status->title = frame_get_string(reader);
    return frame_read_whole(reader);
}

void frame_put_screen(struct buffer *buffer, const struct frame_screen *screen)
{
    size_t mark = frame_begin(buffer, FRAME_SCREEN);
    frame_put_u32(buffer, screen->request);
    frame_put_u16(buffer, screen->columns);
    frame_put_u16(buffer, screen->rows);
    frame_put_u16(buffer, screen->cursor_column);
    frame_put_u16(buffer, screen->cursor_row);
    frame_put_u8(buffer, screen->cursor_visible);
    frame_put_u8(buffer, screen->alternate);
    frame_put_string(buffer, screen->text.data, screen->text.length);
    frame_end(buffer, mark);
}

bool frame_get_screen(struct frame_reader *reader, struct frame_screen *screen)
{
    screen->request = frame_get_u32(reader);
    screen->columns = frame_get_u16(reader);
    screen->rows = frame_get_u16(reader);
    screen->cursor_column = frame_get_u16(reader);
    screen->cursor_row = frame_get_u16(reader);
    screen->cursor_visible = frame_get_u8(reader);
    screen->alternate = frame_get_u8(reader);
    screen->text = frame_get_string(reader);
    return frame_read_whole(reader);
}

void frame_put_get_history(struct buffer *buffer, const struct frame_get_history *wanted)
{
    size_t mark = frame_begin(buffer, FRAME_GET_HISTORY);
    frame_put_u32(buffer, wanted->request);
    frame_put_u64(buffer, wanted->first);
    frame_put_u32(buffer, wanted->count);
    frame_put_u8(buffer, wanted->flags);
    frame_end(buffer, mark);
}

bool frame_get_get_history(struct frame_reader *reader, struct frame_get_history *wanted)
{
    wanted->request = frame_get_u32(reader);
    wanted->first = frame_get_u64(reader);
    wanted->count = frame_get_u32(reader);
    wanted->flags = frame_get_u8(reader);
    return frame_read_whole(reader);
}

bool frame_get_history(struct frame_reader *reader, struct frame_history *history)
{
    history->request = frame_get_u32(reader);
    history->first = frame_get_u64(reader);
    history->next = frame_get_u64(reader);
    history->count = frame_get_u32(reader);
    return !reader->failed;
}
