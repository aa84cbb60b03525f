#include "wire/json_scan.h"

#include "buffer_room.h"
#include "json_plain.h"
#include "json_walk.h"
#include "wire/json_number.h"
#include "wire/utf8.h"

/* The check. One loop, no recursion: `objects` remembers for each depth whether it is an object. */
struct check {
    const unsigned char *at;
    const unsigned char *end;
    unsigned depth;
    uint8_t objects[JSON_SCAN_DEPTH_MAX / 8 + 1];
    size_t count;
    struct error *error;
};

static bool in_object(const struct check *check)
{
    return check->objects[check->depth / 8] >> check->depth % 8 & 1;
}

static inline void skip_space(struct check *check)
{
    while (check->at < check->end && *check->at <= ' ' &&
           (*check->at == ' ' || *check->at == '\n' || *check->at == '\r' || *check->at == '\t'))
        check->at++;
}

static bool fail(const struct check *check, const char *what)
{
    error_set(check->error, ERROR_INVALID, "the text is not JSON: %s %s", what,
              check->at < check->end ? "before its end" : "at its end");
    return false;
}

static bool is_hex(unsigned char digit)
{
    return (digit >= '0' && digit <= '9') || ((digit | 32) >= 'a' && (digit | 32) <= 'f');
}

/* What may follow a backslash, apart from u. */
static const bool is_short_escape[256] = {
    ['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true,
    ['f'] = true, ['n'] = true,  ['r'] = true, ['t'] = true,
};

static bool check_escape(struct check *check)
{
    const unsigned char *at = check->at;
    if (check->end - at < 2)
        return false;
    if (at[1] == 'u') {
        if (check->end - at < 6)
            return false;
        for (int i = 2; i < 6; i++)
            if (!is_hex(at[i]))
                return false;
        check->at += 6;
        return true;
    }
    check->at += 2;
    return is_short_escape[at[1]];
}

/* Behind the first part of a string that has something special in it. */
static bool check_rest_of_string(struct check *check)
{
    while ((check->at = json_plain_end(check->at, check->end)) < check->end) {
        unsigned char byte = *check->at;
        if (byte == '"') {
            check->at++;
            return true;
        }
        if (byte < 0x20)
            return fail(check, "a control character in a string");
        if (byte == '\\') {
            if (!check_escape(check))
                return fail(check, "a bad escape in a string");
        } else {
            unsigned length = utf8_sequence(check->at, check->end);
            if (length == 0)
                return fail(check, "a string that is not UTF-8");
            check->at += length;
        }
    }
    return fail(check, "a string without an end");
}

/* `at` is on the opening quote. */
static inline bool check_string(struct check *check)
{
    check->at = json_plain_end(check->at + 1, check->end);
    if (check->at < check->end && *check->at == '"') { /* most strings */
        check->at++;
        return true;
    }
    return check_rest_of_string(check);
}

static bool check_digits(struct check *check)
{
    const unsigned char *start = check->at;
    while (check->at < check->end && *check->at >= '0' && *check->at <= '9')
        check->at++;
    return check->at > start;
}

static bool check_number(struct check *check)
{
    const unsigned char *start = check->at;
    check->at += *check->at == '-';
    const unsigned char *first = check->at;
    if (!check_digits(check) || (*first == '0' && check->at > first + 1))
        return fail(check, "a bad number");
    if (check->at < check->end && *check->at == '.') {
        check->at++;
        if (!check_digits(check))
            return fail(check, "a bad number");
    }
    if (check->at < check->end && (*check->at == 'e' || *check->at == 'E')) {
        check->at++;
        if (check->at < check->end && (*check->at == '+' || *check->at == '-'))
            check->at++;
        if (!check_digits(check))
            return fail(check, "a bad number");
    }
    if (check->at - start <= (ptrdiff_t)JSON_NUMBER_LENGTH_MAX)
        return true;
    error_set(check->error, ERROR_LIMIT, "a number in the JSON text is longer than %u characters",
              JSON_NUMBER_LENGTH_MAX);
    return false;
}

static bool check_word(struct check *check, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(check->end - check->at) < length || memcmp(check->at, word, length) != 0)
        return fail(check, "an unknown word");
    check->at += length;
    return true;
}

