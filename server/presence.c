#include "presence.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "client_request.h"
#include "net/timers.h"
#include "os/clock.h"
#include "os/log.h"

enum living { SESSION, MACHINE };

/* What is known of a session or machine. Times are of the clock that is stored. */
struct life {
    UT_hash_handle hh;
    enum living kind;
    int64_t known_until;   /* that it is the account's */
    int64_t written;       /* its last time in the store */
    int64_t pending;       /* the time that is to be written; 0: none */
    int64_t stopped_until; /* 0: it is not stopped */
    bool active;           /* in the store, as far as is known */
    unsigned id;           /* where it begins in `key` */
    unsigned key_length;
    char key[]; /* <account> LF <letter of the kind> <id> NUL */
};

struct heartbeats {
    struct application *application;
    struct life *lives;
    struct timer flush, sweep;
    bool stopped;
};

void presence_tell_session(struct hub *hub, struct slice account, const char *session, bool active,
                           int64_t at, bool thinking)
{
    struct ephemeral ephemeral = {.type = EPHEMERAL_TYPE_ACTIVITY};
    ephemeral.activity.id = session;
    ephemeral.activity.active = active;
    ephemeral.activity.active_at = at;
    ephemeral.activity.thinking = some_bool(thinking);
    hub_ephemeral(hub, account, hub_users(), &ephemeral);
}

void presence_tell_machine(struct hub *hub, struct slice account, const char *machine, bool active,
                           int64_t at)
{
    struct ephemeral ephemeral = {.type = EPHEMERAL_TYPE_MACHINE_ACTIVITY};
    ephemeral.machine_activity.id = machine;
    ephemeral.machine_activity.active = active;
    ephemeral.machine_activity.active_at = at;
    hub_ephemeral(hub, account, hub_users(), &ephemeral);
}

/* What is known. */

static struct life *find_life(struct heartbeats *heartbeats, struct slice account, enum living kind,
                              struct slice id, bool add)
{
    struct life *life = NULL;
    size_t length = account.length + 2 + id.length;
    struct life *made = calloc(1, sizeof *made + length + 1);
    if (!made)
        return NULL;
    made->kind = kind;
    made->id = (unsigned)account.length + 2;
    made->key_length = (unsigned)length;
    memcpy(made->key, account.data, account.length);
    made->key[account.length] = '\n';
    made->key[account.length + 1] = kind == SESSION ? 's' : 'm';
    memcpy(made->key + made->id, id.data, id.length);
    HASH_FIND(hh, heartbeats->lives, made->key, length, life);
    if (life || !add) {
        free(made);
        return life;
    }
    HASH_ADD(hh, heartbeats->lives, key, made->key_length, made);
    return made;
}

static struct slice account_of(const struct life *life)
{
    return slice_of(life->key, life->id - 2);
}

static void forget_old(struct heartbeats *heartbeats, int64_t now)
{
    struct life *life, *next;
    HASH_ITER(hh, heartbeats->lives, life, next)
    {
        if (life->pending == 0 && life->known_until < now && life->stopped_until < now) {
            HASH_DEL(heartbeats->lives, life);
            free(life);
        }
    }
}

/* Writing behind. */

struct flush_row {
    enum living kind;
    int64_t at;
    size_t account, account_length, id, id_length; /* in `text` */
};

struct flush_job {
    struct store_job job;
    struct buffer text;
    size_t count;
    struct flush_row rows[];
};

static int run_flush(struct store_transaction *tx, void *context, struct error *error)
{
    const struct flush_job *flush = context;
    for (size_t i = 0; i < flush->count; i++) {
        const struct flush_row *row = &flush->rows[i];
        struct slice account = slice_of(flush->text.data + row->account, row->account_length);
        struct slice id = slice_of(flush->text.data + row->id, row->id_length);
        int outcome = row->kind == SESSION
                          ? tx->op->sessions->set_active(tx, account, id, true, row->at, error)
                          : tx->op->machines->set_active(tx, account, id, true, row->at, error);
        if (outcome < 0)
            return -1;
    }
    return 0;
}

static void done_flush(void *context, const struct error *error)
{
    struct flush_job *flush = context;
    if (error)
        log_error("heartbeats were not written: %s", error->message);
    buffer_free(&flush->text);
    free(flush);
}

