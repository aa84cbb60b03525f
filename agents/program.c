#include "agents/agent.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* happy-claude and its like are links to happyctl: taking one of them for the agent would make it
   start itself for ever. */
static bool is_our_wrapper(const char *path)
{
    const char *name = strrchr(path, '/');
    if (strncmp(name ? name + 1 : path, "happy-", 6) == 0)
        return true;
    char *real = realpath(path, NULL);
    const char *real_name = real ? strrchr(real, '/') : NULL;
    bool ours = real_name && strcmp(real_name + 1, "happyctl") == 0;
    free(real);
    return ours;
}

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* `name` inside `place` (relative ones are seen from `directory`), when it is a program. */
static char *program_in(const char *place, int place_length, const char *name,
                        const char *directory)
{
    char *path;
    int length;
    if (place_length > 0 && place[0] == '/')
        length = asprintf(&path, "%.*s/%s", place_length, place, name);
    else if (place_length > 0)
        length = asprintf(&path, "%s/%.*s/%s", directory, place_length, place, name);
    else
        length = asprintf(&path, "%s/%s", directory, name);
    if (length < 0)
        return NULL;
    if (is_program(path) && !is_our_wrapper(path))
        return path;
    free(path);
    return NULL;
}

char *agent_program_find(const char *program, const char *path, const char *directory)
{
    if (!*program || strlen(program) >= PATH_MAX)
        return NULL;
    if (strchr(program, '/')) {
        if (program[0] == '/')
            return is_program(program) ? strdup(program) : NULL;
        return program_in("", 0, program, directory);
    }
    /* An empty entry means the current directory (POSIX, "PATH"). */
    for (const char *place = path ? path : "/usr/local/bin:/usr/bin:/bin"; place;) {
        const char *colon = strchrnul(place, ':');
        if (colon - place < PATH_MAX) {
            char *found = program_in(place, (int)(colon - place), program, directory);
            if (found)
                return found;
        }
        place = *colon ? colon + 1 : NULL;
    }
    return NULL;
}
