#include "detach_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEQUENCE_MAX 64u /* a longer escape sequence is no key */

/* What a terminal sends in the kitty keyboard protocol for Shift, Control, … themselves. */
#define KITTY_MODIFIER_FIRST 57441u
#define KITTY_MODIFIER_LAST  57454u

enum { KITTY_SHIFT = 1, KITTY_ALT = 2, KITTY_CONTROL = 4, KITTY_OTHER = 8 | 16 | 32 };

static const char PASTE_BEGINS[] = "\x1b[200~";
static const char PASTE_ENDS[] = "\x1b[201~";
#define PASTE_MARK_LENGTH 6u

/* ---- the setting */

static bool parse_key(const char *text, size_t length, struct key *key)
{
    *key = (struct key){0};
    while (length > 2 && text[1] == '-' && (text[0] == 'C' || text[0] == 'M')) {
        *(text[0] == 'M' ? &key->alt : &key->control) = true;
        text += 2;
        length -= 2;
    }
    if (length != 1 || *text <= ' ' || *text > '~')
        return false;
    key->character = (unsigned char)*text;
    if (key->control && key->character >= 'A' && key->character <= 'Z')
        key->character += 'a' - 'A';
    /* Only these have a control character; Ctrl-[ is Escape, which would hold up every key that
       begins with it. */
    return !key->control || (key->character >= 'a' && key->character <= 'z') ||
           strchr("@\\]^_", (int)key->character);
}

int detach_key_parse(struct detach_key *detach, const char *text, struct error *error)
{
    *detach = (struct detach_key){0};
    if (strcmp(text, "none") == 0)
        return 0;
    const char *at = text;
    while (detach->count < DETACH_KEYS_MAX) {
        size_t length = strcspn(at, " ");
        if (!parse_key(at, length, &detach->keys[detach->count]))
            break;
        detach->count++;
        at += length;
        if (!*at)
            break;
        at++;
    }
    bool whole = detach->count && !*at && at[-1] != ' ';
    if (whole && (detach->keys[0].control || detach->keys[0].alt))
        return 0;
    *detach = (struct detach_key){0};
    error_set(error, ERROR_INVALID, "\"%s\" is no detach key", text);
    return error_fix(error, "one or two keys, the first with Control or Alt: \"C-\\ d\", \"C-]\", "
                            "\"M-q\"; or \"none\"");
}

void detach_key_describe(const struct detach_key *detach, char *text, size_t size)
{
    size_t used = 0;
    if (size)
        text[0] = '\0';
    for (size_t i = 0; i < detach->count && used < size; i++) {
        const struct key *key = &detach->keys[i];
        int written =
            snprintf(text + used, size - used, "%s%s%s%c", i ? " " : "",
                     key->control ? "Ctrl-" : "", key->alt ? "Alt-" : "", (int)key->character);
        used += written > 0 ? (size_t)written : 0;
    }
}

/* ---- the keys typed */

enum token_kind { TOKEN_OTHER, TOKEN_KEY, TOKEN_SILENT };

/* One key press, or a piece of one that is of no interest. */
struct token {
    size_t length; /* 0: more bytes are needed */
    enum token_kind kind;
    struct key key;
};

static void key_from_byte(unsigned char byte, struct key *key)
{
    key->control = byte < ' ';
    key->character = byte;
    if (key->control)
        key->character = byte + (byte >= 1 && byte <= 26 ? 0x60u : 0x40u);
}

static void key_from_code(unsigned long code, unsigned modifiers, struct token *token)
{
    if (modifiers & KITTY_OTHER)
        return;
    bool letter = code >= 'a' && code <= 'z';
    token->kind = TOKEN_KEY;
    token->key.control = modifiers & KITTY_CONTROL;
    token->key.alt = modifiers & KITTY_ALT;
    token->key.character = (uint32_t)code;
    if (letter && (modifiers & KITTY_SHIFT) && !token->key.control)
        token->key.character -= 'a' - 'A';
}

/* CSI code[:shifted[:base]] ; modifiers[:event] … u. Modifiers count from 1. */
static void key_from_kitty(const char *text, struct token *token)
{
    char *end;
    unsigned long code = strtoul(text, &end, 10), modifiers = 1, event = 1;
    const char *second = strchr(end, ';');
    if (second) {
        modifiers = strtoul(second + 1, &end, 10);
        if (*end == ':')
            event = strtoul(end + 1, NULL, 10);
    }
    if (event == 3 || (code >= KITTY_MODIFIER_FIRST && code <= KITTY_MODIFIER_LAST))
        token->kind = TOKEN_SILENT;
    else
        key_from_code(code, modifiers ? (unsigned)modifiers - 1 : 0, token);
}

/* CSI 27 ; modifiers ; code ~ (xterm's modifyOtherKeys). */
static void key_from_xterm(const char *text, struct token *token)
{
    char *end;
    unsigned long modifiers = strtoul(text + 3, &end, 10);
    if (*end == ';')
        key_from_code(strtoul(end + 1, NULL, 10), modifiers ? (unsigned)modifiers - 1 : 0, token);
}

