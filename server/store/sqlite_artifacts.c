#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_ARTIFACTS, place})

#define COLUMNS                                                                                    \
    "id, sequence, header_version, body_version, created_at, updated_at, data_key, header"

enum { GET, OWNER, LIST, ADD, SET_HEADER, SET_BODY, TOUCH, REMOVE };
static const char *const SQL[] = {
    [GET] = "SELECT " COLUMNS ", body FROM artifact WHERE id = ? AND account = ?",
    [OWNER] = "SELECT 1 FROM artifact WHERE id = ?",
    [LIST] = ("SELECT " COLUMNS " FROM artifact WHERE account = ?"
              " ORDER BY updated_at DESC, rowid DESC LIMIT ?"),
    [ADD] = "INSERT INTO artifact (id, account, sequence, header_version, body_version, created_at,"
            " updated_at, data_key, header, body) VALUES (?1, ?2, 0, 1, 1, ?3, ?3, ?4, ?5, ?6)",
    [SET_HEADER] = "UPDATE artifact SET header = ?, header_version = ? WHERE id = ?",
    [SET_BODY] = "UPDATE artifact SET body = ?, body_version = ? WHERE id = ?",
    [TOUCH] = "UPDATE artifact SET sequence = sequence + 1, updated_at = ? WHERE id = ?",
    [REMOVE] = "DELETE FROM artifact WHERE id = ? AND account = ?",
};
const struct sqlite_statements SQLITE_ARTIFACT_STATEMENTS = {"artifacts", SQL,
                                                             sizeof SQL / sizeof *SQL};

static void read_without_body(struct sqlite_rows *rows, void *row)
{
    *(struct artifact *)row = (struct artifact){
        .id = sqlite_text(rows, 0),
        .sequence = sqlite_integer(rows, 1),
        .header_version = sqlite_integer(rows, 2),
        .body_version = sqlite_integer(rows, 3),
        .created_at = sqlite_integer(rows, 4),
        .updated_at = sqlite_integer(rows, 5),
        .data_key = sqlite_bytes(rows, 6),
        .header = sqlite_bytes(rows, 7),
    };
}

static void read_artifact(struct sqlite_rows *rows, void *row)
{
    read_without_body(rows, row);
    ((struct artifact *)row)->body = sqlite_bytes(rows, 8);
}

static void read_nothing(struct sqlite_rows *rows, void *row)
{
    (void)rows, (void)row;
}

static int get(struct store_transaction *tx, struct slice account, struct slice id,
               struct artifact *artifact, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(id), text(account)), read_artifact,
                           artifact, error);
}

static int create(struct store_transaction *tx, struct slice account, struct slice id,
                  struct slice header, struct slice body, struct slice data_key,
                  struct artifact *artifact, struct error *error)
{
    int found = get(tx, account, id, artifact, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_EXISTS;
    found = sqlite_read_one(tx, STATEMENT(OWNER), VALUES(text(id)), read_nothing, NULL, error);
    if (found != STORE_NOT_FOUND)
        return found < 0 ? -1 : STORE_FOREIGN;
    if (sqlite_run(tx, STATEMENT(ADD),
                   VALUES(text(id), text(account), integer(tx->now_ms), bytes(data_key),
                          bytes(header), bytes(body)),
                   error) < 0)
        return -1;
    return get(tx, account, id, artifact, error);
}

static int list(struct store_transaction *tx, struct slice account, unsigned limit,
                struct artifact_list *artifacts, struct error *error)
{
    struct sqlite_list found;
    limit = at_most(limit, ARTIFACT_LIST_MAX);
    if (sqlite_read_list(tx, STATEMENT(LIST), VALUES(text(account), integer(limit)),
                         read_without_body, sizeof *artifacts->rows, limit, &found, error) < 0)
        return -1;
    *artifacts = (struct artifact_list){found.rows, found.count};
    return STORE_OK;
}

static bool compare(struct artifact_change *change, struct slice value, int64_t version)
{
    change->mismatch = change->wanted && change->expected_version != version;
    change->current = (struct store_versioned){.value = value, .version = version};
    return change->mismatch;
}

static int write_part(struct store_transaction *tx, unsigned place, struct slice id,
                      struct artifact_change *change, struct error *error)
{
    if (!change->wanted)
        return 0;
    change->current =
        (struct store_versioned){.value = change->value, .version = change->expected_version + 1};
    return sqlite_run(tx, STATEMENT(place),
                      VALUES(bytes(change->value), integer(change->current.version), text(id)),
                      error);
}

static int update(struct store_transaction *tx, struct slice account, struct slice id,
                  struct artifact_change *header, struct artifact_change *body, struct error *error)
{
    struct artifact artifact;
    int found = get(tx, account, id, &artifact, error);
    if (found != STORE_OK)
        return found;
    bool differs = compare(header, artifact.header, artifact.header_version);
    differs |= compare(body, artifact.body, artifact.body_version);
    if (differs)
        return STORE_MISMATCH;
    if (write_part(tx, SET_HEADER, id, header, error) < 0 ||
        write_part(tx, SET_BODY, id, body, error) < 0)
        return -1;
    return sqlite_change(tx, STATEMENT(TOUCH), VALUES(integer(tx->now_ms), text(id)), error);
}

static int remove_artifact(struct store_transaction *tx, struct slice account, struct slice id,
                           struct error *error)
{
    return sqlite_change(tx, STATEMENT(REMOVE), VALUES(text(id), text(account)), error);
}

const struct artifact_operations SQLITE_ARTIFACT_OPERATIONS = {
    .create = create,
    .get = get,
    .list = list,
    .update = update,
    .remove = remove_artifact,
};
