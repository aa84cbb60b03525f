#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"
#include "os/unix_socket.h"
#include "session_private.h"

static const struct client_listener CLIENT_LISTENER;

static void put_welcome(const struct session *session, struct client *client)
{
    struct frame_welcome welcome = {
        .version = client->hello.version < FRAME_VERSION ? client->hello.version : FRAME_VERSION,
        .holder_pid = (uint32_t)getpid(),
        .agent_pid = session->agent_pid,
        .session = {session->id, strlen(session->id)},
    };
    if (session->screen) {
        welcome.columns = (uint16_t)grid_columns(screen_grid(session->screen));
        welcome.rows = (uint16_t)grid_rows(screen_grid(session->screen));
    }
    frame_put_welcome(&client->out, &welcome);
}

static const unsigned ROLE_MAX[] = {[FRAME_ROLE_TERMINAL] = SESSION_TERMINALS_MAX,
                                    [FRAME_ROLE_CONTROL] = SESSION_CONTROLS_MAX,
                                    [FRAME_ROLE_HOOK] = SESSION_HOOKS_MAX};

/* When a role has all its places taken, one of them goes for the newcomer: the oldest that never
   said a thing, else the oldest; not the leader, nor happyd before its START. */
static void make_place(struct session *session, const struct client *newcomer)
{
    struct client *client, *oldest = NULL, *silent = NULL;
    unsigned count = 0;
    LIST_FOREACH(client, &session->clients, entry)
    {
        if (client->hello.role != newcomer->hello.role || client->finishing)
            continue;
        count++;
        if (client == newcomer || client == session->leader || client == session->inherited)
            continue;
        oldest = client;
        if (!client->used)
            silent = client;
    }
    if (count <= ROLE_MAX[newcomer->hello.role] || !oldest)
        return;
    struct client *leaving = silent ? silent : oldest;
    static const char reason[] = "too many connections to this session";
    size_t mark = frame_begin(&leaving->out, FRAME_GOODBYE);
    frame_put_string(&leaving->out, reason, sizeof reason - 1);
    frame_end(&leaving->out, mark);
    client_finish(leaving);
}

static void on_hello(struct client *client, void *context)
{
    struct session *session = context;
    make_place(session, client);
    put_welcome(session, client);
    client_flush(client);
    if (client->dead)
        return;
    if (client->hello.role == FRAME_ROLE_CONTROL) {
        session_attach_control(session, client);
    } else if (!session->agent) {
        client_refuse(client, ERROR_REFUSED, "the session has not been started");
    } else if (client->hello.role == FRAME_ROLE_TERMINAL) {
        session_attach_terminal(session, client);
        if (session->exited && !client->finishing && !client->dead) {
            frame_put_exited(&client->out, &session->exit);
            client_finish(client);
        }
    }
}

/* A hook waits for NOTED: what was answered will reach happyd, unless the machine dies first. */
static bool take_note(struct session *session, struct client *client, struct frame_reader *reader)
{
    struct frame_string bytes = frame_get_rest(reader);
    struct error error;
    uint64_t sequence = notes_add(session->notes, bytes.data, bytes.length, clock_now_ms(), &error);
    if (!sequence) {
        client_refuse(client, error.code, "%s", error.message);
        return true;
    }
    size_t mark = frame_begin(&client->out, FRAME_NOTED);
    frame_put_u64(&client->out, sequence);
    frame_end(&client->out, mark);
    client_flush(client);
    struct buffer frame = {0};
    notes_append_frames(session->notes, sequence, &frame);
    session_tell_control(session, &frame);
    buffer_free(&frame);
    return true;
}

static bool on_frame(struct client *client, uint8_t type, struct frame_reader *reader,
                     void *context)
{
    struct session *session = context;
    if (type == FRAME_DETACH) {
        bool good = frame_read_whole(reader);
        if (good)
            client_finish(client);
        return good;
    }
    if (type == FRAME_NOTE)
        return take_note(session, client, reader);
    if (client->hello.role == FRAME_ROLE_TERMINAL)
        return session_terminal_frame(session, client, type, reader);
    return session_control_frame(session, client, type, reader);
}

static void on_drained(struct client *client, void *context)
{
    struct session *session = context;
    if (client->hello.role == FRAME_ROLE_TERMINAL)
        session_terminal_drained(session, client);
    else if (client->hello.role == FRAME_ROLE_CONTROL)
        session_pump(session, client);
}

static void end_if_done(struct session *session)
{
    bool done = session->collected && LIST_EMPTY(&session->clients);
    bool never_started = !session->agent && !session->inherited;
    if (done || never_started)
        event_base_loopbreak(session->base);
}

static void on_closed(struct client *client, void *context)
{
    struct session *session = context;
    session->client_count--;
    if (session->inherited == client)
        session->inherited = NULL;
    if (client->hello.role == FRAME_ROLE_TERMINAL)
        session_forget_terminal(session, client);
    else
        free(client->data);
    client->data = NULL;
    end_if_done(session);
}

