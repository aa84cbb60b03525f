/* happy-holder SESSIONID: holds one agent. Started by happyd, which says START on descriptor 3. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "character_width.h"
#include "os/descriptors.h"
#include "os/log.h"
#include "os/process.h"
#include "os/pty.h"
#include "session.h"

#define DAEMON_DESCRIPTOR 3

/* The holder goes on when its daemon, its terminal or a peer goes away. SIGTERM is meant for the
   agent: systemd sends it to all of a scope, and the holder is to stay and tell how the agent
   ended. */
static void ignore_signals(void)
{
    static const int ignored[] = {SIGPIPE, SIGHUP,  SIGINT,  SIGQUIT,
                                  SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
}

/* Descriptors 0 to 2 stay what they are, or become /dev/null: a file opened later must not get one
   of these numbers. */
static int fill_standard_descriptors(void)
{
    int descriptor;
    do
        descriptor = open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor < 0)
        return -1;
    close(descriptor);
    return 0;
}

static int take_daemon_descriptor(void)
{
    struct stat status;
    if (fstat(DAEMON_DESCRIPTOR, &status) < 0 || !S_ISSOCK(status.st_mode))
        return -1;
    if (fcntl(DAEMON_DESCRIPTOR, F_SETFD, FD_CLOEXEC) < 0)
        return -1;
    return fcntl(DAEMON_DESCRIPTOR, F_SETFL, fcntl(DAEMON_DESCRIPTOR, F_GETFL) | O_NONBLOCK);
}

static int run(const char *id, const struct session_origin *origin)
{
    struct error error;
    struct event_config *config = event_config_new();
    struct event_base *base = config ? event_base_new_with_config(config) : NULL;
    if (config)
        event_config_free(config);
    if (!base || event_base_priority_init(base, 2) < 0) {
        log_error("session %s: cannot make an event loop", id);
        return 1;
    }
    struct session *session = session_new(base, id, DAEMON_DESCRIPTOR, origin, &error);
    if (!session) {
        log_error("session %s: %s", id, error.message);
        return 1;
    }
    event_base_dispatch(base);
    session_free(session);
    /* Closed connections are freed by the loop's next turn. */
    event_base_loop(base, EVLOOP_NONBLOCK);
    event_base_free(base);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: happy-holder SESSIONID\nThis program is started by happyd.\n");
        return 2;
    }
    log_open("happy-holder", LOG_LEVEL_INFO);
    struct session_origin origin;
    getrlimit(RLIMIT_CORE, &origin.core);
    if (take_daemon_descriptor() < 0 || fill_standard_descriptors() < 0) {
        fprintf(stderr, "happy-holder: descriptor 3 is not a socket\n"
                        "This program is started by happyd.\n");
        return 2;
    }
    descriptors_close_from(DAEMON_DESCRIPTOR + 1);
    process_forbid_core_dump();
    process_adopt_orphans();
    ignore_signals();
    origin.umask = umask(077);
    character_width_load();
    return run(argv[1], &origin);
}
