/* Sessions on the disk: rows of the table `session`, and what is kept of those that ended. */
#ifndef DAEMON_SESSION_STORE_H
#define DAEMON_SESSION_STORE_H

#include "database.h"
#include "session_table.h"
#include "turn.h"
#include "wire/buffer.h"

#define RECORD_BYTES_MAX  (2u * 1024u * 1024u)  /* lines kept of one ended session */
#define RECORD_OUTPUT_MAX (1024u * 1024u)       /* bytes kept of one stream of it */
#define RECORD_TOTAL_MAX  (256ll * 1024 * 1024) /* of all: beyond it the oldest lose theirs */

struct session_store;

struct session_store *session_store_new(struct database *database, struct session_table *table,
                                        struct error *error);
void session_store_free(struct session_store *store);

/* The changes of this store, for turn_add_source(). */
struct turn_source session_store_source(struct session_store *store);

/* Reads all rows into the table. */
int session_store_load(struct session_store *store, struct daemon *daemon, struct error *error);

/* To be written when this turn ends. */
void session_store_mark(struct session_store *store, struct session *session);

/* The row, and all that hangs on it, is removed when this turn ends. */
void session_store_forget(struct session_store *store, const struct session *session);

/* What is left of a session that ended. */
struct session_record {
    uint64_t first, next;  /* numbers of the first line, and one behind the last */
    uint64_t screen_first; /* number of the first line that was on the screen at the end */
    struct buffer lines;   /* u8 wrapped, string text (wire/frame.h) each; with SGR sequences */
    uint16_t columns, rows, cursor_column, cursor_row;
    uint8_t cursor_visible, alternate;
    struct buffer screen; /* as in frame_screen, with SGR sequences */
    struct {
        uint64_t first;
        struct buffer bytes; /* the last bytes of it */
    } output[2];             /* FRAME_STREAM_OUTPUT, FRAME_STREAM_ERROR */
};

void session_record_free(struct session_record *record); /* also frees the record itself */

/* Keeps the record of the session, which is taken over, when this turn ends. */
void session_store_record(struct session_store *store, const struct session *session,
                          struct session_record *record);

/* Reads lines and screen of an ended session. NULL with `error` filled: ERROR_NOT_FOUND when
   nothing was kept. The caller frees it. */
struct session_record *session_store_read_record(struct session_store *store, const char *id,
                                                 struct error *error);

/* Appends at most `most` kept bytes of a stream from offset `*from` on, which is moved up to the
   first byte kept when older ones are gone. `*end` is one behind the last kept byte; 0 when nothing
   is kept. */
int session_store_read_output(struct session_store *store, const char *id, uint8_t stream,
                              uint64_t *from, uint64_t *end, size_t most, struct buffer *bytes,
                              struct error *error);

#endif