static void add_row(struct flush_job *flush, struct life *life)
{
    struct slice account = account_of(life);
    struct flush_row *row = &flush->rows[flush->count++];
    *row = (struct flush_row){life->kind,
                              life->pending,
                              flush->text.length,
                              account.length,
                              0,
                              life->key_length - life->id};
    buffer_append(&flush->text, account.data, account.length);
    row->id = flush->text.length;
    buffer_append(&flush->text, life->key + life->id, row->id_length);
    life->written = life->pending;
    life->active = true;
    life->pending = 0;
}

/* A heartbeat that is lost is made good by the next one. */
static void flush_all(struct heartbeats *heartbeats)
{
    struct life *life, *next;
    size_t count = 0;
    struct error error;
    HASH_ITER(hh, heartbeats->lives, life, next)
    count += life->pending != 0;
    struct flush_job *flush =
        count > 0 ? calloc(1, sizeof *flush + count * sizeof *flush->rows) : NULL;
    if (!flush)
        return;
    HASH_ITER(hh, heartbeats->lives, life, next)
    {
        if (life->pending != 0)
            add_row(flush, life);
    }
    flush->job = (struct store_job){.run = run_flush, .done = done_flush, .context = flush};
    if (flush->text.failed)
        error_set(&error, ERROR_MEMORY, "out of memory");
    else if (store_submit(heartbeats->application->store, &flush->job, &error) == 0)
        return;
    done_flush(flush, &error);
}

static void flush_due(struct timer *timer)
{
    flush_all((struct heartbeats *)((char *)timer - offsetof(struct heartbeats, flush)));
}

static void write_later(struct heartbeats *heartbeats, struct life *life, int64_t at)
{
    bool is_due = llabs(at - life->written) > PRESENCE_WRITE_MS;
    if (!is_due && (life->kind == SESSION || life->active))
        return;
    life->pending = at;
    if (heartbeats->flush.place == 0 && !heartbeats->stopped)
        timers_set(heartbeats->application->timers, &heartbeats->flush,
                   clock_monotonic_ms() + PRESENCE_FLUSH_MS);
}

/* Becoming inactive by silence. */

struct sweep_job {
    struct store_job job;
    struct heartbeats *heartbeats;
    int64_t until;
    struct presence_list sessions, machines;
};

static int run_sweep(struct store_transaction *tx, void *context, struct error *error)
{
    struct sweep_job *sweep = context;
    if (tx->op->sessions->sweep(tx, sweep->until, PRESENCE_SWEEP_MAX, &sweep->sessions, error) < 0)
        return -1;
    return tx->op->machines->sweep(tx, sweep->until, PRESENCE_SWEEP_MAX, &sweep->machines, error) <
                   0
               ? -1
               : 0;
}

static void tell_swept(struct heartbeats *heartbeats, const struct sweep_job *sweep)
{
    struct hub *hub = heartbeats->application->hub;
    for (size_t i = 0; i < sweep->sessions.count; i++) {
        const struct presence_change *row = &sweep->sessions.rows[i];
        presence_tell_session(hub, row->account, row->id.data, false, row->active_at, false);
    }
    for (size_t i = 0; i < sweep->machines.count; i++) {
        const struct presence_change *row = &sweep->machines.rows[i];
        struct life *life = find_life(heartbeats, row->account, MACHINE, row->id, false);
        if (life)
            life->active = false;
        presence_tell_machine(hub, row->account, row->id.data, false, row->active_at);
    }
}

static void done_sweep(void *context, const struct error *error)
{
    struct sweep_job *sweep = context;
    struct heartbeats *heartbeats = sweep->heartbeats;
    bool again = !error && (sweep->sessions.count == PRESENCE_SWEEP_MAX ||
                            sweep->machines.count == PRESENCE_SWEEP_MAX);
    if (error)
        log_error("silent sessions were not looked for: %s", error->message);
    else
        tell_swept(heartbeats, sweep);
    free(sweep);
    if (!heartbeats->stopped)
        timers_set(heartbeats->application->timers, &heartbeats->sweep,
                   clock_monotonic_ms() + (again ? 0 : PRESENCE_SWEEP_MS));
}

