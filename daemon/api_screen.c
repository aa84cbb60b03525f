/* session.screen, session.history, session.resize, session.detach */
#include <stdlib.h>

#include "api_method.h"
#include "holder_link.h"
#include "screen_text.h"
#include "session_link.h"

#define HISTORY_COUNT_DEFAULT 1000
#define HISTORY_COUNT_MOST    100000
#define HISTORY_TEXT_MAX      (2u * 1024u * 1024u) /* bytes of text in one answer */
#define HISTORY_AT_ONCE       2000                 /* lines asked of a holder at once */

static struct json_object *make_string(const char *text, size_t length)
{
    return json_object_new_string_len(text ? text : "", (int)length);
}

static struct json_object *screen_to_json(const struct frame_screen *screen, const char *title)
{
    struct json_object *result = json_object_new_object();
    struct json_object *cursor = json_object_new_object();
    json_put_integer(cursor, "column", screen->cursor_column);
    json_put_integer(cursor, "row", screen->cursor_row);
    json_put_bool(cursor, "visible", screen->cursor_visible != 0);
    json_put(result, "text", make_string(screen->text.data, screen->text.length));
    json_put_integer(result, "columns", screen->columns);
    json_put_integer(result, "rows", screen->rows);
    json_put(result, "cursor", cursor);
    json_put_bool(result, "alternate", screen->alternate != 0);
    json_put_string_or_null(result, "title", title);
    return result;
}

static void on_screen(const struct frame_screen *screen, const struct error *error, void *context)
{
    struct api_call *call = context;
    if (error)
        api_fail(call, error);
    else
        api_answer(call, screen_to_json(screen, call->session->title));
}

/* The record of a session that ended; or NULL, and the call has failed. */
static struct session_record *read_record(struct api_call *call)
{
    struct error error;
    struct session_record *record =
        session_store_read_record(call->daemon->store, call->session->id, &error);
    if (!record)
        api_fail(call, &error);
    return record;
}

static void show_kept_screen(struct api_call *call, bool colours)
{
    struct session_record *record = read_record(call);
    if (!record)
        return;
    struct buffer plain = {0};
    if (!colours)
        screen_text_append_plain(&plain, record->screen.data, record->screen.length);
    struct buffer *text = colours ? &record->screen : &plain;
    struct frame_screen screen = {
        .columns = record->columns,
        .rows = record->rows,
        .cursor_column = record->cursor_column,
        .cursor_row = record->cursor_row,
        .cursor_visible = record->cursor_visible,
        .alternate = record->alternate,
        .text = {buffer_string(text), text->length},
    };
    struct json_object *result = screen_to_json(&screen, call->session->title);
    buffer_free(&plain);
    session_record_free(record);
    api_answer(call, result);
}

static void show_screen(struct api_call *call)
{
    bool colours = api_boolean(call->params, "colours", false);
    if (!session_is_live(call->session)) {
        show_kept_screen(call, colours);
        return;
    }
    struct holder_link *link = api_link(call);
    if (link)
        holder_link_get_screen(link, colours, on_screen, call);
}

/* An answer of session.history on its way. */
struct history_read {
    struct api_call *call;
    struct json_object *lines;
    uint64_t first, oldest, end; /* of the answer; of all that is kept */
    uint64_t next;               /* the line wanted next */
    uint64_t wanted;             /* lines still wanted */
    size_t bytes;
    uint8_t flags;
    bool plain; /* colours are to be taken out */
    bool full;
};

