#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
#include "wire/utf8.h"

static void tables_are_sound(void **state)
{
    (void)state;
    static const struct schema *const tables[] = {
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
        &api_message_content_schema,
        &api_message_stored_content_schema,
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
        &api_session_schema,
        &api_new_session_schema,
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
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct error error = {0};
        if (!schema_is_sound(tables[i], &error))
            fail_msg("table %zu: %s", i, error.message);
    }
    for (int event = CLIENT_EVENT_PING; event < CLIENT_EVENT_COUNT; event++) {
        const char *name = client_event_name((enum client_event)event);
        assert_int_equal(client_event_of(name), event);
    }
    assert_int_equal(client_event_of("no-such-event"), CLIENT_EVENT_NONE);
    assert_int_equal(client_event_of(""), CLIENT_EVENT_NONE);
}

/* The message of the answer to a body; "" when there is no fault in it. */
static char *message_for(const struct schema *schema, const char *body)
{
    struct arena arena = {0};
    struct buffer answer = {0};
    void *value = calloc(1, schema->size);
    int status = api_read_body(schema, slice_of_string(body), &arena, value, &answer);
    assert_int_equal(status == 0, answer.length == 0);
    char *message = strdup("");
    if (status != 0) {
        struct json_object *json, *text;
        free(message);
        assert_int_equal(json_text_parse(slice_of(answer.data, answer.length), &json, NULL), 0);
        assert_int_equal(json_object_get_int(json_object_object_get(json, "statusCode")), 400);
        assert_true(json_object_object_get_ex(json, "message", &text));
        message = strdup(json_object_get_string(text));
        json_object_put(json);
    }
    free(value);
    buffer_free(&answer);
    arena_free(&arena);
    return message;
}

