/* What a job sees of the store while it runs, and the words that all operations answer with. */
#ifndef STORE_TRANSACTION_H
#define STORE_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "store/arena.h"
#include "wire/error.h"
#include "wire/identifier.h"
#include "wire/slice.h"

struct store_operations;

/* Given to a job's run(), on the store's thread, and valid until it returns. */
struct store_transaction {
    const struct store_operations *op; /* see operations.h */
    struct store_arena *arena;         /* the job's */
    int64_t now_ms;                    /* one moment for the whole job, since the epoch */
};

/* Operations return one of these, or -1 with `error` filled when the store itself failed; the job
   then returns -1 too, and what it has written is undone.

   Text goes in as slices, which need to live until the operation returns. Slices whose `data` is
   NULL are null in both directions; a text of no characters has `data`. What comes out belongs to
   the job's arena: it lives until done() has returned, and a NUL stands behind every slice.

   Opaque text of clients (ciphertext) comes back byte for byte. It is stored as the bytes that it
   stands for when it is canonical base64 (see compact_text.h), which callers cannot tell. */
enum store_outcome {
    STORE_OK,        /* done; what was to be made is new */
    STORE_EXISTS,    /* it was there; the stored one is given and nothing was changed */
    STORE_NOT_FOUND, /* there is none, or it is another account's */
    STORE_NO_PARENT, /* what it would belong to is not there, or is another account's */
    STORE_FOREIGN,   /* another account has this id */
    STORE_MISMATCH,  /* another version is stored; it is given and nothing was changed */
};

/* A value that is changed by compare-and-set. */
struct store_versioned {
    struct slice value;
    int64_t version;
};

#endif
