#include <string.h>

#include "net/http_parser.h"

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + ('a' - 'A')) : letter;
}

bool http_name_equals(struct slice name, const char *other)
{
    for (size_t i = 0; i < name.length; i++)
        if (other[i] == '\0' || lower(name.data[i]) != lower(other[i]))
            return false;
    return other[name.length] == '\0';
}

bool http_head_find(const struct http_head *head, const char *name, struct slice *value)
{
    *value = slice_of(NULL, 0);
    for (size_t i = 0; i < head->header_count; i++) {
        if (http_name_equals(head->headers[i].name, name)) {
            *value = head->headers[i].value;
            return true;
        }
    }
    return false;
}

size_t http_head_count(const struct http_head *head, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++)
        count += http_name_equals(head->headers[i].name, name);
    return count;
}

static struct slice trimmed(struct slice text)
{
    while (text.length > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = slice_of(text.data + 1, text.length - 1);
    while (text.length > 0 &&
           (text.data[text.length - 1] == ' ' || text.data[text.length - 1] == '\t'))
        text.length--;
    return text;
}

bool http_list_next(struct slice *rest, struct slice *item)
{
    while (rest->length > 0) {
        const char *comma = memchr(rest->data, ',', rest->length);
        size_t length = comma ? (size_t)(comma - rest->data) : rest->length;
        size_t used = length + (comma != NULL);
        *item = trimmed(slice_of(rest->data, length));
        *rest = slice_of(rest->data + used, rest->length - used);
        if (item->length > 0)
            return true;
    }
    return false;
}

bool http_head_lists(const struct http_head *head, const char *name, const char *wanted)
{
    for (size_t i = 0; i < head->header_count; i++) {
        if (!http_name_equals(head->headers[i].name, name))
            continue;
        struct slice rest = head->headers[i].value, item;
        while (http_list_next(&rest, &item)) {
            const char *parameters = memchr(item.data, ';', item.length);
            if (parameters)
                item = trimmed(slice_of(item.data, (size_t)(parameters - item.data)));
            if (http_name_equals(item, wanted))
                return true;
        }
    }
    return false;
}
