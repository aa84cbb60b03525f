/* The data directory, and the secret that is made in it at the first start. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/log.h"
#include "settings.h"
#include "wire/hex.h"
#include "wire/random.h"

#define SECRET_NAME "master-secret"
#define SECRET_SIZE 32u /* random bytes, in hex as the official programs make it */

/* What others can read is no secret, and what they can write is not ours. */
static int check_owner(const char *path, const struct stat *status, mode_t forbidden,
                       const char *mode, struct error *error)
{
    if (status->st_uid != geteuid()) {
        error_set(error, ERROR_REFUSED, "%s belongs to another user", path);
        return error_fix(error, "run the server as its owner");
    }
    if ((status->st_mode & forbidden) == 0)
        return 0;
    error_set(error, ERROR_REFUSED, "%s is open to other users", path);
    return error_fix(error, "chmod %s %s", mode, path);
}

static int make_directory(struct settings *settings, struct error *error)
{
    struct stat status;
    const char *path = settings->data_directory;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return error_set_errno(error, "cannot make the data directory %s", path);
    char *absolute = realpath(path, NULL);
    if (!absolute || stat(absolute, &status) != 0) {
        error_set_errno(error, "cannot use the data directory %s", path);
        free(absolute);
        return -1;
    }
    free(settings->data_directory);
    settings->data_directory = absolute;
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INVALID, "%s is no directory", absolute);
    return check_owner(absolute, &status, S_IWGRP | S_IWOTH, "700", error);
}

static struct secret *read_secret(int descriptor, const char *path, struct error *error)
{
    struct secret *secret = secret_new(SETTINGS_SECRET_MAX + 1, error);
    if (!secret)
        return NULL;
    ssize_t got = read(descriptor, secret_writable(secret), SETTINGS_SECRET_MAX + 1);
    if (got < 0) {
        error_set_errno(error, "cannot read %s", path);
    } else {
        size_t length = (size_t)got;
        while (length > 0 && strchr("\r\n\t ", secret_bytes(secret)[length - 1]))
            length--;
        if (length > 0 && length <= SETTINGS_SECRET_MAX) {
            secret_truncate(secret, length);
            return secret;
        }
        error_set(error, ERROR_INVALID, "%s is %s", path, length ? "too long" : "empty");
        error_fix(error, "put back the secret that the server was started with before");
    }
    secret_free(secret);
    return NULL;
}

/* 1: it was read, 0: there is none, -1. */
static int load_secret(struct settings *settings, const char *path, struct error *error)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT ? 0 : error_set_errno(error, "cannot open %s", path);
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        error_set(error, ERROR_INVALID, "%s is no file", path);
    else if (check_owner(path, &status, 077, "600", error) == 0)
        settings->secret = read_secret(descriptor, path, error);
    close(descriptor);
    return settings->secret ? 1 : -1;
}

static int write_secret(int descriptor, struct error *error)
{
    struct secret *bytes = secret_random(&RANDOM_SYSTEM, SECRET_SIZE, error);
    struct buffer text = {0};
    int result = -1;
    if (!bytes)
        return -1;
    buffer_reserve(&text, 2 * SECRET_SIZE + 1);
    hex_encode(&text, secret_bytes(bytes), SECRET_SIZE);
    if (text.failed)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (write(descriptor, text.data, text.length) != (ssize_t)text.length ||
             fsync(descriptor) != 0)
        error_set_errno(error, "cannot write the master secret");
    else
        result = 0;
    secret_buffer_free(&text);
    secret_free(bytes);
    return result;
}

static int sync_directory(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = descriptor >= 0 ? fsync(descriptor) : -1;
    if (result != 0)
        error_set_errno(error, "cannot write %s to the disk", path);
    if (descriptor >= 0)
        close(descriptor);
    return result;
}

/* It gets its name once it is whole, and never takes the place of another. */
static int make_secret(const struct settings *settings, const char *path, struct error *error)
{
    char *draft = settings_path(settings, SECRET_NAME ".XXXXXX");
    int descriptor = draft ? mkostemp(draft, O_CLOEXEC) : -1;
    int result = -1;
    if (descriptor < 0) {
        error_set_errno(error, "cannot make %s", path);
        free(draft);
        return -1;
    }
    if (write_secret(descriptor, error) == 0) {
        result = link(draft, path) == 0 || errno == EEXIST
                     ? 0
                     : error_set_errno(error, "cannot make %s", path);
        if (result == 0)
            result = sync_directory(settings->data_directory, error);
    }
    unlink(draft);
    close(descriptor);
    free(draft);
    return result;
}

int settings_prepare(struct settings *settings, struct error *error)
{
    if (make_directory(settings, error) != 0)
        return -1;
    if (settings->secret)
        return 0;
    char *path = settings_path(settings, SECRET_NAME);
    if (!path)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int loaded = load_secret(settings, path, error);
    if (loaded == 0 && (loaded = make_secret(settings, path, error)) == 0) {
        loaded = load_secret(settings, path, error);
        log_info("made %s: whoever has it can log in as anybody", path);
    }
    free(path);
    return loaded == 1 ? 0 : -1;
}
