/* happyd: options, the lock, the socket, signals, and what a service manager wants to hear. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_method.h"
#include "daemon.h"
#include "daemonize.h"
#include "os/clock.h"
#include "os/lock_file.h"
#include "os/log.h"
#include "os/unix_socket.h"
#include "os/wipe.h"

#define LOCK_PATIENCE_MS 2000
#define LOCK_RETRY_MS    5

#define FILES_WANTED     4096 /* descriptors: two for each session, one for each client, and more */

static const char USAGE[] =
    "Usage: happyd [OPTION]…\n"
    "Keeps coding agents running and serves happyctl, in the foreground.\n\n"
    "  -f, --fork             go to the background once ready; log to ~/.happy/logs/happyd.log\n"
    "  -l, --log-level=LEVEL  error, warning, info (the default) or debug\n"
    "  -h, --help             show this and exit\n"
    "  -V, --version          show the version and exit\n\n"
    "The Happy home is $HAPPY_HOME_DIR, else ~/.happy. SIGTERM ends happyd and leaves the agents\n"
    "running; SIGHUP reads happyd.json again.\n";

struct options {
    bool fork;
    int log_level; /* 0: not given */
};

/* What main() owns. */
struct program {
    struct options options;
    struct paths *paths;
    struct service_notify *service;
    struct daemon *daemon;
    struct daemonize *parent; /* the process that waits for us to be ready; NULL */
    struct event *signals[4];
    struct event *watchdog;
    int lock;
    bool own_socket; /* made here, not passed by socket activation */
    struct rlimit core, files;
    mode_t umask;
};

static struct program program = {.lock = -1};

static int parse_level(const char *word)
{
    static const struct {
        const char *word;
        int level;
    } levels[] = {{"error", LOG_LEVEL_ERROR},
                  {"warning", LOG_LEVEL_WARNING},
                  {"info", LOG_LEVEL_INFO},
                  {"debug", LOG_LEVEL_DEBUG}};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (strcmp(levels[i].word, word) == 0)
            return levels[i].level;
    return 0;
}

static void print_api(void)
{
    struct json_object *methods = api_methods_to_json();
    puts(json_line(methods));
    json_object_put(methods);
}

/* Returns -1 to go on, else the exit status. */
static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"fork", no_argument, NULL, 'f'},      {"log-level", required_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},      {"version", no_argument, NULL, 'V'},
        {"print-api", no_argument, NULL, 'P'}, {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "fl:hV", known, NULL)) != -1) {
        switch (option) {
        case 'f':
            options->fork = true;
            break;
        case 'l':
            options->log_level = parse_level(optarg);
            if (options->log_level)
                break;
            fprintf(stderr,
                    "happyd: there is no log level \"%s\"; use error, warning, info or debug\n",
                    optarg);
            return 2;
        case 'h':
            fputs(USAGE, stdout);
            return 0;
        case 'V':
            puts("happyd " PACKAGE_VERSION);
            return 0;
        case 'P':
            print_api();
            return 0;
        default:
            fputs("Try \"happyd --help\".\n", stderr);
            return 2;
        }
    }
    if (optind == argc)
        return -1;
    fprintf(stderr, "happyd: it takes no arguments, but got \"%s\"\n", argv[optind]);
    return 2;
}

/* A missing file means the defaults. -1 with `error` filled, naming the file. */
static int read_settings(const char *path, struct settings *settings, struct error *error)
{
    settings_set_defaults(settings);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT)
        return 0;
    if (descriptor < 0)
        return error_set_errno(error, "cannot read %s", path);
    struct buffer text = {0};
    char part[4096];
    ssize_t got;
    while (text.length <= SETTINGS_SIZE_MAX && (got = read(descriptor, part, sizeof part)) > 0)
        buffer_append(&text, part, (size_t)got);
    close(descriptor);
    struct error wrong;
    int result = settings_parse(buffer_string(&text), text.length, settings, &wrong);
    buffer_free(&text);
    if (result == 0)
        return 0;
    error_set(error, wrong.code, "%s is wrong: %s", path, wrong.message);
    return error_fix(error, "%s", wrong.fix);
}

static void apply_log_level(const struct settings *settings)
{
    int level = program.options.log_level ? program.options.log_level : settings->log_level;
    log_open("happyd", level ? (enum log_level)level : LOG_LEVEL_INFO);
}

static void on_hangup(evutil_socket_t number, short what, void *context)
{
    (void)number, (void)what, (void)context;
    struct settings settings;
    struct error error;
    service_notify_send(program.service, "RELOADING=1");
    if (read_settings(program.paths->settings, &settings, &error) < 0) {
        log_error("%s; %s", error.message, error.fix);
    } else {
        program.daemon->settings = settings;
        apply_log_level(&settings);
        log_info("%s was read again", program.paths->settings);
    }
    service_notify_send(program.service, "READY=1");
}

static void on_terminate(evutil_socket_t number, short what, void *context)
{
    (void)what, (void)context;
    log_info("ended by SIG%s; agents go on", process_signal_name(number));
    daemon_end(program.daemon);
}

static void on_watchdog(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what, (void)context;
    service_notify_send(program.service, "WATCHDOG=1");
}

