#include "hub.h"

#include <stdlib.h>
#include <uthash.h>

#include "bus.h"
#include "os/log.h"
#include "wire/buffer.h"
#include "wire/identifier.h"
#include "wire/socketio.h"

/* A socket is in exactly one room, so that nobody gets an event twice. */
struct hub_room {
    UT_hash_handle hh;
    LIST_HEAD(, hub_member) members;
    unsigned key_length;
    char key[]; /* <account> LF <letter of the scope> <id> */
};

/* A walk over a room: a delivery may make any member leave. */
struct walk {
    struct hub_member *next;
    struct walk *outer;
};

struct hub {
    struct hub_settings settings;
    struct bus *bus;
    struct hub_room *rooms;
    struct walk *walks;
    struct buffer key; /* the last that was looked for */
};

static void make_key(struct hub *hub, struct slice account, enum client_scope scope,
                     struct slice id)
{
    static const char LETTERS[] = {[CLIENT_SCOPE_ABSENT] = 'u',
                                   [CLIENT_SCOPE_USER_SCOPED] = 'u',
                                   [CLIENT_SCOPE_SESSION_SCOPED] = 's',
                                   [CLIENT_SCOPE_MACHINE_SCOPED] = 'm'};
    buffer_clear(&hub->key);
    buffer_append(&hub->key, account.data, account.length);
    buffer_append_byte(&hub->key, '\n');
    buffer_append_byte(&hub->key, LETTERS[scope]);
    if (LETTERS[scope] != 'u')
        buffer_append(&hub->key, id.data, id.length);
}

static struct hub_room *find_room(struct hub *hub, struct slice account, enum client_scope scope,
                                  struct slice id)
{
    struct hub_room *room = NULL;
    make_key(hub, account, scope, id);
    if (hub->key.failed)
        buffer_free(&hub->key);
    else
        HASH_FIND(hh, hub->rooms, hub->key.data, hub->key.length, room);
    return room;
}

static struct hub_room *add_room(struct hub *hub)
{
    if (hub->key.length == 0)
        return NULL;
    struct hub_room *room = calloc(1, sizeof *room + hub->key.length);
    if (!room)
        return NULL;
    LIST_INIT(&room->members);
    room->key_length = (unsigned)hub->key.length;
    memcpy(room->key, hub->key.data, hub->key.length);
    HASH_ADD(hh, hub->rooms, key, room->key_length, room);
    return room;
}

bool hub_join(struct hub *hub, struct hub_member *member)
{
    struct slice id = member->target ? slice_of_string(member->target) : slice_of(NULL, 0);
    struct hub_room *room = find_room(hub, slice_of_string(member->account), member->scope, id);
    if (!room)
        room = add_room(hub);
    if (!room)
        return false;
    member->room = room;
    LIST_INSERT_HEAD(&room->members, member, entry);
    return true;
}

void hub_leave(struct hub *hub, struct hub_member *member)
{
    struct hub_room *room = member->room;
    if (!room)
        return;
    for (struct walk *walk = hub->walks; walk; walk = walk->outer) {
        if (walk->next == member)
            walk->next = LIST_NEXT(member, entry);
    }
    LIST_REMOVE(member, entry);
    member->room = NULL;
    if (LIST_EMPTY(&room->members)) {
        HASH_DEL(hub->rooms, room);
        free(room);
    }
}

bool hub_has(struct hub *hub, struct slice account, enum client_scope scope, struct slice id)
{
    return hub && find_room(hub, account, scope, id);
}

bool hub_is_watched(struct hub *hub, struct slice account)
{
    struct hub_room *room =
        hub ? find_room(hub, account, CLIENT_SCOPE_USER_SCOPED, slice_of(NULL, 0)) : NULL;
    struct hub_member *member;
    if (!room)
        return false;
    LIST_FOREACH(member, &room->members, entry)
    {
        if (member->scope == CLIENT_SCOPE_USER_SCOPED && member->app_active)
            return true;
    }
    return false;
}

static void deliver_room(struct hub *hub, struct hub_room *room, const struct bus_event *event)
{
    struct walk walk = {.next = room ? LIST_FIRST(&room->members) : NULL, .outer = hub->walks};
    hub->walks = &walk;
    while (walk.next) {
        struct hub_member *member = walk.next;
        walk.next = LIST_NEXT(member, entry);
        if (!event->except || strcmp(event->except, member->socket) != 0)
            member->deliver(member, event->data);
    }
    hub->walks = walk.outer;
}

static void on_event(const struct bus_event *event, void *context)
{
    struct hub *hub = context;
    if (event->scope == CLIENT_SCOPE_SESSION_SCOPED || event->scope == CLIENT_SCOPE_MACHINE_SCOPED)
        deliver_room(hub, find_room(hub, event->account, event->scope, event->id), event);
    deliver_room(hub, find_room(hub, event->account, CLIENT_SCOPE_USER_SCOPED, slice_of(NULL, 0)),
                 event);
}

static void emit(struct hub *hub, struct slice account, struct hub_recipients recipients,
                 const char *name, const struct schema *schema, const void *value)
{
    struct buffer text = {0}, data = {0};
    struct error error;
    if (schema_print(schema, value, &text, &error) != 0) {
        log_error("an event \"%s\" was not sent: %s", name, error.message);
        return;
    }
    socketio_put_event(&data, name, slice_of(text.data, text.length));
    if (!data.failed) {
        struct bus_event event = {.account = account,
                                  .scope = recipients.scope,
                                  .id = recipients.id,
                                  .except = recipients.except,
                                  .data = slice_of(data.data, data.length)};
        hub->bus->op->publish(hub->bus, &event);
    }
    buffer_free(&text);
    buffer_free(&data);
}

void hub_update(struct hub *hub, struct slice account, struct hub_recipients recipients,
                int64_t sequence, const struct update_body *body)
{
    char id[UPDATE_ID_LENGTH + 1];
    if (!hub)
        return;
    update_id_make(hub->settings.random, id);
    struct update update = {
        .id = id, .seq = sequence, .body = *body, .created_at = hub->settings.now_ms()};
    update.body.object.presence = PRESENT;
    emit(hub, account, recipients, "update", &update_schema, &update);
}

void hub_ephemeral(struct hub *hub, struct slice account, struct hub_recipients recipients,
                   const struct ephemeral *ephemeral)
{
    if (hub)
        emit(hub, account, recipients, "ephemeral", &ephemeral_schema, ephemeral);
}

struct hub *hub_new(const struct hub_settings *settings, struct error *error)
{
    struct hub *hub = calloc(1, sizeof *hub);
    if (hub) {
        hub->settings = *settings;
        hub->bus = bus_local_new(on_event, hub);
    }
    if (hub && hub->bus)
        return hub;
    free(hub);
    error_set(error, ERROR_MEMORY, "out of memory");
    return NULL;
}

void hub_free(struct hub *hub)
{
    if (!hub)
        return;
    hub->bus->op->free(hub->bus);
    buffer_free(&hub->key);
    free(hub);
}
