/* From the emulated terminal back to bytes: what redraws it on a real one, and its text. */
#ifndef HOLDER_REPAINT_H
#define HOLDER_REPAINT_H

#include "screen.h"

struct repaint {
    bool keeps_shown; /* scroll what the terminal shows above its cursor into its scrollback */
    uint64_t
        history_first; /* draw the history's lines from this number on in front of the screen */
    bool leaves_view;  /* the terminal shows a cropped view, on its alternate screen */
    struct keyboard_entries *keyboard; /* of the terminal; NULL: none, and not counted */
};

/* Appends what makes a terminal of the screen's size show this screen in this state, whatever it
   was in the middle of: history lines (which land in its scrollback), the main screen, then the
   alternate one when it is shown, cursor, title and modes. */
void repaint_append(struct buffer *buffer, const struct screen *screen,
                    const struct repaint *repaint);

/* Appends the rows of the shown screen, each followed by \n, trailing blanks cut. */
void repaint_append_text(struct buffer *buffer, const struct screen *screen, bool colours);

/* Appends the text of a history line, without its sequences unless `colours`. */
void repaint_append_line(struct buffer *buffer, const struct history_line *line, bool colours);

#endif
