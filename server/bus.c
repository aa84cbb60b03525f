#include "bus.h"

#include <stdlib.h>

struct local_bus {
    struct bus bus;
    bus_receive *receive;
    void *context;
};

static void publish_local(struct bus *bus, const struct bus_event *event)
{
    struct local_bus *local = (struct local_bus *)bus;
    local->receive(event, local->context);
}

static void free_local(struct bus *bus)
{
    free(bus);
}

static const struct bus_operations LOCAL = {.publish = publish_local, .free = free_local};

struct bus *bus_local_new(bus_receive *receive, void *context)
{
    struct local_bus *local = calloc(1, sizeof *local);
    if (!local)
        return NULL;
    *local = (struct local_bus){{&LOCAL}, receive, context};
    return &local->bus;
}
