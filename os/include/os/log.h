/* The one log. Lines go to standard error; under a service manager (JOURNAL_STREAM is set) each
   begins with its syslog priority as sd-daemon(3) describes, else with a UTC time stamp. Secrets
   are never passed to it. */
#ifndef OS_LOG_H
#define OS_LOG_H

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/* Sets the program's name and the least important level that is written (default: info). Call once.
 */
void log_open(const char *program, enum log_level level);

/* Control characters in the message are written as `?`, so that no log line can be forged. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
