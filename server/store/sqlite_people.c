#include "store/sqlite_sets.h"
#include "store/sqlite_statement.h"

#define STATEMENT(place) ((struct sqlite_which){SET_OF_PEOPLE, place})

#define SELECT           "SELECT " SQLITE_ACCOUNT_COLUMNS ", coalesce(r.status, 0) FROM "
#define RELATION         " LEFT JOIN relation r ON r.from_account = ?1 AND r.to_account = a.id "

enum { GET, SEARCH, FRIENDS, GET_RELATION, SET_RELATION };
static const char *const SQL[] = {
    [GET] = SELECT "account a LEFT JOIN account_profile p ON p.account = a.id" RELATION
                   "WHERE a.id = ?2",
    [SEARCH] = SELECT "account_profile p CROSS JOIN account a ON a.id = p.account" RELATION
                      "WHERE p.username >= ?2 AND p.username < ?3 ORDER BY p.username LIMIT ?4",
    [FRIENDS] = SELECT "relation r CROSS JOIN account a ON a.id = r.to_account"
                       " LEFT JOIN account_profile p ON p.account = a.id"
                       " WHERE r.from_account = ? AND r.status IN (1, 2, 3)"
                       " ORDER BY r.to_account LIMIT ?",
    [GET_RELATION] = "SELECT status, notified_at FROM relation"
                     " WHERE from_account = ? AND to_account = ?",
    [SET_RELATION] = "INSERT INTO relation (from_account, to_account, status, notified_at,"
                     " accepted_at, created_at, updated_at)"
                     " VALUES (?1, ?2, ?3, ?4, CASE ?3 WHEN 3 THEN ?5 END, ?5, ?5)"
                     " ON CONFLICT (from_account, to_account) DO UPDATE"
                     " SET status = excluded.status, notified_at = excluded.notified_at,"
                     " updated_at = excluded.updated_at,"
                     " accepted_at = coalesce(excluded.accepted_at, accepted_at)",
};
const struct sqlite_statements SQLITE_PEOPLE_STATEMENTS = {"people", SQL, sizeof SQL / sizeof *SQL};

_Static_assert(RELATION_REQUESTED == 1 && RELATION_PENDING == 2 && RELATION_FRIEND == 3,
               "the numbers are stored");

static void read_person(struct sqlite_rows *rows, void *row)
{
    struct person *person = row;
    sqlite_read_account(rows, &person->account);
    person->status = (enum relation_status)sqlite_integer(rows, SQLITE_ACCOUNT_COLUMN_COUNT);
}

static int get(struct store_transaction *tx, struct slice account, struct slice id,
               struct person *person, struct error *error)
{
    return sqlite_read_one(tx, STATEMENT(GET), VALUES(text(account), text(id)), read_person, person,
                           error);
}

static int read_people(struct store_transaction *tx, unsigned place, struct sqlite_values values,
                       unsigned limit, struct people_list *people, struct error *error)
{
    struct sqlite_list found;
    if (sqlite_read_list(tx, STATEMENT(place), values, read_person, sizeof *people->rows, limit,
                         &found, error) < 0)
        return -1;
    *people = (struct people_list){found.rows, found.count};
    return STORE_OK;
}

static int search(struct store_transaction *tx, struct slice account, struct slice prefix,
                  unsigned limit, struct people_list *people, struct error *error)
{
    static const char last[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF sorts behind all that may follow */
    limit = at_most(limit, PEOPLE_LIST_MAX);
    char *end = store_arena_allocate(tx->arena, prefix.length + sizeof last);
    if (!end)
        return sqlite_out_of_memory(error);
    if (prefix.length > 0)
        memcpy(end, prefix.data, prefix.length);
    memcpy(end + prefix.length, last, sizeof last);
    return read_people(tx, SEARCH,
                       VALUES(text(account), text(prefix.data ? prefix : slice_of("", 0)),
                              text(slice_of(end, prefix.length + sizeof last - 1)), integer(limit)),
                       limit, people, error);
}

static int friends(struct store_transaction *tx, struct slice account, unsigned limit,
                   struct people_list *people, struct error *error)
{
    limit = at_most(limit, PEOPLE_LIST_MAX);
    return read_people(tx, FRIENDS, VALUES(text(account), integer(limit)), limit, people, error);
}

static void read_relation(struct sqlite_rows *rows, void *row)
{
    *(struct relation *)row = (struct relation){
        .status = (enum relation_status)sqlite_integer(rows, 0),
        .notified_at = sqlite_integer(rows, 1),
    };
}

static int get_relation(struct store_transaction *tx, struct slice from, struct slice to,
                        struct relation *relation, struct error *error)
{
    *relation = (struct relation){.status = RELATION_NONE};
    int found = sqlite_read_one(tx, STATEMENT(GET_RELATION), VALUES(text(from), text(to)),
                                read_relation, relation, error);
    return found < 0 ? -1 : STORE_OK;
}

static int set_relation(struct store_transaction *tx, struct slice from, struct slice to,
                        const struct relation *relation, struct error *error)
{
    return sqlite_change(tx, STATEMENT(SET_RELATION),
                         VALUES(text(from), text(to), integer(relation->status),
                                integer(relation->notified_at), integer(tx->now_ms)),
                         error);
}

const struct people_operations SQLITE_PEOPLE_OPERATIONS = {
    .get = get,
    .search = search,
    .friends = friends,
    .relation = get_relation,
    .set_relation = set_relation,
};
