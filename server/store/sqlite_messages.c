#include <stdlib.h>

#include "store/sqlite_message_names.h"
#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_MESSAGES, place})

#define SEQUENCE_MAX     UINT32_MAX /* what a position has room for: see sqlite_schema.c */

#define SELECT                                                                                     \
    "SELECT position & 4294967295, id, is_json, content, local_id, created_at FROM message "

enum { SESSION, ADD, ADVANCE, LIST_AFTER, LIST_BEFORE };
static const char *const SQL[] = {
    [SESSION] = "SELECT number, sequence FROM session WHERE id = ? AND account = ?",
    [ADD] = "INSERT INTO message (position, id, local_id, created_at, is_json, content)"
            " VALUES (?, ?, ?, ?, ?, ?)",
    [ADVANCE] = "UPDATE session SET sequence = ?, updated_at = ? WHERE number = ?",
    [LIST_AFTER] = SELECT "WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
    [LIST_BEFORE] = SELECT "WHERE position < ? AND position >= ? ORDER BY position DESC LIMIT ?",
};
const struct sqlite_statements SQLITE_MESSAGE_STATEMENTS = {"messages", SQL,
                                                            sizeof SQL / sizeof *SQL};

struct target {
    int64_t number, sequence;
};

static void read_target(struct sqlite_rows *rows, void *row)
{
    *(struct target *)row = (struct target){sqlite_integer(rows, 0), sqlite_integer(rows, 1)};
}

static int add(struct store_transaction *tx, struct target *session,
               const struct message_item *item, struct message_posted *posted, struct error *error)
{
    if (session->sequence >= SEQUENCE_MAX)
        return error_set(error, ERROR_LIMIT, "the session has %lld messages, which is the most",
                         (long long)session->sequence);
    *posted = (struct message_posted){
        .id = sqlite_new_id(tx),
        .sequence = session->sequence + 1,
        .local_id = item->local_id,
        .created_at = tx->now_ms,
        .is_new = true,
    };
    if (!posted->id.data)
        return sqlite_out_of_memory(error);
    if (sqlite_run(tx, STATEMENT(ADD),
                   VALUES(integer(message_position(session->number, posted->sequence)),
                          text(posted->id), name(item->local_id), integer(tx->now_ms),
                          integer(item->content_is_json), compact(item->content)),
                   error) < 0)
        return -1;
    session->sequence++;
    return STORE_OK;
}

static bool is_listed(const struct message_posted_list *list, int64_t sequence)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].sequence == sequence)
            return true;
    return false;
}

static int by_sequence(const void *a, const void *b)
{
    int64_t one = ((const struct message_posted *)a)->sequence;
    int64_t other = ((const struct message_posted *)b)->sequence;
    return (one > other) - (one < other);
}

/* Of equal names the first counts: a second one finds the message that was just added. */
static int post_item(struct store_transaction *tx, struct target *session,
                     struct recent_names *names, const struct message_item *item,
                     struct message_posted *posted, struct error *error)
{
    int found = STORE_NOT_FOUND;
    if (item->local_id.data)
        found = recent_names_find(tx, names, item->local_id, posted, error);
    if (found != STORE_NOT_FOUND)
        return found;
    if (add(tx, session, item, posted, error) < 0)
        return -1;
    return recent_names_add(tx, names, item->local_id, error);
}

