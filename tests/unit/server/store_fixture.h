/* What the tests of the server's store share: a database in a directory of its own, and a
   transaction on it in which operations can be called. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/backend.h"
#include "store/operations.h"
#include "store/sqlite_connection.h"

extern char fixture_directory[64];
extern char fixture_path[96];

/* The transaction that is open, its operations, and the clock that it starts at. */
extern struct store_transaction *tx;
extern const struct store_operations *op;
extern struct error error;
#define FIXTURE_TIME 1700000000000

/* An empty directory; nothing is opened. */
int fixture_directory_setup(void **state);
int fixture_directory_teardown(void **state);

/* A new database with an open transaction. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Commits and begins anew, `ms` later. */
void fixture_step(int64_t ms);
/* Undoes what was done since the last step. */
void fixture_undo(void);

/* Runs a statement beside the transaction, and gives the first number of its result. */
int64_t fixture_query(const char *sql);

/* A new account, session or machine, by a key, tag or id. The ids live until the test's end. */
struct slice fixture_account(const char *key);
struct slice fixture_session(struct slice account, const char *tag);
void fixture_machine(struct slice account, const char *id);

#define S(string) slice_of_string(string)
#define NONE      slice_of(NULL, 0)
#define assert_slice(slice, string)                                                                \
    do {                                                                                           \
        assert_non_null((slice).data);                                                             \
        assert_string_equal((slice).data, string);                                                 \
        assert_int_equal((slice).length, strlen(string));                                          \
    } while (0)

/* A call that must have this outcome; tells the error when it has not. */
#define assert_outcome(call, outcome)                                                              \
    do {                                                                                           \
        error = (struct error){0};                                                                 \
        int outcome_ = (call);                                                                     \
        if (outcome_ < 0 && (outcome) >= 0)                                                        \
            fail_msg("%s: %s", #call, error.message);                                              \
        assert_int_equal(outcome_, outcome);                                                       \
    } while (0)

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
