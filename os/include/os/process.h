/* What the system knows of processes: who is alive, whose children they are, what they use. */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_BOOT_ID_SIZE 40

/* When the process started, in a unit of the system's own, never 0; 0 when there is no such
   process. Together with the process id it names one process until the machine is restarted. */
uint64_t process_start_time(pid_t pid);

/* True while the process that had this start time lives; a zombie does not live. */
bool process_is_alive(pid_t pid, uint64_t start_time);

struct process_usage {
    double cpu_seconds;   /* user and system, with that of children that ended */
    int64_t memory_bytes; /* resident */
    int processes;
};

/* Sums over `pid` and all its descendants. False when there is no such process. */
bool process_tree_usage(pid_t pid, struct process_usage *usage);

/* Sends the signal to `pid`, to all its descendants and to what is left in its session (setsid(2)),
   also when `pid` itself has ended; but to nobody when `pid` is another process now than the one
   that had this start time. Returns how often it was sent. */
int process_tree_kill(pid_t pid, uint64_t start_time, int signal);

/* A text that changes whenever the machine is restarted; empty when the system has none. */
void process_boot_id(char id[PROCESS_BOOT_ID_SIZE]);

/* The working directory; NULL when it cannot be learnt. The caller frees it. */
char *process_directory(pid_t pid);

/* The arguments, NULL-terminated, at most 1,024; NULL when they cannot be learnt. Free with
   process_arguments_free(). */
char **process_arguments(pid_t pid);
void process_arguments_free(char **arguments);

/* "KILL" for SIGKILL; NULL when the signal has no name. */
const char *process_signal_name(int signal);

/* From here on this process leaves no core dump and cannot be traced by others of its user: its
   memory holds environments of agents. */
void process_forbid_core_dump(void);

/* Large blocks of memory go back to the system as soon as they are freed. */
void process_return_memory(void);

/* Resident memory of this process, bytes; 0 when it is not known. */
int64_t process_own_memory(void);

#endif
