/* Fetches a URL with net/http_client.h and prints what came of it, for the integration tests:
   "status 200", "field Name: value", "length 5", "body …" or "error CODE: message" and "fix …"; a
   line
   "." after each answer. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/http_client.h"

#define FIELDS_MAX 32

static struct {
    struct event_base *base;
    struct dialer *dialer;
    struct http_client *client;
    struct http_request_options request;
    struct http_request_field fields[FIELDS_MAX];
    int begun, repeat, parallel, left, failures;
    size_t limit;
    const char *text;
    const char *mode; /* "fetch", "stream", "pause", "cancel" */
    int milliseconds;
    int idle_s;
    int gap_ms;
} run;

/* One call with a listener of its own. */
struct transfer {
    struct http_call *call;
    struct event *timer;
    size_t received, sent;
    unsigned parts;
};

static void begin_next(void);

static long resident_kb(void)
{
    long pages = 0, all;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%ld %ld", &all, &pages) != 2)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void on_idle_over(evutil_socket_t descriptor, short events, void *context)
{
    struct rusage *before = context, now;
    (void)descriptor;
    (void)events;
    getrusage(RUSAGE_SELF, &now);
    /* This timer's own is one. */
    printf("wakeups %ld\nresident %ld\n", now.ru_nvcsw - before->ru_nvcsw - 1, resident_kb());
    event_base_loopbreak(run.base);
}

/* Runs on with nothing to do, and counts how often the process was woken. The loop has to settle
   first: what ended is freed in its next turn. */
static void on_settled(evutil_socket_t descriptor, short events, void *context)
{
    static struct rusage before;
    struct timeval time = {.tv_sec = run.idle_s};
    (void)descriptor;
    (void)events;
    (void)context;
    getrusage(RUSAGE_SELF, &before);
    event_base_once(run.base, -1, EV_TIMEOUT, on_idle_over, &before, &time);
}

static void finish_one(void)
{
    struct timeval soon = {.tv_usec = 200000};
    printf(".\n");
    fflush(stdout);
    if (--run.left > 0)
        begin_next();
    else if (run.idle_s)
        event_base_once(run.base, -1, EV_TIMEOUT, on_settled, NULL, &soon);
    else
        event_base_loopbreak(run.base);
}

static void print_error(const struct error *error)
{
    run.failures++;
    printf("error %s: %s\n", error_code_name(error->code), error->message);
    if (*error->fix)
        printf("fix %s\n", error->fix);
}

static void print_head(const struct http_head *head, const struct url *url)
{
    struct buffer origin = {0};
    url_put_origin(&origin, url);
    printf("status %d\nurl %s%s\n", head->status, buffer_string(&origin), url->target);
    for (size_t i = 0; i < head->header_count; i++)
        printf("field %.*s: %.*s\n", (int)head->headers[i].name.length, head->headers[i].name.data,
               (int)head->headers[i].value.length, head->headers[i].value.data);
    buffer_free(&origin);
}

/* ---- whole answers ---- */

static void on_fetched(const struct http_answer *answer, const struct error *error, void *context)
{
    (void)context;
    if (error) {
        print_error(error);
    } else {
        print_head(answer->head, answer->url);
        printf("length %zu\n", answer->body.length);
        if (answer->body.length < 200)
            printf("body %.*s\n", (int)answer->body.length, answer->body.data);
    }
    finish_one();
}

/* ---- streams ---- */

static void on_head(struct http_call *call, const struct http_head *head, const struct url *url,
                    void *context)
{
    struct transfer *transfer = context;
    struct timeval time = {run.milliseconds / 1000, run.milliseconds % 1000 * 1000};
    print_head(head, url);
    if (strcmp(run.mode, "pause") == 0) {
        http_call_pause(call);
        event_add(transfer->timer, &time);
    }
}

static void free_transfer(struct transfer *transfer)
{
    event_free(transfer->timer);
    free(transfer);
}

static void on_body(struct http_call *call, struct slice bytes, void *context)
{
    struct transfer *transfer = context;
    struct timeval time = {0};
    transfer->received += bytes.length;
    transfer->parts++;
    if (strcmp(run.mode, "cancel") == 0) {
        http_call_cancel(call);
        free_transfer(transfer);
        printf("cancelled\n");
        finish_one();
    } else if (strcmp(run.mode, "pause") == 0) {
        http_call_pause(call);
        event_add(transfer->timer, &time);
    }
}

static void on_timer(evutil_socket_t descriptor, short events, void *context)
{
    struct transfer *transfer = context;
    (void)descriptor;
    (void)events;
    http_call_resume(transfer->call);
}

/* The text again and again, until the announced length, or once. */
static void on_source(struct http_call *call, void *context)
{
    struct transfer *transfer = context;
    struct error error;
    size_t length = strlen(run.text), wanted = length;
    if (run.request.streamed_length >= 0)
        wanted = (size_t)run.request.streamed_length;
    size_t piece = wanted - transfer->sent < length ? wanted - transfer->sent : length;
    if (http_call_send(call, slice_of(run.text, piece), &error) < 0)
        print_error(&error);
    transfer->sent += piece;
    if (transfer->sent == wanted && http_call_finish_body(call, &error) < 0)
        print_error(&error);
}

static void on_done(const struct error *error, void *context)
{
    struct transfer *transfer = context;
    if (error)
        print_error(error);
    printf("length %zu\nparts %u\n", transfer->received, transfer->parts);
    free_transfer(transfer);
    finish_one();
}

static const struct http_call_listener listener = {on_head, on_body, on_source, on_done};

static void on_gap_over(evutil_socket_t descriptor, short events, void *context)
{
    struct error error;
    bool begun;
    (void)descriptor;
    (void)events;
    (void)context;
    if (!run.client)
        return;
    if (strcmp(run.mode, "fetch") == 0) {
        begun = http_client_fetch(run.client, &run.request, run.limit, on_fetched, NULL, &error);
    } else {
        struct transfer *transfer = calloc(1, sizeof *transfer);
        transfer->timer = evtimer_new(run.base, on_timer, transfer);
        transfer->call = http_client_begin(run.client, &run.request, &listener, transfer, &error);
        begun = transfer->call != NULL;
        if (!begun)
            free_transfer(transfer);
    }
    if (!begun) {
        print_error(&error);
        finish_one();
    }
}

static void begin_next(void)
{
    struct timeval gap = {run.gap_ms / 1000, run.gap_ms % 1000 * 1000};
    if (run.begun == run.repeat)
        return;
    run.begun++;
    event_base_once(run.base, -1, EV_TIMEOUT, on_gap_over, NULL, &gap);
}

static void add_field(char *text)
{
    char *colon = strchr(text, ':');
    if (!colon || run.request.field_count == FIELDS_MAX)
        exit(2);
    *colon = '\0';
    run.fields[run.request.field_count++] = (struct http_request_field){text, colon + 2};
}

static void set_timeouts(const char *text)
{
    struct http_timeouts *timeouts = &run.request.timeouts;
    if (sscanf(text, "%d,%d,%d,%d", &timeouts->connect, &timeouts->first_byte, &timeouts->idle,
               &timeouts->total) != 4)
        exit(2);
}

static void on_leave(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor;
    (void)events;
    (void)context;
    printf("left\n");
    event_base_loopbreak(run.base);
}

static void take_option(int option, char *value, struct dialer_options *options)
{
    struct timeval time;
    switch (option) {
    case 'X':
        run.request.method = value;
        break;
    case 'H':
        add_field(value);
        break;
    case 'd':
        run.text = value;
        break;
    case 's':
        run.request.streamed = true;
        run.mode = "stream";
        run.request.streamed_length = atoll(value);
        break;
    case 'm':
        run.mode = value;
        break;
    case 'p':
        run.milliseconds = atoi(value);
        break;
    case 'n':
        run.repeat = run.left = atoi(value);
        break;
    case 'P':
        run.parallel = atoi(value);
        break;
    case 'g':
        run.gap_ms = atoi(value);
        break;
    case 'l':
        run.limit = (size_t)atoll(value);
        break;
    case 't':
        set_timeouts(value);
        break;
    case 'u':
        run.request.unix_path = value;
        break;
    case 'R':
        run.request.refuse_redirects = true;
        break;
    case 'e':
        options->hosts_path = value;
        break;
    case 'r':
        options->resolver_path = value;
        break;
    case 'i':
        run.idle_s = atoi(value);
        break;
    case 'L':
        time = (struct timeval){atoi(value) / 1000, atoi(value) % 1000 * 1000};
        event_base_once(run.base, -1, EV_TIMEOUT, on_leave, NULL, &time);
        break;
    default:
        exit(2);
    }
}

int main(int count, char **arguments)
{
    struct dialer_options options = {0};
    int option;
    signal(SIGPIPE, SIG_IGN);
    run.base = event_base_new();
    run.repeat = run.left = run.parallel = 1;
    run.limit = 1024 * 1024;
    run.mode = "fetch";
    run.request.fields = run.fields;
    while ((option = getopt(count, arguments, "X:H:d:s:m:p:n:P:g:l:t:u:Re:r:i:L:")) != -1)
        take_option(option, optarg, &options);
    if (optind + 1 != count)
        return 2;
    run.request.url = arguments[optind];
    if (run.text && !run.request.streamed)
        run.request.body = slice_of_string(run.text);
    run.dialer = dialer_new(run.base, &options);
    run.client = http_client_new(run.base, run.dialer);
    for (int i = 0; i < run.parallel; i++)
        begin_next();
    event_base_dispatch(run.base);
    http_client_free(run.client);
    run.client = NULL;
    dialer_free(run.dialer);
    event_base_loop(run.base, EVLOOP_NONBLOCK);
    event_base_free(run.base);
    return run.failures ? 1 : 0;
}
