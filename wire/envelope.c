#include "wire/envelope.h"

#include <string.h>

#include "wire/utf8.h"

static const struct schema_member token_usage_members[] = {
    {"input_tokens", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct token_usage, input_tokens)},
    {"output_tokens", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct token_usage, output_tokens)},
    {"cache_creation_input_tokens", SCHEMA_NUMBER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct token_usage, cache_creation_input_tokens)},
    {"cache_read_input_tokens", SCHEMA_NUMBER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct token_usage, cache_read_input_tokens)},
    {"context_window", SCHEMA_NUMBER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct token_usage, context_window)},
    {"service_tier", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct token_usage, service_tier)},
    {0}};
const struct schema token_usage_schema = {.size = sizeof(struct token_usage),
                                          .members = token_usage_members};

static const struct schema_member image_members[] = {
    {"width", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct image_size, width)},
    {"height", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct image_size, height)},
    {"thumbhash", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct image_size, thumbhash)},
    {0}};
static const struct schema image_schema = {.size = sizeof(struct image_size),
                                           .members = image_members};

static const struct schema_member text_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, text.text)},
    {"thinking", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope_event, text.thinking)},
    {0}};
static const struct schema_member service_members[] = {
    {"text", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, text.text)}, {0}};
static const struct schema_member tool_call_start_members[] = {
    {"call", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, tool_call.call)},
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, tool_call.name)},
    {"title", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, tool_call.title)},
    {"description", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct envelope_event, tool_call.description)},
    {"args", SCHEMA_RECORD, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, tool_call.args)},
    {0}};
static const struct schema_member tool_call_end_members[] = {
    {"call", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, call)}, {0}};
static const struct schema_member file_members[] = {
    {"ref", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, file.ref)},
    {"name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, file.name)},
    {"size", SCHEMA_NUMBER, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope_event, file.size)},
    {"mimeType", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope_event, file.mime_type)},
    {"image", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope_event, file.image),
     .of = &image_schema},
    {0}};

static const char *const turn_status_names[] = {
    "", [TURN_COMPLETED] = "completed", [TURN_FAILED] = "failed", [TURN_CANCELLED] = "cancelled",
    NULL};
static const struct schema_member turn_end_members[] = {{"status", SCHEMA_ENUM, SCHEMA_REQUIRED,
                                                         SCHEMA_AT(struct envelope_event, status),
                                                         .names = turn_status_names},
                                                        {0}};
static const struct schema_member start_members[] = {
    {"title", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope_event, title)}, {0}};

static const struct schema_variant events[] = {
    {0},
    [EVENT_TEXT] = {"text", text_members},
    [EVENT_SERVICE] = {"service", service_members},
    [EVENT_TOOL_CALL_START] = {"tool-call-start", tool_call_start_members},
    [EVENT_TOOL_CALL_END] = {"tool-call-end", tool_call_end_members},
    [EVENT_FILE] = {"file", file_members},
    [EVENT_TURN_START] = {"turn-start", NULL},
    [EVENT_TURN_END] = {"turn-end", turn_end_members},
    [EVENT_START] = {"start", start_members},
    [EVENT_STOP] = {"stop", NULL},
    {0}};
static const struct schema event_schema = {.size = sizeof(struct envelope_event),
                                           .tag = "t",
                                           .tag_offset = offsetof(struct envelope_event, type),
                                           .variants = events};

static const char *check_subagent(const char *text)
{
    size_t length = strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz");
    return text[length] || length < 2 || length > 32 ? "must be 2 to 32 characters of 0-9 and a-z"
                                                     : NULL;
}

static const char *const role_names[] = {"", [ENVELOPE_USER] = "user", [ENVELOPE_AGENT] = "agent",
                                         NULL};
static const struct schema_member envelope_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope, id)},
    {"time", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope, time)},
    {"role", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope, role), .names = role_names},
    {"turn", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope, turn)},
    {"subagent", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope, subagent),
     .check = check_subagent},
    {"claudeUuid", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope, claude_uuid),
     .length_least = 1},
    {"codexItemId", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope, codex_item_id),
     .length_least = 1},
    {"usage", SCHEMA_OBJECT, SCHEMA_OPTIONAL, SCHEMA_AT(struct envelope, usage),
     .of = &token_usage_schema},
    {"ev", SCHEMA_OBJECT, SCHEMA_REQUIRED, SCHEMA_AT(struct envelope, event), .of = &event_schema},
    {0}};

/* WhiteSpace and LineTerminator of ECMA-262, which trim() removes. */
static bool is_space(uint32_t character)
{
    return (character >= 0x09 && character <= 0x0d) || character == 0x20 || character == 0xa0 ||
           character == 0x1680 || (character >= 0x2000 && character <= 0x200a) ||
           character == 0x2028 || character == 0x2029 || character == 0x202f ||
           character == 0x205f || character == 0x3000 || character == 0xfeff;
}

bool text_is_blank(const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t character;
        size_t length = utf8_read(text, left, &character);
        if (length == 0 || !is_space(character))
            return false;
        text += length;
        left -= length;
    }
    return true;
}

static int check_envelope(const void *value, struct error *error)
{
    const struct envelope *envelope = value;
    enum envelope_event_type type = envelope->event.type;
    bool by_agent = envelope->role == ENVELOPE_AGENT;
    if (!by_agent && (type == EVENT_SERVICE || type == EVENT_START || type == EVENT_STOP))
        return error_set(error, ERROR_INVALID, "ev.t must not be %s with role user",
                         events[type].name);
    if (!by_agent || (envelope->turn && *envelope->turn))
        return 0;
    if (type == EVENT_SERVICE && text_is_blank(envelope->event.text.text) &&
        envelope->usage.object.presence == PRESENT)
        return 0;
    return error_set(error, ERROR_INVALID, "turn is missing, which an agent's envelope needs");
}

const struct schema envelope_schema = {
    .size = sizeof(struct envelope), .members = envelope_members, .check = check_envelope};
