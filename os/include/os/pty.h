/* Starts a program in a session of its own, on a pseudo-terminal or on pipes. The program dies with
   the caller where the system can do that (Linux: prctl(2), PR_SET_PDEATHSIG), so the caller must
   have one thread only. */
#ifndef OS_PTY_H
#define OS_PTY_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "wire/error.h"

struct program {
    const char *path;         /* executed as it is, no search in PATH */
    char *const *arguments;   /* argv, NULL-terminated */
    char *const *environment; /* NULL-terminated; the whole environment */
    const char *directory;    /* working directory */
    mode_t umask;
    struct rlimit core; /* RLIMIT_CORE that the program gets */
};

struct pty {
    int master; /* non-blocking */
    int slave;  /* kept open, so that the master reports no end as long as the caller wants none */
};

/* Starts `program` as the leader of a session whose controlling terminal is a new PTY of that size,
   with the settings of a login terminal (UTF-8, echo, signals). All signals are at their defaults
   and unblocked. Returns the process id; -1 with `error` filled when the PTY cannot be made or the
   program cannot be executed (the error says why, and which of directory and program it was). The
   descriptors of `pty` are the caller's to close. */
pid_t pty_start(const struct program *program, unsigned columns, unsigned rows, struct pty *pty,
                struct error *error);

/* The same on three pipes: `ends` receives the caller's ends of standard input, output and error,
   non-blocking. */
pid_t pipes_start(const struct program *program, int ends[3], struct error *error);

/* Tells the terminal its size; the foreground programs get SIGWINCH when it changed. */
void pty_set_size(int master, unsigned columns, unsigned rows);

/* The foreground process group of the terminal, or -1. */
pid_t pty_foreground_group(int master);

/* Gives this process the orphans among its descendants, where the system can do that. */
void process_adopt_orphans(void);

#endif