static struct token read_control_sequence(const char *bytes, size_t length)
{
    struct token token = {0};
    size_t end = 2;
    while (end < length && end < SEQUENCE_MAX && bytes[end] >= ' ' && bytes[end] < '@')
        end++;
    if (end == length && end < SEQUENCE_MAX)
        return token;
    token.length = end < length && end < SEQUENCE_MAX ? end + 1 : end;
    char text[SEQUENCE_MAX + 1] = {0};
    memcpy(text, bytes + 2, end - 2);
    if (bytes[token.length - 1] == 'u')
        key_from_kitty(text, &token);
    else if (bytes[token.length - 1] == '~' && strncmp(text, "27;", 3) == 0)
        key_from_xterm(text, &token);
    return token;
}

static struct token read_token(const char *bytes, size_t length, bool with_escape)
{
    struct token token = {.length = 1, .kind = TOKEN_KEY};
    if (bytes[0] != '\x1b' || !with_escape) {
        key_from_byte((unsigned char)bytes[0], &token.key);
        return token;
    }
    if (length == 1)
        return (struct token){0};
    if (bytes[1] == '[')
        return read_control_sequence(bytes, length);
    if (bytes[1] == '\x1b')
        return (struct token){.length = 1};
    token.length = 2;
    key_from_byte((unsigned char)bytes[1], &token.key);
    token.key.alt = true;
    return token;
}

static bool is_key(const struct token *token, const struct key *key)
{
    return token->kind == TOKEN_KEY && token->key.character == key->character &&
           token->key.control == key->control && token->key.alt == key->alt;
}

/* Lone Escapes need to be waited upon only where a detach key may begin with one. */
static bool looks_at_escape(const struct detach_key_matcher *matcher)
{
    bool alt = false;
    for (size_t i = 0; i < matcher->detach->count; i++)
        alt = alt || matcher->detach->keys[i].alt;
    return matcher->extended_keys || alt;
}

static void follow_paste(struct detach_key_matcher *matcher, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char *mark = matcher->pasting ? PASTE_ENDS : PASTE_BEGINS;
        if (bytes[i] != mark[matcher->paste_match])
            matcher->paste_match = 0;
        if (bytes[i] == mark[matcher->paste_match] && ++matcher->paste_match == PASTE_MARK_LENGTH) {
            matcher->pasting = !matcher->pasting;
            matcher->paste_match = 0;
        }
    }
}

enum verdict { PASS, HOLD, SWALLOW, DETACH };

static enum verdict judge(struct detach_key_matcher *matcher, const struct token *token)
{
    const struct detach_key *detach = matcher->detach;
    if (!matcher->first_pressed) {
        if (!detach->count || !is_key(token, &detach->keys[0]))
            return PASS;
        matcher->first_pressed = detach->count > 1;
        return detach->count > 1 ? HOLD : DETACH;
    }
    if (token->kind == TOKEN_SILENT)
        return HOLD;
    matcher->first_pressed = false;
    if (is_key(token, &detach->keys[1]))
        return DETACH;
    return is_key(token, &detach->keys[0]) ? SWALLOW : PASS;
}

/* Goes through `held` from `at`; the bytes before it are a first key. With `all`, nothing is waited
   for. */
static bool scan(struct detach_key_matcher *matcher, size_t at, bool all, struct buffer *agent)
{
    struct buffer *held = &matcher->held;
    bool with_escape = looks_at_escape(matcher);
    size_t kept = 0; /* bytes of `held` before it are done with */
    while (at < held->length) {
        const char *bytes = held->data + at;
        struct token token = {.length = 1};
        if (!matcher->pasting)
            token = read_token(bytes, held->length - at,
                               with_escape && !(all && at + 1 == held->length));
        if (!token.length && !all)
            break;
        if (!token.length)
            token.length = held->length - at;
        follow_paste(matcher, bytes, token.length);
        enum verdict verdict = matcher->pasting ? PASS : judge(matcher, &token);
        at += token.length;
        if (verdict == DETACH) {
            buffer_clear(held);
            matcher->partial = 0;
            return true;
        }
        if (verdict == HOLD)
            continue;
        size_t end = verdict == SWALLOW ? at - token.length : at;
        buffer_append(agent, held->data + kept, end - kept);
        matcher->first_pressed = false;
        kept = at;
    }
    matcher->partial = held->length - at;
    buffer_drain(held, kept);
    return false;
}

bool detach_key_feed(struct detach_key_matcher *matcher, const void *bytes, size_t length,
                     struct buffer *agent)
{
    size_t at = matcher->held.length - matcher->partial;
    buffer_append(&matcher->held, bytes, length);
    return scan(matcher, at, false, agent);
}

bool detach_key_is_waiting(const struct detach_key_matcher *matcher)
{
    return matcher->partial > 0;
}

bool detach_key_release(struct detach_key_matcher *matcher, struct buffer *agent)
{
    return scan(matcher, matcher->held.length - matcher->partial, true, agent);
}

void detach_key_matcher_clear(struct detach_key_matcher *matcher)
{
    buffer_free(&matcher->held);
}
