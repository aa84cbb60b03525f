/* Updates: what changed in an account, numbered ("Update events" in the notes on the realtime
   protocol). The server emits them as the event "update", clients read them.

   Reading is as strict as what follows needs it: an update that one client cannot use (the app
   wants repeatKey in new-feed-post) may be of use to another. Sealed values are base64 that is
   passed on as it came. */
#ifndef WIRE_UPDATE_H
#define WIRE_UPDATE_H

#include "wire/api_message.h"
#include "wire/api_people.h"
#include "wire/schema.h"

/* A value that came with this version. Null only for the agent state and settings. */
struct versioned_text {
    struct schema_object object;
    const char *value;
    int64_t version;
};

extern const struct schema versioned_text_schema;

struct update_avatar {
    struct schema_object object;
    const char *path;
    const char *url;
    struct maybe_integer width;
    struct maybe_integer height;
    const char *thumbhash;
};

extern const struct schema update_avatar_schema;

/* A value of null: deleted. */
struct update_kv_change {
    struct schema_object object;
    const char *key;
    const char *value;
    int64_t version;
};

extern const struct schema update_kv_change_schema;

enum update_type {
    UPDATE_TYPE_NONE,
    UPDATE_TYPE_NEW_SESSION,
    UPDATE_TYPE_UPDATE_SESSION,
    UPDATE_TYPE_DELETE_SESSION,
    UPDATE_TYPE_NEW_MESSAGE,
    UPDATE_TYPE_NEW_MACHINE,
    UPDATE_TYPE_UPDATE_MACHINE,
    UPDATE_TYPE_DELETE_MACHINE,
    UPDATE_TYPE_UPDATE_ACCOUNT,
    UPDATE_TYPE_NEW_ARTIFACT,
    UPDATE_TYPE_UPDATE_ARTIFACT,
    UPDATE_TYPE_DELETE_ARTIFACT,
    UPDATE_TYPE_NEW_FEED_POST,
    UPDATE_TYPE_KV_BATCH_UPDATE,
};

/* Members with ? in the notes, and those of update-…, are absent when they did not change. */
struct update_body {
    struct schema_object object;
    enum update_type type;
    union {
        struct {
            const char *id;
            int64_t seq;
            const char *metadata;
            int64_t metadata_version;
            const char *agent_state;
            int64_t agent_state_version;
            const char *data_encryption_key;
            bool active;
            int64_t active_at;
            int64_t created_at;
            int64_t updated_at;
        } new_session;
        struct {
            const char *id;
            struct versioned_text metadata;
            struct versioned_text agent_state;
        } update_session;
        struct {
            const char *sid;
        } delete_session;
        struct {
            const char *sid;
            struct api_message message;
        } new_message;
        struct {
            const char *machine_id;
            int64_t seq;
            const char *metadata;
            int64_t metadata_version;
            const char *daemon_state;
            int64_t daemon_state_version;
            const char *data_encryption_key;
            bool active;
            int64_t active_at;
            int64_t created_at;
            int64_t updated_at;
        } new_machine;
        struct { /* active and activeAt are not sent by the public server; the app reads them */
            const char *machine_id;
            struct versioned_text metadata;
            struct versioned_text daemon_state;
            struct maybe_bool active;
            struct maybe_integer active_at;
        } update_machine;
        struct {
            const char *machine_id;
        } delete_machine;
        struct {
            const char *id;
            struct versioned_text settings;
            struct maybe_json github;
            const char *username;
            const char *first_name;
            const char *last_name;
            struct update_avatar avatar;
        } update_account;
        struct {
            const char *artifact_id;
            int64_t seq;
            const char *header;
            int64_t header_version;
            const char *body;
            int64_t body_version;
            const char *data_encryption_key;
            int64_t created_at;
            int64_t updated_at;
        } new_artifact;
        struct {
            const char *artifact_id;
            struct versioned_text header;
            struct versioned_text body;
        } update_artifact;
        struct {
            const char *artifact_id;
        } delete_artifact;
        struct { /* repeatKey is not sent by the public server; the app wants it */
            const char *id;
            struct api_feed_body body;
            const char *cursor;
            int64_t created_at;
            const char *repeat_key;
        } new_feed_post;
        struct {
            LIST_OF(struct update_kv_change) changes;
        } kv_batch_update;
    };
};

extern const struct schema update_body_schema;

/* `id` is from update_id_make(); `seq` is the account's counter; gaps and other orders happen. */
struct update {
    struct schema_object object;
    const char *id;
    int64_t seq;
    struct update_body body;
    int64_t created_at;
};

extern const struct schema update_schema;

#endif