static void watch_signals(void)
{
    static const struct {
        int number;
        event_callback_fn act;
    } signals[] = {{SIGTERM, on_terminate}, {SIGINT, on_terminate}, {SIGHUP, on_hangup}};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        program.signals[i] =
            evsignal_new(program.daemon->base, signals[i].number, signals[i].act, NULL);
        if (program.signals[i])
            evsignal_add(program.signals[i], NULL);
    }
    int64_t period = service_notify_watchdog_ms(program.service);
    if (period <= 0)
        return;
    struct timeval time = {period / 1000, period % 1000 * 1000};
    program.watchdog = event_new(program.daemon->base, -1, EV_PERSIST, on_watchdog, NULL);
    if (program.watchdog)
        event_add(program.watchdog, &time);
}

static void on_ready(struct daemon *daemon)
{
    log_info("happyd %s serves %s with %d running session%s", PACKAGE_VERSION,
             daemon->paths->daemon_socket, daemon->sessions.live,
             daemon->sessions.live == 1 ? "" : "s");
    service_notify_send(program.service, "READY=1");
    daemonize_ready(program.parent);
    program.parent = NULL;
}

/* Core dumps would hold environments of agents; sessions and clients need many descriptors. */
static void set_limits(void)
{
    getrlimit(RLIMIT_CORE, &program.core);
    getrlimit(RLIMIT_NOFILE, &program.files);
    struct rlimit files = program.files;
    if (files.rlim_cur < FILES_WANTED) {
        files.rlim_cur = files.rlim_max < FILES_WANTED ? files.rlim_max : FILES_WANTED;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    process_forbid_core_dump();
    process_return_memory();
}

static bool is_served(void)
{
    struct error error;
    int descriptor = unix_socket_connect(program.paths->daemon_socket, &error);
    if (descriptor >= 0)
        close(descriptor);
    return descriptor >= 0;
}

/* A daemon that was killed a moment ago may hold the lock longer than its socket, and one that
   starts has it before: whoever has the lock and serves nobody is waited for. */
static int take_lock(struct error *error)
{
    pid_t owner = 0;
    int64_t deadline = clock_monotonic_ms() + LOCK_PATIENCE_MS;
    for (;;) {
        program.lock = lock_file_take(program.paths->lock, &owner, error);
        if (program.lock >= 0 || error->code != ERROR_EXISTS)
            return program.lock;
        bool lives = owner > 0 && process_is_alive(owner, process_start_time(owner));
        if ((lives && is_served()) || clock_monotonic_ms() >= deadline)
            break;
        usleep(LOCK_RETRY_MS * 1000);
    }
    error_set(error, ERROR_EXISTS, "another happyd (process %ld) serves %s", (long)owner,
              program.paths->home);
    return error_fix(error, "use that one, or end it with \"happyctl daemon stop\"");
}

/* The listening socket: the one that was passed, else one of our own. -1 with `error` filled. */
static int open_socket(struct error *error)
{
    int others;
    int passed = service_notify_take_socket(program.service, program.paths->daemon_socket, &others);
    if (others > 0)
        log_warning("%d passed socket%s not at %s and %s closed: correct ListenStream= of the "
                    "socket unit",
                    others, others == 1 ? " is" : "s are", program.paths->daemon_socket,
                    others == 1 ? "was" : "were");
    if (passed >= 0)
        return passed;
    program.own_socket = true;
    return unix_socket_listen(program.paths->daemon_socket, error);
}

static int start(struct error *error)
{
    struct settings settings;
    if (!(program.paths = paths_new(error)) || paths_create(program.paths, error) < 0)
        return -1;
    if (program.options.fork && !(program.parent = daemonize_begin(program.paths->log, error)))
        return -1;
    if (read_settings(program.paths->settings, &settings, error) < 0)
        return -1;
    apply_log_level(&settings);
    if (take_lock(error) < 0)
        return -1;
    program.daemon = daemon_new(program.paths, program.service, &settings, error);
    if (!program.daemon)
        return -1;
    program.daemon->core = program.core;
    program.daemon->files = program.files;
    program.daemon->umask = program.umask;
    /* Whoever can connect will be served: the socket comes last. */
    int listener = open_socket(error);
    return listener < 0 ? -1 : daemon_begin(program.daemon, listener, on_ready, error);
}

static void clean_up(void)
{
    for (size_t i = 0; i < sizeof program.signals / sizeof program.signals[0]; i++)
        if (program.signals[i])
            event_free(program.signals[i]);
    if (program.watchdog)
        event_free(program.watchdog);
    daemon_free(program.daemon);
    if (program.own_socket && program.paths)
        unlink(program.paths->daemon_socket);
    if (program.lock >= 0)
        close(program.lock);
    paths_free(program.paths);
    service_notify_free(program.service);
    libevent_global_shutdown();
}

int main(int argc, char **argv)
{
    /* Its buffers carry environments and prompts. Before anything else is done with it. */
    event_set_mem_functions(malloc, realloc, wipe_and_free);
    struct error error = {0};
    int status = parse_options(argc, argv, &program.options);
    if (status >= 0)
        return status;
    program.umask = umask(0077);
    signal(SIGPIPE, SIG_IGN);
    apply_log_level(&(struct settings){0});
    set_limits();
    program.service = service_notify_new();
    if (!program.service || start(&error) < 0) {
        log_error("%s%s%s", error.message, *error.fix ? "; " : "", error.fix);
        daemonize_failed(program.parent, &error);
        clean_up();
        return 1;
    }
    watch_signals();
    daemon_run(program.daemon);
    service_notify_send(program.service, "STOPPING=1");
    clean_up();
    return 0;
}
