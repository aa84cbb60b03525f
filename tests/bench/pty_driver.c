/* Plays a terminal for benchmarks: runs a command on a PTY and measures.

     pty_driver echo COUNT READY COMMAND…  wait for READY, type COUNT keys one by one, print the
                                           percentiles of key → echo in microseconds, as JSON
     pty_driver drain COMMAND…             read everything as fast as it comes, print bytes and
   seconds */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ECHO_TIMEOUT_MS 10000

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what)
{
    fprintf(stderr, "pty_driver: %s: %s\n", what, strerror(errno));
    exit(1);
}

static pid_t spawn(char **command, int *master)
{
    struct winsize size = {.ws_row = 50, .ws_col = 120};
    pid_t child = forkpty(master, NULL, NULL, &size);
    if (child < 0)
        die("forkpty");
    if (child == 0) {
        execvp(command[0], command);
        die(command[0]);
    }
    return child;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Reads until `wanted` has come; false at the end of the stream or after the time limit. */
static bool read_until(int master, const char *wanted)
{
    char window[8192];
    size_t length = 0, keep = strlen(wanted) - 1;
    for (;;) {
        struct pollfd ready = {.fd = master, .events = POLLIN};
        if (poll(&ready, 1, ECHO_TIMEOUT_MS) <= 0)
            return false;
        ssize_t got = read(master, window + length, sizeof window - length);
        if (got <= 0)
            return false;
        length += (size_t)got;
        if (memmem(window, length, wanted, strlen(wanted)))
            return true;
        if (length > keep) {
            memmove(window, window + length - keep, keep);
            length = keep;
        }
    }
}

static int measure_echo(int count, const char *ready, char **command)
{
    int master;
    pid_t child = spawn(command, &master);
    if (!read_until(master, ready)) {
        fprintf(stderr, "pty_driver: %s was not seen\n", ready);
        kill(child, SIGKILL);
        return 1;
    }
    double *times = calloc((size_t)count, sizeof *times);
    for (int i = 0; i < count; i++) {
        char key[2] = {(char)('a' + i % 26), '\0'};
        double start = seconds();
        if (write(master, key, 1) != 1 || !read_until(master, key)) {
            fprintf(stderr, "pty_driver: key %d was not echoed\n", i);
            kill(child, SIGKILL);
            free(times);
            return 1;
        }
        times[i] = (seconds() - start) * 1e6;
        /* People and their terminals do not type back to back. */
        struct timespec pause = {.tv_nsec = 500000};
        nanosleep(&pause, NULL);
    }
    qsort(times, (size_t)count, sizeof *times, by_value);
    printf("{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n", times[count / 2], times[count * 99 / 100],
           times[count - 1]);
    free(times);
    kill(child, SIGHUP);
    close(master);
    waitpid(child, NULL, 0);
    return 0;
}

static int measure_drain(char **command)
{
    int master;
    pid_t child = spawn(command, &master);
    static char block[1 << 18];
    unsigned long long total = 0;
    double start = seconds();
    for (;;) {
        ssize_t got = read(master, block, sizeof block);
        if (got > 0)
            total += (unsigned long long)got;
        else if (got < 0 && errno == EINTR)
            continue;
        else
            break;
    }
    printf("{\"bytes\":%llu,\"seconds\":%.4f}\n", total, seconds() - start);
    waitpid(child, NULL, 0);
    return 0;
}

static int measure_runs(int count, char **command)
{
    double *times = calloc((size_t)count, sizeof *times);
    long largest = 0;
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    for (int file = 0; file < 3; file++)
        posix_spawn_file_actions_addopen(&quiet, file, "/dev/null", O_RDWR, 0);
    for (int i = -1; i < count; i++) { /* the first one warms up */
        double start = seconds();
        pid_t child;
        if (posix_spawnp(&child, command[0], &quiet, NULL, command, environ) != 0)
            die(command[0]);
        struct rusage usage;
        int status;
        wait4(child, &status, 0, &usage);
        if (i < 0)
            continue;
        times[i] = (seconds() - start) * 1e3;
        if (usage.ru_maxrss > largest)
            largest = usage.ru_maxrss;
    }
    qsort(times, (size_t)count, sizeof *times, by_value);
    printf("{\"ms\":%.2f,\"kib\":%ld}\n", times[count / 2], largest);
    posix_spawn_file_actions_destroy(&quiet);
    free(times);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "run") == 0 && atoi(argv[2]) > 0)
        return measure_runs(atoi(argv[2]), argv + 3);
    if (argc > 4 && strcmp(argv[1], "echo") == 0)
        return measure_echo(atoi(argv[2]), argv[3], argv + 4);
    if (argc > 2 && strcmp(argv[1], "drain") == 0)
        return measure_drain(argv + 2);
    fprintf(stderr,
            "usage: pty_driver echo COUNT READY COMMAND… | drain COMMAND… | run COUNT COMMAND…\n");
    return 2;
}
