/* How fast libhappywire is. usage: wire_speed PACKETS SHORT LONG [NAME]

     PACKETS  Socket.IO packets, one a line
     SHORT    a JSON value of 1 KiB, and LONG one of 64 KiB
     NAME     measures only what has this in its name, for a profiler

   Prints one JSON object: how often each thing is done in a second of processor time, so that a
   busy machine does not count; bytes a second where the name says bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "wire/base64.h"
#include "wire/json_text.h"
#include "wire/record.h"
#include "wire/socketio.h"

#define SECONDS      0.4
#define PACKETS_MAX  64
#define GCM_SIZE     16384u
#define BASE64_BYTES 65536u

static const char *wanted = "";

static void die(const char *what)
{
    fprintf(stderr, "wire_speed: %s\n", what);
    exit(1);
}

static void must(bool good, const char *what)
{
    if (!good)
        die(what);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Calls `step` until SECONDS are over, some turns between looks at the clock; prints calls a second
   times `factor`. */
static void measure(const char *name, void (*step)(void *), void *context, double factor)
{
    static const char *separator = "{";
    if (!strstr(name, wanted))
        return;
    size_t turns = 1, count = 0;
    double start = now(), elapsed = 0;
    while (elapsed < SECONDS) {
        for (size_t i = 0; i < turns; i++)
            step(context);
        count += turns;
        elapsed = now() - start;
        if (elapsed < SECONDS / 50)
            turns *= 2;
    }
    printf("%s\"%s\": %.1f", separator, name, (double)count / elapsed * factor);
    separator = ", ";
}