/* The key of a member and its colon. */
static bool check_key(struct check *check)
{
    skip_space(check);
    if (check->at >= check->end || *check->at != '"')
        return fail(check, "a member without a key");
    if (!check_string(check))
        return false;
    skip_space(check);
    if (check->at >= check->end || *check->at != ':')
        return fail(check, "a key without a colon");
    check->at++;
    return true;
}

/* Enters an array or object; `*entered` is false when it was empty and is left already. */
static bool check_open(struct check *check, bool *entered)
{
    bool object = *check->at == '{';
    check->at++;
    skip_space(check);
    *entered = false;
    if (check->at < check->end && *check->at == (object ? '}' : ']')) {
        check->at++;
        return true;
    }
    if (check->depth == JSON_SCAN_DEPTH_MAX) {
        error_set(check->error, ERROR_LIMIT, "the JSON text is more than %u levels deep",
                  JSON_SCAN_DEPTH_MAX);
        return false;
    }
    *entered = true;
    check->depth++;
    uint8_t bit = (uint8_t)(1u << check->depth % 8);
    uint8_t *byte = &check->objects[check->depth / 8];
    *byte = (uint8_t)(object ? *byte | bit : *byte & ~bit);
    return !object || check_key(check);
}

/* After a value: leaves what ends here and goes to the next value. `*done` is true at the very end.
 */
static bool check_after(struct check *check, bool *done)
{
    for (;;) {
        skip_space(check);
        *done = check->depth == 0;
        if (*done)
            return check->at == check->end || fail(check, "something after the value");
        if (check->at >= check->end)
            return fail(check, "an array or object without an end");
        bool object = in_object(check);
        if (*check->at == ',') {
            check->at++;
            return !object || check_key(check);
        }
        if (*check->at != (object ? '}' : ']'))
            return fail(check, "neither a comma nor a bracket");
        check->at++;
        check->depth--;
    }
}

static bool check_value(struct check *check, bool *entered)
{
    *entered = false;
    skip_space(check);
    if (check->at >= check->end)
        return fail(check, "no value");
    check->count++;
    switch (*check->at) {
    case '"':
        return check_string(check);
    case '{':
    case '[':
        return check_open(check, entered);
    case 't':
        return check_word(check, "true");
    case 'f':
        return check_word(check, "false");
    case 'n':
        return check_word(check, "null");
    default:
        return check_number(check);
    }
}

int json_scan_check(struct slice text, struct slice *value, size_t *count, struct error *error)
{
    struct check check = {.error = error, .depth = 0};
    check.at = (const unsigned char *)(text.length ? text.data : "");
    check.end = check.at + text.length;
    skip_space(&check);
    const unsigned char *start = check.at;
    for (bool done = false, entered; !done;) {
        if (!check_value(&check, &entered))
            return -1;
        if (!entered && !check_after(&check, &done))
            return -1;
    }
    const unsigned char *last = check.end;
    while (last > start &&
           (last[-1] == ' ' || last[-1] == '\n' || last[-1] == '\r' || last[-1] == '\t'))
        last--;
    *value = slice_of(start, (size_t)(last - start));
    if (count)
        *count = check.count;
    return 0;
}

enum json_kind json_scan_kind(struct slice value)
{
    switch (value.data[0]) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 'n':
        return JSON_NULL;
    case 't':
    case 'f':
        return JSON_BOOL;
    default:
        return JSON_NUMBER;
    }
}

const char *json_walk_space(const char *at)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
        at++;
    return at;
}

static inline const char *plain_end(const char *at, const char *end)
{
    return (const char *)json_plain_end((const unsigned char *)at, (const unsigned char *)end);
}

const char *json_walk_string(const char *at, const char *end, bool *plain)
{
    *plain = true;
    for (at = plain_end(at + 1, end); *at != '"'; at = plain_end(at + 1, end)) {
        if (*at == '\\') {
            *plain = false;
            at++;
        }
    }
    return at + 1;
}

static inline const char *after_string(const char *at, const char *end)
{
    bool plain;
    const char *quote = plain_end(at + 1, end);
    return *quote == '"' ? quote + 1 : json_walk_string(at, end, &plain);
}

const char *json_walk_scalar(const char *at, const char *end)
{
    while (at<end && * at> ' ' && *at != ',' && *at != ']' && *at != '}')
        at++;
    return at;
}

