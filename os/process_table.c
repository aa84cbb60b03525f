/* Linux: /proc, proc(5). macOS: libproc. Elsewhere: only whether a process is there. */
#include "process_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <libproc.h>
#include <sys/sysctl.h>
#endif

#include "os/process.h"

#define ARGUMENTS_MAX 1024

#ifdef __linux__

/* Returns the length, or -1. The text is terminated. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    size_t length = 0;
    ssize_t got;
    while (length < size - 1 && (got = read(descriptor, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    close(descriptor);
    text[length] = '\0';
    return (ssize_t)length;
}

/* proc(5), /proc/PID/stat: the name in parentheses may hold anything, so fields count from the last
   parenthesis: 3 state, 4 ppid, 6 session, 14–17 times, 22 start, 24 resident pages. */
bool process_table_read(pid_t pid, struct process_entry *entry)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    if (read_file(path, text, sizeof text) <= 0)
        return false;
    const char *fields = strrchr(text, ')');
    char state;
    long parent, session, resident;
    unsigned long long user, system, start;
    long long child_user, child_system;
    if (!fields || sscanf(fields + 1,
                          " %c %ld %*d %ld %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld %*d %*d "
                          "%*d %*d %llu %*u %ld",
                          &state, &parent, &session, &user, &system, &child_user, &child_system,
                          &start, &resident) != 9)
        return false;
    double ticks = (double)user + (double)system + (double)child_user + (double)child_system;
    *entry = (struct process_entry){
        .parent = (pid_t)parent,
        .session = (pid_t)session,
        .zombie = state == 'Z' || state == 'X',
        .start_time = start + 1,
        .cpu_seconds = ticks / (double)sysconf(_SC_CLK_TCK),
        .memory_bytes = (int64_t)resident * sysconf(_SC_PAGESIZE),
    };
    return true;
}

/* The children that one thread has forked (/proc/PID/task/TID/children). -1: no such file. */
static int add_children(const char *path, pid_t *children, size_t most, size_t *count)
{
    char text[16384];
    if (read_file(path, text, sizeof text) < 0)
        return -1;
    char *next = text;
    while (*count < most) {
        char *end;
        long child = strtol(next, &end, 10);
        if (end == next)
            break;
        children[(*count)++] = (pid_t)child;
        next = end;
    }
    return 0;
}

/* Calls nobody back: fills `found` with the processes whose parent (or session) is `wanted`. */
static size_t scan(pid_t wanted, bool by_session, pid_t *found, size_t most)
{
    DIR *directory = opendir("/proc");
    size_t count = 0;
    struct dirent *item;
    while (directory && count < most && (item = readdir(directory))) {
        struct process_entry entry;
        pid_t pid = (pid_t)strtol(item->d_name, NULL, 10);
        if (pid > 0 && process_table_read(pid, &entry) &&
            (by_session ? entry.session : entry.parent) == wanted)
            found[count++] = pid;
    }
    if (directory)
        closedir(directory);
    return count;
}

size_t process_table_children(pid_t pid, pid_t *children, size_t most)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        return 0;
    size_t count = 0;
    bool readable = true;
    struct dirent *task;
    while (readable && (task = readdir(tasks))) {
        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%ld/task/%.20s/children", (long)pid, task->d_name);
        /* A thread that ended meanwhile has no such file; a kernel without it has none for any. */
        if (add_children(path, children, most, &count) < 0)
            readable = access("/proc/self/task", R_OK) == 0 &&
                       access("/proc/thread-self/children", R_OK) == 0;
    }
    closedir(tasks);
    return readable ? count : scan(pid, false, children, most);
}

size_t process_table_session(pid_t session, pid_t *members, size_t most)
{
    return scan(session, true, members, most);
}

void process_boot_id(char id[PROCESS_BOOT_ID_SIZE])
{
    if (read_file("/proc/sys/kernel/random/boot_id", id, PROCESS_BOOT_ID_SIZE) < 0)
        id[0] = '\0';
    id[strcspn(id, "\n")] = '\0';
}

char *process_directory(pid_t pid)
{
    char path[64], target[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%ld/cwd", (long)pid);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0)
        return NULL;
    target[length] = '\0';
    return strdup(target);
}

char **process_arguments(pid_t pid)
{
    char path[64];
    size_t size = 128 * 1024;
    snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
    char *text = malloc(size);
    char **arguments = calloc(ARGUMENTS_MAX + 1, sizeof *arguments);
    ssize_t length = text && arguments ? read_file(path, text, size) : -1;
    size_t count = 0;
    for (char *next = text; length > 0 && next < text + length && count < ARGUMENTS_MAX;) {
        arguments[count++] = strdup(next);
        next += strlen(next) + 1;
    }
    free(text);
    if (count > 0)
        return arguments;
    free(arguments);
    return NULL;
}

#else

#ifdef __APPLE__
bool process_table_read(pid_t pid, struct process_entry *entry)
{
    struct proc_taskallinfo info;
    if (proc_pidinfo(pid, PROC_PIDTASKALLINFO, 0, &info, sizeof info) != (int)sizeof info)
        return false;
    *entry = (struct process_entry){
        .parent = (pid_t)info.pbsd.pbi_ppid,
        .session = getsid(pid),
        .zombie = info.pbsd.pbi_status == 5, /* SZOMB */
        .start_time = info.pbsd.pbi_start_tvsec * 1000000u + info.pbsd.pbi_start_tvusec + 1,
        .cpu_seconds = (double)(info.ptinfo.pti_total_user + info.ptinfo.pti_total_system) / 1e9,
        .memory_bytes = (int64_t)info.ptinfo.pti_resident_size,
    };
    return true;
}

size_t process_table_children(pid_t pid, pid_t *children, size_t most)
{
    int count = proc_listchildpids(pid, children, (int)(most * sizeof *children));
    return count > 0 ? (size_t)count : 0;
}
#else
bool process_table_read(pid_t pid, struct process_entry *entry)
{
    *entry = (struct process_entry){.start_time = 1};
    return kill(pid, 0) == 0;
}

size_t process_table_children(pid_t pid, pid_t *children, size_t most)
{
    (void)pid, (void)children, (void)most;
    return 0;
}
#endif

size_t process_table_session(pid_t session, pid_t *members, size_t most)
{
    (void)session, (void)members, (void)most;
    return 0;
}

void process_boot_id(char id[PROCESS_BOOT_ID_SIZE])
{
    id[0] = '\0';
#ifdef __APPLE__
    size_t size = PROCESS_BOOT_ID_SIZE;
    if (sysctlbyname("kern.bootsessionuuid", id, &size, NULL, 0) < 0)
        id[0] = '\0';
#endif
}

char *process_directory(pid_t pid)
{
    (void)pid;
    return NULL;
}

char **process_arguments(pid_t pid)
{
    (void)pid;
    return NULL;
}
#endif