static struct buffer contents(const char *path)
{
    struct buffer text = {0};
    char chunk[65536];
    FILE *file = fopen(path, "r");
    if (!file)
        die(path);
    for (size_t size; (size = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(&text, chunk, size);
    fclose(file);
    return text;
}

/* Records. */

struct record {
    struct record_key key;
    struct json_object *value;
    struct buffer sealed;
    struct buffer scratch;
};

static void seal(void *context)
{
    struct record *record = context;
    buffer_clear(&record->scratch);
    must(record_seal_value(record->key, &RANDOM_SYSTEM, record->value, &record->scratch, NULL) == 0,
         "sealing failed");
}

static void open_sealed(void *context)
{
    struct record *record = context;
    struct json_object *value;
    must(record_open_value(record->key, slice_of(record->sealed.data, record->sealed.length),
                           &value, NULL) == 0,
         "opening failed");
    json_object_put(value);
}

static void measure_record(const char *size, const char *path, struct record_key key)
{
    struct record record = {.key = key};
    struct buffer text = contents(path);
    char name[64];
    must(json_text_parse(slice_of(text.data, text.length), &record.value, NULL) == 0, path);
    must(record_seal_value(key, &RANDOM_SYSTEM, record.value, &record.sealed, NULL) == 0,
         "sealing failed");
    snprintf(name, sizeof name, "seal %s %s", record_variant_name(key.variant), size);
    measure(name, seal, &record, 1);
    snprintf(name, sizeof name, "open %s %s", record_variant_name(key.variant), size);
    measure(name, open_sealed, &record, 1);
    buffer_free(&record.scratch);
    buffer_free(&record.sealed);
    buffer_free(&text);
    json_object_put(record.value);
}

/* Packets: all of them once is a turn. */

struct packets {
    struct slice texts[PACKETS_MAX];
    struct socketio_packet heads[PACKETS_MAX];
    struct json_object *values[PACKETS_MAX];
    size_t count;
    struct socketio_decoder *decoder;
    struct buffer data, text;
};

static void decode(const struct packets *packets, size_t i, struct socketio_packet *packet)
{
    must(socketio_decode_text(packets->decoder, packets->texts[i], packet, NULL) == 1,
         "a packet does not decode");
}

/* As far as the server goes to route an event: checked, its name and arguments found. */
static void find_events(void *context)
{
    const struct packets *packets = context;
    for (size_t i = 0; i < packets->count; i++) {
        struct socketio_packet packet;
        struct json_cursor cursor;
        struct slice name, argument;
        decode(packets, i, &packet);
        if (socketio_event(&packet, &name, &cursor))
            while (json_scan_element(&cursor, &argument))
                ;
    }
}

/* As far as the JavaScript library goes: a tree of all values. */
static void parse(void *context)
{
    const struct packets *packets = context;
    for (size_t i = 0; i < packets->count; i++) {
        struct socketio_packet packet;
        struct json_object *value;
        decode(packets, i, &packet);
        must(json_text_parse(packet.data, &value, NULL) == 0, "a packet does not parse");
        json_object_put(value);
    }
}

static void print(void *context)
{
    struct packets *packets = context;
    for (size_t i = 0; i < packets->count; i++) {
        buffer_clear(&packets->data);
        buffer_clear(&packets->text);
        json_text_print(&packets->data, packets->values[i]);
        packets->heads[i].data = slice_of(packets->data.data, packets->data.length);
        socketio_print(&packets->heads[i], &packets->text);
    }
}

static void measure_packets(const char *path)
{
    struct packets packets = {.decoder = socketio_decoder_new()};
    struct buffer file = contents(path);
    for (char *line = strtok(file.data, "\n"); line && packets.count < PACKETS_MAX;
         line = strtok(NULL, "\n")) {
        size_t i = packets.count++;
        packets.texts[i] = slice_of_string(line);
        decode(&packets, i, &packets.heads[i]);
        must(json_text_parse(packets.heads[i].data, &packets.values[i], NULL) == 0, line);
    }
    measure("find events", find_events, &packets, (double)packets.count);
    measure("parse packets", parse, &packets, (double)packets.count);
    measure("print packets", print, &packets, (double)packets.count);
    for (size_t i = 0; i < packets.count; i++)
        json_object_put(packets.values[i]);
    socketio_decoder_free(packets.decoder);
    buffer_free(&packets.data);
    buffer_free(&packets.text);
    buffer_free(&file);
}

/* Bytes. */

struct bytes {
    struct record_key key;
    struct buffer plain, coded, scratch;
};

static void encode_base64(void *context)
{
    struct bytes *bytes = context;
    buffer_clear(&bytes->scratch);
    base64_encode(&bytes->scratch, bytes->plain.data, bytes->plain.length);
}

static void decode_base64(void *context)
{
    struct bytes *bytes = context;
    buffer_clear(&bytes->scratch);
    must(base64_decode(BASE64_STANDARD, slice_of(bytes->coded.data, bytes->coded.length),
                       &bytes->scratch, NULL) == 0,
         "base64 does not decode");
}

static void seal_bytes(void *context)
{
    struct bytes *bytes = context;
    buffer_clear(&bytes->scratch);
    must(record_seal(bytes->key, &RANDOM_SYSTEM, slice_of(bytes->plain.data, GCM_SIZE),
                     &bytes->scratch, NULL) == 0,
         "sealing failed");
}

static void open_bytes(void *context)
{
    struct bytes *bytes = context;
    buffer_clear(&bytes->scratch);
    must(record_open(bytes->key, slice_of(bytes->coded.data, bytes->coded.length), &bytes->scratch,
                     NULL) == 0,
         "opening failed");
}

static void measure_bytes(const struct secret *secret)
{
    static char plain[BASE64_BYTES];
    struct bytes bytes = {.key = {RECORD_DATA_KEY, secret}};
    random_fill(&RANDOM_SYSTEM, plain, sizeof plain);
    buffer_append(&bytes.plain, plain, sizeof plain);
    base64_encode(&bytes.coded, plain, sizeof plain);
    measure("base64 encode bytes", encode_base64, &bytes, BASE64_BYTES);
    measure("base64 decode bytes", decode_base64, &bytes, BASE64_BYTES);
    measure("gcm seal bytes", seal_bytes, &bytes, GCM_SIZE);
    seal_bytes(&bytes);
    buffer_free(&bytes.coded);
    bytes.coded = bytes.scratch;
    bytes.scratch = (struct buffer){0};
    measure("gcm open bytes", open_bytes, &bytes, GCM_SIZE);
    buffer_free(&bytes.plain);
    buffer_free(&bytes.coded);
    buffer_free(&bytes.scratch);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        die("usage: wire_speed PACKETS SHORT LONG [NAME]");
    if (argc > 4)
        wanted = argv[4];
    struct secret *secret = secret_random(&RANDOM_SYSTEM, 32, NULL);
    must(secret != NULL, "out of memory");
    for (int variant = RECORD_LEGACY; variant <= RECORD_DATA_KEY; variant++) {
        struct record_key key = {(enum record_variant)variant, secret};
        measure_record("1 KiB", argv[2], key);
        measure_record("64 KiB", argv[3], key);
    }
    measure_packets(argv[1]);
    measure_bytes(secret);
    secret_free(secret);
    printf("}\n");
    return 0;
}