static int post_items(struct store_transaction *tx, struct target *session,
                      const struct message_item *items, size_t count,
                      struct message_posted_list *list, struct error *error)
{
    struct recent_names names;
    if (recent_names_load(tx, session->number, &names, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct message_posted posted;
        if (post_item(tx, session, &names, &items[i], &posted, error) < 0)
            return -1;
        if (!posted.is_new && is_listed(list, posted.sequence))
            continue;
        posted.item = i;
        list->new_count += posted.is_new;
        list->rows[list->count++] = posted;
    }
    qsort(list->rows, list->count, sizeof *list->rows, by_sequence);
    return list->new_count > 0 ? recent_names_save(tx, &names, error) : 0;
}

static int post(struct store_transaction *tx, struct slice account, struct slice session_id,
                const struct message_item *items, size_t count, struct message_posted_list *list,
                struct error *error)
{
    struct target session;
    *list = (struct message_posted_list){0};
    if (count > MESSAGE_POST_MAX)
        return error_set(error, ERROR_LIMIT, "%zu messages at once are more than %u", count,
                         MESSAGE_POST_MAX);
    int found = sqlite_read_one(tx, STATEMENT(SESSION), VALUES(text(session_id), text(account)),
                                read_target, &session, error);
    if (found != STORE_OK)
        return found;
    list->rows = store_arena_allocate(tx->arena, (count + 1) * sizeof *list->rows);
    if (!list->rows)
        return sqlite_out_of_memory(error);
    if (post_items(tx, &session, items, count, list, error) < 0)
        return -1;
    if (list->new_count == 0)
        return STORE_OK;
    return sqlite_change(
        tx, STATEMENT(ADVANCE),
        VALUES(integer(session.sequence), integer(tx->now_ms), integer(session.number)), error);
}

static void read_message(struct sqlite_rows *rows, struct message *message)
{
    *message = (struct message){
        .sequence = sqlite_integer(rows, 0),
        .id = sqlite_text(rows, 1),
        .content_is_json = sqlite_integer(rows, 2) != 0,
        .content = sqlite_compact(rows, 3),
        .local_id = sqlite_name(rows, 4),
        .created_at = sqlite_integer(rows, 5),
    };
}

/* Rows are taken out one by one, because their sum of bytes is bounded too. */
static int read_list(struct store_transaction *tx, unsigned place, int64_t from, int64_t to,
                     unsigned limit, size_t bytes_max, struct message_list *list,
                     struct error *error)
{
    struct sqlite_rows rows;
    size_t bytes = 0;
    int result;
    list->rows = store_arena_allocate(tx->arena, (limit + 1) * sizeof *list->rows);
    if (!list->rows)
        return sqlite_out_of_memory(error);
    if (sqlite_rows_begin(&rows, tx, STATEMENT(place),
                          VALUES(integer(from), integer(to), integer((int64_t)limit + 1)),
                          error) < 0)
        return -1;
    while ((result = sqlite_rows_next(&rows, error)) > 0) {
        if (list->count == limit || (list->count > 0 && bytes >= bytes_max)) {
            list->has_more = true;
            return sqlite_rows_end(&rows, error) < 0 ? -1 : STORE_OK;
        }
        read_message(&rows, &list->rows[list->count]);
        bytes += list->rows[list->count++].content.length;
    }
    return result < 0 ? -1 : STORE_OK;
}

static int find(struct store_transaction *tx, struct slice account, struct slice session_id,
                unsigned *limit, size_t *bytes_max, struct target *session,
                struct message_list *list, struct error *error)
{
    *list = (struct message_list){0};
    *limit = at_most(*limit, MESSAGE_LIST_MAX);
    if (*bytes_max > MESSAGE_BYTES_MAX)
        *bytes_max = MESSAGE_BYTES_MAX;
    return sqlite_read_one(tx, STATEMENT(SESSION), VALUES(text(session_id), text(account)),
                           read_target, session, error);
}

static int list_after(struct store_transaction *tx, struct slice account, struct slice session_id,
                      int64_t after, unsigned limit, size_t bytes_max, struct message_list *list,
                      struct error *error)
{
    struct target session;
    int found = find(tx, account, session_id, &limit, &bytes_max, &session, list, error);
    if (found != STORE_OK || after >= SEQUENCE_MAX)
        return found;
    return read_list(tx, LIST_AFTER, message_position(session.number, after > 0 ? after : 0),
                     message_position(session.number, SEQUENCE_MAX), limit, bytes_max, list, error);
}

static int list_before(struct store_transaction *tx, struct slice account, struct slice session_id,
                       int64_t before, unsigned limit, size_t bytes_max, struct message_list *list,
                       struct error *error)
{
    struct target session;
    int found = find(tx, account, session_id, &limit, &bytes_max, &session, list, error);
    if (found != STORE_OK || before <= 0)
        return found;
    if (before > SEQUENCE_MAX)
        before = (int64_t)SEQUENCE_MAX + 1;
    return read_list(tx, LIST_BEFORE, message_position(session.number, before),
                     message_position(session.number, 0), limit, bytes_max, list, error);
}

const struct message_operations SQLITE_MESSAGE_OPERATIONS = {
    .post = post,
    .list_after = list_after,
    .list_before = list_before,
};
