/* How many cells a character takes on a terminal. */
#ifndef HOLDER_CHARACTER_WIDTH_H
#define HOLDER_CHARACTER_WIDTH_H

/* Loads the C library's table of character widths. Call once, before the other. */
void character_width_load(void);

/* 0 for a combining character, 2 for a wide one, 1 for others; -1 for a control character. */
int character_width(unsigned code_point);

#endif
