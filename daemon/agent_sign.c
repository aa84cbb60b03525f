#include "agent_sign.h"

#include <stdlib.h>
#include <string.h>

#include "screen_text.h"

/* How many parameters behind 38, 48 and 58 belong to the colour: "5;n" and "2;r;g;b". */
static int colour_parameters(long kind)
{
    return kind == 5 ? 2 : kind == 2 ? 4 : 0;
}

/* Follows one SGR sequence's parameters (ECMA-48 8.3.117), `text` being behind ESC [. */
static bool is_faint_after(const char *text, bool faint)
{
    for (;;) {
        char *end;
        long value = strtol(text, &end, 10);
        if (value == 2)
            faint = true;
        else if (value == 0 || value == 22)
            faint = false;
        bool colour = value == 38 || value == 48 || value == 58;
        while (*end == ':') /* parts of one parameter */
            strtol(end + 1, &end, 10);
        if (*end != ';')
            return faint;
        text = end + 1;
        for (int left = colour ? colour_parameters(strtol(text, NULL, 10)) : 0; left > 0; left--) {
            text = strchr(text, ';');
            if (!text)
                return faint;
            text++;
        }
    }
}

/* The end of the control sequence (ESC [ …) at `escape`; `faint` follows it when it is SGR. */
static const char *skip_control(const char *escape, const char *end, bool *faint)
{
    char parameters[64];
    size_t length = 0;
    const char *at = escape + 2;
    for (; at < end && (unsigned char)*at < 0x40; at++) {
        if (length + 1 < sizeof parameters)
            parameters[length++] = *at;
    }
    parameters[length] = '\0';
    if (at == end)
        return end;
    if (*at == 'm')
        *faint = is_faint_after(parameters, *faint);
    return at + 1;
}

void agent_sign_append_typed(struct buffer *typed, struct frame_string screen)
{
    struct buffer kept = {0};
    bool faint = false;
    const char *at = screen.data, *end = screen.data + screen.length;
    while (at < end) {
        if (*at == '\033' && end - at > 1 && at[1] == '[') {
            at = skip_control(at, end, &faint);
            continue;
        }
        if (!faint || *at == '\n' || *at == '\033')
            buffer_append_byte(&kept, *at);
        at++;
    }
    screen_text_append_plain(typed, buffer_string(&kept), kept.length);
    buffer_free(&kept);
}

static bool shows(const struct buffer *text, const char *pattern)
{
    struct frame_string lines = {buffer_string(text), text->length};
    return pattern && screen_text_shows(lines, pattern);
}

enum agent_sign agent_sign_read(const struct agent_dialect *dialect, struct frame_string screen)
{
    struct buffer plain = {0}, typed = {0};
    enum agent_sign sign = AGENT_SIGN_NONE;
    screen_text_append_plain(&plain, screen.data, screen.length);
    agent_sign_append_typed(&typed, screen);
    if (shows(&plain, dialect->question))
        sign = AGENT_SIGN_QUESTION;
    else if (shows(&typed, dialect->ready))
        sign = AGENT_SIGN_READY;
    buffer_free(&plain);
    buffer_free(&typed);
    return sign;
}
