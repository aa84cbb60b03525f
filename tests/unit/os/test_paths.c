#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/paths.h"
#include "os/unix_socket.h"

static char directory[] = "/tmp/happy-paths-XXXXXX";

static int setup(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/happy-paths-XXXXXX");
    assert_non_null(mkdtemp(directory));
    setenv("HOME", directory, 1);
    setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
    unsetenv("HAPPY_HOME_DIR");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static char *below(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void default_home_without_runtime_directory(void **state)
{
    (void)state;
    struct error error;
    struct paths *paths = paths_new(&error);
    assert_non_null(paths);
    assert_string_equal(paths->home, below(".happy"));
    assert_string_equal(paths->daemon_socket, below(".happy/run/happyd.sock"));
    char *socket = paths_holder_socket(paths, "abcdefgh");
    assert_string_equal(socket, below(".happy/run/holders/abcdefgh.sock"));
    free(socket);
    paths_free(paths);
}

static void each_home_has_its_own_runtime_directory(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(mkdir(below("run"), 0700), 0);
    setenv("XDG_RUNTIME_DIR", below("run"), 1);
    struct paths *standard = paths_new(&error);
    assert_string_equal(standard->runtime, below("run/happy"));
    setenv("HAPPY_HOME_DIR", below("one"), 1);
    struct paths *one = paths_new(&error);
    setenv("HAPPY_HOME_DIR", below("two"), 1);
    struct paths *two = paths_new(&error);
    assert_string_not_equal(one->runtime, two->runtime);
    assert_string_not_equal(one->runtime, standard->runtime);
    /* The standard home by its other name is the standard home. */
    setenv("HAPPY_HOME_DIR", "~/.happy", 1);
    struct paths *same = paths_new(&error);
    assert_string_equal(same->runtime, standard->runtime);
    paths_free(standard);
    paths_free(one);
    paths_free(two);
    paths_free(same);
}

static void too_long_a_path_names_the_fix(void **state)
{
    (void)state;
    char home[300];
    memset(home, 'x', sizeof home);
    home[0] = '/';
    home[sizeof home - 1] = '\0';
    setenv("HAPPY_HOME_DIR", home, 1);
    struct error error;
    assert_null(paths_new(&error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.fix, "set HAPPY_HOME_DIR to a shorter path");
}

static void directories_are_private(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(mkdir(below(".happy"), 0755), 0);
    struct paths *paths = paths_new(&error);
    assert_int_equal(paths_create(paths, &error), 0);
    struct stat status;
    assert_int_equal(stat(paths->home, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(stat(paths->holders, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    paths_free(paths);
}

static void a_file_in_the_place_of_the_home_is_told(void **state)
{
    (void)state;
    FILE *file = fopen(below(".happy"), "w");
    fclose(file);
    struct error error;
    struct paths *paths = paths_new(&error);
    assert_int_equal(paths_create(paths, &error), -1);
    assert_non_null(strstr(error.message, "is not a directory"));
    paths_free(paths);
}

static void a_dead_socket_is_replaced_and_a_living_one_is_not(void **state)
{
    (void)state;
    struct error error;
    const char *path = below("s");
    assert_int_equal(unix_socket_connect(path, &error), -1);
    assert_int_equal(error.code, ERROR_CLOSED);
    int first = unix_socket_listen(path, &error);
    assert_true(first >= 0);
    assert_int_equal(unix_socket_listen(path, &error), -1);
    assert_int_equal(error.code, ERROR_EXISTS);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    int client = unix_socket_connect(path, &error);
    assert_true(client >= 0);
    assert_true(unix_socket_peer_is_allowed(client));
    close(client);
    close(first);
    int second = unix_socket_listen(path, &error);
    assert_true(second >= 0);
    close(second);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(default_home_without_runtime_directory),
        TEST(each_home_has_its_own_runtime_directory),
        TEST(too_long_a_path_names_the_fix),
        TEST(directories_are_private),
        TEST(a_file_in_the_place_of_the_home_is_told),
        TEST(a_dead_socket_is_replaced_and_a_living_one_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
