/* All that can be asked of the store: one table of functions for each concept, which SQLite fills
   (sqlite_*.c). Nothing above this writes SQL. transaction.h tells what the functions return, and
   who owns what they hand out.

   They run inside a job (store.h): tx->op->sessions->get(tx, account, id, &session, error). */
#ifndef STORE_OPERATIONS_H
#define STORE_OPERATIONS_H

#include "store/access_keys.h"
#include "store/accounts.h"
#include "store/artifacts.h"
#include "store/attachments.h"
#include "store/auth_requests.h"
#include "store/feed.h"
#include "store/invites.h"
#include "store/key_values.h"
#include "store/machines.h"
#include "store/messages.h"
#include "store/people.h"
#include "store/push_tokens.h"
#include "store/server_values.h"
#include "store/sessions.h"
#include "store/transaction.h"
#include "store/usage.h"
#include "store/vendor_tokens.h"

struct store_operations {
    const struct access_key_operations *access_keys;
    const struct account_operations *accounts;
    const struct artifact_operations *artifacts;
    const struct attachment_operations *attachments;
    const struct auth_request_operations *auth_requests;
    const struct feed_operations *feed;
    const struct invite_operations *invites;
    const struct key_value_operations *key_values;
    const struct machine_operations *machines;
    const struct message_operations *messages;
    const struct people_operations *people;
    const struct push_token_operations *push_tokens;
    const struct server_value_operations *server_values;
    const struct session_operations *sessions;
    const struct usage_operations *usage;
    const struct vendor_token_operations *vendor_tokens;
};

#endif
