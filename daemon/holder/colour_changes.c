#include "colour_changes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The palette, then what OSC 10, 11 and 12 name. */
enum { PALETTE_SIZE = 256, SPECIAL = 3, COLOUR_COUNT = PALETTE_SIZE + SPECIAL };

static bool is_name(const char *bytes, size_t length)
{
    if (length == 0 || length > COLOUR_NAME_MAX || bytes[0] == '?')
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f)
            return false;
    return true;
}

static void set_colour(struct colour_changes *changes, unsigned index, const char *bytes,
                       size_t length)
{
    if (index >= COLOUR_COUNT || !is_name(bytes, length))
        return;
    if (!changes->names)
        changes->names = calloc(COLOUR_COUNT, sizeof(char *));
    char *copy = changes->names ? strndup(bytes, length) : NULL;
    if (!copy)
        return;
    free(changes->names[index]);
    changes->names[index] = copy;
}

static void forget_colour(struct colour_changes *changes, unsigned index)
{
    if (!changes->names || index >= COLOUR_COUNT)
        return;
    free(changes->names[index]);
    changes->names[index] = NULL;
}

/* One field of "a;b;c": false when there is none left. */
static bool next_field(const char **at, const char *end, const char **field, size_t *length)
{
    if (*at > end)
        return false;
    const char *stop = memchr(*at, ';', (size_t)(end - *at));
    stop = stop ? stop : end;
    *field = *at;
    *length = (size_t)(stop - *at);
    *at = stop + 1;
    return true;
}

static unsigned read_number(const char *bytes, size_t length)
{
    unsigned value = 0;
    if (length == 0)
        return COLOUR_COUNT;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < '0' || bytes[i] > '9' || value > COLOUR_COUNT)
            return COLOUR_COUNT;
        value = value * 10 + (unsigned)(bytes[i] - '0');
    }
    return value;
}

static void note_palette(struct colour_changes *changes, const char *at, const char *end)
{
    const char *field, *name;
    size_t length, name_length;
    while (next_field(&at, end, &field, &length) && next_field(&at, end, &name, &name_length)) {
        unsigned index = read_number(field, length);
        set_colour(changes, index < PALETTE_SIZE ? index : COLOUR_COUNT, name, name_length);
    }
}

static void note_palette_reset(struct colour_changes *changes, const char *at, const char *end)
{
    const char *field;
    size_t length;
    for (unsigned index = 0; at >= end && index < PALETTE_SIZE; index++)
        forget_colour(changes, index);
    while (at < end && next_field(&at, end, &field, &length))
        forget_colour(changes, read_number(field, length));
}

void colour_changes_note(struct colour_changes *changes, unsigned command, const char *at,
                         const char *end)
{
    const char *field;
    size_t length;
    if (command == 4)
        note_palette(changes, at, end);
    else if (command == 104)
        note_palette_reset(changes, at, end);
    else if (command >= 110 && command <= 112)
        forget_colour(changes, PALETTE_SIZE + command - 110);
    else if (command >= 10)
        /* Further fields are for the numbers that follow. */
        for (; command <= 12 && next_field(&at, end, &field, &length); command++)
            set_colour(changes, PALETTE_SIZE + command - 10, field, length);
}

const char *colour_changes_get(const struct colour_changes *changes, unsigned command)
{
    if (!changes->names || command < 10 || command > 12)
        return NULL;
    return changes->names[PALETTE_SIZE + command - 10];
}

void colour_changes_append(const struct colour_changes *changes, struct buffer *buffer)
{
    for (unsigned index = 0; changes->names && index < COLOUR_COUNT; index++) {
        const char *name = changes->names[index];
        if (name && index < PALETTE_SIZE)
            buffer_append_format(buffer, "\033]4;%u;%s\033\\", index, name);
        else if (name)
            buffer_append_format(buffer, "\033]%u;%s\033\\", index - PALETTE_SIZE + 10, name);
    }
}

void colour_changes_clear(struct colour_changes *changes)
{
    for (unsigned index = 0; changes->names && index < COLOUR_COUNT; index++)
        free(changes->names[index]);
    free(changes->names);
    changes->names = NULL;
}
