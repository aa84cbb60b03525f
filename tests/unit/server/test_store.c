/* The store as its callers see it: jobs, threads, failures, backups. */
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "store_fixture.h"

#define JOBS 600

static struct store *store;
static struct slice account, session;
static char account_text[32], session_text[32];

struct work {
    struct store_job job;
    int number;
    bool fails;
    size_t size; /* of a message's content */
    bool ended, failed;
    struct error error;
    int64_t sequence, seen;
    int runs;
};

static int ended_count, last_number;
static bool in_order;

static void open_store(const struct store_settings *settings)
{
    store = store_open(settings, &error);
    if (!store)
        fail_msg("%s", error.message);
}

static void wait_until(bool (*reached)(void *), void *context)
{
    struct pollfd waiting = {.fd = store_descriptor(store), .events = POLLIN};
    while (!reached(context)) {
        if (poll(&waiting, 1, 30000) <= 0)
            fail_msg("nothing came from the store for 30 s");
        store_dispatch(store);
    }
}

static bool has_ended(void *context)
{
    return ((struct work *)context)->ended;
}

static void on_done(void *context, const struct error *failure)
{
    struct work *work = context;
    work->ended = true;
    work->failed = failure != NULL;
    if (failure)
        work->error = *failure;
    in_order = in_order && work->number >= last_number;
    last_number = work->number;
    ended_count++;
}

static int make_account(struct store_transaction *now, void *context, struct error *failure)
{
    struct account made;
    struct session row;
    (void)context;
    if (now->op->accounts->log_in(now, S("KEY"), true, &made, failure) < 0 ||
        now->op->sessions->create(now, made.id, S("T"), S("m"), NONE, &row, failure) < 0)
        return -1;
    memcpy(account_text, made.id.data, made.id.length + 1);
    memcpy(session_text, row.id.data, row.id.length + 1);
    return 0;
}

static int post(struct store_transaction *now, void *context, struct error *failure)
{
    struct work *work = context;
    struct message_posted_list posted;
    char *content = store_arena_allocate(now->arena, work->size + 1);
    char name[32];
    memset(content, 'A' + work->number % 26, work->size);
    snprintf(name, sizeof name, "%d", work->number);
    work->runs++;
    struct message_item item = {.content = slice_of(content, work->size), .local_id = S(name)};
    int result = now->op->messages->post(now, account, session, &item, 1, &posted, failure);
    if (result != STORE_OK)
        return result < 0 ? -1 : error_set(failure, ERROR_NOT_FOUND, "no session");
    work->sequence = posted.rows[0].sequence;
    return work->fails ? error_set(failure, ERROR_REFUSED, "job %d fails", work->number) : 0;
}

static int read_last(struct store_transaction *now, void *context, struct error *failure)
{
    struct work *work = context;
    struct session row;
    int result = now->op->sessions->get(now, account, session, &row, failure);
    work->seen = row.last_message;
    return result == STORE_OK ? 0 : -1;
}

static void submit(struct work *work,
                   int (*run)(struct store_transaction *, void *, struct error *))
{
    work->job = (struct store_job){.run = run, .done = on_done, .context = work};
    if (store_submit(store, &work->job, &error) < 0)
        fail_msg("%s", error.message);
}

static void submit_read(struct work *work,
                        int (*run)(struct store_transaction *, void *, struct error *))
{
    work->job = (struct store_job){.run = run, .done = on_done, .context = work};
    if (store_submit_read(store, &work->job, &error) < 0)
        fail_msg("%s", error.message);
}

static void prepare(const struct store_settings *settings)
{
    struct work work = {0};
    open_store(settings);
    submit(&work, make_account);
    wait_until(has_ended, &work);
    assert_false(work.failed);
    account = S(account_text);
    session = S(session_text);
    ended_count = 0;
    last_number = 0;
    in_order = true;
}

static void close_and_check(void)
{
    store_close(store);
    assert_outcome(store_check(fixture_path, &error), 0);
}

static bool all_ended(void *context)
{
    return ended_count == *(int *)context;
}

