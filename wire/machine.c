#include "wire/machine.h"

#include <string.h>

static const struct schema_member availability_members[] = {
    {"claude", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct cli_availability, claude)},
    {"codex", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct cli_availability, codex)},
    {"gemini", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct cli_availability, gemini)},
    {"openclaw", SCHEMA_BOOL, SCHEMA_REQUIRED, SCHEMA_AT(struct cli_availability, openclaw)},
    {"agy", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct cli_availability, agy)},
    {"rig", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct cli_availability, rig)},
    {"detectedAt", SCHEMA_TIME, SCHEMA_REQUIRED, SCHEMA_AT(struct cli_availability, detected_at)},
    {0}};
static const struct schema availability_schema = {.size = sizeof(struct cli_availability),
                                                  .members = availability_members};

static const struct schema_member resume_members[] = {
    {"rpcAvailable", SCHEMA_BOOL, SCHEMA_OPTIONAL, SCHEMA_AT(struct resume_support, rpc_available)},
    {"requiresSameMachine", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct resume_support, requires_same_machine)},
    {"requiresHappyAgentAuth", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct resume_support, requires_happy_agent_auth)},
    {"happyAgentAuthenticated", SCHEMA_BOOL, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct resume_support, happy_agent_authenticated)},
    {"detectedAt", SCHEMA_TIME, SCHEMA_OPTIONAL, SCHEMA_AT(struct resume_support, detected_at)},
    {0}};
static const struct schema resume_schema = {.size = sizeof(struct resume_support),
                                            .members = resume_members};

static const char *const last_status_names[] = {
    "", [DAEMON_WAS_RUNNING] = "running", [DAEMON_WAS_SHUTTING_DOWN] = "shutting-down", NULL};
static const char *const source_names[] = {"",
                                           [SHUTDOWN_BY_APP] = "happy-app",
                                           [SHUTDOWN_BY_CLI] = "happy-cli",
                                           [SHUTDOWN_BY_SIGNAL] = "os-signal",
                                           [SHUTDOWN_BY_UNKNOWN] = "unknown",
                                           NULL};

static const struct schema_member metadata_members[] = {
    {"host", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct machine_metadata, host)},
    {"platform", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct machine_metadata, platform)},
    {"happyCliVersion", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_metadata, happy_cli_version)},
    {"happyHomeDir", SCHEMA_STRING, SCHEMA_REQUIRED,
     SCHEMA_AT(struct machine_metadata, happy_home_dir)},
    {"homeDir", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct machine_metadata, home_dir)},
    {"happyLibDir", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, happy_lib_dir)},
    {"username", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct machine_metadata, username)},
    {"arch", SCHEMA_STRING, SCHEMA_OPTIONAL, SCHEMA_AT(struct machine_metadata, arch)},
    {"displayName", SCHEMA_STRING, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, display_name)},
    {"cliAvailability", SCHEMA_OBJECT, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, cli_availability), .of = &availability_schema},
    {"resumeSupport", SCHEMA_OBJECT, SCHEMA_OPTIONAL | SCHEMA_LENIENT,
     SCHEMA_AT(struct machine_metadata, resume_support), .of = &resume_schema},
    {"daemonLastKnownStatus", SCHEMA_ENUM, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, daemon_last_known_status), .names = last_status_names},
    {"daemonLastKnownPid", SCHEMA_NUMBER, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, daemon_last_known_pid)},
    {"shutdownRequestedAt", SCHEMA_TIME, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, shutdown_requested_at)},
    {"shutdownSource", SCHEMA_ENUM, SCHEMA_OPTIONAL,
     SCHEMA_AT(struct machine_metadata, shutdown_source), .names = source_names},
    {0}};
const struct schema machine_metadata_schema = {.size = sizeof(struct machine_metadata),
                                               .members = metadata_members};

static const struct schema_member state_members[] = {
    {"status", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(struct daemon_state, status)},
    {"pid", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct daemon_state, pid)},
    {"httpPort", SCHEMA_NUMBER, SCHEMA_NULLISH, SCHEMA_AT(struct daemon_state, http_port)},
    {"startedAt", SCHEMA_TIME, SCHEMA_NULLISH, SCHEMA_AT(struct daemon_state, started_at)},
    {"shutdownRequestedAt", SCHEMA_TIME, SCHEMA_NULLISH,
     SCHEMA_AT(struct daemon_state, shutdown_requested_at)},
    {"shutdownSource", SCHEMA_STRING, SCHEMA_NULLISH,
     SCHEMA_AT(struct daemon_state, shutdown_source)},
    {0}};
const struct schema daemon_state_schema = {.size = sizeof(struct daemon_state),
                                           .members = state_members};

int machine_metadata_parse(struct slice text, struct machine_metadata *metadata,
                           struct error *error)
{
    struct arena arena = {0};
    int status = schema_parse_lenient(&machine_metadata_schema, text, &arena, metadata, error);
    metadata->arena = arena;
    if (status != 0)
        machine_metadata_free(metadata);
    return status;
}

int machine_metadata_print(const struct machine_metadata *metadata, struct buffer *text,
                           struct error *error)
{
    return schema_print(&machine_metadata_schema, metadata, text, error);
}

void machine_metadata_free(struct machine_metadata *metadata)
{
    arena_free(&metadata->arena);
    memset(metadata, 0, sizeof *metadata);
}

int daemon_state_parse(struct slice text, struct daemon_state *state, struct error *error)
{
    struct arena arena = {0};
    int status = schema_parse_lenient(&daemon_state_schema, text, &arena, state, error);
    state->arena = arena;
    if (status != 0)
        daemon_state_free(state);
    return status;
}

int daemon_state_print(const struct daemon_state *state, struct buffer *text, struct error *error)
{
    return schema_print(&daemon_state_schema, state, text, error);
}

void daemon_state_free(struct daemon_state *state)
{
    arena_free(&state->arena);
    memset(state, 0, sizeof *state);
}
