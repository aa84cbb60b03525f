/* session.subscribe, session.unsubscribe */
#include "api_subscribe.h"

#include <stdlib.h>
#include <string.h>

#include "api_method.h"
#include "subscription.h"

void api_subscriptions_close(struct api_peer *peer)
{
    while (!LIST_EMPTY(&peer->subscriptions))
        subscription_free(LIST_FIRST(&peer->subscriptions));
}

void api_subscriptions_drained(struct api_peer *peer)
{
    struct subscription *subscription;
    LIST_FOREACH(subscription, &peer->subscriptions, entry)
    subscription_pump(subscription);
}

void api_subscriptions_event(struct api_peer *peer, const struct logged_event *event)
{
    struct subscription *subscription;
    LIST_FOREACH(subscription, &peer->subscriptions, entry)
    subscription_event(subscription, event);
}

static int check(struct api_call *call, struct error *error)
{
    bool output = api_boolean(call->params, "output", false);
    if (output && !call->session) {
        error_set(error, ERROR_INVALID, "\"output\" needs \"session\"");
        return error_fix(error, "name the session whose output is wanted");
    }
    if (!output && !api_boolean(call->params, "events", true)) {
        error_set(error, ERROR_INVALID, "neither events nor output are wanted");
        return error_fix(error, "leave \"events\" out, or set \"output\" to true");
    }
    if (call->peer->subscription_count >= API_SUBSCRIPTIONS_MAX) {
        error_set(error, ERROR_LIMIT, "this connection has %d subscriptions, which is the most",
                  API_SUBSCRIPTIONS_MAX);
        return error_fix(error, "end some with session.unsubscribe");
    }
    return 0;
}

static void subscribe(struct api_call *call)
{
    struct error error;
    struct subscription_wish wish = {
        .events = api_boolean(call->params, "events", true),
        .output = api_boolean(call->params, "output", false),
        .from = api_integer(call->params, "from", -1),
        .error_from = api_integer(call->params, "errorFrom", -1),
        .after = api_integer(call->params, "after", -1),
    };
    if (check(call, &error) < 0 || subscription_begin(call, &wish, &error) < 0)
        api_fail(call, &error);
}

static void unsubscribe(struct api_call *call)
{
    struct error error;
    int64_t number = api_integer(call->params, "subscription", 0);
    struct subscription *subscription;
    LIST_FOREACH(subscription, &call->peer->subscriptions, entry)
    if (subscription->number == number)
        break;
    if (!subscription) {
        error_set(&error, ERROR_NOT_FOUND, "this connection has no subscription %lld",
                  (long long)number);
        api_fail(call, &error);
        return;
    }
    subscription_free(subscription);
    api_answer(call, NULL);
}

static const struct api_param SUBSCRIBE[] = {
    {.name = "session", .type = API_STRING},
    {.name = "output", .type = API_BOOLEAN},
    {.name = "from", .type = API_INTEGER, .least = 0, .most = INT64_MAX},
    {.name = "errorFrom", .type = API_INTEGER, .least = 0, .most = INT64_MAX},
    {.name = "events", .type = API_BOOLEAN},
    {.name = "after", .type = API_INTEGER, .least = 0, .most = INT64_MAX},
    API_PARAM_END,
};
static const struct api_param UNSUBSCRIBE[] = {
    {.name = "subscription", .type = API_INTEGER, .required = true, .least = 1, .most = INT64_MAX},
    API_PARAM_END,
};

const struct api_method API_SUBSCRIBE_METHODS[] = {
    {"session.subscribe", subscribe, API_ANY_SESSION | API_MAY_BE_NONE, SUBSCRIBE},
    {"session.unsubscribe", unsubscribe, 0, UNSUBSCRIBE},
    {0},
};
