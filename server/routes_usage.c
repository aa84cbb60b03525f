/* What the agents of an account have used, by hour or day of the server's time zone. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "request.h"
#include "stored_value.h"
#include "wire/api_account.h"
#include "wire/json_text.h"

#define QUERY_FAILED "Failed to query usage reports"
#define SECONDS_MAX  253402300799 /* the end of the year 9999 */

struct usage_state {
    int outcome;
    struct usage_list list;
};

typedef LIST_OF(struct named_number) number_map;

static int64_t bucket_start(int64_t created_at_ms, enum api_usage_group group)
{
    time_t seconds = (time_t)(created_at_ms / 1000);
    struct tm local;
    if (!localtime_r(&seconds, &local))
        return seconds;
    if (group == API_USAGE_GROUP_HOUR)
        return seconds - (local.tm_min * 60 + local.tm_sec);
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    local.tm_isdst = -1;
    return mktime(&local);
}

/* Adds the numbers of an object to those of the same name. `map` is a LIST_OF(struct
   named_number). False when memory runs out. */
static bool add_numbers(struct arena *arena, void *map, struct json_object *numbers)
{
    number_map *sums = map;
    sums->presence = PRESENT;
    if (!json_object_is_type(numbers, json_type_object))
        return true;
    json_object_object_foreach(numbers, name, value)
    {
        if (!json_object_is_type(value, json_type_int) &&
            !json_object_is_type(value, json_type_double))
            continue;
        size_t i = 0;
        while (i < sums->count && strcmp(sums->items[i].key, name) != 0)
            i++;
        if (i == sums->count) {
            struct named_number *added = list_append(arena, map, sizeof *added);
            if (!added || !(added->key = arena_string(arena, slice_of_string(name))))
                return false;
        }
        sums->items[i].value += json_object_get_double(value);
    }
    return true;
}

/* Reports come in the order of their time. False when memory runs out. */
static bool add_report(struct request *request, struct api_usage *usage,
                       const struct usage_row *report)
{
    int64_t start = bucket_start(report->created_at, usage->group_by);
    struct api_usage_bucket *bucket =
        usage->usage.count > 0 ? &usage->usage.items[usage->usage.count - 1] : NULL;
    struct json_object *data = NULL, *numbers = NULL;
    if (!bucket || bucket->timestamp != start) {
        bucket = list_append(&request->arena, &usage->usage, sizeof *bucket);
        if (!bucket)
            return false;
        bucket->timestamp = start;
    }
    bucket->report_count++;
    usage->total_reports++;
    if (json_text_parse(report->data, &data, NULL) != 0)
        data = NULL;
    json_object_object_get_ex(data, "tokens", &numbers);
    bool added = add_numbers(&request->arena, &bucket->tokens, numbers);
    numbers = NULL;
    json_object_object_get_ex(data, "cost", &numbers);
    added = added && add_numbers(&request->arena, &bucket->cost, numbers);
    json_object_put(data);
    return added;
}

static int run_query(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_usage_query *query = request->body;
    struct usage_state *state = request->state;
    int64_t from = query->start_time.presence == PRESENT ? query->start_time.value * 1000 : 0;
    int64_t to = query->end_time.presence == PRESENT ? query->end_time.value * 1000 : INT64_MAX;
    state->outcome =
        tx->op->usage->list(tx, request_account(request), given_text(query->session_id), from, to,
                            USAGE_LIST_MAX, &state->list, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_query(struct request *request)
{
    const struct api_usage_query *query = request->body;
    const struct usage_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, "Session not found");
        return;
    }
    struct api_usage answer = {.usage.presence = PRESENT, .group_by = query->group_by};
    if (answer.group_by != API_USAGE_GROUP_HOUR)
        answer.group_by = API_USAGE_GROUP_DAY;
    for (size_t i = 0; i < state->list.count; i++)
        if (!add_report(request, &answer, &state->list.rows[i])) {
            request_answer_internal(request);
            return;
        }
    request_answer(request, 200, &api_usage_schema, &answer);
}

static void handle_query(struct request *request)
{
    const struct api_usage_query *query = request->body;
    /* Seconds, which milliseconds given by mistake exceed by far. */
    if (query->start_time.value > SECONDS_MAX || query->end_time.value > SECONDS_MAX)
        request_answer_error(request, 500, QUERY_FAILED);
    else if (request_state(request, sizeof(struct usage_state)))
        request_store_read(request, run_query, done_query);
}

static const struct route routes[] = {
    {ROUTE_POST, "/v1/usage/query", .body = &api_usage_query_schema, .failure = QUERY_FAILED,
     .handle = handle_query},
};

const struct route_table ROUTES_USAGE = ROUTE_TABLE(routes);
