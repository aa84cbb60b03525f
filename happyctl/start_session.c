#include "start_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach_session.h"
#include "client_environment.h"
#include "report.h"
#include "session.h"
#include "terminal.h"
#include "utf8.h"

static struct json_object *directory_of(const struct start_request *request, struct error *error)
{
    const char *wanted = request->directory ? request->directory : ".";
    char *path = realpath(wanted, NULL);
    struct json_object *result = NULL;
    if (!path)
        error_set_errno(error, "the directory %s cannot be entered", wanted);
    else if (!utf8_is_valid(path, strlen(path)))
        error_set(error, ERROR_INVALID, "the directory %s has a name that is not UTF-8", wanted);
    else
        result = json_object_new_string(path);
    free(path);
    return result;
}

static struct json_object *words_of(const struct start_request *request, struct error *error)
{
    struct json_object *list = json_object_new_array();
    for (char **word = request->words; *word; word++) {
        if (!utf8_is_valid(*word, strlen(*word))) {
            error_set(error, ERROR_INVALID, "the argument \"%s\" is not UTF-8", *word);
            json_object_put(list);
            return NULL;
        }
        json_object_array_add(list, json_object_new_string(*word));
    }
    return list;
}

static void put_size(struct json_object *params, const struct start_request *request)
{
    uint16_t columns = request->columns, rows = request->rows;
    if (!columns && isatty(STDOUT_FILENO))
        terminal_size(&columns, &rows);
    if (!columns)
        return;
    json_put_integer(params, "columns", columns);
    json_put_integer(params, "rows", rows);
}

static struct json_object *make_parameters(struct invocation *invocation,
                                           const struct start_request *request, struct error *error)
{
    struct json_object *environment = client_environment(&invocation->arguments, error);
    struct json_object *directory = environment ? directory_of(request, error) : NULL;
    struct json_object *words = directory ? words_of(request, error) : NULL;
    if (!words) {
        json_object_put(environment);
        json_object_put(directory);
        return NULL;
    }
    struct json_object *params = json_object_new_object();
    json_put_string(params, "agent", request->agent);
    json_put(params, strcmp(request->agent, "command") == 0 ? "command" : "arguments", words);
    json_put_string(params, "name", request->name);
    json_put(params, "directory", directory);
    json_put(params, "environment", environment);
    put_size(params, request);
    return params;
}

int start_session_finish(struct invocation *invocation, struct json_object *session, bool detached,
                         bool json)
{
    int status = STATUS_OK;
    if (!detached) {
        struct attach_request attach = {.history_lines = ATTACH_HISTORY_LINES};
        status = attach_session(invocation, session, &attach);
    } else if (json) {
        return print_json(session);
    } else {
        const char *id = "";
        json_get_string(session, "id", &id, NULL);
        puts(id);
        status = report_written(STATUS_OK);
    }
    json_object_put(session);
    return status;
}

int start_session(struct invocation *invocation, const struct start_request *request)
{
    struct error error;
    struct json_object *params = make_parameters(invocation, request, &error);
    if (!params) {
        report_error(&error);
        return error.code == ERROR_INVALID ? STATUS_USAGE : STATUS_FAILURE;
    }
    int status;
    struct json_object *session =
        invocation_call(invocation, "session.start", params, START_TIMEOUT_MS, &status);
    if (!session)
        return status;
    return start_session_finish(invocation, session, request->detached, request->json);
}
