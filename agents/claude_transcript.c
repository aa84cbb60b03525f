#include "claude_transcript.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "agents/agent.h"

bool claude_transcript_exists(const char *const *environment, const char *id)
{
    const char *config = agent_environment_get(environment, "CLAUDE_CONFIG_DIR");
    const char *home = agent_environment_get(environment, "HOME");
    char *pattern;
    glob_t files;
    int length = config && *config
                     ? asprintf(&pattern, "%s/projects/*/%s.jsonl", config, id)
                     : asprintf(&pattern, "%s/.claude/projects/*/%s.jsonl", home ? home : "", id);
    if (length < 0)
        return true;
    int failure = glob(pattern, GLOB_NOSORT, NULL, &files);
    free(pattern);
    if (failure == 0)
        globfree(&files);
    return failure != GLOB_NOMATCH;
}
