#include "wire/message.h"

#include <string.h>

#include "wire/json_text.h"

static bool has_string(struct json_object *object, const char *name)
{
    struct json_object *member = NULL;
    return json_object_object_get_ex(object, name, &member) &&
           json_object_is_type(member, json_type_string);
}

/* Whether the app takes the content itself for an envelope. */
static bool is_bare(struct json_object *json)
{
    struct json_object *role = NULL, *content = NULL, *type = NULL;
    if (!json_object_is_type(json, json_type_object) ||
        !json_object_object_get_ex(json, "role", &role) ||
        !json_object_is_type(role, json_type_string) ||
        strcmp(json_object_get_string(role), "session") != 0 ||
        !json_object_object_get_ex(json, "content", &content) ||
        !json_object_is_type(content, json_type_object))
        return false;
    if (json_object_object_get_ex(content, "type", &type) &&
        json_object_is_type(type, json_type_string) &&
        strcmp(json_object_get_string(type), "session") == 0)
        return false;
    return has_string(content, "id") && has_string(content, "role") &&
           json_object_object_get_ex(content, "ev", NULL);
}

static const struct schema *schema_of(bool bare)
{
    return bare ? &message_bare_schema : &message_schema;
}

int message_read(struct json_object *json, struct message *message, struct error *error)
{
    struct arena arena = {0};
    bool bare = is_bare(json);
    int status = schema_read(schema_of(bare), json, &arena, message, error);
    message->arena = arena;
    message->bare = bare;
    if (bare)
        message->content.type = MESSAGE_ENVELOPE;
    if (status != 0)
        message_free(message);
    return status;
}

int message_parse(struct slice text, struct message *message, struct error *error)
{
    struct json_object *json;
    memset(message, 0, sizeof *message);
    if (json_text_parse_lenient(text, &json, error) != 0)
        return -1;
    int status = message_read(json, message, error);
    json_object_put(json);
    return status;
}

int message_print(const struct message *message, struct buffer *text, struct error *error)
{
    return schema_print(schema_of(message->bare), message, text, error);
}

void message_free(struct message *message)
{
    arena_free(&message->arena);
    memset(message, 0, sizeof *message);
}

void message_begin_envelope(struct message *message)
{
    *message = (struct message){.role = MESSAGE_SESSION,
                                .bare = true,
                                .content.type = MESSAGE_ENVELOPE,
                                .meta = {.object.presence = PRESENT, .sent_from = "cli"}};
    message->content.envelope.role = ENVELOPE_AGENT;
}
