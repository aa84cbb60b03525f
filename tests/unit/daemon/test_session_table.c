#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "session_table.h"

static struct session *add(struct session_table *table, const char *id, const char *name,
                           enum session_state state)
{
    struct session *session = session_new(NULL, id, strdup(name), strdup("command"), strdup("/"),
                                          strdup("[]"), strdup("[]"));
    session->state = state;
    session_table_add(table, session);
    return session;
}

static const char *resolve(struct session_table *table, const char *text, bool ended_will_do)
{
    struct error error;
    struct session *session = session_table_resolve(table, text, ended_will_do, &error);
    return session ? session->id : error_code_name(error.code);
}

static void sessions_are_found(void **state)
{
    (void)state;
    struct session_table table;
    session_table_init(&table);
    assert_string_equal(resolve(&table, NULL, true), "notFound");
    add(&table, "abcdefgh", "old", SESSION_ENDED);
    add(&table, "abcxyz12", "twin", SESSION_RUNNING);
    add(&table, "qrstuvwx", "twin", SESSION_ENDED);
    assert_int_equal(table.live, 1);
    assert_int_equal(table.over, 2);
    assert_string_equal(resolve(&table, "abcdefgh", false), "abcdefgh");
    assert_string_equal(resolve(&table, "abcd", false), "abcdefgh");
    assert_string_equal(resolve(&table, "abc", false), "ambiguous");
    assert_string_equal(resolve(&table, "q", false), "notFound");
    assert_string_equal(resolve(&table, "qr", false), "qrstuvwx");
    assert_string_equal(resolve(&table, "twin", false), "abcxyz12");
    assert_string_equal(resolve(&table, "old", false), "abcdefgh");
    assert_string_equal(resolve(&table, "", false), "notFound");
    assert_string_equal(resolve(&table, NULL, false), "abcxyz12");
    session_table_find(&table, "abcxyz12")->state = SESSION_LOST;
    assert_string_equal(resolve(&table, NULL, false), "notFound");
    assert_string_equal(resolve(&table, NULL, true), "qrstuvwx");
    assert_string_equal(resolve(&table, "twin", false), "qrstuvwx");
    session_table_clear(&table);
}

static void ids_and_names_are_new(void **state)
{
    (void)state;
    struct session_table table;
    struct error error;
    char id[SESSION_ID_LENGTH + 1];
    session_table_init(&table);
    for (int i = 0; i < 200; i++) {
        session_table_new_id(&table, id);
        assert_int_equal(strlen(id), SESSION_ID_LENGTH);
        assert_true(id[0] >= 'a' && id[0] <= 'z');
        assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789"), SESSION_ID_LENGTH);
        char *name = session_table_new_name(&table, "claude");
        add(&table, id, name, SESSION_RUNNING);
        free(name);
    }
    assert_non_null(session_table_resolve(&table, "claude-200", false, &error));
    assert_int_equal(session_table_check_name(&table, "claude-7", &error), -1);
    assert_int_equal(error.code, ERROR_EXISTS);
    assert_int_equal(session_table_check_name(&table, "claude-201", &error), 0);
    session_table_clear(&table);
}

static void names_are_checked(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "7", "claude-1", "A.b_c-d+e@f"};
    static const char *const bad[] = {"", "-a", ".a", "a b", "a/b", "\303\274", "a\n", "@a"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(session_name_is_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(session_name_is_valid(bad[i]));
    char name[SESSION_NAME_MAX + 2];
    memset(name, 'x', sizeof name);
    name[SESSION_NAME_MAX] = '\0';
    assert_true(session_name_is_valid(name));
    name[SESSION_NAME_MAX] = 'x';
    name[SESSION_NAME_MAX + 1] = '\0';
    assert_false(session_name_is_valid(name));
}

/* What is stored of an environment are places; secrets have names that are not kept. */
static void only_places_are_kept(void **state)
{
    (void)state;
    const char *environment[] = {"HOME=/home/a",     "PATH=/bin",
                                 "CODEX_HOME=/c",    "API_KEY=secret",
                                 "XDG_DATA_HOME=/d", "CLAUDE_CONFIG_DIR=/e",
                                 "HOMEWORK=secret",  "TOKEN=x_HOME=/bad",
                                 "NOVALUE",          NULL};
    char *places = session_places(environment);
    assert_string_equal(places, "[\"HOME=/home/a\",\"PATH=/bin\",\"CODEX_HOME=/c\","
                                "\"XDG_DATA_HOME=/d\",\"CLAUDE_CONFIG_DIR=/e\"]");
    free(places);
}

static void ends_are_told_in_words(void **state)
{
    (void)state;
    char text[64];
    struct frame_exit exit = {.kind = FRAME_EXIT_CODE, .value = 3};
    session_exit_reason(&exit, text, sizeof text);
    assert_string_equal(text, "exited with status 3");
    assert_int_equal(session_exit_code(&exit), 3);
    exit = (struct frame_exit){.kind = FRAME_EXIT_SIGNAL, .value = 9};
    session_exit_reason(&exit, text, sizeof text);
    assert_string_equal(text, "killed by SIGKILL");
    assert_int_equal(session_exit_code(&exit), 137);
}

struct observation {
    struct session_observer observer;
    struct observation *other; /* removed when this one hears something */
    int heard;
};

static void on_change(struct session *session, enum session_change change, void *context)
{
    (void)session, (void)change;
    struct observation *observation = context;
    observation->heard++;
    if (observation->other)
        session_unobserve(&observation->other->observer);
}

/* An observer may remove itself and others while it is told. */
static void observers_may_leave_while_they_are_told(void **state)
{
    (void)state;
    struct session_table table;
    session_table_init(&table);
    struct session *session = add(&table, "abcdefgh", "one", SESSION_RUNNING);
    struct observation all[3] = {0};
    for (int i = 0; i < 3; i++) {
        all[i].observer.changed = on_change;
        all[i].observer.context = &all[i];
        session_observe(session, &all[i].observer);
    }
    session_announce(session, SESSION_CHANGED_STATE);
    assert_int_equal(all[0].heard + all[1].heard + all[2].heard, 3);
    all[2].other = &all[1];
    all[0].other = &all[0];
    session_announce(session, SESSION_CHANGED_STATE);
    assert_int_equal(all[0].heard, 2);
    assert_int_equal(all[1].heard, 1);
    assert_int_equal(all[2].heard, 2);
    session_announce(session, SESSION_CHANGED_STATE);
    assert_int_equal(all[0].heard, 2);
    assert_int_equal(all[2].heard, 3);
    session_table_clear(&table);
    assert_int_equal(all[2].heard, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_are_found),
        cmocka_unit_test(ids_and_names_are_new),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(only_places_are_kept),
        cmocka_unit_test(ends_are_told_in_words),
        cmocka_unit_test(observers_may_leave_while_they_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
