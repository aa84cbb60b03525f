#include "emulator.h"

#include <stdlib.h>
#include <string.h>

#include "repaint.h"

struct emulator emulator_open(unsigned columns, unsigned rows)
{
    struct error error;
    struct emulator emulator = {.history = history_new(1000, 1 << 20, &error)};
    emulator.screen = screen_new(columns, rows, emulator.history, &error);
    if (!emulator.history || !emulator.screen)
        abort();
    return emulator;
}

void emulator_close(struct emulator *emulator)
{
    sequence_scanner_clear(&emulator->scanner);
    screen_free(emulator->screen);
    history_free(emulator->history);
}

static void take(const struct sequence *sequence, void *context)
{
    struct emulator *emulator = context;
    struct control_sequence parsed;
    bool csi = sequence->kind == SEQUENCE_CSI && control_sequence_parse(sequence, &parsed);
    screen_feed(emulator->screen, sequence, csi ? &parsed : NULL);
}

void emulator_feed(struct emulator *emulator, const char *bytes, size_t length)
{
    sequence_scanner_feed(&emulator->scanner, bytes, length, take, emulator);
}

void emulator_feed_string(struct emulator *emulator, const char *string)
{
    emulator_feed(emulator, string, strlen(string));
}

char *emulator_text(const struct emulator *emulator, bool colours)
{
    struct buffer text = {0};
    repaint_append_text(&text, emulator->screen, colours);
    while (text.length > 1 && text.data[text.length - 1] == '\n' &&
           text.data[text.length - 2] == '\n')
        text.data[--text.length] = '\0';
    if (text.length == 1 && text.data[0] == '\n')
        text.data[--text.length] = '\0';
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '\n')
            text.data[i] = '|';
    buffer_append(&text, "", 0);
    return buffer_take(&text);
}
