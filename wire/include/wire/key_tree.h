/* The tree all keys of an account are derived from ("Derivation tree" in the protocol notes):

     root(seed, usage):   I = HMAC-SHA512(key = usage " Master Seed", data = seed)
     child(chain, index): I = HMAC-SHA512(key = chain,                data = 00 index)
     key = I[0..32), chain = I[32..64)

   Indices are text, not numbers. */
#ifndef WIRE_KEY_TREE_H
#define WIRE_KEY_TREE_H

#include <stddef.h>

#include "wire/error.h"
#include "wire/secret.h"

#define KEY_SIZE      32u /* of every symmetric key, seed and X25519 key */
#define KEY_NODE_SIZE 64u /* key and chain */
#define KEY_INDEX_MAX 256u

/* A node, KEY_NODE_SIZE bytes: the root for a seed of any length. NULL, with `error` filled, when
   memory ran out. */
struct secret *key_tree_root(const struct secret *seed, const char *usage, struct error *error);

/* The node below a chain, which is the second half of a node, or any other 32 or 64 bytes. NULL
   when memory ran out or `index` is longer than KEY_INDEX_MAX. */
struct secret *key_tree_child(struct slice chain, const char *index, struct error *error);

/* The key (KEY_SIZE bytes) at the end of a path of `depth` indices. */
struct secret *key_tree_derive(const struct secret *seed, const char *usage,
                               const char *const *path, size_t depth, struct error *error);

#endif
