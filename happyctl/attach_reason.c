#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "attach_reason.h"
#include "report.h"

/* How a reason's row shows `value` or `text`. */
enum detail { NO_DETAIL, NUMBER, SIGNAL_NAME, TEXT };

static const struct {
    const char *sentence; /* %1 is the session's name, %2 the detail */
    enum detail detail;
    bool goes_on;
    int status; /* -1: made from `value` */
} ROWS[] = {
    [ATTACH_KEY] = {"detached from %1; back with: happyctl attach %1", NO_DETAIL, true, 0},
    [ATTACH_SENT] = {"detached from %1%2; back with: happyctl attach %1", TEXT, true, 0},
    [ATTACH_EXITED] = {"%1 ended with exit status %2", NUMBER, false, -1},
    [ATTACH_KILLED] = {"%1 was ended by %2", SIGNAL_NAME, false, -1},
    [ATTACH_LOST] = {"%1 is lost: its holder was killed or has crashed, and the agent with it",
                     NO_DETAIL, false, STATUS_FAILURE},
    [ATTACH_HANGUP] = {"the terminal was closed; %1 goes on", NO_DETAIL, true, -1},
    [ATTACH_SIGNAL] = {"detached by %2; %1 goes on; back with: happyctl attach %1", SIGNAL_NAME,
                       true, -1},
    [ATTACH_REFUSED] = {"%1 cannot be attached%2", TEXT, true, STATUS_FAILURE},
    [ATTACH_GARBLED] = {"the holder of %1 speaks another protocol; compare versions with: happyctl "
                        "doctor",
                        NO_DETAIL, true, STATUS_FAILURE},
    [ATTACH_FAILED] = {"detached from %1%2", TEXT, true, STATUS_FAILURE},
};

static void describe_detail(const struct attach_end *end, char *text, size_t size)
{
    const char *name;
    text[0] = '\0';
    switch (ROWS[end->reason].detail) {
    case NO_DETAIL:
        break;
    case NUMBER:
        snprintf(text, size, "%d", end->value);
        break;
    case SIGNAL_NAME:
        name = strsignal(end->value);
        snprintf(text, size, "signal %d (%s)", end->value, name ? name : "unknown");
        break;
    case TEXT:
        if (end->text[0])
            snprintf(text, size, " (%s)", end->text);
        break;
    }
}

void attach_end_describe(const struct attach_end *end, const char *name, char *sentence,
                         size_t size)
{
    char detail[sizeof end->text + 4];
    describe_detail(end, detail, sizeof detail);
    size_t used = 0;
    for (const char *at = ROWS[end->reason].sentence; *at && used + 1 < size; at++) {
        const char *insert = NULL;
        if (at[0] == '%' && at[1] == '1')
            insert = name;
        else if (at[0] == '%' && at[1] == '2')
            insert = detail;
        if (!insert) {
            sentence[used++] = *at;
            continue;
        }
        for (; *insert && used + 1 < size; insert++)
            sentence[used++] = (unsigned char)*insert < ' ' || *insert == 0x7f ? '?' : *insert;
        at++;
    }
    if (size)
        sentence[used] = '\0';
}

int attach_end_status(const struct attach_end *end)
{
    if (ROWS[end->reason].status >= 0)
        return ROWS[end->reason].status;
    return end->reason == ATTACH_EXITED   ? end->value
           : end->reason == ATTACH_HANGUP ? 128 + SIGHUP
                                          : 128 + end->value;
}

bool attach_end_goes_on(const struct attach_end *end)
{
    return ROWS[end->reason].goes_on;
}