static void faults_are_told_as_the_validator_does(void **state)
{
    (void)state;
    static const struct {
        const struct schema *schema;
        const char *body;
        const char *message;
    } cases[] = {
        {&api_session_create_schema, "{\"tag\":\"\",\"metadata\":\"\",\"agentState\":null}", ""},
        {&api_session_create_schema, "",
         "body/tag Invalid input: expected string, received undefined, "
         "body/metadata Invalid input: expected string, received undefined"},
        {&api_session_create_schema, "null", "body/ Invalid input: expected object, received null"},
        {&api_session_create_schema, "[]", "body/ Invalid input: expected object, received array"},
        {&api_session_create_schema, "{\"tag\":1,\"metadata\":[],\"agentState\":{}}",
         "body/tag Invalid input: expected string, received number, "
         "body/metadata Invalid input: expected string, received array, "
         "body/agentState Invalid input: expected string, received object"},
        {&api_machine_create_schema, "{\"id\":\"m\",\"metadata\":\"\",\"daemonState\":null}",
         "body/daemonState Invalid input: expected string, received null"},
        {&api_push_event_schema, "{\"kind\":\"x\",\"title\":\"\",\"body\":\"b\",\"data\":[]}",
         "body/kind Invalid option: expected one of \"done\"|\"permission\"|\"question\", "
         "body/title Too small: expected string to have >=1 characters, "
         "body/data Invalid input: expected record, received array"},
        {&api_push_event_schema, "{\"title\":\"t\",\"body\":\"b\"}",
         "body/kind Invalid option: expected one of \"done\"|\"permission\"|\"question\""},
        {&api_message_post_schema, "{\"messages\":[]}",
         "body/messages Too small: expected array to have >=1 items"},
        {&api_message_post_schema,
         "{\"messages\":[{\"content\":\"\",\"localId\":\"a\"},{\"content\":\"\",\"localId\":\"\"}]"
         "}",
         "body/messages/1/localId Too small: expected string to have >=1 characters"},
        {&api_artifact_create_schema,
         "{\"id\":\"x\",\"header\":\"\",\"body\":\"\",\"dataEncryptionKey\":\"\"}",
         "body/id Invalid UUID"},
        {&api_artifact_create_schema,
         "{\"id\":\"6F0A2F10-0c8e-4b4f-9d53-1f6a0d2b7c11\",\"header\":\"\",\"body\":\"\","
         "\"dataEncryptionKey\":\"\"}",
         ""},
        {&api_settings_update_schema, "{\"settings\":null,\"expectedVersion\":0}", ""},
        {&api_settings_update_schema, "{\"expectedVersion\":0.5}",
         "body/settings Invalid input: expected string, received undefined, "
         "body/expectedVersion Invalid input: expected int, received number"},
        {&api_settings_update_schema, "{\"settings\":\"\",\"expectedVersion\":-1}",
         "body/expectedVersion Too small: expected number to be >=0"},
        {&api_settings_update_schema, "{\"settings\":\"\",\"expectedVersion\":1e16}",
         "body/expectedVersion Too big: expected int to be <=9007199254740991"},
        {&api_settings_update_schema, "{\"settings\":\"\",\"expectedVersion\":1e999}",
         "body/expectedVersion Invalid input: expected number, received Infinity"},
        {&api_usage_query_schema, "{\"startTime\":0,\"endTime\":null,\"groupBy\":\"week\"}",
         "body/startTime Too small: expected number to be >0, "
         "body/groupBy Invalid option: expected one of \"hour\"|\"day\""},
        {&api_upload_request_schema, "{\"filename\":\"f\",\"size\":10485761}",
         "body/size Too big: expected number to be <=10485760"},
        {&api_upload_request_schema, "{\"filename\":\"f\",\"size\":-1}", ""},
        {&api_kv_mutate_schema, "{\"mutations\":[{\"key\":\"k\",\"version\":-1}]}",
         "body/mutations/0/value Invalid input: expected string, received undefined"},
        {&api_kv_mutate_schema,
         "{\"mutations\":[{\"key\":\"k\",\"value\":null,\"version\":-1,\"more\":1}]}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *message = message_for(cases[i].schema, cases[i].body);
        assert_string_equal(message, cases[i].message);
        free(message);
    }
}

static void characters_are_counted_as_javascript_does(void **state)
{
    (void)state;
    struct buffer body = {0};
    buffer_append_string(&body, "{\"kind\":\"done\",\"body\":\"b\",\"title\":\"");
    for (int i = 0; i < 100; i++)
        buffer_append_string(&body, "\xf0\x9f\x98\x80"); /* two each */
    buffer_append_string(&body, "\"}");
    char *message = message_for(&api_push_event_schema, buffer_string(&body));
    assert_string_equal(message, "");
    free(message);
    body.length -= 2;
    buffer_append_string(&body, "a\"}");
    message = message_for(&api_push_event_schema, buffer_string(&body));
    assert_string_equal(message, "body/title Too big: expected string to have <=200 characters");
    free(message);
    buffer_free(&body);
}

static void text_that_is_not_json_is_a_syntax_error(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer answer = {0};
    struct api_login_request request;
    assert_int_equal(
        api_read_body(&api_login_request_schema, slice_of_string("{"), &arena, &request, &answer),
        -1);
    assert_memory_equal(answer.data, "{\"error\":\"SyntaxError\",\"message\":\"", 34);
    assert_null(request.public_key);
    buffer_free(&answer);
    arena_free(&arena);
}

static void only_so_many_faults_are_told(void **state)
{
    (void)state;
    struct buffer body = {0};
    buffer_append_string(&body, "{\"messages\":[0");
    for (int i = 0; i < 99; i++)
        buffer_append_string(&body, ",0");
    buffer_append_string(&body, "]}");
    char *message = message_for(&api_message_post_schema, buffer_string(&body));
    size_t count = 1;
    for (const char *at = message; (at = strstr(at, ", body/")); at++)
        count++;
    assert_int_equal(count, API_PROBLEMS_MAX);
    free(message);
    buffer_free(&body);
}

/* Queries. */

static int read_limit(const char *query, int64_t *limit, char **answer_text)
{
    struct arena arena = {0};
    struct buffer answer = {0};
    struct api_message_query value;
    int status =
        api_read_query(&api_message_query_schema, slice_of_string(query), &arena, &value, &answer);
    *limit = value.limit.value;
    *answer_text = strdup(buffer_string(&answer));
    buffer_free(&answer);
    arena_free(&arena);
    return status;
}

static void numbers_of_queries_are_javascripts(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int64_t limit; /* 0: refused */
    } cases[] = {
        {"", 100},        {"limit=5", 5},       {"limit=0x10", 16},     {"limit=1e2", 100},
        {"limit=+7+", 7}, {"limit=%207%0A", 7}, {"limit=%2B7", 7},      {"limit=500", 500},
        {"limit=5.0", 5}, {"limit=.5e1", 5},    {"limit=0b101", 5},     {"limit=0o17", 15},
        {"other=1", 100}, {"&&limit=3&", 3},    {"%6Cimit=4", 4},       {"limit=", 0},
        {"limit", 0},     {"limit=501", 0},     {"limit=0", 0},         {"limit=1.5", 0},
        {"limit=1_0", 0}, {"limit=x", 0},       {"limit=0x", 0},        {"limit=-0x1", 0},
        {"limit=1e", 0},  {"limit=.", 0},       {"limit=5&limit=6", 0}, {"limit=Infinity", 0},
        {"limit=%00", 0}, {"limit=1%001", 0},   {"limit=0x%11", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t limit;
        char *answer;
        int status = read_limit(cases[i].query, &limit, &answer);
        if ((status == 0) != (cases[i].limit != 0) || limit != cases[i].limit)
            fail_msg("%s: %d, %d %s", cases[i].query, status, (int)limit, answer);
        free(answer);
    }
}

static void queries_are_validated(void **state)
{
    (void)state;
    static const struct {
        const char *query, *answer;
    } cases[] = {
        {"limit=x", "querystring/limit Invalid input: expected number, received NaN"},
        {"limit=0&before_seq=0", "querystring/before_seq Too small: expected number to be >=1, "
                                 "querystring/limit Too small: expected number to be >=1"},
        {"after_seq=1&before_seq=2",
         "querystring/ after_seq and before_seq are mutually exclusive"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer expected = {0};
        int64_t limit;
        char *answer;
        api_error_print_status(&expected, 400, "Error", cases[i].answer);
        assert_int_equal(read_limit(cases[i].query, &limit, &answer), -1);
        assert_string_equal(answer, buffer_string(&expected));
        free(answer);
        buffer_free(&expected);
    }
}

static void texts_of_queries_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *query, *text; /* NULL: refused */
    } cases[] = {
        {"query=a%20b+c%C3%A9", "a b c\xc3\xa9"},
        {"query=%ff", "%ff"},
        {"query=%zz%4", "%zz%4"},
        {"query=a=b", "a=b"},
        {"query", ""},
        {"", NULL},
        {"query=a&query=b", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        struct buffer answer = {0};
        struct api_user_search_query value;
        int status = api_read_query(&api_user_search_query_schema, slice_of_string(cases[i].query),
                                    &arena, &value, &answer);
        assert_int_equal(status == 0, cases[i].text != NULL);
        if (status == 0)
            assert_string_equal(value.query, cases[i].text);
        buffer_free(&answer);
        arena_free(&arena);
    }
}

/* Answers. */

static void bare_arrays_go_both_ways(void **state)
{
    (void)state;
    static const char text[] =
        "[{\"id\":\"a\",\"header\":\"aA==\",\"headerVersion\":1,\"dataEncryptionKey\":\"\","
        "\"seq\":0,\"createdAt\":1,\"updatedAt\":2,\"more\":[true]}]";
    struct arena arena = {0};
    struct buffer printed = {0};
    struct error error;
    struct api_artifact_list list;
    assert_int_equal(
        api_array_parse(&api_artifact_list_schema, slice_of_string(text), &arena, &list, &error),
        0);
    assert_int_equal(list.items.count, 1);
    assert_null(list.items.items[0].body);
    assert_int_equal(api_array_print(&api_artifact_list_schema, &list, &printed, &error), 0);
    assert_string_equal(buffer_string(&printed), text);
    assert_int_equal(
        api_array_parse(&api_artifact_list_schema, slice_of_string("{}"), &arena, &list, &error),
        -1);
    assert_int_equal(error.code, ERROR_INVALID);
    memset(&list, 0, sizeof list);
    buffer_clear(&printed);
    assert_int_equal(api_array_print(&api_artifact_list_schema, &list, &printed, &error), 0);
    assert_string_equal(buffer_string(&printed), "[]");
    buffer_free(&printed);
    arena_free(&arena);
}

static void errors_have_the_bodies_clients_know(void **state)
{
    (void)state;
    struct buffer body = {0};
    api_error_print(&body, "Session \"not\" found");
    api_error_print_failure(&body, "Failed");
    api_error_print_no_route(&body, slice_of_string("/v1/x?y=1"), "GET");
    api_error_print_bad_url(&body, slice_of_string("/v1/kv/%zz"));
    api_error_print_too_large(&body);
    api_error_print_media_type(&body, NULL);
    assert_string_equal(
        buffer_string(&body),
        "{\"error\":\"Session \\\"not\\\" found\"}"
        "{\"success\":false,\"error\":\"Failed\"}"
        "{\"error\":\"Not found\",\"path\":\"/v1/x?y=1\",\"method\":\"GET\"}"
        "{\"error\":\"Bad Request\",\"code\":\"FST_ERR_BAD_URL\",\"message\":\"'/v1/kv/%zz' is not "
        "a valid url component\",\"statusCode\":400}"
        "{\"error\":\"FastifyError\",\"message\":\"Request body is too large\",\"statusCode\":413}"
        "{\"error\":\"FastifyError\",\"message\":\"Unsupported Media Type: undefined\","
        "\"statusCode\":415}");
    buffer_free(&body);
}

static void errors_of_a_server_become_sentences(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body, *message;
        enum error_code code;
    } cases[] = {
        {404, "{\"error\":\"Session not found\"}",
         "the server answered with status 404: Session not found", ERROR_NOT_FOUND},
        {400, "{\"error\":\"Error\",\"message\":\"body/ bad\",\"statusCode\":400}",
         "the server answered with status 400: body/ bad", ERROR_INVALID},
        {502, "<html>", "the server answered with status 502", ERROR_CLOSED},
        {401, "{\"error\":\"a\\u001b[2Jb\\nc\"}", "the server answered with status 401: a?[2Jb?c",
         ERROR_REFUSED},
        {403, "{\"error\":\"\xc3\xa9\xc2\x9b\xc2\xa0\"}",
         "the server answered with status 403: \xc3\xa9?\xc2\xa0", ERROR_REFUSED},
        {409, "{\"success\":false,\"errors\":[]}", "the server answered with status 409",
         ERROR_EXISTS},
        {429, "", "the server answered with status 429", ERROR_LIMIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        assert_int_equal(api_error_read(cases[i].status, slice_of_string(cases[i].body), &error),
                         -1);
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.code, cases[i].code);
    }
}

