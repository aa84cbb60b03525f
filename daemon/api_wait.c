/* session.wait */
#include <stdlib.h>
#include <string.h>

#include "holder_link.h"
#include "os/clock.h"
#include "output_follower.h"
#include "screen_text.h"
#include "session_link.h"
#include "session_wait.h"

#define QUIET_DEFAULT_MS 1000
#define QUIET_MOST_MS    (24 * 60 * 60 * 1000)
#define STEPS_MAX        10000000ul /* of a search in one frame: the loop stands still meanwhile */
#define SCREEN_PAUSE_MS  40         /* between two looks at a screen that changes */
#define RETRY_MS         100        /* the connection to the holder broke */

struct api_wait {
    struct session_wait wait; /* first */
    struct event *timer;      /* silence; next look at the screen, or for the holder */
    int64_t since;            /* monotonic: when the call came */
    int64_t quiet_ms;
    struct pattern *pattern; /* NULL but for text */
    unsigned long steps;     /* that the search may still take */
    bool costly;             /* they did not do */
    bool whole_screen;       /* what is on the screen counts, too: no `from` was given */
    bool looking;            /* a look at the screen is under way, or its time is set */
    bool followed;           /* `offset` is set */
    uint64_t from;
    uint64_t offset; /* behind the last byte seen */
    struct output_follower *follower;
    struct output_lines lines;
    char *match;
};

static void release(struct session_wait *wait)
{
    struct api_wait *waiter = (struct api_wait *)wait;
    session_wait_stop(wait);
    output_follower_free(waiter->follower);
    output_lines_free(&waiter->lines);
    pattern_free(waiter->pattern);
    if (waiter->timer)
        event_free(waiter->timer);
    free(waiter->match);
    free(waiter);
}

static void answer(struct api_wait *waiter)
{
    struct json_object *result = json_object_new_object();
    json_put(result, "session", session_to_json(waiter->wait.session, false));
    json_put_string(result, "match", waiter->match);
    if (waiter->pattern)
        json_put_integer(result, "offset", (int64_t)waiter->offset);
    session_wait_answer(&waiter->wait, result);
}

static void start_timer(struct api_wait *waiter, int64_t milliseconds)
{
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    evtimer_add(waiter->timer, &time);
}

/* for: exit */

static void on_exit_change(struct session_wait *wait, enum session_change change)
{
    (void)change;
    if (!session_is_live(wait->session))
        answer((struct api_wait *)wait);
}

/* for: idle */

static bool is_quiet(const struct session *session)
{
    bool calm = session->activity == SESSION_IDLE || session->activity == SESSION_WAITING;
    return session->state == SESSION_RUNNING && calm && !session->terminal_active;
}

/* Some agents animate their terminal while they ask. A question that was last seen before the call
   may have been answered since. */
static bool is_asking(const struct api_wait *waiter)
{
    const struct session *session = waiter->wait.session;
    return session->activity == SESSION_WAITING && session->question_at >= waiter->since;
}

static void check_idle(struct api_wait *waiter)
{
    const struct session *session = waiter->wait.session;
    if (!session_is_live(session)) {
        session_wait_fail_ended(&waiter->wait);
        return;
    }
    evtimer_del(waiter->timer);
    if (is_asking(waiter)) {
        answer(waiter);
        return;
    }
    if (!is_quiet(session))
        return;
    int64_t left = session->last_output_at + waiter->quiet_ms - clock_now_ms();
    if (left > waiter->quiet_ms) /* the clock was set back */
        left = waiter->quiet_ms;
    if (left <= 0)
        answer(waiter);
    else
        start_timer(waiter, left);
}

static void on_idle_change(struct session_wait *wait, enum session_change change)
{
    (void)change;
    check_idle((struct api_wait *)wait);
}

static void on_silence(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    check_idle(context);
}

/* for: text */

static void fail_costly(struct api_wait *waiter)
{
    struct error error;
    error_set(&error, ERROR_LIMIT, "the search for \"pattern\" takes too long in this output");
    error_fix(&error, "give a simpler one, with fewer of . * + ? { and |");
    session_wait_fail(&waiter->wait, &error);
}

