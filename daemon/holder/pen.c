#include "pen.h"

#include <stdio.h>
#include <string.h>

static void set_attribute(struct pen *pen, unsigned attribute, bool on)
{
    pen->attributes = (uint16_t)(on ? pen->attributes | attribute : pen->attributes & ~attribute);
}

static void set_underline(struct pen *pen, unsigned style)
{
    set_attribute(pen, ATTRIBUTE_UNDERLINE, false);
    set_attribute(pen, (style > 5 ? 1 : style) << ATTRIBUTE_UNDERLINE_SHIFT, true);
}

/* Attributes that one parameter switches: value, attributes, on or off. */
static const struct {
    uint8_t parameter;
    uint16_t attributes;
    bool on;
} SWITCHES[] = {
    {1, ATTRIBUTE_BOLD, true},
    {2, ATTRIBUTE_DIM, true},
    {3, ATTRIBUTE_ITALIC, true},
    {5, ATTRIBUTE_BLINK, true},
    {6, ATTRIBUTE_BLINK, true},
    {7, ATTRIBUTE_REVERSE, true},
    {8, ATTRIBUTE_CONCEAL, true},
    {9, ATTRIBUTE_STRIKE, true},
    {22, ATTRIBUTE_BOLD | ATTRIBUTE_DIM, false},
    {23, ATTRIBUTE_ITALIC, false},
    {24, ATTRIBUTE_UNDERLINE, false},
    {25, ATTRIBUTE_BLINK, false},
    {27, ATTRIBUTE_REVERSE, false},
    {28, ATTRIBUTE_CONCEAL, false},
    {29, ATTRIBUTE_STRIKE, false},
    {53, ATTRIBUTE_OVERLINE, true},
    {55, ATTRIBUTE_OVERLINE, false},
};

/* Reads the colour behind 38, 48 or 58 at `index`: with semicolons "5;n" and "2;r;g;b", with colons
   also "2:colourspace:r:g:b" (ITU T.416). Returns the index of the last parameter it used; leaves
   `colour` alone when there is no whole colour. */
static unsigned read_colour(const struct control_sequence *sgr, unsigned index, uint32_t *colour)
{
    bool joined = index + 1 < sgr->count && sgr->joined[index + 1];
    unsigned last = index;
    while (joined && last + 1 < sgr->count && sgr->joined[last + 1])
        last++;
    unsigned kind = control_sequence_get(sgr, index + 1, 0);
    unsigned needed = kind == 5 ? 1 : kind == 2 ? 3 : 0;
    unsigned first = index + 2;
    if (joined && kind == 2 && last - index >= 5)
        first++; /* the colour space */
    if (!joined)
        last = index + 1 + needed;
    if (needed == 0 || first + needed > sgr->count || last < first + needed - 1)
        return joined ? last : last < sgr->count ? last : sgr->count - 1;
    unsigned values[3] = {0};
    for (unsigned i = 0; i < needed; i++)
        values[i] = control_sequence_get(sgr, first + i, 0) & 0xff;
    *colour = kind == 5 ? COLOUR_INDEXED | values[0]
                        : COLOUR_RGB | values[0] << 16 | values[1] << 8 | values[2];
    return last;
}

