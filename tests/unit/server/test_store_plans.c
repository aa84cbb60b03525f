/* Every statement finds its rows by an index, in the order that it gives them. */
#include "store_fixture.h"

/* Server-wide lists that are bounded, and walk an index in its order. */
static const char *const ALLOWED[] = {
    "SCAN invite USING INDEX invite_by_age",
};

static bool is_allowed(const char *detail)
{
    if (strncmp(detail, "SCAN", 4) != 0 && !strstr(detail, "TEMP B-TREE"))
        return true;
    for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++)
        if (strcmp(detail, ALLOWED[i]) == 0)
            return true;
    return false;
}

static unsigned check_plan(sqlite3 *handle, const char *set, const char *sql)
{
    sqlite3_stmt *plan;
    unsigned bad = 0;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    int result = sqlite3_prepare_v2(handle, explain, -1, &plan, NULL);
    if (result != SQLITE_OK)
        fail_msg("%s: %s: %s", set, sql, sqlite3_errmsg(handle));
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        if (!is_allowed(detail)) {
            print_message("%s: %s\n    %s\n", set, detail, sql);
            bad++;
        }
    }
    sqlite3_finalize(plan);
    sqlite3_free(explain);
    return bad;
}

static void statements_use_indexes(void **state)
{
    (void)state;
    sqlite3 *handle;
    unsigned count = 0, bad = 0;
    fixture_step(0);
    assert_int_equal(sqlite3_open(fixture_path, &handle), SQLITE_OK);
    for (unsigned i = 0; i < SET_COUNT; i++)
        for (unsigned j = 0; j < SQLITE_SETS[i]->count; j++, count++)
            bad += check_plan(handle, SQLITE_SETS[i]->name, SQLITE_SETS[i]->sql[j]);
    assert_true(count > 90);
    assert_int_equal(bad, 0);
    assert_int_equal(check_plan(handle, "proof", "SELECT * FROM message WHERE content = 1"), 1);
    assert_int_equal(
        check_plan(handle, "proof", "SELECT * FROM session WHERE id = 'x' ORDER BY tag || id"), 0);
    assert_int_equal(check_plan(handle, "proof",
                                "SELECT * FROM session WHERE account = 'x' ORDER BY created_at"),
                     1);
    sqlite3_close(handle);
}

/* Deleting a row looks for those that refer to it. */
static void references_have_indexes(void **state)
{
    (void)state;
    sqlite3 *handle;
    sqlite3_stmt *references;
    unsigned count = 0;
    fixture_step(0);
    assert_int_equal(sqlite3_open(fixture_path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT t.name, f.\"from\" FROM pragma_table_list t"
                                        " JOIN pragma_foreign_key_list(t.name) f",
                                        -1, &references, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(references) == SQLITE_ROW; count++) {
        char *sql =
            sqlite3_mprintf("SELECT 1 FROM \"%s\" WHERE \"%s\" = ?",
                            sqlite3_column_text(references, 0), sqlite3_column_text(references, 1));
        assert_int_equal(check_plan(handle, "reference", sql), 0);
        sqlite3_free(sql);
    }
    assert_true(count > 15);
    sqlite3_finalize(references);
    sqlite3_close(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(statements_use_indexes),
        TEST(references_have_indexes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
