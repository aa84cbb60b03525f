#include "wire/ephemeral.h"

static const char *const session_event_kind_names[] = {[SESSION_EVENT_ABSENT] = "",
                                                       [SESSION_EVENT_DONE] = "done",
                                                       [SESSION_EVENT_PERMISSION] = "permission",
                                                       [SESSION_EVENT_QUESTION] = "question",
                                                       NULL};

static const struct schema_member activity_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, activity.id)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, activity.active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, activity.active_at)},
    {"thinking", SCHEMA_BOOL, SCHEMA_OPTIONAL | SCHEMA_LENIENT,
     SCHEMA_AT(struct ephemeral, activity.thinking)},
    {0}};

static const struct schema_member machine_activity_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, machine_activity.id)},
    {"active", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, machine_activity.active)},
    {"activeAt", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct ephemeral, machine_activity.active_at)},
    {0}};

static const struct schema_member usage_members[] = {
    {"id", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, usage.id)},
    {"key", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, usage.key)},
    {"tokens", SCHEMA_MAP, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, usage.tokens),
     SCHEMA_ITEMS(struct ephemeral, usage.tokens), .item = SCHEMA_NUMBER},
    {"cost", SCHEMA_MAP, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, usage.cost),
     SCHEMA_ITEMS(struct ephemeral, usage.cost), .item = SCHEMA_NUMBER},
    {"timestamp", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, usage.timestamp)},
    {0}};

static const struct schema_member session_event_members[] = {
    {"sessionId", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct ephemeral, session_event.session_id)},
    {"kind", SCHEMA_ENUM, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, session_event.kind),
     .names = session_event_kind_names},
    {"title", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, session_event.title)},
    {"body", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct ephemeral, session_event.body)},
    {"timestamp", SCHEMA_TIME, SCHEMA_REQUIRED,
     SCHEMA_AT(struct ephemeral, session_event.timestamp)},
    {0}};

static const struct schema_variant ephemeral_variants[] = {
    {0},
    [EPHEMERAL_TYPE_ACTIVITY] = {"activity", activity_members},
    [EPHEMERAL_TYPE_MACHINE_ACTIVITY] = {"machine-activity", machine_activity_members},
    [EPHEMERAL_TYPE_USAGE] = {"usage", usage_members},
    [EPHEMERAL_TYPE_SESSION_EVENT] = {"session-event", session_event_members},
    {0}};

const struct schema ephemeral_schema = {.size = sizeof(struct ephemeral),
                                        .tag = "type",
                                        .tag_offset = offsetof(struct ephemeral, type),
                                        .variants = ephemeral_variants};
