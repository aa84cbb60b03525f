/* What the files session*.c share. */
#ifndef HOLDER_SESSION_PRIVATE_H
#define HOLDER_SESSION_PRIVATE_H

#include "agent.h"
#include "client.h"
#include "history.h"
#include "notes.h"
#include "output_ring.h"
#include "screen.h"
#include "session.h"
#include "view.h"

#define SESSION_TERMINAL_QUEUE (256u * 1024u) /* unsent bytes after which a terminal is redrawn */
#define SESSION_PAINT_LINES    100000u        /* history lines in front of a repaint, at the most */
#define SESSION_PAINT_BYTES    (2u * 1024u * 1024u)
#define SESSION_PTY_RING       (256u * 1024u)  /* kept raw output of a PTY */
#define SESSION_PIPE_RING      (1024u * 1024u) /* unprocessed output of a pipe */
#define SESSION_QUERIES_MAX    64u

/* Of a client whose role is terminal. */
struct terminal {
    unsigned columns, rows;
    bool read_only;
    bool raw;          /* gets the agent's bytes; else `view` is drawn */
    bool painted;      /* got a repaint before: what its user's shell showed is in the scrollback */
    bool viewed;       /* was switched to its alternate screen by the view */
    bool lagging;      /* its queue was full: it is redrawn when that is empty */
    bool waits_ground; /* attached inside of a long string: gets nothing until the string's end */
    struct keyboard_entries keyboard;
    uint64_t missed;  /* first history line that its scrollback may lack */
    uint64_t recency; /* greater: typed or attached later */
    struct view *view;
};

/* Of a client whose role is control. */
struct control {
    struct {
        bool on;
        uint64_t offset;
    } follows[2];
};

struct session {
    struct event_base *base;
    char *id, *socket_path;
    struct session_origin origin;
    struct event *listening, *quiet;
    struct client_list clients;
    unsigned client_count;
    struct client *inherited; /* until START */

    struct agent *agent; /* NULL before START */
    uint32_t agent_pid;
    bool terminal; /* a PTY; else pipes */
    struct sequence_scanner scanner;
    struct screen *screen; /* NULL for pipes */
    struct history *history;
    struct output_ring *rings[2];
    struct notes *notes;
    uint32_t quiet_ms;
    bool active;
    int64_t started_at, last_output_at, last_output_monotonic;
    struct frame_exit exit;
    bool exited, collected;

    struct client *leader; /* the terminal that the size follows and that answers queries */
    uint64_t recency;
    unsigned raw_terminals;
    /* Whole sequences of this loop turn, for terminals in raw mode; queries in it are for one only.
     */
    struct buffer display;
    struct {
        size_t start, length;
    } queries[SESSION_QUERIES_MAX];
    unsigned query_count;
    size_t display_ground; /* where in `display` the string that had been cut ended */
    bool display_has_ground;
    uint64_t display_history; /* history_next() when the display began */
};

/* session_terminals.c */
void session_attach_terminal(struct session *session, struct client *client);
void session_forget_terminal(struct session *session, struct client *client);
void session_terminal_drained(struct session *session, struct client *client);
bool session_terminal_frame(struct session *session, struct client *client, uint8_t type,
                            struct frame_reader *reader);
void session_show_output(struct session *session, const char *bytes, size_t length);
void session_resize(struct session *session, unsigned columns, unsigned rows);
unsigned session_count_terminals(const struct session *session);

/* session_control.c */
void session_attach_control(struct session *session, struct client *client);
bool session_control_frame(struct session *session, struct client *client, uint8_t type,
                           struct frame_reader *reader);
void session_pump(struct session *session, struct client *client);
void session_pump_all(struct session *session);
/* Sends the bytes of a frame to every client in control. */
void session_tell_control(struct session *session, const struct buffer *frame);
void session_tell_terminals_count(struct session *session);
void session_tell_activity(struct session *session);

/* session.c */
void session_input(struct session *session, struct client *client, struct frame_string bytes);
void session_start(struct session *session, struct client *client, struct frame_start *start);
void session_collect(struct session *session);

#endif
