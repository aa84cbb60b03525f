#include "os/service_scope.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The socket that systemctl --user uses first, then the bus. */
static bool find_manager(char *path, size_t size, bool *is_private)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat status;
    if (!runtime || runtime[0] != '/')
        return false;
    *is_private = true;
    int length = snprintf(path, size, "%s/systemd/private", runtime);
    if (length > 0 && (size_t)length < size && stat(path, &status) == 0 && S_ISSOCK(status.st_mode))
        return true;
    *is_private = false;
    length = snprintf(path, size, "%s/bus", runtime);
    return length > 0 && (size_t)length < size && stat(path, &status) == 0 &&
           S_ISSOCK(status.st_mode);
}

/* systemd-logind keeps a file per lingering user. */
int service_scope_is_lingering(void)
{
    char path[300];
    struct stat status;
    const struct passwd *user = getpwuid(getuid());
    if (!user || stat("/run/systemd/system", &status) < 0)
        return -1;
    snprintf(path, sizeof path, "/var/lib/systemd/linger/%s", user->pw_name);
    return stat(path, &status) == 0;
}

#ifdef HAVE_LIBSYSTEMD

#include <dlfcn.h>
#include <systemd/sd-bus.h>

#include "os/clock.h"

#define LIBRARY           "libsystemd.so.0"
#define DEADLINE_MS       5000
#define STOP_TIMEOUT_US   UINT64_C(5000000)
#define MANAGER           "org.freedesktop.systemd1"
#define MANAGER_PATH      "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE "org.freedesktop.systemd1.Manager"

/* The functions used, looked up by name when the library is loaded. */
static struct {
    __typeof__(sd_bus_new) *new;
    __typeof__(sd_bus_set_address) *set_address;
    __typeof__(sd_bus_set_bus_client) *set_bus_client;
    __typeof__(sd_bus_start) *start;
    __typeof__(sd_bus_match_signal) *match_signal;
    __typeof__(sd_bus_message_new_method_call) *new_method_call;
    __typeof__(sd_bus_message_append) *append;
    __typeof__(sd_bus_message_open_container) *open_container;
    __typeof__(sd_bus_message_close_container) *close_container;
    __typeof__(sd_bus_message_read) *read;
    __typeof__(sd_bus_message_unref) *unref;
    __typeof__(sd_bus_call) *call;
    __typeof__(sd_bus_get_property_string) *get_property_string;
    __typeof__(sd_bus_error_free) *error_free;
    __typeof__(sd_bus_process) *process;
    __typeof__(sd_bus_wait) *wait;
    __typeof__(sd_bus_flush_close_unref) *close;
} bus;

struct scope_job {
    char path[256];     /* of our job, once it is known */
    char result[32];    /* how it ended; empty until it did */
    char ended[8][256]; /* jobs that ended before ours was known, with their results */
    char results[8][32];
    size_t count;
};

bool service_scope_is_available(void)
{
    char path[256];
    bool is_private;
    return find_manager(path, sizeof path, &is_private);
}

static int load_library(struct error *error)
{
    static const struct {
        const char *name;
        void **function;
    } symbols[] = {
        {"sd_bus_new", (void **)&bus.new},
        {"sd_bus_set_address", (void **)&bus.set_address},
        {"sd_bus_set_bus_client", (void **)&bus.set_bus_client},
        {"sd_bus_start", (void **)&bus.start},
        {"sd_bus_match_signal", (void **)&bus.match_signal},
        {"sd_bus_message_new_method_call", (void **)&bus.new_method_call},
        {"sd_bus_message_append", (void **)&bus.append},
        {"sd_bus_message_open_container", (void **)&bus.open_container},
        {"sd_bus_message_close_container", (void **)&bus.close_container},
        {"sd_bus_message_read", (void **)&bus.read},
        {"sd_bus_message_unref", (void **)&bus.unref},
        {"sd_bus_call", (void **)&bus.call},
        {"sd_bus_get_property_string", (void **)&bus.get_property_string},
        {"sd_bus_error_free", (void **)&bus.error_free},
        {"sd_bus_process", (void **)&bus.process},
        {"sd_bus_wait", (void **)&bus.wait},
        {"sd_bus_flush_close_unref", (void **)&bus.close},
    };
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return error_set(error, ERROR_UNSUPPORTED, LIBRARY " cannot be loaded: %s", dlerror());
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
        if (!(*symbols[i].function = dlsym(library, symbols[i].name)))
            return error_set(error, ERROR_UNSUPPORTED, LIBRARY " has no %s", symbols[i].name);
    return 0;
}

