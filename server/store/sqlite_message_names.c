#include "store/sqlite_message_names.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/sqlite_sets.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_MESSAGE_NAMES, place})

_Static_assert(crypto_shorthash_BYTES == NAME_HASH_SIZE, "the size is stored");
_Static_assert(crypto_shorthash_KEYBYTES == SQLITE_NAME_KEY_SIZE, "the key is stored");

enum { KEY, LOAD, SAVE, MESSAGE, FIND, ADD };
static const char *const SQL[] = {
    [KEY] = "SELECT value FROM server_value WHERE name = 'message name key'",
    [LOAD] = "SELECT first, hashes FROM message_recent WHERE session = ?",
    [SAVE] = "INSERT INTO message_recent (session, first, hashes) VALUES (?, ?, ?)"
             " ON CONFLICT (session) DO UPDATE"
             " SET first = excluded.first, hashes = excluded.hashes",
    [MESSAGE] = "SELECT id, local_id, created_at FROM message WHERE position = ?",
    [FIND] = "SELECT sequence FROM message_name WHERE session = ? AND hash = ?",
    [ADD] = "INSERT INTO message_name (session, hash, sequence) VALUES (?, ?, ?)",
};
const struct sqlite_statements SQLITE_MESSAGE_NAME_STATEMENTS = {"message names", SQL,
                                                                 sizeof SQL / sizeof *SQL};

static const unsigned char NO_NAME[NAME_HASH_SIZE];

static void read_key(struct sqlite_rows *rows, void *row)
{
    struct slice key = sqlite_bytes(rows, 0);
    if (key.length == SQLITE_NAME_KEY_SIZE)
        memcpy(row, key.data, SQLITE_NAME_KEY_SIZE);
}

static void read_recent(struct sqlite_rows *rows, void *row)
{
    struct recent_names *names = row;
    struct slice hashes = sqlite_bytes(rows, 1);
    names->first = sqlite_integer(rows, 0);
    names->count = hashes.length / NAME_HASH_SIZE;
    if (names->count > RECENT_NAMES_MAX)
        names->count = RECENT_NAMES_MAX;
    if (names->count > 0)
        memcpy(names->hashes, hashes.data, names->count * NAME_HASH_SIZE);
}

static void read_posted(struct sqlite_rows *rows, void *row)
{
    struct message_posted *posted = row;
    posted->id = sqlite_text(rows, 0);
    posted->local_id = sqlite_name(rows, 1);
    posted->created_at = sqlite_integer(rows, 2);
}

int recent_names_load(struct store_transaction *tx, int64_t session, struct recent_names *names,
                      struct error *error)
{
    names->session = session;
    names->first = 1;
    names->count = 0;
    return sqlite_read_one(tx, STATEMENT(LOAD), VALUES(integer(session)), read_recent, names,
                           error) < 0
               ? -1
               : 0;
}

static int hash_name(struct store_transaction *tx, struct slice local_id,
                     unsigned char hash[static NAME_HASH_SIZE], struct error *error)
{
    struct store_connection *connection = (struct store_connection *)tx;
    if (!connection->has_name_key) {
        int found =
            sqlite_read_one(tx, STATEMENT(KEY), NO_VALUES, read_key, connection->name_key, error);
        if (found != STORE_OK)
            return found < 0 ? -1 : error_set(error, ERROR_DATABASE, "the key of names is missing");
        connection->has_name_key = true;
    }
    crypto_shorthash(hash, (const unsigned char *)local_id.data, local_id.length,
                     connection->name_key);
    if (memcmp(hash, NO_NAME, NAME_HASH_SIZE) == 0)
        hash[0] = 1;
    return 0;
}

/* The same number on every machine. */
static int64_t hash_number(const unsigned char hash[static NAME_HASH_SIZE])
{
    uint64_t number = 0;
    for (unsigned i = 0; i < NAME_HASH_SIZE; i++)
        number = number << 8 | hash[i];
    return (int64_t)number;
}

