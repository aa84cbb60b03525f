#include "claude_note.h"

#include <string.h>

#include "wire/json.h"

#include "native_id.h"

static const struct {
    const char *event;
    const char *notification; /* of that type only; NULL for any */
    enum agent_note_kind kind;
} kinds[] = {
    {"SessionStart", NULL, AGENT_NOTE_SESSION_STARTED},
    {"UserPromptSubmit", NULL, AGENT_NOTE_PROMPT_TAKEN},
    {"Stop", NULL, AGENT_NOTE_TURN_ENDED},
    {"StopFailure", NULL, AGENT_NOTE_TURN_ENDED},
    {"PermissionRequest", NULL, AGENT_NOTE_QUESTION},
    {"PostToolUse", NULL, AGENT_NOTE_QUESTION_SETTLED},
    {"Notification", "permission_prompt", AGENT_NOTE_QUESTION},
    {"Notification", "idle_prompt", AGENT_NOTE_TURN_ENDED},
};

static enum agent_note_kind find_kind(const char *event, const char *notification)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(event, kinds[i].event) == 0 &&
            (!kinds[i].notification || strcmp(notification, kinds[i].notification) == 0))
            return kinds[i].kind;
    }
    return AGENT_NOTE_OTHER;
}

void claude_read_note(const char *bytes, size_t length, struct agent_note *note)
{
    const char *event = "", *notification = "", *id = NULL;
    struct json_object *payload = json_parse(bytes, length, NULL);
    if (payload && json_object_is_type(payload, json_type_object) &&
        json_get_string(payload, "hook_event_name", &event, NULL) &&
        json_get_string(payload, "notification_type", &notification, NULL) &&
        json_get_string(payload, "session_id", &id, NULL))
        note->kind = find_kind(event, notification);
    bool has_id = id && native_id_is_valid(id);
    if (note->kind != AGENT_NOTE_OTHER && has_id)
        note->native_id = strdup(id);
    if (note->kind == AGENT_NOTE_SESSION_STARTED && !note->native_id)
        note->kind = AGENT_NOTE_OTHER;
    json_object_put(payload);
}
