#include "claude_transcript.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/agent.h"
#include "record_file.h"
#include "wire/buffer.h"
#include "wire/json.h"

#define MARKER "[Request interrupted by user"

/* As glob(3) returns; the caller frees `files` when that is 0. */
static int find(const char *const *environment, const char *id, glob_t *files)
{
    const char *config = agent_environment_get(environment, "CLAUDE_CONFIG_DIR");
    const char *home = agent_environment_get(environment, "HOME");
    char *pattern;
    int length = config && *config
                     ? asprintf(&pattern, "%s/projects/*/%s.jsonl", config, id)
                     : asprintf(&pattern, "%s/.claude/projects/*/%s.jsonl", home ? home : "", id);
    if (length < 0)
        return GLOB_NOSPACE;
    int failure = glob(pattern, GLOB_NOSORT, NULL, files);
    free(pattern);
    return failure;
}

bool claude_transcript_exists(const char *const *environment, const char *id)
{
    glob_t files;
    int failure = find(environment, id, &files);
    if (failure == 0)
        globfree(&files);
    return failure != GLOB_NOMATCH;
}

/* The text of a message: its content, or that of its first block. */
static const char *text_of(struct json_object *record)
{
    struct json_object *message = NULL, *content = NULL;
    const char *text = NULL;
    if (!json_get_object(record, "message", &message, NULL) || !message ||
        !json_object_object_get_ex(message, "content", &content))
        return NULL;
    if (json_object_is_type(content, json_type_string))
        return json_object_get_string(content);
    if (json_object_is_type(content, json_type_array))
        content = json_object_array_get_idx(content, 0);
    if (!json_object_is_type(content, json_type_object) ||
        !json_get_string(content, "text", &text, NULL))
        return NULL;
    return text;
}

enum { SAYS_NOTHING, SAYS_SOMETHING, SAYS_INTERRUPTED };

/* What one line says of the turn: records of files, modes and subagents say nothing. */
static int read_line(const char *line, size_t length)
{
    struct json_object *record = json_parse(line, length, NULL);
    const char *type = NULL;
    bool aside = false;
    int said = SAYS_NOTHING;
    if (json_object_is_type(record, json_type_object) &&
        json_get_string(record, "type", &type, NULL) && type &&
        json_get_bool(record, "isSidechain", &aside, NULL) && !aside) {
        const char *text = strcmp(type, "user") == 0 ? text_of(record) : NULL;
        if (text && strncmp(text, MARKER, strlen(MARKER)) == 0)
            said = SAYS_INTERRUPTED;
        else if (strcmp(type, "user") == 0 || strcmp(type, "assistant") == 0)
            said = SAYS_SOMETHING;
    }
    json_object_put(record);
    return said;
}

bool claude_transcript_is_interrupted(const char *const *environment, const char *id)
{
    glob_t files;
    struct buffer tail = {0};
    int said = SAYS_NOTHING;
    if (find(environment, id, &files) != 0)
        return false;
    record_file_tail(files.gl_pathv[0], &tail);
    globfree(&files);
    /* From the last line up; a line that is cut off at either end is no JSON. */
    size_t end = tail.length;
    while (said == SAYS_NOTHING && end > 0) {
        size_t start = end;
        while (start > 0 && tail.data[start - 1] != '\n')
            start--;
        if (end > start)
            said = read_line(tail.data + start, end - start);
        end = start > 0 ? start - 1 : 0;
    }
    buffer_free(&tail);
    return said == SAYS_INTERRUPTED;
}
