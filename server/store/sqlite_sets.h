/* What each sqlite_*.c gives: its statements, and its functions of the table of operations. */
#ifndef STORE_SQLITE_SETS_H
#define STORE_SQLITE_SETS_H

#include "store/operations.h"
#include "store/sqlite_connection.h"

extern const struct sqlite_statements SQLITE_ACCESS_KEY_STATEMENTS;
extern const struct sqlite_statements SQLITE_ACCOUNT_STATEMENTS;
extern const struct sqlite_statements SQLITE_ARTIFACT_STATEMENTS;
extern const struct sqlite_statements SQLITE_ATTACHMENT_STATEMENTS;
extern const struct sqlite_statements SQLITE_AUTH_REQUEST_STATEMENTS;
extern const struct sqlite_statements SQLITE_FEED_STATEMENTS;
extern const struct sqlite_statements SQLITE_INVITE_STATEMENTS;
extern const struct sqlite_statements SQLITE_KEY_VALUE_STATEMENTS;
extern const struct sqlite_statements SQLITE_MACHINE_STATEMENTS;
extern const struct sqlite_statements SQLITE_MESSAGE_NAME_STATEMENTS;
extern const struct sqlite_statements SQLITE_MESSAGE_STATEMENTS;
extern const struct sqlite_statements SQLITE_PEOPLE_STATEMENTS;
extern const struct sqlite_statements SQLITE_PUSH_TOKEN_STATEMENTS;
extern const struct sqlite_statements SQLITE_SERVER_VALUE_STATEMENTS;
extern const struct sqlite_statements SQLITE_SESSION_STATEMENTS;
extern const struct sqlite_statements SQLITE_TRANSACTION_STATEMENTS;
extern const struct sqlite_statements SQLITE_USAGE_STATEMENTS;
extern const struct sqlite_statements SQLITE_VENDOR_TOKEN_STATEMENTS;

/* The columns of SQLITE_ACCOUNT_COLUMNS, the first of a row, into a struct account. */
struct sqlite_rows;
void sqlite_read_account(struct sqlite_rows *rows, void *row);
#define SQLITE_ACCOUNT_COLUMNS                                                                     \
    "a.id, a.public_key, a.sequence, a.created_at, a.updated_at, p.username, p.first_name,"        \
    " p.last_name, p.avatar, p.github"
#define SQLITE_ACCOUNT_COLUMN_COUNT 10

extern const struct access_key_operations SQLITE_ACCESS_KEY_OPERATIONS;
extern const struct account_operations SQLITE_ACCOUNT_OPERATIONS;
extern const struct artifact_operations SQLITE_ARTIFACT_OPERATIONS;
extern const struct attachment_operations SQLITE_ATTACHMENT_OPERATIONS;
extern const struct auth_request_operations SQLITE_AUTH_REQUEST_OPERATIONS;
extern const struct feed_operations SQLITE_FEED_OPERATIONS;
extern const struct invite_operations SQLITE_INVITE_OPERATIONS;
extern const struct key_value_operations SQLITE_KEY_VALUE_OPERATIONS;
extern const struct machine_operations SQLITE_MACHINE_OPERATIONS;
extern const struct message_operations SQLITE_MESSAGE_OPERATIONS;
extern const struct people_operations SQLITE_PEOPLE_OPERATIONS;
extern const struct push_token_operations SQLITE_PUSH_TOKEN_OPERATIONS;
extern const struct server_value_operations SQLITE_SERVER_VALUE_OPERATIONS;
extern const struct session_operations SQLITE_SESSION_OPERATIONS;
extern const struct usage_operations SQLITE_USAGE_OPERATIONS;
extern const struct vendor_token_operations SQLITE_VENDOR_TOKEN_OPERATIONS;

#endif
