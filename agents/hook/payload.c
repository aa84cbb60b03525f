#include "payload.h"

#include <stdbool.h>
#include <string.h>

#define VALUE_MAX    256u
#define MEMBER_COUNT (sizeof members / sizeof members[0])

static const char *const members[] = {
    "hook_event_name",
    "session_id",
    "notification_type",
    "tool_name",
};

struct scan {
    const char *at, *end;
    bool taken[MEMBER_COUNT];
};

/* A JSON string's inside, still escaped; `scan` stands on its opening quote and ends behind its
   closing one, or at the end when there is none. */
static size_t scan_string(struct scan *scan, const char **start)
{
    *start = ++scan->at;
    while (scan->at < scan->end && *scan->at != '"')
        scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
    size_t length = (size_t)(scan->at - *start);
    if (scan->at < scan->end)
        scan->at++;
    return length;
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end && memchr(" \t\r\n", *scan->at, 4))
        scan->at++;
}

/* True the first time that a member of that name is seen. */
static bool is_wanted(struct scan *scan, const char *key, size_t length)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (!scan->taken[i] && strlen(members[i]) == length && memcmp(members[i], key, length) == 0)
            return scan->taken[i] = true;
    }
    return false;
}

/* `scan` stands behind the string `key` of the outermost object. */
static void take_member(struct buffer *result, struct scan *scan, const char *key, size_t length)
{
    const char *value;
    skip_space(scan);
    if (scan->at == scan->end || *scan->at != ':')
        return;
    scan->at++;
    skip_space(scan);
    if (scan->at == scan->end || *scan->at != '"')
        return;
    size_t value_length = scan_string(scan, &value);
    if (value_length > VALUE_MAX || !is_wanted(scan, key, length))
        return;
    buffer_append_byte(result, '"');
    buffer_append(result, key, length);
    buffer_append_string(result, "\":\"");
    buffer_append(result, value, value_length);
    buffer_append_string(result, "\",");
}

void payload_shorten(struct buffer *result, const char *payload, size_t length)
{
    struct scan scan = {.at = payload, .end = payload + length};
    size_t depth = 0;
    buffer_append_byte(result, '{');
    while (scan.at < scan.end) {
        const char *start;
        if (*scan.at == '"') {
            size_t key_length = scan_string(&scan, &start);
            if (depth == 1)
                take_member(result, &scan, start, key_length);
            continue;
        }
        if (*scan.at == '{' || *scan.at == '[')
            depth++;
        else if ((*scan.at == '}' || *scan.at == ']') && depth > 0)
            depth--;
        scan.at++;
    }
    buffer_append_string(result, "\"truncated\":true}");
}
