/* Users, friends and the feed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub.h"
#include "request.h"
#include "store/friendship.h"
#include "stored_value.h"
#include "wire/api_people.h"
#include "wire/json_text.h"

#define SEARCH_LIMIT   10u
#define CURSOR_PREFIX  "0-"
#define ACCOUNT_ID_MAX 64u /* a cuid is shorter */
#define REPEAT_KEY_MAX 96u
#define FEED_TEXT_MAX  160u

/* An item that the request put into somebody's feed. */
struct feed_note {
    bool posted;
    int64_t sequence;
    struct feed_item item;
    char key[REPEAT_KEY_MAX], body[FEED_TEXT_MAX]; /* which the item may refer to */
};

struct people_state {
    int outcome;
    struct person person;
    struct people_list list;
    struct friendship friendship;
    struct feed_list feed;
    int64_t before, after;
    struct feed_note to_caller, to_other;
};

static enum api_relation api_relation_of(enum relation_status status)
{
    static const enum api_relation relations[] = {
        [RELATION_NONE] = API_RELATION_NONE,         [RELATION_REQUESTED] = API_RELATION_REQUESTED,
        [RELATION_PENDING] = API_RELATION_PENDING,   [RELATION_FRIEND] = API_RELATION_FRIEND,
        [RELATION_REJECTED] = API_RELATION_REJECTED,
    };
    return relations[status];
}

static struct api_user api_user_of(const struct person *person)
{
    const struct account *account = &person->account;
    return (struct api_user){.object.presence = PRESENT,
                             .id = stored_text(account->id),
                             .first_name = account->first_name.data ? account->first_name.data : "",
                             .last_name = stored_text(account->last_name),
                             .avatar.object.presence = IS_NULL,
                             .username = account->username.data ? account->username.data : "",
                             .bio = json_null_string,
                             .status = api_relation_of(person->status)};
}

/* NULL when memory runs out. */
static struct api_user *api_users_of(struct request *request, const struct people_list *list)
{
    struct api_user *users = arena_allocate(&request->arena, list->count * sizeof *users);
    for (size_t i = 0; users && i < list->count; i++)
        users[i] = api_user_of(&list->rows[i]);
    return users;
}

static int run_get(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct people_state *state = request->state;
    state->outcome = tx->op->people->get(tx, request_account(request),
                                         request_parameter(request, 0), &state->person, error);
    return state->outcome < 0 ? -1 : 0;
}

static void done_get(struct request *request)
{
    const struct people_state *state = request->state;
    if (state->outcome != STORE_OK) {
        request_answer_error(request, 404, "User not found");
        return;
    }
    const struct api_user_answer answer = {.user = api_user_of(&state->person)};
    request_answer(request, 200, &api_user_answer_schema, &answer);
}

static void handle_get(struct request *request)
{
    if (request_state(request, sizeof(struct people_state)))
        request_store_read(request, run_get, done_get);
}

static int run_search(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_user_search_query *query = request->query;
    struct people_state *state = request->state;
    return tx->op->people->search(tx, request_account(request), given_text(query->query),
                                  SEARCH_LIMIT, &state->list, error);
}

static void done_search(struct request *request)
{
    const struct people_state *state = request->state;
    const struct api_user_list answer = {.users = {.items = api_users_of(request, &state->list),
                                                   .count = state->list.count,
                                                   .presence = PRESENT}};
    if (!answer.users.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_user_list_schema, &answer);
}

static void handle_search(struct request *request)
{
    if (request_state(request, sizeof(struct people_state)))
        request_store_read(request, run_search, done_search);
}

static int run_friends(struct store_transaction *tx, struct request *request, struct error *error)
{
    struct people_state *state = request->state;
    return tx->op->people->friends(tx, request_account(request), PEOPLE_LIST_MAX, &state->list,
                                   error);
}

static void done_friends(struct request *request)
{
    const struct people_state *state = request->state;
    const struct api_friend_list answer = {.friends = {.items = api_users_of(request, &state->list),
                                                       .count = state->list.count,
                                                       .presence = PRESENT}};
    if (!answer.friends.items)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_friend_list_schema, &answer);
}

static void handle_friends(struct request *request)
{
    if (request_state(request, sizeof(struct people_state)))
        request_store_read(request, run_friends, done_friends);
}

/* Puts what happened between `owner` and `other` into the owner's feed. Ids are cuids here: they
   need no escapes. */
static int post_note(struct store_transaction *tx, struct slice owner, struct slice other,
                     const char *kind, struct feed_note *note, struct error *error)
{
    int id_length = (int)(other.length < ACCOUNT_ID_MAX ? other.length : ACCOUNT_ID_MAX);
    snprintf(note->key, sizeof note->key, "%s_%.*s", kind, id_length, other.data);
    snprintf(note->body, sizeof note->body, "{\"kind\":\"%s\",\"uid\":\"%.*s\"}", kind, id_length,
             other.data);
    if (tx->op->feed->post(tx, owner, slice_of_string(note->key), slice_of_string(note->body),
                           &note->item, error) != STORE_OK ||
        tx->op->accounts->take_sequence(tx, owner, 1, &note->sequence, error) != STORE_OK)
        return error_set(error, ERROR_NOT_FOUND, "there is no such account");
    note->posted = true;
    return 0;
}

