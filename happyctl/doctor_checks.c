#include <dirent.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agents/agent.h"
#include "command.h"
#include "daemon_client.h"
#include "doctor.h"
#include "os/unix_socket.h"
#include "service_manager.h"
#include "spawn.h"

extern char **environ;

void doctor_check_daemon(struct doctor *doctor)
{
    struct error error;
    struct daemon_client *client = daemon_client_new(doctor->paths, false, &error);
    if (!client) {
        enum doctor_level level = error.code == ERROR_CLOSED ? DOCTOR_OK : DOCTOR_FAILURE;
        doctor_add(doctor, "happyd", level, level == DOCTOR_OK ? NULL : "happyctl daemon restart",
                   level == DOCTOR_OK ? "not running; happyctl starts it when needed%s" : "%s",
                   level == DOCTOR_OK ? "" : error.message);
        return;
    }
    struct json_object *answer =
        daemon_client_call(client, "daemon.status", NULL, CALL_TIMEOUT_MS, &error);
    const char *version = "?";
    int64_t pid = 0;
    if (!answer) {
        doctor_add(doctor, "happyd", DOCTOR_FAILURE, "happyctl daemon restart", "%s",
                   error.message);
    } else {
        json_get_string(answer, "version", &version, NULL);
        json_get_integer(answer, "pid", 0, INT64_MAX, &pid, NULL);
        bool same = strcmp(version, PACKAGE_VERSION) == 0;
        doctor_add(doctor, "happyd", same ? DOCTOR_OK : DOCTOR_WARNING,
                   same ? NULL : "happyctl daemon restart (agents go on)",
                   same ? "version %s answers, process %lld"
                        : "version %s answers, process %lld; happyctl is " PACKAGE_VERSION,
                   version, (long long)pid);
    }
    json_object_put(answer);
    daemon_client_free(client);
}

static void check_directory(struct doctor *doctor, const char *check, const char *path)
{
    struct stat status;
    char fix[512];
    if (lstat(path, &status) < 0) {
        enum doctor_level level = errno == ENOENT ? DOCTOR_OK : DOCTOR_FAILURE;
        doctor_add(doctor, check, level, NULL, level == DOCTOR_OK ? "%s will be made%s" : "%s: %s",
                   path, level == DOCTOR_OK ? "" : strerror(errno));
        return;
    }
    snprintf(fix, sizeof fix, "chmod 700 '%s'", path);
    if (!S_ISDIR(status.st_mode))
        doctor_add(doctor, check, DOCTOR_FAILURE, "set HAPPY_HOME_DIR to a directory",
                   "%s is not a directory", path);
    else if (status.st_uid != getuid())
        doctor_add(doctor, check, DOCTOR_FAILURE, "set HAPPY_HOME_DIR to a directory of your own",
                   "%s belongs to another user", path);
    else if (status.st_mode & 077)
        doctor_add(doctor, check, DOCTOR_WARNING, fix, "%s is open to other users", path);
    else
        doctor_add(doctor, check, DOCTOR_OK, NULL, "%s", path);
}

/* The first 16 bytes of a SQLite database (https://www.sqlite.org/fileformat.html). */
static void check_database(struct doctor *doctor)
{
    static const char magic[] = "SQLite format 3";
    const char *path = doctor->paths->database;
    char bytes[sizeof magic] = {0};
    FILE *file = fopen(path, "re");
    size_t count = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (!file && errno == ENOENT)
        doctor_add(doctor, "database", DOCTOR_OK, NULL, "%s will be made", path);
    else if (!file)
        doctor_add(doctor, "database", DOCTOR_FAILURE, "make it readable and writable for you",
                   "%s: %s", path, strerror(errno));
    else if (count && memcmp(bytes, magic, sizeof magic) != 0)
        doctor_add(doctor, "database", DOCTOR_FAILURE,
                   "happyctl daemon stop, move the file away, happyctl daemon start",
                   "%s is not a SQLite database", path);
    else if (access(path, W_OK) < 0)
        doctor_add(doctor, "database", DOCTOR_FAILURE, "make it writable for you", "%s: %s", path,
                   strerror(errno));
    else
        doctor_add(doctor, "database", DOCTOR_OK, NULL, "%s", path);
    if (file)
        fclose(file);
}