/* STORE_OK when the message at `sequence` has the name. */
static int look_at(struct store_transaction *tx, int64_t session, int64_t sequence,
                   struct slice local_id, struct message_posted *posted, struct error *error)
{
    *posted = (struct message_posted){.sequence = sequence};
    int found = sqlite_read_one(tx, STATEMENT(MESSAGE),
                                VALUES(integer(message_position(session, sequence))), read_posted,
                                posted, error);
    if (found != STORE_OK)
        return found;
    bool same = posted->local_id.length == local_id.length &&
                memcmp(posted->local_id.data, local_id.data, local_id.length) == 0;
    return same ? STORE_OK : STORE_NOT_FOUND;
}

static int find_indexed(struct store_transaction *tx, int64_t session, int64_t hash,
                        struct slice local_id, struct message_posted *posted, struct error *error)
{
    struct sqlite_rows rows;
    int result, found = STORE_NOT_FOUND;
    if (sqlite_rows_begin(&rows, tx, STATEMENT(FIND), VALUES(integer(session), integer(hash)),
                          error) < 0)
        return -1;
    while ((result = sqlite_rows_next(&rows, error)) > 0) {
        found = look_at(tx, session, sqlite_integer(&rows, 0), local_id, posted, error);
        if (found != STORE_NOT_FOUND)
            return sqlite_rows_end(&rows, error) < 0 ? -1 : found;
    }
    return result < 0 ? -1 : found;
}

int recent_names_find(struct store_transaction *tx, const struct recent_names *names,
                      struct slice local_id, struct message_posted *posted, struct error *error)
{
    unsigned char hash[NAME_HASH_SIZE];
    if (hash_name(tx, local_id, hash, error) < 0)
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        if (memcmp(names->hashes[i], hash, NAME_HASH_SIZE) != 0)
            continue;
        int found = look_at(tx, names->session, names->first + (int64_t)i, local_id, posted, error);
        if (found != STORE_NOT_FOUND)
            return found;
    }
    if (names->first == 1)
        return STORE_NOT_FOUND;
    return find_indexed(tx, names->session, hash_number(hash), local_id, posted, error);
}

int recent_names_add(struct store_transaction *tx, struct recent_names *names,
                     struct slice local_id, struct error *error)
{
    unsigned char *hash = names->hashes[names->count++];
    if (local_id.data)
        return hash_name(tx, local_id, hash, error);
    memcpy(hash, NO_NAME, NAME_HASH_SIZE);
    return 0;
}

struct indexed {
    int64_t hash, sequence;
};

static int by_hash(const void *a, const void *b)
{
    int64_t one = ((const struct indexed *)a)->hash, other = ((const struct indexed *)b)->hash;
    return (one > other) - (one < other);
}

/* In the order of the index, so that each of its pages is visited once. */
static int move_to_index(struct store_transaction *tx, struct recent_names *names,
                         struct error *error)
{
    struct indexed sorted[RECENT_NAMES_MAX + MESSAGE_POST_MAX];
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++)
        if (memcmp(names->hashes[i], NO_NAME, NAME_HASH_SIZE) != 0)
            sorted[count++] =
                (struct indexed){hash_number(names->hashes[i]), names->first + (int64_t)i};
    qsort(sorted, count, sizeof *sorted, by_hash);
    for (size_t i = 0; i < count; i++)
        if (sqlite_run(tx, STATEMENT(ADD),
                       VALUES(integer(names->session), integer(sorted[i].hash),
                              integer(sorted[i].sequence)),
                       error) < 0)
            return -1;
    names->first += (int64_t)names->count;
    names->count = 0;
    return 0;
}

/* Not the same for all sessions: many that are used alike would have their turn at once. */
static size_t room_of(const struct recent_names *names)
{
    return RECENT_NAMES_MAX - (size_t)(names->session * 29 % (RECENT_NAMES_MAX / 2));
}

int recent_names_save(struct store_transaction *tx, struct recent_names *names, struct error *error)
{
    if (names->count >= room_of(names) && move_to_index(tx, names, error) < 0)
        return -1;
    return sqlite_run(tx, STATEMENT(SAVE),
                      VALUES(integer(names->session), integer(names->first),
                             bytes(slice_of(names->hashes, names->count * NAME_HASH_SIZE))),
                      error) < 0
               ? -1
               : 0;
}
