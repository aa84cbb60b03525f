/* The settings of an account that its apps share, sealed on the server ("Settings" in the protocol
   notes, app core). */
#ifndef WIRE_APP_SETTINGS_H
#define WIRE_APP_SETTINGS_H

#include "wire/schema.h"

/* What prompts to an agent get when the session has no pick. All may be absent or null. */
struct agent_defaults {
    struct schema_object object; /* `key` is the agent */
    const char *permission_mode, *model_mode, *effort_level;
};

struct recent_path {
    struct schema_object object;
    const char *machine_id, *path;
};

struct dismissed_warnings {
    struct schema_object object;
    struct maybe_json per_machine, global; /* objects */
};

/* All are there after app_settings_parse(); a string that nobody chose is null. */
struct app_settings {
    struct schema_object object;
    struct maybe_number schema_version;
    struct maybe_bool view_inline, expand_todos, show_line_numbers;
    struct maybe_bool show_line_numbers_in_tool_views, wrap_lines_in_diffs, analytics_opt_out;
    struct maybe_bool experiments, always_show_context_size, agent_input_enter_to_send;
    struct maybe_bool show_flavor_icons, usage_limit_show_remaining, hide_inactive_sessions;
    struct maybe_bool sort_sessions_by_activity, exp_resume_session, file_diffs_sidebar;
    struct maybe_bool group_tool_calls, compact_tool_calls, exp_image_upload;
    struct maybe_bool review_prompt_answered, review_prompt_liked_app, voice_bypass_token;
    const char *inference_open_ai_key, *diff_style, *avatar_style;
    const char *user_message_bubble_color, *session_status_bar_display, *voice_assistant_language;
    const char *voice_custom_agent_id, *preferred_language, *last_used_agent;
    const char *last_used_permission_mode, *last_used_model_mode;
    LIST_OF(struct recent_path) recent_machine_paths;
    LIST_OF(struct agent_defaults) agent_default_overrides;
    struct dismissed_warnings dismissed_cli_warnings;
    struct arena arena;
};

/* Reads what was decrypted, over the defaults: when one member that is known here is invalid, all
   that are known count as not set; what is not known is kept. What is no object, or no JSON, gives
   the defaults. Returns 0, or -1 when there is no memory. */
int app_settings_parse(struct slice text, struct app_settings *settings, struct error *error);

/* Puts the members of an object, which stays the caller's, over the settings. Pointers that were
   read from `settings` before stay good. */
int app_settings_apply(struct app_settings *settings, struct json_object *changes,
                       struct error *error);

/* Appends the text as it goes to the server: overrides that say nothing are left out. Returns 0, or
   -1 with nothing appended when a reader would refuse it. */
int app_settings_print(const struct app_settings *settings, struct buffer *text,
                       struct error *error);

void app_settings_free(struct app_settings *settings);

extern const struct schema app_settings_schema; /* reads all but `arena` and the defaults */

#endif
