/* session.history */
#include "api_history.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "api_method.h"
#include "holder_link.h"
#include "screen_text.h"
#include "session_link.h"

#define COUNT_DEFAULT 1000
#define COUNT_MOST    100000
#define ANSWER_MAX    (2u * 1024u * 1024u) /* bytes of one answer, about */
#define LINE_COST     128                  /* bytes that a line costs besides its text */
#define LINES_AT_ONCE 2000                 /* asked of a holder at once */

/* An answer of session.history on its way. */
struct history_read {
    STAILQ_ENTRY(history_read) entry;
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

/* Histories are large, and clients may ask for many at once: they are read one after the other. */
struct history_queue {
    STAILQ_HEAD(, history_read) reads; /* the first is being read, or about to be */
    struct event *timer;
    bool reading;
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
                 read->plain ? api_text(plain.data, plain.length)
                             : api_text(text.data, text.length));
        json_put_bool(line, "wrapped", wrapped != 0);
        json_object_array_add(read->lines, line);
        read->next = number + 1;
        read->wanted--;
        read->bytes += text.length + LINE_COST;
        read->full = read->bytes >= ANSWER_MAX;
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

/* The next one begins in another turn, when this one's answer is on its way. */
static void end_read(struct history_read *read)
{
    struct history_queue *queue = read->call->daemon->histories;
    struct timeval now = {0, 0};
    STAILQ_REMOVE(&queue->reads, read, history_read, entry);
    free(read);
    queue->reading = false;
    if (!STAILQ_EMPTY(&queue->reads))
        evtimer_add(queue->timer, &now);
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
    end_read(read);
    api_answer(call, result);
}

static void fail_history(struct history_read *read, const struct error *error)
{
    struct api_call *call = read->call;
    json_object_put(read->lines);
    end_read(read);
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
    uint32_t count = read->wanted < LINES_AT_ONCE ? (uint32_t)read->wanted : LINES_AT_ONCE;
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
    struct session_record *record = api_record(read->call);
    if (!record) {
        json_object_put(read->lines);
        end_read(read);
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

static void begin_read(struct history_read *read)
{
    struct error error;
    read->lines = json_object_new_array();
    if (!read->call->peer || !read->call->session) {
        error_set(&error, ERROR_ENDED, "the session or its client is gone");
        fail_history(read, &error);
        return;
    }
    if (!session_is_live(read->call->session)) {
        read->plain = !api_boolean(read->call->params, "colours", false);
        read_kept_history(read);
        return;
    }
    struct holder_link *link = session_link_of(read->call->session, &error);
    if (link)
        holder_link_get_history(link, 0, 0, read->flags, on_bounds, read);
    else
        fail_history(read, &error);
}

static void on_turn(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct history_queue *queue = context;
    if (queue->reading || STAILQ_EMPTY(&queue->reads))
        return;
    queue->reading = true;
    begin_read(STAILQ_FIRST(&queue->reads));
}

static void show_history(struct api_call *call)
{
    struct history_queue *queue = call->daemon->histories;
    struct history_read *read = calloc(1, sizeof *read);
    if (!read) {
        struct error error;
        error_set(&error, ERROR_MEMORY, "out of memory");
        api_fail(call, &error);
        return;
    }
    read->call = call;
    read->wanted = (uint64_t)api_integer(call->params, "count", COUNT_DEFAULT);
    read->flags = (api_boolean(call->params, "colours", false) ? FRAME_HISTORY_COLOURS : 0) |
                  (api_boolean(call->params, "screen", true) ? FRAME_HISTORY_WITH_SCREEN : 0);
    STAILQ_INSERT_TAIL(&queue->reads, read, entry);
    on_turn(-1, 0, queue);
}

struct history_queue *history_queue_new(struct event_base *base)
{
    struct history_queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    STAILQ_INIT(&queue->reads);
    queue->timer = evtimer_new(base, on_turn, queue);
    if (queue->timer)
        return queue;
    free(queue);
    return NULL;
}

void history_queue_free(struct history_queue *queue)
{
    struct history_read *read;
    if (!queue)
        return;
    while ((read = STAILQ_FIRST(&queue->reads))) {
        STAILQ_REMOVE_HEAD(&queue->reads, entry);
        json_object_put(read->lines);
        free(read);
    }
    event_free(queue->timer);
    free(queue);
}

static const struct api_param HISTORY[] = {
    {.name = "session", .type = API_STRING},
    {.name = "first", .type = API_INTEGER, .least = -INT64_MAX, .most = INT64_MAX},
    {.name = "count", .type = API_INTEGER, .least = 1, .most = COUNT_MOST},
    {.name = "colours", .type = API_BOOLEAN},
    {.name = "screen", .type = API_BOOLEAN},
    API_PARAM_END,
};

const struct api_method API_HISTORY_METHODS[] = {
    {"session.history", show_history, API_ANY_SESSION, HISTORY},
    {0},
};
