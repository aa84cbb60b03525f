#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "os/clock.h"
#include "os/lock_file.h"
#include "os/process.h"
#include "os/service_notify.h"

/* A child that waits for its end, with `depth` descendants in a row; returns when all are there. */
static pid_t start_tree(int depth)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ready[0]);
        while (depth-- > 0 && fork() == 0)
            ;
        if (depth < 0 && write(ready[1], "r", 1) < 0)
            _exit(1);
        close(ready[1]);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

static void a_process_is_known_by_its_start_time(void **state)
{
    (void)state;
    pid_t pid = start_tree(0);
    uint64_t started = process_start_time(pid);
    assert_true(started > 0);
    assert_true(process_is_alive(pid, started));
    assert_false(process_is_alive(pid, started + 1));
    assert_false(process_is_alive(0, 0));
    kill(pid, SIGKILL);
    siginfo_t info;
    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
    assert_false(process_is_alive(pid, started)); /* a zombie */
    waitpid(pid, NULL, 0);
    assert_false(process_is_alive(pid, started));
    assert_true(process_start_time(pid) == 0);
}

static void the_whole_tree_counts(void **state)
{
    (void)state;
    struct process_usage usage;
    pid_t pid = start_tree(3);
    assert_true(process_tree_usage(pid, &usage));
    assert_int_equal(usage.processes, 4);
    assert_true(usage.memory_bytes > 4 * 4096);
    assert_true(usage.cpu_seconds >= 0);
    uint64_t started = process_start_time(pid);
    assert_int_equal(process_tree_kill(pid, started + 1, SIGKILL), 0);
    assert_true(process_is_alive(pid, started));
    assert_true(process_tree_kill(pid, started, SIGKILL) >= 4);
    waitpid(pid, NULL, 0);
    assert_false(process_tree_usage(pid, &usage));
}

static void own_process_is_described(void **state)
{
    (void)state;
    char id[PROCESS_BOOT_ID_SIZE], again[PROCESS_BOOT_ID_SIZE];
    process_boot_id(id);
    process_boot_id(again);
    assert_string_equal(id, again);
    assert_true(strlen(id) > 0);
    assert_true(process_own_memory() > 100000);
    char here[4096], *directory = process_directory(getpid());
    assert_non_null(getcwd(here, sizeof here));
    assert_string_equal(directory, here);
    free(directory);
    char **arguments = process_arguments(getpid());
    assert_non_null(arguments);
    assert_non_null(strstr(arguments[0], "test_process"));
    process_arguments_free(arguments);
    assert_string_equal(process_signal_name(SIGTERM), "TERM");
    assert_null(process_signal_name(-1));
}

static void core_dumps_are_forbidden(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit;
        process_forbid_core_dump();
        getrlimit(RLIMIT_CORE, &limit);
        _exit(limit.rlim_cur == 0 ? 0 : 1);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static void a_lock_is_held_by_one_process(void **state)
{
    (void)state;
    char path[] = "/tmp/happy-lock-XXXXXX";
    struct error error;
    close(mkstemp(path));
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (lock_file_take(path, NULL, &error) < 0 || write(ready[1], "r", 1) < 0)
            _exit(1);
        for (;;)
            pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    pid_t owner = 0;
    assert_int_equal(lock_file_take(path, &owner, &error), -1);
    assert_int_equal(error.code, ERROR_EXISTS);
    assert_int_equal(owner, pid);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    int lock = lock_file_take(path, &owner, &error);
    assert_true(lock >= 0);
    close(lock);
    unlink(path);
    close(ready[0]);
    close(ready[1]);
    assert_int_equal(lock_file_take("/nowhere/lock", &owner, &error), -1);
    assert_int_equal(error.code, ERROR_SYSTEM);
}

static int bind_manager(const char *name, bool abstract)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int manager = socket(AF_UNIX, SOCK_DGRAM, 0);
    strcpy(address.sun_path, name);
    if (abstract)
        address.sun_path[0] = '\0';
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    assert_int_equal(bind(manager, (struct sockaddr *)&address, length), 0);
    return manager;
}

static void a_service_manager_is_told(void **state)
{
    (void)state;
    char name[64], message[128];
    snprintf(name, sizeof name, "@happy-test-%d", (int)getpid());
    int manager = bind_manager(name, true);
    setenv("NOTIFY_SOCKET", name, 1);
    setenv("WATCHDOG_USEC", "3000000", 1);
    setenv("INVOCATION_ID", "x", 1);
    struct service_notify *service = service_notify_new();
    assert_null(getenv("NOTIFY_SOCKET"));
    assert_null(getenv("INVOCATION_ID"));
    assert_int_equal(service_notify_watchdog_ms(service), 1500);
    assert_true(service_notify_is_systemd(service));
    service_notify_send(service, "STATUS=%d of them", 3);
    ssize_t length = recv(manager, message, sizeof message, 0);
    assert_int_equal(length, strlen("STATUS=3 of them"));
    assert_memory_equal(message, "STATUS=3 of them", (size_t)length);
    close(manager);
    service_notify_send(service, "READY=1"); /* nobody listens: nothing happens */
    service_notify_free(service);
}

static void without_a_service_manager_nothing_happens(void **state)
{
    (void)state;
    int others;
    setenv("WATCHDOG_USEC", "1000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", "1", 1);
    struct service_notify *service = service_notify_new();
    service_notify_send(service, "READY=1");
    assert_int_equal(service_notify_watchdog_ms(service), 0);
    assert_false(service_notify_is_systemd(service));
    assert_int_equal(service_notify_take_socket(service, "/tmp/x", &others), -1);
    assert_int_equal(others, 0);
    service_notify_free(service);
}

static void clocks_go_forward(void **state)
{
    (void)state;
    int64_t start = clock_monotonic_ms();
    assert_true(clock_now_ms() > 1600000000000);
    usleep(20000);
    assert_true(clock_monotonic_ms() - start >= 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_is_known_by_its_start_time),
        cmocka_unit_test(the_whole_tree_counts),
        cmocka_unit_test(own_process_is_described),
        cmocka_unit_test(core_dumps_are_forbidden),
        cmocka_unit_test(a_lock_is_held_by_one_process),
        cmocka_unit_test(a_service_manager_is_told),
        cmocka_unit_test(without_a_service_manager_nothing_happens),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