static int run_add(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_friend_request *body = request->body;
    struct people_state *state = request->state;
    struct slice account = request_account(request), other = given_text(body->uid);
    state->to_caller.posted = state->to_other.posted = false;
    state->outcome = friendship_add(tx, account, other, &state->friendship, error);
    if (state->outcome == STORE_OK)
        state->outcome = tx->op->people->get(tx, account, other, &state->person, error);
    if (state->outcome != STORE_OK)
        return state->outcome < 0 ? -1 : 0;
    const char *kind =
        state->friendship.status == RELATION_FRIEND ? "friend_accepted" : "friend_request";
    other = state->person.account.id;
    if (state->friendship.notify_from &&
        post_note(tx, account, other, kind, &state->to_caller, error) != 0)
        return -1;
    if (state->friendship.notify_to &&
        post_note(tx, other, account, kind, &state->to_other, error) != 0)
        return -1;
    return 0;
}

static int run_remove(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_friend_request *body = request->body;
    struct people_state *state = request->state;
    struct slice account = request_account(request), other = given_text(body->uid);
    state->outcome = friendship_remove(tx, account, other, &state->friendship, error);
    if (state->outcome == STORE_OK)
        state->outcome = tx->op->people->get(tx, account, other, &state->person, error);
    return state->outcome < 0 ? -1 : 0;
}

/* The item as the API has it. False: what is stored cannot be read. */
static bool put_feed_item(struct request *request, const struct feed_item *item,
                          struct api_feed_item *row)
{
    *row = (struct api_feed_item){
        .object.presence = PRESENT,
        .id = stored_text(item->id),
        .repeat_key = stored_text(item->repeat_key),
        .cursor = arena_format(&request->arena, CURSOR_PREFIX "%lld", (long long)item->counter),
        .created_at = item->created_at};
    if (!row->cursor ||
        schema_parse(&api_feed_body_schema, item->body, &request->arena, &row->body, NULL) != 0)
        return false;
    row->body.object.presence = PRESENT;
    return true;
}

static void tell_of_note(struct request *request, struct slice owner, const struct feed_note *note)
{
    struct api_feed_item item;
    if (!note->posted || !put_feed_item(request, &note->item, &item))
        return;
    const struct update_body update = {.type = UPDATE_TYPE_NEW_FEED_POST,
                                       .new_feed_post = {.id = item.id,
                                                         .body = item.body,
                                                         .cursor = item.cursor,
                                                         .created_at = item.created_at,
                                                         .repeat_key = item.repeat_key}};
    hub_update(request->application->hub, owner, hub_users(), note->sequence, &update);
}

/* After add and remove. */
static void done_friendship(struct request *request)
{
    struct people_state *state = request->state;
    struct api_user_answer answer = {.user.object.presence = IS_NULL};
    if (state->outcome == STORE_OK) {
        tell_of_note(request, request_account(request), &state->to_caller);
        tell_of_note(request, state->person.account.id, &state->to_other);
        state->person.status = state->friendship.status;
        answer.user = api_user_of(&state->person);
    }
    request_answer(request, 200, &api_user_answer_schema, &answer);
}

static void handle_add(struct request *request)
{
    if (request_state(request, sizeof(struct people_state)))
        request_store(request, run_add, done_friendship);
}

static void handle_remove(struct request *request)
{
    if (request_state(request, sizeof(struct people_state)))
        request_store(request, run_remove, done_friendship);
}

static int run_feed(struct store_transaction *tx, struct request *request, struct error *error)
{
    const struct api_feed_query *query = request->query;
    struct people_state *state = request->state;
    return tx->op->feed->list(tx, request_account(request), state->before, state->after,
                              (unsigned)query->limit.value, &state->feed, error);
}

static void done_feed(struct request *request)
{
    const struct people_state *state = request->state;
    struct api_feed answer = {.items.presence = PRESENT, .has_more = state->feed.has_more};
    answer.items.items =
        arena_allocate(&request->arena, state->feed.count * sizeof *answer.items.items);
    bool readable = answer.items.items != NULL;
    for (size_t i = 0; readable && i < state->feed.count; i++)
        readable =
            put_feed_item(request, &state->feed.rows[i], &answer.items.items[answer.items.count++]);
    if (!readable)
        request_answer_internal(request);
    else
        request_answer(request, 200, &api_feed_schema, &answer);
}

/* "0-7" is 7. Absent leaves `counter` alone; false: it is no cursor. */
static bool read_cursor(const char *cursor, int64_t *counter)
{
    if (!is_text(cursor))
        return true;
    const char *digits = cursor + strlen(CURSOR_PREFIX);
    size_t length = strncmp(cursor, CURSOR_PREFIX, strlen(CURSOR_PREFIX)) == 0
                        ? strspn(digits, "0123456789")
                        : 0;
    if (length == 0 || length > 18 || digits[length] != '\0')
        return false;
    *counter = strtoll(digits, NULL, 10);
    return true;
}

static void handle_feed(struct request *request)
{
    const struct api_feed_query *query = request->query;
    struct people_state *state = request_state(request, sizeof *state);
    if (!state)
        return;
    bool has_before = is_text(query->before);
    state->before = INT64_MAX;
    if (!read_cursor(query->before, &state->before) || !read_cursor(query->after, &state->after)) {
        request_answer_error(request, 400, "Invalid cursor format");
        return;
    }
    if (has_before)
        state->after = 0;
    request_store_read(request, run_feed, done_feed);
}

static const struct route routes[] = {
    {ROUTE_GET, "/v1/user/search", .query = &api_user_search_query_schema, .handle = handle_search},
    {ROUTE_GET, "/v1/user/:id", .handle = handle_get},
    {ROUTE_GET, "/v1/friends", .handle = handle_friends},
    {ROUTE_POST, "/v1/friends/add", .body = &api_friend_request_schema, .handle = handle_add},
    {ROUTE_POST, "/v1/friends/remove", .body = &api_friend_request_schema, .handle = handle_remove},
    {ROUTE_GET, "/v1/feed", .query = &api_feed_query_schema, .handle = handle_feed},
};

const struct route_table ROUTES_PEOPLE = ROUTE_TABLE(routes);
