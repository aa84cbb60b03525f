#include "os/process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "process_table.h"

#define TREE_MAX 4096

/* `pid` and its descendants, breadth first. A process that is born or dies meanwhile may be missed
   or counted: a list is a photograph. */
static size_t list_tree(pid_t pid, pid_t *tree)
{
    size_t count = 1;
    tree[0] = pid;
    for (size_t i = 0; i < count && count < TREE_MAX; i++)
        count += process_table_children(tree[i], tree + count, TREE_MAX - count);
    return count;
}

uint64_t process_start_time(pid_t pid)
{
    struct process_entry entry;
    return process_table_read(pid, &entry) ? entry.start_time : 0;
}

bool process_is_alive(pid_t pid, uint64_t start_time)
{
    struct process_entry entry;
    return pid > 0 && process_table_read(pid, &entry) && !entry.zombie &&
           entry.start_time == start_time;
}

bool process_tree_usage(pid_t pid, struct process_usage *usage)
{
    pid_t tree[TREE_MAX];
    *usage = (struct process_usage){0};
    size_t count = list_tree(pid, tree);
    for (size_t i = 0; i < count; i++) {
        struct process_entry entry;
        if (!process_table_read(tree[i], &entry))
            continue;
        usage->cpu_seconds += entry.cpu_seconds;
        usage->memory_bytes += entry.memory_bytes;
        usage->processes++;
    }
    return usage->processes > 0;
}

int process_tree_kill(pid_t pid, uint64_t start_time, int signal)
{
    pid_t tree[TREE_MAX];
    int killed = 0;
    uint64_t now = process_start_time(pid);
    if (pid <= 1 || start_time == 0 || (now != 0 && now != start_time))
        return 0;
    size_t count = now ? list_tree(pid, tree) : 0;
    size_t descendants = count;
    if (count < TREE_MAX)
        count += process_table_session(pid, tree + count, TREE_MAX - count);
    for (size_t i = count; i-- > 0;) {
        bool ours = i < descendants || process_start_time(tree[i]) >= start_time;
        if (ours && tree[i] > 1 && tree[i] != getpid() && kill(tree[i], signal) == 0)
            killed++;
    }
    return killed;
}

void process_arguments_free(char **arguments)
{
    for (size_t i = 0; arguments && arguments[i]; i++)
        free(arguments[i]);
    free(arguments);
}

const char *process_signal_name(int signal)
{
#ifdef __GLIBC__
    return sigabbrev_np(signal);
#else
    return signal > 0 && signal < NSIG ? sys_signame[signal] : NULL;
#endif
}

void process_forbid_core_dump(void)
{
    struct rlimit none = {0, 0};
    getrlimit(RLIMIT_CORE, &none);
    none.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &none);
#if defined(HAVE_SYS_PRCTL_H) && defined(PR_SET_DUMPABLE)
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

void process_return_memory(void)
{
#ifdef __GLIBC__
    /* Else the limits rise with each large block that is freed. */
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
#endif
}

int64_t process_own_memory(void)
{
    struct process_entry entry;
    return process_table_read(getpid(), &entry) ? entry.memory_bytes : 0;
}
