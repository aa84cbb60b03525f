/* One row of the system's process table at a time: what process.c is made of. */
#ifndef OS_PROCESS_TABLE_H
#define OS_PROCESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process_entry {
    pid_t parent, session;
    bool zombie;
    uint64_t start_time;
    double cpu_seconds;
    int64_t memory_bytes;
};

/* False when there is no such process. */
bool process_table_read(pid_t pid, struct process_entry *entry);

/* The children of `pid`, at most `most`. Returns how many. */
size_t process_table_children(pid_t pid, pid_t *children, size_t most);

/* The processes of the session `session` (setsid(2)), at most `most`. Returns how many. */
size_t process_table_session(pid_t session, pid_t *members, size_t most);

#endif