static void sweep_due(struct timer *timer)
{
    struct heartbeats *heartbeats =
        (struct heartbeats *)((char *)timer - offsetof(struct heartbeats, sweep));
    struct application *application = heartbeats->application;
    struct sweep_job *sweep = calloc(1, sizeof *sweep);
    struct error error;
    int64_t now = application->now_ms();
    forget_old(heartbeats, now);
    if (sweep) {
        sweep->heartbeats = heartbeats;
        sweep->until = now - PRESENCE_SILENT_MS;
        sweep->job = (struct store_job){.run = run_sweep, .done = done_sweep, .context = sweep};
        if (store_submit(application->store, &sweep->job, &error) == 0)
            return;
        free(sweep);
    }
    timers_set(application->timers, timer, clock_monotonic_ms() + PRESENCE_SWEEP_MS);
}

/* Stopped sessions. */

void heartbeats_session_stopped(struct heartbeats *heartbeats, struct slice account,
                                struct slice session)
{
    struct life *life = find_life(heartbeats, account, SESSION, session, true);
    if (!life)
        return;
    life->pending = 0;
    life->known_until = 0;
    life->stopped_until = heartbeats->application->now_ms() + PRESENCE_STOPPED_MS;
}

void heartbeats_session_resumed(struct heartbeats *heartbeats, struct slice account,
                                struct slice session)
{
    struct life *life = find_life(heartbeats, account, SESSION, session, false);
    if (life)
        life->stopped_until = 0;
}

struct heartbeats *heartbeats_new(struct application *application)
{
    struct heartbeats *heartbeats = calloc(1, sizeof *heartbeats);
    if (!heartbeats)
        return NULL;
    heartbeats->application = application;
    heartbeats->flush.expired = flush_due;
    heartbeats->sweep.expired = sweep_due;
    sweep_due(&heartbeats->sweep);
    return heartbeats;
}

void heartbeats_stop(struct heartbeats *heartbeats)
{
    heartbeats->stopped = true;
    timers_clear(heartbeats->application->timers, &heartbeats->flush);
    timers_clear(heartbeats->application->timers, &heartbeats->sweep);
    flush_all(heartbeats);
}

void heartbeats_free(struct heartbeats *heartbeats)
{
    struct life *life, *next;
    if (!heartbeats)
        return;
    HASH_ITER(hh, heartbeats->lives, life, next)
    {
        HASH_DEL(heartbeats->lives, life);
        free(life);
    }
    free(heartbeats);
}

/* Events. */

/* The time a heartbeat tells, not after ours. False: too old to mean anything. */
static bool accept_time(const struct client_request *request, int64_t *time)
{
    int64_t now = request->connection->realtime->application->now_ms();
    if (*time > now)
        *time = now;
    return *time >= now - PRESENCE_SILENT_MS;
}

static struct heartbeats *heartbeats_of(const struct client_request *request)
{
    return request->connection->realtime->heartbeats;
}

struct alive_result {
    int outcome;
    int64_t time;
    bool is_known;
    bool active; /* in the store, as is `written` */
    int64_t written;
};

static enum client_step prepare_alive(struct client_request *request, enum living kind,
                                      const char *id, int64_t time)
{
    struct alive_result *result = request->state;
    struct heartbeats *heartbeats = heartbeats_of(request);
    int64_t now = heartbeats->application->now_ms();
    result->time = time;
    if (!accept_time(request, &result->time))
        return CLIENT_DROP;
    const struct life *life =
        find_life(heartbeats, client_account(request), kind, slice_of_string(id), false);
    if (life && life->stopped_until > now)
        return CLIENT_DROP;
    if (!life || life->known_until < now)
        return CLIENT_RUN;
    result->outcome = STORE_OK;
    result->is_known = true;
    return CLIENT_DONE;
}

/* Whether the heartbeat counts; then it is written some time. */
static bool beat(struct client_request *request, enum living kind, const char *id)
{
    const struct alive_result *result = request->state;
    struct heartbeats *heartbeats = heartbeats_of(request);
    int64_t now = heartbeats->application->now_ms();
    if (result->outcome != STORE_OK)
        return false;
    struct life *life =
        find_life(heartbeats, client_account(request), kind, slice_of_string(id), true);
    if (!life || life->stopped_until > now)
        return false;
    if (!result->is_known) {
        life->known_until = now + PRESENCE_KNOWN_MS;
        life->written = result->written;
        life->active = result->active;
    }
    write_later(heartbeats, life, result->time);
    return true;
}

