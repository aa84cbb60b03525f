#include "history_pager.h"

#include "command.h"

#define PAGE_LINES 1000

static int take_page(struct json_object *answer, int64_t *first,
                     void (*take)(const struct history_line *line, void *context), void *context,
                     int64_t *taken, struct error *error)
{
    struct json_object *lines = NULL;
    if (!json_get_integer(answer, "first", 0, INT64_MAX, first, error) ||
        !json_get_array(answer, "lines", &lines, error))
        return -1;
    *taken = lines ? (int64_t)json_object_array_length(lines) : 0;
    for (int64_t i = 0; i < *taken; i++) {
        struct json_object *object = json_object_array_get_idx(lines, (size_t)i);
        struct history_line line = {.number = *first + i, .text = ""};
        if (!json_get_string(object, "text", &line.text, error) ||
            !json_get_bool(object, "wrapped", &line.wrapped, error))
            return -1;
        take(&line, context);
    }
    return 0;
}

int history_pager_run(struct daemon_client *client, const struct history_request *request,
                      void (*take)(const struct history_line *line, void *context), void *context,
                      int64_t *next, struct error *error)
{
    int64_t from = request->first, taken = 0, last = 0;
    do {
        struct json_object *params = session_parameters(request->session);
        json_put_integer(params, "first", from);
        json_put_integer(params, "count", PAGE_LINES);
        json_put_bool(params, "colours", request->colours);
        json_put_bool(params, "screen", request->with_screen);
        struct json_object *answer =
            daemon_client_call(client, "session.history", params, CALL_TIMEOUT_MS, error);
        if (!answer)
            return -1;
        int64_t first = from < 0 ? 0 : from;
        int result = take_page(answer, &first, take, context, &taken, error);
        if (result == 0 && !json_get_integer(answer, "end", 0, INT64_MAX, &last, error))
            result = -1;
        json_object_put(answer);
        if (result < 0)
            return -1;
        from = first + taken;
    } while (taken && from < last);
    if (next)
        *next = from;
    return 0;
}
