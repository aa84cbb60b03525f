/* The look of a cell: colours, attributes and hyperlink; SGR sequences to and fro. */
#ifndef HOLDER_PEN_H
#define HOLDER_PEN_H

#include <stdbool.h>
#include <stdint.h>

#include "control_sequence.h"
#include "wire/buffer.h"

enum attribute {
    ATTRIBUTE_BOLD = 1 << 0,
    ATTRIBUTE_DIM = 1 << 1,
    ATTRIBUTE_ITALIC = 1 << 2,
    ATTRIBUTE_BLINK = 1 << 3,
    ATTRIBUTE_REVERSE = 1 << 4,
    ATTRIBUTE_CONCEAL = 1 << 5,
    ATTRIBUTE_STRIKE = 1 << 6,
    ATTRIBUTE_OVERLINE = 1 << 7,
    ATTRIBUTE_UNDERLINE = 7 << 8,  /* 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed */
    ATTRIBUTE_PROTECTED = 1 << 11, /* DECSCA: selective erase leaves it */
    ATTRIBUTE_WIDE = 1 << 12,      /* of a cell only: its character takes the next one too */
};
#define ATTRIBUTES_VISIBLE        ((unsigned)~(ATTRIBUTE_PROTECTED | ATTRIBUTE_WIDE))
#define ATTRIBUTE_UNDERLINE_SHIFT 8

/* Colours are 0 (the terminal's own), COLOUR_INDEXED | 0–255, or COLOUR_RGB | 0xrrggbb. */
#define COLOUR_INDEXED (1u << 24)
#define COLOUR_RGB     (2u << 24)

struct pen {
    uint32_t foreground, background, underline;
    uint16_t attributes;
    uint16_t link; /* index of a hyperlink in the grid's table; 0: none */
};

/* Applies the parameters of an SGR sequence (CSI … m). Unknown ones are skipped, with their
   sub-parameters; the hyperlink is not SGR's business. */
void pen_apply(struct pen *pen, const struct control_sequence *sgr);

/* Appends the SGR sequence that leads from one look to the other; nothing when they are the same.
   Hyperlinks are not compared. */
void pen_append(struct buffer *buffer, const struct pen *from, const struct pen *to);

#endif
