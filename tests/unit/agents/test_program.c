/* Finding programs on a PATH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agents/agent.h"

#include "folder.h"

static void assert_found(const char *name, const char *path, const char *expected)
{
    char *found = agent_program_find(name, path, folder_path("."));
    if (expected) {
        assert_non_null(found);
        assert_string_equal(found, folder_path(expected));
    } else {
        assert_null(found);
    }
    free(found);
}

static int set_up(void **state)
{
    (void)state;
    folder_new();
    folder_write("plain/claude", "not executable", 0644);
    folder_write("directory/claude/x", "", 0755);
    folder_write("real/claude", "#!/bin/sh\n", 0755);
    folder_write("happy/happyctl", "#!/bin/sh\n", 0755);
    folder_link("happyctl", "happy/happy-claude");
    folder_link("happy-claude", "happy/claude");
    folder_write("aliases/happy-codex", "#!/bin/sh\n", 0755);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_free();
    return 0;
}

static void the_first_program_on_the_path_wins(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s:%s:%s:%s", folder_path("missing"), folder_path("plain"),
             folder_path("directory"), folder_path("real"));
    assert_found("claude", path, "real/claude");
    assert_found("claude", folder_path("plain"), NULL);
    assert_found("claude", "", NULL);
    assert_found("", folder_path("real"), NULL);
}

static void our_own_wrappers_are_passed_over(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s:%s", folder_path("happy"), folder_path("real"));
    assert_found("claude", path, "real/claude");
    assert_found("claude", folder_path("happy"), NULL);
    assert_found("happy-codex", folder_path("aliases"), NULL);
    assert_found("happyctl", folder_path("happy"), NULL);
}

static void relative_places_are_seen_from_the_directory(void **state)
{
    (void)state;
    char *found = agent_program_find("claude", "real", folder_path("."));
    assert_non_null(found);
    assert_non_null(strstr(found, "/./real/claude"));
    free(found);
    found = agent_program_find("real/claude", NULL, folder_path("."));
    assert_non_null(found);
    free(found);
    found = agent_program_find("claude", "/nowhere:", folder_path("real"));
    assert_non_null(found);
    free(found);
}

static void a_program_may_be_in_its_usual_place(void **state)
{
    (void)state;
    char home[4096];
    snprintf(home, sizeof home, "HOME=%s", folder_path("."));
    const char *environment[] = {"PATH=/nowhere", home, NULL};
    folder_write(".claude/local/claude", "#!/bin/sh\n", 0755);
    char *found =
        agent_dialect_program(agent_dialect_find("claude"), environment, folder_path("."));
    assert_non_null(found);
    assert_non_null(strstr(found, ".claude/local/claude"));
    free(found);
    assert_null(agent_dialect_program(agent_dialect_find("codex"), environment, "/"));
    assert_null(agent_dialect_program(agent_dialect_find("shell"), environment, "/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_program_on_the_path_wins),
        cmocka_unit_test(our_own_wrappers_are_passed_over),
        cmocka_unit_test(relative_places_are_seen_from_the_directory),
        cmocka_unit_test(a_program_may_be_in_its_usual_place),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
