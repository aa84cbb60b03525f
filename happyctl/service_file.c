#include "service_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon_start.h"
#include "wire/buffer.h"

#define TEMPLATE_MAX (64u * 1024u)

char *service_file_in_config(const char *name)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int length = -1;
    if (config && config[0] == '/')
        length = asprintf(&path, "%s/%s", config, name);
    else if (home && home[0] == '/')
        length = asprintf(&path, "%s/.config/%s", home, name);
    return length < 0 ? NULL : path;
}

static int read_template(const char *name, struct buffer *text, struct error *error)
{
    const char *directory = getenv("HAPPY_DATA_DIR");
    char *path = NULL;
    if (asprintf(&path, "%s/%s", directory ? directory : PKGDATADIR, name) < 0)
        return error_set(error, ERROR_MEMORY, "out of memory");
    FILE *file = fopen(path, "re");
    char bytes[4096];
    size_t count;
    while (file && text->length < TEMPLATE_MAX && (count = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_append(text, bytes, count);
    bool failed = !file || ferror(file);
    if (failed) {
        error_set_errno(error, "cannot read the template %s", path);
        error_fix(error, "install happyd with: make install");
    }
    if (file)
        fclose(file);
    free(path);
    return failed ? -1 : 0;
}

/* The caller frees it. */
static char *program_directory(void)
{
    char *program = daemon_program();
    char *slash = program ? strrchr(program, '/') : NULL;
    if (slash)
        *slash = '\0';
    return program;
}

static void substitute(const char *text, const char *program_directory_path,
                       const struct paths *paths, struct buffer *result)
{
    const struct {
        const char *mark, *value;
    } marks[] = {{"@bindir@", program_directory_path}, {"@home@", paths->home}};
    while (*text) {
        size_t skipped = 0;
        for (size_t i = 0; i < sizeof marks / sizeof marks[0] && !skipped; i++) {
            size_t length = strlen(marks[i].mark);
            if (strncmp(text, marks[i].mark, length) == 0) {
                buffer_append_string(result, marks[i].value);
                skipped = length;
            }
        }
        if (!skipped)
            buffer_append_byte(result, *text);
        text += skipped ? skipped : 1;
    }
}

static int make_directories(const char *path, struct error *error)
{
    char *copy = strdup(path);
    if (!copy)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int result = 0;
    for (char *slash = strchr(copy + 1, '/'); slash && result == 0;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0755) < 0 && errno != EEXIST)
            result = error_set_errno(error, "cannot create the directory %s", copy);
        *slash = '/';
    }
    free(copy);
    return result;
}

/* A reader sees the old file or the new one, never half of it. */
static int write_file(const char *path, const struct buffer *text, struct error *error)
{
    char *temporary = NULL;
    if (asprintf(&temporary, "%s.%ld", path, (long)getpid()) < 0)
        return error_set(error, ERROR_MEMORY, "out of memory");
    FILE *file = fopen(temporary, "we");
    bool written = file && fwrite(buffer_string(text), 1, text->length, file) == text->length;
    if (file && fclose(file) != 0)
        written = false;
    if (!written || rename(temporary, path) < 0) {
        error_set_errno(error, "cannot write %s", path);
        unlink(temporary);
        written = false;
    }
    free(temporary);
    return written ? 0 : -1;
}

int service_file_install(const char *name, const char *path, const struct paths *paths,
                         struct error *error)
{
    struct buffer template = {0}, text = {0};
    char *directory = program_directory();
    int result = read_template(name, &template, error);
    if (result == 0 && directory)
        substitute(buffer_string(&template), directory, paths, &text);
    if (!directory || template.failed || text.failed)
        result = error_set(error, ERROR_MEMORY, "out of memory");
    if (result == 0)
        result = make_directories(path, error);
    if (result == 0)
        result = write_file(path, &text, error);
    free(directory);
    buffer_free(&template);
    buffer_free(&text);
    return result;
}
