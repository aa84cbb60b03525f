#include "holder_requests.h"

#include <stdlib.h>

#include "os/clock.h"

void holder_requests_init(struct holder_requests *requests)
{
    *requests = (struct holder_requests){.given_up = 0};
    TAILQ_INIT(&requests->list);
}

struct holder_request *holder_requests_add(struct holder_requests *requests,
                                           struct holder_request wanted)
{
    struct holder_request *request = malloc(sizeof *request);
    if (!request)
        return NULL;
    *request = wanted;
    request->deadline = clock_monotonic_ms() + HOLDER_LINK_ANSWER_MS;
    TAILQ_INSERT_TAIL(&requests->list, request, entry);
    return request;
}

struct holder_request *holder_requests_take(struct holder_requests *requests,
                                            enum frame_type answer, uint32_t number)
{
    struct holder_request *request;
    if (answer == FRAME_STATUS && requests->given_up > 0) {
        requests->given_up--;
        return NULL;
    }
    TAILQ_FOREACH(request, &requests->list, entry)
    if (request->answer == answer && (answer == FRAME_STATUS || request->number == number)) {
        TAILQ_REMOVE(&requests->list, request, entry);
        break;
    }
    return request;
}

struct holder_request *holder_requests_take_due(struct holder_requests *requests, int64_t now)
{
    struct holder_request *request = TAILQ_FIRST(&requests->list);
    if (!request || request->deadline > now)
        return NULL;
    TAILQ_REMOVE(&requests->list, request, entry);
    requests->given_up += request->answer == FRAME_STATUS;
    return request;
}

int64_t holder_requests_left(const struct holder_requests *requests)
{
    const struct holder_request *request = TAILQ_FIRST(&requests->list);
    if (!request)
        return -1;
    int64_t left = request->deadline - clock_monotonic_ms();
    return left > 0 ? left : 0;
}

void holder_requests_cancel(struct holder_requests *requests, const void *context)
{
    struct holder_request *request;
    TAILQ_FOREACH(request, &requests->list, entry)
    if (request->context == context) {
        request->status = NULL;
        request->screen = NULL;
        request->history = NULL;
    }
}

void holder_request_fail(const struct holder_request *request, const struct error *error)
{
    if (request->status)
        request->status(NULL, error, request->context);
    else if (request->screen)
        request->screen(NULL, error, request->context);
    else if (request->history)
        request->history(NULL, NULL, error, request->context);
}