static int bus_failed(struct error *error, const char *what, int result)
{
    return error_set(error, ERROR_SYSTEM, "%s: %s", what, strerror(-result));
}

/* JobRemoved(u id, o job, s unit, s result). The signal may be read before the answer that names
   our job, so that all are kept until then. */
static int on_job_removed(sd_bus_message *message, void *context, sd_bus_error *bus_error)
{
    (void)bus_error;
    struct scope_job *job = context;
    uint32_t id;
    const char *path, *unit, *result;
    if (bus.read(message, "uoss", &id, &path, &unit, &result) < 0)
        return 0;
    if (strcmp(path, job->path) == 0) {
        snprintf(job->result, sizeof job->result, "%s", result);
    } else if (!*job->path) {
        size_t slot = job->count++ % 8;
        snprintf(job->ended[slot], sizeof job->ended[slot], "%s", path);
        snprintf(job->results[slot], sizeof job->results[slot], "%s", result);
    }
    return 0;
}

static int append_limit(sd_bus_message *message, const char *name, struct resource_limit limit)
{
    /* A percentage goes by the scaled twin of the property: UINT32_MAX is all there is. */
    char scaled[32];
    snprintf(scaled, sizeof scaled, "%sScale", name);
    if (limit.kind == RESOURCE_LIMIT_VALUE)
        return bus.append(message, "(sv)", name, "t", limit.value);
    if (limit.kind == RESOURCE_LIMIT_PERCENT)
        return bus.append(message, "(sv)", scaled, "u", (uint32_t)(limit.value * UINT32_MAX / 100));
    return 0;
}

static int manager_version(sd_bus *connection)
{
    char *text = NULL;
    int version = 0;
    if (bus.get_property_string(connection, MANAGER, MANAGER_PATH, MANAGER_INTERFACE, "Version",
                                NULL, &text) >= 0)
        version = atoi(text);
    free(text);
    return version;
}

/* How the scope ends when it is stopped, as at a shutdown: shells ignore SIGTERM, and end at
   SIGHUP. And that it does not end when a process in it ran out of memory. Before 253 systemd has
   no such policy for scopes, and stops them. */
static int append_end(sd_bus_message *message, int version)
{
    int result = bus.append(message, "(sv)", "SendSIGHUP", "b", 1);
    if (result >= 0)
        result = bus.append(message, "(sv)", "TimeoutStopUSec", "t", STOP_TIMEOUT_US);
    if (result >= 0 && version >= 253)
        result = bus.append(message, "(sv)", "OOMPolicy", "s", "continue");
    return result;
}

static int append_properties(sd_bus_message *message, const char *description,
                             const struct resource_limits *limits, int version)
{
    int result = bus.open_container(message, 'a', "(sv)");
    if (result >= 0)
        result = bus.append(message, "(sv)", "Description", "s", description);
    if (result >= 0)
        result = bus.append(message, "(sv)", "Slice", "s", "app.slice");
    if (result >= 0)
        result = bus.append(message, "(sv)", "CollectMode", "s", "inactive-or-failed");
    if (result >= 0)
        result = bus.append(message, "(sv)", "PIDs", "au", 1, (uint32_t)getpid());
    if (result >= 0)
        result = append_end(message, version);
    if (result >= 0)
        result = append_limit(message, "MemoryMax", limits->memory_max);
    if (result >= 0)
        result = append_limit(message, "MemoryHigh", limits->memory_high);
    if (result >= 0)
        result = append_limit(message, "CPUQuotaPerSecUSec", limits->cpu_quota);
    if (result >= 0)
        result = append_limit(message, "TasksMax", limits->tasks_max);
    return result < 0 ? result : bus.close_container(message);
}

