/* A line with a pattern, behind it lines of text: as session.wait takes them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"

#define STEPS 1000000ul

/* The same search finds the same, takes the same steps, and never more than it may. */
static void search(struct pattern *pattern, const char *line, size_t length)
{
    unsigned long left = STEPS;
    enum pattern_result result = pattern_search(pattern, line, length, &left);
    unsigned long taken = STEPS - left;
    if (left > STEPS || taken == 0 || (result == PATTERN_COSTLY && left != 0))
        abort();
    if (result == PATTERN_COSTLY)
        return;
    left = taken;
    if (pattern_search(pattern, line, length, &left) != result || left != 0)
        abort();
    left = taken - 1;
    if (result == PATTERN_ABSENT &&
        (pattern_search(pattern, line, length, &left) != PATTERN_COSTLY || left != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t length = end ? (size_t)(end - data) : size;
    char *text = strndup((const char *)data, length);
    struct pattern *pattern = text ? pattern_new(text, &error) : NULL;
    free(text);
    if (!pattern) {
        if (error.code != ERROR_INVALID || !error.message[0])
            abort();
        return 0;
    }
    while (end) {
        const char *line = (const char *)end + 1;
        size_t rest = size - (size_t)(end + 1 - data);
        end = rest ? memchr(line, '\n', rest) : NULL;
        search(pattern, line, end ? (size_t)((const char *)end - line) : rest);
    }
    pattern_free(pattern);
    return 0;
}
