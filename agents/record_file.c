#include "record_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "wire/json.h"

struct json_object *record_file_head(const char *path)
{
    struct json_object *head = NULL;
    char *text = malloc(RECORD_HEAD_MAX);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t length = 0;
    size_t filled = 0;
    char *end = NULL;
    while (file >= 0 && text && !end && filled < RECORD_HEAD_MAX &&
           (length = read(file, text + filled, RECORD_HEAD_MAX - filled)) > 0) {
        end = memchr(text + filled, '\n', (size_t)length);
        filled += (size_t)length;
    }
    if (end)
        head = json_parse(text, (size_t)(end - text), NULL);
    if (file >= 0)
        close(file);
    free(text);
    if (head && !json_object_is_type(head, json_type_object)) {
        json_object_put(head);
        head = NULL;
    }
    return head;
}

void record_file_tail(const char *path, struct buffer *tail)
{
    char bytes[8192];
    ssize_t length;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return;
    off_t size = lseek(file, 0, SEEK_END);
    lseek(file, size > (off_t)RECORD_TAIL_MAX ? size - (off_t)RECORD_TAIL_MAX : 0, SEEK_SET);
    while (tail->length < RECORD_TAIL_MAX && (length = read(file, bytes, sizeof bytes)) > 0)
        buffer_append(tail, bytes, (size_t)length);
    close(file);
}

int64_t record_time(const char *text)
{
    struct tm tm = {0};
    int milliseconds = 0;
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (!rest)
        return -1;
    if (*rest == '.' && sscanf(rest, ".%3d", &milliseconds) != 1)
        return -1;
    if (rest[strlen(rest) - (*rest ? 1 : 0)] != 'Z')
        return -1;
    return (int64_t)timegm(&tm) * 1000 + milliseconds;
}

int64_t record_file_written_at(const char *path)
{
    struct stat status;
    if (lstat(path, &status) < 0 || !S_ISREG(status.st_mode))
        return -1;
#ifdef __APPLE__
    return (int64_t)status.st_mtimespec.tv_sec * 1000 + status.st_mtimespec.tv_nsec / 1000000;
#else
    return (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
#endif
}
