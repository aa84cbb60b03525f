#include "wire/app_settings.h"

#include <string.h>

#include "wire/json_text.h"

static const struct schema_member agent_defaults_members[] = {
    {"permissionMode", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct agent_defaults, permission_mode)},
    {"modelMode", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct agent_defaults, model_mode)},
    {"effortLevel", SCHEMA_STRING, SCHEMA_NULLISH, SCHEMA_AT(struct agent_defaults, effort_level)},
    {0}};
static const struct schema agent_defaults_schema = {.size = sizeof(struct agent_defaults),
                                                    .members = agent_defaults_members};

static const struct schema_member recent_path_members[] = {
    {"machineId", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct recent_path, machine_id)},
    {"path", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct recent_path, path)},
    {0}};
static const struct schema recent_path_schema = {.size = sizeof(struct recent_path),
                                                 .members = recent_path_members};

static const struct schema_member warnings_members[] = {
    {"perMachine", SCHEMA_RECORD, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct dismissed_warnings, per_machine)},
    {"global", SCHEMA_RECORD, SCHEMA_OPTIONAL, SCHEMA_AT(struct dismissed_warnings, global)},
    {0}};
static const struct schema warnings_schema = {.size = sizeof(struct dismissed_warnings),
                                              .members = warnings_members};

static const struct schema_member settings_members[] = {
    {"schemaVersion", SCHEMA_NUMBER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, schema_version)},
    {"viewInline", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct app_settings, view_inline)},
    {"inferenceOpenAIKey", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, inference_open_ai_key)},
    {"expandTodos", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct app_settings, expand_todos)},
    {"showLineNumbers", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, show_line_numbers)},
    {"showLineNumbersInToolViews", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, show_line_numbers_in_tool_views)},
    {"wrapLinesInDiffs", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, wrap_lines_in_diffs)},
    {"diffStyle", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct app_settings, diff_style)},
    {"analyticsOptOut", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, analytics_opt_out)},
    {"experiments", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct app_settings, experiments)},
    {"alwaysShowContextSize", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, always_show_context_size)},
    {"agentInputEnterToSend", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, agent_input_enter_to_send)},
    {"avatarStyle", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct app_settings, avatar_style)},
    {"showFlavorIcons", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, show_flavor_icons)},
    {"userMessageBubbleColor", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, user_message_bubble_color)},
    {"sessionStatusBarDisplay", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, session_status_bar_display)},
    {"usageLimitShowRemaining", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, usage_limit_show_remaining)},
    {"hideInactiveSessions", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, hide_inactive_sessions)},
    {"sortSessionsByActivity", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, sort_sessions_by_activity)},
    {"expResumeSession", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, exp_resume_session)},
    {"fileDiffsSidebar", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, file_diffs_sidebar)},
    {"groupToolCalls", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, group_tool_calls)},
    {"compactToolCalls", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, compact_tool_calls)},
    {"expImageUpload", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, exp_image_upload)},
    {"reviewPromptAnswered", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, review_prompt_answered)},
    {"reviewPromptLikedApp", SCHEMA_BOOL, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, review_prompt_liked_app)},
    {"voiceAssistantLanguage", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, voice_assistant_language)},
    {"voiceCustomAgentId", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, voice_custom_agent_id)},
    {"voiceBypassToken", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, voice_bypass_token)},
    {"preferredLanguage", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, preferred_language)},
    {"recentMachinePaths", SCHEMA_LIST, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, recent_machine_paths),
     SCHEMA_ITEMS(struct app_settings, recent_machine_paths), .item = SCHEMA_OBJECT,
     .of = &recent_path_schema},
    {"lastUsedAgent", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, last_used_agent)},
    {"lastUsedPermissionMode", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, last_used_permission_mode)},
    {"lastUsedModelMode", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct app_settings, last_used_model_mode)},
    {"agentDefaultOverrides", SCHEMA_MAP, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, agent_default_overrides),
     SCHEMA_ITEMS(struct app_settings, agent_default_overrides), .item = SCHEMA_OBJECT,
     .of = &agent_defaults_schema},
    {"dismissedCLIWarnings", SCHEMA_OBJECT, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct app_settings, dismissed_cli_warnings), .of = &warnings_schema},
    {0}};
const struct schema app_settings_schema = {.size = sizeof(struct app_settings),
                                           .members = settings_members};

