#include "settings.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_HOST "0.0.0.0"
#define DEFAULT_PORT 3005
#define PORT_MAX     65535

const char SETTINGS_USAGE[] =
    "Usage: happy-server [OPTION]…\n"
    "Serves Happy's apps and terminals, in the foreground.\n\n"
    "  -l, --listen=ADDRESS   HOST:PORT, [HOST]:PORT or PORT; port 0 takes a free one\n"
    "                         ($HOST and $PORT; 0.0.0.0:3005)\n"
    "  -d, --data-dir=DIR     where everything is kept ($DATA_DIR; ./data)\n"
    "  -u, --public-url=URL   how clients reach this server ($PUBLIC_URL)\n"
    "  -L, --log-level=LEVEL  error, warning, info (the default) or debug\n"
    "  -h, --help             show this and exit\n"
    "  -V, --version          show the version and exit\n\n"
    "$HANDY_MASTER_SECRET signs the tokens; without it DIR/master-secret does, which is made at "
    "the\n"
    "first start. SIGTERM and SIGINT end the server once the requests that run are answered.\n";

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory");
}

static int set_text(char **place, const char *text, size_t length, struct error *error)
{
    char *copy = strndup(text, length);
    if (!copy)
        return out_of_memory(error);
    free(*place);
    *place = copy;
    return 0;
}

static int set_port(struct settings *settings, const char *text, struct error *error)
{
    char *end;
    unsigned long port = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || port > PORT_MAX) {
        error_set(error, ERROR_INVALID, "\"%.64s\" is no port", text);
        return error_fix(error, "give a number from 0 to %d", PORT_MAX);
    }
    settings->port = (unsigned)port;
    return 0;
}

static int set_host(struct settings *settings, const char *text, struct error *error)
{
    return set_text(&settings->host, text, strlen(text), error);
}

/* "3005", "host:3005", ":3005" or "[::1]:3005". */
static int set_listen(struct settings *settings, const char *text, struct error *error)
{
    const char *colon = strrchr(text, ':');
    if (!colon)
        return set_port(settings, text, error);
    const char *host = text;
    size_t length = (size_t)(colon - text);
    if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
        host++;
        length -= 2;
    } else if (memchr(host, ':', length)) {
        error_set(error, ERROR_INVALID, "\"%.64s\" may mean several addresses", text);
        return error_fix(error, "put an IPv6 address into brackets, as in [::1]:3005");
    }
    return set_text(&settings->host, host, length, error) == 0
               ? set_port(settings, colon + 1, error)
               : -1;
}

static int set_data_directory(struct settings *settings, const char *text, struct error *error)
{
    if (!*text)
        return error_set(error, ERROR_INVALID, "the data directory may not be empty");
    return set_text(&settings->data_directory, text, strlen(text), error);
}

static int set_public_url(struct settings *settings, const char *text, struct error *error)
{
    size_t length = strlen(text);
    if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0) {
        error_set(error, ERROR_INVALID, "\"%.64s\" is no URL of a server", text);
        return error_fix(error, "begin it with https:// or http://");
    }
    while (text[length - 1] == '/')
        length--;
    return set_text(&settings->public_url, text, length, error);
}

static int set_log_level(struct settings *settings, const char *text, struct error *error)
{
    static const struct {
        const char *word;
        enum log_level level;
    } levels[] = {{"error", LOG_LEVEL_ERROR},
                  {"warning", LOG_LEVEL_WARNING},
                  {"info", LOG_LEVEL_INFO},
                  {"debug", LOG_LEVEL_DEBUG}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(levels[i].word, text) != 0)
            continue;
        settings->log_level = levels[i].level;
        return 0;
    }
    error_set(error, ERROR_INVALID, "there is no log level \"%.64s\"", text);
    return error_fix(error, "use error, warning, info or debug");
}

