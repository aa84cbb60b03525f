#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "os/clock.h"
#include "quantity.h"
#include "report.h"
#include "session.h"
#include "terminal.h"
#include "text_table.h"

static const struct option OPTIONS[] = {
    {'a', "all", NULL, "ended sessions of more than a day ago, too"},
    {'q', "quiet", NULL, "print ids only"},
    {0, "json", NULL, "print all that is known, as JSON"},
    {0},
};

static const struct text_column COLUMNS[] = {
    {.title = "NAME", .maximum = 24},
    {.title = "AGENT"},
    {.title = "STATE"},
    {.title = "ATTACHED", .right = true},
    {.title = "AGE", .right = true},
    {.title = "IDLE", .right = true},
    {.title = "CPU", .right = true},
    {.title = "MEMORY", .right = true},
    {.title = "DIRECTORY", .flexible = true},
    {.title = "ID"},
    {.title = "REASON"}, /* for programs; people read it below the row */
};
#define COLUMN_COUNT (sizeof COLUMNS / sizeof COLUMNS[0])

static const struct {
    const char *word, *style;
} STYLES[] = {
    {"waiting", "1;33"},
    {"busy", "32"},
    {"ended", "2"},
    {"lost", "31"},
};

static const char *style_of(const char *word)
{
    for (size_t i = 0; i < sizeof STYLES / sizeof STYLES[0]; i++)
        if (strcmp(STYLES[i].word, word) == 0)
            return STYLES[i].style;
    return NULL;
}

/* ~ for the home directory. The caller frees it. */
static char *shorten(const char *directory)
{
    const char *home = getenv("HOME");
    size_t length = home ? strlen(home) : 0;
    bool inside = length > 1 && strncmp(directory, home, length) == 0 &&
                  (directory[length] == '/' || !directory[length]);
    char *result = NULL;
    if (asprintf(&result, "%s%s", inside ? "~" : "", directory + (inside ? length : 0)) < 0)
        return NULL;
    return result;
}

static char *note_about(const struct session *session)
{
    char *note = NULL;
    if (session_is_alive(session) || !session->reason)
        return NULL;
    int written = session->resumable ? asprintf(&note, "%s; go on with: happyctl resume %s",
                                                session->reason, session->name)
                                     : asprintf(&note, "%s", session->reason);
    return written < 0 ? NULL : note;
}

static void add_row(struct text_table *table, const struct session *session, int64_t now,
                    bool for_people)
{
    char terminals[QUANTITY_SIZE], age[QUANTITY_SIZE], idle[QUANTITY_SIZE], cpu[QUANTITY_SIZE],
        memory[QUANTITY_SIZE];
    bool alive = session_is_alive(session);
    int64_t since = session->last_output_at > 0 ? session->last_output_at : session->created_at;
    snprintf(terminals, sizeof terminals, "%" PRId64, session->terminals);
    quantity_duration(session->created_at < 0     ? -1
                      : now > session->created_at ? now - session->created_at
                                                  : 0,
                      age);
    quantity_duration(!alive || since < 0 ? -1 : now > since ? now - since : 0, idle);
    quantity_cpu(session->cpu_seconds, cpu);
    quantity_bytes(session->memory_bytes, memory);
    char *directory = for_people ? shorten(session->directory) : NULL;
    char *note = note_about(session);
    const char *state = session_state_word(session);
    const char *cells[] = {session->name,
                           session->agent,
                           state,
                           alive && session->terminals >= 0 ? terminals : "-",
                           age,
                           idle,
                           alive ? cpu : "-",
                           alive ? memory : "-",
                           directory ? directory : session->directory,
                           session->id,
                           session->reason};
    text_table_add(table, cells, style_of(state), note);
    free(directory);
    free(note);
}

static int print_table(struct json_object *sessions, struct error *error)
{
    bool for_people = isatty(STDOUT_FILENO);
    struct text_table *table = text_table_new(COLUMNS, COLUMN_COUNT - for_people);
    int64_t now = clock_now_ms();
    int result = table ? 0 : error_set(error, ERROR_MEMORY, "out of memory");
    size_t count = json_object_array_length(sessions);
    for (size_t i = 0; i < count && result == 0; i++) {
        struct session session;
        result = session_read(json_object_array_get_idx(sessions, i), &session, error);
        if (result == 0)
            add_row(table, &session, now, for_people);
    }
    if (result == 0 && for_people && count == 0)
        puts("no sessions; start one with: happyctl start claude");
    else if (result == 0 && for_people) {
        uint16_t columns, rows;
        const char *no_color = getenv("NO_COLOR");
        terminal_size(&columns, &rows);
        result = text_table_print(table, columns, !no_color || !*no_color, stdout);
    } else if (result == 0)
        result = text_table_print_plain(table, stdout);
    text_table_free(table);
    return result;
}

static void print_ids(struct json_object *sessions)
{
    for (size_t i = 0; i < json_object_array_length(sessions); i++) {
        const char *id = NULL;
        if (json_get_string(json_object_array_get_idx(sessions, i), "id", &id, NULL) && id)
            puts(id);
    }
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    bool quiet = arguments_has(arguments, "quiet");
    struct json_object *params = json_object_new_object(), *sessions = NULL;
    json_put_bool(params, "all", arguments_has(arguments, "all"));
    json_put_bool(params, "resources", !quiet);
    int status;
    struct json_object *answer =
        invocation_call(invocation, "session.list", params, CALL_TIMEOUT_MS, &status);
    if (!answer)
        return status;
    struct error error;
    if (!json_get_array(answer, "sessions", &sessions, &error) || !sessions) {
        error_set(&error, ERROR_INVALID, "happyd did not answer with a list of sessions");
        json_object_put(answer);
        return report_error(&error);
    }
    if (arguments_has(arguments, "json")) {
        json_object_get(sessions);
        json_object_put(answer);
        return print_json(sessions);
    }
    if (quiet)
        print_ids(sessions);
    else if (print_table(sessions, &error) < 0)
        status = report_error(&error);
    json_object_put(answer);
    return report_written(status);
}

const struct command COMMAND_LIST = {
    .name = "list",
    .alias = "ls",
    .usage = "[OPTIONS]",
    .summary = "list sessions, the latest last",
    .details = "CPU and MEMORY are those of the agent's whole process tree. In a pipe the columns\n"
               "are separated by tabs.",
    .example = "happyctl list",
    .options = OPTIONS,
    .run = run,
};
