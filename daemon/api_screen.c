/* session.screen */
#include "api_method.h"
#include "holder_link.h"
#include "screen_text.h"

static struct json_object *screen_to_json(const struct frame_screen *screen, const char *title)
{
    struct json_object *result = json_object_new_object();
    struct json_object *cursor = json_object_new_object();
    json_put_integer(cursor, "column", screen->cursor_column);
    json_put_integer(cursor, "row", screen->cursor_row);
    json_put_bool(cursor, "visible", screen->cursor_visible != 0);
    json_put(result, "text", api_text(screen->text.data, screen->text.length));
    json_put_integer(result, "columns", screen->columns);
    json_put_integer(result, "rows", screen->rows);
    json_put(result, "cursor", cursor);
    json_put_bool(result, "alternate", screen->alternate != 0);
    json_put_string_or_null(result, "title", title);
    return result;
}

static void on_screen(const struct frame_screen *screen, const struct error *error, void *context)
{
    struct api_call *call = context;
    if (error)
        api_fail(call, error);
    else
        api_answer(call, screen_to_json(screen, call->session->title));
}

static void show_kept_screen(struct api_call *call, bool colours)
{
    struct session_record *record = api_record(call);
    if (!record)
        return;
    struct buffer plain = {0};
    if (!colours)
        screen_text_append_plain(&plain, record->screen.data, record->screen.length);
    struct buffer *text = colours ? &record->screen : &plain;
    struct frame_screen screen = {
        .columns = record->columns,
        .rows = record->rows,
        .cursor_column = record->cursor_column,
        .cursor_row = record->cursor_row,
        .cursor_visible = record->cursor_visible,
        .alternate = record->alternate,
        .text = {buffer_string(text), text->length},
    };
    struct json_object *result = screen_to_json(&screen, call->session->title);
    buffer_free(&plain);
    session_record_free(record);
    api_answer(call, result);
}

static void show_screen(struct api_call *call)
{
    bool colours = api_boolean(call->params, "colours", false);
    if (!session_is_live(call->session)) {
        show_kept_screen(call, colours);
        return;
    }
    struct holder_link *link = api_link(call);
    if (link)
        holder_link_get_screen(link, colours, on_screen, call);
}

static const struct api_param SCREEN[] = {
    {.name = "session", .type = API_STRING},
    {.name = "colours", .type = API_BOOLEAN},
    API_PARAM_END,
};
const struct api_method API_SCREEN_METHODS[] = {
    {"session.screen", show_screen, API_ANY_SESSION, SCREEN},
    {0},
};