/* A setting, by the names it has; `variable` or `option` may be missing. */
static const struct setting {
    char letter;
    const char *variable;
    int (*set)(struct settings *settings, const char *text, struct error *error);
} known[] = {
    {0, "HOST", set_host},
    {0, "PORT", set_port},
    {'l', NULL, set_listen},
    {'d', "DATA_DIR", set_data_directory},
    {'u', "PUBLIC_URL", set_public_url},
    {'L', NULL, set_log_level},
};
#define KNOWN_COUNT (sizeof known / sizeof *known)

static int read_environment(struct settings *settings, struct error *error)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        const char *value = known[i].variable ? getenv(known[i].variable) : NULL;
        struct error wrong;
        if (!value || !*value || known[i].set(settings, value, &wrong) == 0)
            continue;
        error_set(error, wrong.code, "%s: %s", known[i].variable, wrong.message);
        return error_fix(error, "%s", wrong.fix);
    }
    return 0;
}

/* Takes the secret out of the environment, where /proc would go on to show it. */
static int take_secret(struct settings *settings, struct error *error)
{
    char *value = getenv("HANDY_MASTER_SECRET");
    if (!value)
        return 0;
    size_t length = strlen(value);
    if (length > SETTINGS_SECRET_MAX)
        return error_set(error, ERROR_LIMIT, "HANDY_MASTER_SECRET may have at most %u bytes",
                         SETTINGS_SECRET_MAX);
    if (length > 0 && !(settings->secret = secret_copy(value, length, error)))
        return -1;
    settings->secret_is_given = length > 0;
    sodium_memzero(value, length);
    unsetenv("HANDY_MASTER_SECRET");
    return 0;
}

static int refuse_usage(struct error *error, const char *what, const char *argument)
{
    error_set(error, ERROR_INVALID, "%s%.64s", what, argument);
    return error_fix(error, "see \"happy-server --help\"");
}

static int read_option(struct settings *settings, int letter, struct error *error)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (known[i].letter && known[i].letter == letter)
            return known[i].set(settings, optarg, error);
    if (letter == 'h')
        settings->wants_help = true;
    else if (letter == 'V')
        settings->wants_version = true;
    else
        return refuse_usage(error, "an option is not known, or lacks its value", "");
    return 0;
}

static int read_options(struct settings *settings, int count, char **arguments, struct error *error)
{
    static const struct option options[] = {{"listen", required_argument, NULL, 'l'},
                                            {"data-dir", required_argument, NULL, 'd'},
                                            {"public-url", required_argument, NULL, 'u'},
                                            {"log-level", required_argument, NULL, 'L'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'V'},
                                            {NULL, 0, NULL, 0}};
    int letter;
    while ((letter = getopt_long(count, arguments, "l:d:u:L:hV", options, NULL)) != -1)
        if (read_option(settings, letter, error) != 0)
            return -1;
    if (optind == count)
        return 0;
    return refuse_usage(error, "it takes no arguments, but got ", arguments[optind]);
}

struct settings *settings_new(int count, char **arguments, struct error *error)
{
    struct settings *settings = calloc(1, sizeof *settings);
    if (!settings) {
        out_of_memory(error);
        return NULL;
    }
    settings->port = DEFAULT_PORT;
    settings->log_level = LOG_LEVEL_INFO;
    if (set_host(settings, DEFAULT_HOST, error) == 0 &&
        set_data_directory(settings, "data", error) == 0 &&
        read_environment(settings, error) == 0 && take_secret(settings, error) == 0 &&
        read_options(settings, count, arguments, error) == 0)
        return settings;
    settings_free(settings);
    return NULL;
}

void settings_free(struct settings *settings)
{
    if (!settings)
        return;
    free(settings->host);
    free(settings->data_directory);
    free(settings->public_url);
    secret_free(settings->secret);
    free(settings);
}

char *settings_path(const struct settings *settings, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", settings->data_directory, name) < 0 ? NULL : path;
}
