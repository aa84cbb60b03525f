/* artifact-read, -create, -update and -delete. */
#include "client_request.h"
#include "wire/base64.h"

#define FAILURE   "{\"result\":\"error\",\"message\":\"Internal error\"}"
#define NOT_FOUND "{\"result\":\"error\",\"message\":\"Artifact not found\"}"
#define TAKEN                                                                                      \
    "{\"result\":\"error\",\"message\":\"Artifact with this ID already exists for another "        \
    "account\"}"

#define MALFORMED 100 /* besides enum store_outcome: base64 that is none */

struct artifact_result {
    int outcome;
    struct artifact artifact;
    struct artifact_change header, body;
    int64_t sequence;
};

/* Base64 of the store's bytes, in the request's arena. NULL: out of memory. */
static const char *encode(struct client_request *request, struct slice bytes)
{
    struct buffer text = {0};
    base64_encode(&text, bytes.data, bytes.length);
    const char *string =
        text.failed ? NULL
                    : arena_string(&request->arena, slice_of(buffer_string(&text), text.length));
    buffer_free(&text);
    return string;
}

static void answer_artifact(struct client_request *request, const struct artifact *artifact)
{
    struct artifact_answer answer = {.result = EVENT_RESULT_SUCCESS,
                                     .artifact = {
                                         .object.presence = PRESENT,
                                         .id = artifact->id.data,
                                         .header = encode(request, artifact->header),
                                         .header_version = artifact->header_version,
                                         .body = encode(request, artifact->body),
                                         .body_version = artifact->body_version,
                                         .seq = artifact->sequence,
                                         .created_at = artifact->created_at,
                                         .updated_at = artifact->updated_at,
                                     }};
    client_answer(request, &artifact_answer_schema, &answer);
}

static int run_read(struct store_transaction *tx, struct client_request *request,
                    struct error *error)
{
    const struct artifact_id *wanted = request->payload;
    struct artifact_result *result = request->state;
    result->outcome = tx->op->artifacts->get(
        tx, client_account(request), client_text(wanted->artifact_id), &result->artifact, error);
    return result->outcome < 0 ? -1 : 0;
}

static void done_read(struct client_request *request)
{
    const struct artifact_result *result = request->state;
    if (result->outcome == STORE_OK)
        answer_artifact(request, &result->artifact);
    else
        client_answer_text(request, NOT_FOUND);
}

static int create(struct store_transaction *tx, struct client_request *request,
                  const struct buffer *header, const struct buffer *body, const struct buffer *key,
                  struct error *error)
{
    const struct artifact_create *wanted = request->payload;
    struct artifact_result *result = request->state;
    result->outcome = tx->op->artifacts->create(
        tx, client_account(request), client_text(wanted->id),
        slice_of(buffer_string(header), header->length),
        slice_of(buffer_string(body), body->length), slice_of(buffer_string(key), key->length),
        &result->artifact, error);
    if (result->outcome == STORE_OK)
        return client_take_sequence(tx, request, &result->sequence, error);
    return result->outcome < 0 ? -1 : 0;
}

static bool decode(const char *text, struct buffer *bytes)
{
    return base64_decode(BASE64_SERVER, slice_of_string(text), bytes, NULL) == 0;
}

static int run_create(struct store_transaction *tx, struct client_request *request,
                      struct error *error)
{
    const struct artifact_create *wanted = request->payload;
    struct artifact_result *result = request->state;
    struct buffer header = {0}, body = {0}, key = {0};
    int status = 0;
    result->outcome = MALFORMED;
    if (decode(wanted->header, &header) && decode(wanted->body, &body) &&
        decode(wanted->data_encryption_key, &key))
        status = create(tx, request, &header, &body, &key, error);
    buffer_free(&header);
    buffer_free(&body);
    buffer_free(&key);
    return status;
}

static void tell_new(struct client_request *request, const struct artifact_result *result)
{
    const struct artifact *artifact = &result->artifact;
    struct update_body body = {.type = UPDATE_TYPE_NEW_ARTIFACT};
    body.new_artifact.artifact_id = artifact->id.data;
    body.new_artifact.seq = artifact->sequence;
    body.new_artifact.header = encode(request, artifact->header);
    body.new_artifact.header_version = artifact->header_version;
    body.new_artifact.body = encode(request, artifact->body);
    body.new_artifact.body_version = artifact->body_version;
    body.new_artifact.data_encryption_key = encode(request, artifact->data_key);
    body.new_artifact.created_at = artifact->created_at;
    body.new_artifact.updated_at = artifact->updated_at;
    hub_update(client_hub(request), client_account(request), hub_users(), result->sequence, &body);
}

static void done_create(struct client_request *request)
{
    const struct artifact_result *result = request->state;
    if (result->outcome == STORE_OK)
        tell_new(request, result);
    if (result->outcome == STORE_OK || result->outcome == STORE_EXISTS)
        answer_artifact(request, &result->artifact);
    else
        client_answer_text(request, result->outcome == STORE_FOREIGN ? TAKEN : FAILURE);
}

