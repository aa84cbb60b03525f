#include "codex_rollout.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "os/open_file.h"
#include "wire/json.h"

#include "native_id.h"
#include "record_file.h"

struct rollout {
    char *id;        /* owned */
    char *directory; /* owned */
    int64_t at;
};

static void rollout_clear(struct rollout *rollout)
{
    free(rollout->id);
    free(rollout->directory);
    *rollout = (struct rollout){0};
}

static bool rollout_read(const char *path, struct rollout *rollout)
{
    const char *id = NULL, *directory = NULL, *time = NULL, *type = "";
    struct json_object *payload = NULL, *head = record_file_head(path);
    *rollout = (struct rollout){0};
    if (head && json_get_string(head, "type", &type, NULL) && strcmp(type, "session_meta") == 0 &&
        json_get_object(head, "payload", &payload, NULL) && payload &&
        json_get_string(payload, "id", &id, NULL) &&
        json_get_string(payload, "cwd", &directory, NULL) &&
        json_get_string(payload, "timestamp", &time, NULL) && id && native_id_is_valid(id) &&
        directory) {
        rollout->id = strdup(id);
        rollout->directory = strdup(directory);
        rollout->at = record_time(time);
    }
    json_object_put(head);
    if (rollout->id && rollout->directory)
        return true;
    rollout_clear(rollout);
    return false;
}

static bool is_rollout(const char *path, void *context)
{
    (void)context;
    const char *name = strrchr(path, '/');
    size_t length = strlen(path);
    return name && strncmp(name, "/rollout-", 9) == 0 && length > 6 &&
           strcmp(path + length - 6, ".jsonl") == 0;
}

static char *sessions_directory(const struct agent_request *request)
{
    const char *codex_home = agent_environment_get(request->environment, "CODEX_HOME");
    const char *home = agent_environment_get(request->environment, "HOME");
    char *path = NULL;
    if (codex_home && *codex_home)
        return asprintf(&path, "%s/sessions", codex_home) < 0 ? NULL : path;
    if (home && *home)
        return asprintf(&path, "%s/.codex/sessions", home) < 0 ? NULL : path;
    return NULL;
}

/* Looks through one day's files. Directories are named by local time. */
static void search_day(const char *sessions, time_t day, const struct agent_request *request,
                       int64_t started_at, struct rollout *best)
{
    struct tm tm;
    char *pattern, date[16], real[PATH_MAX];
    glob_t files;
    if (!localtime_r(&day, &tm) || strftime(date, sizeof date, "%Y/%m/%d", &tm) == 0 ||
        asprintf(&pattern, "%s/%s/rollout-*.jsonl", sessions, date) < 0)
        return;
    const char *directory = realpath(request->directory, real) ? real : request->directory;
    int failed = glob(pattern, GLOB_NOSORT, NULL, &files);
    free(pattern);
    if (failed)
        return;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct rollout rollout;
        if (record_file_written_at(files.gl_pathv[i]) < started_at ||
            !rollout_read(files.gl_pathv[i], &rollout))
            continue;
        bool better = rollout.at >= started_at && strcmp(rollout.directory, directory) == 0 &&
                      (!best->id || rollout.at < best->at);
        struct rollout other = better ? *best : rollout;
        if (better)
            *best = rollout;
        rollout_clear(&other);
    }
    globfree(&files);
}

char *codex_find_native_id(const struct agent_request *request, int64_t started_at, int pid)
{
    struct rollout found = {0};
    char *open_file = open_file_find(pid, is_rollout, NULL);
    if (open_file) {
        bool read = rollout_read(open_file, &found);
        free(open_file);
        if (read)
            goto out;
    }
    char *sessions = sessions_directory(request);
    time_t started = (time_t)(started_at / 1000), now = time(NULL);
    if (sessions) {
        search_day(sessions, started, request, started_at, &found);
        if (!found.id)
            search_day(sessions, now, request, started_at, &found);
    }
    free(sessions);
out:
    free(found.directory);
    return found.id;
}
