#include "store/friendship.h"
#include "store_fixture.h"

static struct slice anna, bert;
static struct friendship result;

static struct slice person(const char *key, const char *username)
{
    struct account profile = {.username = S(username)};
    struct slice id = fixture_account(key);
    assert_outcome(op->accounts->set_profile(tx, id, &profile, &error), STORE_OK);
    return id;
}

static void prepare(void)
{
    anna = person("A", "Anna");
    bert = person("B", "bert");
}

static enum relation_status status(struct slice from, struct slice to)
{
    struct person found;
    assert_outcome(op->people->get(tx, from, to, &found, &error), STORE_OK);
    return found.status;
}

static void add(struct slice from, struct slice to)
{
    assert_outcome(friendship_add(tx, from, to, &result, &error), STORE_OK);
}

static void take_away(struct slice from, struct slice to)
{
    assert_outcome(friendship_remove(tx, from, to, &result, &error), STORE_OK);
}

static void asking_and_accepting(void **state)
{
    (void)state;
    struct people_list list;
    prepare();
    assert_outcome(friendship_add(tx, anna, anna, &result, &error), STORE_NOT_FOUND);
    assert_outcome(friendship_add(tx, anna, S("x"), &result, &error), STORE_NOT_FOUND);
    add(anna, bert);
    assert_int_equal(result.status, RELATION_REQUESTED);
    assert_true(result.notify_to);
    assert_false(result.notify_from);
    assert_int_equal(status(anna, bert), RELATION_REQUESTED);
    assert_int_equal(status(bert, anna), RELATION_PENDING);
    add(anna, bert);
    assert_int_equal(result.status, RELATION_REQUESTED);
    assert_false(result.notify_to);
    fixture_step(1000);
    add(bert, anna);
    assert_int_equal(result.status, RELATION_FRIEND);
    assert_true(result.notify_to); /* anna, who asked; bert was told a second ago */
    assert_false(result.notify_from);
    assert_int_equal(status(anna, bert), RELATION_FRIEND);
    assert_outcome(op->people->friends(tx, bert, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_slice(list.rows[0].account.username, "Anna");
    assert_int_equal(list.rows[0].status, RELATION_FRIEND);
    fixture_step(0);
    assert_int_equal(fixture_query("SELECT count(*) FROM relation WHERE accepted_at > 0"), 2);
    add(bert, anna);
    assert_int_equal(result.status, RELATION_FRIEND);
}

static void parting(void **state)
{
    (void)state;
    prepare();
    take_away(anna, bert);
    assert_int_equal(result.status, RELATION_NONE);
    add(anna, bert);
    take_away(anna, bert);
    assert_int_equal(result.status, RELATION_REJECTED);
    assert_int_equal(status(anna, bert), RELATION_REJECTED);
    assert_int_equal(status(bert, anna), RELATION_PENDING);
    take_away(bert, anna);
    assert_int_equal(result.status, RELATION_NONE);
    assert_int_equal(status(bert, anna), RELATION_NONE);
    assert_int_equal(status(anna, bert), RELATION_REJECTED);
    add(anna, bert);
    add(bert, anna);
    take_away(anna, bert);
    assert_int_equal(result.status, RELATION_REQUESTED);
    assert_int_equal(status(anna, bert), RELATION_PENDING);
    assert_int_equal(status(bert, anna), RELATION_REQUESTED);
    take_away(anna, bert);
    assert_int_equal(status(anna, bert), RELATION_NONE);
    assert_int_equal(status(bert, anna), RELATION_NONE);
}

static void a_day_later_people_are_told_again(void **state)
{
    (void)state;
    prepare();
    add(anna, bert);
    fixture_step(FRIENDSHIP_NOTIFY_MS);
    add(bert, anna);
    assert_true(result.notify_from);
    assert_true(result.notify_to);
}

static void searching(void **state)
{
    (void)state;
    struct people_list list;
    struct person found;
    prepare();
    person("C", "annabel");
    person("D", "an_x");
    fixture_account("no name");
    assert_outcome(op->people->search(tx, bert, S("AN"), 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 3);
    assert_slice(list.rows[0].account.username, "an_x");
    assert_slice(list.rows[1].account.username, "Anna");
    assert_outcome(op->people->search(tx, bert, S("an_"), 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_outcome(op->people->search(tx, bert, S(""), 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_outcome(op->people->get(tx, bert, S("x"), &found, &error), STORE_NOT_FOUND);
}

static void the_feed_counts_and_replaces(void **state)
{
    (void)state;
    struct feed_item item;
    struct feed_list list;
    prepare();
    assert_outcome(op->feed->post(tx, S("x"), NONE, S("{}"), &item, &error), STORE_NOT_FOUND);
    assert_outcome(op->feed->post(tx, anna, S("k"), S("{\"a\":1}"), &item, &error), STORE_OK);
    assert_int_equal(item.counter, 1);
    assert_outcome(op->feed->post(tx, anna, NONE, S("{\"a\":2}"), &item, &error), STORE_OK);
    assert_outcome(op->feed->post(tx, anna, S("k"), S("{\"a\":3}"), &item, &error), STORE_OK);
    assert_int_equal(item.counter, 3);
    assert_outcome(op->feed->post(tx, anna, NONE, S("{\"a\":4}"), &item, &error), STORE_OK);
    assert_outcome(op->feed->post(tx, bert, S("k"), S("{}"), &item, &error), STORE_OK);
    assert_int_equal(item.counter, 1);
    assert_outcome(op->feed->list(tx, anna, INT64_MAX, 0, 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.has_more);
    assert_int_equal(list.rows[0].counter, 4);
    assert_slice(list.rows[1].repeat_key, "k");
    assert_slice(list.rows[1].body, "{\"a\":3}");
    assert_outcome(op->feed->list(tx, anna, 3, 0, 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.rows[0].counter, 2);
    assert_outcome(op->feed->list(tx, anna, INT64_MAX, 3, 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_false(list.has_more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asking_and_accepting),
        TEST(parting),
        TEST(a_day_later_people_are_told_again),
        TEST(searching),
        TEST(the_feed_counts_and_replaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
