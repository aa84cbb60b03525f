#include "store_fixture.h"

static void logging_in_makes_an_account_once(void **state)
{
    (void)state;
    struct account first, again;
    assert_outcome(op->accounts->log_in(tx, S("KEY"), false, &first, &error), STORE_NOT_FOUND);
    assert_outcome(op->accounts->log_in(tx, S("KEY"), true, &first, &error), STORE_OK);
    assert_int_equal(first.id.length, CUID_LENGTH);
    assert_slice(first.public_key, "KEY");
    assert_int_equal(first.sequence, 0);
    assert_int_equal(first.created_at, FIXTURE_TIME);
    assert_null(first.username.data);
    assert_null(first.github.data);
    fixture_step(5);
    assert_outcome(op->accounts->log_in(tx, S("KEY"), true, &again, &error), STORE_EXISTS);
    assert_slice(again.id, first.id.data);
    assert_outcome(op->accounts->get(tx, first.id, &again, &error), STORE_OK);
    assert_int_equal(again.created_at, FIXTURE_TIME);
    assert_int_equal(again.updated_at, FIXTURE_TIME + 5);
    assert_outcome(op->accounts->get(tx, S("nobody"), &again, &error), STORE_NOT_FOUND);
}

static void accounts_are_listed_by_pages(void **state)
{
    (void)state;
    struct account_page page;
    for (int i = 0; i < 5; i++) {
        char key[8];
        snprintf(key, sizeof key, "K%d", i);
        fixture_account(key);
    }
    assert_outcome(op->accounts->list(tx, NONE, 3, &page, &error), STORE_OK);
    assert_int_equal(page.count, 3);
    assert_true(page.has_more);
    assert_slice(page.rows[0].public_key, "K0");
    assert_outcome(op->accounts->list(tx, page.rows[2].id, 3, &page, &error), STORE_OK);
    assert_int_equal(page.count, 2);
    assert_false(page.has_more);
    assert_slice(page.rows[1].public_key, "K4");
}

static void numbers_of_updates_are_consecutive(void **state)
{
    (void)state;
    int64_t first;
    struct account account;
    struct slice id = fixture_account("A");
    assert_outcome(op->accounts->take_sequence(tx, id, 1, &first, &error), STORE_OK);
    assert_int_equal(first, 1);
    assert_outcome(op->accounts->take_sequence(tx, id, 3, &first, &error), STORE_OK);
    assert_int_equal(first, 2);
    fixture_step(0);
    assert_outcome(op->accounts->take_sequence(tx, id, 7, &first, &error), STORE_OK);
    fixture_undo();
    assert_outcome(op->accounts->take_sequence(tx, id, 1, &first, &error), STORE_OK);
    assert_int_equal(first, 5);
    assert_outcome(op->accounts->get(tx, id, &account, &error), STORE_OK);
    assert_int_equal(account.sequence, 5);
    assert_outcome(op->accounts->take_sequence(tx, S("x"), 1, &first, &error), STORE_NOT_FOUND);
}

static void settings_are_compared_and_set(void **state)
{
    (void)state;
    struct store_versioned settings;
    struct slice id = fixture_account("A");
    assert_outcome(op->accounts->settings(tx, id, &settings, &error), STORE_OK);
    assert_null(settings.value.data);
    assert_int_equal(settings.version, 0);
    assert_outcome(op->accounts->set_settings(tx, id, S("b25l"), 0, &settings, &error), STORE_OK);
    assert_int_equal(settings.version, 1);
    assert_outcome(op->accounts->set_settings(tx, id, S("two"), 0, &settings, &error),
                   STORE_MISMATCH);
    assert_slice(settings.value, "b25l");
    assert_int_equal(settings.version, 1);
    assert_outcome(op->accounts->set_settings(tx, id, NONE, 1, &settings, &error), STORE_OK);
    assert_outcome(op->accounts->settings(tx, id, &settings, &error), STORE_OK);
    assert_null(settings.value.data);
    assert_int_equal(settings.version, 2);
    assert_outcome(op->accounts->settings(tx, S("x"), &settings, &error), STORE_NOT_FOUND);
    assert_outcome(op->accounts->set_settings(tx, S("x"), NONE, 0, &settings, &error),
                   STORE_NOT_FOUND);
}

