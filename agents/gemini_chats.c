#include "gemini_chats.h"

#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/json.h"

#include "native_id.h"
#include "record_file.h"

/* True unless <project>/.project_root names another directory. */
static bool project_is(const char *chat, const char *directory)
{
    char path[PATH_MAX], root[PATH_MAX];
    const char *chats = strstr(chat, "/chats/session-");
    if (!chats || (size_t)snprintf(path, sizeof path, "%.*s/.project_root", (int)(chats - chat),
                                   chat) >= sizeof path)
        return false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return true;
    ssize_t length = read(file, root, sizeof root - 1);
    close(file);
    if (length <= 0)
        return true;
    root[length] = '\0';
    root[strcspn(root, "\r\n")] = '\0';
    return strcmp(root, directory) == 0;
}

/* The id in the chat's first line; NULL when it is not one. `at` gets its start. */
static char *read_id(const char *path, int64_t *at)
{
    const char *id = NULL, *time = NULL;
    char *copy = NULL;
    struct json_object *head = record_file_head(path);
    if (head && json_get_string(head, "sessionId", &id, NULL) &&
        json_get_string(head, "startTime", &time, NULL) && id && native_id_is_valid(id)) {
        copy = strdup(id);
        *at = record_time(time);
    }
    json_object_put(head);
    return copy;
}

/* Finds ~/.gemini/tmp/<any project>/chats/session-*<part>*.json*. As glob(3). */
static int find_chats(const char *const *environment, const char *part, int length, glob_t *files)
{
    const char *home = agent_environment_get(environment, "GEMINI_CLI_HOME");
    char *pattern;
    if (!home || !*home)
        home = agent_environment_get(environment, "HOME");
    if (!home ||
        asprintf(&pattern, "%s/.gemini/tmp/*/chats/session-*%.*s*.json*", home, length, part) < 0)
        return GLOB_ABORTED;
    int failure = glob(pattern, GLOB_NOSORT, NULL, files);
    free(pattern);
    return failure;
}

bool gemini_chat_exists(const char *const *environment, const char *id)
{
    glob_t files;
    int failure = find_chats(environment, id, 8, &files);
    if (failure == 0)
        globfree(&files);
    return failure != GLOB_NOMATCH;
}

char *gemini_find_native_id(const struct agent_request *request, int64_t started_at, int pid)
{
    (void)pid; /* it opens its file anew for each write */
    char *best = NULL, real[PATH_MAX];
    int64_t best_at = 0;
    glob_t files;
    const char *directory = realpath(request->directory, real) ? real : request->directory;
    if (find_chats(request->environment, "", 0, &files) != 0)
        return NULL;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        int64_t at = 0;
        if (record_file_written_at(files.gl_pathv[i]) < started_at ||
            !project_is(files.gl_pathv[i], directory))
            continue;
        char *id = read_id(files.gl_pathv[i], &at);
        bool better = id && at >= started_at && (!best || at < best_at);
        free(better ? best : id);
        if (better) {
            best = id;
            best_at = at;
        }
    }
    globfree(&files);
    return best;
}