static const char defaults_text[] =
    "{\"schemaVersion\":2,\"viewInline\":false,\"inferenceOpenAIKey\":null,"
    "\"expandTodos\":true,\"showLineNumbers\":true,"
    "\"showLineNumbersInToolViews\":false,\"wrapLinesInDiffs\":true,"
    "\"diffStyle\":\"unified\",\"analyticsOptOut\":false,\"experiments\":false,"
    "\"alwaysShowContextSize\":false,\"agentInputEnterToSend\":true,"
    "\"avatarStyle\":\"brutalist\",\"showFlavorIcons\":false,"
    "\"userMessageBubbleColor\":\"gray\",\"sessionStatusBarDisplay\":\"hidden\","
    "\"usageLimitShowRemaining\":false,\"hideInactiveSessions\":false,"
    "\"sortSessionsByActivity\":false,\"expResumeSession\":false,"
    "\"fileDiffsSidebar\":false,\"groupToolCalls\":false,"
    "\"compactToolCalls\":true,\"expImageUpload\":false,"
    "\"reviewPromptAnswered\":false,\"reviewPromptLikedApp\":null,"
    "\"voiceAssistantLanguage\":null,\"voiceCustomAgentId\":null,"
    "\"voiceBypassToken\":false,\"preferredLanguage\":null,"
    "\"recentMachinePaths\":[],\"lastUsedAgent\":null,"
    "\"lastUsedPermissionMode\":null,\"lastUsedModelMode\":null,"
    "\"agentDefaultOverrides\":{},\"dismissedCLIWarnings\":{\"perMachine\":{},"
    "\"global\":{}}}";

/* Puts what `changes` has into `tree`, whose own members it replaces. */
static void merge(struct json_object *tree, struct json_object *changes, bool unknown_only)
{
    json_object_object_foreach(changes, key, value)
    {
        if (!unknown_only || !json_object_object_get_ex(tree, key, NULL))
            json_object_object_add(tree, key, json_object_get(value));
    }
}

/* Members of the default object that the value replaced, put back where they are missing. */
static void complete_warnings(struct json_object *tree, struct json_object *defaults)
{
    struct json_object *warnings = json_object_object_get(tree, "dismissedCLIWarnings");
    struct json_object *whole = json_object_new_object();
    merge(whole, json_object_object_get(defaults, "dismissedCLIWarnings"), false);
    merge(whole, warnings, false);
    json_object_object_add(tree, "dismissedCLIWarnings", whole);
}

/* The name of Chinese in older settings. */
static void rename_language(struct json_object *tree)
{
    struct json_object *language = json_object_object_get(tree, "preferredLanguage");
    if (language && strcmp(json_object_get_string(language), "zh") == 0)
        json_object_object_add(tree, "preferredLanguage", json_object_new_string("zh-Hans"));
}

/* The settings with every member that is known, from the tree of what was stored. */
static struct json_object *complete(struct json_object *stored)
{
    struct json_object *defaults = NULL, *tree = json_object_new_object();
    struct arena arena = {0};
    struct app_settings valid;
    json_text_parse(slice_of_string(defaults_text), &defaults, NULL);
    merge(tree, defaults, false);
    if (json_object_is_type(stored, json_type_object)) {
        bool all = schema_read(&app_settings_schema, stored, &arena, &valid, NULL) == 0;
        merge(tree, stored, !all);
        complete_warnings(tree, defaults);
        rename_language(tree);
    }
    arena_free(&arena);
    json_object_put(defaults);
    return tree;
}

int app_settings_parse(struct slice text, struct app_settings *settings, struct error *error)
{
    struct arena arena = {0};
    struct json_object *stored = NULL;
    json_text_parse_lenient(text, &stored, NULL);
    struct json_object *tree = complete(stored);
    json_object_put(stored);
    int status = schema_read(&app_settings_schema, tree, &arena, settings, error);
    settings->arena = arena;
    json_object_put(tree);
    if (status != 0)
        app_settings_free(settings);
    return status;
}

int app_settings_apply(struct app_settings *settings, struct json_object *changes,
                       struct error *error)
{
    struct app_settings changed;
    struct json_object *tree = schema_write(&app_settings_schema, settings, error);
    if (!tree)
        return -1;
    merge(tree, changes, false);
    int status = schema_read(&app_settings_schema, tree, &settings->arena, &changed, error);
    json_object_put(tree);
    if (status != 0)
        return -1;
    changed.arena = settings->arena;
    *settings = changed;
    return 0;
}

/* A copy of the overrides without those that are empty; NULL when none is left. */
static struct json_object *overrides_with_content(struct json_object *overrides)
{
    struct json_object *kept = json_object_new_object();
    json_object_object_foreach(overrides, agent, override)
    {
        if (json_object_object_length(override) > 0)
            json_object_object_add(kept, agent, json_object_get(override));
    }
    if (json_object_object_length(kept) > 0)
        return kept;
    json_object_put(kept);
    return NULL;
}

int app_settings_print(const struct app_settings *settings, struct buffer *text,
                       struct error *error)
{
    struct json_object *overrides = NULL;
    struct json_object *tree = schema_write(&app_settings_schema, settings, error);
    if (!tree)
        return -1;
    if (json_object_object_get_ex(tree, "agentDefaultOverrides", &overrides)) {
        struct json_object *kept = overrides_with_content(overrides);
        if (kept)
            json_object_object_add(tree, "agentDefaultOverrides", kept);
        else
            json_object_object_del(tree, "agentDefaultOverrides");
    }
    json_text_print(text, tree);
    json_object_put(tree);
    return 0;
}

void app_settings_free(struct app_settings *settings)
{
    arena_free(&settings->arena);
    memset(settings, 0, sizeof *settings);
}
