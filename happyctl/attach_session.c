#include "attach_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon_client.h"
#include "report.h"
#include "session.h"

int attach_needs_terminal(const char *instead)
{
    return report_usage(instead,
                        "standard input and output must be a terminal to attach to a session");
}

/* The setting is happyd's, so that all terminals have the same key. */
static int find_detach_key(struct invocation *invocation, struct detach_key *detach)
{
    int status;
    struct error error;
    struct json_object *answer =
        invocation_call(invocation, "daemon.status", NULL, CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    const char *text = DETACH_KEY_DEFAULT;
    json_get_string(answer, "detachKey", &text, NULL);
    if (detach_key_parse(detach, text, &error) < 0) {
        report_warning("%s; using %s", error.message, DETACH_KEY_DEFAULT);
        detach_key_parse(detach, DETACH_KEY_DEFAULT, &error);
    }
    json_object_put(answer);
    return STATUS_OK;
}

static int check(const struct session *session)
{
    struct error error;
    if (!session_is_alive(session)) {
        error_set(&error, ERROR_ENDED, "%s has ended: %s", session->name,
                  session->reason ? session->reason : session->state);
        if (session->resumable)
            error_fix(&error, "happyctl resume %s", session->name);
        else
            error_fix(&error, "happyctl log %s shows what it wrote", session->name);
        return report_error(&error);
    }
    if (!session->holder_socket) {
        error_set(&error, ERROR_UNSUPPORTED, "%s has no terminal to attach to", session->name);
        error_fix(&error, "happyctl log -f %s shows what it writes", session->name);
        return report_error(&error);
    }
    const char *around = getenv("HAPPY_HOLDER_SOCKET");
    if (around && strcmp(around, session->holder_socket) == 0) {
        error_set(&error, ERROR_INVALID, "this terminal is inside %s already", session->name);
        return report_error(&error);
    }
    return STATUS_OK;
}

/* The holder is gone; happyd may know how the agent ended before that. */
static void ask_for_end(struct invocation *invocation, const char *id, struct attach_end *end)
{
    struct error error;
    struct daemon_client *client = daemon_client_new(invocation->paths, false, &error);
    if (!client)
        return;
    struct json_object *object =
        daemon_client_call(client, "session.get", session_parameters(id), CALL_TIMEOUT_MS, &error);
    struct session session;
    if (object && session_read(object, &session, &error) == 0 && session.exit_code >= 0 &&
        session.exit_code <= 255 && strcmp(session.state, "ended") == 0)
        *end = (struct attach_end){.reason = ATTACH_EXITED, .value = (int)session.exit_code};
    json_object_put(object);
    daemon_client_free(client);
}

static void say_how_to_detach(const struct session *session, const struct attach_request *request)
{
    char key[64];
    detach_key_describe(&request->detach, key, sizeof key);
    if (request->detach.count)
        printf("happyctl: %s (%s), %s detaches%s\n", session->name, session->id, key,
               request->read_only ? "; read-only" : "");
    else
        printf("happyctl: %s (%s), close this terminal or run happyctl detach %s to detach\n",
               session->name, session->id, session->name);
    fflush(stdout);
}

int attach_session(struct invocation *invocation, struct json_object *object,
                   struct attach_request *request)
{
    struct session session;
    struct error error;
    if (session_read(object, &session, &error) < 0)
        return report_error(&error);
    int status = check(&session);
    if (status == STATUS_OK)
        status = find_detach_key(invocation, &request->detach);
    if (status != STATUS_OK)
        return status;
    daemon_client_free(invocation->daemon); /* it may be restarted meanwhile */
    invocation->daemon = NULL;
    say_how_to_detach(&session, request);
    struct attach_end end;
    request->socket = session.holder_socket;
    attach_client_run(request, &end);
    if (end.reason == ATTACH_LOST)
        ask_for_end(invocation, session.id, &end);
    char sentence[1024];
    attach_end_describe(&end, session.name, sentence, sizeof sentence);
    if (end.reason != ATTACH_HANGUP)
        fprintf(stderr, "happyctl: %s\n", sentence);
    return attach_end_status(&end);
}
