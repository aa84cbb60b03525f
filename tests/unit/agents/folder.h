/* A temporary folder with files in it, for tests. */
#ifndef TESTS_UNIT_AGENTS_FOLDER_H
#define TESTS_UNIT_AGENTS_FOLDER_H

/* Makes an empty folder, whose real path is returned until the next call. The one before goes. */
const char *folder_new(void);
void folder_free(void);

/* "<folder>/<name>"; the last eight results are valid. */
const char *folder_path(const char *name);

/* Writes a file with these contents, and the directories above it. Returns its path. */
const char *folder_write(const char *name, const char *contents, int mode);

/* Makes a symbolic link. */
void folder_link(const char *target, const char *name);

#endif