/* Adds the lines in `reader` from line number `number` on. */
static void add_lines(struct history_read *read, struct frame_reader *reader, uint64_t number,
                      uint64_t end)
{
    struct buffer plain = {0};
    for (; number < end && read->wanted > 0 && !read->full; number++) {
        uint8_t wrapped = frame_get_u8(reader);
        struct frame_string text = frame_get_string(reader);
        if (reader->failed)
            break;
        if (number < read->next)
            continue;
        buffer_clear(&plain);
        if (read->plain)
            screen_text_append_plain(&plain, text.data, text.length);
        struct json_object *line = json_object_new_object();
        json_put(line, "text",
                 read->plain ? make_string(plain.data, plain.length)
                             : make_string(text.data, text.length));
        json_put_bool(line, "wrapped", wrapped != 0);
        json_object_array_add(read->lines, line);
        read->next = number + 1;
        read->wanted--;
        read->bytes += text.length + 32;
        read->full = read->bytes >= HISTORY_TEXT_MAX;
    }
    buffer_free(&plain);
}

/* A negative number counts from the end. */
static void choose_first(struct history_read *read)
{
    int64_t first = api_integer(read->call->params, "first", 0);
    if (first < 0)
        first = read->end > (uint64_t)-first ? (int64_t)read->end + first : 0;
    read->first = (uint64_t)first > read->oldest ? (uint64_t)first : read->oldest;
    read->next = read->first;
}

static void finish_history(struct history_read *read)
{
    struct json_object *result = json_object_new_object();
    json_put_integer(result, "first", (int64_t)read->first);
    json_put_integer(result, "next", (int64_t)read->next);
    json_put_integer(result, "oldest", (int64_t)read->oldest);
    json_put_integer(result, "end", (int64_t)read->end);
    json_put(result, "lines", read->lines);
    struct api_call *call = read->call;
    free(read);
    api_answer(call, result);
}

static void fail_history(struct history_read *read, const struct error *error)
{
    struct api_call *call = read->call;
    json_object_put(read->lines);
    free(read);
    api_fail(call, error);
}

static void ask_for_lines(struct history_read *read);

static void on_lines(const struct frame_history *history, struct frame_reader *lines,
                     const struct error *error, void *context)
{
    struct history_read *read = context;
    if (error) {
        fail_history(read, error);
        return;
    }
    /* Lines may have been forgotten since the first look. */
    if (history->first > read->next) {
        read->next = history->first;
        if (json_object_array_length(read->lines) == 0)
            read->first = history->first;
    }
    uint64_t before = read->next;
    add_lines(read, lines, history->first, history->first + history->count);
    read->end = history->next;
    if (read->next == before || read->full || read->wanted == 0 || read->next >= history->next)
        finish_history(read);
    else
        ask_for_lines(read);
}

static void ask_for_lines(struct history_read *read)
{
    struct error error;
    struct holder_link *link = session_link_of(read->call->session, &error);
    uint32_t count = read->wanted < HISTORY_AT_ONCE ? (uint32_t)read->wanted : HISTORY_AT_ONCE;
    if (link)
        holder_link_get_history(link, read->next, count, read->flags, on_lines, read);
    else
        fail_history(read, &error);
}

/* The first look, without lines, tells where the history begins and ends. */
static void on_bounds(const struct frame_history *history, struct frame_reader *lines,
                      const struct error *error, void *context)
{
    (void)lines;
    struct history_read *read = context;
    if (error) {
        fail_history(read, error);
        return;
    }
    read->oldest = history->first;
    read->end = history->next;
    choose_first(read);
    if (read->next >= read->end)
        finish_history(read);
    else
        ask_for_lines(read);
}

static void read_kept_history(struct history_read *read)
{
    struct session_record *record = read_record(read->call);
    if (!record) {
        json_object_put(read->lines);
        free(read);
        return;
    }
    bool with_screen = (read->flags & FRAME_HISTORY_WITH_SCREEN) != 0;
    read->oldest = record->first;
    read->end =
        with_screen || record->screen_first > record->next ? record->next : record->screen_first;
    choose_first(read);
    struct frame_reader reader = {.data = (const unsigned char *)buffer_string(&record->lines),
                                  .length = record->lines.length};
    add_lines(read, &reader, record->first, read->end);
    session_record_free(record);
    finish_history(read);
}

