#include "session_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define PREFIX_LEAST 2

void session_table_init(struct session_table *table)
{
    *table = (struct session_table){0};
    TAILQ_INIT(&table->list);
}

void session_table_add(struct session_table *table, struct session *session)
{
    TAILQ_INSERT_TAIL(&table->list, session, entry);
    HASH_ADD_STR(table->by_id, id, session);
    session_table_count(table);
}

void session_table_remove(struct session_table *table, struct session *session)
{
    session_announce(session, SESSION_REMOVED);
    TAILQ_REMOVE(&table->list, session, entry);
    HASH_DEL(table->by_id, session);
    session_free(session);
    session_table_count(table);
}

void session_table_clear(struct session_table *table)
{
    while (!TAILQ_EMPTY(&table->list))
        session_table_remove(table, TAILQ_FIRST(&table->list));
}

void session_table_count(struct session_table *table)
{
    struct session *session;
    table->live = table->over = 0;
    TAILQ_FOREACH(session, &table->list, entry)
    {
        if (session_is_live(session))
            table->live++;
        else
            table->over++;
    }
}

struct session *session_table_find(struct session_table *table, const char *id)
{
    struct session *session;
    HASH_FIND_STR(table->by_id, id, session);
    return session;
}

static struct session *find_latest(struct session_table *table, bool ended_will_do)
{
    struct session *session;
    TAILQ_FOREACH_REVERSE(session, &table->list, session_list, entry)
    if (session_is_live(session))
        return session;
    return ended_will_do ? TAILQ_LAST(&table->list, session_list) : NULL;
}

static struct session *find_named(struct session_table *table, const char *name)
{
    struct session *session, *found = NULL;
    TAILQ_FOREACH_REVERSE(session, &table->list, session_list, entry)
    if (strcmp(session->name, name) == 0) {
        if (session_is_live(session))
            return session;
        if (!found)
            found = session;
    }
    return found;
}

/* Returns how many ids begin with the text; `found` is the last of them. */
static int find_prefix(struct session_table *table, const char *text, struct session **found)
{
    struct session *session;
    int count = 0;
    if (strlen(text) < PREFIX_LEAST)
        return 0;
    TAILQ_FOREACH(session, &table->list, entry)
    if (strncmp(session->id, text, strlen(text)) == 0) {
        *found = session;
        count++;
    }
    return count;
}

struct session *session_table_resolve(struct session_table *table, const char *text,
                                      bool ended_will_do, struct error *error)
{
    struct session *session = NULL;
    if (!text) {
        session = find_latest(table, ended_will_do);
        if (!session) {
            error_set(error, ERROR_NOT_FOUND, "no session runs");
            error_fix(error, "start one with \"happyctl start\"");
        }
        return session;
    }
    session = session_table_find(table, text);
    if (!session)
        session = find_named(table, text);
    if (session)
        return session;
    int count = find_prefix(table, text, &session);
    if (count == 1)
        return session;
    if (count == 0) {
        error_set(error, ERROR_NOT_FOUND, "there is no session \"%.80s\"", text);
        error_fix(error, "\"happyctl list --all\" shows the sessions");
    } else {
        error_set(error, ERROR_AMBIGUOUS, "\"%.80s\" fits %d sessions", text, count);
        error_fix(error, "give more characters of the id");
    }
    return NULL;
}

void session_table_new_id(struct session_table *table, char id[SESSION_ID_LENGTH + 1])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    do {
        unsigned char random[SESSION_ID_LENGTH];
        if (getentropy(random, sizeof random) < 0)
            abort();
        for (size_t i = 0; i < SESSION_ID_LENGTH; i++)
            id[i] = letters[random[i] % (i == 0 ? 26 : 36)];
        id[SESSION_ID_LENGTH] = '\0';
    } while (session_table_find(table, id));
}

int session_table_check_name(struct session_table *table, const char *name, struct error *error)
{
    struct session *other = find_named(table, name);
    if (!other || !session_is_live(other))
        return 0;
    error_set(error, ERROR_EXISTS, "the session %s has the name \"%s\" already", other->id, name);
    return error_fix(error, "choose another name, or end that session first");
}

char *session_table_new_name(struct session_table *table, const char *agent)
{
    char *name = NULL;
    for (int number = 1;; number++) {
        if (asprintf(&name, "%s-%d", agent, number) < 0)
            return NULL;
        if (!find_named(table, name))
            return name;
        free(name);
    }
}
