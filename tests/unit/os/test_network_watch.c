#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __linux__
#include <net/if.h>
#include <sched.h>
#endif

#include "os/network_watch.h"

static void nothing_is_told_while_nothing_happens(void **state)
{
    (void)state;
    struct error error;
    int descriptor = network_watch_open(&error);
    if (descriptor < 0) {
        print_message("skipped: %s\n", error.message);
        skip();
    }
    network_watch_read(descriptor);
    assert_false(network_watch_read(descriptor));
    close(descriptor);
}

#ifdef __linux__

enum { TOLD, NOT_TOLD, NO_NETWORK };

static int set_up(int descriptor, bool up)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0};
    return ioctl(descriptor, SIOCSIFFLAGS, &request);
}

static int wait_for_change(int watch)
{
    struct pollfd poll_for = {.fd = watch, .events = POLLIN};
    while (poll(&poll_for, 1, 10000) > 0)
        if (network_watch_read(watch))
            return TOLD;
    return NOT_TOLD;
}

/* In a network of its own, whose only interface comes up and goes down. */
static int run_in_own_network(void)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return NO_NETWORK;
    int watch = network_watch_open(NULL), descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (watch < 0 || descriptor < 0 || set_up(descriptor, true) != 0)
        return NO_NETWORK;
    if (wait_for_change(watch) != TOLD)
        return NOT_TOLD;
    while (network_watch_read(watch))
        ;
    if (set_up(descriptor, false) != 0)
        return NO_NETWORK;
    return wait_for_change(watch);
}

static void an_interface_that_comes_and_goes_is_told(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(run_in_own_network());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_NETWORK) {
        print_message("skipped: this user cannot make a network\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), TOLD);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_while_nothing_happens),
#ifdef __linux__
        cmocka_unit_test(an_interface_that_comes_and_goes_is_told),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
