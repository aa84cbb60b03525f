#include "store_fixture.h"

static void artifacts(void **state)
{
    (void)state;
    struct artifact artifact;
    struct artifact_list list;
    struct slice a = fixture_account("A"), b = fixture_account("B");
    assert_outcome(op->artifacts->create(tx, a, S("id"), S("head"), slice_of("b\0d", 3), S("key"),
                                         &artifact, &error),
                   STORE_OK);
    assert_int_equal(artifact.header_version, 1);
    assert_int_equal(artifact.body_version, 1);
    assert_int_equal(artifact.sequence, 0);
    assert_memory_equal(artifact.body.data, "b\0d", 3);
    assert_outcome(op->artifacts->create(tx, a, S("id"), S("x"), S("x"), S("x"), &artifact, &error),
                   STORE_EXISTS);
    assert_slice(artifact.header, "head");
    assert_outcome(op->artifacts->create(tx, b, S("id"), S("x"), S("x"), S("x"), &artifact, &error),
                   STORE_FOREIGN);
    assert_outcome(op->artifacts->get(tx, b, S("id"), &artifact, &error), STORE_NOT_FOUND);
    fixture_step(1);
    assert_outcome(op->artifacts->create(tx, a, S("id2"), S(""), S(""), S(""), &artifact, &error),
                   STORE_OK);
    assert_outcome(op->artifacts->list(tx, a, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].id, "id2");
    assert_null(list.rows[1].body.data);
    assert_outcome(op->artifacts->remove(tx, b, S("id"), &error), STORE_NOT_FOUND);
    assert_outcome(op->artifacts->remove(tx, a, S("id"), &error), STORE_OK);
    assert_outcome(op->artifacts->get(tx, a, S("id"), &artifact, &error), STORE_NOT_FOUND);
}

static void artifact_parts_are_compared_and_set_together(void **state)
{
    (void)state;
    struct artifact artifact;
    struct slice a = fixture_account("A");
    op->artifacts->create(tx, a, S("id"), S("h1"), S("b1"), S("k"), &artifact, &error);
    fixture_step(4);
    struct artifact_change header = {.wanted = true, .value = S("h2"), .expected_version = 1};
    struct artifact_change body = {.wanted = true, .value = S("b2"), .expected_version = 9};
    assert_outcome(op->artifacts->update(tx, a, S("id"), &header, &body, &error), STORE_MISMATCH);
    assert_false(header.mismatch);
    assert_true(body.mismatch);
    assert_slice(body.current.value, "b1");
    assert_int_equal(body.current.version, 1);
    body.expected_version = 1;
    assert_outcome(op->artifacts->update(tx, a, S("id"), &header, &body, &error), STORE_OK);
    assert_int_equal(header.current.version, 2);
    header.wanted = body.wanted = false;
    assert_outcome(op->artifacts->update(tx, a, S("id"), &header, &body, &error), STORE_OK);
    assert_outcome(op->artifacts->get(tx, a, S("id"), &artifact, &error), STORE_OK);
    assert_slice(artifact.header, "h2");
    assert_slice(artifact.body, "b2");
    assert_int_equal(artifact.body_version, 2);
    assert_int_equal(artifact.sequence, 2);
    assert_int_equal(artifact.updated_at, FIXTURE_TIME + 4);
    assert_outcome(op->artifacts->update(tx, a, S("no"), &header, &body, &error), STORE_NOT_FOUND);
}

static void set(struct slice account, const char *key, const char *value, int64_t version)
{
    struct key_value_change change = {.key = S(key), .value = S(value), .version = version};
    assert_outcome(op->key_values->mutate(tx, account, &change, 1, &error), STORE_OK);
    assert_int_equal(change.current.version, version + 1);
}

static void values_are_changed_all_or_none(void **state)
{
    (void)state;
    struct key_value value;
    struct slice a = fixture_account("A"), b = fixture_account("B");
    struct key_value_change changes[] = {{.key = S("x"), .value = S("1"), .version = -1},
                                         {.key = S("y"), .value = S("2"), .version = 5},
                                         {.key = S("z"), .value = NONE, .version = 0}};
    assert_outcome(op->key_values->mutate(tx, a, changes, 3, &error), STORE_MISMATCH);
    assert_false(changes[0].mismatch);
    assert_true(changes[1].mismatch);
    assert_int_equal(changes[1].current.version, KEY_VALUE_UNWRITTEN);
    assert_null(changes[1].current.value.data);
    assert_true(changes[2].mismatch);
    assert_outcome(op->key_values->get(tx, a, S("x"), &value, &error), STORE_NOT_FOUND);
    changes[1].version = changes[2].version = -1;
    assert_outcome(op->key_values->mutate(tx, a, changes, 3, &error), STORE_OK);
    assert_int_equal(changes[0].current.version, 0);
    assert_outcome(op->key_values->get(tx, a, S("y"), &value, &error), STORE_OK);
    assert_slice(value.value, "2");
    assert_outcome(op->key_values->get(tx, b, S("y"), &value, &error), STORE_NOT_FOUND);
    assert_outcome(op->key_values->get(tx, a, S("z"), &value, &error), STORE_NOT_FOUND);
    set(a, "z", "back", 0);
    struct key_value_change twice[] = {{.key = S("x"), .value = S("3"), .version = 0},
                                       {.key = S("x"), .value = S("4"), .version = 0},
                                       {.key = S("new"), .value = S("5"), .version = -1},
                                       {.key = S("new"), .value = S("6"), .version = -1}};
    assert_outcome(op->key_values->mutate(tx, a, twice, 4, &error), STORE_OK);
    assert_outcome(op->key_values->get(tx, a, S("x"), &value, &error), STORE_OK);
    assert_slice(value.value, "4");
    assert_int_equal(value.version, 1);
    assert_outcome(op->key_values->get(tx, a, S("new"), &value, &error), STORE_OK);
    assert_slice(value.value, "6");
    assert_int_equal(value.version, 0);
    set(a, "x", "", 1);
    assert_outcome(op->key_values->get(tx, a, S("x"), &value, &error), STORE_NOT_FOUND);
    struct key_value_change gone = {.key = S("x"), .value = S("1"), .version = -1};
    assert_outcome(op->key_values->mutate(tx, a, &gone, 1, &error), STORE_MISMATCH);
    assert_int_equal(gone.current.version, 2);
    assert_null(gone.current.value.data);
}

static void values_are_listed_by_prefix(void **state)
{
    (void)state;
    struct key_value_list list;
    struct slice a = fixture_account("A");
    static const char *const keys[] = {"a", "a%", "a%b", "a_", "ab", "b", "\xc3\xa4", ""};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        set(a, keys[i], "v", -1);
    set(a, "ab", "", 0);
    assert_outcome(op->key_values->list(tx, a, NONE, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 7);
    assert_slice(list.rows[0].key, "");
    assert_slice(list.rows[6].key, "\xc3\xa4");
    assert_outcome(op->key_values->list(tx, a, S("a%"), 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[1].key, "a%b");
    assert_outcome(op->key_values->list(tx, a, S("a"), 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].key, "a");
    const struct slice wanted[] = {S("b"), S("ab"), S("no"), S("b"), S("a")};
    assert_outcome(op->key_values->get_many(tx, a, wanted, 5, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].key, "b");
    assert_slice(list.rows[1].key, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(artifacts),
        TEST(artifact_parts_are_compared_and_set_together),
        TEST(values_are_changed_all_or_none),
        TEST(values_are_listed_by_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
