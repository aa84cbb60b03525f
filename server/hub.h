/* Events on their way to the sockets of an account ("Rooms and recipients", "Update events" and
   "Ephemeral events" in the notes on the realtime protocol): each is printed once, published on
   the bus (bus.h), and delivered to those that are connected here.

   Call from done() of the store job that changed something, before its request is answered; take
   the sequence in run() (accounts->take_sequence). Functions take a hub of NULL, and do nothing. */
#ifndef SERVER_HUB_H
#define SERVER_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "wire/client_event.h"
#include "wire/ephemeral.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/slice.h"
#include "wire/update.h"

struct hub;
struct hub_room;

struct hub_settings {
    const struct random_source *random;
    int64_t (*now_ms)(void); /* since the epoch */
};

struct hub *hub_new(const struct hub_settings *settings, struct error *error);
void hub_free(struct hub *hub); /* all members must have left */

/* Besides all user-scoped sockets of the account: those of this session or machine. */
struct hub_recipients {
    enum client_scope scope; /* ABSENT or USER_SCOPED: nobody besides */
    struct slice id;
    const char *except; /* the id of a socket that is left out; NULL: none */
};

static inline struct hub_recipients hub_users(void)
{
    return (struct hub_recipients){.scope = CLIENT_SCOPE_USER_SCOPED};
}
static inline struct hub_recipients hub_session(struct slice id)
{
    return (struct hub_recipients){.scope = CLIENT_SCOPE_SESSION_SCOPED, .id = id};
}
static inline struct hub_recipients hub_machine(struct slice id)
{
    return (struct hub_recipients){.scope = CLIENT_SCOPE_MACHINE_SCOPED, .id = id};
}

/* Emits "update". A body that breaks its schema's rules is a fault of ours: it is logged and goes
   to nobody. */
void hub_update(struct hub *hub, struct slice account, struct hub_recipients recipients,
                int64_t sequence, const struct update_body *body);

/* Emits "ephemeral". */
void hub_ephemeral(struct hub *hub, struct slice account, struct hub_recipients recipients,
                   const struct ephemeral *ephemeral);

/* Whether somebody looks at the app just now: a socket that called itself user-scoped and whose
   app is active. Push notifications are left out then. */
bool hub_is_watched(struct hub *hub, struct slice account);

/* For the realtime application: a socket that receives. Zero-initialise it and set what comes
   first; that must live on until hub_leave(). */
struct hub_member {
    const char *account;
    enum client_scope scope; /* as the client gave it */
    const char *target;      /* the id of the session or machine; NULL for user-scoped ones */
    const char *socket;      /* its id */
    bool app_active;
    /* An array whose first item is the event's name. May make members leave. */
    void (*deliver)(struct hub_member *member, struct slice event);

    /* The hub's. */
    struct hub_room *room;
    LIST_ENTRY(hub_member) entry;
};

/* False: out of memory. */
bool hub_join(struct hub *hub, struct hub_member *member);
void hub_leave(struct hub *hub, struct hub_member *member);

/* Whether any socket of a session or machine is here. */
bool hub_has(struct hub *hub, struct slice account, enum client_scope scope, struct slice id);

#endif
