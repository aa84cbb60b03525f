/* A process that posts messages is killed at random moments, again and again on one database: what
   it was told to be done is there, once, in order and without gaps. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "store/store.h"
#include "store_fixture.h"
#include "wire/random.h"

#define ROUNDS   100 /* HAPPY_STORE_KILLS takes its place */
#define SESSIONS 4
#define WINDOW   32 /* jobs under way */
#define BATCH    3

/* What the child writes into the pipe when a job was done: less than PIPE_BUF, so all or nothing.
 */
struct told {
    int64_t first; /* sequence of the first message of the batch */
    int32_t session, number;
};

struct batch {
    struct store_job job;
    struct writer *writer;
    char names[BATCH][48];
    struct message_item items[BATCH];
    struct told told;
};

struct writer {
    struct store *store;
    struct batch batches[WINDOW];
    char account[32], sessions[SESSIONS][32];
    int round, next, pipe;
};

static void on_batch(void *context, const struct error *failure);

static int make_sessions(struct store_transaction *now, void *context, struct error *failure)
{
    struct writer *writer = context;
    struct account made;
    if (now->op->accounts->log_in(now, S("KEY"), true, &made, failure) < 0)
        return -1;
    memcpy(writer->account, made.id.data, made.id.length + 1);
    for (int i = 0; i < SESSIONS; i++) {
        struct session row;
        char tag[16];
        snprintf(tag, sizeof tag, "T%d", i);
        if (now->op->sessions->create(now, made.id, S(tag), S("m"), NONE, &row, failure) < 0)
            return -1;
        memcpy(writer->sessions[i], row.id.data, row.id.length + 1);
    }
    return 0;
}

static int post_batch(struct store_transaction *now, void *context, struct error *failure)
{
    struct batch *batch = context;
    struct message_posted_list posted;
    if (now->op->messages->post(now, S(batch->writer->account),
                                S(batch->writer->sessions[batch->told.session]), batch->items,
                                BATCH, &posted, failure) != STORE_OK)
        return -1;
    batch->told.first = posted.rows[0].sequence;
    return 0;
}

static void send_batch(struct batch *batch)
{
    struct writer *writer = batch->writer;
    struct error failure;
    batch->told.number = writer->next++;
    batch->told.session = batch->told.number % SESSIONS;
    for (int i = 0; i < BATCH; i++) {
        snprintf(batch->names[i], sizeof batch->names[i], "%d-%d-%d", writer->round,
                 batch->told.number, i);
        batch->items[i] =
            (struct message_item){.content = S(batch->names[i]), .local_id = S(batch->names[i])};
    }
    batch->job = (struct store_job){.run = post_batch, .done = on_batch, .context = batch};
    if (store_submit(writer->store, &batch->job, &failure) < 0)
        _exit(3);
}

static void on_batch(void *context, const struct error *failure)
{
    struct batch *batch = context;
    if (failure || write(batch->writer->pipe, &batch->told, sizeof batch->told) < 0)
        _exit(4);
    send_batch(batch);
}

static void on_made(void *context, const struct error *failure)
{
    struct writer *writer = context;
    if (failure)
        _exit(5);
    for (int i = 0; i < WINDOW; i++) {
        writer->batches[i].writer = writer;
        send_batch(&writer->batches[i]);
    }
}

static void write_for_ever(int round, int pipe)
{
    static struct writer writer;
    struct error failure;
    struct store_job job = {.run = make_sessions, .done = on_made, .context = &writer};
    writer.round = round;
    writer.pipe = pipe;
    writer.store = store_open(&(struct store_settings){.path = fixture_path}, &failure);
    if (!writer.store || store_submit(writer.store, &job, &failure) < 0)
        _exit(6);
    struct pollfd waiting = {.fd = store_descriptor(writer.store), .events = POLLIN};
    for (;;) {
        poll(&waiting, 1, -1);
        store_dispatch(writer.store);
    }
}

/* Reads what the child says for `ms` milliseconds after its first word, kills it, and reads the
   rest. Returns how many were told. */
static size_t collect(pid_t child, int pipe, unsigned ms, struct told *told, size_t room)
{
    struct pollfd waiting = {.fd = pipe, .events = POLLIN};
    size_t count = 0;
    bool killed = false;
    int64_t end = clock_monotonic_ms() + 60000;
    for (;;) {
        int64_t left = end - clock_monotonic_ms();
        if (!killed && (left <= 0 || poll(&waiting, 1, (int)left) == 0)) {
            kill(child, SIGKILL);
            killed = true;
        }
        if (read(pipe, &told[count], sizeof *told) != sizeof *told)
            return count;
        if (count++ == 0)
            end = clock_monotonic_ms() + ms;
        assert_true(count < room);
    }
}

static bool is_stored(sqlite3_stmt *find, int round, const struct told *told)
{
    for (int i = 0; i < BATCH; i++) {
        char name[48], tag[16];
        snprintf(name, sizeof name, "%d-%d-%d", round, told->number, i);
        snprintf(tag, sizeof tag, "T%d", told->session);
        sqlite3_bind_text(find, 1, tag, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(find, 2, told->first + i);
        bool same = sqlite3_step(find) == SQLITE_ROW &&
                    strcmp((const char *)sqlite3_column_text(find, 0), name) == 0 &&
                    strcmp((const char *)sqlite3_column_text(find, 1), name) == 0;
        sqlite3_reset(find);
        if (!same) {
            print_message("message %lld of %s should be %s\n", (long long)told->first + i, tag,
                          name);
            return false;
        }
    }
    return true;
}

static void check_round(int round, const struct told *told, size_t count)
{
    sqlite3 *handle;
    sqlite3_stmt *find;
    /* Opened as a server opens it after a crash; the check tells of gaps and damage. */
    struct store *opened = store_open(&(struct store_settings){.path = fixture_path}, &error);
    if (!opened)
        fail_msg("round %d: %s", round, error.message);
    store_close(opened);
    if (store_check(fixture_path, &error) < 0)
        fail_msg("round %d: %s", round, error.message);
    assert_int_equal(sqlite3_open(fixture_path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT m.local_id, m.content FROM session s JOIN message m"
                                        " ON m.position = (s.number << 32) + ?2 WHERE s.tag = ?1",
                                        -1, &find, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < count; i++)
        assert_true(is_stored(find, round, &told[i]));
    sqlite3_finalize(find);
    sqlite3_close(handle);
    assert_int_equal(fixture_query("SELECT count(*) - count(DISTINCT local_id) FROM message"), 0);
}

static void what_was_told_is_there(void **state)
{
    (void)state;
    static struct told told[200000];
    const char *wanted = getenv("HAPPY_STORE_KILLS");
    int rounds = wanted ? atoi(wanted) : ROUNDS;
    size_t total = 0;
    for (int round = 0; round < rounds; round++) {
        int ends[2];
        uint8_t random;
        random_fill(&RANDOM_SYSTEM, &random, 1);
        assert_int_equal(pipe(ends), 0);
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            write_for_ever(round, ends[1]);
        }
        close(ends[1]);
        size_t count = collect(child, ends[0], random / 4u, told, sizeof told / sizeof *told);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        close(ends[0]);
        assert_true(WIFSIGNALED(status));
        assert_true(count > 0);
        check_round(round, told, count);
        total += count;
    }
    print_message("%d kills, %zu batches of %d acknowledged\n", rounds, total, BATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_told_is_there, fixture_directory_setup,
                                        fixture_directory_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
