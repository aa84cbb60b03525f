/* Which files a process and its descendants hold open. */
#ifndef OS_OPEN_FILE_H
#define OS_OPEN_FILE_H

#include <stdbool.h>

/* The path of an open file of `pid` or of a descendant for which `wanted` returns true; the caller
   frees it. NULL when there is none, or where the system does not tell (then other ways are
   needed). At most 256 processes are looked at. */
char *open_file_find(int pid, bool (*wanted)(const char *path, void *context), void *context);

#endif
