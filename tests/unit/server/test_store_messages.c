#include "store/sqlite_message_names.h"
#include "store_fixture.h"

static struct slice account, session;
static struct message_posted_list posted;
static struct message_list list;

static void prepare(void)
{
    account = fixture_account("A");
    session = fixture_session(account, "T");
}

static int post(const struct message_item *items, size_t count)
{
    return op->messages->post(tx, account, session, items, count, &posted, &error);
}

static int after(int64_t sequence, unsigned limit, size_t bytes_max)
{
    return op->messages->list_after(tx, account, session, sequence, limit, bytes_max, &list,
                                    &error);
}

static int before(int64_t sequence, unsigned limit)
{
    return op->messages->list_before(tx, account, session, sequence, limit, MESSAGE_BYTES_MAX,
                                     &list, &error);
}

static void numbers_follow_the_order_of_a_batch(void **state)
{
    (void)state;
    prepare();
    const struct message_item items[] = {
        {.content = S("YQ=="), .local_id = S("one")},
        {.content = S("{\"no\":1}"), .local_id = S("01234567-89ab-4cde-8f01-23456789abcd")},
        {.content = S("")},
        {.content = S("[1,2]"), .content_is_json = true},
    };
    fixture_step(9);
    assert_outcome(post(items, 4), STORE_OK);
    assert_int_equal(posted.count, 4);
    assert_int_equal(posted.new_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(posted.rows[i].sequence, i + 1);
        assert_int_equal(posted.rows[i].item, i);
        assert_true(posted.rows[i].is_new);
        assert_int_equal(posted.rows[i].created_at, FIXTURE_TIME + 9);
    }
    fixture_step(0);
    assert_outcome(after(0, 100, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 4);
    assert_false(list.has_more);
    assert_slice(list.rows[0].content, "YQ==");
    assert_slice(list.rows[0].local_id, "one");
    assert_slice(list.rows[0].id, posted.rows[0].id.data);
    assert_slice(list.rows[1].content, "{\"no\":1}");
    assert_slice(list.rows[1].local_id, "01234567-89ab-4cde-8f01-23456789abcd");
    assert_slice(list.rows[2].content, "");
    assert_null(list.rows[2].local_id.data);
    assert_false(list.rows[2].content_is_json);
    assert_true(list.rows[3].content_is_json);
    struct session row;
    assert_outcome(op->sessions->get(tx, account, session, &row, &error), STORE_OK);
    assert_int_equal(row.last_message, 4);
    assert_int_equal(row.updated_at, FIXTURE_TIME + 9);
    assert_int_equal(row.active_at, FIXTURE_TIME);
}

static void repeats_change_nothing(void **state)
{
    (void)state;
    prepare();
    const struct message_item first[] = {{.content = S("1"), .local_id = S("a")},
                                         {.content = S("2"), .local_id = S("b")},
                                         {.content = S("3"), .local_id = S("a")}};
    const struct message_item mixed[] = {{.content = S("4"), .local_id = S("c")},
                                         {.content = S("x"), .local_id = S("b")},
                                         {.content = S("y"), .local_id = S("b")},
                                         {.content = S("5")}};
    assert_outcome(post(first, 3), STORE_OK);
    assert_int_equal(posted.count, 2);
    fixture_step(1);
    assert_outcome(post(first, 3), STORE_OK);
    assert_int_equal(posted.count, 2);
    assert_int_equal(posted.new_count, 0);
    assert_int_equal(posted.rows[0].sequence, 1);
    assert_slice(posted.rows[1].local_id, "b");
    assert_int_equal(posted.rows[1].created_at, FIXTURE_TIME);
    assert_outcome(post(mixed, 4), STORE_OK);
    assert_int_equal(posted.count, 3);
    assert_int_equal(posted.new_count, 2);
    assert_int_equal(posted.rows[0].sequence, 2);
    assert_false(posted.rows[0].is_new);
    assert_int_equal(posted.rows[0].item, 1);
    assert_int_equal(posted.rows[1].sequence, 3);
    assert_int_equal(posted.rows[2].sequence, 4);
    assert_int_equal(posted.rows[2].item, 3);
    assert_outcome(after(0, 100, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 4);
    assert_slice(list.rows[1].content, "2");
}

/* Names move from the row of the latest ones to the index, and are found in both. */
static void names_hold_for_ever(void **state)
{
    (void)state;
    prepare();
    enum { COUNT = 2 * RECENT_NAMES_MAX + 50 };
    char name[COUNT][16];
    struct message_item items[MESSAGE_POST_MAX];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i += MESSAGE_POST_MAX / 2) {
            size_t count = 0;
            for (; count < MESSAGE_POST_MAX / 2 && i + count < COUNT; count++) {
                snprintf(name[i + count], sizeof name[0], "name %zu", i + count);
                items[count] =
                    (struct message_item){.content = S("x"), .local_id = S(name[i + count])};
            }
            assert_outcome(post(items, count), STORE_OK);
            assert_int_equal(posted.count, count);
            assert_int_equal(posted.new_count, round == 0 ? count : 0);
            for (size_t j = 0; j < count; j++) {
                assert_int_equal(posted.rows[j].sequence, i + j + 1);
                assert_slice(posted.rows[j].local_id, name[i + j]);
            }
        }
        fixture_step(0);
    }
    assert_true(fixture_query("SELECT count(*) FROM message_name") > RECENT_NAMES_MAX / 2);
    assert_int_equal(fixture_query("SELECT count(*) FROM message"), COUNT);
    assert_outcome(store_check(fixture_path, &error), 0);
}

