/* A lock that one process holds for as long as it lives, whatever way it ends (flock(2)). */
#ifndef OS_LOCK_FILE_H
#define OS_LOCK_FILE_H

#include <sys/types.h>

#include "wire/error.h"

/* Takes the lock and writes this process's id into the file. Returns the descriptor that holds it
   (close-on-exec; close it to let go), or -1: ERROR_EXISTS when another process has it, whose id is
   then in `*owner` (0 when it is not known). `owner` may be NULL. */
int lock_file_take(const char *path, pid_t *owner, struct error *error);

/* Writes this process's id again: after a fork(), by the child that keeps the lock. */
void lock_file_write_pid(int descriptor);

#endif
