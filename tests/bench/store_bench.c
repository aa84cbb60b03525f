/* Measures the server's store without a network: simulated clients post messages and read pages.

   usage: store_bench [--directory DIR] [--seconds N] [--clients N] */
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "store/operations.h"
#include "store/store.h"
#include "wire/identifier.h"

#define CLIENTS_MAX  1024
#define BATCH_MAX    10
#define CONTENT      1024 /* characters of base64 */
#define SAMPLES_MAX  4000000
#define READ_PAGE    500
#define READ_MESSAGE 10000

struct client {
    struct store_job job;
    struct bench *bench;
    char session[CUID_LENGTH + 1];
    char local_ids[BATCH_MAX][UUID_LENGTH + 1];
    struct message_item items[BATCH_MAX];
    int64_t started_us, after;
    size_t rows;
    bool more;
};

struct bench {
    struct store *store;
    char account[CUID_LENGTH + 1];
    char content[CONTENT + 1];
    struct client clients[CLIENTS_MAX];
    unsigned count, running;
    size_t batch;
    int64_t end_us, *samples;
    size_t sample_count, rows;
    bool failed;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(struct bench *bench, const struct error *error)
{
    fprintf(stderr, "store_bench: %s\n", error->message);
    bench->failed = true;
}

static void wait_for_all(struct bench *bench)
{
    struct pollfd waiting = {.fd = store_descriptor(bench->store), .events = POLLIN};
    while (bench->running > 0) {
        poll(&waiting, 1, -1);
        store_dispatch(bench->store);
    }
}

static int make_session(struct store_transaction *tx, void *context, struct error *error)
{
    struct client *client = context;
    struct bench *bench = client->bench;
    struct account account;
    struct session session;
    char tag[32];
    snprintf(tag, sizeof tag, "tag %zu", (size_t)(client - bench->clients));
    if (tx->op->accounts->log_in(tx, slice_of_string("BENCH"), true, &account, error) < 0 ||
        tx->op->sessions->create(tx, account.id, slice_of_string(tag), slice_of_string("bWV0YQ=="),
                                 slice_of(NULL, 0), &session, error) < 0)
        return -1;
    memcpy(bench->account, account.id.data, CUID_LENGTH + 1);
    memcpy(client->session, session.id.data, CUID_LENGTH + 1);
    return 0;
}

static void on_made(void *context, const struct error *error)
{
    struct client *client = context;
    client->bench->running--;
    if (error)
        fail(client->bench, error);
}

static int post(struct store_transaction *tx, void *context, struct error *error)
{
    struct client *client = context;
    struct message_posted_list posted;
    int64_t first;
    int result = tx->op->messages->post(tx, slice_of_string(client->bench->account),
                                        slice_of_string(client->session), client->items,
                                        client->bench->batch, &posted, error);
    if (result == STORE_OK && posted.new_count == client->bench->batch)
        result = tx->op->accounts->take_sequence(tx, slice_of_string(client->bench->account),
                                                 (unsigned)posted.new_count, &first, error);
    return result == STORE_OK ? 0 : -1;
}

static void on_posted(void *context, const struct error *error);

static void start_post(struct client *client)
{
    struct bench *bench = client->bench;
    struct error error;
    for (size_t i = 0; i < bench->batch; i++) {
        uuid_make(&RANDOM_SYSTEM, client->local_ids[i]);
        client->items[i] = (struct message_item){
            .content = slice_of(bench->content, CONTENT),
            .local_id = slice_of(client->local_ids[i], UUID_LENGTH),
        };
    }
    client->job = (struct store_job){.run = post, .done = on_posted, .context = client};
    client->started_us = now_us();
    if (store_submit(bench->store, &client->job, &error) < 0)
        fail(bench, &error);
    else
        bench->running++;
}

static void on_posted(void *context, const struct error *error)
{
    struct client *client = context;
    struct bench *bench = client->bench;
    int64_t now = now_us();
    bench->running--;
    if (error) {
        fail(bench, error);
        return;
    }
    if (bench->sample_count < SAMPLES_MAX)
        bench->samples[bench->sample_count++] = now - client->started_us;
    if (now < bench->end_us && !bench->failed)
        start_post(client);
}

static int read_page(struct store_transaction *tx, void *context, struct error *error)
{
    struct client *client = context;
    struct message_list list;
    if (tx->op->messages->list_after(tx, slice_of_string(client->bench->account),
                                     slice_of_string(client->session), client->after, READ_PAGE,
                                     MESSAGE_BYTES_MAX, &list, error) != STORE_OK)
        return -1;
    client->rows = list.count;
    client->more = list.has_more;
    if (list.count > 0)
        client->after = list.rows[list.count - 1].sequence;
    return 0;
}

static void on_page(void *context, const struct error *error);

static void start_read(struct client *client)
{
    struct error error;
    client->job = (struct store_job){.run = read_page, .done = on_page, .context = client};
    if (store_submit_read(client->bench->store, &client->job, &error) < 0)
        fail(client->bench, &error);
    else
        client->bench->running++;
}

static void on_page(void *context, const struct error *error)
{
    struct client *client = context;
    struct bench *bench = client->bench;
    bench->running--;
    if (error) {
        fail(bench, error);
        return;
    }
    bench->rows += client->rows;
    if (!client->more)
        client->after = 0;
    if (now_us() < bench->end_us)
        start_read(client);
}

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static double at(struct bench *bench, double part)
{
    if (bench->sample_count == 0)
        return 0;
    return (double)bench->samples[(size_t)(part * (double)(bench->sample_count - 1))] / 1000;
}

static double cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void measure_posts(struct bench *bench, size_t batch, double seconds)
{
    struct store_statistics before, after;
    bench->batch = batch;
    bench->sample_count = 0;
    store_statistics(bench->store, &before);
    double cpu = cpu_us();
    int64_t start = now_us();
    bench->end_us = start + (int64_t)(seconds * 1e6);
    for (unsigned i = 0; i < bench->count; i++)
        start_post(&bench->clients[i]);
    wait_for_all(bench);
    double took = (double)(now_us() - start) / 1e6;
    store_statistics(bench->store, &after);
    qsort(bench->samples, bench->sample_count, sizeof *bench->samples, compare);
    double commits = (double)(after.write.commit_us.count - before.write.commit_us.count);
    cpu = (cpu_us() - cpu) / (double)(bench->sample_count * batch);
    printf("post, batches of %-3zu %8.0f messages/s, %.1f us CPU each   p50 %6.2f  p99 %6.2f  max "
           "%6.2f ms"
           "   commits/s %4.0f, each %5.2f ms and %3.0f jobs\n",
           batch, (double)(bench->sample_count * batch) / took, cpu, at(bench, 0.5),
           at(bench, 0.99), at(bench, 1), commits / took,
           (double)(after.write.commit_us.sum - before.write.commit_us.sum) / commits / 1000,
           (double)bench->sample_count / commits);
    printf("    commits by time:");
    for (unsigned i = 0; i < STORE_TIME_BUCKETS; i++) {
        uint64_t count = after.write.commit_us.buckets[i] - before.write.commit_us.buckets[i];
        if (count > 0 && STORE_TIME_BOUNDS_US[i] < INT64_MAX)
            printf("  <= %g ms: %llu", (double)STORE_TIME_BOUNDS_US[i] / 1000,
                   (unsigned long long)count);
    }
    printf("\n");
}

static void measure_reads(struct bench *bench, double seconds)
{
    bench->rows = 0;
    double cpu = cpu_us();
    int64_t start = now_us();
    bench->end_us = start + (int64_t)(seconds * 1e6);
    for (unsigned i = 0; i < 8 && i < bench->count; i++) {
        bench->clients[i].after = 0;
        start_read(&bench->clients[i]);
    }
    wait_for_all(bench);
    printf("read, pages of %-6d %8.0f rows/s, %.1f us CPU each\n", READ_PAGE,
           (double)bench->rows / ((double)(now_us() - start) / 1e6),
           (cpu_us() - cpu) / (double)bench->rows);
}

static void make_sessions(struct bench *bench)
{
    struct error error;
    for (unsigned i = 0; i < bench->count; i++) {
        struct client *client = &bench->clients[i];
        client->bench = bench;
        client->job = (struct store_job){.run = make_session, .done = on_made, .context = client};
        if (store_submit(bench->store, &client->job, &error) < 0)
            fail(bench, &error);
        else
            bench->running++;
    }
    wait_for_all(bench);
}

static void fill_content(struct bench *bench)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[CONTENT];
    random_fill(&RANDOM_SYSTEM, bytes, sizeof bytes);
    for (unsigned i = 0; i < CONTENT; i++)
        bench->content[i] = alphabet[bytes[i] & 63];
}

