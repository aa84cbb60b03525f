#include "session_input.h"

#include <stdlib.h>

#include "daemon.h"
#include "holder_link.h"
#include "os/unix_socket.h"
#include "session_link.h"

static void on_closed(struct holder_link *link, const struct error *error, void *context)
{
    (void)error;
    struct session *session = context;
    session->input = NULL;
    holder_link_free(link);
}

static const struct holder_link_listener LISTENER = {.closed = on_closed};

/* The connection is made when it is first needed. */
static struct holder_link *input_link(struct session *session, struct error *error)
{
    if (!session_link_of(session, error))
        return NULL;
    if (session->input)
        return session->input;
    char *path = paths_holder_socket(session->daemon->paths, session->id);
    int descriptor =
        path ? unix_socket_connect(path, error) : error_set(error, ERROR_MEMORY, "out of memory");
    free(path);
    if (descriptor < 0)
        return NULL;
    session->input = holder_link_new(session->daemon->base, descriptor, &LISTENER, session);
    if (!session->input)
        error_set(error, ERROR_MEMORY, "out of memory");
    return session->input;
}

int session_input(struct session *session, const void *bytes, size_t length, struct error *error)
{
    struct holder_link *link = input_link(session, error);
    return link ? holder_link_input(link, bytes, length, error) : -1;
}

int session_input_end(struct session *session, struct error *error)
{
    struct holder_link *link = input_link(session, error);
    if (!link)
        return -1;
    holder_link_send_empty(link, FRAME_CLOSE_INPUT);
    return 0;
}
