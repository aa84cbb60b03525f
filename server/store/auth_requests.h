/* Pairing: what a new terminal or device asks for, and the answer of somebody who is logged in. */
#ifndef STORE_AUTH_REQUESTS_H
#define STORE_AUTH_REQUESTS_H

#include "store/transaction.h"

/* The two kinds have nothing in common but their form: a key may be in both. */
enum auth_request_kind { AUTH_REQUEST_TERMINAL, AUTH_REQUEST_ACCOUNT };

struct auth_request {
    struct slice id;         /* cuid */
    struct slice public_key; /* upper-case hex of the X25519 key */
    bool supports_v2;        /* as the first request said */
    struct slice response;   /* null until it is answered; never empty */
    struct slice account;    /* who answered; null before */
    int64_t created_at, expires_at;
};

/* A request whose time has passed is not found by any of these. */
struct auth_request_operations {
    /* Finds it, or makes it to live until `expires_at`. STORE_OK when it is new, else STORE_EXISTS;
       a repeat changes nothing. */
    int (*announce)(struct store_transaction *tx, enum auth_request_kind kind,
                    struct slice public_key, bool supports_v2, int64_t expires_at,
                    struct auth_request *request, struct error *error);

    /* STORE_OK or STORE_NOT_FOUND. */
    int (*get)(struct store_transaction *tx, enum auth_request_kind kind, struct slice public_key,
               struct auth_request *request, struct error *error);

    /* The first answer wins, and moves the end of its life to `expires_at`; an empty one is none.
       STORE_OK, STORE_EXISTS when somebody answered before, or STORE_NOT_FOUND. */
    int (*answer)(struct store_transaction *tx, enum auth_request_kind kind,
                  struct slice public_key, struct slice account, struct slice response,
                  int64_t expires_at, struct error *error);

    /* Takes at most `limit` away whose time has passed, and tells how many. */
    int (*sweep)(struct store_transaction *tx, unsigned limit, unsigned *removed,
                 struct error *error);
};

#endif
