/* File descriptors of a process that is about to execute another program. */
#ifndef OS_DESCRIPTORS_H
#define OS_DESCRIPTORS_H

/* Closes all descriptors from `first` on. */
void descriptors_close_from(int first);

#endif
