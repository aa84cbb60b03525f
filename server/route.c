#include "route.h"

#include <stdlib.h>
#include <string.h>

#include "wire/utf8.h"

#define SEGMENTS_MAX 8u

/* A segment of a path, decoded. One that is too long for a parameter is too long for all. */
struct segment {
    char text[3 * ROUTE_PARAMETER_MAX + 1];
    size_t length;
    bool too_long;
};

struct pattern {
    const struct route *route;
    size_t count;
    struct slice segments[SEGMENTS_MAX]; /* a parameter's begins with ":" */
};

struct router {
    struct pattern *patterns;
    size_t count;
};

/* Takes the next segment, behind its slash. False at the end. */
static bool next_segment(struct slice *path, struct slice *segment)
{
    if (path->length == 0 || path->data[0] != '/')
        return false;
    const char *start = path->data + 1;
    const char *slash = memchr(start, '/', path->length - 1);
    *segment = slice_of(start, slash ? (size_t)(slash - start) : path->length - 1);
    *path = slice_of(start + segment->length, path->length - 1 - segment->length);
    return true;
}

static bool compile(struct pattern *pattern, const struct route *route)
{
    struct slice rest = slice_of_string(route->pattern), segment;
    pattern->route = route;
    while (next_segment(&rest, &segment)) {
        if (pattern->count == SEGMENTS_MAX)
            return false;
        pattern->segments[pattern->count++] = segment;
    }
    return true;
}

struct router *router_new(const struct route_table *const *tables, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += tables[i]->count;
    struct router *router = calloc(1, sizeof *router);
    if (!router || !(router->patterns = calloc(total, sizeof *router->patterns))) {
        free(router);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < tables[i]->count; j++)
            if (compile(&router->patterns[router->count], &tables[i]->routes[j]))
                router->count++;
    return router;
}

void router_free(struct router *router)
{
    if (!router)
        return;
    free(router->patterns);
    free(router);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte at the front of `text`, which gets shorter by it; -1 for an escape that is none. */
static int next_byte(struct slice *text)
{
    size_t used = 1;
    int byte = (unsigned char)text->data[0];
    if (byte == '%') {
        int high = text->length > 2 ? hex_digit(text->data[1]) : -1;
        int low = text->length > 2 ? hex_digit(text->data[2]) : -1;
        if (high < 0 || low < 0)
            return -1;
        byte = high * 16 + low;
        used = 3;
    }
    *text = slice_of(text->data + used, text->length - used);
    return byte;
}

bool route_path_is_malformed(struct slice path)
{
    char *decoded = malloc(path.length + 1);
    size_t length = 0;
    bool malformed = !decoded;
    while (!malformed && path.length > 0) {
        int byte = next_byte(&path);
        malformed = byte < 0;
        if (!malformed)
            decoded[length++] = (char)byte;
    }
    malformed = malformed || !utf8_is_valid(decoded, length);
    free(decoded);
    return malformed;
}

/* Bytes that begin a character count one UTF-16 unit, those of four bytes two. */
static void decode(struct slice text, struct segment *segment)
{
    size_t units = 0;
    segment->length = 0;
    segment->too_long = false;
    while (text.length > 0) {
        int byte = next_byte(&text);
        units += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
        /* Nothing that is stored has a U+0000, and C's strings end at it. */
        if (byte <= 0 || units > ROUTE_PARAMETER_MAX) {
            segment->too_long = true;
            return;
        }
        segment->text[segment->length++] = (char)byte;
    }
    segment->text[segment->length] = '\0';
}

static bool is_parameter(const struct pattern *pattern, size_t index)
{
    return pattern->segments[index].length > 0 && pattern->segments[index].data[0] == ':';
}

static bool fits(const struct pattern *pattern, const struct segment *segments, size_t count)
{
    if (pattern->count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct slice wanted = pattern->segments[i];
        if (is_parameter(pattern, i) ? segments[i].length == 0
                                     : segments[i].length != wanted.length ||
                                           memcmp(segments[i].text, wanted.data, wanted.length))
            return false;
    }
    return true;
}

/* Whether `a` has a fixed segment at the first place where only one of the two has. */
static bool is_closer(const struct pattern *a, const struct pattern *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (is_parameter(a, i) != is_parameter(b, i))
            return is_parameter(b, i);
    return false;
}

static bool method_is(struct slice method, enum route_method wanted)
{
    static const char *const names[] = {"GET", "POST", "PUT", "DELETE"};
    return slice_equals(method, names[wanted]) ||
           (wanted == ROUTE_GET && slice_equals(method, "HEAD"));
}

static void take_parameters(const struct pattern *pattern, const struct segment *segments,
                            struct route_parameters *parameters)
{
    parameters->count = 0;
    for (size_t i = 0; i < pattern->count && parameters->count < ROUTE_PARAMETERS_MAX; i++) {
        if (!is_parameter(pattern, i))
            continue;
        memcpy(parameters->values[parameters->count].text, segments[i].text,
               segments[i].length + 1);
        parameters->values[parameters->count++].length = segments[i].length;
    }
}

const struct route *router_match(const struct router *router, struct slice method,
                                 struct slice path, struct route_parameters *parameters)
{
    struct segment segments[SEGMENTS_MAX];
    struct slice segment;
    size_t count = 0;
    while (next_segment(&path, &segment)) {
        if (count == SEGMENTS_MAX)
            return NULL;
        decode(segment, &segments[count]);
        if (segments[count++].too_long)
            return NULL;
    }
    const struct pattern *best = NULL;
    for (size_t i = 0; count > 0 && i < router->count; i++) {
        const struct pattern *pattern = &router->patterns[i];
        if (method_is(method, pattern->route->method) && fits(pattern, segments, count) &&
            (!best || is_closer(pattern, best)))
            best = pattern;
    }
    if (!best)
        return NULL;
    take_parameters(best, segments, parameters);
    return best->route;
}
