/* How events reach the hubs of all processes of one deployment. The bus of a single process hands
   them to its own hub at once. */
#ifndef SERVER_BUS_H
#define SERVER_BUS_H

#include "wire/client_event.h"
#include "wire/slice.h"

/* For whom is as in struct hub_recipients (hub.h). `data` is an array that begins with the event's
   name. Borrowed for the call. */
struct bus_event {
    struct slice account;
    enum client_scope scope;
    struct slice id;
    const char *except;
    struct slice data;
};

typedef void bus_receive(const struct bus_event *event, void *context);

struct bus {
    const struct bus_operations *op;
};

struct bus_operations {
    /* Calls `receive` of every process, this one included. Events of one process arrive in their
       order. */
    void (*publish)(struct bus *bus, const struct bus_event *event);
    void (*free)(struct bus *bus);
};

/* NULL: out of memory. */
struct bus *bus_local_new(bus_receive *receive, void *context);

#endif