/* A holder that was killed leaves its socket behind; nobody answers there any more. */
static void check_sockets(struct doctor *doctor)
{
    DIR *directory = opendir(doctor->paths->holders);
    unsigned alive = 0, stale = 0;
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        char *path = NULL;
        struct error error;
        if (entry->d_name[0] == '.' ||
            asprintf(&path, "%s/%s", doctor->paths->holders, entry->d_name) < 0)
            continue;
        int descriptor = unix_socket_connect(path, &error);
        if (descriptor >= 0)
            close(descriptor);
        *(descriptor >= 0 ? &alive : &stale) += 1;
        free(path);
    }
    if (directory)
        closedir(directory);
    doctor_add(doctor, "holders", stale ? DOCTOR_WARNING : DOCTOR_OK,
               stale ? "happyctl daemon restart clears them away" : NULL,
               stale ? "%u answer, %u left a dead socket" : "%u answer", alive, stale);
}

void doctor_check_files(struct doctor *doctor)
{
    check_directory(doctor, "home", doctor->paths->home);
    check_directory(doctor, "runtime", doctor->paths->runtime);
    check_database(doctor);
    check_sockets(doctor);
}

void doctor_check_service(struct doctor *doctor)
{
    const struct service_manager *manager = service_manager();
    if (!manager->is_running()) {
        doctor_add(doctor, "service", DOCTOR_OK, NULL,
                   "no service manager for you here; happyctl starts happyd itself");
        return;
    }
    if (manager->is_enabled(doctor->paths))
        doctor_add(doctor, "service", DOCTOR_OK, NULL, "starts when you log in");
    else
        doctor_add(doctor, "service", DOCTOR_OK, "happyctl daemon install, if it should",
                   "does not start when you log in");
    if (!manager->logs_to_journal)
        return;
    const struct passwd *user = getpwuid(getuid());
    char *path = NULL;
    if (!user || asprintf(&path, "/var/lib/systemd/linger/%s", user->pw_name) < 0)
        return;
    bool lingers = access(path, F_OK) == 0;
    free(path);
    doctor_add(doctor, "linger", lingers ? DOCTOR_OK : DOCTOR_WARNING,
               lingers ? NULL : "loginctl enable-linger",
               lingers ? "agents go on when you log out" : "agents may end when you log out");
}

static bool check_agent(struct doctor *doctor, const struct agent_dialect *dialect)
{
    char *program = agent_dialect_program(dialect, (const char *const *)environ, ".");
    if (!program) {
        doctor_add(doctor, dialect->name, DOCTOR_OK, dialect->install, "%s is not installed",
                   dialect->title);
        return false;
    }
    const char *const words[] = {program, "--version", NULL};
    struct buffer version = {0};
    struct error error;
    int status = spawn_and_wait(words, &version, &error);
    if (status != 0)
        doctor_add(doctor, dialect->name, DOCTOR_FAILURE, dialect->install,
                   "%s --version ends with status %d", program, status);
    else
        doctor_add(doctor, dialect->name, DOCTOR_OK, NULL, "%s, %.*s", program,
                   (int)strcspn(buffer_string(&version), "\r\n"), buffer_string(&version));
    buffer_free(&version);
    free(program);
    return true;
}

void doctor_check_agents(struct doctor *doctor)
{
    size_t count, found = 0;
    const struct agent_dialect *const *dialects = agent_dialects(&count);
    for (size_t i = 0; i < count; i++)
        if (dialects[i]->install)
            found += check_agent(doctor, dialects[i]);
    if (!found)
        doctor_add(doctor, "agents", DOCTOR_WARNING, "install one of them",
                   "there is no agent but your shell");
}

void doctor_check_terminal(struct doctor *doctor)
{
    const char *term = getenv("TERM");
    setlocale(LC_CTYPE, "");
    const char *charset = nl_langinfo(CODESET);
    bool utf8 = strcasecmp(charset, "UTF-8") == 0;
    doctor_add(doctor, "locale", utf8 ? DOCTOR_OK : DOCTOR_WARNING,
               utf8 ? NULL : "export LANG=C.UTF-8",
               utf8 ? "%s" : "%s: agents draw with characters that need UTF-8", charset);
    bool usable = term && *term && strcmp(term, "dumb") != 0;
    doctor_add(doctor, "terminal", usable ? DOCTOR_OK : DOCTOR_WARNING,
               usable ? NULL : "export TERM=xterm-256color",
               usable ? "TERM is %s" : "TERM is \"%s\"", term ? term : "");
}
