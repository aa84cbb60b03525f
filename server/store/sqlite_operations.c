#include "store/sqlite_sets.h"

const struct store_operations SQLITE_OPERATIONS = {
    .access_keys = &SQLITE_ACCESS_KEY_OPERATIONS,
    .accounts = &SQLITE_ACCOUNT_OPERATIONS,
    .artifacts = &SQLITE_ARTIFACT_OPERATIONS,
    .attachments = &SQLITE_ATTACHMENT_OPERATIONS,
    .auth_requests = &SQLITE_AUTH_REQUEST_OPERATIONS,
    .feed = &SQLITE_FEED_OPERATIONS,
    .invites = &SQLITE_INVITE_OPERATIONS,
    .key_values = &SQLITE_KEY_VALUE_OPERATIONS,
    .machines = &SQLITE_MACHINE_OPERATIONS,
    .messages = &SQLITE_MESSAGE_OPERATIONS,
    .people = &SQLITE_PEOPLE_OPERATIONS,
    .push_tokens = &SQLITE_PUSH_TOKEN_OPERATIONS,
    .server_values = &SQLITE_SERVER_VALUE_OPERATIONS,
    .sessions = &SQLITE_SESSION_OPERATIONS,
    .usage = &SQLITE_USAGE_OPERATIONS,
    .vendor_tokens = &SQLITE_VENDOR_TOKEN_OPERATIONS,
};
