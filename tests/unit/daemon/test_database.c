#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "database.h"
#include "turn.h"

static char directory[] = "/tmp/happy-database-XXXXXX";
static char path[64];

static int setup(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/happy-database-XXXXXX");
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/happyd.db", directory);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static void execute(const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static int query(const char *sql)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int value = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return value;
}

static void a_new_file_is_private_and_has_the_schema(void **state)
{
    (void)state;
    struct error error;
    struct stat status;
    struct database *database = database_open(path, &error);
    assert_non_null(database);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    database_close(database);
    assert_int_equal(query("PRAGMA user_version"), DATABASE_VERSION);
    assert_int_equal(query("SELECT count(*) FROM session"), 0);
    assert_int_equal(query("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"),
                     1);
    database = database_open(path, &error);
    assert_non_null(database);
    database_close(database);
}

static void other_versions_and_files_are_refused(void **state)
{
    (void)state;
    struct error error;
    execute("PRAGMA user_version = 99");
    assert_null(database_open(path, &error));
    assert_int_equal(error.code, ERROR_DATABASE);
    assert_non_null(strstr(error.message, path));
    assert_non_null(strstr(error.message, "99"));
    assert_int_equal(query("PRAGMA user_version"), 99);
    execute("PRAGMA user_version = -1");
    assert_null(database_open(path, &error));
    assert_int_equal(truncate(path, 0), 0);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database ", file);
    fclose(file);
    assert_null(database_open(path, &error));
    assert_non_null(strstr(error.message, "damaged"));
    assert_non_null(strstr(error.fix, "copy"));
    snprintf(path, sizeof path, "%s/missing/happyd.db", directory);
    assert_null(database_open(path, &error));
    assert_non_null(strstr(error.message, "cannot be written"));
}

/* What a rolled back transaction wrote is gone, what a committed one wrote stays. */
static void transactions_are_all_or_nothing(void **state)
{
    (void)state;
    struct error error;
    struct database *database = database_open(path, &error);
    assert_non_null(database);
    sqlite3_stmt *insert =
        database_prepare(database, "INSERT INTO output VALUES ('missing', 1, 0, x'00')", &error);
    assert_non_null(insert);
    assert_int_equal(database_begin(database, &error), 0);
    assert_int_equal(database_begin(database, &error), 0);
    assert_int_equal(database_run(database, insert, &error), -1); /* foreign keys hold */
    database_rollback(database);
    assert_null(database_prepare(database, "SELECT nothing FROM nowhere", &error));
    assert_int_equal(error.code, ERROR_DATABASE);
    assert_int_equal(database_commit(database, &error), 0);
    database_close(database);
}

/* A source of changes whose writing fails as often as wanted. */
struct source {
    bool dirty;
    int failures, saves, saved;
};

static bool has_changes(void *context)
{
    return ((struct source *)context)->dirty;
}

static int save(void *context, struct error *error)
{
    struct source *source = context;
    source->saves++;
    if (source->failures-- > 0)
        return error_set(error, ERROR_DATABASE, "no room");
    return 0;
}

static void saved(void *context)
{
    struct source *source = context;
    source->dirty = false;
    source->saved++;
}

struct told {
    int times;
    bool failed;
    struct turn *turn;
};

static void on_done(const struct error *failure, void *context)
{
    struct told *told = context;
    told->times++;
    told->failed = failure != NULL;
}

static void on_done_once_more(const struct error *failure, void *context)
{
    struct told *told = context;
    on_done(failure, told);
    turn_after(told->turn, on_done, told);
}

static void a_turn_tells_after_it_wrote(void **state)
{
    (void)state;
    struct error error;
    struct event_base *base = event_base_new();
    struct database *database = database_open(path, &error);
    struct turn *turn = turn_new(base, database);
    struct source source = {.dirty = true};
    struct told first = {.turn = turn}, second = {.turn = turn};
    turn_add_source(
        turn, (struct turn_source){
                  .has_changes = has_changes, .save = save, .saved = saved, .context = &source});
    turn_after(turn, on_done_once_more, &first);
    assert_int_equal(turn_after_saved(turn, on_done, &second), 0);
    assert_int_equal(first.times, 0);
    turn_end(turn);
    assert_int_equal(source.saved, 1);
    assert_int_equal(first.times, 2);
    assert_int_equal(second.times, 1);
    assert_false(first.failed || second.failed);
    turn_end(turn);
    assert_int_equal(source.saves, 1);
    turn_free(turn);
    database_close(database);
    event_base_free(base);
}

static void a_turn_that_cannot_write_tells_so_and_tries_again(void **state)
{
    (void)state;
    struct error error;
    struct event_base *base = event_base_new();
    struct database *database = database_open(path, &error);
    struct turn *turn = turn_new(base, database);
    struct source source = {.dirty = true, .failures = 1};
    struct told first = {.turn = turn}, second = {.turn = turn}, third = {.turn = turn};
    turn_add_source(
        turn, (struct turn_source){
                  .has_changes = has_changes, .save = save, .saved = saved, .context = &source});
    turn_after(turn, on_done, &first);
    turn_after_saved(turn, on_done, &second);
    turn_end(turn);
    assert_true(first.failed);
    assert_int_equal(second.times, 0);
    turn_end(turn);
    assert_int_equal(source.saves, 1); /* not in circles */
    turn_after(turn, on_done, &third);
    turn_end(turn);
    assert_false(third.failed);
    assert_int_equal(source.saved, 1);
    assert_int_equal(second.times, 1);
    turn_free(turn);
    database_close(database);
    event_base_free(base);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_file_is_private_and_has_the_schema),
        TEST(other_versions_and_files_are_refused),
        TEST(transactions_are_all_or_nothing),
        TEST(a_turn_tells_after_it_wrote),
        TEST(a_turn_that_cannot_write_tells_so_and_tries_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