static void pages_go_both_ways(void **state)
{
    (void)state;
    prepare();
    struct slice other = fixture_session(account, "U");
    struct message_item item = {.content = S("YWJj")};
    for (int i = 0; i < 10; i++)
        assert_outcome(post(&item, 1), STORE_OK);
    assert_outcome(op->messages->post(tx, account, other, &item, 1, &posted, &error), STORE_OK);
    assert_outcome(after(3, 4, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 4);
    assert_true(list.has_more);
    assert_int_equal(list.rows[0].sequence, 4);
    assert_outcome(after(6, 4, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 4);
    assert_false(list.has_more);
    assert_outcome(after(-1, 100, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 10);
    assert_outcome(after(10, 100, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 0);
    assert_false(list.has_more);
    assert_outcome(after(INT64_MAX, 100, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 0);
    assert_outcome(before(2147483647, 3), STORE_OK);
    assert_int_equal(list.count, 3);
    assert_true(list.has_more);
    assert_int_equal(list.rows[0].sequence, 10);
    assert_outcome(before(MESSAGE_NEWEST, 500), STORE_OK);
    assert_int_equal(list.count, 10);
    assert_false(list.has_more);
    assert_outcome(before(3, 500), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.rows[1].sequence, 1);
    assert_outcome(before(1, 500), STORE_OK);
    assert_int_equal(list.count, 0);
    assert_outcome(after(0, 100, 9), STORE_OK); /* each has 4 characters */
    assert_int_equal(list.count, 3);
    assert_true(list.has_more);
    assert_outcome(after(0, 100, 0), STORE_OK);
    assert_int_equal(list.count, 1);
}

static void sessions_of_others_are_not_there(void **state)
{
    (void)state;
    prepare();
    struct message_item item = {.content = S("x")};
    account = fixture_account("B");
    assert_outcome(post(&item, 1), STORE_NOT_FOUND);
    assert_outcome(after(0, 1, 1), STORE_NOT_FOUND);
    assert_outcome(before(1, 1), STORE_NOT_FOUND);
    struct message_item many[MESSAGE_POST_MAX + 1] = {{.content = S("x")}};
    assert_outcome(post(many, MESSAGE_POST_MAX + 1), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
}

static void large_and_odd_contents_come_back(void **state)
{
    (void)state;
    prepare();
    size_t size = 3u << 20;
    char *large = malloc(size);
    memset(large, 'A', size);
    const struct message_item items[] = {
        {.content = slice_of(large, size)},
        {.content = slice_of(large, size - 1)},
        {.content = S("YR==")},
        {.content = S("YQ")},
        {.content = slice_of("a\0b", 3)},
        {.content = S("\xf0\x9f\x98\x80")},
    };
    assert_outcome(post(items, 6), STORE_OK);
    assert_outcome(after(0, 10, MESSAGE_BYTES_MAX), STORE_OK);
    assert_int_equal(list.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(list.rows[i].content.length, items[i].content.length);
        assert_memory_equal(list.rows[i].content.data, items[i].content.data,
                            items[i].content.length);
    }
    fixture_step(0);
    assert_int_equal(fixture_query("SELECT length(content) FROM message"), size / 4 * 3);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_follow_the_order_of_a_batch),
        TEST(repeats_change_nothing),
        TEST(names_hold_for_ever),
        TEST(pages_go_both_ways),
        TEST(sessions_of_others_are_not_there),
        TEST(large_and_odd_contents_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
