/* A disk without room: jobs fail, what was acknowledged stays, and writing goes on when there is
   room again. The disk is a small tmpfs(5) in a mount namespace of the test's own. */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "store_fixture.h"

#define CONTENT (32u * 1024u)

static struct store *store;
static char account[32], session[32], ballast[96], content[CONTENT];

struct work {
    struct store_job job;
    bool ended, failed;
    int64_t sequence;
    struct error error;
};

static void on_done(void *context, const struct error *failure)
{
    struct work *work = context;
    work->ended = true;
    work->failed = failure != NULL;
    if (failure)
        work->error = *failure;
}

static int make_session(struct store_transaction *now, void *context, struct error *failure)
{
    struct account made;
    struct session row;
    (void)context;
    if (now->op->accounts->log_in(now, S("KEY"), true, &made, failure) < 0 ||
        now->op->sessions->create(now, made.id, S("T"), S("m"), NONE, &row, failure) < 0)
        return -1;
    memcpy(account, made.id.data, made.id.length + 1);
    memcpy(session, row.id.data, row.id.length + 1);
    return 0;
}

static int post(struct store_transaction *now, void *context, struct error *failure)
{
    struct work *work = context;
    struct message_item item = {.content = slice_of(content, CONTENT)};
    struct message_posted_list posted;
    if (now->op->messages->post(now, S(account), S(session), &item, 1, &posted, failure) !=
        STORE_OK)
        return -1;
    work->sequence = posted.rows[0].sequence;
    return 0;
}

static void run(struct work *work, int (*job)(struct store_transaction *, void *, struct error *))
{
    struct pollfd waiting = {.fd = store_descriptor(store), .events = POLLIN};
    *work = (struct work){.job = {.run = job, .done = on_done, .context = work}};
    assert_int_equal(store_submit(store, &work->job, &error), 0);
    while (!work->ended) {
        assert_true(poll(&waiting, 1, 30000) > 0);
        store_dispatch(store);
    }
}

static void fill(void)
{
    char zeros[65536] = {0};
    int descriptor = open(ballast, O_WRONLY | O_CREAT, 0600);
    assert_true(descriptor >= 0);
    while (write(descriptor, zeros, sizeof zeros) > 0)
        continue;
    close(descriptor);
}

static int open_small_disk(void)
{
    uid_t user = getuid();
    if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) < 0 ||
        mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("none", fixture_directory, "tmpfs", 0, "size=12m") < 0)
        return -1;
    return 0;
}

static void post_until_full(void)
{
    struct work work;
    int64_t last = 0;
    store = store_open(&(struct store_settings){.path = fixture_path}, &error);
    if (!store)
        fail_msg("%s", error.message);
    run(&work, make_session);
    assert_false(work.failed);
    for (int i = 0; i < 20; i++) {
        run(&work, post);
        assert_false(work.failed);
        last = work.sequence;
    }
    fill();
    do {
        run(&work, post);
        if (!work.failed)
            last = work.sequence;
        assert_true(last < 1000);
    } while (!work.failed);
    assert_int_equal(work.error.code, ERROR_DATABASE);
    assert_non_null(strstr(work.error.message, "no room"));
    assert_string_not_equal(work.error.fix, "");
    run(&work, post);
    assert_true(work.failed);
    unlink(ballast);
    for (int i = 0; i < 20; i++) {
        run(&work, post);
        if (work.failed)
            fail_msg("with room again: %s", work.error.message);
        assert_int_equal(work.sequence, ++last);
    }
    store_close(store);
    assert_outcome(store_check(fixture_path, &error), 0);
    fill();
    assert_null(store_open(&(struct store_settings){.path = fixture_path}, &error));
    assert_int_equal(error.code, ERROR_DATABASE);
    assert_string_not_equal(error.fix, "");
}

static void a_full_disk_is_survived(void **state)
{
    (void)state;
    snprintf(ballast, sizeof ballast, "%s/ballast", fixture_directory);
    memset(content, '-', sizeof content);
    if (open_small_disk() < 0) {
        print_message("no mount namespace here: skipped\n");
        skip();
    }
    post_until_full();
    umount2(fixture_directory, MNT_DETACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_disk_is_survived, fixture_directory_setup,
                                        fixture_directory_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
