#include "client_request.h"

#include <stdlib.h>

#include "os/log.h"
#include "wire/json_scan.h"
#include "wire/json_text.h"

static const struct client_handlers *const FAMILIES[] = {
    &SESSION_EVENTS, &MACHINE_EVENTS,  &ARTIFACT_EVENTS,
    &ACCOUNT_EVENTS, &PRESENCE_EVENTS, &RPC_EVENTS,
};

static const struct client_handler *find_handler(enum client_event event)
{
    for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++) {
        for (size_t row = 0; row < FAMILIES[i]->count; row++) {
            if (FAMILIES[i]->rows[row].event == event)
                return &FAMILIES[i]->rows[row];
        }
    }
    return NULL;
}

static void end(struct client_request *request)
{
    arena_free(&request->arena);
    connection_release(request->connection);
    free(request);
}

void client_answer_text(struct client_request *request, const char *json)
{
    if (request->acknowledgement < 0)
        return;
    connection_acknowledge(request->connection, request->acknowledgement, slice_of_string(json));
    request->acknowledgement = -1;
}

void client_answer(struct client_request *request, const struct schema *schema, const void *value)
{
    struct buffer text = {0};
    struct error error;
    if (request->acknowledgement < 0)
        return;
    if (schema_print(schema, value, &text, &error) == 0)
        client_answer_text(request, buffer_string(&text));
    else
        log_error("no answer to \"%s\": %s", client_event_name(request->handler->event),
                  error.message);
    buffer_free(&text);
}

int64_t client_version(double expected)
{
    const double most = 9007199254740991.0;
    if (!(expected >= 0 && expected <= most) || expected != (double)(int64_t)expected)
        return -1;
    return (int64_t)expected;
}

int client_take_sequence(struct store_transaction *tx, const struct client_request *request,
                         int64_t *sequence, struct error *error)
{
    int outcome = tx->op->accounts->take_sequence(tx, client_account(request), 1, sequence, error);
    if (outcome == STORE_OK)
        return 0;
    return outcome < 0 ? -1 : error_set(error, ERROR_NOT_FOUND, "there is no such account");
}

static int run_job(struct store_transaction *tx, void *context, struct error *error)
{
    struct client_request *request = context;
    return request->handler->run(tx, request, error);
}

static void fail(struct client_request *request, const struct error *error)
{
    if (error->code != ERROR_NOT_FOUND)
        log_error("event \"%s\": %s", client_event_name(request->handler->event), error->message);
    if (request->handler->failure)
        client_answer_text(request, request->handler->failure);
}

static void job_done(void *context, const struct error *error)
{
    struct client_request *request = context;
    if (error)
        fail(request, error);
    else
        request->handler->done(request);
    end(request);
}

static void submit(struct client_request *request)
{
    struct store *store = request->connection->realtime->application->store;
    struct error error;
    request->job = (struct store_job){.run = run_job, .done = job_done, .context = request};
    int status = request->handler->only_reads ? store_submit_read(store, &request->job, &error)
                                              : store_submit(store, &request->job, &error);
    if (status == 0)
        return;
    fail(request, &error);
    end(request);
}

/* What a payload that cannot be used is answered with. */
static void refuse(struct client_request *request, struct slice refusal)
{
    enum client_event event = request->handler->event;
    if (refusal.length == 0)
        return;
    if (event == CLIENT_EVENT_RPC_REGISTER || event == CLIENT_EVENT_RPC_UNREGISTER)
        connection_emit(request->connection, "rpc-error", refusal);
    else
        client_answer_text(request, refusal.data);
}

static void take_step(struct client_request *request)
{
    enum client_step step = request->handler->run ? CLIENT_RUN : CLIENT_DONE;
    if (request->handler->prepare)
        step = request->handler->prepare(request);
    if (step == CLIENT_RUN) {
        submit(request);
        return;
    }
    if (step == CLIENT_DONE)
        request->handler->done(request);
    end(request);
}

static void start(struct client_request *request, struct json_object *payload)
{
    enum client_event event = request->handler->event;
    const struct schema *schema = client_event_payload(event);
    struct buffer refusal = {0};
    void *value = schema ? arena_allocate(&request->arena, schema->size) : NULL;
    request->payload = value;
    request->state = arena_allocate(&request->arena, request->handler->state_size + 1);
    if (!request->state || (schema && !value)) {
        end(request);
    } else if (schema && client_event_read(event, payload, &request->arena, value, &refusal) != 0) {
        refuse(request, slice_of(buffer_string(&refusal), refusal.length));
        end(request);
    } else {
        take_step(request);
    }
    buffer_free(&refusal);
}

static enum client_event event_named(struct slice name)
{
    struct buffer text = {0};
    enum client_event event = CLIENT_EVENT_NONE;
    if (json_scan_kind(name) != JSON_STRING)
        return event;
    json_scan_string(name, &text);
    if (!text.failed)
        event = client_event_of(buffer_string(&text));
    buffer_free(&text);
    return event;
}

void client_request_begin(struct connection *connection, const struct socketio_packet *packet)
{
    struct json_cursor arguments;
    struct slice name, first;
    struct json_object *payload = NULL;
    const struct client_handler *handler = NULL;
    if (socketio_event(packet, &name, &arguments))
        handler = find_handler(event_named(name));
    if (!handler)
        return;
    /* Without a payload nobody is answered, but for `ping`, which has none. */
    bool given = json_scan_element(&arguments, &first);
    bool wanted = client_event_payload(handler->event) != NULL;
    if (given && (!wanted || json_text_parse(first, &payload, NULL) != 0))
        return;
    struct client_request *request = calloc(1, sizeof *request);
    if (request) {
        request->connection = connection;
        request->handler = handler;
        request->acknowledgement = given == wanted ? packet->id : -1;
        connection_hold(connection);
        start(request, payload);
    }
    json_object_put(payload);
}
