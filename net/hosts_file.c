#include "net/hosts_file.h"

#include <string.h>
#include <strings.h>

static struct slice next_word(struct slice *line)
{
    size_t begin = 0, end;
    while (begin < line->length && strchr(" \t\r", line->data[begin]))
        begin++;
    for (end = begin; end < line->length && !strchr(" \t\r", line->data[end]);)
        end++;
    struct slice word = slice_of(line->data + begin, end - begin);
    *line = slice_of(line->data + end, line->length - end);
    return word;
}

static bool has_name(struct slice line, const char *name)
{
    struct slice word;
    while ((word = next_word(&line)).length > 0)
        if (word.length == strlen(name) && strncasecmp(word.data, name, word.length) == 0)
            return true;
    return false;
}

size_t hosts_file_find(struct slice text, const char *name, union socket_address *addresses,
                       size_t max)
{
    size_t count = 0;
    while (text.length > 0 && count < max) {
        const char *newline = memchr(text.data, '\n', text.length);
        size_t length = newline ? (size_t)(newline - text.data) : text.length;
        const char *comment = length ? memchr(text.data, '#', length) : NULL;
        struct slice line = slice_of(text.data, comment ? (size_t)(comment - text.data) : length);
        struct slice word = next_word(&line);
        char address[SOCKET_ADDRESS_TEXT_MAX] = "";
        if (word.length > 0 && word.length < sizeof address && has_name(line, name)) {
            memcpy(address, word.data, word.length);
            if (socket_address_parse(address, 0, &addresses[count]) == 0)
                count++;
        }
        length += newline ? 1 : 0;
        text = slice_of(text.data + length, text.length - length);
    }
    return count;
}
