/* The first byte chooses: an event of a client, a query, or a table of the API and of realtime
   events. The rest is its text. What is read must be printed and read again. */
#include <stdint.h>
#include <stdlib.h>

#include "wire/api_account.h"
#include "wire/api_artifact.h"
#include "wire/api_attachment.h"
#include "wire/api_auth.h"
#include "wire/api_body.h"
#include "wire/api_error.h"
#include "wire/api_kv.h"
#include "wire/api_machine.h"
#include "wire/api_message.h"
#include "wire/api_people.h"
#include "wire/api_service.h"
#include "wire/api_session.h"
#include "wire/client_event.h"
#include "wire/ephemeral.h"
#include "wire/json_text.h"
#include "wire/update.h"

enum { EVENTS = 0x20, QUERIES = 0x28 }; /* bytes below */

_Static_assert((int)CLIENT_EVENT_COUNT <= (int)EVENTS, "each event has a byte");

static const struct schema *const QUERY_TABLES[QUERIES - EVENTS] = {
    &api_message_query_schema,        &api_session_active_query_schema,
    &api_session_page_query_schema,   &api_kv_query_schema,
    &api_user_search_query_schema,    &api_feed_query_schema,
    &api_pairing_status_query_schema, &api_github_callback_query_schema,
};

static const struct schema *const TABLES[] = {
    &api_avatar_schema,
    &api_profile_schema,
    &api_settings_schema,
    &api_settings_update_schema,
    &api_settings_updated_schema,
    &api_usage_query_schema,
    &api_usage_bucket_schema,
    &api_usage_schema,
    &api_push_token_request_schema,
    &api_push_token_schema,
    &api_push_token_list_schema,
    &api_vendor_params_schema,
    &api_vendor_register_schema,
    &api_vendor_token_answer_schema,
    &api_vendor_token_schema,
    &api_vendor_token_list_schema,
    &api_github_params_schema,
    &api_github_callback_query_schema,
    &api_artifact_schema,
    &api_artifact_list_schema,
    &api_artifact_create_schema,
    &api_artifact_update_schema,
    &api_artifact_updated_schema,
    &api_upload_request_schema,
    &api_upload_answer_schema,
    &api_upload_done_schema,
    &api_download_request_schema,
    &api_download_answer_schema,
    &api_login_request_schema,
    &api_login_answer_schema,
    &api_pairing_request_schema,
    &api_pairing_state_answer_schema,
    &api_pairing_status_query_schema,
    &api_pairing_status_answer_schema,
    &api_pairing_response_request_schema,
    &api_success_schema,
    &api_kv_item_schema,
    &api_kv_query_schema,
    &api_kv_list_schema,
    &api_kv_bulk_schema,
    &api_kv_values_schema,
    &api_kv_mutation_schema,
    &api_kv_mutate_schema,
    &api_kv_version_schema,
    &api_kv_mismatch_schema,
    &api_kv_mutated_schema,
    &api_machine_schema,
    &api_machine_create_schema,
    &api_machine_answer_schema,
    &api_machine_list_schema,
    &api_access_key_schema,
    &api_access_key_answer_schema,
    &api_access_key_create_schema,
    &api_access_key_created_schema,
    &api_access_key_update_schema,
    &api_access_key_updated_schema,
    &api_message_schema,
    &api_stored_message_schema,
    &api_message_query_schema,
    &api_message_list_schema,
    &api_message_draft_schema,
    &api_message_post_schema,
    &api_message_receipt_schema,
    &api_message_posted_schema,
    &api_user_avatar_schema,
    &api_user_schema,
    &api_user_answer_schema,
    &api_user_search_query_schema,
    &api_user_list_schema,
    &api_friend_list_schema,
    &api_friend_request_schema,
    &api_feed_body_schema,
    &api_feed_query_schema,
    &api_feed_item_schema,
    &api_feed_schema,
    &api_version_request_schema,
    &api_version_answer_schema,
    &api_voice_request_schema,
    &api_voice_answer_schema,
    &api_voice_refusal_schema,
    &api_voice_usage_schema,
    &api_health_schema,
    &api_session_create_schema,
    &api_session_answer_schema,
    &api_session_list_schema,
    &api_session_active_query_schema,
    &api_session_page_query_schema,
    &api_session_page_schema,
    &api_push_event_schema,
    &api_push_event_answer_schema,
    &client_auth_schema,
    &session_metadata_update_schema,
    &session_state_update_schema,
    &session_message_schema,
    &session_alive_schema,
    &session_end_schema,
    &machine_alive_schema,
    &machine_metadata_update_schema,
    &machine_state_update_schema,
    &usage_total_schema,
    &usage_report_schema,
    &artifact_id_schema,
    &artifact_create_schema,
    &artifact_part_schema,
    &artifact_update_schema,
    &access_key_get_schema,
    &app_state_schema,
    &rpc_method_schema,
    &rpc_call_schema,
    &rpc_error_schema,
    &versioned_answer_schema,
    &usage_answer_schema,
    &event_artifact_schema,
    &artifact_answer_schema,
    &artifact_part_answer_schema,
    &artifact_update_answer_schema,
    &access_key_answer_schema,
    &rpc_answer_schema,
    &empty_answer_schema,
    &ephemeral_schema,
    &versioned_text_schema,
    &update_avatar_schema,
    &update_kv_change_schema,
    &update_body_schema,
    &update_schema,
};

static void print_again(const struct schema *schema, const void *value)
{
    struct buffer text = {0};
    struct arena arena = {0};
    void *again = calloc(1, schema->size);
    if (schema_print(schema, value, &text, NULL) != 0 ||
        schema_parse(schema, slice_of(text.data, text.length), &arena, again, NULL) != 0)
        abort();
    free(again);
    arena_free(&arena);
    buffer_free(&text);
}

static void read_table(const struct schema *schema, struct slice text, bool query)
{
    struct arena arena = {0};
    struct buffer answer = {0};
    void *value = calloc(1, schema->size);
    int status = query ? api_read_query(schema, text, &arena, value, &answer)
                       : api_read_body(schema, text, &arena, value, &answer);
    if ((status == 0) != (answer.length == 0))
        abort();
    if (status == 0)
        print_again(schema, value);
    free(value);
    buffer_free(&answer);
    arena_free(&arena);
}

static void read_event(enum client_event event, struct slice text)
{
    const struct schema *schema = client_event_payload(event);
    struct json_object *payload;
    if (!schema || json_text_parse(text, &payload, NULL) != 0)
        return;
    struct arena arena = {0};
    struct buffer refusal = {0};
    void *value = calloc(1, schema->size);
    if (client_event_read(event, payload, &arena, value, &refusal) == 0)
        print_again(schema, value);
    client_event_is_true(payload);
    json_object_put(payload);
    free(value);
    buffer_free(&refusal);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t tables = sizeof TABLES / sizeof TABLES[0];
    struct error error;
    if (size == 0)
        return 0;
    struct slice text = slice_of(data + 1, size - 1);
    if (data[0] < EVENTS)
        read_event((enum client_event)(data[0] % CLIENT_EVENT_COUNT), text);
    else if (data[0] < QUERIES)
        read_table(QUERY_TABLES[data[0] - EVENTS], text, true);
    else
        read_table(TABLES[(size_t)(data[0] - QUERIES) % tables], text, false);
    api_error_read(data[0] * 3, text, &error);
    return 0;
}