static void jobs_end_in_order_and_fail_alone(void **state)
{
    (void)state;
    static struct work works[JOBS];
    int expected = JOBS, good = 0;
    memset(works, 0, sizeof works);
    prepare(&(struct store_settings){.path = fixture_path});
    for (int i = 0; i < JOBS; i++) {
        works[i] = (struct work){.number = i, .size = 100, .fails = i % 7 == 3};
        submit(&works[i], post);
    }
    wait_until(all_ended, &expected);
    assert_true(in_order);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(works[i].failed, works[i].fails);
        if (works[i].fails)
            assert_int_equal(works[i].error.code, ERROR_REFUSED);
        else
            assert_int_equal(works[i].sequence, ++good);
    }
    struct store_statistics statistics;
    store_statistics(store, &statistics);
    assert_int_equal(statistics.write.jobs, JOBS + 1);
    assert_int_equal(statistics.write.failed, JOBS - good);
    assert_int_equal(statistics.write.waiting, 0);
    assert_true(statistics.write.commit_us.count < JOBS);
    assert_int_equal(statistics.write.batch.sum, JOBS + 1);
    assert_true(statistics.write.repeated > 0);
    close_and_check();
    assert_int_equal(fixture_query("SELECT count(*) FROM message"), good);
}

/* Each read is submitted when its write was answered, while others write on. */
struct pair {
    struct work write, read;
    int left;
};

static void on_read(void *context, const struct error *failure);

static int read_last_of_pair(struct store_transaction *now, void *context, struct error *failure)
{
    return read_last(now, &((struct pair *)context)->read, failure);
}

static void on_written(void *context, const struct error *failure)
{
    struct pair *pair = context;
    assert_null(failure);
    pair->read.job = (struct store_job){.run = read_last_of_pair, .done = on_read, .context = pair};
    assert_int_equal(store_submit_read(store, &pair->read.job, &error), 0);
}

static int post_for_pair(struct store_transaction *now, void *context, struct error *failure)
{
    return post(now, &((struct pair *)context)->write, failure);
}

static void write_next(struct pair *pair)
{
    static int number;
    pair->write.number = ++number;
    pair->write.size = 400;
    pair->write.job = (struct store_job){.run = post_for_pair, .done = on_written, .context = pair};
    assert_int_equal(store_submit(store, &pair->write.job, &error), 0);
}

static void on_read(void *context, const struct error *failure)
{
    struct pair *pair = context;
    assert_null(failure);
    assert_true(pair->read.seen >= pair->write.sequence);
    if (--pair->left > 0)
        write_next(pair);
    else
        ended_count++;
}

static void reads_see_what_was_answered(void **state)
{
    (void)state;
    enum { PAIRS = 16, ROUNDS = 25 };
    static struct pair pairs[PAIRS];
    int expected = PAIRS;
    prepare(&(struct store_settings){.path = fixture_path});
    memset(pairs, 0, sizeof pairs);
    for (int i = 0; i < PAIRS; i++) {
        pairs[i].left = ROUNDS;
        write_next(&pairs[i]);
    }
    wait_until(all_ended, &expected);
    close_and_check();
    assert_int_equal(fixture_query("SELECT count(*) FROM message"), PAIRS * ROUNDS);
}

static void a_read_cannot_write(void **state)
{
    (void)state;
    struct work work = {.size = 1}, reading = {0};
    prepare(&(struct store_settings){.path = fixture_path});
    submit_read(&work, post);
    wait_until(has_ended, &work);
    assert_true(work.failed);
    submit_read(&reading, read_last);
    wait_until(has_ended, &reading);
    assert_false(reading.failed);
    assert_int_equal(reading.seen, 0);
    close_and_check();
}

/* Keeps the writer until the other end of the pipe is closed. */
static int gate[2];

static int wait_at_gate(struct store_transaction *now, void *context, struct error *failure)
{
    char byte;
    (void)now, (void)context, (void)failure;
    while (read(gate[0], &byte, 1) > 0)
        continue;
    return 0;
}