static const struct client_listener CLIENT_LISTENER = {on_hello, on_frame, on_drained, on_closed};

/* Makes room for a newcomer at the cost of one that has not said HELLO, or has had its last word.
 */
static bool make_room(struct session *session)
{
    struct client *client, *oldest = NULL;
    if (session->client_count < SESSION_CONNECTIONS_MAX)
        return true;
    LIST_FOREACH(client, &session->clients, entry)
    if (!client->inherited && (!client->hello.role || client->finishing))
        oldest = client;
    if (oldest)
        client_close(oldest);
    return oldest != NULL;
}

static void on_connection(evutil_socket_t listening, short what, void *context)
{
    (void)what;
    struct session *session = context;
    int descriptor = unix_socket_accept(listening);
    if (descriptor < 0)
        return;
    if (!unix_socket_peer_is_allowed(descriptor) || !make_room(session)) {
        close(descriptor);
        return;
    }
    if (client_new(session->base, descriptor, false, &session->clients, &CLIENT_LISTENER, session))
        session->client_count++;
}

struct session *session_new(struct event_base *base, const char *id, int descriptor,
                            const struct session_origin *origin, struct error *error)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        goto failed;
    session->base = base;
    session->origin = *origin;
    LIST_INIT(&session->clients);
    session->id = strdup(id);
    session->notes = notes_new();
    if (!session->id || !session->notes)
        goto failed;
    session->inherited =
        client_new(base, descriptor, true, &session->clients, &CLIENT_LISTENER, session);
    if (!session->inherited)
        goto failed;
    session->client_count = 1;
    return session;
failed:
    error_set(error, ERROR_MEMORY, "out of memory");
    session_free(session);
    return NULL;
}

static void free_event(struct event **event)
{
    if (*event)
        event_free(*event);
    *event = NULL;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    while (!LIST_EMPTY(&session->clients))
        client_close(LIST_FIRST(&session->clients));
    if (session->listening) {
        close(event_get_fd(session->listening));
        unlink(session->socket_path);
    }
    free_event(&session->listening);
    free_event(&session->quiet);
    agent_free(session->agent);
    screen_free(session->screen);
    history_free(session->history);
    output_ring_free(session->rings[0]);
    output_ring_free(session->rings[1]);
    notes_free(session->notes);
    sequence_scanner_clear(&session->scanner);
    buffer_free(&session->display);
    free(session->socket_path);
    free(session->id);
    free(session);
}

static void set_quiet_timer(struct session *session, int64_t after_ms)
{
    const struct timeval time = {after_ms / 1000, after_ms % 1000 * 1000};
    event_add(session->quiet, &time);
}

/* Armed only while the agent is active, so that an idle holder never wakes up. */
static void on_quiet(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    struct session *session = context;
    int64_t silence = clock_monotonic_ms() - session->last_output_monotonic;
    if (silence < session->quiet_ms) {
        set_quiet_timer(session, session->quiet_ms - silence);
        return;
    }
    session->active = false;
    session_tell_activity(session);
}

/* Starting up counts as activity: an agent that writes nothing is found quiet, too. */
static void begin_activity(struct session *session)
{
    session->last_output_monotonic = clock_monotonic_ms();
    session->active = true;
    set_quiet_timer(session, session->quiet_ms);
}

static void note_activity(struct session *session)
{
    session->last_output_at = clock_now_ms();
    session->last_output_monotonic = clock_monotonic_ms();
    if (session->active)
        return;
    session->active = true;
    set_quiet_timer(session, session->quiet_ms);
    session_tell_activity(session);
}

static void on_output(enum frame_stream stream, const char *bytes, size_t length, void *context)
{
    struct session *session = context;
    struct output_ring *ring = session->rings[stream - FRAME_STREAM_OUTPUT];
    output_ring_add(ring, bytes, length);
    note_activity(session);
    if (session->screen)
        session_show_output(session, bytes, length);
    else if (output_ring_room(ring) < AGENT_READ_MAX)
        agent_pause_output(session->agent, stream, true);
    session_pump_all(session);
}

static void on_input_drained(void *context)
{
    struct session *session = context;
    struct client *client, *next;
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        client_wait(client, false);
    }
}

void session_input(struct session *session, struct client *client, struct frame_string bytes)
{
    if (!session->agent)
        return;
    agent_write(session->agent, bytes.data, bytes.length);
    if (agent_input_queued(session->agent) > AGENT_INPUT_MAX)
        client_wait(client, true);
}

static void on_exited(const struct frame_exit *exit, void *context)
{
    struct session *session = context;
    session->exited = true;
    session->exit = *exit;
    struct client *client, *next;
    session_pump_all(session);
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        if (!client->hello.role || client->finishing)
            continue;
        client_wait(client, false);
        frame_put_exited(&client->out, exit);
        if (client->hello.role == FRAME_ROLE_CONTROL)
            client_flush(client);
        else
            client_finish(client);
    }
}

static const struct agent_listener AGENT_LISTENER = {on_output, on_input_drained, on_exited};