static void usernames_are_unique(void **state)
{
    (void)state;
    struct account account, profile = {.username = S("Anna"), .first_name = S("A")};
    struct slice a = fixture_account("A"), b = fixture_account("B");
    assert_outcome(op->accounts->set_profile(tx, a, &profile, &error), STORE_OK);
    profile.username = S("anna");
    assert_outcome(op->accounts->set_profile(tx, b, &profile, &error), STORE_FOREIGN);
    assert_outcome(op->accounts->set_profile(tx, a, &profile, &error), STORE_OK);
    profile = (struct account){.github = S("{}"), .avatar = S("{\"path\":1}")};
    assert_outcome(op->accounts->set_profile(tx, b, &profile, &error), STORE_OK);
    assert_outcome(op->accounts->get(tx, b, &account, &error), STORE_OK);
    assert_null(account.username.data);
    assert_slice(account.github, "{}");
    assert_slice(account.avatar, "{\"path\":1}");
    assert_outcome(op->accounts->set_profile(tx, S("x"), &profile, &error), STORE_NOT_FOUND);
}

static void pairing_keeps_the_first_answer(void **state)
{
    (void)state;
    const struct auth_request_operations *requests = op->auth_requests;
    struct auth_request request;
    struct slice account = fixture_account("A"), other = fixture_account("B");
    int64_t end = FIXTURE_TIME + 1000;
    assert_outcome(requests->get(tx, AUTH_REQUEST_TERMINAL, S("K"), &request, &error),
                   STORE_NOT_FOUND);
    assert_outcome(
        requests->answer(tx, AUTH_REQUEST_TERMINAL, S("K"), account, S("r"), end, &error),
        STORE_NOT_FOUND);
    assert_outcome(
        requests->announce(tx, AUTH_REQUEST_TERMINAL, S("K"), true, end, &request, &error),
        STORE_OK);
    assert_outcome(
        requests->announce(tx, AUTH_REQUEST_TERMINAL, S("K"), false, end + 9, &request, &error),
        STORE_EXISTS);
    assert_true(request.supports_v2);
    assert_null(request.response.data);
    assert_int_equal(request.expires_at, end);
    assert_outcome(requests->get(tx, AUTH_REQUEST_ACCOUNT, S("K"), &request, &error),
                   STORE_NOT_FOUND);
    assert_outcome(requests->answer(tx, AUTH_REQUEST_TERMINAL, S("K"), account, S(""), end, &error),
                   STORE_OK);
    assert_outcome(
        requests->answer(tx, AUTH_REQUEST_TERMINAL, S("K"), account, S("cg=="), end + 5, &error),
        STORE_OK);
    assert_outcome(
        requests->answer(tx, AUTH_REQUEST_TERMINAL, S("K"), other, S("late"), end, &error),
        STORE_EXISTS);
    assert_outcome(requests->get(tx, AUTH_REQUEST_TERMINAL, S("K"), &request, &error), STORE_OK);
    assert_slice(request.response, "cg==");
    assert_slice(request.account, account.data);
    assert_int_equal(request.expires_at, end + 5);
    assert_int_equal(request.id.length, CUID_LENGTH);
}

static void pairing_ends_with_its_time(void **state)
{
    (void)state;
    const struct auth_request_operations *requests = op->auth_requests;
    struct auth_request request;
    unsigned removed;
    for (int i = 0; i < 3; i++) {
        char key[8];
        snprintf(key, sizeof key, "K%d", i);
        requests->announce(tx, AUTH_REQUEST_ACCOUNT, S(key), false, FIXTURE_TIME + 10 + i, &request,
                           &error);
    }
    fixture_step(11);
    assert_outcome(requests->get(tx, AUTH_REQUEST_ACCOUNT, S("K1"), &request, &error),
                   STORE_NOT_FOUND);
    assert_outcome(requests->get(tx, AUTH_REQUEST_ACCOUNT, S("K2"), &request, &error), STORE_OK);
    assert_outcome(requests->announce(tx, AUTH_REQUEST_ACCOUNT, S("K1"), true, FIXTURE_TIME + 99,
                                      &request, &error),
                   STORE_OK);
    assert_outcome(requests->sweep(tx, 10, &removed, &error), STORE_OK);
    assert_int_equal(removed, 1);
    assert_outcome(requests->get(tx, AUTH_REQUEST_ACCOUNT, S("K1"), &request, &error), STORE_OK);
}

