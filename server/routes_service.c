/* The banner, health, and what the app asks about its own version. */
#include <strings.h>
#include <time.h>

#include "os/log.h"
#include "request.h"
#include "wire/api_service.h"

/* The app takes a server for one by this text. */
static void handle_banner(struct request *request)
{
    request_answer_bytes(request, 200, "text/plain; charset=utf-8",
                         slice_of_string("Welcome to Happy Server!"));
}

static void answer_health(struct request *request, bool healthy)
{
    char timestamp[32], seconds[24];
    int64_t now = request->application->now_ms();
    time_t second = (time_t)(now / 1000);
    struct tm parts;
    gmtime_r(&second, &parts);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(timestamp, sizeof timestamp, "%s.%03dZ", seconds, (int)(now % 1000));
    request_answer(request, healthy ? 200 : 503, &api_health_schema,
                   &(struct api_health){
                       .status = healthy ? "ok" : "error",
                       .timestamp = timestamp,
                       .service = "happy-server",
                       .error = healthy ? NULL : "Database connectivity failed",
                   });
}

static int read_something(struct store_transaction *tx, struct request *request,
                          struct error *error)
{
    struct slice value;
    (void)request;
    return tx->op->server_values->get(tx, slice_of_string("health"), &value, error) < 0 ? -1 : 0;
}

static void health_done(struct request *request)
{
    answer_health(request, true);
}

static void handle_health(struct request *request)
{
    request_store_read(request, read_something, health_done);
}

static void health_failed(struct request *request)
{
    answer_health(request, false);
}

/* No version of the app is told to update itself by a server that others run. */
static void handle_version(struct request *request)
{
    request_answer(request, 200, &api_version_answer_schema,
                   &(struct api_version_answer){.update_url = NULL});
}

static const struct route routes[] = {
    {ROUTE_GET, "/", ROUTE_OPEN, .handle = handle_banner},
    {ROUTE_GET, "/health", ROUTE_OPEN, .failed = health_failed, .handle = handle_health},
    {ROUTE_POST, "/v1/version", ROUTE_OPEN, .body = &api_version_request_schema,
     .body_max = ROUTE_SMALL_BODY, .handle = handle_version},
};
const struct route_table ROUTES_SERVICE = ROUTE_TABLE(routes);
