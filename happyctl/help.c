#include "help.h"

#include <string.h>

#include "commands.h"

void help_overview(FILE *file)
{
    fputs("happyctl - agents that outlive their terminals\n\n"
          "  happyctl start claude          start Claude Code here and attach to it\n"
          "  happyctl start -d -- make -j4  any command, in the background\n"
          "  happyctl attach                back to the latest session; Ctrl-\\ d detaches\n\n",
          file);
    for (size_t i = 0; COMMANDS[i]; i++)
        if (!COMMANDS[i]->hidden && !COMMANDS[i]->minor)
            fprintf(file, "  %-8s %s\n", COMMANDS[i]->name, COMMANDS[i]->summary);
    fputs("\nMore: happyctl help COMMAND, man happyctl\n", file);
}

static void put_indented(const char *lines, FILE *file)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        fprintf(file, "  %.*s\n", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void put_options(const struct option *options, FILE *file)
{
    for (; options && options->name; options++) {
        char text[64];
        snprintf(text, sizeof text, "--%s%s%s", options->name, options->value ? " " : "",
                 options->value ? options->value : "");
        if (options->letter)
            fprintf(file, "  -%c, %-20s  %s\n", options->letter, text, options->help);
        else
            fprintf(file, "      %-20s  %s\n", text, options->help);
    }
}

void help_command(const struct command *command, FILE *file)
{
    fprintf(file, "usage: happyctl %s%s%s\n\n%s", command->name, *command->usage ? " " : "",
            command->usage, command->summary);
    if (command->alias)
        fprintf(file, " (also: %s)", command->alias);
    fputs("\n", file);
    if (command->details)
        fprintf(file, "\n%s\n", command->details);
    fputs("\noptions:\n", file);
    put_options(command->options, file);
    put_options(COMMON_OPTIONS, file);
    fputs("\nexample:\n", file);
    put_indented(command->example, file);
}
