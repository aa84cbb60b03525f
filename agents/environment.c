#include "environment.h"

#include <string.h>

const char *agent_environment_get(const char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; environment && *environment; environment++) {
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    }
    return NULL;
}

void environment_fill(struct string_list *list, const struct agent_request *request)
{
    string_list_add_all(list, request->environment);
    string_list_set(list, "PWD", request->directory);
    if (request->session)
        string_list_set(list, "HAPPY_SESSION_ID", request->session);
    if (request->holder_socket)
        string_list_set(list, "HAPPY_HOLDER_SOCKET", request->holder_socket);
    if (!request->terminal)
        return;
    string_list_unset(list, "COLUMNS");
    string_list_unset(list, "LINES");
    const char *terminal = agent_environment_get(request->environment, "TERM");
    /* A client without a terminal (cron, an editor's shell) has no TERM worth having; the holder's
       screen understands xterm's sequences. */
    if (!terminal || !*terminal || strcmp(terminal, "dumb") == 0)
        string_list_set(list, "TERM", "xterm-256color");
}
