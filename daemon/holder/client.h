/* One connection to the holder: reads frames, checks who may send which, queues what goes out. */
#ifndef HOLDER_CLIENT_H
#define HOLDER_CLIENT_H

#include <event2/event.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "wire/error.h"
#include "wire/frame.h"

#define CLIENT_HELLO_MS  5000                 /* HELLO must come within this time */
#define CLIENT_PAUSE     (256u * 1024u)       /* unsent bytes at which its frames wait */
#define CLIENT_QUEUE_MAX (8u * 1024u * 1024u) /* unsent bytes that end the connection */

struct client;

struct client_listener {
    /* A valid HELLO came; client_hello() holds it. */
    void (*hello)(struct client *client, void *context);
    /* A frame that this role may send. Returns false when its payload is malformed. */
    bool (*frame)(struct client *client, uint8_t type, struct frame_reader *reader, void *context);
    /* Everything queued is sent. */
    void (*drained)(struct client *client, void *context);
    /* The connection ended, for whatever reason. The client is freed after this loop turn. */
    void (*closed)(struct client *client, void *context);
};

struct client {
    LIST_ENTRY(client) entry; /* the owner's list; taken out before `closed` is called */
    struct buffer out;        /* frames to send: append to it, then client_flush() */
    struct frame_hello hello; /* role 0 before HELLO; without strings */
    bool used;                /* has sent a frame behind its HELLO */
    void *data;               /* the owner's */
    /* Private from here on. */
    struct event_base *base;
    const struct client_listener *listener;
    void *context;
    int descriptor;
    bool finishing; /* it is about to end: nothing more is for it */
    bool inherited, dead, waits, busy;
    struct event *readable, *writable, *timer;
    struct buffer in;
    size_t sent;
};
LIST_HEAD(client_list, client);

/* Takes over a connected, non-blocking descriptor and adds the client to `list`. `inherited`: the
   descriptor from happyd, the only one on which START may come. NULL when memory runs out; the
   descriptor is then closed. */
struct client *client_new(struct event_base *base, int descriptor, bool inherited,
                          struct client_list *list, const struct client_listener *listener,
                          void *context);

/* Unsent bytes. */
size_t client_queued(const struct client *client);

/* Sends what it can of `out` now, the rest when the peer reads. */
void client_flush(struct client *client);

/* Stops and goes on taking frames from the peer. */
void client_wait(struct client *client, bool waits);

/* Ends the connection at once: `closed` is called before it returns. */
void client_close(struct client *client);

/* Ends it when everything is sent, in a later loop turn, with a REFUSED frame in front. Nothing is
   read any more. The same happens by itself when sending fails. */
void client_finish(struct client *client);
void client_refuse(struct client *client, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