static void show_history(struct api_call *call)
{
    bool live = session_is_live(call->session);
    bool colours = api_boolean(call->params, "colours", false);
    struct holder_link *link = live ? api_link(call) : NULL;
    if (live && !link)
        return;
    struct history_read *read = calloc(1, sizeof *read);
    if (!read) {
        struct error error;
        error_set(&error, ERROR_MEMORY, "out of memory");
        api_fail(call, &error);
        return;
    }
    read->call = call;
    read->lines = json_object_new_array();
    read->wanted = (uint64_t)api_integer(call->params, "count", HISTORY_COUNT_DEFAULT);
    read->plain = !live && !colours;
    read->flags = (colours ? FRAME_HISTORY_COLOURS : 0) |
                  (api_boolean(call->params, "screen", true) ? FRAME_HISTORY_WITH_SCREEN : 0);
    if (live)
        holder_link_get_history(link, 0, 0, read->flags, on_bounds, read);
    else
        read_kept_history(read);
}

/* Any answer of the holder behind a command says that the command was carried out. */
static void on_resized(const struct frame_status *status, const struct error *error, void *context)
{
    struct api_call *call = context;
    if (error) {
        api_fail(call, error);
        return;
    }
    session_set_size(call->session, status->columns, status->rows);
    api_answer(call, NULL);
}

static void resize(struct api_call *call)
{
    struct holder_link *link = api_link(call);
    if (!link)
        return;
    if (!call->session->terminal) {
        struct error error;
        error_set(&error, ERROR_UNSUPPORTED, "the session has no terminal");
        api_fail(call, &error);
        return;
    }
    holder_link_resize(link, (uint16_t)api_integer(call->params, "columns", 80),
                       (uint16_t)api_integer(call->params, "rows", 24));
    holder_link_get_status(link, on_resized, call);
}

static void on_detached(const struct frame_status *status, const struct error *error, void *context)
{
    struct api_call *call = context;
    if (error) {
        api_fail(call, error);
        return;
    }
    struct json_object *result = json_object_new_object();
    json_put_integer(result, "detached", (int64_t)(intptr_t)call->state);
    session_set_terminals(call->session, status->terminals);
    api_answer(call, result);
}

static void detach(struct api_call *call)
{
    struct holder_link *link = api_link(call);
    if (!link)
        return;
    call->state = (void *)(intptr_t)call->session->terminals;
    holder_link_detach_all(link, "detached by happyctl");
    holder_link_get_status(link, on_detached, call);
}

static const struct api_param SCREEN[] = {
    {.name = "session", .type = API_STRING},
    {.name = "colours", .type = API_BOOLEAN},
    API_PARAM_END,
};
static const struct api_param HISTORY[] = {
    {.name = "session", .type = API_STRING},
    {.name = "first", .type = API_INTEGER, .least = -INT64_MAX, .most = INT64_MAX},
    {.name = "count", .type = API_INTEGER, .least = 1, .most = HISTORY_COUNT_MOST},
    {.name = "colours", .type = API_BOOLEAN},
    {.name = "screen", .type = API_BOOLEAN},
    API_PARAM_END,
};
static const struct api_param RESIZE[] = {
    {.name = "session", .type = API_STRING},
    {.name = "columns", .type = API_INTEGER, .required = true, .least = 1, .most = 1000},
    {.name = "rows", .type = API_INTEGER, .required = true, .least = 1, .most = 1000},
    API_PARAM_END,
};
static const struct api_param DETACH[] = {
    {.name = "session", .type = API_STRING},
    API_PARAM_END,
};

const struct api_method API_SCREEN_METHODS[] = {
    {"session.screen", show_screen, API_ANY_SESSION, SCREEN},
    {"session.history", show_history, API_ANY_SESSION, HISTORY},
    {"session.resize", resize, API_LIVE_SESSION, RESIZE},
    {"session.detach", detach, API_LIVE_SESSION, DETACH},
    {0},
};
