#include "log_printer.h"

#include <string.h>

/* FNV-1a, 32 bits. Two lines that hash alike are taken for one: a redraw is then not printed. */
static uint32_t hash_line(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static void put(struct log_printer *printer, const char *text, bool wrapped)
{
    if (printer->line_open && !wrapped)
        fputc('\n', printer->file);
    fputs(text, printer->file);
    printer->line_open = true;
}

void log_printer_final(const struct history_line *line, void *context)
{
    struct log_printer *printer = context;
    bool printed = line->number == printer->final_next && printer->hash_count &&
                   printer->hashes[0] == hash_line(line->text);
    if (printed) {
        printer->hash_count--;
        memmove(printer->hashes, printer->hashes + 1,
                printer->hash_count * sizeof printer->hashes[0]);
    } else {
        printer->hash_count = 0;
        put(printer, line->text, line->wrapped);
    }
    printer->final_next = line->number + 1;
    printer->position = 0;
}

static void put_unless_printed(struct log_printer *printer, const char *text, bool wrapped)
{
    uint32_t hash = hash_line(text);
    size_t at = printer->position++;
    if (at < printer->hash_count && printer->hashes[at] == hash)
        return;
    if (at < printer->hash_count)
        printer->hash_count = at;
    put(printer, text, wrapped);
    if (at < LOG_SCREEN_LINES_MAX && at == printer->hash_count)
        printer->hashes[printer->hash_count++] = hash;
}

void log_printer_screen(const struct history_line *line, void *context)
{
    struct log_printer *printer = context;
    if (!*line->text) {
        printer->blank++;
        return;
    }
    for (; printer->blank; printer->blank--)
        put_unless_printed(printer, "", false);
    put_unless_printed(printer, line->text, line->wrapped);
}

void log_printer_flush(struct log_printer *printer)
{
    if (printer->line_open)
        fputc('\n', printer->file);
    printer->line_open = false;
    printer->position = 0;
    printer->blank = 0;
    fflush(printer->file);
}
