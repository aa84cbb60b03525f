/* A secret value: key, seed, token or the text of a file that holds one. Its memory is locked, has
   guard pages around it, stays out of core dumps and is wiped when freed. The type is opaque, so
   that no format directive and no logging call takes it by mistake.

   Each takes two pages of memory; where the limit on locked memory (RLIMIT_MEMLOCK) is reached
   further ones are not locked but otherwise the same. */
#ifndef WIRE_SECRET_H
#define WIRE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/random.h"
#include "wire/slice.h"

#define SECRET_SIZE_MAX (1024u * 1024u)

struct secret;

/* `size` zero bytes, to be filled through secret_writable(). NULL, with `error` filled, when there
   is no memory or `size` is above SECRET_SIZE_MAX. Freed with secret_free(). */
struct secret *secret_new(size_t size, struct error *error);

/* A copy of `size` bytes. The caller wipes its own. */
struct secret *secret_copy(const void *bytes, size_t size, struct error *error);

/* `size` bytes from `random`. */
struct secret *secret_random(const struct random_source *random, size_t size, struct error *error);

/* Reads padded or unpadded standard base64 (url: that alphabet) that must give exactly `size`
   bytes. `what` names the value in the error. */
struct secret *secret_from_base64(struct slice text, size_t size, const char *what,
                                  struct error *error);
struct secret *secret_from_base64url(struct slice text, size_t size, const char *what,
                                     struct error *error);

/* Wipes and frees. NULL is fine. */
void secret_free(struct secret *secret);

const unsigned char *secret_bytes(const struct secret *secret);
unsigned char *secret_writable(struct secret *secret);
size_t secret_size(const struct secret *secret);

/* The bytes as a slice, for writing the text of a secret file. */
struct slice secret_slice(const struct secret *secret);

/* Compares in a time that does not depend on the bytes. */
bool secret_equals(const struct secret *a, const struct secret *b);

/* Cuts it to its first `size` bytes and wipes the rest. */
void secret_truncate(struct secret *secret, size_t size);

/* Base64 of a secret, in constant time, as a secret text (no NUL at its end): standard alphabet
   with padding, or the url alphabet without. */
struct secret *secret_to_base64(const struct secret *secret, struct error *error);
struct secret *secret_to_base64url(const struct secret *secret, struct error *error);

/* Wipes the bytes of a buffer that held a secret, and frees it. Of a buffer that has grown, former
   places are not wiped: reserve before filling it. */
void secret_buffer_free(struct buffer *buffer);

#endif