/* True when the search is over. */
static bool on_line(const char *line, void *context)
{
    struct api_wait *waiter = context;
    enum pattern_result result =
        pattern_search(waiter->pattern, line, strlen(line), &waiter->steps);
    if (result == PATTERN_FOUND)
        waiter->match = strdup(line);
    waiter->costly = result == PATTERN_COSTLY;
    return result != PATTERN_ABSENT;
}

static void on_screen(const struct frame_screen *screen, const struct error *error, void *context)
{
    struct api_wait *waiter = context;
    struct buffer line = {0};
    waiter->looking = false;
    if (error)
        return;
    waiter->steps = STEPS_MAX;
    enum pattern_result result =
        screen_text_search(screen->text, waiter->pattern, &line, &waiter->steps);
    if (result == PATTERN_COSTLY)
        fail_costly(waiter);
    if (result != PATTERN_FOUND)
        return;
    buffer_append_string(&line, ""); /* an empty line may match */
    waiter->match = buffer_take(&line);
    answer(waiter);
}

static void look_soon(struct api_wait *waiter, int milliseconds)
{
    if (!waiter->whole_screen || waiter->looking)
        return;
    waiter->looking = true;
    start_timer(waiter, milliseconds);
}

static void on_output(uint8_t stream, uint64_t offset, struct frame_string bytes, void *context)
{
    struct api_wait *waiter = context;
    if (stream != FRAME_STREAM_OUTPUT)
        return;
    waiter->offset = offset + bytes.length;
    waiter->steps = STEPS_MAX;
    struct buffer *rest = &waiter->lines.line;
    bool over = output_lines_feed(&waiter->lines, bytes.data, bytes.length, on_line, waiter) ||
                (rest->length > 0 && on_line(buffer_string(rest), waiter));
    if (over && waiter->costly)
        fail_costly(waiter);
    else if (over)
        answer(waiter);
    else
        look_soon(waiter, SCREEN_PAUSE_MS);
}

static void on_gap(uint8_t stream, uint64_t from, uint64_t to, void *context)
{
    (void)stream, (void)from, (void)to, (void)context;
}

static void on_ready(uint64_t next, uint64_t error_next, void *context)
{
    struct api_wait *waiter = context;
    if (!waiter->followed)
        waiter->offset = waiter->whole_screen || waiter->from > next ? next : waiter->from;
    waiter->followed = true;
    output_follower_start(waiter->follower, waiter->offset, error_next);
    look_soon(waiter, 0);
}

/* The agent ended, the holder is gone, or only the connection is. The end of the session tells
   which; until then it is followed again. */
static void on_followed(void *context)
{
    struct api_wait *waiter = context;
    waiter->follower = NULL;
    if (!session_is_live(waiter->wait.session)) {
        session_wait_fail_ended(&waiter->wait);
        return;
    }
    waiter->looking = true;
    start_timer(waiter, RETRY_MS);
}

static const struct output_follower_listener FOLLOWER_LISTENER = {
    .ready = on_ready, .output = on_output, .gap = on_gap, .ended = on_followed};

static void on_look(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    struct api_wait *waiter = context;
    struct error error;
    if (waiter->follower) {
        holder_link_get_screen(output_follower_link(waiter->follower), false, on_screen, waiter);
        return;
    }
    waiter->follower =
        output_follower_new(waiter->wait.session, &FOLLOWER_LISTENER, waiter, &error);
    waiter->looking = !waiter->follower;
    if (!waiter->follower)
        start_timer(waiter, RETRY_MS);
}

static void on_text_change(struct session_wait *wait, enum session_change change)
{
    (void)change;
    struct api_wait *waiter = (struct api_wait *)wait;
    if (!session_is_live(wait->session) && !waiter->follower)
        session_wait_fail_ended(wait);
}

