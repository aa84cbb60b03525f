#include "wire/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const CODE_NAMES[] = {
    [ERROR_NONE] = "none",          [ERROR_SYSTEM] = "system",
    [ERROR_MEMORY] = "memory",      [ERROR_INVALID] = "invalid",
    [ERROR_NOT_FOUND] = "notFound", [ERROR_AMBIGUOUS] = "ambiguous",
    [ERROR_EXISTS] = "exists",      [ERROR_LIMIT] = "limit",
    [ERROR_TIMEOUT] = "timeout",    [ERROR_ENDED] = "ended",
    [ERROR_NOT_TAKEN] = "notTaken", [ERROR_UNSUPPORTED] = "unsupported",
    [ERROR_REFUSED] = "refused",    [ERROR_CLOSED] = "closed",
    [ERROR_DATABASE] = "database",  [ERROR_NO_PROGRAM] = "noProgram",
};

#define CODE_COUNT (sizeof CODE_NAMES / sizeof CODE_NAMES[0])

int error_set(struct error *error, enum error_code code, const char *format, ...)
{
    if (!error)
        return -1;
    /* A message may quote the one that it replaces. */
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    memcpy(error->message, message, sizeof message);
    error->code = code;
    error->fix[0] = '\0';
    return -1;
}

int error_set_errno(struct error *error, const char *format, ...)
{
    int saved = errno;
    if (!error)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof error->message)
        snprintf(error->message + length, sizeof error->message - (size_t)length, ": %s",
                 strerror(saved));
    error->code = saved == ENOMEM ? ERROR_MEMORY : ERROR_SYSTEM;
    error->fix[0] = '\0';
    return -1;
}

int error_fix(struct error *error, const char *format, ...)
{
    if (!error)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->fix, sizeof error->fix, format, arguments);
    va_end(arguments);
    return -1;
}

const char *error_code_name(enum error_code code)
{
    return (size_t)code < CODE_COUNT ? CODE_NAMES[code] : "unknown";
}

enum error_code error_code_from_name(const char *name)
{
    for (size_t i = 0; i < CODE_COUNT; i++)
        if (strcmp(CODE_NAMES[i], name) == 0)
            return (enum error_code)i;
    return ERROR_NONE;
}