static void push_tokens(void **state)
{
    (void)state;
    struct push_token_list list;
    struct slice a = fixture_account("A"), b = fixture_account("B");
    assert_outcome(op->push_tokens->add(tx, a, S("one"), &error), STORE_OK);
    fixture_step(1);
    assert_outcome(op->push_tokens->add(tx, a, S("two"), &error), STORE_OK);
    assert_outcome(op->push_tokens->add(tx, b, S("one"), &error), STORE_OK);
    fixture_step(1);
    assert_outcome(op->push_tokens->add(tx, a, S("one"), &error), STORE_EXISTS);
    assert_outcome(op->push_tokens->list(tx, a, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].token, "two");
    assert_int_equal(list.rows[1].created_at, FIXTURE_TIME);
    assert_int_equal(list.rows[1].updated_at, FIXTURE_TIME + 2);
    assert_outcome(op->push_tokens->remove(tx, a, S("one"), &error), STORE_OK);
    assert_outcome(op->push_tokens->remove(tx, a, S("one"), &error), STORE_NOT_FOUND);
    assert_outcome(op->push_tokens->list(tx, b, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_outcome(op->push_tokens->add(tx, S("x"), S("one"), &error), -1);
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void vendor_tokens(void **state)
{
    (void)state;
    struct vendor_token token;
    struct vendor_token_list list;
    struct slice a = fixture_account("A");
    assert_outcome(op->vendor_tokens->get(tx, a, S("openai"), &token, &error), STORE_NOT_FOUND);
    assert_outcome(op->vendor_tokens->set(tx, a, S("openai"), slice_of("a\0b", 3), &error),
                   STORE_OK);
    assert_outcome(op->vendor_tokens->set(tx, a, S("gemini"), S("g"), &error), STORE_OK);
    assert_outcome(op->vendor_tokens->set(tx, a, S("openai"), slice_of("c\0d", 3), &error),
                   STORE_OK);
    assert_outcome(op->vendor_tokens->get(tx, a, S("openai"), &token, &error), STORE_OK);
    assert_int_equal(token.sealed.length, 3);
    assert_memory_equal(token.sealed.data, "c\0d", 3);
    assert_outcome(op->vendor_tokens->list(tx, a, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].vendor, "gemini");
    assert_outcome(op->vendor_tokens->remove(tx, a, S("openai"), &error), STORE_OK);
    assert_outcome(op->vendor_tokens->remove(tx, a, S("openai"), &error), STORE_NOT_FOUND);
}

static void an_invite_lets_one_in(void **state)
{
    (void)state;
    struct invite invite, other;
    struct invite_list list;
    struct slice a = fixture_account("A"), b = fixture_account("B");
    int64_t end = FIXTURE_TIME + 100;
    assert_outcome(op->invites->create(tx, S("hash"), S("for B"), end, &invite, &error), STORE_OK);
    assert_outcome(op->invites->create(tx, S("hash"), NONE, end, &other, &error), STORE_EXISTS);
    assert_outcome(op->invites->use(tx, S("wrong"), b, &error), STORE_NOT_FOUND);
    assert_outcome(op->invites->use(tx, S("hash"), b, &error), STORE_OK);
    assert_outcome(op->invites->use(tx, S("hash"), a, &error), STORE_NOT_FOUND);
    fixture_step(1);
    assert_outcome(op->invites->create(tx, S("late"), NONE, end, &other, &error), STORE_OK);
    fixture_step(100);
    assert_outcome(op->invites->use(tx, S("late"), a, &error), STORE_NOT_FOUND);
    assert_outcome(op->invites->list(tx, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].id, other.id.data);
    assert_int_equal(list.rows[0].used_at, 0);
    assert_slice(list.rows[1].note, "for B");
    assert_slice(list.rows[1].account, b.data);
    assert_int_equal(list.rows[1].used_at, FIXTURE_TIME);
    assert_outcome(op->accounts->remove(tx, b, &error), STORE_OK);
    assert_outcome(op->invites->list(tx, 10, &list, &error), STORE_OK);
    assert_null(list.rows[1].account.data);
    assert_outcome(op->invites->remove(tx, other.id, &error), STORE_OK);
    assert_outcome(op->invites->remove(tx, other.id, &error), STORE_NOT_FOUND);
}

static void server_values(void **state)
{
    (void)state;
    struct slice value;
    assert_outcome(op->server_values->get(tx, S("name"), &value, &error), STORE_NOT_FOUND);
    assert_outcome(op->server_values->set(tx, S("name"), S("one"), &error), STORE_OK);
    assert_outcome(op->server_values->set(tx, S("name"), S(""), &error), STORE_OK);
    assert_outcome(op->server_values->get(tx, S("name"), &value, &error), STORE_OK);
    assert_slice(value, "");
    assert_outcome(op->server_values->set(tx, S("name"), NONE, &error), STORE_OK);
    assert_outcome(op->server_values->get(tx, S("name"), &value, &error), STORE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(logging_in_makes_an_account_once),
        TEST(accounts_are_listed_by_pages),
        TEST(numbers_of_updates_are_consecutive),
        TEST(settings_are_compared_and_set),
        TEST(usernames_are_unique),
        TEST(pairing_keeps_the_first_answer),
        TEST(pairing_ends_with_its_time),
        TEST(push_tokens),
        TEST(vendor_tokens),
        TEST(an_invite_lets_one_in),
        TEST(server_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
