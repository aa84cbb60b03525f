#include "daemon.h"

#include <stdlib.h>
#include <string.h>

#include "api_history.h"
#include "holder_link.h"
#include "local_api.h"
#include "os/clock.h"
#include "os/log.h"
#include "recovery.h"

static int open_state(struct daemon *daemon, struct error *error)
{
    session_table_init(&daemon->sessions);
    daemon->database = database_open(daemon->paths->database, error);
    if (!daemon->database)
        return -1;
    daemon->turn = turn_new(daemon->base, daemon->database);
    if (!daemon->turn)
        return error_set(error, ERROR_MEMORY, "out of memory");
    daemon->store = session_store_new(daemon->database, &daemon->sessions, error);
    if (!daemon->store)
        return -1;
    /* Rows of sessions before the events that refer to them. */
    turn_add_source(daemon->turn, session_store_source(daemon->store));
    daemon->events = event_log_new(daemon->database, error);
    if (!daemon->events)
        return -1;
    turn_add_source(daemon->turn, event_log_source(daemon->events));
    return session_store_load(daemon->store, daemon, error);
}

/* One priority and no thread support: a daemon that sleeps in epoll_wait(2) and nowhere else. */
static struct event_base *new_base(void)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

struct daemon *daemon_new(struct paths *paths, struct service_notify *service,
                          const struct settings *settings, struct error *error)
{
    struct daemon *daemon = calloc(1, sizeof *daemon);
    if (!daemon || !(daemon->base = new_base()) ||
        !(daemon->histories = history_queue_new(daemon->base))) {
        if (daemon && daemon->base)
            event_base_free(daemon->base);
        free(daemon);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    daemon->paths = paths;
    daemon->service = service;
    daemon->settings = *settings;
    daemon->started_at = clock_now_ms();
    daemon->told_running = -1;
    if (open_state(daemon, error) == 0)
        return daemon;
    daemon_free(daemon);
    return NULL;
}

int daemon_begin(struct daemon *daemon, int listener, void (*ready)(struct daemon *daemon),
                 struct error *error)
{
    daemon->api = local_api_new(daemon, listener, error);
    if (!daemon->api)
        return -1;
    daemon->ready = ready;
    event_log_listen(daemon->events, local_api_event_listener(), daemon->api);
    recovery_begin(daemon);
    return 0;
}

static void free_session_states(struct daemon *daemon)
{
    struct session *session;
    TAILQ_FOREACH(session, &daemon->sessions.list, entry)
    recovery_cancel(session);
}

void daemon_free(struct daemon *daemon)
{
    if (!daemon)
        return;
    if (daemon->api)
        local_api_free(daemon->api);
    history_queue_free(daemon->histories);
    free_session_states(daemon);
    session_table_clear(&daemon->sessions);
    event_log_free(daemon->events);
    session_store_free(daemon->store);
    turn_free(daemon->turn);
    database_close(daemon->database);
    event_base_free(daemon->base);
    free(daemon);
}

static void forget_oldest(struct daemon *daemon)
{
    while (daemon->sessions.over > SESSION_ENDED_MAX) {
        struct session *session, *oldest = NULL;
        TAILQ_FOREACH(session, &daemon->sessions.list, entry)
        if (!session_is_live(session) && (!oldest || session->ended_at < oldest->ended_at))
            oldest = session;
        daemon_forget_session(daemon, oldest);
    }
}

/* Every pass of the loop is a turn: its changes are on the disk before anything that acknowledges
   them is even queued, see turn.h. */
void daemon_run(struct daemon *daemon)
{
    daemon_recovered(daemon);
    do {
        forget_oldest(daemon);
        turn_end(daemon->turn);
        if (daemon->ending)
            break;
    } while (event_base_loop(daemon->base, EVLOOP_ONCE) >= 0);
    local_api_finish(daemon->api);
}

void daemon_end(struct daemon *daemon)
{
    daemon->ending = true;
}

void daemon_session_changed(struct daemon *daemon, struct session *session)
{
    session_store_mark(daemon->store, session);
}

void daemon_counts_changed(struct daemon *daemon)
{
    session_table_count(&daemon->sessions);
    int running = daemon->sessions.live;
    if (running == daemon->told_running)
        return;
    daemon->told_running = running;
    service_notify_send(daemon->service, "STATUS=%d session%s running", running,
                        running == 1 ? "" : "s");
}

void daemon_recovered(struct daemon *daemon)
{
    if (daemon->recovering > 0 || !daemon->ready)
        return;
    void (*ready)(struct daemon *) = daemon->ready;
    daemon->ready = NULL;
    local_api_open(daemon->api);
    daemon_counts_changed(daemon);
    ready(daemon);
}

struct after_commit {
    struct daemon *daemon;
    char session[SESSION_ID_LENGTH + 1];
    void (*act)(struct session *session);
};

static void on_commit(const struct error *failure, void *context)
{
    struct after_commit *after = context;
    struct session *session = session_table_find(&after->daemon->sessions, after->session);
    (void)failure;
    if (session)
        after->act(session);
    free(after);
}

void daemon_after_commit(struct daemon *daemon, const struct session *session,
                         void (*act)(struct session *session))
{
    struct after_commit *after = calloc(1, sizeof *after);
    if (!after)
        return;
    after->daemon = daemon;
    memcpy(after->session, session->id, sizeof after->session);
    after->act = act;
    if (turn_after_saved(daemon->turn, on_commit, after) < 0)
        free(after);
}

void daemon_forget_session(struct daemon *daemon, struct session *session)
{
    if (session->stored)
        session_store_forget(daemon->store, session);
    /* Whoever waits for its holder hears that there is none any more. */
    struct error error;
    error_set(&error, ERROR_ENDED, "the session is gone");
    session->state = SESSION_LOST;
    if (session->link)
        holder_link_abort(session->link, &error);
    if (session->input)
        holder_link_abort(session->input, &error);
    recovery_cancel(session);
    if (daemon->api)
        local_api_forget_session(daemon->api, session);
    session_table_remove(&daemon->sessions, session);
}
