#include "report.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Messages may quote names and paths: control characters must not reach the terminal. */
static void put_line(const char *prefix, const char *text)
{
    fputs(prefix, stderr);
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, stderr);
    fputc('\n', stderr);
}

int report_error(const struct error *error)
{
    fflush(stdout);
    put_line("happyctl: ", error->message);
    if (error->fix[0])
        put_line("  fix: ", error->fix);
    switch (error->code) {
    case ERROR_NOT_FOUND:
    case ERROR_AMBIGUOUS:
        return STATUS_NO_SESSION;
    case ERROR_TIMEOUT:
        return STATUS_TIMEOUT;
    default:
        return STATUS_FAILURE;
    }
}

int report_usage(const char *fix, const char *format, ...)
{
    struct error error = {.code = ERROR_INVALID};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.message, sizeof error.message, format, arguments);
    va_end(arguments);
    if (fix)
        error_fix(&error, "%s", fix);
    report_error(&error);
    return STATUS_USAGE;
}

void report_warning(const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fflush(stdout);
    put_line("happyctl: ", message);
}

/* poll(2): POLLERR is set for the writing end of a pipe that nobody reads any more. */
static bool reader_is_gone(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR);
}

int report_written(int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno != EPIPE && !reader_is_gone())
        fprintf(stderr, "happyctl: cannot write the output%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
    return status == STATUS_OK ? STATUS_FAILURE : status;
}
