#include "store_fixture.h"

static void a_tag_stands_for_one_session(void **state)
{
    (void)state;
    struct session session, again;
    struct slice a = fixture_account("A"), b = fixture_account("B");
    assert_outcome(
        op->sessions->create(tx, a, S("tag"), S("bWV0YQ=="), slice_of("", 0), &session, &error),
        STORE_OK);
    assert_slice(session.metadata, "bWV0YQ==");
    assert_int_equal(session.metadata_version, 0);
    assert_int_equal(session.agent_state_version, 0);
    assert_null(session.agent_state.data);
    assert_slice(session.data_key, "");
    assert_true(session.active);
    assert_int_equal(session.active_at, FIXTURE_TIME);
    assert_int_equal(session.last_message, 0);
    fixture_step(1);
    assert_outcome(op->sessions->create(tx, a, S("tag"), S("other"), S("key"), &again, &error),
                   STORE_EXISTS);
    assert_slice(again.id, session.id.data);
    assert_slice(again.metadata, "bWV0YQ==");
    assert_int_equal(again.updated_at, FIXTURE_TIME);
    assert_outcome(op->sessions->create(tx, b, S("tag"), S(""), NONE, &again, &error), STORE_OK);
    assert_null(again.data_key.data);
    assert_slice(again.metadata, "");
    assert_outcome(op->sessions->get(tx, b, session.id, &again, &error), STORE_NOT_FOUND);
    assert_outcome(op->sessions->create(tx, S("x"), S("tag"), S(""), NONE, &again, &error), -1);
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void lists_have_their_orders(void **state)
{
    (void)state;
    struct session_list list;
    struct slice a = fixture_account("A"), ids[5];
    fixture_session(fixture_account("B"), "other");
    for (int i = 0; i < 5; i++) {
        char tag[8];
        snprintf(tag, sizeof tag, "T%d", i);
        ids[i] = fixture_session(a, tag);
        fixture_step(10);
    }
    assert_outcome(op->sessions->set_active(tx, a, ids[1], false, FIXTURE_TIME, &error), STORE_OK);
    fixture_step(10);
    assert_outcome(op->sessions->set_active(tx, a, ids[0], true, FIXTURE_TIME + 25, &error),
                   STORE_OK);
    assert_outcome(op->sessions->list_recent(tx, a, 4, &list, &error), STORE_OK);
    assert_int_equal(list.count, 4);
    assert_slice(list.rows[0].id, ids[0].data);
    assert_slice(list.rows[1].id, ids[1].data);
    assert_slice(list.rows[2].id, ids[4].data);
    assert_outcome(op->sessions->list_active(tx, a, FIXTURE_TIME + 20, 10, &list, &error),
                   STORE_OK);
    assert_int_equal(list.count, 3);
    assert_slice(list.rows[0].id, ids[4].data);
    assert_slice(list.rows[1].id, ids[3].data);
    assert_slice(list.rows[2].id, ids[0].data);
    assert_outcome(op->sessions->page(tx, a, NONE, 0, 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.has_more);
    assert_slice(list.rows[1].id, ids[3].data);
    assert_outcome(op->sessions->page(tx, a, ids[3], FIXTURE_TIME + 19, 2, &list, &error),
                   STORE_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.has_more);
    assert_slice(list.rows[0].id, ids[2].data);
    assert_slice(list.rows[1].id, ids[1].data);
    assert_outcome(op->sessions->page(tx, a, ids[1], 0, 2, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_false(list.has_more);
}

static void metadata_and_state_are_compared_and_set(void **state)
{
    (void)state;
    struct store_versioned now;
    struct session session;
    struct slice a = fixture_account("A"), id = fixture_session(a, "T");
    fixture_step(7);
    assert_outcome(op->sessions->set_metadata(tx, a, id, S("one"), 0, &now, &error), STORE_OK);
    assert_int_equal(now.version, 1);
    assert_outcome(op->sessions->set_metadata(tx, a, id, S("two"), 0, &now, &error),
                   STORE_MISMATCH);
    assert_slice(now.value, "one");
    assert_int_equal(now.version, 1);
    assert_outcome(op->sessions->set_agent_state(tx, a, id, S("c3RhdGU="), 0, &now, &error),
                   STORE_OK);
    assert_outcome(op->sessions->set_agent_state(tx, a, id, NONE, 1, &now, &error), STORE_OK);
    assert_outcome(op->sessions->set_agent_state(tx, a, id, S("x"), 1, &now, &error),
                   STORE_MISMATCH);
    assert_null(now.value.data);
    assert_int_equal(now.version, 2);
    assert_outcome(op->sessions->get(tx, a, id, &session, &error), STORE_OK);
    assert_slice(session.metadata, "one");
    assert_int_equal(session.agent_state_version, 2);
    assert_int_equal(session.updated_at, FIXTURE_TIME + 7);
    assert_int_equal(session.active_at, FIXTURE_TIME);
    struct slice b = fixture_account("B");
    assert_outcome(op->sessions->set_metadata(tx, b, id, S("x"), 1, &now, &error), STORE_NOT_FOUND);
    assert_outcome(op->sessions->set_active(tx, b, id, false, 0, &error), STORE_NOT_FOUND);
}

static void the_silent_become_inactive(void **state)
{
    (void)state;
    struct presence_list list;
    struct session session;
    struct machine machine;
    struct slice a = fixture_account("A"), first = fixture_session(a, "1");
    fixture_machine(a, "M");
    assert_outcome(op->machines->set_active(tx, a, S("M"), true, FIXTURE_TIME + 3, &error),
                   STORE_OK);
    fixture_step(10);
    struct slice second = fixture_session(a, "2");
    assert_outcome(op->sessions->sweep(tx, FIXTURE_TIME, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_slice(list.rows[0].id, first.data);
    assert_slice(list.rows[0].account, a.data);
    assert_int_equal(list.rows[0].active_at, FIXTURE_TIME);
    assert_outcome(op->sessions->sweep(tx, FIXTURE_TIME, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 0);
    assert_outcome(op->sessions->get(tx, a, first, &session, &error), STORE_OK);
    assert_false(session.active);
    assert_int_equal(session.active_at, FIXTURE_TIME);
    assert_int_equal(session.updated_at, FIXTURE_TIME + 10);
    assert_outcome(op->sessions->get(tx, a, second, &session, &error), STORE_OK);
    assert_true(session.active);
    assert_outcome(op->machines->sweep(tx, FIXTURE_TIME + 2, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 0);
    assert_outcome(op->machines->sweep(tx, FIXTURE_TIME + 3, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_slice(list.rows[0].id, "M");
    assert_outcome(op->machines->get(tx, a, S("M"), &machine, &error), STORE_OK);
    assert_false(machine.active);
}

static void machines(void **state)
{
    (void)state;
    struct machine machine;
    struct machine_list list;
    struct store_versioned now;
    struct slice a = fixture_account("A"), b = fixture_account("B");
    assert_outcome(
        op->machines->create(tx, a, S("M1"), S("bQ=="), S("ZA=="), S("key"), &machine, &error),
        STORE_OK);
    assert_int_equal(machine.metadata_version, 1);
    assert_int_equal(machine.daemon_state_version, 1);
    assert_slice(machine.daemon_state, "ZA==");
    assert_false(machine.active);
    assert_outcome(op->machines->create(tx, a, S("M1"), S("x"), NONE, NONE, &machine, &error),
                   STORE_EXISTS);
    assert_slice(machine.metadata, "bQ==");
    assert_outcome(op->machines->create(tx, b, S("M1"), S("x"), NONE, NONE, &machine, &error),
                   STORE_FOREIGN);
    fixture_step(5);
    assert_outcome(op->machines->create(tx, a, S("M2"), S("m"), S(""), NONE, &machine, &error),
                   STORE_OK);
    assert_null(machine.daemon_state.data);
    assert_int_equal(machine.daemon_state_version, 0);
    assert_outcome(op->machines->list(tx, a, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].id, "M2");
    fixture_step(5);
    assert_outcome(op->machines->set_daemon_state(tx, a, S("M1"), S("s"), 1, &now, &error),
                   STORE_OK);
    assert_outcome(op->machines->set_metadata(tx, a, S("M2"), S("n"), 1, &now, &error), STORE_OK);
    assert_outcome(op->machines->set_metadata(tx, a, S("M2"), S("o"), 1, &now, &error),
                   STORE_MISMATCH);
    assert_slice(now.value, "n");
    assert_int_equal(now.version, 2);
    assert_outcome(op->machines->set_metadata(tx, b, S("M2"), S("o"), 2, &now, &error),
                   STORE_NOT_FOUND);
    assert_outcome(op->machines->list(tx, a, 10, &list, &error), STORE_OK);
    assert_slice(list.rows[0].id, "M1");
    assert_true(list.rows[0].active);
    assert_int_equal(list.rows[0].active_at, FIXTURE_TIME + 10);
    assert_false(list.rows[1].active);
    assert_outcome(op->machines->remove(tx, b, S("M1"), &error), STORE_NOT_FOUND);
    assert_outcome(op->machines->remove(tx, a, S("M1"), &error), STORE_OK);
    assert_outcome(op->machines->get(tx, a, S("M1"), &machine, &error), STORE_NOT_FOUND);
}

static void access_keys(void **state)
{
    (void)state;
    const struct access_key_operations *keys = op->access_keys;
    struct access_key key;
    struct store_versioned now;
    struct slice a = fixture_account("A"), b = fixture_account("B"), s = fixture_session(a, "T");
    fixture_machine(a, "M");
    assert_outcome(keys->get(tx, a, s, S("M"), &key, &error), STORE_NOT_FOUND);
    assert_outcome(keys->get(tx, a, s, S("N"), &key, &error), STORE_NO_PARENT);
    assert_outcome(keys->get(tx, b, s, S("M"), &key, &error), STORE_NO_PARENT);
    assert_outcome(keys->update(tx, a, s, S("M"), S("x"), 1, &now, &error), STORE_NOT_FOUND);
    assert_outcome(keys->create(tx, a, s, S("M"), S("ZGF0YQ=="), &key, &error), STORE_OK);
    assert_int_equal(key.version, 1);
    assert_outcome(keys->create(tx, a, s, S("M"), S("x"), &key, &error), STORE_EXISTS);
    assert_slice(key.data, "ZGF0YQ==");
    assert_outcome(keys->create(tx, b, s, S("M"), S("x"), &key, &error), STORE_NO_PARENT);
    assert_outcome(keys->update(tx, a, s, S("M"), S("new"), 0, &now, &error), STORE_MISMATCH);
    assert_slice(now.value, "ZGF0YQ==");
    fixture_step(3);
    assert_outcome(keys->update(tx, a, s, S("M"), S("new"), 1, &now, &error), STORE_OK);
    assert_int_equal(now.version, 2);
    assert_outcome(keys->get(tx, a, s, S("M"), &key, &error), STORE_OK);
    assert_slice(key.data, "new");
    assert_int_equal(key.created_at, FIXTURE_TIME);
    assert_int_equal(key.updated_at, FIXTURE_TIME + 3);
    assert_outcome(op->machines->remove(tx, a, S("M"), &error), STORE_OK);
    fixture_machine(a, "M");
    assert_outcome(keys->get(tx, a, s, S("M"), &key, &error), STORE_NOT_FOUND);
}

static void usage_reports(void **state)
{
    (void)state;
    struct usage_row first, report;
    struct usage_list list;
    struct slice a = fixture_account("A"), s = fixture_session(a, "1"), t = fixture_session(a, "2");
    assert_outcome(op->usage->report(tx, a, S("x"), S("k"), S("{}"), &report, &error),
                   STORE_NO_PARENT);
    assert_outcome(op->usage->report(tx, a, s, S("k"), S("{\"a\":1}"), &first, &error), STORE_OK);
    fixture_step(1000);
    assert_outcome(op->usage->report(tx, a, s, S("k"), S("{\"a\":2}"), &report, &error), STORE_OK);
    assert_slice(report.id, first.id.data);
    assert_int_equal(report.created_at, FIXTURE_TIME);
    assert_int_equal(report.updated_at, FIXTURE_TIME + 1000);
    assert_outcome(op->usage->report(tx, a, t, S("k"), S("{}"), &report, &error), STORE_OK);
    assert_outcome(op->usage->list(tx, a, NONE, 0, INT64_MAX, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.rows[0].data, "{\"a\":2}");
    assert_outcome(op->usage->list(tx, a, NONE, FIXTURE_TIME + 1, INT64_MAX, 100, &list, &error),
                   STORE_OK);
    assert_int_equal(list.count, 1);
    assert_outcome(op->usage->list(tx, a, s, 0, FIXTURE_TIME, 100, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_outcome(op->usage->list(tx, fixture_account("B"), s, 0, 1, 100, &list, &error),
                   STORE_NO_PARENT);
}

static void attachments(void **state)
{
    (void)state;
    const struct attachment_operations *attachments = op->attachments;
    struct attachment attachment;
    struct attachment_list list;
    int64_t total;
    struct slice a = fixture_account("A"), b = fixture_account("B"), s = fixture_session(a, "1");
    assert_outcome(attachments->announce(tx, b, s, S("1.enc"), 10, &error), STORE_NO_PARENT);
    assert_outcome(attachments->announce(tx, a, s, S("1.enc"), 10, &error), STORE_OK);
    assert_outcome(attachments->announce(tx, a, s, S("1.enc"), 10, &error), STORE_EXISTS);
    assert_outcome(attachments->announce(tx, a, s, S("2.enc"), 20, &error), STORE_OK);
    assert_outcome(attachments->set_stored(tx, a, s, S("1.enc"), 12, &error), STORE_OK);
    assert_outcome(attachments->set_stored(tx, b, s, S("1.enc"), 12, &error), STORE_NOT_FOUND);
    assert_outcome(attachments->get(tx, a, s, S("1.enc"), &attachment, &error), STORE_OK);
    assert_true(attachment.stored);
    assert_int_equal(attachment.size, 12);
    assert_outcome(attachments->get(tx, a, s, S("3.enc"), &attachment, &error), STORE_NOT_FOUND);
    assert_outcome(attachments->get(tx, b, s, S("1.enc"), &attachment, &error), STORE_NO_PARENT);
    assert_outcome(attachments->total(tx, a, &total, &error), STORE_OK);
    assert_int_equal(total, 32);
    assert_outcome(attachments->sweep(tx, FIXTURE_TIME + 1, 10, &list, &error), STORE_OK);
    assert_int_equal(list.count, 1);
    assert_slice(list.rows[0].name, "2.enc");
    assert_outcome(attachments->total(tx, a, &total, &error), STORE_OK);
    assert_int_equal(total, 12);
}

/* Everything that hangs on a session, and on an account, goes with it. */
static void removing_takes_all_along(void **state)
{
    (void)state;
    struct message_item item = {.content = S("YQ=="), .local_id = S("l")};
    struct message_posted_list posted;
    struct access_key key;
    struct usage_row report;
    struct slice a = fixture_account("A"), s = fixture_session(a, "1"), t = fixture_session(a, "2");
    fixture_machine(a, "M");
    for (int i = 0; i < 2; i++) {
        struct slice id = i == 0 ? s : t;
        assert_outcome(op->messages->post(tx, a, id, &item, 1, &posted, &error), STORE_OK);
        assert_outcome(op->access_keys->create(tx, a, id, S("M"), S("k"), &key, &error), STORE_OK);
        assert_outcome(op->usage->report(tx, a, id, S("k"), S("{}"), &report, &error), STORE_OK);
        assert_outcome(op->attachments->announce(tx, a, id, S("f"), 1, &error), STORE_OK);
    }
    assert_outcome(op->sessions->remove(tx, fixture_account("B"), s, &error), STORE_NOT_FOUND);
    assert_outcome(op->sessions->remove(tx, a, s, &error), STORE_OK);
    assert_outcome(op->sessions->remove(tx, a, s, &error), STORE_NOT_FOUND);
    fixture_step(0);
    static const char *const tables[] = {"session", "session_text", "message",    "message_recent",
                                         "machine", "access_key",   "attachment", "usage_report"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        assert_int_equal(fixture_query(sql), 1);
    }
    assert_outcome(op->accounts->remove(tx, a, &error), STORE_OK);
    fixture_step(0);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        assert_int_equal(fixture_query(sql), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_tag_stands_for_one_session),
        TEST(lists_have_their_orders),
        TEST(metadata_and_state_are_compared_and_set),
        TEST(the_silent_become_inactive),
        TEST(machines),
        TEST(access_keys),
        TEST(usage_reports),
        TEST(attachments),
        TEST(removing_takes_all_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