static bool writer_is_at_gate(void *context)
{
    struct store_statistics statistics;
    (void)context;
    store_statistics(store, &statistics);
    return statistics.write.waiting == 0;
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    struct work blocking = {0}, works[5], reading = {0};
    int expected = 6;
    prepare(&(struct store_settings){.path = fixture_path, .queue_max = 4});
    assert_int_equal(pipe(gate), 0);
    submit(&blocking, wait_at_gate);
    while (!writer_is_at_gate(NULL))
        usleep(1000);
    for (int i = 0; i < 4; i++) {
        works[i] = (struct work){.number = i, .size = 10};
        submit(&works[i], post);
    }
    works[4].job = (struct store_job){.run = post, .done = on_done, .context = &works[4]};
    assert_int_equal(store_submit(store, &works[4].job, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT);
    submit_read(&reading, read_last); /* no writer keeps it waiting */
    wait_until(has_ended, &reading);
    close(gate[1]);
    wait_until(all_ended, &expected);
    struct store_statistics statistics;
    store_statistics(store, &statistics);
    assert_int_equal(statistics.write.refused, 1);
    close(gate[0]);
    close_and_check();
    assert_int_equal(fixture_query("SELECT count(*) FROM message"), 4);
}

static void closing_ends_what_was_submitted(void **state)
{
    (void)state;
    static struct work works[50];
    prepare(&(struct store_settings){.path = fixture_path});
    for (int i = 0; i < 50; i++) {
        works[i] = (struct work){.number = i, .size = 10};
        submit(&works[i], post);
    }
    store_close(store);
    assert_int_equal(ended_count, 50);
    assert_true(in_order);
    assert_int_equal(fixture_query("SELECT count(*) FROM message"), 50);
}

static void without_room_a_job_fails_and_others_go_on(void **state)
{
    (void)state;
    struct work large = {.number = 1, .size = 4u << 20}, small = {.number = 2, .size = 64};
    struct work after = {.number = 3, .size = 64}, reading = {0};
    prepare(&(struct store_settings){.path = fixture_path, .size_max = 1u << 20});
    submit(&large, post);
    submit(&small, post);
    submit_read(&reading, read_last);
    wait_until(has_ended, &small);
    wait_until(has_ended, &reading);
    assert_true(large.failed);
    assert_int_equal(large.error.code, ERROR_DATABASE);
    assert_non_null(strstr(large.error.message, "no room"));
    assert_string_not_equal(large.error.fix, "");
    assert_false(small.failed);
    assert_int_equal(small.sequence, 1);
    submit(&after, post);
    wait_until(has_ended, &after);
    assert_int_equal(after.sequence, 2);
    close_and_check();
    prepare(&(struct store_settings){.path = fixture_path, .size_max = 64u << 20});
    large.number = 4;
    submit(&large, post);
    large.ended = false;
    wait_until(has_ended, &large);
    assert_false(large.failed);
    assert_int_equal(large.sequence, 3);
    close_and_check();
}

static void an_unusable_file_is_refused(void **state)
{
    (void)state;
    struct store_settings settings = {.path = fixture_path};
    FILE *file = fopen(fixture_path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database ", file);
    fclose(file);
    assert_null(store_open(&settings, &error));
    assert_int_equal(error.code, ERROR_DATABASE);
    assert_non_null(strstr(error.message, "not a database"));
    unlink(fixture_path);
    prepare(&settings);
    struct stat status;
    assert_int_equal(stat(fixture_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    store_close(store);
    fixture_query("PRAGMA user_version = 77");
    assert_null(store_open(&settings, &error));
    assert_non_null(strstr(error.message, "77"));
    assert_int_equal(fixture_query("PRAGMA user_version"), 77);
    settings.path = "/nonexistent/directory/server.db";
    assert_null(store_open(&settings, &error));
    assert_non_null(strstr(error.message, settings.path));
    assert_string_not_equal(error.fix, "");
}

/* Permissions bind nobody who is root: another user tries. */
static void a_read_only_directory_is_refused(void **state)
{
    (void)state;
    prepare(&(struct store_settings){.path = fixture_path});
    store_close(store);
    chmod(fixture_path, 0444);
    chmod(fixture_directory, 0555);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (getuid() == 0 && setuid(65534) < 0)
            _exit(2);
        store = store_open(&(struct store_settings){.path = fixture_path}, &error);
        bool told = error.code == ERROR_DATABASE && strstr(error.message, fixture_path) &&
                    strstr(error.fix, "writable");
        _exit(!store && told ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    chmod(fixture_directory, 0755);
    assert_int_equal(status, 0);
}

static void one_server_at_a_time(void **state)
{
    (void)state;
    prepare(&(struct store_settings){.path = fixture_path});
    assert_null(store_open(&(struct store_settings){.path = fixture_path}, &error));
    assert_int_equal(error.code, ERROR_EXISTS);
    assert_non_null(strstr(error.message, "process"));
    struct store *server = store;
    struct work work = {.number = 1, .size = 10};
    open_store(&(struct store_settings){.path = fixture_path, .shared = true});
    submit(&work, post);
    wait_until(has_ended, &work);
    assert_int_equal(work.sequence, 1);
    store_close(store);
    store = server;
    struct work reading = {0};
    submit_read(&reading, read_last);
    wait_until(has_ended, &reading);
    assert_int_equal(reading.seen, 1);
    close_and_check();
}

static void a_backup_is_whole_while_others_write(void **state)
{
    (void)state;
    static struct work works[200];
    char copy[128];
    int expected = 200;
    struct stat status;
    prepare(&(struct store_settings){.path = fixture_path});
    for (int i = 0; i < 100; i++) {
        works[i] = (struct work){.number = i, .size = 1000};
        submit(&works[i], post);
    }
    wait_until(has_ended, &works[99]);
    for (int i = 100; i < 200; i++) {
        works[i] = (struct work){.number = i, .size = 1000};
        submit(&works[i], post);
    }
    snprintf(copy, sizeof copy, "%s/copy.db", fixture_directory);
    assert_outcome(store_backup(fixture_path, copy, &error), 0);
    assert_outcome(store_backup(fixture_path, copy, &error), -1);
    assert_int_equal(error.code, ERROR_EXISTS);
    assert_int_equal(stat(copy, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    wait_until(all_ended, &expected);
    close_and_check();
    assert_outcome(store_check(copy, &error), 0);
    strcpy(fixture_path, copy);
    assert_true(fixture_query("SELECT count(*) FROM message") >= 100);
    prepare(&(struct store_settings){.path = fixture_path});
    close_and_check();
    assert_outcome(store_backup(fixture_path, "/nonexistent/copy.db", &error), -1);
    assert_string_not_equal(error.fix, "");
}

static void damage_is_found(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "DELETE FROM message WHERE position & 255 = 2",
        "UPDATE session SET sequence = 9",
        "INSERT INTO message VALUES (77 << 32, 'x', NULL, 0, 0, 'x')",
        "INSERT INTO message_name VALUES (1, 5, 9)",
        "UPDATE message_recent SET first = 7",
        "UPDATE session SET account = 'nobody'",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct work works[3];
        int expected = 3;
        prepare(&(struct store_settings){.path = fixture_path});
        for (int j = 0; j < 3; j++) {
            works[j] = (struct work){.number = j, .size = 10};
            submit(&works[j], post);
        }
        wait_until(all_ended, &expected);
        close_and_check();
        fixture_query(damages[i]);
        assert_outcome(store_check(fixture_path, &error), -1);
        assert_int_equal(error.code, ERROR_DATABASE);
        assert_non_null(strstr(error.message, "damaged"));
        unlink(fixture_path);
    }
}

#define THREADED(name)                                                                             \
    cmocka_unit_test_setup_teardown(name, fixture_directory_setup, fixture_directory_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        THREADED(jobs_end_in_order_and_fail_alone),
        THREADED(reads_see_what_was_answered),
        THREADED(a_read_cannot_write),
        THREADED(a_full_queue_refuses),
        THREADED(closing_ends_what_was_submitted),
        THREADED(without_room_a_job_fails_and_others_go_on),
        THREADED(an_unusable_file_is_refused),
        THREADED(a_read_only_directory_is_refused),
        THREADED(one_server_at_a_time),
        THREADED(a_backup_is_whole_while_others_write),
        THREADED(damage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
