#include "drawn_area.h"

#include <stdlib.h>

/* Sequences from ECMA-48 and xterm's ctlseqs. */

#define TAB_STOP 8

static int at_least(int value, int least)
{
    return value < least ? least : value;
}

static int at_most(int value, int most)
{
    return value > most ? most : value;
}

void drawn_area_start(struct drawn_area *area, unsigned columns, unsigned rows)
{
    *area =
        (struct drawn_area){.columns = at_least((int)columns, 1), .rows = at_least((int)rows, 1)};
    area->row = area->rows - 1;
    area->lowest = area->rows - 2;
}

void drawn_area_resume(struct drawn_area *area)
{
    area->row = area->rows - 1;
    area->column = 0;
}

static void draw(struct drawn_area *area)
{
    area->lowest = at_least(area->lowest, area->row);
}

static void move_to(struct drawn_area *area, int row)
{
    area->row = at_most(at_least(row, 0), area->rows - 1);
}

static void feed_line(struct drawn_area *area)
{
    if (area->row < area->rows - 1)
        area->row++;
    else
        area->lowest = at_least(area->lowest - 1, -1);
}

static void put_character(struct drawn_area *area, unsigned char byte)
{
    if ((byte & 0xc0) == 0x80)
        return; /* goes on with a character */
    int width = byte >= 0xe3 ? 2 : 1;
    if (area->column + width > area->columns) {
        area->column = 0;
        feed_line(area);
    }
    area->column += width;
    draw(area);
}

/* On the last row all text stays there and scrolls the rest up: only how it ends matters. */
static void text_at_bottom(struct drawn_area *area, const char *bytes, size_t length)
{
    int feeds = 0;
    bool drawn = false;
    while (length-- && !drawn) {
        unsigned char byte = (unsigned char)bytes[length];
        feeds += byte == '\n';
        drawn = byte >= ' ';
    }
    area->lowest = drawn ? area->rows - 1 - feeds : area->lowest - feeds;
    area->lowest = at_least(area->lowest, -1);
    area->column = 0;
}

void drawn_area_text(struct drawn_area *area, const char *bytes, size_t length)
{
    for (; length; bytes++, length--) {
        if (area->row == area->rows - 1 && length > 1) {
            text_at_bottom(area, bytes, length);
            return;
        }
        unsigned char byte = (unsigned char)*bytes;
        if (byte >= ' ' && byte != 0x7f)
            put_character(area, byte);
        else if (byte == '\n' || byte == '\v' || byte == '\f')
            feed_line(area);
        else if (byte == '\r')
            area->column = 0;
        else if (byte == '\b')
            area->column = at_least(area->column - 1, 0);
        else if (byte == '\t')
            area->column = at_most((area->column / TAB_STOP + 1) * TAB_STOP, area->columns - 1);
    }
}

void drawn_area_escape(struct drawn_area *area, char final)
{
    switch (final) {
    case 'D':
    case 'E':
        feed_line(area);
        break;
    case 'M':
        if (area->row == 0)
            area->lowest = at_most(area->lowest + 1, area->rows - 1);
        move_to(area, area->row - 1);
        break;
    case '7':
        area->saved_row = area->row;
        break;
    case '8':
        move_to(area, area->saved_row);
        break;
    case 'c':
        area->row = area->column = 0;
        area->lowest = -1;
        area->margins = false;
        break;
    }
}

static void erase(struct drawn_area *area, int what)
{
    if (what == 2 || what == 3)
        area->lowest = -1;
    else if (what == 0)
        area->lowest = at_most(area->lowest, area->column ? area->row : area->row - 1);
}

static void repeat(struct drawn_area *area, int count)
{
    for (count = at_most(count, area->columns * area->rows); count > 0; count--)
        put_character(area, 'x');
}

void drawn_area_sequence(struct drawn_area *area, const char *parameters, char final)
{
    char *end;
    long first = strtol(parameters, &end, 10);
    long second = *end == ';' ? strtol(end + 1, NULL, 10) : 0;
    int number = at_most((int)at_least((int)(first > 9999 ? 9999 : first), 0), 9999);
    int other = at_most((int)at_least((int)(second > 9999 ? 9999 : second), 0), 9999);
    int count = at_least(number, 1);
    switch (final) {
    case 'H':
    case 'f':
        area->column = at_most(at_least(other - 1, 0), area->columns - 1);
        move_to(area, number - 1);
        break;
    case 'd':
        move_to(area, number - 1);
        break;
    case 'A':
        move_to(area, area->row - count);
        break;
    case 'B':
    case 'e':
        move_to(area, area->row + count);
        break;
    case 'E':
    case 'F':
        area->column = 0;
        move_to(area, final == 'E' ? area->row + count : area->row - count);
        break;
    case 'G':
    case '`':
        area->column = at_most(count - 1, area->columns - 1);
        break;
    case 'C':
    case 'a':
        area->column = at_most(area->column + count, area->columns - 1);
        break;
    case 'D':
        area->column = at_least(area->column - count, 0);
        break;
    case 'J':
        erase(area, number);
        break;
    case 'L':
    case 'T':
        area->lowest = at_most(area->lowest + count, area->rows - 1);
        break;
    case 'b':
        repeat(area, count);
        break;
    case 'r':
        area->margins = number > 1 || (other > 0 && other < area->rows);
        area->row = area->column = 0;
        break;
    case 's':
        area->saved_row = area->row;
        break;
    case 'u':
        move_to(area, area->saved_row);
        break;
    }
}

int drawn_area_next_row(const struct drawn_area *area)
{
    int next = area->lowest + 1 > area->row ? area->lowest + 1 : area->row + (area->column > 0);
    return area->margins || next >= area->rows ? -1 : next;
}