static enum client_step prepare_session_alive(struct client_request *request)
{
    const struct session_alive *alive = request->payload;
    return prepare_alive(request, SESSION, alive->sid, alive->time);
}

static int run_session_alive(struct store_transaction *tx, struct client_request *request,
                             struct error *error)
{
    const struct session_alive *alive = request->payload;
    struct alive_result *result = request->state;
    struct session session = {0};
    result->outcome = tx->op->sessions->get(tx, client_account(request), client_text(alive->sid),
                                            &session, error);
    result->active = session.active;
    result->written = session.active_at;
    return result->outcome < 0 ? -1 : 0;
}

static void done_session_alive(struct client_request *request)
{
    const struct session_alive *alive = request->payload;
    const struct alive_result *result = request->state;
    if (beat(request, SESSION, alive->sid))
        presence_tell_session(client_hub(request), client_account(request), alive->sid, true,
                              result->time, client_event_is_true(alive->thinking.value));
}

static enum client_step prepare_machine_alive(struct client_request *request)
{
    const struct machine_alive *alive = request->payload;
    return prepare_alive(request, MACHINE, alive->machine_id, alive->time);
}

static int run_machine_alive(struct store_transaction *tx, struct client_request *request,
                             struct error *error)
{
    const struct machine_alive *alive = request->payload;
    struct alive_result *result = request->state;
    struct machine machine = {0};
    result->outcome = tx->op->machines->get(tx, client_account(request),
                                            client_text(alive->machine_id), &machine, error);
    result->active = machine.active;
    result->written = machine.active_at;
    return result->outcome < 0 ? -1 : 0;
}

static void done_machine_alive(struct client_request *request)
{
    const struct machine_alive *alive = request->payload;
    const struct alive_result *result = request->state;
    if (beat(request, MACHINE, alive->machine_id))
        presence_tell_machine(client_hub(request), client_account(request), alive->machine_id, true,
                              result->time);
}

struct end_result {
    int outcome;
    int64_t time;
};

/* Heartbeats that come while the end is being written must not undo it. */
static enum client_step prepare_session_end(struct client_request *request)
{
    const struct session_end *ended = request->payload;
    struct end_result *result = request->state;
    struct slice account = client_account(request), id = client_text(ended->sid);
    result->time = ended->time;
    if (!accept_time(request, &result->time))
        return CLIENT_DROP;
    if (find_life(heartbeats_of(request), account, SESSION, id, false))
        heartbeats_session_stopped(heartbeats_of(request), account, id);
    return CLIENT_RUN;
}

static int run_session_end(struct store_transaction *tx, struct client_request *request,
                           struct error *error)
{
    const struct session_end *ended = request->payload;
    struct end_result *result = request->state;
    result->outcome = tx->op->sessions->set_active(
        tx, client_account(request), client_text(ended->sid), false, result->time, error);
    return result->outcome < 0 ? -1 : 0;
}

static void done_session_end(struct client_request *request)
{
    const struct session_end *ended = request->payload;
    const struct end_result *result = request->state;
    if (result->outcome != STORE_OK)
        return;
    heartbeats_session_stopped(heartbeats_of(request), client_account(request),
                               client_text(ended->sid));
    presence_tell_session(client_hub(request), client_account(request), ended->sid, false,
                          result->time, false);
}

static const struct client_handler ROWS[] = {
    {CLIENT_EVENT_SESSION_ALIVE, run_session_alive, done_session_alive, sizeof(struct alive_result),
     true, NULL, prepare_session_alive},
    {CLIENT_EVENT_MACHINE_ALIVE, run_machine_alive, done_machine_alive, sizeof(struct alive_result),
     true, NULL, prepare_machine_alive},
    {CLIENT_EVENT_SESSION_END, run_session_end, done_session_end, sizeof(struct end_result), false,
     NULL, prepare_session_end},
};

const struct client_handlers PRESENCE_EVENTS = {ROWS, sizeof ROWS / sizeof *ROWS};
