#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static const char *const LEVELS[] = {"ok", "warning", "failure"};
static const char *const COLOURS[] = {"32", "33", "31"};

static void (*const CHECKS[])(struct doctor *doctor) = {
    doctor_check_daemon, doctor_check_files,    doctor_check_service,
    doctor_check_agents, doctor_check_terminal,
};

void doctor_add(struct doctor *doctor, const char *check, enum doctor_level level, const char *fix,
                const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    for (char *at = message; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    struct json_object *finding = json_object_new_object();
    json_put_string(finding, "check", check);
    json_put_string(finding, "level", LEVELS[level]);
    json_put_string(finding, "message", message);
    json_put_string(finding, "fix", fix);
    json_object_array_add(doctor->checks, finding);
    doctor->failed = doctor->failed || level == DOCTOR_FAILURE;
}

static void print_finding(struct json_object *finding, bool colours)
{
    const char *check = "", *level = "", *message = "", *fix = NULL;
    json_get_string(finding, "check", &check, NULL);
    json_get_string(finding, "level", &level, NULL);
    json_get_string(finding, "message", &message, NULL);
    json_get_string(finding, "fix", &fix, NULL);
    const char *colour = "";
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++)
        colour = strcmp(level, LEVELS[i]) == 0 ? COLOURS[i] : colour;
    if (colours)
        printf("\033[%sm%-7s\033[m  %-8s  %s\n", colour, level, check, message);
    else
        printf("%-7s  %-8s  %s\n", level, check, message);
    if (fix)
        printf("%19s  fix: %s\n", "", fix);
}

bool doctor_run(struct doctor *doctor, bool json)
{
    doctor->checks = json_object_new_array();
    for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++)
        CHECKS[i](doctor);
    if (json) {
        print_json(doctor->checks);
        return !doctor->failed;
    }
    const char *no_color = getenv("NO_COLOR");
    bool colours = isatty(STDOUT_FILENO) && (!no_color || !*no_color);
    for (size_t i = 0; i < json_object_array_length(doctor->checks); i++)
        print_finding(json_object_array_get_idx(doctor->checks, i), colours);
    json_object_put(doctor->checks);
    return !doctor->failed;
}
