#include "key_names.h"

#include <stdio.h>
#include <string.h>

/* The encodings are xterm's: "Xterm Control Sequences", PC-style function keys. */
enum key_form {
    PLAIN,  /* the text itself */
    CURSOR, /* ESC [ letter, or ESC O letter in application mode */
    TILDE,  /* ESC [ number ~ */
    SS3,    /* ESC O letter */
};

static const struct {
    const char *name;
    enum key_form form;
    const char *text;
} KEYS[] = {
    {"Enter", PLAIN, "\r"}, {"Escape", PLAIN, "\033"}, {"Tab", PLAIN, "\t"},
    {"Space", PLAIN, " "},  {"BSpace", PLAIN, "\177"}, {"BTab", PLAIN, "\033[Z"},
    {"Up", CURSOR, "A"},    {"Down", CURSOR, "B"},     {"Right", CURSOR, "C"},
    {"Left", CURSOR, "D"},  {"Home", CURSOR, "H"},     {"End", CURSOR, "F"},
    {"IC", TILDE, "2"},     {"Insert", TILDE, "2"},    {"DC", TILDE, "3"},
    {"Delete", TILDE, "3"}, {"PageUp", TILDE, "5"},    {"PPage", TILDE, "5"},
    {"PgUp", TILDE, "5"},   {"PageDown", TILDE, "6"},  {"NPage", TILDE, "6"},
    {"PgDn", TILDE, "6"},   {"F1", SS3, "P"},          {"F2", SS3, "Q"},
    {"F3", SS3, "R"},       {"F4", SS3, "S"},          {"F5", TILDE, "15"},
    {"F6", TILDE, "17"},    {"F7", TILDE, "18"},       {"F8", TILDE, "19"},
    {"F9", TILDE, "20"},    {"F10", TILDE, "21"},      {"F11", TILDE, "23"},
    {"F12", TILDE, "24"},
};

enum { SHIFT = 1, META = 2, CONTROL = 4 };

/* Reads "C-", "M-" and "S-" in any order; returns what follows them. */
static const char *read_modifiers(const char *name, int *modifiers)
{
    *modifiers = 0;
    while (name[0] && name[1] == '-' && name[2]) {
        if (name[0] == 'C' || name[0] == '^')
            *modifiers |= CONTROL;
        else if (name[0] == 'M')
            *modifiers |= META;
        else if (name[0] == 'S')
            *modifiers |= SHIFT;
        else
            break;
        name += 2;
    }
    return name;
}

/* The control character of a key, or -1. */
static int control_of(char key)
{
    if (key >= 'a' && key <= 'z')
        return key - 'a' + 1;
    if (key >= '@' && key <= '_')
        return key - '@';
    if (key == ' ')
        return 0;
    return key == '?' ? 0x7f : -1;
}

static void append_named(struct buffer *bytes, size_t key, int modifiers, bool application_cursor)
{
    const char *text = KEYS[key].text;
    enum key_form form = KEYS[key].form;
    if (form == PLAIN) {
        int control = modifiers & CONTROL && text[1] == '\0' ? control_of(text[0]) : -1;
        if (modifiers & META)
            buffer_append_byte(bytes, '\033');
        if (strcmp(text, "\t") == 0 && modifiers & SHIFT)
            buffer_append_string(bytes, "\033[Z");
        else if (control >= 0)
            buffer_append_byte(bytes, (char)control);
        else
            buffer_append_string(bytes, text);
    } else if (form == TILDE && modifiers) {
        buffer_append_format(bytes, "\033[%s;%d~", text, modifiers + 1);
    } else if (form == TILDE) {
        buffer_append_format(bytes, "\033[%s~", text);
    } else if (modifiers) {
        buffer_append_format(bytes, "\033[1;%d%s", modifiers + 1, text);
    } else {
        bool ss3 = form == SS3 || application_cursor;
        buffer_append_format(bytes, "\033%c%s", ss3 ? 'O' : '[', text);
    }
}

void key_names_append(struct buffer *bytes, const char *name, bool application_cursor)
{
    int modifiers;
    const char *key = read_modifiers(name, &modifiers);
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (strcmp(KEYS[i].name, key) == 0) {
            append_named(bytes, i, modifiers, application_cursor);
            return;
        }
    int control = modifiers & CONTROL && key[1] == '\0' ? control_of(key[0]) : -1;
    bool is_key = modifiers == META || (control >= 0 && !(modifiers & SHIFT));
    if (!is_key) {
        buffer_append_string(bytes, name);
        return;
    }
    if (modifiers & META)
        buffer_append_byte(bytes, '\033');
    if (control >= 0)
        buffer_append_byte(bytes, (char)control);
    else
        buffer_append_string(bytes, key);
}