static struct bench bench;

int main(int argc, char **argv)
{
    static const struct option options[] = {{"directory", required_argument, NULL, 'd'},
                                            {"seconds", required_argument, NULL, 's'},
                                            {"clients", required_argument, NULL, 'c'},
                                            {0}};
    const char *parent = "/var/tmp";
    double seconds = 5;
    char directory[256], path[300], command[320];
    int option;
    bench.count = 64;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'd')
            parent = optarg;
        else if (option == 's')
            seconds = atof(optarg);
        else if (option == 'c')
            bench.count = (unsigned)atoi(optarg) % (CLIENTS_MAX + 1);
        else
            return 2;
    }
    snprintf(directory, sizeof directory, "%s/happy-store-XXXXXX", parent);
    if (!mkdtemp(directory)) {
        perror(directory);
        return 1;
    }
    snprintf(path, sizeof path, "%s/bench.db", directory);
    struct error error;
    int64_t start = now_us();
    bench.store = store_open(&(struct store_settings){.path = path}, &error);
    bench.samples = calloc(SAMPLES_MAX, sizeof *bench.samples);
    if (!bench.store || !bench.samples) {
        fprintf(stderr, "store_bench: %s\n", error.message);
        return 1;
    }
    printf("open a new store       %8.1f ms\n", (double)(now_us() - start) / 1000);
    fill_content(&bench);
    make_sessions(&bench);
    measure_posts(&bench, BATCH_MAX, seconds);
    measure_posts(&bench, 1, seconds);
    measure_reads(&bench, seconds);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("CPU                    %8.1f s user, %.1f s system; most memory %ld KiB\n",
           (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
           (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6, usage.ru_maxrss);
    store_close(bench.store);
    int result = bench.failed ? 1 : 0;
    if (!bench.failed && store_check(path, &error) < 0) {
        fprintf(stderr, "store_bench: %s\n", error.message);
        result = 1;
    }
    free(bench.samples);
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    return system(command) == 0 ? result : 1;
}
