/* File descriptors and the programs that a process executes. */
#ifndef OS_DESCRIPTORS_H
#define OS_DESCRIPTORS_H

/* A pipe that executed programs do not inherit, as pipe(2): -1 with errno set. */
int descriptors_pipe(int ends[2]);

/* Closes all descriptors from `first` on. */
void descriptors_close_from(int first);

#endif