static void a_long_error_of_a_server_ends_with_a_whole_character(void **state)
{
    (void)state;
    for (size_t before = 0; before < 3; before++) {
        struct buffer body = {0};
        struct error error;
        buffer_append_string(&body, "{\"error\":\"");
        for (size_t i = 0; i < before; i++)
            buffer_append_byte(&body, 'a');
        for (size_t i = 0; i < 400; i++)
            buffer_append_string(&body, "\xe2\x82\xac");
        buffer_append_string(&body, "\"}");
        assert_int_equal(api_error_read(500, slice_of(body.data, body.length), &error), -1);
        assert_true(strlen(error.message) > 250);
        assert_true(utf8_is_valid(error.message, strlen(error.message)));
        buffer_free(&body);
    }
}

/* Realtime. */

static void events_are_refused_as_upstream_does(void **state)
{
    (void)state;
    static const struct {
        enum client_event event;
        const char *payload, *refusal;
    } cases[] = {
        {CLIENT_EVENT_UPDATE_METADATA, "\"text\"", "{\"result\":\"error\"}"},
        {CLIENT_EVENT_MACHINE_UPDATE_STATE, "{\"machineId\":\"\"}",
         "{\"result\":\"error\",\"message\":\"Invalid parameters\"}"},
        {CLIENT_EVENT_MACHINE_UPDATE_STATE, "null",
         "{\"result\":\"error\",\"message\":\"Internal error\"}"},
        {CLIENT_EVENT_USAGE_REPORT,
         "{\"key\":\"k\",\"sessionId\":1,\"tokens\":{\"total\":1},"
         "\"cost\":{\"total\":\"1\"}}",
         "{\"success\":false,\"error\":\"Invalid cost object - must include total\"}"},
        {CLIENT_EVENT_ARTIFACT_UPDATE, "{\"artifactId\":\"a\"}",
         "{\"result\":\"error\",\"message\":\"No updates provided\"}"},
        {CLIENT_EVENT_ARTIFACT_UPDATE, "{\"artifactId\":\"a\",\"header\":{}}",
         "{\"result\":\"error\",\"message\":\"Invalid header parameters\"}"},
        {CLIENT_EVENT_RPC_REGISTER, "7",
         "{\"type\":\"register\",\"error\":\"Invalid method name\"}"},
        {CLIENT_EVENT_RPC_UNREGISTER, "{\"method\":\"\"}",
         "{\"type\":\"unregister\",\"error\":\"Invalid method name\"}"},
        {CLIENT_EVENT_RPC_CALL, "[]",
         "{\"ok\":false,\"error\":\"Invalid parameters: method is required\"}"},
        {CLIENT_EVENT_MESSAGE, "{\"sid\":\"s\",\"message\":null}", ""},
        {CLIENT_EVENT_SESSION_ALIVE, "{\"sid\":\"s\",\"time\":\"1\"}", ""},
        {CLIENT_EVENT_PING, "{}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct schema *schema = client_event_payload(cases[i].event);
        struct arena arena = {0};
        struct buffer refusal = {0};
        struct json_object *payload;
        void *value = calloc(1, schema ? schema->size : 1);
        assert_int_equal(json_text_parse(slice_of_string(cases[i].payload), &payload, NULL), 0);
        assert_int_equal(client_event_read(cases[i].event, payload, &arena, value, &refusal), -1);
        assert_string_equal(buffer_string(&refusal), cases[i].refusal);
        json_object_put(payload);
        free(value);
        buffer_free(&refusal);
        arena_free(&arena);
    }
}

static void connecting_needs_what_the_scope_needs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *refusal; /* NULL: none */
    } cases[] = {
        {"{}", "Missing authentication token"},
        {"{\"token\":\"\"}", "Missing authentication token"},
        {"{\"token\":5}", "Missing authentication token"},
        {"{\"token\":\"t\"}", NULL},
        {"{\"token\":\"t\",\"clientType\":\"odd\"}", NULL},
        {"{\"token\":\"t\",\"clientType\":\"session-scoped\",\"machineId\":\"m\"}",
         "Session ID required for session-scoped clients"},
        {"{\"token\":\"t\",\"clientType\":\"machine-scoped\"}",
         "Machine ID required for machine-scoped clients"},
        {"{\"token\":\"t\",\"clientType\":\"machine-scoped\",\"machineId\":\"m\"}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        struct client_auth auth;
        assert_int_equal(
            schema_parse(&client_auth_schema, slice_of_string(cases[i].text), &arena, &auth, NULL),
            0);
        const char *refusal = client_auth_refusal(&auth);
        if (cases[i].refusal)
            assert_string_equal(refusal, cases[i].refusal);
        else
            assert_null(refusal);
        arena_free(&arena);
    }
}

