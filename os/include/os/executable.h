/* Where the running program's own file lies. */
#ifndef OS_EXECUTABLE_H
#define OS_EXECUTABLE_H

/* The directory of the running program's file, links resolved; the caller frees it. NULL when the
   system does not tell. */
char *executable_directory(void);

#endif