static bool has_nul(struct frame_string string)
{
    return memchr(string.data, '\0', string.length) != NULL;
}

/* NULL-terminated C strings, to be freed with free_strings(). NULL when memory runs out or one
   holds a NUL byte. */
static char **copy_strings(const struct frame_string *strings, size_t count)
{
    char **copies = calloc(count + 1, sizeof(char *));
    for (size_t i = 0; copies && i < count; i++) {
        copies[i] = has_nul(strings[i]) ? NULL : frame_string_copy(strings[i]);
        if (!copies[i]) {
            while (i)
                free(copies[--i]);
            free(copies);
            return NULL;
        }
    }
    return copies;
}

static void free_strings(char **strings)
{
    for (char **at = strings; at && *at; at++)
        free(*at);
    free(strings);
}

static int begin_listening(struct session *session, const struct frame_start *start,
                           struct error *error)
{
    session->socket_path = frame_string_copy(start->socket_path);
    if (!session->socket_path)
        return error_set(error, ERROR_INVALID, "the socket's path is malformed");
    int descriptor = unix_socket_listen(session->socket_path, error);
    if (descriptor < 0)
        return -1;
    session->listening =
        event_new(session->base, descriptor, EV_READ | EV_PERSIST, on_connection, session);
    if (!session->listening || event_priority_set(session->listening, 0) < 0 ||
        event_add(session->listening, NULL) < 0) {
        close(descriptor);
        unlink(session->socket_path);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    return 0;
}

static int make_state(struct session *session, const struct frame_start *start, struct error *error)
{
    session->terminal = start->terminal;
    session->quiet_ms = start->quiet_ms ? start->quiet_ms : 1;
    session->quiet = evtimer_new(session->base, on_quiet, session);
    session->history = history_new(start->history_lines, start->history_bytes, error);
    session->rings[0] = output_ring_new(start->terminal ? SESSION_PTY_RING : SESSION_PIPE_RING);
    if (!start->terminal)
        session->rings[1] = output_ring_new(SESSION_PIPE_RING);
    if (start->terminal && session->history)
        session->screen = screen_new(start->columns, start->rows, session->history, error);
    if (!session->quiet || !session->history || !session->rings[0] ||
        (start->terminal ? !session->screen : !session->rings[1]))
        return error_set(error, ERROR_MEMORY, "out of memory");
    return 0;
}

static int start_agent(struct session *session, const struct frame_start *start,
                       struct error *error)
{
    int result = -1;
    char **arguments = copy_strings(start->arguments, start->argument_count);
    char **environment = copy_strings(start->environment, start->environment_count);
    char *directory = frame_string_copy(start->directory);
    if (!arguments || !environment || !directory) {
        error_set(error, ERROR_INVALID,
                  "an argument, the directory or the environment holds a NUL byte");
        goto out;
    }
    const struct program program = {.path = arguments[0],
                                    .arguments = arguments + 1,
                                    .environment = environment,
                                    .directory = directory,
                                    .umask = session->origin.umask,
                                    .core = session->origin.core};
    unsigned columns = 0, rows = 0;
    if (session->screen) {
        columns = grid_columns(screen_grid(session->screen));
        rows = grid_rows(screen_grid(session->screen));
    }
    session->agent =
        agent_new(session->base, &program, columns, rows, &AGENT_LISTENER, session, error);
    if (session->agent)
        result = 0;
out:
    free_strings(arguments);
    /* It may hold secrets. */
    for (char **entry = environment; entry && *entry; entry++)
        explicit_bzero(*entry, strlen(*entry));
    free_strings(environment);
    free(directory);
    return result;
}

void session_start(struct session *session, struct client *client, struct frame_start *start)
{
    struct error error = {0};
    if (session->agent || session->socket_path) {
        client_refuse(client, ERROR_EXISTS, "the session has been started already");
        return;
    }
    if (begin_listening(session, start, &error) < 0 || make_state(session, start, &error) < 0 ||
        start_agent(session, start, &error) < 0) {
        /* The descriptor closes behind the message, and this process ends. */
        client_refuse(client, error.code, "%s%s%s", error.message, error.fix[0] ? "; " : "",
                      error.fix);
        return;
    }
    session->agent_pid = (uint32_t)agent_pid(session->agent);
    session->started_at = clock_now_ms();
    session->inherited = NULL;
    begin_activity(session);
    size_t mark = frame_begin(&client->out, FRAME_STARTED);
    frame_put_u32(&client->out, session->agent_pid);
    frame_end(&client->out, mark);
    client_flush(client);
    log_debug("session %s: agent %u started", session->id, session->agent_pid);
}

void session_collect(struct session *session)
{
    struct client *client, *next;
    if (!session->exited)
        return;
    session->collected = true;
    if (session->listening)
        event_del(session->listening);
    for (client = LIST_FIRST(&session->clients); client; client = next) {
        next = LIST_NEXT(client, entry);
        client_finish(client);
    }
    end_if_done(session);
}