static const char *after_value(const char *at, const char *end)
{
    if (*at == '"')
        return after_string(at, end);
    if (*at != '{' && *at != '[')
        return json_walk_scalar(at, end);
    unsigned depth = 0;
    do {
        if (*at == '"') {
            at = after_string(at, end);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if (*at == '}' || *at == ']')
            depth--;
        at++;
    } while (depth > 0);
    return at;
}

struct json_cursor json_cursor_of(struct slice container)
{
    return (struct json_cursor){container.data + 1, container.data + container.length};
}

/* Goes to the next value or key, over a comma. False at the closing bracket. */
static bool advance(struct json_cursor *cursor)
{
    cursor->next = json_walk_space(cursor->next);
    if (*cursor->next == ',')
        cursor->next = json_walk_space(cursor->next + 1);
    return *cursor->next != ']' && *cursor->next != '}';
}

bool json_scan_element(struct json_cursor *cursor, struct slice *value)
{
    if (!advance(cursor))
        return false;
    const char *end = after_value(cursor->next, cursor->end);
    *value = slice_of(cursor->next, (size_t)(end - cursor->next));
    cursor->next = end;
    return true;
}

bool json_scan_member(struct json_cursor *cursor, struct slice *key, struct slice *value)
{
    if (!advance(cursor))
        return false;
    const char *end = after_string(cursor->next, cursor->end);
    *key = slice_of(cursor->next, (size_t)(end - cursor->next));
    cursor->next = json_walk_space(json_walk_space(end) + 1);
    return json_scan_element(cursor, value);
}

bool json_scan_find(struct slice object, const char *key, struct slice *value)
{
    struct json_cursor cursor = json_cursor_of(object);
    struct slice name, candidate;
    bool found = false;
    while (json_scan_member(&cursor, &name, &candidate)) {
        if (json_scan_string_is(name, key)) {
            *value = candidate;
            found = true;
        }
    }
    return found;
}

static unsigned hex4(const char *digits)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char digit = (unsigned char)digits[i];
        value = value << 4 | (unsigned)(digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
    }
    return value;
}

/* Reads the escape at `*at` and moves on. Returns the number of bytes put out. */
static unsigned unescape(const char **at, const char *end, char out[static 4])
{
    static const char control[256] = {
        ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    char letter = (*at)[1];
    if (letter != 'u') {
        out[0] = control[(unsigned char)letter];
        if (!out[0])
            out[0] = letter;
        *at += 2;
        return 1;
    }
    unsigned code = hex4(*at + 2);
    *at += 6;
    if (code >= 0xd800 && code <= 0xdbff && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        unsigned low = hex4(*at + 2);
        if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            *at += 6;
        }
    }
    return utf8_encode(code, out);
}

void json_scan_string(struct slice value, struct buffer *text)
{
    const char *at = value.data + 1, *end = value.data + value.length - 1;
    char *out = (char *)buffer_room(text, value.length); /* no escape stands for more than itself */
    size_t length = 0;
    if (!out)
        return;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memcpy(out + length, at, plain);
        length += plain;
        at += plain;
        if (escape) {
            char bytes[4];
            unsigned size = unescape(&at, end, bytes);
            memcpy(out + length, bytes, size);
            length += size;
        }
    }
    buffer_filled(text, length);
}

/* The next byte of a string, or all bytes of an escape. Returns how many were put out. */
static unsigned next_bytes(const char **at, const char *end, char out[static 4])
{
    if (**at == '\\')
        return unescape(at, end, out);
    out[0] = *(*at)++;
    return 1;
}

size_t json_scan_string_into(struct slice value, char *text)
{
    const char *at = value.data + 1, *end = value.data + value.length - 1;
    size_t length = 0;
    while (at < end) {
        char out[4];
        unsigned size = next_bytes(&at, end, out);
        memcpy(text + length, out, size);
        length += size;
    }
    return length;
}

bool json_scan_string_is(struct slice value, const char *text)
{
    const char *at = value.data + 1, *end = value.data + value.length - 1;
    size_t left = strlen(text);
    while (at < end) {
        char out[4];
        unsigned size = next_bytes(&at, end, out);
        if (size > left || memcmp(text, out, size) != 0)
            return false;
        text += size;
        left -= size;
    }
    return left == 0;
}