/* A text in what was kept of a session that ended counts as well. */
static void match_kept(struct api_wait *waiter)
{
    struct error error;
    struct buffer plain = {0}, line = {0};
    struct session *session = waiter->wait.session;
    struct session_record *record =
        session_store_read_record(session->daemon->store, session->id, &error);
    if (record)
        screen_text_append_plain(&plain, record->screen.data, record->screen.length);
    session_record_free(record);
    struct frame_string text = {buffer_string(&plain), plain.length};
    waiter->steps = STEPS_MAX;
    enum pattern_result result = screen_text_search(text, waiter->pattern, &line, &waiter->steps);
    buffer_free(&plain);
    if (result == PATTERN_FOUND) {
        buffer_append_string(&line, "");
        waiter->match = buffer_take(&line);
        answer(waiter);
    } else if (result == PATTERN_COSTLY) {
        fail_costly(waiter);
    } else {
        session_wait_fail_ended(&waiter->wait);
    }
}

static void begin_text(struct api_wait *waiter)
{
    struct error error;
    struct session *session = waiter->wait.session;
    if (!session_is_live(session)) {
        match_kept(waiter);
        return;
    }
    waiter->follower = session_link_of(session, &error)
                           ? output_follower_new(session, &FOLLOWER_LISTENER, waiter, &error)
                           : NULL;
    if (!waiter->follower)
        session_wait_fail(&waiter->wait, &error);
}

enum wait_kind { WAIT_IDLE, WAIT_EXIT, WAIT_TEXT };

static const char *const KINDS[] = {"idle", "exit", "text", NULL};

static int prepare(struct api_call *call, enum wait_kind kind, struct api_wait *waiter,
                   struct error *error)
{
    const char *pattern = api_string(call->params, "pattern");
    int64_t from = api_integer(call->params, "from", -1);
    waiter->whole_screen = from < 0;
    waiter->from = from < 0 ? 0 : (uint64_t)from;
    waiter->quiet_ms = api_integer(call->params, "quietMs", QUIET_DEFAULT_MS);
    waiter->timer =
        evtimer_new(call->daemon->base, kind == WAIT_TEXT ? on_look : on_silence, waiter);
    waiter->wait.release = release;
    if (!waiter->timer)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (kind == WAIT_TEXT && !pattern) {
        error_set(error, ERROR_INVALID, "the parameter \"pattern\" is missing");
        return error_fix(error, "give the text to wait for, as a regular expression");
    }
    waiter->pattern = kind == WAIT_TEXT ? pattern_new(pattern, error) : NULL;
    return kind != WAIT_TEXT || waiter->pattern ? 0 : -1;
}

static void wait_for(struct api_call *call)
{
    struct error error;
    enum wait_kind kind = WAIT_IDLE;
    while (strcmp(KINDS[kind], api_string(call->params, "for")) != 0)
        kind++;
    struct api_wait *waiter = calloc(1, sizeof *waiter);
    if (!waiter) {
        error_set(&error, ERROR_MEMORY, "out of memory");
        api_fail(call, &error);
        return;
    }
    if (prepare(call, kind, waiter, &error) < 0) {
        release(&waiter->wait);
        api_fail(call, &error);
        return;
    }
    waiter->wait.changed = kind == WAIT_IDLE   ? on_idle_change
                           : kind == WAIT_EXIT ? on_exit_change
                                               : on_text_change;
    waiter->since = clock_monotonic_ms();
    session_wait_begin(&waiter->wait, call, api_integer(call->params, "timeoutMs", 0));
    if (kind == WAIT_TEXT)
        begin_text(waiter);
    else
        waiter->wait.changed(&waiter->wait, SESSION_CHANGED_STATE);
}

static const struct api_param WAIT[] = {
    {.name = "session", .type = API_STRING},
    {.name = "for", .type = API_STRING, .required = true, .words = KINDS},
    {.name = "pattern", .type = API_STRING, .most = PATTERN_LENGTH_MAX},
    {.name = "quietMs", .type = API_INTEGER, .least = 0, .most = QUIET_MOST_MS},
    {.name = "from", .type = API_INTEGER, .least = 0, .most = INT64_MAX},
    {.name = "timeoutMs", .type = API_INTEGER, .least = 0, .most = INT32_MAX},
    API_PARAM_END,
};

const struct api_method API_WAIT_METHODS[] = {
    {"session.wait", wait_for, API_ANY_SESSION, WAIT},
    {0},
};
