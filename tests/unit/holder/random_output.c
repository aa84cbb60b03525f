#include "random_output.h"

#include <stddef.h>

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Those with %u get a row, a column or a small number. */
static const char *const PIECES[] = {
    "hello",
    "world ",
    "x",
    "0123456789012345678901234567890123456789012345",
    "漢字",
    "日本語",
    "é",
    "e\xcc\x81",
    "\xcc\x88",
    "😀",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    "\b\b",
    "\t",
    "\a",
    "\x0e",
    "\x0f",
    "\xff",
    "\xe6\xbc",
    "\xc3(",
    "\033[%u;%uH",
    "\033[%uA",
    "\033[%uB",
    "\033[%uC",
    "\033[%uD",
    "\033[%uE",
    "\033[%uF",
    "\033[%uG",
    "\033[%ud",
    "\033[J",
    "\033[1J",
    "\033[2J",
    "\033[K",
    "\033[1K",
    "\033[2K",
    "\033#6",
    "\033#%u",
    "\033[%uL",
    "\033[%uM",
    "\033[%uP",
    "\033[%u@",
    "\033[%uX",
    "\033[%uS",
    "\033[%uT",
    "\033[%ub",
    "\033[%u;%ur",
    "\033[r",
    "\0337",
    "\0338",
    "\033[s",
    "\033[u",
    "\033D",
    "\033E",
    "\033M",
    "\033H",
    "\033[g",
    "\033[3g",
    "\033[%uI",
    "\033[%uZ",
    "\033(0",
    "\033(B",
    "\033)0",
    "\033[m",
    "\033[1m",
    "\033[2;3m",
    "\033[4:3m",
    "\033[7;9m",
    "\033[31;42m",
    "\033[95m",
    "\033[38;5;%u;48;2;1;2;3m",
    "\033[38:2::9:8:7m",
    "\033[58;5;3m",
    "\033[0;53;21m",
    "\033[?1h",
    "\033[?1l",
    "\033[?6h",
    "\033[?6l",
    "\033[?7l",
    "\033[?7h",
    "\033[?25l",
    "\033[?25h",
    "\033[4h",
    "\033[4l",
    "\033[20h",
    "\033[20l",
    "\033[?69h",
    "\033[?69l",
    "\033[%u;%us",
    "\033[?1000h",
    "\033[?1006;1002h",
    "\033[?1003l",
    "\033[?1004h",
    "\033[?2004h",
    "\033[?2026h",
    "\033[?47h",
    "\033[?47l",
    "\033[?1047h",
    "\033[?1047l",
    "\033[?1049h",
    "\033[?1049l",
    "\033[?1048h",
    "\033[?1048l",
    "\033=",
    "\033>",
    "\033[>1u",
    "\033[<u",
    "\033[=5;1u",
    "\033[>4;2m",
    "\033[%u q",
    "\033[1\"q",
    "\033[0\"q",
    "\033[?J",
    "\033[?1K",
    "\033#8",
    "\033]0;title\a",
    "\033]2;other\033\\",
    "\033[22t",
    "\033[23t",
    "\033]4;1;red\033\\",
    "\033]11;#112233\a",
    "\033]111\a",
    "\033]8;;http://example.org/\033\\",
    "\033]8;id=1;file:///x\a",
    "\033]8;;\033\\",
    "\033P$qm\033\\",
    "\033_Gi=1;AAAA\033\\",
    "\033^private\033\\",
    "\033]52;c;AAAA\a",
    "\033[c",
    "\033[6n",
    "\033[!p",
    "\033c",
    ("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;"
     "33;34;35m"),
    "\033[99999999999999999999C",
    "\033[\030x",
    "\033]2;cut\032y",
    "\033[3\n1m",
    "\033[%u'}",
    "\033[%u'~",
    "\033[3J",
};

void random_output_append(struct buffer *buffer, uint32_t seed, unsigned pieces, unsigned columns,
                          unsigned rows)
{
    uint32_t state = seed * 2654435761u + 1;
    for (unsigned i = 0; i < pieces; i++) {
        /* Half of it plain text, as real output has it. */
        size_t count = sizeof PIECES / sizeof PIECES[0];
        size_t choices = next(&state) % 2 ? 15 : count;
        const char *piece = PIECES[next(&state) % choices];
        for (; *piece; piece++) {
            if (piece[0] == '%' && piece[1] == 'u') {
                unsigned most = next(&state) % 3 ? rows : columns;
                buffer_append_format(buffer, "%u", next(&state) % (most + 2));
                piece++;
            } else {
                buffer_append_byte(buffer, *piece);
            }
        }
    }
    /* Ends a character that was cut off. */
    buffer_append_byte(buffer, '\a');
}