static void a_made_update_is_printed_in_order(void **state)
{
    (void)state;
    struct update update = {.id = "abcdefghijkl", .seq = 3, .created_at = 9};
    struct buffer text = {0};
    struct error error = {0};
    update.body.type = UPDATE_TYPE_UPDATE_SESSION;
    update.body.update_session.id = "s";
    update.body.update_session.agent_state.object.presence = PRESENT;
    update.body.update_session.agent_state.value = json_null_string;
    update.body.update_session.agent_state.version = 2;
    assert_int_equal(schema_print(&update_schema, &update, &text, &error), 0);
    assert_string_equal(buffer_string(&text),
                        "{\"id\":\"abcdefghijkl\",\"seq\":3,\"body\":{\"t\":\"update-session\","
                        "\"id\":\"s\",\"agentState\":{\"value\":null,\"version\":2}},"
                        "\"createdAt\":9}");
    /* Metadata is never null: the app would drop the update. */
    update.body.update_session.metadata = update.body.update_session.agent_state;
    assert_int_equal(schema_print(&update_schema, &update, &text, &error), -1);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(faults_are_told_as_the_validator_does),
        cmocka_unit_test(characters_are_counted_as_javascript_does),
        cmocka_unit_test(text_that_is_not_json_is_a_syntax_error),
        cmocka_unit_test(only_so_many_faults_are_told),
        cmocka_unit_test(numbers_of_queries_are_javascripts),
        cmocka_unit_test(queries_are_validated),
        cmocka_unit_test(texts_of_queries_are_decoded),
        cmocka_unit_test(bare_arrays_go_both_ways),
        cmocka_unit_test(errors_have_the_bodies_clients_know),
        cmocka_unit_test(errors_of_a_server_become_sentences),
        cmocka_unit_test(a_long_error_of_a_server_ends_with_a_whole_character),
        cmocka_unit_test(events_are_refused_as_upstream_does),
        cmocka_unit_test(connecting_needs_what_the_scope_needs),
        cmocka_unit_test(a_made_update_is_printed_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
