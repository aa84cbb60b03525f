#include "claude_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/buffer.h"
#include "wire/json.h"

static const char *const events[] = {
    "SessionStart",      "UserPromptSubmit", "Stop",         "StopFailure",
    "PermissionRequest", "PostToolUse",      "Notification", "SessionEnd",
};

/* The hook's command goes through a shell. */
static void append_quoted(struct buffer *buffer, const char *string)
{
    buffer_append_byte(buffer, '\'');
    for (; *string; string++) {
        if (*string == '\'')
            buffer_append_string(buffer, "'\\''");
        else
            buffer_append_byte(buffer, *string);
    }
    buffer_append_byte(buffer, '\'');
}

static struct json_object *make_entry(const char *command)
{
    struct json_object *hook = json_object_new_object(), *hooks = json_object_new_array(),
                       *entry = json_object_new_object();
    json_put_string(hook, "type", "command");
    json_put_string(hook, "command", command);
    json_put_integer(hook, "timeout", 10);
    json_object_array_add(hooks, hook);
    json_put_string(entry, "matcher", "*");
    json_put(entry, "hooks", hooks);
    return entry;
}

static int add_hooks(struct json_object *settings, const char *command, struct error *error)
{
    struct json_object *hooks = NULL;
    if (!json_get_object(settings, "hooks", &hooks, error))
        return -1;
    if (!hooks) {
        hooks = json_object_new_object();
        json_put(settings, "hooks", hooks);
    }
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        struct json_object *entries = NULL;
        if (!json_get_array(hooks, events[i], &entries, error))
            return -1;
        if (!entries) {
            entries = json_object_new_array();
            json_put(hooks, events[i], entries);
        }
        json_object_array_add(entries, make_entry(command));
    }
    return 0;
}

char *claude_settings_make(const char *theirs, const char *program, struct error *error)
{
    struct json_object *settings =
        theirs ? json_parse(theirs, strlen(theirs), error) : json_object_new_object();
    struct buffer command = {0};
    char *text = NULL;
    if (!settings)
        return NULL;
    if (!json_object_is_type(settings, json_type_object)) {
        error_set(error, ERROR_INVALID, "settings must be a JSON object");
        goto out;
    }
    append_quoted(&command, program);
    if (command.failed)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (add_hooks(settings, command.data, error) == 0)
        text = strdup(json_line(settings));
out:
    buffer_free(&command);
    json_object_put(settings);
    return text;
}

static char *read_file(const char *path, struct error *error)
{
    struct buffer text = {0};
    char chunk[8192];
    ssize_t length;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        error_set_errno(error, "cannot open %.200s", path);
        return NULL;
    }
    while ((length = read(file, chunk, sizeof chunk)) > 0 && text.length <= CLAUDE_SETTINGS_MAX)
        buffer_append(&text, chunk, (size_t)length);
    close(file);
    if (length == 0 && !text.failed && strlen(buffer_string(&text)) == text.length)
        return buffer_take(&text);
    error_set(error, ERROR_INVALID, "%.200s cannot be read or is too long", path);
    buffer_free(&text);
    return NULL;
}

char *claude_settings_read(const char *value, const char *directory, struct error *error)
{
    if (value[strspn(value, " \t\r\n")] == '{')
        return strdup(value);
    if (value[0] == '/')
        return read_file(value, error);
    char *path, *text = NULL;
    if (asprintf(&path, "%s/%s", directory, value) < 0)
        return NULL;
    text = read_file(path, error);
    free(path);
    return text;
}

char *claude_settings_path(const char *holder_socket)
{
    char *path;
    return asprintf(&path, "%s.settings.json", holder_socket) < 0 ? NULL : path;
}

int claude_settings_write(const char *path, const char *settings, struct error *error)
{
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return error_set_errno(error, "cannot create %.200s", path);
    size_t length = strlen(settings), done = 0;
    while (done < length) {
        ssize_t written = write(file, settings + done, length - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            error_set_errno(error, "cannot write %.200s", path);
            close(file);
            unlink(path);
            return -1;
        }
        done += (size_t)written;
    }
    close(file);
    return 0;
}
