/* happy-server: options, signals, and what a service manager wants to hear. */
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "application.h"
#include "os/log.h"
#include "os/service_notify.h"

#define STOP_PATIENCE_S 10 /* for requests that run when the server is told to stop */

/* What main() owns. */
struct program {
    struct event_base *base;
    struct settings *settings;
    struct application *application;
    struct service_notify *service;
    struct event *signals[2];
    struct event *patience;
};

static void on_stopped(void *context)
{
    struct program *program = context;
    event_base_loopbreak(program->base);
}

static void on_patience(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    log_warning("requests that still run after %d s are cut", STOP_PATIENCE_S);
    on_stopped(context);
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
    struct program *program = context;
    (void)what;
    if (program->application->stopping) { /* asked twice */
        event_base_loopbreak(program->base);
        return;
    }
    log_info("stops: %s", strsignal((int)number));
    service_notify_send(program->service, "STOPPING=1");
    event_add(program->patience, &(struct timeval){.tv_sec = STOP_PATIENCE_S});
    application_stop(program->application, on_stopped, program);
}

static int prepare_loop(struct program *program, struct error *error)
{
    static const int numbers[] = {SIGTERM, SIGINT};
    program->base = event_base_new();
    program->patience =
        program->base ? event_new(program->base, -1, 0, on_patience, program) : NULL;
    if (!program->patience)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        program->signals[i] = evsignal_new(program->base, numbers[i], on_signal, program);
        if (!program->signals[i] || event_add(program->signals[i], NULL) != 0)
            return error_set(error, ERROR_MEMORY, "out of memory");
    }
    return 0;
}

/* Descriptors are connections, and core files would hold secrets. */
static void set_resource_limits(void)
{
    struct rlimit limit = {0, 0};
    if (setrlimit(RLIMIT_CORE, &limit) != 0)
        log_warning("core files cannot be turned off: %s", strerror(errno));
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int start(struct program *program, struct error *error)
{
    if (settings_prepare(program->settings, error) != 0 || prepare_loop(program, error) != 0)
        return -1;
    program->application = application_new(program->base, program->settings, error);
    return program->application ? application_start(program->application, error) : -1;
}

/* The line tells scripts, also those that asked for port 0, where the server is. */
static void announce(const struct program *program)
{
    const char *host = program->settings->host;
    const char *form =
        strchr(host, ':') ? "listening on http://[%s]:%u\n" : "listening on http://%s:%u\n";
    printf(form, *host ? host : "0.0.0.0", program->application->port);
    fflush(stdout);
    service_notify_send(program->service, "READY=1");
}

/* A signal that comes now ends nothing that does not end anyway. */
static void block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void finish(struct program *program)
{
    block_signals();
    application_free(program->application);
    for (size_t i = 0; i < sizeof program->signals / sizeof *program->signals; i++)
        if (program->signals[i])
            event_free(program->signals[i]);
    if (program->patience)
        event_free(program->patience);
    if (program->base) {
        event_base_loop(program->base, EVLOOP_NONBLOCK);
        event_base_free(program->base);
    }
    settings_free(program->settings);
    service_notify_free(program->service);
}

static int fail(const struct error *error)
{
    fprintf(stderr, "happy-server: %s\n", error->message);
    if (error->fix[0])
        fprintf(stderr, "%s\n", error->fix);
    return error->code == ERROR_INVALID ? 2 : 1;
}

int main(int count, char **arguments)
{
    struct program program = {.base = NULL};
    struct error error;
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) {
        fputs("happy-server: libsodium does not start\n", stderr);
        return 1;
    }
    program.settings = settings_new(count, arguments, &error);
    if (!program.settings)
        return fail(&error);
    log_open("happy-server", program.settings->log_level);
    int status = 0;
    if (program.settings->wants_help) {
        fputs(SETTINGS_USAGE, stdout);
    } else if (program.settings->wants_version) {
        puts("happy-server " PACKAGE_VERSION);
    } else {
        set_resource_limits();
        program.service = service_notify_new();
        if (start(&program, &error) == 0) {
            announce(&program);
            event_base_dispatch(program.base);
        } else {
            status = fail(&error);
        }
    }
    finish(&program);
    return status;
}
