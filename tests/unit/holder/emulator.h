/* An emulated terminal for tests, fed with bytes as a holder feeds its own. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include "history.h"
#include "screen.h"
#include "wire/buffer.h"

struct emulator {
    struct history *history;
    struct screen *screen;
    struct sequence_scanner scanner;
};

struct emulator emulator_open(unsigned columns, unsigned rows);
void emulator_close(struct emulator *emulator);
void emulator_feed(struct emulator *emulator, const char *bytes, size_t length);
void emulator_feed_string(struct emulator *emulator, const char *string);

/* The text of the shown screen, each row followed by `|`, trailing blanks cut; rows at the end that
   are empty are left out. The caller frees it. */
char *emulator_text(const struct emulator *emulator, bool colours);

#endif
