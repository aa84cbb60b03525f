/* The tables `record` and `output`: lines, screen and last bytes of sessions that ended. Used by
   session_store.c alone. */
#ifndef DAEMON_SESSION_RECORD_H
#define DAEMON_SESSION_RECORD_H

#include "session_store.h"

struct session_records;

struct session_records *session_records_new(struct database *database, struct error *error);
void session_records_free(struct session_records *records);

/* As the functions of session_store.h; a record for a session that has one replaces it. */
void session_records_add(struct session_records *records, const char *id,
                         struct session_record *record);
struct session_record *session_records_read(struct session_records *records, const char *id,
                                            struct error *error);
int session_records_read_output(struct session_records *records, const char *id, uint8_t stream,
                                uint64_t *from, uint64_t *end, size_t most, struct buffer *bytes,
                                struct error *error);

bool session_records_has_changes(const struct session_records *records);
int session_records_save(struct session_records *records, struct error *error);
void session_records_saved(struct session_records *records);

#endif