static unsigned apply_parameter(struct pen *pen, const struct control_sequence *sgr, unsigned index)
{
    unsigned value = control_sequence_get(sgr, index, 0);
    switch (value) {
    case 0:
        *pen = (struct pen){.link = pen->link, .attributes = pen->attributes & ATTRIBUTE_PROTECTED};
        return index;
    case 4:
        if (index + 1 < sgr->count && sgr->joined[index + 1])
            set_underline(pen, control_sequence_get(sgr, ++index, 1));
        else
            set_underline(pen, 1);
        return index;
    case 21:
        set_underline(pen, 2);
        return index;
    case 38:
        return read_colour(sgr, index, &pen->foreground);
    case 39:
        pen->foreground = 0;
        return index;
    case 48:
        return read_colour(sgr, index, &pen->background);
    case 49:
        pen->background = 0;
        return index;
    case 58:
        return read_colour(sgr, index, &pen->underline);
    case 59:
        pen->underline = 0;
        return index;
    }
    if (value >= 30 && value <= 37)
        pen->foreground = COLOUR_INDEXED | (value - 30);
    else if (value >= 40 && value <= 47)
        pen->background = COLOUR_INDEXED | (value - 40);
    else if (value >= 90 && value <= 97)
        pen->foreground = COLOUR_INDEXED | (value - 90 + 8);
    else if (value >= 100 && value <= 107)
        pen->background = COLOUR_INDEXED | (value - 100 + 8);
    else
        for (size_t i = 0; i < sizeof SWITCHES / sizeof SWITCHES[0]; i++)
            if (SWITCHES[i].parameter == value)
                set_attribute(pen, SWITCHES[i].attributes, SWITCHES[i].on);
    return index;
}

void pen_apply(struct pen *pen, const struct control_sequence *sgr)
{
    for (unsigned index = 0; index < sgr->count; index++) {
        index = apply_parameter(pen, sgr, index);
        while (index + 1 < sgr->count && sgr->joined[index + 1])
            index++;
    }
}

static void append_number(char **at, unsigned number)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    *(*at)++ = ';';
    while (count)
        *(*at)++ = digits[--count];
}

static void append_colour(char **at, uint32_t colour, unsigned base)
{
    unsigned value = colour & 0xffffff;
    if (colour & COLOUR_RGB) {
        append_number(at, base + 8);
        append_number(at, 2);
        append_number(at, value >> 16);
        append_number(at, value >> 8 & 0xff);
        append_number(at, value & 0xff);
    } else if (value < 8) {
        append_number(at, base + value);
    } else if (value < 16) {
        append_number(at, base + 60 + value - 8);
    } else {
        append_number(at, base + 8);
        append_number(at, 5);
        append_number(at, value);
    }
}

/* With colons only: a terminal that does not know 58 would take what follows semicolons for
   something else. */
static void append_underline_colour(char **at, uint32_t colour)
{
    unsigned value = colour & 0xffffff;
    if (colour & COLOUR_RGB)
        *at += sprintf(*at, ";58:2::%u:%u:%u", value >> 16, value >> 8 & 0xff, value & 0xff);
    else
        *at += sprintf(*at, ";58:5:%u", value & 0xff);
}

void pen_append(struct buffer *buffer, const struct pen *from, const struct pen *to)
{
    const unsigned visible = ATTRIBUTES_VISIBLE;
    if (from->foreground == to->foreground && from->background == to->background &&
        from->underline == to->underline &&
        (from->attributes & visible) == (to->attributes & visible))
        return;
    char text[128];
    char *at = text;
    bool reset =
        !(from->attributes & visible) && !from->foreground && !from->background && !from->underline;
    if (!reset)
        append_number(&at, 0);
    for (size_t i = 0; i < sizeof SWITCHES / sizeof SWITCHES[0]; i++)
        if (SWITCHES[i].on && SWITCHES[i].parameter != 6 &&
            (to->attributes & SWITCHES[i].attributes))
            append_number(&at, SWITCHES[i].parameter);
    unsigned underline = (to->attributes & ATTRIBUTE_UNDERLINE) >> ATTRIBUTE_UNDERLINE_SHIFT;
    if (underline == 2)
        append_number(&at, 21);
    else if (underline)
        append_number(&at, 4);
    if (underline > 2) {
        *at++ = ':';
        *at++ = (char)('0' + underline);
    }
    if (to->foreground)
        append_colour(&at, to->foreground, 30);
    if (to->background)
        append_colour(&at, to->background, 40);
    if (to->underline)
        append_underline_colour(&at, to->underline);
    buffer_append(buffer, "\033[", 2);
    /* A lone 0 is left out: that is the default. */
    bool only_reset = !reset && at - text == 2;
    if (!only_reset)
        buffer_append(buffer, text + 1, (size_t)(at - text - 1));
    buffer_append_byte(buffer, 'm');
}