/* StartTransientUnit(s name, s mode, a(sv) properties, a(sa(sv)) aux) → o job. */
static int start_unit(sd_bus *connection, const char *unit, const char *description,
                      const struct resource_limits *limits, struct scope_job *job,
                      struct error *error)
{
    sd_bus_message *message = NULL, *answer = NULL;
    sd_bus_error bus_error = SD_BUS_ERROR_NULL;
    const char *path;
    int result = bus.new_method_call(connection, &message, MANAGER, MANAGER_PATH, MANAGER_INTERFACE,
                                     "StartTransientUnit");
    if (result >= 0)
        result = bus.append(message, "ss", unit, "fail");
    if (result >= 0)
        result = append_properties(message, description, limits, manager_version(connection));
    if (result >= 0)
        result = bus.append(message, "a(sa(sv))", 0);
    if (result >= 0)
        result = bus.call(connection, message, DEADLINE_MS * 1000ull, &bus_error, &answer);
    if (result >= 0)
        result = bus.read(answer, "o", &path);
    if (result >= 0)
        snprintf(job->path, sizeof job->path, "%s", path);
    else
        error_set(error, ERROR_SYSTEM, "systemd did not make the scope %s: %s", unit,
                  bus_error.message ? bus_error.message : strerror(-result));
    bus.error_free(&bus_error);
    bus.unref(message);
    bus.unref(answer);
    return result < 0 ? -1 : 0;
}

static int wait_for_job(sd_bus *connection, struct scope_job *job, struct error *error)
{
    int64_t deadline = clock_monotonic_ms() + DEADLINE_MS;
    for (size_t i = 0; i < job->count && i < 8; i++)
        if (strcmp(job->ended[i], job->path) == 0)
            memcpy(job->result, job->results[i], sizeof job->result);
    while (!*job->result) {
        int64_t left = deadline - clock_monotonic_ms();
        int result = bus.process(connection, NULL);
        if (result == 0 && left > 0)
            result = bus.wait(connection, (uint64_t)left * 1000);
        if (result < 0)
            return bus_failed(error, "the connection to systemd failed", result);
        if (left <= 0)
            return error_set(error, ERROR_TIMEOUT, "systemd did not make the scope in time");
    }
    if (strcmp(job->result, "done") != 0)
        return error_set(error, ERROR_SYSTEM, "systemd's job for the scope ended with \"%s\"",
                         job->result);
    return 0;
}

int service_scope_enter(const char *unit, const char *description,
                        const struct resource_limits *limits, struct error *error)
{
    char path[256], address[300];
    bool is_private;
    sd_bus *connection = NULL;
    struct scope_job job = {0};
    if (!find_manager(path, sizeof path, &is_private))
        return error_set(error, ERROR_UNSUPPORTED, "the user's service manager is not reachable");
    if (load_library(error) < 0)
        return -1;
    snprintf(address, sizeof address, "unix:path=%s", path);
    int result = bus.new(&connection);
    if (result >= 0)
        result = bus.set_address(connection, address);
    if (result >= 0 && !is_private)
        result = bus.set_bus_client(connection, 1);
    if (result >= 0)
        result = bus.start(connection);
    if (result >= 0)
        result = bus.match_signal(connection, NULL, is_private ? NULL : MANAGER, MANAGER_PATH,
                                  MANAGER_INTERFACE, "JobRemoved", on_job_removed, &job);
    if (result < 0)
        result = bus_failed(error, "cannot connect to the user's service manager", result);
    else
        result = start_unit(connection, unit, description, limits, &job, error);
    if (result >= 0)
        result = wait_for_job(connection, &job, error);
    bus.close(connection);
    return result < 0 ? -1 : 0;
}

#else

bool service_scope_is_available(void)
{
    (void)find_manager;
    return false;
}

int service_scope_enter(const char *unit, const char *description,
                        const struct resource_limits *limits, struct error *error)
{
    (void)unit, (void)description, (void)limits;
    return error_set(error, ERROR_UNSUPPORTED, "this happyd was built without systemd");
}

#endif
