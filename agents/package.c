#include "package.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/json.h"

#define PACKAGE_FILE_MAX   (64u * 1024u)
#define PACKAGE_LEVELS_MAX 4 /* directories above the program that are looked into */

/* 1: the package, of at least that version; 0: an older one; -1: not the package. */
static int check_file(const char *path, const char *name, int major, int minor)
{
    int result = -1;
    char *text = malloc(PACKAGE_FILE_MAX);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 && text ? read(file, text, PACKAGE_FILE_MAX) : -1;
    struct json_object *package = length > 0 ? json_parse(text, (size_t)length, NULL) : NULL;
    const char *its_name = "", *version = "";
    int its_major, its_minor;
    if (package && json_object_is_type(package, json_type_object) &&
        json_get_string(package, "name", &its_name, NULL) &&
        json_get_string(package, "version", &version, NULL) && strcmp(its_name, name) == 0)
        result = sscanf(version, "%d.%d", &its_major, &its_minor) == 2 &&
                 (its_major > major || (its_major == major && its_minor >= minor));
    json_object_put(package);
    if (file >= 0)
        close(file);
    free(text);
    return result;
}

bool package_is_at_least(const char *program, const char *name, int major, int minor)
{
    char *directory = realpath(program, NULL);
    int found = -1;
    for (int level = 0; directory && found < 0 && level < PACKAGE_LEVELS_MAX; level++) {
        char *slash = strrchr(directory, '/'), *path;
        if (!slash || slash == directory)
            break;
        *slash = '\0';
        if (asprintf(&path, "%s/package.json", directory) < 0)
            break;
        found = check_file(path, name, major, minor);
        free(path);
    }
    free(directory);
    return found == 1;
}