/* False when the part is there and malformed. */
static bool read_part(const struct artifact_part *part, struct buffer *bytes,
                      struct artifact_change *change)
{
    *change = (struct artifact_change){.wanted = part->object.presence == PRESENT};
    if (!change->wanted)
        return true;
    if (!decode(part->data, bytes))
        return false;
    change->value = slice_of(buffer_string(bytes), bytes->length);
    change->expected_version = client_version(part->expected_version);
    return true;
}

static int run_update(struct store_transaction *tx, struct client_request *request,
                      struct error *error)
{
    const struct artifact_update *update = request->payload;
    struct artifact_result *result = request->state;
    struct buffer header = {0}, body = {0};
    int status = 0;
    result->outcome = MALFORMED;
    if (read_part(&update->header, &header, &result->header) &&
        read_part(&update->body, &body, &result->body)) {
        result->outcome =
            tx->op->artifacts->update(tx, client_account(request), client_text(update->artifact_id),
                                      &result->header, &result->body, error);
        if (result->outcome == STORE_OK)
            status = client_take_sequence(tx, request, &result->sequence, error);
        else
            status = result->outcome < 0 ? -1 : 0;
    }
    buffer_free(&header);
    buffer_free(&body);
    return status;
}

static void fill_part(const struct artifact_part *part, const struct artifact_change *change,
                      struct versioned_text *told, struct artifact_part_answer *answer)
{
    if (!change->wanted)
        return;
    int64_t version = change->expected_version + 1;
    *told = (struct versioned_text){.object.presence = PRESENT, part->data, version};
    answer->object.presence = PRESENT;
    answer->version = some_number((double)version);
    answer->data = part->data;
}

static void fill_mismatch(struct client_request *request, const struct artifact_change *change,
                          struct artifact_part_answer *answer)
{
    if (!change->wanted || !change->mismatch)
        return;
    answer->object.presence = PRESENT;
    answer->current_version = some_number((double)change->current.version);
    answer->current_data = encode(request, change->current.value);
}

static void done_update(struct client_request *request)
{
    const struct artifact_update *update = request->payload;
    const struct artifact_result *result = request->state;
    struct artifact_update_answer answer = {.result = EVENT_RESULT_SUCCESS};
    struct update_body body = {.type = UPDATE_TYPE_UPDATE_ARTIFACT};
    if (result->outcome == STORE_OK) {
        body.update_artifact.artifact_id = update->artifact_id;
        fill_part(&update->header, &result->header, &body.update_artifact.header, &answer.header);
        fill_part(&update->body, &result->body, &body.update_artifact.body, &answer.body);
        hub_update(client_hub(request), client_account(request), hub_users(), result->sequence,
                   &body);
    } else if (result->outcome == STORE_MISMATCH) {
        answer.result = EVENT_RESULT_VERSION_MISMATCH;
        fill_mismatch(request, &result->header, &answer.header);
        fill_mismatch(request, &result->body, &answer.body);
    } else {
        client_answer_text(request, result->outcome == STORE_NOT_FOUND ? NOT_FOUND : FAILURE);
        return;
    }
    client_answer(request, &artifact_update_answer_schema, &answer);
}

static int run_delete(struct store_transaction *tx, struct client_request *request,
                      struct error *error)
{
    const struct artifact_id *wanted = request->payload;
    struct artifact_result *result = request->state;
    result->outcome = tx->op->artifacts->remove(tx, client_account(request),
                                                client_text(wanted->artifact_id), error);
    if (result->outcome == STORE_OK)
        return client_take_sequence(tx, request, &result->sequence, error);
    return result->outcome < 0 ? -1 : 0;
}

static void done_delete(struct client_request *request)
{
    const struct artifact_id *wanted = request->payload;
    const struct artifact_result *result = request->state;
    if (result->outcome != STORE_OK) {
        client_answer_text(request, NOT_FOUND);
        return;
    }
    struct update_body body = {.type = UPDATE_TYPE_DELETE_ARTIFACT};
    body.delete_artifact.artifact_id = wanted->artifact_id;
    hub_update(client_hub(request), client_account(request), hub_users(), result->sequence, &body);
    client_answer_text(request, "{\"result\":\"success\"}");
}

static const struct client_handler ROWS[] = {
    {CLIENT_EVENT_ARTIFACT_READ, run_read, done_read, sizeof(struct artifact_result), true, FAILURE,
     NULL},
    {CLIENT_EVENT_ARTIFACT_CREATE, run_create, done_create, sizeof(struct artifact_result), false,
     FAILURE, NULL},
    {CLIENT_EVENT_ARTIFACT_UPDATE, run_update, done_update, sizeof(struct artifact_result), false,
     FAILURE, NULL},
    {CLIENT_EVENT_ARTIFACT_DELETE, run_delete, done_delete, sizeof(struct artifact_result), false,
     FAILURE, NULL},
};

const struct client_handlers ARTIFACT_EVENTS = {ROWS, sizeof ROWS / sizeof *ROWS};
